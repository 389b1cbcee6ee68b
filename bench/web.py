"""A lean HTTP/1.1 client: one socket kept alive, no header objects, bodies counted or kept."""

import socket
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, header block as it came and body (empty when only counted)."""

    status: int
    head: bytes
    body: bytes
    size: int


class Client:
    """One connection to a server at `host`:`port`; `headers` go with every request."""

    def __init__(self, host: str, port: int, headers: dict[str, str] | None = None) -> None:
        self._address = (host, port)
        lines = {"Host": f"{host}:{port}", **(headers or {})}
        self._lines = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
        self._sock: socket.socket | None = None
        self._buffer = bytearray(1 << 20)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._sock:
            self._sock.close()
            self._sock = None

    def get(self, path: str, accept: str = "application/dicom+json", keep: bool = True) -> Answer:
        """GET a path; with keep=False the body is read and counted only. Raises OSError when the answer is no 2xx."""
        request = f"GET {path} HTTP/1.1\r\n{self._lines}Accept: {accept}\r\n\r\n".encode()
        return self._checked(request, path, keep)

    def post(self, path: str, content_type: str, body: list[bytes]) -> Answer:
        """POST a body given in pieces."""
        return self._send("POST", path, content_type, body)

    def put(self, path: str, content_type: str, body: list[bytes]) -> Answer:
        """PUT a body given in pieces."""
        return self._send("PUT", path, content_type, body)

    def _send(self, method: str, path: str, content_type: str, body: list[bytes]) -> Answer:
        size = sum(map(len, body))
        head = (
            f"{method} {path} HTTP/1.1\r\n{self._lines}Accept: application/dicom+json\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {size}\r\n\r\n"
        ).encode()
        sock = self._open()
        sock.sendall(head)
        for piece in body:
            sock.sendall(piece)
        return self._answer(sock, path, True)

    def _checked(self, request: bytes, path: str, keep: bool) -> Answer:
        for attempt in (1, 2):
            sock = self._open()
            try:
                sock.sendall(request)
                return self._answer(sock, path, keep)
            except ConnectionError:
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _open(self) -> socket.socket:
        if self._sock is None:
            self._sock = socket.create_connection(self._address, timeout=600)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._sock

    def _answer(self, sock: socket.socket, path: str, keep: bool) -> Answer:
        raw = b""
        while (end := raw.find(b"\r\n\r\n")) < 0:
            got = sock.recv(1 << 18)
            if not got:
                raise ConnectionResetError("connection closed by the server")
            raw += got
        head, rest = raw[:end].lower(), raw[end + 4 :]
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            body, size = self._chunks(sock, rest, keep)
        elif (length := _content_length(head)) is not None or status == 204:
            body, size = self._sized(sock, rest, length or 0, keep)
        else:
            body, size = self._to_the_end(sock, rest, keep)
        if b"connection: close" in head:
            self.close()
        if not 200 <= status < 300:
            raise OSError(f"{status} for {path}: {body[:200]!r}")
        return Answer(status, raw[:end], body, size)

    def _sized(self, sock: socket.socket, rest: bytes, length: int, keep: bool) -> tuple[bytes, int]:
        pieces, missing = [rest], length - len(rest)
        while missing > 0:
            count = sock.recv_into(self._buffer, min(missing, len(self._buffer)))
            if not count:
                raise ConnectionResetError("body cut short")
            missing -= count
            if keep:
                pieces.append(bytes(self._buffer[:count]))
        return (b"".join(pieces) if keep else b""), length

    def _to_the_end(self, sock: socket.socket, rest: bytes, keep: bool) -> tuple[bytes, int]:
        pieces, size = [rest], len(rest)
        while count := sock.recv_into(self._buffer):
            size += count
            if keep:
                pieces.append(bytes(self._buffer[:count]))
        self.close()
        return (b"".join(pieces) if keep else b""), size

    def _chunks(self, sock: socket.socket, rest: bytes, keep: bool) -> tuple[bytes, int]:
        pieces, size, raw = [], 0, bytearray(rest)
        while True:
            while (line := raw.find(b"\r\n")) < 0:
                raw += sock.recv(1 << 18)
            length = int(raw[:line].split(b";")[0], 16)
            while len(raw) < line + 4 + length:
                raw += sock.recv(1 << 20)
            if keep:
                pieces.append(bytes(raw[line + 2 : line + 2 + length]))
            size += length
            del raw[: line + 4 + length]
            if not length:
                return b"".join(pieces), size


def _content_length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return None


def multipart(parts: list[bytes], boundary: str = "bench-boundary") -> tuple[str, list[bytes]]:
    """Content type and body pieces of a STOW-RS request of Part 10 files (PS3.18 10.5)."""
    head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    pieces = [piece for part in parts for piece in (head, part, b"\r\n")]
    content_type = f'multipart/related; type="application/dicom"; boundary={boundary}'
    return content_type, [*pieces, f"--{boundary}--\r\n".encode()]
