"""P-DATA: what one side cuts into fragments the other side puts together, whatever the network does in between."""

import itertools
import tracemalloc

import pytest

from sixfold.dimse.association import Association, Event, Fragment, Role
from sixfold.dimse.pdata import UNLIMITED_CHUNK, command_pdus, data_pdus, payload_limit
from sixfold.dimse.pdu import Abort, AssociateAccept, AssociateRequest, encode

DATA = bytes(range(256)) * 3


def established() -> Association:
    association = Association(Role.ACCEPTOR)
    association.transport_opened()
    association.feed(memoryview(encode(AssociateRequest("A", "B", ()))))
    association.accept(AssociateAccept("A", "B", ()))
    association.take_output()
    return association


def wire(chunks: list[bytes], limit: int, context_id: int = 3) -> bytes:
    return b"".join(data_pdus(context_id, chunks, limit))


def collected(events: list[Event]) -> list[tuple[int, bool, bool, bytes]]:
    return [(event.context_id, event.command, event.last, bytes(event.data)) for event in events if isinstance(event, Fragment)]


@pytest.mark.parametrize("step", [1, 2, 5, 6, 7, 11, 12, 13, 100, 10_000])
@pytest.mark.parametrize("limit", [2, 10, 254, 4096])
def test_data_arrives_whole_however_the_network_cuts_it(step: int, limit: int) -> None:
    association = established()
    stream = command_pdus(3, b"command!", limit) + wire([DATA[:100], DATA[100:101], b"", DATA[101:]], limit)
    events: list[tuple[int, bool, bool, bytes]] = []
    for start in range(0, len(stream), step):
        events += collected(association.feed(memoryview(stream[start : start + step])))
    assert b"".join(data for _, command, _, data in events if command) == b"command!"
    assert b"".join(data for _, command, _, data in events if not command) == DATA
    assert [command for _, command, last, _ in events if last] == [True, False]
    assert {context_id for context_id, *_ in events} == {3}


def test_fragments_are_slices_of_what_was_fed() -> None:
    association = established()
    buffer = bytearray(wire([DATA], 4096))
    events = association.feed(memoryview(buffer))
    assert isinstance(events[0], Fragment)
    assert events[0].data.obj is buffer


def test_several_pdvs_in_one_pdu() -> None:
    pdvs = b"\0\0\0\4\1\1ab" + b"\0\0\0\4\1\3cd" + b"\0\0\0\2\1\2"
    pdu = b"\4\0" + len(pdvs).to_bytes(4, "big") + pdvs
    events = collected(established().feed(memoryview(pdu)))
    assert events == [(1, True, False, b"ab"), (1, True, True, b"cd"), (1, False, True, b"")]


def test_S9_a_huge_pdu_is_passed_on_as_it_comes() -> None:
    association = established()
    payload = 128 << 20
    head = b"\4\0" + (payload + 6).to_bytes(4, "big") + (payload + 2).to_bytes(4, "big") + b"\1\2"
    association.feed(memoryview(head))
    block = memoryview(bytes(1 << 18))
    tracemalloc.start()
    seen = last = 0
    for _ in range(payload // len(block)):
        for event in association.feed(block):
            assert isinstance(event, Fragment)
            seen += len(event.data)
            last += event.last
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (seen, last) == (payload, 1)
    assert peak < 1 << 17


@pytest.mark.parametrize(
    "pdu",
    [
        b"\4\0\0\0\0\0",
        b"\4\0\0\0\0\5\0\0\0\1\1",
        b"\4\0\0\0\0\6\0\0\0\1\1\3",
        b"\4\0\0\0\0\7\0\0\0\4\1\3a",
        b"\4\0\0\0\0\6\xff\xff\xff\xff\1\3",
        b"\4\0\0\0\0\7\0\0\0\2\1\1a",
    ],
    ids=["empty", "short", "length of one", "past the end", "longest length", "rest is no header"],
)
def test_wrong_lengths_are_aborted(pdu: bytes) -> None:
    association = established()
    events = association.feed(memoryview(pdu))
    assert events[-1] == Abort(2, 6)
    assert association.take_output() == encode(Abort(2, 6))


@pytest.mark.parametrize(
    ("announced", "limit"),
    [(0, UNLIMITED_CHUNK - 6), (16384, 16378), (16383, 16376), (1, 58), (0xFFFFFFFF, UNLIMITED_CHUNK - 6)],
)
def test_S9_payloads_fit_what_the_peer_announced(announced: int, limit: int) -> None:
    assert payload_limit(announced) == limit


def test_every_pdu_is_within_the_limit() -> None:
    buffers = list(data_pdus(1, (bytes(size) for size in (1, 100, 5000, 0, 7)), 64))
    sizes = [len(payload) for payload in itertools.islice(buffers, 1, None, 2)]
    assert max(sizes) == 64
    assert sum(sizes) == 5108


def test_an_empty_data_set_still_has_its_last_fragment() -> None:
    assert wire([], 64) == b"\4\0\0\0\0\6\0\0\0\2\3\2"
