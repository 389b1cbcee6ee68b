"""Parts of a body in whatever pieces it comes (RFC 2046 5.1)."""

import pytest

from sixfold.archive.service.multipart import BadMultipart, PartHeaders, Parts

BODY = (
    b"a preamble\r\n--b\r\nContent-Type: application/dicom\r\nX: 1:2\r\n\r\nfirst\r\n--bogus\r\n\r\n-"
    b"\r\n--b  \r\n\r\n\r\n--b\r\nEmpty-Above: yes\r\n\r\n\r\r\n\r\n--b--\r\nan epilogue\r\n--b\r\n"
)
EXPECTED = [
    ({"content-type": "application/dicom", "x": "1:2"}, b"first\r\n--bogus\r\n\r\n-"),
    ({}, b""),
    ({"empty-above": "yes"}, b"\r\r\n"),
]


class Kept:
    """Keeps parts whole, and knows which have ended."""

    def __init__(self) -> None:
        self.parts: list[tuple[PartHeaders, bytes]] = []
        self.ended = 0

    def begin(self, headers: PartHeaders) -> None:
        self.parts.append((headers, b""))

    def data(self, piece: memoryview) -> None:
        headers, before = self.parts[-1]
        self.parts[-1] = headers, before + bytes(piece)

    def end(self) -> None:
        self.ended += 1


def _parse(body: bytes, boundary: str = "b", size: int = 1 << 20) -> Kept:
    kept = Kept()
    parts = Parts(boundary, kept)
    for start in range(0, len(body), size):
        parts.feed(body[start : start + size])
    parts.end()
    return kept


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 64, 1 << 20])
def test_S5_the_pieces_in_which_a_body_comes_do_not_matter(size: int) -> None:
    expected = list(EXPECTED)
    expected[0] = expected[0][0], b"first"
    kept = _parse(BODY.replace(b"\r\n--bogus\r\n\r\n-", b""), size=size)
    assert kept.parts == expected
    assert kept.ended == 3


def test_S5_a_delimiter_must_end_its_line() -> None:
    with pytest.raises(BadMultipart, match="end of its line"):
        _parse(BODY)


@pytest.mark.parametrize("end", range(12, 60, 3))
def test_S5_a_body_that_was_cut_is_told(end: int) -> None:
    kept = Kept()
    parts = Parts("b", kept)
    parts.feed(BODY[:end])
    with pytest.raises(BadMultipart, match="cut"):
        parts.end()
    assert kept.ended == 0


@pytest.mark.parametrize("boundary", ["", "x" * 201, "bän"])
def test_S5_a_boundary_is_ascii_and_has_a_bounded_length(boundary: str) -> None:
    with pytest.raises(BadMultipart):
        Parts(boundary, Kept())


def test_a_boundary_that_never_comes_ends_the_reading() -> None:
    parts = Parts("b", Kept())
    with pytest.raises(BadMultipart):
        _feed_long(parts, bytes(1 << 16))


def test_headers_without_an_end_end_the_reading() -> None:
    parts = Parts("b", Kept())
    parts.feed(b"--b\r\n")
    with pytest.raises(BadMultipart):
        _feed_long(parts, b"x" * (1 << 16))


def _feed_long(parts: Parts, piece: bytes) -> None:
    for _ in range(1000):
        parts.feed(piece)


def test_a_body_is_given_on_as_it_comes_and_not_gathered() -> None:
    kept = Kept()
    parts = Parts("b", kept)
    parts.feed(b"--b\r\n\r\n")
    parts.feed(bytes(1 << 16))
    assert len(kept.parts[0][1]) == 1 << 16


def test_S5_a_part_of_more_than_4_gib_passes_through_and_is_never_held() -> None:
    class Counted(Kept):
        bytes = 0
        largest = 0

        def data(self, piece: memoryview) -> None:
            self.bytes += len(piece)
            self.largest = max(self.largest, len(piece))

    counted = Counted()
    parts = Parts("b", counted)
    piece = bytes(8 << 20)
    parts.feed(b"--b\r\n\r\n")
    for _ in range(520):
        parts.feed(piece)
    parts.feed(b"\r\n--b--\r\n")
    parts.end()
    assert counted.bytes == 520 * len(piece) > 1 << 32
    assert counted.largest <= len(piece) + 256
    assert counted.ended == 1
