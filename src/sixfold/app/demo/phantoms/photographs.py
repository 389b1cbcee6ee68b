"""Colour pictures in visible light: skin, the inside of a colon, the back of an eye."""

import numpy as np

from sixfold.app.demo.phantoms.canvas import Array, Canvas, Point, soft_step
from sixfold.app.demo.phantoms.noise import fractal, smooth

RGB = tuple[float, float, float]


def _coloured(shape: tuple[int, int], colour: RGB) -> Array:
    return np.broadcast_to(np.array(colour, np.float32)[:, None, None], (3, *shape)).copy()


def _mix(picture: Array, coverage: Array, colour: RGB) -> None:
    picture += (np.array(colour, np.float32)[:, None, None] - picture) * coverage


def _finish(picture: Array, rng: np.random.Generator, grain: float = 2.0) -> np.ndarray:
    noise = smooth(rng.standard_normal(picture.shape, np.float32), 1) * np.float32(grain * 2)
    return np.ascontiguousarray(np.clip(picture + noise, 0, 255).astype(np.uint8).transpose(1, 2, 0))


def skin_lesion(rng: np.random.Generator, tone: RGB, radius: float, shape: tuple[int, int] = (600, 800)) -> np.ndarray:
    """A close-up of a pigmented lesion of `radius` mm on skin; returns rows x columns x 3, uint8."""
    canvas = Canvas(*shape, 30 / shape[0])
    broad, fine, edge = fractal(rng, shape, 1.9), fractal(rng, shape, 0.9, 3), fractal(rng, shape, 1.7)
    picture = _coloured(shape, tone) + broad * np.array([[[5.0]], [[6.5]], [[6.0]]], np.float32)
    cells = np.abs(fractal(rng, shape, 0.2, 15))
    relief = smooth(np.clip(cells * 1.6, 0, 1), 1)
    picture *= 0.9 + 0.1 * relief
    for _ in range(14):
        place = (float(rng.uniform(-19, 19)), float(rng.uniform(-14, 14)))
        spot = canvas.ellipse_coverage(place, (0.5, 0.4), 0.0, 0.6) * 0.35
        _mix(picture, spot, (tone[0] * 0.72, tone[1] * 0.6, tone[2] * 0.55))
    for _ in range(16):
        _hair(canvas, rng, picture)
    outline = np.sqrt((canvas.x / 1.15) ** 2 + canvas.y**2) - radius * (1 + 0.16 * edge)
    halo = soft_step(outline - 0.8, 3.5)
    _mix(picture, halo * 0.35, (tone[0] * 0.9, tone[1] * 0.66, tone[2] * 0.62))
    core = soft_step(outline, 1.1)
    _mix(picture, core * np.clip(0.78 + 0.14 * fine, 0, 1), (112, 68, 48))
    dark = soft_step(outline + radius * 0.45 + 0.8 * broad, 2.0)
    _mix(picture, dark * np.clip(0.62 + 0.12 * fine, 0, 1), (58, 34, 30))
    light = 1.06 - 0.0009 * ((canvas.x - 4) ** 2 + (canvas.y + 3) ** 2)
    return _finish(picture * light, rng)


def _hair(canvas: Canvas, rng: np.random.Generator, picture: Array) -> None:
    canvas.clear(0.0)
    x, y, angle = float(rng.uniform(-18, 18)), float(rng.uniform(-13, 13)), float(rng.normal(0.8, 0.35))
    points: list[Point] = [(x, y)]
    for _ in range(7):
        angle += 0.09
        points.append((points[-1][0] + np.cos(angle), points[-1][1] + np.sin(angle)))
    canvas.polyline(points, np.linspace(0.05, 0.02, 7).tolist(), 0.55)
    _mix(picture, canvas.pixels.copy(), (60, 44, 38))


