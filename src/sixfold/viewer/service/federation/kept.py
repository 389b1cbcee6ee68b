"""Answers that an archive gave a moment ago."""

from collections import OrderedDict
from collections.abc import Hashable

from sixfold.viewer.model.federation import Found

BELIEVED = 20.0
"""Seconds for which an answer is given again."""
MOST_BYTES = 4 << 20
MOST_ANSWERS = 128


class KeptAnswers:
    """Bounded by age, number and bytes; the oldest go first. Whoever uses it holds its lane's lock."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._held: OrderedDict[Hashable, tuple[Found, float]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, now: float) -> Found | None:
        """The answer to a question, if it was given lately."""
        held = self._held.get(key)
        if held is None:
            return None
        if now - held[1] >= BELIEVED:
            self._drop(key)
            return None
        return held[0]

    def put(self, key: Hashable, found: Found, now: float) -> None:
        """Keep an answer, unless it is large."""
        self._drop(key)
        if found.size > self._most_bytes // 4:
            return
        self._held[key] = found, now
        self._bytes += found.size
        while self._bytes > self._most_bytes or len(self._held) > MOST_ANSWERS:
            self._drop(next(iter(self._held)))

    def _drop(self, key: Hashable) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._bytes -= held[0].size
