"""The archive behind the DICOM network: implements `sixfold.dimse.services.Services`."""

from collections.abc import Iterator

from sixfold.archive.dimse import find, retrieve
from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.store import Receiver
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.search import Catalogue, Scope
from sixfold.dimse.services import (
    AssociationRefused,
    AssociationRequest,
    Caller,
    Commitment,
    CommitResult,
    FindMatch,
    FindRequest,
    GetRequest,
    MoveRequest,
    Reference,
    Remote,
    RetrievePlan,
)
from sixfold.dimse.status import SUCCESS
from sixfold.governance.model import Action, Calling, NotAdmitted, Principal, Resource, Via
from sixfold.governance.model.standing import Hidden
from sixfold.governance.service import Governance


class ArchiveProvider:
    """Every call asks governance first, as the principal that the calling AE was admitted as."""

    def __init__(self, archive: Archive, governance: Governance, our_ae: str, remotes: Remotes) -> None:
        self._archive = archive
        self._governance = governance
        self._our_ae = our_ae
        self._remotes = remotes
        retrieval = make_retrieval(archive)
        self._catalogue = Catalogue(archive.database, retrieval.metadata.objects)
        self._transcoding = retrieval.transcoding

    def admit(self, request: AssociationRequest) -> object:
        """The principal of the calling AE; raises `AssociationRefused`."""
        calling = Calling(request.calling_ae, request.called_ae, request.host, request.certificate_sha256 or "")
        try:
            return self._governance.admit(calling, self._our_ae)
        except NotAdmitted as error:
            raise AssociationRefused(error.result, error.source, error.reason, str(error)) from error

    def released(self, caller: Caller) -> None:
        """Nothing is held for a caller between its operations."""

    def echo(self, caller: Caller) -> int:
        """PS3.4 A.4."""
        self._allow(caller, Action.ECHO, "C-ECHO", Resource("archive"))
        return SUCCESS

    def storage(self, caller: Caller) -> Receiver:
        """PS3.4 B."""
        principal = self._allow(caller, Action.STORE, "C-STORE", Resource("archive"))
        return Receiver(self._archive.intake, principal.actor, f"{caller.calling_ae}@{caller.host}")

    def find(self, caller: Caller, request: FindRequest, identifier: bytes, transfer_syntax: str) -> Iterator[FindMatch]:
        """PS3.4 C.4.1."""
        principal = self._allow(caller, Action.SEARCH, "C-FIND", Resource("archive"))
        scope = Scope(self._archive.sights.of(principal))
        return find.find(self._catalogue, scope, request, identifier, transfer_syntax, self._our_ae)

    def retrieve(
        self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
    ) -> RetrievePlan:
        """PS3.4 C.4.2 and C.4.3; what is closed to the caller is as if it were not here."""
        instances = retrieve.named(self._archive.reader, identifier, transfer_syntax)
        service = "C-MOVE" if isinstance(request, MoveRequest) else "C-GET"
        studies = list(dict.fromkeys(instance.study_uid for instance in instances))
        if not studies:
            self._allow(caller, Action.READ, service, Resource("archive"))
        opened = {study_uid for study_uid in studies if self._opens(caller, service, study_uid)}
        instances = [instance for instance in instances if instance.study_uid in opened]
        return RetrievePlan([retrieve.Sendable(instance, self._archive.reader, self._transcoding) for instance in instances])

    def destination(self, caller: Caller, ae_title: str) -> Remote | None:
        """Where a C-MOVE sends to, and a commitment result is told."""
        return self._remotes.find(ae_title)

    def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
        """PS3.4 J."""
        resource = Resource("archive", detail=f"{len(references)} references")
        principal = self._allow(caller, Action.STORE, "N-ACTION", resource)
        asked = CommitResult(transaction_uid, tuple(references))
        return self._archive.commitments.keep(asked, caller.calling_ae, caller.called_ae, by=principal)

    def _opens(self, caller: Caller, service: str, study_uid: str) -> bool:
        """Whether the caller may read a study; raises `Forbidden` when it may read none."""
        try:
            self._allow(caller, Action.READ, service, Resource("study", study_uid=study_uid))
        except Hidden:
            return False
        return True

    def _allow(self, caller: Caller, action: Action, service: str, resource: Resource) -> Principal:
        principal = caller.principal
        assert isinstance(principal, Principal)
        self._governance.allow(principal, action, resource, Via(service, caller.host))
        return principal
