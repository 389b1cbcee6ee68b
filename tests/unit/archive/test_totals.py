"""How much there is: exact while counting is quick, seldom counted when it is not, and never by two at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sixfold.archive.service.totals import Totals


class _Index:
    """An index that counts how often it is counted."""

    def __init__(self, instances: int) -> None:
        self.instances = instances
        self.times = 0
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()

    def count(self) -> dict[str, int]:
        self.times += 1
        self.begun.set()
        assert self.gate.wait(10)
        return {"studies": 1, "instances": self.instances, "bytes": 512 * self.instances}


def test_a_small_archive_is_counted_each_time() -> None:
    index = _Index(99_999)
    totals = Totals(index.count, lambda: 0.0)
    assert totals.get()["instances"] == 99_999
    index.instances = 100_000
    assert totals.get() == {"studies": 1, "instances": 100_000, "bytes": 51_200_000}
    assert index.times == 2


def test_a_count_of_a_large_archive_holds_the_longer_the_larger_it_is() -> None:
    now = 0.0
    index = _Index(1_000_000)
    totals = Totals(index.count, lambda: now)
    totals.get()["instances"] = 0  # what is given out is the caller's own
    index.instances = 100_000_000
    now = 49.9
    assert (totals.get()["instances"], index.times) == (1_000_000, 1)
    now = 50.0
    assert (totals.get()["instances"], index.times) == (100_000_000, 2)
    now = 349.9
    assert (totals.get()["instances"], index.times) == (100_000_000, 2)
    now = 350.0
    assert (totals.get()["instances"], index.times) == (100_000_000, 3)


def test_while_one_counts_anew_the_others_have_the_count_before() -> None:
    now = 0.0
    index = _Index(1_000_000)
    totals = Totals(index.count, lambda: now)
    totals.get()
    now, index.instances = 60.0, 2_000_000
    index.gate.clear()
    index.begun.clear()
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(totals.get)
        assert index.begun.wait(10)
        assert totals.get()["instances"] == 1_000_000
        index.gate.set()
        assert counting.result(10)["instances"] == 2_000_000
    assert index.times == 2


def test_those_who_wait_for_the_first_count_share_it() -> None:
    index = _Index(1_000_000)
    index.gate.clear()
    totals = Totals(index.count, lambda: 0.0)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(totals.get) for _ in range(4)]
        assert index.begun.wait(10)
        index.gate.set()
        assert [future.result(10)["instances"] for future in asked] == [1_000_000] * 4
    assert index.times == 1


def test_a_count_that_fails_leaves_the_next_to_try() -> None:
    index = _Index(5)
    failing = Totals(lambda: index.count() if index.times else index.count() and {}["instances"])
    with pytest.raises(KeyError):
        failing.get()
    assert failing.get()["instances"] == 5
