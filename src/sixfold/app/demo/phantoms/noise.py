"""Textures: band-limited fractal fields, smoothing and grain."""

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array


def fractal(rng: np.random.Generator, shape: tuple[int, ...], slope: float, finest: float = 0.0) -> Array:
    """A periodic random field, mean 0 and deviation 1, whose amplitude falls with frequency to the power `slope`.

    `finest` (pixels) suppresses detail below that wavelength.
    """
    axes = [np.fft.fftfreq(count).astype(np.float32) for count in shape[:-1]]
    axes.append(np.fft.rfftfreq(shape[-1]).astype(np.float32))
    squared = sum(axis.reshape([-1 if i == n else 1 for i in range(len(shape))]) ** 2 for n, axis in enumerate(axes))
    frequency = np.sqrt(np.asarray(squared, np.float32))
    frequency.flat[0] = 1.0
    gain = frequency ** np.float32(-slope)
    if finest:
        gain *= np.exp(-((frequency * np.float32(finest)) ** 2))
    gain.flat[0] = 0.0
    spectrum = np.fft.rfftn(rng.standard_normal(shape, np.float32)) * gain
    field = np.fft.irfftn(spectrum, shape, axes=tuple(range(len(shape)))).astype(np.float32)
    return np.asarray(field / field.std(), np.float32)


def smooth(image: Array, passes: int = 1) -> Array:
    """Blur the last two axes with a 3 x 3 binomial kernel, `passes` times; the field wraps around."""
    for _ in range(passes):
        for axis in (-1, -2):
            image = (image * 2 + np.roll(image, 1, axis) + np.roll(image, -1, axis)) * np.float32(0.25)
    return image


class Grain:
    """Cheap repeatable noise: random windows of one field that was made once."""

    def __init__(self, rng: np.random.Generator, size: int, blur: int = 1) -> None:
        self._rng = rng
        field = smooth(rng.standard_normal((2 * size, 2 * size), np.float32), blur)
        self._field: Array = field / np.float32(field.std())
        self._size = size

    def window(self, rows: int, columns: int) -> Array:
        """Noise of mean 0 and deviation 1; rows and columns are at most the size given at the start."""
        top, left = self._rng.integers(0, self._size, 2)
        view = self._field[top : top + rows, left : left + columns]
        return view if self._rng.integers(2) else -view


def resize(image: Array, rows: int, columns: int) -> Array:
    """Linear interpolation of a two-dimensional image to another size."""
    for axis, count in ((0, rows), (1, columns)):
        place = np.linspace(0, image.shape[axis] - 1, count, dtype=np.float32)
        low = np.minimum(place.astype(np.intp), image.shape[axis] - 2)
        share = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        image = np.take(image, low, axis) * (1 - share) + np.take(image, low + 1, axis) * share
    return np.asarray(image, np.float32)
