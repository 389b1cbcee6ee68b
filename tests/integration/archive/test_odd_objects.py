"""Objects as old, broken and far-away senders make them: taken, found, described, and given back byte for byte."""

import io
import random
import struct
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit
from tests.unit.dicom.samples import UNDEFINED, element, implicit, item, sequence, sequence_end, text, uid, us
from tests.webs import FAILED, OTHER_FAILURES, STORED_FORM, Web, parts_of

from sixfold.dicom.part10 import file_meta_bytes
from sixfold.kernel.ids import new_uid

CT = "1.2.840.10008.5.1.4.1.1.2"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
JSON = "application/dicom+json"
GREY = {
    0x00280002: element(0x00280002, "US", us(1)),
    0x00280004: element(0x00280004, "CS", b"MONOCHROME2 "),
    0x00280010: element(0x00280010, "US", us(2)),
    0x00280011: element(0x00280011, "US", us(2)),
    0x00280100: element(0x00280100, "US", us(8)),
    0x00280101: element(0x00280101, "US", us(8)),
    0x00280102: element(0x00280102, "US", us(7)),
    0x00280103: element(0x00280103, "US", us(0)),
}


_LONG = random.Random(1).randbytes(20_000).hex().encode()  # nothing makes it shorter


class Odd:
    """An object of elements that are written by hand, in any order; those of its identity come of themselves."""

    def __init__(self, *elements: bytes, syntax: str = ExplicitVRLittleEndian, sop_class: str = CT, grey: bool = False) -> None:
        self.study, self.series, self.sop_class, self.sop_uid = new_uid(), new_uid(), sop_class, new_uid()
        self.syntax = syntax
        short = implicit if syntax == ImplicitVRLittleEndian else _ui
        identity = {0x00080016: sop_class, 0x00080018: self.sop_uid, 0x0020000D: self.study, 0x0020000E: self.series}
        pieces = [(tag, short(tag, uid(value))) for tag, value in identity.items()]
        pieces += list(GREY.items()) if grey else []
        pieces += [(_tag(one), one) for one in elements]
        self.data_set = b"".join(one for _, one in sorted(pieces, key=lambda piece: piece[0]))

    @property
    def file(self) -> bytes:
        return file_meta_bytes(self.sop_class, self.sop_uid, self.syntax) + self.data_set

    @property
    def path(self) -> str:
        return f"/dicomweb/studies/{self.study}/series/{self.series}/instances/{self.sop_uid}"


def _ui(tag: int, value: bytes) -> bytes:
    return element(tag, "UI", value)


def _tag(data: bytes) -> int:
    group, number = struct.unpack("<HH", data[:4])
    return int(group) << 16 | int(number)


def _kept(web: Web, odd: Odd) -> dict[str, Any]:
    """The metadata of an object, after proof that it is taken, is found and comes back as it was."""
    answer = web.stow(odd.file)
    assert answer.status_code == 200, answer.text
    (part,) = parts_of(web.get(odd.path, STORED_FORM))
    assert part.body.endswith(odd.data_set)
    (row,) = web.get(f"/dicomweb/instances?SOPInstanceUID={odd.sop_uid}", JSON).json()
    assert row["0020000D"]["Value"] == [odd.study]
    (described,) = web.get(f"{odd.path}/metadata", JSON).json()
    return dict(described)


def _found(web: Web, **keys: str) -> int:
    answer = web.client.get("/dicomweb/studies", params=keys)
    return len(answer.json()) if answer.status_code == 200 else 0


