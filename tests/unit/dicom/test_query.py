"""Queries of DICOMweb and C-FIND."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.dicom.samples import element, implicit, item, sequence, text, uid

from sixfold.dicom.matching import (
    AnyOf,
    BadQuery,
    Condition,
    Empty,
    Exact,
    Moment,
    PersonName,
    Range,
    UidList,
    Universal,
    matches_all,
)
from sixfold.dicom.query import paired, parse_identifier, parse_query
from sixfold.dicom.structure import Malformed
from sixfold.dicom.uids import EXPLICIT_LE, IMPLICIT_LE

LEVEL = element(0x00080052, "CS", text("STUDY"))


def test_Q16_keywords_tags_paths_and_private_tags_are_parameters() -> None:
    pairs = [("PatientID", "1"), ("00080060", "CT"), ("RequestAttributesSequence.00401001", "R"), ("00091001", "x")]
    query = parse_query("STUDY", [*pairs, ("includefield", "all"), ("limit", "5"), ("orderby", "x")])
    assert list(query.conditions) == [(0x00100020,), (0x00080060,), (0x00400275, 0x00401001), (0x00091001,)]
    assert query.include_all
    assert query.limit == 5


def test_Q16_a_private_tag_goes_with_its_creator() -> None:
    query = parse_query("STUDY", [("00090010", "ACME"), ("00091002", "x"), ("includefield", "00091003")])
    stored = {"000900E0": {"vr": "LO", "Value": ["ACME"]}, "0009E002": {"vr": "LO", "Value": ["x"]}}
    assert matches_all(query.conditions, stored)
    assert query.include == ((0x00091003,),)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("PatientIdd", "1"), "PatientIdd"),
        (("", "1"), "no attribute"),
        (("PatientID.StudyDate", "1"), "no sequence"),
        (("RequestAttributesSequence.", "1"), "no attribute"),
        ((".".join(["RequestAttributesSequence"] * 100), ""), "no sequence"),
        (("limit", "-1"), "limit"),
        (("limit", "1" * 30), "limit"),
        (("offset", "²"), "offset"),
        (("limit", "٥"), "limit"),
        (("fuzzymatching", "yes"), "fuzzymatching"),
        (("includefield", "PatientIdd"), "PatientIdd"),
        (("StudyDate", "yesterday"), "yesterday"),
        (("RequestAttributesSequence", "x"), "sequence"),
    ],
)
def test_Q16_what_is_unknown_or_wrong_is_refused_by_name(pair: tuple[str, str], message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        parse_query("STUDY", [pair])


def test_a_key_is_given_once() -> None:
    with pytest.raises(BadQuery, match="twice"):
        parse_query("STUDY", [("PatientID", "1"), ("00100020", "2")])


def test_flags_rule_all_keys_wherever_they_stand() -> None:
    flags = [("fuzzymatching", "true"), ("emptyvaluematching", "true")]
    query = parse_query("STUDY", [("PatientName", "doe"), ("AccessionNumber", '""'), *flags])
    assert query.conditions == {(0x00100010,): PersonName(("doe",), fuzzy=True), (0x00080050,): Empty()}
    assert (query.fuzzy, query.empty_value, query.multi_value) == (True, True, False)


def test_fields_may_be_listed_or_repeated() -> None:
    query = parse_query("STUDY", [("includefield", "PatientAge,00101030"), ("includefield", "PatientAge")])
    assert query.include == ((0x00101010,), (0x00101030,))
    assert not query.include_all
    assert (query.limit, query.offset) == (None, 0)


def test_Q9_zero_length_keys_are_universal_and_items_are_conditions() -> None:
    inner = element(0x00401001, "SH", text("RP"))
    keys = LEVEL + element(0x00100020, "LO", b"")
    keys += element(0x0020000D, "UI", uid("1.2\\1.3")) + sequence(0x00400275, [item(inner)])
    found = parse_identifier(keys, EXPLICIT_LE)
    assert found.level == "STUDY"
    assert found.query.conditions[(0x00100020,)] == Universal()
    assert found.query.conditions[(0x0020000D,)] == UidList(("1.2", "1.3"))
    assert found.query.conditions[(0x00400275, 0x00401001)] == Exact("RP")
    assert found.return_keys == tuple(found.query.conditions)


@pytest.mark.parametrize("items", [[], [b""]])
def test_Q9_an_empty_item_asks_for_the_whole_sequence(items: list[bytes]) -> None:
    found = parse_identifier(LEVEL + sequence(0x00400275, [item(content) for content in items]), EXPLICIT_LE)
    assert found.query.conditions == {(0x00400275,): Universal()}


def test_a_sequence_key_has_one_item() -> None:
    with pytest.raises(BadQuery, match="more than one item"):
        parse_identifier(LEVEL + sequence(0x00400275, [item(b"")] * 2), EXPLICIT_LE)


def test_C4_keys_are_read_in_their_character_set() -> None:
    charset = element(0x00080005, "CS", text("\\ISO 2022 IR 87"))
    name = element(0x00100010, "PN", b"\x1b$B;3ED\x1b(B*")
    found = parse_identifier(charset + LEVEL + name, EXPLICIT_LE)
    assert found.charsets == ("ISO 2022 IR 6", "ISO 2022 IR 87")
    assert found.query.conditions == {(0x00100010,): PersonName(("山田*",))}


DATE, TIME, BIRTH = 0x00080020, 0x00080030, 0x00100030


def test_Q10_dates_and_times_of_the_same_form_make_one_range_where_agreed() -> None:
    day, hours = Range("20240101", "20240102"), Range("10", "11")
    apart: dict[tuple[int, ...], Condition] = {(DATE,): day, (TIME,): hours}
    assert paired(apart) == apart
    assert paired(apart, date_time=True) == {(DATE,): Moment(DATE, TIME, day, hours, "", together=True)}
    for other in (Range("10", None), Exact("10"), Universal()):
        assert paired({(TIME,): other, (DATE,): day}, date_time=True) == {(TIME,): other, (DATE,): day}


def test_Q11_the_zone_of_a_query_rules_its_dates_and_times_but_no_birthday() -> None:
    pairs = [("TimezoneOffsetFromUTC", "+0100"), ("StudyTime", "10"), ("PatientBirthDate", "20000101"), ("PatientID", "7")]
    found = parse_query("STUDY", pairs).conditions
    assert found == {
        (DATE,): Moment(DATE, TIME, None, Exact("10"), "+0100"),
        (BIRTH,): Exact("20000101"),
        (0x00100020,): Exact("7"),
    }
    step = parse_query("STUDY", [("00400275.00400002", "20240101"), pairs[0]]).conditions
    assert list(step) == [(0x00400275, 0x00400002)]
    assert matches_all(
        step,
        {
            "00080201": {"vr": "SH", "Value": ["+0000"]},
            "00400275": {
                "vr": "SQ",
                "Value": [{"00400002": {"vr": "DA", "Value": ["20231231"]}, "00400003": {"vr": "TM", "Value": ["2330"]}}],
            },
        },
    )


def test_values_of_an_identifier_in_implicit_vr() -> None:
    keys = implicit(0x00080020, text("20240101-")) + implicit(0x00080052, text("SERIES"))
    keys += implicit(0x00080060, text("CT\\MR")) + implicit(0x00200011, text("007"))
    found = parse_identifier(keys, IMPLICIT_LE)
    assert found.level == "SERIES"
    assert found.query.conditions == {
        (0x00080020,): Range("20240101", None),
        (0x00080060,): AnyOf((Exact("CT"), Exact("MR"))),
        (0x00200011,): Exact("7"),
    }


def test_matching_that_was_negotiated() -> None:
    keys = LEVEL + element(0x00080050, "SH", b'""') + element(0x00100010, "PN", text("doe"))
    found = parse_identifier(keys, EXPLICIT_LE, fuzzy=True, empty_value=True)
    assert found.query.conditions == {(0x00080050,): Empty(), (0x00100010,): PersonName(("doe",), fuzzy=True)}


def test_bytes_that_are_no_identifier_are_refused() -> None:
    with pytest.raises(Malformed):
        parse_identifier(LEVEL + b"garbage!garbage!", EXPLICIT_LE)


KEYS = st.sampled_from(["PatientID", "PatientName", "StudyDate", "00400275.00401001", "limit", "includefield", "fuzzymatching"])


@given(st.lists(st.tuples(KEYS | st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_any_query_string_is_understood_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        query = parse_query("STUDY", pairs)
    except BadQuery:
        return
    assert len(query.conditions) <= len(pairs)
