"""Counting the sub-operations of a C-GET or C-MOVE and telling them (PS3.4 C.4.2.1.6 and C.4.3.1.4)."""

import time

from sixfold.dimse.channel import Incoming
from sixfold.dimse.dataset import write_failed_list
from sixfold.dimse.instances import Outcome
from sixfold.dimse.scp.session import Session, answer_to
from sixfold.dimse.services import Response
from sixfold.dimse.status import (
    CANCELLED,
    PENDING,
    SUB_OPERATIONS_FAILED,
    SUCCESS,
    UNABLE_TO_SEND,
    Category,
    category,
)

_PENDING_EVERY = 10
_PENDING_SECONDS = 1.0
_US_LIMIT = 0xFFFF


class Progress:
    """The counters of one retrieve. They are exact here; on the wire each stops at 65,535, its 16 bits being all it has."""

    def __init__(self, session: Session, incoming: Incoming, total: int) -> None:
        self._session = session
        self._incoming = incoming
        self.remaining = total
        self.completed = 0
        self.warning = 0
        self.failed: list[str] = []
        self.problem = ""
        self._told = time.monotonic()
        self._untold = 0

    def record(self, outcome: Outcome) -> None:
        """Count one sub-operation, and tell the requestor from time to time."""
        self.remaining -= 1
        kind = category(outcome.status)
        if kind is Category.SUCCESS:
            self.completed += 1
        elif kind is Category.WARNING:
            self.warning += 1
        else:
            self.failed.append(outcome.instance.sop_instance_uid)
            self.problem = self.problem or f"{outcome.status:04X} {outcome.comment}".strip()
        self._untold += 1
        if self._untold >= _PENDING_EVERY or time.monotonic() - self._told >= _PENDING_SECONDS:
            self._tell(Response(PENDING), with_remaining=True)

    def finish(self, *, cancelled: bool) -> int:
        """Send the final response and return its status; a cancelled retrieve tells what remained."""
        response = self._final(cancelled)
        self._tell(response, with_remaining=cancelled)
        return response.status

    def _final(self, cancelled: bool) -> Response:
        problem = f"{len(self.failed)} failed, first: {self.problem}" if self.failed else ""
        if cancelled:
            return Response(CANCELLED, problem)
        if self.failed and not self.completed and not self.warning:
            return Response(UNABLE_TO_SEND, problem)
        if self.failed or self.warning:
            return Response(SUB_OPERATIONS_FAILED, problem or "completed with warnings")
        return Response(SUCCESS)

    def _tell(self, response: Response, *, with_remaining: bool) -> None:
        context = self._incoming.context
        listed = self.failed if response.status != PENDING else []
        data = write_failed_list(listed, context.transfer_syntax) if listed else None
        message = answer_to(
            self._incoming.message,
            response,
            has_data_set=data is not None,
            remaining=min(self.remaining, _US_LIMIT) if with_remaining else None,
            completed=min(self.completed, _US_LIMIT),
            failed=min(len(self.failed), _US_LIMIT),
            warning=min(self.warning, _US_LIMIT),
        )
        channel = self._session.channel
        channel.send_buffers(channel.message_buffers(context, message, data))
        self._told, self._untold = time.monotonic(), 0
