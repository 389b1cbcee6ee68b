"""SQL of the seal: which series is due, what stands in the landing, and the swap of locations."""

from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.model import SERIES_STABLE, STUDY_STABLE, Located
from sixfold.archive.store import tables as t
from sixfold.archive.store.index import add_container
from sixfold.archive.store.locate import COLUMNS, JOINED, located
from sixfold.governance.model import SYSTEM
from sixfold.kernel import events
from sixfold.kernel.database import Database, Transaction


class DueSeries(msgspec.Struct, frozen=True):
    """A series that is quiet and has instances in the landing."""

    ref: int
    study_ref: int
    study_uid: str
    series_uid: str


class SealedPlace(msgspec.Struct, frozen=True):
    """Where one instance stands in the new container, and where it stood."""

    instance_id: int
    old_container: int
    new_offset: int


class SealedPack(msgspec.Struct, frozen=True):
    """Byte ranges of a sealed tar's own members: (offset, length)."""

    metadata: tuple[int, int]
    contents: tuple[int, int]


def due_series(database: Database, before: str, without: set[int]) -> DueSeries | None:
    """The series that has been quiet longest, since before `before`."""
    query = (
        sa.select(t.series.c.id, t.series.c.study_ref, t.study.c.study_uid, t.series.c.series_uid)
        .join(t.study, t.study.c.id == t.series.c.study_ref)
        .where(t.series.c.landed > 0, t.series.c.last_received < before)
        .order_by(t.series.c.last_received)
        .limit(1)
    )
    if without:
        query = query.where(t.series.c.id.not_in(without))
    with database.read() as connection:
        row = connection.execute(query).first()
    return DueSeries(*row) if row else None


def landed(database: Database, series_ref: int) -> list[Located]:
    """A series' instances that stand in the landing, rejected ones too, in instance order."""
    query = (
        sa.select(*COLUMNS)
        .select_from(JOINED)
        .where(t.instance.c.series_ref == series_ref, t.instance.c.pack_ref.is_(None))
        .order_by(t.instance.c.number, t.instance.c.id)
    )
    with database.read() as connection:
        return [located(row) for row in connection.execute(query)]


def swap(transaction: Transaction, series: DueSeries, key: str, pack: SealedPack, places: list[SealedPlace]) -> int:
    """Point every instance at its sealed place, in one transaction with the news of it; returns how many moved."""
    connection = transaction.connection
    container = add_container(connection, "object", key)
    pack_ref = _add_pack(connection, container, pack)
    moved = sum(_move(connection, place, container, pack_ref) for place in places)
    change = sa.update(t.series).where(t.series.c.id == series.ref).values(landed=t.series.c.landed - moved)
    connection.execute(change)
    payload: dict[str, Any] = {"study_uid": series.study_uid, "series_uid": series.series_uid, "instances": moved, "key": key}
    events.record(transaction, SERIES_STABLE, subject=series.study_uid, actor=SYSTEM.actor, payload=payload)
    waiting = sa.select(t.series.c.id).where(t.series.c.study_ref == series.study_ref, t.series.c.landed > 0).limit(1)
    if connection.execute(waiting).first() is None:
        payload = {"study_uid": series.study_uid}
        events.record(transaction, STUDY_STABLE, subject=series.study_uid, actor=SYSTEM.actor, payload=payload)
    return moved


def _add_pack(connection: sa.Connection, container: int, pack: SealedPack) -> int:
    row = {
        "container_ref": container,
        "metadata_offset": pack.metadata[0],
        "metadata_length": pack.metadata[1],
        "contents_offset": pack.contents[0],
        "contents_length": pack.contents[1],
    }
    return int(connection.execute(sa.insert(t.pack).values(row).returning(t.pack.c.id)).scalar_one())


def _move(connection: sa.Connection, place: SealedPlace, container: int, pack_ref: int) -> int:
    unmoved = (t.instance.c.id == place.instance_id) & (t.instance.c.container_ref == place.old_container)
    values = {"container_ref": container, "offset": place.new_offset, "pack_ref": pack_ref}
    return connection.execute(sa.update(t.instance).where(unmoved).values(values)).rowcount
