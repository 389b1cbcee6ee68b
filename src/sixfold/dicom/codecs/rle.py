"""RLE Lossless (PS3.5 annex G): byte planes, each row packed on its own."""

from itertools import pairwise
from struct import Struct
from typing import TYPE_CHECKING, Final

import numpy as np

from sixfold.dicom.codecs import native
from sixfold.dicom.codecs.model import Ask, Decoded, Undecodable, undecodable
from sixfold.dicom.codecs.values import shape, stored_dtype
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

_HEADER: Final = Struct("<16L")
_MAX_SEGMENTS: Final = 15


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one RLE frame: segments go from the most significant byte of the first sample to the least of the last."""
    if image.bits_allocated == 1:
        packed = _plane(data, _segments(data, 1)[0], -(-image.rows * image.columns // 8))
        return native.decode(packed.tobytes(), image, ask)
    size = stored_dtype(image).itemsize
    pixels = image.rows * image.columns
    planes = np.empty((pixels, image.samples, size), np.uint8)
    for number, span in enumerate(_segments(data, image.samples * size)):
        sample, byte = divmod(number, size)
        planes[:, sample, size - 1 - byte] = _plane(data, span, pixels)
    array = planes.reshape(-1).view(stored_dtype(image).newbyteorder("<")).reshape(shape(image))
    return Decoded(array.astype(stored_dtype(image), copy=False), image.photometric)


def encode(array: "Samples", image: Image) -> bytes:
    """Return one RLE frame (PS3.5 G.3)."""
    from imagecodecs import packbits_encode

    size = stored_dtype(image).itemsize
    little = np.ascontiguousarray(array, stored_dtype(image).newbyteorder("<"))
    planes = little.view(np.uint8).reshape(image.rows, image.columns, image.samples, size)
    segments = []
    for sample in range(image.samples):
        for byte in reversed(range(size)):
            segment = bytes(packbits_encode(np.ascontiguousarray(planes[:, :, sample, byte])))
            segments.append(segment + b"\0" * (len(segment) % 2))
    offsets = [_HEADER.size]
    for segment in segments[:-1]:
        offsets.append(offsets[-1] + len(segment))
    header = _HEADER.pack(len(segments), *offsets, *[0] * (_MAX_SEGMENTS - len(offsets)))
    return header + b"".join(segments)


def _segments(data: bytes, expected: int) -> list[tuple[int, int]]:
    """Return start and end of each segment from the header (PS3.5 G.5)."""
    if len(data) < _HEADER.size:
        raise Undecodable("an RLE frame starts with a header of 64 bytes")
    count, *offsets = _HEADER.unpack_from(data)
    if count != expected:
        raise Undecodable(f"an RLE frame of {expected} segments, {count} given")
    bounds = [*offsets[:count], len(data)]
    if any(start < _HEADER.size or start > end for start, end in pairwise(bounds)):
        raise Undecodable("the segments of the RLE frame overlap or lie outside of it")
    return list(pairwise(bounds))


def _plane(data: bytes, span: tuple[int, int], length: int) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """Unpack one segment of PackBits into exactly `length` bytes; what follows is padding."""
    from imagecodecs import packbits_decode

    buffer = bytearray(length)
    with undecodable("RLE"):
        filled = packbits_decode(data[span[0] : span[1]], out=buffer)
    if len(filled) < length:
        raise Undecodable(f"an RLE segment of {length} bytes holds {len(filled)}")
    return np.frombuffer(buffer, np.uint8)
