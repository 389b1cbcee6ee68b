"""Binary segmentations made from masks (PS3.3 A.51, C.8.20)."""

import zlib
from typing import Any

from sixfold.viewer.model.objects import BadMark, Code, Segment
from sixfold.viewer.model.saving import NewSegmentation, NewSegmentFrame, Occasion, Source
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes, Json, key_of, made
from sixfold.viewer.rules.objects.colour import cielab_of
from sixfold.viewer.rules.objects.documents import Sources
from sixfold.viewer.rules.objects.heads import creator, evidence, head, moment, sop
from sixfold.viewer.rules.objects.segments import Plane, plane_at
from sixfold.viewer.rules.objects.state_making import label_of

_TISSUE = Code("85756007", "SCT", "Tissue")
_LOSSY = ("LossyImageCompressionRatio", "LossyImageCompressionMethod")


def segmentation(new: NewSegmentation, occasion: Occasion, sources: Sources, masks: bytes) -> Json:
    """The segmentation; `masks` as `unpacked` gives them."""
    used = [sources[frame.sop_uid] for frame in new.frames]
    first = used[0]
    planes = [plane_at(source.attributes, frame.frame) for source, frame in zip(used, new.frames, strict=True)]
    study_uid = Attributes(first.attributes).text("StudyInstanceUID")
    series = evidence(used, study_uid)[key_of("ReferencedSeriesSequence")]["Value"]
    return {
        **head(occasion, first, codes.SEGMENTATION, "SEG"),
        **_identification(new, occasion, first),
        **_frame_of_reference(first, planes),
        **_pixels(first, len(new.frames), masks),
        **made(
            ReferencedSeriesSequence=[_instances(one) for one in series],
            SegmentationType="BINARY",
            SegmentsOverlap="UNDEFINED",
            SegmentSequence=[_segment(segment) for segment in new.segments],
        ),
        **_dimensions(occasion, spatial=None not in planes),
        **_groups(new.frames, used, planes),
    }


