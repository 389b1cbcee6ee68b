"""WADO-RS over the whole enterprise (PS3.18 10.4): a study is given by our archive or by the copies; the client need not know.

A request waits for what it names: an instance until its own bytes are here, a series or a study until it is whole. With
`sofar=true` a series or study answers with what is here by now, under status 206 while more is on its way.

Behind the door stand two applications of the archive's own handlers, one over our archive and one over the copies; neither
can be reached but through the door, which asks governance first and then brings what is missing.
"""

from typing import Any

from litestar import Litestar, Router, get
from litestar.types import ASGIApp, Receive, Scope, Send

from sixfold.archive.http import Edge, reading_handlers
from sixfold.archive.http.edge import AnyRequest
from sixfold.archive.model import Located
from sixfold.governance import Governance
from sixfold.governance.http import HANDLERS, asks_itself, via_of
from sixfold.governance.http.access import proved, resource_of
from sixfold.governance.model import Action, Principal, Resource
from sixfold.kernel.errors import NotFound
from sixfold.viewer.model.retrieval import Assembled, RemoteStudy, Wanted
from sixfold.viewer.rules.federation.showing import FACADE, plain
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.waiting import Waiting
from sixfold.viewer.service.whereabouts import Whereabouts

_ASSEMBLED = "sixfold_assembled"
_OK, _PARTIAL = 200, 206
_PLAIN = frozenset(
    {"type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path"}
    | {"headers", "client", "server", "extensions"}
)
"""What of a scope is of the request, and not of the application that the door belongs to."""


class CopiesEdge(Edge):
    """The web edge over the copies: of a study, those instances that an archive delivered which the reader may see."""

    def locate(self, request: AnyRequest) -> list[Located]:
        """The instances that the path names; raises `NotFound`."""
        assembled: Assembled = request.scope[_ASSEMBLED]  # type: ignore[literal-required]
        found = [instance for instance in super().locate(request) if instance.sop_uid in assembled.instances]
        if not found:
            raise NotFound("there is no such study, series or instance here")
        return found


class WadoFacade:
    """One a process; `ours` and `copies` are edges over either archive."""

    def __init__(
        self, governance: Governance, ours: Edge, copies: CopiesEdge, whereabouts: Whereabouts, assembly: Assembly
    ) -> None:
        self._governance = governance
        self._ours = ours
        self._whereabouts = whereabouts
        self._waiting = Waiting(assembly, ours.read)
        self._by_ours, self._by_copies = _application(ours), _application(copies)

    def handlers(self) -> list[Any]:
        """The routes, below `FACADE`: one for each path of WADO-RS."""

        async def federated(request: AnyRequest) -> ASGIApp:
            """What the path names, from wherever it is in the enterprise."""
            return await self._give(request)

        paths = sorted({path for handler in reading_handlers(self._ours) for path in handler.paths})
        return [get(path, opt=asks_itself(), name=f"federated {path}")(federated) for path in paths]

    async def brought(self, request: AnyRequest) -> tuple[Principal, Assembled]:
        """Who asks, and what the path names, brought here if need be; raises `Forbidden`, `NotFound`, `NothingCame`."""
        scope, named = request.scope, request.path_params
        resource, via = resource_of(scope, Action.READ), via_of(scope)
        principal = await proved(scope, self._governance, Action.READ, resource)
        remote = RemoteStudy(named["study"])
        if self._governance.may(principal, Action.READ):
            remote = await self._whereabouts.of(Asker(principal, via.purpose), named["study"])
        await self._ours.read(self._permit, principal, resource, request, remote)
        so_far = request.query_params.get("sofar", "") == "true"
        wanted = Wanted(named.get("series", ""), named.get("instance", ""), so_far)
        return principal, await self._waiting.readable(remote, wanted)

    async def _give(self, request: AnyRequest) -> ASGIApp:
        scope = request.scope
        principal, found = await self.brought(request)
        told: Any = {name: value for name, value in scope.items() if name in _PLAIN}
        told |= {"user": principal, _ASSEMBLED: found}
        application = self._by_ours if found.ours else self._by_copies

        async def given(_: Scope, receive: Receive, send: Send) -> None:
            await application(told, receive, _telling(send, found))

        return given

    def _permit(self, principal: Principal, resource: Resource, request: AnyRequest, remote: RemoteStudy) -> None:
        """Ask governance, and leave a trace; raises `Forbidden`, or `Hidden`, also for what only others hold."""
        via = via_of(request.scope)
        named = Resource(resource.kind, resource.study_uid, remote.patient_key, resource.detail)
        if remote.hidden and self._governance.standing.study(remote.study_uid) is None:
            self._governance.hide(principal, Action.READ, named, via)
        self._governance.allow(principal, Action.READ, named, via)


def _application(edge: Edge) -> ASGIApp:
    router = Router(FACADE, route_handlers=reading_handlers(edge))
    return Litestar([router], exception_handlers=HANDLERS, openapi_config=None)


def _telling(send: Send, found: Assembled) -> Send:
    """Add what is missing or on its way to the head of the answer, as Warnings of code 299 (RFC 7234 5.5)."""
    warnings = []
    if found.missing:
        named = "; ".join(f"{source}: {why}" for source, why in sorted(found.missing.items()))
        warnings.append(f"not every archive delivered: {plain(named)}")
    if found.coming:
        warnings.append(f"{len(found.instances)} of {found.coming} instances are here so far")
    if not warnings:
        return send
    fields = [(b"warning", f'299 sixfold "{text}"'.encode("latin-1")) for text in warnings]

    async def telling(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *fields]
            if found.coming and message["status"] == _OK:
                kept = [one for one in headers if one[0].lower() not in (b"cache-control", b"etag")]
                headers = [*kept, (b"cache-control", b"private, no-store")]
                message = {**message, "status": _PARTIAL}
            message = {**message, "headers": headers}
        await send(message)

    return telling
