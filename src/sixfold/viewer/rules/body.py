"""Which part of the body a study shows, as far as it tells: what is read together is one region.

The parts are those of DICOM's Common Anatomic Regions (PS3.16 CID 4031), gathered: a chest is a chest, whether it was called
THORAX or LUNG. What an object says of itself (Body Part Examined, PS3.3 C.7.3.1.1.2, by the defined terms of PS3.16 Annex L)
counts before words of its description, which are read in English, German, French and Spanish.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sixfold.dicom.matching import normalise_name

_TABLE: Final = """
head       HEAD SKULL BRAIN ORBIT EYE FACE SINUS JAW MAXILLA MANDIBLE IAC PITUITARY SELLA CRANI CEREBR SCHADEL KOPF HIRN GEHIRN
head       TETE CRANE CABEZA CEREBRO TOOTH DENTAL
neck       NECK THYROID LARYNX PHARYNX CAROTID HALS SCHILDDRUSE COU CUELLO TIROIDES
chest      CHEST THORAX THORAC LUNG RIB RIBS STERNUM CLAVICLE MEDIASTIN BRONCH PULMON POUMON TORAX PECHO
heart      HEART CARDIAC CARDIO CORONARY HERZ CORONAR COEUR CORAZON ECHOCARD AORTA
breast     BREAST MAMMO BRUST MAMMA SEIN MAMA TOMOSYNTH
abdomen    ABDOMEN ABDOM LIVER KIDNEY RENAL PANCREAS SPLEEN GALLBLADDER BILIARY STOMACH BOWEL COLON BAUCH LEBER NIERE FOIE
abdomen    HIGADO ADRENAL UROGRA KUB ABDOMENPELVIS
pelvis     PELVIS PELVI BLADDER PROSTATE UTERUS OVARY BECKEN PROSTATA BASSIN SACRUM COCCYX SIJOINT ABDOMENPELVIS
spine      SPINE CSPINE TSPINE LSPINE LSSPINE CERVICAL LUMBAR VERTEBRA MYELO WIRBEL HWS BWS LWS RACHIS COLUMNA
shoulder   SHOULDER HUMERUS SCAPULA ACJOINT SCHULTER EPAULE HOMBRO
arm        ARM UPPERARM ELBOW FOREARM RADIUS ULNA EXTREMITYUPPER ELLBOGEN COUDE CODO UNTERARM
hand       HAND WRIST FINGER THUMB CARPAL HANDGELENK POIGNET MANO MUNECA
hip        HIP HIPS FEMORALHEAD ACETABUL HUFTE HANCHE CADERA
leg        LEG FEMUR THIGH TIBIA FIBULA CALF EXTREMITYLOWER BEIN JAMBE PIERNA UNTERSCHENKEL
knee       KNEE KNEES PATELLA KNIE GENOU RODILLA
foot       FOOT ANKLE TOE CALCANEUS TARSAL FUSS FUSSE SPRUNGGELENK PIED CHEVILLE PIE TOBILLO
whole-body WHOLEBODY GANZKORPER TRAUMASCAN POLYTRAUMA
"""
"""Regions, and the defined terms and beginnings of words that stand for them, in capitals without marks."""

_NEAR: Final = """
head-neck neck-chest chest-heart chest-breast chest-abdomen abdomen-pelvis pelvis-hip hip-leg leg-knee shoulder-arm arm-hand
leg-foot neck-spine spine-pelvis spine-abdomen chest-shoulder
"""
NEAR: Final = frozenset(frozenset(pair.split("-")) for pair in _NEAR.split())
"""Regions of which one is often on the picture of the other."""
WHOLE: Final = "whole body"

_SIDES: Final = {
    "LEFT": "left", "LINKS": "left", "GAUCHE": "left", "LT": "left",
    "RIGHT": "right", "RECHTS": "right", "DROITE": "right", "RT": "right",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_STEM = 5
"""Shorter terms stand for a whole word only: an arm is not an army."""


def _terms() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.split("\n"):
        region, *terms = line.split() or [""]
        for term in terms:
            found[term] = (*found.get(term, ()), region.replace("-", " "))
    return found


_REGIONS_OF: Final = _terms()
REGIONS: Final = tuple(dict.fromkeys(region for regions in _REGIONS_OF.values() for region in regions))
"""Every region, from the head down."""


def regions_of(body_parts: Iterable[str], description: str = "") -> tuple[str, ...]:
    """The regions that a study shows, from the head down: by its body parts, else by words of its description."""
    told = [re.sub(r"[\W_]+", "", _plain(part)) for part in body_parts]
    return _in_order(region for term in told for region in _by_term(term)) or _by_words(description)


@lru_cache(maxsize=10_000)
def _by_words(description: str) -> tuple[str, ...]:
    words = _WORD.findall(_plain(description))
    both = [first + second for first, second in pairwise(words)]
    return _in_order(region for word in (*words, *both) for region in _by_term(word))


def _by_term(word: str) -> Iterable[str]:
    for end in range(_SHORTEST_STEM, len(word)):
        yield from _REGIONS_OF.get(word[:end], ())
    yield from _REGIONS_OF.get(word, ())


def _in_order(regions: Iterable[str]) -> tuple[str, ...]:
    found = set(regions)
    return tuple(region for region in REGIONS if region in found)


def sides_of(description: str, lateralities: Iterable[str] = ()) -> frozenset[str]:
    """Left, right or both, as far as it is told: by Laterality (PS3.3 C.7.3.1), else by words."""
    told = {{"L": "left", "R": "right"}.get(one.strip().upper(), "") for one in lateralities} - {""}
    words = {_SIDES[word] for word in _WORD.findall(_plain(description)) if word in _SIDES}
    return frozenset(told or words)


def _plain(text: str) -> str:
    return normalise_name(text.replace("ß", "ss")).upper()
