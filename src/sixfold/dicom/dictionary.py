"""The data dictionary: tag, keyword, value representation and multiplicity (PS3.6 chapters 6 to 8).

A tag is an int, group in the upper and element in the lower 16 bits: (0010,0020) is 0x00100020.
"""

import re
from functools import cache
from sys import intern
from typing import Final

from sixfold.dicom import _dictionary_data
from sixfold.kernel.errors import InvalidInput

Entry = tuple[str, str, str]  # VR as in PS3.6, VM, keyword


def _elements() -> dict[int, Entry]:
    rows = (line.split("|") for line in _dictionary_data.ELEMENTS.splitlines())
    return {int(tag, 16): (intern(vr), intern(vm), keyword) for tag, vr, vm, keyword in rows}


def _repeating() -> dict[tuple[int, int], Entry]:
    """Return the entries by (mask of the digits that count, tag under the mask)."""
    found = {}
    for line in _dictionary_data.REPEATING.splitlines():
        pattern, vr, vm, keyword = line.split("|")
        mask = int("".join("0" if digit == "x" else "F" for digit in pattern), 16)
        found[mask, int(pattern.replace("x", "0"), 16)] = (vr, vm, keyword)
    return found


_ELEMENTS: Final = _elements()
_REPEATING: Final = _repeating()

_HEX_TAG = re.compile(r"\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?")

# PS3.6 leaves these to the data set. The first choice holds unless the reader knows better: pixel and LUT values are
# words, and Pixel Representation (0028,0103) decides between US and SS.
_FIRST_CHOICE = {"US or SS": "US", "OB or OW": "OW", "US or OW": "OW", "US or SS or OW": "OW"}

# 'US or SS': in implicit VR their VR is that of the pixels, which Pixel Representation tells (PS3.3 C.7.6.3.1.1).
SIGN_DEPENDENT: Final = frozenset(tag for tag, entry in _ELEMENTS.items() if entry[0].startswith("US or SS"))


class UnknownTag(InvalidInput):
    """The text is neither a keyword of PS3.6 nor a tag in hexadecimal digits."""


def is_private(tag: int) -> bool:
    """Say whether the group number is odd (PS3.5 7.8)."""
    return bool(tag & 0x00010000)


def is_private_creator(tag: int) -> bool:
    """Say whether the tag reserves a block of private elements: (gggg,0010-00FF) of an odd group (PS3.5 7.8.1)."""
    return bool(tag & 0x00010000) and 0x10 <= tag & 0xFFFF <= 0xFF


def keyword_of(tag: int) -> str | None:
    """Return the keyword of a tag, None for private and unknown tags; repeating groups share theirs."""
    entry = _entry(tag)
    return entry[2] if entry else None


def tag_of(keyword: str) -> int | None:
    """Return the tag of a keyword of PS3.6, None if there is no such keyword."""
    return _tags_by_keyword().get(keyword)


def vr_of(tag: int) -> str:
    """Return the two letters of the value representation, 'UN' if unknown (PS3.5 6.2.2).

    Where PS3.6 offers a choice the result is 'US' for 'US or SS' and 'OW' for anything with OW; see `vr_choices`.
    """
    choices = _vr_entry(tag)
    return _FIRST_CHOICE.get(choices, choices)


def vr_choices(tag: int) -> tuple[str, ...]:
    """Return every value representation that PS3.6 allows for the tag, e.g. ('US', 'SS')."""
    return tuple(_vr_entry(tag).split(" or "))


def vm_of(tag: int) -> str:
    """Return the value multiplicity as PS3.6 writes it ('1', '2', '1-n', '2-2n'), '1-n' if unknown."""
    entry = _entry(tag)
    if entry:
        return entry[1]
    return "1" if is_private_creator(tag) or tag & 0xFFFF == 0 else "1-n"


def parse_tag(text: str) -> int:
    """Return the tag for a keyword, 'ggggeeee' or '(gggg,eeee)'; raise UnknownTag for anything else."""
    tag = tag_of(text)
    if tag is not None:
        return tag
    digits = _HEX_TAG.fullmatch(text)
    if digits is None:
        raise UnknownTag(f"{text[:64]!r} is neither a keyword of PS3.6 nor a tag of eight hexadecimal digits")
    return int(digits[1] + digits[2], 16)


def tag_text(tag: int) -> str:
    """Return the tag as eight upper-case hexadecimal digits, as DICOM JSON names attributes (PS3.18 F.2.2)."""
    return f"{tag:08X}"


def _entry(tag: int) -> Entry | None:
    return _ELEMENTS.get(tag) or _repeating_entry(tag)


def _repeating_entry(tag: int) -> Entry | None:
    for (mask, pattern), entry in _repeating_by_group().get(tag >> 24, ()):
        if tag & mask == pattern and not is_private(tag):
            return entry
    return None


def _vr_entry(tag: int) -> str:
    entry = _entry(tag)
    if entry:
        return entry[0]
    if tag & 0xFFFF == 0:
        return "UL"  # group length, PS3.5 7.2
    return "LO" if is_private_creator(tag) else "UN"


@cache
def _tags_by_keyword() -> dict[str, int]:
    tags = {entry[2]: tag for tag, entry in _ELEMENTS.items()}
    # The keyword of a repeating group means its first group: OverlayData is (6000,3000).
    return {entry[2]: pattern for (_, pattern), entry in _REPEATING.items()} | tags


@cache
def _repeating_by_group() -> dict[int, list[tuple[tuple[int, int], Entry]]]:
    groups: dict[int, list[tuple[tuple[int, int], Entry]]] = {}
    for key, entry in _REPEATING.items():
        groups.setdefault(key[1] >> 24, []).append((key, entry))
    return groups
