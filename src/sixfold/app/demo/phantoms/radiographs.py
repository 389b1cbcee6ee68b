"""Projections: a chest radiograph summed from the trunk, a mammogram and a coronary angiogram."""

from collections.abc import Iterator

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array, Canvas, Point, soft_step
from sixfold.app.demo.phantoms.noise import Grain, fractal, resize, smooth
from sixfold.app.demo.phantoms.trunk import Trunk


def chest_projections(rng: np.random.Generator, pixels: int) -> tuple[Array, Array]:
    """A frontal and a lateral chest radiograph of 12 bits in which bone is bright (MONOCHROME2)."""
    trunk = Trunk(rng, 176, 1.9)
    heights = np.arange(4, 266, 2.2)
    volume = np.stack([trunk.slice(float(height)).copy() for height in heights])[:, :150]
    bone = np.clip(volume - 140, 0, None)
    tissue = np.clip(volume + 1000, 0, None)
    grain = Grain(rng, pixels, 0)
    views = []
    for axis, margin in ((1, 12), (2, 20)):
        absorbed = tissue.sum(axis, dtype=np.float32) + bone.sum(axis, dtype=np.float32) * np.float32(4.5 - axis)
        path = smooth(resize(absorbed[:, margin:-margin], pixels, pixels), 2)
        film = 1 - np.exp(-path / np.percentile(path, 60) * 1.05)
        local = film - smooth(resize(resize(film, 14, 14), pixels, pixels), 8)
        views.append(film + 0.75 * local)
    _clavicles(views[0])
    return _film(views[0], grain, 0.5), _film(views[1], grain, 14.0)


def _film(view: Array, grain: Grain, darkest: float) -> Array:
    low, high = np.percentile(view, (darkest, 99.5))
    pixels = view.shape[0]
    scaled = (view - low) / (high - low) * 3500 + 250 + grain.window(pixels, pixels) * 18
    return np.asarray(np.clip(scaled, 0, 4095), np.float32)


def _clavicles(view: Array) -> None:
    canvas = Canvas(view.shape[0], view.shape[1], 290 / view.shape[0])
    for side in (-1, 1):
        points = [(side * x, y) for x, y in ((17, -112), (52, -117), (84, -126), (140, -134))]
        canvas.polyline(points, [5.0, 4.5, 4.5], 1.0)
        canvas.polyline(points, [3.0, 2.6, 2.6], 0.72)
    view += smooth(canvas.pixels, 2) * np.float32(0.045)


def mammogram(rng: np.random.Generator, shape: tuple[int, int], oblique: bool, mass: float) -> Array:
    """One compressed breast with its chest wall at the left edge, 12 bits; `mass` is a lesion's radius in mm (0: none)."""
    rows, columns = shape
    canvas = Canvas(rows, columns, 240 / rows)
    edge = -columns / rows * 120
    shift = 18.0 if oblique else 0.0
    x, y = canvas.x - np.float32(edge), canvas.y - np.float32(shift)
    rho = np.sqrt((x / 108) ** 2 + (np.abs(y) / 96) ** 2.2)
    tissue = fractal(rng, shape, 1.75)
    strands = 1 - np.abs(fractal(rng, shape, 1.35, 5))
    thickness = np.clip(1 - rho, 0, 1) ** np.float32(0.32)
    gland = soft_step((np.sqrt((x / 72) ** 2 + (y / 66) ** 2) - 1 + 0.35 * tissue) * 30, 34)
    image = thickness * (1150 + 90 * tissue + 130 * np.clip(strands, -1, 1)) + gland * thickness * (620 + 300 * tissue)
    image += 240 * soft_step(np.abs(rho - 0.985) * 80 - 0.7, 1.5)
    canvas.pixels = np.asarray(image, np.float32)
    if oblique:
        muscle = soft_step((x + (canvas.y + 120) * 0.42 - 62) * 0.9, 5) * (rho < 1.6)
        canvas.pixels += muscle * (820 + 60 * strands)
    for _ in range(9):
        place = (edge + rng.uniform(15, 70), shift + rng.uniform(-45, 45))
        canvas.disc(place, float(rng.uniform(0.15, 0.32)), float(rng.uniform(2400, 3000)), 0.45)
    if mass:
        centre = (edge + 46.0, shift - 20.0)
        spread = canvas.ellipse_coverage(centre, (mass, mass * 0.85), 0.4, mass * 0.9)
        canvas.pixels += spread * (520 + 120 * strands)
    noise = rng.standard_normal(shape, np.float32) * np.float32(14)
    return np.clip(smooth(canvas.pixels + noise, 1), 0, 4095)


