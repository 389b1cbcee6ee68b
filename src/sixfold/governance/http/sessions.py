"""Signing in and out, and one's own sessions: `/api/session` and `/api/sessions`."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sixfold.governance import rules
from sixfold.governance.http.access import SESSION_COOKIE, needs, secret_of, via_of
from sixfold.governance.model import Action, Principal, SessionRecord
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name and its password, and a code where the account asks for one."""

    name: str
    password: str
    code: str = ""


class Redeem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time link's secret, and the account to make with it."""

    secret: str
    name: str
    display_name: str
    password: str


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own old and new password."""

    old: str
    new: str


class Session(msgspec.Struct, frozen=True):
    """Who is signed in, and what they may do."""

    name: str
    display_name: str
    roles: list[str]
    actions: list[str]


def session_of(principal: Principal, governance: Governance) -> Session:
    """What the page needs to know of its person."""
    actions = rules.actions_of(governance.policies.active, principal)
    return Session(principal.name, principal.display_name, sorted(principal.roles), actions)


@dataclass(frozen=True, slots=True)
class Cookies:
    """How the session's secret travels: never to scripts, never to other sites, over TLS only where there is TLS."""

    secure: bool

    def give(self, response: Response[Any], secret: str) -> None:
        """Hand the browser its session."""
        life = int(rules.SESSION_LIFE.total_seconds())
        response.set_cookie(SESSION_COOKIE, secret, max_age=life, httponly=True, secure=self.secure, samesite="strict")

    def take(self, response: Response[Any]) -> None:
        """Make the browser forget its session."""
        response.set_cookie(SESSION_COOKIE, "", max_age=0, httponly=True, secure=self.secure, samesite="strict")


Door = NamedDependency[Governance]
Jar = NamedDependency[Cookies]
_UNSTORED = {"Cache-Control": "no-store"}


def _agent(request: AnyRequest) -> str:
    return request.headers.get("user-agent", "")


@get("/session", opt=needs(Action.OWN), sync_to_thread=True)
def current_session(request: AnyRequest, governance: Door) -> Response[Session]:
    """Who is signed in; 401 when nobody is."""
    return Response(session_of(request.user, governance), headers=_UNSTORED)


@post("/session", opt=needs(Action.OPEN), sync_to_thread=True)
def sign_in(request: AnyRequest, data: JSONBody[SignIn], governance: Door, jar: Jar) -> Response[Session]:
    """Sign in by name and password; 401 when they do not match, 429 with `Retry-After` when it was tried too often.

    A 401 of type `urn:sixfold:second-factor-needed` asks for the same again with a code.
    """
    via = via_of(request.scope)
    secret = governance.accounts.sign_in(data.name, data.password, via, _agent(request), data.code)
    response = Response(session_of(governance.principal_of(secret), governance), headers=_UNSTORED)
    jar.give(response, secret)
    return response


@post("/session/link", opt=needs(Action.OPEN), sync_to_thread=True)
def redeem(request: AnyRequest, data: JSONBody[Redeem], governance: Door, jar: Jar) -> Response[Session]:
    """Make one's account with a one-time link, and be signed in; 403 when the link is spent."""
    account = governance.accounts.redeem(data.secret, data.name, data.display_name, data.password)
    secret = governance.accounts.sign_in(account.name, data.password, via_of(request.scope), _agent(request))
    response = Response(session_of(governance.principal_of(secret), governance), headers=_UNSTORED)
    jar.give(response, secret)
    return response


@delete("/session", opt=needs(Action.OWN), sync_to_thread=True, status_code=204)
def sign_out(request: AnyRequest, governance: Door, jar: Jar) -> Response[None]:
    """End the session of this browser."""
    governance.credentials.end_session(secret_of(request.scope))
    response: Response[None] = Response(None, status_code=204, headers=_UNSTORED)
    jar.take(response)
    return response


@put("/session/password", opt=needs(Action.OWN), sync_to_thread=True, status_code=204)
def change_password(request: AnyRequest, data: JSONBody[NewPassword], governance: Door) -> None:
    """Set one's own password; one's other sessions end."""
    governance.accounts.change_password(request.user, data.old, data.new, keep=secret_of(request.scope))


@get("/sessions", opt=needs(Action.OWN), sync_to_thread=True)
def own_sessions(request: AnyRequest, governance: Door) -> list[SessionRecord]:
    """One's own sessions, newest first."""
    return governance.credentials.sessions_of(request.user, secret_of(request.scope))


@delete("/sessions/{key:str}", opt=needs(Action.OWN), sync_to_thread=True)
def end_own_session(request: AnyRequest, key: FromPath[str], governance: Door) -> None:
    """End one of one's own sessions."""
    governance.credentials.end_own(request.user, key)


def session_router(governance: Governance, *, secure: bool) -> Router:
    """The routes of this module."""
    return Router(
        "/api",
        route_handlers=[
            current_session,
            sign_in,
            redeem,
            sign_out,
            change_password,
            own_sessions,
            end_own_session,
        ],
        dependencies={
            "governance": Provide(lambda: governance, sync_to_thread=False),
            "jar": Provide(lambda: Cookies(secure), sync_to_thread=False),
        },
        request_max_body_size=65_536,
        tags=["session"],
    )
