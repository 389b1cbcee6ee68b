"""Byte ranges (RFC 9110 14)."""

import pytest

from sixfold.archive.http.ranges import RangeNotSatisfiable, span_of

TAG = '"tag"'


@pytest.mark.parametrize(
    ("field", "offset", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-9", 0, 10),
        ("bytes=2-5", 2, 4),
        ("bytes=7-", 7, 3),
        ("bytes=-3", 7, 3),
        ("bytes=-99", 0, 10),
        ("bytes=5-99999999999", 5, 5),
        ("bytes = 1 - 2", 1, 2),
    ],
)
def test_a_range_within(field: str, offset: int, length: int) -> None:
    span = span_of(field, "", TAG, 10)
    assert (span.offset, span.length, span.status) == (offset, length, 206)
    assert span.headers()["Content-Range"] == f"bytes {offset}-{offset + length - 1}/10"


@pytest.mark.parametrize(
    "field",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=0-1,3-4",
        "items=0-1",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=١-٢",
        "bytes=²-",
        "bytes=1" * 9,
    ],
)
def test_what_is_no_single_range_of_bytes_gives_the_whole(field: str) -> None:
    span = span_of(field, "", TAG, 10)
    assert (span.offset, span.length, span.status) == (0, 10, 200)
    assert "Content-Range" not in span.headers()


@pytest.mark.parametrize(("field", "total"), [("bytes=10-", 10), ("bytes=99-100", 10), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_a_range_outside_is_told_with_the_length(field: str, total: int) -> None:
    with pytest.raises(RangeNotSatisfiable, match=str(total)) as told:
        span_of(field, "", TAG, total)
    assert told.value.status == 416


def test_a_condition_that_does_not_hold_gives_the_whole() -> None:
    assert span_of("bytes=0-1", '"other"', TAG, 10).status == 200
    assert span_of("bytes=0-1", TAG, TAG, 10).status == 206
