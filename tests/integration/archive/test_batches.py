"""Several objects in one segment, one sync and one transaction: each keeps its own fate."""

from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from tests.houses import TestHouse, open_house
from tests.samples import ct, data_set

from sixfold.archive import rules
from sixfold.archive.model import Outcome, Provenance, Refused, StorageFull, StudyRecord, Verdict
from sixfold.archive.service.archive import make_recovery
from sixfold.archive.service.intake import Batch
from sixfold.archive.store import landing as module
from sixfold.dicom.scan import Scan
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database, DatabaseUnavailable


@pytest.fixture
def house(tmp_path: Path, database: Database) -> TestHouse:
    return open_house(tmp_path, database)


def _complete(batch: Batch, data: Dataset) -> None:
    came = Provenance("stow", "token:t", "127.0.0.1", to_text(utc_now()))
    reception = batch.receive(ExplicitVRLittleEndian, data.SOPClassUID, data.SOPInstanceUID, came)
    reception.write(data_set(data))
    reception.complete()


def _verdicts(results: list[Outcome | BaseException]) -> list[Verdict]:
    assert all(isinstance(result, Outcome) for result in results)
    return [result.verdict for result in results if isinstance(result, Outcome)]


def _segments(house: TestHouse) -> list[Path]:
    return sorted((house.home / "landing").glob("*.tar"))


def test_objects_of_a_batch_share_a_segment_and_come_back_each(house: TestHouse) -> None:
    objects = [ct() for _ in range(5)]
    batch = house.archive.intake.batch()
    for data in objects:
        _complete(batch, data)
    results = batch.settle()
    assert _verdicts(results) == [Verdict.STORED] * 5
    assert len(_segments(house)) == 1
    for data, result in zip(objects, results, strict=True):
        assert isinstance(result, Outcome)
        assert house.get(result) == data_set(data)


def test_nothing_of_a_batch_can_be_seen_before_it_is_settled(house: TestHouse) -> None:
    batch = house.archive.intake.batch()
    _complete(batch, ct())
    assert house.archive.reader.locate_all([]) == []
    assert house.archive.totals()["instances"] == 0
    batch.settle()
    assert house.archive.totals()["instances"] == 1


def test_S1_duplicates_at_the_end_leave_no_bytes_and_those_between_no_row(house: TestHouse) -> None:
    known, fresh = ct(), ct()
    house.store(known)
    before = _segments(house)[0].stat().st_size
    batch = house.archive.intake.batch()
    for data in (known, fresh, known, known):
        _complete(batch, data)
    assert _verdicts(batch.settle()) == [Verdict.DUPLICATE, Verdict.STORED, Verdict.DUPLICATE, Verdict.DUPLICATE]
    (segment,) = _segments(house)
    assert segment.stat().st_size < before * 3 + 2048
    house.archive.intake.landing.close()
    make_recovery(house.archive).run()  # finds the first duplicate, which has no row
    assert house.archive.totals()["instances"] == 2


def test_S1_a_batch_of_duplicates_leaves_nothing(house: TestHouse) -> None:
    known = ct()
    house.store(known)
    size = _segments(house)[0].stat().st_size
    batch = house.archive.intake.batch()
    for _ in range(3):
        _complete(batch, known)
    assert _verdicts(batch.settle()) == [Verdict.DUPLICATE] * 3
    assert _segments(house)[0].stat().st_size == size


def test_S3_the_same_object_twice_in_a_batch_is_stored_once(house: TestHouse) -> None:
    data = ct()
    batch = house.archive.intake.batch()
    _complete(batch, data)
    _complete(batch, data)
    assert sorted(_verdicts(batch.settle())) == [Verdict.DUPLICATE, Verdict.STORED]
    assert house.archive.totals()["instances"] == 1


def test_a_refused_or_dropped_object_leaves_the_others_whole(house: TestHouse) -> None:
    batch = house.archive.intake.batch()
    first, last = ct(), ct()
    _complete(batch, first)
    came = Provenance("stow", "token:t", "127.0.0.1", to_text(utc_now()))
    wrong = batch.receive(ExplicitVRLittleEndian, "1.2.3", "1.2.3.4", came)
    wrong.write(data_set(ct()))
    with pytest.raises(Refused):
        wrong.complete()
    half = batch.receive(ExplicitVRLittleEndian, "1.2.3", "1.2.3.4", came)
    half.write(b"x" * 300_000)
    half.drop()
    _complete(batch, last)
    results = batch.settle()
    assert _verdicts(results) == [Verdict.STORED] * 2
    for data, result in zip((first, last), results, strict=True):
        assert isinstance(result, Outcome)
        assert house.get(result) == data_set(data)


def test_S4_a_disk_that_cannot_sync_keeps_nothing_and_says_so(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = house.archive.intake.batch()
    _complete(batch, ct())
    _complete(batch, ct())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fdatasync", full)
        results = batch.settle()
    assert [type(result) for result in results] == [StorageFull, StorageFull]
    assert _segments(house)[0].stat().st_size == 0
    assert house.archive.totals()["instances"] == 0


def test_S4_a_commit_that_fails_leaves_the_bytes_to_recovery(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = house.archive.intake.batch()
    _complete(batch, ct())
    failure = DatabaseUnavailable("away")
    with monkeypatch.context() as patch:
        patch.setattr(house.archive.intake, "commit", lambda arrivals: [failure] * len(arrivals))
        assert batch.settle() == [failure]
    make_recovery(house.archive).run()
    assert house.archive.totals()["instances"] == 1


def test_one_objects_fault_is_not_anothers(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that fails for one object of a batch is tried again for each alone."""
    good, bad = ct(), ct()
    batch = house.archive.intake.batch()
    for data in (good, bad):
        _complete(batch, data)
    record = rules.study_record

    def faulty(scan: Scan, study_uid: str) -> StudyRecord:
        if study_uid == bad.StudyInstanceUID:
            raise ValueError("what this object alone cannot bear")
        return record(scan, study_uid)

    monkeypatch.setattr(rules, "study_record", faulty)
    first, second = batch.settle()
    assert isinstance(first, Outcome)
    assert first.verdict is Verdict.STORED
    assert isinstance(second, ValueError)


def test_an_empty_batch_gives_its_segment_back(house: TestHouse) -> None:
    assert house.archive.intake.batch().settle() == []
    batch = house.archive.intake.batch()
    batch.begin()
    assert batch.settle() == []
    (segment,) = _segments(house)
    assert segment.stat().st_size == 0
    house.store(ct())
    assert len(_segments(house)) == 1
