"""How much an archive is asked for at a time: series that somebody waits for, and what comes ahead, each with its own room."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WAIT: Final = 5.0


class Slots:
    """Of one archive in one process; `at_once` is what it bears. One that bears a single request is asked for nothing ahead."""

    def __init__(self, at_once: int) -> None:
        ahead = at_once // 2
        self._series = threading.BoundedSemaphore(at_once - ahead)
        self._ahead = threading.BoundedSemaphore(ahead) if ahead else None

    @contextmanager
    def taken(self, *, ahead: bool) -> Iterator[bool]:
        """Wait for room; what comes ahead waits seconds at most, and is told whether there is any."""
        if not ahead:
            with self._series:
                yield True
            return
        if self._ahead is None or not self._ahead.acquire(timeout=_WAIT):
            yield False
            return
        try:
            yield True
        finally:
            self._ahead.release()
