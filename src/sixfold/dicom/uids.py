"""Unique identifiers: transfer syntaxes (PS3.5 annex A) and SOP classes (PS3.6 annex A)."""

import re
from dataclasses import dataclass
from typing import Final

from sixfold.dicom._uid_data import SOP_CLASSES, TRANSFER_SYNTAXES


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """How a data set is encoded; `known` is False for a UID that PS3.6 does not list."""

    uid: str
    name: str
    explicit_vr: bool = True
    little_endian: bool = True
    deflated: bool = False
    encapsulated: bool = False
    lossy: bool = False
    video: bool = False
    retired: bool = False
    known: bool = True


_VIDEO = re.compile(r"MPEG|HEVC")
# JPIP keeps no pixels in the object, SMPTE and MIME syntaxes are not stored; none of them has encapsulated frames.
_NOT_ENCAPSULATED = re.compile(r"Implicit VR|Explicit VR (?:Little|Big)|JPIP|SMPTE|MIME|XML")
_ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
# JPEG processes other than 14, 15, 28 and 29 lose; JPEG 2000, HTJ2K "Image Compression" and JPEG XL may lose.
_LOSSLESS = re.compile(r"Lossless|Implicit VR|Explicit VR|Deflated Image Frame|JPIP|SMPTE|MIME|XML")
_IMPLICIT = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.20"})
_BIG_ENDIAN = "1.2.840.10008.1.2.2"


def _syntax(uid: str, name: str, retired: bool) -> TransferSyntax:
    encapsulated = uid == _ENCAPSULATED_UNCOMPRESSED or not _NOT_ENCAPSULATED.search(name)
    return TransferSyntax(
        uid=uid,
        name=name,
        explicit_vr=uid not in _IMPLICIT,
        little_endian=uid != _BIG_ENDIAN,
        deflated="Deflate" in name and not encapsulated,  # encapsulated, its frames are deflated and not the data set
        encapsulated=encapsulated,
        lossy="Lossy" in name or not _LOSSLESS.search(name),
        video=bool(_VIDEO.search(name)),
        retired=retired,
    )


_SYNTAXES: Final = {uid: _syntax(uid, name, retired) for uid, (name, _, retired) in TRANSFER_SYNTAXES.items()}


def transfer_syntax(uid: str) -> TransferSyntax:
    """Return the transfer syntax of a UID.

    An unknown UID, such as a vendor's private syntax, is taken as explicit VR little endian with encapsulated pixel
    data, which PS3.5 A.4 asks of all compressed syntaxes, and marked `known=False`; so is GE's private syntax, which
    breaks that rule and is listed by its true encoding.
    """
    return _SYNTAXES.get(uid) or _PRIVATE.get(uid) or TransferSyntax(uid, uid, encapsulated=True, known=False)


_PRIVATE: Final = {
    "1.2.840.113619.5.2": TransferSyntax(
        "1.2.840.113619.5.2", "GE Implicit VR with Big Endian Pixels", explicit_vr=False, known=False
    ),
}

IMPLICIT_LE: Final = _SYNTAXES["1.2.840.10008.1.2"]
EXPLICIT_LE: Final = _SYNTAXES["1.2.840.10008.1.2.1"]
ENCAPSULATED_UNCOMPRESSED: Final = _SYNTAXES[_ENCAPSULATED_UNCOMPRESSED]
DEFLATED_EXPLICIT_LE: Final = _SYNTAXES["1.2.840.10008.1.2.1.99"]
EXPLICIT_BE: Final = _SYNTAXES[_BIG_ENDIAN]
JPEG_BASELINE: Final = _SYNTAXES["1.2.840.10008.1.2.4.50"]
JPEG_EXTENDED: Final = _SYNTAXES["1.2.840.10008.1.2.4.51"]
JPEG_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.4.57"]
JPEG_LOSSLESS_SV1: Final = _SYNTAXES["1.2.840.10008.1.2.4.70"]
JPEG_LS_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.4.80"]
JPEG_LS_NEAR_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.4.81"]
JPEG_2000_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.4.90"]
JPEG_2000: Final = _SYNTAXES["1.2.840.10008.1.2.4.91"]
MPEG2_MAIN: Final = _SYNTAXES["1.2.840.10008.1.2.4.100"]
MPEG2_HIGH: Final = _SYNTAXES["1.2.840.10008.1.2.4.101"]
MPEG4_HIGH_41: Final = _SYNTAXES["1.2.840.10008.1.2.4.102"]
MPEG4_HIGH_41_BD: Final = _SYNTAXES["1.2.840.10008.1.2.4.103"]
HEVC_MAIN: Final = _SYNTAXES["1.2.840.10008.1.2.4.107"]
HEVC_MAIN_10: Final = _SYNTAXES["1.2.840.10008.1.2.4.108"]
HTJ2K_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.4.201"]
HTJ2K_LOSSLESS_RPCL: Final = _SYNTAXES["1.2.840.10008.1.2.4.202"]
HTJ2K: Final = _SYNTAXES["1.2.840.10008.1.2.4.203"]
RLE_LOSSLESS: Final = _SYNTAXES["1.2.840.10008.1.2.5"]

ALL_TRANSFER_SYNTAXES: Final = tuple(_SYNTAXES.values())

# The SOP classes whose instances a C-STORE carries (PS3.4 B.5, GG.3), with the retired and trial ones. A DICOMDIR
# (Media Storage Directory) describes a medium and is not sent; Storage Commitment carries no instance.
_STORAGE_NAME = re.compile(r"Storage(?: - (?:Trial|For Presentation|For Processing))?(?: SOP Class)?")
MEDIA_STORAGE_DIRECTORY: Final = "1.2.840.10008.1.3.10"

STORAGE_CLASSES: Final[dict[str, str]] = {
    uid: name
    for uid, (name, _, _) in SOP_CLASSES.items()
    if uid != MEDIA_STORAGE_DIRECTORY and _STORAGE_NAME.search(name) and "Commitment" not in name
}

VERIFICATION: Final = "1.2.840.10008.1.1"

_LIKE_UID = re.compile(r"[0-9.]{1,64}")
_UID = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")


def like_uid(text: str) -> bool:
    """Say whether the text is made as a UID is: 1 to 64 digits and dots; leading zeros are met, and let through."""
    return _LIKE_UID.fullmatch(text) is not None


def sop_class_name(uid: str) -> str:
    """Return the name that PS3.6 gives to a SOP class, the UID itself if it gives none."""
    entry = SOP_CLASSES.get(uid)
    return entry[0] if entry else uid


def valid_uid(text: str) -> bool:
    """Say whether the text is a UID: at most 64 characters, numbers without leading zeros between dots (PS3.5 9.1)."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None
