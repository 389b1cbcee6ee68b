"""Objects of other makers read as marks: the shapes of documents, old codes, what is missing and what is hostile."""

import math
from pathlib import Path
from typing import Any

import pytest
from tests.unit.dicom.samples import DATA

from sixfold.dicom.json import instance_dict
from sixfold.dicom.part10 import parse_file_meta
from sixfold.dicom.uids import transfer_syntax
from sixfold.viewer.model.objects import Code, ImageRef, Measurements
from sixfold.viewer.rules.objects.attributes import Attributes, Json, made
from sixfold.viewer.rules.objects.colour import cielab_of, colour_of
from sixfold.viewer.rules.objects.documents import container, content
from sixfold.viewer.rules.objects.origin import moment_of, name_of
from sixfold.viewer.rules.objects.reports import read_report
from sixfold.viewer.rules.objects.segments import Plane, read_segmentation
from sixfold.viewer.rules.objects.selections import read_selection
from sixfold.viewer.rules.objects.state_making import shown_corners
from sixfold.viewer.rules.objects.states import read_state

GROUP, LENGTH = Code("125007", "DCM", "Measurement Group"), Code("G-D7FE", "SRT", "Length")
AREA, ANGLE = Code("G-A166", "SRT", "Area"), Code("285285000", "SCT", "Cobb angle")
TRACKING = Code("112039", "DCM", "Tracking Identifier")


def image(uid: str = "1.2.3", *frames: int) -> Json:
    one = made(ReferencedSOPClassUID="1.2", ReferencedSOPInstanceUID=uid, ReferencedFrameNumber=list(frames) or None)
    return content("SELECTED FROM", "IMAGE", None, ReferencedSOPSequence=[one])


def line(kind: str, *numbers: float, relationship: str = "INFERRED FROM", frame: int = 1) -> Json:
    return content(relationship, "SCOORD", None, image("1.2.3", frame), GraphicData=list(numbers), GraphicType=kind)


def number(concept: Code, value: float, unit: str, *children: Json) -> Json:
    measured = made(NumericValue=value, MeasurementUnitsCodeSequence=Code(unit, "UCUM", unit))
    return content("CONTAINS", "NUM", concept, *children, MeasuredValueSequence=[measured])


def text(concept: Code, words: str) -> Json:
    return content("HAS OBS CONTEXT", "TEXT", concept, TextValue=words)


def document(*items: Json) -> Measurements:
    title = Code("126000", "DCM", "Imaging Measurement Report")
    data = made(SOPInstanceUID="1.9", SeriesInstanceUID="1.8", ConceptNameCodeSequence=title, ContentSequence=list(items))
    return read_report(Attributes(data), {"1.2.3": "1.2"})


def test_a_document_of_cornerstone() -> None:
    free = content(
        "CONTAINS", "CODE", Code("121071", "DCM"), ConceptCodeSequence=Code("CORNERSTONEFREETEXT", "CORNERSTONEJS", "nodule")
    )
    told = document(
        container(
            "CONTAINS",
            Code("126010", "DCM"),
            container(
                "CONTAINS",
                GROUP,
                text(TRACKING, "Cornerstone3DTools@^0.1.0:RectangleROI"),
                content("HAS OBS CONTEXT", "UIDREF", Code("112040", "DCM"), UID="2.25.5"),
                free,
                number(AREA, 12, "mm2", line("POLYLINE", 1, 1, 4, 1, 4, 5, 1, 5, 1, 1)),
                number(Code("373098007", "SCT", "Mean"), 7, "[hnsf'U]", line("POLYLINE", 1, 1, 4, 1, 4, 5, 1, 5, 1, 1)),
            ),
        )
    )
    (mark,) = told.marks
    assert (mark.kind, mark.uid, mark.label, mark.series_uid, mark.frame) == ("rectangle", "2.25.5", "nodule", "1.2", 1)
    assert mark.points == [(1, 1), (4, 1), (4, 5), (1, 5)]
    assert [(value.concept.meaning, value.value) for value in mark.values] == [("Area", 12), ("Mean", 7)]


