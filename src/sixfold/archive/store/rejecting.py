"""SQL of rejection: the flag of instances, and the counts and modalities that follow from it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from sixfold.archive.store import tables as t
from sixfold.archive.store.locate import JOINED, some_at_once
from sixfold.archive.store.standing import stand
from sixfold.kernel.database import Database, Transaction


def find(database: Database, uids: tuple[str, str, str], *, rejected: bool) -> Sequence[Any]:
    """The rows (sop_uid) of (study, series, instance) that are rejected, or are not."""
    query = sa.select(t.instance.c.sop_uid).select_from(JOINED).where(t.instance.c.rejected == int(rejected))
    for column, uid in zip((t.study.c.study_uid, t.series.c.series_uid, t.instance.c.sop_uid), uids, strict=True):
        if uid:
            query = query.where(column == uid)
    with database.read() as connection:
        return connection.execute(query).all()


def change(transaction: Transaction, sop_uids: Sequence[str], *, reject: bool) -> list[str]:
    """Set the flag where it is not set yet and count anew what is touched; returns the changed UIDs."""
    connection = transaction.connection
    changed: list[str] = []
    series: set[int] = set()
    for some in some_at_once(sop_uids):
        query = (
            sa.update(t.instance)
            .where(t.instance.c.sop_uid.in_(some), t.instance.c.rejected == int(not reject))
            .values(rejected=int(reject))
            .returning(t.instance.c.sop_uid, t.instance.c.series_ref)
        )
        for row in connection.execute(query):
            changed.append(row[0])
            series.add(row[1])
    studies = {_recount_series(connection, ref) for ref in sorted(series)}
    for ref in sorted(studies):
        _recount_study(connection, ref)
    return changed


def _recount_series(connection: sa.Connection, ref: int) -> int:
    """Count a series' visible instances; returns its study."""
    visible = (t.instance.c.series_ref == ref) & (t.instance.c.rejected == 0)
    count = connection.execute(sa.select(sa.func.count()).select_from(t.instance).where(visible)).scalar_one()
    update = sa.update(t.series).where(t.series.c.id == ref).values(instances=count).returning(t.series.c.study_ref)
    return int(connection.execute(update).scalar_one())


def _recount_study(connection: sa.Connection, ref: int) -> None:
    shown = (t.series.c.study_ref == ref) & (t.series.c.instances > 0)
    rows = connection.execute(sa.select(t.series.c.modality, t.series.c.instances).where(shown)).all()
    values = {"series": len(rows), "instances": sum(row[1] for row in rows)}
    connection.execute(sa.update(t.study).where(t.study.c.id == ref).values(values))
    stand(connection, ref, {row[0] for row in rows if row[0]}, visible=bool(rows))
