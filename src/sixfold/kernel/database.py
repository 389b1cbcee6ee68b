"""The database port: SQLite in WAL mode, or PostgreSQL, behind one pair of verbs: `read` and `write`.

A write is a `Transaction`: changes, and the events that tell of them, commit together or not at all.
"""

import fcntl
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

from sixfold.kernel.errors import Unavailable

metadata = sa.MetaData()
"""Every table of every part; a part's `store` room declares its own."""

_APPEND_LOCK = 0x5158  # advisory lock: held from an event's insert to the commit, so that order of seq is order of commit


class DatabaseUnavailable(Unavailable):
    """The database did not answer, or is full or locked for too long; nothing of the transaction was kept."""


class Transaction:
    """An open write: a connection, and the events to append at its end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.recorded: list[dict[str, Any]] = []

    def record(self, row: dict[str, Any]) -> None:
        """Keep one event row (see `kernel.events`) for the end of this transaction."""
        self.recorded.append(row)


class Database:
    """One database, shared by the threads of a process; several processes may hold their own."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.dialect = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        if self.dialect == "sqlite":
            path = Path(self.url.database or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._reader = _sqlite_engine(path, "DEFERRED", 16, _READER)
            self._writer = _sqlite_engine(path, "IMMEDIATE", 1, [*_WRITER, "synchronous = FULL"])
            self._swift = _sqlite_engine(path, "IMMEDIATE", 1, [*_WRITER, "synchronous = NORMAL"])
            self._turn: _Turn = _FileTurn(path.with_suffix(".writer"))
        else:
            self._writer = self._swift = _postgresql_engine(self.url)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")  # one moment, as SQLite's
            self._turn = _Turn()
        columns = [column.name for column in events.c if column is not events.c.seq]
        self._append_event = Prepared(sa.insert(events).inline(), self.dialect, columns)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; what is written through it is refused by SQLite and rolled back by PostgreSQL."""
        with _translated(), self._reader.connect() as connection:
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def driver(self) -> Iterator[tuple[PoolProxiedConnection, sa.Dialect]]:
        """A reader's connection as the driver has it, outside any transaction that is told of; for `Prepared`."""
        with _translated():
            pooled = self._reader.raw_connection()
        try:
            yield pooled, self._reader.dialect
        finally:
            pooled.close()

    @contextmanager
    def write(self, *, synced: bool = True) -> Iterator[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises.

        `synced=False` spares the disk's sync: the change survives the end of any process, but not of the machine; it is
        for what can be found again elsewhere, as the index of what stands in a synced landing segment.
        """
        with self._turn, _translated(), (self._writer if synced else self._swift).connect() as connection:
            transaction = Transaction(connection)
            connection.begin()  # not at the first statement: a prepared one goes to the driver, which would not begin
            try:
                if not synced and self.dialect == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield transaction
                self._append(transaction)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection outside `write`, for changes of the schema; whoever takes it sees to locking and commits."""
        with _translated(), self._writer.connect() as connection:
            yield connection
            connection.commit()

    def _append(self, transaction: Transaction) -> None:
        if not transaction.recorded:
            return
        if self.dialect == "postgresql":
            transaction.connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_APPEND_LOCK,))
        for row in transaction.recorded:
            self._append_event(transaction.connection, row)

    def close(self) -> None:
        """Close every connection of this process."""
        for engine in {self._reader, self._writer, self._swift}:
            engine.dispose()


class Prepared:
    """A statement compiled once and handed to the driver itself: for the few that run for every object that comes or goes."""

    def __init__(self, statement: sa.ClauseElement, dialect: str, columns: list[str] | None = None) -> None:
        module = postgresql if dialect == "postgresql" else sqlite
        chosen = module.dialect(paramstyle="pyformat") if module is postgresql else module.dialect(paramstyle="qmark")
        compiled: Any = statement.compile(dialect=chosen, column_keys=columns)
        self._sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Run it within a transaction, with a value for every bound name; the driver's cursor has `rowcount` and rows."""
        return self._run(connection.connection, connection.dialect, values)

    def rows(self, database: Database, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a SELECT that is a consistent view by itself, without the cost of a transaction."""
        with database.driver() as (connection, dialect):
            return self._run(connection, dialect, values).fetchall()

    def _run(self, connection: PoolProxiedConnection, dialect: sa.Dialect, values: Mapping[str, Any]) -> DBAPICursor:
        given: Any = values if self._order is None else tuple(values[name] for name in self._order)
        cursor = connection.cursor()
        try:
            cursor.execute(self._sql, given)
        except dialect.loaded_dbapi.OperationalError as error:
            raise _unavailable(error) from error
        return cursor


def insert_if_absent(connection: Connection, table: sa.Table, **row: Any) -> bool:
    """Insert a row unless its key is there already, whoever else inserts it at this moment; True when it was inserted."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


events = sa.Table(
    "event",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(always=True), primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Index("event_by_subject", "subject", "seq"),
    sqlite_autoincrement=True,
)


class _Turn:
    """Waiting for one's turn to write: nothing to wait for where the server orders writers."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _FileTurn(_Turn):
    """One SQLite writer at a time over threads and processes; waits in the kernel instead of polling a busy database."""

    def __init__(self, path: Path) -> None:
        self._thread = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        self._thread.acquire()
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
        raise _unavailable(error.__cause__ or error) from error


def _unavailable(error: BaseException) -> DatabaseUnavailable:
    return DatabaseUnavailable(f"the database did not take it: {error}")


_COMMON = ["journal_mode = WAL", "foreign_keys = ON", "temp_store = MEMORY"]
_READER = [*_COMMON, "query_only = ON", "cache_size = -8192", "mmap_size = 1073741824"]
_WRITER = [*_COMMON, "cache_size = -32768", "wal_autocheckpoint = 4000", "journal_size_limit = 67108864"]


def _sqlite_engine(path: Path, begin: str, size: int, pragmas: list[str]) -> Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=sa.QueuePool,
        pool_size=size,
        max_overflow=0 if size == 1 else 32,
        connect_args={
            "check_same_thread": False,
            "timeout": 30,
            "isolation_level": None,
            "cached_statements": 512,
        },
    )

    def connected(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(f"BEGIN {begin}"))
    return engine


def _postgresql_engine(url: sa.URL) -> Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "sixfold"},
    )
