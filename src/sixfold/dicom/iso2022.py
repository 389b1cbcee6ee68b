"""Code extension: text that switches character sets by escape sequences (PS3.5 6.1.2.4, ISO/IEC 2022).

A code has two halves: bytes below 0x80 are read in the set designated to G0, the others in the set of G1. Escape
sequences designate; CR, LF, FF and TAB, and the delimiters of the value representation, return to the initial sets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sixfold.kernel.errors import InvalidInput


class NotEncodable(InvalidInput):
    """No character set that the data set declares has the character."""


@dataclass(frozen=True, slots=True)
class GraphicSet:
    """One set of PS3.3 tables C.12-3 and C.12-4: its escape sequence, its half of the code (0 or 1), and its codec."""

    escape: bytes
    half: int
    codec: str
    multi_byte: bool = False


ASCII: Final = GraphicSet(b"\x1b(B", 0, "ascii")
ROMAJI: Final = GraphicSet(b"\x1b(J", 0, "jis_x0201_romaji")
KATAKANA: Final = GraphicSet(b"\x1b)I", 1, "shift_jis")
_JIS_X_0208: Final = GraphicSet(b"\x1b$B", 0, "jis_x0208", True)
_JIS_C_6226: Final = GraphicSet(b"\x1b$@", 0, "jis_x0208", True)  # the edition of 1978, not in PS3.3 but sent
_JIS_X_0212: Final = GraphicSet(b"\x1b$(D", 0, "jis_x0212", True)
_KS_X_1001: Final = GraphicSet(b"\x1b$)C", 1, "euc_kr", True)
_GB_2312: Final = GraphicSet(b"\x1b$)A", 1, "gb2312", True)

# PS3.3 tables C.12-3 and C.12-4: defined term without "ISO 2022 IR " to the sets it brings.
SETS: Final[dict[str, tuple[GraphicSet, ...]]] = {
    "6": (ASCII,),
    "100": (GraphicSet(b"\x1b-A", 1, "latin_1"),),
    "101": (GraphicSet(b"\x1b-B", 1, "iso8859_2"),),
    "109": (GraphicSet(b"\x1b-C", 1, "iso8859_3"),),
    "110": (GraphicSet(b"\x1b-D", 1, "iso8859_4"),),
    "144": (GraphicSet(b"\x1b-L", 1, "iso8859_5"),),
    "127": (GraphicSet(b"\x1b-G", 1, "iso8859_6"),),
    "126": (GraphicSet(b"\x1b-F", 1, "iso8859_7"),),
    "138": (GraphicSet(b"\x1b-H", 1, "iso8859_8"),),
    "148": (GraphicSet(b"\x1b-M", 1, "iso8859_9"),),
    "203": (GraphicSet(b"\x1b-b", 1, "iso8859_15"),),
    "166": (GraphicSet(b"\x1b-T", 1, "iso8859_11"),),
    "13": (KATAKANA, ROMAJI),
    "87": (_JIS_X_0208,),
    "159": (_JIS_X_0212,),
    "149": (_KS_X_1001,),
    "58": (_GB_2312,),
}

_BY_ESCAPE: Final = {s.escape: s for sets in SETS.values() for s in sets} | {_JIS_C_6226.escape: _JIS_C_6226}
_ESCAPE: Final = re.compile(b"(" + b"|".join(re.escape(escape) for escape in _BY_ESCAPE) + b")")
_HALVES: Final = re.compile(rb"[\x00-\x7f]+|[\x80-\xff]+")
_PAIRS: Final = re.compile(rb"(?:[\x21-\x7e]{2})+")
_CONTROL: Final = re.compile(rb"[\t\n\x0c\r]")
_HIGH: Final = bytes(byte | 0x80 for byte in range(256))
_LOW: Final = bytes(byte & 0x7F for byte in range(256))
_TO_ROMAJI: Final = {0x5C: "¥", 0x7E: "‾"}
FROM_ROMAJI: Final = {0xA5: "\\", 0x203E: "~"}


@dataclass(frozen=True, slots=True)
class CodeExtension:
    """The sets that a Specific Character Set (0008,0005) with code extensions declares, in order."""

    sets: tuple[GraphicSet, ...]

    @property
    def initial_g0(self) -> GraphicSet:
        """The set of the lower half before any escape sequence."""
        return ROMAJI if self.sets[0] is KATAKANA else ASCII

    @property
    def initial_g1(self) -> GraphicSet | None:
        """The set of the upper half before any escape sequence: that of value 1 (PS3.5 6.1.2.5.1)."""
        return self.sets[0] if self.sets[0].half == 1 else None

    def decode(self, value: bytes, delimiters: bytes) -> str:
        """Return the text; bytes that fit no set become lone surrogates, as with `surrogateescape`.

        Senders forget to designate again after a delimiter, or at all: the upper half then has the last set
        designated, else the first one declared.
        """
        reader = _Reader(self, delimiters)
        for is_escape, fragment in _fragments(value):
            if is_escape:
                reader.designate(_BY_ESCAPE[fragment])
            else:
                reader.read(fragment)
        return "".join(reader.text)

    def split(self, value: bytes) -> list[bytes]:
        """Split at backslashes that are delimiters, not halves of a two-byte code."""
        values, current, multi_byte = [], bytearray(), False
        for is_escape, fragment in _fragments(value):
            if is_escape:
                designated = _BY_ESCAPE[fragment]
                multi_byte = designated.multi_byte if designated.half == 0 else multi_byte
                current += fragment
            elif multi_byte:
                current += fragment
            else:
                head, *rest = fragment.split(b"\\")
                current += head
                for part in rest:
                    values.append(bytes(current))
                    current = bytearray(part)
        values.append(bytes(current))
        return values

    def encode(self, text: str, delimiters: str) -> bytes:
        """Return the bytes, with escape sequences as PS3.5 6.1.2.5.3 asks; raise NotEncodable if no set has a character."""
        writer = _Writer(self)
        for character in text:
            if character in delimiters:
                writer.delimiter(character)
            else:
                writer.character(character)
        writer.designate_initial_g0()
        return bytes(writer.out)


def _fragments(value: bytes) -> Iterator[tuple[bool, bytes]]:
    for index, fragment in enumerate(_ESCAPE.split(value)):
        if fragment:
            yield bool(index % 2), fragment


class _Reader:
    """Reads fragments between escape sequences and keeps track of the designated sets."""

    def __init__(self, extension: CodeExtension, delimiters: bytes) -> None:
        self.text: list[str] = []
        self.extension = extension
        self.g0 = extension.initial_g0
        self.g1 = extension.initial_g1 or next((s for s in extension.sets if s.half == 1), None)
        self.keep_backslash = b"\\" in delimiters
        self.delimiter = re.compile(b"([" + re.escape(delimiters) + b"])")

    def designate(self, graphic_set: GraphicSet) -> None:
        if graphic_set.half:
            self.g1 = graphic_set
        else:
            self.g0 = graphic_set

    def read(self, fragment: bytes) -> None:
        if self.g0.multi_byte:
            # Only controls can be told from two-byte codes; other delimiters need an escape sequence before them.
            pairs, control, fragment = _partition(fragment)
            self._read_pairs(pairs)
            if not control:
                return
            self._reset(control)
        for index, part in enumerate(self.delimiter.split(fragment)):
            if index % 2:
                self._reset(part)
            else:
                self.text.extend(map(self._decode_run, _HALVES.findall(part)))

    def _read_pairs(self, fragment: bytes) -> None:
        """Decode two-byte codes of the lower half; a byte that is in no code is read by itself."""
        at = 0
        for match in _PAIRS.finditer(fragment):
            self.text.extend(map(self._decode_run, _HALVES.findall(fragment, at, match.start())))
            self.text.append(_decode_jis(match[0], self.g0))
            at = match.end()
        self.text.extend(map(self._decode_run, _HALVES.findall(fragment, at)))

    def _reset(self, delimiter: bytes) -> None:
        self.text.append(delimiter.decode("ascii"))
        self.g0 = self.extension.initial_g0
        self.g1 = self.extension.initial_g1 or self.g1

    def _decode_run(self, run: bytes) -> str:
        if run[0] >= 0x80:
            if self.g1 is KATAKANA:  # a codec for them alone: Python's takes them together with Shift-JIS
                return "".join(map(_katakana, run))
            return run.decode(self.g1.codec if self.g1 else "ascii", "surrogateescape")
        return _romaji(run, keep_backslash=self.keep_backslash) if self.g0 is ROMAJI else run.decode("ascii")


def _katakana(byte: int) -> str:
    return chr(byte + 0xFEC0 if 0xA1 <= byte <= 0xDF else byte + 0xDC00)


def _partition(fragment: bytes) -> tuple[bytes, bytes, bytes]:
    control = _CONTROL.search(fragment)
    if control is None:
        return fragment, b"", b""
    return fragment[: control.start()], control[0], fragment[control.end() :]


def _romaji(run: bytes, *, keep_backslash: bool) -> str:
    text = run.decode("ascii").translate(_TO_ROMAJI)
    return text.replace("¥", "\\") if keep_backslash else text


def _decode_jis(pairs: bytes, g0: GraphicSet) -> str:
    high = pairs.translate(_HIGH)
    if g0 is _JIS_X_0212:
        high = b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2))
    try:
        return high.decode("euc_jp")
    except UnicodeDecodeError:
        return (g0.escape + pairs + ASCII.escape).decode("ascii")


class _Writer:
    """Writes characters and keeps track of the designated sets."""

    def __init__(self, extension: CodeExtension) -> None:
        self.out = bytearray()
        self.extension = extension
        self.g0 = extension.initial_g0
        self.g1 = extension.initial_g1

    def designate_initial_g0(self) -> None:
        if self.g0 is not self.extension.initial_g0:
            self.g0 = self.extension.initial_g0
            self.out += self.g0.escape

    def delimiter(self, character: str) -> None:
        self.designate_initial_g0()
        self.g1 = self.extension.initial_g1
        self.out += character.encode("ascii")

    def character(self, character: str) -> None:
        if "\udc80" <= character <= "\udcff":
            self.out.append(ord(character) - 0xDC00)
        elif character.isascii():
            if self.g0.multi_byte:
                self.designate_initial_g0()
            self.out += character.encode("ascii")
        else:
            self._designate_and_write(character)

    def _designate_and_write(self, character: str) -> None:
        for candidate in (self.g0, self.g1, *self.extension.sets):
            code = _code(character, candidate) if candidate else None
            if candidate is None or code is None:
                continue
            if candidate.half and candidate is not self.g1:
                self.g1 = candidate
                self.out += candidate.escape
            elif not candidate.half and candidate is not self.g0:
                self.g0 = candidate
                self.out += candidate.escape
            self.out += code
            return
        raise NotEncodable(f"no declared character set has U+{ord(character):04X}")


def _code(character: str, graphic_set: GraphicSet) -> bytes | None:
    """Return the bytes of a character in a set, None if it has none."""
    if graphic_set is ROMAJI:
        return FROM_ROMAJI[ord(character)].encode() if ord(character) in FROM_ROMAJI else None
    jis = graphic_set.codec.startswith("jis_x02")
    try:
        code = character.encode("euc_jp" if jis else graphic_set.codec)
    except UnicodeEncodeError:
        return None
    if graphic_set is _JIS_X_0208 or graphic_set is _JIS_C_6226:
        return code.translate(_LOW) if len(code) == 2 and code[0] >= 0xA1 else None
    if graphic_set is _JIS_X_0212:
        return code[1:].translate(_LOW) if len(code) == 3 else None
    return code if len(code) == 1 + graphic_set.multi_byte and code[0] >= 0x80 else None
