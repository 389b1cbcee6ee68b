"""C-MOVE and C-GET as provider (PS3.4 C.4.2 and C.4.3): instances go out as C-STORE sub-operations."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing

import msgspec

from sixfold.dimse.channel import Incoming
from sixfold.dimse.client import ClientSettings, associate
from sixfold.dimse.errors import AssociationRefused, DimseFailure
from sixfold.dimse.instances import InstanceSender, MessageIds, Originator, Outcome, Proposal, batches
from sixfold.dimse.message import GetRequest, MoveRequest
from sixfold.dimse.scp.cancel import CancelWatch
from sixfold.dimse.scp.progress import Progress
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import Remote, RetrievePlan, StoredInstance
from sixfold.dimse.status import (
    CANNOT_UNDERSTAND,
    MOVE_DESTINATION_UNKNOWN,
    UNABLE_TO_SEND,
    Operation,
    comment,
)

_FRUITLESS_ASSOCIATIONS = 3
"""Associations to a destination in a row that may break without one instance stored."""

_ATTEMPTS = 2
"""How often one instance may be under way when its association breaks; to store it again does no harm (PS3.4 annex B)."""


def move(session: Session, incoming: Incoming, request: MoveRequest) -> int:
    """Answer one C-MOVE and return its final status."""
    try:
        plan = _plan(session, incoming, request)
        remote = session.services.destination(session.caller, request.move_destination)
        if remote is None:
            raise DimseFailure(MOVE_DESTINATION_UNKNOWN, comment(f"unknown: {request.move_destination}"))
    except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
        return _refuse(session, incoming, error)
    progress = Progress(session, incoming, len(plan.instances))
    mover = _Mover(session, request, remote, progress)
    for proposals, instances in batches(plan.instances):
        mover.send(proposals, deque(instances))
    return progress.finish(cancelled=mover.watch.cancelled)


def get(session: Session, incoming: Incoming, request: GetRequest) -> int:
    """Answer one C-GET and return its final status; sub-operations need the requestor's SCP role (PS3.7 D.3.3.4)."""
    try:
        plan = _plan(session, incoming, request)
    except Exception as error:  # noqa: BLE001 - the edge: each failure becomes a status, or ends the association
        return _refuse(session, incoming, error)
    channel = session.channel
    watch = CancelWatch(channel, request.message_id)

    def other(command: Incoming) -> None:
        if not watch.take(command):
            raise channel.out_of_step(f"{type(command.message).__name__} during a C-GET")

    sender = InstanceSender(
        channel,
        [context for context in channel.agreement.contexts.values() if context.requestor_scp],
        window=channel.agreement.async_window.performed,
        ids=MessageIds(),
        on_other=other,
    )
    progress = Progress(session, incoming, len(plan.instances))
    wanted = _until_cancelled(deque(plan.instances), watch)
    with closing(sender.send(wanted, request.priority)) as outcomes:
        for outcome in outcomes:
            progress.record(outcome)
    return progress.finish(cancelled=watch.cancelled)


def _plan(session: Session, incoming: Incoming, request: GetRequest | MoveRequest) -> RetrievePlan:
    if not request.has_data_set:
        raise DimseFailure(CANNOT_UNDERSTAND, "no identifier")
    identifier = session.channel.read_data_set(session.settings.max_identifier)
    asked = msgspec.structs.replace(request, options=incoming.context.options)
    return session.services.retrieve(session.caller, asked, identifier, incoming.context.transfer_syntax)


def _refuse(session: Session, incoming: Incoming, error: Exception) -> int:
    response = session.failure(error, Operation.RETRIEVE)
    session.channel.drop_data_set()
    session.answer(incoming, response)
    return response.status


def _until_cancelled(queue: deque[StoredInstance], watch: CancelWatch) -> Iterator[StoredInstance]:
    while queue and not watch.look():
        yield queue.popleft()


class _Mover:
    """Sends the instances of one C-MOVE to its destination, over a new association where one breaks.

    After a break it has one C-STORE outstanding at a time, so that an instance at which the destination breaks is found and
    left out, and no other fails with it.
    """

    def __init__(self, session: Session, request: MoveRequest, remote: Remote, progress: Progress) -> None:
        self._session = session
        self._remote = remote
        self._progress = progress
        self._priority = request.priority
        self._originator = Originator(session.caller.calling_ae, request.message_id)
        self._attempts: Counter[str] = Counter()
        self._careful = False
        self.watch = CancelWatch(session.channel, request.message_id)

    def send(self, proposals: list[Proposal], queue: deque[StoredInstance]) -> None:
        """Send one batch; what cannot be sent is counted as failed."""
        fruitless = 0
        while queue and not self.watch.look():
            before = self._progress.completed
            try:
                self._associate_and_send(proposals, queue)
            except AssociationRefused as error:
                self._give_up(queue, error)
            except Exception as error:
                if not self._session.channel.alive:
                    raise
                self._log(error)
                self._careful = True
                fruitless = 0 if self._progress.completed > before else fruitless + 1
                if fruitless >= _FRUITLESS_ASSOCIATIONS:
                    self._give_up(queue, error)

    def _associate_and_send(self, proposals: list[Proposal], queue: deque[StoredInstance]) -> None:
        settings = ClientSettings.of(self._session.settings, self._session.caller.called_ae)
        with associate(self._remote, proposals, settings) as destination:
            sender = destination.sender(1 if self._careful else None)
            wanted = _until_cancelled(queue, self.watch)
            try:
                with closing(sender.send(wanted, self._priority, self._originator)) as outcomes:
                    for outcome in outcomes:
                        self._progress.record(outcome)
            finally:
                self._try_again(list(sender.outstanding.values()), queue)

    def _try_again(self, unanswered: list[StoredInstance], queue: deque[StoredInstance]) -> None:
        for instance in reversed(unanswered):
            self._attempts[instance.sop_instance_uid] += 1
            if self._attempts[instance.sop_instance_uid] < _ATTEMPTS:
                queue.appendleft(instance)
            else:
                self._fail(instance, "no answer to C-STORE")

    def _give_up(self, queue: deque[StoredInstance], error: Exception) -> None:
        self._log(error)
        while queue:
            self._fail(queue.popleft(), str(error))

    def _fail(self, instance: StoredInstance, problem: str) -> None:
        if self._session.channel.alive:
            self._progress.record(Outcome(instance, UNABLE_TO_SEND, problem))

    def _log(self, error: Exception) -> None:
        remote = self._remote
        self._session.hooks.log("dimse.destination_failed", ae_title=remote.ae_title, host=remote.host, error=str(error))