def test_Q12_spaces_around_a_stored_value_mean_nothing(web: Web) -> None:
    padded = [element(0x00080050, "SH", b" A1 "), element(0x00080060, "CS", b" CT "), element(0x00100020, "LO", b"  P1")]
    _kept(web, Odd(*padded, element(0x00200010, "SH", b"S1\0\0")))
    for key, value in (("AccessionNumber", "A1"), ("Modality", "CT"), ("PatientID", "P1"), ("StudyID", "S1")):
        assert _found(web, **{key: value}) == 1, key
        assert _found(web, **{key: f" {value}  "}) == 1, key
        assert _found(web, **{key: f"{value[0]}*"}) == 1, key
    assert _found(web, ModalitiesInStudy="CT") == 1


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [
        ("", b"M\xfcller^J\xf6rg ", "Müller^Jörg"),
        ("ISO_IR 6", "Müller^Jörg".encode() + b" ", "Müller^Jörg"),
        ("ISO_IR 100", "王^小东".encode("gbk"), ""),
        ("NO_SUCH_SET", b"\xff\xfe^\x80\x81 ", ""),
    ],
)
def test_C1_mislabelled_bytes_come_back_as_they_came_and_are_found(web: Web, label: str, value: bytes, shown: str) -> None:
    charset = [element(0x00080005, "CS", text(label))] if label else []
    described = _kept(web, Odd(*charset, element(0x00100010, "PN", value), element(0x00100020, "LO", b"C1")))
    (name,) = described["00100010"]["Value"]
    assert name["Alphabetic"] == shown or not shown
    assert _found(web, PatientID="C1") == 1
    assert _found(web, PatientName=name["Alphabetic"]) == 1


@pytest.mark.parametrize(
    ("label", "value", "name"),
    [
        ("GBK", "乗^誠".encode("gbk"), "乗^誠"),
        ("GB18030", "乗^誠".encode("gb18030"), "乗^誠"),
        ("\\ISO 2022 IR 87", b"\x1b$B\\\\\x1b(B^\x1b$BB@O:\x1b(B", None),
    ],
)
def test_C3_a_backslash_within_a_character_parts_no_name(web: Web, label: str, value: bytes, name: str | None) -> None:
    described = _kept(
        web, Odd(element(0x00080005, "CS", text(label)), element(0x00100010, "PN", value + b" " * (len(value) % 2)))
    )
    (found,) = described["00100010"]["Value"]
    assert found["Alphabetic"] == (name or found["Alphabetic"])
    assert found["Alphabetic"].count("^") == 1
    assert _found(web, PatientName=found["Alphabetic"]) == 1


def test_C5_an_item_has_a_character_set_of_its_own_in_every_answer(web: Web) -> None:
    own = element(0x00080005, "CS", text("ISO_IR 144")) + element(0x00400007, "LO", b"\xbb\xee")
    inherited = element(0x00400007, "LO", b"\xe4\xf6")
    odd = Odd(element(0x00080005, "CS", b"ISO_IR 100"), sequence(0x00400275, [item(own), item(inherited)]))
    described = _kept(web, odd)
    (series,) = web.get(f"/dicomweb/studies/{odd.study}/series?includefield=all", JSON).json()
    for answer in (described, series):
        assert [each["00400007"]["Value"] for each in answer["00400275"]["Value"]] == [["Лю"], ["äö"]]
    for wanted in ("Лю", "äö"):
        answer = web.client.get("/dicomweb/series", params={"00400275.00400007": wanted})
        assert len(answer.json()) == 1


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Ange\u0301lique", "Ang\u00e9lique"),
        ("Ang\u00e9lique", "Ange\u0301lique"),
        ("İSTANBUL^IŞIK", "istanbul^ışık"),
        ("istanbul^ışık", "İSTANBUL^IŞIK"),
        ("Groß^Änne", "GROSS^änne"),
    ],
)
def test_C5_a_name_is_found_however_its_letters_are_composed_or_cased(web: Web, stored: str, asked: str) -> None:
    value = stored.encode()
    value += b" " * (len(value) % 2)
    described = _kept(web, Odd(element(0x00080005, "CS", b"ISO_IR 192"), element(0x00100010, "PN", value)))
    assert described["00100010"]["Value"] == [{"Alphabetic": stored}]  # as it is written
    assert _found(web, PatientName=asked) == 1


