"""WADO-RS over the whole enterprise (PS3.18 10.4): a study is given by our archive or by the copies; the client need not know.

Behind the door stand two applications of the archive's own handlers, one over our archive and one over the copies; neither
can be reached but through the door, which asks governance first and then brings what is missing.
"""

from typing import Any

from litestar import Litestar, Router, get
from litestar.types import ASGIApp, Receive, Scope, Send

from sixfold.archive.http import Edge, reading_handlers
from sixfold.archive.http.edge import AnyRequest
from sixfold.governance import Governance
from sixfold.governance.http import HANDLERS, asks_itself, authorise
from sixfold.governance.http.access import resource_of, secret_of
from sixfold.governance.model import Action, UnknownCaller
from sixfold.viewer.model.retrieval import Assembled
from sixfold.viewer.service.assembly import Assembly

FEDERATED = "/dicomweb/federated"
_PLAIN = frozenset(
    {"type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path"}
    | {"headers", "client", "server", "extensions"}
)
"""What of a scope is of the request, and not of the application that the door belongs to."""


class Facade:
    """One a process; `ours` and `copies` are edges over either archive."""

    def __init__(self, governance: Governance, ours: Edge, copies: Edge, assembly: Assembly) -> None:
        self._governance = governance
        self._ours = ours
        self._assembly = assembly
        self._by_ours, self._by_copies = _application(ours), _application(copies)

    def handlers(self) -> list[Any]:
        """The routes, below `FEDERATED`: one for each path of WADO-RS."""

        async def federated(request: AnyRequest) -> ASGIApp:
            """What the path names, from wherever it is in the enterprise."""
            return await self._give(request)

        paths = sorted({path for handler in reading_handlers(self._ours) for path in handler.paths})
        return [get(path, opt=asks_itself(), name=f"federated {path}")(federated) for path in paths]

    async def _give(self, request: AnyRequest) -> ASGIApp:
        scope, named = request.scope, request.path_params
        await self._ours.read(self._look, secret_of(scope), named["study"])
        principal = await authorise(scope, self._governance, Action.READ, resource_of(scope, Action.READ))
        found = await self._ours.read(self._assembly.assemble, named["study"], named.get("series", ""))
        plain: Any = {name: value for name, value in scope.items() if name in _PLAIN} | {"user": principal}
        application = self._by_ours if found.ours else self._by_copies

        async def given(_: Scope, receive: Receive, send: Send) -> None:
            await application(plain, receive, _telling(send, found))

        return given

    def _look(self, secret: str, study_uid: str) -> None:
        """Let governance know where the study stands, if who asks is somebody: a stranger sets no archive to work."""
        try:
            self._governance.principal_of(secret)
        except UnknownCaller:
            return
        standing = self._governance.standing
        if self._assembly.find(study_uid) is not None and standing.study(study_uid) is None:
            standing.doubt(study_uid)


def _application(edge: Edge) -> ASGIApp:
    router = Router(FEDERATED, route_handlers=reading_handlers(edge))
    return Litestar([router], exception_handlers=HANDLERS, openapi_config=None)


def _telling(send: Send, found: Assembled) -> Send:
    """Add what is missing to the head of the answer (RFC 7234 5.5, as PS3.18 uses it)."""
    if not found.missing:
        return send
    text = "; ".join(f"{source}: {why}" for source, why in sorted(found.missing.items()))
    plain = "".join(char if " " <= char <= "~" and char not in '"\\' else "?" for char in text)

    async def telling(message: Any) -> None:
        if message["type"] == "http.response.start":
            warning = (b"warning", f'299 sixfold "not every archive delivered: {plain}"'.encode("latin-1"))
            message = {**message, "headers": [*message["headers"], warning]}
        await send(message)

    return telling
