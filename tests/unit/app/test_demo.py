"""The demonstration hospital: deterministic, valid, plainly marked, and of the promised variety."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from pydicom import Dataset, dcmread

from sixfold.app.demo import SEED, first_day, hospital
from sixfold.app.demo.acquisitions.documents import pdf
from sixfold.app.demo.encoding import rle_lossless
from sixfold.app.demo.phantoms.canvas import Canvas
from sixfold.app.demo.schedule import studies

TODAY = dt.date(2026, 3, 1)

pytestmark = pytest.mark.xdist_group("demonstration")  # it takes long to make: once is enough


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    return list(hospital(TODAY))


@pytest.fixture(scope="module")
def objects(files: list[bytes]) -> list[Dataset]:
    return [dcmread(BytesIO(content)) for content in files]


def first_of_each_series(objects: list[Dataset]) -> Iterator[Dataset]:
    seen = set()
    for data in objects:
        if data.SeriesInstanceUID not in seen:
            seen.add(data.SeriesInstanceUID)
            yield data


def test_the_same_seed_and_day_give_the_same_bytes_and_another_seed_other_uids(files: list[bytes]) -> None:
    (study, acquire), *_ = studies(6, TODAY)
    again = [data.SOPInstanceUID for data, _ in zip(acquire(study), range(2), strict=False)]
    assert again == [dcmread(BytesIO(content)).SOPInstanceUID for content in files[:2]]
    repeat = hospital(TODAY)
    assert hashlib.sha256(next(repeat)).digest() == hashlib.sha256(files[0]).digest()
    (other, _), *_ = studies(7, TODAY)
    assert other.uid != study.uid


def test_another_day_changes_dates_and_no_identity() -> None:
    later = TODAY + dt.timedelta(days=2)
    for (first, _), (second, _) in zip(studies(SEED, TODAY), studies(SEED, later), strict=True):
        assert (first.uid, first.visit.patient) == (second.uid, second.visit.patient)
        assert second.started - first.started == dt.timedelta(days=2)


def test_the_first_day_is_told_by_any_study_that_is_there() -> None:
    dates = {study.uid: f"{study.started:%Y%m%d}" for study, _ in studies(SEED, TODAY)}
    for uid, day in dates.items():
        assert first_day(defaultdict(str, {uid: day}).__getitem__) == TODAY
    assert first_day(lambda _: "") is None
    assert first_day(lambda _: "20269999") is None


def test_the_hospital_is_small_and_every_object_is_marked_as_a_demonstration(
    files: list[bytes], objects: list[Dataset]
) -> None:
    assert sum(map(len, files)) < 80_000_000
    for data in objects:
        assert data.PatientComments.startswith("Demonstration object")
        assert data.InstitutionName.endswith("(DEMONSTRATION)")


def test_uids_are_unique_valid_and_consistent(objects: list[Dataset]) -> None:
    assert len({data.SOPInstanceUID for data in objects}) == len(objects)
    patient_of_study: dict[str, tuple[str, str, str]] = {}
    study_of_series: dict[str, str] = {}
    for data in objects:
        assert all(uid.is_valid for uid in (data.SOPInstanceUID, data.SeriesInstanceUID, data.StudyInstanceUID))
        person = (data.PatientID, data.IssuerOfPatientID, str(data.PatientName))
        assert patient_of_study.setdefault(data.StudyInstanceUID, person) == person
        assert study_of_series.setdefault(data.SeriesInstanceUID, data.StudyInstanceUID) == data.StudyInstanceUID
        assert data.file_meta.MediaStorageSOPInstanceUID == data.SOPInstanceUID


def test_departments_modalities_and_transfer_syntaxes_are_varied(objects: list[Dataset]) -> None:
    modalities = {data.Modality for data in objects}
    assert modalities == {"CT", "MR", "DX", "MG", "US", "XA", "XC", "ES", "OP", "ECG", "SR", "KO", "SEG", "DOC"}
    assert len({data.file_meta.TransferSyntaxUID for data in objects}) == 6
    assert len({data.InstitutionalDepartmentName for data in objects}) >= 6
    assert len({(data.PatientID, data.IssuerOfPatientID) for data in objects}) == 12


def test_I1_two_people_share_a_number_and_only_the_issuer_tells_them_apart(objects: list[Dataset]) -> None:
    names = defaultdict(set)
    for data in objects:
        names[data.PatientID].add((data.IssuerOfPatientID, str(data.PatientName)))
    assert len(names["100234"]) == 2
    assert len({issuer for issuer, _ in names["100234"]}) == 2


def test_C2_names_survive_their_character_sets(objects: list[Dataset]) -> None:
    names = {str(data.PatientName) for data in objects}
    assert {"Sato^Hanako=佐藤^花子=さとう^はなこ", "Li^Xiaomei=李^晓梅", "حداد^ليلى", "Nguyễn^Thị Hạnh"} <= names
    assert any(isinstance(data.SpecificCharacterSet, str) is False for data in objects)


def test_every_kind_of_picture_decodes_to_something_with_contrast(objects: list[Dataset]) -> None:
    shown = [data for data in first_of_each_series(objects) if "PixelData" in data]
    assert len(shown) > 25
    for data in shown:
        pixels = data.pixel_array
        assert pixels.shape[-1] == 3 if data.SamplesPerPixel == 3 else pixels.shape[-2:] == (data.Rows, data.Columns)
        assert pixels.std() > 0, data.SeriesDescription


def test_slices_of_a_series_are_evenly_spaced_and_priors_reach_back_years(objects: list[Dataset]) -> None:
    series = defaultdict(list)
    for data in objects:
        if data.Modality == "CT":
            series[data.SeriesInstanceUID].append(float(data.ImagePositionPatient[2]))
    for heights in series.values():
        assert np.allclose(np.diff(heights), -5)
    dates = {data.StudyDate for data in objects if data.PatientID == "100234" and data.IssuerOfPatientID == "HARBOUR"}
    assert len(dates) == 4
    assert min(dates) < "20230401"
    assert max(dates) == "20260228"


def test_the_nodule_grows_between_priors(objects: list[Dataset]) -> None:
    sizes = {}
    for data in objects:
        if data.Modality == "CT" and data.BodyPartExamined == "CHEST" and data.InstanceNumber == 17:
            row = int((-22.0 - data.ImagePositionPatient[1]) / data.PixelSpacing[0])
            column = int((-72.0 - data.ImagePositionPatient[0]) / data.PixelSpacing[0])
            reach = int(12 / data.PixelSpacing[0])
            near = data.pixel_array[row - reach : row + reach, column - reach : column + reach]
            sizes[data.StudyDate] = float((near > 700).mean())
    grown = [sizes[date] for date in sorted(sizes)]
    assert grown == sorted(grown)
    assert grown[-1] > 2 * grown[0]


def test_the_segmentation_covers_the_nodule_and_the_key_image_exists(objects: list[Dataset]) -> None:
    by_uid = {data.SOPInstanceUID: data for data in objects}
    (segmentation,) = (data for data in objects if data.Modality == "SEG")
    masks = segmentation.pixel_array
    frames = segmentation.PerFrameFunctionalGroupsSequence
    assert len(frames) == segmentation.NumberOfFrames == len(masks)
    for mask, frame in zip(masks, frames, strict=True):
        source = by_uid[frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID]
        assert source.pixel_array[mask > 0].mean() > 800
    (keys,) = (data for data in objects if data.Modality == "KO")
    assert keys.ContentSequence[1].ReferencedSOPSequence[0].ReferencedSOPInstanceUID in by_uid


def test_the_electrocardiogram_obeys_einthoven(objects: list[Dataset]) -> None:
    group = next(data for data in objects if data.Modality == "ECG").WaveformSequence[0]
    samples = np.frombuffer(group.WaveformData, "<i2").reshape(-1, group.NumberOfWaveformChannels).astype(int)
    assert samples.shape == (5000, 12)
    assert np.abs(samples[:, 0] + samples[:, 2] - samples[:, 1]).max() <= 2


def test_a_written_pdf_has_a_cross_reference_that_points_at_its_objects() -> None:
    content = pdf("Title (one)", ["a line", r"back\slash"])
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start : start + 4] == b"xref"
    for number, row in enumerate(content[start:].split(b"\n")[3:8], 1):
        assert content[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_rle_packs_the_most_significant_byte_first() -> None:
    frame = np.array([[0x0102, 0x0102], [0x0304, 0x0506]], np.uint16)
    encoded = rle_lossless(frame)
    count, first, second = np.frombuffer(encoded[:12], "<u4")
    assert (count, first) == (2, 64)
    assert second % 2 == 0
    assert encoded[64:66] == b"\xff\x01"


def test_a_canvas_paints_in_millimetres_and_leaves_the_rest_alone() -> None:
    canvas = Canvas(40, 60, 0.5)
    canvas.disc((5, -3), 2.0, 7.0)
    assert canvas.pixels[14, 40] == 7
    assert canvas.pixels[30, 10] == 0
    assert canvas.pixels.sum() / 7 * 0.25 == pytest.approx(np.pi * 4, rel=0.05)
