"""The shell over real sockets: admission, limits, timers, stopping, and peers that misbehave."""

import socket
import threading
import time
from contextlib import suppress

import pytest
from tests.unit.dimse.conftest import CT, EXPLICIT, PROPOSALS, House, Street, eventually, instance

from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse import message as messages
from sixfold.dimse.client import ClientSettings, Proposal, associate
from sixfold.dimse.errors import AssociationAborted, AssociationEnded, AssociationRefused, ConnectionLost
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.message import CancelRequest, EchoRequest, NSetRequest, NSetResponse, StoreRequest
from sixfold.dimse.pdata import command_pdus
from sixfold.dimse.pdu import (
    Abort,
    AssociateRequest,
    OfferedContext,
    UserIdentity,
    UserInformation,
    decode,
    encode,
)
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import AssociationRequest, Caller, Remote
from sixfold.dimse.settings import DimseSettings

REQUEST = AssociateRequest("HOUSE", "RAW", (OfferedContext(1, VERIFICATION, (EXPLICIT,)), OfferedContext(3, CT, (EXPLICIT,))))


class RawPeer:
    """A peer that sends what bytes a test likes."""

    def __init__(self, house: House, *, established: bool = True) -> None:
        self.socket = socket.create_connection((house.remote.host, house.remote.port), 10)
        self.file = self.socket.makefile("rb")
        if established:
            self.socket.sendall(encode(REQUEST))
            assert self.pdu()[0] == 2

    def pdu(self) -> bytes:
        """Return the next PDU, empty at the end."""
        head = self.file.read(6)
        return head + self.file.read(int.from_bytes(head[2:], "big")) if head else b""

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def test_echo(house: House) -> None:
    with house.associate() as peer:
        assert peer.echo() == 0
    eventually(lambda: house.metrics.closed)
    assert house.metrics.closed == ["released"]
    assert house.metrics.operations == [("Echo", 0)]
    caller = house.archive.callers[0]
    assert (caller.calling_ae, caller.called_ae, caller.principal) == ("TESTER", "HOUSE", "TESTER")
    assert house.archive.ended == [caller]


def test_the_caller_is_described_to_the_house(house: House) -> None:
    identity = UserIdentity(2, b"nurse", b"word", response_requested=True)
    with associate(house.remote, PROPOSALS, ClientSettings("WARD"), identity=identity):
        asked = house.archive.asked[0]
    assert isinstance(asked, AssociationRequest)
    assert asked.identity == identity
    assert asked.abstract_syntaxes[:2] == (VERIFICATION, CT)
    assert asked.host == "127.0.0.1"
    assert asked.implementation_version


def test_an_unknown_called_title_is_rejected(house: House) -> None:
    stranger = Remote("ELSEWHERE", house.remote.host, house.remote.port)
    with pytest.raises(AssociationRefused) as refused:
        associate(stranger, PROPOSALS)
    assert (refused.value.result, refused.value.source, refused.value.reason) == (1, 1, 7)


def test_any_called_title_where_none_is_set(serve: Street) -> None:
    house = serve(ae_titles=())
    with associate(Remote("WHATEVER", house.remote.host, house.remote.port), PROPOSALS) as peer:
        assert peer.echo() == 0


def test_the_house_may_refuse_a_caller(serve: Street) -> None:
    house = serve(FakeArchive(refused_titles=frozenset({"TESTER"})))
    with pytest.raises(AssociationRefused) as refused:
        house.associate()
    assert (refused.value.result, refused.value.source, refused.value.reason) == (1, 1, 3)
    assert house.server.associations == 0
    assert house.archive.ended == []


def test_a_house_that_cannot_judge_turns_away_for_now(serve: Street) -> None:
    class Broken(FakeArchive):
        def admit(self, request: AssociationRequest) -> object:
            raise ValueError("no database")

    house = serve(Broken())
    with pytest.raises(AssociationRefused) as refused:
        house.associate()
    assert (refused.value.result, refused.value.source, refused.value.reason) == (2, 3, 1)
    assert house.server.associations == 0


def test_S9_the_association_limit_is_a_transient_rejection(serve: Street) -> None:
    house = serve(max_associations=2)
    with house.associate(), house.associate():
        with pytest.raises(AssociationRefused) as refused:
            house.associate()
        assert (refused.value.result, refused.value.source, refused.value.reason) == (2, 3, 2)
    eventually(lambda: house.server.associations == 0)
    with house.associate() as peer:
        assert peer.echo() == 0


def test_S9_connections_far_beyond_the_limit_are_closed_at_once(serve: Street) -> None:
    house = serve(max_associations=1)
    silent = [socket.create_connection((house.remote.host, house.remote.port)) for _ in range(60)]
    closed = 0
    for connection in silent:
        connection.settimeout(0.05)
        with suppress(TimeoutError, ConnectionResetError):
            closed += connection.recv(1) == b""
    assert 20 <= closed < 60
    for connection in silent:
        connection.close()


