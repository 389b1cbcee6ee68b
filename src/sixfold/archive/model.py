"""What the archive speaks of: frozen values, outcomes, errors.

ArchiveError trees under sixfold.kernel.errors:
├── Refused(InvalidInput)        an object that cannot be kept as it came, with its DICOM failure reason
├── Truncated(InvalidInput)      the transfer ended before the object did
├── StorageFull(Unavailable)     no space; nothing of the object was kept
└── TooManyWaiting(Unavailable)  an AE has too many commitment results waiting for it
"""

from enum import StrEnum

import msgspec

from sixfold.kernel.errors import InvalidInput, Unavailable
from sixfold.kernel.kinds import EventKind

PART = "archive"


class Refused(InvalidInput):
    """An object that cannot be kept; `reason` is the Failure Reason (0008,1197) of PS3.18 table I.2-2."""

    def __init__(self, message: str, reason: int = 0xC000) -> None:
        super().__init__(message)
        self.reason = reason


class StorageFull(Unavailable):
    """The landing could not take the bytes; nothing of the object was kept, and the sender should try again."""


class TooManyWaiting(Unavailable):
    """An AE that cannot be told what it asked for has asked so often that no further request is accepted for now."""


class PatientIdentity(msgspec.Struct, frozen=True):
    """A patient's identity: the ID together with who issued it, never the ID alone."""

    patient_id: str
    issuer: str

    def key(self, study_uid: str) -> str:
        """The unique key; an object without a patient ID makes a patient of its own study."""
        return f"{self.issuer}|{self.patient_id}" if self.patient_id else f"|study:{study_uid}"


class PatientRecord(msgspec.Struct, frozen=True):
    """Patient level attributes as they stand in the first object of the patient."""

    identity: PatientIdentity
    name: str
    birth_date: str
    sex: str
    attributes: bytes
    """DICOM JSON object of the patient level."""


class StudyRecord(msgspec.Struct, frozen=True):
    """Study level attributes as they stand in the first object of the study."""

    study_uid: str
    study_date: str
    study_time: str
    accession: str
    study_id: str
    description: str
    referring: str
    institution: str
    attributes: bytes
    """DICOM JSON object of the study level."""


class SeriesRecord(msgspec.Struct, frozen=True):
    """Series level attributes as they stand in the first object of the series."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    attributes: bytes
    """DICOM JSON object of the series level."""


class InstanceRecord(msgspec.Struct, frozen=True):
    """Instance level attributes that are indexed."""

    sop_uid: str
    sop_class: str
    number: int | None
    rows: int | None
    columns: int | None
    bits: int | None
    frames: int | None


class Described(msgspec.Struct, frozen=True):
    """What the index tags of one object say, at each level; the level records are made only when they are new."""

    identity: PatientIdentity
    study_uid: str
    series_uid: str
    instance: InstanceRecord


class Place(msgspec.Struct, frozen=True):
    """Where a Part 10 file stands: a byte range of a container; `data_offset` and `pixel_offset` count from its start.

    `pixel_offset` is the offset of the pixel data element (PS3.5 8), or of the end when there is none.
    """

    container: int
    offset: int
    length: int
    data_offset: int
    pixel_offset: int


class Provenance(msgspec.Struct, frozen=True):
    """Whence and how an object came."""

    edge: str
    """By which edge: `dimse`, `stow` or `demo`."""
    actor: str
    source: str
    """AE title and address, or the address of the web client."""
    received_at: str


class Verdict(StrEnum):
    """What became of an object that was sent."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same object with the same bytes was here already: nothing changed."""
    QUARANTINED = "quarantined"
    """It contradicts what is here: kept aside with its reason until someone decides."""


class Outcome(msgspec.Struct, frozen=True):
    """The answer to one object."""

    verdict: Verdict
    sop_class: str
    sop_uid: str
    study_uid: str
    series_uid: str
    reason: str = ""
    hidden: bool = False
    """A duplicate of what is here and rejected: nothing shows it until it is restored."""


class Located(msgspec.Struct, frozen=True):
    """One visible instance and where its bytes are."""

    instance_id: int
    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    number: int | None
    frames: int | None
    transfer_syntax: str
    digest: bytes
    place: Place
    pack: int | None
    """The pack that holds its sealed metadata and frame table, or None while the instance is in the landing."""


_STUDY, _SERIES = "Study Instance UID", "Series Instance UID"
_SOURCE = "AE title and address of the sender, or the address of the web client"
_DECISION = {"study_uid": _STUDY, "instances": "SOP Instance UIDs that changed", "reason": "the reason that was given"}

INSTANCES_STORED = EventKind(
    PART,
    "instances.stored",
    "instances of one series were received; those that were here already are not told of",
    _STUDY,
    {"study_uid": _STUDY, "series_uid": _SERIES, "instances": "SOP Instance UIDs", "source": _SOURCE},
)
INSTANCE_QUARANTINED = EventKind(
    PART,
    "instance.quarantined",
    "an object contradicts what is here, and was kept aside",
    _STUDY,
    {"sop_uid": "SOP Instance UID", "reason": "what it contradicts", "source": _SOURCE},
)
INSTANCES_REJECTED = EventKind(PART, "instances.rejected", "instances were hidden", _STUDY, _DECISION)
INSTANCES_RESTORED = EventKind(PART, "instances.restored", "hidden instances were shown again", _STUDY, _DECISION)
SERIES_STABLE = EventKind(
    PART,
    "series.stable",
    "nothing of a series arrived for a while, and it was sealed",
    _STUDY,
    {"study_uid": _STUDY, "series_uid": _SERIES, "instances": "how many were sealed", "key": "the sealed object's key"},
)
STUDY_STABLE = EventKind(PART, "study.stable", "every series of a study is sealed", _STUDY, {"study_uid": _STUDY})
STUDY_SORTED = EventKind(
    PART,
    "study.sorted",
    "a study belongs elsewhere, since the sorting rules changed",
    _STUDY,
    {"study_uid": _STUDY, "facility": "its facility", "service_line": "its service line", "sensitivity": "its sensitivity"},
)

_TRANSACTION = "Transaction UID"
_REQUESTOR = {"ae_title": "AE title of the requestor", "asked": "how many instances it asked for"}
_TOLD = {
    **_REQUESTOR,
    "failed": "how many of them are not committed, null when that was never found out",
    "attempts": "how many attempts to tell the result were in vain",
}

COMMITMENT_KEPT = EventKind(
    PART,
    "commitment.kept",
    "a request for Storage Commitment was accepted; it is kept until its result is told",
    _TRANSACTION,
    _REQUESTOR,
)
COMMITMENT_DELIVERED = EventKind(
    PART, "commitment.delivered", "the requestor acknowledged the result of its request", _TRANSACTION, _TOLD
)
COMMITMENT_GIVEN_UP = EventKind(
    PART,
    "commitment.given_up",
    "a result could not be told for days, and is not tried any more",
    _TRANSACTION,
    {**_TOLD, "error": "what came of the last attempt"},
)
