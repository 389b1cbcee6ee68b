"""What may be saved: whether it can become an object that says what was meant; every refusal names the part and the reason."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sixfold.dicom.uids import like_uid
from sixfold.viewer.model.objects import BadMark, Code, ImageRef, Kind, Point, Value, Words
from sixfold.viewer.model.saving import New, NewKeyImages, NewMark, NewMeasurements, NewPresentation, NewSegmentation, Source
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.documents import Sources
from sixfold.viewer.rules.objects.space import check_space

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LAYER = re.compile(r"[A-Z0-9_ ]{1,16}")
_COUNTS: dict[Kind, tuple[int, int]] = {
    "length": (2, 2),
    "angle": (3, 3),
    "cobb": (4, 4),
    "bidirectional": (4, 4),
    "ellipse": (4, 4),
    "circle": (2, 2),
    "rectangle": (4, 4),
    "freehand": (3, 10_000),
    "point": (1, 1),
    "arrow": (2, 2),
    "polyline": (2, 10_000),
}
"""How many points a mark that is saved has."""
_MOST_MARKS, _MOST_VALUES, _MOST_IMAGES = 200, 50, 5_000
_MOST_ANNOTATIONS, _MOST_FRAMES, _MOST_SEGMENTS, _MOST_BITS = 500, 5_000, 250, 1 << 32
_MODES = ("SCALE TO FIT", "TRUE SIZE", "MAGNIFY")
_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
_ALGORITHMS = ("", "MANUAL", "SEMIAUTOMATIC", "AUTOMATIC")


def wanted(new: New) -> list[ImageRef]:
    """The images that something to be saved speaks of."""
    if isinstance(new, NewMeasurements):
        return [ImageRef(mark.series_uid, mark.sop_uid, (mark.frame,)) for mark in new.measurements]
    if isinstance(new, NewSegmentation):
        return [ImageRef(new.series_uid, frame.sop_uid, (frame.frame,)) for frame in new.frames]
    if isinstance(new, NewKeyImages):
        return list(new.images)
    return [*new.images, *_inner(new)]


def _inner(new: NewPresentation) -> list[ImageRef]:
    parts: list[Any] = [*new.windows, *new.areas, *new.annotations]
    return [image for part in parts for image in part.images]


def check_outline(new: New) -> None:
    """What can be said without the images: identity, numbers of things; raises `BadMark`."""
    if not _ID.fullmatch(new.id):
        raise BadMark("id: 1 to 64 of A-Z a-z 0-9 . _ - are needed")
    if new.replaces and not like_uid(new.replaces):
        raise BadMark("replaces: that is no UID")
    images = wanted(new)
    if not images:
        raise BadMark("nothing is said of any image")
    if len(images) > _MOST_IMAGES:
        raise BadMark(f"at most {_MOST_IMAGES} images at once, not {len(images)}")


def check_refs(images: Iterable[ImageRef], sources: Sources) -> None:
    """That the images are of the study, in the series named, and have the frames; raises `BadMark`."""
    for image in images:
        source = sources.get(image.sop_uid)
        if source is None:
            raise BadMark(f"image {image.sop_uid[:64]} is not of this study")
        if image.series_uid != source.series_uid:
            raise BadMark(f"image {image.sop_uid} is not in series {image.series_uid[:64]}")
        if any(not 1 <= frame <= source.frames for frame in image.frames):
            raise BadMark(f"image {image.sop_uid} has {source.frames} frames, not {max(image.frames)}")
        if source.rows < 1 or source.columns < 1:
            raise BadMark(f"instance {image.sop_uid} is no image")


def check(new: New, sources: Sources) -> None:
    """That it can be said of these images; raises `BadMark`."""
    if isinstance(new, NewMeasurements):
        _check_measurements(new, sources)
    elif isinstance(new, NewKeyImages):
        title_of(new.title)
        words("text", new.text, 1024, lines=True)
    elif isinstance(new, NewPresentation):
        _check_presentation(new)
    else:
        _check_segmentation(new, sources)


def title_of(value: str) -> Code:
    """The title of key images; raises `BadMark`."""
    found = next((title for title in codes.TITLES if title.value == value and value in codes.CHOSEN_BY_PEOPLE), None)
    if found is None:
        raise BadMark("title: choose a code of CID 7010, as 113000 for Of Interest")
    return found


def _check_measurements(new: NewMeasurements, sources: Sources) -> None:
    if len(new.measurements) > _MOST_MARKS:
        raise BadMark(f"at most {_MOST_MARKS} measurements at once, not {len(new.measurements)}")
    uids = [mark.uid for mark in new.measurements if mark.uid]
    if len(set(uids)) < len(uids):
        raise BadMark("two measurements have the same uid")
    for number, mark in enumerate(new.measurements, 1):
        _check_mark(f"measurement {number}", mark, sources[mark.sop_uid])


def _check_mark(where: str, mark: NewMark, source: Source) -> None:
    if mark.uid and not like_uid(mark.uid):
        raise BadMark(f"{where}: its uid is no UID")
    least, most = _COUNTS.get(mark.kind, (0, 0))
    if not most or (mark.space and mark.kind == "circle"):
        raise BadMark(f"{where}: {mark.kind} can be read, but not saved{' in space' if mark.space else ''}")
    count = len(mark.space or mark.points)
    if not least <= count <= most:
        many = f"{least}" if least == most else f"{least} to {most}"
        raise BadMark(f"{where}: {mark.kind} has {many} points, not {count}")
    inside(where, mark.points, source)
    if mark.space or mark.frame_of_reference:
        check_space(where, mark, source)
    words(f"{where}: label", mark.label, 200, lines=True)
    for name, code in (("finding", mark.finding), ("site", mark.site)):
        if code is not None:
            _check_code(f"{where}: {name}", code)
    if len(mark.values) > _MOST_VALUES:
        raise BadMark(f"{where}: at most {_MOST_VALUES} values")
    for value in mark.values:
        _check_value(where, value)
    _check_measured(where, mark)


def _check_measured(where: str, mark: NewMark) -> None:
    """That what a mark is made for is measured: its points stand with these values."""
    if mark.kind == "length" and mark.values:
        return  # where the axes differ, as in M-mode, there is none: any value of the line is its length
    for concept in codes.CONCEPTS.get(mark.kind, ()):
        if all(value.concept.value != concept.value for value in mark.values):
            raise BadMark(f"{where}: {mark.kind} needs the value {concept.meaning} ({concept.value}, {concept.scheme})")


def inside(where: str, points: Sequence[Point], source: Source) -> None:
    """That points are on the image, whose last corner is (columns, rows); raises `BadMark`."""
    for column, row in points:
        if not (math.isfinite(column) and math.isfinite(row)):
            raise BadMark(f"{where}: a coordinate is no number")
        if not (0 <= column <= source.columns and 0 <= row <= source.rows):
            size = f"{source.columns} x {source.rows}"
            raise BadMark(f"{where}: point ({column:g}, {row:g}) is outside of the image of {size}")


def _check_value(where: str, value: Value) -> None:
    if not math.isfinite(value.value) or abs(value.value) > 1e12:
        raise BadMark(f"{where}: a value is no number that can be kept")
    if not 1 <= len(value.unit) <= 16 or not value.unit.isascii() or not value.unit.isprintable() or "\\" in value.unit:
        raise BadMark(f"{where}: a unit is a UCUM code of 1 to 16 characters")
    for code in (value.concept, value.derivation):
        if code is not None:
            _check_code(f"{where}: value", code)


def _check_code(where: str, code: Code) -> None:
    for name, text, most in (("value", code.value, 64), ("scheme", code.scheme, 16), ("meaning", code.meaning, 64)):
        words(f"{where}: code {name}", text, most)
        if not text.strip():
            raise BadMark(f"{where}: a code has a value, a scheme and a meaning")


def words(where: str, text: str, most: int, *, lines: bool = False) -> None:
    """That a text is short enough, and of characters that can be shown and kept; raises `BadMark`."""
    if len(text) > most:
        raise BadMark(f"{where}: at most {most} characters, not {len(text)}")
    plain = text.replace("\n", "").replace("\t", "") if lines else text
    if not plain.isprintable() or any("\ud800" <= one <= "\udfff" for one in plain):
        raise BadMark(f"{where}: has control characters")
    if "\\" in text and not lines:
        raise BadMark(f"{where}: a backslash cannot be kept here")


def _check_presentation(new: NewPresentation) -> None:
    words("label", new.label, 64)
    words("description", new.description, 64)
    if new.rotation not in (0, 90, 180, 270):
        raise BadMark("rotation: 0, 90, 180 or 270 degrees")
    inner = {image.sop_uid for image in _inner(new)} - {image.sop_uid for image in new.images}
    if inner:
        raise BadMark(f"image {min(inner)} is not among those of the presentation")
    for window in new.windows:
        if window.center is None or window.width is None or not _finite(window.center, window.width):
            raise BadMark("window: a centre and a width are needed")
        if window.width < (1 if window.function == "LINEAR" else 1e-9) or window.function not in _FUNCTIONS:
            raise BadMark("window: its width is 1 at least, its function LINEAR, LINEAR_EXACT or SIGMOID")
        words("window: explanation", window.explanation, 64)
    for area in new.areas:
        (left, upper), (right, lower) = area.top_left, area.bottom_right
        if area.mode not in _MODES or not all(abs(one) < 1 << 24 for one in (left, upper, right, lower)):
            raise BadMark("area: its mode is SCALE TO FIT, TRUE SIZE or MAGNIFY, its corners pixels")
        if (left > right or upper > lower) and not new.rotation and not new.flip:
            raise BadMark("area: its first corner is the upper left one")
        if area.magnification is not None and not (_finite(area.magnification) and 0 < area.magnification < 1e6):
            raise BadMark("area: a magnification is a number above 0")
    _check_shutters(new)
    _check_annotations(new)


def _finite(*numbers: float) -> bool:
    return all(math.isfinite(number) and abs(number) < 1e9 for number in numbers)


def _check_shutters(new: NewPresentation) -> None:
    shapes = [shutter.shape for shutter in new.shutters]
    if len(set(shapes)) < len(shapes) or "bitmap" in shapes:
        raise BadMark("shutters: one of each shape at most, and no bitmap")
    least = {"rectangular": 2, "circular": 1, "polygonal": 3}
    for shutter in new.shutters:
        if not least[shutter.shape] <= len(shutter.points) <= 1_000 or not _finite(*(n for p in shutter.points for n in p)):
            raise BadMark(f"shutters: a {shutter.shape} one has {least[shutter.shape]} points")
        if shutter.shape == "circular" and not (shutter.radius and _finite(shutter.radius) and shutter.radius > 0):
            raise BadMark("shutters: a circular one has a radius")
        if shutter.grey is not None and not 0 <= shutter.grey <= 0xFFFF:
            raise BadMark("shutters: a grey is 0 to 65535")


def _check_annotations(new: NewPresentation) -> None:
    if len(new.annotations) > _MOST_ANNOTATIONS:
        raise BadMark(f"at most {_MOST_ANNOTATIONS} annotations")
    names = [layer.name for layer in new.layers] + [one.layer for one in new.annotations if one.layer]
    if any(not _LAYER.fullmatch(name) or name != name.strip() for name in names):
        raise BadMark("layers: a name is 1 to 16 of A-Z 0-9 _ and spaces")
    for layer in new.layers:
        words("layers: description", layer.description, 64)
        if layer.colour and not _COLOUR.fullmatch(layer.colour):
            raise BadMark("layers: a colour is #rrggbb")
    for annotation in new.annotations:
        if not annotation.graphics and not annotation.words:
            raise BadMark("annotations: one of them is empty")
        for graphic in annotation.graphics:
            if not 1 <= len(graphic.points) <= 10_000 or not _finite(*(n for p in graphic.points for n in p)):
                raise BadMark("annotations: a graphic has 1 to 10000 points that are numbers")
        for text in annotation.words:
            _check_text(text)


def _check_text(text: Words) -> None:
    words("annotations: text", text.text, 1024, lines=True)
    corners = [point for point in (text.top_left, text.bottom_right, text.anchor) if point is not None]
    if not text.text or not corners or not _finite(*(number for point in corners for number in point)):
        raise BadMark("annotations: a text needs words and a place")
    if text.anchor is None and (text.top_left is None or text.bottom_right is None):
        raise BadMark("annotations: a text needs an anchor, or both corners of its box")


def _check_segmentation(new: NewSegmentation, sources: Sources) -> None:
    words("label", new.label, 64)
    numbers = [segment.number for segment in new.segments]
    if not 1 <= len(numbers) <= _MOST_SEGMENTS or numbers != list(range(1, len(numbers) + 1)):
        raise BadMark(f"segments: 1 to {_MOST_SEGMENTS} of them, numbered from 1")
    for segment in new.segments:
        words("segments: label", segment.label, 64)
        if not segment.label.strip() or segment.algorithm not in _ALGORITHMS:
            raise BadMark("segments: each needs a label; its algorithm is MANUAL, SEMIAUTOMATIC or AUTOMATIC")
        words("segments: algorithm name", segment.algorithm_name, 64)
        if segment.colour and not _COLOUR.fullmatch(segment.colour):
            raise BadMark("segments: a colour is #rrggbb")
        for code in (segment.category, segment.type):
            if code is not None:
                _check_code("segments", code)
    places = [(frame.segment, frame.sop_uid, frame.frame) for frame in new.frames]
    if len(set(places)) < len(places) or any(frame.segment not in numbers for frame in new.frames):
        raise BadMark("frames: each is of a segment, and each segment has one mask of a frame at most")
    sizes = {(sources[frame.sop_uid].rows, sources[frame.sop_uid].columns) for frame in new.frames}
    if len(sizes) != 1:
        raise BadMark("frames: the images of one segmentation have one size")
    rows, columns = next(iter(sizes))
    if len(places) > _MOST_FRAMES or rows * columns * len(places) > _MOST_BITS:
        raise BadMark(f"frames: at most {_MOST_FRAMES}, and {_MOST_BITS >> 20} million pixels")
