"""What outlines are, by graphic type, number of points and what they measure (PS3.3 C.18.6.1.1, C.18.9.1.1)."""

from collections.abc import Iterator
from typing import Final

import msgspec

from sixfold.viewer.model.objects import ImageRef, Kind, Point, PointInSpace, Value

TOOLS: Final[dict[str, Kind]] = {
    "Length": "length",
    "Angle": "angle",
    "CobbAngle": "cobb",
    "Bidirectional": "bidirectional",
    "EllipticalROI": "ellipse",
    "EllipticalRoi": "ellipse",
    "CircleROI": "circle",
    "RectangleROI": "rectangle",
    "RectangleRoi": "rectangle",
    "PlanarFreehandROI": "freehand",
    "FreehandRoi": "freehand",
    "Probe": "point",
    "ArrowAnnotate": "arrow",
}
"""Names of Cornerstone's tools, which its reports have for tracking identifiers."""
_SQUARE = 1e-2  # cosine of what still is a right angle
_SAME = 1e-3  # pixels, or mm


class Shape(msgspec.Struct):
    """An outline, and what a measurement of it is the measurement of."""

    type: str
    points: list[Point] = []
    space: list[PointInSpace] = []
    frame_of_reference: str = ""
    image: ImageRef | None = None
    measures: str = ""

    def __len__(self) -> int:
        return len(self.points) or len(self.space)

    @property
    def every(self) -> list[Point] | list[PointInSpace]:
        """The points, wherever they are."""
        return self.points or self.space

    def with_points(self, points: list[Point], space: list[PointInSpace]) -> "Shape":
        """The same with other points."""
        return msgspec.structs.replace(self, points=points, space=space)


def drawn(shapes: list[Shape], hint: str, values: list[Value]) -> Iterator[tuple[Kind, Shape]]:
    """What a group of outlines shows: one thing, or each outline for itself."""
    told = TOOLS.get(hint)
    if (pair := _pair(shapes, told)) is not None:
        yield pair
        return
    for shape in shapes:
        kind = _kind(shape, told, values)
        yield kind, _fitted(kind, shape)


def _pair(shapes: list[Shape], told: Kind | None) -> tuple[Kind, Shape] | None:
    """Two lines that are one measurement: the axes of a bidirectional one, or the lines of Cobb's angle."""
    if len(shapes) != 2 or any(len(shape) != 2 or shape.type != "POLYLINE" for shape in shapes):
        return None
    first, second = shapes
    measures = {first.measures, second.measures}
    if "cobb" in measures or told == "cobb":
        kind: Kind = "cobb"
    elif "short" in measures or told == "bidirectional":
        kind = "bidirectional"
        if first.measures == "short":
            first, second = second, first
    else:
        return None
    return kind, first.with_points(first.points + second.points, first.space + second.space)


def _kind(shape: Shape, told: Kind | None, values: list[Value]) -> Kind:
    if shape.type in ("ELLIPSE", "ELLIPSOID"):
        return "ellipse"
    if shape.type == "CIRCLE":
        return "circle"
    if shape.type in ("POINT", "MULTIPOINT"):
        return {1: "point", 2: "arrow" if told == "arrow" else "multipoint"}.get(len(shape), "multipoint")
    if told is not None and told not in ("ellipse", "circle", "point"):
        return told
    return _kind_of_line(shape, values)


def _kind_of_line(shape: Shape, values: list[Value]) -> Kind:
    closed = _closed(shape) or shape.type == "POLYGON"
    if len(shape) == 2:
        return "length" if shape.measures in ("length", "long", "short") or values else "arrow"
    if len(shape) == 4 and shape.measures == "cobb":
        return "cobb"
    if len(shape) == 3 and (shape.measures == "angle" or any(value.unit == "deg" for value in values)):
        return "angle"
    if not closed:
        return "polyline"
    return "rectangle" if _is_rectangle(shape) else "freehand"


def _closed(shape: Shape) -> bool:
    every = shape.every
    return len(every) > 3 and all(abs(a - b) < _SAME for a, b in zip(every[0], every[-1], strict=True))


def _is_rectangle(shape: Shape) -> bool:
    corners = shape.every[:4]
    if len(shape) - _closed(shape) != 4:
        return False
    sides = [[b - a for a, b in zip(corners[at], corners[(at + 1) % 4], strict=True)] for at in range(4)]
    for one, next_ in zip(sides, [*sides[1:], sides[0]], strict=True):
        lengths = sum(x * x for x in one) ** 0.5 * sum(x * x for x in next_) ** 0.5
        if lengths == 0 or abs(sum(a * b for a, b in zip(one, next_, strict=True))) > _SQUARE * lengths:
            return False
    return True


def _fitted(kind: Kind, shape: Shape) -> Shape:
    """A rectangle is told by its four corners."""
    return shape.with_points(shape.points[:4], shape.space[:4]) if kind == "rectangle" else shape
