"""What stands in the address of a retrieval: frame lists, and entity tags in conditions."""

import pytest

from sixfold.archive.http.frames import frame_numbers
from sixfold.archive.http.sending import etag_matches
from sixfold.archive.http.viewing import BadParameter, numbers_of, quality_of


@pytest.mark.parametrize(("text", "numbers"), [("1", [1]), ("3,1,2", [3, 1, 2]), ("2,2", [2, 2]), ("007", [7])])
def test_S7_a_list_keeps_its_order_and_what_it_repeats(text: str, numbers: list[int]) -> None:
    assert frame_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1,", ",1", "1,,2", "1.5", "1e3", "a", " 1", "1-2", "²", "١", "1" * 10])
def test_S7_anything_else_is_told(text: str) -> None:
    with pytest.raises(BadParameter, match="numbers from 1"):
        frame_numbers(text)


@pytest.mark.parametrize("text", ["٩٠", "9²", "９０", "1_0", "", "0", "101"])
def test_E3_other_digits_are_no_quality(text: str) -> None:
    with pytest.raises(BadParameter, match="whole number"):
        quality_of(text)


@pytest.mark.parametrize("text", ["٤٠", "4_0", "４０", "nan", "inf", "x", ""])
def test_E3_other_digits_are_no_numbers(text: str) -> None:
    assert numbers_of(["1", text]) == []
    assert numbers_of(["1", " -4.5e1"]) == [1.0, -45.0]


def test_S7_a_list_has_an_end_and_its_error_is_short() -> None:
    assert len(frame_numbers(",".join(["1"] * 10_000))) == 10_000
    with pytest.raises(BadParameter) as told:
        frame_numbers(",".join(["1"] * 10_001))
    assert len(str(told.value)) < 200


@pytest.mark.parametrize("field", ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', "*", ' "a" '])
def test_S11_a_condition_that_names_the_tag_holds(field: str) -> None:
    assert etag_matches(field, '"a"')


@pytest.mark.parametrize("field", ["", '"b"', "a", '"A"', '"aa"', ","])
def test_S11_a_condition_that_does_not_name_it_does_not_hold(field: str) -> None:
    assert not etag_matches(field, '"a"')
