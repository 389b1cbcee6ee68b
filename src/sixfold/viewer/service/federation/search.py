"""One search over many archives: answers as they come, joined with those that came before, and only what may be seen."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from sixfold.viewer.model.federation import Answer, Copy, Failure, Joined, Question
from sixfold.viewer.rules.federation.join import in_order, joined, uid_of
from sixfold.viewer.rules.federation.rows import copy_of
from sixfold.viewer.service.federation.lane import Flight

_A_MOMENT = 0.01
Opened = Callable[[str, Iterable[Copy]], list[Copy]]
"""Those copies of a study that may be seen."""
Heard = Callable[[Answer], None]
"""Is told of each answer that is taken."""


def _nobody(_answer: Answer) -> None: ...


class Asked(msgspec.Struct, frozen=True):
    """An archive that is asked: its key, what people call it, the flight, and how its time is said to be over.

    `patience` is how many seconds it is waited for by who needs not everybody's answer.
    """

    key: str
    title: str
    flight: Flight
    expire: Callable[[Flight], None]
    patience: float = math.inf


class Change(msgspec.Struct, frozen=True):
    """What an answer changed: rows that are new or tell more, in no order; UIDs of rows that must not be seen any more.

    `count` is how many of the answer's rows may be seen.
    """

    answer: Answer
    count: int = 0
    rows: tuple[Joined, ...] = ()
    gone: tuple[str, ...] = ()


class Search:
    """A search under way. `answers` hands out each archive's answer, `take` joins it to the others."""

    def __init__(self, question: Question, asked: Sequence[Asked], opened: Opened, heard: Heard = _nobody) -> None:
        self.question = question
        self.asked = asked
        self.taken: list[Change] = []
        self._opened = opened
        self._heard = heard
        self._copies: dict[str, dict[tuple[str, bytes], Copy]] = {}
        self._shown: dict[str, Joined] = {}

    async def answers(self, *, hasty: bool = False, until: float = math.inf) -> AsyncIterator[Answer]:
        """Each archive's answer as it comes, a failure at its deadline at the latest.

        Who is `hasty` has enough as soon as any row may be seen: then nobody is waited for beyond their patience. `until` is a
        monotonic moment at which the waiting ends for all. Who is given up has not failed: another search may still wait.
        """
        loop, landed = asyncio.get_running_loop(), asyncio.Queue[Asked]()
        left = {one.key: one for one in self.asked}
        begun = time.monotonic()
        for one in self.asked:
            one.flight.future.add_done_callback(partial(_hand_over, loop, landed, one))
        while left:
            ends = {one.key: self._ends(one, begun, until, hasty=hasty) for one in left.values()}
            try:
                one = await asyncio.wait_for(landed.get(), max(_A_MOMENT, min(ends.values()) - time.monotonic()))
            except TimeoutError:
                now = time.monotonic()
                for late in list(left.values()):
                    if late.flight.deadline <= now:
                        late.expire(late.flight)
                    elif ends[late.key] <= now:
                        del left[late.key]
                        yield Answer(late.key, now - begun, failure=Failure.TIMED_OUT)
                continue
            if left.pop(one.key, None) is not None:
                yield one.flight.future.result()

    def _ends(self, one: Asked, begun: float, until: float, *, hasty: bool) -> float:
        """The moment at which an archive is not waited for any more."""
        patient = begun + one.patience if hasty and self._shown else math.inf
        return min(one.flight.deadline, until, patient)

    def take(self, answer: Answer) -> Change:
        """Join an answer to those taken before; may read the database."""
        change = self._joined(answer) if answer.found is not None else Change(answer)
        self.taken.append(change)
        self._heard(answer)
        return change

    def rows(self) -> list[Joined]:
        """All that may be seen of what was taken, in the order of the level."""
        return in_order(self.question.level, self._shown.values())

    def title(self, key: str) -> str:
        """What people call an archive."""
        return next(one.title for one in self.asked if one.key == key)

    def missing(self) -> list[Answer]:
        """The answers that are none."""
        return [change.answer for change in self.taken if change.answer.failure is not None]

    def _joined(self, answer: Answer) -> Change:
        assert answer.found is not None
        level = self.question.level
        touched = dict.fromkeys(uid_of(level, row) for row in answer.found.rows)
        for row in answer.found.rows:
            copy = copy_of(answer.source, row)
            self._copies.setdefault(uid_of(level, row), {})[copy.source, copy.token] = copy
        count, rows, gone = 0, [], []
        for uid in touched:
            seen = self._opened(uid, self._copies[uid].values())
            count += any(copy.source == answer.source for copy in seen)
            before = self._shown.pop(uid, None)
            if seen:
                self._shown[uid] = now = joined(level, seen)
                if now != before:
                    rows.append(now)
            elif before is not None:
                gone.append(uid)
        return Change(answer, count, tuple(rows), tuple(gone))


def _hand_over(loop: asyncio.AbstractEventLoop, landed: "asyncio.Queue[Asked]", one: Asked, _future: object) -> None:
    with suppress(RuntimeError):  # nobody waits any more: the loop is closed
        loop.call_soon_threadsafe(landed.put_nowait, one)
