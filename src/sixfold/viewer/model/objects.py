"""What people say about images, as the objects in which DICOM keeps it: measurements, key images, presentations, segments.

Image points are (column, row) with sub-pixel resolution: (0, 0) is the upper left corner of the upper left pixel, whose
centre is (0.5, 0.5) (PS3.3 C.18.6.1.2, figure C.10.5-1). Points in space are (x, y, z) in mm of a frame of reference.
"""

from typing import Literal

import msgspec

from sixfold.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

Point = tuple[float, float]
PointInSpace = tuple[float, float, float]

Kind = Literal[
    "length",
    "angle",
    "cobb",
    "bidirectional",
    "ellipse",
    "circle",
    "rectangle",
    "freehand",
    "point",
    "arrow",
    "polyline",
    "multipoint",
]
"""What is drawn. Points: length 2; angle 3, the vertex second; cobb 4, two lines; bidirectional 4, the long axis first;
ellipse 4, the ends of the major, then the minor axis; circle 2, centre and rim; rectangle its 4 corners in turn; freehand
a closed outline; point 1; arrow 2, its tip first."""


class BadMark(InvalidInput):
    """What was sent cannot become an object; the text says which part of it and why."""


class NotYours(NotAllowed):
    """The object is somebody else's, and the caller has no role that may hide it."""


class NoSuchObject(NotFound):
    """There is no such object in the study, or it is none that is kept here."""


class TakenBack(Conflict):
    """The object was saved before, and taken back since."""


class Code(msgspec.Struct, frozen=True):
    """A coded concept (PS3.3 8)."""

    value: str
    scheme: str
    meaning: str = ""


class Value(msgspec.Struct, frozen=True):
    """A measured value; `unit` is a UCUM code, `derivation` how it was derived, as a mean is."""

    concept: Code
    value: float
    unit: str
    derivation: Code | None = None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """An object, its maker and its moment, as it says itself; `at` is ISO 8601, without an offset where it tells none."""

    object: str
    series: str
    author: str = ""
    at: str = ""
    mine: bool = False
    login: str = ""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement or mark, on frame `frame` (from 1) of an image, or in space."""

    uid: str
    kind: Kind
    label: str = ""
    finding: Code | None = None
    site: Code | None = None
    series_uid: str = ""
    sop_uid: str = ""
    frame: int = 1
    points: list[Point] = []
    space: list[PointInSpace] = []
    frame_of_reference: str = ""
    values: list[Value] = []


class Measurements(Made, frozen=True, kw_only=True):
    """A structured report, and what it measures; `replaces` is the document that it takes the place of."""

    title: str = ""
    replaces: tuple[str, ...] = ()
    marks: list[Mark] = []


class ImageRef(msgspec.Struct, frozen=True):
    """An image, and its frames from 1; none for all of them."""

    series_uid: str
    sop_uid: str
    frames: tuple[int, ...] = ()


class KeyImages(Made, frozen=True, kw_only=True):
    """A selection of images, with why they were chosen (PS3.3 C.17.6, PS3.16 TID 2010)."""

    title: Code
    text: str = ""
    images: tuple[ImageRef, ...] = ()


class Window(msgspec.Struct, frozen=True):
    """A VOI transformation (PS3.3 C.11.8) of some images; of all where none are named. `table` is (first, bits, values)."""

    images: tuple[ImageRef, ...] = ()
    center: float | None = None
    width: float | None = None
    function: str = "LINEAR"
    explanation: str = ""
    table: tuple[int, int, tuple[int, ...]] | None = None


class Area(msgspec.Struct, frozen=True):
    """What part of the images is shown, by pixels from (1, 1): those that stand at these corners once it is turned (C.10.4)."""

    top_left: tuple[int, int]
    bottom_right: tuple[int, int]
    mode: str = "SCALE TO FIT"
    images: tuple[ImageRef, ...] = ()
    magnification: float | None = None
    spacing: tuple[float, float] | None = None
    """Row, then column spacing in mm."""
    aspect: tuple[int, int] | None = None


class Shutter(msgspec.Struct, frozen=True):
    """What is left open (PS3.3 C.7.6.11); points are (column, row): a rectangle's corners, a circle's centre."""

    shape: Literal["rectangular", "circular", "polygonal", "bitmap"]
    points: tuple[Point, ...] = ()
    radius: float | None = None
    grey: int | None = None
    """The value that covers the rest, of 16 bits, 0 being black."""
    overlay: int | None = None
    """The group of the overlay that is the shutter."""


class Layer(msgspec.Struct, frozen=True):
    """A graphic layer (PS3.3 C.10.7); `colour` as #rrggbb."""

    name: str
    order: int = 1
    description: str = ""
    colour: str = ""


