"""Ultrasound: speckle painted in beam coordinates, then converted to a sector on the screen."""

from collections.abc import Iterator

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array, Canvas, soft_step
from sixfold.app.demo.phantoms.noise import fractal, smooth

ROWS, COLUMNS = 480, 640
HALF_ANGLE = 0.66  # radians
DEPTH = 150.0  # mm from the transducer's virtual apex to the bottom of the sector


class Sector:
    """A curved-array screen of ROWS x COLUMNS: echogenicity in, grey values out."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.canvas = Canvas(ROWS, COLUMNS, DEPTH * 1.12 / ROWS, middle=DEPTH / 2)  # y: depth below the apex
        reach = np.hypot(self.canvas.x, self.canvas.y)
        angle = np.arctan2(self.canvas.x, self.canvas.y)
        self.inside = ((np.abs(angle) < HALF_ANGLE) & (reach > 14) & (reach < DEPTH)).astype(np.float32)
        self.depth: Array = np.asarray(reach / DEPTH, np.float32)
        beam = np.clip((angle / HALF_ANGLE * 0.5 + 0.5) * 220, 0, 219).astype(np.intp)
        sample = np.clip(self.depth * 460, 0, 459).astype(np.intp)
        self._where = sample * 220 + beam
        self._speckle = rng.rayleigh(1.0, (24, 480, 240)).astype(np.float32)
        self._rng = rng

    def show(self, echo: Array, phase: int = 0) -> Array:
        """Grey values 0..255 of an echogenicity map (decibel-like, 0..1); `phase` picks another speckle."""
        field = smooth(self._speckle[phase % 24, :460, :220], 1)
        grain = np.log(smooth(field.reshape(-1)[self._where], 1) / np.float32(1.2)) * np.float32(0.42)
        gain = 1.0 - 0.25 * np.abs(self.depth - 0.45)
        grey: Array = np.clip((echo + grain * (0.25 + 0.75 * echo)) * gain * self.inside * 255, 0, 255)
        return grey


def furniture(screen: Array) -> Array:
    """Add a grey wedge and depth ticks to the margins of the screen."""
    screen[80:400, 14:24] = np.linspace(255, 0, 320, dtype=np.float32)[:, None]
    screen[np.arange(30, 460, 43), 620:632] = 200
    return screen


class Abdomen:
    """Liver and right kidney, with a gallstone when asked, breathing gently."""

    def __init__(self, rng: np.random.Generator, stone: bool) -> None:
        self._sector, self._stone = Sector(rng), stone
        self._texture = fractal(rng, (ROWS, COLUMNS), 1.2)

    def frames(self, count: int) -> Iterator[Array]:
        """`count` screens of 8-bit grey values over one breath."""
        for number in range(count):
            shift = 6.0 * np.sin(number * 2 * np.pi / max(count, 2))
            canvas = self._sector.canvas
            canvas.pixels = np.asarray(0.42 + 0.05 * self._texture, np.float32)
            for x, y, width, tilt in ((-30, 70, 9, 0.5), (8, 62, 6, -0.4), (-52, 92, 6, 0.9)):
                canvas.ellipse((x, y + shift), (width * 1.9, width / 2 + 1), 0.72, tilt)
                canvas.ellipse((x, y + shift), (width * 1.7, width / 2 - 0.6), 0.04, tilt)
            canvas.ellipse((34, 104 + shift), (37, 19), 0.3, 0.28, 1.5)
            canvas.ellipse((34, 104 + shift), (22, 8), 0.78 + 0.1 * self._texture, 0.28, 6)
            canvas.ellipse((2, 86 + shift), (20, 10), 0.66, -0.3, 1)
            canvas.ellipse((2, 86 + shift), (18.4, 8.6), 0.02, -0.3, 1)
            if self._stone:
                shadow = (np.abs(canvas.x - 5 - 0.05 * (canvas.y - 92)) < 4.5) * (canvas.y > 92 + shift)
                canvas.pixels *= 1 - np.float32(0.8) * smooth(shadow.astype(np.float32), 4)
                canvas.ellipse((5, 91 + shift), (4.2, 2.4), 1.0, -0.3)
            arc = np.hypot(canvas.x * 0.8 + 30, canvas.y - 10) - 122 - shift
            canvas.blend(soft_step(np.abs(arc) - 1.2, 2.0), 1.0)
            yield furniture(self._sector.show(canvas.pixels, 0))


class Heart:
    """An apical four-chamber view that beats."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._sector = Sector(rng)
        self._texture = fractal(rng, (ROWS, COLUMNS), 1.3)

    def frames(self, count: int) -> Iterator[Array]:
        """`count` screens of 8-bit grey values over two beats."""
        for number in range(count):
            phase = (2 * number / count) % 1.0
            squeeze = float(np.sin(np.pi * min(phase / 0.42, 1.0)) ** 2) if phase < 0.42 else 0.0
            yield furniture(self._sector.show(self._paint(squeeze), number))

    def _paint(self, squeeze: float) -> Array:
        canvas = self._sector.canvas
        canvas.pixels = np.asarray(0.2 + 0.05 * self._texture, np.float32)
        muscle = 0.55 + 0.08 * self._texture
        valve = 103 - 7 * squeeze
        canvas.ellipse((0, 76), (50, 56), muscle, 0.0, 4)
        canvas.ellipse((0, 116), (46, 28), muscle * 0.85, 0.0, 4)
        canvas.ellipse((17, 66), (19 - 6 * squeeze, 36 - 6 * squeeze), 0.03, 0.12, 2)
        canvas.ellipse((-22, 70), (14 - 4 * squeeze, 31 - 5 * squeeze), 0.03, -0.2, 2)
        canvas.ellipse((20, 119), (19 + 3 * squeeze, 18), 0.03, 0.0, 2)
        canvas.ellipse((-22, 119), (18 + 3 * squeeze, 17), 0.03, 0.0, 2)
        opening = 1 - min(1.0, squeeze * 4)
        for centre, half in ((18.0, 16.0), (-22.0, 14.0)):
            for side in (-1, 1):
                tip = (centre + side * (half - 12) * opening + side * 0.5, valve - 13 * opening - 1)
                canvas.stroke((centre + side * half, valve), tip, 0.9, 0.95)
        return canvas.pixels
