"""The SOP classes that we provide beside storage, as data: what is negotiated and what the conformance statement lists."""

from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse import uids
from sixfold.dimse.message import QueryOptions
from sixfold.dimse.negotiation import Support

_QUERY = Support(options=QueryOptions(relational=True, date_time=True, fuzzy=True, timezone=True))
_RETRIEVE = Support(options=QueryOptions(relational=True))

SOP_CLASSES: dict[str, Support] = {
    VERIFICATION: Support(),
    uids.PATIENT_ROOT_FIND: _QUERY,
    uids.STUDY_ROOT_FIND: _QUERY,
    uids.PATIENT_ROOT_MOVE: _RETRIEVE,
    uids.STUDY_ROOT_MOVE: _RETRIEVE,
    uids.PATIENT_ROOT_GET: _RETRIEVE,
    uids.STUDY_ROOT_GET: _RETRIEVE,
    uids.STORAGE_COMMITMENT: Support(),
}
"""SOP Class UID to how it is supported (PS3.4 annexes A, C and J)."""
