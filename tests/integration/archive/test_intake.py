"""Taking in, on both databases: kept once, nothing overwritten, nothing half."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from tests.houses import TestHouse, open_house
from tests.samples import ct, data_set

from sixfold.archive.dimse.store import Receiver
from sixfold.archive.model import Refused, StorageFull, Verdict
from sixfold.archive.store import landing as landing_module
from sixfold.archive.store import tables as t
from sixfold.dicom.scan import Truncated
from sixfold.dimse.message import StoreRequest
from sixfold.dimse.status import COERCED, SUCCESS
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.kernel.ids import new_uid


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


def _count(house: TestHouse, table: sa.Table) -> int:
    with house.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_what_is_stored_comes_back_byte_for_byte(house: TestHouse) -> None:
    data = ct()
    outcome = house.store(data)
    assert outcome.verdict is Verdict.STORED
    assert house.get(outcome) == data_set(data)


def test_S1_the_same_object_again_changes_nothing(house: TestHouse) -> None:
    data = ct()
    first = house.store(data)
    size = sum(path.stat().st_size for path in (house.home / "landing").iterdir())
    assert house.store(data).verdict is Verdict.DUPLICATE
    assert _count(house, t.instance) == 1
    assert sum(path.stat().st_size for path in (house.home / "landing").iterdir()) == size
    assert house.get(first) == data_set(data)


@pytest.mark.parametrize("change", [{"PixelData": bytes(512)}, {"PatientName": "Weiss^Aenne"}, {"InstanceNumber": "2"}])
def test_S1_other_content_under_the_same_uid_is_kept_aside_and_the_first_stays(
    house: TestHouse, change: dict[str, object]
) -> None:
    data = ct()
    first = house.store(data)
    before = data_set(data)
    for keyword, value in change.items():
        setattr(data, keyword, value)
    second = house.store(data)
    assert second.verdict is Verdict.QUARANTINED
    assert second.reason == "its SOP instance UID is in use with other content"
    assert house.get(first) == before
    assert _count(house, t.quarantine) == 1
    assert house.store(data).verdict is Verdict.DUPLICATE
    assert _count(house, t.quarantine) == 1


def test_S1_over_the_network_what_is_kept_aside_warns_each_time_it_comes(house: TestHouse) -> None:
    data = ct()
    assert _c_store(house, data) == _c_store(house, data) == SUCCESS
    data.PatientName = "Weiss^Aenne"
    assert _c_store(house, data) == _c_store(house, data) == COERCED
    assert _count(house, t.quarantine) == 1


def _c_store(house: TestHouse, data: Dataset) -> int:
    """The status of a C-STORE."""
    receiver = Receiver(house.archive.intake, "ae:TEST", "TEST@127.0.0.1")
    names = {"affected_sop_class_uid": data.SOPClassUID, "affected_sop_instance_uid": data.SOPInstanceUID}
    receiver.begin(StoreRequest(message_id=1, **names), ExplicitVRLittleEndian)
    receiver.write(memoryview(data_set(data)))
    return receiver.finish().status


def test_S2_one_sop_uid_in_two_series(house: TestHouse) -> None:
    data = ct()
    house.store(data)
    data.SeriesInstanceUID = new_uid()
    outcome = house.store(data)
    assert (outcome.verdict, outcome.reason) == (Verdict.QUARANTINED, "its SOP instance UID is in use in another series")


def test_S2_one_series_uid_in_two_studies_is_two_series(house: TestHouse) -> None:
    first = ct()
    second = ct(SeriesInstanceUID=first.SeriesInstanceUID)
    assert house.store(first).verdict is house.store(second).verdict is Verdict.STORED
    assert _count(house, t.series) == 2


def test_S2_one_study_uid_for_two_patients_never_mixes_them(house: TestHouse) -> None:
    first = ct()
    house.store(first)
    outcome = house.store(ct(StudyInstanceUID=first.StudyInstanceUID, PatientID="P2"))
    assert (outcome.verdict, outcome.reason) == (Verdict.QUARANTINED, "its study belongs to another patient")
    assert len(house.archive.reader.locate(first.StudyInstanceUID)) == 1


def test_I1_the_same_number_from_another_issuer_is_another_patient(house: TestHouse) -> None:
    house.store(ct(IssuerOfPatientID="NORTH"))
    house.store(ct(IssuerOfPatientID="SOUTH"))
    house.store(ct())
    assert _count(house, t.patient) == 3


def test_I1_an_empty_patient_id_makes_a_patient_of_each_study(house: TestHouse) -> None:
    house.store(ct(PatientID=""))
    house.store(ct(PatientID=""))
    assert _count(house, t.patient) == 2


def test_Q17_counts_are_right_straight_after_the_store(house: TestHouse) -> None:
    first = ct()
    house.store(first)
    for modality in ("CT", "SR", "CT"):
        house.store(ct(StudyInstanceUID=first.StudyInstanceUID, Modality=modality))
    with house.database.read() as connection:
        row = connection.execute(sa.select(t.study.c.series, t.study.c.instances, t.study.c.modalities)).one()
    assert tuple(row) == (4, 4, "\\CT\\SR\\")


def test_the_feed_tells_of_each_object_once(house: TestHouse) -> None:
    data = ct()
    house.store(data)
    house.store(data)
    told = [event for event in events.read(house.database, 0, 10) if event.kind == "instances.stored"]
    assert [event.payload["instances"] for event in told] == [[data.SOPInstanceUID]]
    assert told[0].actor == "ae:TEST"


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"])
def test_an_object_without_a_unique_key_is_refused_with_a_reason(house: TestHouse, keyword: str) -> None:
    data = ct()
    sop_class, sop_uid = data.SOPClassUID, data.SOPInstanceUID
    delattr(data, keyword)
    with pytest.raises(Refused, match="UID is missing"):
        house.store_bytes(data_set(data), sop_class, sop_uid)
    assert _count(house, t.instance) == _count(house, t.study) == 0
    assert house.store(ct()).verdict is Verdict.STORED


def test_an_object_that_is_not_what_the_request_said_is_refused(house: TestHouse) -> None:
    data = ct()
    with pytest.raises(Refused) as told:
        house.store_bytes(data_set(data), data.SOPClassUID, new_uid())
    assert told.value.reason == 0xA900


def test_S4_a_cut_object_is_refused_wherever_it_is_cut(house: TestHouse) -> None:
    data = ct()
    whole = data_set(data)
    between_elements = _boundaries(data)
    for length in [*range(0, len(whole) - 520, 7), len(whole) - 1]:
        if not between_elements.isdisjoint(range(length - 7, length + 1)):
            continue  # it may be meant to end there: up to seven stray bytes after the last element are borne with
        with pytest.raises((Truncated, Refused)):
            house.store_bytes(whole[:length], data.SOPClassUID, data.SOPInstanceUID)
    assert _count(house, t.instance) == 0
    with pytest.raises(NotFound):
        house.archive.reader.locate(data.StudyInstanceUID)
    assert house.store(data).verdict is Verdict.STORED


def _boundaries(data: Dataset) -> set[int]:
    elements = list(data)
    return {len(data_set(Dataset({item.tag: item for item in elements[:count]}))) for count in range(1, len(elements) + 1)} | {
        0
    }


def test_S4_a_transfer_that_is_aborted_leaves_nothing(house: TestHouse) -> None:
    from sixfold.archive.model import Provenance

    data = ct()
    came = Provenance("dimse", "ae:TEST", "x", "2026-01-01T00:00:00.000Z")
    reception = house.archive.intake.receive("1.2.840.10008.1.2.1", data.SOPClassUID, data.SOPInstanceUID, came)
    reception.write(data_set(data)[:900])
    reception.abort()
    assert [path.stat().st_size for path in (house.home / "landing").iterdir()] == [0]
    assert _count(house, t.instance) == 0


def test_S4_a_full_disk_stores_nothing_and_says_so(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    data = ct()
    monkeypatch.setattr(landing_module.os, "pwrite", full)
    with pytest.raises(StorageFull):
        house.store(data)
    monkeypatch.undo()
    assert _count(house, t.instance) == 0
    assert house.store(data).verdict is Verdict.STORED


def test_S3_first_objects_of_one_study_in_parallel_make_exactly_one_of_each(house: TestHouse) -> None:
    for _ in range(3):
        _race(house)


def _race(house: TestHouse) -> None:
    study, series, number = new_uid(), new_uid(), new_uid()[-12:]
    objects = [ct(StudyInstanceUID=study, SeriesInstanceUID=series, PatientID=number) for _ in range(16)]
    start = threading.Barrier(16)
    failures: list[SixfoldError] = []

    def send(index: int) -> None:
        start.wait()
        try:
            house.store(objects[index])
        except SixfoldError as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(index,)) for index in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with house.database.read() as connection:
        patients = sa.select(sa.func.count()).where(t.patient.c.patient_id == number)
        assert connection.execute(patients).scalar_one() == 1
        row = connection.execute(sa.select(t.study.c.series, t.study.c.instances).where(t.study.c.study_uid == study)).one()
        assert tuple(row) == (1, 16)
