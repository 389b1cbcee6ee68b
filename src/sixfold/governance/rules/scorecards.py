"""Scorecards as pure decisions: counting, the measures, their targets and trends, and what may be set."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sixfold.governance.model import BadEntry
from sixfold.governance.model.scorecards import (
    ActionState,
    Counted,
    Definition,
    GlassFacts,
    Measure,
    Outcome,
    Period,
    Score,
    Setting,
    StudyFacts,
    Tally,
    Trend,
    Unit,
)
from sixfold.kernel.clock import from_text, to_text

DEFINITIONS: Mapping[Measure, Definition] = {
    Measure.SEEN_OUTSIDE: Definition(Unit.SHARE, more_is_better=True, target=0.10),
    Measure.FIRST_IMAGE: Definition(Unit.MINUTES, more_is_better=False, target=60),
    Measure.COMPLETE: Definition(Unit.MINUTES, more_is_better=False, target=120),
    Measure.ORDERS_LINKED: Definition(Unit.SHARE, more_is_better=True, target=0.95),
    Measure.IDENTITY_DEFECTS: Definition(Unit.PER_1000, more_is_better=False, target=5),
    Measure.EMERGENCY_READS: Definition(Unit.SHARE, more_is_better=False, target=0.01),
    Measure.REVIEWS_OVERDUE: Definition(Unit.COUNT, more_is_better=False, target=0),
    Measure.REFUSED: Definition(Unit.PER_1000, more_is_better=False, target=10),
}
"""What is judged by when a line has set nothing; somewhere to begin, not a norm."""
SEEN_WITHIN = timedelta(days=30)
BELIEVABLE = timedelta(days=30)
"""A study that came later than this after its time, or before it, tells of a wrong clock, not of a wait."""
TOO_FEW = 10
_FIRST, _LAST = date(1970, 1, 1), date(2500, 1, 1)
_SURE = 1.96  # standard deviations: 95 percent
_NOTABLE = 0.10  # of the wait before
_LONGEST_PERIOD = timedelta(days=400)
_LONGEST_TEXT, _LONGEST_NAME = 1000, 200
_MOST = 1e6


def study_moment(study_date: str, study_time: str) -> datetime | None:
    """The moment of Study Date and Time (DA and TM of PS3.5 6.2), taken as UTC; None when they do not tell one."""
    digits = study_time.replace(":", "").partition(".")[0]
    if len(study_date) != 8 or len(digits) < 2 or not (digits + study_date).isascii() or not (digits + study_date).isdigit():
        return None
    try:
        return datetime.strptime(study_date + digits[:6].ljust(6, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def wait(study_at: str, moment: str) -> float | None:
    """Minutes from a study's time to a moment; None when the clock that told the time is not believable."""
    passed = from_text(moment) - from_text(study_at)
    return passed.total_seconds() / 60 if timedelta() <= passed <= BELIEVABLE else None


def was_seen_outside(study: StudyFacts) -> bool:
    """Whether somebody of another line read the study in its first 30 days."""
    seen = study.seen_outside
    return seen is not None and from_text(seen) <= from_text(study.arrived) + SEEN_WITHIN


def count_study(tally: Tally, study: StudyFacts) -> None:
    """Add a study that arrived in the period."""
    tally.studies += 1
    tally.seen_outside += was_seen_outside(study)
    tally.ordered += study.has_accession
    tally.unidentified += not study.identified
    tally.unsealed += study.sealed is None
    if study.study_at is None:
        tally.undated += 1
        return
    first = wait(study.study_at, study.arrived)
    if first is None:
        tally.unbelievable += 1
        return
    tally.first_waits.append(first)
    complete = wait(study.study_at, study.sealed) if study.sealed is not None else None
    if complete is not None:
        tally.complete_waits.append(complete)


def count_glass(tally: Tally, glass: GlassFacts, start: str, until: str) -> None:
    """Add a glass that was broken before `until`, the end of the period or now."""
    tally.opened += glass.at >= start
    tally.to_review += 1
    if glass.reviewed_at is not None and glass.reviewed_at < until:
        if glass.reviewed_at >= start:
            tally.review_waits.append((from_text(glass.reviewed_at) - from_text(glass.at)).total_seconds() / 60)
    elif glass.due < until:
        tally.overdue += 1


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least value that at least this share of them does not exceed (nearest rank); None of nothing."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


def measure(which: Measure, tally: Tally) -> Counted:
    """What a measure counts in a tally."""
    return _MEASURES[which](tally)


def _seen_outside(tally: Tally) -> Counted:
    return _ratio(tally.seen_outside, tally.studies, seen=tally.seen_outside)


