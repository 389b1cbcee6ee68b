"""Which studies a search may find at all, as a filter like any other: it stands before paging and before counts."""

import msgspec

from sixfold.archive.store.search.filters import Filter, Source


class Sight(msgspec.Struct, frozen=True):
    """Studies with one of the `traits` (None: whatever they have) and those `besides`, without those in `but`; row numbers."""

    traits: tuple[int, ...] | None = ()
    besides: tuple[int, ...] = ()
    but: tuple[int, ...] = ()

    def shows(self, ref: int, traits: int) -> bool:
        """Whether it holds the study of that row with those traits."""
        return ref not in self.but and (self.traits is None or traits in self.traits or ref in self.besides)


EVERYTHING = Sight(None)


def sight_filters(sight: Sight) -> tuple[Filter, ...]:
    """The filters that leave what the sight holds; none where it holds everything."""
    sql = sight_sql(sight, "{s}.traits_ref", "{id}")
    if not sql:
        return ()
    source = None
    if sight.traits and not sight.besides and not sight.but:
        source = Source("study", "study_by_traits", sql.format(s="d", id="d.id"), (), ordered=len(sight.traits) == 1)
    return (Filter(sql, covered=True, source=source),)


def sight_sql(sight: Sight, traits: str, ref: str) -> str:
    """The condition on a study's columns; empty where it holds everything. Numbers only, so that nothing needs a mark."""
    parts = []
    if sight.traits is not None:
        seen = _among(traits, sight.traits)
        parts.append(f"({seen} OR {_among(ref, sight.besides)})" if sight.besides else seen)
    if sight.but:
        parts.append(f"NOT {_among(ref, sight.but)}")
    return " AND ".join(parts)


def _among(column: str, numbers: tuple[int, ...]) -> str:
    return f"{column} IN ({', '.join(map(str, numbers))})" if numbers else "1 = 0"
