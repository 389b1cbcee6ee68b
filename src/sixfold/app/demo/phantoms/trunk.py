"""A chest and an upper abdomen in Hounsfield units, cut at any height.

Coordinates are those of a supine patient seen from the feet: x to the patient's left, y to the back, z (slice height)
in millimetres downwards from the thoracic inlet.
"""

from dataclasses import dataclass

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array, Canvas, soft_step
from sixfold.app.demo.phantoms.noise import Grain, fractal

AIR, LUNG, FAT, WATER, SOFT, MUSCLE, BLOOD, LIVER, BONE = -1000.0, -860.0, -105.0, 5.0, 35.0, 55.0, 45.0, 60.0, 420.0
BODY = (168.0, 112.0)  # half axes of the trunk in mm
DIAPHRAGM = 205.0  # height of the right dome in mm


@dataclass(frozen=True, slots=True)
class Nodule:
    """A pulmonary nodule: centre in mm and radius in mm."""

    centre: tuple[float, float, float]
    radius: float


def vessel_tree(rng: np.random.Generator, side: int) -> Array:
    """Balls (x, y, z, radius) along a branching pulmonary vessel tree; `side` is -1 for the right lung, 1 for the left."""
    balls: list[Array] = []
    branches = [(np.array((side * 32.0, 0.0, 115.0)), np.array((side, *root)), 5.0) for root in _ROOTS]
    while branches:
        start, direction, radius = branches.pop()
        stride = max(radius * 0.7, 0.9)
        steps = int((7 + 2.5 * radius) / stride)
        headings = direction / np.linalg.norm(direction) + np.cumsum(rng.normal(0, 0.06, (steps, 3)), 0)
        places = start + np.cumsum(headings, 0) * stride
        balls.append(np.column_stack([places, np.full(steps, radius)]).astype(np.float32))
        end, heading = places[-1], headings[-1]
        if radius > 0.7 and np.hypot((abs(end[0]) - 68) / 54, (end[1] - 6) / 80) < 1.1:
            branches += [(end, heading + rng.normal(0, 0.5, 3), radius * share) for share in (0.84, 0.7)]
    tree: Array = np.concatenate(balls)
    inside: Array = tree[np.hypot((np.abs(tree[:, 0]) - 68) / 54, (tree[:, 1] - 6) / 80) < 0.97]
    return inside


_ROOTS = ((-0.6, -0.9), (0.5, -1.0), (-0.7, 0.2), (0.6, 0.9), (0.1, 1.2))


def _bulge(height: float, centre: float, reach: float) -> float:
    """Relative radius of an ellipsoid at `height`: 1 at its centre and a hair above 0 beyond its reach."""
    return float(max(1e-3, 1 - ((height - centre) / reach) ** 2) ** 0.5)


