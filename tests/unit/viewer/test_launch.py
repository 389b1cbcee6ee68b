"""Addresses by which other systems have something shown."""

from urllib.parse import parse_qs

import pytest

from sixfold.viewer.model.launch import BadLaunch, Launch
from sixfold.viewer.rules.launch import MOST_NAMED, fragment_of, read_launch

STUDY, PATIENT = ("requestType", "STUDY"), ("requestType", "PATIENT")


def study(**told: str) -> Launch:
    return read_launch([STUDY, *told.items()])


def patient(**told: str) -> Launch:
    return read_launch([PATIENT, *told.items()])


def test_studies_by_uid_and_by_accession_number() -> None:
    assert study(studyUID="1.2.3,1.2.4, 1.2.3").studies == ("1.2.3", "1.2.4")
    assert study(accessionNumber="A100", issuer="CITY") == Launch("study", accessions=("A100",), issuer="CITY")


def test_a_patient_by_number_and_issuer_in_either_form() -> None:
    assert patient(patientID="7", issuer="CITY") == Launch("patient", patient_id="7", issuer="CITY")
    assert patient(patientID="7^^^CITY&1.2.3&ISO") == Launch("patient", patient_id="7", issuer="CITY")
    assert patient(patientID="7^^^CITY", issuerOfPatientID="CITY").issuer == "CITY"
    assert patient(patientID="7").issuer == ""


def test_what_narrows_a_patient() -> None:
    told = patient(
        patientID="7",
        mostRecentResults="1",
        lowerDateTime="2025-01-02T00:00:00Z",
        upperDateTime="20260301",
        modalitiesInStudy="CT\\MR",
        patientName="Berg^Anna",
        patientBirthDate="1950-03-12",
        viewerType="http://example.org/other",
        diagnosticQuality="true",
        keyImagesOnly="true",
        somethingNew="1",
    )
    assert (told.latest, told.since, told.until, told.modalities) == (1, "20250102", "20260301", ("CT", "MR"))
    assert (told.name, told.birth_date) == ("Berg^Anna", "19500312")


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("requestType", "study"), ("studyUID", "1.2")],
        [("requestType", "STUDY\r\nSet-Cookie: a=b"), ("studyUID", "1.2")],
        [STUDY],
        [STUDY, ("studyUID", " , ")],
        [STUDY, ("studyUID", "1.2/../3")],
        [STUDY, ("studyUID", "1.2"), ("accessionNumber", "A1")],
        [STUDY, ("studyUID", "1.2"), ("studyUID", "1.3")],
        [STUDY, ("studyUID", ",".join(f"1.{one}" for one in range(MOST_NAMED + 1)))],
        [STUDY, ("accessionNumber", "*")],
        [STUDY, ("accessionNumber", "A\\B")],
        [STUDY, ("accessionNumber", "A" * 65)],
        [STUDY, ("accessionNumber", "A1\r\nLocation: https://evil.example")],
        [STUDY, ("accessionNumber", "A1"), ("issuer", "A|B")],
        [PATIENT],
        [PATIENT, ("patientID", "^^^CITY")],
        [PATIENT, ("patientID", "7?")],
        [PATIENT, ("patientID", "7^^^CITY"), ("issuer", "NORTH")],
        [PATIENT, ("patientID", "7"), ("mostRecentResults", "-1")],
        [PATIENT, ("patientID", "7"), ("mostRecentResults", "1" * 5_000)],
        [PATIENT, ("patientID", "7"), ("mostRecentResults", "٣")],
        [PATIENT, ("patientID", "7"), ("lowerDateTime", "tomorrow")],
        [PATIENT, ("patientID", "7"), ("upperDateTime", "2026-02-30")],
        [PATIENT, ("patientID", "7"), ("modalitiesInStudy", "<script>")],
        [PATIENT, ("patientID", "7"), ("patientName", "A" * 400)],
    ],
)
def test_what_names_nothing_or_something_else_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(BadLaunch):
        read_launch(pairs)


def test_the_way_into_the_application_is_one_line_of_ascii_whatever_was_told() -> None:
    told = fragment_of(patient(patientID="7&x=#/\"'<>", issuer="Süd Klinik", patientName="Ä^Ö=日本"))
    assert told.startswith("#/open?")
    assert told.isascii()
    assert not set(told) & set("\r\n<>\"' ")
    assert parse_qs(told.partition("?")[2]) == {"patient": ["7&x=#/\"'<>"], "issuer": ["Süd Klinik"], "name": ["Ä^Ö=日本"]}
    assert fragment_of(study(studyUID="1.2,1.3")) == "#/open?study=1.2%2C1.3"
