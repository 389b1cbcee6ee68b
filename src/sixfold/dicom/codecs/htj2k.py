"""High-throughput JPEG 2000, reversible (ITU-T T.814; PS3.5 A.4.4) by OpenJPH."""

from typing import TYPE_CHECKING

import numpy as np

from sixfold.dicom.codecs.jpeg2000 import photometric_of
from sixfold.dicom.codecs.model import Ask, Decoded, NotLossless, Undecodable, undecodable
from sixfold.dicom.codecs.streams import Header, check_size, jpeg2000_header
from sixfold.dicom.codecs.values import shape, stored
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

_UNWRITTEN = 0xA5  # every byte of the last row before decoding


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one HTJ2K frame; a reversible component transform is undone.

    The binding swallows errors that OpenJPH raises between two rows and returns what it has: a last row that nobody
    wrote gives them away. Such frames, and the one in millions that truly ends so, go to the next decoder.
    """
    from imagecodecs import htj2k_decode

    header = check_size(jpeg2000_header(data), image)
    out = np.empty(shape(image), _stream_dtype(header))
    out[-1] = np.frombuffer(bytes((_UNWRITTEN,)) * out.dtype.itemsize, out.dtype)[0]
    with undecodable("HTJ2K"):
        array = htj2k_decode(data, planar=False, out=out)
    if bool((array[-1].view(np.uint8) == _UNWRITTEN).all()):
        raise Undecodable("the HTJ2K code stream breaks off")
    return Decoded(stored(array, image, header.precision), photometric_of(image))


def encode(array: "Samples", image: Image) -> bytes:
    """Return a reversible code stream in RPCL order with tile-part lengths, as PS3.5 A.4.4.1 asks of the RPCL syntax."""
    from imagecodecs import HTJ2K, htj2k_encode

    if image.kind != "integer" or image.bits_allocated > 16 or image.samples == 4:
        raise NotLossless("HTJ2K is written for up to 16 bits and one or three samples")
    rgb = photometric_of(image) == "RGB"
    planes = array if rgb or image.samples == 1 else np.ascontiguousarray(np.moveaxis(array, 2, 0))
    return bytes(
        htj2k_encode(
            planes,
            reversible=True,
            rgb=rgb,
            planar=image.samples > 1 and not rgb,
            tlm=True,
            tilepart=HTJ2K.TILEPART.RESOLUTIONS,
        )
    )


def _stream_dtype(header: Header) -> "np.dtype[np.generic]":
    size = 1 if header.precision <= 8 else 2 if header.precision <= 16 else 4
    return np.dtype(f"{'i' if header.signed else 'u'}{size}")
