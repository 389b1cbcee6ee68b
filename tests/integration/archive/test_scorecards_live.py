"""From an arriving image to a scorecard, on both databases: the archive's own events and attributes are understood."""

from pathlib import Path

import pytest
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive import model as archive
from sixfold.archive import rules
from sixfold.archive.model import Verdict
from sixfold.archive.service.seal import make_seal
from sixfold.governance.jobs import counting
from sixfold.governance.model.scorecards import ANOTHER_PATIENT, Measure, Score
from sixfold.governance.rules.scorefacts import HEARD
from sixfold.kernel.database import Database
from sixfold.kernel.kinds import EventKind


@pytest.fixture
def house(tmp_path: Path, database: Database) -> TestHouse:
    """An archive in which nothing has arrived."""
    made = open_house(tmp_path, database)
    made.governance.start()
    return made


def scores(house: TestHouse) -> dict[Measure, Score]:
    duty = counting(house.governance)
    while duty.run():
        pass
    cards = house.governance.scorecards
    [card] = cards.overview(cards.period("", "")).lines
    return {score.measure: score for score in card.scores}


def test_what_arrives_is_counted(house: TestHouse) -> None:
    first = ct(AccessionNumber="A1", PatientID="P1", IssuerOfPatientID="H", StudyDate="20200101", StudyTime="1200")
    house.store(first)
    house.store(ct(AccessionNumber="", PatientID="P2", IssuerOfPatientID="", StudyDate="", StudyTime=""))
    stranger = ct(StudyInstanceUID=first.StudyInstanceUID, PatientID="P3", IssuerOfPatientID="H")
    assert house.store(stranger).verdict is Verdict.QUARANTINED
    found = scores(house)
    assert (found[Measure.ORDERS_LINKED].value, found[Measure.ORDERS_LINKED].n) == (0.5, 2)
    assert found[Measure.IDENTITY_DEFECTS].figures == {"misfiled": 1, "unidentified": 1}
    assert found[Measure.FIRST_IMAGE].figures == {"undated": 1, "unbelievable": 1}
    assert found[Measure.COMPLETE].figures["unsealed"] == 2
    make_seal(house.archive).run(0)
    make_seal(house.archive).run(0)
    assert scores(house)[Measure.COMPLETE].figures["unsealed"] == 0


def test_the_archives_events_go_by_the_names_that_are_listened_for() -> None:
    kinds = {(kind.part, kind.name) for kind in vars(archive).values() if isinstance(kind, EventKind)}
    assert {(part, name) for part, name in HEARD if part == archive.PART} <= kinds
    described = archive.Described(
        archive.PatientIdentity("P1", "H"), "1.2", "1.3", archive.InstanceRecord("1.4", "", *[None] * 5)
    )
    assert rules.judge(described, b"", None, "H|P2") == (Verdict.QUARANTINED, ANOTHER_PATIENT)
