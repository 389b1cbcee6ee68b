"""Marks in space: that they lie in the space of their image, and in one plane of it (PS3.3 C.18.9.1)."""

import math
from collections.abc import Sequence

from sixfold.viewer.model.objects import BadMark, PointInSpace
from sixfold.viewer.model.saving import NewMark, Source
from sixfold.viewer.rules.objects.attributes import Attributes

_FARTHEST = 1e5  # mm
_OFF = 0.1  # mm that a point may lie beside the plane of the others


def check_space(where: str, mark: NewMark, source: Source) -> None:
    """That the points are numbers, in the frame of reference of the image, and in one plane; raises `BadMark`."""
    if mark.points or not mark.space:
        raise BadMark(f"{where}: its points are on the image or in space, not both")
    if any(not math.isfinite(number) or abs(number) > _FARTHEST for point in mark.space for number in point):
        raise BadMark(f"{where}: a coordinate is no number of mm")
    if not mark.frame_of_reference or mark.frame_of_reference != Attributes(source.attributes).text("FrameOfReferenceUID"):
        raise BadMark(f"{where}: its frame of reference is not that of its image")
    if not is_flat(mark.space):
        raise BadMark(f"{where}: its points do not lie in one plane")


def is_flat(points: Sequence[PointInSpace]) -> bool:
    """Whether points lie in a plane, to a tenth of a millimetre."""
    first = points[0]
    ways = [_minus(point, first) for point in points[1:]]
    along = max(ways, key=_size, default=(0.0, 0.0, 0.0))
    normals = [_cross(along, way) for way in ways]
    normal = max(normals, key=_size, default=(0.0, 0.0, 0.0))
    size = _size(normal)
    return size == 0 or all(abs(_dot(way, normal)) <= _OFF * size for way in ways)


def _minus(a: PointInSpace, b: PointInSpace) -> PointInSpace:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _cross(a: PointInSpace, b: PointInSpace) -> PointInSpace:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _dot(a: PointInSpace, b: PointInSpace) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _size(a: PointInSpace) -> float:
    return math.hypot(*a)
