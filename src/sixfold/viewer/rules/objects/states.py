"""Presentation states read (PS3.3 A.33): grayscale ones whole, colour ones as far as they say the same."""

from collections.abc import Iterator
from typing import Any

from sixfold.viewer.model.objects import (
    Annotation,
    Area,
    Graphic,
    ImageRef,
    Layer,
    Overlay,
    Point,
    Presentation,
    Shutter,
    Window,
    Words,
)
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes
from sixfold.viewer.rules.objects.colour import colour_of
from sixfold.viewer.rules.objects.origin import Places, author_of, image_of, moment_of, referenced

_FORMS: dict[str, Any] = {
    codes.GRAYSCALE_STATE: "grayscale",
    codes.COLOR_STATE: "color",
    codes.PSEUDO_COLOR_STATE: "pseudo-color",
}
_GRAPHICS = ("POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE")
_LEFT_OUT = {
    "ModalityLUTSequence": "a modality look-up table",
    "PresentationLUTSequence": "a presentation look-up table",
    "MaskSubtractionSequence": "a mask to subtract",
    "RedPaletteColorLookupTableDescriptor": "a colour palette",
    "BlendingSequence": "blending",
    "CompoundGraphicSequence": "compound graphics",
}
_MOST_ANNOTATIONS = 5_000


def read_state(data: Attributes, places: Places) -> Presentation:
    """How a presentation state wants its images to be shown."""
    images = tuple(_images(data, places))
    places = {**places, **{image.sop_uid: image.series_uid for image in images}}
    author, login = author_of(data)
    slope, intercept = data.number("RescaleSlope"), data.number("RescaleIntercept")
    return Presentation(
        object=data.text("SOPInstanceUID"),
        series=data.text("SeriesInstanceUID"),
        author=author,
        login=login,
        at=moment_of(data),
        form=_FORMS.get(data.text("SOPClassUID"), "other"),
        label=data.text("ContentLabel"),
        description=data.text("ContentDescription"),
        images=images,
        windows=tuple(_windows(data, places)),
        rescale=(slope, intercept) if slope is not None and intercept is not None else None,
        invert=data.text("PresentationLUTShape") == "INVERSE",
        areas=tuple(_areas(data, places)),
        rotation=data.whole("ImageRotation") % 360,
        flip=data.text("ImageHorizontalFlip") == "Y",
        shutters=tuple(_shutters(data)),
        layers=tuple(_layers(data)),
        annotations=tuple(_annotations(data, places)),
        overlays=tuple(_overlays(data)),
        left_out=tuple(words for keyword, words in _LEFT_OUT.items() if keyword in data),
    )


def _images(data: Attributes, places: Places) -> Iterator[ImageRef]:
    for series in data.items("ReferencedSeriesSequence"):
        uid = series.text("SeriesInstanceUID")
        for one in series.items("ReferencedImageSequence"):
            if (found := image_of(one, {**places, one.text("ReferencedSOPInstanceUID"): uid})) is not None:
                yield found


def _windows(data: Attributes, places: Places) -> Iterator[Window]:
    for item in data.items("SoftcopyVOILUTSequence"):
        images = tuple(referenced(item, places))
        center, width = item.number("WindowCenter"), item.number("WindowWidth")
        if center is not None and width is not None:
            function = item.text("VOILUTFunction") or "LINEAR"
            yield Window(images, center, width, function, item.text("WindowCenterWidthExplanation"))
        for table in item.items("VOILUTSequence"):
            described, values = table.numbers("LUTDescriptor"), table.numbers("LUTData")
            if len(described) == 3 and values:
                first, bits = int(described[1]), int(described[2])
                numbers = tuple(int(value) for value in values)
                yield Window(images, explanation=table.text("LUTExplanation"), table=(first, bits, numbers))


def _areas(data: Attributes, places: Places) -> Iterator[Area]:
    for item in data.items("DisplayedAreaSelectionSequence"):
        first, last = item.numbers("DisplayedAreaTopLeftHandCorner"), item.numbers("DisplayedAreaBottomRightHandCorner")
        if len(first) != 2 or len(last) != 2:
            continue
        spacing = item.numbers("PresentationPixelSpacing")
        aspect = item.numbers("PresentationPixelAspectRatio")
        yield Area(
            top_left=(int(first[0]), int(first[1])),
            bottom_right=(int(last[0]), int(last[1])),
            mode=item.text("PresentationSizeMode") or "SCALE TO FIT",
            images=tuple(referenced(item, places)),
            magnification=item.number("PresentationPixelMagnificationRatio"),
            spacing=(spacing[0], spacing[1]) if len(spacing) == 2 else None,
            aspect=(int(aspect[0]), int(aspect[1])) if len(aspect) == 2 else None,
        )