def _first_image(tally: Tally) -> Counted:
    return _waits(tally.first_waits, undated=tally.undated, unbelievable=tally.unbelievable)


def _complete(tally: Tally) -> Counted:
    figures = {"undated": tally.undated, "unbelievable": tally.unbelievable, "unsealed": tally.unsealed}
    return _waits(tally.complete_waits, **figures)


def _orders_linked(tally: Tally) -> Counted:
    return _ratio(tally.ordered, tally.studies, linked=tally.ordered)


def _identity_defects(tally: Tally) -> Counted:
    figures = {"misfiled": tally.misfiled, "unidentified": tally.unidentified}
    return _ratio(tally.misfiled + tally.unidentified, tally.studies, 1000, **figures)


def _emergency_reads(tally: Tally) -> Counted:
    emergency = tally.outcomes.get(Outcome.EMERGENCY, 0)
    reads = emergency + tally.outcomes.get(Outcome.READ, 0)
    return _ratio(emergency, reads, emergency=emergency, opened=tally.opened)


def _reviews_overdue(tally: Tally) -> Counted:
    figures: dict[str, float] = {"opened": tally.opened, "reviewed": len(tally.review_waits)}
    median = percentile(tally.review_waits, 0.5)
    return Counted(tally.overdue, tally.to_review, figures if median is None else figures | {"median": median})


def _refused(tally: Tally) -> Counted:
    refused = tally.outcomes.get(Outcome.UNEXPLAINED, 0)
    figures = {"unexplained": refused, "forbidden": tally.outcomes.get(Outcome.FORBIDDEN, 0)}
    return _ratio(refused, sum(tally.outcomes.values()), 1000, **figures)


def _ratio(part: int, whole: int, per: int = 1, **figures: float) -> Counted:
    return Counted(per * part / whole if whole else None, whole, figures)


def _waits(values: Sequence[float], **figures: float) -> Counted:
    median = percentile(values, 0.5)
    return Counted(percentile(values, 0.95), len(values), figures if median is None else figures | {"median": median})


_MEASURES: Mapping[Measure, Callable[[Tally], Counted]] = {
    Measure.SEEN_OUTSIDE: _seen_outside,
    Measure.FIRST_IMAGE: _first_image,
    Measure.COMPLETE: _complete,
    Measure.ORDERS_LINKED: _orders_linked,
    Measure.IDENTITY_DEFECTS: _identity_defects,
    Measure.EMERGENCY_READS: _emergency_reads,
    Measure.REVIEWS_OVERDUE: _reviews_overdue,
    Measure.REFUSED: _refused,
}


def is_few(which: Measure, counted: Counted) -> bool:
    """Whether there is too little to judge by; a plain count is what it is."""
    return DEFINITIONS[which].unit is not Unit.COUNT and counted.n < TOO_FEW


def is_provisional(which: Measure, period: Period, now: datetime) -> bool:
    """Whether time to count is left: the period has not ended, or studies of it may still be seen by others."""
    end = start_of(period.end)
    return now < (end + SEEN_WITHIN if which is Measure.SEEN_OUTSIDE else end)


def is_met(which: Measure, counted: Counted, target: float) -> bool | None:
    """Whether the target is reached; None when there is too little to say."""
    if counted.value is None or is_few(which, counted):
        return None
    return counted.value >= target if DEFINITIONS[which].more_is_better else counted.value <= target


def trend(which: Measure, now: Counted, before: Counted, *, provisional: bool = False) -> Trend:
    """How a measure stands to the period before; what may be chance is `steady`.

    A share that can only grow is not called worse while its time is not over.
    """
    if now.value is None or before.value is None or is_few(which, now) or is_few(which, before):
        return Trend.UNKNOWN
    change = now.value - before.value
    if abs(change) <= _noise(DEFINITIONS[which].unit, now, before):
        return Trend.STEADY
    if (change > 0) is DEFINITIONS[which].more_is_better:
        return Trend.BETTER
    return Trend.UNKNOWN if provisional and which is Measure.SEEN_OUTSIDE else Trend.WORSE


def _noise(unit: Unit, now: Counted, before: Counted) -> float:
    """How far two values may lie apart by chance alone: 95 percent of a binomial, or of a Poisson count."""
    assert now.value is not None
    assert before.value is not None
    if unit is Unit.COUNT:
        return 0.0
    if unit is Unit.MINUTES:
        return max(1.0, _NOTABLE * before.value)
    per = 1 if unit is Unit.SHARE else 1000
    p = (now.value * now.n + before.value * before.n) / per / (now.n + before.n)
    spread = p * (1 - p) if unit is Unit.SHARE else p
    return per * _SURE * math.sqrt(spread * (1 / now.n + 1 / before.n))


