"""One association of the upper layer, sans I/O: bytes in, events out; calls in, bytes out (PS3.8 9.2).

The shell owns the socket and the clock. It feeds what it receives, sends `take_output()`, keeps the ARTIM timer
running while `artim_running`, and closes the transport once `should_close`. The payload of P-DATA-TF is passed on as
slices of the buffer that was fed, also in the middle of a PDU: however large a peer makes its PDUs, none is held.
"""

import struct
from enum import Enum

import msgspec

from sixfold.dimse.errors import PduError
from sixfold.dimse.fsm import EFFECTS, TRANSITIONS, Artim, Effect, Evt, Send, State
from sixfold.dimse.pdu import (
    MAX_ASSOCIATE_LENGTH,
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    Pdu,
    PduType,
    ReleaseRequest,
    ReleaseResponse,
    decode,
    encode,
)

_PDU_HEADER = struct.Struct(">BxI")
_PDV_HEADER = struct.Struct(">IBB")
_HEADER_SIZE = 6
_NO_PDV = -1

_RECEIVED = {
    PduType.ASSOCIATE_RQ: Evt.REQUEST_RECEIVED,
    PduType.ASSOCIATE_AC: Evt.ACCEPT_RECEIVED,
    PduType.ASSOCIATE_RJ: Evt.REJECT_RECEIVED,
    PduType.RELEASE_RQ: Evt.RELEASE_RQ_RECEIVED,
    PduType.RELEASE_RP: Evt.RELEASE_RP_RECEIVED,
    PduType.ABORT: Evt.ABORT_RECEIVED,
}
_LONGEST = dict.fromkeys(PduType, 4) | {
    PduType.ASSOCIATE_RQ: MAX_ASSOCIATE_LENGTH,
    PduType.ASSOCIATE_AC: MAX_ASSOCIATE_LENGTH,
}
_VERSION_REJECTED = AssociateReject(1, 2, 2)
_UNEXPECTED_PDU = 2


class Role(Enum):
    """Who asked for the association."""

    REQUESTOR = 0
    ACCEPTOR = 1


class Fragment(msgspec.Struct, gc=False):
    """A run of bytes of one PDV; `last` only on the run that ends the last fragment of a command or data set.

    `data` is a slice of the buffer that was fed and valid only until the next feed.
    """

    context_id: int
    command: bool
    last: bool
    data: memoryview


class TransportClosed(msgspec.Struct, frozen=True):
    """The transport ended while the association was alive (A-P-ABORT indication)."""


Event = Fragment | Pdu | TransportClosed


