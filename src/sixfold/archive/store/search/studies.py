"""Pages of studies, newest first, in a time that hardly grows with the archive.

There are two ways to find a page: through the index of a filter, whose matches are then sorted, which is right when they are
few; or along the newest-first index, filtering, which is right when they are many. How many they are is probed, up to a bound.
Where every filter alone matches many studies, a short walk shows whether all together do; if not, the way leads through the
index of the fewest after all.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from sixfold.archive.store.search.dialect import HIGHEST, Dialect, run
from sixfold.archive.store.search.filters import HOLDING, Filter, Source, Span, Value
from sixfold.archive.store.search.probes import Probes
from sixfold.archive.store.search.sight import Sight, sight_sql

FEW = 4_000
"""Matches that are sorted without a second thought: about as many as a page costs to find by walking in 1 million studies."""
_MANY = 50_000  # matches that are told apart when it comes to finding the fewest
EVERY = 1 << 40
_STRETCH = 15_000
_STRETCH_OF_LOOKUPS = 3_000  # when nothing that the newest-first index holds narrows the walk
_LOOKUP = 4  # a candidate whose row has to be looked up costs as much as so many that an index tells
_STRETCHES = 7  # as far as a walk is worth while
_MODALITIES = 1000

COLUMNS = "s.id, s.sort_key, s.study_uid, s.patient_ref, s.series, s.instances, s.modalities, s.attributes"
"""Of a study's row, in the order of `StudyHit`."""

_HELD = "d.id, d.sort_key, d.traits_ref, d.modalities, d.name_key, d.words, d.description"
"""What a `HOLDING` index holds."""

