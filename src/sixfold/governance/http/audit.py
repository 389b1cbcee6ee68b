"""The provable audit over HTTP: one event in three renderings, proofs, heads, keys, and the accounting of disclosures."""

from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, BadEntry, Principal
from sixfold.governance.model.audit import AuditFilter, AuditPaging, Consistency, Disclosure, Head, Proof, SigningKey
from sixfold.governance.rules.disclosures import as_csv
from sixfold.governance.rules.renderings import audit_event, audit_message
from sixfold.governance.service import Governance
from sixfold.governance.service.inquiry import Inquiry
from sixfold.kernel.clock import from_text, to_text
from sixfold.kernel.events import Event

AnyRequest = Request[Principal, Any, Any]
Asked = NamedDependency[Inquiry]
_AUDIT = needs(Action.AUDIT)
_JSON, _FHIR, _XML = "application/json", "application/fhir+json", "application/xml"
Number = Annotated[int, QueryParameter(ge=0, le=2**62)]


def moment(text: str) -> str:
    """A moment or a day of a query, in UTC unless it says otherwise, as the audit keeps moments; empty stays empty."""
    if not text:
        return ""
    try:
        parsed = from_text(text)
        return to_text(parsed if parsed.tzinfo else from_text(f"{parsed.isoformat()}+00:00"))
    except (ValueError, OverflowError):
        raise BadEntry(f"'{text[:64]}' is not a moment such as 2026-01-31T12:00:00Z") from None


class AuditPage(msgspec.Struct, frozen=True):
    """Audit events; ask again with `after=next`, or with `before=next` where the newest came first."""

    events: list[Event]
    next: int


def paging(
    after: Number = 0,
    before: Annotated[int | None, QueryParameter(ge=0, le=2**62)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 200,
) -> AuditPaging:
    """The page that a query asks for; raises `BadEntry` for both ends."""
    if after and before is not None:
        raise BadEntry("ask for what is above `after` or for what is below `before`, not for both")
    return AuditPaging(limit, after, before)


def happened(
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    action: FromQuery[str] = "",
    denied: FromQuery[bool] = False,
    changes: FromQuery[bool] = False,
) -> AuditFilter:
    """What a query asks of when and what; raises `BadEntry` for a moment that is none."""
    return AuditFilter(since=moment(since), until=moment(until), action=action, denied=denied, changes=changes)


def chosen(
    happened: NamedDependency[AuditFilter],
    subject: FromQuery[str] = "",
    actor: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    study: FromQuery[str] = "",
    patient: FromQuery[str] = "",
) -> AuditFilter:
    """The whole filter that a query asks for."""
    return replace(happened, subject=subject, actor=actor, kind=kind, study=study, patient=patient)


@get("/audit", opt=_AUDIT, sync_to_thread=True)
def listing(inquiry: Asked, page: NamedDependency[AuditPaging], chosen: NamedDependency[AuditFilter]) -> AuditPage:
    """Who did what: audit events above `after` oldest first, or below `before` newest first, narrowed as asked."""
    found = inquiry.events(page, chosen)
    return AuditPage(found, found[-1].seq if found else page.after if page.before is None else page.before)


@get("/audit/proof", opt=_AUDIT, sync_to_thread=True)
def prove(inquiry: Asked, seq: Number) -> Proof:
    """That an event is in the log, against the newest signed head; 404 until a head covers it."""
    return inquiry.log.prove(seq)


@get("/audit/consistency", opt=_AUDIT, sync_to_thread=True)
def prove_consistency(inquiry: Asked, first: Number, second: Number) -> Consistency:
    """That the log of `second` leaves is the log of `first` with further ones."""
    return inquiry.log.prove_consistency(first, second)


@get("/audit/heads", opt=_AUDIT, sync_to_thread=True)
def heads(inquiry: Asked, after: Number = 0, limit: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1000) -> list[Head]:
    """Signed heads of more than `after` leaves, the smallest first."""
    return inquiry.log.heads(after, limit)


@get("/audit/key", opt=_AUDIT, sync_to_thread=True)
def public_keys(inquiry: Asked) -> list[SigningKey]:
    """The public keys that heads are signed with, the oldest first."""
    return inquiry.log.public_keys()


@get("/audit/{seq:int}", opt=_AUDIT, sync_to_thread=True)
def one_event(request: AnyRequest, seq: FromPath[int], inquiry: Asked) -> Response[Any]:
    """One event as JSON, as FHIR's AuditEvent or as DICOM's audit message, by `Accept`."""
    return _rendered(inquiry.event(seq), request.accept.best_match([_JSON, _FHIR, _XML], default=_JSON))


def _rendered(event: Event, form: str | None) -> Response[Any]:
    if form == _XML:
        return Response(audit_message(event), media_type=_XML)
    if form == _FHIR:
        return Response(audit_event(event), media_type=_FHIR)
    return Response(event, media_type=_JSON)


@get("/disclosures", opt=_AUDIT, sync_to_thread=True)
def disclosures(
    request: AnyRequest,
    inquiry: Asked,
    patient: FromQuery[str],
    study: FromQuery[list[str] | None] = None,
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Response[Any]:
    """Who saw what of a patient, when and why; `text/csv` by `Accept`. `study` adds studies known to be theirs."""
    if not patient:
        raise BadEntry("name the patient")
    found: list[Disclosure] = inquiry.disclosures(patient, study or (), moment(since), moment(until))
    if request.accept.best_match([_JSON, "text/csv"], default=_JSON) == "text/csv":
        return Response(as_csv(found), media_type="text/csv")
    return Response(found, media_type=_JSON)


def audit_router(governance: Governance) -> Router:
    """The routes of this module."""
    inquiry = Inquiry(governance.database)
    return Router(
        "/api/governance",
        route_handlers=[listing, prove, prove_consistency, heads, public_keys, one_event, disclosures],
        dependencies={
            "inquiry": Provide(lambda: inquiry, sync_to_thread=False),
            "page": Provide(paging, sync_to_thread=False),
            "happened": Provide(happened, sync_to_thread=False),
            "chosen": Provide(chosen, sync_to_thread=False),
        },
        tags=["audit"],
    )
