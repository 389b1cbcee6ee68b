"""Two records field by field: how each stands to the other, what it says in bits, and that in words."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio

from sixfold.viewer.model.identity import Agreement, Identifier, Reason, Record
from sixfold.viewer.rules.identity import weights as w
from sixfold.viewer.rules.identity.blocks import (
    address_of,
    block_of,
    identifier_text,
    identifiers,
    other_identifiers,
    own_identifier,
    phones_of,
)
from sixfold.viewer.rules.identity.dates import Dates, compare_dates, read_date
from sixfold.viewer.rules.identity.names import Name, are_nicknames, read_name

ALIKE = 0.90
"""Jaro-Winkler similarity from which two words may be one word with a slip."""
_ADDRESSES_ALIKE = 88.0
_KNOWN_SEXES: Final = frozenset("MF")
_DATE_BITS: Final = {
    Dates.SAME: w.DATE_SAME,
    Dates.SWAPPED: w.DATE_SWAPPED,
    Dates.TYPO: w.DATE_TYPO,
    Dates.PART: w.DATE_PART,
    Dates.DIFFERENT: w.DATE_DIFFERENT,
    Dates.UNKNOWN: 0.0,
}
_CLOSE_DATES: Final = frozenset((Dates.SWAPPED, Dates.TYPO, Dates.PART))
Crowded = Callable[[str], bool]
"""Whether a block holds so many records that it says nothing."""


class Names(msgspec.Struct, frozen=True):
    """How two names stand to each other: both as they are, or one with family and given name in each other's place."""

    family: Agreement
    given: Agreement
    given_how: str
    swapped: bool
    bits: float
    family_bits: float
    given_bits: float


class Facts(msgspec.Struct, frozen=True):
    """What two records say to each other, for decisions; `reasons` is the same for people."""

    names: Names
    middle: Agreement
    suffix: Agreement
    dates: Dates
    sex: Agreement
    phone: Agreement
    address: Agreement
    shared: tuple[Identifier, ...]
    cross: bool
    apart: str
    """The issuer that gave the two different numbers, among their other IDs."""
    same_issuer: bool
    one: Name
    other: Name
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """The bits of all fields together."""
        return round(sum(reason.bits for reason in self.reasons), 2)


def compare(one: Record, other: Record, common: w.Commonness, crowded: Crowded = lambda _block: False) -> Facts:
    """Compare two records; the order in which they are given means nothing."""
    one, other = sorted((one, other), key=lambda record: record.key)
    mine, theirs = read_name(one.told.name), read_name(other.told.name)
    sex = _sex(one, other)
    names = _best_names(one, other, common)
    phone, address = _phone(one, other, crowded), _address(one, other, crowded)
    shared = tuple(sorted(i for i in identifiers(one) & identifiers(other) if not crowded(block_of("i", identifier_text(i)))))
    cross = any(own in shared for own in (own_identifier(one), own_identifier(other)) if own is not None)
    facts = Facts(
        names,
        _middle(mine, theirs),
        _suffix(mine, theirs),
        compare_dates(one.told.birth_date, other.told.birth_date),
        sex,
        phone,
        address,
        shared,
        cross,
        "" if shared else _different_numbers(one, other),
        bool(one.issuer) and one.issuer == other.issuer,
        mine,
        theirs,
        (),
    )
    return msgspec.structs.replace(facts, reasons=tuple(_reasons(one, other, facts)))


def _different_numbers(one: Record, other: Record) -> str:
    """An issuer that both name besides their own, with no number in common."""
    mine, theirs = other_identifiers(one), other_identifiers(other)
    return min({a.issuer for a in mine} & {b.issuer for b in theirs}, default="")


def _best_names(one: Record, other: Record, common: w.Commonness) -> Names:
    """The names, or other names that the records tell, whichever agree best."""
    mine = [read_name(name) for name in (one.told.name, *one.told.other_names)]
    theirs = [read_name(name) for name in (other.told.name, *other.told.other_names)]
    sex = one.told.sex if one.told.sex == other.told.sex else ""
    found = [_names(a, b, sex, common) for a in mine for b in theirs]
    return max(found, key=lambda names: names.bits)


def _names(one: Name, other: Name, sex: str, common: w.Commonness) -> Names:
    straight = _ordered(one, other, sex, common)
    if one.family and one.given and other.family and other.given:
        turned = msgspec.structs.replace(other, family=other.given, given=other.family, spelt=())
        swapped = _ordered(one, turned, sex, common)
        if Agreement.SAME in (swapped.family, swapped.given) and Agreement.DIFFERENT not in (swapped.family, swapped.given):
            bits = swapped.bits + w.SWAPPED
            if bits > straight.bits:
                return msgspec.structs.replace(swapped, swapped=True, bits=bits, family_bits=swapped.family_bits + w.SWAPPED)
    return straight


