"""Tests of attributes as SQL: exact, index-friendly, with every value bound (PS3.4 C.2.2.2).

In the SQL of a study's filter `{s}` stands for the study's row, `{key}` and `{id}` for its place in the order of answers, so
that the same filter fits every way by which studies are found.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from sixfold.archive.store.search.dialect import HIGHEST, Dialect
from sixfold.archive.store.search.fields import Field, Kind
from sixfold.archive.store.words import SOUND, UNPAIRED, pairs

Value = str | int


class Among(msgspec.Struct, frozen=True):
    """The value is one of these: single value matching, and lists of UIDs (PS3.4 C.2.2.2.1, C.2.2.2.2)."""

    values: tuple[Value, ...]


class Like(msgspec.Struct, frozen=True):
    """The value fits a pattern of `*` and `?` (PS3.4 C.2.2.2.4)."""

    pattern: str


class Between(msgspec.Struct, frozen=True):
    """The value lies between bounds that belong to it; None is open (PS3.4 C.2.2.2.5)."""

    low: Value | None
    high: Value | None


class Empty(msgspec.Struct, frozen=True):
    """There is no value (PS3.4 C.2.2.2.7)."""


class AnyOf(msgspec.Struct, frozen=True):
    """One of these holds: multiple value matching (PS3.4 C.2.2.2.8)."""

    tests: tuple["Test", ...]


Test = Among | Like | Between | Empty | AnyOf


class Source(msgspec.Struct, frozen=True):
    """A way to find studies: a table aliased `d`, the index that finds them, and whether it gives them newest first."""

    table: str
    index: str
    where: str
    values: tuple[Value, ...]
    ordered: bool
    repeats: bool = False
    """Whether it may give a study more than once."""

    @property
    def key(self) -> str:
        """The sort key."""
        return "d.sort_key"

    @property
    def id(self) -> str:
        """The study's number."""
        return "d.id" if self.table == "study" else "d.study_ref"


class Filter(msgspec.Struct, frozen=True):
    """A condition on studies; `covered` when it reads nothing but the order and what the newest-first index holds."""

    sql: str
    values: tuple[Value, ...] = ()
    covered: bool = False
    source: Source | None = None
    member: str = ""
    """The same as membership in the set that the source gives, with the values of the source."""
    held: tuple[str, tuple[Value, ...]] | None = None
    """The same in columns that `HOLDING` indexes have, SQL and values, where it costs less."""

    def as_held(self) -> "Filter":
        """The filter in its form for candidates that come with what a `HOLDING` index has."""
        if self.held is None:
            return self
        sql, values = self.held
        return msgspec.structs.replace(self, sql=sql, values=values)

    def as_member(self) -> "Filter":
        """The filter in its form of membership."""
        assert self.source is not None
        return Filter(self.member, self.source.values, covered=True, source=self.source)


HOLDING = frozenset({"study_newest", "study_by_traits"})
"""The indexes that hold what most filters ask of a study."""

FIRST = "0"
"""Before every visible study, after those of which nothing is visible."""


class Span(msgspec.Struct, frozen=True):
    """A stretch of the order of studies, `low` <= sort key < `high`."""

    low: str = FIRST
    high: str = HIGHEST

    def within(self, other: "Span") -> "Span":
        """The stretch that both share."""
        return Span(max(self.low, other.low), min(self.high, other.high))


_NOTHING = "1 = 0"


def condition(column: str, test: Test, dialect: Dialect, *, number: bool = False) -> tuple[str, tuple[Value, ...]]:
    """SQL and values of a test on a column of text, or of numbers where absence is NULL."""
    match test:
        case Among(values):
            return _among(column, values)
        case Like(pattern):
            return _like(column, pattern, dialect)
        case Between(low, high):
            bounds = [(">=", low), ("<=", high)]
            parts = [(f"{column} {sign} ?", bound) for sign, bound in bounds if bound is not None]
            known = [] if number else [f"{column} <> ''"]
            return " AND ".join([sql for sql, _ in parts] + known), tuple(bound for _, bound in parts)
        case Empty():
            return (f"{column} IS NULL" if number else f"{column} = ''"), ()
        case AnyOf(tests):
            some = [condition(column, one, dialect, number=number) for one in tests]
            return "(" + " OR ".join(f"({sql})" for sql, _ in some) + ")", tuple(value for _, of in some for value in of)


def _among(column: str, values: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]]:
    if not values:
        return _NOTHING, ()
    if len(values) == 1:
        return f"{column} = ?", values
    return f"{column} IN ({', '.join('?' * len(values))})", values


