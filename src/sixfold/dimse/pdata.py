"""Fragmentation of messages into P-DATA-TF (PS3.8 9.3.5 and annex E): headers are packed, payloads are never copied."""

import struct
from collections.abc import Iterable, Iterator

Buffer = bytes | memoryview

UNLIMITED_CHUNK = 1 << 20
"""Length of a P-DATA-TF to a peer that announces no limit (maximum length 0)."""

_SMALLEST = 64
_COMMAND, _LAST = 0x01, 0x02
_HEADER = struct.Struct(">BxIIBB")


def payload_limit(max_length: int) -> int:
    """Return the largest payload of one PDV for a peer's announced maximum length; fragments stay even (PS3.5 7.1).

    A maximum too small to carry anything is raised to a workable one: the peer learns that it is wrong.
    """
    length = UNLIMITED_CHUNK if max_length == 0 else min(max(max_length, _SMALLEST), UNLIMITED_CHUNK)
    return (length - 6) & ~1


def command_pdus(context_id: int, command: bytes, limit: int) -> bytes:
    """Return a command set as whole P-DATA-TF PDUs, one for nearly every peer."""
    if len(command) <= limit:
        return _header(context_id, len(command), _COMMAND | _LAST) + command
    parts = []
    for start in range(0, len(command), limit):
        part = command[start : start + limit]
        control = _COMMAND | (_LAST if start + limit >= len(command) else 0)
        parts += [_header(context_id, len(part), control), part]
    return b"".join(parts)


def data_pdus(context_id: int, chunks: Iterable[Buffer], limit: int) -> Iterator[Buffer]:
    """Yield header, payload, header, payload, … of a data set that arrives in chunks; the last fragment says so."""
    held: Buffer = b""
    for chunk in chunks:
        view = memoryview(chunk)
        for start in range(0, len(view), limit):
            if held:
                yield _header(context_id, len(held), 0)
                yield held
            held = view[start : start + limit]
    yield _header(context_id, len(held), _LAST)
    yield held


def _header(context_id: int, size: int, control: int) -> bytes:
    return _HEADER.pack(0x04, size + 6, size + 2, context_id, control)
