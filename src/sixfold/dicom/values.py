"""The values of one element as DICOM JSON shows them (PS3.18 F.2.2 to F.2.7), by value representation.

Every reader takes the raw value and returns the list for "Value", [] if there is none. Values that are no valid
number, and numbers that JSON or JavaScript would change, are given as strings, which PS3.18 table F.2.3-1 allows.
"""

import struct
from binascii import b2a_base64
from collections.abc import Callable
from math import isfinite
from typing import Any, Final

from sixfold.dicom.charset import TEXT_VRS, Repertoire, printable

Reader = Callable[[bytes, str, Repertoire], list[Any]]

# PS3.18 F.2.7: these are base64 or by reference.
BINARY_VRS: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
WORD_SIZES: Final = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8, "US": 2, "SS": 2, "AT": 2,
                     "UL": 4, "SL": 4, "FL": 4, "FD": 8, "UV": 8, "SV": 8}  # fmt: skip
# PS3.18 table F.2.2-1 lets these be given by reference too, which is done for values that no short VR could hold.
REFERABLE_VRS: Final = frozenset({"DS", "FD", "FL", "IS", "LT", "SL", "SS", "ST", "SV", "UC", "UL", "US", "UT", "UV"})

_EXACT: Final = 2**53  # JavaScript's largest safe integer, plus one
_PADDING: Final = " \0"


