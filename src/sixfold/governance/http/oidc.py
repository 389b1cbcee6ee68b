"""Signing in by the identity provider, `/api/session/oidc`, and what its groups stand for, `/api/governance/group-mappings`."""

from typing import Any

import msgspec
from litestar import Request, Router, delete, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody
from litestar.response import Redirect

from sixfold.governance.http.access import needs, via_of
from sixfold.governance.http.problems import problem_of
from sixfold.governance.http.sessions import Cookies
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.oidc import GroupMapping
from sixfold.governance.model.places import Belonging
from sixfold.governance.service import Governance
from sixfold.governance.service.oidc import SIGN_IN_LIFE
from sixfold.kernel.errors import NotAllowed, NotSignedIn

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
Jar = NamedDependency[Cookies]
_OPEN, _ADMINISTER = needs(Action.OPEN), needs(Action.ADMINISTER)
_COOKIE, _PATH = "sixfold_oidc", "/api/session/oidc"
_UNSTORED = {"Cache-Control": "no-store"}


class ProviderWay(msgspec.Struct, frozen=True):
    """The identity provider: what to call it, and where a browser goes to sign in by it."""

    name: str
    start: str


class Ways(msgspec.Struct, frozen=True):
    """How one can sign in here."""

    password: bool
    provider: ProviderWay | None


class MappingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one value of the provider's groups claim stands for; without facilities it is for every one."""

    value: str
    roles: list[str]
    groups: list[str] = []
    service_lines: list[str] = []
    facilities: list[str] = []


@get("/session/ways", opt=_OPEN, sync_to_thread=False)
def ways(governance: Door) -> Ways:
    """How one can sign in here: what the sign-in page offers."""
    provider = governance.openid.provider
    return Ways(password=True, provider=ProviderWay(provider.name, f"{_PATH}/start") if provider is not None else None)


@get("/session/oidc/start", opt=_OPEN, sync_to_thread=True)
def start(governance: Door, jar: Jar, path: FromQuery[str] = "/") -> Redirect:
    """Send the browser to the identity provider; it comes back to `path`."""
    begun = governance.openid.begin(path)
    answer = Redirect(begun.address, status_code=302, headers=_UNSTORED)
    # Lax, not strict: the browser comes back from another site
    answer.set_cookie(_COOKIE, begun.cookie, max_age=SIGN_IN_LIFE, path=_PATH, httponly=True, secure=jar.secure, samesite="lax")
    return answer


@get("/session/oidc/callback", opt=_OPEN, sync_to_thread=True)
def callback(request: AnyRequest, governance: Door, jar: Jar) -> Redirect:
    """Where the identity provider sends the browser back to; 401 when what it brings cannot be believed.

    A person is sent to the sign-in page, which says so.
    """
    query = {name: request.query_params.get(name, "") for name in request.query_params}
    agent = request.headers.get("user-agent", "")
    try:
        finished = governance.openid.finish(query, request.cookies.get(_COOKIE, ""), via_of(request.scope), agent)
    except (NotSignedIn, NotAllowed) as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        reason = problem_of(error).type.rpartition(":")[2]
        return Redirect(f"/#/sign-in?refused={reason}", status_code=302, headers=_UNSTORED)
    answer = Redirect(finished.path, status_code=302, headers=_UNSTORED)
    jar.give(answer, finished.secret)
    answer.set_cookie(_COOKIE, "", max_age=0, path=_PATH, httponly=True, secure=jar.secure, samesite="lax")
    return answer


@get("/session/oidc/end", opt=_OPEN, sync_to_thread=True)
def end(governance: Door) -> Redirect:
    """Where a browser that has signed out here signs out at the identity provider too, where that is offered."""
    return Redirect(governance.openid.end_address() or "/", status_code=302, headers=_UNSTORED)


def _body(mapping: GroupMapping) -> MappingBody:
    places = mapping.belonging
    codes = (sorted(codes) for codes in (mapping.roles, places.groups, places.service_lines, places.facilities))
    return MappingBody(mapping.value, *codes)


@get("/governance/group-mappings", opt=_ADMINISTER, sync_to_thread=True)
def list_mappings(governance: Door) -> list[MappingBody]:
    """What the provider's groups stand for."""
    return [_body(mapping) for mapping in governance.mappings.all()]


@put("/governance/group-mappings", opt=_ADMINISTER, sync_to_thread=True)
def put_mapping(request: AnyRequest, data: JSONBody[MappingBody], governance: Door) -> MappingBody:
    """Set what a group of the provider stands for, from the next sign-in of its members on."""
    places = Belonging(frozenset(data.groups), frozenset(data.service_lines), frozenset(data.facilities))
    return _body(governance.mappings.put(GroupMapping(data.value, frozenset(data.roles), places), by=request.user))


@delete("/governance/group-mappings", opt=_ADMINISTER, sync_to_thread=True)
def remove_mapping(request: AnyRequest, value: FromQuery[str], governance: Door) -> None:
    """Let a group of the provider stand for nothing."""
    governance.mappings.remove(value, by=request.user)


def oidc_router(governance: Governance, *, secure: bool) -> Router:
    """The routes of this module."""
    return Router(
        "/api",
        route_handlers=[ways, start, callback, end, list_mappings, put_mapping, remove_mapping],
        dependencies={
            "governance": Provide(lambda: governance, sync_to_thread=False),
            "jar": Provide(lambda: Cookies(secure), sync_to_thread=False),
        },
        request_max_body_size=65_536,
        tags=["session"],
    )
