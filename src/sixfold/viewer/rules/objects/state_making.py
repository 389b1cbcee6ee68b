"""Grayscale Softcopy Presentation States made (PS3.3 A.33.1)."""

from collections.abc import Iterable, Sequence
from typing import Any

from sixfold.viewer.model.objects import Annotation, Area, BadMark, Graphic, ImageRef, Layer, Shutter, Window, Words
from sixfold.viewer.model.saving import NewPresentation, Occasion, Source
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes, Json, made
from sixfold.viewer.rules.objects.colour import cielab_of
from sixfold.viewer.rules.objects.documents import Sources
from sixfold.viewer.rules.objects.heads import by_series, creator, head, moment, sop

LAYER = "SIXFOLD"
_FIT = "SCALE TO FIT"


def state(new: NewPresentation, occasion: Occasion, sources: Sources) -> Json:
    """The presentation state. `rescale` is the images' own: a state's modality transformation takes its place (C.11.6)."""
    spoken = [sources[image.sop_uid] for image in new.images]
    layers = _layers(new)
    return {
        **head(occasion, spoken[0], codes.GRAYSCALE_STATE, "PR"),
        **_identification(new, occasion, spoken[0]),
        **_rescale(spoken),
        **_shutters(new.shutters),
        **made(
            Laterality=Attributes(spoken[0].attributes).text("Laterality"),
            ReferencedSeriesSequence=_series(new.images, sources),
            SoftcopyVOILUTSequence=[_window(window, sources) for window in new.windows] or None,
            DisplayedAreaSelectionSequence=_areas(new, spoken, sources),
            GraphicAnnotationSequence=[_annotation(one, sources) for one in new.annotations] or None,
            GraphicLayerSequence=[_layer(one) for one in layers] or None,
            ImageRotation=new.rotation if new.rotation or new.flip else None,
            ImageHorizontalFlip=("Y" if new.flip else "N") if new.rotation or new.flip else None,
            PresentationLUTShape="INVERSE" if new.invert else "IDENTITY",
        ),
    }


