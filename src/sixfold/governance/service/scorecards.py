"""Scorecards: counted from the facts when somebody looks."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import Connection

from sixfold.governance.model.scorecards import Card, Case, Improvement, Measure, Period, Setting, Tally
from sixfold.governance.rules import scorecards as decide
from sixfold.governance.rules import scorecases as behind
from sixfold.governance.service.improvements import Improvements, Settings
from sixfold.governance.service.scorefacts import ScoreFacts
from sixfold.governance.service.standing import Standing
from sixfold.governance.store import scorecards as store
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database

_MONTHS = 12


class Overview(msgspec.Struct, frozen=True):
    """Every line's card in a period, and the actions that are overdue; `behind` is how far the counting is behind the feed."""

    start: str
    end: str
    behind: int
    lines: list[Card]
    overdue: list[Improvement]


class Point(msgspec.Struct, frozen=True):
    """One measure in one month of a line's history."""

    start: str
    value: float | None
    n: int


class LineView(msgspec.Struct, frozen=True):
    """One line's card in a period, its history by month up to the period's end, and all its actions."""

    start: str
    end: str
    behind: int
    card: Card
    history: dict[str, list[Point]]
    actions: list[Improvement]


class CaseList(msgspec.Struct, frozen=True):
    """Some of what stands behind a measure, those against the target first; `total` is how many there are."""

    total: int
    cases: list[Case]


class Scorecards:
    """One a process."""

    def __init__(self, database: Database, clock: Clock, standing: Standing) -> None:
        self._database = database
        self._clock = clock
        self.facts = ScoreFacts(database, standing)
        self.improvements = Improvements(database, clock)

    def period(self, start: str, end: str) -> Period:
        """The period from a day until before another; the running month when neither is given; raises `BadEntry`."""
        return decide.period_of(start, end, self._clock().date())

    def overview(self, period: Period) -> Overview:
        """Every line's card, in the order of their names."""
        with self._database.read() as connection:
            settings = self.improvements.settings(connection)
            now, past = self._tallies(connection, period), self._tallies(connection, decide.before(period))
        lines = sorted({*now, *past, *settings.lines})
        cards = [self._card(line, period, (now[line], past[line]), settings) for line in lines]
        return Overview(*_days(period), self.facts.behind(), cards, settings.overdue)

    def line(self, line: str, period: Period) -> LineView:
        """One line's card with its history; a line of which nothing is known has an empty one; raises `BadEntry`."""
        decide.check_line(line)
        with self._database.read() as connection:
            settings = self.improvements.settings(connection, line)
            now, past = (self._tallies(connection, one, line)[line] for one in (period, decide.before(period)))
            history = self._history(connection, period, line)
        card = self._card(line, period, (now, past), settings)
        return LineView(*_days(period), self.facts.behind(), card, history, settings.actions)

    def _card(self, line: str, period: Period, tallies: tuple[Tally, Tally], settings: Settings) -> Card:
        moment = self._clock()
        scores = [decide.score(which, period, moment, tallies, settings.of(line, which)) for which in Measure]
        return Card(line, tallies[0].studies, scores)

    def _history(self, connection: Connection, period: Period, line: str) -> dict[str, list[Point]]:
        months = decide.months_until(period, _MONTHS)
        tallies = [(month.start.isoformat(), self._tallies(connection, month, line)[line]) for month in months]
        return {which.value: [_point(which, start, tally) for start, tally in tallies] for which in Measure}

    def _tallies(self, connection: Connection, period: Period, line: str | None = None) -> defaultdict[str, Tally]:
        """What is counted of each line, or of one."""
        start, end = decide.bounds(period)
        until = self._until(end)
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        for study in store.studies_in(connection, start, end, line):
            decide.count_study(tallies[study.line], study)
        for of, outcome, count in store.outcomes_in(connection, start, end, line):
            tallies[of].outcomes[outcome] = count
        for of, _, _ in store.misfiled_in(connection, start, end, line):
            tallies[of].misfiled += 1
        for glass in store.glasses_until(connection, until, line):
            decide.count_glass(tallies[glass.line], glass, start, until)
        return tallies

    def _until(self, end: str) -> str:
        """The moment as of which reviews are judged: the end of the period, or now."""
        return min(end, to_text(self._clock()))

    def cases(self, line: str, measure: str, period: Period, page: range, shows: Callable[[str], bool]) -> CaseList:
        """What stands behind a measure; a study that is not to be shown is listed without its UID; raises `BadEntry`."""
        which = decide.check_measure(measure)
        with self._database.read() as connection:
            setting = self.improvements.settings(connection, line).of(line, which)
            found = behind.sorted_cases(self._found(connection, line, which, period, setting))
        some = [_shown(case, shows) for case in found[page.start : page.stop]]
        return CaseList(len(found), some)

    def _found(self, connection: Connection, line: str, which: Measure, period: Period, setting: Setting) -> Iterable[Case]:
        start, end = decide.bounds(period)
        if which is Measure.REVIEWS_OVERDUE:
            until = self._until(end)
            yield from (behind.glass_case(glass, until) for glass in store.glasses_until(connection, until, line))
        if which in behind.OUTCOMES:
            outcomes = [outcome.value for outcome in behind.OUTCOMES[which]]
            yield from (behind.request_case(*one) for one in store.requests_in(connection, start, end, line, outcomes))
        if which is Measure.IDENTITY_DEFECTS:
            yield from (behind.misfiled_case(*one[1:]) for one in store.misfiled_in(connection, start, end, line))
        if which in behind.OF_STUDIES:
            target = decide.target_of(which, setting)
            cases = (behind.study_case(which, study, target) for study in store.studies_in(connection, start, end, line))
            yield from (case for case in cases if case is not None)


def _days(period: Period) -> tuple[str, str]:
    return period.start.isoformat(), period.end.isoformat()


def _point(which: Measure, start: str, tally: Tally) -> Point:
    counted = decide.measure(which, tally)
    return Point(start, counted.value, counted.n)


def _shown(case: Case, shows: Callable[[str], bool]) -> Case:
    return case if not case.study_uid or shows(case.study_uid) else msgspec.structs.replace(case, study_uid="")
