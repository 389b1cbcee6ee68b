"""Policies: the default set equals an oracle, remembered answers are right, and bad text is told of."""

import os
import random

import pytest
from tests import oracle

from sixfold.governance.model import Action, Principal
from sixfold.governance.model.policy import BadPolicy, Circumstances, Profile, Purpose, Relation, Traits
from sixfold.governance.rules import FOR_EVERYBODY, ROLES
from sixfold.governance.rules.policy import Policies, default_policies

CASES = int(os.environ.get("SIXFOLD_ORACLE_CASES", "4000"))
ACTIONS = [action for action in Action if action not in FOR_EVERYBODY]
FACILITIES = ["north", "south", "north-annex", ""]
LINES = ["radiology", "psychiatry", ""]


def some(chance: random.Random, values: list[str], most: int) -> frozenset[str]:
    return frozenset(chance.sample(values, chance.randint(0, min(most, len(values)))))


def a_principal(chance: random.Random) -> Principal:
    kind = chance.choice(["person", "person", "token", "ae", "system"])
    roles = some(chance, list(ROLES), 2)
    groups, lines = some(chance, ["tumour-board", "night"], 2), some(chance, LINES[:2], 2)
    return Principal(kind, "ada", "Ada", roles, groups, lines, some(chance, FACILITIES[:3], 2))  # type: ignore[arg-type]


def a_case(chance: random.Random) -> Circumstances:
    traits = None
    if chance.random() < 0.9:
        sensitivity = chance.choice(["normal", "sensitive"])
        traits = Traits(chance.choice(FACILITIES), chance.choice(LINES), sensitivity, restricted=chance.random() < 0.3)
    relations = some(chance, [one.value for one in Relation], 2)
    return Circumstances(traits, relations, chance.choice([one.value for one in Purpose]))


def test_the_hospitals_policies_equal_the_oracle() -> None:
    chance, policies = random.Random(20261124), Policies(default_policies())
    allowed = 0
    for start in range(0, CASES, 2000):
        asked = [(a_principal(chance), chance.choice(ACTIONS), a_case(chance)) for _ in range(min(2000, CASES - start))]
        verdicts = policies.decide_all([(Profile.of(who, named=False), what.value, case) for who, what, case in asked])
        for (who, what, case), verdict in zip(asked, verdicts, strict=True):
            assert verdict.allowed == oracle.may(who, what.value, case), (who, what, case)
            assert policies.decide(who, what, case) == verdict
        allowed += sum(verdict.allowed for verdict in verdicts)
    assert CASES / 10 < allowed < CASES * 9 / 10, "the cases hardly try both answers"


def test_a_verdict_names_the_policies_that_led_to_it() -> None:
    policies = Policies(default_policies())
    ada = Principal("person", "ada", "Ada", frozenset({"radiologist"}), facilities=frozenset({"north"}))
    closed = Circumstances(Traits("north", restricted=True))
    assert policies.decide(ada, Action.READ, closed).policies == ("restricted-patients-are-for-those-who-care-for-them",)
    assert policies.decide(ada, Action.READ, Circumstances(Traits("south"))).policies == ()
    assert set(policies.decide(ada, Action.READ, Circumstances(Traits("north"))).policies) == {"care-in-ones-own-facilities"}
    assert "emergency-access" in policies.names


def test_a_name_counts_only_where_a_policy_looks_at_it() -> None:
    ada, bob = (Principal("person", name, name, frozenset({"auditor"})) for name in ("ada", "bob"))
    named = Policies('@id("a") permit (principal, action, resource) when { principal.name == "ada" };')
    assert named.decide(ada, Action.AUDIT, Circumstances()).allowed
    assert not named.decide(bob, Action.AUDIT, Circumstances()).allowed
    assert not Policies(default_policies()).names_people


def test_more_questions_than_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sixfold.governance.rules.policy.engine._REMEMBERED", 10)
    policies, ada = Policies(default_policies()), Profile.of(Principal("person", "ada", "Ada", frozenset({"physician"})))
    questions = [(ada, "read", Circumstances(Traits(f"f{number}"))) for number in range(25)]
    assert all(verdict.allowed for verdict in policies.decide_all(questions * 2))
    assert all(verdict.allowed for verdict in policies.decide_all(questions))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("permit (principal, action", "not Cedar"),
        ('@id("x") permit (principal, action == Action::"reed", resource);', "x: "),
        ('@id("x") permit (principal, action, resource) when { resource.color == 1 };', "x: "),
        ('@id("x") permit (principal, action, resource) when { principal.roles == 1 };', "x: "),
        ('permit (principal == Nobody::"x", action, resource);', "Nobody"),
        ("a" * 200_001, "at most"),
        ("\0", "not Cedar"),
    ],
)
def test_a_text_that_is_no_set_of_policies_is_refused_with_its_reason(text: str, told: str) -> None:
    with pytest.raises(BadPolicy, match=told):
        Policies(text)


def test_the_same_text_is_the_same_version() -> None:
    assert Policies(default_policies()).version == Policies(default_policies()).version
    assert Policies("").version != Policies(default_policies()).version
    assert not Policies("").decide(Principal("system", "x", "x", frozenset()), Action.READ, Circumstances()).allowed
