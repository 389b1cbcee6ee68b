"""What is said of a set of policies before anybody votes on it."""

from typing import Literal

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """Something wrong with a set of policies; an `error` keeps it from being put to the vote.

    `policy` is the `@id`, empty when it is of the whole set; `line` is where it begins, counted from 1, 0 for the whole.
    """

    level: Literal["error", "warning"]
    code: str
    policy: str
    line: int
    message: str


class PolicyDifference(msgspec.Struct, frozen=True):
    """What becomes of one policy between two sets; `diff` is in unified form, without file names."""

    policy: str
    change: Literal["added", "removed", "changed"]
    before: str
    after: str
    diff: str


class Examination(msgspec.Struct, frozen=True):
    """All there is to say of a set without looking at the past; `version` is empty when it is no valid set."""

    version: str
    findings: list[Finding]
    differences: list[PolicyDifference]

    @property
    def errors(self) -> list[Finding]:
        """What keeps the set from being put to the vote."""
        return [finding for finding in self.findings if finding.level == "error"]
