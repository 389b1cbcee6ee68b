"""Sorting studies by rules: pure, and quick enough to run for every study that comes in."""

import re
from collections.abc import Mapping, Sequence

from sixfold.governance.model import BadEntry
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import FACTS, SENSITIVITIES, SortingRule, StudyFacts
from sixfold.governance.rules.places import check_code

_REMEMBERED = 10_000
_LONGEST_PATTERN = 200
_MOST_PATTERNS = 100
_MOST_STARS = 8
_LONGEST_FACT = 1024  # of what is looked at: VR LO and SH are far shorter, what is broken may be longer
_ORDERS = range(1_000_001)
_RESULTS = ("facility", "service_line", "sensitivity")

_Condition = tuple[str, frozenset[str], re.Pattern[str] | None]


class Sorter:
    """A list of rules, compiled once; remembers what it sorted."""

    def __init__(self, rules: Sequence[SortingRule]) -> None:
        ordered = sorted(rules, key=lambda rule: (rule.order, rule.key))
        self._rules = [(rule, _results(rule), _compiled(rule.conditions)) for rule in ordered]
        self._known: dict[StudyFacts, Traits] = {}

    def sort(self, facts: StudyFacts) -> Traits:
        """The facility, service line and sensitivity of a study; `restricted` is not for rules to say and stays False."""
        known = self._known.get(facts)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            known = self._known[facts] = self._sorted(facts)
        return known

    def _sorted(self, facts: StudyFacts) -> Traits:
        given = {name: getattr(rule, name) for name, rule in self.deciding(facts).items()}
        return Traits(given.get("facility", ""), given.get("service_line", ""), given.get("sensitivity", "normal"))

    def deciding(self, facts: StudyFacts) -> dict[str, SortingRule]:
        """By the name of each trait that a rule gives, the rule that gives it."""
        plain = _plain(facts)
        found: dict[str, SortingRule] = {}
        for rule, results, conditions in self._rules:
            if not results <= found.keys() and _hold(conditions, plain):
                found = dict.fromkeys(results, rule) | found
        return found


def sort(facts: StudyFacts, rules: Sequence[SortingRule]) -> Traits:
    """The traits of a study under some rules; for one study, `Sorter` for many."""
    return Sorter(rules).sort(facts)


def _results(rule: SortingRule) -> frozenset[str]:
    return frozenset(name for name in _RESULTS if getattr(rule, name) is not None)


def _plain(facts: StudyFacts) -> dict[str, tuple[str, ...]]:
    """The facts as they are compared: in lower case, without padding, of bounded length."""
    plain = {}
    for name in FACTS:
        fact = getattr(facts, name)
        values = fact if isinstance(fact, tuple) else (fact,)
        plain[name] = tuple(value.strip()[:_LONGEST_FACT].lower() for value in values)
    return plain


def _hold(conditions: list[_Condition], plain: Mapping[str, tuple[str, ...]]) -> bool:
    for name, words, pattern in conditions:
        values = plain[name]
        if words.isdisjoint(values) and not (pattern is not None and any(map(pattern.fullmatch, values))):
            return False
    return True


def _compiled(conditions: Mapping[str, tuple[str, ...]]) -> list[_Condition]:
    return [(name, *_split([pattern.lower() for pattern in patterns])) for name, patterns in conditions.items()]


def _split(patterns: list[str]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """Words that are looked up, and one expression for those patterns that have something to stand for others."""
    wild = [pattern for pattern in patterns if "*" in pattern or "?" in pattern]
    expression = re.compile("|".join(map(_expression, wild)), re.DOTALL) if wild else None
    return frozenset(patterns) - frozenset(wild), expression


def _expression(pattern: str) -> str:
    """The pattern as a regular expression that never tries the same text twice: each star stops at its first fit."""
    head, *rest = [_literal(piece) for piece in re.split(r"\*+", pattern)]
    if not rest:
        return head
    *middle, tail = rest
    return head + "".join(f"(?>.*?{piece})" for piece in middle if piece) + ".*" + tail


def _literal(piece: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in piece)


def check_rule(rule: SortingRule) -> SortingRule:
    """The rule with its fields in normal form; raises `BadEntry`. Whether its facility and line exist is another question."""
    if rule.order not in _ORDERS:
        raise BadEntry(f"an order is a number from 0 to {_ORDERS.stop - 1}")
    if rule.sensitivity is not None and rule.sensitivity not in SENSITIVITIES:
        raise BadEntry(f"a sensitivity is one of {', '.join(SENSITIVITIES)}")
    if all(getattr(rule, name) is None for name in _RESULTS):
        raise BadEntry("a rule gives a facility, a service line or a sensitivity")
    return SortingRule(
        check_code(rule.key),
        rule.order,
        {name: _check_patterns(name, patterns) for name, patterns in rule.conditions.items()},
        None if rule.facility is None else check_code(rule.facility),
        None if rule.service_line is None else check_code(rule.service_line),
        rule.sensitivity,
        rule.note.strip()[:500],
    )


def _check_patterns(name: str, patterns: Sequence[str]) -> tuple[str, ...]:
    if name not in FACTS:
        raise BadEntry(f"there is no fact '{name[:64]}': choose from {', '.join(FACTS)}")
    checked = tuple(pattern.strip() for pattern in patterns)
    if not 1 <= len(checked) <= _MOST_PATTERNS:
        raise BadEntry(f"a condition has 1 to {_MOST_PATTERNS} patterns")
    for pattern in checked:
        if len(pattern) > _LONGEST_PATTERN or not pattern.isprintable() or pattern.count("*") > _MOST_STARS:
            raise BadEntry(f"a pattern has at most {_LONGEST_PATTERN} printable characters and {_MOST_STARS} stars")
    return checked
