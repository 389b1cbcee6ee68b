"""How many matches a way to an answer has, as it was found a moment ago.

It decides which way is taken and never what is found, so it may be old. Without it a page of somebody who sees little costs
twice as much as one of somebody who sees all: every page probes how many studies are in sight.
"""

import time
from collections.abc import Callable
from typing import Any, Final

_BELIEVED: Final = 30.0  # seconds
_REMEMBERED: Final = 2_000


class Probes:
    """One for each searcher of a process. Thread-safe: at worst something is probed twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[Any, ...], tuple[float, int]] = {}

    def get(self, key: tuple[Any, ...], probe: Callable[[], int]) -> int:
        """What the probe of this key told within the last half minute, or tells now."""
        now = self._clock()
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        found = probe()
        self._known[key] = now + _BELIEVED, found
        return found
