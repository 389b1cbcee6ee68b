"""The live feed of one process: one look at the database for all its listeners.

The newest events stand in a ring. A listener that keeps up is served from it; one that lags, or asks for older events, reads
the database at its own pace, so that a slow listener costs no memory.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from itertools import takewhile

from sixfold.governance import store
from sixfold.governance.model import PART
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.events import Event
from sixfold.kernel.logs import logger

_RING = 4096
_BATCH = 500


class Feed:
    """Belongs to one event loop; `close` ends every listener."""

    def __init__(self, database: Database, *, every: float = 0.2) -> None:
        self._database = database
        self._every = every
        self._ring: deque[Event] = deque(maxlen=_RING)
        self._head = 0
        self._floor: int | None = None  # the ring holds every event with floor < seq <= head; None before the first look
        self._news = asyncio.Event()
        self._listeners = 0
        self._poller: asyncio.Task[None] | None = None
        self._closed = False

    def pull(self, after: int, limit: int, *, parts: Sequence[str], hidden: Sequence[str]) -> tuple[list[Event], int]:
        """Events above a sequence number, of `parts` if any are given and never of `hidden`; and the newest number of all."""
        with self._database.read() as connection:
            return store.read_feed(connection, after, limit, parts=parts, hidden=hidden)

    async def last(self) -> int:
        """The sequence number of the newest event."""
        return await asyncio.to_thread(events.last, self._database)

    async def follow(self, after: int, pause: float) -> AsyncIterator[list[Event]]:
        """Every event above `after` in batches, without end until `close`; an empty batch after `pause` seconds of silence."""
        self._join()
        try:
            while not self._closed:
                news = self._news
                batch = await self._batch(after)
                if batch:
                    after = batch[-1].seq
                    yield batch
                elif not await _within(news, pause):
                    yield []
        finally:
            self._leave()

    def _join(self) -> None:
        self._listeners += 1
        if self._poller is None and not self._closed:
            self._floor = None
            self._ring.clear()
            self._poller = asyncio.create_task(self._poll())

    def _leave(self) -> None:
        self._listeners -= 1
        if self._listeners == 0 and self._poller is not None:
            self._poller.cancel()
            self._poller = None

    async def _batch(self, after: int) -> list[Event]:
        if self._floor is not None and after >= self._floor:
            fresh = list(takewhile(lambda event: event.seq > after, reversed(self._ring)))
            return fresh[::-1][:_BATCH]
        return await asyncio.to_thread(events.read, self._database, after, _BATCH)

    async def _poll(self) -> None:
        while True:
            try:
                found = await self._look()
            except Unavailable as error:
                logger(PART).warning("the feed could not be read", extra={"error": str(error)})
                found = 0
            if found < _BATCH:
                await asyncio.sleep(self._every)

    async def _look(self) -> int:
        if self._floor is None:
            self._head = self._floor = await self.last()
            self._tell()  # who read the database before this look may have missed what came in between
            return 0
        fresh = await asyncio.to_thread(events.read, self._database, self._head, _BATCH)
        if fresh:
            self._keep(fresh)
        return len(fresh)

    def _keep(self, fresh: list[Event]) -> None:
        for event in fresh:
            if len(self._ring) == _RING:
                self._floor = self._ring[0].seq
            self._ring.append(event)
        self._head = fresh[-1].seq
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def close(self) -> None:
        """End every listener; call it in the loop, before the server waits for its open answers to end."""
        self._closed = True
        if self._poller is not None:
            self._poller.cancel()
        self._tell()


async def _within(news: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return False
    return True
