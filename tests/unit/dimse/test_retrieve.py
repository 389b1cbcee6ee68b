"""C-MOVE and C-GET both ways: counters, partial failures, cancellation, destinations that misbehave."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.unit.dimse.conftest import (
    BOTH_ROLES,
    CT,
    EXPLICIT,
    IMPLICIT,
    PROPOSALS,
    House,
    Street,
    eventually,
    instance,
)

from sixfold.dimse.client import ClientAssociation, ClientSettings, Proposal, associate
from sixfold.dimse.client.operations import Retrieved
from sixfold.dimse.errors import ConnectionLost
from sixfold.dimse.fakes import FakeArchive, FakeInstance
from sixfold.dimse.message import GetRequest, MoveRequest, StoreRequest
from sixfold.dimse.services import Caller, DataSetStream, Remote, Response, RetrievePlan
from sixfold.dimse.uids import STUDY_ROOT_GET, STUDY_ROOT_MOVE
from sixfold.kernel.errors import InvalidInput, Unavailable

CALLER = Caller("", "", "", 0, None, None, None)
JPEG = "1.2.840.10008.1.2.4.70"


@pytest.fixture
def destination(serve: Street, house: House) -> House:
    """A second house, known to the first one as DEST."""
    other = serve(ae_titles=("DEST",))
    house.archive.destinations["DEST"] = other.remote
    return other


def move(peer: ClientAssociation, title: str = "DEST") -> list[Retrieved]:
    return list(peer.move(STUDY_ROOT_MOVE, title, b"identifier"))


def counters(answer: Retrieved) -> tuple[int, int | None, int | None, int | None, int | None]:
    response = answer.response
    return response.status, response.remaining, response.completed, response.failed, response.warning


def test_S8_a_move_sends_all_and_counts(house: House, destination: House) -> None:
    house.archive.plan = [instance(number) for number in range(25)]
    with house.associate() as peer:
        answers = move(peer)
    assert [counters(answer) for answer in answers] == [
        (0xFF00, 15, 10, 0, 0),
        (0xFF00, 5, 20, 0, 0),
        (0x0000, None, 25, 0, 0),
    ]
    assert list(destination.archive.stored) == [f"1.2.3.{number}" for number in range(25)]
    request = destination.archive.requests[0]
    assert isinstance(request, StoreRequest)
    assert (request.move_originator_ae, request.move_originator_message_id) == ("TESTER", 1)
    assert destination.archive.callers[0].calling_ae == "HOUSE"


def test_S8_an_unknown_destination_is_A801(house: House) -> None:
    house.archive.plan = [instance()]
    with house.associate() as peer:
        assert move(peer, "NOWHERE")[-1].response.status == 0xA801
        assert peer.echo() == 0


def test_a_move_of_nothing_is_a_success(house: House, destination: House) -> None:
    with house.associate() as peer:
        assert [counters(answer) for answer in move(peer)] == [(0, None, 0, 0, 0)]
    assert destination.archive.asked == []


def test_S8_partial_failure_is_B000_with_the_list_in_the_data_set(house: House, destination: House) -> None:
    house.archive.plan = [instance(number) for number in range(4)]

    def on_store(step: str, uid: str) -> Response | None:
        if step == "begin" and uid == "1.2.3.1":
            raise Unavailable("disk full")
        return Response(0xB000, "coerced") if step == "finish" and uid == "1.2.3.2" else None

    destination.archive.on_store = on_store
    with house.associate() as peer:
        answer = move(peer)[-1]
    assert counters(answer) == (0xB000, None, 2, 1, 1)
    assert answer.failed == ("1.2.3.1",)
    assert answer.response.comment == "1 failed, first: A700 disk full"


def test_S8_total_failure_is_A702(house: House, destination: House) -> None:
    house.archive.plan = [instance(1), instance(2)]
    house.archive.destinations["DEST"] = Remote("WRONG", destination.remote.host, destination.remote.port)
    with house.associate() as peer:
        answer = move(peer)[-1]
        assert counters(answer) == (0xA702, None, 0, 2, 0)
        assert answer.failed == ("1.2.3.1", "1.2.3.2")
        assert peer.echo() == 0


def test_an_unreachable_destination_is_A702(house: House) -> None:
    house.archive.plan = [instance(1)]
    house.archive.destinations["DEST"] = Remote("DEST", "127.0.0.1", 1)
    with house.associate() as peer:
        assert counters(move(peer)[-1]) == (0xA702, None, 0, 1, 0)
    assert [event for event, _ in house.log].count("dimse.destination_failed") >= 1


def test_S8_counters_of_more_than_65535_sub_operations_stop_at_16_bits(house: House, destination: House) -> None:
    # The destination takes no DICOMDIR, so that 70,000 sub-operations fail in a moment.
    house.archive.plan = [FakeInstance("1.2.840.10008.1.3.10", f"1.{number}", {EXPLICIT: b""}) for number in range(70_000)]
    with house.associate() as peer:
        answers = move(peer)
    assert counters(answers[0]) == (0xFF00, 65535, 0, 10, 0)
    assert counters(answers[-2]) == (0xFF00, 0, 0, 65535, 0)
    assert counters(answers[-1]) == (0xA702, None, 0, 65535, 0)
    assert answers[-1].response.comment.startswith("70000 failed")
    assert 1000 < len(answers[-1].failed) < 70_000


def test_S8_a_destination_decides_the_transfer_syntax(house: House) -> None:
    stored = FakeInstance(CT, "1.2", {JPEG: b"jpeg", EXPLICIT: b"explicit", IMPLICIT: b"implicit"})
    house.archive.plan = [stored]
    got = [retrieved(house, [Proposal(CT, syntaxes)]) for syntaxes in ((JPEG,), (EXPLICIT,), (IMPLICIT, JPEG))]
    assert got == [{JPEG: b"jpeg"}, {EXPLICIT: b"explicit"}, {IMPLICIT: b"implicit"}]


def retrieved(house: House, storage: list[Proposal]) -> dict[str, bytes]:
    """What one instance looks like after a C-GET over the given storage contexts."""
    mine = FakeArchive()
    with house.associate([PROPOSALS[4], *storage]) as peer:
        list(peer.get(STUDY_ROOT_GET, b"", mine.storage(CALLER)))
    return next(iter(mine.stored.values())).encodings


def test_S8_a_moves_bytes_go_as_stored_where_the_destination_takes_them(house: House, destination: House) -> None:
    stored = FakeInstance(CT, "1.2", {JPEG: b"jpeg", EXPLICIT: b"explicit"})
    house.archive.plan = [stored]
    with house.associate() as peer:
        move(peer)
    assert destination.archive.stored["1.2"].encodings == {JPEG: b"jpeg"}


def test_S8_more_sop_classes_than_contexts_take_several_associations(house: House, destination: House) -> None:
    house.archive.plan = [FakeInstance(f"1.3.6.1.4.1.9.{number}", f"1.2.{number}", {EXPLICIT: b"ab"}) for number in range(300)]
    with house.associate() as peer:
        assert counters(move(peer)[-1]) == (0, None, 300, 0, 0)
    assert len(destination.archive.asked) == 3
    assert max(len(asked.abstract_syntaxes) for asked in destination.archive.asked) <= 128


@pytest.mark.parametrize("poison", range(6))
def test_S8_a_destination_that_breaks_at_one_instance_gets_the_others(house: House, destination: House, poison: int) -> None:
    house.archive.plan = [instance(number, 400_000) for number in range(6)]

    def on_store(step: str, uid: str) -> None:
        if step == "write" and uid == f"1.2.3.{poison}":
            for connection in list(destination.server._connections):
                connection.cut()
            raise ConnectionLost("broken by this instance")

    destination.archive.on_store = on_store
    with house.associate() as peer:
        answer = move(peer)[-1]
    assert counters(answer) == (0xB000, None, 5, 1, 0)
    assert answer.failed == (f"1.2.3.{poison}",)
    assert set(destination.archive.stored) == {f"1.2.3.{number}" for number in range(6) if number != poison}


def test_S8_a_destination_that_breaks_once_loses_nothing(house: House, destination: House) -> None:
    house.archive.plan = [instance(number, 400_000) for number in range(6)]
    cut = threading.Event()

    def on_store(step: str, uid: str) -> None:
        if step == "write" and uid == "1.2.3.2" and not cut.is_set():
            cut.set()
            for connection in list(destination.server._connections):
                connection.cut()

    destination.archive.on_store = on_store
    with house.associate() as peer:
        assert counters(move(peer)[-1]) == (0, None, 6, 0, 0)
    assert len(destination.archive.asked) == 2


def test_S8_a_cancelled_move_tells_what_remained(house: House, destination: House) -> None:
    house.archive.plan = [instance(number) for number in range(5000)]
    destination.archive.on_store = lambda *_: threading.Event().wait(0.001) and None
    with house.associate() as peer:
        answers = peer.move(STUDY_ROOT_MOVE, "DEST", b"")
        next(answers)
        answers.close()
        assert peer.echo() == 0
    assert 0 < len(destination.archive.stored) < 5000
    assert house.metrics.operations[0] == ("Move", 0xFE00)


def test_S12_a_requestor_that_vanishes_ends_the_move(house: House, destination: House) -> None:
    house.archive.plan = [instance(number) for number in range(5000)]
    destination.archive.on_store = lambda *_: threading.Event().wait(0.001) and None
    peer = house.associate()
    next(peer.move(STUDY_ROOT_MOVE, "DEST", b""))
    peer.channel.transport.close()
    eventually(lambda: house.server.associations == 0)
    eventually(lambda: destination.server.associations == 0)
    assert len(destination.archive.stored) < 5000


def test_S8_a_get_comes_over_the_same_association(house: House) -> None:
    house.archive.plan = [instance(number, 100_000) for number in range(25)]
    mine = FakeArchive()
    with house.associate() as peer:
        answers = list(peer.get(STUDY_ROOT_GET, b"", mine.storage(CALLER)))
        assert peer.echo() == 0
    assert counters(answers[-1]) == (0, None, 25, 0, 0)
    assert len(house.archive.asked) == 1
    assert [held.encodings for held in mine.stored.values()] == [instance(number, 100_000).encodings for number in range(25)]


def test_S8_a_get_without_role_selection_fails(house: House) -> None:
    house.archive.plan = [instance()]
    mine = FakeArchive()
    with associate(house.remote, PROPOSALS, ClientSettings()) as peer:
        answers = list(peer.get(STUDY_ROOT_GET, b"", mine.storage(CALLER)))
    assert counters(answers[-1]) == (0xA702, None, 0, 1, 0)
    assert answers[-1].failed == ("1.2.3.1",)
    assert BOTH_ROLES[0].scp


def test_a_receiver_that_fails_in_a_get_is_counted(house: House) -> None:
    house.archive.plan = [instance(number) for number in range(3)]
    mine = FakeArchive()

    def on_store(step: str, uid: str) -> None:
        if step == "write" and uid == "1.2.3.1":
            raise InvalidInput("not wanted")

    mine.on_store = on_store
    with house.associate() as peer:
        answers = list(peer.get(STUDY_ROOT_GET, b"", mine.storage(CALLER)))
    assert counters(answers[-1]) == (0xB000, None, 2, 1, 0)
    assert answers[-1].response.comment == "1 failed, first: C000 not wanted"


def test_S8_a_cancelled_get_leaves_the_association_usable(house: House) -> None:
    house.archive.plan = [instance(number, 2000) for number in range(5000)]
    mine = FakeArchive()
    with house.associate(async_window=1) as peer:
        answers = peer.get(STUDY_ROOT_GET, b"", mine.storage(CALLER))
        next(answers)
        answers.close()
        assert peer.echo() == 0
    assert 0 < len(mine.stored) < 5000
    assert house.metrics.operations[0] == ("Get", 0xFE00)


def test_S12_a_requestor_that_vanishes_ends_the_get(house: House) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    @dataclass(frozen=True)
    class Endless(FakeInstance):
        def open(self, transfer_syntax: str) -> DataSetStream:
            return DataSetStream(None, endless())

    house.archive.plan = [Endless(CT, "1.2", {EXPLICIT: b""})]
    peer = house.associate()
    answers = peer.get(STUDY_ROOT_GET, b"", FakeArchive().storage(CALLER))
    reading = threading.Timer(0.2, peer.channel.transport.cut)
    reading.start()
    with pytest.raises(Unavailable):
        next(answers)
    reading.join()
    eventually(lambda: house.server.associations == 0)
    peer.abort()


def test_a_refused_retrieve_is_told(serve: Street) -> None:
    class Refusing(FakeArchive):
        def retrieve(
            self, caller: Caller, request: GetRequest | MoveRequest, identifier: bytes, transfer_syntax: str
        ) -> RetrievePlan:
            raise InvalidInput("no study named")

    house = serve(Refusing())
    with house.associate() as peer:
        answer = move(peer)[-1]
        assert (answer.response.status, answer.response.comment) == (0xA900, "no study named")
        answer = list(peer.get(STUDY_ROOT_GET, b"", FakeArchive().storage(CALLER)))[-1]
        assert answer.response.status == 0xA900
        assert peer.echo() == 0
