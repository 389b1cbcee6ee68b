"""C-STORE both ways: bytes, order, pipelining, failures of the receiver and of the source."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.unit.dimse.conftest import CT, EXPLICIT, IMPLICIT, PROPOSALS, House, Street, eventually, instance

from sixfold.dimse.client import Originator, Proposal
from sixfold.dimse.errors import AssociationEnded, DimseFailure
from sixfold.dimse.fakes import FakeInstance
from sixfold.dimse.instances import MAX_CONTEXTS, batches
from sixfold.dimse.message import StoreRequest
from sixfold.dimse.services import DataSetStream, Response
from sixfold.kernel.errors import Unavailable


@pytest.mark.parametrize("max_pdu", [0, 4096, 16384, 1 << 22])
@pytest.mark.parametrize("size", [0, 2, 4084, 4086, 100_000, 3_000_000])
def test_bytes_arrive_as_they_are(serve: Street, max_pdu: int, size: int) -> None:
    house = serve(max_pdu=max_pdu)
    sent = instance(7, size)
    with house.associate() as peer:
        assert [outcome.status for outcome in peer.store([sent])] == [0]
    assert house.archive.stored[sent.sop_instance_uid].encodings == sent.encodings


@pytest.mark.parametrize("window", [0, 1, 5])
def test_S9_instances_keep_their_order_whatever_the_window(house: House, window: int) -> None:
    with house.associate(async_window=window) as peer:
        expected = {0: 64, 1: 1, 5: 5}[window]
        assert peer.channel.agreement.async_window.invoked == expected
        outcomes = list(peer.store(instance(number) for number in range(200)))
    assert [outcome.instance.sop_instance_uid for outcome in outcomes] == list(house.archive.stored)
    assert {outcome.status for outcome in outcomes} == {0}


def test_parallel_associations(house: House) -> None:
    def send(first: int) -> None:
        with house.associate() as peer:
            for _ in peer.store(instance(number, 50_000) for number in range(first, first + 50)):
                pass

    threads = [threading.Thread(target=send, args=(1000 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.archive.stored) == 400
    for uid, stored in house.archive.stored.items():
        assert stored.encodings == instance(int(uid.rsplit(".", 1)[1]), 50_000).encodings


def test_E4_a_private_class_and_a_private_syntax_are_stored(house: House) -> None:
    sent = FakeInstance("1.3.6.1.4.1.99999.1", "1.2.3", {"1.2.840.113619.5.2": b"\1\2\3\4"})
    with house.associate([Proposal(sent.sop_class_uid, sent.transfer_syntaxes)]) as peer:
        assert [outcome.status for outcome in peer.store([sent])] == [0]
    assert house.archive.stored == {"1.2.3": sent}


@pytest.mark.parametrize("step", ["begin", "write", "finish"])
@pytest.mark.parametrize(
    ("error", "status", "comment"),
    [
        (Unavailable("disk slow"), 0xA700, "disk slow"),
        (DimseFailure(0xA900, "wrong class"), 0xA900, "wrong class"),
        (ValueError("internals"), 0x0110, "internal error"),
        (OSError(28, "No space"), 0xA700, "no room left"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_S4_a_receiver_that_fails_is_told_and_the_association_goes_on(
    house: House, step: str, error: Exception, status: int, comment: str
) -> None:
    def on_store(now: str, uid: str) -> None:
        if now == step and uid == "1.2.3.2":
            raise error

    house.archive.on_store = on_store
    with house.associate() as peer:
        outcomes = list(peer.store(instance(number, 400_000) for number in (1, 2, 3)))
    assert [(outcome.status, outcome.comment) for outcome in outcomes] == [(0, ""), (status, comment), (0, "")]
    assert house.archive.aborted == 1
    assert list(house.archive.stored) == ["1.2.3.1", "1.2.3.3"]


def test_a_receiver_chooses_status_and_comment(house: House) -> None:
    house.archive.on_store = lambda step, _: Response(0xB007, "elements differ") if step == "finish" else None
    with house.associate() as peer:
        outcomes = list(peer.store([instance()]))
    assert (outcomes[0].status, outcomes[0].comment) == (0xB007, "elements differ")


def test_a_store_without_data_set_is_refused(house: House) -> None:
    with house.associate() as peer:
        request = StoreRequest(message_id=1, affected_sop_class_uid=CT, affected_sop_instance_uid="1.2")
        peer.channel.send(peer.context(CT), request)
        answer = peer.channel.next_command().message
        assert answer.status == 0xC000  # type: ignore[attr-defined]
        assert peer.echo() == 0


def test_what_a_request_says_arrives(house: House) -> None:
    with house.associate() as peer:
        list(peer.store([instance()], priority=2, originator=Originator("MOVER", 77)))
    request = house.archive.requests[0]
    assert isinstance(request, StoreRequest)
    assert (request.priority, request.move_originator_ae, request.move_originator_message_id) == (2, "MOVER", 77)


def test_an_instance_without_context_fails_alone(house: House) -> None:
    other = instance(2, sop_class="1.2.840.10008.5.1.4.1.1.4")
    with house.associate() as peer:
        outcomes = list(peer.store([instance(1), other, instance(3)]))
    assert {outcome.instance.sop_instance_uid: outcome.status for outcome in outcomes} == {
        "1.2.3.1": 0,
        "1.2.3.2": 0x0122,
        "1.2.3.3": 0,
    }


@dataclass(frozen=True)
class Fragile(FakeInstance):
    """An instance whose source breaks before or after its first chunk."""

    good_chunks: int = 0

    def open(self, transfer_syntax: str) -> DataSetStream:
        def chunks() -> Iterator[bytes]:
            yield from [bytes(300_000)] * self.good_chunks
            raise Unavailable("object store away")

        return DataSetStream(None, chunks())


def test_a_source_that_cannot_be_opened_fails_alone(house: House) -> None:
    fragile = Fragile(CT, "1.2.3.2", {EXPLICIT: b""})
    with house.associate() as peer:
        outcomes = list(peer.store([instance(1), fragile, instance(3)]))
    assert sorted(outcome.status for outcome in outcomes) == [0, 0, 0xA701]
    assert list(house.archive.stored) == ["1.2.3.1", "1.2.3.3"]


def test_a_source_that_breaks_in_the_middle_aborts_the_association(house: House) -> None:
    fragile = Fragile(CT, "1.2.3.2", {EXPLICIT: b""}, good_chunks=2)
    peer = house.associate()
    with pytest.raises(Unavailable, match="object store"):
        list(peer.store([fragile]))
    assert not peer.alive
    peer.abort()
    eventually(lambda: house.archive.closed == 1)
    assert house.archive.stored == {}


def test_a_peer_that_ends_while_we_send_is_noticed(serve: Street) -> None:
    house = serve()
    house.archive.on_store = lambda *_: threading.Event().wait(0.01) and None
    peer = house.associate()

    def endless() -> Iterator[FakeInstance]:
        number = 0
        while True:
            number += 1
            if number == 3:
                house.server.stop(0.5)
            yield instance(number, 2_000_000)

    with pytest.raises(AssociationEnded):
        list(peer.store(endless()))
    peer.abort()


def test_S8_batches_propose_only_what_is_needed_and_at_most_128_contexts() -> None:
    one = [FakeInstance(CT, f"1.{number}", {EXPLICIT: b"", IMPLICIT: b""}) for number in range(3)]
    assert [proposals for proposals, _ in batches(one)] == [[Proposal(CT, (EXPLICIT,)), Proposal(CT, (IMPLICIT,))]]
    many = [FakeInstance(f"1.2.{number % 200}", f"1.{number}", {EXPLICIT: b"", IMPLICIT: b""}) for number in range(1000)]
    groups = list(batches(many))
    assert all(len(proposals) <= MAX_CONTEXTS for proposals, _ in groups)
    assert len(groups) == 4
    assert sorted(held.sop_instance_uid for _, held in groups for held in held) == sorted(
        held.sop_instance_uid for held in many
    )
    assert list(batches([])) == []


def test_a_peer_that_accepts_nothing_can_still_be_released(house: House) -> None:
    with house.associate([Proposal("1.2.840.10008.5.1.4.31", (EXPLICIT,))]) as peer:
        assert peer.contexts == ()
    eventually(lambda: house.metrics.closed == ["released"])
    assert PROPOSALS[1].abstract_syntax == CT
