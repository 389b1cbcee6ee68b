"""The accounting of disclosures: who saw what of a patient, as 45 CFR 164.528 and EHDS article 9 ask, from the audit."""

import csv
import io
from collections.abc import Iterable

from sixfold.governance.model.audit import Disclosure
from sixfold.kernel.kinds import Event

DISCLOSING = frozenset({"read"})
"""Actions by which somebody comes to see a patient's images and documents."""

_COLUMNS = Disclosure.__dataclass_fields__
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def disclosures(found: Iterable[Event]) -> list[Disclosure]:
    """The disclosures among events, in their order."""
    return [_disclosure(event) for event in found if is_disclosure(event)]


def is_disclosure(event: Event) -> bool:
    """Whether somebody saw data."""
    return event.kind == "access.allowed" and event.payload.get("action") in DISCLOSING


def _disclosure(event: Event) -> Disclosure:
    said = event.payload
    who = said.get("who") or {}
    belongs = [*who.get("service_lines", ()), *who.get("facilities", ())]
    return Disclosure(
        seq=event.seq,
        at=str(said.get("first") or event.at),
        recipient=event.actor,
        belongs_to=", ".join(belongs or who.get("roles", ())),
        address=str(said.get("address", "")),
        what=str(said.get("resource", "")),
        study_uid=str(said.get("study_uid", "")),
        detail=str(said.get("detail", "")),
        purpose=str(said.get("purpose") or "TREAT"),
        basis=", ".join(map(str, said.get("policies", ()))),
        times=int(said.get("count", 1)),
    )


def as_csv(told: Iterable[Disclosure]) -> str:
    """A table for spreadsheets (RFC 4180); what such a program would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([_safe(getattr(one, name)) for name in _COLUMNS] for one in told)
    return text.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
