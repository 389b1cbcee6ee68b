"""Every real file: head, scan, walk, JSON, bulk data, conversion and rewriting, with pydicom as the judge.

Where we differ on purpose, `_agreed` says so: pydicom knows private dictionaries and gives '' for empty values of strings.
"""

import io
import json
import logging
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydicom
import pytest
from tests.unit.dicom.samples import DATA

from sixfold.dicom.dictionary import is_private
from sixfold.dicom.elements import walk
from sixfold.dicom.encode import convert, encode_data_set
from sixfold.dicom.json import bulk_value, instance_dict, instance_json
from sixfold.dicom.part10 import NotDicom, parse_file_meta
from sixfold.dicom.scan import check_structure, scan
from sixfold.dicom.uids import (
    DEFLATED_EXPLICIT_LE,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    TransferSyntax,
    transfer_syntax,
)

ROOT = DATA / "dicom"
SHIPPED = Path(pydicom.__file__).parent / "data"
FILES = [path for folder in (ROOT, SHIPPED) if folder.exists() for path in sorted(folder.rglob("*")) if path.is_file()]
FILES = [path for path in FILES if path.suffix not in (".json", ".py", ".pyc", ".txt", ".csv", ".rst")]

# Deliberately broken: what is wrong with each.
NOT_DICOM = {
    "no_meta.dcm": "its first byte is missing",
    "meta_missing_tsyntax.dcm": "no transfer syntax, and a data set that begins in group 0001",
}
DAMAGED = {"DICOMDIR-nooffset": "its last item claims 24 bytes more than its sequence has"}
TRUNCATED = frozenset({"MR_truncated.dcm", "rtplan_truncated.dcm"})
BARE = frozenset({"ExplVR_LitEndNoMeta.dcm", "rtstruct.dcm", "OT-PAL-8-face.dcm"})
ALL_LARGE = 1 << 31
NATIVE = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_EXPLICIT_LE]


@lru_cache(maxsize=4)
def opened(path: Path) -> tuple[bytes, TransferSyntax]:
    raw = path.read_bytes()
    meta = parse_file_meta(raw)
    assert meta is not None
    return raw[meta.data_set_offset :], transfer_syntax(meta.transfer_syntax_uid)


READABLE = [path for path in FILES if path.name not in NOT_DICOM and (b"DICM" in path.read_bytes()[:132] or path.name in BARE)]
WHOLE = [path for path in READABLE if path.name not in TRUNCATED]
SOUND = [path for path in WHOLE if path.name not in DAMAGED]
every_file = pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
every_sound_file = pytest.mark.parametrize("path", SOUND, ids=lambda path: path.name)
every_native_file = pytest.mark.parametrize(
    "path", [path for path in SOUND if not opened(path)[1].encapsulated], ids=lambda path: path.name
)


@pytest.mark.parametrize("path", [path for path in FILES if path.name in NOT_DICOM], ids=lambda path: path.name)
def test_what_is_no_dicom_file_is_refused_with_a_reason(path: Path) -> None:
    with pytest.raises(NotDicom):
        parse_file_meta(path.read_bytes())


@pytest.mark.parametrize("path", [path for path in READABLE if path.name in TRUNCATED], ids=lambda path: path.name)
def test_truncated_files_are_told_from_whole_ones(path: Path) -> None:
    structure = check_structure(*opened(path))
    assert not structure.complete
    assert "cut" in structure.problem


def theirs_of(path: Path) -> pydicom.Dataset:
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(io.BytesIO(path.read_bytes()), force=True)


@every_file
def test_the_structure_is_complete_and_the_scan_finds_what_pydicom_finds(path: Path) -> None:
    data, syntax = opened(path)
    structure = check_structure(data, syntax)
    assert structure.complete, structure
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = {tag: one for tag, one in theirs_of(path)._dict.items() if tag not in (0x7FE00008, 0x7FE00009, 0x7FE00010)}
    found = scan(data, syntax, frozenset(map(int, raw)), whole=True)
    plain = {tag: one.value or b"" for tag, one in raw.items() if hasattr(one, "is_raw") and one.is_raw}
    assert {tag: value for tag, value in found.values.items() if tag in plain} == {
        int(tag): value for tag, value in plain.items() if tag < 0x7FE00008
    }


@every_sound_file
def test_json_is_what_pydicom_says(path: Path) -> None:
    data, syntax = opened(path)
    ours = json.loads(instance_json(data, syntax, bulk_uri="", inline_limit=ALL_LARGE))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = theirs_of(path).to_json_dict(
            bulk_data_threshold=ALL_LARGE, bulk_data_element_handler=lambda _: "", suppress_invalid_tags=True
        )
    assert differences(ours, theirs) == []


def differences(ours: dict[str, Any], theirs: dict[str, Any], path: str = "") -> list[str]:
    found = []
    for key in sorted((ours.keys() | theirs.keys()) - {"00080005", "FFFCFFFC"}):
        mine, other = ours.get(key), theirs.get(key)
        if key.endswith("0000") or other is None:  # group lengths; what pydicom cannot convert it leaves out
            continue
        if mine is None:
            found.append(f"{path}{key} is missing")
        elif mine["vr"] == other["vr"] == "SQ":
            items, others = mine.get("Value", []), other.get("Value", [])
            found += [f"{path}{key} has {len(items)} items, not {len(others)}"] if len(items) != len(others) else []
            for index, (item, other_item) in enumerate(zip(items, others, strict=False)):
                found += differences(item, other_item, f"{path}{key}/{index}/")
        elif not _agreed(key, mine, other):
            found.append(f"{path}{key}: {str(mine)[:80]} is not {str(other)[:80]}")
    return found


