"""Blocks: short keys of a record. Only records that share one are compared, so that nobody compares millions in pairs.

A key is a digest, so that the index of keys tells no names. Together the keys find a pair in spite of any one slip in name or
birth date, and of two where a number, a telephone or an address agrees.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from sixfold.dicom.matching import normalise_name, sound_of
from sixfold.viewer.model.identity import Demographics, Identifier, Record
from sixfold.viewer.rules.identity.dates import read_date
from sixfold.viewer.rules.identity.names import COMPOUND, NICKNAMES, Name, read_name

CROWDED: Final = {"i": 6, "t": 12, "a": 24}
"""How many records may share a number, a telephone or an address before it says nothing: that of a ward, a placeholder."""
LARGEST = 400
"""Records of a block that are compared; a larger one tells nobody apart, and its records meet in other blocks."""
_SHORTEST_ID, _SHORTEST_PHONE, _SIGNIFICANT = 4, 7, 9
_NOT_IDS: Final = frozenset(
    ("unknown", "none", "null", "test", "patient", "anonymous", "12345", "123456", "1234567", "12345678")
)
_DIGITS = re.compile(r"\D+")
_PARTS = re.compile(r"[^\W_]+", re.UNICODE)
_ROADS: Final = {
    "street": "st",
    "str": "st",
    "strasse": "st",
    "road": "rd",
    "avenue": "ave",
    "av": "ave",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "boulevard": "blvd",
    "apartment": "apt",
    "place": "pl",
}


def identifiers(record: Record) -> frozenset[Identifier]:
    """Every number of the record that has an issuer and can tell people apart, its own first of all."""
    own = Identifier(record.patient_id, record.issuer)
    return frozenset(one for some in (own, *record.told.other_ids) if (one := _usable(some)) is not None)


def other_identifiers(record: Record) -> frozenset[Identifier]:
    """Those that are not its own."""
    return frozenset(one for some in record.told.other_ids if (one := _usable(some)) is not None)


def own_identifier(record: Record) -> Identifier | None:
    """Its own ID and issuer, None where it has none."""
    return _usable(Identifier(record.patient_id, record.issuer))


def _usable(one: Identifier) -> Identifier | None:
    value, issuer = " ".join(one.value.split()), " ".join(one.issuer.split())
    bare = value.replace("-", "").replace(" ", "").casefold()
    if not issuer or len(bare) < _SHORTEST_ID or len(set(bare)) < 2 or bare in _NOT_IDS:
        return None
    return Identifier(value, issuer)


@lru_cache(maxsize=65_536)
def phone_of(told: str) -> str:
    """The last digits of a telephone number, which stay the same with and without prefixes; empty for what is none."""
    digits = _DIGITS.sub("", told[:40])
    return digits[-_SIGNIFICANT:] if len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 2 else ""


def phones_of(told: Demographics) -> frozenset[str]:
    """All that can be compared."""
    return frozenset(phone for one in told.phones if (phone := phone_of(one)))


@lru_cache(maxsize=65_536)
def address_of(told: str) -> str:
    """An address as words in alphabetic order; empty where there is no number in it, since it tells no house."""
    words = [_ROADS.get(word, word) for word in _PARTS.findall(normalise_name(told[:256]))]
    return " ".join(sorted(set(words))) if any(word[0].isdigit() for word in words) and len(words) > 2 else ""


def blocks_of(record: Record) -> tuple[str, ...]:
    """The keys of a record, each once; the first letter says what it is of: i number, t telephone, a address, d, n, y names."""
    return tuple(sorted({f"{kind}{_digest(text)}" for kind, text in _texts(record)}))


def block_of(kind: str, text: str) -> str:
    """The key of one number, telephone or address."""
    return f"{kind}{_digest(text)}"


def identifier_text(one: Identifier) -> str:
    """A number as it stands in a block."""
    return f"{one.issuer}|{one.value}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    for one in identifiers(record):
        yield "i", identifier_text(one)
    for phone in phones_of(record.told):
        yield "t", phone
    if address := address_of(record.told.address):
        yield "a", address
    for told in (record.told, *record.variants):
        for name in (told.name, *told.other_names):
            yield from _of_name(read_name(name), told.birth_date)


def _of_name(name: Name, birth_date: str) -> Iterator[tuple[str, str]]:
    """Birth date with each initial; the sounds of both names, alone, with year, with day; in each order and spelling."""
    born = read_date(birth_date)
    if name.placeholder:
        return
    families = [one for one in dict.fromkeys((name.family, *name.spelt)) if one]
    roots = [root for given in dict.fromkeys((name.given, *name.middle[:1])) if given for root in _roots(given)]
    if born is not None:
        for month, day in {(born[1], born[2]), (born[2], born[1])}:
            for initial in {word[0] for word in (*families, *roots)}:
                yield "d", f"{born[0]}-{month}-{day}-{initial}"
    if name.newborn:
        return
    for both in {"+".join(sorted((_sound(family), _sound(root)))) for family in families for root in roots}:
        yield "n", both
        if born is not None:
            yield "y", f"{both} {born[0]}"
            yield "y", f"{both} {born[1]}.{born[2]}"
    for script in name.other_scripts:
        yield "n", script


@lru_cache(maxsize=16_384)
def _roots(given: str) -> tuple[str, ...]:
    """A given name and, of a short form, the names that it is short for."""
    found = NICKNAMES.get(given, frozenset())
    return (given, *sorted(found))[:8] if given not in COMPOUND else (given,)


@lru_cache(maxsize=65_536)
def _sound(word: str) -> str:
    return sound_of(word) or word
