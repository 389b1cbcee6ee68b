"""Which codecs read and write which transfer syntax (PS3.5 annex A).

The values are modules of this package. Left out are OpenJPH for reading, and jpegsof3 and lj92 of imagecodecs, because
damaged code streams crash the process in them, and pylibjpeg-libjpeg for its licence; OpenJPEG and libjpeg-turbo read all
that they read.
"""

from typing import Final

import msgspec

from sixfold.dicom.image import Image

_JPEG: Final = "1.2.840.10008.1.2.4."

GE_BIG_ENDIAN_PIXELS: Final = "1.2.840.113619.5.2"

DECODABLE: Final[dict[str, str]] = {
    "1.2.840.10008.1.2": "native",
    "1.2.840.10008.1.2.1": "native",
    "1.2.840.10008.1.2.1.98": "native",  # Encapsulated Uncompressed
    "1.2.840.10008.1.2.1.99": "native",  # Deflated: of the data set, once it is inflated
    "1.2.840.10008.1.2.2": "native",
    GE_BIG_ENDIAN_PIXELS: "native",
    "1.2.840.10008.1.2.5": "rle",
    "1.2.840.10008.1.2.8.1": "deflated",  # Deflated Image Frame Compression
    _JPEG + "50": "jpeg",  # Baseline, process 1
    _JPEG + "51": "jpeg",  # Extended, processes 2 and 4
    _JPEG + "53": "jpeg",  # Spectral Selection, 6 and 8, retired
    _JPEG + "55": "jpeg",  # Full Progression, 10 and 12, retired
    _JPEG + "57": "jpeg",  # Lossless, process 14
    _JPEG + "70": "jpeg",  # Lossless, process 14, selection value 1
    _JPEG + "80": "jpegls",
    _JPEG + "81": "jpegls",
    _JPEG + "90": "jpeg2000",
    _JPEG + "91": "jpeg2000",
    _JPEG + "92": "jpeg2000",  # Part 2 multi-component, lossless: frames that use Part 1 only
    _JPEG + "93": "jpeg2000",
    _JPEG + "100": "video",
    _JPEG + "100.1": "video",
    _JPEG + "101": "video",
    _JPEG + "101.1": "video",
    _JPEG + "102": "video",
    _JPEG + "102.1": "video",
    _JPEG + "103": "video",
    _JPEG + "103.1": "video",
    _JPEG + "104": "video",
    _JPEG + "104.1": "video",
    _JPEG + "105": "video",
    _JPEG + "105.1": "video",
    _JPEG + "106": "video",
    _JPEG + "106.1": "video",
    _JPEG + "107": "video",
    _JPEG + "108": "video",
    _JPEG + "110": "jpegxl",
    _JPEG + "111": "jpegxl",
    _JPEG + "112": "jpegxl",
    _JPEG + "201": "jpeg2000",  # HTJ2K
    _JPEG + "202": "jpeg2000",
    _JPEG + "203": "jpeg2000",
}

ENCODABLE: Final[dict[str, str]] = {
    "1.2.840.10008.1.2": "native",
    "1.2.840.10008.1.2.1": "native",
    "1.2.840.10008.1.2.1.99": "native",
    "1.2.840.10008.1.2.5": "rle",
    _JPEG + "80": "jpegls",
    _JPEG + "90": "jpeg2000",
    _JPEG + "201": "htj2k",
    _JPEG + "202": "htj2k",
}


class Room(msgspec.Struct, frozen=True):
    """What an encoder takes: bits stored from `bits[0]` to `bits[1]`, and numbers of samples per pixel."""

    bits: tuple[int, int]
    samples: frozenset[int] = frozenset({1, 3})
    whole_bytes: bool = True
    segments: int = 1 << 16

    def holds(self, image: Image) -> bool:
        """Say whether frames of the image fit; cells that are no whole bytes fit only where `whole_bytes` is off."""
        if not self.whole_bytes:
            return True
        return (
            image.kind == "integer"
            and image.bits_allocated % 8 == 0
            and self.bits[0] <= image.bits_stored <= self.bits[1]
            and image.samples in self.samples
            and image.samples * image.bits_allocated // 8 <= self.segments
        )


ROOM: Final[dict[str, Room]] = {
    "native": Room((1, 64), whole_bytes=False),
    "rle": Room((1, 64), frozenset({1, 3, 4}), segments=15),  # PS3.5 G.2
    "jpegls": Room((2, 16)),
    "jpeg2000": Room((1, 16)),
    "htj2k": Room((1, 16)),
}
