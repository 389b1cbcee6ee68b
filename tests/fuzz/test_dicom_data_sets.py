"""Damaged data sets: every reader gives an answer or a typed error, in bounded time and memory, and the readers agree.

`SIXFOLD_FUZZ_CASES` sets the number of mutated data sets; each is read by every function. `SIXFOLD_FUZZ_SEED` repeats a run.
"""

import os
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pydicom
import pytest
from tests.unit.dicom.samples import DATA, ct_header, element, implicit, item, sequence, sequence_end

from sixfold.dicom.bulk import NoBulkData, bulk_value
from sixfold.dicom.elements import fragments, walk
from sixfold.dicom.encode import convert, encode_data_set
from sixfold.dicom.json import instance_dict, instance_json
from sixfold.dicom.part10 import parse_file_meta
from sixfold.dicom.query import parse_identifier
from sixfold.dicom.scan import check_structure, scan
from sixfold.dicom.tags import PIXEL_DATA_TAGS
from sixfold.dicom.uids import (
    DEFLATED_EXPLICIT_LE,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    JPEG_BASELINE,
    TransferSyntax,
    transfer_syntax,
)
from sixfold.dicom.xml import native_xml
from sixfold.kernel.errors import SixfoldError

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "1000"))
SEED = int(os.environ.get("SIXFOLD_FUZZ_SEED", "20261124"))
LARGEST = 20_000  # bytes of a sample; damage matters in headers, and pixels have none
SECONDS = 2.0
MEMORY = 64 << 20  # bytes, for samples of 20 kB

Sample = tuple[bytes, TransferSyntax]
WANTED = frozenset({0x00080005, 0x00080018, 0x00100010, 0x00100020, 0x00400275, 0x00081115})
# What is worth writing into a data set: lengths and tags that mean something to a reader.
INTERESTING = [
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"\xe0\x7f\x10\x00",
    b"SQ\0\0", b"UN\0\0", b"OB\0\0", b"UT\0\0", b"\x08\x00\x05\x00", b"\xff\xff\xff\x7f", b"\x08\x00\x00\x00", b"\\\x1b$B",
]  # fmt: skip


@lru_cache(maxsize=1)
def samples() -> tuple[Sample, ...]:
    """Built data sets of every structure, then the heads of real files."""
    nested = element(0x00100020, "LO", b"1 ")
    for depth in range(12):
        nested = sequence(0x00081115, [item(nested, undefined=depth % 2 == 0)], undefined=depth % 3 == 0)
    private = element(0x00091010, "UN", item(implicit(0x00100020, b"1 "), undefined=True) + sequence_end(), length=0xFFFFFFFF)
    pixels = element(0x7FE00010, "OB", item(b"") + item(b"abcd") * 3 + sequence_end(), length=0xFFFFFFFF)
    explicit = (
        element(0x00080005, "CS", b"\\ISO 2022 IR 87 ") + element(0x00100010, "PN", b"\x1b$B;3ED\x1b(B^A") + nested + private
    )
    built: list[Sample] = [(ct_header(), EXPLICIT_LE), (explicit, EXPLICIT_LE), (explicit + pixels, JPEG_BASELINE)]
    built += [(convert(explicit, EXPLICIT_LE, to), to) for to in (IMPLICIT_LE, EXPLICIT_BE, DEFLATED_EXPLICIT_LE)]
    return (*built, *real_samples())


def real_samples() -> list[Sample]:
    folders = (DATA / "dicom", Path(pydicom.__file__).parent / "data")
    found = []
    for path in (path for folder in folders if folder.exists() for path in sorted(folder.rglob("*")) if path.is_file()):
        raw = path.read_bytes()
        try:
            meta = parse_file_meta(raw)
        except SixfoldError:
            continue
        if meta is not None and len(raw) - meta.data_set_offset <= LARGEST:
            found.append((raw[meta.data_set_offset :], transfer_syntax(meta.transfer_syntax_uid)))
    return found