Place = tuple[str, int]
"""A study's place in the order of answers: sort key and number."""


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of studies; `after` is the place of the last one that the caller has, `offset` skips visible ones.

    `sight` is what may be found at all. A wide one thins the way to the answer and is none itself; a narrow one may be the way.
    """

    filters: tuple[Filter, ...] = ()
    span: Span = Span()
    after: Place | None = None
    offset: int = 0
    sight: Filter | None = None


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

    def __init__(self, connection: sa.Connection, dialect: Dialect, probes: Probes | None = None) -> None:
        self.connection = connection
        self._dialect = dialect
        self._probes = probes or Probes()

    def page(self, wanted: Wanted, size: int, columns: str = COLUMNS) -> list[Any]:
        """Up to `size` rows of visible studies by ascending age; fewer mean that there are no more.

        The rows have `columns` of the study, aliased `s`.
        """
        return self._page(*self._way(wanted, size), wanted, size, columns)

    def page_and_count(
        self, wanted: Wanted, size: int, bound: int, effort: int, columns: str
    ) -> tuple[list[Any], tuple[int, bool]]:
        """A page with the count of all, as `page` and `count` tell them; in one search where that spares one."""
        source, filters = self._way(wanted, size)
        if source.ordered:
            return self._page(source, filters, wanted, size, columns), self.count(wanted, bound, effort)
        ids, values = self._select(f"{source.id} AS id, {source.key} AS sort_key", source, filters, wanted)
        found = self._run(f"{ids} ORDER BY {source.key} DESC, {source.id} DESC LIMIT ?", [*values, bound + 1])
        refs = [row[0] for row in found[:size]]
        marks = ", ".join("?" * len(refs))
        rows = f"SELECT {columns} FROM study AS s WHERE s.id IN ({marks}) ORDER BY s.sort_key DESC, s.id DESC"  # noqa: S608
        return list(self._run(rows, refs)) if refs else [], (min(len(found), bound), len(found) <= bound)

    def _page(self, source: Source, filters: Sequence[Filter], wanted: Wanted, size: int, columns: str) -> list[Any]:
        ids, values = self._select(f"{source.id} AS id, {source.key} AS sort_key", source, filters, wanted)
        ids += f" ORDER BY {source.key} DESC, {source.id} DESC LIMIT ? OFFSET ?"
        sql = (
            f"WITH page AS MATERIALIZED ({ids}) SELECT {columns} FROM page {self._dialect.join()} study AS s"  # noqa: S608
            " ON s.id = page.id ORDER BY page.sort_key DESC, page.id DESC"
        )
        return list(self._run(sql, [*values, size, wanted.offset]))

    def count(self, wanted: Wanted, bound: int = EVERY, effort: int = EVERY) -> tuple[int, bool]:
        """How many visible studies there are, and whether that is all; looks at no more than `effort` candidates."""
        source, filters = self._cheapest(wanted)
        others = _others(filters, source)
        what = _HELD if source is _NEWEST else f"{source.id} AS id, {source.key} AS sort_key"
        candidates, values = self._select(what, source, (), wanted)
        tests, test_values, join = self._tests(others, held=source is _NEWEST)
        sql = (
            f"SELECT count(*), sum(CASE WHEN {tests} THEN 1 ELSE 0 END)"  # noqa: S608
            f" FROM (SELECT * FROM ({candidates}) AS c LIMIT ?) AS d {join}"
        )
        limit = effort if others else min(effort, bound + 1)
        seen, found = self._run(sql, [*test_values, *values, limit])[0]
        return min(int(found or 0), bound), seen < limit and (found or 0) <= bound

    def totals(self, wanted: Wanted) -> tuple[int, int]:
        """How many visible series and instances the studies have in all."""
        source, filters = self._cheapest(wanted)
        ids, values = self._select(f"{source.id} AS id", source, filters, wanted)
        join = f"{self._dialect.join()} study AS s ON s.id = found.id"
        row = self._run(f"SELECT sum(s.series), sum(s.instances) FROM ({ids}) AS found {join}", values)[0]  # noqa: S608
        return int(row[0] or 0), int(row[1] or 0)

    def _run(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        return run(self.connection, self._dialect, sql, values)

    def _way(self, wanted: Wanted, size: int) -> tuple[Source, Sequence[Filter]]:
        """Choose the way to the next page: a source, and the filters in the form that suits it."""
        filters = _narrowing(wanted)
        sources = _sources(filters)
        if not sources:
            return _NEWEST, _all(wanted)
        if len(filters) == 1 and sources[0].ordered:
            return sources[0], _all(wanted)
        sizes = self._sizes(sources, FEW)
        if min(sizes) <= FEW:
            return sources[sizes.index(min(sizes))], _all(wanted)
        if self._near(wanted, size + wanted.offset):
            return _walk(wanted), _all(wanted)
        return self._cheapest(wanted)

    def _cheapest(self, wanted: Wanted) -> tuple[Source, Sequence[Filter]]:
        """The source with the fewest matches; other filters on words become members of a set, if that is not too big."""
        sources = _sources(_narrowing(wanted))
        if not sources:
            return _NEWEST, _all(wanted)
        sizes = self._sizes(sources, _MANY)
        if wanted.sight is not None and wanted.sight.source is sources[-1] and len(sources) > 1:
            sizes[-1] *= _LOOKUP  # its index tells nothing of the other filters
        source = sources[sizes.index(min(sizes))]
        if min(sizes) <= FEW:
            return source, _all(wanted)
        if min(sizes) > _MANY and not source.ordered:
            return _NEWEST, _all(wanted)
        small = [source for source, size in zip(sources, sizes, strict=True) if size <= _MANY]
        filters = [one.as_member() if one.member and one.source in small else one for one in _all(wanted)]
        return source, filters

    def _sizes(self, sources: Sequence[Source], bound: int) -> list[int]:
        """How many matches each source has, counted to one beyond the bound."""
        sizes: list[int] = []
        for source in sources:
            using = self._dialect.using(source.index)
            sql = f"SELECT 1 FROM {source.table} AS d{using} WHERE {source.where} LIMIT ?"  # noqa: S608
            counted, values = f"SELECT count(*) FROM ({sql}) AS probe", (*source.values, bound + 1)  # noqa: S608
            sizes.append(self._probes.get((counted, values), partial(self._number, counted, values)))
        return sizes

    def _number(self, sql: str, values: Sequence[Value]) -> int:
        return int(self._run(sql, values)[0][0])

    def _near(self, wanted: Wanted, size: int) -> bool:
        """Whether the page is near enough to walk to it, judged by a first stretch of the way."""
        way = _walk(wanted)
        filters = _others(_all(wanted), way)
        near, values = self._select(_HELD, way, (), wanted)
        stretch = _STRETCH if way is _NEWEST and _cost(filters[0]) == 0 else _STRETCH_OF_LOOKUPS
        tests, test_values, join = self._tests(filters, held=True)
        found = (
            f"SELECT 1 FROM ({near} ORDER BY d.sort_key DESC, d.id DESC LIMIT ?) AS d {join}"  # noqa: S608
            f" WHERE {tests} LIMIT ?"
        )
        counted, of = f"SELECT count(*) FROM ({found}) AS probe", (*values, stretch, *test_values, size)  # noqa: S608
        return self._probes.get((counted, of), partial(self._number, counted, of)) * _STRETCHES >= size

    def _tests(self, filters: Sequence[Filter], *, held: bool) -> tuple[str, list[Value], str]:
        """SQL and values of filters on candidates `d`, and the join with the study's row where one needs it.

        `held` says that the candidates bring along what the newest-first index holds.
        """
        sql = [one.sql.format(s="d" if held and one.covered else "s", key="d.sort_key", id="d.id") for one in filters]
        needed = any("{s}" in one.sql and not (held and one.covered) for one in filters)
        join = f"{self._dialect.join()} study AS s ON s.id = d.id" if needed else ""
        return " AND ".join(sql) or "1 = 1", [value for one in filters for value in one.values], join

    def totals_of_patients(self, refs: Sequence[int], sight: Sight) -> dict[int, tuple[int, int, int]]:
        """How many visible studies, series and instances of the sight patients have, by the patient's row number."""
        marks = ", ".join("?" * len(refs))
        seen = sight_sql(sight, "traits_ref", "id") or "1 = 1"
        sql = (
            "SELECT patient_ref, count(*), sum(series), sum(instances) FROM study"  # noqa: S608
            f" WHERE patient_ref IN ({marks}) AND instances > 0 AND {seen} GROUP BY patient_ref"
        )
        return {row[0]: (row[1], int(row[2]), int(row[3])) for row in self._run(sql, refs)}

    def of_series(self, uids: Sequence[Value]) -> list[int]:
        """The studies of the series with one of these UIDs, by number."""
        marks = ", ".join("?" * len(uids))
        sql = f"SELECT DISTINCT study_ref FROM series WHERE series_uid IN ({marks}) ORDER BY study_ref"  # noqa: S608
        return [row[0] for row in self._run(sql, uids)]

    def of_instances(self, uids: Sequence[Value]) -> list[int]:
        """The studies of the instances with one of these UIDs, by number."""
        marks = ", ".join("?" * len(uids))
        sql = (
            "SELECT DISTINCT x.study_ref FROM instance i JOIN series x ON x.id = i.series_ref"  # noqa: S608
            f" WHERE i.sop_uid IN ({marks}) ORDER BY x.study_ref"
        )
        return [row[0] for row in self._run(sql, uids)]

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

    def _select(self, what: str, source: Source, filters: Sequence[Filter], wanted: Wanted) -> tuple[str, list[Value]]:
        """The studies of a source that pass the other filters, without order."""
        others = _others(filters, source)
        own = source.table == "study"
        distinct = "DISTINCT " if source.repeats else ""
        sql = [f"SELECT {distinct}{what} FROM {source.table} AS d{self._dialect.using(source.index)}"]  # noqa: S608
        if not own and any("{s}" in one.sql for one in others):
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
        sql = [f"{source.key} >= ?"]
        values: list[Value] = [span.low]
        if span.high != Span().high and (after is None or span.high < after[0]):
            sql.append(f"{source.key} < ?")
            values.append(span.high)
        if after is not None:
            sql.append(f"({source.key}, {source.id}) < (?, ?)")
            values += after
        return " AND ".join(sql), values


