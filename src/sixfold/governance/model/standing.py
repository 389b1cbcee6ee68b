"""How studies, patients and principals stand to each other, and the doors that open and close them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sixfold.governance.model.access import PART, Principal
from sixfold.governance.model.policy import Circumstances, Verdict
from sixfold.kernel.errors import NotFound
from sixfold.kernel.kinds import EventKind


class StudyStanding(msgspec.Struct, frozen=True):
    """Where a study stands: the number of its `Traits`, and whose it is."""

    traits: int
    patient_key: str


class StudyAttributes(msgspec.Struct, frozen=True):
    """What scorecards ask of a study: its date and time (DA, TM), its order, whose it is, and the number of its `Traits`."""

    study_date: str
    study_time: str
    accession: str
    patient_id: str
    issuer: str
    patient_key: str
    traits: int


class Directory(Protocol):
    """What governance asks of the archive, which lies above it."""

    def study(self, study_uid: str) -> StudyStanding | None:
        """The standing of a study; None when there is none of that UID."""

    def attributes(self, study_uid: str) -> StudyAttributes | None:
        """What scorecards ask of a study; None when there is none of that UID."""

    def close(self, transaction: object, patient_key: str, *, restricted: bool) -> int:
        """Close or open every study of a patient within the transaction; returns how many there are."""


class Ties(msgspec.Struct, frozen=True):
    """A principal's relations in force, by patient and by study."""

    patients: Mapping[str, frozenset[str]] = {}
    studies: Mapping[str, frozenset[str]] = {}

    def to(self, study_uid: str, patient_key: str) -> frozenset[str]:
        """Every relation to a study, whether to itself or to its patient."""
        return self.patients.get(patient_key, _NONE) | self.studies.get(study_uid, _NONE)

    def __bool__(self) -> bool:
        return bool(self.patients or self.studies)


_NONE: frozenset[str] = frozenset()


class Judged(msgspec.Struct, frozen=True, cache_hash=True):
    """A decision with all that it was taken by, as the audit keeps it."""

    principal: Principal
    circumstances: Circumstances
    verdict: Verdict
    version: str
    """The version of the policies."""
    patient_key: str = ""
    """Whose study it was, where it was one."""


@dataclass(frozen=True, slots=True)
class RelationRecord:
    """Somebody's relation to a patient or to one study; `until` is a moment, None for without end."""

    principal: str
    relation: str
    patient_key: str = ""
    study_uid: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """A patient's closed record."""

    patient_key: str
    reason: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """A broken glass: who opened whose record, why, until when, and what the review said."""

    key: str
    principal: str
    patient_key: str
    reason: str
    at: str
    until: str
    review_due: str
    reviewed_at: str | None = None
    reviewed_by: str | None = None
    justified: bool | None = None
    comment: str = ""


class Hidden(NotFound):
    """There is no such study, or it is not for this principal: which of the two is not told."""


_PATIENT = "the patient's key"
_RELATION = {
    "principal": "who, as events name actors",
    "relation": "`ordering`, `reading` or `care-team`",
    "until": "until when, null for without end",
}
RELATION_PUT = EventKind(
    PART, "relation.put", "somebody was said to order, read or care", "the patient's key or Study Instance UID", _RELATION
)
RELATION_REMOVED = EventKind(
    PART, "relation.removed", "a relation was ended", "the patient's key or Study Instance UID", _RELATION
)
PATIENT_RESTRICTED = EventKind(
    PART,
    "patient.restricted",
    "a patient's record was closed",
    _PATIENT,
    {"reason": "why", "studies": "how many studies it had"},
)
PATIENT_OPENED = EventKind(
    PART, "patient.opened", "a closed record was opened", _PATIENT, {"reason": "why", "studies": "how many studies it had"}
)
GLASS_BROKEN = EventKind(
    PART,
    "glass.broken",
    "somebody took emergency access",
    _PATIENT,
    {"key": "its key", "reason": "why", "until": "until when", "review_due": "until when it has to be reviewed"},
)
GLASS_ENDED = EventKind(PART, "glass.ended", "emergency access was given back before its time", _PATIENT, {"key": "its key"})
GLASS_REVIEWED = EventKind(
    PART,
    "glass.reviewed",
    "emergency access was reviewed",
    _PATIENT,
    {"key": "its key", "principal": "who had it", "justified": "whether it was", "comment": "what the reviewer said"},
)