def label_of(text: str, otherwise: str) -> str:
    """A label as Content Label (0070,0080), a CS of 16 characters, can hold it."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in " _") else " " for one in text.upper())
    return " ".join(plain.split())[:16].strip() or otherwise


def _identification(new: NewPresentation, occasion: Occasion, source: Source) -> Json:
    """Its name, moment and maker (PS3.3 C.10.1 and table 10-12)."""
    day, time = moment(occasion.at, source)
    told = made(
        ContentLabel=label_of(new.label, "PRESENTATION"),
        ContentDescription=new.description or new.label,
        PresentationCreationDate=day,
        PresentationCreationTime=time,
    )
    return {**told, **creator(occasion.by, source)}


def _rescale(spoken: Sequence[Source]) -> Json:
    """The Modality LUT module, since without it stored values would be windowed; raises `BadMark` where images differ."""
    told = set()
    for source in spoken:
        data = Attributes(source.attributes)
        if data.text("PhotometricInterpretation") not in ("MONOCHROME1", "MONOCHROME2"):
            raise BadMark("a presentation is kept of grayscale images only: these are in colour")
        if "ModalityLUTSequence" in data:
            raise BadMark("a presentation cannot be kept of images with a modality look-up table")
        told.add(
            (data.number("RescaleSlope"), data.number("RescaleIntercept"), data.text("RescaleType"), data.text("Modality"))
        )
    if len({one[:2] for one in told}) > 1:
        raise BadMark("these images are rescaled each in its own way: keep a presentation of each")
    slope, intercept, kind, modality = min(told, key=str)
    if slope is None or intercept is None:
        return {}
    return made(RescaleSlope=slope, RescaleIntercept=intercept, RescaleType=kind or ("HU" if modality == "CT" else "US"))


def _series(images: Iterable[ImageRef], sources: Sources) -> list[Json]:
    frames = {image.sop_uid: image.frames for image in images}
    return [
        made(SeriesInstanceUID=uid, ReferencedImageSequence=[sop(one, frames[one.sop_uid]) for one in found])
        for uid, found in by_series(sources[uid] for uid in frames).items()
    ]


def _images(images: Iterable[ImageRef], sources: Sources) -> list[Json] | None:
    return [sop(sources[image.sop_uid], image.frames) for image in images] or None


def _window(window: Window, sources: Sources) -> Json:
    function = None if window.function == "LINEAR" else window.function
    return made(
        ReferencedImageSequence=_images(window.images, sources),
        WindowCenter=window.center,
        WindowWidth=window.width,
        WindowCenterWidthExplanation=window.explanation or None,
        VOILUTFunction=function,
    )


def _areas(new: NewPresentation, spoken: Sequence[Source], sources: Sources) -> list[Json]:
    """What is shown; of images for which nothing is said, the whole."""
    areas = new.areas
    told = {image.sop_uid for area in areas for image in area.images}
    if any(not area.images for area in areas):
        told = {source.sop_uid for source in spoken}
    items = [_area(area, sources[area.images[0].sop_uid] if area.images else spoken[0], sources) for area in areas]
    sizes: dict[tuple[int, int, str], list[Source]] = {}
    for source in {one.sop_uid: one for one in spoken}.values():
        if source.sop_uid not in told:
            sizes.setdefault((source.columns, source.rows, str(_scale(source))), []).append(source)
    everything = len(sizes) == 1 and not areas
    for (columns, rows, _), some in sizes.items():
        refs = () if everything else tuple(ImageRef(one.series_uid, one.sop_uid) for one in some)
        first, last = shown_corners(columns, rows, new.rotation, flip=new.flip)
        items.append(_area(Area(first, last, images=refs), some[0], sources))
    return items


def shown_corners(columns: int, rows: int, rotation: int, *, flip: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    """The pixels of a whole image that come to stand at the upper left and the lower right (PS3.3 C.10.4, C.10.6)."""
    around = [(1, 1), (columns, 1), (columns, rows), (1, rows)]  # clockwise from the upper left
    quarters = rotation // 90
    shown = [around[(place - quarters) % 4] for place in range(4)]
    return (shown[1], shown[3]) if flip else (shown[0], shown[2])


def _area(area: Area, source: Source, sources: Sources) -> Json:
    magnified = area.mode == "MAGNIFY"
    return {
        **made(
            ReferencedImageSequence=_images(area.images, sources),
            DisplayedAreaTopLeftHandCorner=list(area.top_left),
            DisplayedAreaBottomRightHandCorner=list(area.bottom_right),
            PresentationSizeMode=area.mode or _FIT,
            PresentationPixelMagnificationRatio=(area.magnification or 1.0) if magnified else None,
        ),
        **_scale(source),
    }


def _scale(source: Source) -> Json:
    """The size of a pixel, or its aspect (PS3.3 C.10.4)."""
    data = Attributes(source.attributes)
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        spacing = data.numbers(keyword)
        if len(spacing) == 2 and min(spacing) > 0:
            return made(PresentationPixelSpacing=spacing)
    aspect = [int(one) for one in data.numbers("PixelAspectRatio")]
    return made(PresentationPixelAspectRatio=aspect if len(aspect) == 2 and min(aspect) > 0 else [1, 1])


def _shutters(shutters: Sequence[Shutter]) -> Json:
    """The Display Shutter module, in rows and columns (PS3.3 C.7.6.11), and what covers the rest (C.11.12)."""
    if not shutters:
        return {}
    values: dict[str, Any] = {"ShutterShape": [one.shape.upper() for one in shutters]}
    for one in shutters:
        if one.shape == "rectangular":
            (left, upper), (right, lower) = one.points[:2]
            values |= {"ShutterLeftVerticalEdge": round(left), "ShutterRightVerticalEdge": round(right)}
            values |= {"ShutterUpperHorizontalEdge": round(upper), "ShutterLowerHorizontalEdge": round(lower)}
        elif one.shape == "circular":
            column, row = one.points[0]
            values |= {"CenterOfCircularShutter": [round(row), round(column)]}
            values["RadiusOfCircularShutter"] = round(one.radius or 0)
        else:
            corners = [round(number) for column, row in one.points for number in (row, column)]
            values["VerticesOfThePolygonalShutter"] = corners
    grey = next((one.grey for one in shutters if one.grey is not None), 0)
    return made(**values, ShutterPresentationValue=grey)


def _layers(new: NewPresentation) -> list[Layer]:
    """The layers that are named, and those that annotations need besides."""
    known = {layer.name: layer for layer in new.layers}
    wanted = [annotation.layer or LAYER for annotation in new.annotations]
    order = max((layer.order for layer in new.layers), default=0)
    for name in dict.fromkeys(wanted):
        if name not in known:
            order += 1
            known[name] = Layer(name, order)
    return list(known.values())


def _layer(layer: Layer) -> Json:
    return made(
        GraphicLayer=layer.name,
        GraphicLayerOrder=layer.order,
        GraphicLayerRecommendedDisplayCIELabValue=cielab_of(layer.colour) if layer.colour else None,
        GraphicLayerDescription=layer.description or None,
    )


def _annotation(annotation: Annotation, sources: Sources) -> Json:
    return made(
        ReferencedImageSequence=_images(annotation.images, sources),
        GraphicLayer=annotation.layer or LAYER,
        TextObjectSequence=[_words(one) for one in annotation.words] or None,
        GraphicObjectSequence=[_graphic(one) for one in annotation.graphics] or None,
    )


def _words(words: Words) -> Json:
    boxed = words.top_left is not None and words.bottom_right is not None
    return made(
        BoundingBoxAnnotationUnits=words.units if boxed else None,
        BoundingBoxTopLeftHandCorner=list(words.top_left or ()) if boxed else None,
        BoundingBoxBottomRightHandCorner=list(words.bottom_right or ()) if boxed else None,
        BoundingBoxTextHorizontalJustification=words.justification if boxed else None,
        UnformattedTextValue=words.text,
        AnchorPointAnnotationUnits=words.anchor_units if words.anchor else None,
        AnchorPoint=list(words.anchor) if words.anchor else None,
        AnchorPointVisibility="Y" if words.anchor else None,
    )


def _graphic(graphic: Graphic) -> Json:
    closed = graphic.type in ("CIRCLE", "ELLIPSE") or (len(graphic.points) > 2 and graphic.points[0] == graphic.points[-1])
    return made(
        GraphicAnnotationUnits=graphic.units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(graphic.points),
        GraphicData=[number for point in graphic.points for number in point],
        GraphicType=graphic.type,
        GraphicFilled=("Y" if graphic.filled else "N") if closed else None,
    )
