"""Queries of DICOMweb and C-FIND."""

import pytest
from tests.unit.dicom.samples import element, item, sequence, text, uid

from sixfold.dicom.matching import BadQuery, Exact, UidList, Universal
from sixfold.dicom.query import parse_identifier, parse_query
from sixfold.dicom.uids import transfer_syntax


def test_Q16_keywords_tags_paths_and_private_tags_are_parameters() -> None:
    pairs = [("PatientID", "1"), ("00080060", "CT"), ("RequestAttributesSequence.00401001", "R"), ("00091001", "x")]
    query = parse_query("STUDY", [*pairs, ("includefield", "all"), ("limit", "5"), ("orderby", "x")])
    assert list(query.conditions) == [(0x00100020,), (0x00080060,), (0x00400275, 0x00401001), (0x00091001,)]
    assert query.include_all
    assert query.limit == 5


@pytest.mark.parametrize("pair", [("PatientIdd", "1"), ("limit", "-1"), ("fuzzymatching", "yes")])
def test_Q16_what_is_unknown_is_refused_by_name(pair: tuple[str, str]) -> None:
    with pytest.raises(BadQuery, match=pair[0]):
        parse_query("STUDY", [pair])


def test_Q9_zero_length_keys_are_universal_and_items_are_conditions() -> None:
    inner = element(0x00401001, "SH", text("RP"))
    keys = element(0x00080052, "CS", text("STUDY")) + element(0x00100020, "LO", b"")
    keys += element(0x0020000D, "UI", uid("1.2\\1.3")) + sequence(0x00400275, [item(inner)])
    found = parse_identifier(keys, transfer_syntax("1.2.840.10008.1.2.1"))
    assert found.level == "STUDY"
    assert found.query.conditions[(0x00100020,)] == Universal()
    assert found.query.conditions[(0x0020000D,)] == UidList(("1.2", "1.3"))
    assert found.query.conditions[(0x00400275, 0x00401001)] == Exact("RP")
