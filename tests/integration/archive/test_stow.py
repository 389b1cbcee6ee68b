"""STOW-RS (PS3.18 10.5): every part is answered for by itself, nothing half is kept."""

import gzip
import io

import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MediaStorageDirectoryStorage
from tests.samples import ct, data_set, part10
from tests.webs import (
    BOUNDARY,
    DICOM_PARTS,
    FAILED,
    FAILURE_REASON,
    OTHER_FAILURES,
    REFERENCED,
    STORED_FORM,
    WARNING_REASON,
    Web,
    body_of,
    parts_of,
    path_of,
)

from sixfold.kernel.ids import new_uid

NOT_UNDERSTOOD = 0xC000
OTHER_STUDY = 0xA900
COERCED = 0xB000
DUPLICATE = 0x0111
CLASS_NOT_SUPPORTED = 0x0122


def _reasons(answer: object, sequence: str) -> list[int]:
    assert isinstance(answer, dict)
    return [item[FAILURE_REASON]["Value"][0] for item in answer[sequence]["Value"]]


def test_S5_one_instance_is_stored_and_told_where_it_is(web: Web) -> None:
    data = ct()
    answer = web.stow(data)
    assert answer.status_code == 200
    module = answer.json()
    (item,) = module[REFERENCED]["Value"]
    assert item["00081155"]["Value"] == [data.SOPInstanceUID]
    assert item["00081150"]["Value"] == [data.SOPClassUID]
    assert item["00081190"]["Value"][0].endswith(path_of(data))
    assert module["00081190"]["Value"][0].endswith(f"/studies/{data.StudyInstanceUID}")
    assert web.get(path_of(data), STORED_FORM).status_code == 200


def test_S5_failed_sequences_are_absent_when_none_failed(web: Web) -> None:
    module = web.stow(ct(), ct()).json()
    assert FAILED not in module
    assert OTHER_FAILURES not in module
    assert len(module[REFERENCED]["Value"]) == 2


def test_S1_the_same_instance_again_is_a_success_without_change(web: Web) -> None:
    data = ct()
    web.stow(data)
    before = web.get(path_of(data), STORED_FORM).headers["etag"]
    fresh = ct()
    answer = web.stow(data, fresh)
    assert answer.status_code == 202  # PS3.18 table 10.5.3-1: warnings exist; all the same it is kept, and referenced
    assert "it is here already" in answer.headers["warning"]
    module = answer.json()
    assert FAILED not in module
    again, new = module[REFERENCED]["Value"]
    assert again["00081155"]["Value"] == [data.SOPInstanceUID]
    assert again["00081190"]["Value"][0].endswith(path_of(data))
    assert again[WARNING_REASON] == {"vr": "US", "Value": [DUPLICATE]}
    assert new["00081155"]["Value"] == [fresh.SOPInstanceUID]
    assert WARNING_REASON not in new
    assert web.get(path_of(data), STORED_FORM).headers["etag"] == before


def test_S1_twice_in_one_request_is_stored_once_and_marked_once(web: Web) -> None:
    data = ct()
    first, second = web.stow(data, data).json()[REFERENCED]["Value"]
    assert [WARNING_REASON in item for item in (first, second)].count(True) == 1
    assert web.house.archive.totals()["instances"] == 1


def test_S1_another_content_under_the_same_uid_is_a_warning_and_the_first_stays(web: Web) -> None:
    data = ct()
    web.stow(data)
    first = data_set(data)
    data.PixelData = bytes(512)
    answer = web.stow(data)
    assert answer.status_code == 202
    (item,) = answer.json()[REFERENCED]["Value"]
    assert item[WARNING_REASON]["Value"] == [COERCED]
    again = web.stow(data).json()[REFERENCED]["Value"]
    assert again == [item]  # the same content that is kept aside, once more: no duplicate of what is kept
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(first)


def test_S5_good_and_bad_parts_are_answered_for_one_by_one(web: Web) -> None:
    good, bad = ct(), ct(StudyInstanceUID=None)
    answer = web.stow(good, part10(bad))
    assert answer.status_code == 202
    module = answer.json()
    assert [item["00081155"]["Value"][0] for item in module[REFERENCED]["Value"]] == [good.SOPInstanceUID]
    assert [item["00081155"]["Value"][0] for item in module[FAILED]["Value"]] == [bad.SOPInstanceUID]
    (reason,) = _reasons(module, FAILED)
    assert 0xA000 <= reason <= 0xCFFF
    assert web.get(path_of(good), STORED_FORM).status_code == 200


