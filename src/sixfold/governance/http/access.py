"""Who may call a route: every route of every part declares its action here, and one middleware asks governance for it.

    @get("/dicomweb/studies/{study:str}/metadata", opt=needs(Action.READ))

An application with a route that declares nothing cannot be built.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.plugins import InitPlugin, ReceiveRoutePlugin
from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute, WebSocketRoute

from sixfold.governance import rules
from sixfold.governance.model import Action, BadEntry, Forbidden, Principal, Resource, UnknownCaller, Via
from sixfold.governance.model.policy import Purpose
from sixfold.governance.service import Governance
from sixfold.kernel.errors import SixfoldError

Scope = Any  # the ASGI scope: a TypedDict of the framework for HTTP, a plain mapping for raw handlers
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]

SESSION_COOKIE = "sixfold_session"
_COOKIE = SESSION_COOKIE.encode() + b"="
_OUR_HEADER = b"x-sixfold-request"
_PURPOSE = b"purpose-of-use"
_PURPOSES = frozenset(purpose.value for purpose in Purpose if purpose is not Purpose.EMERGENCY)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "sixfold_needs"
_NAMES = "sixfold_names"


class _Inside(Enum):
    HANDLER = "the handler asks governance itself"


class RouteUndeclared(SixfoldError):
    """A route does not say which action it needs."""


def needs(action: Action | None = None, **by_method: Action) -> dict[str, Any]:
    """The `opt` of a route: one action, or one for each method, as `needs(GET=Action.SEARCH, POST=Action.STORE)`."""
    return {_KEY: action if action is not None else by_method}


def asks_itself() -> dict[str, Any]:
    """The `opt` of a raw handler that calls `authorise` for each request, since only it knows the action."""
    return {_KEY: _Inside.HANDLER}


def names_by_query(**names: str) -> dict[str, Any]:
    """The `opt` of a route whose query says what it is about, as `names_by_query(study="studyUID", series="seriesUID")`."""
    return {_NAMES: names}


class _Headers:
    """The few request headers that decide, found in one pass."""

    __slots__ = ("bearer", "cookie", "cross_site", "ours")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.bearer = self.cookie = ""
        self.ours = self.cross_site = False
        for name, value in headers:
            if name == b"authorization":
                if value[:7].lower() == b"bearer ":
                    self.bearer = value[7:].strip().decode("latin-1")
            elif name == b"cookie":
                self.cookie = self.cookie or _session_in(value)
            elif name == _OUR_HEADER:
                self.ours = True
            elif name == b"sec-fetch-site":
                self.cross_site = value == b"cross-site"


def _session_in(cookies: bytes) -> str:
    for cookie in cookies.split(b";"):
        plain = cookie.strip()
        if plain.startswith(_COOKIE):
            return plain[len(_COOKIE) :].decode("latin-1")
    return ""


def secret_of(scope: Scope) -> str:
    """The secret that the request proves itself with: the bearer token, else the session's cookie, else empty."""
    headers = _Headers(scope["headers"])
    return headers.bearer or headers.cookie


def via_of(scope: Scope) -> Via:
    """The route's template, the peer's address, and the purpose that the request names; raises `BadEntry`."""
    client = scope.get("client")
    purpose = next((value for name, value in scope["headers"] if name == _PURPOSE), b"").decode("latin-1")
    if purpose and purpose not in _PURPOSES:
        raise BadEntry(f"Purpose-Of-Use is one of {', '.join(sorted(_PURPOSES))}")
    return Via(scope.get("path_template") or scope["path"], client[0] if client else "", purpose)


def resource_of(scope: Scope, action: Action) -> Resource:
    """What a route names, by its parameters `study`, `series` and `patient`; a search keeps its query for the audit."""
    named = _named(scope)
    study, series, patient = named.get("study", ""), named.get("series", ""), named.get("patient", "")
    kind = "series" if series else "study" if study else "patient" if patient else "archive"
    detail = series
    if action is Action.SEARCH and scope["query_string"]:
        detail = rules.shown_query(scope["query_string"].decode("latin-1"))
    return Resource(kind, study, patient, detail)


def _named(scope: Scope) -> Mapping[str, Any]:
    """The parameters of the path, or of the query where the route says so; read there as its handler does, by the framework."""
    by_query: Mapping[str, str] | None = scope["route_handler"].opt.get(_NAMES)
    if by_query is None:
        return scope.get("path_params") or {}
    query = ASGIConnection[Any, Any, Any, Any](scope).query_params
    return {ours: query.get(theirs, "") for ours, theirs in by_query.items()}


