"""An association over a socket, for one thread: commands and data sets in order, whoever asked for the association.

It pulls: `next_command` blocks for a whole command set, then the data set is streamed, read or dropped by the caller. Nothing
of a data set is kept here, so a slow receiver slows the sender down through TCP.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from sixfold.dimse import message as messages
from sixfold.dimse.association import Association, Event, Fragment, TransportClosed
from sixfold.dimse.command import MAX_COMMAND_LENGTH
from sixfold.dimse.errors import (
    AssociationAborted,
    AssociationReleased,
    CommandError,
    ConnectionLost,
    PduError,
)
from sixfold.dimse.fsm import State
from sixfold.dimse.message import Message
from sixfold.dimse.negotiation import Agreement, Context
from sixfold.dimse.pdata import Buffer, command_pdus, data_pdus, payload_limit
from sixfold.dimse.pdu import Abort, Pdu, ReleaseRequest, ReleaseResponse
from sixfold.dimse.transport import Transport

MAX_DATA_SET = 1 << 24
"""Longest data set that is read into memory, in bytes: identifiers and action information, never instances."""

_SEND_AT = 1 << 18
_LINGER = 2.0


class Limits(msgspec.Struct, frozen=True):
    """Time limits in seconds: ARTIM (PS3.8 9.1.5), between messages, and within one."""

    artim: float = 30.0
    idle: float = 600.0
    network: float = 60.0

    @property
    def tick(self) -> float:
        """How often a waiting thread looks at the clock."""
        return min(self.artim, self.idle, self.network, 1.0) / 2


class Incoming(NamedTuple):
    """A command that arrived and the presentation context that carried it."""

    context: Context
    message: Message


class Channel:
    """Drives one `Association` over one `Transport`; see the module."""

    def __init__(self, transport: Transport, association: Association, limits: Limits) -> None:
        self.transport = transport
        self.association = association
        self.limits = limits
        self.agreement = Agreement({}, 0)
        self.alive = True
        self.idle = False
        self.stopping = False
        self.bytes_received = 0
        self._events: deque[Event] = deque()
        self._command = bytearray()
        self._command_context = 0
        self._data_context = 0
        self._unread: Incoming | None = None
        self._payload_limit = payload_limit(0)

    def agree(self, agreement: Agreement) -> None:
        """Take the outcome of the negotiation."""
        self.agreement = agreement
        self._payload_limit = payload_limit(agreement.peer_max_length)

    # Receiving

    def next_pdu(self, limit: float) -> Pdu:
        """Wait for a PDU other than P-DATA-TF."""
        event = self._next_event(limit)
        if isinstance(event, Fragment):
            raise self.out_of_step("P-DATA-TF before the association is there")
        if isinstance(event, TransportClosed):
            raise self._lost("the peer closed the connection")
        return event

    def next_command(self, idle_limit: float | None = None) -> Incoming:
        """Wait for the next command; raise an `AssociationEnded` where none will come."""
        if self._unread is not None:
            unread, self._unread = self._unread, None
            return unread
        if self.stopping and not self._command:
            raise self._stopped()
        limit = self.limits.idle if idle_limit is None else idle_limit
        while True:
            waiting = not self._command
            self.idle = waiting
            fragment = self._next_fragment(limit if waiting else self.limits.network)
            self.idle = False
            incoming = self._assemble(fragment)
            if incoming is not None:
                return incoming

    def try_command(self) -> Incoming | None:
        """Return a command that is already there, without waiting for one."""
        while self._unread is None and (self._events or self.transport.readable()):
            incoming = self._assemble(self._next_fragment(self.limits.network))
            if incoming is not None:
                return incoming
        return None

    def unread(self, incoming: Incoming) -> None:
        """Put a command back; it is the next one."""
        self._unread = incoming

    @property
    def has_unread(self) -> bool:
        """True while a command was put back."""
        return self._unread is not None

    def stream_data_set(self, write: Callable[[memoryview], object]) -> None:
        """Pass the fragments of the data set of the last command to `write`; each is valid only during the call."""
        while self._data_context:
            fragment = self._next_fragment(self.limits.network)
            if fragment.command or fragment.context_id != self._data_context:
                raise self.out_of_step("a fragment that is not of the data set under way")
            if fragment.last:
                self._data_context = 0
            if len(fragment.data):
                write(fragment.data)

    def read_data_set(self, limit: int = MAX_DATA_SET) -> bytes:
        """Return the data set of the last command; raise `CommandError` after dropping one that is longer than `limit`."""
        collected = bytearray()
        length = 0

        def keep(data: memoryview) -> None:
            nonlocal length
            length += len(data)
            if length <= limit:
                collected.extend(data)

        self.stream_data_set(keep)
        if length > limit:
            raise CommandError(f"a data set of {length} bytes where at most {limit} are read")
        return bytes(collected)

    def drop_data_set(self) -> None:
        """Read and forget what is left of the data set of the last command."""
        self.stream_data_set(len)

    # Sending

    def send(self, context: Context, message: Message, chunks: Iterable[Buffer] | None = None) -> None:
        """Send a message, its data set from chunks; a command without data set is one write."""
        command = self.command(context, message)
        if chunks is None:
            self.send_buffers([command])
            return
        batch: list[Buffer] = [command]
        size = 0
        for buffer in data_pdus(context.id, chunks, self._payload_limit):
            batch.append(buffer)
            size += len(buffer)
            if size >= _SEND_AT:
                self.send_buffers(batch)
                batch, size = [], 0
        if batch:
            self.send_buffers(batch)

    def command(self, context: Context, message: Message) -> bytes:
        """Return the PDUs of a command set."""
        return command_pdus(context.id, messages.encode(message), self._payload_limit)

    def data_buffers(self, context: Context, data: Buffer) -> list[Buffer]:
        """Return the PDUs of a data set that is at hand."""
        return list(data_pdus(context.id, (data,), self._payload_limit))

    def message_buffers(self, context: Context, message: Message, data: Buffer | None) -> list[Buffer]:
        """Return the PDUs of a message whose data set is at hand, to be sent together with others."""
        buffers: list[Buffer] = [self.command(context, message)]
        if data is not None:
            buffers += self.data_buffers(context, data)
        return buffers

    def send_buffers(self, buffers: list[Buffer]) -> None:
        """Send PDUs that are ready; raise `ConnectionLost` where that fails."""
        if not self.association.may_send_data:
            raise self._lost("the association is not established")
        try:
            self.transport.send(buffers)
        except ConnectionLost:
            self.alive = False
            raise

    def flush(self) -> None:
        """Send what the upper layer itself has to say."""
        output = self.association.take_output()
        if output:
            self.transport.send([output])

    # Ending

    def release(self) -> None:
        """Release the association in order, as the side that has nothing outstanding."""
        self.association.release()
        self.flush()
        while self.alive:
            event = self._next_event(self.limits.artim)
            if isinstance(event, ReleaseRequest):
                self.association.confirm_release()
                self.flush()
            elif not isinstance(event, Fragment):
                self.alive = False
                if not isinstance(event, ReleaseResponse):
                    raise self._ended(event)

    def abort(self) -> None:
        """Abort the association as service user; harmless where it is over."""
        self.alive = False
        self.association.abort()
        try:
            self.flush()
        except ConnectionLost:
            return

    def close(self) -> None:
        """Close the transport; after a last PDU of ours the peer gets a moment to read it."""
        waits = self.association.state is State.AWAIT_CLOSE
        self.alive = False
        self.transport.close(min(_LINGER, self.limits.artim) if waits else 0.0)

    def stop(self) -> None:
        """Ask the thread of this channel, from another one, to abort as soon as it has nothing under way."""
        self.stopping = True
        if self.idle:
            self.transport.interrupt()

    # Inside

    def _assemble(self, fragment: Fragment) -> Incoming | None:
        if not fragment.command or self._data_context:
            raise self.out_of_step("a data set fragment where a command belongs")
        if self._command and fragment.context_id != self._command_context:
            raise self.out_of_step("a command spread over two presentation contexts")
        self._command += fragment.data
        self._command_context = fragment.context_id
        if len(self._command) > MAX_COMMAND_LENGTH:
            raise self.out_of_step("a command set without end")
        return self._complete() if fragment.last else None

    def _complete(self) -> Incoming:
        context = self.agreement.contexts.get(self._command_context)
        if context is None:
            raise self.out_of_step(f"presentation context {self._command_context} was not accepted")
        try:
            message = messages.decode(bytes(self._command))
        except CommandError as error:
            raise self.out_of_step(str(error)) from error
        self._command.clear()
        self._data_context = context.id if message.has_data_set else 0
        return Incoming(context, message)

    def _next_fragment(self, limit: float) -> Fragment:
        event = self._events.popleft() if self._events else self._next_event(limit)
        if isinstance(event, Fragment):
            return event
        if isinstance(event, ReleaseRequest):
            self.alive = False
            self.association.confirm_release()
            self.flush()
            raise AssociationReleased("the peer released the association")
        raise self._ended(event)

    def _next_event(self, limit: float) -> Event:
        while not self._events:
            received = self._receive(limit)
            if len(received):
                self.bytes_received += len(received)
                self._events.extend(self.association.feed(received))
                self.flush()
            else:
                self._events.extend(self.association.transport_closed())
            if not self._events and self.association.state in (State.AWAIT_CLOSE, State.IDLE):
                raise self._lost(self.association.problem or "the connection ended")
        return self._events.popleft()

    def _receive(self, limit: float) -> memoryview:
        """Wait for bytes; empty at the end of the connection."""
        deadline = 0.0
        while True:
            received = self.transport.receive()
            if self.stopping and self.idle and not received:
                raise self._stopped()
            if received is not None:
                return received
            now = time.monotonic()
            deadline = deadline or now + limit - self.transport.tick
            if now >= deadline:
                raise self._timed_out(limit)

    def _stopped(self) -> AssociationAborted:
        self.abort()
        return AssociationAborted(0, 0, "this side stops")

    def _timed_out(self, limit: float) -> ConnectionLost:
        if self.association.artim_running:
            self.association.artim_expired()
            self.alive = False
        else:
            self.abort()
        return ConnectionLost(f"nothing was received for {limit:g} s")

    def _ended(self, event: Event) -> AssociationAborted | ConnectionLost:
        self.alive = False
        if isinstance(event, Abort):
            return AssociationAborted(event.source, event.reason, self.association.problem)
        if isinstance(event, TransportClosed):
            return ConnectionLost("the peer closed the connection")
        return ConnectionLost(f"unexpected {type(event).__name__}")

    def _lost(self, problem: str) -> ConnectionLost:
        self.alive = False
        return ConnectionLost(problem)

    def out_of_step(self, problem: str) -> PduError:
        """Abort as provider: after this nothing the peer sends can be understood."""
        self.alive = False
        self.association.abort_as_provider(problem)
        self.flush()
        return PduError(problem)
