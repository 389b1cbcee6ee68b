"""Instances over an association, in both directions: sub-operations of C-MOVE and C-GET, and plain C-STORE."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from sixfold.dimse.channel import Channel, Incoming
from sixfold.dimse.message import MEDIUM, StoreRequest, StoreResponse
from sixfold.dimse.negotiation import Context
from sixfold.dimse.pdata import Buffer
from sixfold.dimse.services import Response, StorageReceiver, StoredInstance
from sixfold.dimse.status import CANNOT_UNDERSTAND, SOP_CLASS_NOT_SUPPORTED, Operation, status_of

MAX_CONTEXTS = 128
"""Presentation contexts of one association: the odd numbers of a byte (PS3.8 9.3.2.2)."""

MAX_WINDOW = 64
"""C-STOREs that we leave outstanding where the peer sets no limit."""


class Proposal(NamedTuple):
    """An abstract syntax and the transfer syntaxes to offer for it, in one presentation context."""

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


class Outcome(NamedTuple):
    """What became of one C-STORE."""

    instance: StoredInstance
    status: int
    comment: str = ""


class Originator(NamedTuple):
    """The C-MOVE on whose behalf instances are sent (PS3.7 9.3.1.1)."""

    ae_title: str
    message_id: int


class MessageIds:
    """Message IDs of one association: 1 to 65,535, then again from 1."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """Return the next one."""
        self._last = self._last % 0xFFFF + 1
        return self._last


def batches(instances: Sequence[StoredInstance]) -> Iterator[tuple[list[Proposal], list[StoredInstance]]]:
    """Group instances so that the presentation contexts of each group fit one association.

    Each SOP class and stored transfer syntax gets a context of its own, so that a peer that accepts it is sent the bytes
    as they are, and one with all syntaxes that it can be transcoded to.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[StoredInstance]] = {}
    for instance in instances:
        groups.setdefault((instance.sop_class_uid, instance.transfer_syntaxes), []).append(instance)
    proposals: dict[Proposal, None] = {}
    members: list[StoredInstance] = []
    for (sop_class, syntaxes), group in groups.items():
        wanted = [Proposal(sop_class, part) for part in (syntaxes[:1], syntaxes[1:]) if part]
        if len(proposals.keys() | set(wanted)) > MAX_CONTEXTS:
            yield list(proposals), members
            proposals, members = {}, []
        proposals.update(dict.fromkeys(wanted))
        members += group
    if members:
        yield list(proposals), members


class InstanceSender:
    """Sends instances by C-STORE over one channel, several at once where the peer agreed to it.

    `on_other` gets each command that is no answer to us, such as a C-CANCEL during a C-GET.
    """

    def __init__(
        self,
        channel: Channel,
        contexts: Iterable[Context],
        *,
        window: int,
        ids: MessageIds,
        on_other: Callable[[Incoming], None],
    ) -> None:
        self._channel = channel
        self._contexts = {(context.abstract_syntax, context.transfer_syntax): context for context in contexts}
        self._window = min(window or MAX_WINDOW, MAX_WINDOW)
        self._ids = ids
        self._on_other = on_other
        self.outstanding: dict[int, StoredInstance] = {}

    def send(
        self,
        instances: Iterable[StoredInstance],
        priority: int = MEDIUM,
        originator: Originator | None = None,
    ) -> Generator[Outcome, None, None]:
        """Send instances and yield an outcome for each; closing the iterator waits for what is outstanding.

        Raises an `AssociationEnded` where the association ends: what is then in `outstanding` has no outcome.
        """
        source = iter(instances)
        try:
            # An instance is taken only when it can be sent, so that each that was taken is outstanding or has an outcome.
            while (instance := next(source, None)) is not None:
                refused = self._start(instance, priority, originator)
                if refused is not None:
                    yield refused
                while len(self.outstanding) >= self._window:
                    yield self._await_outcome()
            while self.outstanding:
                yield self._await_outcome()
        finally:
            while self.outstanding and self._channel.alive:
                self._await_outcome()

    def _start(self, instance: StoredInstance, priority: int, originator: Originator | None) -> Outcome | None:
        found = ((instance.sop_class_uid, syntax) for syntax in instance.transfer_syntaxes)
        context = next((self._contexts[key] for key in found if key in self._contexts), None)
        if context is None:
            return Outcome(instance, SOP_CLASS_NOT_SUPPORTED, "no presentation context accepted")
        try:
            chunks = _primed(instance.open(context.transfer_syntax).chunks)
        except Exception as error:  # noqa: BLE001 - the edge: nothing was sent yet, only this instance has failed
            return Outcome(instance, *status_of(error, Operation.RETRIEVE))
        request = StoreRequest(
            message_id=self._ids.next(),
            affected_sop_class_uid=instance.sop_class_uid,
            affected_sop_instance_uid=instance.sop_instance_uid,
            priority=priority,
            move_originator_ae=originator.ae_title if originator else "",
            move_originator_message_id=originator.message_id if originator else None,
            has_data_set=True,
        )
        self.outstanding[request.message_id] = instance
        try:
            self._channel.send(context, request, chunks)
        except Exception:
            self._channel.abort()  # part of a data set is out: nothing can follow it
            raise
        return None

    def _await_outcome(self) -> Outcome:
        while True:
            incoming = self._channel.next_command(self._channel.limits.network)
            answer = incoming.message
            if isinstance(answer, StoreResponse) and answer.responded_to in self.outstanding:
                return Outcome(self.outstanding.pop(answer.responded_to), answer.status, answer.comment)
            self._on_other(incoming)


def receive_instance(channel: Channel, incoming: Incoming, request: StoreRequest, receiver: StorageReceiver) -> Response:
    """Pass the data set of a C-STORE to a receiver and return its response.

    An error of the receiver is raised after `abort`, with the rest of the data set still to be read.
    """
    if not request.has_data_set:
        return Response(CANNOT_UNDERSTAND, "no data set")
    try:
        receiver.begin(request, incoming.context.transfer_syntax)
        channel.stream_data_set(receiver.write)
        return receiver.finish()
    except BaseException:
        receiver.abort()
        raise


def _primed(chunks: Iterator[bytes | memoryview]) -> Iterable[Buffer]:
    """Read the first chunk, so that an instance that cannot be opened fails before anything is sent."""
    first = next(chunks, None)
    return () if first is None else chain((first,), chunks)
