"""JPEG-LS (ITU-T T.87; PS3.5 A.4.3)."""

from typing import TYPE_CHECKING

import numpy as np

from sixfold.dicom.codecs.model import Ask, Decoded, undecodable
from sixfold.dicom.codecs.streams import check_size, jpeg_header
from sixfold.dicom.codecs.values import stored
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one JPEG-LS frame, lossless or near-lossless."""
    from imagecodecs import jpegls_decode

    header = check_size(jpeg_header(data), image)
    with undecodable("JPEG-LS"):
        array = jpegls_decode(data)
    return Decoded(stored(array, image, header.precision), image.photometric)


def encode(array: "Samples", image: Image) -> bytes:
    """Return a lossless frame with the precision of Bits Stored."""
    import jpeg_ls
    from imagecodecs import jpegls_encode

    dtype = np.uint8 if image.bits_stored <= 8 else np.uint16
    unsigned = np.bitwise_and(array.astype(dtype), (1 << image.bits_stored) - 1)
    try:
        return bytes(
            jpeg_ls.encode_buffer(
                unsigned.tobytes(),
                rows=image.rows,
                columns=image.columns,
                samples_per_pixel=image.samples,
                bits_stored=image.bits_stored,
                interleave_mode=2 if image.samples > 1 else None,
            )
        )
    except RuntimeError:  # it has no room for frames that grow, such as noise; the other binding has, but no precision
        return bytes(jpegls_encode(np.ascontiguousarray(unsigned)))
