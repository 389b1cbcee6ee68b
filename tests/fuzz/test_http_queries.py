"""Hostile paths, query strings and Accept fields of retrieval: an answer that says what is wrong, never a failure of ours.

`SIXFOLD_FUZZ_CASES` sets the number of cases, `SIXFOLD_FUZZ_SEED` which ones.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.houses import open_house
from tests.samples import ct
from tests.webs import Web, open_web, path_of

from sixfold.archive.http.negotiation import BadMediaType, acceptable
from sixfold.archive.http.ranges import RangeNotSatisfiable, span_of
from sixfold.archive.service.multipart import Parts
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "1000"))
SEED = int(os.environ.get("SIXFOLD_FUZZ_SEED", "20261124"))
TOLD = (200, 206, 304, 400, 404, 406, 416, 501)

WORDS = (
    "multipart/related", "application/dicom", "image/jpeg", "image/png", "*/*", "application/*", "type=", '"', ";", ",",
    "q=0", "q=1.0", "q=nan", "transfer-syntax=*", "transfer-syntax=1.2.840.10008.1.2.4.80", "1", "0", "-1", "1e999", "nan",
    "inf", "%00", "\u0660", "\u00e9", "'", "--", "a" * 300, "linear", "sigmoid", "bytes=0-", "bytes=-5", "bytes=5-1",
    "7FE00010", "00080005/0", "..", "%2e%2e", "/", " ", "=", "&",
)  # fmt: skip
NAMES = ("window", "viewport", "quality", "annotation", "iccprofile", "accept", "contentType", "rows", "columns", "region",
         "frameNumber", "imageQuality", "windowCenter", "windowWidth", "transferSyntax", "anonymize", "charset")  # fmt: skip
ENDS = (
    "",
    "/metadata",
    "/rendered",
    "/thumbnail",
    "/frames/{0}",
    "/frames/{0}/rendered",
    "/frames/{0}/thumbnail",
    "/bulkdata/{0}",
)


@pytest.fixture
def web(tmp_path: Path, sqlite_database: Database) -> Iterator[Web]:
    house = open_house(tmp_path, sqlite_database)
    with open_web(house) as made:
        yield made
    house.archive.close()


def _soup(chance: random.Random, most: int = 5) -> str:
    return "".join(chance.choice(WORDS) for _ in range(chance.randrange(most + 1)))


def _header(chance: random.Random) -> str:
    return _soup(chance, 8).encode("latin-1", "ignore").decode("latin-1")


def test_retrieval_answers_whatever_is_asked(web: Web) -> None:
    chance = random.Random(SEED)
    data = ct()
    web.stow(data)
    for case in range(CASES):
        end = chance.choice(ENDS).format(quote(_soup(chance), safe="/%,") or "1")
        query = "&".join(f"{chance.choice(NAMES)}={quote(_soup(chance), safe='%')}" for _ in range(chance.randrange(3)))
        headers = {"Accept": _header(chance), "Range": _header(chance), "If-None-Match": _header(chance)}
        fields = [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if chance.random() < 0.6]
        answer = web.client.get(f"{path_of(data)}{end}?{query}", headers=fields)
        assert answer.status_code in TOLD, (case, end, query, headers, answer.text)


def test_the_uri_service_answers_whatever_is_asked(web: Web) -> None:
    chance = random.Random(SEED + 1)
    data = ct()
    web.stow(data)
    names = f"studyUID={data.StudyInstanceUID}&seriesUID={data.SeriesInstanceUID}&objectUID={data.SOPInstanceUID}"
    for case in range(CASES):
        query = "&".join(f"{chance.choice(NAMES)}={quote(_soup(chance), safe='%')}" for _ in range(chance.randrange(4)))
        answer = web.client.get(f"/wado?requestType=WADO&{names}&{query}")
        assert answer.status_code in TOLD, (case, query, answer.text)


def test_accept_fields_are_understood_or_refused() -> None:
    chance = random.Random(SEED + 2)
    for _ in range(CASES * 10):
        try:
            ranges = acceptable(_soup(chance, 12), _soup(chance, 2))
        except BadMediaType:
            continue
        assert all(0 <= item.quality <= 1 and "/" in item.name for item in ranges)


def test_a_range_is_within_what_there_is() -> None:
    chance = random.Random(SEED + 3)
    for _ in range(CASES * 10):
        total = chance.randrange(0, 50)
        field = chance.choice(
            (f"bytes={chance.randrange(60)}-{chance.randrange(60)}", f"bytes=-{chance.randrange(60)}", _soup(chance))
        )
        try:
            span = span_of(field, "", '"a"', total)
        except RangeNotSatisfiable:
            continue
        assert span.offset >= 0
        assert span.offset + span.length <= total
        assert span.length > 0 or not span.partial


class _Counter:
    """Counts parts and bytes."""

    def __init__(self) -> None:
        self.begun = self.ended = self.bytes = 0

    def begin(self, _headers: dict[str, str]) -> None:
        self.begun += 1

    def data(self, piece: memoryview) -> None:
        self.bytes += len(piece)

    def end(self) -> None:
        self.ended += 1


def test_parts_never_give_more_than_came_and_end_only_what_began() -> None:
    chance = random.Random(SEED + 4)
    pieces = (b"\r\n", b"--b", b"--", b"\r\n--b\r\n", b"\r\n--b--", b"a: b", b"\r\n\r\n", b"x" * 50, b"\0\r", b" \t")
    for _ in range(CASES * 5):
        body = b"".join(chance.choice(pieces) for _ in range(chance.randrange(30)))
        counter = _Counter()
        parts = Parts("b", counter)
        at = 0
        try:
            while at < len(body):
                size = chance.randrange(1, 20)
                parts.feed(body[at : at + size])
                at += size
            parts.end()
        except InvalidInput:
            assert counter.ended in (counter.begun, counter.begun - 1)
        else:
            assert counter.ended == counter.begun
        assert counter.bytes <= len(body)