@pytest.mark.parametrize("undefined", [False, True])
def test_E1_deep_and_empty_sequences_come_back_as_they_came(web: Web, undefined: bool) -> None:
    nested = element(0x00100020, "LO", b"7 ")
    for _ in range(20):
        nested = sequence(0x00081115, [item(nested, undefined=undefined), item(b"")], undefined=undefined)
    described = _kept(web, Odd(nested, sequence(0x00081140, []), sequence(0x00081032, [item(b"")], undefined=undefined)))
    assert described["00081140"] == {"vr": "SQ"}
    assert described["00081032"] == {"vr": "SQ", "Value": [{}]}
    for _ in range(20):
        described, empty = described["00081115"]["Value"]
        assert empty == {}
    assert described == {"00100020": {"vr": "LO", "Value": ["7"]}}


def test_E1_a_malicious_depth_is_refused_with_a_reason(web: Web) -> None:
    opened = element(0x00081115, "SQ", b"", length=UNDEFINED) + struct.pack("<HHL", 0xFFFE, 0xE000, UNDEFINED)
    answer = web.stow(Odd(opened * 30_000).file)
    assert answer.status_code == 409
    assert web.get("/dicomweb/instances", JSON).status_code == 204


def test_E2_unknown_vrs_are_read_as_what_they_are(web: Web) -> None:
    content = item(implicit(0x00100020, b"1 "), undefined=True) + sequence_end()
    odd = Odd(element(0x00080060, "UN", b"CT"), element(0x00091001, "UN", content, length=UNDEFINED))
    described = _kept(web, odd)
    assert described["00080060"] == {"vr": "CS", "Value": ["CT"]}
    assert described["00091001"] == {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["1"]}}]}
    assert _found(web, ModalitiesInStudy="CT") == 1


def test_E3_odd_lengths_and_bytes_after_the_data_set_are_kept(web: Web) -> None:
    odd = Odd(element(0x00100010, "PN", b"Doe"), element(0x00100020, "LO", b"E3x"), element(0xFFFCFFFC, "OB", bytes(6)))
    odd.data_set += b"\0\0\n"
    described = _kept(web, odd)
    assert described["00100010"]["Value"] == [{"Alphabetic": "Doe"}]
    assert "FFFCFFFC" not in described
    assert _found(web, PatientID="E3x", PatientName="doe") == 1


def test_E3_a_nul_within_a_text_hides_no_object(web: Web) -> None:
    request = sequence(0x00400275, [item(element(0x00400007, "LO", b"x\0y "))])
    _kept(web, Odd(element(0x00100010, "PN", b"Do\0e"), element(0x00100020, "LO", b"7\0\0x"), request))
    assert _found(web, PatientName="Doe", PatientID="7x") == 1


def test_E4_private_blocks_that_moved_or_came_twice_are_kept_and_found(web: Web) -> None:
    moved = [element(0x000900E0, "LO", b"ACME"), element(0x0009E001, "LO", b"moved ")]
    twice = [element(0x000900E1, "LO", b"ACME"), element(0x0009E101, "LO", b"second")]
    other = [element(0x00090010, "LO", b"OTHER "), element(0x00091001, "LO", b"other ")]
    described = _kept(web, Odd(*moved, *twice, *other, sop_class="1.3.6.1.4.1.9590.1"))
    assert described["0009E101"]["Value"] == ["second"]
    for value, count in (("moved", 1), ("second", 1), ("other", 0)):
        answer = web.client.get("/dicomweb/instances", params={"00090010": "ACME", "00091001": value})
        assert (len(answer.json()) if answer.status_code == 200 else 0) == count, value


def test_E4_private_sequences_in_implicit_vr_are_kept(web: Web) -> None:
    content = item(implicit(0x00091002, b"x "), undefined=True) + sequence_end()
    private = [implicit(0x00090010, b"ACME"), implicit(0x00091001, content, length=UNDEFINED)]
    described = _kept(web, Odd(*private, syntax=ImplicitVRLittleEndian))
    assert described["00091001"]["vr"] == "SQ"