def _agreed(key: str, mine: dict[str, Any], other: dict[str, Any]) -> bool:
    if "BulkDataURI" in mine:
        return "InlineBinary" in other or "BulkDataURI" in other
    if mine["vr"] == "UN" and is_private(int(key, 16)):
        return True
    values = [None if value == "" else value for value in other.get("Value", [])]
    if mine["vr"] != other["vr"] or mine.get("InlineBinary") != other.get("InlineBinary"):
        return False
    return [_plain(value) for value in mine.get("Value", [])] == [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """Take away padding that pydicom keeps, and the form of numbers that JavaScript cannot hold."""
    if isinstance(value, int) and abs(value) >= 2**53:
        return str(value)
    return value.strip() if isinstance(value, str) else value


@every_sound_file
def test_the_walk_meets_every_element_of_the_json(path: Path) -> None:
    data, syntax = opened(path)
    found = instance_dict(data, syntax, bulk_uri="", inline_limit=ALL_LARGE)
    walked = [one for one in walk(data, syntax) if one.tag & 0xFFFF and one.tag != 0xFFFCFFFC]
    assert len({(one.path, one.tag) for one in walked}) == count(found)  # winter.dcm has an element twice
    for one in walked:
        assert reached(found, one.path)[f"{one.tag:08X}"]["vr"] == one.vr or one.vr in ("OW", "US")


def count(json_object: dict[str, Any]) -> int:
    inner = sum(count(item) for one in json_object.values() if one["vr"] == "SQ" for item in one.get("Value", []))
    return len(json_object) + inner


def reached(json_object: dict[str, Any], path: tuple[int, ...]) -> dict[str, Any]:
    for tag, index in zip(path[::2], path[1::2], strict=True):
        json_object = json_object[f"{tag:08X}"]["Value"][index]
    return json_object


@every_sound_file
def test_every_reference_leads_to_its_bytes(path: Path) -> None:
    data, syntax = opened(path)
    values = {uri_of(one): bytes(one.value) for one in walk(data, syntax) if one.vr != "SQ"}
    found = instance_dict(data, syntax, bulk_uri="", inline_limit=16)
    for uri in references(found):
        vr, value = bulk_value(data, syntax, uri)
        assert vr != "SQ"
        assert syntax is EXPLICIT_BE or value == values[uri]


def uri_of(one: Any) -> str:
    steps = (f"{step:08X}" if index % 2 == 0 else str(step) for index, step in enumerate(one.path))
    return "/" + "/".join((*steps, f"{one.tag:08X}"))


def references(json_object: dict[str, Any]) -> list[str]:
    found = [one["BulkDataURI"] for one in json_object.values() if "BulkDataURI" in one]
    return found + [
        uri for one in json_object.values() if one["vr"] == "SQ" for each in one.get("Value", []) for uri in references(each)
    ]


@every_native_file
@pytest.mark.parametrize("target", NATIVE, ids=lambda syntax: syntax.name)
def test_native_data_sets_survive_conversion(path: Path, target: TransferSyntax) -> None:
    data, syntax = opened(path)
    explicit = convert(convert(data, syntax, EXPLICIT_BE), EXPLICIT_BE, EXPLICIT_LE)
    back = convert(convert(explicit, EXPLICIT_LE, target), target, EXPLICIT_LE)
    if target is IMPLICIT_LE:  # which forgets the VR of private elements
        back, explicit = (convert(convert(one, EXPLICIT_LE, IMPLICIT_LE), IMPLICIT_LE, EXPLICIT_LE) for one in (back, explicit))
    assert back == explicit
    if target is not IMPLICIT_LE:
        assert even(instance_dict(back, EXPLICIT_LE, bulk_uri="")) == even(instance_dict(data, syntax, bulk_uri=""))


def even(json_object: dict[str, Any]) -> dict[str, Any]:
    """Take away binary values, which conversion pads to an even length."""
    return {key: in_items(one, even) for key, one in json_object.items() if "InlineBinary" not in one}


def without_charset(json_object: dict[str, Any]) -> dict[str, Any]:
    """Take away (0008,0005), which text in ASCII does not need."""
    return {key: in_items(one, without_charset) for key, one in json_object.items() if key != "00080005"}


def in_items(attribute: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Change each item of a sequence."""
    if attribute["vr"] != "SQ" or "Value" not in attribute:
        return attribute
    return {"vr": "SQ", "Value": [change(item) for item in attribute["Value"]]}


@every_native_file
def test_a_data_set_survives_the_way_through_json(path: Path) -> None:
    data, syntax = opened(path)
    found = instance_dict(data, syntax, bulk_uri="")
    written = encode_data_set(found, EXPLICIT_LE, bulk=lambda uri: bytes(bulk_value(data, syntax, uri)[1]))
    again = instance_dict(written, EXPLICIT_LE, bulk_uri="")
    assert without_charset(even(again)) == without_charset(even(found))
