"""Identity on a synthetic population: wrong automatic links, true pairs found or put to people, the queue, the time.

.venv/bin/python -m bench.identity --people 100000 --seed 1
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bench.measure import OURS, Case, Ledger, Sample
from bench.options import Options
from bench.population import Population, populate
from sixfold.viewer.model.identity import Comparison, Outcome, Policy, Record
from sixfold.viewer.rules.identity.blocks import CROWDED, LARGEST, blocks_of
from sixfold.viewer.rules.identity.decide import judge
from sixfold.viewer.rules.identity.groups import objection
from sixfold.viewer.rules.identity.names import read_name
from sixfold.viewer.rules.identity.weights import Commonness

SEEDS = {"tuned on": 1, "not tuned on": 20_261_128}
Judged = list[tuple[int, int, Comparison]]


def run(options: Options, ledger: Ledger) -> None:
    """Both seeds, in the ledger."""
    people = int(options.extra.get("people", "10000" if options.short else "100000"))
    for which, seed in SEEDS.items():
        for name, value in measure(people, seed).items():
            bar = {"wrong automatic links": "0", "true pairs linked or queued, %": "99"}.get(name, "")
            case = Case(f"identity of {people} people, seed {which}: {name}", "", "%" in name, bar)
            ledger.add(case, OURS, Sample(value))


def measure(people: int, seed: int, policy: Policy | None = None, tell: bool = False) -> dict[str, float]:
    """Match a population; what came of it, by what people read."""
    population = populate(people, seed)
    started = time.perf_counter()
    judged = match(population.records, policy or Policy())
    seconds = time.perf_counter() - started
    figures = _figures(population, judged)
    if tell:
        _tell(population, judged)
    return figures | {"seconds": round(seconds, 1)}


def match(records: Sequence[Record], policy: Policy) -> Judged:
    """Every pair that shares a block, compared as the duty compares it; those that are something."""
    common = commonness(records)
    blocks = _blocks(records)
    crowds = {block for block, keys in blocks.items() if len(keys) > CROWDED.get(block[0], LARGEST)}
    by_key = {record.key: record for record in records}
    judged: Judged = []
    for low, high in _candidates(blocks, crowds):
        comparison = judge(by_key[low], by_key[high], policy, common, crowds.__contains__)
        if comparison.outcome is not Outcome.NOTHING:
            judged.append((low, high, comparison))
    return _joined(judged, by_key)


def commonness(records: Sequence[Record]) -> Commonness:
    """How common names are among the records."""
    names = [read_name(record.told.name) for record in records]
    return Commonness(len(records), Counter(name.family for name in names), Counter(name.given for name in names))


def _blocks(records: Sequence[Record]) -> Mapping[str, list[int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for record in records:
        for block in blocks_of(record):
            blocks[block].append(record.key)
    return blocks


def _candidates(blocks: Mapping[str, list[int]], crowds: set[str]) -> Iterator[tuple[int, int]]:
    partners: dict[int, set[int]] = defaultdict(set)
    for block, keys in blocks.items():
        if block not in crowds:
            for place, low in enumerate(keys):
                partners[low].update(keys[place + 1 :])
    for low, others in partners.items():
        for high in others:
            yield low, high


def _joined(judged: Judged, by_key: Mapping[int, Record]) -> Judged:
    """The same pairs, where a link that would join what contradicts is put to people instead."""
    persons = Persons()
    settled: Judged = []
    for low, high, comparison in judged:
        if comparison.outcome is Outcome.LINK:
            ones, others = ([by_key[key] for key in persons.of(one)] for one in (low, high))
            if persons.of(low) is not persons.of(high) and objection(ones, others, lambda _one, _other: False):
                settled.append((low, high, msgspec.structs.replace(comparison, outcome=Outcome.REVIEW)))
                continue
            persons.join(low, high)
        settled.append((low, high, comparison))
    return settled


class Persons:
    """Which records hang together."""

    def __init__(self) -> None:
        self._of: dict[int, frozenset[int]] = {}

    def of(self, key: int) -> frozenset[int]:
        """The records of the person whose record this is."""
        return self._of.setdefault(key, frozenset({key}))

    def join(self, one: int, other: int) -> None:
        """Make one person of two."""
        both = self.of(one) | self.of(other)
        self._of |= dict.fromkeys(both, both)


def _figures(population: Population, judged: Judged) -> dict[str, float]:
    whose = population.whose
    links = [(low, high) for low, high, one in judged if one.outcome is Outcome.LINK]
    linked = Persons()
    for low, high in links:
        linked.join(low, high)
    ordered = sorted(judged, key=lambda one: -one[2].score)
    queue = [
        (low, high) for low, high, one in ordered if one.outcome is Outcome.REVIEW and linked.of(low) is not linked.of(high)
    ]
    found, decisions = _worked_through(links, queue, whose)
    pairs = list(population.true_pairs())
    wrong = [(low, high) for low, high in links if whose[low] != whose[high]]
    by_itself = sum(linked.of(low) is linked.of(high) for low, high in pairs)
    either = sum(found.of(low) is found.of(high) for low, high in pairs)
    return {
        "records": len(population.records),
        "true pairs": len(pairs),
        "wrong automatic links": len(wrong),
        "true pairs linked by itself, %": round(100 * by_itself / len(pairs), 2),
        "true pairs linked or queued, %": round(100 * either / len(pairs), 2),
        "queue, pairs": len(queue),
        "decisions that the queue takes": decisions,
        "decisions a day at 300 new records a day": round(300 * decisions / len(population.records)),
        "of them true, %": round(100 * sum(whose[low] == whose[high] for low, high in queue) / max(1, len(queue)), 1),
    }


def _worked_through(
    links: Sequence[tuple[int, int]], queue: Sequence[tuple[int, int]], whose: Mapping[int, int]
) -> tuple[Persons, int]:
    """Persons after people answered the queue, the surest first; a pair that became one person meanwhile asks nothing."""
    found, decisions = Persons(), 0
    for low, high in links:
        found.join(low, high)
    for low, high in queue:
        if found.of(low) is not found.of(high):
            decisions += 1
            if whose[low] == whose[high]:
                found.join(low, high)
    return found, decisions


def _tell(population: Population, judged: Judged) -> None:
    """Examples of what went wrong, and what the queue is made of."""
    by_key = {record.key: record for record in population.records}
    seen = {(low, high): one for low, high, one in judged}
    wrong = [
        pair
        for pair, one in seen.items()
        if one.outcome is Outcome.LINK and population.whose[pair[0]] != population.whose[pair[1]]
    ]
    missed = [pair for pair in population.true_pairs() if pair not in seen]
    for title, pairs in (("wrong", wrong), ("missed", missed)):
        print(f"{title}: {len(pairs)}")
        for pair in pairs[:12]:
            one, other = (by_key[key] for key in pair)
            print("  ", one.told, "|", other.told)
    for true in (True, False):
        counted = Counter(
            one.doubts[0] if one.doubts else "-"
            for (low, high), one in seen.items()
            if one.outcome is Outcome.REVIEW and (population.whose[low] == population.whose[high]) is true
        )
        print("queue,", "true" if true else "false", counted.most_common(14))


def main() -> None:
    """One population, printed."""
    parser = argparse.ArgumentParser(prog="python -m bench.identity", description=main.__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEEDS["tuned on"])
    parser.add_argument("--tell", action="store_true", help="print examples")
    given = parser.parse_args()
    for name, value in measure(given.people, given.seed, tell=given.tell).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
