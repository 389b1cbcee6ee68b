"""Which studies a search may find at all, as a filter like any other: it stands before paging and before counts."""

import msgspec
import sqlalchemy as sa

from sixfold.archive.store.search.dialect import Dialect, run
from sixfold.archive.store.search.filters import FIRST, Filter, Source

_SAMPLE = 1_000


class Sight(msgspec.Struct, frozen=True):
    """Studies with one of the `traits` (None: whatever they have) and those `besides`, without those in `but`; row numbers."""

    traits: tuple[int, ...] | None = ()
    besides: tuple[int, ...] = ()
    but: tuple[int, ...] = ()
    wide: bool = True
    """Whether it holds so many studies that they are found on the way to others."""

    def shows(self, ref: int, traits: int) -> bool:
        """Whether it holds the study of that row with those traits."""
        return ref not in self.but and (self.traits is None or traits in self.traits or ref in self.besides)


EVERYTHING = Sight(None)


def sight_filter(sight: Sight) -> Filter | None:
    """The filter that leaves what the sight holds; None where it holds everything. A narrow one is a way to find them."""
    sql = sight_sql(sight, "{s}.traits_ref", "{id}")
    if not sql:
        return None
    source = None
    if not sight.wide and sight.traits and not sight.besides and not sight.but:
        source = Source("study", "study_by_traits", sql.format(s="d", id="d.id"), (), ordered=len(sight.traits) == 1)
    return Filter(sql, covered=True, source=source)


def sight_sql(sight: Sight, traits: str, ref: str) -> str:
    """The condition on a study's columns; empty where it holds everything. Numbers only, so that nothing needs a mark."""
    parts = []
    if sight.traits is not None:
        seen = _among(traits, sight.traits)
        parts.append(f"({seen} OR {_among(ref, sight.besides)})" if sight.besides else seen)
    if sight.but:
        parts.append(f"NOT {_among(ref, sight.but)}")
    return " AND ".join(parts)


def is_wide(connection: sa.Connection, dialect: Dialect, sight: Sight) -> bool:
    """Whether at least a tenth of the newest studies is in sight."""
    seen = sight_sql(sight, "traits_ref", "id") or "1 = 1"
    newest = f"SELECT traits_ref, id FROM study WHERE sort_key >= ? ORDER BY sort_key DESC, id DESC LIMIT {_SAMPLE}"  # noqa: S608
    sql = f"SELECT count(*), coalesce(sum(CASE WHEN {seen} THEN 1 ELSE 0 END), 0) FROM ({newest}) AS newest"  # noqa: S608
    ((sampled, found),) = run(connection, dialect, sql, [FIRST])
    return int(found) * 10 >= int(sampled)


def _among(column: str, numbers: tuple[int, ...]) -> str:
    return f"{column} IN ({', '.join(map(str, numbers))})" if numbers else "1 = 0"