def _ordered(one: Name, other: Name, sex: str, common: w.Commonness) -> Names:
    family, family_bits = _family(one, other, sex, common)
    given, how, given_bits = _given(one, other, common)
    return Names(family, given, how, False, family_bits + given_bits, family_bits, given_bits)


def _family(one: Name, other: Name, sex: str, common: w.Commonness) -> tuple[Agreement, float]:
    scripts = set(one.other_scripts) & set(other.other_scripts)
    if one.placeholder or other.placeholder or not (one.family and other.family):
        return (Agreement.CLOSE, w.FAMILY_CLOSE) if scripts else (Agreement.MISSING, 0.0)
    if one.family == other.family:
        return Agreement.SAME, common.family_bits(one.family)
    ours, theirs = {one.family, *one.spelt}, {other.family, *other.spelt}
    if both := ours & theirs:
        return Agreement.CLOSE, min(common.family_bits(word) for word in both) - 1.0
    if scripts or alike(one.family, other.family):
        return Agreement.CLOSE, w.FAMILY_CLOSE
    return Agreement.DIFFERENT, w.FAMILY_DIFFERENT.get(sex, w.FAMILY_DIFFERENT[""])


def _given(one: Name, other: Name, common: w.Commonness) -> tuple[Agreement, str, float]:
    if one.newborn or other.newborn or one.placeholder or other.placeholder or not (one.given and other.given):
        return Agreement.MISSING, "", 0.0
    if one.given == other.given:
        if len(one.given) == 1:
            return Agreement.CLOSE, "initial", w.GIVEN_INITIAL
        return Agreement.SAME, "", common.given_bits(one.given)
    if 1 in (len(one.given), len(other.given)):
        if one.given[0] == other.given[0]:
            return Agreement.CLOSE, "initial", w.GIVEN_INITIAL
        return Agreement.DIFFERENT, "", w.GIVEN_DIFFERENT
    if are_nicknames(one.given, other.given):
        return Agreement.CLOSE, "short form", w.GIVEN_NICKNAME
    if alike(one.given, other.given):
        return Agreement.CLOSE, "slip", w.GIVEN_CLOSE
    if one.given in other.middle or other.given in one.middle:
        return Agreement.CLOSE, "middle name", w.GIVEN_CLOSE
    return Agreement.DIFFERENT, "", w.GIVEN_DIFFERENT


def alike(one: str, other: str) -> bool:
    """Whether two words may be one: close by Jaro-Winkler, or one slip apart where they are long enough to tell."""
    if JaroWinkler.similarity(one, other, score_cutoff=ALIKE) >= ALIKE:
        return True
    return min(len(one), len(other)) >= 4 and OSA.distance(one, other, score_cutoff=1) <= 1


def _middle(one: Name, other: Name) -> Agreement:
    if not one.middle or not other.middle:
        return Agreement.MISSING
    mine, theirs = "".join(one.middle), "".join(other.middle)
    if mine == theirs:
        return Agreement.SAME if len(mine) > 1 else Agreement.CLOSE
    if mine[0] == theirs[0] and (len(mine) == 1 or len(theirs) == 1 or alike(mine, theirs)):
        return Agreement.CLOSE
    return Agreement.CLOSE if alike(mine, theirs) else Agreement.DIFFERENT


def _suffix(one: Name, other: Name) -> Agreement:
    if not one.suffix or not other.suffix:
        return Agreement.MISSING
    return Agreement.SAME if one.suffix == other.suffix else Agreement.DIFFERENT


def _sex(one: Record, other: Record) -> Agreement:
    if one.told.sex not in _KNOWN_SEXES or other.told.sex not in _KNOWN_SEXES:
        return Agreement.MISSING
    return Agreement.SAME if one.told.sex == other.told.sex else Agreement.DIFFERENT


def _phone(one: Record, other: Record, crowded: Crowded) -> Agreement:
    mine, theirs = phones_of(one.told), phones_of(other.told)
    if not mine or not theirs:
        return Agreement.MISSING
    both = mine & theirs
    if not both:
        return Agreement.DIFFERENT
    return Agreement.SAME if any(not crowded(block_of("t", phone)) for phone in both) else Agreement.MISSING


def _address(one: Record, other: Record, crowded: Crowded) -> Agreement:
    mine, theirs = address_of(one.told.address), address_of(other.told.address)
    if not mine or not theirs:
        return Agreement.MISSING
    if mine == theirs:
        return Agreement.MISSING if crowded(block_of("a", mine)) else Agreement.SAME
    numbers = {word for word in mine.split() if word[0].isdigit()}, {word for word in theirs.split() if word[0].isdigit()}
    if numbers[0] & numbers[1] and token_set_ratio(mine, theirs) >= _ADDRESSES_ALIKE:
        return Agreement.CLOSE
    return Agreement.DIFFERENT


