"""The spine over HTTP: `/api/events` by pull with an offset, `/api/events/stream` as Server-Sent Events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
import orjson
from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from sixfold.governance.http.access import needs, secret_of
from sixfold.governance.model import PART, Action, BadEntry, Principal, UnknownCaller
from sixfold.governance.service import Governance
from sixfold.governance.service.feed import Feed
from sixfold.kernel.events import Event

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection and a gone listener is noticed."""


_STREAM = "text/event-stream"


class Page(msgspec.Struct, frozen=True):
    """Events above an offset; ask again with `after=next`; `more` says that there are further ones already."""

    events: list[Event]
    next: int
    more: bool


class _Listener:
    """Who listens, and which events they may see; asked again every while, so that a role taken away ends the stream."""

    def __init__(self, governance: Governance, principal: Principal, secret: str, parts: frozenset[str]) -> None:
        self._governance = governance
        self._secret = secret
        self._parts = parts
        self._asked = asyncio.get_running_loop().time()
        self._principal = principal

    async def seen(self, batch: list[Event]) -> list[Event]:
        """Those of the events that are asked for, and for their eyes."""
        asked = [event for event in batch if not self._parts or event.part in self._parts]
        return await asyncio.to_thread(self._open, asked) if asked else []

    def _open(self, events: list[Event]) -> list[Event]:
        return [event for event in events if self._governance.sees(self._principal, event)]

    async def still_may(self) -> bool:
        """Whether the stream may go on."""
        now = asyncio.get_running_loop().time()
        if now - self._asked < HEARTBEAT:
            return True
        self._asked = now
        try:
            self._principal = await asyncio.to_thread(self._governance.principal_of, self._secret)
        except UnknownCaller:
            return False
        return self._governance.may(self._principal, Action.SUBSCRIBE)


async def _written(feed: Feed, after: int, listener: _Listener) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    async for batch in feed.follow(after, HEARTBEAT):
        if not await listener.still_may():
            return
        lines = [_line(event) for event in await listener.seen(batch)]
        if lines or not batch:
            yield b"".join(lines) or b":\n\n"


def _line(event: Event) -> bytes:
    data = orjson.dumps({name: getattr(event, name) for name in Event.__struct_fields__})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.kind.encode(), data)


AnyRequest = Request[Principal, Any, Any]


@get("/events", opt=needs(Action.SUBSCRIBE), sync_to_thread=True)
def pull(
    request: AnyRequest,
    governance: NamedDependency[Governance],
    after: Annotated[int, QueryParameter(ge=0, le=2**62)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 200,
    part: FromQuery[list[str] | None] = None,
) -> Page:
    """Events with a greater sequence number than `after`, oldest first; those of the audit need the right to audit."""
    hidden = () if governance.may(request.user, Action.AUDIT) else (PART,)
    found, head = governance.feed.pull(after, limit, parts=part or (), hidden=hidden)
    following = found[-1].seq if len(found) == limit else max(after, head)
    seen = [event for event in found if governance.sees(request.user, event)]
    return Page(seen, following, more=following < head)


@get("/events/stream", opt=needs(Action.SUBSCRIBE), media_type=_STREAM)
async def stream(
    request: AnyRequest,
    governance: NamedDependency[Governance],
    after: Annotated[int | None, QueryParameter(ge=0, le=2**62)] = None,
    part: FromQuery[list[str] | None] = None,
) -> Stream:
    """Events as they happen, from `Last-Event-ID` or `after` on, else from now; a comment every 15 s of silence."""
    listener = _Listener(governance, request.user, secret_of(request.scope), frozenset(part or ()))
    start = _resumed(request.headers.get("last-event-id"), after)
    if start is None:
        start = await governance.feed.last()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_written(governance.feed, start, listener), media_type=_STREAM, headers=headers)


def _resumed(last_event_id: str | None, after: int | None) -> int | None:
    if not last_event_id:
        return after
    if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 18:
        raise BadEntry("Last-Event-ID is the sequence number of an event")
    return int(last_event_id)


def feed_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api",
        route_handlers=[pull, stream],
        dependencies={
            "governance": Provide(lambda: governance, sync_to_thread=False),
        },
        tags=["feed"],
    )
