"""Data sets written from DICOM JSON, and rewritten in another native transfer syntax, judged by pydicom and our reader."""

import io
import struct
from typing import Any

import pytest
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from tests.unit.dicom.samples import UNDEFINED, ct_header, element, implicit, item, sequence, sequence_end, text, us

from sixfold.dicom.encode import NotWritable, convert, decimal_string, encode_data_set
from sixfold.dicom.json import bulk_value, instance_dict
from sixfold.dicom.structure import Malformed, TooDeep, Truncated
from sixfold.dicom.uids import (
    DEFLATED_EXPLICIT_LE,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    JPEG_BASELINE,
    TransferSyntax,
)
from sixfold.kernel.errors import Unsupported

NATIVE = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_EXPLICIT_LE]
SYNTAXES = pytest.mark.parametrize("syntax", NATIVE, ids=lambda syntax: syntax.name)

EVERY_VR: dict[str, Any] = {
    "00080008": {"vr": "CS", "Value": ["ORIGINAL", None, "AXIAL"]},
    "00080016": {"vr": "UI", "Value": ["1.2.3"]},
    "00080020": {"vr": "DA", "Value": ["20240101"]},
    "0008002A": {"vr": "DT", "Value": ["20240101120000+0100"]},
    "00080030": {"vr": "TM", "Value": ["101112.5"]},
    "00080119": {"vr": "UC", "Value": ["a", "b"]},
    "00081190": {"vr": "UR", "Value": ["http://x/y"]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^J"}, None, {"Ideographic": "X"}]},
    "00101010": {"vr": "AS", "Value": ["067Y"]},
    "00104000": {"vr": "LT", "Value": ["a\\b\r\nc"]},
    "00186020": {"vr": "SL", "Value": [-5]},
    "00200032": {"vr": "DS", "Value": [1.5, -2.25, 3]},
    "00200013": {"vr": "IS", "Value": [7]},
    "00209165": {"vr": "AT", "Value": ["00100020", "7FE00010"]},
    "00280010": {"vr": "US", "Value": [512]},
    "00280106": {"vr": "SS", "Value": [-1]},
    "00400275": {"vr": "SQ", "Value": [{"00400009": {"vr": "SH", "Value": ["A"]}}, {}]},
    "00420011": {"vr": "OB", "InlineBinary": "AQIDBA=="},
    "00660016": {"vr": "OF", "InlineBinary": "AQIDBA=="},
    "00720082": {"vr": "SV", "Value": [-5]},
    "00720083": {"vr": "UV", "Value": ["18446744073709551615"]},
    "00720080": {"vr": "SQ"},
    "00189306": {"vr": "FD", "Value": [0.5]},
    "00189219": {"vr": "SS", "Value": [-7]},
    "00720076": {"vr": "FL", "Value": [0.5]},
}


def round_trip(json_object: dict[str, Any], syntax: TransferSyntax) -> dict[str, Any]:
    return instance_dict(encode_data_set(json_object, syntax), syntax, bulk_uri="", inline_limit=1 << 20)


@SYNTAXES
def test_every_vr_survives_a_round_trip(syntax: TransferSyntax) -> None:
    expected = dict(sorted(EVERY_VR.items()))
    if syntax is IMPLICIT_LE:  # where the VR is the dictionary's, which offers US before SS
        expected["00280106"] = {"vr": "US", "Value": [65535]}
    assert round_trip(EVERY_VR, syntax) == expected


def test_pydicom_reads_what_is_written() -> None:
    theirs = read_dataset(DicomBytesIO(encode_data_set(EVERY_VR, EXPLICIT_LE)), False, True)
    assert [f"{element.tag:08X}" for element in theirs] == sorted(EVERY_VR)
    assert theirs.PatientName[0] == "Doe^J"
    assert theirs.ImagePositionPatient == [1.5, -2.25, 3]
    assert len(theirs.RequestAttributesSequence) == 2


def test_elements_are_in_ascending_order_and_of_even_length() -> None:
    data = encode_data_set({"00100020": {"vr": "LO", "Value": ["1"]}, "00080018": {"vr": "UI", "Value": ["1.2"]}}, EXPLICIT_LE)
    assert data == element(0x00080018, "UI", b"1.2\0") + element(0x00100020, "LO", b"1 ")


def test_C4_text_beyond_ascii_is_utf_8_and_says_so() -> None:
    name = {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Müller", "Ideographic": "山田"}]}}
    data = encode_data_set(name, EXPLICIT_LE)
    value = "Müller=山田".encode()
    assert data == element(0x00080005, "CS", b"ISO_IR 192") + element(0x00100010, "PN", value + b" " * (len(value) % 2))
    nested = encode_data_set({"00081110": {"vr": "SQ", "Value": [name]}}, EXPLICIT_LE)
    assert nested.startswith(element(0x00080005, "CS", b"ISO_IR 192"))
    plain = {"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00100020": {"vr": "LO", "Value": ["1"]}}
    assert encode_data_set(plain, EXPLICIT_LE) == element(0x00100020, "LO", b"1 ")


def test_what_belongs_to_the_file_is_left_out() -> None:
    data = {"00020010": {"vr": "UI", "Value": ["1.2"]}, "00080000": {"vr": "UL", "Value": [4]}}
    assert encode_data_set(data, EXPLICIT_LE) == b""


def test_bulk_data_are_fetched_by_uri() -> None:
    data = {"7FE00010": {"vr": "OW", "BulkDataURI": "pixels"}}
    fetched = {"pixels": b"\x01\x02\x03\x04"}
    assert encode_data_set(data, EXPLICIT_LE, bulk=fetched.__getitem__) == element(0x7FE00010, "OW", b"\x01\x02\x03\x04")
    swapped = element(0x7FE00010, "OW", b"\x02\x01\x04\x03", order=">")
    assert encode_data_set(data, EXPLICIT_BE, bulk=fetched.__getitem__) == swapped
    with pytest.raises(NotWritable, match="bulk data"):
        encode_data_set(data, EXPLICIT_LE)


def test_E5_a_value_too_long_for_its_vr_becomes_un() -> None:
    long = "x" * 70_000
    data = {"00100020": {"vr": "LO", "Value": [long]}}
    assert encode_data_set(data, EXPLICIT_LE) == element(0x00100020, "UN", long.encode())
    assert encode_data_set(data, IMPLICIT_LE) == implicit(0x00100020, long.encode())
    for syntax in (EXPLICIT_LE, EXPLICIT_BE):
        moved = convert(implicit(0x00100020, long.encode()) + implicit(0x00281201, us(258) * 40_000), IMPLICIT_LE, syntax)
        back = convert(moved, syntax, IMPLICIT_LE)
        assert back == implicit(0x00100020, long.encode()) + implicit(0x00281201, us(258) * 40_000)


@pytest.mark.parametrize(
    "attribute",
    [
        {},
        {"vr": 5},
        None,
        {"vr": "US", "Value": [70_000]},
        {"vr": "US", "Value": ["x"]},
        {"vr": "US", "Value": 5},
        {"vr": "FL", "Value": [1e300]},
        {"vr": "LO", "Value": [{}]},
        {"vr": "LO", "Value": ["a\\b"]},
        {"vr": "LO", "Value": [True]},
        {"vr": "PN", "Value": [["x"]]},
        {"vr": "PN", "Value": [{"Alphabetic": 5}]},
        {"vr": "AT", "Value": ["nonsense"]},
        {"vr": "AT", "Value": ["FFFFFFFFFF"]},
        {"vr": "OB", "InlineBinary": "!!"},
        {"vr": "OB", "InlineBinary": 5},
        {"vr": "OB", "Value": [1]},
        {"vr": "SQ", "Value": ["x"]},
        {"vr": "SQ", "Value": {}},
        {"vr": "IS", "Value": [float("inf")]},
        {"vr": "XX", "Value": [5]},
        {"vr": "LOX", "Value": ["x"]},
        {"vr": "é", "Value": ["x"]},
        {"vr": "LO", "Value": ["\ud800"]},
    ],
)
def test_what_is_no_dicom_json_is_refused(attribute: Any) -> None:
    with pytest.raises(NotWritable):
        encode_data_set({"00091010": attribute}, EXPLICIT_LE)


@pytest.mark.parametrize("key", ["", "Modality", "0010", "(0010,0020)", "0010002G", "00100020 ", "0x100020"])
def test_a_key_that_is_no_tag_is_refused(key: str) -> None:
    with pytest.raises(NotWritable):
        encode_data_set({key: {"vr": "LO"}}, EXPLICIT_LE)


def test_depth_is_limited() -> None:
    json_object: dict[str, Any] = {}
    for _ in range(100):
        json_object = {"00081115": {"vr": "SQ", "Value": [json_object]}}
    with pytest.raises(TooDeep):
        encode_data_set(json_object, EXPLICIT_LE)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1"), (1.0, "1"), (-0.5, "-0.5"), (1 / 3, "0.33333333333333"), (-1 / 3e10, "-3.333333333e-11"),
        (123456789012345678, "1.2345678901e+17"), (1e300, "1e+300"), (-1.7976931348623157e308, "-1.797693135e+308"),
    ],
)  # fmt: skip
def test_decimal_strings_have_16_characters_at_most(number: float, expected: str) -> None:
    found = decimal_string(number)
    assert len(found) <= 16
    assert float(found) == pytest.approx(number, rel=1e-8)
    assert len(found) >= len(expected) - 1