def test_E5_a_value_beyond_64_kb_becomes_un_in_explicit_vr_and_can_be_read(web: Web) -> None:
    long = b"x" * 70_000
    odd = Odd(implicit(0x00081030, long), syntax=ImplicitVRLittleEndian)
    _kept(web, odd)
    explicit = web.get(odd.path, f"application/dicom; transfer-syntax={ExplicitVRLittleEndian}").content
    assert element(0x00081030, "UN", long) in explicit
    assert dcmread(io.BytesIO(explicit)).SOPInstanceUID == odd.sop_uid


@pytest.mark.parametrize("tag", [0x00080050, 0x00080060, 0x00081030, 0x0008103E, 0x00100010])
def test_E5_a_value_longer_than_any_index_takes_hides_no_object(web: Web, tag: int) -> None:
    _kept(web, Odd(implicit(tag, _LONG), syntax=ImplicitVRLittleEndian))


@pytest.mark.parametrize("tag", [0x00100020, 0x00100021])
def test_E5_a_patient_of_an_endless_number_is_refused_with_a_reason(web: Web, tag: int) -> None:
    number = implicit(0x00100020, b"7 ") if tag == 0x00100021 else b""
    answer = web.stow(Odd(*filter(None, [number, implicit(tag, _LONG)]), syntax=ImplicitVRLittleEndian).file)
    assert answer.status_code == 409
    assert "192 characters" in answer.json()[FAILED]["Value"][0]["00000902"]["Value"][0]


@pytest.mark.parametrize("number", [b"99999999999 ", b"-2147483649 ", b"+1", b"1.", b" 7 ", b"1\\2 ", b"nonsense"])
def test_E6_numbers_that_no_column_holds_are_told_as_they_are(web: Web, number: bytes) -> None:
    padded = number + b" " * (len(number) % 2)
    described = _kept(
        web, Odd(element(0x00200013, "IS", padded), element(0x00280008, "IS", padded), element(0x00200011, "IS", padded))
    )
    values = described["00200013"]["Value"]
    assert len(values) == number.count(b"\\") + 1
    assert all(isinstance(value, int | str) for value in values)


@pytest.mark.parametrize("preamble", [b"MZ\x90\0", b"\x7fELF", b"II*\0", b"#!/bin/sh\n"])
def test_E7_a_preamble_that_would_run_or_open_is_gone_on_the_way_out(web: Web, preamble: bytes) -> None:
    odd = Odd(element(0x00100020, "LO", b"E7"))
    file = preamble.ljust(128, b"\1") + odd.file[128:]
    assert web.stow(file).status_code == 200
    for accept in (STORED_FORM, "application/dicom"):
        body = web.get(odd.path, accept).content
        assert bytes(128) + b"DICM" in body
        assert preamble not in body


@pytest.mark.parametrize("without", ["preamble", "preamble and prefix", "file meta", "group length"])
def test_E7_a_file_without_its_head_is_taken(web: Web, without: str) -> None:
    odd = Odd(element(0x00100020, "LO", b"E7"))
    file = odd.file
    start = {"preamble": 128, "preamble and prefix": 132, "file meta": len(file) - len(odd.data_set), "group length": 0}[
        without
    ]
    file = file[:132] + file[144:] if without == "group length" else file[start:]
    assert web.stow(file).status_code == 200
    (part,) = parts_of(web.get(odd.path, STORED_FORM))
    assert part.body.endswith(odd.data_set)


def _encapsulated(*fragments: bytes) -> bytes:
    return element(0x7FE00010, "OB", item(b"") + b"".join(map(item, fragments)) + sequence_end(), length=UNDEFINED)


