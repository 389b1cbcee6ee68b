"""Protocol data units of the DICOM upper layer (PS3.8 9.3): frozen values, and bytes in both directions.

P-DATA-TF is not a value here: its payload is streamed by `sixfold.dimse.association` and never held whole.
"""

from sixfold.dimse.pdu.decode import decode
from sixfold.dimse.pdu.encode import encode
from sixfold.dimse.pdu.model import (
    APPLICATION_CONTEXT,
    MAX_ASSOCIATE_LENGTH,
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ContextResult,
    ExtendedNegotiation,
    IdentityType,
    OfferedContext,
    Pdu,
    PduType,
    ReleaseRequest,
    ReleaseResponse,
    RoleSelection,
    UserIdentity,
    UserInformation,
)

__all__ = [
    "APPLICATION_CONTEXT",
    "MAX_ASSOCIATE_LENGTH",
    "Abort",
    "AssociateAccept",
    "AssociateReject",
    "AssociateRequest",
    "AsyncWindow",
    "CommonExtended",
    "ContextResult",
    "ExtendedNegotiation",
    "IdentityType",
    "OfferedContext",
    "Pdu",
    "PduType",
    "ReleaseRequest",
    "ReleaseResponse",
    "RoleSelection",
    "UserIdentity",
    "UserInformation",
    "decode",
    "encode",
]
