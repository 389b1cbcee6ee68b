"""Questions that no policy can tell apart, so that one of them is decided for all.

Cedar compares strings for equality, alone and in sets, and does nothing else with them but `like` and the constructors of its
extension types. Where a set of policies uses neither, a name that it does not mention can be exchanged for any other one, in
all places at once, without a change of the answer: reading in one's own facility is the same question in every facility.
"""

import re
from collections.abc import Iterable

from sixfold.governance.model.policy import Circumstances, Profile, Traits
from sixfold.governance.rules.clauses import clauses
from sixfold.governance.rules.policy import Question

_LOOKS_INTO_STRINGS = re.compile(r"\blike\b|\b(ip|decimal|datetime|duration)\s*\(|\\")
_MARK = "\ue000"


class Alike:
    """Gives all questions that some sets of policies cannot tell apart the same form."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = list(texts)
        self._exact = any(_LOOKS_INTO_STRINGS.search(text) or _MARK in text for text in found)
        self._mentioned = frozenset(literal for text in found for clause in clauses(text) for literal in clause.literals)

    def __call__(self, question: Question) -> Question:
        """A question with the same answer, and the same policies that lead to it."""
        if self._exact:
            return question
        profile, action, under = question
        traits = under.traits
        kept = profile.roles | under.relations | {under.purpose, traits.sensitivity if traits is not None else ""}
        names = _Names(self._mentioned, kept)
        if traits is not None:
            facility, line = names.of(traits.facility), names.of(traits.service_line)
            traits = Traits(facility, line, traits.sensitivity, traits.restricted)
        alike = Profile(
            profile.kind,
            names.of(profile.name),
            profile.roles,
            names.of_set(profile.groups),
            names.of_set(profile.service_lines),
            names.of_set(profile.facilities),
        )
        return alike, action, Circumstances(traits, under.relations, under.purpose)


class _Names:
    """New names in the order in which the old ones are met; one for one, so that what was different stays so."""

    def __init__(self, mentioned: frozenset[str], kept: frozenset[str]) -> None:
        self._mentioned = mentioned
        self._new = {name: name for name in kept}
        self._met = 0

    def of(self, name: str) -> str:
        if name in self._mentioned:
            return name
        new = self._new.get(name)
        if new is None:
            new = self._new[name] = f"{_MARK}{self._met}"
            self._met += 1
        return new

    def of_set(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset([self.of(name) for name in sorted(names)]) if names else names
