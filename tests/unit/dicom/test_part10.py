"""The head of a DICOM file (PS3.10 7.1), whole, damaged or missing."""

import io

import pydicom
import pytest
from tests.unit.dicom.samples import element, implicit, text, uid

from sixfold.dicom.part10 import (
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    FileMeta,
    NotDicom,
    file_meta_bytes,
    parse_file_meta,
)
from sixfold.dicom.uids import valid_uid

CT, INSTANCE = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"
EXPLICIT, IMPLICIT, BIG, DEFLATED = (f"1.2.840.10008.1.2{end}" for end in (".1", "", ".2", ".1.99"))
DATA_SET = element(0x00080016, "UI", uid(CT)) + element(0x00080018, "UI", uid(INSTANCE))
IMPLICIT_SET = implicit(0x00080016, uid(CT)) + implicit(0x00080018, uid(INSTANCE))
BIG_SET = element(0x00080016, "UI", uid(CT), order=">") + element(0x00080018, "UI", uid(INSTANCE), order=">")


def head(syntax: str = EXPLICIT) -> bytes:
    return file_meta_bytes(CT, INSTANCE, syntax, source_ae="SENDER")


def parsed(data: bytes) -> FileMeta:
    meta = parse_file_meta(data)
    assert meta is not None
    return meta


def test_what_is_written_is_read_by_us_and_by_pydicom() -> None:
    data = head() + DATA_SET
    meta = parsed(data)
    assert (meta.sop_class_uid, meta.sop_instance_uid, meta.source_ae) == (CT, INSTANCE, "SENDER")
    assert (meta.transfer_syntax_uid, meta.guessed, meta.preamble) == (EXPLICIT, False, "zero")
    assert data[meta.data_set_offset :] == DATA_SET
    theirs = pydicom.dcmread(io.BytesIO(data))
    assert theirs.file_meta.FileMetaInformationGroupLength == len(head()) - 144
    assert theirs.file_meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
    assert theirs.file_meta.ImplementationVersionName == IMPLEMENTATION_VERSION_NAME
    assert theirs.SOPInstanceUID == INSTANCE


def test_our_implementation_class_uid_is_valid_and_from_a_uuid() -> None:
    assert valid_uid(IMPLEMENTATION_CLASS_UID)
    assert IMPLEMENTATION_CLASS_UID.startswith("2.25.")


@pytest.mark.parametrize(
    ("magic", "kind"),
    [(b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"MZ\x90", "executable"), (b"\x7fELF", "executable"), (b"ABC", "other")],
)
def test_E7_preamble_of_another_format_is_named(magic: bytes, kind: str) -> None:
    data = magic.ljust(128, b"\0") + head()[128:] + DATA_SET
    assert parsed(data).preamble == kind


def test_E7_no_preamble_before_the_prefix() -> None:
    data = head()[128:] + DATA_SET
    meta = parsed(data)
    assert (meta.preamble, data[meta.data_set_offset :]) == ("none", DATA_SET)


def test_E7_file_meta_without_preamble_and_prefix() -> None:
    data = head()[132:] + DATA_SET
    assert data[parsed(data).data_set_offset :] == DATA_SET


@pytest.mark.parametrize(
    ("data", "syntax"), [(DATA_SET, EXPLICIT), (IMPLICIT_SET, IMPLICIT), (BIG_SET, BIG)], ids=["explicit", "implicit", "big"]
)
def test_E7_bare_data_set(data: bytes, syntax: str) -> None:
    meta = parsed(data)
    assert (meta.transfer_syntax_uid, meta.data_set_offset, meta.guessed) == (syntax, 0, True)


@pytest.mark.parametrize("length", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x04\0\0\0"])
def test_E7_a_wrong_group_length_does_not_matter(length: bytes) -> None:
    data = bytearray(head() + DATA_SET)
    data[140:144] = length
    assert bytes(data[parsed(data).data_set_offset :]) == DATA_SET


def test_E7_a_missing_group_length_does_not_matter() -> None:
    data = head()[:132] + head()[144:] + DATA_SET
    assert data[parsed(data).data_set_offset :] == DATA_SET


@pytest.mark.parametrize(("data_set", "syntax"), [(DATA_SET, EXPLICIT), (IMPLICIT_SET, IMPLICIT)])
def test_E7_a_missing_transfer_syntax_is_guessed(data_set: bytes, syntax: str) -> None:
    meta_elements = element(0x00020002, "UI", uid(CT))
    meta = parsed(bytes(128) + b"DICM" + meta_elements + data_set)
    assert (meta.transfer_syntax_uid, meta.guessed) == (syntax, True)


def test_E7_a_transfer_syntax_that_the_bytes_contradict_is_corrected() -> None:
    meta = parsed(head(EXPLICIT) + IMPLICIT_SET)
    assert (meta.transfer_syntax_uid, meta.guessed) == (IMPLICIT, True)


def test_a_deflated_or_compressed_syntax_is_believed() -> None:
    assert parsed(head(DEFLATED) + b"\xab" * 16).transfer_syntax_uid == DEFLATED
    assert parsed(head("1.2.840.10008.1.2.4.50") + DATA_SET).transfer_syntax_uid == "1.2.840.10008.1.2.4.50"


@pytest.mark.parametrize("length", [0, 7, 8, 131, 132, 140, 150, 200, len(head()), len(head()) + 7])
def test_a_short_prefix_asks_for_more(length: int) -> None:
    assert parse_file_meta((head() + DATA_SET)[:length]) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        (b"%PDF-1.7" + bytes(200), "PDF"),
        (b"PK\x03\x04" + bytes(200), "ZIP"),
        (b"  <html>" + bytes(200), "XML or HTML"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "JPEG"),
        (bytes(300), "no data set"),
    ],
)
def test_other_formats_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(NotDicom, match=reason):
        parse_file_meta(data)


def test_a_hostile_length_in_the_file_meta_is_refused() -> None:
    meta = element(0x00020001, "OB", b"", length=0xFFFFFFF0)
    with pytest.raises(NotDicom, match="FileMetaInformationVersion"):
        parse_file_meta(bytes(128) + b"DICM" + meta + DATA_SET)


def test_no_transfer_syntax_and_no_data_set_is_refused() -> None:
    with pytest.raises(NotDicom, match="no transfer syntax"):
        parse_file_meta(bytes(128) + b"DICM" + element(0x00020002, "UI", uid(CT)) + b"\xff" * 64)


def test_a_long_ae_title_and_odd_values_are_padded() -> None:
    data = file_meta_bytes("1.2.3", "1.2", EXPLICIT, source_ae="ODD") + element(0x00080060, "CS", text("CT"))
    meta = parsed(data)
    assert (meta.sop_class_uid, meta.sop_instance_uid, meta.source_ae) == ("1.2.3", "1.2", "ODD")
    assert len(data) % 2 == 0
