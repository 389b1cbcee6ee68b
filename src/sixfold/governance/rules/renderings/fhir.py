"""An event as FHIR's AuditEvent (R4), after the pattern of IHE's Basic Audit Log Patterns: query, read, with the patient."""

from base64 import b64encode
from typing import Any

from sixfold.governance.rules.renderings import codes
from sixfold.governance.rules.renderings.codes import Code
from sixfold.governance.rules.renderings.told import Participant, Thing, told
from sixfold.kernel.kinds import Event

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_SYSTEMS = {"DCM": "http://dicom.nema.org/resources/ontology/DCM", "RFC-3881": f"{_TERMINOLOGY}/audit-entity-type"}
_ENTITIES = {"1": "Person", "2": "System Object", "3": "Organization", "4": "Other"}
_ROLES = {"1": "Patient", "3": "Report", "6": "User", "13": "Security Resource", "24": "Query"}
_PURPOSES = {
    "TREAT": "treatment",
    "HPAYMT": "healthcare payment",
    "HOPERAT": "healthcare operations",
    "HRESCH": "healthcare research",
    "PATRQT": "patient requested",
    "BTG": "break the glass",
}
_HUMAN = {"system": f"{_TERMINOLOGY}/extra-security-role-type", "code": "humanuser", "display": "human user"}

Resource = dict[str, Any]


def audit_event(event: Event, source: str = "sixfold") -> Resource:
    """The AuditEvent of an event, ready for JSON; `source` names who reports it."""
    said = told(event)
    found: Resource = {
        "resourceType": "AuditEvent",
        "id": str(event.seq),
        "type": _coding(said.sort.event),
        "action": said.sort.action,
        "recorded": said.at,
        "outcome": said.outcome,
        "agent": [_agent(who) for who in said.participants],
        "source": {
            "observer": {"display": source},
            "type": [{"system": f"{_TERMINOLOGY}/security-source-type", "code": "4", "display": "Application Server"}],
        },
        "entity": [_entity(thing) for thing in said.things],
    }
    if said.sort.type is not None:
        found["subtype"] = [_coding(said.sort.type)]
    if said.outcome_text:
        found["outcomeDesc"] = said.outcome_text
    if said.purpose in _PURPOSES:
        coding = {"system": f"{_TERMINOLOGY}/v3-ActReason", "code": said.purpose, "display": _PURPOSES[said.purpose]}
        found["purposeOfEvent"] = [{"coding": [coding]}]
    return found


def _coding(code: Code) -> Resource:
    return {"system": _SYSTEMS[code.system], "code": code.value, "display": code.meaning}


def _agent(who: Participant) -> Resource:
    found: Resource = {"who": {"identifier": {"value": who.user}}, "requestor": who.requestor}
    if who.role is not None:
        found["type"] = {"coding": [_coding(who.role)]}
    elif who.user.startswith("person:"):
        found["type"] = {"coding": [_HUMAN]}
    if who.roles:
        found["role"] = [{"text": role} for role in who.roles]
    if who.address:
        found["network"] = {"address": who.address, "type": who.address_type}
    return found


def _entity(thing: Thing) -> Resource:
    found: Resource = {
        "what": _reference(thing),
        "type": {"system": f"{_TERMINOLOGY}/audit-entity-type", "code": thing.type, "display": _ENTITIES[thing.type]},
        "role": {"system": f"{_TERMINOLOGY}/object-role", "code": thing.role, "display": _ROLES[thing.role]},
    }
    if thing.name:
        found["name"] = thing.name
    elif thing.query:
        found["query"] = b64encode(thing.query).decode()
    if thing.details:
        found["detail"] = [{"type": name, "valueString": value} for name, value in thing.details if value]
    return found


def _reference(thing: Thing) -> Resource:
    if thing.id_type is codes.STUDY_UID:
        return {"type": "ImagingStudy", "identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{thing.id}"}}
    if thing.id_type is codes.PATIENT_NUMBER:
        return {"type": "Patient", "identifier": {"value": thing.id}}
    return {"identifier": {"value": thing.id}}
