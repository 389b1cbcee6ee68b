"""C-FIND as provider (PS3.4 C.4.1): matches are sent as they come, many in one write."""

import time
from collections.abc import Iterator
from contextlib import closing

import msgspec

from sixfold.dimse.channel import Incoming
from sixfold.dimse.message import FindRequest, FindResponse
from sixfold.dimse.pdata import Buffer
from sixfold.dimse.scp.cancel import CancelWatch
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import FindMatch, Response
from sixfold.dimse.status import CANCELLED, CANNOT_UNDERSTAND, SUCCESS, Operation

_FLUSH_SIZE = 1 << 16
_FLUSH_SECONDS = 0.02


def find(session: Session, incoming: Incoming, request: FindRequest) -> int:
    """Answer one query and return its final status."""
    batch = _Batch(session, incoming, request)
    try:
        response = _matches(session, incoming, request, batch)
    except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
        response = session.failure(error, Operation.FIND)
        session.channel.drop_data_set()
    batch.flush()
    session.answer(incoming, response)
    return response.status


def _matches(session: Session, incoming: Incoming, request: FindRequest, batch: "_Batch") -> Response:
    if not request.has_data_set:
        return Response(CANNOT_UNDERSTAND, "no identifier")
    context = incoming.context
    identifier = session.channel.read_data_set(session.settings.max_identifier)
    asked = msgspec.structs.replace(request, options=context.options)
    watch = CancelWatch(session.channel, request.message_id)
    matches = session.services.find(session.caller, asked, identifier, context.transfer_syntax)
    with closing(_Closable(matches)):
        for match in matches:
            batch.add(match)
            if batch.due:
                batch.flush()
                if watch.look():
                    return Response(CANCELLED)
    return Response(SUCCESS)


class _Closable:
    """Closes an iterator where it can be closed: a generator learns at once that nobody listens any more."""

    def __init__(self, iterator: Iterator[FindMatch]) -> None:
        self._iterator = iterator

    def close(self) -> None:
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()


class _Batch:
    """Pending responses that wait to be written together."""

    def __init__(self, session: Session, incoming: Incoming, request: FindRequest) -> None:
        self._session = session
        self._context = incoming.context
        self._request = request
        self._commands: dict[int, bytes] = {}  # pending responses differ in nothing but their status
        self._buffers: list[Buffer] = []
        self._size = 0
        self._written = 0.0

    @property
    def due(self) -> bool:
        """True where it is large or old enough; the first match is due at once, so that a reader sees something."""
        return self._size >= _FLUSH_SIZE or time.monotonic() - self._written >= _FLUSH_SECONDS

    def add(self, match: FindMatch) -> None:
        command = self._commands.get(match.status)
        if command is None:
            command = self._commands[match.status] = self._command(match.status)
        data = self._session.channel.data_buffers(self._context, match.identifier)
        self._buffers.append(command)
        self._buffers += data
        self._size += len(command) + sum(map(len, data))

    def _command(self, status: int) -> bytes:
        response = FindResponse(
            responded_to=self._request.message_id,
            status=status,
            affected_sop_class_uid=self._request.affected_sop_class_uid,
            has_data_set=True,
        )
        return self._session.channel.command(self._context, response)

    def flush(self) -> None:
        """Write what waits."""
        if self._buffers:
            buffers, self._buffers = self._buffers, []
            self._session.channel.send_buffers(buffers)
        self._size, self._written = 0, time.monotonic()
