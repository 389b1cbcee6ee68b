"""C-STORE as provider (PS3.4 annex B): fragments go straight from the receive buffer to the storage receiver."""

from sixfold.dimse.channel import Incoming
from sixfold.dimse.instances import receive_instance
from sixfold.dimse.message import StoreRequest
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import Response, StorageReceiver
from sixfold.dimse.status import Operation


class StorageProvider:
    """Stores the instances of one association through one receiver."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._receiver: StorageReceiver | None = None

    def handle(self, incoming: Incoming, request: StoreRequest) -> int:
        """Receive one instance, answer, and return the status of the answer."""
        response = self._receive(incoming, request)
        self._session.answer(incoming, response)
        return response.status

    def close(self) -> None:
        """Tell the receiver that the association is over."""
        if self._receiver is not None:
            self._receiver.close()

    def _receive(self, incoming: Incoming, request: StoreRequest) -> Response:
        session = self._session
        try:
            if self._receiver is None:
                self._receiver = session.services.storage(session.caller)
            return receive_instance(session.channel, incoming, request, self._receiver)
        except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
            response = session.failure(error, Operation.STORE)
            session.channel.drop_data_set()
            return response