def _shutters(data: Attributes) -> Iterator[Shutter]:
    """The shutters; their points are (row, column) in the object (PS3.3 C.7.6.11)."""
    grey = data.whole("ShutterPresentationValue") if "ShutterPresentationValue" in data else None
    for shape in data.texts("ShutterShape"):
        if shape == "RECTANGULAR":
            left, right = data.number("ShutterLeftVerticalEdge"), data.number("ShutterRightVerticalEdge")
            upper, lower = data.number("ShutterUpperHorizontalEdge"), data.number("ShutterLowerHorizontalEdge")
            if None not in (left, right, upper, lower):
                yield Shutter("rectangular", ((left or 0.0, upper or 0.0), (right or 0.0, lower or 0.0)), grey=grey)
        elif shape == "CIRCULAR":
            center, radius = data.numbers("CenterOfCircularShutter"), data.number("RadiusOfCircularShutter")
            if len(center) == 2 and radius is not None:
                yield Shutter("circular", ((center[1], center[0]),), radius, grey)
        elif shape == "POLYGONAL":
            yield Shutter(
                "polygonal", tuple((x, y) for y, x in _pairs(data.numbers("VerticesOfThePolygonalShutter"))), grey=grey
            )
        elif shape == "BITMAP":
            yield Shutter("bitmap", grey=grey, overlay=data.whole("ShutterOverlayGroup") or None)


def _layers(data: Attributes) -> Iterator[Layer]:
    for item in data.items("GraphicLayerSequence"):
        colour = colour_of(item.numbers("GraphicLayerRecommendedDisplayCIELabValue"))
        if not colour and (grey := item.number("GraphicLayerRecommendedDisplayGrayscaleValue")) is not None:
            colour = "#" + f"{min(255, max(0, int(grey) >> 8)):02x}" * 3
        name, description = item.text("GraphicLayer"), item.text("GraphicLayerDescription")
        yield Layer(name, item.whole("GraphicLayerOrder", 1), description, colour)


def _annotations(data: Attributes, places: Places) -> Iterator[Annotation]:
    for item in data.items("GraphicAnnotationSequence")[:_MOST_ANNOTATIONS]:
        words = tuple(_words(one) for one in item.items("TextObjectSequence"))
        graphics = tuple(found for one in item.items("GraphicObjectSequence") if (found := _graphic(one)))
        if words or graphics:
            yield Annotation(item.text("GraphicLayer"), tuple(referenced(item, places)), words, graphics)


def _words(item: Attributes) -> Words:
    return Words(
        text=item.text("UnformattedTextValue"),
        top_left=_point(item, "BoundingBoxTopLeftHandCorner"),
        bottom_right=_point(item, "BoundingBoxBottomRightHandCorner"),
        anchor=_point(item, "AnchorPoint"),
        units=_units(item, "BoundingBoxAnnotationUnits"),
        anchor_units=_units(item, "AnchorPointAnnotationUnits"),
        justification=item.text("BoundingBoxTextHorizontalJustification") or "LEFT",
    )


def _graphic(item: Attributes) -> Graphic | None:
    type_: Any = item.text("GraphicType")
    points = tuple(_pairs(item.numbers("GraphicData")))
    if type_ not in _GRAPHICS or not points:
        return None
    return Graphic(type_, points, item.text("GraphicFilled") == "Y", _units(item, "GraphicAnnotationUnits"))


def _units(item: Attributes, keyword: str) -> Any:
    return "DISPLAY" if item.text(keyword) == "DISPLAY" else "PIXEL"


def _point(item: Attributes, keyword: str) -> Point | None:
    found = item.numbers(keyword)
    return (found[0], found[1]) if len(found) == 2 else None


def _pairs(numbers: list[float]) -> Iterator[Point]:
    return ((numbers[at], numbers[at + 1]) for at in range(0, len(numbers) - 1, 2))


def _overlays(data: Attributes) -> Iterator[Overlay]:
    """The state's own bitmaps; those that no layer activates are not shown (PS3.3 C.11.7)."""
    for number in data.groups(0x6000):
        found = data.group(number)
        origin = found.numbers("OverlayOrigin")
        layer = found.text("OverlayActivationLayer")
        bits = found.binary("OverlayData")
        rows, columns = found.whole("OverlayRows"), found.whole("OverlayColumns")
        if bits and 0 < rows * columns <= 8 * len(bits):
            where = (int(origin[1]), int(origin[0])) if len(origin) == 2 else (1, 1)
            yield Overlay(number, rows, columns, where, layer, bits)
