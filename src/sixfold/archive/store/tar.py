"""Members of a plain tar (POSIX.1-2001 pax), written so that the length may be known last.

A member takes 1,536 bytes before its file: a pax header block, one block of pax records, and the ustar header. The records hold
one `comment`, which every tar program skips in silence: JSON that says whence the file came and what its data set's digest is.
The three blocks are written after the file, so that a member without them is known to be half.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import orjson

BLOCK = 512
HEAD = 3 * BLOCK
END = bytes(2 * BLOCK)
_OCTAL_LIMIT = 8**11


class Member(msgspec.Struct, frozen=True):
    """One file found in a tar: its name, where its head and its bytes start, and its comment."""

    name: str
    head: int
    offset: int
    length: int
    note: dict[str, Any]

    @property
    def end(self) -> int:
        """The offset after the padding."""
        return self.offset + padded(self.length)


def padded(length: int) -> int:
    """`length` rounded up to whole blocks."""
    return -(-length // BLOCK) * BLOCK


def padding(length: int) -> bytes:
    """The zero bytes that follow a file of `length` bytes."""
    return bytes(-length % BLOCK)


def head(name: str, length: int, note: dict[str, Any]) -> bytes:
    """The 1,536 bytes before a file named `name`; `note` must fit in the rest of one block."""
    records = _record("comment", orjson.dumps(note))
    if length >= _OCTAL_LIMIT:
        records += _record("size", b"%d" % length)
    if len(records) > BLOCK:
        raise ValueError(f"the note on {name} takes {len(records)} bytes, more than a block")
    shown = length if length < _OCTAL_LIMIT else 0
    return _header(name, len(records), b"x") + records.ljust(BLOCK, b"\0") + _header(name, shown, b"0")


def _record(key: str, value: bytes) -> bytes:
    body = b" " + key.encode() + b"=" + value + b"\n"
    size = len(body)
    while len(b"%d" % size) + len(body) != size:
        size = len(b"%d" % size) + len(body)
    return b"%d" % size + body


def _header(name: str, size: int, kind: bytes) -> bytes:
    block = bytearray(
        struct.pack(
            "100s8s8s8s12s12s8s1s100s6s2s32s32s8s8s155s12x",
            name.encode("ascii"), b"0000644\0", b"0000000\0", b"0000000\0", b"%011o\0" % size, b"%011o\0" % 0,
            b" " * 8, kind, b"", b"ustar\0", b"00", b"", b"", b"0000000\0", b"0000000\0", b"",
        )
    )  # fmt: skip
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def read_head(block: bytes, at: int) -> Member | None:
    """The member whose 1,536 bytes before the file are `block` and start at offset `at`; None when they are not whole."""
    if len(block) < HEAD or not _sound(block[:BLOCK], b"x") or not _sound(block[2 * BLOCK : HEAD], b"0"):
        return None
    size = int(block[124:135], 8)
    if size > BLOCK:
        return None
    records = _records(block[BLOCK : BLOCK + size])
    if "comment" not in records:
        return None
    length = int(records["size"]) if "size" in records else int(block[2 * BLOCK + 124 : 2 * BLOCK + 135], 8)
    name = block[2 * BLOCK : 2 * BLOCK + 100].rstrip(b"\0").decode("ascii", "replace")
    return Member(name, at, at + HEAD, length, orjson.loads(records["comment"]))


def members(read_at: Callable[[int, int], bytes], size: int) -> Iterator[Member]:
    """The whole members of a tar of `size` bytes in order; ends at the first that is half, or at the end of the tar."""
    at = 0
    while at + HEAD <= size:
        member = read_head(read_at(at, HEAD), at)
        if member is None or member.end > size:
            return
        yield member
        at = member.end


def _sound(block: bytes, kind: bytes) -> bool:
    if block[257:262] != b"ustar" or block[156:157] != kind:
        return False
    stated = block[148:154].strip(b"\0 ")
    return stated.isdigit() and int(stated, 8) == sum(block) - sum(block[148:156]) + 8 * 32


def _records(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while data:
        digits, _, _ = data.partition(b" ")
        size = int(digits)
        key, _, value = data[len(digits) + 1 : size - 1].partition(b"=")
        found[key.decode()] = value
        data = data[size:]
    return found
