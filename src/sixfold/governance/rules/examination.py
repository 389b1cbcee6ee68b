"""The static checks of a set of policies: is it valid, does each policy have a name and an effect, do the golden cases hold.

What a policy does is found by asking: for each policy, a grid of questions made from the roles, actions, places, relations and
purposes that it mentions (all of them where it mentions none), put to the permits and to the forbids of the whole set.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import get_args

from sixfold.governance.model import Action, PrincipalKind
from sixfold.governance.model.decisions import GoldenCase
from sixfold.governance.model.examination import Examination, Finding
from sixfold.governance.model.policy import BadPolicy, Circumstances, Profile, Purpose, Relation, Traits
from sixfold.governance.rules.clauses import Clause, clauses, differences
from sixfold.governance.rules.policy import Policies, Question
from sixfold.governance.rules.roles import FOR_EVERYBODY, ROLES

_ACTIONS = [action.value for action in Action if action not in FOR_EVERYBODY]
_RELATIONS = [relation.value for relation in Relation]
_PURPOSES = [purpose.value for purpose in Purpose]
_KINDS: dict[str, PrincipalKind] = {"Person": "person", "Token": "token", "Ae": "ae", "System": "system"}
_ELSEWHERE = "somewhere-else"
_QUESTIONS_PER_POLICY = 300
_MOST_POLICIES = 200
_MOST_PLACES = 6


def examine(text: str, before: str, golden: Iterable[GoldenCase] = ()) -> Examination:
    """Everything to be said of a set that shall follow another one."""
    parts = clauses(text)
    findings = [*_faults(text, parts), *_names(parts)]
    if any(finding.code == "invalid" for finding in findings):
        return Examination("", findings, differences(before, text))
    policies = Policies(text)
    findings += _broken(policies, golden)
    if len(parts) <= _MOST_POLICIES and not any(finding.level == "error" for finding in findings):
        findings += _idle(parts)
    return Examination(policies.version, findings, differences(before, text))


def _faults(text: str, parts: Sequence[Clause]) -> list[Finding]:
    """What is no Cedar, or does not fit the schema, by policy."""
    found = []
    if not parts:
        return [Finding("error", "invalid", "", 0, "a set has one policy at least: without any, nobody may do anything")]
    try:
        Policies(text)
    except BadPolicy as error:
        found = [*_faults_of(parts)] or [Finding("error", "invalid", "", 0, str(error))]
    return found


def _faults_of(parts: Sequence[Clause]) -> Iterator[Finding]:
    for part in parts[:_MOST_POLICIES]:
        try:
            Policies(part.text)
        except BadPolicy as error:
            yield Finding("error", "invalid", part.id, part.line, str(error))


def _names(parts: Sequence[Clause]) -> Iterator[Finding]:
    seen = Counter(part.id for part in parts)
    for part in parts:
        if not part.id:
            yield Finding("error", "no-id", "", part.line, 'a policy needs a name: @id("...")')
        elif seen[part.id] > 1:
            yield Finding("error", "same-id", part.id, part.line, f"{seen[part.id]} policies are called {part.id}")


def question_of(case: GoldenCase) -> Question:
    """The question of a golden case."""
    profile = Profile(
        case.kind,
        case.who,
        frozenset(case.roles),
        frozenset(case.groups),
        frozenset(case.service_lines),
        frozenset(case.facilities),
    )
    return profile, case.action, Circumstances(case.traits, frozenset(case.relations), case.purpose)


def _broken(policies: Policies, golden: Iterable[GoldenCase]) -> Iterator[Finding]:
    cases = list(golden)
    for case, verdict in zip(cases, policies.decide_all([question_of(case) for case in cases]), strict=True):
        if verdict.allowed != case.allowed:
            said = f"must be {'allowed' if case.allowed else 'refused'} and is not"
            why = f", by {', '.join(verdict.policies)}" if verdict.policies else ""
            yield Finding("error", "golden-case", "", 0, f"golden case {case.name!r} {said}{why}")


def _idle(parts: Sequence[Clause]) -> Iterator[Finding]:
    """The policies that lead to no answer, and the permits that a forbid always outweighs."""
    questions = list(dict.fromkeys(question for part in parts for question in _grid(part)))
    permits = _applying([part for part in parts if part.effect == "permit"], questions)
    forbids = _applying([part for part in parts if part.effect == "forbid"], questions)
    asked = f"on a grid of {len(questions)} questions"
    for part in parts:
        where = (permits if part.effect == "permit" else forbids)[part.id]
        against = forbids if part.effect == "permit" else permits
        if not where:
            yield Finding("warning", "unreachable", part.id, part.line, f"{part.id} never applies {asked}")
        elif part.effect == "permit":
            stronger = [{name for name, there in against.items() if place in there} for place in where]
            if all(stronger):
                names = ", ".join(sorted(set.union(*stronger)))
                yield Finding("warning", "shadowed", part.id, part.line, f"{part.id} is always outweighed by {names} {asked}")
        elif not any(where & there for there in against.values()):
            yield Finding("warning", "idle", part.id, part.line, f"{part.id} forbids nothing that is permitted {asked}")


def _applying(parts: Sequence[Clause], questions: Sequence[Question]) -> defaultdict[str, set[int]]:
    """To which of the questions each policy applies; the policies have one effect, so that none hides another."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    if parts:
        verdicts = Policies("\n".join(part.text for part in parts)).decide_all(questions)
        for place, verdict in enumerate(verdicts):
            for name in verdict.policies:
                found[name].add(place)
    return found