SOI = b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("fragments", "claimed", "frames"),
    [
        ((SOI + b"a", SOI + b"b"), 2, [SOI + b"a", SOI + b"b"]),
        ((SOI + b"a", b"bb", SOI + b"c", b"dd"), 2, [SOI + b"abb", SOI + b"cdd"]),
        ((b"", SOI + b"abb"), 1, [SOI + b"abb"]),
    ],
)
def test_E9_frames_of_any_fragments_are_found_without_an_offset_table(
    web: Web, fragments: tuple[bytes, ...], claimed: int, frames: list[bytes]
) -> None:
    number = element(0x00280008, "IS", text(str(claimed)))
    odd = Odd(number, _encapsulated(*fragments), syntax=JPEGBaseline8Bit, grey=True)
    _kept(web, odd)
    for index, frame in enumerate(frames, 1):
        assert web.get(f"{odd.path}/frames/{index}", "image/jpeg; transfer-syntax=*").content == frame


@pytest.mark.parametrize("claimed", ["1", "5", "2147483647", "x "])
def test_E9_of_a_wrong_number_of_frames_those_that_are_there_can_be_had(web: Web, claimed: str) -> None:
    number = element(0x00280008, "IS", text(claimed))
    odd = Odd(number, _encapsulated(SOI + b"a", SOI + b"b", SOI + b"c"), syntax=JPEGBaseline8Bit, grey=True)
    _kept(web, odd)
    for index, frame in enumerate((b"a", b"b", b"c"), 1):
        assert web.get(f"{odd.path}/frames/{index}", "image/jpeg; transfer-syntax=*").content == SOI + frame
    assert web.get(f"{odd.path}/frames/4", "image/jpeg; transfer-syntax=*").status_code == 404


def test_E10_the_pixels_of_an_icon_are_not_those_of_the_image(web: Web) -> None:
    icon = element(0x00280010, "US", us(9)) + element(0x7FE00010, "OB", b"icon")
    alone = Odd(sequence(0x00880200, [item(icon)]))
    _kept(web, alone)
    assert web.get(f"{alone.path}/frames/1", "application/octet-stream").status_code == 404
    both = Odd(
        sequence(0x00880200, [item(icon, undefined=True)], undefined=True), element(0x7FE00010, "OB", b"main"), grey=True
    )
    described = _kept(web, both)
    assert described["00280010"]["Value"] == [2]
    assert web.get(f"{both.path}/frames/1", "application/octet-stream").content == b"main"
    nested = described["00880200"]["Value"][0]["7FE00010"]
    assert nested.get("InlineBinary") or web.get(nested["BulkDataURI"], "application/octet-stream").content == b"icon"


def test_E10_frames_of_bits_that_share_a_byte_are_parted(web: Web) -> None:
    bits = [1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0]  # three frames of 2 x 2
    packed = sum(bit << at for at, bit in enumerate(bits)).to_bytes(2, "little")
    depth = {0x00280100: us(1), 0x00280101: us(1), 0x00280102: us(0), 0x00280010: us(2), 0x00280011: us(2), 0x00280002: us(1)}
    described = [element(tag, "US", value) for tag, value in depth.items()]
    described += [
        element(0x00280004, "CS", b"MONOCHROME2 "),
        element(0x00280008, "IS", b"3 "),
        element(0x00280103, "US", us(0)),
    ]
    odd = Odd(*described, element(0x7FE00010, "OB", packed), sop_class=SEGMENTATION)
    _kept(web, odd)
    for index in range(3):
        expected = sum(bit << at for at, bit in enumerate(bits[4 * index : 4 * index + 4]))
        assert web.get(f"{odd.path}/frames/{index + 1}", "application/octet-stream").content == bytes([expected])
        assert web.get(f"{odd.path}/frames/{index + 1}/rendered", "image/png").status_code == 200


def test_E7_what_only_looks_like_a_file_is_no_object(web: Web) -> None:
    answer = web.stow(bytes(128) + b"DICM" + b"\x02\0\x10\0UI\xff\xff")
    assert answer.status_code == 409
    assert OTHER_FAILURES in answer.json()
