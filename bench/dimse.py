"""A DIMSE client that costs the machine as little as possible: raw sockets, PDUs encoded before the clock starts."""

import io
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

from bench.corpus import EXPLICIT_LE, Instance

if TYPE_CHECKING:
    from typing_extensions import Buffer

IMPLICIT_LE = "1.2.840.10008.1.2"
FIND_STUDY, MOVE_STUDY, GET_STUDY = (f"1.2.840.10008.5.1.4.1.2.2.{n}" for n in (1, 2, 3))
OUR_MAXIMUM = 131_072
STORE_RQ, STORE_RSP, GET_RQ, GET_RSP, FIND_RQ, FIND_RSP, MOVE_RQ, MOVE_RSP = (
    0x0001, 0x8001, 0x0010, 0x8010, 0x0020, 0x8020, 0x0021, 0x8021,
)  # fmt: skip
NO_DATA_SET = 0x0101

Command = dict[int, bytes]


class Refused(Exception):
    """The peer rejected or aborted, or answered with a failure status."""


@dataclass(frozen=True, slots=True)
class Context:
    """A presentation context to propose; `scp` asks for the SCP role (C-GET)."""

    abstract: str
    syntaxes: tuple[str, ...] = (EXPLICIT_LE,)
    scp: bool = False


def _item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(body)) + body


def association_request(called: str, calling: str, contexts: Sequence[Context]) -> bytes:
    """An A-ASSOCIATE-RQ PDU (PS3.8 9.3.2)."""
    body = struct.pack(">H2x16s16s32x", 1, called.ljust(16).encode(), calling.ljust(16).encode())
    body += _item(0x10, b"1.2.840.10008.3.1.1.1")
    for number, context in enumerate(contexts):
        inner = _item(0x30, context.abstract.encode()) + b"".join(_item(0x40, s.encode()) for s in context.syntaxes)
        body += _item(0x20, struct.pack(">B3x", 2 * number + 1) + inner)
    user = _item(0x51, struct.pack(">L", OUR_MAXIMUM)) + _item(0x52, b"2.25.60000000000000000000000000006")
    for context in contexts:
        if context.scp:
            name = context.abstract.encode()
            user += _item(0x54, struct.pack(">H", len(name)) + name + b"\0\1")
    body += _item(0x50, user)
    return struct.pack(">BxL", 1, len(body)) + body


def command_set(elements: dict[int, str | int]) -> bytes:
    """A command set in implicit little endian with its group length; text becomes UI or AE, numbers US."""
    body = b""
    for element, value in sorted(elements.items()):
        if isinstance(value, str):
            filler = b" " if element == 0x0600 else b"\0"
            raw = value.encode() + filler * (len(value) % 2)
        else:
            raw = struct.pack("<H", value)
        body += struct.pack("<HHL", 0, element, len(raw)) + raw
    return struct.pack("<HHLL", 0, 0, 4, len(body)) + body


def parse_command(data: bytes) -> Command:
    """The elements of a command set as raw values by element number."""
    found, place = {}, 0
    while place < len(data):
        _, element, length = struct.unpack_from("<HHL", data, place)
        found[element] = data[place + 8 : place + 8 + length]
        place += 8 + length
    return found


def number_of(command: Command, element: int) -> int:
    """An unsigned short of a command set."""
    return int(struct.unpack("<H", command[element])[0])


def data_pdus(context: int, command: bool, content: bytes, maximum: int, last: bool = True) -> Iterator[bytes]:
    """P-DATA-TF PDUs with one PDV each, none longer than `maximum` allows; `last` marks the end of the message part."""
    piece = maximum - 6
    view = memoryview(content)
    for start in range(0, max(len(content), 1), piece):
        part = view[start : start + piece]
        flags = int(command) | (2 if last and start + piece >= len(content) else 0)
        yield struct.pack(">BxLLBB", 4, len(part) + 6, len(part) + 2, context, flags) + part


