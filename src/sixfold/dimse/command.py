"""The command elements of PS3.7 annex E as data, and their codec: implicit VR little endian, group 0000 only (6.3.1)."""

import struct
from collections.abc import Iterable, Mapping
from enum import Enum

import msgspec

from sixfold.dimse.errors import CommandError

MAX_COMMAND_LENGTH = 1 << 16
"""Longest command set that is read, in bytes; the longest that PS3.7 can need is an attribute identifier list."""

Value = int | str | tuple[int, ...]

_ELEMENT = struct.Struct("<HHI")
_US = struct.Struct("<H")
_UL = struct.Struct("<I")


class Kind(Enum):
    """Value representations that command elements use."""

    UI = "UI"
    AE = "AE"
    LO = "LO"
    US = "US"
    UL = "UL"
    AT = "AT"


class Element(msgspec.Struct, frozen=True):
    """One command element: its number in group 0000, its value representation and the attribute that holds it."""

    number: int
    kind: Kind
    name: str


GROUP_LENGTH = Element(0x0000, Kind.UL, "group_length")
COMMAND_FIELD = Element(0x0100, Kind.US, "command_field")
DATA_SET_TYPE = Element(0x0800, Kind.US, "data_set_type")
NO_DATA_SET = 0x0101

ELEMENTS: dict[str, Element] = {
    element.name: element
    for element in (
        Element(0x0002, Kind.UI, "affected_sop_class_uid"),
        Element(0x0003, Kind.UI, "requested_sop_class_uid"),
        Element(0x0110, Kind.US, "message_id"),
        Element(0x0120, Kind.US, "responded_to"),
        Element(0x0600, Kind.AE, "move_destination"),
        Element(0x0700, Kind.US, "priority"),
        Element(0x0900, Kind.US, "status"),
        Element(0x0901, Kind.AT, "offending_elements"),
        Element(0x0902, Kind.LO, "comment"),
        Element(0x0903, Kind.US, "error_id"),
        Element(0x1000, Kind.UI, "affected_sop_instance_uid"),
        Element(0x1001, Kind.UI, "requested_sop_instance_uid"),
        Element(0x1002, Kind.US, "event_type_id"),
        Element(0x1005, Kind.AT, "attribute_identifiers"),
        Element(0x1008, Kind.US, "action_type_id"),
        Element(0x1020, Kind.US, "remaining"),
        Element(0x1021, Kind.US, "completed"),
        Element(0x1022, Kind.US, "failed"),
        Element(0x1023, Kind.US, "warning"),
        Element(0x1030, Kind.AE, "move_originator_ae"),
        Element(0x1031, Kind.US, "move_originator_message_id"),
    )
}
"""Attribute name of the messages to its command element (PS3.7 table E.1-1); retired elements are left out."""

_BY_NUMBER = {element.number: element for element in (*ELEMENTS.values(), COMMAND_FIELD, DATA_SET_TYPE, GROUP_LENGTH)}


def encode_elements(values: Iterable[tuple[Element, Value]]) -> bytes:
    """Return the command set of the values, which are in order of their numbers, with its group length in front."""
    parts = []
    for element, value in values:
        raw = _encode_value(element.kind, value)
        parts += [_ELEMENT.pack(0, element.number, len(raw)), raw]
    body = b"".join(parts)
    return _ELEMENT.pack(0, 0, 4) + _UL.pack(len(body)) + body


def decode_elements(data: bytes) -> Mapping[str, Value]:
    """Return attribute name to value of the known elements; unknown ones are passed over.

    Raises `CommandError` where lengths or groups are not those of a command set.
    """
    values: dict[str, Value] = {}
    position, end = 0, len(data)
    while position < end:
        if end - position < _ELEMENT.size:
            raise CommandError("a command element is cut short")
        group, number, length = _ELEMENT.unpack_from(data, position)
        position += _ELEMENT.size
        if group != 0 or position + length > end:
            raise CommandError(f"element ({group:04X},{number:04X}) of {length} bytes in a command set")
        element = _BY_NUMBER.get(number)
        # An empty value is an absent one.
        if element is not None and length:
            values[element.name] = _decode_value(element, data[position : position + length])
        position += length
    return values


def _encode_value(kind: Kind, value: Value) -> bytes:
    if isinstance(value, tuple):
        return b"".join(_US.pack(tag >> 16) + _US.pack(tag & 0xFFFF) for tag in value)
    if isinstance(value, int):
        return _UL.pack(value) if kind is Kind.UL else _US.pack(value)
    raw = value.encode("latin-1", "replace")
    return raw + (b"\0" if kind is Kind.UI else b" ") if len(raw) % 2 else raw


def _decode_value(element: Element, raw: bytes) -> Value:
    match element.kind:
        case Kind.UI | Kind.AE | Kind.LO:
            return raw.decode("latin-1").strip(" \0")
        case Kind.US if len(raw) == 2:
            return int.from_bytes(raw, "little")
        case Kind.UL if len(raw) == 4:
            return int.from_bytes(raw, "little")
        case Kind.AT if len(raw) % 4 == 0:
            pairs = (raw[at : at + 4] for at in range(0, len(raw), 4))
            return tuple(int.from_bytes(pair[:2], "little") << 16 | int.from_bytes(pair[2:], "little") for pair in pairs)
        case _:
            raise CommandError(f"{element.name} has {len(raw)} bytes")
