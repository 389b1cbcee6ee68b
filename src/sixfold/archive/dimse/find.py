"""C-FIND in patient root and study root, at every level (PS3.4 C.4.1)."""

from collections.abc import Iterator
from typing import Any

import orjson

from sixfold.archive.service.finding import BadQuery, Catalogue, Found, Level, Question
from sixfold.dicom import tags
from sixfold.dicom.dictionary import vr_of
from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.json import instance_json
from sixfold.dicom.uids import TransferSyntax, transfer_syntax
from sixfold.dimse.services import DimseFailure, FindMatch, FindRequest

_PAGE = 200
_MOST = 50_000
_IDENTIFIER_DOES_NOT_MATCH = 0xA900
_LEVELS = {"PATIENT": Level.STUDY, "STUDY": Level.STUDY, "SERIES": Level.SERIES, "IMAGE": Level.INSTANCE}
_NOT_KEYS = frozenset(
    {tags.SPECIFIC_CHARACTER_SET, tags.QUERY_RETRIEVE_LEVEL, tags.RETRIEVE_AE_TITLE, tags.INSTANCE_AVAILABILITY}
)


def find(catalogue: Catalogue, _request: FindRequest, identifier: bytes, syntax_uid: str, our_ae: str) -> Iterator[FindMatch]:
    """The matches of an identifier, with the return keys that it names; a page at a time, so that a cancel ends the work."""
    syntax = transfer_syntax(syntax_uid)
    keys: dict[str, Any] = orjson.loads(instance_json(identifier, syntax, bulk_uri="/"))
    named = _text(keys.get("00080052", {}))
    if named not in _LEVELS:
        raise DimseFailure(_IDENTIFIER_DOES_NOT_MATCH, f"query/retrieve level '{named[:16]}' is none")
    conditions = {int(tag, 16): _text(item) for tag, item in keys.items() if item.get("vr") != "SQ"}
    conditions = {tag: text for tag, text in conditions.items() if tag not in _NOT_KEYS and text}
    answers = _pages(catalogue, _LEVELS[named], conditions)
    if named == "PATIENT":
        answers = _one_a_patient(answers)
    for found in answers:
        yield FindMatch(_encoded(found, keys, named, our_ae, syntax))


def _pages(catalogue: Catalogue, level: Level, conditions: dict[int, str]) -> Iterator[Found]:
    for offset in range(0, _MOST, _PAGE):
        try:
            page = catalogue.search(level, Question(conditions, _PAGE, offset), "")
        except BadQuery as error:
            raise DimseFailure(_IDENTIFIER_DOES_NOT_MATCH, str(error)[:64]) from error
        yield from page
        if len(page) < _PAGE:
            return


def _one_a_patient(answers: Iterator[Found]) -> Iterator[Found]:
    seen: set[int] = set()
    for found in answers:
        if found.patient_ref not in seen:
            seen.add(found.patient_ref)
            yield found


def _encoded(found: Found, keys: dict[str, Any], level: str, our_ae: str, syntax: TransferSyntax) -> bytes:
    """The return keys, with values where we know them, in a character set that can carry them."""
    known = orjson.loads(found.study) | orjson.loads(found.answer)
    answer = {tag: known.get(tag, {"vr": item.get("vr") or vr_of(int(tag, 16))}) for tag, item in keys.items()}
    answer["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
    answer["00080052"] = {"vr": "CS", "Value": [level]}
    answer["00080054"] = {"vr": "AE", "Value": [our_ae]}
    return encode_data_set(answer, syntax)


def _text(item: dict[str, Any]) -> str:
    """The value of a key as it is matched: several joined by backslashes, a name by its groups."""
    values = []
    for value in item.get("Value", []):
        if isinstance(value, dict):
            groups = [value.get(group, "") for group in ("Alphabetic", "Ideographic", "Phonetic")]
            values.append("=".join(groups).rstrip("="))
        elif value is not None:
            values.append(str(value))
    return "\\".join(values)
