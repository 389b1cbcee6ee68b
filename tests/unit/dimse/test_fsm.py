"""The state table against another implementation's copy of PS3.8 table 9-10, and the scenes that a table cannot show."""

import pytest
from pynetdicom import fsm as peer

from sixfold.dimse.association import Association, Event, Role, TransportClosed
from sixfold.dimse.fsm import EFFECTS, TRANSITIONS, State
from sixfold.dimse.pdu import (
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    OfferedContext,
    ReleaseRequest,
    ReleaseResponse,
    encode,
)

REQUEST = AssociateRequest("A", "B", ())
ACCEPT = AssociateAccept("A", "B", ())


def test_the_table_is_that_of_the_standard() -> None:
    ours = {(f"Evt{event.value}", f"Sta{state.value}"): action for (event, state), action in TRANSITIONS.items()}
    assert ours == peer.TRANSITION_TABLE


def test_the_actions_lead_where_the_standard_says() -> None:
    for name, (_, _, states) in peer.ACTIONS.items():
        allowed = states if isinstance(states, tuple) else (states,)
        assert f"Sta{EFFECTS[name].next.value}" in allowed, name


def feed(association: Association, data: bytes) -> list[Event]:
    return association.feed(memoryview(data))


def acceptor() -> Association:
    association = Association(Role.ACCEPTOR)
    association.transport_opened()
    return association


def requestor() -> Association:
    association = Association(Role.REQUESTOR)
    association.associate(REQUEST)
    association.transport_opened()
    return association


def established() -> tuple[Association, Association]:
    asking, asked = requestor(), acceptor()
    feed(asked, asking.take_output())
    asked.accept(ACCEPT)
    assert feed(asking, asked.take_output()) == [ACCEPT]
    return asking, asked


def test_association_and_release() -> None:
    asking, asked = established()
    assert asking.state is asked.state is State.ESTABLISHED
    asking.release()
    assert feed(asked, asking.take_output()) == [ReleaseRequest()]
    assert asked.may_send_data
    asked.confirm_release()
    assert asked.artim_running
    assert feed(asking, asked.take_output()) == [ReleaseResponse()]
    assert asking.should_close
    assert asked.transport_closed() == []
    assert asked.should_close
    assert not asked.artim_running


def test_release_collision() -> None:
    asking, asked = established()
    asking.release()
    asked.release()
    from_asking, from_asked = asking.take_output(), asked.take_output()
    assert feed(asking, from_asked) == [ReleaseRequest()]
    assert feed(asked, from_asking) == [ReleaseRequest()]
    assert (asking.state, asked.state) == (State.COLLISION_REQUESTOR_LOCAL, State.COLLISION_ACCEPTOR_AWAITS)
    asking.confirm_release()
    assert feed(asked, asking.take_output()) == [ReleaseResponse()]
    asked.confirm_release()
    assert feed(asking, asked.take_output()) == [ReleaseResponse()]
    assert asking.should_close


def test_rejection() -> None:
    asking, asked = requestor(), acceptor()
    feed(asked, asking.take_output())
    asked.reject(AssociateReject(1, 1, 7))
    assert feed(asking, asked.take_output()) == [AssociateReject(1, 1, 7)]
    assert asking.should_close
    assert asked.artim_running


def test_artim_closes_a_connection_that_says_nothing() -> None:
    association = acceptor()
    assert association.artim_running
    association.artim_expired()
    assert association.should_close
    assert association.take_output() == b""


def test_a_pdu_before_the_request_is_aborted() -> None:
    association = acceptor()
    assert feed(association, encode(ReleaseRequest())) == []
    assert association.take_output() == encode(Abort(0, 0))
    assert association.state is State.AWAIT_CLOSE


@pytest.mark.parametrize("pdu", [REQUEST, ACCEPT, AssociateReject(1, 1, 1), ReleaseResponse()])
def test_an_unexpected_pdu_is_aborted_with_its_reason(pdu: AssociateRequest) -> None:
    association = established()[1]
    assert feed(association, encode(pdu)) == [Abort(2, 2)]
    assert association.take_output() == encode(Abort(2, 2))
    assert "unexpected" in association.problem


def test_after_an_abort_nothing_more_is_understood() -> None:
    association = established()[1]
    feed(association, b"\xff" * 10)
    assert association.take_output() == encode(Abort(2, 1))
    assert feed(association, encode(ReleaseRequest()) * 1000) == []
    assert association.take_output() == b""


def test_an_abort_of_the_peer_ends_the_association() -> None:
    association = established()[0]
    assert feed(association, encode(Abort(0, 0))) == [Abort(0, 0)]
    assert association.should_close
    assert association.state is State.IDLE


def test_a_lost_transport_is_told() -> None:
    association = established()[0]
    assert association.transport_closed() == [TransportClosed()]
    assert association.should_close


def test_another_protocol_version_is_rejected() -> None:
    association = acceptor()
    old = AssociateRequest("A", "B", (), protocol_version=2)
    assert feed(association, encode(old)) == []
    assert association.take_output() == encode(AssociateReject(1, 2, 2))


@pytest.mark.parametrize("step", [1, 5, 6, 7, 50])
def test_pdus_may_come_in_pieces(step: int) -> None:
    association = acceptor()
    big = AssociateRequest("A", "B", tuple(OfferedContext(2 * at + 1, f"1.2.{at}", ("1.2",)) for at in range(20)))
    raw = encode(big) + encode(Abort(0, 0))
    events = []
    for start in range(0, len(raw), step):
        events += feed(association, raw[start : start + step])
    assert events == [big, Abort(0, 0)]


def test_an_answer_that_comes_too_late_is_nothing() -> None:
    association = acceptor()
    assert feed(association, encode(REQUEST) + encode(Abort(0, 0))) == [REQUEST, Abort(0, 0)]
    association.accept(ACCEPT)
    assert association.take_output() == b""
    other = established()[1]
    assert feed(other, encode(ReleaseRequest()) + b"\xff" * 6) == [ReleaseRequest(), Abort(2, 1)]
    other.confirm_release()
    other.abort_as_provider("late")
    assert other.take_output() == encode(Abort(2, 1))


def test_an_answer_that_nobody_asked_for_is_an_error_of_ours() -> None:
    with pytest.raises(RuntimeError):
        established()[0].accept(ACCEPT)
