"""Studies that stand in several archives, brought together; the other archives are houses of their own."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydicom.dataset import Dataset
from tests.enterprises import Others, house_of
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.model import Provenance
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock, to_text
from sixfold.kernel.database import Database, metadata
from sixfold.kernel.errors import NotFound
from sixfold.kernel.ids import new_uid
from sixfold.viewer.model.retrieval import FEDERATION, NothingCame, Wanted
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.fetching import Into
from sixfold.viewer.store.copies import fingerprint

GB = 1 << 30


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path / "ours", database)
    made.governance.start()
    yield made
    made.governance.close()
    made.archive.close()


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Others]:
    houses = {key: house_of(tmp_path / key) for key in ("north", "south")}
    yield Others(houses)
    for one in houses.values():
        one.governance.close()
        one.archive.close()
        one.database.close()


@pytest.fixture
def copies(tmp_path: Path, house: TestHouse) -> Iterator[Copies]:
    made = Copies(tmp_path / "copies", GB, house.governance)
    yield made
    made.close()


@pytest.fixture
def assembly(house: TestHouse, copies: Copies, others: Others) -> Assembly:
    return Assembly(house.database, house.archive, copies, others)


def series(count: int, **named: str) -> list[Dataset]:
    """Instances of one new series."""
    uid = new_uid()
    study = named.pop("StudyInstanceUID", new_uid())
    return [ct(StudyInstanceUID=study, SeriesInstanceUID=uid, InstanceNumber=n + 1, **named) for n in range(count)]


def store(house: TestHouse, data: list[Dataset]) -> str:
    for one in data:
        house.store(one)
    return str(data[0].StudyInstanceUID)


def names(found: Assembly, uid: str) -> list[str]:
    return sorted(instance.sop_uid for instance in found.copies.archive.reader.locate(uid))


def test_what_is_only_ours_stays_ours(house: TestHouse, assembly: Assembly, others: Others) -> None:
    uid = store(house, series(2))
    assert assembly.assemble(others.find(uid)).ours
    assert assembly.copies.size() == 0
    with pytest.raises(NotFound):
        assembly.assemble(others.find("1.2.3"))


def test_a_study_of_another_archive_is_brought_once(assembly: Assembly, others: Others, house: TestHouse) -> None:
    data = series(3)
    uid = store(others.houses["north"], data)
    assert assembly.assemble(others.find(uid)).ours is False
    assert names(assembly, uid) == sorted(one.SOPInstanceUID for one in data)
    assembly.assemble(others.find(uid))
    assembly.assemble(others.find(uid), data[0].SeriesInstanceUID)
    assert others.fetched == [("north", data[0].SeriesInstanceUID)]
    (told,) = [event for event in events.read(house.database, 0, 1000) if event.kind == "study.retrieved"]
    assert (told.payload["instances"], told.payload["sources"], told.payload["missing"]) == (3, ["north"], {})


def test_bytes_come_as_they_stand_there(assembly: Assembly, others: Others) -> None:
    uid = store(others.houses["south"], series(1))
    assembly.assemble(others.find(uid))
    (there,) = others.houses["south"].archive.reader.locate(uid)
    (here,) = assembly.copies.archive.reader.locate(uid)
    theirs = b"".join(others.houses["south"].archive.reader.data_set(there))
    assert b"".join(assembly.copies.archive.reader.data_set(here)) == theirs
    assert here.digest == there.digest


def test_only_the_series_that_is_asked_for_is_brought(assembly: Assembly, others: Others) -> None:
    study = new_uid()
    first, second = series(2, StudyInstanceUID=study), series(1, StudyInstanceUID=study)
    store(others.houses["north"], [*first, *second])
    assembly.assemble(others.find(study), second[0].SeriesInstanceUID)
    assert names(assembly, study) == [second[0].SOPInstanceUID]
    assembly.assemble(others.find(study))
    assert len(names(assembly, study)) == 3
    assert len(others.fetched) == 2
    with pytest.raises(NotFound):
        assembly.assemble(others.find(study), "1.2.3")


def test_a_study_in_three_archives_is_one(house: TestHouse, assembly: Assembly, others: Others) -> None:
    study = new_uid()
    ours, north, south = (series(n, StudyInstanceUID=study) for n in (1, 2, 3))
    store(house, ours)
    store(others.houses["north"], [*north, *south[:1]])
    store(others.houses["south"], south)
    assert assembly.assemble(others.find(study)).ours is False
    assert names(assembly, study) == sorted(one.SOPInstanceUID for one in [*ours, *north, *south])
    assert ("north", south[0].SeriesInstanceUID) not in others.fetched  # south holds more of it


def test_another_copy_of_what_is_ours_is_not_brought(house: TestHouse, assembly: Assembly, others: Others) -> None:
    data = series(2)
    uid = store(house, data)
    store(others.houses["north"], data)
    assert assembly.assemble(others.find(uid)).ours
    assert others.fetched == []


def test_who_does_not_answer_is_named_and_another_is_asked(assembly: Assembly, others: Others) -> None:
    data = series(2)
    uid = store(others.houses["north"], data)
    store(others.houses["south"], data)
    others.dead = {"north"}
    found = assembly.assemble(others.find(uid))
    assert len(names(assembly, uid)) == 2
    assert found.missing == {"north": "it does not answer"}
    others.dead = {"north", "south"}
    other = store(others.houses["south"], series(1))
    with pytest.raises(NothingCame, match="south: it does not answer"):
        assembly.assemble(others.find(other))


def test_a_series_that_ended_early_says_so(assembly: Assembly, others: Others) -> None:
    uid = store(others.houses["north"], series(3))
    others.held_back["north"] = 1
    found = assembly.assemble(others.find(uid))
    assert len(names(assembly, uid)) == 2
    assert found.missing == {"north": "it ended early"}


def test_many_who_ask_at_once_bring_it_once(assembly: Assembly, others: Others) -> None:
    uid = store(others.houses["north"], series(3))
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            assembly.assemble(others.find(uid))
        except BaseException as error:  # noqa: BLE001 told below
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(others.fetched) == 1
    assert len(names(assembly, uid)) == 3


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path, house: TestHouse, others: Others, clock: HandClock) -> None:
    uids = [store(others.houses["north"], series(2)) for _ in range(4)]
    size = sum(instance.place.length for instance in others.houses["north"].archive.reader.locate(uids[0]))
    copies = Copies(tmp_path / "small", int(size * 2.5), house.governance, clock)
    assembly = Assembly(house.database, house.archive, copies, others, clock)
    for uid in (uids[0], uids[1], uids[0], uids[2], uids[3]):
        assembly.assemble(others.find(uid))
        clock.now += timedelta(minutes=2)
    assert [uid for uid in uids if copies.series_of(uid)] == [uids[2], uids[3]]
    assert copies.size() <= size * 2.5
    assert len(list((copies.folder / "landing").glob("*.tar"))) == 2
    assert assembly.assemble(others.find(uids[1])).ours is False
    assert len(names(assembly, uids[1])) == 2
    copies.close()


def test_what_is_being_looked_at_stays_though_it_is_too_much(
    tmp_path: Path, house: TestHouse, others: Others, clock: HandClock
) -> None:
    copies = Copies(tmp_path / "small", 1, house.governance, clock)
    assembly = Assembly(house.database, house.archive, copies, others, clock)
    uids = [store(others.houses["north"], series(1)) for _ in range(2)]
    for uid in uids:
        assembly.assemble(others.find(uid))
    assert all(copies.series_of(uid) for uid in uids)
    copies.close()


def test_copies_of_other_tables_are_removed(tmp_path: Path, house: TestHouse) -> None:
    (tmp_path / "copies" / "0123456789abcdef" / "landing").mkdir(parents=True)
    made = Copies(tmp_path / "copies", GB, house.governance)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [made.folder.name]
    made.close()


def test_what_was_brought_for_another_is_not_shown(assembly: Assembly, others: Others) -> None:
    study = new_uid()
    shared = series(2, StudyInstanceUID=study)
    store(others.houses["north"], shared[:1])
    store(others.houses["south"], [*shared, *series(1, StudyInstanceUID=study)])
    everything = assembly.assemble(others.find(study))
    assert len(everything.instances) == 3
    narrow = assembly.assemble(others.find(study, "south"))
    assert narrow.instances == {shared[0].SOPInstanceUID}
    assert ("north", shared[0].SeriesInstanceUID) in others.fetched  # though south had brought it
    with pytest.raises(NotFound):
        assembly.assemble(others.find(study, "north", "south"))


def test_what_a_dead_process_left_behind_is_read_and_not_taken_for_whole(
    tmp_path: Path, house: TestHouse, others: Others, clock: HandClock
) -> None:
    copies = Copies(tmp_path / "left", GB, house.governance, clock)
    uid = store(others.houses["north"], series(3))
    remote = others.find(uid)
    others.held_back["north"] = 1
    came = Provenance(FEDERATION, "system:sixfold", "north", to_text(clock.now))
    name = next(iter(remote.holdings[0].series))
    with copies.filling(uid, name) as intake:
        others.fetch("north", uid, name, Into(intake, came))  # nobody notes that it ended
    others.held_back.clear()
    assert copies.size() > 0
    assembly = Assembly(house.database, house.archive, copies, others, clock)
    assert assembly.look(remote) is None
    some = assembly.look(remote, Wanted(so_far=True))
    assert some is not None
    assert (len(some.instances), some.coming) == (2, 3)
    assert len(assembly.assemble(remote).instances) == 3
    copies.close()


def test_every_process_finds_the_same_copies() -> None:
    before = fingerprint()
    sa.Table("only_some_processes_know_it", metadata, sa.Column("id", sa.Integer))
    try:
        assert fingerprint() == before
    finally:
        metadata.remove(metadata.tables["only_some_processes_know_it"])


def names_in(copies: Copies, uid: str) -> list[str]:
    try:
        return [instance.sop_uid for instance in copies.archive.reader.locate(uid)]
    except NotFound:
        return []
