"""What stands in the address of a retrieval: frame lists, and entity tags in conditions."""

import pytest

from sixfold.archive.http.frames import frame_numbers
from sixfold.archive.http.sending import etag_matches
from sixfold.archive.http.viewing import BadParameter


@pytest.mark.parametrize(("text", "numbers"), [("1", [1]), ("3,1,2", [3, 1, 2]), ("2,2", [2, 2]), ("007", [7])])
def test_S7_a_list_keeps_its_order_and_what_it_repeats(text: str, numbers: list[int]) -> None:
    assert frame_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1,", ",1", "1,,2", "1.5", "1e3", "a", " 1", "1-2", "²", "١", "1" * 10])
def test_S7_anything_else_is_told(text: str) -> None:
    with pytest.raises(BadParameter, match="numbers from 1"):
        frame_numbers(text)


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
