"""A brain in axial section, painted as tissues and shown in any MR contrast."""

from dataclasses import dataclass

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array, Canvas, soft_step
from sixfold.app.demo.phantoms.noise import fractal

TISSUES = ("air", "fat", "bone", "fluid", "grey", "white", "lesion")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Signal of each tissue (arbitrary units), in the order of TISSUES."""

    signal: tuple[float, float, float, float, float, float, float]


T1 = Contrast((4, 880, 90, 150, 430, 610, 380))
T2 = Contrast((4, 560, 60, 1000, 520, 360, 720))
FLAIR = Contrast((4, 520, 60, 70, 480, 350, 820))


class Brain:
    """One head; heights run in millimetres from the skull base (0) to the vertex (about 140)."""

    def __init__(self, rng: np.random.Generator, pixels: int, spacing: float, lesions: int) -> None:
        self._canvas = Canvas(pixels, pixels, spacing)
        shape = (16, pixels, pixels)
        self._folds = fractal(rng, shape, -0.6, 15)
        self._texture = fractal(rng, (pixels, pixels), 1.0)
        self._bias = fractal(rng, (pixels, pixels), 3.0) * np.float32(0.05) + 1
        places = rng.uniform((18, -38, 62, 2.5), (34, 34, 96, 5.5), (16, 4))
        places[:, 0] *= rng.choice((-1, 1), 16)
        self._lesions: list[list[float]] = places[:lesions].tolist()  # a prior shows the first few of the same

    def slice(self, height: float, contrast: Contrast, rng: np.random.Generator) -> Array:
        """The section at `height` in arbitrary signal units, with coil bias and Rician noise."""
        fat, bone, fluid, grey, white, lesion = range(1, 7)
        canvas, signal = self._canvas, contrast.signal
        canvas.clear(signal[0])
        grow = float(max(0.05, 1 - ((height - 62) / 88) ** 2) ** 0.5)
        width, depth = 66 * grow, 84 * grow
        folds = self._folds[int(height / 9) % 16]
        for margin, tissue in ((11.0, fat), (6.0, bone), (1.5, fluid)):
            canvas.ellipse((0, 0), (width + margin, depth + margin), signal[tissue] * 1.0)
        x, y = canvas.x / np.float32(width), canvas.y / np.float32(depth)
        inside = (np.sqrt(x**2 + y**2) - 1) * np.float32(min(width, depth))
        ridge = 1 - np.clip(np.abs(folds) * 2.6, 0, 1)
        rind = np.clip(1.25 + inside / 20, 0, 1)
        cortex = inside + ridge * rind * 20 - 3
        canvas.blend(soft_step(cortex, 1.2), signal[grey] + self._texture * 8)
        core = inside + 3.4 + (ridge * 8 + np.abs(self._texture) * 0.4) * np.clip(1 + inside / 22, 0, 1) + ridge * rind * 9
        canvas.blend(soft_step(core, 1.6), signal[white] + self._texture * 6)
        gap = soft_step(np.abs(canvas.x + folds * 0.5) - 0.9, 1.2) * ((np.abs(y) > 0.42) | (height > 98)) * (np.abs(y) < 1.0)
        canvas.blend(gap * (inside < 0), signal[fluid])
        self._deep(height, signal)
        for px, py, pz, radius in self._lesions:
            reach = radius**2 - ((height - pz) / 1.4) ** 2
            if reach > 0:
                canvas.ellipse((px, py), (reach**0.5, reach**0.5 * 1.5), signal[lesion], 0.3, 2.2)
        return self._scan(rng)

    def _deep(self, height: float, signal: tuple[float, ...]) -> None:
        canvas, (_, _, _, fluid, grey, white, _) = self._canvas, signal
        if 48 < height < 84:
            for side in (-1, 1):
                canvas.ellipse((side * 13, 10), (8.5, 13), grey * 0.98 + white * 0.02, side * 0.25, 2.0)
                canvas.ellipse((side * 24, -4), (6, 16), grey, side * -0.25, 2.0)
                canvas.ellipse((side * 11, -20), (5, 9), grey, side * 0.35, 2.0)
            canvas.ellipse((0, 8), (1.8, 11), fluid)
        if 58 < height < 92:
            spread = 1 - abs(height - 75) / 34
            for side in (-1, 1):
                canvas.ellipse((side * 8, -16), (4.5 * spread, 14 * spread), fluid, side * -0.28, 1.5)
                canvas.ellipse((side * 19, 30), (5 * spread, 15 * spread), fluid, side * -0.35, 1.5)
                if height > 74:
                    canvas.ellipse((side * 10, 6), (4.2 * spread, 24 * spread), fluid, side * -0.18, 1.5)
        if height < 40:
            self._low(signal)
        if 14 < height < 34:
            for side in (-1, 1):
                canvas.disc((side * 27, -66), 11.5, fluid * 0.92)
                canvas.ellipse((side * 27, -72), (5, 2.4), grey)

    def _low(self, signal: tuple[float, ...]) -> None:
        canvas, (_, _, _, fluid, grey, white, _) = self._canvas, signal
        canvas.ellipse((0, 14), (15, 12), white, 0.0, 2.0)
        canvas.ellipse((0, 31), (6, 4), fluid, 0.0, 1.5)
        for side in (-1, 1):
            canvas.ellipse((side * 22, 44), (20, 16), grey * 0.55 + white * 0.45, side * -0.3, 2.0)
            for leaf in range(-3, 4):
                centre = (side * (22 + leaf * 4.2), 46 + abs(leaf))
                canvas.ellipse(centre, (0.9, 12), fluid * 0.35 + grey * 0.65, side * 0.15 * leaf, 1.0)

    def _scan(self, rng: np.random.Generator) -> Array:
        clean = self._canvas.pixels * self._bias
        real = clean + rng.standard_normal(clean.shape, np.float32) * np.float32(9)
        imaginary = rng.standard_normal(clean.shape, np.float32) * np.float32(9)
        return np.hypot(real, imaginary)
