"""Series and instances of the studies that a search finds, in one total order: studies newest first, within a study by number.

Rows are sought study by study: first a page of studies, then the series or instances in it, until there are enough.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.store.search.dialect import Dialect, run
from sixfold.archive.store.search.filters import Value
from sixfold.archive.store.search.probes import Probes
from sixfold.archive.store.search.studies import COLUMNS, Place, StudyHit, StudySearch, Wanted

_UNNUMBERED = 1 << 31  # comes after every IS (PS3.5 6.2)
_MOST_STUDIES = 400  # in one step of the walk
MOST_EXAMINED = 20_000
"""Studies that are looked into for one page, at most."""

_SERIES_KEY = f"coalesce(x.number, {_UNNUMBERED}), x.id"
_INSTANCE_KEY = f"{_SERIES_KEY}, coalesce(i.number, {_UNNUMBERED}), i.id"
_SERIES_COLUMNS = f"x.study_ref, {_SERIES_KEY}, x.series_uid, x.instances, x.attributes"
_INSTANCE_COLUMNS = (
    f"x.study_ref, {_INSTANCE_KEY}, x.series_uid, x.attributes, i.sop_uid, i.sop_class, i.number,"
    ' i."rows", i."columns", i.bits, i.frames'
)

Within = tuple[int, ...]
"""A row's place in its study: numbers and row numbers of the series and of the instance."""


class Condition(msgspec.Struct, frozen=True):
    """SQL on a series `x`, or on an instance `i`, and its values."""

    sql: str
    values: tuple[Value, ...]


class Below(msgspec.Struct, frozen=True):
    """What is asked below the studies; `after` goes on behind a row of the study that `Wanted.after` names."""

    series: tuple[Condition, ...] = ()
    instances: tuple[Condition, ...] = ()
    after: Within | None = None


class SeriesHit(msgspec.Struct, frozen=True, gc=False):
    """A visible series that was found; `attributes` has seams."""

    study: StudyHit
    within: Within
    series_uid: str
    instances: int
    attributes: bytes


class InstanceHit(msgspec.Struct, frozen=True, gc=False):
    """A visible instance that was found."""

    study: StudyHit
    within: Within
    series_uid: str
    series_attributes: bytes
    sop_uid: str
    sop_class: str
    number: int | None
    rows: int | None
    columns: int | None
    bits: int | None
    frames: int | None


class Hits(msgspec.Struct, frozen=True):
    """What was found; `stopped` is the study behind which the walk was broken off, None when it came to its end."""

    found: Sequence[SeriesHit | InstanceHit]
    stopped: Place | None = None


class LevelSearch:
    """Searches below the studies, within one connection."""

    def __init__(self, connection: sa.Connection, dialect: Dialect, probes: Probes | None = None) -> None:
        self._connection = connection
        self._dialect = dialect
        self._studies = StudySearch(connection, dialect, probes)

    def series(self, wanted: Wanted, below: Below, size: int, offset: int = 0) -> Hits:
        """Up to `size` series; fewer mean that there are no more, unless the walk was stopped."""
        rows, stopped = self._walk(wanted, below, size + offset, instances=False)
        return Hits([SeriesHit(study, (row[1], row[2]), *row[3:]) for study, row in rows[offset:]], stopped)

    def instances(self, wanted: Wanted, below: Below, size: int, offset: int = 0) -> Hits:
        """Up to `size` instances; fewer mean that there are no more, unless the walk was stopped."""
        rows, stopped = self._walk(wanted, below, size + offset, instances=True)
        return Hits([InstanceHit(study, (row[1], row[2], row[3], row[4]), *row[5:]) for study, row in rows[offset:]], stopped)

    def _walk(
        self, wanted: Wanted, below: Below, size: int, *, instances: bool
    ) -> tuple[list[tuple[StudyHit, Any]], Place | None]:
        found: list[tuple[StudyHit, Any]] = []
        if below.after is not None and wanted.after is not None:
            study = self._at(wanted.after)
            found += self._rows([study] if study else [], below, size, instances=instances)
            below = msgspec.structs.replace(below, after=None)
        several, examined = 4 if instances else 50, 0
        while len(found) < size:
            if examined >= MOST_EXAMINED:
                return found, wanted.after
            page = [StudyHit(*row) for row in self._studies.page(wanted, several)]
            found += self._rows(page, below, size - len(found), instances=instances)
            if len(page) < several:
                break
            wanted = msgspec.structs.replace(wanted, after=page[-1].place)
            examined += several
            several = min(2 * several, _MOST_STUDIES)
        return found, None

    def _at(self, place: Place) -> StudyHit | None:
        rows = run(self._connection, self._dialect, f"SELECT {COLUMNS} FROM study s WHERE s.id = ?", [place[1]])  # noqa: S608
        return StudyHit(*rows[0]) if rows else None

    def _rows(self, studies: Sequence[StudyHit], below: Below, size: int, *, instances: bool) -> list[tuple[StudyHit, Any]]:
        """The rows of some studies, in the studies' order."""
        if not studies:
            return []
        ranks = {study.ref: rank for rank, study in enumerate(studies)}
        columns, key = (_INSTANCE_COLUMNS, _INSTANCE_KEY) if instances else (_SERIES_COLUMNS, _SERIES_KEY)
        source = "series x JOIN instance i ON i.series_ref = x.id AND i.rejected = 0" if instances else "series x"
        sql = [f"SELECT {columns} FROM {source} WHERE x.study_ref IN ({', '.join('?' * len(ranks))}) AND x.instances > 0"]  # noqa: S608
        values: list[Value] = list(ranks)
        for condition in (*below.series, *below.instances):
            sql.append(f"AND {condition.sql}")
            values += condition.values
        if below.after is not None:
            sql.append(f"AND ({key}) > ({', '.join('?' * len(below.after))})")
            values += below.after
        if len(ranks) == 1:
            sql.append(f"ORDER BY {key} LIMIT ?")
            values.append(size)
        rows = run(self._connection, self._dialect, " ".join(sql), values)
        if len(ranks) > 1:
            rows = sorted(rows, key=lambda row: (ranks[row[0]], *row[1 : 5 if instances else 3]))[:size]
        return [(studies[ranks[row[0]]], row) for row in rows]