@pytest.mark.parametrize(
    ("items", "kind", "points"),
    [
        ([number(LENGTH, 5, "mm", line("POLYLINE", 0, 0, 3, 4))], "length", 2),
        ([number(ANGLE, 5, "deg", line("POLYLINE", 0, 0, 3, 4, 1, 1, 2, 2))], "cobb", 4),
        ([number(ANGLE, 5, "deg", line("POLYLINE", 0, 0, 3, 4), line("POLYLINE", 1, 1, 2, 2))], "cobb", 4),
        ([number(Code("1", "X"), 5, "deg", line("POLYLINE", 0, 0, 3, 4, 1, 1))], "angle", 3),
        ([line("POLYLINE", 0, 0, 3, 4, relationship="CONTAINS")], "arrow", 2),
        ([line("POLYLINE", 0, 0, 3, 4, 8, 1, relationship="CONTAINS")], "polyline", 3),
        ([line("POLYLINE", 0, 0, 3, 4, 8, 1, 2, 0, 0, 0, relationship="CONTAINS")], "freehand", 5),
        ([line("POLYLINE", 0, 0, 4, 3, 1, 7, -3, 4, 0, 0, relationship="CONTAINS")], "rectangle", 4),
        ([line("ELLIPSE", 0, 2, 4, 2, 2, 1, 2, 3, relationship="CONTAINS")], "ellipse", 4),
        ([line("CIRCLE", 0, 2, 4, 2, relationship="CONTAINS")], "circle", 2),
        ([line("POINT", 0, 2, relationship="CONTAINS")], "point", 1),
        ([line("MULTIPOINT", 0, 2, 3, 4, 5, 6, relationship="CONTAINS")], "multipoint", 3),
    ],
)
def test_what_outlines_are(items: list[Json], kind: str, points: int) -> None:
    (mark,) = document(container("CONTAINS", GROUP, *items)).marks
    assert (mark.kind, len(mark.points), mark.sop_uid) == (kind, points, "1.2.3")


def test_axes_in_whichever_order_are_one_mark() -> None:
    short = number(Code("G-A186", "SRT", "Short Axis"), 2, "mm", line("POLYLINE", 5, 0, 5, 4))
    long = number(Code("G-A185", "SRT", "Long Axis"), 4, "mm", line("POLYLINE", 1, 1, 9, 1))
    (mark,) = document(container("CONTAINS", GROUP, short, long)).marks
    assert (mark.kind, mark.points) == ("bidirectional", [(1, 1), (9, 1), (5, 0), (5, 4)])


def test_measurements_outside_of_groups_and_on_frames() -> None:
    told = document(
        number(LENGTH, 5, "mm", line("POLYLINE", 0, 0, 3, 4, frame=3)),
        container("CONTAINS", Code("1", "X"), number(LENGTH, 6, "mm", line("POLYLINE", 0, 0, 3, 5))),
    )
    assert [(mark.frame, mark.values[0].value, mark.uid) for mark in told.marks] == [(3, 5, "1.9#1"), (1, 6, "1.9#2")]


def test_coordinates_that_stand_elsewhere_in_the_document() -> None:
    found = made(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 1, 2])
    told = document(
        container("CONTAINS", Code("1", "X"), container("CONTAINS", Code("2", "X")), line("POLYLINE", 0, 0, 3, 4)),
        container("CONTAINS", GROUP, number(LENGTH, 5, "mm", found)),
        container("CONTAINS", GROUP, number(LENGTH, 5, "mm", {**found, **made(ReferencedContentItemIdentifier=[1, 9, 9])})),
    )
    assert [(mark.kind, len(mark.values)) for mark in told.marks] == [("arrow", 0), ("length", 1)]


def test_marks_in_space() -> None:
    item = content(
        "CONTAINS",
        "SCOORD3D",
        Code("111030", "DCM"),
        GraphicData=[1.5, 2, 3, 4, 5, 6],
        GraphicType="POLYLINE",
        ReferencedFrameOfReferenceUID="1.5",
    )
    (mark,) = document(container("CONTAINS", GROUP, item, number(LENGTH, 5, "mm"))).marks
    assert (mark.kind, mark.space, mark.frame_of_reference) == ("length", [(1.5, 2, 3), (4, 5, 6)], "1.5")


def test_hostile_documents_say_nothing() -> None:
    deep: Json = line("POINT", 1, 1)
    for _ in range(100):
        deep = container("CONTAINS", Code("1", "X"), deep)
    assert document(deep).marks == []
    itself = made(ReferencedContentItemIdentifier=[1])
    assert document(container("CONTAINS", GROUP, itself)).marks == []
    odd: list[Any] = [{"0040A730": {"vr": "SQ", "Value": [None, 3, {"0040A040": {"vr": "CS", "Value": [{"a": 1}]}}]}}]
    for row in [*odd, {}, {"0040A730": 7}, {"0040A730": {"Value": {}}}]:
        assert read_report(Attributes(row), {}).marks == []
        assert read_selection(Attributes(row), {}).images == ()
        assert read_state(Attributes(row), {}).images == ()
        assert read_segmentation(Attributes(row), {}, dict).segments == ()
    for numbers in ([math.nan, 1], ["x", 1], [1], [True, 1]):
        assert document(content("CONTAINS", "SCOORD", None, image(), GraphicData=numbers, GraphicType="POINT")).marks == []


