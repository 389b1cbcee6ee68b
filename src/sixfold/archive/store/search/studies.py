"""Pages of studies, newest first, in a time that hardly grows with the archive.

There are two ways to find a page: through the index of a filter, whose matches are then sorted, which is right when they are
few; or along the newest-first index, filtering, which is right when they are many. How many they are is probed, up to a bound.
Where every filter alone matches many studies, a short walk shows whether all together do; if not, the way leads through an
index after all.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.store.search.dialect import HIGHEST, Dialect, run
from sixfold.archive.store.search.filters import Filter, Source, Span, Value, visible_filter, words_filter

FEW = 4_000
"""Matches that are sorted without a second thought: about as many as a page costs to find by walking in 1 million studies."""
_STRETCH = 30_000
_STRETCH_OF_ROWS = 4_000  # when the walk must look into the rows themselves
_EXPANSIONS = 16
_MODALITIES = 1000

COLUMNS = "s.id, s.sort_key, s.study_uid, s.patient_ref, s.series, s.instances, s.modalities, s.attributes"
"""Of a study's row, in the order of `StudyHit`."""

Place = tuple[str, int]
"""A study's place in the order of answers: sort key and number."""


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of studies; `after` is the place of the last one that the caller has, `offset` skips visible ones."""

    filters: tuple[Filter, ...] = ()
    span: Span = Span()
    after: Place | None = None
    offset: int = 0


class StudyHit(msgspec.Struct, frozen=True, gc=False):
    """A visible study that was found; `attributes` has seams."""

    ref: int
    sort_key: str
    study_uid: str
    patient_ref: int
    series: int
    instances: int
    modalities: str
    attributes: bytes

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return self.sort_key, self.ref


class StudySearch:
    """Searches within one connection."""

    def __init__(self, connection: sa.Connection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def page(self, wanted: Wanted, size: int, columns: str = COLUMNS) -> list[Any]:
        """Up to `size` rows of visible studies by ascending age; fewer mean that there are no more.

        The rows have `columns` of the study `s`, of which the sixth must be `s.instances`, and the first two its place.
        """
        found: list[Any] = []
        if wanted.offset:
            wanted = msgspec.structs.replace(wanted, filters=(*wanted.filters, visible_filter()))
        plan = self._plan(wanted, size)
        while True:
            rows = self._rows(plan, wanted, size, columns)
            found += [row for row in rows if row[5] > 0]
            if len(rows) < size or len(found) >= size:
                return found[:size]
            last = rows[-1]
            wanted = msgspec.structs.replace(wanted, after=(last[1], last[0]), offset=0)

    def count(self, wanted: Wanted, bound: int) -> int:
        """How many visible studies there are, counted up to `bound`."""
        wanted = msgspec.structs.replace(wanted, filters=(*wanted.filters, visible_filter()))
        source = self._smallest(wanted.filters)[0]
        others = self._others(wanted.filters, source)
        sql, values = self._select("1", source or _NEWEST, others, wanted)
        counted = f"SELECT count(*) FROM ({sql} LIMIT ?) AS found"  # noqa: S608
        return int(self._run(counted, [*values, bound])[0][0])

    def _run(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        return run(self._connection, self._dialect, sql, values)

    def _plan(self, wanted: Wanted, size: int) -> Source:
        """Choose the way to the next page."""
        filters = wanted.filters
        if len(filters) == 1 and filters[0].source is not None and filters[0].source.ordered:
            return filters[0].source
        source, matches = self._smallest(filters)
        if source is None or matches <= FEW:
            return source or _NEWEST
        enough = self._enough_nearby(wanted, size + wanted.offset)
        return _NEWEST if enough else source

    def _smallest(self, filters: Sequence[Filter]) -> tuple[Source | None, int]:
        """The source with the fewest matches, and how many, counted a little beyond `FEW`."""
        best, fewest = None, FEW + 2
        for source in [one.source for one in filters if one.source is not None]:
            where = f"SELECT 1 FROM {source.table} AS d{self._dialect.using(source.index)} WHERE {source.where} LIMIT ?"  # noqa: S608
            sql = f"SELECT count(*) FROM ({where}) AS probe"  # noqa: S608
            matches = int(self._run(sql, [*source.values, min(fewest, FEW + 1)])[0][0])
            if best is None or matches < fewest:
                best, fewest = source, matches
        return best, fewest

    def _enough_nearby(self, wanted: Wanted, size: int) -> bool:
        """Whether a short walk from where the page begins finds all of it."""
        rows_too = any(not one.covered for one in wanted.filters)
        bounds, values = self._bounds(_NEWEST, wanted)
        near = (
            "SELECT d.sort_key, d.id, d.name_key, d.words, d.description FROM study AS d"  # noqa: S608
            f"{self._dialect.using(_NEWEST.index)} WHERE {bounds} ORDER BY d.sort_key DESC, d.id DESC LIMIT ?"
        )
        values.append(_STRETCH_OF_ROWS if rows_too else _STRETCH)
        sql = [f"SELECT 1 FROM ({near}) AS d"]  # noqa: S608
        if rows_too:
            sql.append(f"{self._dialect.join()} study AS s ON s.id = d.id")
        sql.append("WHERE 1 = 1")
        for one in wanted.filters:
            sql.append("AND " + one.sql.format(s="d" if one.covered else "s", key="d.sort_key", id="d.id"))
            values += one.values
        found = self._run(" ".join([*sql, "LIMIT ?"]), [*values, size])
        return len(found) >= size

    def _rows(self, source: Source, wanted: Wanted, size: int, columns: str) -> Sequence[Any]:
        others = self._others(wanted.filters, source)
        ids, values = self._select(f"{source.id} AS id, {source.key} AS sort_key", source, others, wanted)
        ids += f" ORDER BY {source.key} DESC, {source.id} DESC LIMIT ?"
        values.append(size)
        if wanted.offset:
            ids += " OFFSET ?"
            values.append(wanted.offset)
        return self._run(
            f"WITH page AS MATERIALIZED ({ids}) SELECT {columns} FROM page {self._dialect.join()} study AS s"  # noqa: S608
            " ON s.id = page.id ORDER BY page.sort_key DESC, page.id DESC",
            values,
        )

    def _others(self, filters: Sequence[Filter], source: Source | None) -> list[Filter]:
        """The filters that the source does not see to; words become look-ups, where they are not too many."""
        others = [one for one in filters if one.source is not source or source is None]
        return [self._looked_up(one) if one.prefix and source is not None else one for one in others]

    def _looked_up(self, word: Filter) -> Filter:
        words = self._words(word.prefix)
        return words_filter(words) if len(words) <= _EXPANSIONS else word

    def _words(self, prefix: str) -> list[str]:
        """The words that begin so, up to one more than are looked up."""
        return self._distinct("study_word", "word", prefix, _EXPANSIONS + 1)

    def modalities(self) -> list[str]:
        """Every modality of any study."""
        return self._distinct("study_modality", "modality", "", _MODALITIES)

    def _distinct(self, table: str, column: str, prefix: str, most: int) -> list[str]:
        """The different values that begin so, from one to the next by the index."""
        step = f"SELECT min(t.{column}) FROM {table} t WHERE t.{column}"  # noqa: S608
        sql = (
            f"WITH RECURSIVE w(word) AS ({step} >= ? UNION ALL SELECT ({step} > w.word) FROM w WHERE w.word < ?)"  # noqa: S608
            " SELECT word FROM w WHERE word < ? LIMIT ?"
        )
        return [row[0] for row in self._run(sql, [prefix, prefix + HIGHEST, prefix + HIGHEST, most])]

    def _select(self, what: str, source: Source, others: Sequence[Filter], wanted: Wanted) -> tuple[str, list[Value]]:
        """The candidates of a source that pass the other filters, without order."""
        own = source.table == "study"
        joined = not own and any("{s}" in one.sql for one in others)
        sql = [f"SELECT {what} FROM {source.table} AS d{self._dialect.using(source.index)}"]  # noqa: S608
        if joined:
            sql.append(f"{self._dialect.join()} study AS s ON s.id = {source.id}")
        bounds, bound_values = self._bounds(source, wanted)
        sql.append(f"WHERE {source.where} AND {bounds}")
        values = [*source.values, *bound_values]
        for one in others:
            sql.append("AND " + one.sql.format(s="d" if own else "s", key=source.key, id=source.id))
            values += one.values
        return " ".join(sql), values

    def _bounds(self, source: Source, wanted: Wanted) -> tuple[str, list[Value]]:
        span, after = wanted.span, wanted.after
        sql: list[str] = []
        values: list[Value] = []
        if span.low:
            sql.append(f"{source.key} >= ?")
            values.append(span.low)
        if span.high != Span().high and (after is None or span.high < after[0]):
            sql.append(f"{source.key} < ?")
            values.append(span.high)
        if after is not None:
            sql.append(f"({source.key}, {source.id}) < (?, ?)")
            values += after
        return " AND ".join(sql) or "1 = 1", values


_NEWEST = Source("study", "study_newest", "1 = 1", (), ordered=True)