def test_S5_when_all_fail_the_status_is_409(web: Web) -> None:
    answer = web.stow(ct(SeriesInstanceUID=None))
    assert answer.status_code == 409
    assert REFERENCED not in answer.json()
    assert len(answer.json()[FAILED]["Value"]) == 1


def test_S5_an_instance_of_another_study_than_the_address_names_is_refused(web: Web) -> None:
    ours, other = ct(), ct()
    answer = web.stow(ours, other, study=ours.StudyInstanceUID)
    assert answer.status_code == 202
    assert _reasons(answer.json(), FAILED) == [OTHER_STUDY]
    assert web.get(path_of(ours), STORED_FORM).status_code == 200
    assert web.get(path_of(other), STORED_FORM).status_code == 404


@pytest.mark.parametrize("junk", [b"", b"hello", b"%PDF-1.7" + bytes(9000), bytes(128) + b"DICX" + bytes(400)])
def test_S5_a_part_that_is_no_dicom_is_an_other_failure(web: Web, junk: bytes) -> None:
    data = ct()
    answer = web.stow(junk, data)
    assert answer.status_code == 202
    assert _reasons(answer.json(), OTHER_FAILURES) == [NOT_UNDERSTOOD]
    assert FAILED not in answer.json()
    assert web.get(path_of(data), STORED_FORM).status_code == 200


def test_S5_a_dicomdir_is_told_that_its_sop_class_is_not_supported(web: Web) -> None:
    fresh = ct()
    answer = web.stow(_dicomdir(), fresh)
    assert answer.status_code == 202
    (item,) = answer.json()[OTHER_FAILURES]["Value"]
    assert item[FAILURE_REASON]["Value"] == [CLASS_NOT_SUPPORTED]
    assert item["00000902"]["Value"] == ["a DICOMDIR lists objects and is none: send the files that it nam"]
    assert web.stow(_dicomdir()).status_code == 409
    assert web.house.archive.totals()["instances"] == 1


def _dicomdir() -> bytes:
    """An empty DICOMDIR (PS3.3 F.3): its data set has neither SOP class nor instance UID."""
    data = ct()
    data.clear()
    data.FileSetID = "TEST"
    data.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    data.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    data.FileSetConsistencyFlag = 0
    data.DirectoryRecordSequence = []
    file = io.BytesIO()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MediaStorageDirectoryStorage, new_uid()
    meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)
    dcmwrite(file, FileDataset(file, data, file_meta=meta, preamble=bytes(128)), enforce_file_format=True)
    return file.getvalue()


@pytest.mark.parametrize("boundary", ["", "; boundary=", '; boundary=""', "; boundary=" + "x" * 201])
def test_S5_without_a_usable_boundary_the_request_is_bad(web: Web, boundary: str) -> None:
    answer = web.post(body_of([part10(ct())]), content_type=f'multipart/related; type="application/dicom"{boundary}')
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content_type",
    [
        f'multipart/related; type="application/dicom"; boundary="{BOUNDARY}"',
        f"multipart/related; type=application/dicom; boundary={BOUNDARY}",
        f"multipart/related;boundary={BOUNDARY};type=application/dicom",
        f"Multipart/Related; Boundary={BOUNDARY}; Type=Application/DICOM",
        f"multipart/related; boundary={BOUNDARY}",
    ],
)
def test_S5_quotes_order_and_case_of_the_content_type_do_not_matter(web: Web, content_type: str) -> None:
    assert web.post(body_of([part10(ct())]), content_type=content_type).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/dicom",
        f"multipart/form-data; boundary={BOUNDARY}",
        f'multipart/related; type="application/json"; boundary={BOUNDARY}',
    ],
)
def test_S5_another_content_type_is_415(web: Web, content_type: str) -> None:
    assert web.post(body_of([part10(ct())]), content_type=content_type).status_code == 415


def test_S5_a_form_of_the_answer_that_cannot_be_had_is_406_and_nothing_is_stored(web: Web) -> None:
    data = ct()
    assert web.stow(data, Accept="text/html").status_code == 406
    assert web.get(path_of(data), STORED_FORM).status_code == 404


