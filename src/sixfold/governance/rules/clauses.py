"""A set of policies taken apart into its policies, as they stand in the text; and the difference of two sets."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from typing import NamedTuple

from sixfold.governance.model.examination import PolicyDifference

_TOKEN = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|;')
_COMMENT_OR_STRING = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"')
_ANNOTATION = re.compile(r'@\w+\s*(\(\s*"(?:\\.|[^"\\])*"\s*\))?')
_EFFECT = re.compile(r"\b(permit|forbid)\s*\(")
_ID = re.compile(r'@id\(\s*("(?:\\.|[^"\\])*")\s*\)')


class Clause(NamedTuple):
    """One policy: its `@id`, empty where it has none, its text with the comment before it, and its line, counted from 1."""

    id: str
    text: str
    line: int

    @property
    def bare(self) -> str:
        """The text without its comments."""
        return _COMMENT_OR_STRING.sub(lambda found: "" if found[0].startswith("//") else found[0], self.text)

    @property
    def literals(self) -> list[str]:
        """The strings that the policy mentions besides its annotations."""
        return [found[0][1:-1] for found in _COMMENT_OR_STRING.finditer(_ANNOTATION.sub("", self.bare))]

    @property
    def effect(self) -> str:
        """`permit` or `forbid`; empty when it is neither."""
        found = _EFFECT.search(_ANNOTATION.sub("", self.bare))
        return found[1] if found else ""


def clauses(text: str) -> list[Clause]:
    """The policies of a text in their order, valid or not, and what follows the last `;` when it is no comment."""
    return [_clause(text, start, end) for start, end in _ranges(text) if _COMMENT_OR_STRING.sub("", text[start:end]).strip()]


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for token in _TOKEN.finditer(text):
        if token[0] == ";":
            yield start, token.end()
            start = token.end()
    yield start, len(text)


def _clause(text: str, start: int, end: int) -> Clause:
    piece = text[start:end]
    begins = start + len(piece) - len(piece.lstrip())
    clause = Clause("", piece.strip(), text.count("\n", 0, begins) + 1)
    found = _ID.search(clause.bare)
    return clause._replace(id=found[1][1:-1]) if found else clause


def _by_name(text: str) -> dict[str, str]:
    """Each policy's text by its `@id`; the second of an `@id` is told apart by a number, one without by its place."""
    seen: Counter[str] = Counter()
    named = {}
    for place, clause in enumerate(clauses(text), 1):
        name = clause.id or f"(policy {place})"
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} ({seen[name]})"] = clause.text
    return named


def differences(before: str, after: str) -> list[PolicyDifference]:
    """What is added, removed and changed, policy by policy; the order of policies means nothing and is no difference."""
    old, new = _by_name(before), _by_name(after)
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, becomes = old.get(name, ""), new.get(name, "")
        if was != becomes:
            change = "added" if name not in old else "removed" if name not in new else "changed"
            found.append(PolicyDifference(name, change, was, becomes, _unified(was, becomes)))  # type: ignore[arg-type]
    return found


def _unified(before: str, after: str) -> str:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm=""))
    return "\n".join(lines[2:])