async def authorise(scope: Scope, governance: Governance, action: Action, resource: Resource) -> Principal:
    """The principal of a request that may do `action`; raises `UnknownCaller`, `Forbidden`, `AuditUnavailable`.

    For raw ASGI handlers; other routes have it done by `needs`. No SQL when the same credential was proved within five seconds.
    """
    principal = await proved(scope, governance, action, resource)
    via = via_of(scope)
    if governance.ready(principal, resource.study_uid):
        governance.allow(principal, action, resource, via)
    else:
        await asyncio.to_thread(governance.allow, principal, action, resource, via)
    return principal


async def proved(scope: Scope, governance: Governance, action: Action, resource: Resource) -> Principal:
    """The principal of a request, whatever it may do; raises `UnknownCaller`, `Forbidden` for another site's request.

    For handlers that have to look something up before they ask; they must ask then.
    """
    headers = _Headers(scope["headers"])
    try:
        principal = await _proved(governance, headers.bearer or headers.cookie)
        if not headers.bearer and not headers.ours and scope["method"] not in _SAFE:
            raise Forbidden("a request with a session's cookie needs the header X-Sixfold-Request: 1")
    except (UnknownCaller, Forbidden):
        governance.refuse(action, Resource(resource.kind), via_of(scope))
        raise
    return principal


async def _proved(governance: Governance, secret: str) -> Principal:
    if not secret:
        raise UnknownCaller("sign in, or send a token, to do this")
    known = governance.credentials.lately_proved(secret)
    return known if known is not None else await asyncio.to_thread(governance.principal_of, secret)


def _declared(handler: Any, method: str) -> Action | _Inside | None:
    """What the route's handler needs for a method; None when it was not declared."""
    declared = handler.opt.get(_KEY)
    if isinstance(declared, dict):
        declared = declared.get("GET" if method == "HEAD" else method)
    if declared is None and method == "OPTIONS":
        return Action.OPEN  # the framework's own answer: which methods there are
    return declared if isinstance(declared, Action | _Inside) else None


def declared_action(handler: Any, method: str) -> str:
    """What a handler's method needs, in words; for documents."""
    declared = _declared(handler, method)
    return declared.value if isinstance(declared, _Inside | Action) else "nothing"


class Access(InitPlugin, ReceiveRoutePlugin):
    """The plugin that puts every route of an application behind governance, and refuses a route that declares nothing."""

    __slots__ = ("_governance",)

    def __init__(self, governance: Governance) -> None:
        self._governance = governance

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Put the question before everything else, and end the feed's streams when the application stops."""
        app_config.middleware.insert(0, self.middleware)
        app_config.on_shutdown.append(self._governance.feed.close)
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        """Refuse a route that declares nothing; raises `RouteUndeclared`."""
        if missing := undeclared(route):
            raise RouteUndeclared(f"declare an action with opt=needs(...): {', '.join(missing)}")

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Ask governance for the route's action, then call `app` with the principal as `scope["user"]`."""
        governance = self._governance

        async def guarded(scope: Scope, receive: Any, send: Any) -> None:
            method = scope.get("method", "GET")
            action = _declared(scope["route_handler"], method)
            if method not in _SAFE and _Headers(scope["headers"]).cross_site:
                raise Forbidden("another site's page may not send this")
            if action is None:
                raise Forbidden("the route does not take this method")
            if isinstance(action, Action) and action is not Action.OPEN:
                scope["user"] = await authorise(scope, governance, action, resource_of(scope, action))
            await app(scope, receive, send)

        return guarded


def undeclared(route: BaseRoute) -> list[str]:
    """The methods and path of a route that declare no action."""
    if isinstance(route, HTTPRoute):
        pairs: list[tuple[Any, str]] = [
            (handler, str(method)) for handler in route.route_handlers for method in handler.http_methods
        ]
    elif isinstance(route, ASGIRoute | WebSocketRoute):
        pairs = [(route.route_handler, "GET")]
    else:
        pairs = []
    return [f"{method} {route.path}" for handler, method in pairs if _declared(handler, method) is None]


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Raise `RouteUndeclared` when any of an application's routes declares no action."""
    missing = [name for route in routes for name in undeclared(route)]
    if missing:
        raise RouteUndeclared(f"these routes declare no action: {', '.join(missing)}")
