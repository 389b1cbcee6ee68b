"""Series of other archives while they still come: what is here is read, half an instance is not, nothing is believed early."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydicom.dataset import Dataset
from tests.enterprises import Others, house_of
from tests.houses import TestHouse, open_house
from tests.samples import ct, part10
from tests.webs import BOUNDARY, body_of

from sixfold.archive.model import Provenance
from sixfold.governance.model import SYSTEM
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid
from sixfold.viewer.model.federation import Joined, Location
from sixfold.viewer.model.priors import Ahead, Prior, PriorState, ReadStudy
from sixfold.viewer.model.retrieval import FEDERATION, Assembled, Delivered, RemoteStudy, Wanted
from sixfold.viewer.service.ahead import PriorsAhead, _Wish
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.fetching import LEFT, Into
from sixfold.viewer.service.fetching.dicomweb import DicomwebFetcher
from sixfold.viewer.service.priors import Priors
from sixfold.viewer.service.waiting import Waiting

CAME = Provenance(FEDERATION, "system:sixfold", "north", "2026-01-15T12:00:00.000Z")


@pytest.fixture
def house(tmp_path: Path, sqlite_database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path / "ours", sqlite_database)
    made.governance.start()
    yield made
    made.governance.close()
    made.archive.close()


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Others]:
    houses = {key: house_of(tmp_path / key) for key in ("north", "south")}
    made = Others(houses)
    made.gates["north"] = threading.Semaphore(0)
    yield made
    made.gates["north"].release(100)
    for one in houses.values():
        one.governance.close()
        one.archive.close()
        one.database.close()


@pytest.fixture
def assembly(tmp_path: Path, house: TestHouse, others: Others) -> Iterator[Assembly]:
    copies = Copies(tmp_path / "copies", 1 << 30, house.governance)
    made = Assembly(house.database, house.archive, copies, others)
    yield made
    others.gates["north"].release(100)
    made.close()
    copies.close()


def series(count: int, **named: str) -> list[Dataset]:
    told = {"StudyInstanceUID": new_uid(), "SeriesInstanceUID": new_uid(), **named}
    return [ct(**told, InstanceNumber=n + 1) for n in range(count)]


def kept(others: Others, data: list[Dataset], where: str = "north") -> RemoteStudy:
    for one in data:
        others.houses[where].store(one)
    return others.find(data[0].StudyInstanceUID)


def wanted(one: Dataset, *, so_far: bool = False) -> Wanted:
    return Wanted(one.SeriesInstanceUID, "" if so_far else one.SOPInstanceUID, so_far)


def ran(assembly: Assembly, work: Callable[[Waiting], Any]) -> Any:
    """Run something that waits, on an event loop of its own."""
    return asyncio.run(asyncio.wait_for(work(Waiting(assembly, asyncio.to_thread)), 10))


def test_an_instance_is_read_before_the_rest_of_its_series_is_here(assembly: Assembly, others: Others) -> None:
    data = series(3)
    remote = kept(others, data)

    async def read(waiting: Waiting) -> Assembled:
        asking = asyncio.create_task(waiting.readable(remote, wanted(data[0])))
        await asyncio.sleep(0.05)
        assert not asking.done()
        others.gates["north"].release()
        return await asking

    found = ran(assembly, read)
    assert (found.ours, found.instances) == (False, {data[0].SOPInstanceUID})
    assert others.fetched_alone == []  # it came with its series
    assert assembly.look(remote) is None
    assert assembly.look(remote, wanted(data[1])) is None


def test_who_asks_for_all_waits_for_all(assembly: Assembly, others: Others) -> None:
    data = series(3)
    remote = kept(others, data)

    async def read(waiting: Waiting) -> tuple[Assembled, Assembled]:
        whole = asyncio.create_task(waiting.readable(remote, Wanted(data[0].SeriesInstanceUID)))
        some = asyncio.create_task(waiting.readable(remote, wanted(data[0], so_far=True)))
        others.gates["north"].release()
        first = await some
        assert not whole.done()
        others.gates["north"].release(2)
        return first, await whole

    first, whole = ran(assembly, read)
    assert (first.instances, first.coming) == ({data[0].SOPInstanceUID}, 3)
    assert (len(whole.instances), whole.coming) == (3, 0)
    assert len(others.fetched) == 1


def test_what_a_reader_waits_for_comes_ahead_of_its_series(assembly: Assembly, others: Others) -> None:
    data = series(4)
    remote = kept(others, data)
    found = ran(assembly, lambda waiting: waiting.readable(remote, wanted(data[3])))
    assert found.instances == {data[3].SOPInstanceUID}
    assert others.fetched_alone == [data[3].SOPInstanceUID]
    others.gates["north"].release(4)
    assert len(assembly.assemble(remote).instances) == 4  # it came twice, and is here once
    assert assembly.copies.series_of(remote.study_uid)[data[0].SeriesInstanceUID, "north"].why == ""


def test_many_who_ask_for_the_same_get_it_once(assembly: Assembly, others: Others) -> None:
    data = series(4)
    remote = kept(others, data)

    async def read(waiting: Waiting) -> list[Assembled]:
        return await asyncio.gather(*(waiting.readable(remote, wanted(data[2])) for _ in range(20)))

    assert {tuple(found.instances) for found in ran(assembly, read)} == {(data[2].SOPInstanceUID,)}
    assert (len(others.fetched), len(others.fetched_alone)) == (1, 1)


def test_a_series_does_not_wait_for_another_of_its_study(assembly: Assembly, others: Others) -> None:
    long = series(3)
    short = series(1, StudyInstanceUID=long[0].StudyInstanceUID)
    kept(others, long)
    remote = kept(others, short, "south")

    async def read(waiting: Waiting) -> Assembled:
        stuck = asyncio.create_task(waiting.readable(remote, Wanted(long[0].SeriesInstanceUID)))
        await asyncio.sleep(0.02)
        found = await waiting.readable(remote, Wanted(short[0].SeriesInstanceUID))
        assert not stuck.done()
        others.gates["north"].release(3)
        await stuck
        return found

    assert ran(assembly, read).instances == {short[0].SOPInstanceUID}


def test_what_came_for_one_is_not_shown_to_another_meanwhile(assembly: Assembly, others: Others) -> None:
    data = series(2)
    kept(others, data)
    remote = kept(others, data[:1], "south")
    others.gates["north"].release()
    ran(assembly, lambda waiting: waiting.readable(remote, wanted(data[0])))
    only_south = others.find(remote.study_uid, "north")
    assert assembly.look(only_south, wanted(data[0])) is None  # south has not delivered it yet
    others.gates["north"].release(2)
    assert ran(assembly, lambda waiting: waiting.readable(only_south, wanted(data[0]))).instances == {data[0].SOPInstanceUID}


# --- priors that come before anybody asks


def joined(uid: str, *sources: str) -> Joined:
    places = tuple(Location(source) for source in sources)
    return Joined(uid, {}, sources[0], places, ())


class Compared:
    """Stands for the priors of a study: all of them relevant."""

    def __init__(self, *rows: Joined) -> None:
        self.rows = rows

    async def of(self, _asker: Asker, study_uid: str, _noted: object) -> Priors:
        found = tuple((Prior(row.uid, 90, relevant=True, reasons=()), row) for row in self.rows)
        return Priors(joined(study_uid, "north"), ReadStudy(study_uid), found, {})


class Found:
    """Stands for the whereabouts of studies."""

    def __init__(self, others: Others) -> None:
        self.others = others

    async def of(self, _asker: Asker, study_uid: str) -> RemoteStudy:
        return self.others.find(study_uid)


ASKER = Asker(SYSTEM)


def bringing(assembly: Assembly, others: Others, uids: list[str], limits: Ahead = Ahead()) -> tuple[Any, list[str]]:  # noqa: B008
    told: list[str] = []
    rows = [joined(uid, "north") for uid in uids]
    ahead = PriorsAhead(Compared(*rows), Found(others), assembly, limits)  # type: ignore[arg-type]
    return ahead.bring(ASKER, "1.2.3", lambda _: None, lambda row: told.append(row.uid)), told


def test_priors_come_one_by_one_and_are_told_of(assembly: Assembly, others: Others, house: TestHouse) -> None:
    priors = [series(2), series(1), series(1), series(1)]
    uids = [kept(others, data).study_uid for data in priors]
    others.gates["north"].release(100)

    async def read() -> tuple[list[tuple[str, PriorState]], list[str]]:
        coming, told = bringing(assembly, others, uids)
        return [line async for line in coming], told

    lines, told = asyncio.run(read())
    three = [(uid, state) for uid in uids[:3] for state in (PriorState.COMING, PriorState.HERE)]
    assert (lines, told) == (three, uids[:3])
    found = assembly.look(others.find(uids[0]))
    assert found is not None
    assert len(found.instances) == 2
    events_told = [one for one in events.read(house.database, 0, 1000) if one.kind == "study.retrieved"]
    assert [one.payload["ahead"] for one in events_told] == [True, True, True]
    none, _ = bringing(assembly, others, uids, Ahead(most=0))
    assert asyncio.run(anext(none, None)) is None  # type: ignore[arg-type]


def test_who_leaves_stops_what_comes_ahead_and_who_wants_it_then_gets_it(assembly: Assembly, others: Others) -> None:
    data = series(3)
    remote = kept(others, data)

    async def leave() -> None:
        coming, _ = bringing(assembly, others, [remote.study_uid])
        assert await anext(coming) == (remote.study_uid, PriorState.COMING)
        rest = asyncio.create_task(anext(coming))
        others.gates["north"].release()
        await asyncio.to_thread(until, lambda: assembly.copies.has(remote.study_uid, data[0].SOPInstanceUID, ["north"]))
        rest.cancel()
        await asyncio.gather(rest, return_exceptions=True)
        others.gates["north"].release(1)
        await asyncio.to_thread(until, lambda: not assembly.copies.is_filling(remote.study_uid))

    asyncio.run(leave())
    assert assembly.copies.series_of(remote.study_uid) == {}  # nothing is said of the archive
    assert assembly.look(remote) is None
    others.gates["north"].release(3)
    assert len(assembly.assemble(remote).instances) == 3


def test_more_than_enough_is_left_and_what_somebody_waits_for_is_not(assembly: Assembly, others: Others) -> None:
    data = series(3)
    remote = kept(others, data)
    others.gates["north"].release(3)

    async def read(limit: int) -> list[PriorState]:
        coming, _ = bringing(assembly, others, [remote.study_uid], Ahead(1, limit))
        return [state async for _, state in coming]

    assert asyncio.run(read(1)) == [PriorState.COMING, PriorState.LEFT]
    with assembly.copies.turns.wanting(remote.study_uid, data[0].SeriesInstanceUID):
        others.gates["north"].release(3)
        assert asyncio.run(read(1)) == [PriorState.COMING, PriorState.HERE]


def test_what_comes_ahead_gives_way(assembly: Assembly) -> None:
    turns, wish = assembly.copies.turns, _Wish(assembly.copies.turns, 1 << 20)
    goes_on = wish.of("1.2", "1.2.1")

    def seconds() -> float:
        begun = time.monotonic()
        assert goes_on(10)
        return time.monotonic() - begun

    assert seconds() < 0.04
    with turns.wanting("1.3", "1.3.1"):
        assert seconds() >= 0.05
        with turns.wanting("1.2", "1.2.1"):
            assert min(seconds() for _ in range(3)) < 0.04


# --- by WADO-RS, from archives that are slow, break off, or lie


class Slow(httpx.SyncByteStream):
    """A body whose pieces come when they are let."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.gate = threading.Semaphore(0)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            assert self.gate.acquire(timeout=10)
            yield piece


