"""An archive in memory that behaves as it is told: quick, slow, dead, refusing, broken."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sixfold.viewer.model.federation import Failure, Found, Json, Question, SourceFailed
from sixfold.viewer.rules.federation.asking import meant
from sixfold.viewer.rules.federation.rows import sift


@dataclass(slots=True)
class FakeArchive:
    """Studies, series and instances by level; `latency` in seconds, a number or what gives one; `fails` if it is to fail."""

    rows: dict[str, Sequence[Json]] = field(default_factory=dict)
    issuer: str = "FAKE"
    latency: float | Callable[[], float] = 0.0
    fails: Failure | None = None
    asked: list[Question] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        """Wait, then fail or answer; never later than the deadline."""
        with self.lock:
            self.asked.append(question)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._wait(deadline)
            rows = [dict(row) for row in self.rows.get(question.level, ())]
            found = sift(rows, question, meant(question), self.issuer, limit)
        finally:
            with self.lock:
                self.at_once -= 1
        return Found(found.rows, found.more, found.dropped, found.untold, 500 * len(found.rows))

    def probe(self, deadline: float) -> None:
        """Wait, then fail or not."""
        self._wait(deadline)

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    def _wait(self, deadline: float) -> None:
        latency = self.latency() if callable(self.latency) else self.latency
        left = deadline - time.monotonic()
        time.sleep(max(0.0, min(latency, left)))
        if self.fails is not None:
            raise SourceFailed(self.fails, "as it was told")
        if latency > left:
            raise SourceFailed(Failure.TIMED_OUT, "as slow as it was told")


def between(low: float, high: float, seed: int = 1) -> Callable[[], float]:
    """A latency by chance between two numbers of seconds."""
    chance = random.Random(seed)
    return lambda: chance.uniform(low, high)
