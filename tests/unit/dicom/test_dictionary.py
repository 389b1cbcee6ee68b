"""The data dictionary and the constants of tags and UIDs (PS3.6)."""

import subprocess
import sys
from pathlib import Path

import pytest

from sixfold.dicom import tags
from sixfold.dicom.dictionary import (
    UnknownTag,
    is_private_creator,
    keyword_of,
    parse_tag,
    tag_of,
    tag_text,
    vm_of,
    vr_choices,
    vr_of,
)
from sixfold.dicom.uids import (
    ALL_TRANSFER_SYNTAXES,
    EXPLICIT_BE,
    IMPLICIT_LE,
    STORAGE_CLASSES,
    sop_class_name,
    transfer_syntax,
    valid_uid,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", [name for name in vars(tags) if name.isupper() and isinstance(getattr(tags, name), int)])
def test_constants_are_the_keywords_of_the_standard(name: str) -> None:
    if name not in ("ITEM", "ITEM_DELIMITATION_ITEM", "SEQUENCE_DELIMITATION_ITEM"):
        assert (keyword_of(getattr(tags, name)) or "").lower() == name.replace("_", "").lower()


@pytest.mark.parametrize(
    ("tag", "vr", "vm"),
    [
        (0x00100010, "PN", "1"),
        (0x00080008, "CS", "2-n"),
        (0x60000010, "US", "1"),  # repeating groups, PS3.5 7.6
        (0x60FE3000, "OW", "1"),
        (0x50043000, "OW", "1"),
        (0x00080000, "UL", "1"),  # group length
        (0x00290010, "LO", "1"),  # private creator
        (0x00291010, "UN", "1-n"),
        (0x60010010, "LO", "1"),  # odd: private, not an overlay
        (0x00289999, "UN", "1-n"),
    ],
)
def test_vr_and_vm(tag: int, vr: str, vm: str) -> None:
    assert (vr_of(tag), vm_of(tag)) == (vr, vm)


def test_choices_of_vr_are_exposed() -> None:
    assert vr_choices(0x00280106) == ("US", "SS")
    assert vr_of(0x00280106) == "US"
    assert vr_choices(0x7FE00010) == ("OB", "OW")


@pytest.mark.parametrize("text", ["PatientID", "00100020", "(0010,0020)"])
def test_Q16_a_tag_is_written_in_three_ways(text: str) -> None:
    assert parse_tag(text) == 0x00100020
    assert tag_text(parse_tag(text)) == "00100020"


@pytest.mark.parametrize("text", ["", "PatientId", "0010002", "001000200", "0010,002", "00_10020", "００１０００２０"])
def test_Q16_an_unknown_keyword_is_refused(text: str) -> None:
    with pytest.raises(UnknownTag):
        parse_tag(text)


def test_keyword_of_a_repeating_group_means_its_first() -> None:
    assert tag_of("OverlayData") == 0x60003000
    assert keyword_of(0x60023000) == "OverlayData"


def test_private_creators() -> None:
    assert is_private_creator(0x00290010)
    assert not is_private_creator(0x00280010)
    assert not is_private_creator(0x00291000)


def test_generated_tables_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "generate_dictionary.py", "--check"], check=False)
    assert done.returncode == 0


def test_transfer_syntaxes_agree_with_pydicom() -> None:
    from pydicom.uid import UID, UID_dictionary

    no_data_sets = ("1.2.840.10008.1.2.6", "1.2.840.10008.1.2.7", "1.2.840.10008.1.20")
    for syntax in ALL_TRANSFER_SYNTAXES:
        if syntax.uid in UID_dictionary and not syntax.uid.startswith(no_data_sets):
            uid = UID(syntax.uid)
            deflated = uid.is_deflated or "Referenced Deflate" in syntax.name  # JPIP, PS3.5 A.7
            theirs = (not uid.is_implicit_VR, uid.is_little_endian, deflated)
            assert (syntax.explicit_vr, syntax.little_endian, syntax.deflated) == theirs, syntax


@pytest.mark.parametrize(
    ("uid", "encapsulated", "lossy", "video"),
    [
        ("1.2.840.10008.1.2", False, False, False),
        ("1.2.840.10008.1.2.1.98", True, False, False),
        ("1.2.840.10008.1.2.4.50", True, True, False),
        ("1.2.840.10008.1.2.4.70", True, False, False),
        ("1.2.840.10008.1.2.4.80", True, False, False),
        ("1.2.840.10008.1.2.4.81", True, True, False),  # Near-Lossless is lossy
        ("1.2.840.10008.1.2.4.102", True, True, True),
        ("1.2.840.10008.1.2.4.110", True, False, False),
        ("1.2.840.10008.1.2.4.111", True, True, False),  # of a JPEG that lost before
        ("1.2.840.10008.1.2.4.112", True, True, False),
        ("1.2.840.10008.1.2.4.201", True, False, False),
        ("1.2.840.10008.1.2.4.203", True, True, False),
        ("1.2.840.10008.1.2.4.94", False, False, False),
        ("1.2.840.10008.1.2.5", True, False, False),
        ("1.2.840.10008.1.2.8.1", True, False, False),  # of frames: the data set is not deflated
    ],
)
def test_properties_of_transfer_syntaxes(uid: str, encapsulated: bool, lossy: bool, video: bool) -> None:
    syntax = transfer_syntax(uid)
    assert (syntax.encapsulated, syntax.lossy, syntax.video) == (encapsulated, lossy, video)


def test_only_whole_data_sets_count_as_deflated() -> None:
    deflated = {syntax.name for syntax in ALL_TRANSFER_SYNTAXES if syntax.deflated}
    assert deflated == {"Deflated Explicit VR Little Endian", "JPIP Referenced Deflate", "JPIP HTJ2K Referenced Deflate"}


def test_an_unknown_transfer_syntax_is_explicit_and_encapsulated() -> None:
    syntax = transfer_syntax("1.2.3")
    assert (syntax.known, syntax.explicit_vr, syntax.little_endian, syntax.encapsulated) == (False, True, True, True)


def test_storage_classes() -> None:
    assert "1.2.840.10008.5.1.4.1.1.2" in STORAGE_CLASSES
    assert "1.2.840.10008.5.1.4.1.1.3" in STORAGE_CLASSES  # retired
    assert "1.2.840.10008.1.3.10" not in STORAGE_CLASSES  # DICOMDIR
    assert "1.2.840.10008.1.20.1" not in STORAGE_CLASSES  # Storage Commitment
    assert sop_class_name("1.2.840.10008.5.1.4.1.1.2") == "CT Image Storage"
    assert sop_class_name("1.2.3") == "1.2.3"


def test_constants_of_transfer_syntaxes() -> None:
    assert not IMPLICIT_LE.explicit_vr
    assert EXPLICIT_BE.retired
    assert not EXPLICIT_BE.little_endian


@pytest.mark.parametrize("uid", ["1.2.840", "2.25.0", "0.1", "1" * 64])
def test_valid_uids(uid: str) -> None:
    assert valid_uid(uid)


@pytest.mark.parametrize("uid", ["", "1..2", "1.02", ".1", "1.", "1.2a", "1" * 65, "1.2\n", "１.2"])
def test_invalid_uids(uid: str) -> None:
    assert not valid_uid(uid)
