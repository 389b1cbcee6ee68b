"""Ids, clock, errors, metrics."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone

from sixfold.kernel import errors, metrics
from sixfold.kernel.clock import HandClock, from_text, to_text, utc_now
from sixfold.kernel.ids import new_key, new_uid


def test_keys_are_unique_and_sort_by_time() -> None:
    keys = [new_key() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{26}", key) for key in keys)
    earlier = new_key()
    time.sleep(0.002)
    assert earlier < new_key()


def test_uids_are_valid() -> None:
    uids = {new_uid() for _ in range(1000)}
    assert len(uids) == 1000
    assert all(len(uid) <= 64 and re.fullmatch(r"2\.25\.(0|[1-9]\d*)", uid) for uid in uids)


def test_moments_as_text_come_back_and_sort_as_time() -> None:
    moment = datetime(2026, 1, 15, 12, 0, 0, 123_000, tzinfo=UTC)
    assert to_text(moment) == "2026-01-15T12:00:00.123Z"
    assert from_text(to_text(moment)) == moment
    assert to_text(moment.astimezone(timezone(timedelta(hours=5)))) == to_text(moment)
    moments = [moment + timedelta(milliseconds=step * 37) for step in range(100)]
    assert sorted(map(to_text, moments)) == [to_text(each) for each in moments]
    assert utc_now().tzinfo is UTC


def test_a_clock_is_turned_by_hand() -> None:
    clock = HandClock(datetime(2026, 1, 1, tzinfo=UTC))
    before = clock()
    clock.advance(1.5)
    assert clock() - before == timedelta(seconds=1.5)


def test_the_error_tree_is_drawn_as_it_is() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))
    roots = {kind.__name__ for kind in errors.SixfoldError.__subclasses__() if kind.__module__ == errors.__name__}
    assert drawn == roots
    retryable = {name for name in roots if getattr(errors, name).retryable}
    assert retryable == {"Unavailable"}


def test_figures_are_shown_in_the_text_format() -> None:
    metrics.SERIES_SEALED.inc()
    assert b"sixfold_series_sealed_total" in metrics.exposition()
