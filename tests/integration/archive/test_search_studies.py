"""Pages of studies on both databases: one total order, every way to a page finds the same, SQL takes no orders from values."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.model import Verdict
from sixfold.archive.service.reject import Registrar
from sixfold.archive.store.fill import fill
from sixfold.archive.store.search import studies
from sixfold.archive.store.search.dialect import dialect_of
from sixfold.archive.store.search.fields import FIELDS, NAME_GROUPS
from sixfold.archive.store.search.filters import (
    Among,
    Filter,
    Like,
    Span,
    Test,
    modality_filter,
    name_filter,
    study_filter,
    word_filter,
    words_filters,
)
from sixfold.archive.store.search.studies import StudyHit, StudySearch, Wanted
from sixfold.dicom import tags
from sixfold.governance import SYSTEM
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid

FILLED = 600


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, FILLED)
    return database


def _pages(database: Database, wanted: Wanted, size: int = 1000) -> list[StudyHit]:
    """All studies, page by page."""
    found: list[StudyHit] = []
    while True:
        with database.read() as connection:
            search = StudySearch(connection, dialect_of(database.dialect))
            page = [StudyHit(*row) for row in search.page(wanted, size)]
        found += page
        if len(page) < size:
            return found
        wanted = Wanted(wanted.filters, wanted.span, page[-1].place)


def _count(database: Database, wanted: Wanted, *bounds: int) -> tuple[int, bool]:
    with database.read() as connection:
        return StudySearch(connection, dialect_of(database.dialect)).count(wanted, *bounds)


def _field(database: Database, tag: int, test: Test) -> Filter:
    return study_filter(FIELDS[tag], test, dialect_of(database.dialect))


def _name(database: Database, pattern: str) -> Filter:
    return name_filter(NAME_GROUPS[:1], Like(pattern), dialect_of(database.dialect))


def _modality(database: Database, *modalities: str) -> Filter:
    return modality_filter(modalities, dialect_of(database.dialect))


def _uids(house: TestHouse, *filters: Filter) -> set[str]:
    return {hit.study_uid for hit in _pages(house.database, Wanted(filters))}


def test_Q13_pages_follow_one_total_order_without_gap_or_repetition(filled: Database) -> None:
    whole = _pages(filled, Wanted())
    assert len(whole) == FILLED == len({hit.study_uid for hit in whole})
    assert [hit.place for hit in whole] == sorted((hit.place for hit in whole), reverse=True)
    assert _pages(filled, Wanted(), size=7) == whole


def test_Q13_an_arrival_between_two_pages_repeats_and_loses_nothing(house: TestHouse) -> None:
    for day in range(1, 9):
        house.store(ct(StudyDate=f"202601{day:02}", PatientID=f"P{day}"))
    before = _pages(house.database, Wanted())
    house.store(ct(StudyDate="20260107", PatientID="P20"))
    house.store(ct(StudyDate="20260131", PatientID="P21"))
    rest = _pages(house.database, Wanted(after=before[3].place))
    assert [hit.place for hit in rest] == [hit.place for hit in before[4:]]


@pytest.mark.parametrize("few", [0, 4_000])
@pytest.mark.parametrize("stretches", [0, 7])
def test_every_way_to_a_page_finds_the_same(
    filled: Database, monkeypatch: pytest.MonkeyPatch, few: int, stretches: int
) -> None:
    monkeypatch.setattr(studies, "FEW", few)
    monkeypatch.setattr(studies, "_STRETCHES", stretches)
    dialect = dialect_of(filled.dialect)
    everything = _pages(filled, Wanted())
    cases = {
        "name": (_name(filled, "s*"),),
        "name and modality": (_name(filled, "s*"), _modality(filled, "CT")),
        "modalities": (_modality(filled, "CT", "SR"),),
        "words": (word_filter("k", dialect), word_filter("s", dialect)),
        "paired words": tuple(words_filters(["joh", "kow"], dialect)),
        "institution and pattern": (
            _field(filled, tags.INSTITUTION_NAME, Among(("Northgate Imaging",))),
            _field(filled, tags.STUDY_DESCRIPTION, Like("*Chest*")),
        ),
    }
    for name, filters in cases.items():
        wanted = Wanted(filters, Span("20230301", "20260101"))
        expected = [hit for hit in everything if _fits(name, hit) and "20230301" <= hit.sort_key < "20260101"]
        assert expected, name
        assert _pages(filled, wanted, size=5) == expected, name
        assert _count(filled, wanted) == (len(expected), True), name


def _fits(name: str, hit: StudyHit) -> bool:
    import orjson

    from sixfold.dicom.matching import normalise_name

    attributes = orjson.loads(hit.attributes)
    key = normalise_name(attributes["00100010"]["Value"][0]["Alphabetic"])
    words = [word for group in attributes["00100010"]["Value"][0].values() for word in normalise_name(group).split()]
    modalities = hit.modalities.split("\\")
    return {
        "name": key.startswith("s"),
        "name and modality": key.startswith("s") and "CT" in modalities,
        "modalities": "CT" in modalities or "SR" in modalities,
        "words": any(word.startswith("k") for word in words) and any(word.startswith("s") for word in words),
        "paired words": any(word.startswith("joh") for word in words) and any(word.startswith("kow") for word in words),
        "institution and pattern": attributes["00080080"]["Value"] == ["Northgate Imaging"]
        and "Chest" in attributes["00081030"]["Value"][0],
    }[name]


def test_a_study_with_two_words_that_begin_alike_is_found_once(house: TestHouse) -> None:
    house.store(ct(PatientName="Ross^Rosalie", PatientID="ros1"))
    wanted = Wanted((word_filter("ros", dialect_of(house.database.dialect)),))
    assert len(_pages(house.database, wanted)) == 1
    assert _count(house.database, wanted) == (1, True)


def test_Q1_any_series_of_the_modality_finds_the_study_and_all_its_modalities_are_told(house: TestHouse) -> None:
    study = new_uid()
    for modality in ("CT", "SR", "PR"):
        house.store(ct(StudyInstanceUID=study, Modality=modality, SeriesInstanceUID=new_uid()))
    house.store(ct(Modality="MR"))
    house.store(ct(Modality=None))
    (hit,) = _pages(house.database, Wanted((_modality(house.database, "CT"),)))
    assert hit.study_uid == study
    assert hit.modalities == "\\CT\\PR\\SR\\"
    (hit,) = _pages(house.database, Wanted((_modality(house.database, "CT", "SR"),)))
    assert hit.study_uid == study
    assert len(_pages(house.database, Wanted((_modality(house.database, "MR", "SR"),)))) == 2


def test_Q2_other_text_than_names_keeps_its_case_on_both_databases(house: TestHouse) -> None:
    house.store(ct(AccessionNumber="Abc1"))
    assert not _uids(house, _field(house.database, tags.ACCESSION_NUMBER, Like("abc*")))
    assert not _uids(house, _field(house.database, tags.ACCESSION_NUMBER, Like("*BC1")))
    assert not _uids(house, _field(house.database, tags.ACCESSION_NUMBER, Among(("ABC1",))))
    assert len(_uids(house, _field(house.database, tags.ACCESSION_NUMBER, Like("*bc?")))) == 1


def test_Q3_a_question_mark_is_one_character_not_one_byte(house: TestHouse) -> None:
    house.store(ct(StudyDescription="Schädel", SpecificCharacterSet="ISO_IR 192"))
    assert _uids(house, _field(house.database, tags.STUDY_DESCRIPTION, Like("Sch?del")))
    assert not _uids(house, _field(house.database, tags.STUDY_DESCRIPTION, Like("Sch??del")))


@pytest.mark.parametrize("value", ["100%", "a_b", "it's", "[abc]", "a--;DROP TABLE study", '"quoted"', "{s}", "%s"])
def test_Q5_sql_metacharacters_are_literals(house: TestHouse, value: str) -> None:
    house.store(ct(StudyDescription=value, PatientID="P1"))
    house.store(ct(StudyDescription="100 ab axb its a", PatientID="P2"))
    for test in (Like(value + "*"), Like("*" + value), Like("*" + value[1:]), Among((value,))):
        assert len(_uids(house, _field(house.database, tags.STUDY_DESCRIPTION, test))) == 1


def test_Q5_a_backslash_in_a_pattern_is_a_literal(house: TestHouse) -> None:
    house.store(ct(StudyDescription="x\\y"))
    assert _uids(house, _field(house.database, tags.STUDY_DESCRIPTION, Like("*\\y")))
    assert not _uids(house, _field(house.database, tags.STUDY_DESCRIPTION, Like("*\\\\y")))


def test_Q6_names_are_found_by_each_component_group(house: TestHouse) -> None:
    from sixfold.dicom.matching import normalise_name

    name = "Yamada^Tarou=山田^太郎=やまだ^たろう"
    house.store(ct(PatientName=name, SpecificCharacterSet="ISO_IR 192"))
    dialect = dialect_of(house.database.dialect)
    for field, group in zip(NAME_GROUPS, name.split("="), strict=True):
        start = normalise_name(group).split()[0]
        assert len(_uids(house, name_filter([field], Like(f"{start}*"), dialect))) == 1
    assert len(_uids(house, name_filter(NAME_GROUPS, Like("山田*"), dialect))) == 1
    assert not _uids(house, name_filter(NAME_GROUPS[:1], Like("山田*"), dialect))


def test_Q14_a_number_in_other_patient_ids_does_not_double_a_study(house: TestHouse) -> None:
    from pydicom.dataset import Dataset

    other = Dataset()
    other.PatientID = "P1"
    house.store(ct(OtherPatientIDsSequence=[other, other]))
    assert len(_pages(house.database, Wanted((_field(house.database, tags.PATIENT_ID, Among(("P1",))),)))) == 1


def test_Q17_a_rejected_study_is_in_no_page_and_no_count_until_it_is_restored(house: TestHouse) -> None:
    outcome = house.store(ct())
    house.store(ct(PatientID="P2", StudyDescription="other"))
    dialect = dialect_of(house.database.dialect)
    registrar = Registrar(house.database, house.objects)
    ways = [
        (),
        (_modality(house.database, "CT"),),
        (word_filter("p1", dialect),),
        (_field(house.database, tags.PATIENT_ID, Among(("P1",))),),
    ]
    before = [_count(house.database, Wanted(way))[0] for way in ways]
    assert before == [2, 2, 1, 1]
    registrar.reject((outcome.study_uid, "", ""), reason="test", by=SYSTEM)
    assert [_count(house.database, Wanted(way))[0] for way in ways] == [1, 1, 0, 0]
    assert all(outcome.study_uid not in {hit.study_uid for hit in _pages(house.database, Wanted(way))} for way in ways)
    registrar.restore((outcome.study_uid, "", ""), reason="test", by=SYSTEM)
    assert [_count(house.database, Wanted(way))[0] for way in ways] == before


def test_Q17_a_study_whose_first_object_was_put_aside_is_not_counted(house: TestHouse) -> None:
    first = ct()
    house.store(first)
    intruder = ct(SOPInstanceUID=first.SOPInstanceUID, PatientID="P9")
    assert house.store(intruder).verdict is Verdict.QUARANTINED
    assert _count(house.database, Wanted()) == (1, True)
    house.store(ct(StudyInstanceUID=intruder.StudyInstanceUID, PatientID="P9"))
    assert _count(house.database, Wanted()) == (2, True)
    assert len(_uids(house, word_filter("p9", dialect_of(house.database.dialect)))) == 1


def test_Q17_an_object_that_arrives_in_a_rejected_study_brings_it_back(house: TestHouse) -> None:
    first = ct()
    outcome = house.store(first)
    Registrar(house.database, house.objects).reject((outcome.study_uid, "", ""), reason="test", by=SYSTEM)
    house.store(ct(StudyInstanceUID=first.StudyInstanceUID, Modality="SR"))
    (hit,) = _pages(house.database, Wanted())
    assert (hit.series, hit.instances, hit.modalities) == (1, 1, "\\SR\\")
    assert _count(house.database, Wanted((_modality(house.database, "SR"),))) == (1, True)


def test_a_count_says_when_it_is_not_all(filled: Database) -> None:
    assert _count(filled, Wanted(), 10) == (10, False)
    assert _count(filled, Wanted(), FILLED) == (FILLED, True)
    rare = (_field(filled, tags.STUDY_DESCRIPTION, Like("*Brain*")),)
    count, exact = _count(filled, Wanted(rare), 1_000, 50)
    assert not exact
    assert count <= 50
