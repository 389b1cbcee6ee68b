"""Work that others wait for: each piece is done once however many ask for it, the most urgent first, so many at once."""

import heapq
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from itertools import count

_AT_ONCE = 4


class Urgency(IntEnum):
    """Who waits: somebody for this very thing, or for all of which it is a part."""

    NAMED = 0
    PART = 1


class _Job:
    def __init__(self, work: Callable[[], object], urgency: Urgency) -> None:
        self.work = work
        self.urgency = urgency
        self.started = False
        self.future: Future[None] = Future()


class Bringing:
    """One a process; makes no thread before there is work."""

    def __init__(self, at_once: int = _AT_ONCE, name: str = "bringing") -> None:
        self._pool = ThreadPoolExecutor(at_once, name)
        self._lock = threading.Lock()
        self._jobs: dict[Hashable, _Job] = {}
        self._queue: list[tuple[Urgency, int, Hashable, _Job]] = []
        self._count = count()

    def begin(self, key: Hashable, urgency: Urgency, work: Callable[[], object]) -> "Future[None]":
        """What is done once the work is, with its error if it fails; work of the same key that is under way is joined."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and (job.started or urgency >= job.urgency):
                return job.future
            if job is None:
                job = self._jobs[key] = _Job(work, urgency)
            job.urgency = urgency
            heapq.heappush(self._queue, (urgency, next(self._count), key, job))
        self._pool.submit(self._next)
        return job.future

    def close(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            left = [job for _, _, _, job in self._queue if not job.started]
            self._queue.clear()
        for job in left:
            job.future.cancel()

    def _next(self) -> None:
        """Do the most urgent work; what was made more urgent stands in the queue twice, and is done once."""
        with self._lock:
            if not self._queue:
                return
            _, _, key, job = heapq.heappop(self._queue)
            if job.started:
                return
            job.started = True
        failure: BaseException | None = None
        try:
            job.work()
        except BaseException as error:  # noqa: BLE001 carried over to whoever waits for it
            failure = error
        with self._lock:
            del self._jobs[key]
        if failure is None:
            job.future.set_result(None)
        else:
            job.future.set_exception(failure)