class Association:
    """The state of one association; see the module for how a shell drives it."""

    __slots__ = (
        "_context_id",
        "_control",
        "_events",
        "_out_of_step",
        "_output",
        "_partial",
        "_pdu_left",
        "_pdv_left",
        "_request",
        "artim_running",
        "problem",
        "role",
        "should_close",
        "state",
    )

    def __init__(self, role: Role) -> None:
        self.role = role
        self.state = State.IDLE
        self.artim_running = False
        self.should_close = False
        self.problem = ""
        self._request: AssociateRequest | None = None
        self._events: list[Event] = []
        self._output: list[bytes] = []
        self._partial = bytearray()
        self._pdu_left = 0
        self._pdv_left = _NO_PDV
        self._context_id = 0
        self._control = 0
        self._out_of_step = False

    # The service user's side

    def associate(self, request: AssociateRequest) -> None:
        """Ask for an association (A-ASSOCIATE request); the request is sent by `transport_opened`."""
        self._request = request
        self._step(Evt.ASSOCIATE_LOCAL)

    def accept(self, answer: AssociateAccept) -> None:
        """Accept the association that was asked for."""
        self._answer(Evt.ACCEPT_LOCAL, answer)

    def reject(self, answer: AssociateReject) -> None:
        """Reject the association that was asked for."""
        self._answer(Evt.REJECT_LOCAL, answer)

    def release(self) -> None:
        """Ask for an orderly release."""
        self._answer(Evt.RELEASE_LOCAL, ReleaseRequest())

    def confirm_release(self) -> None:
        """Answer the peer's release."""
        self._answer(Evt.RELEASE_CONFIRM_LOCAL, ReleaseResponse())

    def abort(self) -> None:
        """Abort as the service user, in any state that has something to abort."""
        if (Evt.ABORT_LOCAL, self.state) in TRANSITIONS:
            self._step(Evt.ABORT_LOCAL)

    def abort_as_provider(self, problem: str) -> None:
        """Abort because the peer broke the protocol above the upper layer (a fragment out of step)."""
        if not self._out_of_step:
            self.problem = problem
            self._answer(Evt.INVALID_PDU, Abort(2, 6))

    @property
    def may_send_data(self) -> bool:
        """True while P-DATA may be sent (Sta6, and Sta8 until the release is confirmed)."""
        return (Evt.DATA_LOCAL, self.state) in TRANSITIONS

    # The transport's side

    def transport_opened(self) -> None:
        """Tell that the transport connection is there."""
        accepting = self.role is Role.ACCEPTOR
        self._step(Evt.TRANSPORT_INDICATED if accepting else Evt.TRANSPORT_CONFIRMED, self._request)

    def transport_closed(self) -> list[Event]:
        """Tell that the peer ended the transport connection."""
        if (Evt.TRANSPORT_CLOSED, self.state) in TRANSITIONS:
            self._step(Evt.TRANSPORT_CLOSED)
        self.should_close = True
        return self._take_events()

    def artim_expired(self) -> None:
        """Tell that the ARTIM timer ran out."""
        if (Evt.ARTIM_EXPIRED, self.state) in TRANSITIONS:
            self._step(Evt.ARTIM_EXPIRED)

    def take_output(self) -> bytes:
        """Return the bytes that wait to be sent, and forget them."""
        output = b"".join(self._output)
        self._output.clear()
        return output

    def feed(self, data: memoryview) -> list[Event]:
        """Take received bytes and return what they mean, in order; invalid bytes end in an A-ABORT (Evt19)."""
        position, end = 0, len(data)
        try:
            while position < end and not self._out_of_step and self.state is not State.IDLE:
                take = self._take_data if self._pdu_left else self._take_pdu
                position = take(data, position)
        except PduError as error:
            self.problem = str(error)
            self._step(Evt.INVALID_PDU, Abort(2, error.reason))
        return self._take_events()

    # Parsing

    def _take_data(self, data: memoryview, position: int) -> int:
        """Cut the part of a P-DATA-TF that is at hand into fragments; return the position behind it."""
        begin, stop = position, min(len(data), position + self._pdu_left)
        while position < stop or self._pdv_left == 0:
            if self._pdv_left < 0:
                position = self._take_pdv_header(data, position, stop, self._pdu_left + begin)
                continue
            size = min(self._pdv_left, stop - position)
            self._pdv_left -= size
            ended = self._pdv_left == 0
            self._events.append(
                Fragment(
                    self._context_id,
                    bool(self._control & 1),
                    ended and bool(self._control & 2),
                    data[position : position + size],
                )
            )
            position += size
            if ended:
                self._pdv_left = _NO_PDV
        self._pdu_left -= position - begin
        if not self._pdu_left and self._partial:
            raise PduError("a P-DATA-TF ends inside the header of a PDV")
        return position

    def _take_pdv_header(self, data: memoryview, position: int, stop: int, pdu_end: int) -> int:
        if self._partial or stop - position < _HEADER_SIZE:
            position = self._collect(data, position, _HEADER_SIZE, stop)
            if len(self._partial) < _HEADER_SIZE:
                return position
            length, self._context_id, self._control = _PDV_HEADER.unpack(self._partial)
            self._partial.clear()
        else:
            length, self._context_id, self._control = _PDV_HEADER.unpack_from(data, position)
            position += _HEADER_SIZE
        if length < 2 or position + length - 2 > pdu_end:
            raise PduError(f"a PDV of {length} bytes does not fit its PDU")
        self._pdv_left = length - 2
        return position

    def _take_pdu(self, data: memoryview, position: int) -> int:
        """Collect the header, then the body, of a PDU; return the position behind what was used."""
        position = self._collect(data, position, _HEADER_SIZE)
        if len(self._partial) < _HEADER_SIZE:
            return position
        kind, length = _PDU_HEADER.unpack_from(self._partial)
        if kind == PduType.DATA_TF:
            self._partial.clear()
            self._begin_data(length)
            return position
        if length > _LONGEST.get(kind, MAX_ASSOCIATE_LENGTH) or kind not in _RECEIVED:
            raise PduError(f"PDU type {kind:02X} of {length} bytes", reason=1 if kind not in _RECEIVED else 6)
        position = self._collect(data, position, _HEADER_SIZE + length)
        if len(self._partial) == _HEADER_SIZE + length:
            body = bytes(self._partial[_HEADER_SIZE:])
            self._partial.clear()
            self._received(kind, decode(kind, body))
        return position

    def _collect(self, data: memoryview, position: int, size: int, stop: int | None = None) -> int:
        """Append to the partial unit until it has `size` bytes or the data ends."""
        end = position + max(0, size - len(self._partial))
        end = min(end, len(data) if stop is None else stop)
        self._partial += data[position:end]
        return end

    def _begin_data(self, length: int) -> None:
        if length < _HEADER_SIZE:
            raise PduError(f"a P-DATA-TF of {length} bytes holds no PDV")
        self._step(Evt.DATA_RECEIVED, Abort(2, _UNEXPECTED_PDU))
        self._pdu_left = length

    def _received(self, kind: int, pdu: Pdu) -> None:
        event = _RECEIVED[PduType(kind)]
        action = TRANSITIONS.get((event, self.state), "AA-8")
        if action in ("AA-7", "AA-8"):
            self.problem = f"unexpected {PduType(kind).name} in {self.state.name}"
            pdu = Abort(2, _UNEXPECTED_PDU)
        self._step(event, pdu)
        if isinstance(pdu, AssociateRequest) and not pdu.protocol_version & 1:
            self._events.clear()
            self.reject(_VERSION_REJECTED)

    # The state machine

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def _answer(self, event: Evt, pdu: Pdu) -> None:
        """Do what the service user says, unless the association ended in the bytes behind what it answers."""
        if (event, self.state) in TRANSITIONS or self.state not in (State.IDLE, State.AWAIT_CLOSE):
            self._step(event, pdu)

    def _step(self, event: Evt, pdu: Pdu | None = None) -> None:
        action = TRANSITIONS.get((event, self.state))
        if action is None:
            raise RuntimeError(f"{event.name} cannot happen in {self.state.name}")
        effect = EFFECTS[action]
        self.state = effect.next
        if action == "AR-8" and self.role is Role.ACCEPTOR:
            self.state = State.COLLISION_ACCEPTOR_AWAITS
        if event is Evt.INVALID_PDU or action in ("AA-1", "AA-8"):
            self._out_of_step = True
        self._emit(effect, pdu)
        if effect.artim is not Artim.KEEP:
            self.artim_running = effect.artim is Artim.START
        self.should_close = self.should_close or effect.close

    def _emit(self, effect: Effect, pdu: Pdu | None) -> None:
        abort = pdu if isinstance(pdu, Abort) else Abort(2, 0)
        if effect.send is Send.PDU and pdu is not None:
            self._output.append(encode(pdu))
        elif effect.send is Send.ABORT_BY_USER:
            self._output.append(encode(Abort(0, 0)))
        elif effect.send is Send.ABORT_BY_PROVIDER:
            self._output.append(encode(abort))
        if effect.indicate:
            provider = effect.send is Send.ABORT_BY_PROVIDER
            self._events.append(abort if provider else pdu if pdu is not None else TransportClosed())