def _reasons(one: Record, other: Record, facts: Facts) -> Iterator[Reason]:
    yield from _of_names(facts)
    dates = facts.dates
    how = Agreement.SAME if dates is Dates.SAME else Agreement.CLOSE if dates in _CLOSE_DATES else Agreement.DIFFERENT
    yield Reason(
        "birth date",
        Agreement.MISSING if dates is Dates.UNKNOWN else how,
        _DATE_BITS[dates],
        _unknown_date(one, other) if dates is Dates.UNKNOWN else dates.value,
    )
    sexes = {Agreement.SAME: w.SEX_SAME, Agreement.DIFFERENT: w.SEX_DIFFERENT}
    yield Reason("sex", facts.sex, sexes.get(facts.sex, 0.0), _plain(facts.sex))
    yield from _of_household(facts)
    if facts.apart:
        yield Reason("identifier", Agreement.DIFFERENT, w.IDENTIFIER_DIFFERENT, f"different numbers of {facts.apart}")
    if facts.shared:
        words = "one names the other's ID" if facts.cross else f"both have {facts.shared[0].value} of {facts.shared[0].issuer}"
        yield Reason("identifier", Agreement.SAME, w.IDENTIFIER_SAME, words)
    if facts.same_issuer:
        yield Reason("issuer", Agreement.DIFFERENT, w.SAME_ISSUER, f"two IDs of {one.issuer}")


def _of_household(facts: Facts) -> Iterator[Reason]:
    """Telephone and address, which relatives share: beside another given name or birth date they say only that."""
    relatives = facts.names.given is Agreement.DIFFERENT or facts.dates is Dates.DIFFERENT
    phone = {Agreement.SAME: w.PHONE_SAME, Agreement.DIFFERENT: w.PHONE_DIFFERENT}
    address = {Agreement.SAME: w.ADDRESS_SAME, Agreement.CLOSE: w.ADDRESS_CLOSE, Agreement.DIFFERENT: w.ADDRESS_DIFFERENT}
    if facts.phone is Agreement.SAME:  # the two are mostly told together: the second says less
        address |= {Agreement.SAME: w.ADDRESS_TOO, Agreement.CLOSE: w.ADDRESS_TOO}
    for field, agreement, bits in (("telephone", facts.phone, phone), ("address", facts.address, address)):
        if agreement is Agreement.MISSING:
            continue
        told = "almost the same" if agreement is Agreement.CLOSE else _plain(agreement)
        if relatives and bits[agreement] > 0:
            yield Reason(field, agreement, 0.0, f"{told}, as relatives have it")
        else:
            yield Reason(field, agreement, bits[agreement], told)


def _of_names(facts: Facts) -> Iterator[Reason]:
    names = facts.names
    words = "in each other's place" if names.swapped else ""
    family = {Agreement.CLOSE: "almost the same", Agreement.MISSING: "not known"}.get(names.family, names.family.value)
    yield Reason("family name", names.family, round(names.family_bits, 2), words or family)
    told = {
        "initial": "only an initial",
        "short form": "a short form",
        "slip": "almost the same",
        "middle name": "as a middle name",
    }
    given = told.get(names.given_how) or _plain(names.given)
    yield Reason("given name", names.given, round(names.given_bits, 2), words or given)
    if facts.middle is not Agreement.MISSING:
        bits = {Agreement.SAME: w.MIDDLE_SAME, Agreement.CLOSE: w.MIDDLE_INITIAL, Agreement.DIFFERENT: w.MIDDLE_DIFFERENT}
        words = "fits" if facts.middle is Agreement.CLOSE else _plain(facts.middle)
        yield Reason("middle name", facts.middle, bits[facts.middle], words)
    if facts.suffix is not Agreement.MISSING:
        yield Reason(
            "suffix", facts.suffix, 0.0 if facts.suffix is Agreement.SAME else w.SUFFIX_DIFFERENT, _plain(facts.suffix)
        )


def _unknown_date(one: Record, other: Record) -> str:
    """Why two dates cannot be compared."""
    told = [record.told.birth_date for record in (one, other)]
    only_stands = [date for date in told if date.strip() and read_date(date) is None]
    return f"{only_stands[0][:16]} stands for an unknown one" if only_stands else "not known"


def _plain(how: Agreement) -> str:
    return "not known" if how is Agreement.MISSING else how.value


__all__ = ["Crowded", "Facts", "alike", "compare", "other_identifiers"]
