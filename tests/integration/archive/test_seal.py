"""From the landing to the object store and back: seal, recovery, freeing, rebuild, on both databases and all stores."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
import sqlalchemy as sa
from pydicom.dataset import Dataset
from tests.houses import TestHouse, nowhere, open_house
from tests.samples import ct, data_set

from sixfold.archive.model import Outcome, Verdict
from sixfold.archive.service.archive import make_recovery
from sixfold.archive.service.rebuild import Rebuild, differences
from sixfold.archive.service.seal import make_seal
from sixfold.archive.store import pack
from sixfold.archive.store import tables as t
from sixfold.archive.store.index import new_segment
from sixfold.archive.store.transfer import Transfer
from sixfold.kernel import events
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.objects import MemoryObjects, Objects


@pytest.fixture
def house(tmp_path: Path, database: Database, objects: Objects) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database, objects)
    yield made
    made.archive.close()


def _series(house: TestHouse, count: int = 3, **values: object) -> list[tuple[Dataset, Outcome]]:
    first = ct(**values)
    stored = []
    for number in range(count, 0, -1):
        shared = {"StudyInstanceUID": first.StudyInstanceUID, "SeriesInstanceUID": first.SeriesInstanceUID}
        data = ct(**shared, InstanceNumber=str(number), **values)
        stored.append((data, house.store(data)))
    return stored


def _seal_all(house: TestHouse) -> None:
    seal = make_seal(house.archive)
    while seal.run(stable_after=-1):
        pass


def test_a_sealed_series_comes_back_byte_for_byte_and_its_segment_is_freed(house: TestHouse) -> None:
    stored = _series(house)
    _seal_all(house)
    house.archive.intake.landing.close()
    assert make_recovery(house.archive).run() == 1
    assert list((house.home / "landing").iterdir()) == []
    for data, outcome in stored:
        assert house.get(outcome) == data_set(data)


def test_a_sealed_series_is_one_tar_in_instance_order_with_its_metadata(house: TestHouse, tmp_path: Path) -> None:
    stored = _series(house)
    _seal_all(house)
    (key,) = house.objects.keys("studies/")
    copy = tmp_path / "copy.tar"
    copy.write_bytes(house.objects.read(key, 0, house.objects.size(key)))
    with tarfile.open(copy) as archive:
        names = archive.getnames()
        assert names[:3] == [f"{outcome.sop_uid}.dcm" for _, outcome in reversed(stored)]
        assert names[3:] == ["metadata.json.gz", "contents.msgpack"]
        stream = archive.extractfile("metadata.json.gz")
        contents = archive.extractfile("contents.msgpack")
        assert stream is not None
        assert contents is not None
        gz, table = stream.read(), pack.decode_contents(contents.read())
    array = orjson.loads(pack.inflate(gz))
    assert [item["00200013"]["Value"] for item in array] == [[1], [2], [3]]
    for _, outcome in stored:
        one = orjson.loads(pack.inflate_one(gz, table[outcome.sop_uid]))
        assert one["00080018"]["Value"] == [outcome.sop_uid]


def test_an_instance_that_comes_after_the_seal_gets_a_seal_of_its_own(house: TestHouse) -> None:
    (data, outcome), *_ = _series(house)
    _seal_all(house)
    late = ct(StudyInstanceUID=data.StudyInstanceUID, SeriesInstanceUID=data.SeriesInstanceUID, InstanceNumber="9")
    late_outcome = house.store(late)
    _seal_all(house)
    assert len(list(house.objects.keys("studies/"))) == 2
    assert house.get(late_outcome) == data_set(late)
    assert house.get(outcome) == data_set(data)


def test_stable_series_and_study_are_told_once(house: TestHouse) -> None:
    _series(house)
    _seal_all(house)
    kinds = [event.kind for event in events.read(house.database, 0, 100)]
    assert kinds.count("series.stable") == kinds.count("study.stable") == 1


def test_a_flipped_bit_in_the_landing_is_found_and_nothing_is_swapped(house: TestHouse) -> None:
    ((data, _),) = _series(house, 1)
    (instance,) = house.archive.reader.locate(data.StudyInstanceUID)
    (segment,) = (house.home / "landing").iterdir()
    with segment.open("r+b") as file:
        file.seek(instance.place.offset + instance.place.length - 9)
        file.write(b"\xa5")
    _seal_once(house)
    assert list(house.objects.keys("studies/")) == []
    assert house.archive.reader.locate(data.StudyInstanceUID) == [instance]


def _seal_once(house: TestHouse) -> None:
    make_seal(house.archive).run(stable_after=-1)


def test_I7_a_full_object_store_leaves_the_series_in_the_landing(tmp_path: Path, sqlite_database: Database) -> None:
    full = MemoryObjects()
    house = open_house(tmp_path, sqlite_database, full)
    stored = _series(house)
    full.full = True
    _seal_once(house)
    for data, outcome in stored:
        assert house.get(outcome) == data_set(data)
    full.full = False
    _seal_all(house)
    assert len(list(full.keys("studies/"))) == 1
    house.archive.close()


def test_a_reader_that_knows_the_old_place_still_gets_its_bytes(house: TestHouse) -> None:
    (data, _), *_ = _series(house)
    before = house.archive.reader.locate(data.StudyInstanceUID, "", data.SOPInstanceUID)[0]
    _seal_all(house)
    house.archive.intake.landing.close()
    make_recovery(house.archive).run()
    assert b"".join(house.archive.reader.data_set(before)) == data_set(data)


def test_S4_a_whole_member_without_a_row_is_indexed_and_a_half_one_is_cut(house: TestHouse) -> None:
    data = ct()
    house.store(data)
    half = Transfer(house.archive.intake.landing.acquire())
    half.write(b"x" * 300_000)
    os.close(half.segment.descriptor)  # as the end of the process does
    with house.database.write() as transaction:  # as the end of the machine does to a transaction that was not synced
        for table in (t.instance, t.series, t.study_word, t.study_modality, t.study, t.patient):
            transaction.connection.execute(sa.delete(table))
    recovery = make_recovery(house.archive)
    while recovery.run():
        pass
    (instance,) = house.archive.reader.locate(data.StudyInstanceUID)
    assert b"".join(house.archive.reader.data_set(instance)) == data_set(data)
    assert recovery.run() == 0


def test_S4_a_copy_of_what_was_sealed_is_not_read_again(house: TestHouse, caplog: pytest.LogCaptureFixture) -> None:
    (data, outcome), *_ = _series(house)
    before = house.archive.reader.locate(data.StudyInstanceUID, "", data.SOPInstanceUID)[0]
    _seal_all(house)
    late = ct(StudyInstanceUID=data.StudyInstanceUID, SeriesInstanceUID=data.SeriesInstanceUID, InstanceNumber="9")
    lost = house.store(late)  # in the same segment, which therefore lives on
    house.archive.intake.landing.close()
    (segment,) = (house.home / "landing").iterdir()
    with segment.open("r+b") as file:
        file.seek(before.place.offset + before.place.length - 9)
        file.write(b"\xa5")  # who reads the copy finds that its digest is wrong, and tells
    with house.database.write() as transaction:
        transaction.connection.execute(sa.delete(t.instance).where(t.instance.c.sop_uid == lost.sop_uid))
    assert make_recovery(house.archive).run() == 1
    assert house.get(lost) == data_set(late)
    assert house.get(outcome) == data_set(data)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_S4_a_segment_whose_maker_died_is_forgotten_with_its_row(house: TestHouse) -> None:
    folder = house.home / "landing"
    new_segment(house.database, "left.tar")
    folder.joinpath("left.unnamed").touch()
    os.utime(folder / "left.unnamed", (1.0, 1.0))
    data = ct()
    outcome = house.store(data)
    assert make_recovery(house.archive).run() == 1
    assert [path.suffix for path in folder.iterdir()] == [".tar"]
    with house.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.container)).scalar_one() == 1
    assert house.get(outcome) == data_set(data)


def test_I12_the_index_made_from_storage_alone_equals_the_one_in_use(house: TestHouse, tmp_path: Path) -> None:
    _series(house)
    (data, _), *_ = _series(house, 2, PatientID="P2", Modality="MR")
    _seal_all(house)
    house.store(ct(PatientName="Ärger^Über", PatientID="P3"))
    data.PatientName = "Other^Content"
    assert house.store(data).verdict is Verdict.QUARANTINED
    second = Database(f"sqlite:///{tmp_path / 'second.sqlite'}")
    with second.write() as transaction:
        metadata.create_all(transaction.connection)
    rebuild = Rebuild(second, house.objects, house.home / "landing", nowhere)
    assert rebuild.run() >= 7  # the landing holds copies of what was sealed
    assert differences(house.database, second) == []
    with second.write() as transaction:
        transaction.connection.execute(sa.update(t.study).values(description="changed").where(t.study.c.patient_id == "P2"))
    assert [line.split()[0] for line in differences(house.database, second)] == ["study"]
    second.close()


class _SealedAsItIsListed:
    """An object store at whose listing the worker seals, and frees, what the landing held a moment ago."""

    def __init__(self, house: TestHouse) -> None:
        self._house = house

    def keys(self, prefix: str) -> Iterator[str]:
        found = list(self._house.objects.keys(prefix))
        _seal_all(self._house)
        self._house.archive.intake.landing.close()
        make_recovery(self._house.archive).run()
        return iter(found)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house.objects, name)


def test_I12_what_is_sealed_while_the_index_is_made_is_found_where_it_went(house: TestHouse, tmp_path: Path) -> None:
    _series(house)
    second = Database(f"sqlite:///{tmp_path / 'second.sqlite'}")
    with second.write() as transaction:
        metadata.create_all(transaction.connection)
    objects = cast(Objects, _SealedAsItIsListed(house))
    assert Rebuild(second, objects, house.home / "landing", nowhere).run() == 3
    assert list((house.home / "landing").glob("*.tar")) == []
    assert differences(house.database, second) == []
    second.close()
