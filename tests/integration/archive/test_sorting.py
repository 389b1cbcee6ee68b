"""Studies are sorted as they come in, as they grow, and anew when the rules change; on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.service.sight import Directory
from sixfold.archive.service.sorting import Sorting
from sixfold.archive.store import tables as t
from sixfold.governance import SYSTEM
from sixfold.governance.model.places import PlaceKind
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import SortingRule
from sixfold.governance.store import scorecards
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    made.governance.start()
    yield made
    made.governance.close()
    made.archive.close()


def traits_of(house: TestHouse, study_uid: str) -> Traits:
    house.governance.standing.forget()
    standing = house.governance.standing.study(study_uid)
    assert standing is not None
    return house.governance.standing.traits(standing.traits)


def run(sorting: Sorting) -> int:
    looked_at = 0
    while some := sorting.run():
        looked_at += some
    return looked_at


def test_a_new_study_belongs_where_the_rules_say(house: TestHouse) -> None:
    assert traits_of(house, house.store(ct()).study_uid) == Traits("", "radiology")
    assert traits_of(house, house.store(ct(Modality="SM")).study_uid) == Traits("", "pathology")


def test_a_study_whose_first_object_says_little_finds_its_place_with_the_next(house: TestHouse) -> None:
    first = ct(Modality="SR")
    before = traits_of(house, house.store(first).study_uid)
    house.store(ct(Modality="SM", StudyInstanceUID=first.StudyInstanceUID, SeriesInstanceUID=new_uid()))
    assert before != Traits("", "pathology") == traits_of(house, first.StudyInstanceUID)


def test_a_new_rule_moves_what_is_here(house: TestHouse) -> None:
    sorting = Sorting(house.database, house.governance)
    uids = [house.store(ct(InstitutionName=name)).study_uid for name in ("North Wing", "South Wing", "North Wing")]
    assert run(sorting) == 3
    assert run(sorting) == 0
    house.governance.places.put(PlaceKind.FACILITY, "north", "The north wing", by=SYSTEM)
    house.governance.sorting.put(SortingRule("wing", 1, {"institution": ("north*",)}, facility="north"), by=SYSTEM)
    assert run(sorting) == 3
    assert [traits_of(house, uid).facility for uid in uids] == ["north", "", "north"]
    house.governance.sorting.remove("wing", by=SYSTEM)
    assert run(sorting) == 3
    assert {traits_of(house, uid) for uid in uids} == {Traits("", "radiology")}
    told = [
        (event.subject, event.payload["facility"])
        for event in events.read(house.database, 0, 1000)
        if event.kind == "study.sorted"
    ]
    assert sorted(told[:2]) == sorted((uid, "north") for uid in uids[::2])
    assert sorted(told[2:]) == sorted((uid, "") for uid in uids[::2])


def test_a_moved_study_counts_on_its_new_line(house: TestHouse) -> None:
    facts = house.governance.scorecards.facts
    house.governance.standing.directory = Directory(house.database, house.governance)
    house.store(ct())
    while facts.advance():
        pass
    house.governance.places.put(PlaceKind.SERVICE_LINE, "imaging", "Imaging", by=SYSTEM)
    house.governance.sorting.put(SortingRule("all", 1, {"modalities": ("CT",)}, service_line="imaging"), by=SYSTEM)
    assert run(Sorting(house.database, house.governance)) == 1
    while facts.advance():
        pass
    with house.database.read() as connection:
        assert list(connection.scalars(sa.select(scorecards.studies.c.line))) == ["imaging"]


def test_a_study_older_than_the_sorting_is_sorted_by_its_modalities(house: TestHouse) -> None:
    uid = house.store(ct(Modality="SM")).study_uid
    with house.database.write() as transaction:
        transaction.connection.execute(sa.update(t.study).values(traits_ref=0, facts=b"{}"))
    assert traits_of(house, uid) == Traits()
    assert run(Sorting(house.database, house.governance)) == 1
    assert traits_of(house, uid) == Traits("", "pathology")


def test_a_closed_record_stays_closed_when_its_studies_are_sorted_anew(house: TestHouse) -> None:
    uid = house.store(ct(PatientID="P1")).study_uid
    house.governance.doors.restrict("|P1", "asked for by the patient", by=SYSTEM)
    run(Sorting(house.database, house.governance))
    assert traits_of(house, uid).restricted
    later = house.store(ct(PatientID="P1")).study_uid
    assert traits_of(house, later).restricted
    house.governance.doors.lift("|P1", "the patient changed their mind", by=SYSTEM)
    assert not traits_of(house, uid).restricted
    assert not traits_of(house, later).restricted


def test_a_study_that_came_in_while_its_record_was_closed_is_closed_by_the_duty(house: TestHouse) -> None:
    uid = house.store(ct(PatientID="P1")).study_uid
    opened = house.governance.standing.study(uid)
    assert opened is not None
    house.governance.doors.restrict("|P1", "asked for by the patient", by=SYSTEM)
    with house.database.write() as transaction:  # as a transaction leaves it that looked before the record was closed
        transaction.connection.execute(sa.update(t.study).values(traits_ref=opened.traits))
    Sorting(house.database, house.governance).close()
    assert traits_of(house, uid).restricted
