"""One search over many archives: answers as they come, joined with those that came before, and only what may be seen."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from sixfold.viewer.model.federation import Answer, Copy, Joined, Question
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
    """An archive that is asked: its key, what people call it, the flight, and how its time is said to be over."""

    key: str
    title: str
    flight: Flight
    expire: Callable[[Flight], None]


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

    async def answers(self) -> AsyncIterator[Answer]:
        """Each archive's answer as it comes, a failure at its deadline at the latest."""
        loop, landed = asyncio.get_running_loop(), asyncio.Queue[Asked]()
        left = {one.key: one for one in self.asked}
        for one in self.asked:
            one.flight.future.add_done_callback(partial(_hand_over, loop, landed, one))
        while left:
            wait = min(one.flight.deadline for one in left.values()) - time.monotonic()
            try:
                one = await asyncio.wait_for(landed.get(), max(_A_MOMENT, wait))
            except TimeoutError:
                for late in left.values():
                    if late.flight.deadline <= time.monotonic():
                        late.expire(late.flight)
                continue
            del left[one.key]
            yield one.flight.future.result()

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
