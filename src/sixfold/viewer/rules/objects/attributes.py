"""DICOM JSON by keyword (PS3.18 annex F): read leniently, since odd objects are the rule, and made strictly."""

import math
import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterable
from functools import cache
from struct import calcsize
from typing import Any, Final, Literal

from sixfold.dicom.dictionary import tag_of, tag_text, vr_of
from sixfold.viewer.model.objects import Code

Json = dict[str, Any]
Bulk = Callable[[str], bytes]

_MOST_ITEMS = 100_000
_FORMS: Final[dict[str, Literal["f", "d", "H", "h", "I", "i"]]] = {
    "FL": "f",
    "FD": "d",
    "US": "H",
    "SS": "h",
    "UL": "I",
    "SL": "i",
}


@cache
def key_of(keyword: str) -> str:
    """The eight digits of a keyword of PS3.6."""
    tag = tag_of(keyword)
    assert tag is not None, keyword
    return tag_text(tag)


class Attributes:
    """A data set, or an item, as it is read; what is absent or malformed reads as empty."""

    __slots__ = ("_bulk", "_row")

    def __init__(self, row: Any, bulk: Bulk | None = None) -> None:
        self._row: Json = row if isinstance(row, dict) else {}
        self._bulk = bulk

    def __contains__(self, keyword: str) -> bool:
        return key_of(keyword) in self._row

    def element(self, keyword: str) -> Json:
        """The JSON of an attribute."""
        found = self._row.get(key_of(keyword))
        return found if isinstance(found, dict) else {}

    def values(self, keyword: str) -> list[Any]:
        """Its values, empty ones too, where they have a meaning by their place."""
        found = self.element(keyword).get("Value")
        return found[:_MOST_ITEMS] if isinstance(found, list) else []

    def text(self, keyword: str) -> str:
        """The first value as text; of a name, its alphabetic group or the first that there is."""
        return next((shown for value in self.values(keyword) if (shown := _text(value))), "")

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Every value that is not empty as text."""
        return tuple(shown for value in self.values(keyword) if (shown := _text(value)))

    def numbers(self, keyword: str) -> list[float]:
        """Every value as a finite number; empty when one of them is none. Long lists may stand in bulk data.

        Single floats come as the shortest decimal that they stand for: 0.1, not 0.10000000149.
        """
        found = self.values(keyword) or self._referred(keyword)
        single = self.element(keyword).get("vr") == "FL"
        numbers = [number_of(value) for value in found]
        if None in numbers:
            return []
        return [float(f"{number:.7g}") if single else number for number in numbers if number is not None]

    def number(self, keyword: str) -> float | None:
        """The first value as a finite number."""
        found = self.values(keyword)
        return number_of(found[0]) if found else None

    def whole(self, keyword: str, otherwise: int = 0) -> int:
        """The first value as a whole number."""
        found = self.number(keyword)
        return otherwise if found is None else int(found)

    def items(self, keyword: str) -> list["Attributes"]:
        """The items of a sequence."""
        return [Attributes(item, self._bulk) for item in self.values(keyword) if isinstance(item, dict)]

    def item(self, keyword: str) -> "Attributes":
        """The first item of a sequence, an empty one where there is none."""
        return next(iter(self.items(keyword)), Attributes({}))

    def code(self, keyword: str) -> Code | None:
        """The first item of a sequence as a code."""
        found = self.items(keyword)
        return _code(found[0]) if found else None

    def binary(self, keyword: str, row_key: str = "") -> bytes:
        """A binary value, inline or referred to; empty where there is none."""
        found = self._row.get(row_key) if row_key else self.element(keyword)
        if not isinstance(found, dict):
            return b""
        if isinstance(uri := found.get("BulkDataURI"), str):
            return self._bulk(uri) if self._bulk is not None else b""
        try:
            return b64decode(found.get("InlineBinary") or b"", validate=True)
        except (BadBase64, TypeError, ValueError):
            return b""

    def group(self, number: int) -> "Attributes":
        """The attributes of a repeating group as if they stood in its first (PS3.5 7.6)."""
        first = number & 0xFF00
        mine, theirs = f"{number:04X}", f"{first:04X}"
        return Attributes({theirs + key[4:]: value for key, value in self._row.items() if key[:4] == mine}, self._bulk)

    def groups(self, first: int) -> list[int]:
        """The numbers of a repeating group that are there, as 6000, 6002."""
        start = f"{first >> 8:02X}"
        return sorted({int(key[:4], 16) for key in self._row if key.startswith(start) and re.fullmatch("[0-9A-F]{8}", key)})

    def _referred(self, keyword: str) -> list[Any]:
        """Numbers that are too many to stand in the JSON."""
        element = self.element(keyword)
        form = _FORMS.get(str(element.get("vr")))
        if form is None or "BulkDataURI" not in element:
            return []
        raw = self.binary(keyword)
        size = calcsize(form)
        return list(memoryview(raw[: len(raw) // size * size]).cast(form))[:_MOST_ITEMS]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return next((str(value[group]).strip() for group in ("Alphabetic", "Ideographic", "Phonetic") if value.get(group)), "")
    return "" if value is None else str(value).strip().rstrip("\0")


def number_of(value: Any) -> float | None:
    """A finite number, also where it is given as text; else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _code(item: Attributes) -> Code:
    value = item.text("CodeValue") or item.text("LongCodeValue") or item.text("URNCodeValue")
    return Code(value, item.text("CodingSchemeDesignator"), item.text("CodeMeaning"))


def made(**values: Any) -> Json:
    """A data set by keyword. None leaves an attribute out, an empty value writes it empty; items are data sets."""
    return {key_of(keyword): _element(keyword, value) for keyword, value in values.items() if value is not None}


def _element(keyword: str, value: Any) -> Json:
    tag = tag_of(keyword)
    assert tag is not None
    vr = vr_of(tag)
    if isinstance(value, bytes):
        return {"vr": vr, "InlineBinary": b64encode(value).decode()}
    if isinstance(value, Code):
        value = [coded(value)]
    several = list(value) if isinstance(value, list | tuple) else [value] if value not in ("", {}) else []
    if vr == "PN":
        several = [{"Alphabetic": one} if isinstance(one, str) else one for one in several]
    return {"vr": vr, "Value": several} if several else {"vr": vr}


def coded(code: Code) -> Json:
    """A code as an item (PS3.3 table 8.8-1a); a value beyond 16 characters is a long one."""
    long = len(code.value) > 16
    return made(
        CodeValue=None if long else code.value,
        LongCodeValue=code.value if long else None,
        CodingSchemeDesignator=code.scheme,
        CodeMeaning=code.meaning or code.value,
    )


def copied(row: Json, keywords: Iterable[str]) -> Json:
    """Attributes of another object exactly as they stand there; such that stand in bulk data are left out."""
    found = ((key_of(keyword), row.get(key_of(keyword))) for keyword in keywords)
    return {key: value for key, value in found if isinstance(value, dict) and not _has_bulk(value)}


def _has_bulk(element: Any) -> bool:
    if isinstance(element, dict):
        return "BulkDataURI" in element or any(_has_bulk(one) for one in element.values())
    return isinstance(element, list) and any(_has_bulk(one) for one in element)
