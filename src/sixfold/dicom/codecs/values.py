"""From the samples of a code stream to the stored values that the image description promises (PS3.5 8.1, 8.2)."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sixfold.dicom.codecs.model import Undecodable
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

_SIZES: Final = ((8, 1), (16, 2), (32, 4), (64, 8))


def stored_dtype(image: Image) -> np.dtype[Any]:
    """Return the type of a stored value in native byte order; packed cells are widened to whole bytes."""
    if image.kind != "integer":
        return np.dtype("f4" if image.kind == "float" else "f8")
    size = next(size for bits, size in _SIZES if image.bits_allocated <= bits)
    return np.dtype(f"{'i' if image.signed else 'u'}{size}")


def shape(image: Image) -> tuple[int, ...]:
    """Return (rows, columns), with samples behind if there are several."""
    return (image.rows, image.columns) if image.samples == 1 else (image.rows, image.columns, image.samples)


def stored(array: "Samples", image: Image, precision: int) -> "Samples":
    """Give decoded samples the sign and width of the stored values.

    Code streams of JPEG and JPEG-LS know no sign, and those of JPEG 2000 may contradict Pixel Representation: there the
    attribute wins, and `precision` bits of the stream (or Bits Stored, if less) are read as two's complement.
    """
    if array.shape != shape(image):
        raise Undecodable(f"the code stream holds {array.shape}, the image is {shape(image)}")
    target = stored_dtype(image)
    if array.dtype == target:
        return array
    if (array.dtype.kind == "i") == image.signed:
        return array.astype(target)
    bits = min(precision, image.bits_stored, 8 * target.itemsize)
    if image.signed:
        return sign_extended(array.astype(target), bits)
    masked: Samples = np.bitwise_and(array.astype(target), (1 << bits) - 1)
    return masked


def sign_extended(array: "Samples", bits: int) -> "Samples":
    """Read the lower `bits` bits of a signed array as two's complement; the array is changed if it can be."""
    shift = 8 * array.dtype.itemsize - bits
    if not shift:
        return array
    array = array if array.flags.writeable else array.copy()
    np.left_shift(array, shift, out=array)
    np.right_shift(array, shift, out=array)
    return array
