"""C-FIND: identifiers in, identifiers out, as PS3.4 C.4.1 has it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.dsutils import decode, encode
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.dimse import find as find_module
from sixfold.archive.dimse.find import find
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.search import Catalogue, Scope
from sixfold.archive.store.search.sight import EVERYTHING
from sixfold.dimse.services import DimseFailure, FindMatch, FindRequest, QueryOptions
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput
from sixfold.kernel.ids import new_uid

PATIENT_ROOT = "1.2.840.10008.5.1.4.1.2.1.1"
STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1"


@pytest.fixture
def house(tmp_path: Path, sqlite_database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, sqlite_database)
    yield made
    made.archive.close()


@pytest.fixture
def catalogue(house: TestHouse) -> Catalogue:
    return Catalogue(house.database, make_retrieval(house.archive).metadata.objects)


def _form(syntax: str) -> tuple[bool, bool]:
    return syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian


def _decoded(match: FindMatch, syntax: str) -> Dataset:
    return decode(io.BytesIO(match.identifier), *_form(syntax))


def _find(
    catalogue: Catalogue,
    level: str,
    *,
    model: str = STUDY_ROOT,
    options: QueryOptions | None = None,
    syntax: str = ExplicitVRLittleEndian,
    **keys: Any,
) -> Iterator[FindMatch]:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(identifier, keyword, value)
    request = FindRequest(message_id=1, affected_sop_class_uid=model, options=options or QueryOptions())
    encoded = encode(identifier, *_form(syntax))
    assert encoded is not None
    return find(catalogue, Scope(EVERYTHING), request, encoded, syntax, "SIXFOLD")


def _found(catalogue: Catalogue, level: str, **keys: Any) -> list[Dataset]:
    syntax = keys.get("syntax", ExplicitVRLittleEndian)
    return [_decoded(match, syntax) for match in _find(catalogue, level, **keys)]


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_match_has_every_key_that_was_asked_for(house: TestHouse, catalogue: Catalogue, syntax: str) -> None:
    house.store(ct(PatientName="Doe^John"))
    (match,) = _found(
        catalogue,
        "STUDY",
        syntax=syntax,
        PatientName="doe*",
        PatientID="",
        StudyDescription="",
        PatientComments="",
        StudyDate="",
    )
    assert match.PatientName == "Doe^John"
    assert (match.PatientID, match.StudyDescription, match.StudyDate) == ("P1", "CT of a test", "20260301")
    assert "PatientComments" in match
    assert not match.PatientComments
    assert match.QueryRetrieveLevel == "STUDY"
    assert (match.RetrieveAETitle, match.InstanceAvailability) == ("SIXFOLD", "ONLINE")
    assert "AccessionNumber" not in match


def test_C4_the_answer_is_in_a_character_set_that_holds_it(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Yamada^Tarou=山田^太郎", SpecificCharacterSet="ISO_IR 192"))
    house.store(ct(PatientName="Doe^John", PatientID="P2", StudyDescription="x"))
    matches = {match.PatientID: match for match in _found(catalogue, "STUDY", PatientName="", PatientID="")}
    assert str(matches["P1"].PatientName) == "Yamada^Tarou=山田^太郎"
    assert matches["P1"].SpecificCharacterSet == "ISO_IR 192"
    assert "SpecificCharacterSet" not in matches["P2"]


def test_C4_a_key_in_the_callers_character_set_is_understood(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Müller^Jörg"))
    (match,) = _found(catalogue, "STUDY", SpecificCharacterSet="ISO_IR 100", PatientName="Müller*")
    assert match.PatientName == "Müller^Jörg"


def test_every_level_of_both_models(house: TestHouse, catalogue: Catalogue) -> None:
    data = ct()
    house.store(data)
    house.store(ct(PatientID="P1", StudyDate="20200101"))
    (patient,) = _found(catalogue, "PATIENT", model=PATIENT_ROOT, PatientID="P1", NumberOfPatientRelatedStudies="")
    assert patient.NumberOfPatientRelatedStudies == 2
    (study,) = _found(catalogue, "STUDY", model=PATIENT_ROOT, PatientID="P1", StudyDate="20260301", ModalitiesInStudy="")
    assert study.ModalitiesInStudy == "CT"
    uids = {"StudyInstanceUID": data.StudyInstanceUID, "SeriesInstanceUID": data.SeriesInstanceUID}
    (series,) = _found(
        catalogue, "SERIES", StudyInstanceUID=uids["StudyInstanceUID"], SeriesInstanceUID="", Modality="", PatientID=""
    )
    assert (series.SeriesInstanceUID, series.Modality, series.PatientID) == (uids["SeriesInstanceUID"], "CT", "P1")
    (image,) = _found(catalogue, "IMAGE", **uids, SOPInstanceUID="", Rows=None, SliceLocation="", PhotometricInterpretation="")
    assert (image.SOPInstanceUID, image.Rows) == (data.SOPInstanceUID, 16)
    assert image.PhotometricInterpretation == "MONOCHROME2"


def test_Q9_a_sequence_is_returned_as_it_was_asked_for(house: TestHouse, catalogue: Catalogue) -> None:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "A", "99X", "something"
    house.store(ct(ProcedureCodeSequence=[code]))
    asked = Dataset()
    asked.CodeValue = ""
    (match,) = _found(catalogue, "STUDY", ProcedureCodeSequence=[asked])
    assert [list(item.keys()) for item in match.ProcedureCodeSequence] == [[0x00080100]]
    (match,) = _found(catalogue, "STUDY", ProcedureCodeSequence=[Dataset()])
    assert match.ProcedureCodeSequence[0].CodeMeaning == "something"
    asked.CodeValue = "B"
    assert not _found(catalogue, "STUDY", ProcedureCodeSequence=[asked])


def test_Q10_a_date_and_a_time_are_one_range_only_where_that_was_agreed_on(house: TestHouse, catalogue: Catalogue) -> None:
    for number, (day, time) in enumerate(
        [("20260705", "090000"), ("20260706", "0300"), ("20260707", "17"), ("20260707", "19")]
    ):
        house.store(ct(StudyDate=day, StudyTime=time, PatientID=f"P{number}"))
    keys = {"PatientID": "", "StudyDate": "20260705-20260707", "StudyTime": "1000-1800"}
    apart = _found(catalogue, "STUDY", **keys)
    as_one = _found(catalogue, "STUDY", options=QueryOptions(date_time=True), **keys)
    assert {match.PatientID for match in apart} == {"P2"}
    assert {match.PatientID for match in as_one} == {"P1", "P2"}
    other_form = keys | {"StudyTime": "1000-"}
    assert {match.PatientID for match in _found(catalogue, "STUDY", options=QueryOptions(date_time=True), **other_form)} == {
        "P2",
        "P3",
    }


def test_Q11_the_timezone_of_an_identifier_says_what_its_times_mean(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(StudyDate="20260101", StudyTime="233000", TimezoneOffsetFromUTC="-0500"))
    house.store(ct(StudyDate="20260102", StudyTime="120000", PatientID="P2"))
    keys = {"PatientID": "", "StudyDate": "20260102", "StudyTime": ""}
    matches = {match.PatientID: match for match in _found(catalogue, "STUDY", TimezoneOffsetFromUTC="+0100", **keys)}
    assert (matches["P1"].StudyDate, matches["P1"].StudyTime, matches["P1"].TimezoneOffsetFromUTC) == (
        "20260101",
        "233000",
        "-0500",
    )
    assert "TimezoneOffsetFromUTC" not in matches["P2"]  # it is never sent empty (PS3.4 C.4.1.1.3.2)
    assert {match.PatientID for match in _found(catalogue, "STUDY", **keys)} == {"P2"}


def test_Q12_a_list_of_uids_parted_by_backslashes(house: TestHouse, catalogue: Catalogue) -> None:
    uids = [new_uid() for _ in range(3)]
    for uid in uids:
        house.store(ct(StudyInstanceUID=uid))
    assert len(_found(catalogue, "STUDY", StudyInstanceUID=uids[:2])) == 2


def test_Q13_there_is_an_end_and_it_is_told(house: TestHouse, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        house.store(ct(PatientID=f"P{number}"))
    monkeypatch.setattr(find_module, "MOST", 3)
    monkeypatch.setattr(find_module, "_PAGE", 2)
    matches = _find(catalogue, "STUDY", PatientID="")
    assert len({next(matches).identifier for _ in range(3)}) == 3
    with pytest.raises(DimseFailure) as failure:
        next(matches)
    assert failure.value.status == 0xA700


def test_a_cancelled_query_ends(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct())
    matches = _find(catalogue, "STUDY", PatientID="")
    next(matches)
    matches.close()  # type: ignore[attr-defined]
    assert next(matches, None) is None


def test_Q15_relational_queries_only_where_they_were_agreed_on(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct())
    with pytest.raises(DimseFailure) as failure:
        _found(catalogue, "SERIES", PatientID="P1", SeriesInstanceUID="")
    assert failure.value.status == 0xA900
    assert len(_found(catalogue, "SERIES", options=QueryOptions(relational=True), PatientID="P1", SeriesInstanceUID="")) == 1
    assert len(_found(catalogue, "IMAGE", options=QueryOptions(relational=True), PatientID="P1", SOPInstanceUID="")) == 1


def test_Q7_fuzzy_names_only_where_they_were_agreed_on(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct(PatientName="Doe^John"))
    assert not _found(catalogue, "STUDY", PatientName="john doe")
    assert len(_found(catalogue, "STUDY", options=QueryOptions(fuzzy=True), PatientName="john doe")) == 1


def test_a_key_that_is_not_supported_is_told_with_each_match(house: TestHouse, catalogue: Catalogue) -> None:
    house.store(ct())
    (match,) = _find(catalogue, "STUDY", SliceLocation="3")
    assert match.status == 0xFF01
    (match,) = _find(catalogue, "STUDY", SliceLocation="")
    assert match.status == 0xFF00


@pytest.mark.parametrize(
    ("model", "level"), [(STUDY_ROOT, "PATIENT"), (STUDY_ROOT, ""), (PATIENT_ROOT, "WORLD"), ("1.2.3", "STUDY")]
)
def test_a_level_that_the_model_has_not_is_refused(catalogue: Catalogue, model: str, level: str) -> None:
    with pytest.raises(DimseFailure) as failure:
        _found(catalogue, level, model=model, PatientID="")
    assert failure.value.status == 0xA900


def test_bytes_that_are_no_identifier_are_refused(catalogue: Catalogue) -> None:
    request = FindRequest(message_id=1, affected_sop_class_uid=STUDY_ROOT)
    with pytest.raises(InvalidInput):
        list(find(catalogue, Scope(EVERYTHING), request, b"\x08\x00\x52\x00CS\xff\x00STUDY", ExplicitVRLittleEndian, "SIXFOLD"))