def test_S9_artim_ends_a_connection_that_never_asks(serve: Street) -> None:
    house = serve(artim=0.2)
    peer = RawPeer(house, established=False)
    assert peer.pdu() == b""
    eventually(lambda: house.metrics.refused == ["lost"])
    peer.close()


def test_S9_a_user_that_never_releases_is_aborted(serve: Street) -> None:
    house = serve(idle_timeout=0.2)
    peer = RawPeer(house)
    assert peer.pdu() == encode(Abort(0, 0))
    eventually(lambda: house.server.associations == 0)
    assert house.metrics.closed == ["lost"]
    peer.close()


def test_S9_a_peer_that_stops_in_mid_message_is_aborted(serve: Street) -> None:
    house = serve(network_timeout=0.2, idle_timeout=60.0)
    peer = RawPeer(house)
    peer.socket.sendall(store_command() + b"\4\0\0\0\xff\0\0\0\0\x10\3\0abc")
    assert peer.pdu() == encode(Abort(0, 0))
    eventually(lambda: house.archive.closed == 1)
    assert (house.archive.aborted, house.archive.stored) == (1, {})
    peer.close()


def test_S12_a_peer_that_vanishes_in_mid_message_leaves_nothing(house: House) -> None:
    peer = RawPeer(house)
    peer.socket.sendall(store_command() + b"\4\0\0\0\xff\0\0\0\0\x10\3\0abc")
    eventually(lambda: house.archive.callers)
    peer.close()
    eventually(lambda: house.server.associations == 0)
    eventually(lambda: house.archive.closed == 1)
    assert (house.archive.aborted, house.archive.stored) == (1, {})
    assert len(house.archive.ended) == 1


def test_S12_a_reset_is_survived(house: House) -> None:
    peer = RawPeer(house)
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.socket.sendall(store_command())
    peer.close()
    eventually(lambda: house.server.associations == 0)
    with house.associate() as other:
        assert other.echo() == 0


def test_an_abort_of_the_peer_is_told(house: House) -> None:
    peer = house.associate()
    peer.abort()
    eventually(lambda: house.metrics.closed == ["aborted"])


def store_command() -> bytes:
    request = StoreRequest(message_id=1, affected_sop_class_uid=CT, affected_sop_instance_uid="1.2", has_data_set=True)
    return command_pdus(3, messages.encode(request), 16000)


ECHO = messages.encode(EchoRequest(message_id=1, affected_sop_class_uid=VERIFICATION))


@pytest.mark.parametrize(
    "raw",
    [
        b"\4\0\0\0\0\6\0\0\0\2\1\2",
        command_pdus(5, ECHO, 16000),
        command_pdus(1, b"garbage", 16000),
        store_command() + command_pdus(3, ECHO, 16000),
        store_command() + b"\4\0\0\0\0\6\0\0\0\2\1\2",
        b"\4\0\0\0\0\7\0\0\0\3\1\1a" + b"\4\0\0\0\0\7\0\0\0\3\3\3a",
        b"".join(b"\4\0\0\0\x40\6\0\0\x40\2\1\1" + bytes(0x4000) for _ in range(5)),
        b"\xff\0\0\0\0\0",
        encode(REQUEST),
        b"\1\0\xff\xff\xff\xff",
    ],
    ids=[
        "data without command",
        "context not accepted",
        "no command set",
        "command inside a data set",
        "data set on another context",
        "command over two contexts",
        "endless command",
        "unknown PDU",
        "second request",
        "endless PDU",
    ],
)
def test_a_peer_out_of_step_is_aborted_by_the_provider(house: House, raw: bytes) -> None:
    peer = RawPeer(house)
    peer.socket.sendall(raw)
    answer = peer.pdu()
    pdu = decode(answer[0], answer[6:])
    assert isinstance(pdu, Abort)
    assert pdu.source == 2
    eventually(lambda: house.server.associations == 0)
    peer.close()


def test_operations_that_are_not_offered_are_unrecognized(house: House) -> None:
    with house.associate() as peer:
        request = NSetRequest(message_id=9, requested_sop_class_uid="1.2", requested_sop_instance_uid="1.3", has_data_set=True)
        context = peer.context(VERIFICATION)
        peer.channel.send(context, request, [b"data"])
        answer = peer.channel.next_command().message
        assert answer == NSetResponse(
            responded_to=9, status=0x0211, affected_sop_class_uid="1.2", affected_sop_instance_uid="1.3"
        )
        assert peer.echo() == 0


