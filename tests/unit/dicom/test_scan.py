"""The scan of index tags and the check of structure (PS3.5 7.1 to 7.5)."""

import struct
import zlib

import pytest
from tests.unit.dicom.samples import (
    UNDEFINED,
    ct_header,
    ct_rows,
    element,
    implicit,
    item,
    sequence,
    sequence_end,
    text,
    us,
)

from sixfold.dicom.scan import Malformed, TooDeep, Truncated, check_structure, scan
from sixfold.dicom.uids import (
    DEFLATED_EXPLICIT_LE,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    JPEG_BASELINE,
    TransferSyntax,
)

NAME, ID, ROWS = 0x00100010, 0x00100020, 0x00280010
WANTED = frozenset({NAME, ID, ROWS})
PIXELS = element(0x7FE00010, "OW", bytes(64))
PLAIN = element(NAME, "PN", text("Doe^Jane")) + element(ID, "LO", text("7")) + element(ROWS, "US", us(512))
IMPLICIT_PLAIN = implicit(NAME, text("Doe^Jane")) + implicit(ID, text("7")) + implicit(ROWS, us(512))
BIG_PLAIN = (
    element(NAME, "PN", text("Doe^Jane"), order=">")
    + element(ID, "LO", text("7"), order=">")
    + element(ROWS, "US", struct.pack(">H", 512), order=">")
)


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("data", "syntax", "rows"),
    [
        (PLAIN + PIXELS, EXPLICIT_LE, us(512)),
        (IMPLICIT_PLAIN + implicit(0x7FE00010, bytes(64)), IMPLICIT_LE, us(512)),
        (BIG_PLAIN + element(0x7FE00010, "OW", bytes(64), order=">"), EXPLICIT_BE, b"\x02\x00"),
        (deflated(PLAIN + PIXELS), DEFLATED_EXPLICIT_LE, us(512)),
    ],
    ids=["explicit", "implicit", "big", "deflated"],
)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_values_vrs_and_pixel_data(data: bytes, syntax: TransferSyntax, rows: bytes, kind: type) -> None:
    found = scan(kind(data), syntax, WANTED)
    assert found.values == {NAME: b"Doe^Jane", ID: b"7 ", ROWS: rows}
    assert all(type(value) is bytes for value in found.values.values())
    assert found.vrs == {NAME: "PN", ID: "LO", ROWS: "US"}
    assert found.complete
    assert found.pixel_data_offset == found.end == len(IMPLICIT_PLAIN if syntax is IMPLICIT_LE else PLAIN)
    assert (found.pixel_data_tag, found.pixel_data_vr, found.pixel_data_length) == (0x7FE00010, "OW", 64)


def test_every_element_of_a_ct_is_found() -> None:
    rows = list(ct_rows())
    assert len(rows) == 156
    data = ct_header() + element(0x7FE00010, "OW", bytes(100_000))
    for buffer in (data, memoryview(data)):
        found = scan(buffer, EXPLICIT_LE, frozenset(tag for tag, _, _ in rows))
        assert found.vrs == {tag: vr for tag, vr, _ in rows}
        plain = {tag: value for tag, vr, value in rows if vr != "SQ"}
        assert {tag: value for tag, value in found.values.items() if tag in plain} == plain


def test_every_prefix_is_incomplete_or_right() -> None:
    data = PLAIN + PIXELS
    for length in range(len(data)):
        found = scan(data[:length], EXPLICIT_LE, WANTED)
        assert found.end <= length
        assert found.complete == (ROWS in found.values)
        assert found.values.items() <= {NAME: b"Doe^Jane", ID: b"7 ", ROWS: us(512)}.items()


def test_a_tag_above_all_wanted_completes_a_prefix() -> None:
    data = PLAIN + element(0x00290010, "LO", bytes(100), length=1000)
    assert scan(data, EXPLICIT_LE, WANTED | {0x00280011}).complete
    assert not scan(data, EXPLICIT_LE, WANTED | {0x00400275}).complete


