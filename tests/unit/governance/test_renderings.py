"""Every kind of event in every rendering, judged by DICOM's schema and by FHIR's resource."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from hypothesis import given, settings
from lxml import etree

from sixfold.app.documents.events import declared_kinds
from sixfold.governance.model import Action
from sixfold.governance.rules.renderings import audit_event, audit_message
from sixfold.kernel.kinds import Event, EventKind

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("audit_message.rng")))
KINDS = [kind for part in ("governance", "archive") for kind in declared_kinds()[part]]
SPECIAL: dict[str, Any] = {
    "count": 3, "first": "2026-01-15T11:59:59.900Z", "last": "2026-01-15T12:00:00.000Z", "study_uid": "1.2.3",
    "patient_key": "P1|HOSPITAL", "address": "192.0.2.1", "action": "read", "route": "/dicomweb/studies/{study:str}",
    "who": {"roles": ["physician"]}, "instances": ["1.2.3.4"], "roles": ["physician"], "enabled": True, "before": None,
    "purpose": "BTG", "policies": ["reading"],
}  # fmt: skip


def filled(kind: EventKind, **said: Any) -> Event:
    """An event of a kind with all that its payload may have."""
    payload = {name: SPECIAL.get(name, f"some {name}") for name in kind.payload} | said
    return Event(7, "2026-01-15T12:00:00.050Z", kind.part, kind.name, "1.2.3", "person:ada", payload)


def access(action: str, *, kind: str = "access.allowed", **said: Any) -> Event:
    payload = {"action": action, "resource": "study", "study_uid": "1.2.3", "address": "192.0.2.1", **said}
    return Event(9, "2026-01-15T12:00:00.000Z", "governance", kind, "1.2.3", "person:ada", payload)


def message_of(event: Event) -> Any:
    """The audit message, which the schema must take."""
    tree = etree.fromstring(audit_message(event))
    SCHEMA.assertValid(tree)
    return tree


def resource_of(event: Event) -> dict[str, Any]:
    """The AuditEvent, which must be one and lose nothing on the way through the model."""
    resource = audit_event(event)
    again = AuditEvent.model_validate(resource).model_dump(mode="json", exclude_none=True)
    assert again.keys() | {"resourceType"} == resource.keys()
    return resource


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_a_valid_message_and_a_valid_resource(kind: EventKind) -> None:
    for event in (filled(kind), Event(1, "2026-01-15T12:00:00.000Z", kind.part, kind.name, "", "unknown", {})):
        tree, resource = message_of(event), resource_of(event)
        assert tree.find(".//EventID").get("csd-code") == resource["type"]["code"]
        assert tree.find("EventIdentification").get("EventOutcomeIndicator") == resource["outcome"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_rendering_keeps_the_whole_payload(kind: EventKind) -> None:
    event = filled(kind)
    details = message_of(event).iterfind(".//ParticipantObjectDetail")
    said = {one.get("type"): b64decode(one.get("value")).decode() for one in details}
    assert said["kind"] == kind.name
    assert said["seq"] == "7"
    assert {name for name, value in event.payload.items() if value is not None} <= said.keys()
    assert {one["type"]: one["valueString"] for one in audit_event(event)["entity"][0]["detail"]} == said


CODES = [
    (access("search", detail="PatientName=DOE*"), "110112", "E"),
    (access("read"), "110103", "R"),
    (access("read", route="C-MOVE"), "110104", "R"),
    (access("store"), "110104", "C"),
    (access("reject"), "110105", "D"),
    (access("audit"), "110101", "R"),
    (access("administer"), "110113", "E"),
    (access("break-glass"), "110113", "E"),
]


@pytest.mark.parametrize(("event", "code", "action"), CODES, ids=[event.payload["action"] for event, _, _ in CODES])
def test_an_access_is_what_the_standard_calls_it(event: Event, code: str, action: str) -> None:
    tree = message_of(event)
    assert tree.find(".//EventID").get("csd-code") == code
    assert tree.find("EventIdentification").get("EventActionCode") == action
    assert (resource_of(event)["type"]["code"], audit_event(event)["action"]) == (code, action)


def test_every_action_has_a_message() -> None:
    for action in Action:
        for kind in ("access.allowed", "access.denied"):
            event = access(action.value, kind=kind)
            assert message_of(event).find("EventIdentification").get("EventOutcomeIndicator") == (
                "0" if "allowed" in kind else "8"
            )
            resource_of(event)


def test_a_read_names_who_where_what_and_whose() -> None:
    event = access("read", patient_key="P1", purpose="BTG", who={"roles": ["physician"]})
    tree, resource = message_of(event), resource_of(event)
    person, us = tree.findall("ActiveParticipant")
    assert (person.get("UserID"), person.get("UserIsRequestor"), person.get("NetworkAccessPointID")) == (
        "person:ada", "true", "192.0.2.1",
    )  # fmt: skip
    assert us.get("UserID") == "system:sixfold"
    study, patient = tree.findall("ParticipantObjectIdentification")
    assert (study.get("ParticipantObjectID"), study.find("ParticipantObjectIDTypeCode").get("csd-code")) == ("1.2.3", "110180")
    assert (patient.get("ParticipantObjectID"), patient.get("ParticipantObjectTypeCodeRole")) == ("P1", "1")
    assert [entity["what"].get("type") for entity in resource["entity"]] == ["ImagingStudy", "Patient"]
    assert resource["purposeOfEvent"][0]["coding"][0]["code"] == "BTG"
    assert resource["agent"][0]["role"] == [{"text": "physician"}]


def test_a_search_keeps_its_keys() -> None:
    event = Event(3, "2026-01-15T12:00:00.000Z", "governance", "access.allowed", "archive", "token:viewer", {
        "action": "search", "resource": "archive", "detail": "PatientName=DOE*", "route": "/dicomweb/studies",
    })  # fmt: skip
    query = message_of(event).find(".//ParticipantObjectQuery")
    assert b64decode(query.text) == b"PatientName=DOE*"
    assert b64decode(resource_of(event)["entity"][0]["query"]) == b"PatientName=DOE*"


def test_a_transfer_has_a_source_and_a_destination() -> None:
    roles = [
        one.find("RoleIDCode").get("csd-code")
        for one in message_of(access("read", route="C-GET")).iterfind("ActiveParticipant")
    ]
    assert roles == ["110152", "110153"]
    for event, codes in ((access("read", route="C-GET"), ["110152", "110153"]), (access("store"), ["110153", "110152"])):
        participants = message_of(event).iterfind("ActiveParticipant")
        assert [one.find("RoleIDCode").get("csd-code") for one in participants] == codes


@given(subject=st.text(max_size=50), actor=st.text(max_size=20), detail=st.text(max_size=80), address=st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_hostile_text_makes_no_other_message(subject: str, actor: str, detail: str, address: str) -> None:
    for action in ("search", "read", "audit"):
        payload = {
            "action": action,
            "detail": detail,
            "study_uid": subject,
            "address": address,
            "purpose": detail,
            "who": detail,
        }
        event = Event(1, "2026-01-15T12:00:00.000Z", "governance", "access.allowed", subject, actor, payload)
        assert len(message_of(event)) <= 6
        resource_of(event)
