"""Statuses: the table against pynetdicom's, and how errors become statuses."""

import errno

import pytest
from pynetdicom.status import code_to_category

from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.status import MEANINGS, Category, Operation, category, comment, status_of
from sixfold.kernel import errors


@pytest.mark.parametrize("status", MEANINGS, ids=lambda status: f"{status:04X}")
def test_the_types_are_those_of_the_standard(status: int) -> None:
    assert MEANINGS[status].category.value == code_to_category(status).lower()
    assert MEANINGS[status].clause.startswith("PS3.")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0xB123, "warning"), (0xA7FF, "failure"), (0xC123, "failure"), (0x0001, "warning"), (0x0999, "failure")],
)
def test_statuses_without_an_entry_have_a_type(status: int, expected: str) -> None:
    assert category(status) is Category(expected)


@pytest.mark.parametrize(
    ("error", "store", "find", "retrieve", "normalized"),
    [
        (errors.InvalidInput("x"), 0xC000, 0xA900, 0xA900, 0x0115),
        (errors.Conflict("x"), 0xA900, 0x0110, 0x0110, 0x0119),
        (errors.NotAllowed("x"), 0x0124, 0x0124, 0x0124, 0x0124),
        (errors.NotFound("x"), 0x0112, 0x0112, 0x0112, 0x0112),
        (errors.Unsupported("x"), 0x0122, 0xC000, 0xC000, 0x0122),
        (errors.Damaged("x"), 0x0110, 0x0110, 0x0110, 0x0110),
        (errors.Unavailable("x"), 0xA700, 0xA700, 0xA701, 0x0213),
        (OSError(errno.ENOSPC, "full"), 0xA700, 0xA700, 0xA702, 0xA700),
        (MemoryError(), 0xA700, 0xA700, 0xA702, 0xA700),
        (OSError(errno.EIO, "broken"), 0x0110, 0x0110, 0x0110, 0x0110),
        (ValueError("internals"), 0x0110, 0x0110, 0x0110, 0x0110),
        (DimseFailure(0xA801, "who"), 0xA801, 0xA801, 0xA801, 0xA801),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_become_statuses(error: Exception, store: int, find: int, retrieve: int, normalized: int) -> None:
    told = [status_of(error, operation)[0] for operation in Operation]
    assert told == [store, find, retrieve, normalized]


def test_what_is_no_error_of_ours_says_nothing_of_the_inside() -> None:
    assert status_of(ValueError("/secret/path"), Operation.STORE)[1] == "internal error"


def test_a_comment_fits_its_value_representation() -> None:
    assert comment("a\\b\nc\t\u00e9" + "x" * 100) == "a b c " + "x" * 58
    assert comment("") == ""
