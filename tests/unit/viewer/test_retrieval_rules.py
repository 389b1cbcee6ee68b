"""What to bring from where."""

import hypothesis.strategies as st
from hypothesis import given

from sixfold.viewer.model.federation import OWN
from sixfold.viewer.model.retrieval import Holding
from sixfold.viewer.rules.retrieval import is_whole, most, order_of_sources, series_in

counts = st.dictionaries(st.sampled_from(["1.1", "1.2", "1.3"]), st.integers(0, 5))
holdings = st.lists(st.builds(Holding, st.sampled_from(["a", "b", "c"]), counts), max_size=3, unique_by=lambda one: one.source)


def test_ours_is_whole_when_nobody_holds_more() -> None:
    assert is_whole({"1.1": 3}, [Holding("a", {"1.1": 3}), Holding("b", {})])
    assert is_whole({"1.1": 3}, [Holding("a", {"1.1": 0})])  # it does not say how many
    assert not is_whole({"1.1": 3}, [Holding("a", {"1.1": 4})])
    assert not is_whole({"1.1": 3}, [Holding("a", {"1.2": 1})])
    assert not is_whole({}, [])


def test_who_holds_most_is_asked_first_and_we_before_others() -> None:
    held = [Holding("b", {"1.1": 3}), Holding("a", {"1.1": 4}), Holding("c", {"1.1": 0}), Holding("d", {"1.2": 9})]
    assert order_of_sources("1.1", {"1.1": 3}, held) == ["a", OWN, "b", "c"]


@given(counts, holdings)
def test_every_series_has_a_source_and_the_first_one_holds_most(ours: dict[str, int], held: list[Holding]) -> None:
    for uid in series_in(ours, held):
        first, *_ = order_of_sources(uid, ours, held)
        first_count = ours[uid] if first == OWN else next(one.series[uid] for one in held if one.source == first)
        assert first_count == most(uid, ours, held)


@given(counts, holdings)
def test_whole_means_that_each_series_would_be_ours(ours: dict[str, int], held: list[Holding]) -> None:
    if is_whole(ours, held):
        assert all(order_of_sources(uid, ours, held)[0] == OWN for uid in series_in(ours, held))
