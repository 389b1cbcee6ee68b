"""What people save: as the page sends it, not yet checked against the study."""

import msgspec

from sixfold.viewer.model.objects import (
    Annotation,
    Area,
    Code,
    ImageRef,
    Kind,
    Layer,
    Point,
    PointInSpace,
    Segment,
    Shutter,
    Value,
    Window,
)


class Person(msgspec.Struct, frozen=True):
    """Who saves: a person, or a program, by name and by login."""

    name: str
    login: str
    is_person: bool = True


class NewMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measurement or mark to be saved; `uid` stays that of the mark through all its changes.

    It has `points` on its image, or points in `space`, in mm of the frame of reference that is its image's too.
    """

    kind: Kind
    series_uid: str
    sop_uid: str
    points: list[Point] = []
    space: list[PointInSpace] = []
    frame_of_reference: str = ""
    uid: str = ""
    frame: int = 1
    label: str = ""
    finding: Code | None = None
    site: Code | None = None
    values: list[Value] = []


class NewMeasurements(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Marks to be saved as one document. `id` is the client's own; sent again with it, nothing is stored twice."""

    id: str
    measurements: list[NewMark]
    replaces: str = ""


class NewKeyImages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Key images to be saved; `title` is a code value of CID 7010."""

    id: str
    images: list[ImageRef]
    title: str = "113000"
    text: str = ""
    replaces: str = ""


class NewPresentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A presentation state to be saved; areas and windows that name no images are those of all."""

    id: str
    images: list[ImageRef]
    label: str = ""
    description: str = ""
    windows: list[Window] = []
    invert: bool = False
    areas: list[Area] = []
    rotation: int = 0
    flip: bool = False
    shutters: list[Shutter] = []
    layers: list[Layer] = []
    annotations: list[Annotation] = []
    replaces: str = ""


class NewSegmentFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a mask lies: on frame `frame` of an image."""

    segment: int
    sop_uid: str
    frame: int = 1


class NewSegmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Masks to be saved as a binary segmentation of one series.

    `masks` is one gzip stream of the masks of `frames`, in their order: one bit a pixel, from the least significant, row by
    row, each padded to whole bytes.
    """

    id: str
    series_uid: str
    segments: list[Segment]
    frames: list[NewSegmentFrame]
    masks: bytes
    label: str = ""
    replaces: str = ""


New = NewMeasurements | NewKeyImages | NewPresentation | NewSegmentation


class Source(msgspec.Struct, frozen=True):
    """An image that something is said of: where it is, how large, and the attributes that it has."""

    series_uid: str
    sop_uid: str
    sop_class: str
    rows: int
    columns: int
    frames: int
    attributes: dict[str, object]


class Occasion(msgspec.Struct, frozen=True):
    """How an object comes to be: its own UIDs and number, by whom, when (ISO 8601, UTC), and what it takes the place of."""

    sop_uid: str
    series_uid: str
    number: int
    by: Person
    at: str
    replaces: ImageRef | None = None
    replaces_class: str = ""