def test_moments_and_names() -> None:
    exact = made(ObservationDateTime="20260301101500.5+0100", ContentDate="20250101")
    assert moment_of(Attributes(exact)) == "2026-03-01T10:15:00.5+01:00"
    assert moment_of(Attributes(made(ContentDate="20260301", ContentTime="1015"))) == "2026-03-01T10:15:00"
    assert moment_of(Attributes(made(ContentDate="2026.03.01", ContentTime="odd"))) == "2026-03-01"
    assert moment_of(Attributes({})) == ""
    assert name_of("Lovelace^Ada^King^Dr.") == "Dr. Ada King Lovelace"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#dd8265", "#00ff00", "#0000ff", "#123456"])
def test_colours_come_back(colour: str) -> None:
    assert colour_of(cielab_of(colour)) == colour


def test_frames_find_their_images_by_where_they_lie() -> None:
    flat = [1.0, 0, 0, 0, 1, 0]
    shared = made(
        PlaneOrientationSequence=[made(ImageOrientationPatient=flat)], PixelMeasuresSequence=[made(PixelSpacing=[0.5, 0.5])]
    )
    frames = [
        made(
            PlanePositionSequence=[made(ImagePositionPatient=[0, 0, z])],
            SegmentIdentificationSequence=[made(ReferencedSegmentNumber=1)],
        )
        for z in (2.0000001, 4, 9)
    ]
    data = made(
        SegmentationType="BINARY",
        Rows=4,
        Columns=4,
        NumberOfFrames=3,
        FrameOfReferenceUID="1.5",
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=frames,
    )
    planes = {ImageRef("1.2", f"1.2.{z}"): Plane((0.0, 0.0, z), tuple(flat), (0.5, 0.5), 4, 4, "1.5") for z in (2.0, 4.0)}
    found = read_segmentation(Attributes(data), {}, lambda: planes)
    assert [frame.sop_uid for frame in found.frames] == ["1.2.2.0", "1.2.4.0", ""]


def opened(name: str) -> Attributes:
    path: Path = DATA / "dicom" / name
    if not path.exists():
        pytest.skip("the sample files are not here")
    file = path.read_bytes()
    meta = parse_file_meta(file)
    assert meta is not None
    syntax = transfer_syntax(meta.transfer_syntax_uid)
    return Attributes(instance_dict(file[meta.data_set_offset :], syntax, bulk_uri="x"))


def test_real_objects() -> None:
    report = read_report(opened("ImagingDataCommons+highdicom/data/test_files/sr_document.dcm"), {})
    assert [(mark.kind, len(mark.points)) for mark in report.marks] != []
    assert report.marks[0].series_uid == "1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322"
    selection = read_selection(opened("derived/ko_0.dcm"), {})
    assert (selection.title.meaning, len(selection.images)) == ("Of Interest", 1)
    shown = read_state(opened("derived/gsps_0.dcm"), {})
    assert (shown.windows[0].center, shown.rescale, shown.areas[0].bottom_right) == (40, (1, -1024), (128, 128))
    assert shown.images[0].series_uid == "1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322"
    liver = read_segmentation(opened("pydicom-pkg/test_files/liver_1frame.dcm"), {}, dict)
    assert (liver.segments[0].label, liver.segments[0].colour, liver.segments[0].algorithm) == (
        "Liver",
        "#d98265",
        "SEMIAUTOMATIC",
    )
    assert read_report(opened("pydicom-pkg/test_files/reportsi.dcm"), {}).marks == []
    old = read_report(opened("pydicom-pkg/test_files/test-SR.dcm"), {})
    assert old.replaces == ("1.2.276.0.7230010.3.1.4.2139363186.7819.982086466.1",)


@pytest.mark.parametrize(
    ("rotation", "flip", "corners"),
    [
        (0, False, ((1, 1), (4, 3))),
        (90, False, ((1, 3), (4, 1))),
        (180, False, ((4, 3), (1, 1))),
        (270, False, ((4, 1), (1, 3))),
        (0, True, ((4, 1), (1, 3))),
        (90, True, ((1, 1), (4, 3))),
    ],
)
def test_the_corners_of_what_is_shown_are_those_after_turning(rotation: int, flip: bool, corners: Any) -> None:
    """Told by an array that is turned: clockwise, then mirrored."""
    import numpy as np

    pixels = np.array([[(column, row) for column in range(1, 5)] for row in range(1, 4)])
    turned = np.rot90(pixels, -rotation // 90)
    shown = turned[:, ::-1] if flip else turned
    assert (tuple(shown[0, 0]), tuple(shown[-1, -1])) == corners
    assert shown_corners(4, 3, rotation, flip=flip) == corners
