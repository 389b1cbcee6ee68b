"""Attribute matching, by the clauses of PS3.4 C.2.2.2."""

import pytest

from sixfold.dicom.matching import BadQuery, Empty, Range, UidList, Universal, matches, matches_all, parse_value


def met(vr: str, key: str, *values: object, fuzzy: bool = False) -> bool:
    return matches(parse_value(0x00100010, vr, key, fuzzy=fuzzy), {"vr": vr, "Value": list(values)}, vr)


def test_Q2_names_ignore_case_and_accents_and_other_text_does_not() -> None:
    assert met("PN", "MÜLLER^j*", {"Alphabetic": "Muller^Jan"})
    assert not met("LO", "ab*", "ABC")


def test_Q3_a_star_alone_is_universal_and_a_question_mark_is_one_character() -> None:
    assert parse_value(0x00100020, "LO", "*") == Universal()
    assert met("LO", "?", "é")
    assert not met("LO", "?", "éé")


def test_Q4_uids_and_dates_take_no_wildcards() -> None:
    for vr, key in (("UI", "1.2*"), ("DA", "2024*")):
        with pytest.raises(BadQuery):
            parse_value(0x00080018, vr, key)


@pytest.mark.parametrize("key", ["a_c", "a%", "a'", "a.c"])
def test_Q5_metacharacters_are_literals(key: str) -> None:
    assert met("LO", key + "*", key)
    assert not met("LO", key + "*", "abc")


def test_Q6_a_name_is_found_by_any_component_group_and_in_any_order_when_fuzzy() -> None:
    name = {"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎"}
    assert met("PN", "山田*", name)
    assert met("PN", "Yamada^Tarou^^", name)
    assert met("PN", "tarou yama", name, fuzzy=True)


def test_Q8_an_empty_value_is_asked_for_by_two_quotes() -> None:
    assert parse_value(0x00100020, "LO", '""', empty_value=True) == Empty()
    assert matches(Empty(), None, "LO")


def test_Q9_one_item_satisfies_all_keys_of_a_sequence() -> None:
    keys = {(0x00400275, 0x00400009): parse_value(0, "SH", "A"), (0x00400275, 0x00401001): parse_value(0, "SH", "B")}
    first, second = {"00400009": {"vr": "SH", "Value": ["A"]}}, {"00401001": {"vr": "SH", "Value": ["B"]}}
    assert not matches_all(keys, {"00400275": {"vr": "SQ", "Value": [first, second]}})
    assert matches_all(keys, {"00400275": {"vr": "SQ", "Value": [first | second]}})


def test_Q10_ranges_are_inclusive_and_a_hyphen_alone_is_invalid() -> None:
    assert parse_value(0x00080020, "DA", "-20240131") == Range(None, "20240131")
    assert met("DA", "20240101-20240131", "20240131")
    assert met("TM", "10-11", "115959.5")
    assert not met("TM", "10-11", "120000")
    assert not met("TM", "10", "100000")
    assert met("TM", "100000.50", "100000.5")
    with pytest.raises(BadQuery):
        parse_value(0x00080020, "DA", "-")


def test_Q5_many_stars_do_not_stall_the_matcher() -> None:
    assert not met("LO", "*a" * 40 + "b", "a" * 10_000)


def test_Q12_uid_lists_padding_and_leading_zeros() -> None:
    assert parse_value(0x0020000D, "UI", "1.2,1.3\0") == parse_value(0x0020000D, "UI", "1.2\\1.3") == UidList(("1.2", "1.3"))
    assert met("IS", "007", 7)
    assert met("LO", " A ", "A ")
