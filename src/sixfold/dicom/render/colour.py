"""Colour frames as RGB of 8 bits: palettes, YBR and wide samples (PS3.3 C.7.6.3.1.2, C.7.9, C.7.6.19)."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sixfold.dicom.image import Image
from sixfold.dicom.render import lut
from sixfold.dicom.render.model import NotRenderable

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Decoded, Samples

# PS3.3 C.7.6.3.1.2: R, G, B from Y, Cb, Cr; the partial range was retired with YBR_PARTIAL_422.
_FULL: Final = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
_PARTIAL: Final = np.array([[1.1644, 0, 1.5960], [1.1644, -0.3917, -0.8130], [1.1644, 2.0173, 0]])
_OFFSETS: Final[dict[str, tuple[NDArray[Any], tuple[int, int, int]]]] = {
    "YBR_FULL": (_FULL, (0, 128, 128)),
    "YBR_FULL_422": (_FULL, (0, 128, 128)),
    "YBR_PARTIAL": (_PARTIAL, (16, 128, 128)),
    "YBR_PARTIAL_422": (_PARTIAL, (16, 128, 128)),
    "YBR_PARTIAL_420": (_PARTIAL, (16, 128, 128)),
}


def shown(decoded: "Decoded", image: Image) -> NDArray[np.uint8]:
    """Return the frame as (rows, columns, 3)."""
    array = decoded.array
    if decoded.photometric == "PALETTE COLOR":
        return _palette(array, image)
    if array.ndim != 3 or array.shape[2] < 3:
        raise NotRenderable(f"{decoded.photometric} needs three samples per pixel")
    narrow = _eight_bits(array[..., :3], image)
    if decoded.photometric in _OFFSETS:
        return _rgb(narrow, *_OFFSETS[decoded.photometric])
    return narrow


def supplemented(seen: NDArray[np.uint8], array: "Samples", image: Image) -> NDArray[np.uint8]:
    """Colour what is stored from the first mapped value of the palette on, and leave the rest grey."""
    if image.palette is None:
        return seen
    first = image.palette[0].first
    coloured = array >= first
    if not coloured.any():
        return seen
    return np.where(coloured[..., None], _palette(array, image), seen[..., None])


def _palette(array: "Samples", image: Image) -> NDArray[np.uint8]:
    if image.palette is None:
        raise NotRenderable("PALETTE COLOR without palette tables")
    tables = [lut.eight_bit(table) for table in image.palette]
    first, last = image.palette[0].first, min(len(table) for table in tables) - 1
    index = np.clip(array.astype(np.int64) - first, 0, last)
    return np.stack([table[: last + 1] for table in tables], axis=1)[index]


def _eight_bits(array: "Samples", image: Image) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return np.left_shift(array, max(0, 8 - image.bits_stored))
    if array.dtype.kind == "f":
        raise NotRenderable("colour of floating point samples")
    shift = image.bits_stored - 8
    unsigned = array.view(f"u{array.dtype.itemsize}")
    return (unsigned >> shift if shift > 0 else unsigned).astype(np.uint8)


def _rgb(ybr: NDArray[np.uint8], matrix: NDArray[Any], offsets: tuple[int, int, int]) -> NDArray[np.uint8]:
    values = (ybr - np.array(offsets, np.float32)) @ matrix.T.astype(np.float32)
    rgb: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rgb
