"""Relations, closed records, emergency access and its review: `/api/governance/...` and `/api/emergency-access`."""

from typing import Any

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.standing import EmergencyAccess, RelationRecord, Restriction
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The patient whose record is closed or opened, and why."""

    patient_key: str
    reason: str


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the review says of an emergency access."""

    justified: bool
    comment: str


@put("/governance/relations", opt=needs(Action.RELATE), sync_to_thread=True, status_code=204)
def relate(request: AnyRequest, data: JSONBody[list[RelationRecord]], governance: Door) -> None:
    """Say who orders, reads or cares for which patient or study: all of them or, when one is wrong, none."""
    governance.doors.relate(data, by=request.user)


@delete("/governance/relations", opt=needs(Action.RELATE), sync_to_thread=True)
def unrelate(
    request: AnyRequest,
    principal: FromQuery[str],
    relation: FromQuery[str],
    governance: Door,
    patient: FromQuery[str] = "",
    study: FromQuery[str] = "",
) -> None:
    """End a relation; 404 when there is none."""
    governance.doors.unrelate(RelationRecord(principal, relation, patient, study), by=request.user)


@get("/governance/relations", opt=needs(Action.RELATE), sync_to_thread=True)
def relations(principal: FromQuery[str], governance: Door) -> list[RelationRecord]:
    """A principal's relations in force; the principal as in `person:ada`."""
    return governance.doors.relations_of(principal)


@get("/governance/restrictions", opt=needs(Action.RESTRICT), sync_to_thread=True)
def restrictions(governance: Door) -> list[Restriction]:
    """Every closed record."""
    return governance.doors.restrictions()


@post("/governance/restrictions", opt=needs(Action.RESTRICT), sync_to_thread=True)
def restrict(request: AnyRequest, data: JSONBody[Closing], governance: Door) -> Restriction:
    """Close a patient's record; 409 when it is closed."""
    return governance.doors.restrict(data.patient_key, data.reason, by=request.user)


@post("/governance/restrictions/lift", opt=needs(Action.RESTRICT), sync_to_thread=True, status_code=204)
def lift(request: AnyRequest, data: JSONBody[Closing], governance: Door) -> None:
    """Open a closed record; 404 when it is open."""
    governance.doors.lift(data.patient_key, data.reason, by=request.user)


@post("/emergency-access", opt=needs(Action.BREAK_GLASS), sync_to_thread=True)
def break_glass(request: AnyRequest, data: JSONBody[Closing], governance: Door) -> EmergencyAccess:
    """Open a patient's record to oneself for four hours, with a reason; it is reviewed within three days."""
    return governance.doors.break_glass(data.patient_key, data.reason, by=request.user)


@get("/emergency-access", opt=needs(Action.OWN), sync_to_thread=True)
def own_emergencies(request: AnyRequest, governance: Door) -> list[EmergencyAccess]:
    """One's own emergency accesses, the newest first."""
    return governance.doors.emergencies(of=request.user)


@delete("/emergency-access/{key:str}", opt=needs(Action.OWN), sync_to_thread=True)
def give_back(request: AnyRequest, key: FromPath[str], governance: Door) -> None:
    """End one's own emergency access before its time."""
    governance.doors.give_back(key, by=request.user)


@get("/governance/emergency-access", opt=needs(Action.REVIEW), sync_to_thread=True)
def emergencies(governance: Door, unreviewed: FromQuery[bool] = False) -> list[EmergencyAccess]:
    """Every emergency access, or those that nobody has reviewed yet."""
    return governance.doors.emergencies(unreviewed=unreviewed)


@post("/governance/emergency-access/{key:str}/review", opt=needs(Action.REVIEW), sync_to_thread=True, status_code=200)
def review(request: AnyRequest, key: FromPath[str], data: JSONBody[Review], governance: Door) -> EmergencyAccess:
    """Judge an emergency access, once; 409 when it was."""
    return governance.doors.review(key, justified=data.justified, comment=data.comment, by=request.user)


def doors_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api",
        route_handlers=[
            relate,
            unrelate,
            relations,
            restrictions,
            restrict,
            lift,
            break_glass,
            own_emergencies,
            give_back,
            emergencies,
            review,
        ],
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=1 << 20,
        tags=["governance"],
    )