class Trunk:
    """One person's trunk; the same generator gives the same anatomy in every prior."""

    def __init__(self, rng: np.random.Generator, pixels: int, spacing: float, nodule: Nodule | None = None) -> None:
        self.canvas = Canvas(pixels, pixels, spacing, AIR)
        self.nodule = nodule
        self.size = float(rng.uniform(0.93, 1.04))
        self._balls = np.concatenate([vessel_tree(rng, -1), vessel_tree(rng, 1)])
        self._texture = fractal(rng, (pixels, pixels), 1.3)
        self._bowel = fractal(rng, (pixels, pixels), 1.9, 9)
        x, y = self.canvas.x / (BODY[0] * self.size), self.canvas.y / (BODY[1] * self.size)
        self._rho: Array = np.asarray((np.abs(x) ** 2.3 + np.abs(y) ** 2.3) ** np.float32(1 / 2.3), np.float32)
        # 0 at the spine, 1 at the sternum: how far along its rib a point of the wall lies.
        self._along: Array = np.asarray(np.arctan2(np.abs(x), y) / np.pi, np.float32)

    def slice(self, height: float, contrast: float = 0.0) -> Array:
        """The section at `height` mm, in HU without noise; `contrast` (HU) brightens vessels and organs."""
        self.canvas.clear(AIR)
        self._wall(height)
        if height < DIAPHRAGM + 75:
            self._lungs(height, contrast)
        if height > DIAPHRAGM - 45:
            self._abdomen(height, contrast)
        self._spine(height)
        self._table()
        return self.canvas.pixels

    def noisy(self, height: float, grain: Grain, sigma: float, contrast: float = 0.0) -> Array:
        """A section with the noise of a reconstruction, in HU."""
        section = self.slice(height, contrast)
        rows, columns = section.shape
        return section + grain.window(rows, columns) * np.float32(sigma)

    def _wall(self, height: float) -> None:
        body = BODY[1] * self.size
        inside = (self._rho - 1) * np.float32(body)
        canvas = self.canvas
        canvas.blend(soft_step(inside, canvas.spacing), FAT + self._texture * 8)
        canvas.blend(soft_step(inside + 14 - 5 * self._along, 2.0), MUSCLE + self._texture * 6)
        canvas.blend(soft_step(inside + 27, 1.5), (FAT + 55) + self._texture * 12)
        if height > DIAPHRAGM + 70:
            return
        drop = np.float32(95) * self._along ** np.float32(0.8)
        phase = (np.float32(height) - drop + 400) % 24 - 12
        depth = (inside + 23) / np.float32(4.2)
        rib = np.sqrt((phase / 6.2) ** 2 + depth**2)
        bony = soft_step((rib - 1) * 4, 1.2) * (self._along < 0.83)
        canvas.blend(bony, 180 + 520 * np.clip(rib - 0.35, 0, 1))
        canvas.ellipse((0, -body + 21), (17, 5.5), 330.0)
        canvas.ellipse((0, -body + 21), (14.5, 3.5), 150.0)
        if height < 95:
            for side in (-1, 1):
                centre = (side * (104 - height * 0.12), 66 - height * 0.1)
                canvas.ellipse(centre, (40, 4.2), 480.0, side * 0.95)
                canvas.ellipse(centre, (37, 2.2), 220.0, side * 0.95)

    def _lungs(self, height: float, contrast: float) -> None:
        canvas = self.canvas
        lung = LUNG + self._texture * 26
        for side in (-1, 1):
            grow = _bulge(height, 185, 190) if height < 185 else 1.0
            if grow < 0.12:
                continue
            canvas.ellipse((side * 68, 6), (52 * grow * self.size, 80 * grow * self.size), lung, side * 0.1, 1.6)
        self._mediastinum(height, contrast)
        self._vessels(height, contrast)
        if self.nodule:
            x, y, z = self.nodule.centre
            reach = self.nodule.radius**2 - (height - z) ** 2
            if reach > 0:
                canvas.ellipse((x, y), (reach**0.5 * 1.1, reach**0.5), 40.0 + contrast * 0.2, 0.6, 1.4)
        if height > DIAPHRAGM - 4:
            grow = _bulge(height, DIAPHRAGM + 62, 66) if height < DIAPHRAGM + 62 else 1.0
            canvas.ellipse((-66, 0), (60 * grow, 84 * grow), LIVER + contrast * 0.4 + self._texture * 4, -0.1, 2.0)

    def _mediastinum(self, height: float, contrast: float) -> None:
        canvas = self.canvas
        blood = BLOOD + contrast
        canvas.ellipse((0, 4), (30, 62), SOFT - 40 + self._texture * 10, 0.0, 3.0)
        if height > 105:
            bulge = _bulge(height, 178, 78)
            canvas.ellipse((22, -28), (72 * bulge, 52 * bulge), FAT + 30, 0.5, 2.0)
            canvas.ellipse((22, -28), (66 * bulge, 47 * bulge), SOFT + 5 + contrast * 0.25, 0.5, 2.0)
            canvas.ellipse((38, -20), (30 * bulge, 21 * bulge), blood, 0.6, 3.0)
            canvas.ellipse((-4, -40), (27 * bulge, 24 * bulge), blood * 0.9, 0.5, 3.0)
        if 55 < height < 85:
            canvas.ellipse((8, 2), (15, 38), blood, -0.35)
        elif height >= 85:
            canvas.disc((20, 52), 12.5, blood)
            if height < 150:
                canvas.disc((-12, -24), 15, blood)
                canvas.disc((-30, -18), 8.5, blood)
        if 95 < height < 125:
            canvas.ellipse((8, -12), (34, 12), blood * 0.95, 0.25)
        if height < 100:
            canvas.ellipse((0, 16), (9, 8.5), SOFT)
            canvas.ellipse((0, 16), (7.6, 7.2), AIR)
        elif height < 150:
            away = 8 + (height - 100) * 0.5
            for side in (-1, 1):
                canvas.disc((side * away, 20), 6.8, SOFT)
                canvas.disc((side * away, 20), 5.2, AIR)
        canvas.ellipse((4, 40), (8, 5), SOFT)

    def _vessels(self, height: float, contrast: float) -> None:
        near = self._balls[np.abs(self._balls[:, 2] - height) < self._balls[:, 3]]
        cuts = np.sqrt(near[:, 3] ** 2 - (near[:, 2] - height) ** 2)
        visible = cuts > 0.6 * self.canvas.spacing
        for (x, y, _, _), cut in zip(near[visible].tolist(), cuts[visible].tolist(), strict=True):
            self.canvas.disc((x, y), max(cut, 0.5), BLOOD + contrast * 0.8, 1.2)

    def _abdomen(self, height: float, contrast: float) -> None:
        canvas, below = self.canvas, height - DIAPHRAGM
        organ = LIVER + contrast * 0.5
        blood = BLOOD + contrast
        if below > 70:
            liver = _bulge(below, 70, 125)
            canvas.ellipse((-62, -4), (72 * liver, 82 * liver), organ + self._texture * 5, -0.25, 1.5)
            canvas.ellipse((10, -48), (58 * liver, 32 * liver), organ + self._texture * 5, 0.2, 1.5)
            for x, y in ((-50, -18), (-78, 12), (-34, 14)):
                canvas.ellipse((x, y), (8 * liver, 3 * liver), blood * 0.95, 0.7)
            self._gut(below)
        reach = _bulge(below, 60, 62)
        canvas.ellipse((98, 40), (30 * reach, 46 * reach), LIVER - 8 + contrast * 0.5, 0.5, 1.5)
        canvas.ellipse((58, -20), (44 * reach, 32 * reach), SOFT - 15, 0.3, 1.5)
        canvas.ellipse((52, -38), (30 * reach, 10 * reach), AIR + 40, 0.1, 1.5)
        kidney = _bulge(below, 150, 62)
        for side in (-1, 1):
            canvas.ellipse((side * 62, 52), (25 * kidney, 33 * kidney), SOFT + contrast * 0.95, side * 0.5, 1.5)
            canvas.ellipse((side * 56, 50), (10 * kidney, 17 * kidney), FAT + 20, side * 0.5, 2.0)
        canvas.disc((14, 34), 11.0, blood)
        canvas.disc((11.5 + 12, 30), 0.9, 650.0)
        canvas.ellipse((-16, 32), (13, 9), blood * 0.85)
        for side in (-1, 1):
            share = float(np.clip(0.3 + below / 90, 0.01, 1))
            canvas.ellipse((side * 44, 74), (26 * share, 17 * share), MUSCLE + self._texture * 5, side * -0.3, 2.0)

    def _gut(self, below: float) -> None:
        canvas = self.canvas
        share = float(np.clip((below - 80) / 40, 0, 1))
        loops = self._bowel * np.float32(0.8) + np.float32(0.05 * np.sin(below / 9))
        area = canvas.ellipse_coverage((22, -34), (104, 52), 0.0, 8.0) * np.float32(share)
        canvas.blend(area, FAT + 12 + self._texture * 10)
        canvas.blend(area * soft_step(np.abs(loops) - 0.75, 0.3), SOFT + self._texture * 8)
        canvas.blend(area * soft_step(np.abs(loops) - 0.45, 0.3), SOFT - 18 + self._texture * 6)
        canvas.blend(area * soft_step(np.abs(loops) * 3 + 1.4 + canvas.y / 28, 0.3), AIR + 120)

    def _spine(self, height: float) -> None:
        canvas = self.canvas
        phase = height % 27
        disc = phase > 21
        body, rim = (90.0, 110.0) if disc else (190.0, 420.0)
        canvas.ellipse((0, 72), (23, 17), rim, 0.0, 1.5)
        canvas.ellipse((0, 72), (20.5, 14.5), body + self._texture * (8 if disc else 34), 0.0, 2.0)
        for side in (-1, 1):
            canvas.stroke((side * 13, 84), (side * 9, 104), 4.0, 380.0)
            if not disc:
                canvas.stroke((side * 12, 96), (side * 36, 98), 3.6, 330.0)
        canvas.stroke((0, 104), (0, 112 + 6 * np.sin(height / 9)), 3.6, 420.0)
        canvas.disc((0, 93), 8.6, 30.0)
        canvas.disc((0, 93), 5.2, SOFT)

    def _table(self) -> None:
        canvas = self.canvas
        sag = canvas.y - (BODY[1] * self.size + 9) + (canvas.x / 190) ** 2 * 26
        canvas.blend(soft_step(np.abs(sag) - 1.2, 1.2) * (np.abs(canvas.x) < 190), -180.0)
        canvas.blend(soft_step(np.abs(sag - 24) - 1.4, 1.4) * (np.abs(canvas.x) < 175), -250.0)
