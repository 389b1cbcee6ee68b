"""Scorecards on both databases: seeded defects are found exactly, however the feed is read."""

import random
from datetime import UTC, date, datetime

import orjson
import pytest
import sqlalchemy as sa
from tests import score_oracle as oracle

from sixfold.governance import Governance
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.scorecards import Measure, Period, Trend
from sixfold.governance.model.standing import StudyAttributes, StudyStanding
from sixfold.governance.store import scorecards as store
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.database import events as event_table

MONTHS = [Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (1, 2, 3)]
LINES = ("radiology", "cardiology", "dermatology", "unassigned")


class MadeUp:
    """The directory of a made-up hospital."""

    def __init__(self, governance: Governance, database: Database, hospital: oracle.Hospital) -> None:
        self.hospital = hospital
        with database.write() as transaction:
            connection, standing = transaction.connection, governance.standing
            self.numbers = {line: standing.number_of(connection, Traits("", line)) for line in oracle.LINES}

    def study(self, study_uid: str) -> StudyStanding | None:
        """Where a study stands."""
        found = self.hospital.studies.get(study_uid)
        return StudyStanding(self.numbers[found.line], found.patient_key) if found else None

    def attributes(self, study_uid: str) -> StudyAttributes | None:
        """What the study tells of itself."""
        one = self.hospital.studies.get(study_uid)
        if one is None:
            return None
        told = (one.study_date, one.study_time, one.accession, one.patient_id, one.issuer, one.patient_key)
        return StudyAttributes(*told, self.numbers[one.line])

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Closes nothing."""
        return 0


@pytest.fixture(params=[1, 2])
def hospital(request: pytest.FixtureRequest, governance: Governance, database: Database, clock: HandClock) -> oracle.Hospital:
    """A hospital whose events stand in the feed, and nothing else."""
    made = oracle.make(request.param)
    governance.standing.directory = MadeUp(governance, database, made)
    clock.now = oracle.NOW
    rows = [
        {"at": e.at, "part": e.part, "kind": e.kind, "subject": e.subject, "actor": e.actor, "payload": orjson.dumps(e.payload)}
        for e in made.events
    ]
    with database.write() as transaction:
        transaction.connection.execute(sa.delete(event_table))
        transaction.connection.execute(sa.insert(event_table), rows)
    while governance.scorecards.facts.advance():
        pass
    return made


def facts(database: Database) -> list[list[tuple[object, ...]]]:
    """Every fact, in an order of its own."""
    with database.read() as connection:
        tables = (store.studies, store.requests, store.misfiled, store.glasses)
        return [sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr) for table in tables]


def test_every_seeded_defect_is_found_and_nothing_else(governance: Governance, hospital: oracle.Hospital) -> None:
    for period in MONTHS:
        start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (period.start, period.end))
        overview = governance.scorecards.overview(period)
        assert [card.line for card in overview.lines] == sorted(LINES)
        assert overview.behind == 0
        for card in overview.lines:
            found = {score.measure.value: (score.value, score.n) for score in card.scores}
            assert found == oracle.expected(hospital, card.line, start, end), (card.line, period)
    card = overview.lines[0]
    assert governance.scorecards.line(card.line, MONTHS[-1]).card == card


def test_a_replay_comes_to_the_same(governance: Governance, database: Database, hospital: oracle.Hospital) -> None:
    before = facts(database)
    assert all(before)
    governance.scorecards.facts.recount()
    assert not any(facts(database))
    assert governance.scorecards.overview(MONTHS[0]).behind >= len(hospital.events)
    while governance.scorecards.facts.advance():
        pass
    assert facts(database) == before


def test_duplicates_out_of_order_come_to_the_same(
    governance: Governance, database: Database, hospital: oracle.Hospital
) -> None:
    before = facts(database)
    chance = random.Random(7)
    again = [*hospital.events, *chance.sample(hospital.events, len(hospital.events) // 2)]
    chance.shuffle(again)
    with database.write() as transaction:
        store.forget(transaction.connection)
        for event in again:
            governance.scorecards.facts.take(transaction, event)
    assert facts(database) == before


def test_the_cases_of_a_measure_are_those_it_counts(governance: Governance, hospital: oracle.Hospital) -> None:
    period = MONTHS[1]
    for card in governance.scorecards.overview(period).lines:
        of = {score.measure: score for score in card.scores}
        against = {
            which: [
                case
                for case in governance.scorecards.cases(card.line, which, period, range(500), lambda uid: True).cases
                if case.against
            ]
            for which in Measure
        }
        defects = of[Measure.IDENTITY_DEFECTS]
        assert defects.value is not None
        assert len(against[Measure.IDENTITY_DEFECTS]) == round(defects.value * defects.n / 1000)
        assert len(against[Measure.REVIEWS_OVERDUE]) == of[Measure.REVIEWS_OVERDUE].value
        assert len(against[Measure.REFUSED]) == of[Measure.REFUSED].figures["unexplained"]
        assert len(against[Measure.EMERGENCY_READS]) == of[Measure.EMERGENCY_READS].figures["emergency"]
        for which, part in ((Measure.SEEN_OUTSIDE, "seen"), (Measure.ORDERS_LINKED, "linked")):
            assert len(against[which]) == of[which].n - of[which].figures[part]


def test_a_study_that_one_may_not_find_is_a_case_without_its_uid(governance: Governance, hospital: oracle.Hospital) -> None:
    shown = governance.scorecards.cases("radiology", "orders-linked", MONTHS[0], range(5), lambda uid: False)
    assert shown.total > 5
    assert [case.study_uid for case in shown.cases] == [""] * 5
    seen = governance.scorecards.cases("radiology", "orders-linked", MONTHS[0], range(5), lambda uid: True)
    assert all(hospital.studies[case.study_uid].line == "radiology" for case in seen.cases)


def test_the_history_ends_with_the_period(governance: Governance, hospital: oracle.Hospital) -> None:
    view = governance.scorecards.line("radiology", MONTHS[2])
    points = view.history["orders-linked"]
    assert [point.start for point in points] == [
        *(f"2025-{month:02}-01" for month in range(4, 13)),
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
    ]
    earlier = governance.scorecards.line("radiology", MONTHS[1]).card
    score = next(score for score in earlier.scores if score.measure is Measure.ORDERS_LINKED)
    assert (points[-2].value, points[-2].n) == (score.value, score.n)
    assert points[0].value is None
    assert points[0].n == 0


def test_few_studies_are_not_judged(governance: Governance, hospital: oracle.Hospital) -> None:
    view = governance.scorecards.line("radiology", Period(date(2026, 2, 3), date(2026, 2, 4)))
    for score in view.card.scores:
        if score.measure is not Measure.REVIEWS_OVERDUE and score.n < 10:
            assert score.few
            assert score.met is None
            assert score.trend is Trend.UNKNOWN
    assert any(score.few for score in view.card.scores)