def colon(rng: np.random.Generator, polyp: bool, pixels: int = 640) -> np.ndarray:
    """A view along a colon, black outside the scope's octagon; returns pixels x pixels x 3, uint8."""
    shape = (pixels, pixels)
    canvas = Canvas(*shape, 2 / pixels)
    broad, fine = fractal(rng, shape, 1.8), fractal(rng, shape, 1.1)
    x, y = canvas.x + np.float32(0.12), canvas.y - np.float32(0.08)
    reach = np.sqrt(x**2 + y**2) + 0.02 * broad
    turn = np.arctan2(y, x)
    depth = np.log(np.clip(reach, 0.03, None))
    fold = np.sin(depth * 6.5 + 0.55 * np.sin(3 * turn + 0.6) + 0.18 * broad)
    shade = np.clip(0.2 + 0.92 * reach, 0, 1.05) * (0.86 + 0.2 * np.clip(fold, -0.55, 1))
    picture = _coloured(shape, (226, 128, 104)) * shade
    picture += fine * np.array([[[4.0]], [[7.0]], [[6.0]]], np.float32) * shade
    veins = soft_step(np.abs(fractal(rng, shape, 1.5, 6)) - 0.035, 0.06)
    _mix(picture, veins * 0.3 * (reach > 0.3), (150, 52, 50))
    if polyp:
        centre = (0.34, 0.3)
        _mix(picture, canvas.ellipse_coverage((0.36, 0.36), (0.23, 0.2), 0.3, 0.12) * 0.55, (70, 22, 20))
        bump = canvas.ellipse_coverage(centre, (0.2, 0.17), 0.3, 0.03)
        dome = np.clip(1.15 - 2.2 * np.hypot(canvas.x - 0.27, canvas.y - 0.22), 0.45, 1.2)
        picture += (np.array((214, 92, 84), np.float32)[:, None, None] * (dome + 0.035 * fine) - picture) * bump
        _mix(picture, canvas.ellipse_coverage((0.28, 0.22), (0.035, 0.022), 0.5, 0.03) * 0.9, (255, 246, 240))
    for _ in range(9):
        spot = (float(rng.uniform(0.3, 0.85) * rng.choice((-1, 1))), float(rng.uniform(-0.8, 0.8)))
        _mix(picture, canvas.ellipse_coverage(spot, (0.016, 0.005), float(rng.uniform(0, 3)), 0.012) * 0.8, (255, 240, 232))
    octagon = np.maximum(np.maximum(np.abs(canvas.x), np.abs(canvas.y)), (np.abs(canvas.x) + np.abs(canvas.y)) * 0.74)
    return _finish(np.clip(picture, 0, 255) * soft_step(octagon - 0.95, 0.01), rng, 1.2)


def fundus(rng: np.random.Generator, right: bool, pixels: int = 768) -> np.ndarray:
    """The back of a right or left eye; returns pixels x pixels x 3, uint8."""
    shape = (pixels, pixels)
    canvas = Canvas(*shape, 2 / pixels)
    broad, fine = fractal(rng, shape, 1.9), fractal(rng, shape, 1.1, 4)
    side = 1.0 if right else -1.0
    disc = (side * 0.42, -0.02)
    picture = _coloured(shape, (206, 92, 38)) + broad * np.array([[[9.0]], [[7.0]], [[3.0]]], np.float32)
    picture += fine * np.array([[[4.0]], [[4.0]], [[2.0]]], np.float32)
    _mix(picture, canvas.ellipse_coverage((-side * 0.16, 0.02), (0.2, 0.19), 0.0, 0.25) * 0.42, (122, 40, 18))
    _mix(picture, canvas.ellipse_coverage((-side * 0.16, 0.02), (0.035, 0.035), 0.0, 0.05) * 0.4, (84, 26, 14))
    _mix(picture, canvas.ellipse_coverage(disc, (0.135, 0.155), 0.0, 0.05), (243, 190, 112))
    _mix(picture, canvas.ellipse_coverage((disc[0] - side * 0.02, disc[1]), (0.06, 0.07), 0.0, 0.06), (253, 232, 178))
    for colour, width, angles in _TREES:
        canvas.clear(0.0)
        for angle in angles:
            toward = np.pi - angle if right else angle
            _vessel(canvas, rng, disc, toward, width, side)
        _mix(picture, smooth(canvas.pixels, 1) * 0.85, colour)
    radius = np.hypot(canvas.x, canvas.y)
    light = np.clip(1.12 - 0.42 * radius**2, 0, 1.2) * soft_step(radius - 0.96, 0.012)
    return _finish(picture * light, rng, 1.2)


# Veins, then arteries: colour, width at the disc, directions in which they leave it (radians).
_TREES = (
    ((112.0, 22.0, 18.0), 0.019, (2.0, -2.05, 0.75, -0.8)),
    ((178.0, 50.0, 32.0), 0.013, (1.85, -2.2, 0.95, -0.62)),
)


def _vessel(canvas: Canvas, rng: np.random.Generator, start: Point, angle: float, width: float, side: float) -> None:
    place, arc = start, side * np.sign(np.sin(angle)) * 0.045
    for step in range(26):
        angle += arc * (1.0 if 3 < step < 22 else 0.2) + float(rng.normal(0, 0.05))
        end = (place[0] + 0.045 * np.cos(angle), place[1] + 0.045 * np.sin(angle))
        canvas.stroke(place, end, width, 1.0)
        place, width = end, width * 0.962
        if width > 0.0055 and step % 5 == 4:
            _vessel(canvas, rng, place, angle + float(rng.choice((-0.6, 0.6))), width * 0.55, 0.0)
