"""Mutated PDU streams: whatever a peer sends, the engine answers with events, an abort or silence, in bounded memory.

SIXFOLD_FUZZ_CASES sets how many cases are run. Each case is made from its number alone, so a failure names what to replay.
"""

import os
import random
import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from sixfold.dimse import message as messages
from sixfold.dimse.association import Association, Fragment, Role
from sixfold.dimse.channel import Channel, Limits
from sixfold.dimse.command import decode_elements
from sixfold.dimse.dataset import read_commitment, read_uid_list, write_commitment_request
from sixfold.dimse.errors import AssociationEnded, CommandError, PduError
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.fsm import State
from sixfold.dimse.message import CancelRequest, EchoRequest, FindRequest, MoveRequest, NActionRequest, StoreRequest
from sixfold.dimse.negotiation import Policy, conclude, negotiate
from sixfold.dimse.pdata import command_pdus, data_pdus
from sixfold.dimse.pdu import (
    Abort,
    AssociateAccept,
    AssociateRequest,
    AsyncWindow,
    CommonExtended,
    ExtendedNegotiation,
    OfferedContext,
    ReleaseRequest,
    RoleSelection,
    UserIdentity,
    UserInformation,
    decode,
    encode,
)
from sixfold.dimse.scp.offer import SOP_CLASSES
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.settings import DimseSettings, Hooks
from sixfold.dimse.transport import Transport
from sixfold.dimse.uids import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, STUDY_ROOT_FIND, STUDY_ROOT_MOVE
from sixfold.kernel.errors import InvalidInput

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "2000"))
CT, EXPLICIT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1"
SYNTAXES = {1: "1.2.840.10008.1.1", 3: CT, 5: STUDY_ROOT_FIND, 7: STUDY_ROOT_MOVE, 9: STORAGE_COMMITMENT}
REQUEST = AssociateRequest(
    "HOUSE",
    "FUZZ",
    tuple(OfferedContext(number, uid, (EXPLICIT,)) for number, uid in SYNTAXES.items()),
    UserInformation(
        max_length=16384,
        async_window=AsyncWindow(3, 3),
        roles=(RoleSelection(CT, scu=True, scp=True),),
        extended=(ExtendedNegotiation(STUDY_ROOT_FIND, b"\1\1\1\1"),),
        common_extended=(CommonExtended("1.2.3", "1.2.840.10008.4.2", ("1.2",)),),
        identity=UserIdentity(2, b"user", b"pass"),
    ),
)
COMMITMENT = write_commitment_request("1.2.3", [(CT, "1.2.3.4"), (CT, "1.2.3.5")], EXPLICIT)
MESSAGES: tuple[tuple[int, messages.Message, bytes | None], ...] = (
    (1, EchoRequest(message_id=1, affected_sop_class_uid="1.2.840.10008.1.1"), None),
    (
        3,
        StoreRequest(message_id=2, affected_sop_class_uid=CT, affected_sop_instance_uid="1.2", has_data_set=True),
        bytes(5000),
    ),
    (5, FindRequest(message_id=3, affected_sop_class_uid=STUDY_ROOT_FIND, has_data_set=True), bytes(100)),
    (
        7,
        MoveRequest(message_id=4, affected_sop_class_uid=STUDY_ROOT_MOVE, move_destination="X", has_data_set=True),
        bytes(100),
    ),
    (
        9,
        NActionRequest(
            message_id=5,
            requested_sop_class_uid=STORAGE_COMMITMENT,
            requested_sop_instance_uid=STORAGE_COMMITMENT_INSTANCE,
            action_type_id=1,
            has_data_set=True,
        ),
        COMMITMENT,
    ),
    (5, CancelRequest(responded_to=3), None),
)
NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\0\0\xff\xff", b"\xff\xfe\xff\xfe")


def stream(chance: random.Random) -> bytes:
    """A valid conversation after the request: some messages, perhaps a release or an abort."""
    parts = []
    for _ in range(chance.randint(1, 4)):
        context_id, message, data = chance.choice(MESSAGES)
        limit = chance.choice((2, 64, 1000, 16000))
        parts.append(command_pdus(context_id, messages.encode(message), limit))
        if data is not None:
            parts += data_pdus(context_id, (data,), limit)
    if chance.random() < 0.3:
        parts.append(encode(chance.choice((ReleaseRequest(), Abort(0, 0)))))
    return b"".join(parts)


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Bytes with a few flips, cuts, repeats, and numbers where lengths might be."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(data):
                data[at] = chance.randrange(256)
            case 2:
                data[at : at + 4] = chance.choice(NUMBERS)
            case 3:
                del data[at : at + chance.randint(1, 20)]
            case 4:
                data[at:at] = data[at : at + chance.randint(1, 300)]
            case _:
                data[at:at] = chance.randbytes(chance.randint(1, 20))
        data = data or bytearray(b"\0")
    return bytes(data)


def pieces(raw: bytes, chance: random.Random) -> Iterator[bytes]:
    """The bytes as a network might cut them."""
    start = 0
    while start < len(raw):
        size = chance.choice((1, 3, 7, 100, 5000, len(raw)))
        yield raw[start : start + size]
        start += size


def cases() -> Iterator[random.Random]:
    for number in range(CASES):
        yield random.Random(number)


