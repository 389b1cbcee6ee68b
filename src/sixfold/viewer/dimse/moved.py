"""The AE that others move studies to when they are looked at here (PS3.4 C.4.2): what nobody asked for is refused."""

from collections.abc import Iterator

from sixfold.archive.dimse.store import Receiver
from sixfold.archive.service.intake import Intake
from sixfold.dimse.services import (
    AssociationRefused,
    AssociationRequest,
    Caller,
    Commitment,
    DimseFailure,
    FindMatch,
    FindRequest,
    GetRequest,
    MoveRequest,
    Reference,
    Remote,
    Response,
    RetrievePlan,
)
from sixfold.dimse.status import SUCCESS
from sixfold.governance import Governance
from sixfold.governance.model import Action, Calling, NotAdmitted, Principal, Resource, Via
from sixfold.viewer.service.copies import Copies

_NOT_HERE = 0x0122  # Refused: SOP class not supported (PS3.7 annex C)
_NOT_ASKED_FOR = 0xC000


class MovedProvider:
    """Takes instances of the studies that are being copied, from AEs that governance admits, and does nothing else."""

    def __init__(self, copies: Copies, governance: Governance, our_ae: str) -> None:
        self._copies = copies
        self._governance = governance
        self._our_ae = our_ae

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
        self._allow(caller, Action.ECHO, "C-ECHO")
        return SUCCESS

    def storage(self, caller: Caller) -> "_MovedReceiver":
        """PS3.4 B."""
        principal = self._allow(caller, Action.STORE, "C-STORE")
        return _MovedReceiver(self._copies, self._copies.intake(), principal.actor, f"{caller.calling_ae}@{caller.host}")

    def find(self, caller: Caller, request: FindRequest, identifier: bytes, transfer_syntax: str) -> Iterator[FindMatch]:
        """Copies are not searched."""
        raise DimseFailure(_NOT_HERE, "ask the archive")

    def retrieve(
        self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
    ) -> RetrievePlan:
        """Copies are not given away."""
        raise DimseFailure(_NOT_HERE, "ask the archive")

    def destination(self, caller: Caller, ae_title: str) -> Remote | None:
        """There is none."""
        return None

    def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
        """Copies are not promised."""
        raise DimseFailure(_NOT_HERE, "ask the archive")

    def _allow(self, caller: Caller, action: Action, service: str) -> Principal:
        principal = caller.principal
        assert isinstance(principal, Principal)
        self._governance.allow(principal, action, Resource("archive"), Via(service, caller.host))
        return principal


class _MovedReceiver(Receiver):
    """The storage side of one association, with an intake of its own: what is dropped meanwhile is remembered nowhere."""

    def __init__(self, copies: Copies, intake: Intake, actor: str, source: str) -> None:
        super().__init__(intake, actor, source)
        self._copies = copies

    def settled(self, study_uid: str) -> Response | None:
        """Refuse, and forget, what belongs to a study that nobody waits for."""
        if self._copies.is_filling(study_uid):
            return None
        self._copies.drop(study_uid)
        return Response(_NOT_ASKED_FOR, "nobody here asked for this study")

    def close(self) -> None:
        """The association ended."""
        super().close()
        self._intake.close()
