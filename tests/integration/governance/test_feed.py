"""The live feed of a process on each database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from sixfold.governance.service import feed as module
from sixfold.governance.service.feed import Feed
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.events import Event
from sixfold.kernel.kinds import EventKind

SOON = 20.0
STUDY_STABLE = EventKind("archive", "study.stable", "a study is stable", "the study")


def happen(database: Database, count: int, start: int = 0) -> None:
    with database.write() as transaction:
        for number in range(start, start + count):
            events.record(transaction, STUDY_STABLE, subject=f"1.{number}", actor="system:test", payload={})


async def gather(stream: AsyncIterator[list[Event]], count: int) -> list[str]:
    got: list[str] = []
    async with asyncio.timeout(SOON):
        async for batch in stream:
            got += [event.subject for event in batch]
            if len(got) >= count:
                break
    await stream.aclose()  # type: ignore[attr-defined]
    return got


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_listeners_get_every_event_once_and_in_order(database: Database) -> None:
    async def work() -> None:
        feed = Feed(database, every=0.01)
        happen(database, 20)
        listeners = [asyncio.create_task(gather(feed.follow(after, SOON), 120 - after)) for after in (0, 10, 20)]
        for start in range(20, 120, 25):
            await asyncio.to_thread(happen, database, 25, start)
        for after, got in zip((0, 10, 20), await asyncio.gather(*listeners), strict=True):
            assert got == [f"1.{number}" for number in range(after, 120)]
        feed.close()

    run(work)


def test_a_listener_that_lags_behind_the_ring_reads_the_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RING", 8)
    monkeypatch.setattr(module, "_BATCH", 5)

    async def work() -> None:
        feed = Feed(database, every=0.01)
        slow = feed.follow(0, SOON)
        happen(database, 1)
        got = [event.subject for event in await anext(slow)]
        await asyncio.to_thread(happen, database, 40, 1)
        assert await gather(feed.follow(20, SOON), 21) == [f"1.{number}" for number in range(20, 41)]
        assert got + await gather(slow, 40) == [f"1.{number}" for number in range(41)]
        feed.close()

    run(work)


def test_one_look_serves_all_listeners(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    read = events.read

    def counted(database: Database, after: int, limit: int) -> list[Event]:
        looks.append(after)
        return read(database, after, limit)

    monkeypatch.setattr(module.events, "read", counted)

    async def work() -> None:
        feed = Feed(database, every=0.05)
        listeners = [asyncio.create_task(gather(feed.follow(0, SOON), 1)) for _ in range(30)]
        await asyncio.sleep(0.2)
        looks.clear()
        await asyncio.to_thread(happen, database, 1)
        await asyncio.gather(*listeners)
        assert len(looks) < 15
        feed.close()

    run(work)


def test_silence_is_an_empty_batch(database: Database) -> None:
    async def work() -> None:
        stream = Feed(database).follow(0, 0.01)
        assert await anext(stream) == []
        await stream.aclose()  # type: ignore[attr-defined]

    run(work)


def test_closing_ends_every_listener(database: Database) -> None:
    async def work() -> None:
        feed = Feed(database)
        listeners = [asyncio.create_task(gather(feed.follow(0, SOON), 1)) for _ in range(5)]
        await asyncio.sleep(0.05)
        feed.close()
        async with asyncio.timeout(SOON):
            assert await asyncio.gather(*listeners) == [[]] * 5
        assert await gather(feed.follow(0, SOON), 1) == []

    run(work)


def test_the_last_listener_ends_the_looking(database: Database) -> None:
    async def work() -> None:
        feed = Feed(database, every=0.01)
        happen(database, 1)
        await gather(feed.follow(0, SOON), 1)
        assert feed._poller is None
        happen(database, 1, 1)
        assert await gather(feed.follow(0, SOON), 2) == ["1.0", "1.1"]

    run(work)
