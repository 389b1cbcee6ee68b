"""Codes and names of facilities, service lines and groups; those of a new house."""

import re
from collections.abc import Iterable

from sixfold.governance.model import BadEntry
from sixfold.governance.model.places import Place

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST_NAME = 200
_MOST_CODES = 200

SERVICE_LINES = (
    Place("radiology", "Radiology"),
    Place("cardiology", "Cardiology"),
    Place("nuclear-medicine", "Nuclear medicine"),
    Place("radiotherapy", "Radiation oncology"),
    Place("pathology", "Pathology"),
    Place("ophthalmology", "Ophthalmology"),
    Place("dental", "Dental and maxillofacial"),
    Place("endoscopy", "Endoscopy"),
    Place("dermatology", "Dermatology and clinical photography"),
    Place("obstetrics", "Obstetrics"),
    Place("neurophysiology", "Neurophysiology"),
)
"""The service lines of a new house; any of them can be renamed or deleted."""


def check_code(code: str) -> str:
    """A code in lower case; raises `BadEntry`."""
    plain = code.strip().lower()
    if not _CODE.fullmatch(plain):
        raise BadEntry("a code is 1 to 64 of a-z, 0-9, '.', '_' and '-', and starts with a letter or a digit")
    return plain


def check_codes(codes: Iterable[str]) -> frozenset[str]:
    """Codes in lower case; raises `BadEntry`."""
    checked = frozenset(check_code(code) for code in codes)
    if len(checked) > _MOST_CODES:
        raise BadEntry(f"at most {_MOST_CODES} codes can be named at once")
    return checked


def check_place(code: str, name: str) -> Place:
    """A place with its fields in normal form, the code standing in for a name that is not given; raises `BadEntry`."""
    plain = " ".join(name.split())
    if len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise BadEntry(f"a name is at most {_LONGEST_NAME} printable characters")
    checked = check_code(code)
    return Place(checked, plain or checked)
