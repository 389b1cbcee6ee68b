"""Data sets that the tests build byte by byte, so that no test depends on the code it tests."""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
UNDEFINED = 0xFFFFFFFF
DATA = Path(os.environ.get("SIXFOLD_TEST_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


def element(tag: int, vr: str, value: bytes, *, length: int | None = None, order: str = "<") -> bytes:
    """Return one element in explicit VR; `length` overrides the true length."""
    size = len(value) if length is None else length
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in LONG:
        return head + struct.pack(order + "HL", 0, size) + value
    return head + struct.pack(order + "H", size) + value


def implicit(tag: int, value: bytes, *, length: int | None = None) -> bytes:
    """Return one element in implicit VR little endian."""
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


def item(content: bytes, *, undefined: bool = False, order: str = "<") -> bytes:
    """Return one item of a sequence or one fragment."""
    head = struct.pack(order + "HH", 0xFFFE, 0xE000)
    if undefined:
        return head + struct.pack(order + "L", UNDEFINED) + content + struct.pack(order + "HHL", 0xFFFE, 0xE00D, 0)
    return head + struct.pack(order + "L", len(content)) + content


def sequence_end(order: str = "<") -> bytes:
    """Return the delimiter of a sequence of undefined length."""
    return struct.pack(order + "HHL", 0xFFFE, 0xE0DD, 0)


def sequence(tag: int, items: Iterable[bytes], *, undefined: bool = False, vr: str = "SQ", order: str = "<") -> bytes:
    """Return a sequence in explicit VR from whole items."""
    content = b"".join(items)
    if undefined:
        return element(tag, vr, content + sequence_end(order), length=UNDEFINED, order=order)
    return element(tag, vr, content, order=order)


def text(value: str) -> bytes:
    """Return the ASCII bytes padded with a space to an even length."""
    data = value.encode()
    return data + b" " * (len(data) % 2)


def uid(value: str) -> bytes:
    """Return a UID padded with NUL to an even length."""
    data = value.encode()
    return data + b"\0" * (len(data) % 2)


def ct_header() -> bytes:
    """Return the 156 elements, as a CT sends them, that precede a pixel data element (not included)."""
    return b"".join(element(tag, vr, value) for tag, vr, value in ct_rows())


def ct_rows() -> Iterator[tuple[int, str, bytes]]:
    """Yield (tag, VR, value) of the elements of `ct_header`, in Latin-1."""
    for line in Path(__file__).with_name("ct_header.txt").read_text(encoding="utf-8").splitlines():
        tag, vr, value = line.split(" ", 2)
        yield int(tag, 16), vr, _ct_value(vr, value)


def _ct_value(vr: str, value: str) -> bytes:
    if vr == "SQ":
        return item(_ITEMS[value])
    if vr == "UN":
        return bytes.fromhex(value)
    if vr in _NUMBERS:
        numbers = [float(number) if vr == "FD" else int(number) for number in value.split("\\")]
        return struct.pack(f"<{len(numbers)}{_NUMBERS[vr]}", *numbers)
    data = value.encode("latin-1")
    return data + (b"\0" if vr == "UI" else b" ") * (len(data) % 2)


_NUMBERS = {"US": "H", "FD": "d"}
_ITEMS = {
    "code": element(0x00080100, "SH", text("CTABD"))
    + element(0x00080102, "SH", text("99LOCAL"))
    + element(0x00080104, "LO", text("CT abdomen")),
    "reference": element(0x00081150, "UI", uid("1.2.840.10008.5.1.4.1.1.2"))
    + element(0x00081155, "UI", uid("1.3.12.2.1107.5.1.4.60021.4711")),
    "request": element(0x00400009, "SH", text("SPS-1")) + element(0x00401001, "SH", text("RP-1")),
}


def us(*values: int) -> bytes:
    """Return unsigned 16-bit values."""
    return struct.pack(f"<{len(values)}H", *values)
