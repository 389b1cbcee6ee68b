"""Recommended colours between CIELab, as DICOM writes it (PS3.3 C.10.7.1.1), and sRGB as browsers do."""

from collections.abc import Sequence

_D50 = (0.9642, 1.0, 0.8249)  # the profile connection space's
_TO_D65 = (
    (0.9555766, -0.0230393, 0.0631636),
    (-0.0282895, 1.0099416, 0.0210077),
    (0.0122982, -0.0204830, 1.3299098),
)
_TO_D50 = (
    (1.0478112, 0.0228866, -0.0501270),
    (0.0295424, 0.9904844, -0.0170491),
    (-0.0092345, 0.0150436, 0.7521316),
)
_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_FROM_RGB = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_EDGE = 6 / 29


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(factor * value for factor, value in zip(row, vector, strict=True)) for row in matrix]


def colour_of(encoded: Sequence[float]) -> str:
    """#rrggbb of a CIELab value of three 16-bit numbers; empty where it is none."""
    if len(encoded) != 3:
        return ""
    light, a, b = encoded[0] * 100 / 65535, encoded[1] * 255 / 65535 - 128, encoded[2] * 255 / 65535 - 128
    middle = (light + 16) / 116
    roots = (middle + a / 500, middle, middle - b / 200)
    xyz = [
        white * (root**3 if root > _EDGE else 3 * _EDGE**2 * (root - 4 / 29)) for white, root in zip(_D50, roots, strict=True)
    ]
    linear = _times(_TO_RGB, _times(_TO_D65, xyz))
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, one)))):02x}" for one in linear)


def cielab_of(colour: str) -> list[int]:
    """The three numbers of #rrggbb."""
    linear = [_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    ratios = [value / white for value, white in zip(_times(_TO_D50, _times(_FROM_RGB, linear)), _D50, strict=True)]
    fx, fy, fz = (one ** (1 / 3) if one > _EDGE**3 else one / (3 * _EDGE**2) + 4 / 29 for one in ratios)
    light, a, b = 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
    numbers = (light * 65535 / 100, (a + 128) * 65535 / 255, (b + 128) * 65535 / 255)
    return [min(65535, max(0, round(number))) for number in numbers]


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
