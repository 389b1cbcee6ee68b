"""Where visible instances are: one query for a study, a series or an instance."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from sixfold.archive.model import Located, Place
from sixfold.archive.store import tables as t
from sixfold.archive.store.standing import NOWHERE
from sixfold.kernel.database import Database, Prepared

COLUMNS = (
    t.instance.c.id,
    t.study.c.study_uid,
    t.series.c.series_uid,
    t.instance.c.sop_uid,
    t.instance.c.sop_class,
    t.instance.c.number,
    t.instance.c.frames,
    t.instance.c.transfer_syntax,
    t.instance.c.digest,
    t.instance.c.container_ref,
    t.instance.c.offset,
    t.instance.c.length,
    t.instance.c.data_offset,
    t.instance.c.pixel_offset,
    t.instance.c.pack_ref,
)
_SHOWN = t.instance.c.rejected == sa.literal_column("0")  # no bound value: statements may be prepared
JOINED = t.instance.join(t.series, t.series.c.id == t.instance.c.series_ref).join(t.study, t.study.c.id == t.series.c.study_ref)


class Locator:
    """Finds the instances that a retrieval names; its statements are compiled once, for it stands before every frame."""

    def __init__(self, database: Database) -> None:
        self._database = database
        study = t.study.c.study_uid == sa.bindparam("study")
        series = t.series.c.series_uid == sa.bindparam("series")
        instance = t.instance.c.sop_uid == sa.bindparam("instance")
        named = {(False, False): (), (True, False): (series,), (False, True): (instance,), (True, True): (series, instance)}
        self._statements = {which: Prepared(_visible().where(study, *keys), database.dialect) for which, keys in named.items()}

    def locate(self, study_uid: str, series_uid: str = "", sop_uid: str = "") -> list[Located]:
        """The visible instances of a study, one of its series or one instance, in series and instance order."""
        statement = self._statements[bool(series_uid), bool(sop_uid)]
        values = {"study": study_uid, "series": series_uid, "instance": sop_uid}
        return [located(row) for row in statement.rows(self._database, values)]


def locate_all(database: Database, sop_uids: Sequence[str]) -> list[Located]:
    """The visible instances among these UIDs, in no promised order."""
    found: list[Located] = []
    with database.read() as connection:
        for some in some_at_once(sop_uids):
            rows = connection.execute(_visible().where(t.instance.c.sop_uid.in_(some)))
            found += [located(row) for row in rows]
    return found


def locate_rejected(database: Database, study_uid: str, sop_uid: str) -> list[Located]:
    """The instance of a study if it is hidden; nothing else shows such."""
    named = (t.study.c.study_uid == study_uid) & (t.instance.c.sop_uid == sop_uid)
    query = sa.select(*COLUMNS).select_from(JOINED).where(named, t.instance.c.rejected == 1)
    with database.read() as connection:
        return [located(row) for row in connection.execute(query)]


def locate_by_keys(
    database: Database,
    patient_ids: Sequence[str],
    studies: Sequence[str],
    series: Sequence[str],
    instances: Sequence[str],
    *,
    issuers: Sequence[str] = (),
) -> list[Located]:
    """The visible instances that carry one of the values of every key that has any, in order; none without a key."""
    query = _visible()
    given = False
    for column, values in (
        (t.study.c.patient_id, patient_ids),
        (t.study.c.issuer, issuers),
        (t.study.c.study_uid, studies),
        (t.series.c.series_uid, series),
        (t.instance.c.sop_uid, instances),
    ):
        if values:
            given = True
            query = query.where(column.in_(values))
    if not given:
        return []
    with database.read() as connection:
        return [located(row) for row in connection.execute(query)]


def totals(database: Database) -> dict[str, int]:
    """Studies, instances and bytes that are visible, in one statement, so that they are of one moment. Reads every row."""
    studies = sa.select(sa.func.count()).where(t.study.c.sort_key > NOWHERE).scalar_subquery()
    size = sa.func.coalesce(sa.func.sum(t.instance.c.length), 0)
    with database.read() as connection:
        row = connection.execute(sa.select(studies, sa.func.count(), size).where(t.instance.c.rejected == 0)).one()
    return dict(zip(("studies", "instances", "bytes"), map(int, row), strict=True))


def study_date(database: Database, study_uid: str) -> str:
    """The Study Date (YYYYMMDD) of a study, visible or not; empty when there is none."""
    with database.read() as connection:
        query = sa.select(t.study.c.study_date).where(t.study.c.study_uid == study_uid)
        return connection.execute(query).scalar() or ""


def is_empty(database: Database) -> bool:
    """Whether the index holds nothing at all, rejected instances neither."""
    with database.read() as connection:
        return connection.execute(sa.select(t.instance.c.id).limit(1)).first() is None


def some_at_once(items: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """The items in slices that a statement can take."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _visible() -> sa.Select[Any]:
    order = (t.series.c.number, t.series.c.id, t.instance.c.number, t.instance.c.id)
    return sa.select(*COLUMNS).select_from(JOINED).where(_SHOWN).order_by(*order)


def located(row: Any) -> Located:
    """A row of the columns above as a value."""
    place = Place(row[9], row[10], row[11], row[12], row[13])
    return Located(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], bytes(row[8]), place, row[14])