def test_the_end_completes_a_whole_data_set() -> None:
    wanted = WANTED | {0x00400275}
    assert not scan(PLAIN, EXPLICIT_LE, wanted).complete
    found = scan(PLAIN, EXPLICIT_LE, wanted, whole=True)
    assert (found.complete, found.end, found.pixel_data_offset) == (True, len(PLAIN), None)
    with pytest.raises(Truncated):
        scan(PLAIN[:-1], EXPLICIT_LE, wanted, whole=True)


@pytest.mark.parametrize("tag", [0x7FE00008, 0x7FE00009, 0x7FE00010])
def test_E10_all_kinds_of_pixel_data_stop_the_scan(tag: int) -> None:
    found = scan(PLAIN + element(tag, "OF", bytes(8)), EXPLICIT_LE, WANTED)
    assert (found.pixel_data_tag, found.pixel_data_offset) == (tag, len(PLAIN))


def test_E10_pixel_data_of_an_icon_are_not_the_image() -> None:
    icon = element(ROWS, "US", us(8)) + PIXELS
    for undefined in (False, True):
        data = sequence(0x00880200, [item(icon, undefined=undefined)], undefined=undefined)
        found = scan(data + PIXELS, EXPLICIT_LE, WANTED)
        assert found.values == {}
        assert found.pixel_data_offset == len(data)


@pytest.mark.parametrize("undefined", [False, True])
def test_E1_sequences_of_every_length_style_are_passed_over(undefined: bool) -> None:
    inner = element(ID, "LO", text("inner"))
    nested = sequence(0x00081115, [item(inner, undefined=undefined), item(b"", undefined=undefined)], undefined=undefined)
    data = sequence(0x00081115, [item(nested, undefined=undefined)] * 2, undefined=undefined)
    assert scan(data + PLAIN + PIXELS, EXPLICIT_LE, WANTED).values[ID] == b"7 "


def test_a_wanted_sequence_is_its_items_without_delimiter() -> None:
    items = item(element(0x00081155, "UI", b"1.2\0"))
    for undefined in (False, True):
        data = sequence(0x00081115, [items], undefined=undefined)
        found = scan(data + PIXELS, EXPLICIT_LE, frozenset({0x00081115}))
        assert (found.values, found.vrs) == ({0x00081115: items}, {0x00081115: "SQ"})


def test_E2_un_of_undefined_length_holds_implicit_vr() -> None:
    content = item(implicit(ID, text("inner")), undefined=True) + sequence_end()
    data = element(0x00091001, "UN", content, length=UNDEFINED)
    assert scan(data + PLAIN + PIXELS, EXPLICIT_LE, WANTED).values[ID] == b"7 "


def test_E4_private_sequences_in_implicit_vr() -> None:
    content = item(implicit(ID, text("inner")), undefined=True) + sequence_end()
    data = implicit(0x00091001, content, length=UNDEFINED) + IMPLICIT_PLAIN + implicit(0x7FE00010, b"")
    assert scan(data, IMPLICIT_LE, WANTED).values[ID] == b"7 "


def test_implicit_vr_under_an_explicit_syntax_is_read() -> None:
    data = IMPLICIT_PLAIN + implicit(0x7FE00010, item(b"") + sequence_end(), length=UNDEFINED)
    found = scan(data, JPEG_BASELINE, WANTED)
    assert found.values[ID] == b"7 "
    assert found.pixel_data_length == UNDEFINED


def test_E3_odd_lengths_and_trailing_padding() -> None:
    data = element(NAME, "PN", b"Doe") + element(ID, "LO", b"7")
    found = scan(data + bytes(10), EXPLICIT_LE, WANTED, whole=True)
    assert (found.values, found.complete) == ({NAME: b"Doe", ID: b"7"}, True)


def test_a_vr_of_a_later_edition_has_a_long_length() -> None:
    later = struct.pack("<HH2sHL", 0x0008, 0x9999, b"ZZ", 0, 4) + b"abcd"
    assert scan(later + PLAIN + PIXELS, EXPLICIT_LE, WANTED).values[ID] == b"7 "


