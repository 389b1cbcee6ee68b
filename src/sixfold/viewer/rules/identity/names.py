"""Names made comparable: words without case, accents and script where it can be had, what is no name told apart.

A PN has components family, given, middle, prefix, suffix (PS3.5 6.2.1). Senders put middle names into the given component,
suffixes into the family, and swap the two; whoever compares them looks at words.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from sixfold.dicom.matching import normalise_name

_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_PARTICLES_WORDS = (
    "de del della di da do dos das la las le el al van von der den ter ten zu zur af av bin ibn bint abu st san y"
)
_PARTICLES: Final = frozenset(_PARTICLES_WORDS.split())
_SUFFIXES: Final = {
    "jr": "jr",
    "junior": "jr",
    "sr": "sr",
    "senior": "sr",
    "ii": "2",
    "2nd": "2",
    "iii": "3",
    "3rd": "3",
    "iv": "4",
    "4th": "4",
}
_PLACEHOLDERS_WORDS = (
    "unknown unbekannt inconnu desconocido anonymous anonymized anonymised anonym anon noname nobody name test patient"
    " phantom qa dummy unidentified trauma xx xxx zz zzz"
)
_PLACEHOLDERS: Final = frozenset(_PLACEHOLDERS_WORDS.split())
_DOES: Final = frozenset(("doe", "roe"))
_NEWBORN_WORDS = "baby babyboy babygirl newborn neonate neugeborenes infant nino nina bebe rn twin triplet"
_NEWBORN: Final = frozenset(_NEWBORN_WORDS.split())
_OF_NEWBORN_WORDS = "boy girl male female a b c d one two of"
_OF_NEWBORN: Final = frozenset(_OF_NEWBORN_WORDS.split())

# Cyrillic and Greek letters as Latin ones (a simplified ISO 9 and ISO 843): enough to compare, not to print.
_LETTERS: Final = dict(
    zip(
        "абвгдезийклмнопрстуфхцыэ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "y",
            "e",
        ],
        strict=True,
    )
) | {
    "ж": "zh",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
    "і": "i",
    "ї": "i",
    "є": "e",
    "ґ": "g",
}
_GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
_TO_LATIN: Final = str.maketrans(_LETTERS | _GREEK)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ß": "ss"})


class Name(msgspec.Struct, frozen=True):
    """A name as it is compared: words of the family and of the first given name, further given names, `suffix` as jr, sr, 2, 3.

    `spelt` are other spellings of the family; `placeholder` says that it is no name, `newborn` that it is not one yet.
    """

    family: str = ""
    given: str = ""
    middle: tuple[str, ...] = ()
    suffix: str = ""
    spelt: tuple[str, ...] = ()
    other_scripts: tuple[str, ...] = ()
    placeholder: bool = False
    newborn: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is a name that says who somebody is."""
        return bool(self.family and self.given) and not self.placeholder and not self.newborn


@lru_cache(maxsize=65_536)
def read_name(told: str) -> Name:
    """A PN as it is compared; never raises, whatever was sent."""
    groups = told[:512].split("=")
    family_text, given_text, middle_text, _prefix, suffix_text = _components(groups[0])
    family, suffix = _without_suffix(_words(family_text))
    given, suffix_of_given = _without_suffix(_words(given_text))
    middle, suffix_of_middle = _without_suffix(_words(middle_text))
    every = [*family, *given, *middle]
    placeholder = _is_placeholder(every)
    newborn = bool(_NEWBORN & set(every)) and (bool(_OF_NEWBORN & set(every)) or given[:1] == ["baby"] or len(every) <= 2)
    return Name(
        family="".join(word for word in family if word not in _PARTICLES) or "".join(family),
        given=given[0] if given else "",
        middle=(*given[1:], *middle),
        suffix=suffix or suffix_of_given or suffix_of_middle or _SUFFIXES.get(normalise_name(suffix_text).strip(". "), ""),
        spelt=_spellings(family_text),
        other_scripts=tuple(" ".join(_words(group.replace("^", " "))) for group in groups[1:3] if group.strip("^ ")),
        placeholder=placeholder,
        newborn=newborn,
    )


