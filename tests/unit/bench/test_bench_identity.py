"""The bar of identity on a small population, and that the population has what it says."""

from bench.identity import match, measure
from bench.population import populate

from sixfold.viewer.model.identity import Outcome, Policy


def test_no_wrong_link_and_nearly_all_true_pairs_found_or_asked() -> None:
    figures = measure(1_500, 99)
    assert figures["true pairs"] > 1_000
    assert figures["wrong automatic links"] == 0
    assert figures["true pairs linked or queued, %"] >= 99
    assert figures["true pairs linked by itself, %"] > 40


def test_a_seed_makes_one_population_with_twins_and_sons_of_one_name() -> None:
    population = populate(1_500, 3)
    assert population.records == populate(1_500, 3).records != populate(1_500, 4).records
    born: dict[tuple[str, str, str], set[int]] = {}
    named: dict[tuple[str, str], set[int]] = {}
    for record in population.records:
        told = record.told
        family, _, given = told.name.casefold().partition("^")
        born.setdefault((family, told.birth_date, told.address.casefold()), set()).add(population.whose[record.key])
        named.setdefault((family, given), set()).add(population.whose[record.key])
    assert any(len(people) > 1 for (_, birth_date, address), people in born.items() if birth_date and address)
    assert any(len(people) > 1 for people in named.values())


def test_a_policy_that_links_by_names_alone_links_more() -> None:
    records = populate(400, 5).records
    usual, lax = (match(records, policy) for policy in (Policy(), Policy(alone=36.0)))
    linked = [sum(one.outcome is Outcome.LINK for _, _, one in judged) for judged in (usual, lax)]
    assert linked[1] > linked[0] > 0