def _all(wanted: Wanted) -> tuple[Filter, ...]:
    """What a study has to pass."""
    return wanted.filters if wanted.sight is None else (*wanted.filters, wanted.sight)


def _narrowing(wanted: Wanted) -> tuple[Filter, ...]:
    """What decides about the way to the answer."""
    return wanted.filters if wanted.sight is None or wanted.sight.source is None else (*wanted.filters, wanted.sight)


def _walk(wanted: Wanted) -> Source:
    """The way along which every study that may be seen stands, the newest first."""
    source = wanted.sight.source if wanted.sight is not None else None
    return source if source is not None and source.ordered else _NEWEST


def _sources(filters: Sequence[Filter]) -> list[Source]:
    return [one.source for one in filters if one.source is not None]


def _others(filters: Sequence[Filter], source: Source) -> list[Filter]:
    """What is left to ask of a source's candidates, the cheapest first, each in the form that suits them."""
    others = [one for one in filters if one.source is not source]
    if source.index in HOLDING:
        others = [one.as_held() for one in others]
    return sorted(others, key=_cost)


def _cost(one: Filter) -> int:
    """0 reads what the newest-first index holds, 1 looks something up beside it, 2 reads the study's row."""
    if not one.covered:
        return 2
    return 1 if "SELECT" in one.sql else 0


_NEWEST = Source("study", "study_newest", "1 = 1", (), ordered=True)
