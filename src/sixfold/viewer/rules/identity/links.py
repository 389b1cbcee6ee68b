"""How a pair moves on: by the machine, which never changes what a person said; and by a person."""

from collections.abc import Mapping
from typing import Final

from sixfold.viewer.model.identity import BadDecision, Comparison, Outcome, Pair, PairState, Rule, Verb

LONGEST_NOTE = 500
_BY_MACHINE: Final[Mapping[Outcome, Mapping[PairState | None, PairState]]] = {
    Outcome.LINK: {None: PairState.LINKED, PairState.PROPOSED: PairState.LINKED, PairState.DROPPED: PairState.LINKED},
    Outcome.REVIEW: {None: PairState.PROPOSED, PairState.DROPPED: PairState.PROPOSED, PairState.LINKED: PairState.PROPOSED},
    Outcome.NOTHING: {PairState.PROPOSED: PairState.DROPPED, PairState.LINKED: PairState.PROPOSED},
}
"""A link that the machine made, and would not make any more, goes to people: it is not taken back unseen."""
_BY_PEOPLE: Final = {
    Verb.ACCEPT: ((PairState.PROPOSED, PairState.LATER, PairState.DROPPED), PairState.LINKED),
    Verb.APART: ((PairState.PROPOSED, PairState.LATER, PairState.DROPPED, PairState.LINKED), PairState.APART),
    Verb.LATER: ((PairState.PROPOSED,), PairState.LATER),
    Verb.UNDO: ((PairState.LINKED, PairState.APART, PairState.LATER), PairState.PROPOSED),
}
_RULES: Final = {
    Rule.CROSS_REFERENCE.value: "one record names the other's ID and issuer",
    Rule.SHARED_IDENTIFIER.value: "both name the same other number of the same issuer",
}
_NEED_NOTES: Final = frozenset((Verb.UNDO,))


def moved_by_machine(pair: Pair | None, comparison: Comparison) -> PairState | None:
    """The state that a comparison moves a pair to; None to leave it as it is."""
    if pair is not None and pair.by:
        return None
    return _BY_MACHINE[comparison.outcome].get(pair.state if pair is not None else None)


def why_by_machine(pair: Pair | None, comparison: Comparison, state: PairState) -> str:
    """What the history says of it."""
    if pair is not None and pair.state is PairState.LINKED and state is PairState.PROPOSED:
        return "what the records tell, or the policy, no longer makes it certain"
    if state is PairState.LINKED:
        return _RULES.get(comparison.rule, "the score, and nothing contradicts")
    return comparison.doubts[0] if comparison.doubts else ""


def moved_by_person(pair: Pair, verb: Verb, note: str) -> tuple[PairState, str]:
    """The state that a decision moves a pair to, and its note; raises `BadDecision`."""
    befores, after = _BY_PEOPLE[verb]
    if pair.state not in befores:
        raise BadDecision(f"the pair is {pair.state.value}: '{verb.value}' says nothing of it")
    plain = " ".join(note.split())
    if len(plain) > LONGEST_NOTE:
        raise BadDecision(f"a note has {LONGEST_NOTE} characters at most")
    if verb in _NEED_NOTES and pair.state is PairState.LINKED and not plain:
        raise BadDecision("say why the link is taken back")
    return after, plain