HEADERS = {"Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'}


def archive_of(*bodies: httpx.SyncByteStream) -> DicomwebFetcher:
    """An archive that gives these answers one after the other."""
    left = list(bodies)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=HEADERS, stream=left.pop(0)))
    return DicomwebFetcher(httpx.Client(transport=transport), "http://north/dicomweb")


def whole(*data: Dataset) -> httpx.ByteStream:
    return httpx.ByteStream(body_of([part10(one) for one in data]))


def fetched(fetcher: DicomwebFetcher, copies: Copies, one: Dataset, goes_on: Callable[[int], bool] | None = None) -> Delivered:
    with copies.filling(one.StudyInstanceUID, one.SeriesInstanceUID) as intake:
        into = Into(intake, CAME) if goes_on is None else Into(intake, CAME, goes_on)
        return fetcher.fetch(one.StudyInstanceUID, one.SeriesInstanceUID, into)


def here(copies: Copies, one: Dataset) -> frozenset[str]:
    return copies.delivered_by(one.StudyInstanceUID, ["north"])


@contextmanager
def fetching(fetcher: DicomwebFetcher, copies: Copies, one: Dataset) -> Iterator[list[Delivered]]:
    """Fetch a series in a thread meanwhile."""
    found: list[Delivered] = []
    thread = threading.Thread(target=lambda: found.append(fetched(fetcher, copies, one)))
    thread.start()
    yield found
    thread.join(10)


