"""The SOP classes that we provide beside storage, as data: what is negotiated and what the conformance statement lists."""

from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse.message import QueryOptions
from sixfold.dimse.negotiation import Support

PATIENT_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.1.1"
PATIENT_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.1.2"
PATIENT_ROOT_GET = "1.2.840.10008.5.1.4.1.2.1.3"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.3"
STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
STORAGE_COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"
"""The well-known SOP instance of the Storage Commitment Push Model (PS3.4 J.3.5)."""

_QUERY = Support(options=QueryOptions(relational=True, date_time=True, fuzzy=True, timezone=True))
_RETRIEVE = Support(options=QueryOptions(relational=True))

SOP_CLASSES: dict[str, Support] = {
    VERIFICATION: Support(),
    PATIENT_ROOT_FIND: _QUERY,
    STUDY_ROOT_FIND: _QUERY,
    PATIENT_ROOT_MOVE: _RETRIEVE,
    STUDY_ROOT_MOVE: _RETRIEVE,
    PATIENT_ROOT_GET: _RETRIEVE,
    STUDY_ROOT_GET: _RETRIEVE,
    STORAGE_COMMITMENT: Support(),
}
"""SOP Class UID to how it is supported (PS3.4 annexes A, C and J)."""
