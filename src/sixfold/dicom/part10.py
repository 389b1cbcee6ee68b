"""The DICOM File Format: preamble, prefix and file meta information (PS3.10 chapter 7)."""

from dataclasses import dataclass
from typing import Final

from sixfold.dicom import tags
from sixfold.dicom.dictionary import keyword_of
from sixfold.dicom.structure import LONG_CODES, SHORT_CODES, Buffer, Truncated, read_explicit_le, read_implicit_le
from sixfold.dicom.uids import DEFLATED_EXPLICIT_LE, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, transfer_syntax
from sixfold.kernel.errors import InvalidInput

# PS3.7 annex D.3.3.2; the UID is derived from a UUID (PS3.5 B.2) and names every release of Sixfold.
IMPLEMENTATION_CLASS_UID: Final = f"2.25.{0x5B0E7C1D93A84F62A1C6F01D0C5E6A11}"
IMPLEMENTATION_VERSION_NAME: Final = "SIXFOLD_0_1"

PREAMBLE_LENGTH: Final = 128
PREFIX: Final = b"DICM"

# A preamble may make the file valid in another format too (PS3.10 7.1), which is how files that are both a program
# and an image are made; the bytes are never kept.
_PREAMBLES: Final = ((b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "BigTIFF"), (b"MM\0+", "BigTIFF"),
                     (b"MZ", "executable"), (b"\x7fELF", "executable"), (b"#!", "executable"))  # fmt: skip

_OTHER_FORMATS: Final = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "GIF"),
    (b"{", "JSON"),
    (b"<", "XML or HTML"),
)


class NotDicom(InvalidInput):
    """The bytes are neither a DICOM file nor a bare data set; the message says what they look like."""


@dataclass(frozen=True, slots=True)
class FileMeta:
    """The file meta information of a DICOM file, as far as it is present (PS3.10 table 7.1-1).

    `data_set_offset` is the byte where the data set begins. `transfer_syntax_uid` is the one the data set is written
    in: `guessed` says that it was read off its bytes, because the file names none or names one that they contradict.
    `preamble` is 'none', 'zero', 'TIFF', 'BigTIFF', 'executable' or 'other'.
    """

    data_set_offset: int
    transfer_syntax_uid: str
    guessed: bool = False
    preamble: str = "zero"
    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    implementation_class_uid: str = ""
    implementation_version_name: str = ""
    source_ae: str = ""


def parse_file_meta(prefix: Buffer) -> FileMeta | None:
    """Read the head of a file and say where its data set begins and how it is written.

    `prefix` is the file or its beginning; None means that more bytes are needed. Files without preamble, without file
    meta information or with a wrong group length are read for what they are. Raises NotDicom with the reason.
    """
    if len(prefix) < 8:
        return None
    start, preamble = _start_of_meta(prefix)
    if start is None:
        return None
    values, offset = _read_meta(prefix, start)
    if offset is None:
        return None
    declared = values.get(tags.TRANSFER_SYNTAX_UID, "")
    actual = _actual_syntax(prefix, offset, declared)
    if actual is None:
        return None
    return FileMeta(
        data_set_offset=offset,
        transfer_syntax_uid=actual,
        guessed=actual != declared,
        preamble=preamble,
        sop_class_uid=values.get(tags.MEDIA_STORAGE_SOP_CLASS_UID, ""),
        sop_instance_uid=values.get(tags.MEDIA_STORAGE_SOP_INSTANCE_UID, ""),
        implementation_class_uid=values.get(tags.IMPLEMENTATION_CLASS_UID, ""),
        implementation_version_name=values.get(tags.IMPLEMENTATION_VERSION_NAME, ""),
        source_ae=values.get(tags.SOURCE_APPLICATION_ENTITY_TITLE, ""),
    )


def _start_of_meta(prefix: Buffer) -> tuple[int | None, str]:
    """Return where group 0002 (or a bare data set) begins, None for too few bytes, and the kind of preamble."""
    if bytes(prefix[:4]) == PREFIX:
        return 4, "none"
    if len(prefix) >= PREAMBLE_LENGTH + 4 and bytes(prefix[PREAMBLE_LENGTH : PREAMBLE_LENGTH + 4]) == PREFIX:
        return PREAMBLE_LENGTH + 4, _preamble_kind(bytes(prefix[:PREAMBLE_LENGTH]))
    if bytes(prefix[:2]) == b"\x02\x00" or _bare_syntax(prefix, 0):
        return 0, "none"
    if len(prefix) < PREAMBLE_LENGTH + 4:
        return None, ""
    raise NotDicom(f"no DICM prefix at byte 128, and {_looks_like(bytes(prefix[:8]))}")


def _preamble_kind(preamble: bytes) -> str:
    for magic, kind in _PREAMBLES:
        if preamble.startswith(magic):
            return kind
    return "other" if any(preamble) else "zero"


