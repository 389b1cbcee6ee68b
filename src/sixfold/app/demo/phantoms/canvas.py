"""A picture that is painted in millimetres, with edges as soft as one pixel."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Point = tuple[float, float]


def soft_step(distance: Array, edge: float) -> Array:
    """Coverage 1 inside (distance < 0) and 0 outside, with a linear edge `edge` wide."""
    coverage: Array = np.float32(0.5) - distance / np.float32(edge)
    np.minimum(np.maximum(coverage, 0, out=coverage), 1, out=coverage)
    return coverage


class Canvas:
    """A float32 image of rows x columns; coordinates are millimetres, x to the right and y down.

    The middle of the image lies at (0, `middle`).
    """

    def __init__(self, rows: int, columns: int, spacing: float, background: float = 0.0, middle: float = 0.0) -> None:
        self.spacing = spacing
        self._middle = middle
        self.pixels: Array = np.full((rows, columns), background, np.float32)
        self.x: Array = ((np.arange(columns, dtype=np.float32) - (columns - 1) / 2) * np.float32(spacing))[None, :]
        self.y: Array = ((np.arange(rows, dtype=np.float32) - (rows - 1) / 2) * np.float32(spacing))[:, None]
        self.y += np.float32(middle)

    def clear(self, background: float) -> None:
        """Start again with one value everywhere."""
        self.pixels.fill(background)

    def ellipse_coverage(self, centre: Point, radii: Point, angle: float = 0.0, edge: float | None = None) -> Array:
        """Coverage of an ellipse over the whole canvas; `angle` in radians turns x towards y."""
        return self._coverage((slice(None), slice(None)), centre, radii, angle, edge or self.spacing)

    def ellipse(self, centre: Point, radii: Point, value: float | Array, angle: float = 0.0, edge: float | None = None) -> None:
        """Paint an ellipse with one value or with a texture as large as the canvas."""
        width = edge or self.spacing
        window = self._window(centre, max(radii) + width)
        coverage = self._coverage(window, centre, radii, angle, width)
        target = self.pixels[window]
        target += (self._cut(value, window) - target) * coverage

    def disc(self, centre: Point, radius: float, value: float | Array, edge: float | None = None) -> None:
        """Paint a disc."""
        self.ellipse(centre, (radius, radius), value, 0.0, edge)

    def stroke(self, start: Point, end: Point, radius: float, value: float | Array) -> None:
        """Paint a line with round ends."""
        centre = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = max(math.hypot(dx, dy), 1e-6)
        window = self._window(centre, length / 2 + radius + self.spacing)
        px, py = self.x[:, window[1]] - start[0], self.y[window[0]] - start[1]
        along = np.clip((px * dx + py * dy) / length**2, 0, 1)
        coverage = soft_step(np.hypot(px - along * dx, py - along * dy) - radius, self.spacing)
        target = self.pixels[window]
        target += (self._cut(value, window) - target) * coverage

    def polyline(self, points: Sequence[Point], radii: Sequence[float], value: float | Array) -> None:
        """Paint a chain of strokes, each with its own radius."""
        for start, end, radius in zip(points, points[1:], radii, strict=False):
            self.stroke(start, end, radius, value)

    def blend(self, coverage: Array, value: float | Array) -> None:
        """Mix `value` in where coverage is above zero."""
        self.pixels += (value - self.pixels) * coverage

    def _window(self, centre: Point, reach: float) -> tuple[slice, slice]:
        rows, columns = self.pixels.shape
        spans = []
        for place, count in ((centre[1] - self._middle, rows), (centre[0], columns)):
            origin = place / self.spacing + (count - 1) / 2
            low = min(max(math.floor(origin - reach / self.spacing), 0), count)
            high = min(max(math.ceil(origin + reach / self.spacing) + 1, low), count)
            spans.append(slice(low, high))
        return spans[0], spans[1]

    def _coverage(self, window: tuple[slice, slice], centre: Point, radii: Point, angle: float, edge: float) -> Array:
        x = self.x[:, window[1]] - np.float32(centre[0])
        y = self.y[window[0]] - np.float32(centre[1])
        if angle:
            cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
            x, y = x * cos + y * sin, y * cos - x * sin
        small = np.float32(max(min(radii), 1e-3))
        reach = np.sqrt((x / np.float32(radii[0])) ** 2 + (y / np.float32(radii[1])) ** 2)
        return soft_step((reach - 1) * small, edge)

    @staticmethod
    def _cut(value: float | Array, window: tuple[slice, slice]) -> Array | np.float32:
        return value[window] if isinstance(value, np.ndarray) else np.float32(value)
