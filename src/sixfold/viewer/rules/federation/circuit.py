"""The circuit of a remote archive: after failures in a row it is left alone for a while, then tried by one question.

closed ──THRESHOLD failures──> open ──its pause is over──> half-open ──success──> closed
                                 ^───────────failure, twice the pause───────────┘
Moments are seconds of a clock that only goes forward.
"""

from enum import StrEnum

import msgspec

THRESHOLD = 3
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 120.0
"""Seconds for which an open circuit lets nothing through: doubled each time that its trial fails."""


class State(StrEnum):
    """What a circuit does with a question."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Circuit(msgspec.Struct, frozen=True):
    """`failures` in a row; `trips` in a row, each of which left it open from `opened_at`; `trying` while one question tries."""

    failures: int = 0
    trips: int = 0
    opened_at: float = 0.0
    trying: bool = False


def state(circuit: Circuit, now: float) -> State:
    """What the circuit is at a moment."""
    if not circuit.trips:
        return State.CLOSED
    return State.HALF_OPEN if now - circuit.opened_at >= pause(circuit) else State.OPEN


def pause(circuit: Circuit) -> float:
    """For how many seconds it stays open; 0 when it is closed."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(circuit.trips - 1, 16)) if circuit.trips else 0.0


def admit(circuit: Circuit, now: float) -> tuple[Circuit, bool]:
    """Whether a question may go out, and the circuit afterwards: half open it lets one through at a time."""
    match state(circuit, now):
        case State.CLOSED:
            return circuit, True
        case State.HALF_OPEN if not circuit.trying:
            return msgspec.structs.replace(circuit, trying=True), True
        case _:
            return circuit, False


def succeeded(_circuit: Circuit) -> Circuit:
    """An answer came: all is well."""
    return Circuit()


def failed(circuit: Circuit, now: float) -> Circuit:
    """A question was in vain; one that went out before the circuit opened changes nothing any more."""
    if circuit.trips:
        return Circuit(circuit.failures + 1, circuit.trips + 1, now) if circuit.trying else circuit
    failures = circuit.failures + 1
    return Circuit(failures, 1, now) if failures >= THRESHOLD else Circuit(failures)


def undecided(circuit: Circuit) -> Circuit:
    """A question ended without telling anything of the archive, as one that never left: another may try."""
    return msgspec.structs.replace(circuit, trying=False)
