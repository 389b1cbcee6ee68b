"""C-FIND both ways."""

import threading
from collections.abc import Iterator

import pytest
from tests.unit.dimse.conftest import EXPLICIT, PROPOSALS, House, Street, eventually, instance

from sixfold.dimse.client import ClientSettings, associate
from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.message import FindRequest, QueryOptions
from sixfold.dimse.negotiation import option_bytes
from sixfold.dimse.pdu import ExtendedNegotiation
from sixfold.dimse.services import FindMatch
from sixfold.dimse.uids import STUDY_ROOT_FIND
from sixfold.kernel.errors import InvalidInput, Unavailable


def some(count: int, size: int = 100) -> list[FindMatch]:
    return [FindMatch(bytes((number % 256,)) * size) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 667])
@pytest.mark.parametrize("size", [0, 100, 40_000])
def test_matches_arrive_in_order(house: House, count: int, size: int) -> None:
    house.archive.matches = lambda: iter(some(count, size))
    with house.associate() as peer:
        assert list(peer.find(STUDY_ROOT_FIND, b"identifier")) == some(count, size)
    assert house.archive.identifiers == [(b"identifier", EXPLICIT)]
    assert house.metrics.operations == [("Find", 0)]


def test_pending_with_warning_is_kept(house: House) -> None:
    house.archive.matches = lambda: iter([FindMatch(b"ab", 0xFF01)])
    with house.associate() as peer:
        assert list(peer.find(STUDY_ROOT_FIND, b"")) == [FindMatch(b"ab", 0xFF01)]


def test_the_first_match_is_seen_while_the_next_is_still_sought(house: House) -> None:
    more = threading.Event()

    def slow() -> Iterator[FindMatch]:
        yield FindMatch(b"ab")
        assert more.wait(10)
        yield FindMatch(b"cd")

    house.archive.matches = slow
    with house.associate() as peer:
        found = peer.find(STUDY_ROOT_FIND, b"")
        assert next(found) == FindMatch(b"ab")
        more.set()
        assert list(found) == [FindMatch(b"cd")]


def test_a_cancel_closes_the_query_and_the_association_goes_on(house: House) -> None:
    closed = threading.Event()

    def endless() -> Iterator[FindMatch]:
        try:
            while True:
                yield FindMatch(b"ab" * 500)
        finally:
            closed.set()

    house.archive.matches = endless
    with house.associate() as peer:
        found = peer.find(STUDY_ROOT_FIND, b"")
        next(found)
        found.close()
        assert closed.wait(5)
        assert peer.echo() == 0
    assert house.metrics.operations == [("Find", 0xFE00), ("Echo", 0)]


def test_S12_a_peer_that_vanishes_closes_the_query(house: House) -> None:
    closed = threading.Event()

    def endless() -> Iterator[FindMatch]:
        try:
            while True:
                yield FindMatch(b"ab" * 500)
        finally:
            closed.set()

    house.archive.matches = endless
    peer = house.associate()
    next(peer.find(STUDY_ROOT_FIND, b""))
    peer.channel.transport.close()
    assert closed.wait(5)
    eventually(lambda: house.server.associations == 0)


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidInput("no level"), 0xA900), (Unavailable("busy"), 0xA700), (KeyError("x"), 0x0110)],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_after_some_matches(house: House, error: Exception, status: int) -> None:
    def failing() -> Iterator[FindMatch]:
        yield FindMatch(b"ab")
        raise error

    house.archive.matches = failing
    with house.associate() as peer:
        found = peer.find(STUDY_ROOT_FIND, b"")
        assert next(found) == FindMatch(b"ab")
        with pytest.raises(DimseFailure) as failure:
            next(found)
        assert failure.value.status == status
        assert peer.echo() == 0


def test_an_identifier_without_end_is_refused(serve: Street) -> None:
    house = serve(max_identifier=1000)
    with house.associate() as peer:
        with pytest.raises(DimseFailure) as failure:
            list(peer.find(STUDY_ROOT_FIND, bytes(100_000)))
        assert failure.value.status == 0xA900
        assert peer.echo() == 0
    assert house.archive.identifiers == []


def test_a_query_without_identifier_is_refused(house: House) -> None:
    with house.associate() as peer:
        peer.channel.send(peer.context(STUDY_ROOT_FIND), FindRequest(message_id=1, affected_sop_class_uid=STUDY_ROOT_FIND))
        assert peer.channel.next_command().message.status == 0xC000  # type: ignore[attr-defined]


def test_Q15_the_negotiated_options_reach_the_house(house: House) -> None:
    wanted = QueryOptions(relational=True, fuzzy=True)
    item = ExtendedNegotiation(STUDY_ROOT_FIND, option_bytes(wanted))
    with associate(house.remote, PROPOSALS, ClientSettings(), extended=[item]) as peer:
        list(peer.find(STUDY_ROOT_FIND, b""))
    request = house.archive.requests[0]
    assert isinstance(request, FindRequest)
    assert request.options == wanted


def test_a_request_behind_a_query_waits_for_its_turn(house: House) -> None:
    house.archive.matches = lambda: iter(some(2000, 1000))
    with house.associate() as peer:
        context = peer.context(STUDY_ROOT_FIND)
        first = FindRequest(message_id=1, affected_sop_class_uid=STUDY_ROOT_FIND, has_data_set=True)
        second = FindRequest(message_id=2, affected_sop_class_uid=STUDY_ROOT_FIND, has_data_set=True)
        peer.channel.send(context, first, [b"1"])
        peer.channel.send(context, second, [b"2"])
        answered = []
        while len(answered) < 2 * 2001:
            message = peer.channel.next_command().message
            peer.channel.drop_data_set()
            answered.append((message.responded_to, message.status))  # type: ignore[attr-defined]
    assert [number for number, _ in answered] == [1] * 2001 + [2] * 2001
    assert [status for _, status in answered].count(0) == 2
    assert [identifier for identifier, _ in house.archive.identifiers] == [b"1", b"2"]


def test_the_house_may_be_asked_by_many_at_once(house: House) -> None:
    house.archive.matches = lambda: iter(some(200))
    found: list[int] = []

    def ask() -> None:
        with house.associate() as peer:
            found.append(len(list(peer.find(STUDY_ROOT_FIND, b""))))
            assert next(iter(peer.store([instance(1)]))).status == 0

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 6
