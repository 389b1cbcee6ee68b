"""Measures, targets, trends and periods as pure decisions."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from sixfold.governance.model.scorecards import Counted, Measure, Period, Tally, Trend
from sixfold.governance.rules import scorecards as rules
from sixfold.governance.rules.scorefacts import fact_of, lines_of
from sixfold.kernel.events import Event


@pytest.mark.parametrize(
    ("study_date", "study_time", "moment"),
    [
        ("20260131", "235959.123456", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("20260131", "12", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("20260131", "12:30:15", datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC)),
        ("20260131", "", None),
        ("20260131", "1", None),
        ("20260131", "24", None),
        ("20260231", "1200", None),
        ("", "1200", None),
        ("2026131", "1200", None),
        ("2026013\u0661", "1200", None),
        ("00000101", "1200", None),
    ],
)
def test_the_moment_of_a_study(study_date: str, study_time: str, moment: datetime | None) -> None:
    assert rules.study_moment(study_date, study_time) == moment


def test_a_wait_that_no_clock_can_mean_is_none() -> None:
    at = "2026-01-31T12:00:00.000Z"
    assert rules.wait(at, at) == 0
    assert rules.wait(at, "2026-01-31T13:30:00.000Z") == 90
    assert rules.wait(at, "2026-01-31T11:59:59.999Z") is None
    assert rules.wait(at, "2026-03-02T12:00:00.000Z") == 30 * 24 * 60
    assert rules.wait(at, "2026-03-02T12:00:00.001Z") is None


def test_the_percentile_is_the_nearest_rank() -> None:
    chance = random.Random(3)
    for n in range(1, 60):
        values = [chance.random() for _ in range(n)]
        for share in (0.5, 0.95):
            found = rules.percentile(values, share)
            assert found == min(v for v in values if sum(w <= v for w in values) >= share * n - 1e-9)
    assert rules.percentile([], 0.5) is None


def test_chance_is_no_trend() -> None:
    share = Measure.ORDERS_LINKED
    assert rules.trend(share, Counted(0.5, 9), Counted(0.9, 900)) is Trend.UNKNOWN
    assert rules.trend(share, Counted(0.5, 20), Counted(0.6, 20)) is Trend.STEADY
    assert rules.trend(share, Counted(0.5, 2000), Counted(0.6, 2000)) is Trend.WORSE
    assert rules.trend(share, Counted(0.6, 2000), Counted(0.5, 2000)) is Trend.BETTER
    assert rules.trend(share, Counted(1.0, 50), Counted(1.0, 50)) is Trend.STEADY
    assert rules.trend(share, Counted(None, 0), Counted(1.0, 50)) is Trend.UNKNOWN
    assert rules.trend(Measure.IDENTITY_DEFECTS, Counted(5.0, 1000), Counted(6.0, 1000)) is Trend.STEADY
    assert rules.trend(Measure.IDENTITY_DEFECTS, Counted(2000.0, 1000), Counted(6.0, 1000)) is Trend.WORSE
    assert rules.trend(Measure.COMPLETE, Counted(105.0, 100), Counted(100.0, 100)) is Trend.STEADY
    assert rules.trend(Measure.COMPLETE, Counted(80.0, 100), Counted(100.0, 100)) is Trend.BETTER
    assert rules.trend(Measure.REVIEWS_OVERDUE, Counted(2.0, 3), Counted(1.0, 3)) is Trend.WORSE


def test_a_share_that_can_still_grow_is_not_worse() -> None:
    before, now = Counted(0.6, 2000), Counted(0.5, 2000)
    assert rules.trend(Measure.SEEN_OUTSIDE, now, before) is Trend.WORSE
    assert rules.trend(Measure.SEEN_OUTSIDE, now, before, provisional=True) is Trend.UNKNOWN
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    february = datetime(2026, 2, 10, tzinfo=UTC)
    assert rules.is_provisional(Measure.SEEN_OUTSIDE, january, february)
    assert not rules.is_provisional(Measure.COMPLETE, january, february)
    assert not rules.is_provisional(Measure.SEEN_OUTSIDE, january, february + timedelta(days=30))


def test_a_target_is_met_from_its_own_side() -> None:
    assert rules.is_met(Measure.ORDERS_LINKED, Counted(0.95, 10), 0.95) is True
    assert rules.is_met(Measure.ORDERS_LINKED, Counted(0.94, 10), 0.95) is False
    assert rules.is_met(Measure.COMPLETE, Counted(120.0, 10), 120) is True
    assert rules.is_met(Measure.COMPLETE, Counted(121.0, 10), 120) is False
    assert rules.is_met(Measure.COMPLETE, Counted(121.0, 9), 120) is None
    assert rules.is_met(Measure.REVIEWS_OVERDUE, Counted(1.0, 1), 0) is False


def test_the_period_before() -> None:
    assert rules.before(Period(date(2026, 1, 1), date(2026, 2, 1))) == Period(date(2025, 12, 1), date(2026, 1, 1))
    assert rules.before(Period(date(2026, 3, 1), date(2026, 6, 1))) == Period(date(2025, 12, 1), date(2026, 3, 1))
    assert rules.before(Period(date(2026, 3, 5), date(2026, 3, 12))) == Period(date(2026, 2, 26), date(2026, 3, 5))
    assert rules.period_of("", "", date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2027, 1, 1))
    months = rules.months_until(Period(date(2026, 1, 10), date(2026, 2, 1)), 3)
    assert [month.start for month in months] == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


def test_nothing_is_counted_of_nothing() -> None:
    for which in Measure:
        counted = rules.measure(which, Tally())
        assert counted.n == 0
        assert counted.value == (0 if which is Measure.REVIEWS_OVERDUE else None)
        assert rules.trend(which, counted, counted) is (Trend.STEADY if which is Measure.REVIEWS_OVERDUE else Trend.UNKNOWN)


@pytest.mark.parametrize(
    ("actor", "who", "lines"),
    [
        ("person:ada", {"service_lines": ["b", "a"]}, "|a|b|"),
        ("person:ada", {"roles": ["physician"]}, "|"),
        ("person:ada", {"roles": ["technologist"]}, ""),
        ("token:bench", {"service_lines": ["a"]}, ""),
        ("ae:PACS", {"roles": ["radiologist"]}, ""),
        ("person:ada", None, ""),
        ("person:ada", {"service_lines": "ab", "roles": [1, None]}, ""),
        ("person:ada", {"service_lines": ["a|b"]}, ""),
    ],
)
def test_who_counts_as_somebody_of_another_line(actor: str, who: object, lines: str) -> None:
    assert lines_of(actor, {"who": who}) == lines


@pytest.mark.parametrize("kind", ["access.allowed", "access.denied", "glass.broken", "glass.reviewed"])
@pytest.mark.parametrize("payload", [{}, {"action": 1, "study_uid": 2, "key": 3}, {"action": "read", "first": ["x"], "who": 7}])
def test_an_event_that_lacks_what_it_should_tell_is_no_fact(kind: str, payload: dict[str, object]) -> None:
    assert fact_of(Event(1, "2026-01-01T00:00:00.000Z", "governance", kind, "s", "person:ada", payload)) is None
