"""Emergency access, relations and restrictions as pure decisions."""

from datetime import UTC, datetime, timedelta

from sixfold.governance.model import BadEntry
from sixfold.governance.model.policy import Relation

EMERGENCY_LIFE = timedelta(hours=4)
"""How long a broken glass stays open."""
REVIEW_WITHIN = timedelta(hours=72)
_REASON = range(10, 1001)
_LONGEST_KEY = 400
_KINDS = ("person", "token", "ae")
TOLD = frozenset({Relation.ORDERING.value, Relation.READING.value, Relation.CARE_TEAM.value})
"""Relations that an order system or another part may tell of; emergency access is taken, not given."""


def check_reason(text: str) -> str:
    """A reason that says something; raises `BadEntry`."""
    plain = " ".join(text.split())
    if len(plain) not in _REASON or len(set(plain.lower())) < 4:
        raise BadEntry(f"say why, in {_REASON.start} to {_REASON.stop - 1} characters: it will be read")
    return plain


def check_relation(relation: str) -> str:
    """A relation that can be told; raises `BadEntry`."""
    if relation not in TOLD:
        raise BadEntry(f"a relation is one of {', '.join(sorted(TOLD))}")
    return relation


def check_actor(actor: str) -> str:
    """A principal as events name it, as `person:ada`; raises `BadEntry`."""
    kind, _, name = actor.partition(":")
    if kind not in _KINDS or not 1 <= len(name) <= 64:
        raise BadEntry("a principal is person:NAME, token:NAME or ae:TITLE")
    return actor


def check_patient(patient_key: str) -> str:
    """A patient's key; raises `BadEntry`."""
    if not 1 <= len(patient_key) <= _LONGEST_KEY or not patient_key.isprintable():
        raise BadEntry("name the patient by their key")
    return patient_key


def moment_of(text: str) -> datetime:
    """A moment as ISO 8601, UTC where it tells no zone; raises `BadEntry`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadEntry(f"'{text[:40]}' is not a moment as 2026-01-31T12:00:00Z") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def check_subject(patient_key: str, study_uid: str) -> None:
    """Exactly one of the two is given; raises `BadEntry`."""
    if bool(patient_key) == bool(study_uid) or max(len(patient_key), len(study_uid)) > _LONGEST_KEY:
        raise BadEntry("name either a patient's key or a Study Instance UID")
