"""Cropping, mirroring and scaling of 8-bit pictures (PS3.18 8.3.5.1.3)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixfold.dicom.render.model import MAX_SIDE, NotRenderable, Viewport

Picture = NDArray[np.uint8]


def seen(picture: Picture, aspect: float, viewport: Viewport | None) -> Picture:
    """Return what the viewport shows of a picture whose pixels are `aspect` times as high as wide."""
    source = viewport.source if viewport else None
    if source is not None:
        picture = _cropped(picture, source)
    rows, columns = picture.shape[:2]
    height, width = _square(rows, columns, aspect)
    if viewport is not None:
        if not (0 < viewport.width <= MAX_SIDE and 0 < viewport.height <= MAX_SIDE):
            raise NotRenderable(f"a viewport of {viewport.width} x {viewport.height} pixels")
        scale = min(viewport.width / width, viewport.height / height)
        height, width = height * scale, width * scale
    size = (min(MAX_SIDE, max(1, round(height))), min(MAX_SIDE, max(1, round(width))))
    return picture if size == (rows, columns) else scaled(picture, *size)


def _square(rows: int, columns: int, aspect: float) -> tuple[float, float]:
    """Return height and width with square pixels; the side with the larger pixels is stretched, none is shrunk."""
    return (rows * aspect, columns) if aspect > 1 else (rows, columns / aspect)


def _cropped(picture: Picture, source: tuple[float, float, float, float]) -> Picture:
    """Cut the part out; a negative extent starts at the other edge and mirrors."""
    x, y, width, height = source
    rows, columns = picture.shape[:2]
    left, right = sorted((round(x), round(x + width)))
    top, bottom = sorted((round(y), round(y + height)))
    part = picture[max(0, top) : min(rows, bottom), max(0, left) : min(columns, right)]
    if not part.size:
        raise NotRenderable("the viewport's source region lies outside of the frame")
    return part[:: -1 if height < 0 else 1, :: -1 if width < 0 else 1]


def scaled(picture: Picture, rows: int, columns: int) -> Picture:
    """Scale to the size: an axis that shrinks to half or less by averaging areas, any other by linear interpolation."""
    for axis, size in ((0, rows), (1, columns)):
        length = picture.shape[axis]
        if size * 2 <= length:
            picture = _averaged(picture, axis, size)
        elif size != length:
            picture = _interpolated(picture, axis, size)
    return picture


def _averaged(picture: Picture, axis: int, size: int) -> Picture:
    """Average the whole pixels that fall into each of `size` equal cells.

    The cells' first lines are added up, then their second ones, and so on: six times faster than `np.add.reduceat`.
    """
    lines = np.moveaxis(picture, axis, 0)
    starts = np.arange(size) * len(lines) // size
    counts = np.diff(np.append(starts, len(lines)))
    sums = np.zeros((size, *lines.shape[1:]), np.uint32)
    for nth in range(int(counts.max())):
        reached = counts > nth
        if reached.all():
            sums += lines[starts + nth]
        else:
            sums[reached] += lines[starts[reached] + nth]
    divisors = counts.astype(np.uint32).reshape((size,) + (1,) * (picture.ndim - 1))
    return np.moveaxis(((sums + divisors // 2) // divisors).astype(np.uint8), 0, axis)


def _interpolated(picture: Picture, axis: int, size: int) -> Picture:
    """Weigh the two nearest pixels; centres of pixels are aligned, edges repeat."""
    length = picture.shape[axis]
    position = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    below = np.minimum(position.astype(np.intp), max(0, length - 2))
    shape = [1] * picture.ndim
    shape[axis] = size
    weight: NDArray[Any] = (position - below).astype(np.float32).reshape(shape)
    low = np.take(picture, below, axis=axis).astype(np.float32)
    high = np.take(picture, np.minimum(below + 1, length - 1), axis=axis)
    between: Picture = np.rint(low + (high - low) * weight).astype(np.uint8)
    return between