def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come about")


def test_whole_instances_are_here_at_once_and_half_ones_never(assembly: Assembly) -> None:
    copies, data = assembly.copies, series(2)
    body = body_of([part10(one) for one in data])
    first = body.index(b"--" + BOUNDARY.encode(), 10) + 4
    half = first + (len(body) - first) // 2
    slow = Slow(body[: first + 50], body[first + 50 : half], body[half:])
    with fetching(archive_of(slow), copies, data[0]) as found:
        slow.gate.release()
        until(lambda: here(copies, data[0]) == {data[0].SOPInstanceUID})
        slow.gate.release()
        threading.Event().wait(0.05)
        assert here(copies, data[0]) == {data[0].SOPInstanceUID}
        assert len(copies.archive.reader.locate(data[0].StudyInstanceUID)) == 1
        assert copies.series_of(data[0].StudyInstanceUID) == {}  # nothing is said of the series yet
        slow.gate.release()
    assert len(found[0].instances) == 2


def test_an_archive_that_stops_in_mid_series_leaves_it_incomplete(assembly: Assembly, others: Others) -> None:
    data = series(3)
    others.held_back["north"] = 1
    others.gates["north"].release(3)
    remote = kept(others, data)
    found = ran(assembly, lambda waiting: waiting.readable(remote, Wanted(data[0].SeriesInstanceUID)))
    assert (len(found.instances), found.missing) == (2, {"north": "it ended early"})
    body = body_of([part10(one) for one in data])
    cut = fetched(archive_of(httpx.ByteStream(body[: len(body) // 2])), assembly.copies, data[0])
    assert (len(cut.instances), "cut" in cut.why) == (1, True)


def test_strangers_among_the_instances_are_not_of_the_series(assembly: Assembly) -> None:
    copies, (one,) = assembly.copies, series(1)
    sister, stranger = ct(StudyInstanceUID=one.StudyInstanceUID), ct()
    delivered = fetched(archive_of(whole(one, sister, stranger, one)), copies, one)
    assert delivered.instances == {one.SOPInstanceUID}  # twice the same is once
    assert "1 of 4 instances cannot be kept" in delivered.why  # that of another study
    assert copies.delivered_by(one.StudyInstanceUID, ["north"], one.SeriesInstanceUID) == {one.SOPInstanceUID}
    assert copies.delivered_by(stranger.StudyInstanceUID, ["north"]) == frozenset()


def test_other_bytes_under_the_same_uid_do_not_replace_what_is_here(assembly: Assembly) -> None:
    copies, (one,) = assembly.copies, series(1)
    other = ct(**{name: one[name].value for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")})
    other.PixelData = bytes(len(one.PixelData))
    fetcher = archive_of(whole(one), whole(other))
    names = one.StudyInstanceUID, one.SeriesInstanceUID, one.SOPInstanceUID
    with copies.aside() as intake:
        ahead = fetcher.fetch_one(*names, Into(intake, CAME))
    assert ahead is not None
    assert (ahead.instances, ahead.why) == ({one.SOPInstanceUID}, "")
    (first,) = copies.archive.reader.locate(one.StudyInstanceUID)
    again = fetched(fetcher, copies, one)
    assert again.instances == frozenset()
    assert "1 of 1 instances cannot be kept" in again.why
    (now,) = copies.archive.reader.locate(one.StudyInstanceUID)
    assert now.digest == first.digest
    assert copies.size() > now.place.length  # what was put aside takes space too


def test_what_nobody_wants_any_more_is_left(assembly: Assembly) -> None:
    copies, data = assembly.copies, series(2)
    body = body_of([part10(one) for one in data])
    slow = Slow(body[:100], body[100:])
    slow.gate.release(2)
    asked: list[int] = []

    def goes_on(size: int) -> bool:
        asked.append(size)
        return len(asked) < 2

    delivered = fetched(archive_of(slow), copies, data[0], goes_on)
    assert (delivered.why, delivered.left, delivered.instances) == (LEFT, True, frozenset())


def test_an_archive_that_bears_one_question_is_asked_nothing_ahead(assembly: Assembly) -> None:
    (one,) = series(1)
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    fetcher = DicomwebFetcher(client, "http://north", at_once=1)
    with assembly.copies.aside() as intake:
        assert fetcher.fetch_one(one.StudyInstanceUID, one.SeriesInstanceUID, "1.2", Into(intake, CAME)) is None
