"""What is believed of an answer."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sixfold.dicom.matching import matches_all
from sixfold.viewer.model.federation import Filters, Found, Question
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.asking import listed, meant, question_of
from sixfold.viewer.rules.federation.rows import LONGEST_VALUE, MOST_ATTRIBUTES, copy_of, sift

from .rows import row, study


def sifted(rows: Any, *pairs: tuple[str, str], issuer: str = "REMOTE", limit: int = 100) -> Found:
    question = question_of("STUDY", pairs)
    return sift(rows, question, meant(question), issuer, limit)


def uids(found: Found) -> list[str]:
    return [reading.text(one, 0x0020000D) for one in found.rows]


def test_what_does_not_match_is_not_in_the_answer() -> None:
    rows = [study("1.1", PatientID="12"), study("1.2", PatientID="123"), study("1.3", PatientID="12")]
    found = sifted(rows, ("PatientID", "12"))
    assert uids(found) == ["1.1", "1.3"]
    assert found.dropped == 1


def test_a_row_that_does_not_tell_what_was_asked_for_does_not_match_and_that_is_said() -> None:
    found = sifted([study("1.1"), study("1.2", InstitutionName="North")], ("InstitutionName", "North"))
    assert (uids(found), found.dropped, found.untold) == (["1.2"], 1, ("InstitutionName",))


def test_the_issuer_is_that_of_the_archive_where_it_does_not_tell_and_is_matched_then() -> None:
    rows = [study("1.1", IssuerOfPatientID=None), study("1.2", IssuerOfPatientID="OTHER")]
    found = sifted(rows, ("IssuerOfPatientID", "REMOTE"))
    assert uids(found) == ["1.1"]
    assert reading.patient_key(found.rows[0]) == "REMOTE|P1"
    assert reading.identity_of(sifted([study("1.1", PatientID=None, IssuerOfPatientID=None)]).rows[0]).issuer == ""


def test_a_uid_comes_once_and_no_more_than_are_wanted() -> None:
    rows = [study("1.1"), study("1.1", PatientName="Again"), study("1.2"), study("1.3")]
    found = sifted(rows, limit=2)
    assert (uids(found), found.more) == (["1.1", "1.2"], True)
    assert not sifted(rows, limit=3).more


@pytest.mark.parametrize("raw", [None, 1, [], "x", {}, {"0020000D": 5}, row(StudyInstanceUID="1.2/3"), row(PatientID="1")])
def test_what_is_no_row_is_left_out_and_counted(raw: Any) -> None:
    found = sifted([raw, study("1.1")])
    assert (uids(found), found.dropped) == (["1.1"], 1)


def test_attributes_that_are_broken_or_huge_are_left_out() -> None:
    one = study("1.1", PatientName="Doe^Jane")
    one |= {
        "00081030": {"vr": "LO", "Value": ["x" * (LONGEST_VALUE + 1)]},
        "00100030": {"vr": "DA", "Value": {"not": "a list"}},
        "00100040": "no object",
        "0010104X": {"vr": "LO", "Value": ["no tag"]},
        "00201206": {"vr": "IS", "Value": [True, 1e400, 3]},
        "7FE00010": {"vr": "OW", "InlineBinary": "AAAA"},
        "00080090": {"vr": "PN", "Value": ["Plain^Text", {"Alphabetic": 5}]},
    }
    (read,) = sifted([one]).rows
    assert not {"00100040", "0010104X", "7FE00010", "00100030"} & read.keys()
    assert (reading.text(read, 0x00081030), read["00201206"]["Value"]) == ("", [3])
    assert read["00080090"]["Value"] == [{"Alphabetic": "Plain^Text"}, {"Alphabetic": "5"}]
    assert sifted([{f"{number:08X}": {"vr": "LO"} for number in range(MOST_ATTRIBUTES + 1)}]).dropped == 1


def test_a_vr_that_is_wrong_does_not_change_how_values_compare() -> None:
    one = study("1.1", PatientID="7") | {"00100010": {"vr": "LO", "Value": ["Doe^Jane"]}}
    assert uids(sifted([one], ("PatientName", "doe^jane"))) == ["1.1"]


def test_series_are_of_the_study_that_was_asked_for() -> None:
    question = question_of("SERIES", [], "1.2")
    raw = [
        row(SeriesInstanceUID="1.2.1", Modality="CT"),
        row(StudyInstanceUID="9.9", SeriesInstanceUID="1.2.2"),
        row(StudyInstanceUID="1.2", SeriesInstanceUID="1.2.3"),
    ]
    found = sift(raw, question, meant(question), "", 10)
    assert [reading.text(one, 0x0020000E) for one in found.rows] == ["1.2.1", "1.2.3"]
    assert found.rows[0]["0020000D"]["Value"] == ["1.2"]


def test_the_words_of_the_list_begin_words_of_name_or_number() -> None:
    rows = [
        study("1.1", PatientName="Meyer^Johanna", PatientID="X77"),
        study("1.2", PatientName="Altmeyer^Jo", PatientID="X1"),
        study("1.3", PatientName="Meyer^Karl", AccessionNumber="JO5"),
        study("1.4", PatientName="Meyer^Karl"),
    ]
    question = listed(Filters(q="jo meyer"))
    assert uids(sift(rows, question, meant(question), "", 10)) == ["1.1", "1.3"]
    question = listed(Filters(patient="H|X1"))
    assert uids(sift(rows, question, meant(question), "", 10)) == ["1.2"]


NAMES = ["00100010", "vr", "Value", "Alphabetic"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["00100010", "vr", "Value", "Alphabetic"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ATTRIBUTE = st.fixed_dictionaries({}, optional={"vr": JSON, "Value": JSON | st.lists(JSON, max_size=3)})
HOSTILE = st.dictionaries(st.sampled_from(["0020000D", "00100010", "00100020", "00080061", "00400275", "00081030"]), ATTRIBUTE)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # drawing is, on a busy machine
@given(st.lists(HOSTILE, max_size=4))
def test_hostile_rows_break_nothing_and_what_is_left_matches(raw: list[Any]) -> None:
    question: Question = question_of("STUDY", [("PatientName", "a*")])
    found = sift([*raw, study("1.1", PatientName="Abel")], question, meant(question), "H", 10)
    assert "1.1" in uids(found)
    for one in found.rows:
        assert matches_all(meant(question).conditions, one)
        orjson.loads(copy_of("x", one).token)
        assert reading.facts_of(one)
        assert reading.patient_key(one)
