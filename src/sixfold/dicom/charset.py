"""Specific Character Set (0008,0005): from the bytes of a value to text and back (PS3.5 6.1, PS3.3 C.12.1.1.2).

Decoding never fails. A byte that does not fit the declared set becomes a lone surrogate U+DC80 to U+DCFF, as Python's
`surrogateescape` does, and encoding under the same sets returns the identical byte: text with a wrong label survives a
round trip. `printable` turns such text into what a reader most likely should see.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from sixfold.dicom.iso2022 import FROM_ROMAJI, SETS, CodeExtension, NotEncodable

__all__ = ["TEXT_VRS", "NotEncodable", "charsets_of", "decode", "encode", "printable", "repertoire", "split_values"]

# PS3.5 6.1.2.2: only these follow Specific Character Set; all others are ASCII.
TEXT_VRS: Final = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
UNDELIMITED_VRS: Final = frozenset({"LT", "ST", "UR", "UT"})  # a backslash is text, PS3.5 6.2

UTF_8: Final = "ISO_IR 192"
DEFAULT: Final[tuple[str, ...]] = ()

# Sets without code extension (PS3.3 tables C.12-2 and C.12-5), to Python's codec.
_NEED_EXTENSION: Final = frozenset({"58", "87", "149", "159"})
_CODECS: Final = {f"ISO_IR {number}": sets[0].codec for number, sets in SETS.items() if number not in _NEED_EXTENSION}
_CODECS.update({"ISO_IR 6": "ascii", UTF_8: "utf-8", "GB18030": "gb18030", "GBK": "gbk"})
_ALONE: Final = frozenset({UTF_8, "GB18030", "GBK"})  # exclude code extension, PS3.5 6.1.2.4

# Spellings met in the field, after upper-casing and removal of everything but letters and digits.
_MISSPELT: Final = {
    "": "",
    "ASCII": "ISO_IR 6",
    "USASCII": "ISO_IR 6",
    "ISO646US": "ISO_IR 6",
    "LATIN1": "ISO_IR 100",
    "ISO88591": "ISO_IR 100",
    "ISOLATIN1": "ISO_IR 100",
    "WINDOWS1252": "ISO_IR 100",
    "CP1252": "ISO_IR 100",
    "ISO88592": "ISO_IR 101",
    "ISO88593": "ISO_IR 109",
    "ISO88594": "ISO_IR 110",
    "ISO88595": "ISO_IR 144",
    "ISO88596": "ISO_IR 127",
    "ISO88597": "ISO_IR 126",
    "ISO88598": "ISO_IR 138",
    "ISO88599": "ISO_IR 148",
    "ISO885915": "ISO_IR 203",
    "UTF8": UTF_8,
    "UNICODE": UTF_8,
    "UNICODEIR192": UTF_8,
    "GB18030": "GB18030",
    "ISO2022GB18030": "GB18030",
    "GBK": "GBK",
    "ISO2022GBK": "GBK",
    "GB2312": "GBK",
    "SHIFTJIS": "ISO_IR 13",
    "SJIS": "ISO_IR 13",
    "ISO202258": "ISO 2022 IR 58",
}
_ISO_IR: Final = re.compile(r"ISO(2022)?IR(\d+)")
_NOT_ALPHANUMERIC: Final = re.compile(r"[^A-Z0-9]")


def charsets_of(value: bytes) -> tuple[str, ...]:
    """Return the defined terms in the raw value of (0008,0005), in their correct spelling; () is the default.

    More than one term means code extension, so all are then written 'ISO 2022 IR n', the empty first one as
    'ISO 2022 IR 6'. A set that excludes code extension stands alone. Unknown terms are dropped.
    """
    terms = [_term(part) for part in value.decode("latin-1").split("\\")]
    known = [term for term in terms if term in _CODECS or term in _EXTENDED]
    alone = [term for term in known if term in _ALONE]
    if alone and (known[0] in _ALONE or set(known) <= {alone[0], "ISO_IR 6", "ISO 2022 IR 6"}):
        return (alone[0],)
    known = [term for term in known if term not in _ALONE]
    if len(terms) > 1 and known:
        extended = [term.replace("ISO_IR", "ISO 2022 IR") for term in known]
        # Where value 1 is empty or unknown the default repertoire is meant.
        return tuple(extended) if terms[0] in known else ("ISO 2022 IR 6", *extended)
    if known == ["ISO 2022 IR 13"]:
        return ("ISO_IR 13",)
    return () if known in ([], ["ISO_IR 6"]) else tuple(known)


def _term(text: str) -> str:
    plain = _NOT_ALPHANUMERIC.sub("", text.upper())
    if plain in _MISSPELT:
        return _MISSPELT[plain]
    match = _ISO_IR.fullmatch(plain)
    if match is None:
        return text
    if match[2] == "192":
        return UTF_8
    # Two-byte sets exist with code extension only.
    return f"ISO 2022 IR {match[2]}" if match[1] or match[2] in _NEED_EXTENSION else f"ISO_IR {match[2]}"


_EXTENDED: Final = frozenset(f"ISO 2022 IR {number}" for number in SETS)


def decode(value: bytes, charsets: tuple[str, ...], vr: str) -> str:
    """Return the text of a value (PS3.5 6.1.2); never raises, and loses no byte (see the module's docstring).

    `charsets` comes from `charsets_of`. Backslashes and padding are kept, so a multi-valued value should be split first
    (`split_values`). Values of other VRs than SH, LO, ST, LT, UC, UT and PN are read as ASCII.
    """
    return repertoire(charsets if vr in TEXT_VRS else DEFAULT).decode(value, vr)


def encode(text: str, charsets: tuple[str, ...], vr: str) -> bytes:
    """Return the bytes of a text, the inverse of `decode`; raise NotEncodable if no declared set has a character."""
    return repertoire(charsets if vr in TEXT_VRS else DEFAULT).encode(text, vr)


def split_values(value: bytes, charsets: tuple[str, ...], vr: str) -> list[bytes]:
    """Split a value at the backslashes that delimit values (PS3.5 6.2, 6.4).

    A byte 0x5C that is the second half of a character, as in GBK, GB18030, Shift-JIS or JIS X 0208, delimits nothing.
    """
    if vr in UNDELIMITED_VRS:
        return [value]
    if b"\\" not in value:
        return [value]
    return repertoire(charsets if vr in TEXT_VRS else DEFAULT).split(value)


_ESCAPED: Final = re.compile("[\udc80-\udcff]+")


def printable(text: str) -> str:
    """Return the text with undecodable bytes shown as UTF-8 if they are that, else as Latin-1; it has no surrogates."""
    return text if text.isascii() else _ESCAPED.sub(_guess, text)


def _guess(match: re.Match[str]) -> str:
    data = match[0].encode("ascii", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


class Repertoire(Protocol):
    """How the text values of a data set or item are read."""

    @property
    def ascii_is_text(self) -> bool:
        """Say that bytes below 0x80 are always ASCII characters, escape sequences included."""

    def decode(self, value: bytes, vr: str) -> str:
        """Return the text of a value, as the module's `decode` does."""

    def encode(self, text: str, vr: str) -> bytes:
        """Return the bytes of a text, as the module's `encode` does."""

    def split(self, value: bytes) -> list[bytes]:
        """Split at the delimiting backslashes, as the module's `split_values` does."""


@lru_cache(maxsize=256)
def repertoire(charsets: tuple[str, ...]) -> Repertoire:
    """Return the reader and writer for a tuple of `charsets_of`."""
    if not charsets:
        return _Single("ascii")
    if charsets == ("ISO_IR 13",):
        return _JisX0201()
    if len(charsets) == 1 and charsets[0] in _CODECS:
        return _Multibyte(_CODECS[charsets[0]]) if charsets[0] in ("GB18030", "GBK") else _Single(_CODECS[charsets[0]])
    sets = tuple(s for term in charsets for s in SETS.get(term.rsplit(" ", 1)[-1], ()))
    return _Extended(CodeExtension(sets or SETS["6"]))


@dataclass(frozen=True, slots=True)
class _Single:
    """A set whose bytes below 0x80 are ASCII: single-byte sets and UTF-8."""

    codec: str
    ascii_is_text: bool = True

    def decode(self, value: bytes, vr: str) -> str:
        return value.decode(self.codec, "surrogateescape")

    def encode(self, text: str, vr: str) -> bytes:
        try:
            return text.encode(self.codec, "surrogateescape")
        except UnicodeEncodeError as problem:
            raise NotEncodable(str(problem)) from None

    def split(self, value: bytes) -> list[bytes]:
        return value.split(b"\\")


# A character of two or four bytes; the second may be 0x5C.
_GB_CHARACTER: Final = rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\x7e\x80-\xfe]"
_SHIFT_JIS_CHARACTER: Final = rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"
_GB_DELIMITER: Final = re.compile(rb"(?s)(?:" + _GB_CHARACTER + rb"|[^\\])*")
_SHIFT_JIS_DELIMITER: Final = re.compile(rb"(?s)(?:" + _SHIFT_JIS_CHARACTER + rb"|[^\\])*")


