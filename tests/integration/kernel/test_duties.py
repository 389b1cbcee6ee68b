"""Leases and workers on both databases."""

import multiprocessing
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sixfold.kernel import events, metrics
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.duties import Duty, Leases, Worker, inherited_name

from .processes import Unlucky, contend

IDLE = Duty("idle", lambda: 0, every=0.01, lease=60)


def test_one_holder_at_a_time(database: Database, clock: HandClock) -> None:
    first, second = Leases(database, clock), Leases(database, clock)
    assert first.take(IDLE)
    assert first.take(IDLE)
    assert not second.take(IDLE)
    first.leave(IDLE)
    assert second.take(IDLE)
    assert not first.take(IDLE)


def test_a_holder_that_falls_silent_is_succeeded(database: Database, clock: HandClock) -> None:
    first, second = Leases(database, clock), Leases(database, clock)
    assert first.take(IDLE)
    clock.advance(59)
    assert not second.take(IDLE)
    clock.advance(2)
    assert second.take(IDLE)
    assert not first.take(IDLE)


def test_a_dead_worker_is_succeeded_at_once_by_the_next_of_its_folder(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    file = tmp_path / "worker.name"
    with inherited_name(file) as name:
        assert Leases(database, clock, holder=name).take(IDLE)
    with inherited_name(file) as heir:
        assert heir == name
        assert Leases(database, clock, holder=heir).take(IDLE)


def test_a_copied_folder_goes_by_another_name(tmp_path: Path) -> None:
    with inherited_name(tmp_path / "worker.name") as name:
        shutil.copy(tmp_path / "worker.name", tmp_path / "copy")
        with inherited_name(tmp_path / "copy") as other:
            assert other != name
    with inherited_name(tmp_path / "copy") as again:
        assert again == other


def test_a_living_workers_name_is_not_inherited(database: Database, clock: HandClock, tmp_path: Path) -> None:
    file = tmp_path / "worker.name"
    with inherited_name(file) as name, inherited_name(file, patience=0.1) as other:
        assert other != name
        assert Leases(database, clock, holder=name).take(IDLE)
        assert not Leases(database, clock, holder=other).take(IDLE)


def test_leaving_what_another_holds_changes_nothing(database: Database, clock: HandClock) -> None:
    first, second = Leases(database, clock), Leases(database, clock)
    assert first.take(IDLE)
    second.leave(IDLE)
    assert not second.take(IDLE)


def test_a_first_lease_that_many_want_goes_to_one(database: Database, clock: HandClock) -> None:
    for number in range(10):
        duty = Duty(f"new{number}", lambda: 0, every=1)
        rivals = [Leases(database, clock) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(lambda rival, duty=duty: rival.take(duty), rivals))
        assert taken.count(True) == 1


def test_processes_never_hold_a_lease_together(database: Database, database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(3) as pool:
        won = pool.starmap(contend, [(database_url, "contended", 40)] * 3)
    steps = events.read(database, 0, 10_000)
    assert len(steps) == 2 * sum(won)
    assert sum(won) > 0
    for entered, left in zip(steps[::2], steps[1::2], strict=True):
        assert (entered.kind, left.kind, entered.actor) == ("in", "out", left.actor)


class Work:
    """A duty's work that counts its steps and can be waited for."""

    def __init__(self, enough: int, step: Callable[[int], int]) -> None:
        self.steps = 0
        self.reached = threading.Event()
        self._enough = enough
        self._step = step

    def __call__(self) -> int:
        self.steps += 1
        if self.steps >= self._enough:
            self.reached.set()
        return self._step(self.steps)


def test_a_worker_goes_on_at_once_while_there_is_work(database: Database) -> None:
    work = Work(50, lambda step: 1 if step < 50 else 0)
    worker = Worker([Duty("busy", work, every=3600)], Leases(database))
    worker.start()
    assert work.reached.wait(60)
    worker.stop()


def test_a_duty_that_fails_is_counted_and_tried_again_while_others_go_on(database: Database) -> None:
    def fail(_step: int) -> int:
        raise Unlucky

    failing, steady = Work(3, fail), Work(3, lambda _: 0)
    counter = metrics.DUTY_FAILURES.labels("failing")
    before = counter._value.get()
    worker = Worker([Duty("failing", failing, every=0.01), Duty("steady", steady, every=0.01)], Leases(database))
    worker.start()
    assert failing.reached.wait(60)
    assert steady.reached.wait(60)
    worker.stop()
    assert counter._value.get() - before >= 2


def test_a_stopped_worker_leaves_its_leases(database: Database) -> None:
    work = Work(1, lambda _: 0)
    worker = Worker([Duty("short", work, every=3600)], Leases(database))
    worker.start()
    assert work.reached.wait(60)
    worker.stop(20)
    assert Leases(database).take(Duty("short", lambda: 0, every=1))


def test_two_workers_share_a_duty_by_turns_never_at_once(database: Database) -> None:
    inside = threading.Semaphore(1)
    clashes: list[int] = []
    reached = threading.Event()

    def step(number: int) -> int:
        reached.set()
        if not inside.acquire(blocking=False):
            clashes.append(number)
            return 0
        inside.release()
        return 0

    works = [Work(1, step) for _ in range(2)]
    workers = [Worker([Duty("shared", work, every=0.005)], Leases(database)) for work in works]
    for worker in workers:
        worker.start()
    assert reached.wait(30)
    for worker in workers:
        worker.stop()
    assert clashes == []


@pytest.mark.parametrize("seconds", [0.0, 4.0])
def test_stopping_is_bounded(database: Database, seconds: float) -> None:
    release = threading.Event()
    work = Work(1, lambda _: int(not release.wait(30)))
    worker = Worker([Duty("stuck", work, every=1)], Leases(database))
    worker.start()
    assert work.reached.wait(30)
    if seconds:
        release.set()
    worker.stop(seconds)
    release.set()
    worker.stop()
