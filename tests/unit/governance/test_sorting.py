"""Sorting studies by rules: pure."""

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.governance.model import BadEntry
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import SortingRule, StudyFacts
from sixfold.governance.rules.places import SERVICE_LINES
from sixfold.governance.rules.sorting import Sorter, check_rule, sort
from sixfold.governance.rules.sorting_defaults import AT_FIRST


@pytest.mark.parametrize(("facts", "line"), [
    (StudyFacts(("CT",)), "radiology"),
    (StudyFacts(("CT", "PT")), "nuclear-medicine"),
    (StudyFacts(("CT", "RTPLAN", "RTDOSE")), "radiotherapy"),
    (StudyFacts(("XA",)), "radiology"),
    (StudyFacts(("XA",), description="Coronary angiography"), "cardiology"),
    (StudyFacts(("XA",), department="CARDIOLOGY "), "cardiology"),
    (StudyFacts(("US",), department="Obstetrics"), "obstetrics"),
    (StudyFacts(("ECG",)), "cardiology"),
    (StudyFacts(("IVOCT",)), "cardiology"),
    (StudyFacts(("SM",)), "pathology"),
    (StudyFacts(("OPT",)), "ophthalmology"),
    (StudyFacts(("ES",)), "endoscopy"),
    (StudyFacts(("XC",)), "dermatology"),
    (StudyFacts(("PX",)), "dental"),
    (StudyFacts(("EEG",)), "neurophysiology"),
    (StudyFacts(("OT",)), ""),
    (StudyFacts(), ""),
])  # fmt: skip
def test_a_new_house_sorts_by_modality(facts: StudyFacts, line: str) -> None:
    assert sort(facts, AT_FIRST) == Traits(service_line=line)


def test_what_is_confidential_is_sensitive() -> None:
    assert sort(StudyFacts(("CT",), confidentiality="R"), AT_FIRST).sensitivity == "sensitive"
    assert sort(StudyFacts(("MR",), department="Child Psychiatry"), AT_FIRST).sensitivity == "sensitive"


def test_the_rules_of_a_new_house_can_be_kept_and_name_lines_that_exist() -> None:
    assert [check_rule(rule) for rule in AT_FIRST] == list(AT_FIRST)
    lines = {place.code for place in SERVICE_LINES}
    assert {rule.service_line for rule in AT_FIRST if rule.service_line is not None} == lines


def test_the_first_rule_that_gives_a_value_wins_it() -> None:
    rules = [
        SortingRule("late", 9, {}, facility="south", service_line="surgery", sensitivity="sensitive"),
        SortingRule("early", 1, {"institution": ("North*",)}, facility="north"),
        SortingRule("between", 5, {"institution": ("North*",), "modalities": ("US",)}, facility="west", service_line="clinic"),
    ]
    facts = StudyFacts(("CT", "US"), institution="NORTH HOSPITAL")
    assert sort(facts, rules) == Traits("north", "clinic", "sensitive")
    deciding = {name: rule.key for name, rule in Sorter(rules).deciding(facts).items()}
    assert deciding == {"facility": "early", "service_line": "between", "sensitivity": "late"}
    assert sort(StudyFacts(), rules) == Traits("south", "surgery", "sensitive")


_LETTERS = "ab*?"


@given(st.text(_LETTERS, max_size=8), st.text("ab", max_size=12))
def test_patterns_are_those_of_file_names(pattern: str, text: str) -> None:
    rules = [SortingRule("one", 1, {"description": (pattern,)}, service_line="found")]
    assert (sort(StudyFacts(description=text), rules).service_line == "found") is fnmatch.fnmatchcase(text, pattern)


def test_a_hostile_description_costs_little() -> None:
    rules = [SortingRule("one", 1, {"description": ("*a" * 8 + "b",)}, service_line="found")]
    began = time.perf_counter()
    assert sort(StudyFacts(description="a" * 1_000_000), rules).service_line == ""
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("bad", [
    SortingRule("", 1, facility="a"), SortingRule("a b", 1, facility="a"), SortingRule("a", -1, facility="a"),
    SortingRule("a", 1), SortingRule("a", 1, sensitivity="secret"), SortingRule("a", 1, facility="no code!"),
    SortingRule("a", 1, {"patient": ("x",)}, facility="a"), SortingRule("a", 1, {"description": ()}, facility="a"),
    SortingRule("a", 1, {"description": ("*" * 9,)}, facility="a"),
    SortingRule("a", 1, {"description": ("x" * 201,)}, facility="a"),
    SortingRule("a", 1, {"description": ("a\0",)}, facility="a"), SortingRule("a", 2_000_000, facility="a"),
])  # fmt: skip
def test_bad_rules_are_refused(bad: SortingRule) -> None:
    with pytest.raises(BadEntry):
        check_rule(bad)
