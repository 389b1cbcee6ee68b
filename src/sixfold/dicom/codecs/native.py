"""Native pixel data (PS3.5 8.1.1, annex D): cells of 1, 8, 12, 16, 32 or 64 bits, and floating point."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sixfold.dicom.codecs.model import Ask, Decoded, Undecodable
from sixfold.dicom.codecs.table import GE_BIG_ENDIAN_PIXELS
from sixfold.dicom.codecs.values import shape, sign_extended, stored_dtype
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one native frame; chroma that stands once for two pixels is repeated (PS3.3 C.7.6.3.1.2)."""
    count = image.rows * image.columns * image.samples
    photometric = image.photometric
    if image.subsampled:
        photometric = photometric.removesuffix("_422")
        if len(data) * 8 < count * image.bits_allocated:
            return Decoded(_chroma_repeated(data, image), photometric)
    big = not ask.ts.little_endian or ask.ts.uid == GE_BIG_ENDIAN_PIXELS
    array = _in_shape(_cells(data, count, image, ">" if big else "<"), image)
    return Decoded(_without_unused_bits(array, image), photometric)


def encode(array: "Samples", image: Image) -> bytes:
    """Return a native frame in little endian, colour by pixel; bits are packed and padded to a byte."""
    if image.bits_allocated == 1:
        return np.packbits(array.reshape(-1).astype(np.uint8), bitorder="little").tobytes()
    if image.bits_allocated == 12:
        return _packed_12(array)
    return array.astype(stored_dtype(image).newbyteorder("<"), copy=False).tobytes()


def holds_more_than_pixels(data: bytes, image: Image, ts_is_little_endian: bool) -> bool:
    """Say whether unused bits of a native frame carry something, such as an overlay (PS3.5 8.1.2)."""
    bits, dtype = image.bits_stored, stored_dtype(image)
    if image.kind != "integer" or bits == 8 * dtype.itemsize or image.bits_allocated in {1, 12}:
        return False
    count = image.rows * image.columns * image.samples
    cells = np.frombuffer(data, f"{'<' if ts_is_little_endian else '>'}u{dtype.itemsize}", count)
    shift = image.high_bit + 1 - bits
    if shift and bool((cells & ((1 << shift) - 1)).any()):
        return True
    above = cells >> (image.high_bit + 1)
    extension = (1 << (8 * dtype.itemsize - image.high_bit - 1)) - 1
    if not image.signed:
        return bool(above.any())
    return not bool(np.isin(above, (0, extension)).all())


def _cells(data: bytes, count: int, image: Image, order: Literal["<", ">"]) -> "Samples":
    needed = -(-count * image.bits_allocated // 8)
    if len(data) < needed:
        raise Undecodable(f"a native frame of {needed} bytes, {len(data)} given")
    if image.bits_allocated == 1:
        return np.unpackbits(np.frombuffer(data, np.uint8, needed), count=count, bitorder="little")
    if image.bits_allocated == 12:
        return _unpacked_12(np.frombuffer(data, np.uint8, needed), count).astype(stored_dtype(image))
    dtype = stored_dtype(image)
    return np.frombuffer(data, dtype.newbyteorder(order), count).astype(dtype, copy=False)


def _in_shape(cells: "Samples", image: Image) -> "Samples":
    if image.samples > 1 and image.planar == 1:
        planes = cells.reshape(image.samples, image.rows, image.columns)
        return np.ascontiguousarray(planes.transpose(1, 2, 0))
    return cells.reshape(shape(image))


def _without_unused_bits(array: "Samples", image: Image) -> "Samples":
    """Keep the bits of the value: those up to High Bit, Bits Stored of them."""
    bits, width = image.bits_stored, 8 * array.dtype.itemsize
    if image.kind != "integer" or image.bits_allocated in {1, 12} or bits == width:
        return array
    shift = image.high_bit + 1 - bits
    if shift:
        array = np.right_shift(array, shift)
    if image.signed:
        return sign_extended(array, bits)
    return np.bitwise_and(array, (1 << bits) - 1)


def _chroma_repeated(data: bytes, image: Image) -> "Samples":
    """Spread Y Y Cb Cr over two pixels."""
    if image.columns % 2 or image.bits_allocated != 8:
        raise Undecodable("4:2:2 needs an even number of columns and 8 bits")
    count = image.rows * image.columns * 2
    if len(data) < count:
        raise Undecodable(f"a native frame of {count} bytes, {len(data)} given")
    pairs = np.frombuffer(data, np.uint8, count).reshape(image.rows, image.columns // 2, 4)
    out = np.empty((image.rows, image.columns // 2, 2, 3), np.uint8)
    out[..., 0] = pairs[..., :2]
    out[..., 1:] = pairs[..., None, 2:]
    return out.reshape(image.rows, image.columns, 3)


def _unpacked_12(data: "np.ndarray[Any, np.dtype[np.uint8]]", count: int) -> "Samples":
    """Split every three bytes into two cells of 12 bits, least significant bit first (PS3.5 annex D)."""
    triples = np.zeros(-(-len(data) // 3) * 3, np.uint16)
    triples[: len(data)] = data
    low, middle, high = triples.reshape(-1, 3).T
    cells = np.empty((len(low), 2), np.uint16)
    cells[:, 0] = low | (middle & 0xF) << 8
    cells[:, 1] = middle >> 4 | high << 4
    return cells.reshape(-1)[:count]


def _packed_12(array: "Samples") -> bytes:
    cells = array.reshape(-1).astype(np.uint16) & 0xFFF
    pairs = np.zeros((-(-len(cells) // 2), 2), np.uint16)
    pairs.reshape(-1)[: len(cells)] = cells
    triples = np.stack((pairs[:, 0], pairs[:, 0] >> 8 | pairs[:, 1] << 4, pairs[:, 1] >> 4), axis=1)
    return triples.astype(np.uint8).tobytes()[: -(-len(cells) * 12 // 8)]