def _like(column: str, pattern: str, dialect: Dialect) -> tuple[str, tuple[Value, ...]]:
    """A literal beginning becomes a range, which an index finds; the rest is the pattern's own work."""
    prefix = re.split(r"[*?]", pattern, maxsplit=1)[0]
    sql: list[str] = []
    values: list[Value] = []
    if prefix:
        sql, values = [f"{column} >= ?", f"{column} < ?"], [prefix, prefix + HIGHEST]
    if not prefix or pattern != prefix + "*":
        operator, value = dialect.like(pattern)
        sql.append(f"{column} {operator}")
        values.append(value)
    return " AND ".join(sql), tuple(values)


def study_filter(field: Field, test: Test, dialect: Dialect) -> Filter:
    """A filter on a column of the study."""
    sql, values = condition("{s}." + field.column, test, dialect)
    return Filter(sql, values, field.covered, _source(field, test, sql, values))


def _source(field: Field, test: Test, sql: str, values: tuple[Value, ...]) -> Source | None:
    leads = isinstance(test, Among | Between) or (isinstance(test, Like) and test.pattern[:1] not in ("*", "?", ""))
    if not field.index or not leads:
        return None
    if field.index in ("study_by_ideographic", "study_by_phonetic"):
        sql += f" AND {{s}}.{field.column} <> ''"  # as the partial index says
    ordered = isinstance(test, Among) and len(test.values) == 1
    index = "" if field.index == "unique" else field.index
    return Source("study", index, sql.format(s="d"), values, ordered)


def name_filter(fields: Sequence[Field], test: Test, dialect: Dialect) -> Filter:
    """A filter on any of several columns of a name's component groups."""
    filters = [study_filter(field, test, dialect) for field in fields]
    if len(filters) == 1:
        return filters[0]
    sql = " OR ".join(f"({one.sql})" for one in filters)
    sources = [one.source for one in filters if one.source is not None]
    values = tuple(value for one in filters for value in one.values)
    return Filter(f"({sql})", values, source=_union(sources, dialect) if len(sources) == len(filters) else None)


def _union(sources: Sequence[Source], dialect: Dialect) -> Source:
    """The studies of any of several sources on the study's own columns, each once."""
    parts = [
        f"SELECT d.sort_key, d.id AS study_ref FROM study AS d{dialect.using(one.index)} WHERE {one.where}"  # noqa: S608
        for one in sources
    ]
    values = tuple(value for one in sources for value in one.values)
    return Source(f"({' UNION '.join(parts)})", "", "1 = 1", values, ordered=False)


def modality_filter(modalities: Sequence[str], dialect: Dialect) -> Filter:
    """The study has a series of one of these modalities."""
    sql, values = _among("m.modality", tuple(modalities))
    exists = f"EXISTS (SELECT 1 FROM study_modality m WHERE {sql} AND m.sort_key = {{key}} AND m.study_ref = {{id}})"  # noqa: S608
    contains = " OR ".join([dialect.contains("{s}.modalities")] * len(modalities)) or _NOTHING
    held = f"({contains})", tuple(f"\\{one}\\" for one in modalities)
    return Filter(exists, values, covered=True, source=_modality_source(sql, values), held=held)


def _modality_source(sql: str, values: tuple[Value, ...]) -> Source:
    """Studies by modality; of several, a study is found by the first that it has."""
    mine = sql.replace("m.", "d.")
    if len(values) == 1:
        return Source("study_modality", "", mine, values, ordered=True)
    earlier = (
        f"SELECT 1 FROM study_modality m WHERE {sql} AND m.modality < d.modality"  # noqa: S608
        " AND m.sort_key = d.sort_key AND m.study_ref = d.study_ref"
    )
    return Source("study_modality", "", f"{mine} AND NOT EXISTS ({earlier})", values * 2, ordered=False)


def no_modality_filter() -> Filter:
    """None of the study's series says its modality."""
    return Filter("{s}.modalities = ''")


def sop_class_filter(test: Test, dialect: Dialect) -> Filter:
    """The study has a visible instance of a SOP class."""
    sql, values = condition("i.sop_class", test, dialect)
    exists = (
        "EXISTS (SELECT 1 FROM series x JOIN instance i ON i.series_ref = x.id"  # noqa: S608
        f" WHERE x.study_ref = {{id}} AND i.rejected = 0 AND {sql})"
    )
    return Filter(exists, values)


