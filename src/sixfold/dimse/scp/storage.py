"""C-STORE as provider (PS3.4 annex B): fragments go straight from the receive buffer to the storage receiver."""

from sixfold.dimse.channel import Incoming
from sixfold.dimse.message import StoreRequest, StoreResponse
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import Response, StorageReceiver
from sixfold.dimse.status import CANNOT_UNDERSTAND, Operation, comment


class StorageProvider:
    """Stores the instances of one association through one receiver."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._receiver: StorageReceiver | None = None

    def handle(self, incoming: Incoming, request: StoreRequest) -> int:
        """Receive one instance, answer, and return the status of the answer."""
        response = self._receive(incoming, request)
        answer = StoreResponse(
            responded_to=request.message_id,
            status=response.status,
            comment=comment(response.comment),
            affected_sop_class_uid=request.affected_sop_class_uid,
            affected_sop_instance_uid=request.affected_sop_instance_uid,
        )
        self._session.channel.send(incoming.context, answer)
        return response.status

    def close(self) -> None:
        """Tell the receiver that the association is over."""
        if self._receiver is not None:
            self._receiver.close()

    def _receive(self, incoming: Incoming, request: StoreRequest) -> Response:
        channel = self._session.channel
        if not request.has_data_set:
            return Response(CANNOT_UNDERSTAND, "no data set")
        begun = False
        try:
            receiver = self._receiver or self._session.services.storage(self._session.caller)
            self._receiver, begun = receiver, True
            receiver.begin(request, incoming.context.transfer_syntax)
            channel.stream_data_set(receiver.write)
            return receiver.finish()
        except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
            if begun:
                receiver.abort()
            response = self._session.failure(error, Operation.STORE)
            channel.drop_data_set()
            return response
