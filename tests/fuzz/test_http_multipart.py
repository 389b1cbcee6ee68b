"""Damaged store requests: an answer that says what is wrong, never a failure of ours, and nothing half to be seen.

At two depths. Every case goes through content coding and parser, in pieces cut two ways, to a sink that notes what comes. A
tenth of the cases, at least 300, are requests to the whole edge, which indexes what came whole and refuses the rest.

`SIXFOLD_FUZZ_CASES` sets the number of cases, `SIXFOLD_FUZZ_SEED` which ones.
"""

import gzip
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.houses import open_house
from tests.samples import ct, part10
from tests.webs import DICOM_PARTS, REFERENCED, STORED_FORM, Web, body_of, open_web, parts_of, path_of

from sixfold.archive.http.body import Decoder
from sixfold.archive.http.negotiation import UnsupportedMediaType, parse_media_type
from sixfold.archive.service.multipart import PartHeaders, Parts
from sixfold.dicom import tags
from sixfold.dicom.part10 import parse_file_meta
from sixfold.dicom.scan import scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "2000"))
REQUESTS = max(min(CASES, 300), CASES // 10)
SEED = int(os.environ.get("SIXFOLD_FUZZ_SEED", "20261124"))
TOLD = (200, 202, 400, 409, 413, 415)
PIECES = (b"\r\n", b"--", b"\r\n--tests-boundary", b"\r\n\r\n", b"\0", b"\xff" * 4, b"DICM", b";", b"=")


@pytest.fixture
def web(tmp_path: Path, sqlite_database: Database) -> Iterator[Web]:
    house = open_house(tmp_path, sqlite_database)
    with open_web(house) as made:
        yield made
    house.archive.close()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, overwrite, move and double bytes, and put in what means something to the parser."""
    out = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        if not out:
            break
        at, length = chance.randrange(len(out)), chance.randrange(1, 40)
        action = chance.randrange(6)
        if action == 0:
            out[at] = chance.randrange(256)
        elif action == 1:
            del out[at : at + length]
        elif action == 2:
            out[at:at] = chance.choice(PIECES)
        elif action == 3:
            out[at : at + length] = out[at : at + length] * 2
        elif action == 4 and chance.random() < 0.4:
            del out[at:]
        else:
            out[at : at + 1] = chance.randbytes(2)
    return bytes(out)


def _case(files: list[bytes], chance: random.Random) -> tuple[bytes, dict[str, str]]:
    body = body_of(files)
    options: dict[str, str] = {}
    kind = chance.randrange(8)
    if kind == 0:
        return mutated(gzip.compress(body), chance), {"Content_Encoding": "gzip"}
    if kind == 1:
        options["content_type"] = mutated(DICOM_PARTS.encode(), chance).decode("latin-1").translate(_NO_CONTROLS)
        return body, options
    return mutated(body, chance), options


# A field of HTTP holds no control characters: a server does not let them through.
_NO_CONTROLS = dict.fromkeys((*range(32), 127), "?")


class Noted:
    """A sink that keeps what it is told, and holds the parser to its promise: begin, data, end, in that order."""

    def __init__(self) -> None:
        self.parts: list[tuple[PartHeaders, bytearray]] = []
        self.ended = 0

    def begin(self, headers: PartHeaders) -> None:
        assert self.ended == len(self.parts)
        self.parts.append((headers, bytearray()))

    def data(self, piece: memoryview) -> None:
        assert self.ended == len(self.parts) - 1
        self.parts[-1][1].extend(piece)

    def end(self) -> None:
        self.ended += 1
        assert self.ended == len(self.parts)


def _parsed(body: bytes, options: dict[str, str], most: int, chance: random.Random) -> tuple[Noted, bool]:
    """What a sink is told of a body that comes in pieces of at most `most` bytes, and whether it came to its end."""
    noted = Noted()
    try:
        media_type = parse_media_type(options.get("content_type", DICOM_PARTS))
        parts = Parts(media_type.parameters.get("boundary", ""), noted)
        decoder = Decoder(options.get("Content_Encoding", ""))
        at = 0
        while at < len(body):
            size = chance.randrange(1, most + 1)
            for plain in decoder.plain(body[at : at + size]):
                parts.feed(plain)
            at += size
        decoder.end()
        parts.end()
    except (InvalidInput, UnsupportedMediaType):
        return noted, False
    return noted, True


def test_S5_damaged_bodies_are_parsed_alike_in_whatever_pieces_they_come() -> None:
    chance = random.Random(SEED)
    files = [part10(ct()) for _ in range(16)]
    through = 0
    for number in range(CASES):
        body, options = _case(chance.choices(files, k=chance.randrange(1, 4)), chance)
        once, came = _parsed(body, options, 1 << 20, chance)
        again, came_again = _parsed(body, options, chance.choice((7, 64, 700)), chance)
        told = f"case {number} of seed {SEED}"
        assert came == came_again, told
        shared = min(once.ended, again.ended)
        assert once.parts[:shared] == again.parts[:shared], told
        assert not came or once.ended == len(once.parts), told
        if "Content_Encoding" not in options:  # an inflater says that its stream is broken before or after what came whole
            assert once.ended == again.ended, told
            assert sum(len(part) for _, part in once.parts) <= len(body), told
        through += came
    assert 0 < through < CASES


def _whole_or_absent(web: Web, path: str) -> bool:
    """Whether the instance is there; if so it is a whole object of that name."""
    answer = web.get(path, STORED_FORM)
    if answer.status_code == 404:
        return False
    (part,) = parts_of(answer)
    meta = parse_file_meta(part.body)
    assert meta is not None
    data, syntax = part.body[meta.data_set_offset :], transfer_syntax(meta.transfer_syntax_uid)
    found = scan(data, syntax, frozenset({tags.SOP_INSTANCE_UID}), whole=True)
    assert found.values[tags.SOP_INSTANCE_UID].rstrip(b"\0 ").decode() == path.rpartition("/")[2]
    return True


def test_S5_damaged_requests_are_answered_and_leave_nothing_half(web: Web) -> None:
    chance = random.Random(SEED)
    kept: set[str] = set()
    for number in range(REQUESTS):
        files = [ct() for _ in range(chance.randrange(1, 4))]
        body, options = _case([part10(file) for file in files], chance)
        answer = web.post(body, **options)
        assert answer.status_code in TOLD, f"case {number} of seed {SEED}: {answer.text}"
        if answer.status_code < 300:
            kept |= {item["00081190"]["Value"][0] for item in answer.json().get(REFERENCED, {"Value": []})["Value"]}
        else:
            for file in files:  # those that came whole before the fault may be there
                _whole_or_absent(web, path_of(file))
    assert kept, "no request of the run came through: the damage is too great to tell anything"
    for url in kept:
        assert _whole_or_absent(web, url.removeprefix("http://testserver.local"))
    assert web.house.archive.totals()["instances"] >= len(kept)
