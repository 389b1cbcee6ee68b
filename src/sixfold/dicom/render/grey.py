"""The grayscale pipeline: stored values to Modality LUT to VOI LUT to presentation (PS3.4 N.2.1, PS3.3 C.11)."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sixfold.dicom.image import Display, Image, Lut, Window
from sixfold.dicom.render import colour, lut

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples

_BLACK_IS_HIGH: Final = "MONOCHROME1"
_MAPPED_AT_ONCE: Final = 1 << 18  # pixels


def shown(array: "Samples", image: Image, display: Display, window: Window | None) -> NDArray[np.uint8]:
    """Return the frame as it is to be seen: (rows, columns), or RGB where a supplemental palette colours it."""
    voi = window or _default(display)
    if voi is None:
        voi = _full_range(array, display, image.padding)
    inverted = image.inverse != (image.photometric == _BLACK_IS_HIGH)
    if array.dtype.kind == "f" or array.dtype.itemsize > 2:
        return _presented(_values(array, display), voi, inverted)
    table = _table(display, voi, inverted, array.dtype.str)
    seen = _mapped(array.view(f"u{array.dtype.itemsize}"), table)
    return colour.supplemented(seen, array, image) if image.supplemental else seen


def _mapped(bits: NDArray[Any], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Look every value up, some rows at a time: numpy widens the indices, which should stay in the cache."""
    seen = np.empty(bits.shape, np.uint8)
    rows = max(1, _MAPPED_AT_ONCE // bits.shape[1])
    for top in range(0, len(bits), rows):
        np.take(table, bits[top : top + rows], out=seen[top : top + rows], mode="clip")
    return seen


def _default(display: Display) -> Window | Lut | None:
    if display.windows:
        return display.windows[0]
    return display.voi_luts[0] if display.voi_luts else None


def _full_range(array: "Samples", display: Display, padding: tuple[int, int] | None) -> Window:
    """Return the window that shows the frame's lowest value black and its highest white; padding does not count."""
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if padding is not None:
        pixels = finite[(finite < padding[0]) | (finite > padding[1])]
        finite = pixels if pixels.size else finite
    if not finite.size:
        return Window(0, 1, "LINEAR_EXACT")
    ends = _values(np.array([finite.min(), finite.max()]), display)
    low, high = float(ends.min()), float(ends.max())
    return Window((low + high) / 2, (high - low) or 1.0, "LINEAR_EXACT")


@lru_cache(maxsize=64)
def _table(display: Display, voi: Window | Lut, inverted: bool, dtype: str) -> NDArray[np.uint8]:
    """Return what each stored value of 8 or 16 bits looks like, by its bits read without sign."""
    stored = np.dtype(dtype)
    every = np.arange(1 << (8 * stored.itemsize), dtype=f"u{stored.itemsize}").view(stored)
    return _presented(_values(every, display), voi, inverted)


def _values(array: "Samples", display: Display) -> NDArray[Any]:
    """Return values of the modality (PS3.3 C.11.1); a table outweighs slope and intercept."""
    if display.modality_lut is not None:
        return lut.looked_up(array, display.modality_lut).astype(np.float64)
    return array * np.float64(display.slope) + display.intercept


def _presented(values: NDArray[Any], voi: Window | Lut, inverted: bool) -> NDArray[np.uint8]:
    """Return values between 0 and 255 for the display, rounded to the nearest."""
    unit = windowed(values, voi) if isinstance(voi, Window) else _through_table(values, voi)
    if inverted:
        unit = 1.0 - unit
    return np.rint(np.nan_to_num(unit, nan=0.0) * 255.0).astype(np.uint8)


def _through_table(values: NDArray[Any], voi: Lut) -> NDArray[np.float64]:
    table = lut.entries(voi)
    # Bits may be declared too few or too many: the table itself must fit.
    top = max((1 << voi.bits) - 1, int(table.max())) if 0 < voi.bits <= 16 else 65535
    return lut.looked_up(values, voi) / top


def windowed(values: NDArray[Any], window: Window) -> NDArray[np.float64]:
    """Map values of the modality to 0..1 (PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2)."""
    center, width = window.center, window.width
    if window.function == "SIGMOID":
        return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (values - center) / width, -700, 700)))
    if window.function == "LINEAR_EXACT":
        return np.clip((values - center) / width + 0.5, 0.0, 1.0)
    if width <= 1:
        return (values > center - 0.5).astype(np.float64)
    return np.clip((values - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0)
