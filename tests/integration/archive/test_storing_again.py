"""Objects that come again, at once or under another roof; places too far for 32 bits."""

import copy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydicom.dataset import Dataset
from tests.houses import TestHouse, open_house
from tests.samples import ct, data_set

from sixfold.archive.model import Verdict
from sixfold.archive.service.archive import make_recovery
from sixfold.archive.service.seal import make_seal
from sixfold.archive.store import tables as t
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


def _count(house: TestHouse, table: sa.Table) -> int:
    with house.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (("SeriesInstanceUID",), "its SOP instance UID is in use in another series"),
        (("StudyInstanceUID",), "its SOP instance UID is in use in another series"),
        (("StudyInstanceUID", "SeriesInstanceUID", "PatientID"), "its SOP instance UID is in use in another series"),
        (("PatientID",), "its SOP instance UID is in use with other content"),
    ],
)
def test_S2_one_sop_uid_under_two_roofs_stays_under_the_first(house: TestHouse, changes: tuple[str, ...], reason: str) -> None:
    first = ct()
    stored = house.store(first)
    other = copy.deepcopy(first)
    for keyword in changes:
        setattr(other, keyword, new_uid()[-60:])
    outcome = house.store(other)
    assert (outcome.verdict, outcome.reason) == (Verdict.QUARANTINED, reason)
    assert house.get(stored) == data_set(first)
    assert (_count(house, t.instance), _count(house, t.quarantine)) == (1, 1)
    assert house.archive.totals()["studies"] == 1


def _at_once(house: TestHouse, objects: list[Dataset]) -> list[Verdict]:
    start = threading.Barrier(len(objects))
    verdicts: list[Verdict] = []

    def send(data: Dataset) -> None:
        start.wait()
        verdicts.append(house.store(data).verdict)

    threads = [threading.Thread(target=send, args=(data,)) for data in objects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return verdicts


def test_S4_re_sends_in_parallel_keep_the_original_and_no_row_without_bytes(house: TestHouse) -> None:
    for sealed in (False, True):
        data = ct()
        first = house.store(data)
        if sealed:
            make_seal(house.archive).run(0.0)
        assert _at_once(house, [copy.deepcopy(data) for _ in range(8)]) == [Verdict.DUPLICATE] * 8
        house.archive.intake.landing.close()
        make_recovery(house.archive).run()
        assert house.get(first) == data_set(data)
    assert (_count(house, t.instance), _count(house, t.quarantine)) == (2, 0)


def test_S4_of_first_sends_in_parallel_one_is_kept_and_the_rest_told(house: TestHouse) -> None:
    same = ct()
    assert sorted(_at_once(house, [copy.deepcopy(same) for _ in range(8)])) == [Verdict.DUPLICATE] * 7 + [Verdict.STORED]
    uid, study = new_uid(), new_uid()
    different = [ct(SOPInstanceUID=uid, StudyInstanceUID=study, InstanceNumber=str(number)) for number in range(6)]
    for data in different:
        data.SeriesInstanceUID = different[0].SeriesInstanceUID
    assert sorted(_at_once(house, different)) == [Verdict.QUARANTINED] * 5 + [Verdict.STORED]
    (kept,) = house.archive.reader.locate(study)
    assert b"".join(house.archive.reader.data_set(kept)) in {data_set(data) for data in different}
    assert (_count(house, t.instance), _count(house, t.quarantine)) == (2, 5)


def test_E8_places_and_lengths_beyond_4_gib_are_kept(house: TestHouse) -> None:
    outcome = house.store(ct())
    far = {"offset": 5 << 40, "length": 6 << 30, "pixel_offset": 5 << 30}
    with house.database.write() as transaction:
        transaction.connection.execute(sa.update(t.instance).values(far))
    (instance,) = house.archive.reader.locate(outcome.study_uid)
    assert (instance.place.offset, instance.place.length, instance.place.pixel_offset) == tuple(far.values())