class _Prompt(io.RawIOBase):
    """A socket that acknowledges what it has received before it waits for more.

    DCMTK-based servers send an answer in two writes with Nagle on: the second write waits for the acknowledgement of the
    first, which the kernel would delay by 40 ms. A sender that does not care is measured with `--sender dcmtk`.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return self._sock.recv_into(buffer)


def reader(sock: socket.socket, prompt: bool = True) -> io.BufferedReader:
    """A buffered reader of a socket; a prompt one never leaves its peer waiting for an acknowledgement."""
    raw: io.RawIOBase = _Prompt(sock) if prompt else socket.SocketIO(sock, "r")
    return io.BufferedReader(raw, 1 << 18)


@dataclass
class Association:
    """An open association as SCU."""

    host: str
    port: int
    called: str
    contexts: Sequence[Context]
    calling: str = "BENCH"
    prompt: bool = True
    maximum: int = field(init=False, default=16384)
    accepted: dict[str, tuple[int, str]] = field(init=False, default_factory=dict)
    sock: socket.socket = field(init=False)
    stream: io.BufferedReader = field(init=False)

    def __enter__(self) -> "Association":
        self.sock = socket.create_connection((self.host, self.port), timeout=600)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = reader(self.sock, self.prompt)
        self.sock.sendall(association_request(self.called, self.calling, self.contexts))
        kind, body = read_pdu(self.stream)
        if kind != 2:
            raise Refused(f"association refused: PDU {kind}, {body.hex()}")
        self._accept(body)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.sock.sendall(b"\x05\0\0\0\0\4\0\0\0\0")
            read_pdu(self.stream)
        self.stream.close()
        self.sock.close()

    def _accept(self, body: bytes) -> None:
        for kind, content in _items(body[68:]):
            if kind == 0x21 and content[2] == 0:
                syntax = dict(_items(content[4:]))[0x40].decode().rstrip("\0")
                self.accepted[self.contexts[content[0] // 2].abstract] = (content[0], syntax)
            elif kind == 0x50:
                offered = struct.unpack(">L", dict(_items(content))[0x51])[0]
                self.maximum = min(offered or OUR_MAXIMUM, OUR_MAXIMUM)

    def encode_store(self, instance: Instance, message: int = 1) -> bytes:
        """All PDUs of one C-STORE-RQ, ready for one write."""
        context, _ = self.accepted[instance.sop_class]
        command = command_set(
            {0x0002: instance.sop_class, 0x0100: STORE_RQ, 0x0110: message, 0x0700: 0, 0x0800: 0, 0x1000: instance.uid}
        )
        pieces = [*data_pdus(context, True, command, self.maximum)]
        pieces += data_pdus(context, False, instance.dataset, self.maximum)
        return b"".join(pieces)

    def stream_store(self, sop_class: str, uid: str, head: bytes, pieces: Iterable[bytes]) -> None:
        """Store an object that is too large for memory: its header, then pieces of its pixels."""
        context, _ = self.accepted[sop_class]
        command = command_set({0x0002: sop_class, 0x0100: STORE_RQ, 0x0110: 1, 0x0700: 0, 0x0800: 0, 0x1000: uid})
        self.sock.sendall(b"".join(data_pdus(context, True, command, self.maximum)))
        waiting = head
        for piece in pieces:
            self.sock.sendall(b"".join(data_pdus(context, False, waiting, self.maximum, last=False)))
            waiting = piece
        self.send_store(b"".join(data_pdus(context, False, waiting, self.maximum)))

    def send_store(self, pdus: bytes) -> None:
        """Send pre-encoded PDUs and wait for success; raises Refused on any other status."""
        self.sock.sendall(pdus)
        command = next(self.commands())
        status = number_of(command, 0x0900)
        if status & 0xF000 not in (0, 0xB000):
            raise Refused(f"C-STORE answered {status:04x}")

    def request(self, abstract: str, elements: dict[int, str | int], identifier: bytes) -> None:
        """Send a request that carries an identifier (C-FIND, C-MOVE, C-GET)."""
        context, _ = self.accepted[abstract]
        command = command_set({0x0002: abstract, 0x0110: 1, 0x0700: 0, 0x0800: 1, **elements})
        pdus = [*data_pdus(context, True, command, self.maximum), *data_pdus(context, False, identifier, self.maximum)]
        self.sock.sendall(b"".join(pdus))

    def commands(self) -> Iterator[Command]:
        """Command sets as they arrive, each after its data set has been read to the end and thrown away."""
        return incoming(self.stream)


def incoming(stream: io.BufferedReader) -> Iterator[Command]:
    """Command sets from a stream of P-DATA-TF; ends at release, raises Refused at abort. Key -1 holds the context."""
    parts: list[bytes] = []
    waiting: Command | None = None
    while True:
        kind, body = read_pdu(stream)
        if kind == 5:
            return
        if kind != 4:
            raise Refused(f"PDU {kind}: {body.hex()[:40]}")
        place = 0
        while place < len(body):
            length, context, flags = struct.unpack_from(">LBB", body, place)
            if flags & 1:
                parts.append(body[place + 6 : place + 4 + length])
                if flags & 2:
                    command = parse_command(b"".join(parts))
                    command[-1] = bytes([context])
                    parts = []
                    if number_of(command, 0x0800) == NO_DATA_SET:
                        yield command
                    else:
                        waiting = command
            elif flags & 2 and waiting is not None:
                yield waiting
                waiting = None
            place += 4 + length


def read_pdu(stream: io.BufferedReader) -> tuple[int, bytes]:
    """Type and body of the next PDU."""
    head = stream.read(6)
    if len(head) < 6:
        raise Refused("connection closed")
    kind, length = struct.unpack(">BxL", head)
    return kind, stream.read(length)


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(data):
        kind, length = struct.unpack_from(">BxH", data, place)
        yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length


def store_response(request: Command) -> bytes:
    """The PDU of a successful C-STORE-RSP to a request."""
    sop_class, instance = (request[e].decode().rstrip("\0") for e in (0x0002, 0x1000))
    command = command_set(
        {0x0002: sop_class, 0x0100: STORE_RSP, 0x0120: number_of(request, 0x0110), 0x0800: NO_DATA_SET,
         0x0900: 0, 0x1000: instance}
    )  # fmt: skip
    return b"".join(data_pdus(request[-1][0], True, command, OUR_MAXIMUM))


def identifier(elements: Iterable[tuple[int, str, str]], explicit: bool) -> bytes:
    """An identifier of (tag, VR, text) rows, to be given in tag order."""
    body = b""
    for tag, vr, text in elements:
        raw = text.encode() + (b"\0" if vr == "UI" else b" ") * (len(text) % 2)
        head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
        body += head + (vr.encode() + struct.pack("<H", len(raw)) if explicit else struct.pack("<L", len(raw))) + raw
    return body


def accept_association(sock: socket.socket, stream: io.BufferedReader) -> None:
    """Accept whatever is proposed, each context with the first transfer syntax offered (PS3.8 9.3.3)."""
    kind, body = read_pdu(stream)
    if kind != 1:
        raise Refused(f"expected A-ASSOCIATE-RQ, got PDU {kind}")
    answer = body[:68] + _item(0x10, b"1.2.840.10008.3.1.1.1")
    for item, content in _items(body[68:]):
        if item == 0x20:
            syntax = dict(reversed(list(_items(content[4:]))))[0x40]
            answer += _item(0x21, bytes([content[0], 0, 0, 0]) + _item(0x40, syntax))
    user = _item(0x51, struct.pack(">L", OUR_MAXIMUM)) + _item(0x52, b"2.25.60000000000000000000000000006")
    answer += _item(0x50, user)
    sock.sendall(struct.pack(">BxL", 2, len(answer)) + answer)


def release(sock: socket.socket) -> None:
    """Answer an A-RELEASE-RQ."""
    sock.sendall(b"\x06\0\0\0\0\4\0\0\0\0")
