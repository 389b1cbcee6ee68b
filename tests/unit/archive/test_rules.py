"""The archive's decisions: what the index takes from an object as it came."""

import pytest
from tests.samples import ct, data_set

from sixfold.archive import rules
from sixfold.dicom.scan import scan
from sixfold.dicom.uids import EXPLICIT_LE


@pytest.mark.parametrize(
    ("day", "time", "key"),
    [
        ("20260301", "101112.5", "20260301101112"),
        ("20260301", "10:11", "20260301101100"),
        ("20260301", "١٠١١١٢", "20260301000000"),
        ("20260301", "1011²", "20260301000000"),
        ("", "", "00000000000000"),
    ],
)
def test_the_moment_of_a_study_is_of_plain_digits(day: str, time: str, key: str) -> None:
    assert rules.sort_key(day, time) == key


@pytest.mark.parametrize(
    ("said", "indexed"),
    [("20260301", "20260301"), ("2026.03.01", "20260301"), ("2026030²", ""), ("٢٠٢٦٠٣٠١", ""), ("2026", "")],
)
def test_a_date_is_of_plain_digits(said: str, indexed: str) -> None:
    raw = data_set(ct(SpecificCharacterSet="ISO_IR 192", StudyDate="20260301")).replace(b"20260301", b"XXXXXXXX", 1)
    odd = said.encode().ljust(16)
    raw = raw.replace(b"DA\x08\0XXXXXXXX", b"DA\x10\0" + odd, 1)
    found = scan(raw, EXPLICIT_LE, rules.INDEX_TAGS, whole=True)
    assert rules.study_record(found, "1.2").study_date == indexed


@pytest.mark.parametrize(
    ("said", "number"), [(b"7", 7), (b"+7", 7), (b" -7 ", -7), (b"1_0", None), (b"9" * 5000, None), (b"x", None)]
)
def test_an_instance_number_is_a_number_or_none(said: bytes, number: int | None) -> None:
    raw = data_set(ct(InstanceNumber="4242"))
    padded = said + b" " * (len(said) % 2)
    raw = raw.replace(b"IS\x04\x004242", b"IS" + len(padded).to_bytes(2, "little") + padded, 1)
    found = scan(raw, EXPLICIT_LE, rules.INDEX_TAGS, whole=True)
    assert rules.describe(found, EXPLICIT_LE).instance.number == number
