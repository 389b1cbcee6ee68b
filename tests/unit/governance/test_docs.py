"""The reference of access says what the code does."""

from pathlib import Path

from sixfold.governance import Action, Principal, rules
from sixfold.governance.rules.policy import Policies, default_policies

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/access.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its head first."""
    lines = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if not set("".join(row)) <= {"-"}]


def test_roles_are_documented_as_they_are() -> None:
    head, *rows = table("Roles")
    assert set(head[1:]) == {action.value for action in Action} - {action.value for action in rules.FOR_EVERYBODY}
    documented = {row[0]: {action for action, cell in zip(head[1:], row[1:], strict=True) if cell == "yes"} for row in rows}
    policies = Policies(default_policies())
    coded = {role: set(rules.actions_of(policies, Principal("person", "", "", frozenset({role})))) for role in rules.ROLES}
    assert documented == coded


def test_actions_are_documented() -> None:
    assert [row[0] for row in table("Actions")[1:]] == [action.value for action in Action]
