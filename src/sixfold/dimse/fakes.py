"""The fake of the port in `sixfold.dimse.services`: an archive in memory, for tests of both sides of the port."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sixfold.dimse.errors import AssociationRefused
from sixfold.dimse.message import FindRequest, GetRequest, MoveRequest, StoreRequest
from sixfold.dimse.services import (
    AssociationRequest,
    Caller,
    CommitFailure,
    Commitment,
    CommitResult,
    DataSetStream,
    FindMatch,
    Reference,
    Remote,
    Response,
    RetrievePlan,
    StorageReceiver,
    StoredInstance,
)
from sixfold.dimse.status import CLASS_INSTANCE_CONFLICT, NO_SUCH_INSTANCE


@dataclass(frozen=True, slots=True)
class FakeInstance:
    """An instance in memory; `encodings` maps transfer syntax to data set, its own first."""

    sop_class_uid: str
    sop_instance_uid: str
    encodings: dict[str, bytes]
    chunk: int = 1 << 16

    @property
    def transfer_syntaxes(self) -> tuple[str, ...]:
        """Its own transfer syntax and the others that it has."""
        return tuple(self.encodings)

    def open(self, transfer_syntax: str) -> DataSetStream:
        """Return the data set in chunks."""
        data = memoryview(self.encodings[transfer_syntax])
        chunks = (data[start : start + self.chunk] for start in range(0, len(data), self.chunk))
        return DataSetStream(len(data), chunks)


@dataclass(slots=True)
class FakeArchive:
    """Implements `Services`; what it did is in its public fields, what it is to do can be replaced in them."""

    stored: dict[str, FakeInstance] = field(default_factory=dict)
    requests: list[object] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    asked: list[AssociationRequest] = field(default_factory=list)
    ended: list[Caller] = field(default_factory=list)
    identifiers: list[tuple[bytes, str]] = field(default_factory=list)
    kept: list[Commitment] = field(default_factory=list)
    undelivered: list[tuple[Caller, CommitResult]] = field(default_factory=list)
    aborted: int = 0
    closed: int = 0
    echo_status: int = 0
    refused_titles: frozenset[str] = frozenset()
    destinations: dict[str, Remote] = field(default_factory=dict)
    plan: Sequence[StoredInstance] | None = None
    matches: Callable[[], Iterator[FindMatch]] = lambda: iter(())
    on_store: Callable[[str, str], Response | None] = lambda step, instance: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, request: AssociationRequest) -> object:
        """Refuse the refused titles; the principal is the calling title."""
        with self.lock:
            self.asked.append(request)
        if request.calling_ae in self.refused_titles:
            raise AssociationRefused(1, 1, 3)
        return request.calling_ae

    def released(self, caller: Caller) -> None:
        """Remember that the association ended."""
        with self.lock:
            self.ended.append(caller)

    def echo(self, caller: Caller) -> int:
        """Remember the caller."""
        self.callers.append(caller)
        return self.echo_status

    def storage(self, caller: Caller) -> StorageReceiver:
        """Return a receiver into `stored`."""
        self.callers.append(caller)
        return _FakeReceiver(self)

    def find(self, caller: Caller, request: FindRequest, identifier: bytes, transfer_syntax: str) -> Iterator[FindMatch]:
        """Return what `matches` returns."""
        self._remember(caller, request, identifier, transfer_syntax)
        return self.matches()

    def retrieve(
        self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
    ) -> RetrievePlan:
        """Return `plan`, else all that is stored."""
        self._remember(caller, request, identifier, transfer_syntax)
        return RetrievePlan(list(self.stored.values()) if self.plan is None else self.plan)

    def destination(self, caller: Caller, ae_title: str) -> Remote | None:
        """Return an entry of `destinations`."""
        return self.destinations.get(ae_title)

    def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
        """Keep the request in `kept` until its result was told or is in `undelivered`."""
        commitment = _FakeCommitment(self, caller, transaction_uid, references)
        with self.lock:
            self.kept.append(commitment)
        return commitment

    def verify(self, transaction_uid: str, references: list[Reference]) -> CommitResult:
        """Commit what is stored under the same SOP class."""
        committed, failed = [], []
        for sop_class, instance in references:
            held = self.stored.get(instance)
            if held is None:
                failed.append(CommitFailure(sop_class, instance, NO_SUCH_INSTANCE))
            elif held.sop_class_uid != sop_class:
                failed.append(CommitFailure(sop_class, instance, CLASS_INSTANCE_CONFLICT))
            else:
                committed.append((sop_class, instance))
        return CommitResult(transaction_uid, tuple(committed), tuple(failed))

    def _remember(self, caller: Caller, request: object, identifier: bytes, syntax: str) -> None:
        with self.lock:
            self.callers.append(caller)
            self.requests.append(request)
            self.identifiers.append((identifier, syntax))


@dataclass(frozen=True, slots=True, eq=False)
class _FakeCommitment:
    """A request that `FakeArchive.kept` holds."""

    archive: FakeArchive
    caller: Caller
    transaction_uid: str
    references: list[Reference]

    def verify(self) -> CommitResult:
        return self.archive.verify(self.transaction_uid, self.references)

    def told(self) -> None:
        with self.archive.lock:
            self.archive.kept.remove(self)

    def untold(self, result: CommitResult, problem: str) -> None:
        assert problem
        with self.archive.lock:
            self.archive.kept.remove(self)
            self.archive.undelivered.append((self.caller, result))


class _FakeReceiver:
    """Collects one instance at a time; `FakeArchive.on_store` may raise or answer at each step."""

    def __init__(self, archive: FakeArchive) -> None:
        self._archive = archive
        self._request: StoreRequest | None = None
        self._syntax = ""
        self._data = bytearray()

    def begin(self, request: StoreRequest, transfer_syntax: str) -> None:
        self._request, self._syntax = request, transfer_syntax
        self._data.clear()
        self._archive.on_store("begin", request.affected_sop_instance_uid)

    def write(self, fragment: memoryview) -> None:
        self._archive.on_store("write", self._instance())
        self._data += fragment

    def finish(self) -> Response:
        answer = self._archive.on_store("finish", self._instance())
        assert self._request is not None
        uid, sop_class = self._instance(), self._request.affected_sop_class_uid
        with self._archive.lock:
            self._archive.requests.append(self._request)
            self._archive.stored[uid] = FakeInstance(sop_class, uid, {self._syntax: bytes(self._data)})
        return answer or Response()

    def abort(self) -> None:
        with self._archive.lock:
            self._archive.aborted += 1

    def close(self) -> None:
        with self._archive.lock:
            self._archive.closed += 1

    def _instance(self) -> str:
        return self._request.affected_sop_instance_uid if self._request is not None else ""
