"""The port to what stands behind the DICOM network: the archive implements it, the tests implement it with fakes.

Each call comes on the thread of its association, so an implementation may block; different associations call at the same
time. A service reports failure by an error of Sixfold's tree, which `sixfold.dimse.status` turns into a DIMSE status, or names
a status itself with `DimseFailure`.
"""

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sixfold.dimse.errors import AssociationRefused, DimseFailure
from sixfold.dimse.message import FindRequest, GetRequest, MoveRequest, QueryOptions, StoreRequest
from sixfold.dimse.pdu import UserIdentity
from sixfold.dimse.status import PENDING, SUCCESS

__all__ = [
    "AssociationRefused",
    "AssociationRequest",
    "Caller",
    "CommitFailure",
    "CommitResult",
    "Commitment",
    "DataSetStream",
    "DimseFailure",
    "FindMatch",
    "FindRequest",
    "GetRequest",
    "MoveRequest",
    "QueryOptions",
    "Reference",
    "Remote",
    "Response",
    "RetrievePlan",
    "Services",
    "StorageReceiver",
    "StoreRequest",
    "StoredInstance",
    "UserIdentity",
]

Reference = tuple[str, str]
"""SOP Class UID and SOP Instance UID."""


@dataclass(frozen=True, slots=True)
class AssociationRequest:
    """Who asks for an association; the titles are as the caller sent them."""

    calling_ae: str
    called_ae: str
    host: str
    port: int
    identity: UserIdentity | None = None
    certificate_sha256: str | None = None
    abstract_syntaxes: tuple[str, ...] = ()
    implementation_class_uid: str = ""
    implementation_version: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """The other side of an admitted association; `principal` is what `Services.admit` returned."""

    calling_ae: str
    called_ae: str
    host: str
    port: int
    identity: UserIdentity | None
    certificate_sha256: str | None
    principal: object


@dataclass(frozen=True, slots=True)
class Response:
    """The outcome of an operation: a DIMSE status and a comment of at most 64 characters."""

    status: int = SUCCESS
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FindMatch:
    """One match, encoded in the presentation context's transfer syntax; status FF00 or FF01 (PS3.4 C.4.1.1.4)."""

    identifier: bytes
    status: int = PENDING


@dataclass(frozen=True, slots=True)
class DataSetStream:
    """An encoded data set without file meta; `length` in bytes where it is known before the end.

    A chunk must keep its bytes after the next one was asked for: several are sent in one write.
    """

    length: int | None
    chunks: Iterator[bytes | memoryview]


class StoredInstance(Protocol):
    """One instance that can be sent; properties are cheap, `open` may read from disk or transcode."""

    @property
    def sop_class_uid(self) -> str:
        """SOP Class UID."""

    @property
    def sop_instance_uid(self) -> str:
        """SOP Instance UID."""

    @property
    def transfer_syntaxes(self) -> tuple[str, ...]:
        """Its own transfer syntax first, then those it can be transcoded to, best first."""

    def open(self, transfer_syntax: str) -> DataSetStream:
        """Return the data set in one of its transfer syntaxes."""


@dataclass(frozen=True, slots=True)
class RetrievePlan:
    """The instances that a C-GET or C-MOVE is to send."""

    instances: Sequence[StoredInstance]


@dataclass(frozen=True, slots=True)
class Remote:
    """Another application entity that we may call; `tls` is a client context or None for plain TCP."""

    ae_title: str
    host: str
    port: int
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class CommitFailure:
    """A reference that is not committed, with a reason of PS3.3 C.14.1.1 (0112, 0119, 0110, 0122, 0213)."""

    sop_class_uid: str
    sop_instance_uid: str
    reason: int


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The outcome of a storage commitment request (PS3.4 J.3.3)."""

    transaction_uid: str
    committed: tuple[Reference, ...] = ()
    failed: tuple[CommitFailure, ...] = field(default=())


class StorageReceiver(Protocol):
    """Takes the instances of one association, one after the other."""

    def begin(self, request: StoreRequest, transfer_syntax: str) -> None:
        """Prepare for one instance."""

    def write(self, fragment: memoryview) -> None:
        """Take the next bytes of its data set; the fragment is valid only during the call."""

    def finish(self) -> Response:
        """Make it durable and visible; called after the last fragment, may block."""

    def abort(self) -> None:
        """Forget it without a trace: the peer vanished, or `begin`, `write` or `finish` raised."""

    def close(self) -> None:
        """The association is over; called once, also after `abort`."""


class Commitment(Protocol):
    """One accepted commitment request. It is kept until its result was told: what a process leaves undone another does."""

    def verify(self) -> CommitResult:
        """Verify that the references are stored safely; takes as long as reading them does."""

    def told(self) -> None:
        """The requestor has acknowledged the result: nothing is left to do."""

    def untold(self, result: CommitResult, problem: str) -> None:
        """The result could not be told: whoever keeps it tries again later."""


class Services(Protocol):
    """What the DICOM network asks of the house."""

    def admit(self, request: AssociationRequest) -> object:
        """Return the principal of a caller that may associate; raise `AssociationRefused` for one that may not."""

    def released(self, caller: Caller) -> None:
        """The association ended, by release or otherwise."""

    def echo(self, caller: Caller) -> int:
        """Return the status of a C-ECHO."""

    def storage(self, caller: Caller) -> StorageReceiver:
        """Return the receiver of one association, asked for at its first C-STORE."""

    def find(self, caller: Caller, request: FindRequest, identifier: bytes, transfer_syntax: str) -> Iterator[FindMatch]:
        """Return the matches of a query; a generator is closed where the peer cancels or vanishes."""

    def retrieve(
        self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
    ) -> RetrievePlan:
        """Return what a C-GET or C-MOVE is to send."""

    def destination(self, caller: Caller, ae_title: str) -> Remote | None:
        """Return where an AE title is reached, None where it is unknown (A801)."""

    def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
        """Keep a commitment request, durably: the N-ACTION is answered with success only after this returns."""