def test_S5_a_body_without_parts_is_bad(web: Web) -> None:
    assert web.post(f"--{BOUNDARY}--\r\n".encode()).status_code == 400
    assert web.post(b"").status_code == 400


@pytest.mark.parametrize("where", ["in the preamble", "in the head", "in the data", "before the last boundary"])
def test_S4_nothing_half_is_kept_of_a_body_that_was_cut(web: Web, where: str) -> None:
    whole, half = ct(), ct()
    body = body_of([part10(whole), part10(half)])
    second = body.index(f"--{BOUNDARY}".encode(), 10)
    ends = {
        "in the preamble": 7,
        "in the head": second + 30,
        "in the data": second + 900,
        "before the last boundary": len(body) - 8 - len(BOUNDARY),
    }
    answer = web.post(body[: ends[where]])
    assert answer.status_code == 400
    assert web.get(path_of(half), STORED_FORM).status_code == 404
    first = web.get(path_of(whole), STORED_FORM)
    assert first.status_code == (404 if where == "in the preamble" else 200)


def test_S5_three_hundred_parts_are_all_stored(web: Web) -> None:
    first = ct()
    shared = {"StudyInstanceUID": first.StudyInstanceUID, "SeriesInstanceUID": first.SeriesInstanceUID}
    many = [ct(**shared, InstanceNumber=str(number)) for number in range(300)]
    answer = web.stow(*many)
    assert answer.status_code == 200
    told = [item["00081155"]["Value"][0] for item in answer.json()[REFERENCED]["Value"]]
    assert told == [data.SOPInstanceUID for data in many]
    stored = parts_of(web.get(f"/dicomweb/studies/{first.StudyInstanceUID}", STORED_FORM))
    assert len(stored) == 300


@pytest.mark.parametrize("coding", ["gzip", "x-gzip"])
def test_S5_a_gzip_body_is_inflated(web: Web, coding: str) -> None:
    data = ct()
    body = gzip.compress(body_of([part10(data)]))
    assert web.post(body, Content_Encoding=coding).status_code == 200
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_S5_a_damaged_or_unknown_coding_is_refused(web: Web) -> None:
    data = ct()
    body = gzip.compress(body_of([part10(data)]))
    assert web.post(body[:-20], Content_Encoding="gzip").status_code == 400
    assert web.post(b"not gzip at all", Content_Encoding="gzip").status_code == 400
    assert web.post(body, Content_Encoding="br").status_code == 415


def test_S5_a_body_in_chunks_of_any_size_is_the_same_body(web: Web) -> None:
    data = ct()
    body = body_of([part10(data)])
    headers = {"Content-Type": DICOM_PARTS, "Accept": "application/dicom+json"}
    chunks = (body[start : start + 7] for start in range(0, len(body), 7))
    assert web.client.post("/dicomweb/studies", content=chunks, headers=headers).status_code == 200
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_S5_pixels_that_look_like_a_boundary_do_not_end_the_part(web: Web) -> None:
    data = ct(PixelData=(b"\r\n--tests-boundar" + b"\r\n\r\n--" * 80)[:512].ljust(512, b"\r"))
    assert web.stow(data).status_code == 200
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert dcmread(io.BytesIO(part.body)).PixelData == data.PixelData


@pytest.mark.parametrize("odd", [b"1.2.840.10008.1\xb32.1", b"1.2.840.10008.1\r\n.1", b"1.2.840.10008.1.a.1"])
def test_S5_a_transfer_syntax_that_is_no_uid_is_refused(web: Web, odd: bytes) -> None:
    file = part10(ct()).replace(b"1.2.840.10008.1.2.1\0", odd.ljust(20, b"\0"), 1)
    answer = web.stow(file)
    assert answer.status_code == 409
    assert _reasons(answer.json(), OTHER_FAILURES) == [NOT_UNDERSTOOD]


def test_the_file_keeps_its_transfer_syntax(web: Web) -> None:
    data = ct()
    assert web.stow(part10(data, ImplicitVRLittleEndian)).status_code == 200
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.headers["content-type"].endswith(f"transfer-syntax={ImplicitVRLittleEndian}")
    assert part.body.endswith(data_set(data, ImplicitVRLittleEndian))


def test_an_unknown_study_uid_in_the_address_is_no_error_by_itself(web: Web) -> None:
    study = new_uid()
    assert web.stow(ct(StudyInstanceUID=study), study=study).status_code == 200