class CoronaryRun:
    """An angiographic run: contrast fills the left coronary tree and leaves again while the heart beats."""

    def __init__(self, rng: np.random.Generator, pixels: int) -> None:
        self._rng, self._pixels, self._spacing = rng, pixels, 130 / pixels
        self._tree: list[tuple[Point, Point, float, float]] = []
        self._grow((-18.0, -38.0), 0.25, 2.1, 0.0)
        self._grow((-18.0, -38.0), 1.25, 1.9, 0.0)
        self._back = self._background()
        self._grain = Grain(rng, pixels, 0)

    def frames(self, count: int) -> Iterator[Array]:
        """`count` frames of 8-bit grey values, dark where contrast medium absorbs."""
        for number in range(count):
            moment = number / count
            beat = np.sin(number * 2 * np.pi / 12)
            canvas = Canvas(self._pixels, self._pixels, self._spacing)
            self._fill(canvas, moment, float(beat))
            noise = self._grain.window(self._pixels, self._pixels) * np.float32(4.5)
            yield np.clip(self._back - smooth(canvas.pixels, 1) * 92 + noise, 0, 255)

    def _grow(self, start: Point, angle: float, radius: float, delay: float) -> None:
        place = start
        for _ in range(int(6 + 7 * radius)):
            angle += float(self._rng.normal(0.012, 0.14))
            end = (place[0] + 2.3 * np.cos(angle), place[1] + 2.3 * np.sin(angle))
            self._tree.append((place, end, radius, delay))
            place, delay, radius = end, delay + 0.011, radius * 0.988
            if radius > 0.55 and self._rng.random() < 0.085:
                self._grow(place, angle + float(self._rng.choice((-0.75, 0.75))), radius * 0.72, delay)
        if radius > 0.5:
            for turn in (-0.4, 0.45):
                self._grow(place, angle + turn, radius * 0.74, delay)

    def _fill(self, canvas: Canvas, moment: float, beat: float) -> None:
        canvas.polyline([(-70, -66), (-44, -60), (-24, -50), (-18, -38)], [1.5, 1.5, 1.5], 0.55)
        for start, end, radius, delay in self._tree:
            filled = np.clip((moment - 0.08 - delay * 0.6) * 14, 0, 1) * np.clip((0.78 + delay * 0.3 - moment) * 6, 0, 1)
            if filled > 0.02:
                moved = [(x * (1 - 0.03 * beat), (y + 38) * (1 - 0.06 * beat) - 38) for x, y in (start, end)]
                canvas.stroke(moved[0], moved[1], radius, float(filled * min(1.0, 0.5 + radius * 0.32)))

    def _background(self) -> Array:
        canvas = Canvas(self._pixels, self._pixels, self._spacing, 178)
        canvas.ellipse((12, 12), (58, 46), 140, 0.5, 30)
        canvas.ellipse((-52, 0), (16, 90), 128, 0.05, 12)
        for level in range(-3, 4):
            canvas.ellipse((-52, level * 24), (14, 9), 118, 0.0, 4)
        for level in range(-4, 5):
            coverage = soft_step(np.abs(canvas.y - level * 19 - 0.004 * canvas.x**2 + canvas.x * 0.3) - 3.4, 3)
            canvas.pixels -= coverage * 9
        canvas.ellipse((30, 74), (70, 30), 100, -0.2, 14)
        texture = fractal(self._rng, canvas.pixels.shape, 1.7)
        return smooth(canvas.pixels + texture * 5, 2)
