"""The few data sets that the DICOM network itself writes and reads: commitment (PS3.4 annex J) and failed lists (C.4.2)."""

import struct
from collections.abc import Iterable, Iterator, Sequence

from sixfold.dicom import tags
from sixfold.dicom.structure import ITEM, UNDEFINED, Encoding, encoding_of, skip_undefined
from sixfold.dicom.uids import transfer_syntax
from sixfold.dimse.services import CommitFailure, CommitResult, Reference
from sixfold.kernel.errors import InvalidInput

MAX_REFERENCES = 200_000
"""References of one commitment request that are read."""

_SHORT_VALUE_LIMIT = 0xFFFE
_EXPLICIT_SHORT = struct.Struct("<HH2sH")
_EXPLICIT_LONG = struct.Struct("<HH2s2xI")
_IMPLICIT = struct.Struct("<HHI")


def write_failed_list(instances: Sequence[str], syntax: str) -> bytes:
    """Return a data set with the Failed SOP Instance UID List (0008,0058).

    An explicit UI value holds at most 65,534 bytes (PS3.5 7.1.2): what does not fit is left out, the counters tell all.
    """
    explicit = transfer_syntax(syntax).explicit_vr
    if explicit:
        instances = _fitting(instances)
    return _element(tags.FAILED_SOP_INSTANCE_UID_LIST, b"UI", _uid("\\".join(instances)), explicit)


def read_uid_list(data: bytes, syntax: str, tag: int) -> tuple[str, ...]:
    """Return the UIDs of one element of a data set, none where it is absent or empty."""
    encoding = encoding_of(transfer_syntax(syntax), data)
    for found, start, end in _elements(data, 0, len(data), encoding):
        if found == tag and end > start:
            return tuple(_text(part) for part in data[start:end].split(b"\\"))
    return ()


def write_commitment_request(transaction_uid: str, references: Iterable[Reference], syntax: str) -> bytes:
    """Return the action information of a commitment request (PS3.4 table J.3-1)."""
    explicit = transfer_syntax(syntax).explicit_vr
    return _element(tags.TRANSACTION_UID, b"UI", _uid(transaction_uid), explicit) + _sequence(
        tags.REFERENCED_SOP_SEQUENCE, (_reference(*reference, explicit) for reference in references), explicit
    )


def write_commitment_result(result: CommitResult, syntax: str) -> bytes:
    """Return the event information of a commitment result (PS3.4 table J.3-2)."""
    explicit = transfer_syntax(syntax).explicit_vr
    parts = [_element(tags.TRANSACTION_UID, b"UI", _uid(result.transaction_uid), explicit)]
    if result.failed:
        items = (
            _reference(failure.sop_class_uid, failure.sop_instance_uid, explicit)
            + _element(tags.FAILURE_REASON, b"US", struct.pack("<H", failure.reason), explicit)
            for failure in result.failed
        )
        parts.append(_sequence(tags.FAILED_SOP_SEQUENCE, items, explicit))
    if result.committed:
        committed = (_reference(*reference, explicit) for reference in result.committed)
        parts.append(_sequence(tags.REFERENCED_SOP_SEQUENCE, committed, explicit))
    return b"".join(parts)


def read_commitment(data: bytes, syntax: str) -> CommitResult:
    """Return the references of a commitment request, as if committed, or of a result.

    Raises `InvalidInput` for bytes that are no data set, or without Transaction UID, or with too many references.
    """
    encoding = encoding_of(transfer_syntax(syntax), data)
    transaction, committed, failed = "", [], []
    for tag, start, end in _elements(data, 0, len(data), encoding):
        if tag == tags.TRANSACTION_UID:
            transaction = _text(data[start:end])
        elif tag == tags.REFERENCED_SOP_SEQUENCE:
            committed = [(item[0], item[1]) for item in _items(data, start, end, encoding)]
        elif tag == tags.FAILED_SOP_SEQUENCE:
            failed = [CommitFailure(*item) for item in _items(data, start, end, encoding)]
    if not transaction:
        raise InvalidInput("no Transaction UID (0008,1195)")
    return CommitResult(transaction, tuple(committed), tuple(failed))


# Writing


def _element(tag: int, vr: bytes, value: bytes, explicit: bool) -> bytes:
    group, number = tag >> 16, tag & 0xFFFF
    if not explicit:
        return _IMPLICIT.pack(group, number, len(value)) + value
    if vr == b"SQ":
        return _EXPLICIT_LONG.pack(group, number, vr, len(value)) + value
    return _EXPLICIT_SHORT.pack(group, number, vr, len(value)) + value


def _sequence(tag: int, items: Iterable[bytes], explicit: bool) -> bytes:
    body = b"".join(_IMPLICIT.pack(ITEM >> 16, ITEM & 0xFFFF, len(item)) + item for item in items)
    return _element(tag, b"SQ", body, explicit)


def _reference(sop_class: str, instance: str, explicit: bool) -> bytes:
    return _element(tags.REFERENCED_SOP_CLASS_UID, b"UI", _uid(sop_class), explicit) + _element(
        tags.REFERENCED_SOP_INSTANCE_UID, b"UI", _uid(instance), explicit
    )


def _uid(text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    return raw + b"\0" if len(raw) % 2 else raw


def _fitting(instances: Sequence[str]) -> list[str]:
    kept, length = [], 0
    for instance in instances:
        length += len(instance) + 1
        if length > _SHORT_VALUE_LIMIT:
            break
        kept.append(instance)
    return kept


# Reading


def _elements(data: bytes, start: int, end: int, encoding: Encoding) -> Iterator[tuple[int, int, int]]:
    """Yield tag, start and end of each value between two offsets."""
    while start < end:
        tag, _, length, value = encoding.read(data, start)
        stop, start = skip_undefined(data, value, encoding) if length == UNDEFINED else (value + length, value + length)
        if start > end:
            raise InvalidInput(f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) runs past its end")
        yield tag, value, stop


def _items(data: bytes, start: int, end: int, encoding: Encoding) -> Iterator[tuple[str, str, int]]:
    """Yield class, instance and failure reason of each item of a sequence of references."""
    count = 0
    while start < end:
        tag, _, length, value = encoding.read(data, start)
        count += 1
        if tag != ITEM or count > MAX_REFERENCES:
            raise InvalidInput("a sequence of references holds something else, or too many")
        stop = value + length if length != UNDEFINED else _item_end(data, value, end, encoding)
        if stop > end:
            raise InvalidInput("an item runs past its sequence")
        yield _reference_of(data, value, stop, encoding)
        start = stop if length != UNDEFINED else stop + 8


def _item_end(data: bytes, start: int, end: int, encoding: Encoding) -> int:
    while start < end:
        tag, _, length, value = encoding.read(data, start)
        if tag == ITEM + 0x0D:
            return start
        start = skip_undefined(data, value, encoding)[1] if length == UNDEFINED else value + length
    raise InvalidInput("an item without end")


def _reference_of(data: bytes, start: int, end: int, encoding: Encoding) -> tuple[str, str, int]:
    sop_class = instance = ""
    reason = 0
    for tag, at, stop in _elements(data, start, end, encoding):
        if tag == tags.REFERENCED_SOP_CLASS_UID:
            sop_class = _text(data[at:stop])
        elif tag == tags.REFERENCED_SOP_INSTANCE_UID:
            instance = _text(data[at:stop])
        elif tag == tags.FAILURE_REASON:
            reason = int.from_bytes(data[at : at + 2], "little")
    return sop_class, instance, reason


def _text(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \0")