@SYNTAXES
@pytest.mark.parametrize("target", NATIVE, ids=lambda syntax: syntax.name)
def test_a_ct_survives_any_conversion(syntax: TransferSyntax, target: TransferSyntax) -> None:
    data = ct_header() + element(0x7FE00010, "OW", bytes(range(256)))
    implicit_once = convert(convert(data, EXPLICIT_LE, IMPLICIT_LE), IMPLICIT_LE, EXPLICIT_LE)
    start = implicit_once if IMPLICIT_LE in (syntax, target) else data
    moved = convert(convert(start, EXPLICIT_LE, syntax), syntax, target)
    assert convert(moved, target, EXPLICIT_LE) == start


def test_big_endian_is_what_pydicom_reads() -> None:
    data = convert(ct_header() + element(0x7FE00010, "OW", us(1, 2, 3)), EXPLICIT_LE, EXPLICIT_BE)
    theirs = read_dataset(io.BytesIO(data), False, False)
    assert (theirs.Rows, theirs.RevolutionTime) == (512, 0.5)
    assert theirs.PixelData == struct.pack(">3H", 1, 2, 3)


def test_E4_private_elements_of_implicit_vr_become_un_and_keep_their_bytes() -> None:
    creator, private = implicit(0x00090010, text("ACME")), implicit(0x00091001, b"\x01\x02\x03\x04")
    explicit = convert(creator + private, IMPLICIT_LE, EXPLICIT_LE)
    assert explicit == element(0x00090010, "LO", text("ACME")) + element(0x00091001, "UN", b"\x01\x02\x03\x04")
    assert convert(explicit, EXPLICIT_LE, IMPLICIT_LE) == creator + private


