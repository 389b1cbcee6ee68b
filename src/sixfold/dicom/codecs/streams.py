"""The headers of code streams: size, depth and completeness, read before a library is let near the bytes.

A library allocates what a header claims. Comparing the claim with the image description first bounds memory and time
for hostile frames, and tells a cut frame, which most libraries fill up silently, from a whole one.
"""

from dataclasses import dataclass
from typing import Final

from sixfold.dicom.codecs.model import Undecodable
from sixfold.dicom.image import Image

# ITU-T T.81 table B.1, T.87 C.1.1: the frame headers, without DHT (C4), JPG (C8) and DAC (CC).
_SOF: Final = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
_SOF_LOSSLESS: Final = 0xC3
_SOF_JPEG_LS: Final = 0xF7
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS: Final = 0xDA
_EOI: Final = b"\xff\xd9"

_J2K_START: Final = b"\xff\x4f\xff\x51"
_SOT: Final = b"\xff\x90"
_SOT_LENGTH: Final = 12
_MAX_TILES_ACROSS: Final = 255  # the index of a tile has 16 bits


@dataclass(frozen=True, slots=True)
class Header:
    """What a code stream says of itself; `colour` is RGB or YBR_FULL if it says so, else empty."""

    rows: int
    columns: int
    samples: int
    precision: int
    signed: bool = False
    lossless: bool = False
    colour: str = ""


def check_size(header: Header, image: Image) -> Header:
    """Refuse a code stream that is not of the image's size; return the header."""
    claimed = (header.rows, header.columns, header.samples)
    if claimed != (image.rows, image.columns, image.samples):
        raise Undecodable(
            f"the code stream is {claimed}, the image is {(image.rows, image.columns, image.samples)} (rows, columns, samples)"
        )
    return header


def jpeg_header(data: bytes) -> Header:
    """Read a JPEG or JPEG-LS code stream up to its first scan (ITU-T T.81 B.2, T.87 C.2); raises `Undecodable`."""
    if data[:2] != b"\xff\xd8":
        raise Undecodable("a JPEG code stream starts with SOI")
    at, frame, adobe, jfif = 2, (0, b""), -1, False
    while True:
        marker, body, at = _segment(data, at)
        if marker == _SOS:
            break
        if marker in _SOF:
            frame = (marker, body)
        elif marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        elif marker == 0xE0 and body[:5] == b"JFIF\0":
            jfif = True
    if data.rfind(_EOI) < at:
        raise Undecodable("the JPEG code stream is cut: it has no EOI")
    return _jpeg_frame(*frame, adobe, jfif)


