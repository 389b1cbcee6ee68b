"""One contract for both databases."""

import multiprocessing
import os
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from sixfold.kernel import events
from sixfold.kernel.database import Database, DatabaseUnavailable
from sixfold.kernel.events import offsets
from sixfold.kernel.kinds import EventKind

from .processes import Unlucky, write_events

TEST = EventKind("test", "test", "", "")


def put(database: Database, name: str, seq: int, *, synced: bool = True) -> None:
    with database.write(synced=synced) as transaction:
        transaction.connection.execute(sa.insert(offsets).values(name=name, seq=seq))


def names(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(offsets.c.name).order_by(offsets.c.name)).scalars())


@pytest.mark.parametrize("synced", [True, False])
def test_a_write_is_seen_once_it_is_committed(database: Database, *, synced: bool) -> None:
    put(database, "a", 1, synced=synced)
    with database.read() as connection:
        assert names(connection) == ["a"]


@pytest.mark.parametrize("synced", [True, False])
def test_a_write_that_fails_leaves_neither_rows_nor_events(database: Database, *, synced: bool) -> None:
    def fail() -> None:
        with database.write(synced=synced) as transaction:
            transaction.connection.execute(sa.insert(offsets).values(name="a", seq=1))
            events.record(transaction, TEST, subject="a", actor="test", payload={})
            raise Unlucky

    with pytest.raises(Unlucky):
        fail()
    put(database, "b", 1)
    with database.read() as connection:
        assert names(connection) == ["b"]
    assert events.last(database) == 0


def test_what_is_written_through_a_read_is_not_kept(database: Database) -> None:
    try:
        with database.read() as connection:
            connection.execute(sa.insert(offsets).values(name="a", seq=1))
    except DatabaseUnavailable as error:
        assert "readonly" in str(error)  # noqa: PT017 SQLite refuses at once, PostgreSQL rolls back
    with database.read() as connection:
        assert names(connection) == []


def test_a_read_sees_one_moment(database: Database) -> None:
    put(database, "a", 1)
    with database.read() as connection:
        before = names(connection)
        put(database, "b", 1)
        assert names(connection) == before
    with database.read() as connection:
        assert names(connection) == ["a", "b"]


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as transaction:
        transaction.connection.execute(sa.insert(offsets).values(name="a", seq=1))
        with database.read() as connection:
            assert names(connection) == []


def test_a_broken_promise_of_the_schema_is_an_error_and_not_the_end(database: Database) -> None:
    put(database, "a", 1)
    with pytest.raises(sa.exc.IntegrityError):
        put(database, "a", 2)
    put(database, "b", 1)


def test_processes_write_side_by_side(database: Database, database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=write_events, args=(database_url, f"p{number}", 40, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    found = {event.subject.rpartition(".")[0] for event in events.read(database, 0, 10_000)}
    assert found == {f"p{process}.{number}" for process in range(4) for number in range(40)}


def test_a_full_disk_is_unavailable_and_nothing_is_kept(sqlite_database: Database) -> None:
    def fill() -> None:
        with sqlite_database.write() as transaction:
            pages = transaction.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            transaction.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            transaction.connection.execute(sa.insert(offsets).values(name="x" * 100_000, seq=1))

    with pytest.raises(DatabaseUnavailable) as caught:
        fill()
    assert caught.value.retryable
    with sqlite_database.read() as connection:
        assert names(connection) == []
    with sqlite_database.write() as transaction:
        transaction.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    put(sqlite_database, "a", 1)


def test_a_file_that_is_no_database_is_unavailable_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(os.urandom(8192))
    database = Database(f"sqlite:///{path}")
    with pytest.raises((DatabaseUnavailable, sa.exc.DatabaseError)), database.read() as connection:
        names(connection)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with (
        pytest.raises(DatabaseUnavailable) as caught,
        Database("postgresql://sixfold:secret-word@127.0.0.1:9/x").read() as connection,
    ):
        names(connection)
    assert caught.value.retryable
    assert "secret-word" not in str(caught.value)


@pytest.mark.postgres
def test_a_connection_that_the_server_ended_is_replaced(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.read() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with psycopg.connect(postgresql_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()


@pytest.mark.postgres
def test_a_server_that_ends_us_in_a_transaction_is_unavailable(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def cut() -> None:
        with database.write() as transaction:
            pid = transaction.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with psycopg.connect(postgresql_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            transaction.connection.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        cut()
    with database.write() as transaction:
        assert transaction.connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()
