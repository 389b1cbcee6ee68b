"""The circuit of a remote archive."""

from hypothesis import given
from hypothesis import strategies as st

from sixfold.viewer.rules.federation.circuit import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    THRESHOLD,
    Circuit,
    State,
    admit,
    failed,
    pause,
    state,
    succeeded,
    undecided,
)


def tripped(now: float = 0.0) -> Circuit:
    circuit = Circuit()
    for _ in range(THRESHOLD):
        circuit = failed(circuit, now)
    return circuit


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    circuit = Circuit()
    for _ in range(THRESHOLD - 1):
        circuit = failed(circuit, 0.0)
        assert state(circuit, 0.0) is State.CLOSED
    assert state(failed(succeeded(circuit), 0.0), 0.0) is State.CLOSED
    assert state(failed(circuit, 0.0), 0.0) is State.OPEN


def test_an_open_one_lets_nothing_through_until_its_pause_is_over_and_then_one() -> None:
    circuit = tripped(100.0)
    assert admit(circuit, 100.0 + FIRST_PAUSE - 0.01) == (circuit, False)
    trying, admitted = admit(circuit, 100.0 + FIRST_PAUSE)
    assert admitted
    assert admit(trying, 200.0) == (trying, False)
    assert admit(undecided(trying), 200.0)[1]


def test_a_trial_decides() -> None:
    trying, _ = admit(tripped(), FIRST_PAUSE)
    assert succeeded(trying) == Circuit()
    again = failed(trying, FIRST_PAUSE)
    assert state(again, FIRST_PAUSE) is State.OPEN
    assert pause(again) == 2 * FIRST_PAUSE


def test_a_question_that_went_out_before_it_opened_does_not_make_it_worse() -> None:
    circuit = tripped()
    assert failed(circuit, 1.0) == circuit


@given(st.lists(st.tuples(st.sampled_from(["ask", "fail", "succeed", "nothing"]), st.floats(0, 300)), max_size=60))
def test_whatever_happens_an_archive_is_tried_again_within_the_longest_pause(events: list[tuple[str, float]]) -> None:
    circuit, now = Circuit(), 0.0
    for what, later in events:
        now += later
        match what:
            case "ask":
                circuit, _ = admit(circuit, now)
            case "fail":
                circuit = failed(circuit, now)
            case "succeed":
                circuit = succeeded(circuit)
            case _:
                circuit = undecided(circuit)
        assert 0.0 <= pause(circuit) <= LONGEST_PAUSE
    assert admit(undecided(circuit), now + LONGEST_PAUSE)[1]