def _segment(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Return marker, body and end of the next marker segment; fill bytes and standalone markers are skipped."""
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _STANDALONE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            return marker, data[at + 4 : end], end
    raise Undecodable("the JPEG code stream is cut or broken before its first scan")


def _jpeg_frame(marker: int, body: bytes, adobe: int, jfif: bool) -> Header:
    if len(body) < 6 or len(body) < 6 + 3 * body[5] or not body[5]:
        raise Undecodable("the JPEG code stream has no frame header")
    components = [body[at : at + 3] for at in range(6, 6 + 3 * body[5], 3)]
    lossless = marker in {_SOF_LOSSLESS, _SOF_JPEG_LS}
    return Header(
        rows=int.from_bytes(body[1:3], "big"),
        columns=int.from_bytes(body[3:5], "big"),
        samples=len(components),
        precision=body[0],
        lossless=lossless,
        colour="" if lossless or len(components) != 3 else _jpeg_colour(components, adobe, jfif),
    )


def _jpeg_colour(components: list[bytes], adobe: int, jfif: bool) -> str:
    """Return the colour that the stream declares: Adobe's APP14, its component names, JFIF, or halved chroma."""
    if adobe >= 0:
        return "YBR_FULL" if adobe == 1 else "RGB"
    if bytes(component[0] for component in components) == b"RGB":
        return "RGB"
    subsampled = len({component[1] for component in components}) > 1
    return "YBR_FULL" if jfif or subsampled else ""


def jpeg2000_header(data: bytes) -> Header:
    """Read the main header of a JPEG 2000 or HTJ2K code stream, bare or in a JP2 file (ITU-T T.800 A.5).

    Raises `Undecodable`, also if a tile-part is cut: libraries fill up what is missing.
    """
    start = 0 if data.startswith(_J2K_START) else data.find(_J2K_START)
    siz = data[start + 4 : start + 46]
    if start < 0 or len(siz) < 42:
        raise Undecodable("a JPEG 2000 code stream starts with SOC and SIZ")
    samples, depth = int.from_bytes(siz[36:38], "big"), siz[38]
    components = data[start + 42 : start + 42 + 3 * samples]
    if any(components[at : at + 3] != bytes((depth, 1, 1)) for at in range(0, 3 * samples, 3)):
        raise Undecodable("the components of the JPEG 2000 code stream differ in depth or are subsampled")
    rows, columns = _grid_size(*(int.from_bytes(siz[at : at + 4], "big") for at in range(4, 36, 4)))
    _check_tile_parts(data, start + 2)
    return Header(rows, columns, samples, (depth & 0x7F) + 1, bool(depth & 0x80))


def _grid_size(*grid: int) -> tuple[int, int]:
    """Return rows and columns of the image area, checking tiles against ITU-T T.800 A.5.1 and B.3.

    Libraries divide by what they read here and allocate for what they count.
    """
    sizes = []
    for end, begin, tile, tile_begin in (grid[0::2], grid[1::2]):
        if not (tile_begin <= begin < end and tile > 0 and tile_begin + tile > begin):
            raise Undecodable("the tiles of the JPEG 2000 code stream do not cover its image")
        if -(-(end - tile_begin) // tile) > _MAX_TILES_ACROSS:
            raise Undecodable(f"more than {_MAX_TILES_ACROSS} tiles in a row of the JPEG 2000 code stream")
        sizes.append(end - begin)
    return sizes[1], sizes[0]


def _check_tile_parts(data: bytes, at: int) -> None:
    """Walk the main header and the tile-parts, from the marker after SOC on; raises `Undecodable` if one is cut."""
    while data[at : at + 2] != _SOT:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 1] != b"\xff" or length < 2:
            raise Undecodable("the JPEG 2000 code stream is cut or broken in its main header")
        at += 2 + length
    while data[at : at + 2] == _SOT:
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        if length == 0 and data.rfind(_EOI) > at:  # the last tile-part may leave its length open, up to EOC
            break
        at += length
        if length < _SOT_LENGTH + 2 or at > len(data):
            raise Undecodable("the JPEG 2000 code stream is cut in a tile-part")


# ISO/IEC 18181-1 table of the aspect ratios that a JPEG XL size header can name instead of a width.
_JXL_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_JXL_BITS: Final = (9, 13, 18, 30)


def jpegxl_size(data: bytes) -> tuple[int, int]:
    """Return rows and columns of a JPEG XL code stream, bare or in boxes (ISO/IEC 18181-1, -2); raises `Undecodable`."""
    bits = _Bits(_jpegxl_stream(data)[2:34])
    if bits.take(1):
        rows = (bits.take(5) + 1) * 8
        ratio = bits.take(3)
        columns = 0 if ratio else (bits.take(5) + 1) * 8
    else:
        rows = bits.take(_JXL_BITS[bits.take(2)]) + 1
        ratio = bits.take(3)
        columns = 0 if ratio else bits.take(_JXL_BITS[bits.take(2)]) + 1
    if ratio:
        numerator, denominator = _JXL_RATIOS[ratio - 1]
        columns = rows * numerator // denominator
    return rows, columns


class _Bits:
    """Bits from the least significant one on."""

    def __init__(self, data: bytes) -> None:
        self.value = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        taken = self.value & ((1 << count) - 1)
        self.value >>= count
        return taken


def _jpegxl_stream(data: bytes) -> bytes:
    """Return the start of the code stream: the data, or the content of the first box that holds one."""
    at = 0
    while data[:2] != b"\xff\x0a" and at + 16 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        header = 16 if length == 1 else 8
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if kind in {b"jxlc", b"jxlp"}:
            start = at + header + (4 if kind == b"jxlp" else 0)
            return data[start : start + 64]
        if length < header:
            break
        at += length
    if data[:2] != b"\xff\x0a":
        raise Undecodable("a JPEG XL code stream starts with FF0A or a box")
    return data[:64]