def mutated(sample: Sample, chance: random.Random) -> Sample:
    """Cut, overwrite, repeat and move bytes; now and then read them under another transfer syntax."""
    data, syntax = bytearray(sample[0]), sample[1]
    if chance.random() < 0.15:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(len(data) + 1)
        action = chance.random()
        if action < 0.4:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif action < 0.7:
            interesting = chance.choice(INTERESTING)
            data[at : at + len(interesting)] = interesting
        elif action < 0.8:
            data[at : at + chance.randrange(16)] = b""
        elif action < 0.9:
            data[at:at] = data[at : at + chance.randrange(200)]
        else:
            data[at:at] = chance.randbytes(chance.randrange(12))
    if chance.random() < 0.05:
        syntax = chance.choice((EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_EXPLICIT_LE, JPEG_BASELINE))
    return bytes(data), syntax


def tried(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Return what the function returns, or the typed error that it raises; anything else fails the test."""
    try:
        return function(*arguments, **options)
    except SixfoldError as error:
        return error


def read_all(data: bytes, syntax: TransferSyntax) -> None:
    """Read one data set by every function, and compare what they say of it."""
    found = tried(scan, data, syntax, WANTED)
    whole = tried(check_structure, data, syntax)
    assert not isinstance(whole, SixfoldError)
    json_object = tried(instance_dict, data, syntax, bulk_uri="", inline_limit=64)
    tried(instance_json, data, syntax, bulk_uri="")
    walked = tried(lambda: list(walk(data, syntax)))
    for one in walked if isinstance(walked, list) else []:
        if one.encapsulated:
            tried(lambda value: list(fragments(value)), one.value)
    for target in (IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE):
        tried(convert, data, syntax, target)
    tried(parse_identifier, data, syntax)
    if isinstance(json_object, dict):
        tried(native_xml, json_object)
        tried(encode_data_set, json_object, EXPLICIT_LE, bulk=lambda uri: bytes(bulk_value(data, syntax, uri)[1]))
        agree(found, json_object, data, syntax)


def agree(found: Any, json_object: dict[str, Any], data: bytes, syntax: TransferSyntax) -> None:
    """What has JSON can be scanned, its wanted values are there, and its references lead somewhere."""
    assert not isinstance(found, SixfoldError), found
    orjson.dumps(json_object)
    if found.pixel_data_tag is None and found.complete:
        assert {f"{tag:08X}" for tag in found.values} <= json_object.keys()
    for key, attribute in json_object.items():
        if "BulkDataURI" in attribute and int(key, 16) not in PIXEL_DATA_TAGS:
            assert not isinstance(tried(bulk_value, data, syntax, attribute["BulkDataURI"]), NoBulkData)


def test_damaged_data_sets_are_read_or_refused() -> None:
    chance = random.Random(SEED)
    slowest = 0.0
    for _ in range(CASES):
        data, syntax = mutated(chance.choice(samples()), chance)
        begin = time.process_time()
        try:
            read_all(data, syntax)
        except Exception as error:
            error.add_note(f"{syntax.name}: {data[:4000].hex()}")
            raise
        slowest = max(slowest, time.process_time() - begin)
    assert slowest < SECONDS


def test_memory_is_bounded_for_damaged_data_sets() -> None:
    chance = random.Random(SEED + 1)
    tracemalloc.start()
    try:
        for _ in range(CASES // 20):
            read_all(*mutated(chance.choice(samples()), chance))
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("at", [0, 4, 128, 132, 140])
def test_damaged_heads_of_files_are_read_or_refused(at: int) -> None:
    from sixfold.dicom.part10 import file_meta_bytes

    head = file_meta_bytes("1.2.840.10008.5.1.4.1.1.2", "1.2.3", EXPLICIT_LE.uid) + ct_header()
    chance = random.Random(SEED + at)
    for _ in range(CASES):
        data = bytearray(head)
        for _ in range(chance.choice((1, 2, 4, 16))):
            where = chance.randrange(at, at + 120)
            data[where : where + 1] = bytes([chance.randrange(256)])
        tried(parse_file_meta, bytes(data[: chance.randrange(len(data))]))
