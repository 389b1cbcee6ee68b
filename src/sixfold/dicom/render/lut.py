"""Lookup tables as arrays (PS3.3 C.11.1, C.11.2, C.7.9.2)."""

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sixfold.dicom.image import Lut
from sixfold.dicom.render.model import NotRenderable

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2
_MAX_ENTRIES: Final = 65536


@lru_cache(maxsize=64)
def entries(lut: Lut) -> NDArray[np.uint16]:
    """Return the entries, `lut.entries` of them; what a short table lacks repeats its last entry."""
    words = _segments(lut) if lut.segmented else _words(lut)
    if not len(words):
        raise NotRenderable("a lookup table has no data")
    if len(words) < lut.entries:
        words = np.concatenate((words, np.full(lut.entries - len(words), words[-1], np.uint16)))
    held: NDArray[np.uint16] = words[: lut.entries]
    return held


def looked_up(values: NDArray[Any], lut: Lut) -> NDArray[np.uint16]:
    """Map values through the table; values outside take its first or last entry (PS3.3 C.11.1.1.1)."""
    table = entries(lut)
    index = np.clip(np.rint(values).astype(np.int64) - lut.first, 0, len(table) - 1)
    found: NDArray[np.uint16] = table[index]
    return found


def eight_bit(lut: Lut) -> NDArray[np.uint8]:
    """Return the entries of a palette as 8-bit samples: the upper byte of 16-bit ones."""
    table = entries(lut)
    # Tables of 8-bit entries labelled 16 bits are common: all their upper bytes are empty.
    narrow = lut.bits <= 8 or not (table >> 8).any()
    return (table if narrow else table >> 8).astype(np.uint8)


def _words(lut: Lut) -> NDArray[np.uint16]:
    """Entries of up to 8 bits may stand in single bytes; the length of the data tells."""
    if len(lut.data) < 2 * lut.entries and lut.bits <= 8:
        return np.frombuffer(lut.data, np.uint8).astype(np.uint16)
    return np.frombuffer(lut.data[: len(lut.data) // 2 * 2], "<u2").astype(np.uint16)


def _segments(lut: Lut) -> NDArray[np.uint16]:
    """Expand a segmented palette (PS3.3 C.7.9.2): discrete, linear and indirect segments."""
    size = "<u1" if lut.bits <= 8 else "<u2"
    source = np.frombuffer(lut.data[: len(lut.data) // 2 * 2], size).tolist()
    words: list[int] = []
    at = 0
    while at + 2 <= len(source) and len(words) < _MAX_ENTRIES:
        kind, count = source[at], source[at + 1]
        if kind == _INDIRECT:
            words.extend(_indirect(source, at, lut.bits, words))
            at += 4 if lut.bits > 8 else 6
        else:
            piece, used = _segment(source, at, words)
            words.extend(piece)
            at += used
        if not count:
            break  # a segment of nothing is padding
    return np.array(words, np.uint16)


def _segment(source: list[int], at: int, before: list[int]) -> tuple[list[int], int]:
    """Return the entries of a discrete or linear segment and how many words it took."""
    kind, count = source[at], source[at + 1]
    if kind == _DISCRETE:
        return source[at + 2 : at + 2 + count], 2 + count
    if kind != _LINEAR or at + 2 >= len(source) or not before:
        raise NotRenderable(f"a segmented palette has a segment of kind {kind} where none can be")
    start, end = before[-1], source[at + 2]
    steps = np.rint(np.linspace(start, end, count + 1)[1:]).astype(int)
    return steps.tolist(), 3


def _indirect(source: list[int], at: int, bits: int, before: list[int]) -> list[int]:
    """Repeat `count` earlier segments from an offset on, given in bytes of least significant part first."""
    parts = source[at + 2 : at + (4 if bits > 8 else 6)]
    shift = 16 if bits > 8 else 8
    offset = sum(part << (shift * index) for index, part in enumerate(parts)) // (2 if bits > 8 else 1)
    repeated: list[int] = []
    for _ in range(source[at + 1]):
        if offset + 2 > at or source[offset] == _INDIRECT or len(repeated) > _MAX_ENTRIES:
            raise NotRenderable("a segmented palette refers to no earlier segment")
        piece, used = _segment(source, offset, before + repeated)
        repeated.extend(piece)
        offset += used
    return repeated
