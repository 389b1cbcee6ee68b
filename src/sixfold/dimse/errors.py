"""The errors of the DICOM network.

SixfoldError
├── InvalidInput
│   ├── PduError              bytes that PS3.8 9.3 does not allow; the association is aborted
│   └── CommandError          a command set that PS3.7 does not allow; the association is aborted
├── DimseFailure              a service names the status itself (PS3.7 annex C)
└── Unavailable
    ├── AssociationRefused    A-ASSOCIATE-RJ, given or received
    └── AssociationEnded      no association any more
        ├── AssociationReleased   the peer released it in order
        ├── AssociationAborted    one side aborted it
        └── ConnectionLost        the transport ended or a timer expired
"""

from sixfold.kernel.errors import InvalidInput, SixfoldError, Unavailable


class PduError(InvalidInput):
    """The peer sent bytes that are no valid PDU; `reason` is the provider's abort reason of PS3.8 9.3.8."""

    def __init__(self, message: str, reason: int = 6) -> None:
        super().__init__(message)
        self.reason = reason


class CommandError(InvalidInput):
    """The peer sent a command set or a fragment that is out of step with PS3.7."""


class DimseFailure(SixfoldError):
    """A service ends an operation with a status of its own choice and a comment of at most 64 characters."""

    def __init__(self, status: int, comment: str = "") -> None:
        super().__init__(f"{status:04X} {comment}".strip())
        self.status = status
        self.comment = comment


class AssociationRefused(Unavailable):
    """An association was rejected, by us or by the peer, with the codes of PS3.8 table 9-21."""

    def __init__(self, result: int = 1, source: int = 1, reason: int = 1, message: str = "") -> None:
        super().__init__(message or f"association rejected: result {result}, source {source}, reason {reason}")
        self.result = result
        self.source = source
        self.reason = reason


class AssociationEnded(Unavailable):
    """The association is over; nothing more can be sent or received on it."""


class AssociationReleased(AssociationEnded):
    """The peer released the association in order (PS3.8 7.2)."""


class AssociationAborted(AssociationEnded):
    """One side aborted the association (PS3.8 7.3 and 7.4)."""

    def __init__(self, source: int, reason: int, message: str = "") -> None:
        super().__init__(message or f"association aborted: source {source}, reason {reason}")
        self.source = source
        self.reason = reason


class ConnectionLost(AssociationEnded):
    """The transport connection ended or a timer expired without release or abort."""
