"""One's own second factor, `/api/session/second-factor`, and taking off another's."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.second_factor import Enrolment, FactorRecord
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_OWN = needs(Action.OWN)
_UNSTORED = {"Cache-Control": "no-store"}


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Six digits that the device shows."""

    code: str


class Removal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's password, and a code of the device or of recovery."""

    password: str
    code: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """One-time codes for the day when the device is lost, shown this once."""

    codes: list[str]


@get("/session/second-factor", opt=_OWN, sync_to_thread=True)
def own_factor(request: AnyRequest, governance: Door) -> FactorRecord:
    """Whether one has a second factor; 409 for who signs in by the identity provider."""
    return governance.second_factors.record_of(governance.accounts.own(request.user).name)


@post("/session/second-factor", opt=_OWN, sync_to_thread=True)
def enrol(request: AnyRequest, governance: Door) -> Response[Enrolment]:
    """Set up a device; it is asked for once it is confirmed. 409 when there is one already."""
    governance.accounts.own(request.user)
    return Response(governance.second_factors.enrol(request.user), status_code=201, headers=_UNSTORED)


@post("/session/second-factor/confirmation", opt=_OWN, sync_to_thread=True)
def confirm(request: AnyRequest, data: JSONBody[Code], governance: Door) -> Response[RecoveryCodes]:
    """Prove that the device shows the right codes; from now on one is asked for at sign-in."""
    governance.accounts.own(request.user)
    codes = governance.second_factors.confirm(request.user, data.code)
    return Response(RecoveryCodes(codes), status_code=201, headers=_UNSTORED)


@post("/session/second-factor/removal", opt=_OWN, sync_to_thread=True, status_code=204)
def remove(request: AnyRequest, data: JSONBody[Removal], governance: Door) -> None:
    """Take off one's own second factor."""
    governance.accounts.remove_second_factor(request.user, data.password, data.code)


@get("/governance/accounts/{name:str}/second-factor", opt=needs(Action.ADMINISTER), sync_to_thread=True)
def factor_of(name: FromPath[str], governance: Door) -> FactorRecord:
    """Whether an account has a second factor."""
    return governance.second_factors.record_of(governance.accounts.find(name).name)


@delete("/governance/accounts/{name:str}/second-factor", opt=needs(Action.ADMINISTER), sync_to_thread=True)
def reset(request: AnyRequest, name: FromPath[str], governance: Door) -> None:
    """Take off the second factor of a person who lost the device."""
    governance.second_factors.reset(name, by=request.user)


def second_factor_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api",
        route_handlers=[own_factor, enrol, confirm, remove, factor_of, reset],
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=65_536,
        tags=["session"],
    )
