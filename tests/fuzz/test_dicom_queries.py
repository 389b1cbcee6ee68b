"""Hostile query strings and keys: a query or a typed error, and every condition can be matched against anything.

`SIXFOLD_FUZZ_CASES` sets the number of query strings, `SIXFOLD_FUZZ_SEED` repeats a run.
"""

import os
import random
import time
from typing import Any
from urllib.parse import parse_qsl

from sixfold.dicom.matching import matches_all
from sixfold.dicom.query import paired, parse_query
from sixfold.kernel.errors import SixfoldError

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "1000"))
SEED = int(os.environ.get("SIXFOLD_FUZZ_SEED", "20261124"))
SECONDS = 1.0

KEYS = [
    *("PatientName", "PatientID", "StudyDate", "StudyTime", "AcquisitionDateTime", "StudyInstanceUID", "ModalitiesInStudy"),
    *("00100020", "(0010,0020)", "00091001", "00090010", "Rows", "PixelData", "PatientIdd", "", "."),
    *("RequestAttributesSequence.00401001", "0040A730.0040A730.0040A043.00080100", "includefield", "limit", "offset"),
    *("fuzzymatching", "emptyvaluematching", "multiplevaluematching"),
    *("TimezoneOffsetFromUTC", "00080201", "SeriesDate", "SeriesTime", "00400275.00400002", "00400275.00400003"),
]
VALUES = [
    *("*", "?", "****?***a", "Doe^J*", "=山田*", "-", "20240101-", "-20240101", "20240101-20240201", "10", "1030-", "-0"),
    *("20240101120000+0100-20250101-0500", "1.2.3,1.2.4", "1.2\\1.3", '""', "true", "false", "all", "100", "-1", "9" * 40),
    *("%", "_", "'; DROP TABLE study;--", "\\", "a\\b\\", "\0", "\ud7ff", "é" * 300, "(" * 200, "[a-", "a" * 5000, "*a" * 16),
    *("+0100", "-0330", " 1400", "+9999", "00010101-", "-99991231", "20240101", "101112.5-2359", "240000"),
    *("*a" * 15 + "?b", "*a" * 60, "+7", "007", "1e999", "NaN", "CT,MR", "٣", ""),
]
DAMAGE = ["*", "?", "-", "\\", "^", "=", "+", ".", "%00", "%F0%9F%98%80", "\x1b", ""]
STORED: dict[str, Any] = {
    "00080020": {"vr": "DA", "Value": ["20240115", "junk", None]},
    "00080030": {"vr": "TM", "Value": ["10:11:12.5", ""]},
    "0008002A": {"vr": "DT", "Value": ["20240115101112.5+0100", "9999", "99999999999999"]},
    "00080061": {"vr": "CS", "Value": ["CT", "MR"]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa^b"}, None]},
    "00100020": {"vr": "LO", "Value": ["a" * 64]},
    "00080201": {"vr": "SH", "Value": ["-0500"]},
    "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
    "00280010": {"vr": "US", "Value": [512]},
    "00400275": {"vr": "SQ", "Value": [{"00401001": {"vr": "SH", "Value": ["a"]}}, {}, None]},
    "00090010": {"vr": "LO"},
    "7FE00010": {"vr": "OW", "BulkDataURI": "x"},
}


def query_string(chance: random.Random) -> str:
    """Join keys and values, some of them damaged."""
    pairs = []
    for _ in range(chance.randrange(6)):
        key, value = chance.choice(KEYS), chance.choice(VALUES)
        if chance.random() < 0.3:
            value = damaged(value, chance)
        if chance.random() < 0.1:
            key = damaged(key, chance)
        pairs.append(f"{key}={value}")
    return "&".join(pairs)


def damaged(text: str, chance: random.Random) -> str:
    """Put characters that mean something into a text, or cut it."""
    at = chance.randrange(len(text) + 1)
    return (
        text[:at]
        + chance.choice(["*", "?", "-", "\\", "^", "=", "+", ".", "%00", "%F0%9F%98%80", "\x1b", ""])
        + text[at + chance.randrange(3) :]
    )


def test_hostile_query_strings_are_understood_or_refused() -> None:
    chance = random.Random(SEED)
    slowest = 0.0
    for _ in range(CASES):
        text = query_string(chance)
        begin = time.process_time()
        try:
            query = parse_query("STUDY", parse_qsl(text, keep_blank_values=True))
            assert matches_all(query.conditions, STORED) in (True, False)
            assert matches_all(query.conditions, {}) in (True, False)
            assert matches_all(paired(query.conditions, date_time=True), STORED) in (True, False)
        except SixfoldError:
            pass
        except Exception as error:
            error.add_note(repr(text))
            raise
        slowest = max(slowest, time.process_time() - begin)
    assert slowest < SECONDS
