"""What to bring from where, so that a study can be read whole."""

from collections.abc import Mapping, Sequence

from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.retrieval import Holding


def is_whole(ours: Mapping[str, int], holdings: Sequence[Holding]) -> bool:
    """Whether we hold ourselves all that any other archive says that it holds."""
    return bool(ours) and all(
        uid in ours and ours[uid] >= count for holding in holdings for uid, count in holding.series.items()
    )


def order_of_sources(series_uid: str, ours: Mapping[str, int], holdings: Sequence[Holding]) -> list[str]:
    """The sources of a series in the order in which to ask them: who holds most comes first, we before others.

    A source that does not say how many instances it holds comes behind those that do.
    """
    counts = {holding.source: holding.series[series_uid] for holding in holdings if series_uid in holding.series}
    if series_uid in ours:
        counts[OWN] = ours[series_uid]
    return sorted(counts, key=lambda source: (-counts[source], source != OWN, source))


def most(series_uid: str, ours: Mapping[str, int], holdings: Sequence[Holding]) -> int:
    """How many instances of a series anybody says to hold."""
    return max([ours.get(series_uid, 0), *(holding.series.get(series_uid, 0) for holding in holdings)])


def series_in(ours: Mapping[str, int], holdings: Sequence[Holding]) -> list[str]:
    """Every series of the study, wherever it is."""
    return sorted({*ours, *(uid for holding in holdings for uid in holding.series)})