def target_of(which: Measure, setting: Setting) -> float:
    """The target in force."""
    return DEFINITIONS[which].target if setting.target is None else setting.target


def score(which: Measure, period: Period, now: datetime, tallies: tuple[Tally, Tally], setting: Setting) -> Score:
    """Judge a measure by the tallies of the period and of the one before."""
    definition = DEFINITIONS[which]
    counted, past = measure(which, tallies[0]), measure(which, tallies[1])
    provisional = is_provisional(which, period, now)
    target = target_of(which, setting)
    return Score(
        measure=which,
        unit=definition.unit,
        more_is_better=definition.more_is_better,
        value=counted.value,
        n=counted.n,
        few=is_few(which, counted),
        provisional=provisional,
        target=target,
        target_is_own=setting.target is not None,
        met=is_met(which, counted, target),
        before=past.value,
        trend=trend(which, counted, past, provisional=provisional),
        figures=counted.figures,
        owner=setting.owner,
        actions=setting.actions,
    )


def start_of(day: date) -> datetime:
    """The first moment of a day in the house's time zone, which is UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def bounds(period: Period) -> tuple[str, str]:
    """The period's first moment, and the first one after it, as the database keeps moments."""
    return to_text(start_of(period.start)), to_text(start_of(period.end))


def period_of(start: str, end: str, today: date) -> Period:
    """The period from a day until before another; the running month when neither is given; raises `BadEntry`."""
    if not start and not end:
        return Period(today.replace(day=1), _month_later(today.replace(day=1), 1))
    first, last = _day(start), _day(end)
    if not first < last or last - first > _LONGEST_PERIOD or not _FIRST <= first < _LAST:
        raise BadEntry(f"a period is of 1 to {_LONGEST_PERIOD.days} days: `to` is the day after the last")
    return Period(first, last)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadEntry(f"'{text[:40]}' is not a day as 2026-01-31") from None


def _month_later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def before(period: Period) -> Period:
    """The period before: as many months where it is of whole months, else as many days."""
    if period.start.day == period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        return Period(_month_later(period.start, -months), period.start)
    return Period(period.start - (period.end - period.start), period.start)


def months_until(period: Period, count: int) -> list[Period]:
    """The last months up to the one in which the period ends, the oldest first."""
    last = (period.end - timedelta(days=1)).replace(day=1)
    return [Period(_month_later(last, -back), _month_later(last, 1 - back)) for back in reversed(range(count))]


def check_line(line: str) -> str:
    """The name of a service line; raises `BadEntry`."""
    if not 1 <= len(line) <= _LONGEST_NAME or not line.isprintable():
        raise BadEntry("name the service line by its code")
    return line


def check_measure(name: str) -> Measure:
    """A measure by its name; raises `BadEntry`."""
    try:
        return Measure(name)
    except ValueError:
        raise BadEntry(f"a measure is one of {', '.join(Measure)}") from None


def check_target(which: Measure, target: float) -> float:
    """A target that the measure can have; raises `BadEntry`."""
    most = 1.0 if DEFINITIONS[which].unit is Unit.SHARE else _MOST
    if not 0 <= target <= most:
        raise BadEntry(f"a target of {which} is from 0 to {most:g}")
    return target


def check_owner(owner: str) -> str:
    """Who answers for something: a person or a body, by name; empty for nobody; raises `BadEntry`."""
    plain = " ".join(owner.split())
    if len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise BadEntry(f"an owner is named in at most {_LONGEST_NAME} characters")
    return plain


def check_text(text: str) -> str:
    """What is to be done; raises `BadEntry`."""
    plain = " ".join(text.split())
    if not 3 <= len(plain) <= _LONGEST_TEXT or not plain.isprintable():
        raise BadEntry(f"say what is to be done, in 3 to {_LONGEST_TEXT} characters")
    return plain


def check_due(due: str) -> str:
    """A day as YYYY-MM-DD; raises `BadEntry`."""
    return _day(due).isoformat()


def check_state(state: str) -> ActionState:
    """The state of an action; raises `BadEntry`."""
    try:
        return ActionState(state)
    except ValueError:
        raise BadEntry(f"an action is {', '.join(ActionState)}") from None


def is_overdue(state: str, due: str, today: date) -> bool:
    """Whether an action should have been done; it may take its last day."""
    return state == ActionState.OPEN and due < today.isoformat()