def word_filter(prefix: str, dialect: Dialect) -> Filter:
    """One of the study's words begins with this."""
    values = (prefix, prefix + HIGHEST)
    source = Source("study_word", "", "d.word >= ? AND d.word < ?", values, ordered=False, repeats=True)
    member = "{id} IN (SELECT v.study_ref FROM study_word v WHERE v.word >= ? AND v.word < ?)"
    return Filter(dialect.contains("{s}.words"), (" " + prefix,), covered=True, source=source, member=member)


def words_filters(prefixes: Sequence[str], dialect: Dialect) -> list[Filter]:
    """For each of these, one of the study's words begins with it."""
    found = [word_filter(prefix, dialect) for prefix in prefixes]
    for pair in pairs(prefixes):
        # It narrows nothing that the words do not, but finds at once those that have both.
        source = Source("study_word", "", "d.word IN (?, ?)", (pair, UNPAIRED), ordered=False)
        found.append(Filter("1 = 1", covered=True, source=source))
    return found


def like_word_filter(prefix: str, sound: str, dialect: Dialect) -> Filter:
    """One of the study's words begins with this, or sounds so or longer."""
    contains = dialect.contains("{s}.words")
    entries = "SELECT v.sort_key, v.study_ref FROM study_word v WHERE"
    table = f"({entries} v.word >= ? AND v.word < ? UNION {entries} v.word = ?)"
    source = Source(table, "", "1 = 1", (prefix, prefix + HIGHEST, SOUND + sound), ordered=False)
    return Filter(f"({contains} OR {contains})", (" " + prefix, f" {SOUND}{sound}"), covered=True, source=source)


def below_filter(conditions: Sequence[tuple[str, tuple[Value, ...]]], *, instances: bool) -> Filter:
    """The study has a visible series, and with `instances` a visible instance in it, that meets all conditions."""
    source = "series x JOIN instance i ON i.series_ref = x.id AND i.rejected = 0" if instances else "series x"
    tests = " AND ".join(sql for sql, _ in conditions)
    exists = f"EXISTS (SELECT 1 FROM {source} WHERE x.study_ref = {{id}} AND x.instances > 0 AND {tests})"  # noqa: S608
    return Filter(exists, tuple(value for _, of in conditions for value in of))


def ids_filter(ids: Sequence[int]) -> Filter:
    """The study is one of these rows."""
    sql, values = _among("{id}", tuple(ids))
    where = _among("d.id", tuple(ids))[0]
    return Filter(sql, values, covered=True, source=Source("study", "", where, values, ordered=False))


def newest_of_patient_filter(seen: str) -> Filter:
    """The study is the newest visible one of its patient: one row for each patient; `seen` says of a study `o` if it counts."""
    return Filter(
        "NOT EXISTS (SELECT 1 FROM study o WHERE o.patient_ref = {s}.patient_ref AND o.instances > 0"  # noqa: S608
        f" AND {seen or '1 = 1'}"
        " AND (o.sort_key, o.id) > ({key}, {id}))"
    )


def day_span(test: Test) -> tuple[Span, Filter | None]:
    """The stretch of the order that a test of the study date leaves, and a filter where that is not all (PS3.5 6.2, DA)."""
    match test:
        case Among((day,)):
            return Span(str(day), f"{day}~"), None
        case Between(low, high):
            return Span(str(low or "00000001"), f"{high}~" if high else HIGHEST), None
        case Empty():
            return Span(FIRST, "00000001"), None
        case Among(days) if days:
            sql, values = _among("substr({key}, 1, 8)", days)
            return Span(min(map(str, days)), f"{max(map(str, days))}~"), Filter(sql, values, covered=True)
        case AnyOf(tests):
            return _any_day(tests)
        case _:
            return Span(), Filter(_NOTHING, covered=True)


def _any_day(tests: Sequence[Test]) -> tuple[Span, Filter | None]:
    parts: list[str] = []
    values: list[Any] = []
    for test in tests:
        span, more = day_span(test)
        parts.append("({key} >= ? AND {key} < ?" + (f" AND {more.sql}" if more else "") + ")")
        values += [span.low, span.high, *(more.values if more else ())]
    return Span(), Filter("(" + " OR ".join(parts) + ")", tuple(values), covered=True)


def series_condition(field: Field, test: Test, dialect: Dialect) -> tuple[str, tuple[Value, ...]]:
    """SQL and values of a test on a column of the series, aliased `x`, or of the instance, aliased `i`."""
    alias = "x" if field.level.name == "SERIES" else "i"
    return condition(f'{alias}."{field.column}"', test, dialect, number=field.kind is Kind.NUMBER)
