"""What a search becomes for each kind of archive."""

from urllib.parse import parse_qsl

import pytest

from sixfold.dicom.matching import BadQuery
from sixfold.viewer.model.federation import Exact, Filters, Question
from sixfold.viewer.rules.federation.asking import (
    RETURNED,
    alternatives,
    find_identifier,
    listed,
    meant,
    qido_query,
    question_of,
)


def asked(*pairs: tuple[str, str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    return alternatives(question_of("STUDY", pairs))


def test_no_wildcard_comes_in_that_the_caller_did_not_write() -> None:
    assert asked(("PatientID", "12"), ("00100010", "Doe^J")) == ((("00100020", "12"), ("00100010", "Doe^J")),)
    assert asked(("PatientID", "12*")) == ((("00100020", "12*"),),)


def test_what_archives_may_take_otherwise_is_not_sent_but_matched() -> None:
    pairs = (("PatientID", "12"), ("IssuerOfPatientID", "H"), ("TimezoneOffsetFromUTC", "+0100"))
    assert asked(*pairs) == ((("00100020", "12"),),)
    assert (0x00100021,) in meant(question_of("STUDY", pairs)).conditions
    assert asked(("AccessionNumber", '""'), ("emptyvaluematching", "true")) == ((),)


def test_several_values_of_one_attribute_are_asked_for_one_by_one_and_those_of_a_second_are_matched() -> None:
    several = asked(("ModalitiesInStudy", "CT,MR"), ("PatientID", "7"))
    assert several == ((("00080061", "CT"), ("00100020", "7")), (("00080061", "MR"), ("00100020", "7")))
    assert asked(("ModalitiesInStudy", "CT,MR"), ("AccessionNumber", "A\\B")) == ((("00080061", "CT"),), (("00080061", "MR"),))
    assert asked(("ModalitiesInStudy", ",".join(f"M{number}" for number in range(9)))) == ((),)
    assert asked(("StudyInstanceUID", "1.2,1.3")) == ((("0020000D", "1.2,1.3"),),)


def test_an_empty_key_asks_to_be_told_and_narrows_nothing() -> None:
    question = question_of("STUDY", [("PatientID", ""), ("PatientName", "*"), ("includefield", "00081030,StudyID")])
    assert question.keys == ()
    assert question.include == ("00100020", "00100010", "00081030", "00200010")


@pytest.mark.parametrize("pairs", [[("Nothing", "1")], [("StudyDate", "tomorrow")], [("PatientID", "1"), ("00100020", "2")]])
def test_a_bad_question_is_refused_before_anybody_is_asked(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(BadQuery):
        question_of("STUDY", pairs)
    with pytest.raises(BadQuery):
        question_of("SERIES", [], study_uid="1.2/../3")
    with pytest.raises(BadQuery):
        listed(Filters(since="tomorrow"))
    with pytest.raises(BadQuery):
        listed(Filters(q=" ".join("abcdefghi")))


def test_the_list_asks_for_words_as_numbers_and_as_parts_of_names() -> None:
    (name, *numbers) = alternatives(listed(Filters(q="mrn7x")))[:4]
    assert name == (("00100020", "mrn7x"),)
    assert numbers == [(("00080050", "mrn7x"),), (("00100020", "MRN7X"),), (("00080050", "MRN7X"),)]
    assert alternatives(listed(Filters(q="jo Meyer 77"))) == (
        (("00100010", "*Meyer*"),),
        (("00100010", "*MEYER*"),),
        (("00100020", "77"),),
        (("00080050", "77"),),
    )
    both = alternatives(listed(Filters(q="meyer", modalities=("CT", "MR"), since="2026-01-01")))
    assert all(keys[0] == ("00080020", "20260101-") and len(keys) == 2 for keys in both)


def test_a_patient_is_asked_for_by_number_and_matched_with_the_issuer() -> None:
    question = listed(Filters(patient="H|P 1"))
    assert alternatives(question) == ((("00100020", "P 1"),),)
    assert question.patient == "H|P 1"
    assert alternatives(listed(Filters(patient="|study:1.2"))) == ((("0020000D", "1.2"),),)


def test_the_query_of_a_url() -> None:
    question = question_of("STUDY", [("PatientName", "Däe^*"), ("fuzzymatching", "true"), ("includefield", "00081032")])
    (keys,) = alternatives(question)
    text = qido_query(keys, question, 11)
    assert text.startswith("00100010=D%C3%A4e^*&limit=11&fuzzymatching=true&includefield=")
    fields = [value for name, value in parse_qsl(text) if name == "includefield"]
    assert {"00081032", "00100021", "00201208"} <= set(fields)
    assert len(fields) == len(set(fields)) == len(RETURNED["STUDY"]) + 1
    every = question_of("STUDY", [("includefield", "all")])
    assert qido_query((), every, 1) == "limit=1&includefield=all"
    assert "%26limit%3D9" in qido_query((("00100020", "1&limit=9#"),), every, 1)


def test_the_identifier_of_a_find() -> None:
    pairs = [("PatientName", "山田*"), ("RequestAttributesSequence.ScheduledProcedureStepID", "S1"), ("Modality", "CT")]
    question = question_of("SERIES", pairs, "1.2")
    (keys,) = alternatives(question)
    identifier = find_identifier(keys, question)
    assert identifier["00080052"] == {"vr": "CS", "Value": ["SERIES"]}
    assert identifier["00100010"] == {"vr": "PN", "Value": ["山田*"]}
    assert identifier["00400275"] == {"vr": "SQ", "Value": [{"00400009": {"vr": "SH", "Value": ["S1"]}}]}
    assert identifier["0020000D"] == {"vr": "UI", "Value": ["1.2"]}
    assert identifier["0020000E"] == {"vr": "UI"}
    listed_uids = question_of("STUDY", [("StudyInstanceUID", "1.2,1.3")])
    assert find_identifier(listed_uids.keys, listed_uids)["0020000D"]["Value"] == ["1.2", "1.3"]


def test_questions_are_keys_of_what_is_remembered() -> None:
    assert hash(question_of("STUDY", [("PatientID", "1")])) == hash(question_of("STUDY", [("00100020", "1")]))
    assert Question() == question_of("STUDY", [])


def test_one_study_is_looked_for_as_it_stands_and_alone() -> None:
    assert listed(Filters(), Exact("1.2.3")).keys == (("0020000D", "1.2.3"),)
    assert listed(Filters(), Exact(accession=" A-1 ")).keys == (("00080050", "A-1"),)


@pytest.mark.parametrize(
    "exact", [Exact("1.2/../3"), Exact(accession="A*"), Exact(accession="A\\B"), Exact(accession="A" * 65)]
)
def test_what_would_find_more_than_one_says_is_refused(exact: Exact) -> None:
    with pytest.raises(BadQuery):
        listed(Filters(), exact)


@pytest.mark.parametrize("filters", [Filters(q="meier"), Filters(patient="N|1")])
def test_what_is_exact_goes_with_no_words_and_no_patient(filters: Filters) -> None:
    with pytest.raises(BadQuery):
        listed(filters, Exact(accession="A1"))
