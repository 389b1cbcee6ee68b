"""Several AEs behind one port: whatever stands behind the network is chosen by the title that is called."""

from collections.abc import Iterator, Mapping

from sixfold.dimse.message import FindRequest, GetRequest, MoveRequest
from sixfold.dimse.services import (
    AssociationRequest,
    Caller,
    Commitment,
    FindMatch,
    Reference,
    Remote,
    RetrievePlan,
    Services,
    StorageReceiver,
)


class ByTitle:
    """Implements `Services` by those of each title; the server lets no other title in."""

    def __init__(self, services: Mapping[str, Services]) -> None:
        self._services = services

    def admit(self, request: AssociationRequest) -> object:
        """Ask the services of the called title."""
        return self._services[request.called_ae].admit(request)

    def released(self, caller: Caller) -> None:
        """Tell the services of the called title."""
        self._of(caller).released(caller)

    def echo(self, caller: Caller) -> int:
        """Ask the services of the called title."""
        return self._of(caller).echo(caller)

    def storage(self, caller: Caller) -> StorageReceiver:
        """Ask the services of the called title."""
        return self._of(caller).storage(caller)

    def find(self, caller: Caller, request: FindRequest, identifier: bytes, transfer_syntax: str) -> Iterator[FindMatch]:
        """Ask the services of the called title."""
        return self._of(caller).find(caller, request, identifier, transfer_syntax)

    def retrieve(
        self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
    ) -> RetrievePlan:
        """Ask the services of the called title."""
        return self._of(caller).retrieve(caller, request, identifier, transfer_syntax)

    def destination(self, caller: Caller, ae_title: str) -> Remote | None:
        """Ask the services of the called title."""
        return self._of(caller).destination(caller, ae_title)

    def commitment(self, caller: Caller, transaction_uid: str, references: list[Reference]) -> Commitment:
        """Ask the services of the called title."""
        return self._of(caller).commitment(caller, transaction_uid, references)

    def _of(self, caller: Caller) -> Services:
        return self._services[caller.called_ae]
