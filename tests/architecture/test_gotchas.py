"""Everything that archives are known to get wrong has a test that carries its code in its name.

The codes: Q of matching, C of character sets, E of encodings and files, S of storage and retrieval.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

CODES = (
    *(f"Q{number}" for number in range(1, 20)),
    *(f"C{number}" for number in range(1, 7)),
    *(f"E{number}" for number in range(1, 12)),
    *(f"S{number}" for number in range(1, 13)),
)

WITHOUT_A_TEST = {
    "C6": "nothing of the house reads HL7 yet: its character sets come with the part that does",
}

_NAME = re.compile(r"^\s*(?:async )?def test_([A-Z]+\d+)_", re.MULTILINE)


def _codes_of(texts: Iterable[str]) -> set[str]:
    return {code for text in texts for code in _NAME.findall(text)}


def _sources() -> Iterable[str]:
    return (path.read_text("utf-8") for path in TESTS.rglob("test_*.py") if path != Path(__file__))


@pytest.fixture(scope="module")
def tested() -> set[str]:
    """The codes that names of tests begin with."""
    return _codes_of(_sources())


@pytest.mark.parametrize("code", CODES)
def test_a_gotcha_has_a_test_of_its_name_or_a_reason_why_not(tested: set[str], code: str) -> None:
    assert (code in tested) != (code in WITHOUT_A_TEST), f"{code} needs a test named test_{code}_..., or a reason here"


def test_a_code_is_read_from_whole_names_only() -> None:
    source = "def test_Q1_a(): ...\n    def test_E10_b(self): ...\n# def test_Q2_c\ndef helper_test_Q3_d(): ...\n"
    assert _codes_of([source]) == {"Q1", "E10"}


def test_a_missing_code_is_noticed() -> None:
    """The check can fail: without one file of tests, a code that only that file has is gone."""
    everything = list(_sources())
    without = [text for text in everything if "def test_Q19_" not in text]
    assert len(without) < len(everything)
    assert "Q19" not in _codes_of(without)
