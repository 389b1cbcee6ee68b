"""The operations of one association, one after the other: each command goes to its service, each outcome is counted."""

import time

from sixfold.dimse.channel import Incoming
from sixfold.dimse.message import (
    CancelRequest,
    EchoRequest,
    FindRequest,
    GetRequest,
    MoveRequest,
    NActionRequest,
    NEventReportResponse,
    Request,
    StoreRequest,
)
from sixfold.dimse.scp.commitment import CommitmentProvider
from sixfold.dimse.scp.query import find
from sixfold.dimse.scp.retrieve import get, move
from sixfold.dimse.scp.session import Session
from sixfold.dimse.scp.storage import StorageProvider
from sixfold.dimse.services import Response
from sixfold.dimse.status import UNRECOGNIZED_OPERATION, Operation


class Operations:
    """Serves the commands of one association."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._storage = StorageProvider(session)
        self._commitment = CommitmentProvider(session)

    def serve_next(self) -> None:
        """Wait for a command and serve it; raise an `AssociationEnded` where none comes."""
        channel = self._session.channel
        incoming = channel.next_command()
        request = incoming.message
        if not isinstance(request, Request):
            self._serve_other(incoming)
            return
        started, before = time.perf_counter(), channel.bytes_received
        status = self._serve(incoming, request)
        metrics = self._session.hooks.metrics
        metrics.received(channel.bytes_received - before)
        name = type(request).__name__.removesuffix("Request")
        metrics.operation(name, status, time.perf_counter() - started)

    def close(self) -> None:
        """The association is over."""
        try:
            self._storage.close()
        finally:
            self._commitment.close()

    def _serve(self, incoming: Incoming, request: Request) -> int:
        match request:
            case StoreRequest():
                return self._storage.handle(incoming, request)
            case EchoRequest():
                return _echo(self._session, incoming)
            case FindRequest():
                return find(self._session, incoming, request)
            case MoveRequest():
                return move(self._session, incoming, request)
            case GetRequest():
                return get(self._session, incoming, request)
            case NActionRequest():
                return self._commitment.handle(incoming, request)
            case _:
                self._session.channel.drop_data_set()
                self._session.answer(incoming, Response(UNRECOGNIZED_OPERATION))
                return UNRECOGNIZED_OPERATION

    def _serve_other(self, incoming: Incoming) -> None:
        """Take a response, or a cancellation that came after its operation had ended."""
        self._session.channel.drop_data_set()
        message = incoming.message
        if isinstance(message, NEventReportResponse):
            self._commitment.answered(message)
        elif not isinstance(message, CancelRequest):
            self._session.hooks.log("dimse.unexpected_response", message=type(message).__name__)


def _echo(session: Session, incoming: Incoming) -> int:
    """C-ECHO as provider (PS3.4 annex A)."""
    session.channel.drop_data_set()
    try:
        response = Response(session.services.echo(session.caller))
    except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
        response = session.failure(error, Operation.NORMALIZED)
    session.answer(incoming, response)
    return response.status
