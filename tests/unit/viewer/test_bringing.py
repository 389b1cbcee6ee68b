"""Work that others wait for: once, by urgency; whose turn it is; who hears of it."""

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from sixfold.viewer.service.bell import Bell
from sixfold.viewer.service.bringing import Bringing, Urgency
from sixfold.viewer.store.turns import Turns, locked


def test_the_most_urgent_is_done_first_and_everything_once() -> None:
    bringing, gate, done = Bringing(1), threading.Event(), list[str]()

    def begin(name: str, urgency: Urgency = Urgency.PART) -> Future[None]:
        def work() -> None:
            gate.wait(5)
            done.append(name)

        return bringing.begin(name, urgency, work)

    futures = [*map(begin, ("first", "a", "b", "a")), begin("b", Urgency.NAMED), begin("c", Urgency.NAMED)]
    gate.set()
    for future in futures:
        future.result(5)
    assert done == ["first", "b", "c", "a"]
    assert futures[1] is futures[3]
    bringing.close()


def test_a_failure_is_told_to_all_and_the_next_begins_anew() -> None:
    bringing = Bringing(1)

    def fail() -> None:
        raise OSError("as it was told")

    with pytest.raises(OSError, match="as it was told"):
        bringing.begin("x", Urgency.PART, fail).result(5)
    assert bringing.begin("x", Urgency.PART, lambda: None).result(5) is None
    bringing.close()


def test_what_did_not_begin_is_cancelled_at_the_end() -> None:
    bringing, gate = Bringing(1), threading.Event()
    running = bringing.begin("x", Urgency.PART, gate.wait)
    waiting = bringing.begin("y", Urgency.PART, lambda: None)
    bringing.close()
    gate.set()
    assert waiting.cancelled()
    running.result(5)


def test_turns_are_of_a_series_and_wishes_are_shared(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    assert not turns.is_taken("1")
    with turns.turn("1", "1.1"), turns.turn("1", "1.2"):
        assert turns.is_taken("1")
        assert not turns.is_taken("2")
        assert not turns.is_any_wanted()
    assert not turns.is_taken("1")
    with turns.wanting("1", "1.1"), turns.wanting("1", "1.1"):
        assert not turns.is_taken("1")
        assert turns.is_any_wanted()
        assert (turns.is_wanted("1", "1.1"), turns.is_wanted("1", "1.2")) == (True, False)
    assert not turns.is_any_wanted()
    turns.tidy()
    with locked(tmp_path / "gone" / "x"):
        assert (tmp_path / "gone" / "x").exists()


def test_the_bell_rings_for_those_who_wait() -> None:
    bell, heard = Bell(), list[str]()
    with bell.heard("1", lambda: heard.append("a")), bell.heard("1", lambda: heard.append("b")):
        bell.ring("1")
        bell.ring("2")
    bell.ring("1")
    assert heard == ["a", "b"]
