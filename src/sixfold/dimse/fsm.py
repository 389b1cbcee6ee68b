"""The upper layer's state machine as data: PS3.8 9.2, tables 9-1 to 9-10.

`TRANSITIONS` is table 9-10 (empty cells are absent), `EFFECTS` are tables 9-6 to 9-9. `sixfold.dimse.association` walks them.
"""

from enum import Enum, IntEnum

import msgspec


class State(IntEnum):
    """Tables 9-1 to 9-5; the numbers are the standard's."""

    IDLE = 1
    AWAIT_REQUEST = 2
    AWAIT_LOCAL_ANSWER = 3
    AWAIT_TRANSPORT = 4
    AWAIT_ANSWER = 5
    ESTABLISHED = 6
    AWAIT_RELEASE = 7
    AWAIT_LOCAL_RELEASE = 8
    COLLISION_REQUESTOR_LOCAL = 9
    COLLISION_ACCEPTOR_AWAITS = 10
    COLLISION_REQUESTOR_AWAITS = 11
    COLLISION_ACCEPTOR_LOCAL = 12
    AWAIT_CLOSE = 13


class Evt(IntEnum):
    """The first column of table 9-10; the numbers are the standard's."""

    ASSOCIATE_LOCAL = 1
    TRANSPORT_CONFIRMED = 2
    ACCEPT_RECEIVED = 3
    REJECT_RECEIVED = 4
    TRANSPORT_INDICATED = 5
    REQUEST_RECEIVED = 6
    ACCEPT_LOCAL = 7
    REJECT_LOCAL = 8
    DATA_LOCAL = 9
    DATA_RECEIVED = 10
    RELEASE_LOCAL = 11
    RELEASE_RQ_RECEIVED = 12
    RELEASE_RP_RECEIVED = 13
    RELEASE_CONFIRM_LOCAL = 14
    ABORT_LOCAL = 15
    ABORT_RECEIVED = 16
    TRANSPORT_CLOSED = 17
    ARTIM_EXPIRED = 18
    INVALID_PDU = 19


class Send(Enum):
    """What an action puts on the wire."""

    NOTHING = 0
    PDU = 1
    ABORT_BY_USER = 2
    ABORT_BY_PROVIDER = 3


class Artim(Enum):
    """What an action does to the association request/reject/release timer (PS3.8 9.1.5)."""

    KEEP = 0
    START = 1
    STOP = 2


class Effect(msgspec.Struct, frozen=True):
    """One action of tables 9-6 to 9-9: the next state and what happens on the way."""

    next: State
    send: Send = Send.NOTHING
    indicate: bool = False
    artim: Artim = Artim.KEEP
    close: bool = False


_S = State
EFFECTS: dict[str, Effect] = {
    "AE-1": Effect(_S.AWAIT_TRANSPORT),
    "AE-2": Effect(_S.AWAIT_ANSWER, Send.PDU),
    "AE-3": Effect(_S.ESTABLISHED, indicate=True),
    "AE-4": Effect(_S.IDLE, indicate=True, close=True),
    "AE-5": Effect(_S.AWAIT_REQUEST, artim=Artim.START),
    "AE-6": Effect(_S.AWAIT_LOCAL_ANSWER, indicate=True, artim=Artim.STOP),
    "AE-7": Effect(_S.ESTABLISHED, Send.PDU),
    "AE-8": Effect(_S.AWAIT_CLOSE, Send.PDU, artim=Artim.START),
    "DT-1": Effect(_S.ESTABLISHED),
    "DT-2": Effect(_S.ESTABLISHED),
    "AR-1": Effect(_S.AWAIT_RELEASE, Send.PDU),
    "AR-2": Effect(_S.AWAIT_LOCAL_RELEASE, indicate=True),
    "AR-3": Effect(_S.IDLE, indicate=True, close=True),
    "AR-4": Effect(_S.AWAIT_CLOSE, Send.PDU, artim=Artim.START),
    "AR-5": Effect(_S.IDLE, artim=Artim.STOP),
    "AR-6": Effect(_S.AWAIT_RELEASE),
    "AR-7": Effect(_S.AWAIT_LOCAL_RELEASE),
    # The requestor goes to Sta9, the acceptor to Sta10: the association knows its role.
    "AR-8": Effect(_S.COLLISION_REQUESTOR_LOCAL, indicate=True),
    "AR-9": Effect(_S.COLLISION_REQUESTOR_AWAITS, Send.PDU),
    "AR-10": Effect(_S.COLLISION_ACCEPTOR_LOCAL, indicate=True),
    "AA-1": Effect(_S.AWAIT_CLOSE, Send.ABORT_BY_USER, artim=Artim.START),
    "AA-2": Effect(_S.IDLE, artim=Artim.STOP, close=True),
    "AA-3": Effect(_S.IDLE, indicate=True, close=True),
    "AA-4": Effect(_S.IDLE, indicate=True),
    "AA-5": Effect(_S.IDLE, artim=Artim.STOP),
    "AA-6": Effect(_S.AWAIT_CLOSE),
    "AA-7": Effect(_S.AWAIT_CLOSE, Send.ABORT_BY_PROVIDER),
    "AA-8": Effect(_S.AWAIT_CLOSE, Send.ABORT_BY_PROVIDER, indicate=True, artim=Artim.START),
}