class Words(msgspec.Struct, frozen=True):
    """A text object (PS3.3 C.10.5); units are PIXEL, or DISPLAY for fractions of the displayed area."""

    text: str
    top_left: Point | None = None
    bottom_right: Point | None = None
    anchor: Point | None = None
    units: Literal["PIXEL", "DISPLAY"] = "PIXEL"
    anchor_units: Literal["PIXEL", "DISPLAY"] = "PIXEL"
    justification: str = "LEFT"


class Graphic(msgspec.Struct, frozen=True):
    """A graphic object (PS3.3 C.10.5)."""

    type: Literal["POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"]
    points: tuple[Point, ...]
    filled: bool = False
    units: Literal["PIXEL", "DISPLAY"] = "PIXEL"


class Annotation(msgspec.Struct, frozen=True):
    """What is written on some images, in one layer."""

    layer: str = ""
    images: tuple[ImageRef, ...] = ()
    words: tuple[Words, ...] = ()
    graphics: tuple[Graphic, ...] = ()


class Overlay(msgspec.Struct, frozen=True):
    """A bitmap (PS3.3 C.9.2): bits from the least significant on, row by row; origin is (column, row) from 1."""

    group: int
    rows: int
    columns: int
    origin: tuple[int, int] = (1, 1)
    layer: str = ""
    bits: bytes = b""


class Presentation(Made, frozen=True, kw_only=True):
    """A presentation state (PS3.3 A.33): how some images are to be shown."""

    form: Literal["grayscale", "color", "pseudo-color", "other"] = "grayscale"
    label: str = ""
    description: str = ""
    images: tuple[ImageRef, ...] = ()
    windows: tuple[Window, ...] = ()
    rescale: tuple[float, float] | None = None
    """Slope and intercept."""
    invert: bool = False
    areas: tuple[Area, ...] = ()
    rotation: int = 0
    """Degrees clockwise: 0, 90, 180 or 270; the horizontal flip comes after it (PS3.3 C.10.6)."""
    flip: bool = False
    shutters: tuple[Shutter, ...] = ()
    layers: tuple[Layer, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the state says and is not shown here, in words."""


class Segment(msgspec.Struct, frozen=True):
    """One segment; `algorithm` is MANUAL, SEMIAUTOMATIC or AUTOMATIC, `colour` #rrggbb as the object recommends."""

    number: int
    label: str
    category: Code | None = None
    type: Code | None = None
    algorithm: str = ""
    algorithm_name: str = ""
    colour: str = ""


class SegmentFrame(msgspec.Struct, frozen=True):
    """A frame of a segmentation, from 1, and the image on which it lies; no UID where none was found."""

    number: int
    segment: int
    """0 in a label map, whose pixels are the segments' numbers."""
    series_uid: str = ""
    sop_uid: str = ""
    frame: int = 1


class Segmentation(Made, frozen=True, kw_only=True):
    """Segments and where their frames lie (PS3.3 A.51); `most` is the value of a fraction of 1."""

    label: str = ""
    description: str = ""
    form: Literal["BINARY", "FRACTIONAL", "LABELMAP"] = "BINARY"
    most: int = 1
    rows: int = 0
    columns: int = 0
    bits: int = 1
    segments: tuple[Segment, ...] = ()
    frames: tuple[SegmentFrame, ...] = ()


class Unread(msgspec.Struct, frozen=True):
    """An object that could not be read, and why."""

    object: str
    why: str


class Marks(msgspec.Struct, frozen=True):
    """All of it, of one study. `unread` names objects of these kinds that say nothing that can be shown here."""

    measurements: list[Measurements] = []
    key_images: list[KeyImages] = []
    presentations: list[Presentation] = []
    segmentations: list[Segmentation] = []
    unread: list[Unread] = []
    more: bool = False
    """Whether there are further objects that were not read."""


class Saved(msgspec.Struct, frozen=True):
    """The object that was stored; `again` says that it had been stored before."""

    object: str
    series: str
    again: bool = False