def converse(raw: bytes, chance: random.Random) -> Association:
    """Feed a whole stream to an acceptor that accepts; return it."""
    association = Association(Role.ACCEPTOR)
    association.transport_opened()
    for piece in pieces(raw, chance):
        for event in association.feed(memoryview(piece)):
            if isinstance(event, AssociateRequest):
                association.accept(negotiate(event, Policy(SOP_CLASSES))[0])
            elif isinstance(event, ReleaseRequest):
                association.confirm_release()
            elif isinstance(event, Fragment):
                assert len(event.data) <= len(piece)
        if association.should_close:
            break
    association.transport_closed()
    return association


def test_the_engine_survives_any_bytes() -> None:
    for chance in cases():
        association = converse(mutated(encode(REQUEST) + stream(chance), chance), chance)
        assert association.state is State.IDLE
        assert len(association.take_output()) < 1 << 16


def test_the_engine_needs_no_more_memory_than_it_is_given() -> None:
    tracemalloc.start()
    try:
        for number in range(max(CASES // 20, 50)):
            chance = random.Random(number)
            converse(mutated(encode(REQUEST) + stream(chance), chance), chance)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_the_requestor_survives_any_answer() -> None:
    accept = encode(negotiate(REQUEST, Policy(SOP_CLASSES))[0])
    for chance in cases():
        association = Association(Role.REQUESTOR)
        association.associate(REQUEST)
        association.transport_opened()
        for piece in pieces(mutated(accept + stream(chance), chance), chance):
            association.feed(memoryview(piece))
        association.transport_closed()
        assert association.state is State.IDLE


def test_pdus_are_decoded_or_refused() -> None:
    request, accept = encode(REQUEST)[6:], encode(negotiate(REQUEST, Policy(SOP_CLASSES))[0])[6:]
    refused = 0
    for chance in cases():
        kind, raw = chance.choice(((1, request), (2, accept)))
        try:
            pdu = decode(kind, mutated(raw, chance))
        except PduError:
            refused += 1
            continue
        if isinstance(pdu, AssociateRequest):
            assert isinstance(negotiate(pdu, Policy(SOP_CLASSES))[0], AssociateAccept)
    assert 0 < refused < CASES


def test_command_sets_are_decoded_or_refused() -> None:
    refused = 0
    for chance in cases():
        raw = mutated(messages.encode(chance.choice(MESSAGES)[1]), chance)
        try:
            messages.decode(raw)
            decode_elements(raw)
        except CommandError:
            refused += 1
    assert 0 < refused < CASES


@pytest.mark.parametrize("syntax", [EXPLICIT, "1.2.840.10008.1.2"])
def test_data_sets_are_read_or_refused(syntax: str) -> None:
    refused = 0
    raw = write_commitment_request("1.2.3", [(CT, "1.2.3.4"), (CT, "1.2.3.5")], syntax)
    for chance in cases():
        bad = mutated(raw, chance)
        try:
            read_commitment(bad, syntax)
            read_uid_list(bad, syntax, 0x00080058)
        except InvalidInput:
            refused += 1
    assert 0 < refused < CASES


def drain(sock: socket.socket) -> None:
    """Read until the other side closes."""
    try:
        while sock.recv(1 << 16):
            pass
    except ConnectionError:
        return


def test_the_server_survives_any_peer() -> None:
    archive, trouble = FakeArchive(), []
    hook = threading.excepthook
    threading.excepthook = trouble.append
    settings = DimseSettings(ae_titles=(), artim=2.0, idle_timeout=2.0, network_timeout=2.0)
    server = DimseServer(archive, settings, [bind("127.0.0.1", 0)], Hooks())
    try:
        with server:
            for number in range(max(CASES // 10, 100)):
                chance = random.Random(number)
                raw = stream(chance)
                request = mutated(encode(REQUEST), chance) if number % 4 == 0 else encode(REQUEST)
                with socket.create_connection(server.address) as peer:
                    try:
                        peer.sendall(request + mutated(raw, chance))
                        peer.shutdown(socket.SHUT_WR)
                    except OSError:
                        continue
                    peer.settimeout(10)
                    drain(peer)
            assert server.stop(5.0) == 0
    finally:
        threading.excepthook = hook
    assert trouble == []
    assert len(archive.ended) > 0
    assert all(held.encodings for held in archive.stored.values())


def test_the_client_survives_any_server() -> None:
    accept = encode(negotiate(REQUEST, Policy(SOP_CLASSES))[0])
    for number in range(max(CASES // 20, 50)):
        chance = random.Random(number)
        ours, theirs = connected()
        channel = channel_over(ours)
        theirs.sendall(mutated(accept, chance) if number % 3 == 0 else accept + mutated(stream(chance), chance))
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises((AssociationEnded, PduError, CommandError)):
            listen(channel)
        channel.abort()
        channel.close()
        theirs.close()


def connected() -> tuple[socket.socket, socket.socket]:
    """Both ends of a TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        return ours, listener.accept()[0]


def channel_over(sock: socket.socket) -> Channel:
    association = Association(Role.REQUESTOR)
    association.associate(REQUEST)
    association.transport_opened()
    return Channel(Transport(sock, tick=0.5, send_timeout=2.0), association, Limits(2.0, 2.0, 2.0))


def listen(channel: Channel) -> None:
    """Take whatever comes until the association ends."""
    answer = channel.next_pdu(2.0)
    if isinstance(answer, AssociateAccept):
        channel.agree(conclude(REQUEST, answer))
    while True:
        channel.next_command()
        channel.drop_data_set()
