"""Waiting for what of a study somebody wants to read: no thread waits with them, and no longer than until that is here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from sixfold.viewer.model.retrieval import Assembled, RemoteStudy, Wanted
from sixfold.viewer.service.assembly import Assembly

Run = Callable[..., Awaitable[Any]]
"""Runs work that reads the database in a thread."""
AHEAD_AFTER: Final = 0.15
"""Seconds after which an instance that did not come with its series is asked for ahead of it."""
_LOOK: Final = 0.25
_BREATH: Final = 0.02


class Waiting:
    """One a process; `run` does work in threads."""

    def __init__(self, assembly: Assembly, run: Run) -> None:
        self._assembly = assembly
        self._run = run

    async def readable(self, remote: RemoteStudy, wanted: Wanted) -> Assembled:
        """What can be read once it can; raises `NotFound` where nobody has it, `NothingCame` where it was asked for in vain."""
        found = await self._look(remote, wanted)
        if found is not None:
            if found.coming:  # what is read as far as it is here goes on coming
                await self._run(self._assembly.begin, remote, wanted)
            return found
        loop, rung = asyncio.get_running_loop(), asyncio.Event()
        with self._assembly.copies.bell.heard(remote.study_uid, lambda: _ring(loop, rung)):
            jobs = await self._run(self._assembly.begin, remote, wanted)
            done = asyncio.gather(*map(asyncio.wrap_future, jobs))
            try:
                found = await self._until(done, rung, remote, wanted)
            finally:
                done.add_done_callback(_settled)
        return found or await self._run(self._assembly.ended, remote, wanted)

    async def _until(
        self, done: "asyncio.Future[Any]", rung: asyncio.Event, remote: RemoteStudy, wanted: Wanted
    ) -> Assembled | None:
        """Look whenever something has come; None once nothing more will."""
        ahead_at = time.monotonic() + AHEAD_AFTER
        asked_ahead = False
        while not done.done():
            found = await self._look(remote, wanted) if wanted.sop_uid or wanted.so_far else None
            if found is not None:
                return found
            if not asked_ahead and time.monotonic() >= ahead_at:
                asked_ahead = True
                await self._run(self._assembly.begin_one, remote, wanted)
            rung.clear()
            await _first(done, rung, _LOOK if asked_ahead else min(_LOOK, AHEAD_AFTER))
            if not done.done():
                await asyncio.sleep(_BREATH)  # what comes by the dozen is looked at once
        done.result()
        return None

    async def _look(self, remote: RemoteStudy, wanted: Wanted) -> Assembled | None:
        found: Assembled | None = await self._run(self._assembly.look, remote, wanted)
        return found


async def _first(done: "asyncio.Future[Any]", rung: asyncio.Event, seconds: float) -> None:
    """Return when all is done, when something has come, or after some time: other processes ring no bell here."""
    ringing = asyncio.ensure_future(rung.wait())
    try:
        await asyncio.wait({done, ringing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ringing.cancel()


def _settled(done: "asyncio.Future[Any]") -> None:
    """Nobody waits for the rest any more: its error is told by the job itself."""
    if not done.cancelled():
        done.exception()


def _ring(loop: asyncio.AbstractEventLoop, rung: asyncio.Event) -> None:
    try:
        loop.call_soon_threadsafe(rung.set)
    except RuntimeError:  # the loop is closed: nobody waits there any more
        return
