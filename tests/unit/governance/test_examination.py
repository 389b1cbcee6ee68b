"""The static checks of policies, and the difference of two sets."""

import pytest

from sixfold.governance.model.decisions import GoldenCase
from sixfold.governance.model.policy import Traits
from sixfold.governance.rules.clauses import clauses, differences
from sixfold.governance.rules.examination import examine
from sixfold.governance.rules.policy import Policies, default_policies

HOUSE = default_policies()
CLOSED = Traits("north", "mr", "sensitive", restricted=True)

IDLE = (
    '@id("x") forbid (principal is Ae, action == Action::"audit", resource is Study) '
    'when { principal.roles.contains("uploader") };'
)


def found(text: str, *golden: GoldenCase) -> list[tuple[str, str, str]]:
    return [(one.level, one.code, one.policy) for one in examine(text, HOUSE, golden).findings]


def test_the_policies_of_a_new_house_have_nothing_to_find() -> None:
    examination = examine(HOUSE, HOUSE)
    assert (examination.findings, examination.differences) == ([], [])
    assert examination.version == Policies(HOUSE).version


def test_a_text_is_taken_apart_as_it_stands() -> None:
    text = '// one; not two\n@id("a;b")\npermit (principal, action, resource); // tail\n'
    text += '@id("c") forbid (principal, action, resource);\n'
    first, second = clauses(text)
    assert (first.id, first.line, first.effect) == ("a;b", 1, "permit")
    assert (second.id, second.line, second.effect) == ("c", 3, "forbid")
    assert second.text.startswith("// tail")
    assert [clause.id for clause in clauses(HOUSE)] == Policies(HOUSE).names
    assert clauses("// nothing\n") == []
    assert [clause.text for clause in clauses('permit (principal, action, resource) when { "')] != []


def test_an_annotation_is_no_effect_and_no_literal() -> None:
    [clause] = clauses('@note("forbid (this)") @id("x") permit (principal, action == Action::"read", resource);')
    assert (clause.effect, clause.literals) == ("permit", ["read"])


def test_each_broken_policy_is_named_with_its_line() -> None:
    text = (
        HOUSE
        + '\n@id("bad")\npermit (principal, action, resource) when { principal.nose };\n@id("worse")\npermit (principal;\n'
    )
    errors = [one for one in examine(text, HOUSE).findings if one.code == "invalid"]
    assert [one.policy for one in errors] == ["bad", "worse"]
    assert [text.splitlines()[one.line - 1] for one in errors] == ['@id("bad")', '@id("worse")']
    assert "nose" in errors[0].message
    assert examine(text, HOUSE).version == ""


@pytest.mark.parametrize("text", ["", "// only words", "\0", "permit", "x" * 200_001, '"' * 1000, "permit(" * 2000 + ";"])
def test_what_is_no_set_of_policies(text: str) -> None:
    assert ("error", "invalid") in {(level, code) for level, code, _ in found(text)}


def test_names_are_given_once() -> None:
    text = HOUSE + '\n@id("auditors") permit (principal is Ae, action, resource);permit (principal is Ae, action, resource);'
    assert [one for one in found(text) if one[0] == "error"] == [
        ("error", "same-id", "auditors"), ("error", "same-id", "auditors"), ("error", "no-id", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ('@id("x") permit (principal is Ae, action, resource) when { principal is Person };', "unreachable"),
        ('@id("x") permit (principal, action, resource) when { resource is House && resource is Study };', "unreachable"),
        (
            '@id("x") permit (principal, action == Action::"read", resource is Study) when { context.purpose == "HRESCH" };',
            "shadowed",
        ),
        (IDLE, "idle"),
    ],
)
def test_policies_without_an_effect(policy: str, code: str) -> None:
    assert found(HOUSE + policy) == [("warning", code, "x")]


@pytest.mark.parametrize(
    "policy",
    [
        '@id("x") permit (principal, action == Action::"read", resource is Study) when { principal.groups.contains("t") };',
        '@id("x") permit (principal, action == Action::"read", resource) when { principal.name == "bea" };',
        '@id("x") forbid (principal, action == Action::"read", resource is Study) when { resource.facility == "annexe" };',
    ],
)
def test_policies_about_a_place_or_a_person_have_one(policy: str) -> None:
    assert found(HOUSE + policy) == []


def test_a_golden_case_holds_or_is_an_error() -> None:
    closed = GoldenCase("closed stays closed", "read", allowed=False, roles=("administrator",), traits=CLOSED)
    cared = GoldenCase("care goes on", "read", allowed=True, roles=("physician",), traits=CLOSED, relations=("care-team",))
    assert found(HOUSE, closed, cared) == []
    broken = HOUSE.replace("resource.restricted", "false").replace('resource.sensitivity == "sensitive"', "false")
    assert ("error", "golden-case", "") in found(broken, closed, cared)
    [finding] = [one for one in examine(broken, HOUSE, [closed]).findings if one.level == "error"]
    assert finding.message == (
        "golden case 'closed stays closed' must be refused and is not, by administrators-see-every-study"
    )


def test_differences_by_policy() -> None:
    before = '@id("a") permit (principal, action, resource);\n@id("b") forbid (principal, action, resource);\n'
    after = '@id("b") forbid (principal,\n action, resource);\n@id("c") permit (principal, action, resource);'
    changed, added, removed = differences(before, after)
    assert (changed.policy, changed.change) == ("b", "changed")
    assert changed.diff.splitlines() == [
        "@@ -1 +1,2 @@",
        '-@id("b") forbid (principal, action, resource);',
        '+@id("b") forbid (principal,',
        "+ action, resource);",
    ]
    assert (added.policy, added.change, added.before) == ("c", "added", "")
    assert (removed.policy, removed.change, removed.after) == ("a", "removed", "")


def test_order_is_no_difference_and_twins_are_told_apart() -> None:
    a, b = '@id("a") permit (principal, action, resource);', '@id("b") forbid (principal, action, resource);'
    assert differences(a + b, b + a) == []
    assert [one.policy for one in differences(a, a + a)] == ["a (2)"]
    assert [one.policy for one in differences("", "permit (principal, action, resource);")] == ["(policy 1)"]