def _looks_like(head: bytes) -> str:
    for magic, name in _OTHER_FORMATS:
        if head.lstrip().startswith(magic):
            return f"the bytes look like {name}"
    return "the bytes are no data set"


def _read_meta(prefix: Buffer, offset: int) -> tuple[dict[int, str], int | None]:
    """Read the elements of group 0002 and return the offset after them, None if the prefix ends before.

    The group length (0002,0000) is not used: where it is wrong the elements are right.
    """
    values: dict[int, str] = {}
    while bytes(prefix[offset : offset + 2]) == b"\x02\x00":
        try:
            # A few writers use implicit VR even here, against PS3.10 7.1.
            code = int.from_bytes(prefix[offset + 4 : offset + 6], "little")
            explicit = code in SHORT_CODES or code in LONG_CODES
            tag, _, length, start = (read_explicit_le if explicit else read_implicit_le)(prefix, offset)
        except Truncated:
            return values, None
        if length > 0x10000 and tag != 0x00020102:  # private information may be long
            raise NotDicom(f"file meta element {keyword_of(tag) or tag} claims {length} bytes")
        value = bytes(prefix[start : start + min(length, 256)])
        values[tag] = value.decode("latin-1").strip("\0 ")
        offset = start + length
    return values, offset if offset + 8 <= len(prefix) else None


def _actual_syntax(prefix: Buffer, offset: int, declared: str) -> str | None:
    """Return the transfer syntax UID in which the data set is written, None if the prefix is too short to tell."""
    if declared == DEFLATED_EXPLICIT_LE.uid or transfer_syntax(declared).deflated:
        return declared
    found = _bare_syntax(prefix, offset)
    if not declared:
        if found is None:
            raise NotDicom("the file names no transfer syntax and its data set fits none")
        return found
    native = (IMPLICIT_LE.uid, EXPLICIT_LE.uid, EXPLICIT_BE.uid)
    return found if found and declared in native else declared


def _bare_syntax(data: Buffer, offset: int) -> str | None:
    """Guess the transfer syntax of an uncompressed data set from its first element, None if it is no data set."""
    head = bytes(data[offset : offset + 8])
    if len(head) < 8:
        return None
    code = int.from_bytes(head[4:6], "little")
    explicit = code in SHORT_CODES or code in LONG_CODES
    little, big = _tag(head, "little"), _tag(head, "big")
    if explicit and _first_tag(little):
        return EXPLICIT_LE.uid
    if explicit and _first_tag(big):
        return EXPLICIT_BE.uid
    if _first_tag(little) and keyword_of(little) and int.from_bytes(head[4:8], "little") < 0x10000:
        return IMPLICIT_LE.uid
    return IMPLICIT_LE.uid if little == 0x00080000 and head[4:8] == b"\x04\0\0\0" else None


def _tag(head: bytes, order: str) -> int:
    little = order == "little"
    group, element = (head[1::-1], head[3:1:-1]) if little else (head[0:2], head[2:4])
    return int.from_bytes(group + element, "big")


def _first_tag(tag: int) -> bool:
    """Say whether a data set may begin with the tag: composite objects begin in group 0008, DICOMDIR in 0004."""
    return tag >> 16 in (0x0004, 0x0008, 0x0010)


def file_meta_bytes(
    sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str, *, source_ae: str | None = None
) -> bytes:
    """Return the 128 zero bytes, 'DICM' and group 0002 that precede a data set in a DICOM file (PS3.10 7.1)."""
    elements = [
        b"\x02\x00\x01\x00OB\0\0\x02\0\0\0\0\x01",
        _element(tags.MEDIA_STORAGE_SOP_CLASS_UID, "UI", sop_class_uid),
        _element(tags.MEDIA_STORAGE_SOP_INSTANCE_UID, "UI", sop_instance_uid),
        _element(tags.TRANSFER_SYNTAX_UID, "UI", transfer_syntax_uid),
        _IMPLEMENTATION,
    ]
    if source_ae:
        elements.append(_element(tags.SOURCE_APPLICATION_ENTITY_TITLE, "AE", source_ae))
    group = b"".join(elements)
    return b"".join((_HEAD, len(group).to_bytes(4, "little"), group))


def _element(tag: int, vr: str, text: str) -> bytes:
    value = text.encode("latin-1", "replace")
    if len(value) % 2:
        value += b"\0" if vr == "UI" else b" "
    header = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr.encode()
    return header + len(value).to_bytes(2, "little") + value


_HEAD: Final = bytes(PREAMBLE_LENGTH) + PREFIX + b"\x02\x00\x00\x00UL\x04\x00"
_IMPLEMENTATION: Final = _element(tags.IMPLEMENTATION_CLASS_UID, "UI", IMPLEMENTATION_CLASS_UID) + _element(
    tags.IMPLEMENTATION_VERSION_NAME, "SH", IMPLEMENTATION_VERSION_NAME
)
