"""SQL of the rebuild: registering sealed tars, attaching their packs, and the facts by which two indexes are compared."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.archive.store.index import add_container
from sixfold.archive.store.locate import JOINED
from sixfold.archive.store.tar import Member
from sixfold.kernel.database import Database, Transaction


def register(transaction: Transaction, key: str, metadata: Member, contents: Member) -> int:
    """Give a sealed tar its container and pack; returns the container."""
    container = add_container(transaction.connection, "object", key)
    row = {
        "container_ref": container,
        "metadata_offset": metadata.offset,
        "metadata_length": metadata.length,
        "contents_offset": contents.offset,
        "contents_length": contents.length,
    }
    transaction.connection.execute(sa.insert(t.pack).values(row))
    return container


def attach_packs(transaction: Transaction) -> None:
    """Say of every instance in a sealed tar that it is sealed, and count those that are not."""
    pack = sa.select(t.pack.c.id).where(t.pack.c.container_ref == t.instance.c.container_ref).scalar_subquery()
    transaction.connection.execute(sa.update(t.instance).values(pack_ref=pack))
    unsealed = (t.instance.c.series_ref == t.series.c.id) & t.instance.c.pack_ref.is_(None)
    count = sa.select(sa.func.count()).select_from(t.instance).where(unsealed).scalar_subquery()
    transaction.connection.execute(sa.update(t.series).values(landed=count))


_OF_SERIES = t.series.join(t.study, t.study.c.id == t.series.c.study_ref)
_OF_STUDY = t.study.join(t.patient, t.patient.c.id == t.study.c.patient_ref)
_IN_QUARANTINE = (t.quarantine.c.sop_uid, t.quarantine.c.digest)

_NOT_OF_A_STUDY = {"id", "patient_ref", "traits_ref", "facts", "first_received", "last_received"}
"""Numbers of this index, when objects came, and what governance makes of them."""

COMPARED: dict[str, sa.Select[Any]] = {
    "patient": sa.select(t.patient.c.patient_key, *(column for column in t.patient.c if column.name != "id")),
    "study": sa.select(
        t.study.c.study_uid,
        t.patient.c.patient_key,
        *(c for c in t.study.c if c.name not in _NOT_OF_A_STUDY),
    ).select_from(_OF_STUDY),
    "series": sa.select(
        (t.study.c.study_uid + "/" + t.series.c.series_uid),
        *(c for c in t.series.c if c.name not in ("id", "study_ref", "last_received")),
    ).select_from(_OF_SERIES),
    "instance": sa.select(
        t.instance.c.sop_uid,
        t.study.c.study_uid,
        t.series.c.series_uid,
        *(c for c in t.instance.c if c.name not in ("id", "series_ref", "container_ref", "pack_ref", "sop_uid")),
    ).select_from(JOINED),
    "quarantined": sa.select(t.quarantine.c.sop_uid, *_IN_QUARANTINE, t.quarantine.c.reason, t.quarantine.c.study_uid),
}
"""What an index says that must be found again in the stored objects: the first column is the key of a fact."""


def facts(database: Database, name: str) -> Iterator[tuple[str, str]]:
    """Every fact of one kind as (key, digest of the rest)."""
    with database.read() as connection:
        for row in connection.execute(COMPARED[name]).yield_per(5000):
            key = row[0] if name != "quarantined" else f"{row[0]} {bytes(row[2]).hex()}"
            plain = [bytes(value) if isinstance(value, bytes | memoryview) else value for value in row]
            yield key, hashlib.sha256(repr(plain).encode()).hexdigest()