_ROWS: dict[Evt, dict[int, str]] = {
    Evt.ASSOCIATE_LOCAL: {1: "AE-1"},
    Evt.TRANSPORT_CONFIRMED: {4: "AE-2"},
    Evt.ACCEPT_RECEIVED: {2: "AA-1", 3: "AA-8", 5: "AE-3", 13: "AA-6"},
    Evt.REJECT_RECEIVED: {2: "AA-1", 3: "AA-8", 5: "AE-4", 13: "AA-6"},
    Evt.TRANSPORT_INDICATED: {1: "AE-5"},
    Evt.REQUEST_RECEIVED: {2: "AE-6", 3: "AA-8", 5: "AA-8", 13: "AA-7"},
    Evt.ACCEPT_LOCAL: {3: "AE-7"},
    Evt.REJECT_LOCAL: {3: "AE-8"},
    Evt.DATA_LOCAL: {6: "DT-1", 8: "AR-7"},
    Evt.DATA_RECEIVED: {2: "AA-1", 3: "AA-8", 5: "AA-8", 6: "DT-2", 7: "AR-6", 13: "AA-6"},
    Evt.RELEASE_LOCAL: {6: "AR-1"},
    Evt.RELEASE_RQ_RECEIVED: {2: "AA-1", 3: "AA-8", 5: "AA-8", 6: "AR-2", 7: "AR-8", 13: "AA-6"},
    Evt.RELEASE_RP_RECEIVED: {
        2: "AA-1", 3: "AA-8", 5: "AA-8", 7: "AR-3", 10: "AR-10", 11: "AR-3", 13: "AA-6",
    },
    Evt.RELEASE_CONFIRM_LOCAL: {8: "AR-4", 9: "AR-9", 12: "AR-4"},
    Evt.ABORT_LOCAL: {4: "AA-2", **dict.fromkeys((3, 5, 6, 7, 8, 9, 10, 11, 12), "AA-1")},
    Evt.ABORT_RECEIVED: {2: "AA-2", 13: "AA-2", **dict.fromkeys((3, 5, 6, 7, 8, 9, 10, 11, 12), "AA-3")},
    Evt.TRANSPORT_CLOSED: {2: "AA-5", 13: "AR-5", **dict.fromkeys(range(3, 13), "AA-4")},
    Evt.ARTIM_EXPIRED: {2: "AA-2", 13: "AA-2"},
    Evt.INVALID_PDU: {2: "AA-1", 3: "AA-8", 13: "AA-7"},
}  # fmt: skip

# Any PDU or invalid bytes that a state does not expect are answered by A-ABORT of the provider: the AA-8 cells.
_AA_8_EVENTS = (
    Evt.ACCEPT_RECEIVED,
    Evt.REJECT_RECEIVED,
    Evt.REQUEST_RECEIVED,
    Evt.DATA_RECEIVED,
    Evt.RELEASE_RQ_RECEIVED,
    Evt.RELEASE_RP_RECEIVED,
    Evt.INVALID_PDU,
)


def _transitions() -> dict[tuple[Evt, State], str]:
    table = {(event, State(state)): "AA-8" for event in _AA_8_EVENTS for state in range(5, 13)}
    for event, row in _ROWS.items():
        for state, action in row.items():
            table[event, State(state)] = action
    return table


TRANSITIONS: dict[tuple[Evt, State], str] = _transitions()
"""(event, state) to the name of the action; a pair that is absent cannot happen."""