@dataclass(frozen=True, slots=True)
class _Multibyte:
    """GBK and GB18030: characters whose second byte may look like a delimiter."""

    codec: str
    ascii_is_text: bool = True

    def decode(self, value: bytes, vr: str) -> str:
        return _faithful(value, self.codec)

    def encode(self, text: str, vr: str) -> bytes:
        return _Single(self.codec).encode(text, vr)

    def split(self, value: bytes) -> list[bytes]:
        return _split(_GB_DELIMITER, value)


@dataclass(frozen=True, slots=True)
class _JisX0201:
    """ISO_IR 13: half-width katakana, yen for the backslash; also Shift-JIS, which is often sent under this label."""

    ascii_is_text: bool = False

    def decode(self, value: bytes, vr: str) -> str:
        text = _faithful(value, "shift_jis").replace("~", "‾")
        return text.replace("\\", "¥") if vr in UNDELIMITED_VRS else text

    def encode(self, text: str, vr: str) -> bytes:
        return _Single("shift_jis").encode(text.translate(FROM_ROMAJI), vr)

    def split(self, value: bytes) -> list[bytes]:
        return _split(_SHIFT_JIS_DELIMITER, value)


def _faithful(value: bytes, codec: str) -> str:
    """Decode, but as escaped ASCII where encoding again would give other bytes (codes that share a character)."""
    text = value.decode(codec, "surrogateescape")
    if text.isascii() or text.encode(codec, "surrogateescape") == value:
        return text
    return value.decode("ascii", "surrogateescape")