def test_a_late_cancel_is_ignored(house: House) -> None:
    with house.associate() as peer:
        peer.channel.send(peer.context(VERIFICATION), CancelRequest(responded_to=99))
        assert peer.echo() == 0


def test_a_failing_echo_is_answered(serve: Street) -> None:
    class Broken(FakeArchive):
        def echo(self, caller: Caller) -> int:
            raise ValueError("internals")

    house = serve(Broken())
    with house.associate() as peer:
        assert peer.echo() == 0x0110
    assert [event for event, _ in house.log if event == "dimse.operation_failed"]


def test_stop_aborts_idle_associations_at_once(serve: Street) -> None:
    house = serve()
    peers = [house.associate() for _ in range(3)]
    started = time.monotonic()
    assert house.server.stop(5.0) == 0
    assert time.monotonic() - started < 4.0
    for peer in peers:
        with pytest.raises(AssociationEnded):
            peer.echo()
        peer.abort()
    assert sorted(house.metrics.closed) == ["aborted"] * 3
    with pytest.raises(ConnectionLost):
        house.associate()


def test_stop_lets_an_operation_finish_within_the_grace(serve: Street) -> None:
    house = serve()
    entered, leave = threading.Event(), threading.Event()

    def on_store(step: str, _: str) -> None:
        if step == "finish":
            entered.set()
            leave.wait(5)

    house.archive.on_store = on_store
    peer = house.associate()
    outcomes: list[int] = []
    sending = threading.Thread(target=lambda: outcomes.extend(o.status for o in peer.store([instance()])))
    sending.start()
    entered.wait(5)
    stopping = threading.Thread(target=house.server.stop, args=(8.0,))
    stopping.start()
    leave.set()
    sending.join(10)
    stopping.join(10)
    assert outcomes == [0]
    with pytest.raises(AssociationEnded):
        peer.echo()
    peer.abort()


def test_stop_cuts_a_transfer_that_outlasts_the_grace(serve: Street) -> None:
    house = serve()
    peer = RawPeer(house)
    peer.socket.sendall(store_command() + b"\4\0\0\0\xff\0\0\0\0\x10\3\0abc")
    eventually(lambda: house.archive.callers)
    assert house.server.stop(1.0) == 0
    assert (house.archive.aborted, house.archive.stored) == (1, {})
    peer.close()


def test_several_servers_share_a_port() -> None:
    first = bind("127.0.0.1", 0, reuse_port=True)
    port = first.getsockname()[1]
    archives = [FakeArchive(), FakeArchive()]
    servers = [
        DimseServer(archive, DimseSettings(ae_titles=()), [listener])
        for archive, listener in zip(archives, (first, bind("127.0.0.1", port, reuse_port=True)), strict=True)
    ]
    with servers[0], servers[1]:
        for _ in range(40):
            with associate(Remote("ANY", "127.0.0.1", port), [Proposal(VERIFICATION, (EXPLICIT,))]) as peer:
                assert peer.echo() == 0
    counts = [len(archive.callers) for archive in archives]
    assert sum(counts) == 40
    assert min(counts) > 0


def test_an_inherited_socket_may_be_accepted_from_twice() -> None:
    listener = bind("127.0.0.1", 0)
    copy = listener.dup()
    archive = FakeArchive()
    with DimseServer(archive, DimseSettings(), [listener]) as one:
        host, port = one.address
        with DimseServer(archive, DimseSettings(), [copy]):
            pass
        with associate(Remote("SIXFOLD", host, port), [Proposal(VERIFICATION, (EXPLICIT,))]) as peer:
            assert peer.echo() == 0


@pytest.mark.parametrize("max_length", [0, 1, 128, 16384, 0xFFFFFFFF])
def test_S9_any_maximum_length_of_the_peer_is_respected(house: House, max_length: int) -> None:
    peer = RawPeer(house, established=False)
    request = AssociateRequest(
        "HOUSE", "RAW", (OfferedContext(1, VERIFICATION, (EXPLICIT,)),), UserInformation(max_length=max_length)
    )
    peer.socket.sendall(encode(request))
    assert peer.pdu()[0] == 2
    peer.socket.sendall(command_pdus(1, ECHO, 16000))
    answer = b""
    while True:
        pdu = peer.pdu()
        assert len(pdu) - 6 <= max(max_length, 64) or max_length == 0
        answer += pdu[12:]
        if pdu[11] & 2:
            break
    assert messages.decode(answer).status == 0  # type: ignore[attr-defined]
    peer.close()


def test_a_client_hears_why_it_was_aborted(serve: Street) -> None:
    house = serve(idle_timeout=0.2)
    peer = house.associate()
    time.sleep(0.6)
    with pytest.raises((AssociationAborted, ConnectionLost)):
        peer.echo()
    peer.abort()
