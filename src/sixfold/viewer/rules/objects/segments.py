"""Segmentations read (PS3.3 A.51, C.8.20): their segments, and on which image each frame lies."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from sixfold.viewer.model.objects import ImageRef, Segment, Segmentation, SegmentFrame
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes
from sixfold.viewer.rules.objects.colour import colour_of
from sixfold.viewer.rules.objects.origin import Places, author_of, image_of, moment_of

_MOST_FRAMES = 20_000
_CLOSE = 0.01
"""Millimetres, and parts of a direction's cosine, to which planes are rounded before they are compared."""


class Plane(msgspec.Struct, frozen=True):
    """Where a frame lies: the centre of its first pixel, its directions, spacing (row, column) and size."""

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    rows: int
    columns: int
    frame_of_reference: str = ""


Planes = Callable[[], Mapping[ImageRef, Plane]]
"""Gives the planes of the study's images; asked only for frames that name no image."""


def read_segmentation(data: Attributes, places: Places, planes: Planes) -> Segmentation:
    """The segments of a segmentation and its frames; the pixels are given elsewhere."""
    form: Any = data.text("SegmentationType")
    author, login = author_of(data)
    label_map = data.text("SOPClassUID") == codes.LABEL_MAP or form == "LABELMAP"
    form = "LABELMAP" if label_map else form if form in ("BINARY", "FRACTIONAL") else "BINARY"
    return Segmentation(
        object=data.text("SOPInstanceUID"),
        series=data.text("SeriesInstanceUID"),
        author=author,
        login=login,
        at=moment_of(data),
        label=data.text("ContentLabel"),
        description=data.text("ContentDescription") or data.text("SeriesDescription"),
        form=form,
        most=data.whole("MaximumFractionalValue", 255) if form == "FRACTIONAL" else 1,
        rows=data.whole("Rows"),
        columns=data.whole("Columns"),
        bits=data.whole("BitsAllocated", 1),
        segments=tuple(_segment(item) for item in data.items("SegmentSequence")),
        frames=_frames(data, places, planes, label_map=label_map),
    )


def _segment(item: Attributes) -> Segment:
    return Segment(
        number=item.whole("SegmentNumber"),
        label=item.text("SegmentLabel"),
        category=item.code("SegmentedPropertyCategoryCodeSequence"),
        type=item.code("SegmentedPropertyTypeCodeSequence"),
        algorithm=item.text("SegmentAlgorithmType"),
        algorithm_name=item.text("SegmentAlgorithmName"),
        colour=colour_of(item.numbers("RecommendedDisplayCIELabValue")),
    )


def _frames(data: Attributes, places: Places, planes: Planes, *, label_map: bool) -> tuple[SegmentFrame, ...]:
    shared = data.item("SharedFunctionalGroupsSequence")
    every = data.items("PerFrameFunctionalGroupsSequence")[: min(_MOST_FRAMES, max(1, data.whole("NumberOfFrames", 1)))]
    known: dict[tuple[int, ...], ImageRef] | None = None
    found: list[SegmentFrame] = []
    for number, item in enumerate(every or [Attributes({})], 1):
        image = _derived(item, places) or _derived(shared, places)
        if image is None:
            plane = _plane(data, shared, item)
            known = _by_plane(planes()) if known is None else known
            image = known.get(_key(plane)) if plane is not None else None
        segment = 0 if label_map else _number(item) or _number(shared) or 1
        frame = image.frames[0] if image and image.frames else 1
        series, sop = (image.series_uid, image.sop_uid) if image else ("", "")
        found.append(SegmentFrame(number, segment, series, sop, frame))
    return tuple(found)


def _number(item: Attributes) -> int:
    return item.item("SegmentIdentificationSequence").whole("ReferencedSegmentNumber")


def _derived(item: Attributes, places: Places) -> ImageRef | None:
    """The one image of the study that a frame was derived from; None where several, or none, are named."""
    sources = list(_sources(item, places))
    return sources[0] if len(sources) == 1 and sources[0].series_uid else None


def _sources(item: Attributes, places: Places) -> Iterator[ImageRef]:
    for derivation in item.items("DerivationImageSequence"):
        for source in derivation.items("SourceImageSequence"):
            if source.text("SpatialLocationsPreserved") != "NO" and (found := image_of(source, places)):
                yield found


def _plane(data: Attributes, shared: Attributes, item: Attributes) -> Plane | None:
    def of(sequence: str, keyword: str) -> tuple[float, ...]:
        return tuple(item.item(sequence).numbers(keyword) or shared.item(sequence).numbers(keyword))

    position = of("PlanePositionSequence", "ImagePositionPatient")
    orientation = of("PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = of("PixelMeasuresSequence", "PixelSpacing")
    if (len(position), len(orientation), len(spacing)) != (3, 6, 2):
        return None
    frame_of_reference = data.text("FrameOfReferenceUID")
    return Plane(position, orientation, spacing, data.whole("Rows"), data.whole("Columns"), frame_of_reference)


def plane_of(data: Attributes) -> Plane | None:
    """The plane of a single-frame image (PS3.3 C.7.6.2); None where it tells none."""
    position, orientation = data.numbers("ImagePositionPatient"), data.numbers("ImageOrientationPatient")
    spacing = data.numbers("PixelSpacing")
    if (len(position), len(orientation), len(spacing)) != (3, 6, 2):
        return None
    size = data.whole("Rows"), data.whole("Columns")
    return Plane(tuple(position), tuple(orientation), tuple(spacing), *size, data.text("FrameOfReferenceUID"))


def plane_at(attributes: object, frame: int) -> Plane | None:
    """The plane of a frame, from 1, of an image of whichever kind (PS3.3 C.7.6.16.2)."""
    data = Attributes(attributes)
    every = data.items("PerFrameFunctionalGroupsSequence")
    if not every:
        return plane_of(data)
    item = every[frame - 1] if 1 <= frame <= len(every) else Attributes({})
    return _plane(data, data.item("SharedFunctionalGroupsSequence"), item)


def _by_plane(planes: Mapping[ImageRef, Plane]) -> dict[tuple[int, ...], ImageRef]:
    return {_key(plane): image for image, plane in reversed(list(planes.items()))}  # the first of equals stays


def _key(plane: Plane) -> tuple[int, ...]:
    """Equal for planes that are the same."""
    numbers = (*plane.position, *plane.orientation, *plane.spacing)
    return (*(round(number / _CLOSE) for number in numbers), plane.rows, plane.columns, hash(plane.frame_of_reference))
