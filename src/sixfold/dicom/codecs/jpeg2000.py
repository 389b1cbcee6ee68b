"""JPEG 2000 (ITU-T T.800; PS3.5 A.4.4) by OpenJPEG, which also reads high-throughput code streams."""

from typing import TYPE_CHECKING

from sixfold.dicom.codecs.model import Ask, Decoded, undecodable
from sixfold.dicom.codecs.streams import check_size, jpeg2000_header
from sixfold.dicom.codecs.values import stored
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

_TRANSFORMED = frozenset({"YBR_RCT", "YBR_ICT"})


def photometric_of(image: Image) -> str:
    """Return what the samples mean once the component transform of the code stream is undone (PS3.3 C.7.6.3.1.2)."""
    return "RGB" if image.photometric in _TRANSFORMED else image.photometric


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one JPEG 2000 frame; a reversible or irreversible component transform is undone."""
    from imagecodecs import jpeg2k_decode

    header = check_size(jpeg2000_header(data), image)
    with undecodable("JPEG 2000"):
        array = jpeg2k_decode(data, planar=False)
    return Decoded(stored(array, image, header.precision), photometric_of(image))


def encode(array: "Samples", image: Image) -> bytes:
    """Return a reversible code stream with the precision of Bits Stored; RGB goes through the component transform."""
    from imagecodecs import jpeg2k_encode

    return bytes(
        jpeg2k_encode(
            array,
            level=0,
            codecformat="j2k",
            reversible=True,
            bitspersample=image.bits_stored,
            mct=photometric_of(image) == "RGB",
            planar=False,
        )
    )
