"""The audit's receiver on real sockets: down, slow, cutting in the middle; nothing is lost, nothing waits for it."""

import datetime
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sixfold.governance import SYSTEM
from sixfold.governance.model import SESSION_OPENED
from sixfold.governance.service.sink import Sink, sender
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.settings import BadSetting, read_settings


def happen(database: Database, count: int) -> list[str]:
    with database.write() as transaction:
        for number in range(count):
            events.record(transaction, SESSION_OPENED, subject=f"p{number}", actor=SYSTEM.actor, payload={})
    return [f"p{number}" for number in range(count)]


def whole_messages(stream: bytes) -> list[bytes]:
    """The messages of a stream that came whole (RFC 5425 4.3)."""
    found = []
    while stream:
        length, _, rest = stream.partition(b" ")
        if not length.isdigit() or len(rest) < int(length):
            break
        found.append(rest[: int(length)])
        stream = rest[int(length) :]
    return found


class Receiver:
    """Takes connections one after the other, each by the next manner; the last manner stays."""

    def __init__(self, *manners: Callable[[socket.socket], bytes], context: ssl.SSLContext | None = None) -> None:
        self._manners = list(manners)
        self._context = context
        self.streams: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                channel, _ = self._listener.accept()
            except OSError:
                return
            manner = self._manners.pop(0) if len(self._manners) > 1 else self._manners[0]
            try:
                with channel if self._context is None else self._context.wrap_socket(channel, server_side=True) as spoken:
                    self.streams.append(manner(spoken))
            except OSError:
                self.streams.append(b"")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    @property
    def subjects(self) -> list[str]:
        """Whom the messages that came whole are about, in the order in which they came."""
        text = b"".join(b"".join(whole_messages(stream)) for stream in self.streams).decode()
        return re.findall(r'ParticipantObjectID="(p\d+)"', text)


def read_all(channel: socket.socket) -> bytes:
    parts = []
    while part := channel.recv(65536):
        parts.append(part)
    return b"".join(parts)


def cut_after(count: int) -> Callable[[socket.socket], bytes]:
    def manner(channel: socket.socket) -> bytes:
        found = b""
        while len(found) < count and (part := channel.recv(count - len(found))):
            found += part
        return found

    return manner


def read_nothing(channel: socket.socket) -> bytes:
    time.sleep(1.0)
    return b""


@pytest.fixture
def receivers() -> Iterator[list[Receiver]]:
    made: list[Receiver] = []
    yield made
    for receiver in made:
        receiver.close()


def make_sink(database: Database, clock: HandClock, url: str, patience: float = 0.5, **more: str) -> Sink:
    settings = read_settings({}, audit_syslog=url, **more)
    return Sink(database, sender(settings, patience), clock)


def in_order_at_least_once(found: list[str], expected: list[str]) -> bool:
    """Whether the first occurrences are all there, in order."""
    return list(dict.fromkeys(found)) == expected


def until_sent(sink: Sink, clock: HandClock, limit: int = 40) -> int:
    """Steps until there is nothing left, the clock moved on over every pause; returns how many steps."""
    for step in range(60):
        if sink.advance(limit) == 0 and sink._relay.waiting() == 0:
            return step
        clock.advance(61)
    raise AssertionError("the receiver never took it all")


def test_every_event_arrives_whatever_the_receiver_does(
    database: Database, clock: HandClock, receivers: list[Receiver]
) -> None:
    expected = happen(database, 130)
    receiver = Receiver(read_nothing, cut_after(700), cut_after(12345), read_all, cut_after(0), cut_after(999), read_all)
    receivers.append(receiver)
    until_sent(make_sink(database, clock, f"tcp://127.0.0.1:{receiver.port}"), clock)
    assert in_order_at_least_once(receiver.subjects, expected)


def test_a_receiver_that_is_down_is_asked_again_ever_more_rarely(database: Database, clock: HandClock) -> None:
    expected = happen(database, 3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sink = make_sink(database, clock, f"tcp://127.0.0.1:{port}")
    assert sink.advance() == 0
    asked: list[float] = []

    def refused(_: list[bytes]) -> None:
        asked.append((clock.now - begun).total_seconds())
        raise ConnectionRefusedError

    begun = clock.now
    failing = Sink(database, refused, clock)
    for _ in range(300):
        failing.advance()
        clock.advance(1)
    assert asked == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    sent: list[bytes] = []
    healed = Sink(database, sent.extend, clock)
    assert healed.advance() == len(expected)
    assert healed.advance() == 0
    assert [one.startswith(b"<85>1 20") for one in sent] == [True] * 3


def test_a_slow_receiver_holds_up_nobody(database: Database, clock: HandClock, receivers: list[Receiver]) -> None:
    happen(database, 50)
    receiver = Receiver(read_nothing)
    receivers.append(receiver)
    sink = make_sink(database, clock, f"tcp://127.0.0.1:{receiver.port}", patience=0.8)
    sending = threading.Thread(target=sink.advance)
    sending.start()
    time.sleep(0.2)
    assert sending.is_alive()
    happen(database, 5)  # a change is written while the sink waits
    assert sending.is_alive()
    sending.join(10)
    assert sink._relay.waiting() == 55


def test_nothing_is_told_twice_when_all_is_well(database: Database, clock: HandClock, receivers: list[Receiver]) -> None:
    expected = happen(database, 90)
    receiver = Receiver(read_all)
    receivers.append(receiver)
    until_sent(make_sink(database, clock, f"tcp://127.0.0.1:{receiver.port}"), clock)
    assert receiver.subjects == expected


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return path


def test_by_tls_too_and_only_to_whom_the_authorities_vouch_for(
    database: Database, clock: HandClock, receivers: list[Receiver], tmp_path: Path
) -> None:
    expected = happen(database, 90)
    own, other = certificate(tmp_path), certificate(tmp_path, "other")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    receiver = Receiver(cut_after(800), read_nothing, read_all, cut_after(5000), read_all, context=context)
    receivers.append(receiver)
    url = f"tls://127.0.0.1:{receiver.port}"
    stranger = make_sink(database, clock, url, audit_syslog_authorities=str(other))
    with pytest.raises(Unavailable, match="certificate"):
        stranger._relay.advance()
    until_sent(make_sink(database, clock, url, audit_syslog_authorities=str(own)), clock)
    assert in_order_at_least_once(receiver.subjects, expected)


def test_by_datagram_each_message_is_one(sqlite_database: Database, clock: HandClock) -> None:
    happen(sqlite_database, 3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        sink = make_sink(sqlite_database, clock, f"udp://127.0.0.1:{receiver.getsockname()[1]}")
        assert sink.advance() == 3
        assert [receiver.recv(65536)[:6] for _ in range(3)] == [b"<85>1 "] * 3


@pytest.mark.parametrize("text", ["localhost:6514", "http://x:1", "tls://x", "tls://x:99999", "tls://x:0", "tcp://:1"])
def test_a_receiver_that_is_none_stops_the_start(text: str) -> None:
    with pytest.raises(BadSetting):
        read_settings({}, audit_syslog=text)
