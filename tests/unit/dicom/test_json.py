"""DICOM JSON (PS3.18 annex F), bulk data paths, the walk of elements and the way back, from data sets built byte by byte."""

import json
import math
import struct
import zlib
from base64 import b64encode
from typing import Any

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

from sixfold.dicom.bulk import NoBulkData
from sixfold.dicom.elements import fragments, walk
from sixfold.dicom.json import bulk_value, instance_dict, instance_json, values_json
from sixfold.dicom.scan import check_structure, scan
from sixfold.dicom.structure import Malformed, TooDeep, Truncated
from sixfold.dicom.uids import (
    DEFLATED_EXPLICIT_LE,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    JPEG_BASELINE,
    TransferSyntax,
)

LATIN = element(0x00080005, "CS", text("ISO_IR 100"))
NAME = element(0x00100010, "PN", b"M\xfcller")


def read(data: bytes, syntax: TransferSyntax = EXPLICIT_LE, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(instance_json(data, syntax, bulk_uri="/bulk", **options))
    return found


def only(data: bytes, syntax: TransferSyntax = EXPLICIT_LE, **options: Any) -> Any:
    found = read(data, syntax, **options)
    found.pop("00080005", None)
    (attribute,) = found.values()
    return attribute


def values(vr: str, value: bytes, **options: Any) -> Any:
    attribute = only(element(0x00091010, vr, value), **options)
    assert attribute["vr"] == vr
    return attribute.get("Value")


@pytest.mark.parametrize(
    ("vr", "value", "expected"),
    [
        ("IS", b"+1", [1]),
        ("IS", b"007 ", [7]),
        ("IS", b" 12\\ \\-3", [12, None, -3]),
        ("IS", b"3.0 ", [3]),
        ("IS", b"1A", ["1A"]),
        ("IS", b"1_0 ", ["1_0"]),
        ("IS", b"99999999999999999999", ["99999999999999999999"]),
        ("DS", b"1. ", [1.0]),
        ("DS", b"+1.5e3", [1500.0]),
        ("DS", b" 1.5 \\2 ", [1.5, 2.0]),
        ("DS", b"1.5\\\\2 ", [1.5, None, 2.0]),
        ("DS", b"NaN ", ["NaN"]),
        ("DS", b"1e999 ", ["1e999"]),
        ("DS", b"1,5 ", ["1,5"]),
        ("DS", b"1.5\0", [1.5]),
        ("CS", b"A \\ B", ["A", "B"]),
        ("CS", b"A\\\\B ", ["A", None, "B"]),
        ("LO", b" A B ", ["A B"]),
        ("LT", b" A\\B  ", [" A\\B"]),
        ("UC", b" A\\B ", [" A", "B"]),
        ("UI", b"1.2.3\0", ["1.2.3"]),
        ("UR", b"http://x/a\\b ", ["http://x/a\\b"]),
        ("AT", b"\x10\x00\x20\x00", ["00100020"]),
        ("UV", struct.pack("<2Q", 5, 2**53), [5, "9007199254740992"]),
        ("SV", struct.pack("<2q", -5, -(2**53)), [-5, "-9007199254740992"]),
        ("US", us(1, 65535), [1, 65535]),
        ("SS", struct.pack("<h", -1), [-1]),
        ("UL", struct.pack("<L", 2**32 - 1), [2**32 - 1]),
        ("SL", struct.pack("<l", -1), [-1]),
        ("FD", struct.pack("<3d", 1.5, math.nan, -math.inf), [1.5, "NaN", "-Infinity"]),
        ("FL", struct.pack("<2f", 0.5, math.inf), [0.5, "Infinity"]),
        ("US", b"\x01\x00\x02", [1]),
        ("CS", b"  ", None),
        ("DS", b"", None),
        ("PN", b"", None),
        ("PN", b" = ", None),
        ("PN", b"A^B=\xff=C ", [{"Alphabetic": "A^B", "Ideographic": "ÿ", "Phonetic": "C"}]),
        ("PN", b"A\\\\B", [{"Alphabetic": "A"}, None, {"Alphabetic": "B"}]),
    ],
)
def test_E6_values_of_each_vr(vr: str, value: bytes, expected: list[Any] | None) -> None:
    assert values(vr, value) == expected


def test_E6_empty_elements_stay_in_and_out_of_sequences() -> None:
    empty = element(0x00100020, "LO", b"")
    found = read(empty + sequence(0x00101002, [item(empty), item(b"")]) + sequence(0x00400275, []))
    assert found["00100020"] == {"vr": "LO"}
    assert found["00101002"] == {"vr": "SQ", "Value": [{"00100020": {"vr": "LO"}}, {}]}
    assert found["00400275"] == {"vr": "SQ"}


def test_E6_long_binary_values_go_by_reference_in_sequences_too() -> None:
    data = element(0x00660016, "OF", bytes(2000))
    inner = element(0x00660016, "OF", bytes(4)) + element(0x00660023, "OL", bytes(1028))
    found = read(data + sequence(0x00660028, [item(b""), item(inner)]))
    assert found["00660016"] == {"vr": "OF", "BulkDataURI": "/bulk/00660016"}
    nested = found["00660028"]["Value"][1]
    assert nested["00660016"] == {"vr": "OF", "InlineBinary": "AAAAAA=="}
    assert nested["00660023"] == {"vr": "OL", "BulkDataURI": "/bulk/00660028/1/00660023"}


def test_pixel_data_go_by_reference_however_short_and_whether_whole_or_cut() -> None:
    reference = {"vr": "OW", "BulkDataURI": "/bulk/7FE00010"}
    assert only(element(0x7FE00010, "OW", bytes(4))) == reference
    assert only(element(0x7FE00010, "OW", bytes(4), length=1 << 30)) == reference
    assert only(element(0x7FE00010, "OW", b"")) == {"vr": "OW"}
    cut = element(0x7FE00010, "OB", item(b"") + item(bytes(8))[:-1], length=UNDEFINED)
    assert only(cut, JPEG_BASELINE) == {"vr": "OB", "BulkDataURI": "/bulk/7FE00010"}


def test_elements_after_pixel_data_are_read() -> None:
    pixels = element(0x7FE00010, "OB", item(b"") + sequence_end(), length=UNDEFINED)
    found = read(pixels + sequence(0xFFFAFFFA, [item(element(0x00100020, "LO", b"1 "))]), JPEG_BASELINE)
    assert list(found) == ["7FE00010", "FFFAFFFA"]


def test_long_text_of_implicit_vr_goes_by_reference() -> None:
    found = read(implicit(0x00080119, b"x" * 70_000) + implicit(0x00100010, b"x" * 70_000), IMPLICIT_LE)
    assert found["00080119"] == {"vr": "UC", "BulkDataURI": "/bulk/00080119"}
    assert len(found["00100010"]["Value"][0]["Alphabetic"]) == 70_000  # a name has no reference


def test_what_is_not_part_of_the_model_is_left_out() -> None:
    data = element(0x00080000, "UL", bytes(4)) + element(0x00100020, "LO", b"1 ") + element(0xFFFCFFFC, "OB", bytes(8))
    assert list(read(data)) == ["00100020"]


def test_attributes_are_in_ascending_order() -> None:
    found = read(NAME + element(0x00080060, "CS", b"CT") + element(0x00100020, "LO", b"1 "))
    assert list(found) == sorted(found)


def test_C4_text_is_utf_8_and_says_so() -> None:
    assert read(LATIN + NAME) == {
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Müller"}]},
    }
    assert read(LATIN)["00080005"]["Value"] == ["ISO_IR 192"]
    assert "00080005" not in read(element(0x00100020, "LO", b"1 "))


def test_C1_mislabelled_text_is_readable_and_labelled() -> None:
    found = read(NAME)
    assert found["00100010"]["Value"] == [{"Alphabetic": "Müller"}]
    assert found["00080005"]["Value"] == ["ISO_IR 192"]


def test_C5_items_inherit_the_character_set_or_have_their_own() -> None:
    own = element(0x00080005, "CS", text("ISO_IR 144")) + element(0x00100010, "PN", b"\xbb\xee")
    found = read(LATIN + sequence(0x00081110, [item(NAME), item(own), item(NAME)]) + NAME)
    names = [each["00100010"]["Value"][0]["Alphabetic"] for each in found["00081110"]["Value"]]
    assert names == ["Müller", "Лю", "Müller"]
    assert found["00100010"]["Value"][0]["Alphabetic"] == "Müller"


@pytest.mark.parametrize("undefined", [False, True])
def test_E1_nesting_of_every_length_style(undefined: bool) -> None:
    data = element(0x00100020, "LO", b"1 ")
    for _ in range(20):
        data = sequence(0x00081115, [item(data, undefined=undefined), item(b"")], undefined=undefined)
    found: Any = read(data)
    for _ in range(20):
        first, second = found["00081115"]["Value"]
        assert second == {}
        found = first
    assert found == {"00100020": {"vr": "LO", "Value": ["1"]}}


@pytest.mark.parametrize("vr", ["DA", "FD", "PN", "TM", "LO"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_E1_the_length_of_an_item_may_look_like_a_vr(vr: str, order: str) -> None:
    length = int.from_bytes(vr.encode() + b"\0\0", "little") if order == "<" else int.from_bytes(b"\0\0" + vr.encode(), "big")
    name = element(0x00100010, "PN", b"Doe ", order=order)
    filler = element(0x00420011, "OB", bytes(length - len(name) - 12), order=order)
    data = sequence(0x00081115, [item(name + filler, order=order)], undefined=True, order=order)
    syntax = EXPLICIT_LE if order == "<" else EXPLICIT_BE
    (found,) = read(data, syntax)["00081115"]["Value"]
    assert found["00100010"]["Value"] == [{"Alphabetic": "Doe"}]
    assert check_structure(data, syntax).complete
    assert len(list(walk(data, syntax))) == 3


def deep(levels: int) -> bytes:
    opened = element(0x00081115, "SQ", b"", length=UNDEFINED) + struct.pack("<HHL", 0xFFFE, 0xE000, UNDEFINED)
    return opened * levels + (struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + sequence_end()) * levels


def test_E1_depth_is_limited_with_an_error_of_its_own() -> None:
    assert read(deep(64))
    assert len(list(walk(deep(64), EXPLICIT_LE))) == 64
    for levels in (65, 50_000):
        with pytest.raises(TooDeep):
            read(deep(levels))
        with pytest.raises(TooDeep):
            list(walk(deep(levels), EXPLICIT_LE))


def test_E2_un_of_undefined_length_is_a_sequence_in_implicit_vr() -> None:
    content = item(implicit(0x00100020, b"1 "), undefined=True) + sequence_end()
    for order, syntax in (("<", EXPLICIT_LE), (">", EXPLICIT_BE)):
        attribute = only(element(0x00091010, "UN", content, length=UNDEFINED, order=order), syntax)
        assert attribute == {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["1"]}}]}


