"""A connected stream socket as DIMSE wants it: blocking, one large reused buffer, gathered writes, no Nagle stalls.

Time limits are kept by ticks: a receive that has nothing for `tick` seconds returns None and lets the caller look at its
clock. On plain sockets the kernel keeps the tick (SO_RCVTIMEO), so that a receive costs one system call and no poll.
"""

import contextlib
import hashlib
import mmap
import select
import socket
import ssl
import struct
import time
from collections.abc import Sequence

from sixfold.dimse.errors import ConnectionLost
from sixfold.dimse.pdata import Buffer

BUFFER_SIZE = 1 << 18
"""Bytes of the receive buffer: two of DCMTK's largest PDUs; larger ones gained nothing and cost memory per association."""

_GATHER_LIMIT = 512
_LINGER_READS = 256


class Transport:
    """One connected socket, plain or TLS. Used by one thread; only `interrupt` and `cut` may be called from another."""

    def __init__(self, sock: socket.socket, *, tick: float, send_timeout: float) -> None:
        self._sock = sock
        self._tick = tick
        self._tls = sock if isinstance(sock, ssl.SSLSocket) else None
        self._buffer = memoryview(mmap.mmap(-1, BUFFER_SIZE))  # resident only as far as it was ever filled
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            sock.settimeout(send_timeout)
        else:
            sock.settimeout(None)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(tick))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(send_timeout))

    @property
    def tick(self) -> float:
        """Seconds after which an empty receive returns."""
        return self._tick

    def receive(self) -> memoryview | None:
        """Return what arrived, as a slice of the reused buffer: empty at the peer's end, None after an idle tick.

        Raises `ConnectionLost` where the connection broke.
        """
        if self._tls is not None and not self.readable(self._tick):
            return None
        try:
            size = self._sock.recv_into(self._buffer)
        except (BlockingIOError, ssl.SSLWantReadError, TimeoutError):
            return None
        except OSError as error:
            raise ConnectionLost(f"receive failed: {error}") from error
        if size != BUFFER_SIZE:
            self._acknowledge()
        return self._buffer[:size]

    def readable(self, seconds: float = 0.0) -> bool:
        """Say whether a receive would return at once, waiting up to `seconds` for it."""
        if self._tls is not None and self._tls.pending():
            return True
        return bool(self._poll.poll(seconds * 1000))

    def send(self, buffers: Sequence[Buffer]) -> None:
        """Send all buffers in as few writes as the kernel allows; raise `ConnectionLost` where that fails."""
        try:
            if self._tls is not None:
                self._tls.sendall(b"".join(buffers))
            elif len(buffers) == 1:
                self._sock.sendall(buffers[0])
            else:
                self._send_gathered(buffers)
        except (BlockingIOError, TimeoutError) as error:
            raise ConnectionLost("the peer takes no more data") from error
        except OSError as error:
            raise ConnectionLost(f"send failed: {error}") from error

    def certificate_sha256(self) -> str | None:
        """Return the hexadecimal SHA-256 of the peer's certificate (DER), None without one."""
        certificate = self._tls.getpeercert(binary_form=True) if self._tls is not None else None
        return hashlib.sha256(certificate).hexdigest() if certificate else None

    def interrupt(self) -> None:
        """Make a receive that waits in another thread return."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def cut(self) -> None:
        """End the connection at once in both directions, from any thread."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self, linger: float = 0.0) -> None:
        """Close; with `linger`, first let the peer read our last PDU: closing over unread data would reset the connection."""
        with contextlib.suppress(OSError, ConnectionLost):
            if linger > 0:
                self._linger(linger)
        self._sock.close()

    def _linger(self, seconds: float) -> None:
        self._sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + seconds
        for _ in range(_LINGER_READS):
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                return
            if not self._sock.recv_into(self._buffer):
                return

    def _send_gathered(self, buffers: Sequence[Buffer]) -> None:
        for start in range(0, len(buffers), _GATHER_LIMIT):
            pending = list(buffers[start : start + _GATHER_LIMIT])
            while pending:
                sent = self._sock.sendmsg(pending)
                while pending and sent >= len(pending[0]):
                    sent -= len(pending[0])
                    del pending[0]
                if sent:
                    pending[0] = memoryview(pending[0])[sent:]

    def _acknowledge(self) -> None:
        # Linux forgets TCP_QUICKACK after each answer; without it a sender that leaves Nagle on waits 40 ms per message.
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("@ll", whole, max(int((seconds - whole) * 1_000_000), 0 if whole else 1000))
