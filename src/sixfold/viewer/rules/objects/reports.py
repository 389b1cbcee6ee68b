"""Structured reports read as marks (PS3.16 TID 1500, 1410, 1501, 300), of whichever maker and age.

A measurement group is one mark; measurements with coordinates outside of groups are one mark each. What is drawn is told by
its graphic type, its number of points and what it measures: old and odd documents do not say it otherwise.
"""

from collections.abc import Iterator

import msgspec

from sixfold.viewer.model.objects import Code, ImageRef, Mark, Measurements, Point, PointInSpace, Value
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes
from sixfold.viewer.rules.objects.origin import Places, author_of, evidence_of, image_of, moment_of, same
from sixfold.viewer.rules.objects.shapes import TOOLS, Shape, drawn

_DEEPEST = 40
_MOST_MARKS = 5_000
_FINDINGS = (codes.FINDING.value, "G-A5D3")
_SITES = (codes.FINDING_SITE.value, "G-C0E3")
_FREE_TEXT = "CORNERSTONEFREETEXT"


class _Tree:
    """A document's content, with what its items may refer to."""

    def __init__(self, data: Attributes, places: Places) -> None:
        self.root = data
        self.places = {**places, **evidence_of(data)}

    def children(self, item: Attributes) -> Iterator[Attributes]:
        """The items below one, those that stand elsewhere and are referred to as well (PS3.3 C.17.3.2.5)."""
        for child in item.items("ContentSequence"):
            path = child.numbers("ReferencedContentItemIdentifier")
            yield self._at(path) if path else child

    def _at(self, path: list[float]) -> Attributes:
        found = self.root
        for number in path[1:_DEEPEST]:
            below = found.items("ContentSequence")
            found = below[int(number) - 1] if 1 <= number <= len(below) else Attributes({})
        return found


class _Group(msgspec.Struct):
    """What a measurement group says."""

    tracking: str = ""
    uid: str = ""
    label: str = ""
    finding: Code | None = None
    site: Code | None = None
    image: ImageRef | None = None
    values: list[Value] = []
    shapes: list[Shape] = []


def read_report(data: Attributes, places: Places) -> Measurements:
    """The marks of a structured report; none where it measures nothing on images."""
    tree = _Tree(data, places)
    title = data.code("ConceptNameCodeSequence")
    author, login = author_of(data)
    uid = data.text("SOPInstanceUID")
    marks: list[Mark] = []
    for group in _groups(tree, data, 0):
        marks += _marks(group, f"{uid}#{len(marks) + 1}")
        if len(marks) >= _MOST_MARKS:
            break
    return Measurements(
        object=uid,
        series=data.text("SeriesInstanceUID"),
        author=author,
        login=login,
        at=moment_of(data),
        title=title.meaning if title else "",
        replaces=_predecessors(data),
        marks=marks,
    )


def _predecessors(data: Attributes) -> tuple[str, ...]:
    return tuple(
        one.text("ReferencedSOPInstanceUID")
        for study in data.items("PredecessorDocumentsSequence")
        for series in study.items("ReferencedSeriesSequence")
        for one in series.items("ReferencedSOPSequence")
    )


def _groups(tree: _Tree, item: Attributes, depth: int) -> Iterator[_Group]:
    """The measurement groups below an item; a lone measurement makes a group of its own."""
    if depth > _DEEPEST:
        return
    for child in item.items("ContentSequence"):
        kind = child.text("ValueType")
        if kind == "CONTAINER" and same(child.code("ConceptNameCodeSequence"), codes.MEASUREMENT_GROUP):
            group = _Group()
            _gather(tree, child, group)
            yield group
        elif kind in ("NUM", "SCOORD", "SCOORD3D"):
            group = _Group()
            _take(tree, child, group)
            if group.shapes:
                yield group
        else:
            yield from _groups(tree, child, depth + 1)


def _gather(tree: _Tree, item: Attributes, group: _Group, depth: int = 0) -> None:
    for child in tree.children(item):
        _take(tree, child, group)
        if child.text("ValueType") == "CONTAINER" and depth < _DEEPEST:
            _gather(tree, child, group, depth + 1)


def _take(tree: _Tree, item: Attributes, group: _Group) -> None:
    """Take what one content item says of its group."""
    kind = item.text("ValueType")
    if kind == "NUM":
        _take_number(tree, item, group)
    elif kind in ("SCOORD", "SCOORD3D"):
        _take_shape(tree, item, group, "")
    elif kind == "IMAGE" and group.image is None:
        group.image = image_of(item.item("ReferencedSOPSequence"), tree.places)
    else:
        _take_words(item, group)