def test_E2_un_of_a_known_tag_is_read_as_what_it_is() -> None:
    items = item(implicit(0x00100020, b"1 "))
    found = read(element(0x00080060, "UN", b"CT") + element(0x00101002, "UN", items) + element(0x00091010, "UN", b"x "))
    assert found["00080060"] == {"vr": "CS", "Value": ["CT"]}
    assert found["00101002"] == {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["1"]}}]}
    assert found["00091010"] == {"vr": "UN", "InlineBinary": "eCA="}


def test_E2_us_or_ss_in_implicit_vr_follows_pixel_representation() -> None:
    smallest = implicit(0x00280106, b"\xff\xff")
    for representation, expected in ((0, {"vr": "US", "Value": [65535]}), (1, {"vr": "SS", "Value": [-1]})):
        found = read(implicit(0x00280103, us(representation)) + smallest, IMPLICIT_LE)
        assert found["00280106"] == expected


def test_E3_odd_lengths_padding_and_stray_delimiters() -> None:
    data = element(0x00100010, "PN", b"Doe") + sequence_end() + element(0x00100020, "LO", b"1")
    expected = {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe"}]}, "00100020": {"vr": "LO", "Value": ["1"]}}
    for rest in (b"", bytes(7), bytes(200)):
        assert read(data + rest) == expected
    with pytest.raises(Malformed):
        read(data + b"garbage!")


def test_E4_private_sequences_in_implicit_vr() -> None:
    content = item(implicit(0x00091002, b"x "), undefined=True) + sequence_end()
    attribute = only(implicit(0x00091010, content, length=UNDEFINED), IMPLICIT_LE)
    assert attribute == {"vr": "SQ", "Value": [{"00091002": {"vr": "UN", "InlineBinary": "eCA="}}]}
    assert only(implicit(0x00091010, content), IMPLICIT_LE)["vr"] == "UN"  # nothing says that it is a sequence


def test_items_in_implicit_vr_inside_explicit_vr_are_read() -> None:
    found = read(sequence(0x00081115, [item(implicit(0x00100020, b"1 "))]))
    assert found["00081115"]["Value"] == [{"00100020": {"vr": "LO", "Value": ["1"]}}]


def test_E7_numbers_of_big_endian() -> None:
    data = element(0x00280010, "US", b"\x02\x00", order=">") + element(0x00091010, "OW", b"\x01\x02\x03\x04", order=">")
    found = read(data + element(0x00091011, "FD", struct.pack(">d", 1.5), order=">"), EXPLICIT_BE)
    assert found["00280010"]["Value"] == [512]
    assert found["00091010"]["InlineBinary"] == b64encode(b"\x02\x01\x04\x03").decode()
    assert found["00091011"]["Value"] == [1.5]


def test_E7_deflated() -> None:
    stream = zlib.compressobj(wbits=-15)
    data = stream.compress(ct_header()) + stream.flush()
    assert read(data, DEFLATED_EXPLICIT_LE) == read(ct_header())
    with pytest.raises(Truncated):
        read(data[:-20], DEFLATED_EXPLICIT_LE)


def test_a_malformed_sequence_of_sound_length_is_kept_as_it_is() -> None:
    data = element(0x00081115, "SQ", b"no items") + element(0x00100020, "LO", b"1 ")
    found = read(data)
    assert found["00081115"] == {"vr": "UN", "BulkDataURI": "/bulk/00081115"}
    assert found["00100020"]["Value"] == ["1"]
    assert bytes(bulk_value(data, EXPLICIT_LE, "/00081115")[1]) == b"no items"


@pytest.mark.parametrize(
    "data",
    [
        element(0x00100020, "LO", b"1 ", length=100),
        element(0x00091010, "OB", b"1 ", length=100),
        element(0x00081115, "SQ", b"", length=100),
        element(0x00081115, "SQ", item(b""), length=UNDEFINED),
        element(0x00081115, "SQ", item(b"", undefined=True)[:-8], length=UNDEFINED),
        element(0x00081115, "SQ", b"\x08\0\x18\0UI\0\0" * 2, length=UNDEFINED),
        item(b""),
        element(0x00104000, "UT", b"", length=UNDEFINED) + bytes(8),
    ],
)
def test_malformed_data_sets_are_refused(data: bytes) -> None:
    """Each of these, by every reader alike."""
    with pytest.raises(Malformed):
        read(data)
    with pytest.raises(Malformed):
        list(walk(data, EXPLICIT_LE))


DEEP = sequence(0x00400275, [item(element(0x00091010, "OB", b"deep"))], undefined=True)


def test_only_sequences_and_pixels_have_undefined_lengths_in_implicit_vr() -> None:
    pixels = implicit(0x7FE00010, item(b"") + sequence_end(), length=UNDEFINED)
    assert only(pixels, IMPLICIT_LE) == {"vr": "OB", "BulkDataURI": "/bulk/7FE00010"}
    with pytest.raises(Malformed):
        read(implicit(0x00100020, item(b"") + sequence_end(), length=UNDEFINED), IMPLICIT_LE)


BULK = sequence(0x00081115, [item(element(0x00100020, "LO", b"0 ")), item(DEEP, undefined=True)], undefined=True) + element(
    0x00660016, "OF", b"flat"
)


def test_E6_bulk_values_are_found_by_path() -> None:
    assert bulk_value(BULK, EXPLICIT_LE, "/00660016") == ("OF", b"flat")
    assert bulk_value(BULK, EXPLICIT_LE, "00081115/1/00400275/0/00091010") == ("OB", b"deep")
    assert bulk_value(BULK, EXPLICIT_LE, "/00081115/0/00100020") == ("LO", b"0 ")


@pytest.mark.parametrize(
    "path",
    ["", "/", "/x", "/00660017", "/00081115", "/00081115/2/00100020", "/00081115/1/00100020", "/00660016/0/00100020",
     "/00081115/0", "/00081115/-1/00100020", "/../00660016", "/00081115/99999999999/00100020"],
)  # fmt: skip
def test_paths_that_lead_nowhere_are_not_found(path: str) -> None:
    with pytest.raises(NoBulkData):
        bulk_value(BULK, EXPLICIT_LE, path)


def test_bulk_values_are_little_endian() -> None:
    data = element(0x00660016, "OF", b"\x01\x02\x03\x04", order=">")
    assert bulk_value(data, EXPLICIT_BE, "/00660016") == ("OF", b"\x04\x03\x02\x01")


def test_every_reference_of_a_ct_leads_to_its_bytes() -> None:
    data = ct_header() + element(0x7FE00010, "OW", bytes(range(256)))
    assert bulk_value(data, EXPLICIT_LE, "/7FE00010") == ("OW", bytes(range(256)))
    for tag, vr, value in ct_rows():
        if vr != "SQ":
            assert bulk_value(data, EXPLICIT_LE, f"/{tag:08X}") == ("OB" if vr == "" else vr, value)


def test_a_view_gives_the_same_as_bytes() -> None:
    data = ct_header() + element(0x7FE00010, "OW", bytes(200_000))
    assert instance_json(memoryview(data), EXPLICIT_LE, bulk_uri="x") == instance_json(data, EXPLICIT_LE, bulk_uri="x")
    assert instance_json(bytearray(ct_header()), EXPLICIT_LE, bulk_uri="x") == instance_json(
        ct_header(), EXPLICIT_LE, bulk_uri="x"
    )


def test_values_of_a_scan_as_json() -> None:
    found = scan(ct_header(), EXPLICIT_LE, frozenset(tag for tag, _, _ in ct_rows()), whole=True)
    whole = instance_dict(ct_header(), EXPLICIT_LE, bulk_uri="", inline_limit=1 << 20)
    assert values_json(found.values, found.vrs, ("ISO_IR 100",)) == whole


def test_values_of_a_scan_in_other_encodings() -> None:
    wanted = frozenset({0x00280010, 0x00081115})
    plain = implicit(0x00081115, item(implicit(0x00100020, b"1 "))) + implicit(0x00280010, us(512))
    found = scan(plain, IMPLICIT_LE, wanted, whole=True)
    expected = {
        "00081115": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["1"]}}]},
        "00280010": {"vr": "US", "Value": [512]},
    }
    assert values_json(found.values, found.vrs, (), IMPLICIT_LE) == expected
    big = element(0x00280010, "US", b"\x02\x00", order=">")
    found = scan(big, EXPLICIT_BE, wanted, whole=True)
    assert values_json(found.values, found.vrs, (), EXPLICIT_BE)["00280010"] == expected["00280010"]


def test_the_walk_names_place_and_path() -> None:
    found = list(walk(BULK, EXPLICIT_LE))
    assert [(one.tag, one.path) for one in found] == [
        (0x00081115, ()),
        (0x00100020, (0x00081115, 0)),
        (0x00400275, (0x00081115, 1)),
        (0x00091010, (0x00081115, 1, 0x00400275, 0)),
        (0x00660016, ()),
    ]
    assert [bytes(one.value) for one in found] == [b"", b"0 ", b"", b"deep", b"flat"]
    assert all(BULK[one.start : one.start + one.length] == one.value for one in found if one.vr != "SQ")


def test_fragments_of_encapsulated_pixel_data() -> None:
    pixels = element(0x7FE00010, "OB", item(b"") + item(b"abcd") + item(b"") + sequence_end(), length=UNDEFINED)
    (found,) = walk(pixels, JPEG_BASELINE)
    assert found.encapsulated
    assert [bytes(found.value[at : at + length]) for at, length in fragments(found.value)] == [b"", b"abcd", b""]
    with pytest.raises(Malformed):
        list(fragments(memoryview(b"no fragment here")))
    with pytest.raises(Truncated):
        list(fragments(memoryview(item(b"abcd")[:-1])))
