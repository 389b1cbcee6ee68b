"""Deflated Image Frame Compression (PS3.5 A.4.10): each frame is a native frame under RFC 1951."""

import zlib

from sixfold.dicom.codecs import native
from sixfold.dicom.codecs.model import Ask, Decoded, Undecodable
from sixfold.dicom.image import Image


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Inflate one frame, to no more than its native size, and read it."""
    needed = -(-image.frame_bits // 8)
    try:
        frame = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, needed)
    except zlib.error as error:
        raise Undecodable(f"this is no deflated frame: {error}") from error
    return native.decode(frame, image, ask)
