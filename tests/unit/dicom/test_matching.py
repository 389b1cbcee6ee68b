"""Attribute matching, by the clauses of PS3.4 C.2.2.2."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.dicom.matching import (
    AllOf,
    AnyOf,
    BadQuery,
    Empty,
    Exact,
    Range,
    SequenceMatch,
    UidList,
    Universal,
    fuzzy_keys,
    matches,
    matches_all,
    normalise_name,
    parse_value,
    sound_of,
)
from sixfold.dicom.moments import in_zone, zone_of

NAME, STUDY_DATE, MODALITIES, IMAGE_TYPE = 0x00100010, 0x00080020, 0x00080061, 0x00080008


def met(vr: str, key: str, *values: object, fuzzy: bool = False, zone: str = "") -> bool:
    return matches(parse_value(NAME, vr, key, fuzzy=fuzzy), {"vr": vr, "Value": list(values)}, vr, zone)


def named(**groups: str) -> dict[str, str]:
    return {group.capitalize(): name for group, name in groups.items()}


def sequence_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"00400275": {"vr": "SQ", "Value": list(items)}}


def test_Q2_names_ignore_case_and_accents_and_other_text_does_not() -> None:
    assert met("PN", "MÜLLER^j*", named(alphabetic="Muller^Jan"))
    assert not met("LO", "ab*", "ABC")
    assert not met("CS", "ct", "CT")


def test_Q3_a_star_alone_is_universal_and_a_question_mark_is_one_character() -> None:
    for vr in ("LO", "DA", "UI", "IS", "PN"):
        assert parse_value(0x00100020, vr, "*") == parse_value(0x00100020, vr, "") == Universal()
    assert matches(Universal(), None, "LO")
    assert met("LO", "?", "é")
    assert not met("LO", "?", "éé")
    assert met("LO", "a*", "a")
    assert not matches(parse_value(NAME, "PN", "*=*"), None, "PN")
    assert met("PN", "*=*", named(alphabetic="Doe"))


def test_Q3_wildcards_cost_no_more_than_they_should() -> None:
    assert not met("LO", "*a" * 500 + "?b", "a" * 10_000)
    assert met("LO", "*a" * 500 + "*", "a" * 10_000)
    assert met("LO", "*" * 100 + "a", "a")


def test_Q4_uids_dates_and_numbers_take_no_wildcards() -> None:
    for vr, key in (("UI", "1.2*"), ("DA", "2024*"), ("TM", "10??"), ("DT", "2024?")):
        with pytest.raises(BadQuery):
            parse_value(0x00080018, vr, key)
    for vr, key, value in (("IS", "1*", 12), ("DS", "1.?", 1.5), ("AS", "03?Y", "030Y"), ("US", "?", 7)):
        assert not met(vr, key, value)
    assert met("PN", "A*C", "ABC")
    for vr in ("AE", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"):
        assert met(vr, "A*C", "ABC")


@pytest.mark.parametrize("key", ["a_c", "a%", "a'", "a.c", "a[b]", "a\\\\b"[:1] + "+", "a(b|c)"])
def test_Q5_metacharacters_are_literals(key: str) -> None:
    assert met("LO", key + "*", key)
    assert not met("LO", key + "*", "abc")


def test_Q6_a_name_is_found_by_any_component_group() -> None:
    name = named(alphabetic="Yamada^Tarou", ideographic="山田^太郎", phonetic="やまだ^たろう")
    for key in ("山田*", "やまだ^たろう", "Yamada^Tarou^^", "=山田*", "yamada*=山田*", "*=*=やまだ*"):
        assert met("PN", key, name), key
    for key in ("=やまだ*", "Yamada", "山", "山田*=Yamada*"):
        assert not met("PN", key, name), key


def test_Q6_fuzzy_matching_takes_words_in_any_order_by_beginning_or_sound() -> None:
    name = named(alphabetic="Meyer^Anna Sofia")
    for key in ("anna meyer", "Meyer^Anna", "Maier", "mey", "SOF MEIER"):
        assert met("PN", key, name, fuzzy=True), key
    for key in ("anna schmidt", "eyer", "berta"):
        assert not met("PN", key, name, fuzzy=True), key


@pytest.mark.parametrize(
    ("one", "other"),
    [("meyer", "maier"), ("schmidt", "schmitt"), ("fischer", "vischer"), ("philip", "filip"), ("katz", "kats")],
)
def test_Q6_spellings_of_one_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other) != ""


def test_Q6_other_scripts_have_no_sound_and_other_names_another() -> None:
    assert sound_of("山田") == ""
    assert sound_of("jackson") != sound_of("johnson")


def test_Q8_an_empty_value_is_asked_for_by_two_quotes() -> None:
    assert parse_value(0x00100020, "LO", '""', empty_value=True) == Empty()
    assert parse_value(0x00100020, "LO", '""') == Exact('""')
    assert matches(Empty(), None, "LO")
    assert matches(Empty(), {"vr": "PN", "Value": [{}]}, "PN")
    assert not matches(Empty(), {"vr": "LO", "Value": ["x"]}, "LO")


def test_Q8_several_values_mean_any_and_all_once_multiple_value_matching_is_asked_for() -> None:
    some, all_of = (
        parse_value(IMAGE_TYPE, "CS", "ORIGINAL\\AXIAL"),
        parse_value(IMAGE_TYPE, "CS", "AXIAL\\ORIGINAL", multi=True),
    )
    assert some == AnyOf((Exact("ORIGINAL"), Exact("AXIAL")))
    assert all_of == AllOf((Exact("AXIAL"), Exact("ORIGINAL")))
    only_one = {"vr": "CS", "Value": ["ORIGINAL", "PRIMARY"]}
    both = {"vr": "CS", "Value": ["ORIGINAL", "PRIMARY", "AXIAL"]}
    assert matches(some, only_one, "CS")
    assert not matches(all_of, only_one, "CS")
    assert matches(all_of, both, "CS")
    assert isinstance(parse_value(0x00100020, "LO", "A\\B", multi=True), AnyOf)  # its multiplicity is 1


def test_Q1_modalities_may_be_parted_by_commas() -> None:
    assert parse_value(MODALITIES, "CS", "CT,MR") == AnyOf((Exact("CT"), Exact("MR")))
    assert met("LO", "Doe, Jane", "Doe, Jane")


def test_Q9_one_item_satisfies_all_keys_of_a_sequence() -> None:
    keys = {(0x00400275, 0x00400009): parse_value(0, "SH", "A"), (0x00400275, 0x00401001): parse_value(0, "SH", "B")}
    first, second = {"00400009": {"vr": "SH", "Value": ["A"]}}, {"00401001": {"vr": "SH", "Value": ["B"]}}
    assert not matches_all(keys, sequence_of(first, second))
    assert matches_all(keys, sequence_of(second, first | second))
    as_value = SequenceMatch(tuple((path[-1], condition) for path, condition in keys.items()))
    assert not matches(as_value, sequence_of(first, second)["00400275"], "SQ")
    assert matches(as_value, sequence_of(first | second)["00400275"], "SQ")


def test_Q9_universal_keys_of_a_sequence_ask_for_nothing() -> None:
    assert matches_all({(0x00400275, 0x00400009): Universal()}, {})
    assert not matches_all({(0x00400275, 0x00400009): Exact("A")}, {})


def test_Q10_ranges_are_inclusive_and_a_hyphen_alone_is_invalid() -> None:
    assert parse_value(STUDY_DATE, "DA", "-20240131") == Range(None, "20240131")
    assert parse_value(STUDY_DATE, "DA", "20240101-") == Range("20240101", None)
    for day, inside in (("20240101", True), ("20240131", True), ("20231231", False), ("20240201", False)):
        assert met("DA", "20240101-20240131", day) == inside
    for key in (
        "-",
        " - ",
        "2024-",
        "20240101--",
        "2024010-20240202",
        "20240101-20240102-20240103",
        "today",
        "٢٠٢٤٠١٠١",
        "2024010²",
    ):
        with pytest.raises(BadQuery):
            parse_value(STUDY_DATE, "DA", key)


def test_Q10_partial_times() -> None:
    assert met("TM", "10-11", "115959.5")
    assert met("TM", "1030-", "10:30:00")
    assert met("TM", "-1030", "103059")
    assert not met("TM", "10-11", "120000")
    assert not met("TM", "10", "100000")
    assert met("TM", "100000.50", "100000.5")
    assert not met("TM", "22-02", "230000")  # never across midnight


def test_Q11_the_offset_of_a_date_time_wins() -> None:
    assert met("DT", "20240101110000+0000", "20240101120000+0100")
    assert not met("DT", "20240101120000+0000", "20240101120000+0100")
    assert met("DT", "20240101-20240102+0000", "20240103003000+0100")
    assert met("DT", "20240102+0000-", "20240101233000-0100")
    assert not met("DT", "20240102+0000-", "20240101233000", zone="+0000")
    assert met("DT", "20240102+0000-", "20240101233000", zone="-0100")
    assert met("DT", "20240101-0500-20240102-0500", "20240102")
    with pytest.raises(BadQuery):
        parse_value(0x0008002A, "DT", "-")


def test_Q11_the_zone_is_that_of_the_data_set() -> None:
    keys = {(0x0008002A,): parse_value(0x0008002A, "DT", "20240102+0000-")}
    acquired = {"0008002A": {"vr": "DT", "Value": ["20240101233000"]}}
    assert matches_all(keys, acquired | {"00080201": {"vr": "SH", "Value": ["-0100"]}})
    assert not matches_all(keys, acquired | {"00080201": {"vr": "SH", "Value": ["+0000"]}})


@pytest.mark.parametrize(
    ("stored", "moved"),
    [
        (("20260101", "233000", "-0500", "+0000"), ("20260102", "043000")),
        (("20260101", "000000.25", "+0100", "-0100"), ("20251231", "220000.25")),
        (("20240228", "23", "+0000", "+0100"), ("20240229", "00")),
        (("20260101", "10", "+0000", "+0530"), ("20260101", "1530")),
        (("00010102", "0100", "+0200", "+0000"), ("00010101", "2300")),
        (("", "2330", "+0000", "+0100"), ("", "0030")),
        (("20260101", "", "+0000", "+0100"), ("20260101", "")),
        (("20260101", "1000", "", "+0100"), ("20260101", "1000")),
        (("20261301", "1000", "+0000", "+0100"), ("20261301", "1000")),
        (("00010101", "0000", "+0100", "+0000"), ("00010101", "0000")),
        (("99991231", "2330", "+0000", "+0100"), ("99991231", "2330")),
    ],
)
def test_Q11_a_date_and_a_time_pass_from_one_zone_to_another(stored: tuple[str, str, str, str], moved: tuple[str, str]) -> None:
    assert in_zone(*stored) == moved


@pytest.mark.parametrize(
    ("text", "zone"),
    [("+0100", "+0100"), ("-1130", "-1130"), (" 0545", "+0545"), ("0100", "+0100"), ("+01", ""), ("+2500", ""), ("Z", "")],
)
def test_Q11_an_offset_whose_plus_became_a_space_is_one(text: str, zone: str) -> None:
    assert zone_of(text) == zone


def test_Q12_lists_of_uids() -> None:
    assert parse_value(0x0020000D, "UI", "1.2,1.3") == parse_value(0x0020000D, "UI", "1.2\\1.3\0") == UidList(("1.2", "1.3"))
    assert met("UI", "1.2,1.3", "1.3")
    for key in (",", "1.2,x", "1" * 65, "1.2%"):
        with pytest.raises(BadQuery):
            parse_value(0x0020000D, "UI", key)


def test_Q12_padding_and_the_form_of_numbers_mean_nothing() -> None:
    assert met("LO", " A B ", "A B")
    assert met("UI", "1.2\0", "1.2")
    assert met("IS", "007", 7)
    assert met("IS", "+7", 7)
    assert met("DS", "1.50", 1.5)
    assert met("US", "512", 512)
    assert not met("LO", "007", "7")
    assert not met("IS", "x", 7)
    assert not met("IS", "٧", 7)
    assert not met("IS", "1_0", 10)


def test_Q16_a_private_element_is_found_in_the_block_of_its_creator() -> None:
    keys = {(0x00090010,): Exact("ACME"), (0x00091002,): Exact("x")}
    moved = {"00090011": {"vr": "LO", "Value": ["ACME"]}, "00091102": {"vr": "LO", "Value": ["x"]}}
    others = {"00090010": {"vr": "LO", "Value": ["OTHER"]}, "00091002": {"vr": "LO", "Value": ["x"]}}
    assert matches_all(keys, moved)
    assert matches_all(keys, others | moved)
    assert not matches_all(keys, others)
    assert matches_all({(0x00091002,): Exact("x")}, others)  # without creator, as it stands


def test_E4_a_creator_may_have_reserved_several_blocks() -> None:
    first = {"00090010": {"vr": "LO", "Value": ["ACME"]}, "00091002": {"vr": "LO", "Value": ["x"]}}
    second = {"00090020": {"vr": "LO", "Value": ["ACME"]}, "00092002": {"vr": "LO", "Value": ["y"]}}
    for value, found in (("x", True), ("y", True), ("z", False)):
        assert matches_all({(0x00090010,): Exact("ACME"), (0x00091002,): Exact(value)}, first | second) == found
    nested = {"00092003": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["7"]}}]}}
    assert matches_all({(0x00090010,): Exact("ACME"), (0x00091003, 0x00100020): Exact("7")}, first | second | nested)


def test_a_sequence_takes_no_value() -> None:
    with pytest.raises(BadQuery):
        parse_value(0x00400275, "SQ", "x")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller^Jörg^^Dr.", "muller jorg dr."),
        ("ŠKVORECKÝ", "skvorecky"),
        ("Straße", "strasse"),
        ("İstanbul^Işık", "istanbul isik"),
        ("Ørsted^Łukasz", "orsted lukasz"),
        ("Διονυσίος", "διονυσιοσ"),
        ("ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ タロウ"),
        ("がぎぐ", "がぎぐ"),
        ("홍^길동", "홍 길동"),
        ("שָׁלוֹם", "שלום"),
        ("e\u0301", "e"),
        ("", ""),
    ],
)
def test_C5_names_are_compared_without_case_and_accents(text: str, plain: str) -> None:
    assert normalise_name(text) == plain


def test_fuzzy_keys_are_words_in_order() -> None:
    assert fuzzy_keys("Doe^Jane=山田") == fuzzy_keys("山田, jane DOE") == ("doe", "jane", "山田")


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


@given(
    st.sampled_from(["PN", "LO", "DA", "TM", "DT", "UI", "IS", "DS", "CS", "AT"]), st.text(max_size=20), st.text(max_size=20)
)
def test_any_text_is_a_condition_or_refused(vr: str, key: str, value: str) -> None:
    try:
        condition = parse_value(NAME, vr, key, fuzzy=True, empty_value=True, multi=True)
    except BadQuery:
        return
    assert matches(condition, {"vr": vr, "Value": [value, 7, None]}, vr) in (True, False)


@given(st.text(alphabet="ab*?", max_size=12), st.text(alphabet="ab", max_size=12))
def test_wildcards_agree_with_the_shell(pattern: str, value: str) -> None:
    from fnmatch import fnmatchcase

    if pattern.strip("*") and value:
        assert met("LO", pattern, value) == fnmatchcase(value, pattern)
