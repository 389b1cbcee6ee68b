"""Which earlier studies of a patient a reader wants beside one, the most telling first, and why, in words.

Parts of the body are those of DICOM's Common Anatomic Regions (PS3.16 CID 4031), gathered into regions that are read together:
a chest is compared with a chest, whether it was called THORAX or LUNG. What an object says of itself (Body Part Examined,
PS3.3 C.7.3.1, with the defined terms of PS3.16 Annex L) counts before words of its description, which are read in English,
German, French and Spanish. A study that tells no part is neither near nor far.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from sixfold.dicom.matching import normalise_name
from sixfold.viewer.model.priors import Prior, ReadStudy

RELEVANT: Final = 45
"""From so many points of 100 a study is offered at once; the others are there for who looks."""
_SAME_PART, _NEAR_PART, _UNTOLD_PART = 45, 22, 12
_SAME_KIND, _LIKE_KIND, _OTHER_VIEW = 30, 22, 12
_RECENT = 25
_HALVES_IN_DAYS = 730.0
_OTHER_SIDE = 25
_DAYS_A_MONTH, _DAYS_A_YEAR = 30.44, 365.25

# fmt: off
REGIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "head": ("HEAD", "SKULL", "BRAIN", "ORBIT", "EYE", "FACE", "SINUS", "JAW", "MAXILLA", "MANDIBLE", "IAC", "PITUITARY", "SELLA",
             "CRANI", "CEREBR", "SCHADEL", "KOPF", "HIRN", "GEHIRN", "TETE", "CRANE", "CABEZA", "CEREBRO", "TOOTH", "DENTAL"),
    "neck": ("NECK", "THYROID", "LARYNX", "PHARYNX", "CAROTID", "HALS", "SCHILDDRUSE", "COU", "CUELLO", "TIROIDES"),
    "chest": ("CHEST", "THORAX", "THORAC", "LUNG", "RIB", "STERNUM", "CLAVICLE", "MEDIASTIN", "BRONCH", "PULMON", "POUMON", "TORAX",
              "PECHO"),
    "heart": ("HEART", "CARDIAC", "CARDIO", "CORONARY", "HERZ", "CORONAR", "COEUR", "CORAZON", "ECHOCARD", "AORTA"),
    "breast": ("BREAST", "MAMMO", "BRUST", "MAMMA", "SEIN", "MAMA", "TOMOSYNTH"),
    "abdomen": ("ABDOMEN", "ABDOM", "LIVER", "KIDNEY", "RENAL", "PANCREAS", "SPLEEN", "GALLBLADDER", "BILIARY", "STOMACH", "BOWEL",
                "COLON", "BAUCH", "LEBER", "NIERE", "FOIE", "HIGADO", "ADRENAL", "UROGRA", "KUB", "ABDOMENPELVIS"),
    "pelvis": ("PELVIS", "PELVI", "BLADDER", "PROSTATE", "UTERUS", "OVARY", "BECKEN", "PROSTATA", "BASSIN", "SACRUM", "COCCYX",
               "SIJOINT", "ABDOMENPELVIS"),
    "spine": ("SPINE", "CSPINE", "TSPINE", "LSPINE", "LSSPINE", "CERVICAL", "LUMBAR", "VERTEBRA", "MYELO", "WIRBEL", "HWS", "BWS",
              "LWS", "RACHIS", "COLUMNA"),
    "shoulder": ("SHOULDER", "HUMERUS", "SCAPULA", "ACJOINT", "SCHULTER", "EPAULE", "HOMBRO"),
    "arm": ("ARM", "UPPERARM", "ELBOW", "FOREARM", "RADIUS", "ULNA", "EXTREMITYUPPER", "ELLBOGEN", "COUDE", "CODO", "UNTERARM"),
    "hand": ("HAND", "WRIST", "FINGER", "THUMB", "CARPAL", "HANDGELENK", "POIGNET", "MANO", "MUNECA"),
    "hip": ("HIP", "FEMORALHEAD", "ACETABUL", "HUFTE", "HANCHE", "CADERA"),
    "leg": ("LEG", "FEMUR", "THIGH", "TIBIA", "FIBULA", "CALF", "EXTREMITYLOWER", "BEIN", "JAMBE", "PIERNA", "UNTERSCHENKEL"),
    "knee": ("KNEE", "PATELLA", "KNIE", "GENOU", "RODILLA"),
    "foot": ("FOOT", "ANKLE", "TOE", "CALCANEUS", "TARSAL", "FUSS", "SPRUNGGELENK", "PIED", "CHEVILLE", "PIE", "TOBILLO"),
    "whole body": ("WHOLEBODY", "GANZKORPER", "TRAUMASCAN", "POLYTRAUMA"),
}
"""Defined terms and beginnings of words, in capitals without marks, by the region that they stand for."""

NEAR: Final[frozenset[frozenset[str]]] = frozenset(
    frozenset(pair) for pair in (
        ("head", "neck"), ("neck", "chest"), ("chest", "heart"), ("chest", "breast"), ("chest", "abdomen"), ("abdomen", "pelvis"),
        ("pelvis", "hip"), ("hip", "leg"), ("leg", "knee"), ("shoulder", "arm"), ("arm", "hand"), ("leg", "foot"),
        ("neck", "spine"), ("spine", "pelvis"), ("spine", "abdomen"), ("chest", "shoulder"),
    )
)
"""Regions of which one is often on the picture of the other."""

_WHOLE: Final = "whole body"
_KINDS: Final[Sequence[frozenset[str]]] = (
    frozenset({"CR", "DX", "RG", "RF", "XA"}), frozenset({"CT", "PT", "NM", "ST"}), frozenset({"MG", "BTO"}),
    frozenset({"US", "IVUS", "BDUS"}), frozenset({"XC", "GM", "DMS"}), frozenset({"OP", "OPT", "OAM", "OPV"}),
    frozenset({"ECG", "EPS", "HD"}), frozenset({"ES", "XC"}),
)
"""Modalities (PS3.3 C.7.3.1.1.1) whose pictures are compared with each other."""
_VIEWS: Final = frozenset(frozenset(pair) for pair in (("CT", "MR"), ("CT", "CR"), ("CT", "DX"), ("MG", "MR"), ("MG", "US"),
                                                       ("CT", "US"), ("MR", "US"), ("MR", "PT")))
_NO_PICTURES: Final = frozenset({"SR", "KO", "PR", "SEG", "DOC", "REG", "RTPLAN", "RTSTRUCT", "AU", "PLAN"})
_SIDES: Final = {"LEFT": "left", "LINKS": "left", "GAUCHE": "left", "RIGHT": "right", "RECHTS": "right",
                 "DROITE": "right", "LT": "left", "RT": "right"}
# fmt: on
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_STEM = 5
"""Shorter terms stand for a whole word only: an arm is not an army."""


def regions_of(body_parts: Iterable[str], description: str = "") -> tuple[str, ...]:
    """The regions that a study shows, in the order of the table: by its body parts, else by words of its description."""
    told = [plain for part in body_parts if (plain := re.sub(r"[\W_]+", "", _plain(part)))]
    named = [region for region in REGIONS if any(_stands_for(region, term) for term in told)]
    if not named:
        words = _WORD.findall(_plain(description))
        pairs = [first + second for first, second in zip(words, words[1:], strict=False)]
        named = [region for region in REGIONS if any(_stands_for(region, word) for word in (*words, *pairs))]
    return tuple(named)


def ranked(current: ReadStudy, others: Iterable[ReadStudy]) -> list[Prior]:
    """Studies of the same day or before, the most telling first; those alike the newest first, then by UID."""
    earlier = [one for one in others if one.study_uid != current.study_uid and not _is_later(one, current)]
    found = [_weighed(current, one) for one in sorted(earlier, key=lambda one: one.study_uid)]
    days = {one.study_uid: one.study_date for one in earlier}
    return sorted(found, key=lambda prior: (-prior.score, _newest(days[prior.study_uid])))


def _weighed(current: ReadStudy, other: ReadStudy) -> Prior:
    parts, why_part = _of_parts(current, other)
    kinds, why_kind = _of_kinds(current.modalities, other.modalities)
    days = _days_between(other.study_date, current.study_date)
    recent = round(_RECENT * 0.5 ** (days / _HALVES_IN_DAYS)) if days is not None else 0
    score = max(0, parts + kinds + recent)
    reasons = [why for why in (*why_part, why_kind, _when(days)) if why]
    return Prior(other.study_uid, score, score >= RELEVANT and parts + kinds > _SAME_KIND, tuple(reasons))


def _of_parts(current: ReadStudy, other: ReadStudy) -> tuple[int, list[str]]:
    mine, theirs = current.regions, other.regions
    if not mine or not theirs:
        return _UNTOLD_PART, []
    same = [region for region in mine if region in theirs]
    if same:
        told = f"same part of the body: {' and '.join(same)}"
        if current.sides and other.sides and not current.sides & other.sides:
            return _SAME_PART - _OTHER_SIDE, [told, f"other side: {' and '.join(sorted(other.sides))}"]
        return _SAME_PART, [told]
    if _WHOLE in mine or _WHOLE in theirs:
        return _NEAR_PART, ["one of them shows the whole body"]
    if any(frozenset((one, two)) in NEAR for one in mine for two in theirs):
        return _NEAR_PART, [f"next to it: {' and '.join(theirs)}"]
    return 0, [f"another part of the body: {' and '.join(theirs)}"]


def _of_kinds(mine: Iterable[str], theirs: Iterable[str]) -> tuple[int, str]:
    ours, others = _pictures(mine), _pictures(theirs)
    if not ours or not others:
        return 0, ""
    named = ", ".join(others)
    if same := [code for code in ours if code in others]:
        return _SAME_KIND, f"same modality: {', '.join(same)}"
    if any(one in kind and two in kind for kind in _KINDS for one in ours for two in others):
        return _LIKE_KIND, f"like modality: {named}"
    if any(frozenset((one, two)) in _VIEWS for one in ours for two in others):
        return _OTHER_VIEW, f"shows it in another way: {named}"
    return 0, f"other modality: {named}"


def sides_of(description: str, lateralities: Iterable[str] = ()) -> frozenset[str]:
    """Left, right, or both, as far as it is told (Laterality, PS3.3 C.7.3.1; else words)."""
    told = {{"L": "left", "R": "right"}.get(one.strip().upper(), "") for one in lateralities} - {""}
    words = {_SIDES[word] for word in _WORD.findall(_plain(description)) if word in _SIDES}
    return frozenset(told or words)


def _pictures(modalities: Iterable[str]) -> list[str]:
    every = list(dict.fromkeys(modalities))
    return [code for code in every if code not in _NO_PICTURES] or every


def _stands_for(region: str, word: str) -> bool:
    return any(word == term or (len(term) >= _SHORTEST_STEM and word.startswith(term)) for term in REGIONS[region])


def _plain(text: str) -> str:
    return normalise_name(text.replace("ß", "ss")).upper()


def _day(text: str) -> date | None:
    digits = text.replace(".", "").replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 and digits.isascii() else None
    except ValueError:
        return None


def _days_between(before: str, after: str) -> int | None:
    first, second = _day(before), _day(after)
    return None if first is None or second is None else max(0, (second - first).days)


def _is_later(one: ReadStudy, than: ReadStudy) -> bool:
    first, second = _day(one.study_date), _day(than.study_date)
    return first is not None and second is not None and first > second


def _newest(day: str) -> int:
    told = _day(day)
    return -told.toordinal() if told is not None else 0


def _when(days: int | None) -> str:
    if days is None:
        return "its day is not told"
    if days == 0:
        return "the same day"
    for size, name in ((_DAYS_A_YEAR, "year"), (_DAYS_A_MONTH, "month")):
        if days >= size:
            count = int(days // size)
            return f"{count} {name}{'s' * (count > 1)} before"
    return f"{days} day{'s' * (days > 1)} before"


def facts(study_uid: str, study_date: str, modalities: Iterable[str], description: str, parts: Iterable[str] = ()) -> ReadStudy:
    """What is weighed of a study."""
    regions = regions_of(parts, description)
    return ReadStudy(study_uid, study_date, tuple(modalities), regions, sides_of(description))


def replaced(study: ReadStudy, parts: Iterable[str], description: str) -> ReadStudy:
    """The study with the regions that its series tell."""
    return msgspec.structs.replace(study, regions=regions_of(parts, description))