def _take_words(item: Attributes, group: _Group) -> None:
    concept = item.code("ConceptNameCodeSequence")
    if concept is None:
        return
    if concept.value == codes.TRACKING_ID.value:
        group.tracking = item.text("TextValue")
    elif concept.value == codes.TRACKING_UID.value:
        group.uid = item.text("UID")
    elif concept.value in _FINDINGS:
        found = item.code("ConceptCodeSequence")
        if found is not None and found.value == _FREE_TEXT:
            group.label = found.meaning
        elif found is not None:
            group.finding = found
        else:
            group.label = item.text("TextValue")
    elif concept.value in _SITES and group.site is None:
        group.site = item.code("ConceptCodeSequence")


def _take_number(tree: _Tree, item: Attributes, group: _Group) -> None:
    concept = item.code("ConceptNameCodeSequence") or Code("", "")
    measured = item.item("MeasuredValueSequence")
    exact = measured.number("FloatingPointValue")
    value = measured.number("NumericValue") if exact is None else exact
    derivation: Code | None = None
    for child in tree.children(item):
        if child.text("ValueType") in ("SCOORD", "SCOORD3D"):
            _take_shape(tree, child, group, codes.ALIKE.get(concept.value, ""))
        elif child.text("ValueType") == "IMAGE" and group.image is None:
            group.image = image_of(child.item("ReferencedSOPSequence"), tree.places)
        elif same(child.code("ConceptNameCodeSequence"), codes.DERIVATION):
            derivation = child.code("ConceptCodeSequence")
    if value is not None:
        unit = measured.code("MeasurementUnitsCodeSequence")
        group.values.append(Value(concept, value, unit.value if unit else "", derivation))


def _take_shape(tree: _Tree, item: Attributes, group: _Group, measures: str) -> None:
    numbers = item.numbers("GraphicData")
    image = _selected(tree, item)
    type_ = item.text("GraphicType").upper()
    if item.text("ValueType") == "SCOORD3D":
        frame = item.text("ReferencedFrameOfReferenceUID")
        shape = Shape(type_, space=_in_space(numbers), frame_of_reference=frame, image=image, measures=measures)
    else:
        shape = Shape(type_, points=_in_plane(numbers), image=image, measures=measures)
    if not shape.points and not shape.space:
        return
    for known in group.shapes:
        if (known.points, known.space, known.image) == (shape.points, shape.space, shape.image):
            known.measures = known.measures or measures  # several values of one outline each repeat it
            return
    group.shapes.append(shape)


def _selected(tree: _Tree, item: Attributes) -> ImageRef | None:
    """The image that coordinates are of: below them, or of the same item in odd documents."""
    for child in tree.children(item):
        if child.text("ValueType") == "IMAGE" and (found := image_of(child.item("ReferencedSOPSequence"), tree.places)):
            return found
    return image_of(item.item("ReferencedSOPSequence"), tree.places)


def _in_plane(numbers: list[float]) -> list[Point]:
    return [(numbers[at], numbers[at + 1]) for at in range(0, len(numbers) - 1, 2)]


def _in_space(numbers: list[float]) -> list[PointInSpace]:
    return [(numbers[at], numbers[at + 1], numbers[at + 2]) for at in range(0, len(numbers) - 2, 3)]


def _marks(group: _Group, otherwise: str) -> Iterator[Mark]:
    """One mark of a group as a rule; one of each outline where they do not belong together."""
    hint = group.tracking.rpartition(":")[2] if "ornerstone" in group.tracking else ""
    label = group.label or ("" if hint or group.tracking in _UNLABELLED else group.tracking)
    for number, (kind, shape) in enumerate(drawn(group.shapes, hint, group.values)):
        image = shape.image or group.image
        yield Mark(
            uid=(group.uid or otherwise) + (f".{number}" if number else ""),
            kind=kind,
            label=label,
            finding=group.finding,
            site=group.site,
            series_uid=image.series_uid if image else "",
            sop_uid=image.sop_uid if image else "",
            frame=image.frames[0] if image and image.frames else 1,
            points=shape.points,
            space=shape.space,
            frame_of_reference=shape.frame_of_reference,
            values=group.values,
        )


_UNLABELLED = frozenset(TOOLS.values())
