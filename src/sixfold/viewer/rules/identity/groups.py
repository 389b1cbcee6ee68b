"""Persons of several records: who belongs together by the links that stand, and whether two such groups may become one."""

from collections.abc import Callable, Iterable, Sequence

from sixfold.viewer.model.identity import Record
from sixfold.viewer.rules.identity.decide import doubts_of

LARGEST_PERSON = 60
"""Records that a machine puts together for one person; more are for people to say."""


def components(members: Iterable[int], links: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """The members parted into those that links hold together, the one with the lowest key first."""
    group = {one: frozenset({one}) for one in members}
    for one, other in links:
        if one in group and other in group and group[one] is not group[other]:
            both = group[one] | group[other]
            group |= dict.fromkeys(both, both)
    return sorted(set(group.values()), key=min)


def objection(ones: Sequence[Record], others: Sequence[Record], apart: Callable[[int, int], bool]) -> str:
    """Why a machine must not make one person of two groups; empty when it may.

    A link says more than it seems: with the two records it joins all that hang on them. So none may contradict any.
    """
    if len(ones) + len(others) > LARGEST_PERSON:
        return "too many records would be one person"
    for one in ones:
        for other in others:
            if apart(one.key, other.key):
                return "somebody said of two records of these that they are never the same"
            for doubt in doubts_of(one, other):
                return f"it would join {one.patient_key} and {other.patient_key}: {doubt}"
    return ""
