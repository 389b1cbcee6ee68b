"""What queries of the standard find, on both databases: one test for each thing that archives get wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydicom.dataset import Dataset
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.service.reject import Registrar
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.search import Catalogue, Page, Scope
from sixfold.archive.service.search import catalogue as catalogue_module
from sixfold.archive.store.search import levels as levels_module
from sixfold.archive.store.search.sight import EVERYTHING
from sixfold.dicom.matching import BadQuery
from sixfold.dicom.query import parse_query
from sixfold.governance import SYSTEM
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput
from sixfold.kernel.ids import new_uid


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


@pytest.fixture
def catalogue(house: TestHouse) -> Catalogue:
    return Catalogue(house.database, make_retrieval(house.archive).metadata.objects)


def _page(
    catalogue: Catalogue, level: str, scope: Scope | None = None, limit: int = 100, cursor: str = "", **keys: str
) -> Page:
    query = parse_query(level, [(name.replace("__", "."), value) for name, value in keys.items()])
    return catalogue.search(query, scope or Scope(EVERYTHING), limit, cursor)


def _rows(catalogue: Catalogue, level: str, **keys: str) -> list[dict[str, Any]]:
    return [orjson.loads(row) for row in _page(catalogue, level, **keys).rows]


def _found(catalogue: Catalogue, level: str = "STUDY", **keys: str) -> int:
    found = _rows(catalogue, level, **keys)
    query = parse_query(level, [(name.replace("__", "."), value) for name, value in keys.items()])
    assert catalogue.count(query, Scope(EVERYTHING)) == (len(found), True)
    return len(found)


def _value(row: dict[str, Any], tag: str) -> Any:
    return row[tag]["Value"][0]


def test_an_answer_is_ordered_json_of_patient_and_study_with_counts(house: TestHouse, catalogue: Catalogue) -> None:
    data = ct(ReferringPhysicianName="Grey^Ada", StudyID="S1", InstitutionName="House")
    house.store(data)
    scope = Scope(EVERYTHING, service="https://pacs.example/dicomweb")
    (raw,) = _page(catalogue, "STUDY", scope).rows
    row = orjson.loads(raw)
    assert list(row) == sorted(row)
    assert _value(row, "00080005") == "ISO_IR 192"
    assert _value(row, "00080056") == "ONLINE"
    assert _value(row, "00081190") == f"https://pacs.example/dicomweb/studies/{data.StudyInstanceUID}"
    assert row["00080061"]["Value"] == ["CT"]
    assert _value(row, "00100010") == {"Alphabetic": "Weiß^Änne"}
    assert (_value(row, "00201206"), _value(row, "00201208")) == (1, 1)
    required = {"00080020", "00080030", "00080050", "00080090", "00100020", "00100030", "00100040", "0020000D", "00200010"}
    assert required <= set(row)


def test_series_and_instances_say_whose_they_are(house: TestHouse, catalogue: Catalogue) -> None:
    data = ct()
    house.store(data)
    scope = Scope(EVERYTHING, data.StudyInstanceUID, service="http://x/dicomweb")
    (series,) = [orjson.loads(row) for row in _page(catalogue, "SERIES", scope).rows]
    assert list(series) == sorted(series)
    assert _value(series, "0020000D") == data.StudyInstanceUID
    assert _value(series, "0020000E") == data.SeriesInstanceUID
    assert _value(series, "00201209") == 1
    assert "00100010" not in series
    (instance,) = [orjson.loads(row) for row in _page(catalogue, "IMAGE", scope).rows]
    assert list(instance) == sorted(instance)
    assert _value(instance, "00080018") == data.SOPInstanceUID
    assert (_value(instance, "00280010"), _value(instance, "00280100")) == (16, 16)
    assert _value(instance, "00081190").endswith(f"/series/{data.SeriesInstanceUID}/instances/{data.SOPInstanceUID}")


def test_Q1_modalities_in_study_finds_any_and_tells_all(house: TestHouse, catalogue: Catalogue) -> None:
    study = new_uid()
    for modality in ("CT", "SR"):
        house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=new_uid(), Modality=modality))
    house.store(ct(Modality="MR"))
    house.store(ct(Modality=None))
    (row,) = _rows(catalogue, "STUDY", ModalitiesInStudy="CT")
    assert row["00080061"]["Value"] == ["CT", "SR"]
    assert _found(catalogue, ModalitiesInStudy="CT,SR") == 1
    assert _found(catalogue, ModalitiesInStudy="SR\\MR") == 2
    assert _found(catalogue, ModalitiesInStudy="?R") == 2
    assert _found(catalogue, ModalitiesInStudy="*") == 3
    assert _found(catalogue, ModalitiesInStudy="US") == 0
    assert _found(catalogue, ModalitiesInStudy='""', emptyvaluematching="true") == 1


def test_Q2_names_ignore_case_and_other_text_does_not(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Doe^John", AccessionNumber="aB1"))
    assert _found(catalogue, PatientName="dOE^jOHN") == 1
    assert _found(catalogue, AccessionNumber="aB1") == 1
    assert _found(catalogue, AccessionNumber="AB1") == 0
    assert _found(catalogue, AccessionNumber="A*") == 0


def test_Q3_a_star_is_anything_even_nothing(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName=None))
    house.store(ct(PatientID="P2"))
    assert _found(catalogue, PatientName="*") == 2
    assert _found(catalogue, PatientName="**") == 2
    assert _found(catalogue, PatientName="") == 2


@pytest.mark.parametrize("key", ["StudyDate", "StudyInstanceUID", "PatientBirthDate", "SeriesNumber"])
def test_Q4_no_wildcards_in_dates_uids_and_numbers(catalogue: Catalogue, key: str) -> None:
    if key == "SeriesNumber":
        assert _found(catalogue, "SERIES", SeriesNumber="1?") == 0
        return
    with pytest.raises(BadQuery):
        _page(catalogue, "STUDY", **{key: "2026*"})


@pytest.mark.parametrize("value", ["100%", "a_b", "it's", "[x]", "a;--", "{s}{key}"])
def test_Q5_sql_metacharacters_are_literals(house: TestHouse, catalogue: Catalogue, value: str) -> None:
    house.store(ct(StudyDescription=value, AccessionNumber=value[:16]))
    house.store(ct(StudyDescription="100 aXb its", AccessionNumber="x"))
    assert _found(catalogue, StudyDescription=value) == 1
    assert _found(catalogue, StudyDescription=value + "*") == 1
    assert _found(catalogue, StudyDescription="*" + value[1:]) == 1
    assert _found(catalogue, AccessionNumber=value[:16] + "*") == 1


@pytest.mark.parametrize(
    "name", ["Yamada^Tarou", "yamada*", "山田^太郎", "山田*", "やまだ*", "*太郎", "=山田*", "==やまだ^たろう", "Yam*=山*"]
)
def test_Q6_names_by_component_group(house: TestHouse, catalogue: Catalogue, name: str) -> None:
    house.store(ct(PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう", SpecificCharacterSet="ISO_IR 192"))
    house.store(ct(PatientName="Suzuki^Jirou=鈴木^次郎=すずき^じろう", SpecificCharacterSet="ISO_IR 192", PatientID="P2"))
    assert _found(catalogue, PatientName=name) == 1


def test_Q6_carets_at_the_end_mean_nothing(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Doe^John^^^"))
    assert _found(catalogue, PatientName="Doe^John") == 1
    assert _found(catalogue, PatientName="Doe^John^") == 1
    assert _found(catalogue, PatientName="Doe^J*") == 1
    assert _found(catalogue, PatientName="John*") == 0


def test_Q7_fuzzy_names_in_any_order_with_or_without_accents(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Weiß^Änne"))
    house.store(ct(PatientName="Annette^Bo", PatientID="anne7"))
    assert _found(catalogue, PatientName="anne weiss", fuzzymatching="true") == 1
    assert _found(catalogue, PatientName="Anne Weiss") == 0
    assert _found(catalogue, PatientName="anne", fuzzymatching="true") == 2
    assert _found(catalogue, PatientName="vays", fuzzymatching="true") == 1
    assert _found(catalogue, PatientName="vays") == 0
    assert _found(catalogue, PatientName="anne7", fuzzymatching="true") == 0


def test_Q8_empty_and_multiple_values(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(AccessionNumber=""))
    house.store(ct(AccessionNumber="A2", PatientID="P2"))
    house.store(ct(AccessionNumber="A3", PatientID="P3"))
    assert _found(catalogue, AccessionNumber='""', emptyvaluematching="true") == 1
    assert _found(catalogue, AccessionNumber="A2\\A3") == 2
    study = new_uid()
    for modality in ("CT", "SR"):
        house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=new_uid(), Modality=modality, PatientID="P4"))
    assert _found(catalogue, ModalitiesInStudy="CT\\SR", multiplevaluematching="true") == 1
    assert _found(catalogue, ModalitiesInStudy="CT\\SR") == 4


def test_Q9_one_item_of_a_sequence_must_satisfy_all_keys(house: TestHouse, catalogue: Catalogue) -> None:
    def code(value: str, scheme: str) -> Dataset:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, "something"
        return item

    house.store(ct(ProcedureCodeSequence=[code("A", "99X"), code("B", "99Y")]))
    keys = {"ProcedureCodeSequence__CodeValue": "A", "ProcedureCodeSequence__CodingSchemeDesignator": "99X"}
    assert _found(catalogue, **keys) == 1
    assert _found(catalogue, **(keys | {"ProcedureCodeSequence__CodingSchemeDesignator": "99Y"})) == 0


def test_Q10_dates_and_times(house: TestHouse, catalogue: Catalogue) -> None:
    for number, (day, time) in enumerate([("20260101", "10"), ("20260102", "100000"), ("20260103", "235959.5"), ("", "")]):
        house.store(ct(StudyDate=day, StudyTime=time, PatientID=f"P{number}"))
    assert _found(catalogue, StudyDate="20260101-20260102") == 2
    assert _found(catalogue, StudyDate="-20260102") == 2
    assert _found(catalogue, StudyDate="20260102-") == 2
    assert _found(catalogue, StudyDate="20260102") == 1
    assert _found(catalogue, StudyDate='""', emptyvaluematching="true") == 1
    assert _found(catalogue, StudyTime="10") == 1
    assert _found(catalogue, StudyTime="100000") == 1
    assert _found(catalogue, StudyTime="100000.000") == 1
    assert _found(catalogue, StudyTime="1000-1000") == 2
    assert _found(catalogue, StudyTime="2359-") == 1
    assert _found(catalogue, StudyTime="235959.50") == 1
    assert _found(catalogue, StudyTime="2300-0100") == 0
    with pytest.raises(BadQuery):
        _page(catalogue, "STUDY", StudyDate="-")


def test_Q11_the_timezone_of_a_query_shifts_days_times_and_midnight(house: TestHouse, catalogue: Catalogue) -> None:
    late = {"StudyDate": "20260101", "StudyTime": "233000.5", "TimezoneOffsetFromUTC": "-0500"}
    house.store(ct(PatientID="P1", **late))
    house.store(ct(PatientID="P2", StudyDate="20260102", StudyTime="003000"))  # of a zone that nobody knows
    for offset, day, found in (
        ("+0000", "20260102", {"P1", "P2"}),
        ("+0000", "20260101", set()),
        (" 0000", "-20260101", set()),
        ("-0500", "20260101", {"P1"}),
        ("+0545", "20260102-", {"P1", "P2"}),
        ("-0600", "20260101-20260102", {"P1", "P2"}),
    ):
        rows = _rows(catalogue, "STUDY", StudyDate=day, TimezoneOffsetFromUTC=offset)
        assert {_value(row, "00100020") for row in rows} == found, (offset, day)
    assert _found(catalogue, StudyTime="0430-0431", TimezoneOffsetFromUTC="+0000") == 1
    assert _found(catalogue, StudyTime="043000.5", StudyDate="20260102", TimezoneOffsetFromUTC="+0000") == 1
    assert _found(catalogue, StudyTime="2330-", TimezoneOffsetFromUTC="+0000") == 0
    assert _found(catalogue, "SERIES", StudyDate="20260102", TimezoneOffsetFromUTC="+0000") == 2
    with pytest.raises(BadQuery):
        _page(catalogue, "STUDY", StudyDate="20260101", TimezoneOffsetFromUTC="Paris")


def test_Q11_stored_times_are_never_rewritten(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(StudyDate="20260101", StudyTime="233000", TimezoneOffsetFromUTC="-0500"))
    (row,) = _rows(catalogue, "STUDY", StudyDate="20260102", TimezoneOffsetFromUTC="+0000")
    assert [_value(row, tag) for tag in ("00080020", "00080030", "00080201")] == ["20260101", "233000", "-0500"]


def test_Q12_lists_of_uids_and_values_without_their_padding(house: TestHouse, catalogue: Catalogue) -> None:
    uids = [new_uid() for _ in range(3)]
    for number, uid in enumerate(uids):
        house.store(ct(StudyInstanceUID=uid, PatientID=f"P{number}", SeriesNumber="007"))
    assert _found(catalogue, StudyInstanceUID=",".join(uids[:2])) == 2
    assert _found(catalogue, StudyInstanceUID="\\".join(uids)) == 3
    assert _found(catalogue, StudyInstanceUID=uids[0] + "\0") == 1
    assert _found(catalogue, PatientID="  P1 ") == 1
    assert _found(catalogue, "SERIES", SeriesNumber="7") == 3


@pytest.mark.parametrize("level", ["STUDY", "SERIES", "IMAGE"])
def test_Q13_pages_by_cursor_and_by_offset_hold_each_row_once(house: TestHouse, catalogue: Catalogue, level: str) -> None:
    for study in range(4):
        uid = new_uid()
        for series in range(2):
            series_uid = new_uid()
            for number in (2, 1):
                house.store(
                    ct(
                        StudyInstanceUID=uid,
                        SeriesInstanceUID=series_uid,
                        PatientID=f"P{study}",
                        SeriesNumber=str(9 - series),
                        InstanceNumber=str(number),
                    )
                )
    whole = _page(catalogue, level).rows
    assert len(whole) == {"STUDY": 4, "SERIES": 8, "IMAGE": 16}[level]
    walked, cursor = [], ""
    while True:
        page = _page(catalogue, level, limit=3, cursor=cursor)
        walked += page.rows
        if page.next is None:
            break
        cursor = page.next
    assert walked == whole
    assert [_page(catalogue, level, limit=1, offset=str(place)).rows for place in range(len(whole))] == [[row] for row in whole]
    assert _page(catalogue, level, offset="99").rows == []
    assert _page(catalogue, level, limit=0).rows == []


def test_Q14_other_patient_ids_do_not_double_a_study(house: TestHouse, catalogue: Catalogue) -> None:
    other = Dataset()
    other.PatientID = "P1"
    house.store(ct(OtherPatientIDsSequence=[other, other]))
    assert _found(catalogue, PatientID="P1") == 1
    assert _found(catalogue, OtherPatientIDsSequence__PatientID="P1") == 1


def test_Q15_series_and_instances_are_found_without_their_study_and_bring_it_along(
    house: TestHouse, catalogue: Catalogue
) -> None:
    house.store(ct(StudyDate="20260101", StudyDescription="old"))
    data = ct(StudyDate="20260201", StudyDescription="new", PatientID="P2")
    house.store(data)
    (series,) = _rows(catalogue, "SERIES", StudyDate="20260201")
    assert _value(series, "00081030") == "new"
    (instance,) = _rows(catalogue, "IMAGE", PatientID="P2", Rows="16", Modality="CT")
    assert _value(instance, "0008103E" if "0008103E" in instance else "00081030") == "new"
    assert _found(catalogue, "SERIES", SeriesInstanceUID=data.SeriesInstanceUID) == 1
    assert _found(catalogue, "IMAGE", SOPInstanceUID=data.SOPInstanceUID) == 1
    assert _found(catalogue, "STUDY", SeriesInstanceUID=data.SeriesInstanceUID) == 1
    assert _found(catalogue, "STUDY", SOPInstanceUID=data.SOPInstanceUID, SeriesNumber="1") == 1
    assert _found(catalogue, "STUDY", SeriesNumber="2") == 0


def test_Q16_private_and_unindexed_attributes_of_instances(house: TestHouse, catalogue: Catalogue) -> None:
    data = ct(SliceLocation="12.50", KVP="120")
    block = data.private_block(0x0009, "ACME", create=True)
    block.add_new(0x01, "LO", "secret")
    house.store(data)
    house.store(ct(PatientID="P2", SliceLocation="7"))
    assert _found(catalogue, "IMAGE", **{"00091001": "secret"}) == 1
    assert _found(catalogue, "IMAGE", **{"00090010": "ACME", "00091001": "secret"}) == 1
    assert _found(catalogue, "IMAGE", **{"00090010": "OTHER", "00091001": "secret"}) == 0
    assert _found(catalogue, "IMAGE", SliceLocation="12.5") == 1
    (row,) = _rows(catalogue, "IMAGE", PatientID="P2", includefield="SliceLocation")
    assert _value(row, "00201041") == 7
    (row,) = _rows(catalogue, "IMAGE", PatientID="P1", includefield="all")
    assert _value(row, "00180060") == 120


def test_Q16_a_key_that_a_level_cannot_tell_is_named(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct())
    page = _page(catalogue, "STUDY", SliceLocation="3", PatientID="P1")
    assert page.ignored == ((0x00201041,),)
    assert len(page.rows) == 1
    with pytest.raises(BadQuery):
        _page(catalogue, "STUDY", NoSuchKeyword="3")


def test_stored_attributes_are_compared_up_to_a_bound_and_the_search_goes_on(
    house: TestHouse, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        house.store(
            ct(PatientID=f"P{number}", PatientComments="look" if number == 0 else "no", StudyDate=f"2026010{number + 1}")
        )
    monkeypatch.setattr(catalogue_module, "_BATCH", 2)
    monkeypatch.setattr(catalogue_module, "EXAMINED", 4)
    first = _page(catalogue, "STUDY", PatientComments="look")
    assert (first.rows, first.cut) == ([], True)
    assert first.next is not None
    second = _page(catalogue, "STUDY", PatientComments="look", cursor=first.next)
    assert (len(second.rows), second.cut, second.next) == (1, False, None)


def test_a_walk_below_many_studies_is_broken_off_and_goes_on(
    house: TestHouse, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        series = "9" if number == 0 else "1"
        house.store(ct(PatientID=f"P{number}", SeriesNumber=series, StudyDate=f"202601{number + 1:02}"))
    monkeypatch.setattr(levels_module, "MOST_EXAMINED", 4)
    pages, cursor = [], ""
    while True:
        page = _page(catalogue, "IMAGE", SeriesNumber="9", cursor=cursor)
        pages.append((len(page.rows), page.cut))
        if page.next is None:
            break
        cursor = page.next
    assert pages[0] == (0, True)
    assert sum(rows for rows, _ in pages) == 1
    assert not pages[-1][1]
    assert _found(catalogue, "IMAGE", PatientID="P0", SeriesNumber="9") == 1


def test_Q17_counts_know_nothing_of_what_is_rejected(house: TestHouse, catalogue: Catalogue) -> None:
    study, kept, gone = new_uid(), new_uid(), new_uid()
    for series in (kept, gone):
        for _ in range(2):
            house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=series, Modality="CT" if series == kept else "SR"))
    Registrar(house.database, house.objects).reject((study, gone, ""), reason="test", by=SYSTEM)
    (row,) = _rows(catalogue, "STUDY")
    assert (_value(row, "00201206"), _value(row, "00201208")) == (1, 2)
    assert row["00080061"]["Value"] == ["CT"]
    assert _found(catalogue, ModalitiesInStudy="SR") == 0
    assert _found(catalogue, "SERIES") == 1
    assert _found(catalogue, "IMAGE") == 2


def test_Q18_the_first_object_names_the_study_and_finds_it(house: TestHouse, catalogue: Catalogue) -> None:
    study = new_uid()
    house.store(ct(StudyInstanceUID=study, PatientName="First^A", StudyDescription="first"))
    house.store(ct(StudyInstanceUID=study, PatientName="Second^B", StudyDescription="second"))
    (row,) = _rows(catalogue, "STUDY", PatientName="First*")
    assert _value(row, "00081030") == "first"
    assert _found(catalogue, PatientName="Second*") == 0
    assert _found(catalogue, StudyDescription="second") == 0


def test_the_patient_level_has_a_row_for_each_patient_with_totals(house: TestHouse, catalogue: Catalogue) -> None:
    for number, patient in enumerate(["P1", "P1", "P2"]):
        house.store(ct(PatientID=patient, StudyDate=f"2026010{number + 1}"))
    rows = _rows(catalogue, "PATIENT")
    assert [(_value(row, "00100020"), _value(row, "00201200"), _value(row, "00201204")) for row in rows] == [
        ("P2", 1, 1),
        ("P1", 2, 2),
    ]


def test_referring_physicians_are_names(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(ReferringPhysicianName="Grey^Ada=灰^愛", SpecificCharacterSet="ISO_IR 192"))
    assert _found(catalogue, ReferringPhysicianName="grey*") == 1
    assert _found(catalogue, ReferringPhysicianName="灰*") == 1
    assert _found(catalogue, ReferringPhysicianName="ada gr", fuzzymatching="true") == 1
    assert _found(catalogue, ReferringPhysicianName="black*") == 0


@pytest.mark.parametrize("cursor", ["x", "AAAA", "gqE", "%%%", "kA", "k6JhYgGTAQID"])
def test_a_cursor_that_is_none_is_refused(catalogue: Catalogue, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        _page(catalogue, "SERIES", cursor=cursor)


@pytest.mark.parametrize(
    "keys",
    [
        {"AccessionNumber": "a\0b*"},
        {"AccessionNumber": "\ud800*"},
        {"AccessionNumber": "a*" * 30_000},
        {"AccessionNumber": "\\".join("ab" * 2_000)},
        {"ModalitiesInStudy": ",".join(["CT"] * 2_000)},
        {"StudyInstanceUID": ",".join(["1.2.3"] * 5_000)},
        {"PatientName": "a b " * 400, "fuzzymatching": "true"},
    ],
)
def test_what_no_database_would_take_is_refused(catalogue: Catalogue, keys: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        _page(catalogue, "STUDY", **keys)


def test_many_stars_take_no_longer_than_few(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(StudyDescription="a" * 64, PatientName="a" * 64))
    assert _found(catalogue, StudyDescription="*a" * 12 + "*b") == 0
    assert _found(catalogue, PatientName="*a" * 12 + "*b") == 0
    assert _found(catalogue, PatientComments="*a" * 12 + "*b") == 0