def _split(part: re.Pattern[bytes], value: bytes) -> list[bytes]:
    values, at = [], 0
    while True:
        match = part.match(value, at)
        end = match.end() if match else at
        values.append(value[at:end])
        if end >= len(value):
            return values
        at = end + 1


_PN_DELIMITERS: Final = "\\^=\t\n\x0c\r"
_TEXT_DELIMITERS: Final = "\t\n\x0c\r"
_VALUE_DELIMITERS: Final = "\\\t\n\x0c\r"


def _delimiters(vr: str) -> str:
    if vr == "PN":
        return _PN_DELIMITERS
    return _TEXT_DELIMITERS if vr in UNDELIMITED_VRS else _VALUE_DELIMITERS


@dataclass(frozen=True, slots=True)
class _Extended:
    """Sets switched by escape sequences."""

    extension: CodeExtension
    ascii_is_text: bool = False

    def decode(self, value: bytes, vr: str) -> str:
        if value.isascii() and b"\x1b" not in value and self.extension.initial_g0.codec == "ascii":
            return value.decode("ascii")
        return self.extension.decode(value, _delimiters(vr).encode("ascii"))

    def encode(self, text: str, vr: str) -> bytes:
        return self.extension.encode(text, _delimiters(vr))

    def split(self, value: bytes) -> list[bytes]:
        return self.extension.split(value)