def _components(text: str) -> tuple[str, str, str, str, str]:
    """The five components; a name without `^` that has a comma is `family, given`, one with a space only a family."""
    if "^" not in text and "," in text:
        text = text.replace(",", "^", 1)
    parts = [part.strip() for part in text.split("^")[:5]]
    parts += [""] * (5 - len(parts))
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def _words(text: str) -> list[str]:
    plain = normalise_name(text).translate(_TO_LATIN).replace("'", "").replace("\u2019", "").replace(".", " ")
    return _WORD.findall(plain)


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and words[-1] in _SUFFIXES:
        return words[:-1], _SUFFIXES[words[-1]]
    return words, ""


def _is_placeholder(words: list[str]) -> bool:
    if not words:
        return True
    if set(words) & _PLACEHOLDERS:
        return True
    if set(words) & _DOES and set(words) & {"john", "jane", "j", "baby", "richard"}:
        return True
    return all(len(set(word)) == 1 for word in words)


def _spellings(family: str) -> tuple[str, ...]:
    """Other ways to write a family: umlauts as two letters, and each half of a double name."""
    plain = normalise_name(family)
    found = [normalise_name(unicodedata.normalize("NFC", family).casefold().translate(_UMLAUTS)).replace(" ", "")]
    halves = [half for half in re.split(r"[-\u2010-\u2015\s]+", plain) if len(half) > 2 and half not in _PARTICLES]
    if len(halves) > 1:
        found += [half.translate(_TO_LATIN) for half in halves]
    own = "".join(_words(family))
    return tuple(dict.fromkeys(one for one in found if one and one != own))


_SHORT: Final = """
abigail abby|alexander alex sasha xander|alexandra alex sandra sasha|andrew andy drew|anthony tony|antonio tony
barbara barb babs|benjamin ben|catherine kathy cathy kate katie|katherine kathy kate katie kat|charles charlie chuck
christina chris tina|christine chris tina|christopher chris kit|daniel dan danny|david dave|deborah debbie deb
donald don donnie|dorothy dot dottie|edward ed eddie ted ned|eleanor ellie nell nora
elizabeth liz beth betty lisa eliza lizzie|eugene gene|evelyn eve|frances fran|francis frank|francisco paco pancho
frederick fred freddie|gabriel gabe|gerald jerry|gregory greg|harold harry hal|henry hank harry|hildegard hilde
ignacio nacho|jacob jake|james jim jimmy jamie|jacqueline jackie|janet jan|jeffrey jeff|jennifer jen jenny
jessica jess jessie|johannes hans|john jack johnny|jonathan jon|jose pepe|joseph joe joey|josephine josie jo|joshua josh
judith judy|kenneth ken kenny|kimberly kim|lawrence larry|leonard len lenny|louis lou|louise lou|lucille lucy
margaret maggie meg peggy marge|margarete grete|maria mary|martha marty|matthew matt|maximilian max
michael mike mick mickey|nathan nate|nathaniel nate nathan|nicholas nick|nicole nicky|pamela pam
patricia pat patty trish|patrick pat paddy|peter pete|philip phil|rachel rae|raymond ray|rebecca becky becca
richard rick dick rich ricky|robert bob rob bobby robbie bert|roberto beto|ronald ron ronnie|rosemary rose|samantha sam
samuel sam|sandra sandy|sarah sally sadie|stephen steve|steven steve|susan sue susie|theodore ted theo
theresa terry tess|teresa terry tess|thomas tom tommy|timothy tim|valerie val|victoria vicky tori|vincent vince
virginia ginny|walter walt|wilhelm willi|william bill will billy willie liam|zachary zach
"""


def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SHORT.replace("\n", "|").split("|"):
        names = line.split()
        for one in names:
            found.setdefault(one, set()).update(names[:1] if one != names[0] else names)
    return {name: frozenset(others) for name, others in found.items()}


NICKNAMES: Final = _nicknames()
"""Short forms by name and names by short form; English, German and Spanish ones that registration desks meet."""

_COMPOUND_WORDS = (
    "maria mary jose juan ana anna anne jean marie mohammed muhammad mohamed mohammad abdul abd sri md luis carlos rosa"
)
COMPOUND: Final = frozenset(_COMPOUND_WORDS.split())
"""First halves of double given names: alone they do not tell siblings of one birth apart."""


def are_nicknames(one: str, other: str) -> bool:
    """Whether one given name is a usual short form of the other, or both of a third."""
    mine, theirs = NICKNAMES.get(one), NICKNAMES.get(other)
    return mine is not None and theirs is not None and (one in theirs or other in mine or bool(mine & theirs))