def _grid(part: Clause) -> list[Question]:
    """Questions about what a policy mentions, a bounded number of them, always the same."""
    said = list(dict.fromkeys(part.literals))
    places = [word for word in said if word not in _WORDS][:_MOST_PLACES]
    who = _people(part, said, places)
    actions = [word for word in _ACTIONS if word in said] or _ACTIONS
    under = _circumstances(part, said, places)
    whole = [(profile, action, circumstances) for profile, action, circumstances in product(who, actions, under)]
    if len(whole) <= _QUESTIONS_PER_POLICY:
        return whole
    return random.Random(part.text).sample(whole, _QUESTIONS_PER_POLICY)


_WORDS = frozenset([*ROLES, *_ACTIONS, *_RELATIONS, *_PURPOSES, "normal", "sensitive"])


def _people(part: Clause, said: Sequence[str], places: Sequence[str]) -> list[Profile]:
    roles = [role for role in ROLES if role in said] or list(ROLES)
    named = [kind for name, kind in _KINDS.items() if f"is {name}" in part.bare or f"{name}::" in part.bare]
    kinds = list(dict.fromkeys([*named, "person"])) if named else list(get_args(PrincipalKind))
    homes = [frozenset[str](), *(frozenset({place}) for place in places)]
    if len(places) > 1:
        homes.append(frozenset(places))
    looks_at_names = ".name" in part.bare
    return [
        Profile(kind, name, frozenset({role}), home, home, home)
        for kind, role, home in product(kinds, roles, homes)
        for name in (["", *places] if looks_at_names else [""])
    ]


def _circumstances(part: Clause, said: Sequence[str], places: Sequence[str]) -> list[Circumstances]:
    purposes = list(dict.fromkeys([Purpose.TREATMENT.value, *(word for word in _PURPOSES if word in said)]))
    relations = [frozenset[str](), *(frozenset({word}) for word in _RELATIONS if word in said)]
    of_studies = _traits(part, said, places) if "is House" not in part.bare else []
    of_the_house: list[Traits | None] = [None] if "is Study" not in part.bare else []
    return [Circumstances(*one) for one in product([*of_the_house, *of_studies], relations, purposes)]


def _traits(part: Clause, said: Sequence[str], places: Sequence[str]) -> list[Traits]:
    facilities = [*places, _ELSEWHERE] if "facility" in part.bare or "facilities" in part.bare else [_ELSEWHERE]
    lines = [*places, _ELSEWHERE] if "service_line" in part.bare else [_ELSEWHERE]
    sensitivities = ["normal", "sensitive"] if "sensitivity" in part.bare else ["normal"]
    closed = [False, True] if "restricted" in part.bare else [False]
    return [Traits(*one) for one in product(facilities, lines, sensitivities, closed)]