@pytest.mark.parametrize(
    "data",
    [
        element(0x00080060, "CS", b"CT") + b"\x08\x00\x61\x00\x01\x02\x03\x04\x05\x06\x07\x08",
        element(0x00080060, "UT", b"", length=UNDEFINED) + bytes(16),
        element(0x00081115, "SQ", b"\x08\x00\x61\x00CS\x02\x00CT", length=UNDEFINED) + bytes(16),
        item(b"", undefined=True),
    ],
    ids=["no VR", "undefined text", "no item", "item at the top"],
)
def test_malformed_data_sets_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        scan(data, EXPLICIT_LE, WANTED, whole=True)


def nested(depth: int) -> bytes:
    opened = element(0x00081115, "SQ", b"", length=UNDEFINED) + struct.pack("<HHL", 0xFFFE, 0xE000, UNDEFINED)
    closed = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + sequence_end()
    return opened * depth + closed * depth


def test_E1_depth_is_limited() -> None:
    assert scan(nested(60) + PLAIN + PIXELS, EXPLICIT_LE, WANTED).values[ID] == b"7 "
    with pytest.raises(TooDeep):
        scan(nested(100_000), EXPLICIT_LE, WANTED)


def test_a_deflated_prefix_is_inflated_within_bounds() -> None:
    bomb = deflated(PLAIN + element(0x00420011, "OB", bytes(50_000_000)))
    found = scan(bomb, DEFLATED_EXPLICIT_LE, WANTED)
    assert (found.values[ID], found.complete) == (b"7 ", True)
    with pytest.raises(Malformed):
        scan(b"\xff" * 64, DEFLATED_EXPLICIT_LE, WANTED)


FRAGMENTS = element(0x7FE00010, "OB", item(b"") + item(b"abcd") + sequence_end(), length=UNDEFINED)


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        (PLAIN + PIXELS, EXPLICIT_LE),
        (PLAIN + FRAGMENTS, JPEG_BASELINE),
        (PLAIN + FRAGMENTS + element(0xFFFCFFFC, "OB", bytes(6)), JPEG_BASELINE),
        (IMPLICIT_PLAIN, IMPLICIT_LE),
        (BIG_PLAIN, EXPLICIT_BE),
        (deflated(PLAIN + PIXELS), DEFLATED_EXPLICIT_LE),
        (nested(10) + PLAIN, EXPLICIT_LE),
    ],
    ids=["native", "fragments", "trailing padding", "implicit", "big", "deflated", "nested"],
)
def test_structure_is_complete_only_when_whole(data: bytes, syntax: TransferSyntax) -> None:
    assert check_structure(data, syntax).complete
    whole = {len(data)}
    cuts = [length for length in range(1, len(data)) if check_structure(data[:length], syntax).complete]
    if syntax.deflated:
        assert cuts == []
    else:  # between elements, with up to seven bytes of the next, nothing shows that the rest is missing
        ends = element_ends(data, syntax) - whole
        assert all(any(end <= cut <= end + 7 for end in ends) for cut in cuts)


def element_ends(data: bytes, syntax: TransferSyntax) -> set[int]:
    return {check_structure(data[:cut], syntax).end for cut in range(1, len(data) + 1)}


def test_E3_bytes_after_the_data_set_are_tolerated_if_they_are_padding() -> None:
    assert check_structure(PLAIN + PIXELS + bytes(100), EXPLICIT_LE).complete
    assert check_structure(PLAIN + PIXELS + b"\n\0\n", EXPLICIT_LE).complete
    problem = check_structure(PLAIN + PIXELS + b"garbage! garbage!", EXPLICIT_LE)
    assert not problem.complete
    assert problem.end == len(PLAIN + PIXELS)


def test_structure_names_the_problem() -> None:
    assert "cut" in check_structure(PLAIN + PIXELS[:-1], EXPLICIT_LE).problem
    assert "no element" in check_structure(b"", EXPLICIT_LE).problem
    assert "deeper" in check_structure(nested(1000), EXPLICIT_LE).problem
