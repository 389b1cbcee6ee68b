"""One archive as this process asks it."""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.unit.viewer.rows import study

from sixfold.viewer.model.federation import OWN, Answer, Copy, Dicomweb, Failure, Found, Question, Source
from sixfold.viewer.rules.federation.asking import question_of
from sixfold.viewer.rules.federation.circuit import FIRST_PAUSE, THRESHOLD
from sixfold.viewer.rules.federation.patience import FAILING, LEAST, UNKNOWN, patience
from sixfold.viewer.service.federation.connectors.fake import FakeArchive
from sixfold.viewer.service.federation.kept import BELIEVED, KeptAnswers
from sixfold.viewer.service.federation.lane import Lane
from sixfold.viewer.service.federation.search import Asked, Search

EVERY = Question()
Open = Callable[..., Lane]


class Hand:
    """A monotonic clock that a test turns forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def opened() -> Iterator[Open]:
    lanes: list[Lane] = []

    def open_lane(archive: FakeArchive, now: Callable[[], float] = time.monotonic, **values: Any) -> Lane:
        usual = {"key": "north", "title": "North", "reach": Dicomweb("https://north.example"), "issuer": "N", "timeout": 5.0}
        lanes.append(Lane(Source(**(usual | values)), archive, now))
        return lanes[-1]

    yield open_lane
    for lane in lanes:
        lane.close()


def archive(**values: Any) -> FakeArchive:
    return FakeArchive({"STUDY": [study("1.2.1"), study("1.2.2")]}, **values)


def answer(lane: Lane, question: Question = EVERY, limit: int = 10) -> Answer:
    return lane.ask(question, limit).future.result(10)


def test_an_answer_is_kept_for_a_moment_and_then_asked_for_again(opened: Open) -> None:
    fake, hand = archive(), Hand()
    lane = opened(fake, hand)
    first, again = answer(lane), answer(lane)
    assert (first.kept, again.kept, again.found) == (False, True, first.found)
    assert answer(lane, question_of("STUDY", [("PatientID", "P1")])).kept is False
    assert answer(lane, limit=1).kept is False
    hand.ahead += BELIEVED
    assert answer(lane).kept is False
    assert len(fake.asked) == 4


def test_what_is_kept_is_bounded() -> None:
    kept = KeptAnswers(100)
    kept.put("large", Found(size=26), 0.0)
    assert kept.get("large", 0.0) is None
    for number in range(10):
        kept.put(number, Found(size=25), 0.0)
        kept.put(number, Found(size=25), 0.0)
    assert [number for number in range(10) if kept.get(number, 0.0)] == [6, 7, 8, 9]
    assert kept.get(9, BELIEVED) is None


def test_the_same_question_is_on_its_way_once(opened: Open) -> None:
    fake = archive(latency=0.2)
    lane = opened(fake)
    flights = [lane.ask(EVERY, 10) for _ in range(20)]
    assert {id(flight.future.result(5).found) for flight in flights} == {id(flights[0].future.result().found)}
    assert len(fake.asked) == 1


def test_no_more_questions_at_once_than_it_takes(opened: Open) -> None:
    fake = archive(latency=0.05)
    lane = opened(fake, at_once=2)
    flights = [lane.ask(EVERY, limit) for limit in range(1, 9)]
    assert all(flight.future.result(5).found for flight in flights)
    assert fake.most_at_once == 2


def test_a_question_that_only_waited_says_nothing_of_the_archive(opened: Open) -> None:
    lane = opened(archive(latency=0.3), at_once=1, timeout=0.5)
    flights = [lane.ask(EVERY, limit) for limit in range(1, 12)]
    answers = [flight.future.result(10) for flight in flights]
    assert answers[0].found is not None
    assert {one.failure for one in answers[2:]} == {Failure.TIMED_OUT}
    assert lane.standing().failures <= 1


def test_after_failures_it_is_left_alone_then_tried_by_one(opened: Open) -> None:
    fake, hand = archive(fails=Failure.REFUSED), Hand()
    lane = opened(fake, hand)
    for limit in range(1, THRESHOLD + 1):
        assert answer(lane, limit=limit).failure is Failure.REFUSED
    assert answer(lane, limit=50).failure is Failure.SKIPPED
    assert len(fake.asked) == THRESHOLD
    assert (lane.standing().state, lane.standing().failure) == ("open", Failure.REFUSED)
    hand.ahead += FIRST_PAUSE
    fake.fails = None
    assert answer(lane, limit=51).found is not None
    assert lane.standing().state == "closed"


def test_one_whose_time_is_over_has_failed_and_a_late_answer_is_kept(opened: Open) -> None:
    lane = opened(archive(latency=0.3))
    flight = lane.ask(EVERY, 10)
    lane.expire(flight)
    assert flight.future.result(0).failure is Failure.TIMED_OUT
    assert lane.standing().failures == 1
    deadline = time.monotonic() + 5
    while not answer(lane).kept:
        assert time.monotonic() < deadline
    assert lane.standing().failures in (0, 1)


def test_a_connector_that_breaks_is_a_failure_with_a_name(opened: Open) -> None:
    class Broken(FakeArchive):
        def search(self, question: Question, limit: int, deadline: float) -> Found:
            raise KeyError("a fault of ours")

    assert answer(opened(Broken())).failure is Failure.UNREADABLE


def test_one_that_is_closed_lets_nobody_wait(opened: Open) -> None:
    fake = archive(latency=0.5)
    lane = opened(fake, at_once=1)
    flights = [lane.ask(EVERY, 1), lane.ask(EVERY, 2)]
    lane.close()
    assert [flight.future.result(0.1).failure for flight in flights] == [Failure.CUT, Failure.CUT]
    assert fake.closed


def everything(_uid: str, copies: Any) -> list[Copy]:
    return list(copies)


async def collected(search: Search) -> list[tuple[str, float]]:
    begun, found = time.monotonic(), []
    async for one in search.answers():
        search.take(one)
        found.append((one.source, time.monotonic() - begun))
    return found


def test_answers_come_as_they_are_there_and_the_dead_delay_nobody(opened: Open) -> None:
    quick = opened(archive(), key="quick")
    slow = opened(archive(latency=0.15), key="slow")
    dead = opened(archive(latency=60.0), key="dead", timeout=0.5)
    asked = [Asked(lane.source.key, lane.source.key, lane.ask(EVERY, 10), lane.expire) for lane in (dead, slow, quick)]
    search = Search(EVERY, asked, everything)
    found = asyncio.run(collected(search))
    assert [source for source, _ in found] == ["quick", "slow", "dead"]
    assert found[0][1] < 0.14
    assert 0.1 < found[1][1] < 0.45
    assert 0.4 < found[2][1] < 1.0
    assert [one.failure for one in search.missing()] == [Failure.TIMED_OUT]
    assert [place.source for place in search.rows()[0].locations] == ["quick", "slow"]


def test_a_thread_that_hangs_keeps_nobody_beyond_the_deadline(opened: Open) -> None:
    release = threading.Event()

    class Hanging(FakeArchive):
        def search(self, question: Question, limit: int, deadline: float) -> Found:
            release.wait(20)
            return Found()

    lane = opened(Hanging(), timeout=0.5)
    search = Search(EVERY, [Asked("north", "North", lane.ask(EVERY, 10), lane.expire)], everything)
    ((_, seconds),) = asyncio.run(collected(search))
    release.set()
    assert seconds < 1.0
    assert search.missing()[0].failure is Failure.TIMED_OUT


def test_who_stops_listening_ends_the_question_for_nobody_else(opened: Open) -> None:
    lane = opened(archive(latency=0.3))

    async def leave() -> None:
        search = Search(EVERY, [Asked("north", "North", lane.ask(EVERY, 10), lane.expire)], everything)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collected(search), 0.05)

    asyncio.run(leave())
    assert lane.ask(EVERY, 10).future.result(5).found is not None


def test_a_row_that_must_not_be_seen_after_all_is_taken_back() -> None:
    def no_south(_uid: str, copies: Any) -> list[Copy]:
        seen = list(copies)
        return [] if any(copy.source == "south" for copy in seen) else seen

    search = Search(EVERY, [], no_south)
    rows = (study("1.2.1"), study("1.2.2"))
    first = search.take(Answer(OWN, 0.1, Found(rows)))
    assert (first.count, len(first.rows), first.gone) == (2, 2, ())
    again = search.take(Answer(OWN, 0.1, Found(rows)))
    assert (again.count, again.rows) == (2, ())
    second = search.take(Answer("south", 0.1, Found(rows[:1])))
    assert (second.count, second.rows, second.gone) == (0, (), ("1.2.1",))
    assert [one.uid for one in search.rows()] == ["1.2.2"]


async def in_haste(search: Search, until: float = math.inf) -> float:
    begun = time.monotonic()
    async for one in search.answers(hasty=True, until=until):
        search.take(one)
    return time.monotonic() - begun


def asked_of(lane: Lane, patience: float) -> Asked:
    return Asked(lane.source.key, lane.source.key, lane.ask(EVERY, 10), lane.expire, patience)


def test_who_is_hasty_waits_for_nobody_once_something_is_there(opened: Open) -> None:
    quick, hanging = opened(archive(), key="quick"), opened(archive(latency=0.8), key="hanging", timeout=4.0)
    search = Search(EVERY, [asked_of(quick, 1.0), asked_of(hanging, 0.1)], everything)
    assert asyncio.run(in_haste(search)) < 0.7
    assert [(one.source, one.failure) for one in search.missing()] == [("hanging", Failure.TIMED_OUT)]
    assert len(search.rows()) == 2
    assert hanging.standing().failures == 0  # it was given up, it has not failed
    assert hanging.ask(EVERY, 10).future.result(5).found is not None


def test_where_nobody_has_anything_everybody_is_waited_for(opened: Open) -> None:
    empty, slow = opened(FakeArchive(), key="empty"), opened(archive(latency=0.3), key="slow")
    search = Search(EVERY, [asked_of(empty, 0.05), asked_of(slow, 0.05)], everything)
    assert asyncio.run(in_haste(search)) >= 0.25
    assert len(search.rows()) == 2
    hanging = opened(archive(latency=2.0), key="hanging")
    search = Search(EVERY, [asked_of(hanging, 9.0)], everything)
    assert asyncio.run(in_haste(search, time.monotonic() + 0.1)) < 1.0
    assert [one.source for one in search.missing()] == ["hanging"]


def test_patience_is_of_the_pace_that_an_archive_has_shown(opened: Open) -> None:
    assert patience(None, 0, 10.0) == UNKNOWN
    assert patience(0.01, 0, 10.0) == LEAST
    assert patience(2.0, 0, 10.0) == 6.0
    assert patience(9.0, 0, 10.0) == 10.0
    assert patience(9.0, 1, 10.0) == FAILING
    assert patience(None, 0, 0.3) == 0.3
    fake = archive(latency=0.01)
    lane = opened(fake)
    assert lane.patience == UNKNOWN
    answer(lane)
    assert lane.patience == LEAST
    fake.fails = Failure.CUT
    answer(lane, limit=2)
    assert lane.patience == FAILING
