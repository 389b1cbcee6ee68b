"""How much there is, told at any moment and counted seldom: counting reads every row of the index."""

import threading
import time
from collections.abc import Callable

_COUNTED_AT_ONCE = 100_000
"""Instances that are counted anew each time, in some milliseconds."""
_INSTANCES_A_SECOND = 20_000
"""A larger count holds a second for each so many instances, so that counting takes a hundredth of the time or less."""
_LONGEST = 300.0


class Totals:
    """Studies, visible instances and bytes; of a large archive as they were some seconds ago. Thread-safe.

    A count is one snapshot of the database, so that its figures fit each other. While one caller counts anew, the others get
    the count before.
    """

    def __init__(self, count: Callable[[], dict[str, int]], clock: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._clock = clock
        self._counting = threading.Lock()
        self._counted: dict[str, int] = {}
        self._until = 0.0

    def get(self) -> dict[str, int]:
        """`studies`, `instances` and `bytes`; waits for a count only where there was none before, or for its own."""
        counted = self._counted
        if counted and self._clock() < self._until:
            return dict(counted)
        if not self._counting.acquire(blocking=not counted):
            return dict(counted)
        try:
            if not self._counted or self._clock() >= self._until:
                self._renew()
            return dict(self._counted)
        finally:
            self._counting.release()

    def _renew(self) -> None:
        counted = self._count()
        instances = counted["instances"]
        life = 0.0 if instances <= _COUNTED_AT_ONCE else min(_LONGEST, instances / _INSTANCES_A_SECOND)
        self._counted = counted
        self._until = self._clock() + life
