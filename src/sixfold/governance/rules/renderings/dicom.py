"""An event as DICOM's audit message (PS3.15 A.5.1): XML that its schema takes."""

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from sixfold.governance.rules.renderings.codes import Code
from sixfold.governance.rules.renderings.told import Participant, Thing, Told, clean, told
from sixfold.kernel.kinds import Event

_APPLICATION_SERVER = "4"  # PS3.15 A.5.1.2.1


def audit_message(event: Event, source: str = "sixfold") -> bytes:
    """The XML of an event in UTF-8; `source` names who reports it (AuditSourceID)."""
    said = told(event)
    parts = [
        _identification(said),
        *map(_participant, said.participants),
        _element("AuditSourceIdentification", {"AuditSourceID": source}, _source_type()),
        *map(_thing, said.things),
    ]
    return ('<?xml version="1.0" encoding="UTF-8"?>' + _element("AuditMessage", {}, *parts)).encode()


def _element(name: str, attributes: dict[str, str], *children: str) -> str:
    shown = "".join(f' {key}="{_quoted(value)}"' for key, value in attributes.items())
    return f"<{name}{shown}>{''.join(children)}</{name}>" if children else f"<{name}{shown}/>"


def _quoted(text: str) -> str:
    """A value of an attribute; line ends are kept as references, since a parser takes them for spaces."""
    return escape(clean(text)).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def _code(name: str, code: Code) -> str:
    """A coded value: `csd-code` with its system and meaning (CodedValueType)."""
    return _element(name, {"csd-code": code.value, "codeSystemName": code.system, "originalText": code.meaning})


def _source_type() -> str:
    return _element("AuditSourceTypeCode", {"csd-code": _APPLICATION_SERVER})


def _identification(said: Told) -> str:
    attributes = {"EventActionCode": said.sort.action, "EventDateTime": said.at, "EventOutcomeIndicator": said.outcome}
    inside = [_code("EventID", said.sort.event)]
    if said.sort.type is not None:
        inside.append(_code("EventTypeCode", said.sort.type))
    if said.outcome_text:
        inside.append(_element("EventOutcomeDescription", {}, escape(said.outcome_text)))
    return _element("EventIdentification", attributes, *inside)


def _participant(who: Participant) -> str:
    attributes = {"UserID": who.user, "UserIsRequestor": "true" if who.requestor else "false"}
    if who.address:
        attributes |= {"NetworkAccessPointID": who.address, "NetworkAccessPointTypeCode": who.address_type}
    roles = [Code(role, role, "sixfold") for role in who.roles]
    if who.role is not None:
        roles.insert(0, who.role)
    return _element("ActiveParticipant", attributes, *(_code("RoleIDCode", role) for role in roles))


def _thing(thing: Thing) -> str:
    attributes = {
        "ParticipantObjectID": thing.id,
        "ParticipantObjectTypeCode": thing.type,
        "ParticipantObjectTypeCodeRole": thing.role,
    }
    return _element("ParticipantObjectIdentification", attributes, *_inside(thing))


def _inside(thing: Thing) -> Iterator[str]:
    yield _code("ParticipantObjectIDTypeCode", thing.id_type)
    if thing.name:
        yield _element("ParticipantObjectName", {}, escape(thing.name))
    else:
        yield _element("ParticipantObjectQuery", {}, b64encode(thing.query).decode())
    for name, value in thing.details:
        yield _element("ParticipantObjectDetail", {"type": name, "value": b64encode(value.encode()).decode()})
