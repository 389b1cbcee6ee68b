"""What an event of the feed tells the scorecards."""

from collections.abc import Callable
from typing import Any

from sixfold.governance.model import PART, Action
from sixfold.governance.model.policy import Purpose, Relation
from sixfold.governance.model.scorecards import (
    ANOTHER_PATIENT,
    Arrived,
    Asked,
    Broken,
    Fact,
    Misfiled,
    Outcome,
    Reviewed,
    Sealed,
    Sorted,
    Told,
)

_PHYSICIANS = frozenset({"physician", "radiologist"})
_BAR = "|"


def fact_of(event: Told) -> Fact | None:
    """The fact in an event; None for those that no measure counts, and for one that lacks what it should tell."""
    read = _READERS.get((event.part, event.kind))
    return read(event) if read is not None else None


def _arrived(event: Told) -> Fact | None:
    return Arrived(event.subject, event.at) if event.subject else None


def _sealed(event: Told) -> Fact | None:
    return Sealed(event.subject, event.at) if event.subject else None


def _sorted(event: Told) -> Fact | None:
    return Sorted(event.subject) if event.subject else None


def _misfiled(event: Told) -> Fact | None:
    sop_uid = _text(event.payload, "sop_uid")
    if not sop_uid or event.payload.get("reason") != ANOTHER_PATIENT:
        return None
    return Misfiled(event.subject, sop_uid, event.at)


def _allowed(event: Told) -> Fact | None:
    action = event.payload.get("action")
    if action == Action.SEARCH:
        return _asked(event, Outcome.SEARCHED)
    if action != Action.READ:
        return None
    emergency = event.payload.get("purpose") == Purpose.EMERGENCY or Relation.EMERGENCY in _names(event.payload, "relations")
    return _asked(event, Outcome.EMERGENCY if emergency else Outcome.READ)


def _denied(event: Told) -> Fact | None:
    if event.payload.get("action") not in (Action.READ, Action.SEARCH):
        return None
    return _asked(event, Outcome.FORBIDDEN if event.payload.get("policies") else Outcome.UNEXPLAINED)


def _asked(event: Told, outcome: Outcome) -> Fact | None:
    study_uid = _text(event.payload, "study_uid")
    at = _text(event.payload, "first") or event.at
    return Asked(study_uid, event.actor, at[:10], outcome, lines_of(event.actor, event.payload), at) if study_uid else None


def lines_of(actor: str, payload: dict[str, Any]) -> str:
    """The service lines of who asked, as `Asked.lines` keeps them: only persons are somebody of another line."""
    who = payload.get("who")
    if not actor.startswith("person:") or not isinstance(who, dict):
        return ""
    lines = sorted({line for line in _names(who, "service_lines") if line and _BAR not in line})
    if lines:
        return _BAR + _BAR.join(lines) + _BAR
    return _BAR if _PHYSICIANS & _names(who, "roles") else ""


def _broken(event: Told) -> Fact | None:
    key, due = _text(event.payload, "key"), _text(event.payload, "review_due")
    return Broken(key, event.subject, event.at, due) if key and due else None


def _reviewed(event: Told) -> Fact | None:
    key = _text(event.payload, "key")
    return Reviewed(key, event.at) if key else None


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _names(payload: dict[str, Any], name: str) -> frozenset[str]:
    values = payload.get(name)
    return frozenset(value for value in values if isinstance(value, str)) if isinstance(values, list) else frozenset()


_READERS: dict[tuple[str, str], Callable[[Told], Fact | None]] = {
    ("archive", "instances.stored"): _arrived,
    ("archive", "study.stable"): _sealed,
    ("archive", "study.sorted"): _sorted,
    ("archive", "instance.quarantined"): _misfiled,
    (PART, "access.allowed"): _allowed,
    (PART, "access.denied"): _denied,
    (PART, "glass.broken"): _broken,
    (PART, "glass.reviewed"): _reviewed,
}
HEARD = frozenset(_READERS)
"""Part and kind of each event that is counted; the archive lies above, so that its kinds are named here by their text."""