def unpacked(new: NewSegmentation, rows: int, columns: int) -> bytes:
    """The masks out of their gzip stream, bit to bit behind each other (PS3.5 8.1.1); raises `BadMark`."""
    each = -(-rows * columns // 8)
    wanted = each * len(new.frames)
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = inflating.decompress(new.masks, wanted + 1)
    except zlib.error as error:
        raise BadMark(f"the masks are no gzip stream: {error}") from error
    if len(found) != wanted:
        raise BadMark(f"{len(new.frames)} masks of {rows} x {columns} are {wanted} bytes: {len(found)} or more came")
    return found if rows * columns % 8 == 0 else _without_padding(found, each, rows * columns)


def _without_padding(masks: bytes, each: int, bits: int) -> bytes:
    import numpy as np

    frames = np.frombuffer(masks, np.uint8).reshape(-1, each)
    cells = np.unpackbits(frames, axis=1, bitorder="little")[:, :bits]
    return np.packbits(cells.reshape(-1), bitorder="little").tobytes()


def _identification(new: NewSegmentation, occasion: Occasion, source: Source) -> Json:
    day, time = moment(occasion.at, source)
    told = made(
        ImageType=["DERIVED", "PRIMARY"],
        ContentDate=day,
        ContentTime=time,
        ContentLabel=label_of(new.label, "SEGMENTATION"),
        ContentDescription=new.label,
    )
    return {**told, **creator(occasion.by, source)}


def _frame_of_reference(first: Source, planes: list[Plane | None]) -> Json:
    """The images' space; of images that lie in none, how the patient lies on them, if known (PS3.3 C.7.6.1.1.1)."""
    data = Attributes(first.attributes)
    uid = data.text("FrameOfReferenceUID")
    if not uid or None in planes:
        return made(PatientOrientation=list(data.texts("PatientOrientation")))
    return made(FrameOfReferenceUID=uid, PositionReferenceIndicator="")


def _pixels(first: Source, frames: int, masks: bytes) -> Json:
    data = Attributes(first.attributes)
    lossy = data.text("LossyImageCompression") == "01"
    ratio, method = (data.texts(keyword) if lossy else () for keyword in _LOSSY)
    told = made(
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        NumberOfFrames=frames,
        Rows=first.rows,
        Columns=first.columns,
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        PixelRepresentation=0,
        LossyImageCompression="01" if lossy else "00",
        LossyImageCompressionRatio=[float(one) for one in ratio] or None,
        LossyImageCompressionMethod=list(method) or None,
    )
    return {**told, key_of("PixelData"): {**made(PixelData=masks)[key_of("PixelData")], "vr": "OB"}}


def _instances(series: Json) -> Json:
    """An item of Referenced Series Sequence as the Common Instance Reference module has it (PS3.3 C.12.2)."""
    images = series[key_of("ReferencedSOPSequence")]["Value"]
    return {key_of("SeriesInstanceUID"): series[key_of("SeriesInstanceUID")], **made(ReferencedInstanceSequence=images)}


def _segment(segment: Segment) -> Json:
    algorithm = segment.algorithm or "MANUAL"
    return made(
        SegmentNumber=segment.number,
        SegmentLabel=segment.label,
        SegmentAlgorithmType=algorithm,
        SegmentAlgorithmName=None if algorithm == "MANUAL" else segment.algorithm_name or "Sixfold",
        SegmentedPropertyCategoryCodeSequence=segment.category or _TISSUE,
        SegmentedPropertyTypeCodeSequence=segment.type or _TISSUE,
        RecommendedDisplayCIELabValue=cielab_of(segment.colour) if segment.colour else None,
    )


def _dimensions(occasion: Occasion, *, spatial: bool) -> Json:
    """Frames are ordered by segment, then by place (PS3.3 C.7.6.17)."""
    organisation = f"{occasion.sop_uid[:58]}.1"
    second = ("ImagePositionPatient", "PlanePositionSequence") if spatial else ("InStackPositionNumber", "FrameContentSequence")
    pointers = [("ReferencedSegmentNumber", "SegmentIdentificationSequence"), second]
    items = [
        made(
            DimensionOrganizationUID=organisation,
            DimensionIndexPointer=key_of(pointer),
            FunctionalGroupPointer=key_of(group),
            DimensionDescriptionLabel=pointer,
        )
        for pointer, group in pointers
    ]
    return made(
        DimensionOrganizationSequence=[made(DimensionOrganizationUID=organisation)],
        DimensionIndexSequence=items,
    )


def _groups(frames: list[NewSegmentFrame], used: list[Source], planes: list[Plane | None]) -> Json:
    """The functional groups, shared ones where there is one plane and direction (PS3.3 C.7.6.16)."""
    spatial = [plane for plane in planes if plane is not None]
    shared: Json = {}
    if len(spatial) == len(planes):
        shared = made(
            PixelMeasuresSequence=[_measures(used[0], spatial[0])],
            PlaneOrientationSequence=[made(ImageOrientationPatient=list(spatial[0].orientation))],
        )
    order = {key: number for number, key in enumerate(sorted({_place(*one) for one in zip(frames, planes, strict=True)}), 1)}
    items = []
    for frame, source, plane in zip(frames, used, planes, strict=True):
        number = order[_place(frame, plane)]
        content: dict[str, Any] = {"DimensionIndexValues": [frame.segment, number]}
        if not shared:
            content |= {"StackID": "1", "InStackPositionNumber": number}
        items.append(
            made(
                FrameContentSequence=[made(**content)],
                DerivationImageSequence=[_derivation(source, frame.frame)],
                PlanePositionSequence=[made(ImagePositionPatient=list(plane.position))] if plane and shared else None,
                SegmentIdentificationSequence=[made(ReferencedSegmentNumber=frame.segment)],
            )
        )
    return made(SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=items)


def _measures(source: Source, plane: Plane) -> Json:
    data = Attributes(source.attributes)
    thickness = data.number("SliceThickness")
    apart = data.number("SpacingBetweenSlices")
    return made(
        PixelSpacing=list(plane.spacing),
        SliceThickness=thickness or 1.0,
        SpacingBetweenSlices=apart or None,
    )


def _place(frame: NewSegmentFrame, plane: Plane | None) -> tuple[float, ...] | tuple[str, int]:
    """By what frames are ordered: along the normal of their planes, or by image where they have none."""
    if plane is None:
        return frame.sop_uid, frame.frame
    (a, b, c), (d, e, f) = plane.orientation[:3], plane.orientation[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    along = sum(one * other for one, other in zip(normal, plane.position, strict=True))
    return (round(along, 3), *plane.position)


def _derivation(source: Source, frame: int) -> Json:
    purpose = made(PurposeOfReferenceCodeSequence=codes.SOURCE_OF_PROCESSING, SpatialLocationsPreserved="YES")
    image = {**sop(source, (frame,)), **purpose}
    return made(DerivationCodeSequence=codes.SEGMENTED, SourceImageSequence=[image])
