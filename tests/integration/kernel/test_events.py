"""The spine on both databases: in order, nothing skipped, handled exactly once."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.process import BaseProcess

import pytest
import sqlalchemy as sa

from sixfold.kernel import events
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.events import Consumer, Event
from sixfold.kernel.kinds import EventKind

from .processes import Unlucky, consume, notes, write_events

spawn = multiprocessing.get_context("spawn")


def happen(database: Database, *subjects: str, part: str = "test") -> None:
    with database.write() as transaction:
        for subject in subjects:
            events.record(
                transaction,
                EventKind(part, "test", "", "", {"of": "its subject"}),
                subject=subject,
                actor="person:ada",
                payload={"of": subject},
            )


def subjects(found: list[Event]) -> list[str]:
    return [event.subject for event in found]


def finish(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * len(workers)


def test_an_event_comes_back_as_it_was_told(database: Database) -> None:
    happen(database, "1.2.3")
    [event] = events.read(database, 0, 10)
    assert (event.part, event.kind, event.subject, event.actor, event.payload) == (
        "test", "test", "1.2.3", "person:ada", {"of": "1.2.3"},
    )  # fmt: skip
    assert event.at.endswith("Z")
    assert events.last(database) == event.seq


def test_reading_is_in_order_after_an_offset_and_limited(database: Database) -> None:
    happen(database, *"abc")
    happen(database, *"de", part="other")
    everything = events.read(database, 0, 10)
    assert subjects(everything) == list("abcde")
    assert subjects(events.read(database, everything[1].seq, 2)) == list("cd")
    assert subjects(events.read(database, 0, 10, parts=["other"])) == list("de")
    assert events.read(database, events.last(database), 10) == []


def test_no_reader_skips_a_committed_event_under_writers_of_several_processes(database: Database, database_url: str) -> None:
    writers = [spawn.Process(target=write_events, args=(database_url, f"p{number}", 80, number)) for number in range(4)]
    for writer in writers:
        writer.start()
    seen: list[Event] = []
    while any(writer.is_alive() for writer in writers):
        seen += events.read(database, seen[-1].seq if seen else 0, 7)
    while batch := events.read(database, seen[-1].seq if seen else 0, 1000):
        seen += batch
    finish(writers)
    assert {event.kind for event in seen} == {"kept"}
    assert {event.subject.rpartition(".")[0] for event in seen} == {f"p{p}.{n}" for p in range(4) for n in range(80)}
    assert seen == events.read(database, 0, 100_000)


def test_rival_consumers_handle_each_event_exactly_once(database: Database, database_url: str) -> None:
    with database.write() as transaction:
        notes.create(transaction.connection)
    rivals = [spawn.Process(target=consume, args=(database_url, f"c{number}", 5.0, number)) for number in range(2)]
    writers = [spawn.Process(target=write_events, args=(database_url, f"p{number}", 40, number)) for number in range(2)]
    for process in [*rivals, *writers]:
        process.start()
    finish([*writers, *rivals])
    consumer = Consumer(database, "notes", lambda transaction, event: note(transaction, event))
    while consumer.advance():
        pass
    with database.read() as connection:
        handled = list(connection.execute(sa.select(notes.c.seq).order_by(notes.c.seq)).scalars())
    assert handled == [event.seq for event in events.read(database, 0, 100_000)]


def test_rivals_that_start_together_handle_each_event_once(database: Database) -> None:
    with database.write() as transaction:
        notes.create(transaction.connection)
    happen(database, *"abcdefgh")

    def rival(number: int) -> int:
        return Consumer(database, f"new{number // 4}", lambda *_: None).advance()

    with ThreadPoolExecutor(8) as pool:
        handled = list(pool.map(rival, range(40)))
    assert sum(handled) == 10 * 8


def note(transaction: Transaction, event: Event) -> None:
    """A handler that is safe to run twice."""
    known = transaction.connection.execute(sa.select(notes.c.seq).where(notes.c.seq == event.seq)).first()
    if known is None:
        transaction.connection.execute(sa.insert(notes).values(seq=event.seq, process="replay"))


def test_a_handler_run_twice_changes_nothing(database: Database) -> None:
    with database.write() as transaction:
        notes.create(transaction.connection)
    happen(database, *"abc")
    consumer = Consumer(database, "notes", note)
    assert (consumer.advance(2), consumer.advance(2), consumer.advance(2)) == (2, 1, 0)
    with database.read() as connection:
        before = connection.execute(sa.select(notes)).all()
    consumer.replay()
    assert consumer.offset() == 0
    assert consumer.advance() == 3
    with database.read() as connection:
        assert connection.execute(sa.select(notes)).all() == before


def test_a_replay_that_begins_while_a_batch_is_read_skips_nothing(database: Database) -> None:
    happen(database, *"abcd")
    handled: list[str] = []
    forgotten: list[int] = []

    def handle(_transaction: Transaction, event: Event) -> None:
        handled.append(event.subject)

    class Overtaken(Consumer):
        """Somebody else begins the replay between the look at the offset and the work."""

        def offset(self) -> int:
            seen = super().offset()
            if seen and not forgotten:
                self.replay(lambda _: forgotten.append(seen))
            return seen

    consumer = Overtaken(database, "overtaken", handle)
    assert consumer.advance(2) == 2
    assert consumer.advance(2) == 0
    assert (consumer.advance(3), consumer.advance(3)) == (3, 1)
    assert handled == [*"ab", *"abcd"]
    assert len(forgotten) == 1


def test_a_handler_that_fails_is_asked_again_with_nothing_lost(database: Database) -> None:
    happen(database, *"abc")
    handled: list[str] = []

    def handle(_transaction: Transaction, event: Event) -> None:
        handled.append(event.subject)
        if handled.count("b") == 1 and event.subject == "b":
            raise Unlucky

    consumer = Consumer(database, "shaky", handle)
    with pytest.raises(Unlucky):
        consumer.advance()
    assert consumer.offset() == 0
    assert consumer.advance() == 3
    assert handled == ["a", "b", "a", "b", "c"]


def test_what_a_handler_tells_comes_after(database: Database) -> None:
    happen(database, "a")

    def answer(transaction: Transaction, event: Event) -> None:
        if event.kind == "test":
            events.record(
                transaction, EventKind("test", "answer", "", ""), subject=event.subject, actor="system:test", payload={}
            )

    consumer = Consumer(database, "answers", answer)
    assert [consumer.advance(), consumer.advance(), consumer.advance()] == [1, 1, 0]
    assert [event.kind for event in events.read(database, 0, 10)] == ["test", "answer"]