def test_E1_empty_sequences_and_empty_items_stay_what_they_are() -> None:
    data = sequence(0x00400275, []) + sequence(0x00400555, [item(b"")]) + sequence(0x00400556, [item(b""), item(b"")])
    big = convert(data, EXPLICIT_LE, EXPLICIT_BE)
    assert convert(big, EXPLICIT_BE, EXPLICIT_LE) == data
    undefined = sequence(0x00400275, [item(b"", undefined=True)], undefined=True)
    assert convert(undefined, EXPLICIT_LE, DEFLATED_EXPLICIT_LE) != undefined
    assert convert(convert(undefined, EXPLICIT_LE, EXPLICIT_BE), EXPLICIT_BE, EXPLICIT_LE) == sequence(0x00400275, [item(b"")])


def test_E2_us_or_ss_takes_its_sign_along() -> None:
    data = implicit(0x00280103, us(1)) + implicit(0x00280106, b"\xff\xff")
    assert convert(data, IMPLICIT_LE, EXPLICIT_LE) == element(0x00280103, "US", us(1)) + element(0x00280106, "SS", b"\xff\xff")


def test_E2_un_of_undefined_length_becomes_a_sequence() -> None:
    content = item(implicit(0x00100020, b"1 "), undefined=True) + sequence_end()
    data = element(0x00091010, "UN", content, length=UNDEFINED)
    big = convert(data, EXPLICIT_LE, EXPLICIT_BE)
    expected = sequence(0x00091010, [item(element(0x00100020, "LO", b"1 "))])
    assert convert(big, EXPLICIT_BE, EXPLICIT_LE) == expected