def _text(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
    """Read LO, SH: leading and trailing spaces are not significant (PS3.5 6.2)."""
    if repertoire.ascii_is_text and value.isascii():
        text = value.decode("ascii")
        if "\\" in text:
            return _stripped(text.split("\\"))
        return [text] if (text := text.strip(_PADDING)) else []
    return _stripped([printable(repertoire.decode(part, vr)) for part in repertoire.split(value)])


def _code(value: bytes, _vr: str, _repertoire: Repertoire) -> list[Any]:
    """Read AE, AS, CS, DA, DT, TM, UI: ASCII, spaces and NUL around it not significant."""
    try:
        text = value.decode("ascii")
    except UnicodeDecodeError:
        text = printable(value.decode("ascii", "surrogateescape"))
    if "\\" in text:
        return _stripped(text.split("\\"))
    return [text] if (text := text.strip(_PADDING)) else []


def _long_text(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
    """Read LT, ST, UT: one value, leading spaces significant."""
    return _single(printable(repertoire.decode(value, vr)).rstrip(_PADDING))


def _uri(value: bytes, _vr: str, _repertoire: Repertoire) -> list[Any]:
    return _single(printable(value.decode("ascii", "surrogateescape")).strip(_PADDING))


def _unlimited(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
    """Read UC: many values, leading spaces significant."""
    parts = [printable(repertoire.decode(part, vr)).rstrip(_PADDING) for part in repertoire.split(value)]
    return [part or None for part in parts] if len(parts) > 1 else _single(parts[0])


def _single(text: str) -> list[Any]:
    return [text] if text else []


def _stripped(texts: list[str]) -> list[Any]:
    """Strip the padding of values; one that is empty is null among others (PS3.18 F.2.5), and no value alone."""
    values = [text.strip(_PADDING) or None for text in texts]
    return [] if values == [None] else values


def _person_name(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
    if repertoire.ascii_is_text and value.isascii():
        parts = value.decode("ascii").split("\\")
    else:
        parts = [printable(repertoire.decode(part, vr)) for part in repertoire.split(value)]
    names: list[Any] = [person_name(part) or None for part in parts]
    return [] if names == [None] else names


def person_name(text: str) -> dict[str, str]:
    """Return the component groups of a name that are not empty (PS3.18 F.2.2, PS3.5 6.2.1)."""
    if "=" not in text:
        name = text.strip(_PADDING)
        return {"Alphabetic": name} if name else {}
    groups = zip(("Alphabetic", "Ideographic", "Phonetic"), text.split("=", 2), strict=False)
    return {group: name for group, part in groups if (name := part.strip(_PADDING))}


def _decimal(value: bytes, _vr: str, _repertoire: Repertoire) -> list[Any]:
    """Read DS; the usual case, plain numbers, is settled by `float` alone."""
    text = value.decode("latin-1")
    if "_" not in text:
        try:
            numbers = [float(part) for part in text.split("\\")] if "\\" in text else [float(text)]
        except ValueError:
            return _numbers(text, decimal_number)
        if all(map(isfinite, numbers)):
            return numbers
    return _numbers(text, decimal_number)


def _integer(value: bytes, _vr: str, _repertoire: Repertoire) -> list[Any]:
    """Read IS; the usual case, one plain number, is settled by `int` alone."""
    text = value.decode("latin-1")
    if "_" not in text and "\\" not in text:
        try:
            number = int(text)
        except ValueError:
            return _numbers(text, integer_number)
        if -_EXACT < number < _EXACT:
            return [number]
    return _numbers(text, integer_number)


def _numbers(value: str, number: Callable[[str], float | str]) -> list[Any]:
    texts = [text.strip(_PADDING) for text in value.split("\\")]
    return [] if texts == [""] else [number(text) if text else None for text in texts]


def decimal_number(text: str) -> float | str:
    """Return the number that a decimal string says, the text itself if that is none that JSON can hold."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if isfinite(number) and "_" not in text and text.isascii() else text


def integer_number(text: str) -> int | str:
    """Return the number that an integer string says ('+1', '007' and '3.0' too), the text itself if it is none."""
    try:
        number = int(text)
    except ValueError:
        decimal = decimal_number(text)
        if isinstance(decimal, str) or not decimal.is_integer():
            return text
        number = int(decimal)
    return number if -_EXACT < number < _EXACT and "_" not in text and text.isascii() else text


def _binary_numbers(code: str, order: str) -> Reader:
    """Make the reader for numbers of one struct code: US, SS, UL, SL."""
    one = struct.Struct(order + code)

    def read(value: bytes, _vr: str, _repertoire: Repertoire) -> list[Any]:
        if len(value) == one.size:
            return list(one.unpack(value))
        return list(struct.unpack_from(f"{order}{len(value) // one.size}{code}", value))

    return read


def _long_numbers(code: str, order: str) -> Reader:
    """Make the reader for UV and SV, whose numbers beyond 2**53 become strings."""
    read_all = _binary_numbers(code, order)

    def read(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
        return [n if -_EXACT < n < _EXACT else str(n) for n in read_all(value, vr, repertoire)]

    return read


def _floats(code: str, order: str) -> Reader:
    """Make the reader for FL and FD; JSON has no number for NaN and infinity, so they are named."""
    read_all = _binary_numbers(code, order)

    def read(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
        return [n if isfinite(n) else _NOT_FINITE[str(n)] for n in read_all(value, vr, repertoire)]

    return read


_NOT_FINITE: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _tags(order: str) -> Reader:
    """Make the reader for AT."""
    read_all = _binary_numbers("H", order)

    def read(value: bytes, vr: str, repertoire: Repertoire) -> list[Any]:
        halves = read_all(value, vr, repertoire)
        return [f"{group:04X}{element:04X}" for group, element in zip(halves[::2], halves[1::2], strict=False)]

    return read


def _readers(order: str) -> dict[str, Reader]:
    readers: dict[str, Reader] = dict.fromkeys(("AE", "AS", "CS", "DA", "DT", "TM", "UI"), _code)
    readers |= {"LO": _text, "SH": _text, "LT": _long_text, "ST": _long_text, "UT": _long_text}
    readers |= {"UC": _unlimited, "UR": _uri, "PN": _person_name, "DS": _decimal, "IS": _integer}
    readers |= {vr: _binary_numbers(code, order) for vr, code in (("US", "H"), ("SS", "h"), ("UL", "L"), ("SL", "l"))}
    readers |= {"UV": _long_numbers("Q", order), "SV": _long_numbers("q", order), "AT": _tags(order)}
    return readers | {"FL": _floats("f", order), "FD": _floats("d", order)}


READERS_LE: Final = _readers("<")
READERS_BE: Final = _readers(">")
assert set(READERS_LE) >= TEXT_VRS


def inline_binary(value: bytes | memoryview, vr: str, *, little_endian: bool) -> str:
    """Return the base64 of a binary value, in little endian as PS3.18 F.2.7 asks."""
    return b2a_base64(value if little_endian else swapped(value, vr), newline=False).decode("ascii")


def swapped(value: bytes | memoryview, vr: str) -> bytes:
    """Return the value with the bytes of each word in the other order (PS3.5 7.3); odd rests stay as they are."""
    size = WORD_SIZES.get(vr, 1)
    data = bytes(value)
    if size == 1:
        return data
    whole = len(data) - len(data) % size
    out = bytearray(data)
    for byte in range(size):
        out[byte:whole:size] = data[size - 1 - byte : whole : size]
    return bytes(out)
