"""SQL of Storage Commitment: the requests that were accepted and whose results were not told yet (PS3.4 J.3.3)."""

import zlib

import msgspec
import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.dimse.services import CommitResult
from sixfold.kernel.database import Database, Transaction

_HERE = t.commitment.c
_QUICK = 1  # of zlib's levels: UIDs differ in their ends only


class Kept(msgspec.Struct, frozen=True):
    """A request without its references. `failed` is None until they were verified; moments are text of `to_text`."""

    key: str
    transaction_uid: str
    ae_title: str
    our_ae: str
    asked: int
    failed: int | None
    accepted_at: str
    attempts: int
    """Attempts to tell the result, one under way among them; 0 while the process that accepted the request is at it."""
    next_at: str
    error: str


_COLUMNS = [_HERE[name] for name in Kept.__struct_fields__]


def add(transaction: Transaction, kept: Kept, asked: CommitResult) -> None:
    """Keep a request; its references stand in `asked.committed`."""
    row = msgspec.structs.asdict(kept) | {"content": _packed(asked)}
    transaction.connection.execute(sa.insert(t.commitment).values(row))


def count(connection: sa.Connection, ae_title: str | None = None) -> int:
    """How many requests are kept, in all or of one AE."""
    query = sa.select(sa.func.count()).select_from(t.commitment)
    if ae_title is not None:
        query = query.where(_HERE.ae_title == ae_title)
    return int(connection.execute(query).scalar_one())


def page(connection: sa.Connection, after: str, limit: int) -> list[Kept]:
    """Requests above a key, oldest first."""
    query = sa.select(*_COLUMNS).where(_HERE.key > after).order_by(_HERE.key).limit(limit)
    return [Kept(*row) for row in connection.execute(query)]


def due(database: Database, now: str) -> Kept | None:
    """The request that has been due longest."""
    query = sa.select(*_COLUMNS).where(_HERE.next_at <= now).order_by(_HERE.next_at, _HERE.key).limit(1)
    with database.read() as connection:
        row = connection.execute(query).first()
    return Kept(*row) if row else None


def content(database: Database, key: str) -> CommitResult | None:
    """The request, or when it was verified its result; None when it is kept no more."""
    with database.read() as connection:
        packed = connection.execute(sa.select(_HERE.content).where(_HERE.key == key)).scalar()
    return None if packed is None else msgspec.msgpack.decode(zlib.decompress(packed), type=CommitResult)


def claim(transaction: Transaction, kept: Kept, until: str) -> bool:
    """Begin a further attempt that others leave alone until then; False when somebody else was quicker."""
    unchanged = (_HERE.key == kept.key) & (_HERE.next_at == kept.next_at) & (_HERE.attempts == kept.attempts)
    return _update(transaction, unchanged, attempts=kept.attempts + 1, next_at=until) == 1


def hold(transaction: Transaction, kept: Kept, until: str) -> None:
    """Have an attempt left alone for longer, unless another one has begun."""
    _update(transaction, (_HERE.key == kept.key) & (_HERE.attempts == kept.attempts), next_at=until)


def verified(transaction: Transaction, key: str, result: CommitResult) -> None:
    """Keep the result in the place of the request."""
    _update(transaction, _HERE.key == key, failed=len(result.failed), content=_packed(result))


def postpone(transaction: Transaction, kept: Kept, until: str, error: str) -> None:
    """End a vain attempt, unless another one has begun; that of the process that accepted the request counts as the first."""
    mine = (_HERE.key == kept.key) & (_HERE.attempts == kept.attempts)
    _update(transaction, mine, attempts=max(kept.attempts, 1), next_at=until, error=error)


def postpone_others(transaction: Transaction, kept: Kept, now: str, until: str, error: str) -> None:
    """Spare the AE's other requests a vain attempt of their own; those that their process works at are left alone."""
    waiting = (_HERE.attempts > 0) | (_HERE.next_at <= now)
    others = (_HERE.ae_title == kept.ae_title) & (_HERE.key != kept.key) & (_HERE.next_at < until) & waiting
    _update(transaction, others, attempts=_HERE.attempts + 1, next_at=until, error=error)


def remove(transaction: Transaction, key: str) -> Kept | None:
    """Keep a request no more; None when somebody else removed it."""
    row = transaction.connection.execute(sa.delete(t.commitment).where(_HERE.key == key).returning(*_COLUMNS)).first()
    return Kept(*row) if row else None


def _update(transaction: Transaction, which: sa.ColumnElement[bool], **values: object) -> int:
    return transaction.connection.execute(sa.update(t.commitment).where(which).values(**values)).rowcount


def _packed(result: CommitResult) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(result), _QUICK)