def test_E2_pixels_and_tables_of_implicit_vr_are_words_unless_encapsulated() -> None:
    table = sequence(0x00283010, [item(element(0x00283006, "OW", us(1, 2)))])
    words = element(0x00281201, "OW", us(3, 4)) + table + element(0x7FE00010, "OW", bytes(4))
    plain = implicit(0x00281201, us(3, 4)) + implicit(0x00283010, item(implicit(0x00283006, us(1, 2))))
    plain += implicit(0x7FE00010, bytes(4))
    assert convert(plain, IMPLICIT_LE, EXPLICIT_LE) == words  # PS3.5 A.1, A.2
    swapped = element(0x7FE00010, "OW", b"\2\1", order=">")
    assert convert(implicit(0x7FE00010, b"\1\2"), IMPLICIT_LE, EXPLICIT_BE) == swapped
    octets = element(0x7FE00010, "OB", b"\1\2", order=">")
    assert convert(element(0x7FE00010, "OB", b"\1\2"), EXPLICIT_LE, EXPLICIT_BE) == octets


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ({"vr": "UI", "Value": ["1.2"]}, b"1.2\0"),
        ({"vr": "LO", "Value": ["a"]}, b"a "),
        ({"vr": "PN", "Value": [{"Alphabetic": "Doe"}]}, b"Doe "),
        ({"vr": "IS", "Value": [7]}, b"7 "),
        ({"vr": "OB", "InlineBinary": "AQ=="}, b"\1\0"),
        ({"vr": "UN", "InlineBinary": "AQ=="}, b"\1\0"),
    ],
)
def test_E3_a_value_of_odd_length_is_padded_as_its_vr_says(attribute: Any, value: bytes) -> None:
    assert encode_data_set({"00091010": attribute}, EXPLICIT_LE) == element(0x00091010, attribute["vr"], value)


def test_group_lengths_which_would_be_wrong_are_dropped() -> None:
    data = element(0x00080000, "UL", bytes(4)) + element(0x00080060, "CS", b"CT")
    assert convert(data, EXPLICIT_LE, IMPLICIT_LE) == implicit(0x00080060, b"CT")


def test_the_same_syntax_changes_nothing() -> None:
    data = sequence(0x00400275, [item(b"", undefined=True)], undefined=True) + b"\0\0\0"
    assert convert(memoryview(data), EXPLICIT_LE, EXPLICIT_LE) == data


def test_compressed_pixel_data_are_refused() -> None:
    for source, target in ((JPEG_BASELINE, EXPLICIT_LE), (EXPLICIT_LE, JPEG_BASELINE)):
        with pytest.raises(Unsupported):
            convert(b"", source, target)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (element(0x00100020, "LO", b"1 ", length=100), Truncated),
        (element(0x00081115, "SQ", b"", length=100), Truncated),
        (element(0x00081115, "SQ", item(b""), length=UNDEFINED), Truncated),
        (element(0x00081115, "SQ", b"no items"), Malformed),
        (element(0x00091010, "OB", b"", length=UNDEFINED) + bytes(16), Malformed),
        (item(b""), Malformed),
    ],
)
def test_damaged_data_sets_are_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        convert(data, EXPLICIT_LE, IMPLICIT_LE)


def test_depth_of_what_is_converted_is_limited() -> None:
    data = element(0x00100020, "LO", b"1 ")
    for _ in range(65):
        data = sequence(0x00081115, [item(data)])
    with pytest.raises(TooDeep):
        convert(data, EXPLICIT_LE, IMPLICIT_LE)


@SYNTAXES
def test_bulk_values_after_conversion_are_the_same(syntax: TransferSyntax) -> None:
    data = convert(ct_header() + element(0x7FE00010, "OW", us(*range(100))), EXPLICIT_LE, syntax)
    assert bulk_value(data, syntax, "/7FE00010") == ("OW", us(*range(100)))
