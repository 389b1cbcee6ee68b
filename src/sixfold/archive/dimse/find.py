"""C-FIND of the patient and study root models (PS3.4 C.4.1): an identifier in, one identifier out for each match.

Matches come page by page from the catalogue, newest study first; nothing is held between pages, so a slow or silent peer costs
nothing, and a cancelled query ends where its generator is closed.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from sixfold.archive.service.search import Catalogue, Scope
from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text, vr_of
from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.matching import Exact, Path, UidList
from sixfold.dicom.query import FindIdentifier, parse_identifier
from sixfold.dicom.uids import transfer_syntax
from sixfold.dimse.services import DimseFailure, FindMatch, FindRequest, QueryOptions
from sixfold.dimse.status import DOES_NOT_MATCH_SOP_CLASS, OUT_OF_RESOURCES, PENDING, PENDING_WITH_WARNING

MOST = 50_000
"""Matches that one query gives; there is an error status where there are more (Q13)."""

_PAGE = 200

LEVELS = {
    "1.2.840.10008.5.1.4.1.2.1.1": ("PATIENT", "STUDY", "SERIES", "IMAGE"),  # Patient Root, PS3.4 C.6.1
    "1.2.840.10008.5.1.4.1.2.2.1": ("STUDY", "SERIES", "IMAGE"),  # Study Root, PS3.4 C.6.2
    "1.2.840.10008.5.1.4.1.2.3.1": ("PATIENT", "STUDY"),  # Patient/Study Only, retired
}
_UNIQUE_KEYS_ABOVE: dict[str, tuple[int, ...]] = {
    "PATIENT": (),
    "STUDY": (),
    "SERIES": (tags.STUDY_INSTANCE_UID,),
    "IMAGE": (tags.STUDY_INSTANCE_UID, tags.SERIES_INSTANCE_UID),
}

_ZONE = tag_text(tags.TIMEZONE_OFFSET_FROM_UTC)

Json = dict[str, Any]


class _Tree(dict[int, "_Tree"]):
    """Which attributes to return, by tag; an empty inner tree asks for all that a sequence holds."""


def find(
    catalogue: Catalogue, scope: Scope, request: FindRequest, identifier: bytes, syntax_uid: str, our_ae: str
) -> Iterator[FindMatch]:
    """The matches of a query; raises `BadQuery` for bad keys and `DimseFailure` for keys out of place or too many matches."""
    syntax = transfer_syntax(syntax_uid)
    options = request.options
    asked = parse_identifier(identifier, syntax, fuzzy=options.fuzzy, date_time=options.date_time)
    _check(asked, LEVELS.get(request.affected_sop_class_uid, ()), options)
    query = msgspec.structs.replace(asked.query, include=asked.return_keys)
    tree = _tree(asked.return_keys)
    given, cursor = 0, ""
    while True:
        page = catalogue.search(query, scope, _PAGE, cursor)
        status = PENDING_WITH_WARNING if page.ignored else PENDING
        for row in page.rows:
            if given == MOST:
                raise DimseFailure(OUT_OF_RESOURCES, f"only the first {MOST} matches are given")
            yield FindMatch(encode_data_set(_match(orjson.loads(row), tree, asked.level, our_ae), syntax), status)
            given += 1
        if page.next is None:
            return
        cursor = page.next


def _check(asked: FindIdentifier, levels: tuple[str, ...], options: QueryOptions) -> None:
    """The level belongs to the model; without relational queries the keys above it are given (PS3.4 C.4.1.1.3.1, Q15)."""
    if asked.level not in levels:
        raise DimseFailure(DOES_NOT_MATCH_SOP_CLASS, f"the level '{asked.level[:16]}' is not one of the model")
    if options.relational:
        return
    for tag in _UNIQUE_KEYS_ABOVE[asked.level]:
        if not isinstance(asked.query.conditions.get((tag,)), Exact | UidList):
            raise DimseFailure(DOES_NOT_MATCH_SOP_CLASS, f"level {asked.level} needs ({tag >> 16:04X},{tag & 0xFFFF:04X})")


def _tree(paths: tuple[Path, ...]) -> _Tree:
    root = _Tree()
    for path in paths:
        branch = root
        for tag in path:
            branch = branch.setdefault(tag, _Tree())
    return root


def _match(found: Json, tree: _Tree, level: str, our_ae: str) -> Json:
    """The identifier of a match: every key that was asked for, empty where there is no value (PS3.4 C.4.1.1.3.2)."""
    match = _chosen(found, tree)
    if "Value" not in match.get(_ZONE, {}):
        match.pop(_ZONE, None)  # it is never sent with zero length
    match[tag_text(tags.QUERY_RETRIEVE_LEVEL)] = {"vr": "CS", "Value": [level]}
    match[tag_text(tags.RETRIEVE_AE_TITLE)] = {"vr": "AE", "Value": [our_ae]}
    match[tag_text(tags.INSTANCE_AVAILABILITY)] = {"vr": "CS", "Value": ["ONLINE"]}
    return match


def _chosen(found: Json, tree: _Tree) -> Json:
    match: Json = {}
    for tag, inner in tree.items():
        attribute = found.get(tag_text(tag), {"vr": vr_of(tag)})
        if inner and "Value" in attribute:
            items = [_chosen(item or {}, inner) for item in attribute["Value"]]
            attribute = {"vr": "SQ", "Value": items}
        match[tag_text(tag)] = attribute
    return match
