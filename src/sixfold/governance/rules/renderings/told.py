"""An event as an audit message tells it: what sort it is, who took part, what it was about. Both renderings are made of it."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, NamedTuple

import orjson

from sixfold.governance.rules.renderings import codes
from sixfold.governance.rules.renderings.codes import Code, Sort
from sixfold.kernel.kinds import Event

US = "system:sixfold"
"""The actor that is the house itself."""

_FAILED = {
    "access.denied": "8",
    "association.rejected": "8",
    "session.refused": "4",
    "instance.quarantined": "4",
    "commitment.given_up": "8",
}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Participant(NamedTuple):
    """Who or what took part; `address` is an IP address or a name, or empty."""

    user: str
    requestor: bool
    role: Code | None
    address: str = ""
    roles: tuple[str, ...] = ()

    @property
    def address_type(self) -> str:
        """`2` for an IP address, `1` for the name of a machine (PS3.15 A.5.1.2)."""
        try:
            ip_address(self.address)
        except ValueError:
            return "1"
        return "2"


class Thing(NamedTuple):
    """What it was about; `type` and `role` are those of PS3.15 A.5.1.2.2. It has a name or a query, not both."""

    id: str
    id_type: Code
    type: str
    role: str
    name: str = ""
    query: bytes = b""
    details: tuple[tuple[str, str], ...] = ()


class Told(NamedTuple):
    """An event in the terms of PS3.15 A.5.1; `outcome` is 0, 4, 8 or 12, `purpose` a code of HL7's PurposeOfUse."""

    sort: Sort
    at: str
    outcome: str
    outcome_text: str
    participants: tuple[Participant, ...]
    things: tuple[Thing, ...]
    purpose: str


def told(event: Event) -> Told:
    """What an event says; text that XML cannot carry is replaced."""
    payload = event.payload
    sort = codes.sort_of(event.part, event.kind, _text(payload, "action"), _text(payload, "route"))
    outcome = _FAILED.get(event.kind, "0")
    things = _things(event, sort)
    details = tuple((name, clean(_shown(value))) for name, value in payload.items() if value is not None)
    first, *rest = things
    return Told(
        sort=sort,
        at=_text(payload, "last") or event.at,
        outcome=outcome,
        outcome_text=f"{event.kind}: {_text(payload, 'reason') or 'it was refused'}" if outcome != "0" else "",
        participants=_participants(event, sort),
        things=(first._replace(details=(("kind", event.kind), ("seq", str(event.seq)), *details)), *rest),
        purpose=_text(payload, "purpose"),
    )


def clean(text: str) -> str:
    """Text without characters that XML cannot carry (XML 1.0, 2.2)."""
    return _ILLEGAL.sub("\ufffd", text)


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return clean(value) if isinstance(value, str) else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _participants(event: Event, sort: Sort) -> tuple[Participant, ...]:
    """Who asked, and the house: at a transfer the one is the source and the other the destination."""
    theirs, ours = None, codes.APPLICATION
    if sort.event is codes.INSTANCES_TRANSFERRED:
        theirs, ours = (codes.SOURCE, codes.DESTINATION) if sort.action == "C" else (codes.DESTINATION, codes.SOURCE)
    us = Participant(US, event.actor == US, ours)
    if event.actor == US:
        return (us,)
    who = event.payload.get("who")
    roles = who.get("roles", ()) if isinstance(who, Mapping) else ()
    actor = clean(event.actor) or "unknown"
    return Participant(actor, True, theirs, _text(event.payload, "address"), tuple(map(str, roles))), us


def _things(event: Event, sort: Sort) -> list[Thing]:
    found = []
    payload, family = event.payload, event.kind.partition(".")[0]
    study = _text(payload, "study_uid")
    if not study and family in ("instances", "instance", "series", "study"):
        study = clean(event.subject)
    patient = _text(payload, "patient_key") or (clean(event.subject) if family in ("patient", "glass") else "")
    if sort.event is codes.QUERY:
        query = _text(payload, "detail").encode()
        found.append(Thing(_text(payload, "route") or "search", codes.SEARCH_CRITERIA, "2", "24", query=query))
    if study:
        found.append(Thing(study, codes.STUDY_UID, "2", "3", study))
    if patient:
        found.append(Thing(patient, codes.PATIENT_NUMBER, "1", "1", patient))
    return found or [_other(event, sort, family)]


def _other(event: Event, sort: Sort, family: str) -> Thing:
    subject = clean(event.subject) or event.kind
    if sort.event is codes.AUDIT_LOG_USED:
        return Thing(_text(event.payload, "route") or subject, codes.URI, "2", "13", "Security Audit Log")
    if family in ("account", "session", "link"):
        return Thing(subject, codes.USER_IDENTIFIER, "1", "6", subject)
    if family in ("ae", "remote", "association"):
        return Thing(subject, codes.NODE_ID, "2", "13", subject)
    return Thing(subject, codes.URI, "2", "13", subject)
