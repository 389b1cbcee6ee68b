"""Figures: medians, ratios in the right direction, process trees."""

import os
import subprocess
import sys

import pytest
from bench.measure import Case, Ledger, Sample, cpu_seconds, in_parallel, percentile, resident, watched

FASTER, SHORTER = Case("rate", "inst/s", True, "2x"), Case("wait", "ms", False, "3x")


def test_ratios_say_how_much_better_ours_is_in_either_direction() -> None:
    ledger = Ledger()
    for peer, rate, wait in (("sixfold", 900.0, 2.0), ("orthanc", 300.0, 8.0)):
        ledger.add(FASTER, peer, Sample(rate, 1.5))
        ledger.add(SHORTER, peer, Sample(wait))
    rows = ledger.table().splitlines()
    assert "| rate | orthanc | 300 inst/s | 3.00x | 1.50 |" in rows[3]
    assert "| wait | orthanc | 8.00 ms | 4.00x |" in rows[5]


def test_the_median_of_rounds_is_shown_and_the_highest_memory() -> None:
    ledger = Ledger()
    for value, memory in ((10.0, 50.0), (30.0, 70.0), (20.0, 60.0)):
        ledger.add(FASTER, "sixfold", Sample(value, 1.0, memory, memory))
    assert "| 20.00 inst/s |  | 1.00 | 70 | 70 |" in ledger.table()


def test_a_peer_that_failed_is_listed_without_a_figure() -> None:
    ledger = Ledger()
    ledger.fail(FASTER, "orthanc", "timeout")
    assert "| rate | orthanc (timeout) | – |" in ledger.table()


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([5, 1, 3], 0.5) == 3
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([7], 0.95) == 7


def test_an_error_in_parallel_work_reaches_the_caller() -> None:
    def fail() -> None:
        raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        in_parallel([fail, lambda: None])


def test_a_process_tree_is_measured_with_its_children() -> None:
    burn = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(20_000_000))'])"
    process = subprocess.Popen([sys.executable, "-c", burn + "; input()"], stdin=subprocess.PIPE)
    try:
        with watched(process.pid, 0.01) as usage:
            while cpu_seconds(process.pid) < 0.2:
                os.sched_yield()
        assert usage.cpu_seconds >= 0.1
        assert usage.peak_rss >= resident(process.pid, True) > 1e6
    finally:
        process.communicate(b"\n", timeout=60)
