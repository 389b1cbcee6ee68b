"""The words of a study, by which people look for it, and the entries of `study_word` that follow from them.

Besides the words themselves there are the sounds of names, for fuzzy matching, and pairs: two words that are each in ten
thousands of studies stand together in few, and a pair, which holds the first three letters of both, finds those in one look.
Words that begin with a digit, as numbers of patients and orders mostly do, stand in no pair.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from sixfold.dicom.matching import normalise_name, sound_of

SOUND = "~"
"""Stands before the sound of a word."""
UNPAIRED = "&"
"""The entry of a study with so many words that they are not paired."""

_LONGEST = 250  # characters of all words together: what an index takes
_LETTERS = 3
_MOST_PAIRED = 8


def study_words(name: str, patient_id: str, accession: str) -> list[str]:
    """The words of a name in all its groups, of a patient ID and of an accession number; then the sounds of the name."""
    names = normalise_name(name.replace("=", " ")).split()
    words = sorted({*names, *normalise_name(f"{patient_id} {accession}").split()})
    sounds = sorted({SOUND + sound for word in names if len(sound := sound_of(word)) > 1})
    kept: list[str] = []
    room = _LONGEST
    for word in words + sounds:
        room -= len(word) + 1
        if room >= 0:
            kept.append(word)
    return kept


def entries(words: Sequence[str]) -> list[str]:
    """All entries of a study with these words and sounds."""
    beginnings = _beginnings(word for word in words if not word.startswith(SOUND))
    if len(beginnings) > _MOST_PAIRED:
        return [*words, UNPAIRED]
    return [*words, *sorted({_pair(first, second) for first, second in combinations(beginnings, 2)})]


def pairs(prefixes: Iterable[str]) -> list[str]:
    """Pairs of every study that has words with these beginnings and is not unpaired; none for beginnings that are short."""
    beginnings = _beginnings(prefix for prefix in prefixes if len(prefix) >= _LETTERS)
    return [_pair(*both) for both in pairwise(beginnings) if both[0] != both[1]]


def _pair(first: str, second: str) -> str:
    return f"&{first}&{second}"


def _beginnings(words: Iterable[str]) -> list[str]:
    return sorted(word[:_LETTERS] for word in words if not word[0].isdigit())
