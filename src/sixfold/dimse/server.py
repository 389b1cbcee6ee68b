"""The threaded shell: an accept loop, and one thread for each association (docs/decisions/0002-threads-for-dimse.md)."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from sixfold.dimse.negotiation import Policy
from sixfold.dimse.pdu import AsyncWindow
from sixfold.dimse.scp.connection import Connection, Provider
from sixfold.dimse.scp.offer import SOP_CLASSES
from sixfold.dimse.services import Services
from sixfold.dimse.settings import DimseSettings, Hooks

_BACKLOG = 256
_WAITING_ROOM = 32
"""Connections beyond the association limit that get a thread to be rejected politely; more are closed at once."""
_ACCEPT_PAUSE = 0.05


def bind(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """Return a listening socket; with `reuse_port` several processes may bind the same port and share its connections.

    Raises OSError where the address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class DimseServer:
    """Serves the DICOM network on listening sockets, which may be inherited from a parent process.

    The server closes the sockets when it stops.
    """

    def __init__(
        self,
        services: Services,
        settings: DimseSettings,
        listeners: Sequence[socket.socket],
        hooks: Hooks | None = None,
    ) -> None:
        self._settings = settings
        self._hooks = hooks or Hooks()
        self._listeners = list(listeners)
        self._lock = threading.Lock()
        self._connections: dict[Connection, threading.Thread] = {}
        self._associations = 0
        self._stopping = False
        self._wake, self._woken = socket.socketpair()
        policy = Policy(
            sop_classes=SOP_CLASSES,
            preferred_syntaxes=settings.preferred_syntaxes,
            max_length=settings.max_pdu,
            async_window=AsyncWindow(settings.async_window, settings.async_window),
        )
        self._provider = Provider(services, settings, self._hooks, policy, self._enter, self._leave, self._background)
        self._acceptor = threading.Thread(target=self._accept_loop, name="dimse-accept", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the first listening socket."""
        host, port = self._listeners[0].getsockname()[:2]
        return str(host), int(port)

    @property
    def associations(self) -> int:
        """How many associations are open."""
        return self._associations

    def start(self) -> None:
        """Begin to accept connections, on threads of the server's own."""
        for listener in self._listeners:
            listener.setblocking(False)
        self._acceptor.start()

    def stop(self, grace_seconds: float = 5.0) -> int:
        """Stop within the grace: no new associations, idle ones aborted, busy ones cut when three quarters have passed.

        Returns how many threads are still inside a service; 0 is a clean stop. Stopping again does no harm.
        """
        deadline = time.monotonic() + grace_seconds
        with self._lock:
            self._stopping = True
            connections = dict(self._connections)
        if self._acceptor.is_alive():
            self._wake.send(b"x")
            self._acceptor.join(grace_seconds)
        for open_socket in (*self._listeners, self._wake, self._woken):
            open_socket.close()
        for connection in connections:
            connection.stop()
        self._join(connections, deadline - grace_seconds / 4)
        for connection in connections:
            connection.cut()
        return self._join(connections, deadline)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _join(self, connections: dict[Connection, threading.Thread], deadline: float) -> int:
        for thread in connections.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        return sum(thread.is_alive() for thread in connections.values())

    def _accept_loop(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listener in (*self._listeners, self._woken):
                selector.register(listener, selectors.EVENT_READ)
            while not self._stopping:
                for key, _ in selector.select():
                    if isinstance(key.fileobj, socket.socket) and key.fileobj is not self._woken:
                        self._accept(key.fileobj)

    def _accept(self, listener: socket.socket) -> None:
        try:
            sock, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another process took it, or the peer is gone
        except OSError as error:
            self._hooks.log("dimse.accept_failed", error=str(error))
            time.sleep(_ACCEPT_PAUSE)  # out of file descriptors: let some associations end
            return
        connection = Connection(self._provider, sock, (str(address[0]), int(address[1])))
        thread = threading.Thread(target=self._run, args=(connection,), name="dimse-association", daemon=True)
        with self._lock:
            full = len(self._connections) >= self._settings.max_associations + _WAITING_ROOM
            if full or self._stopping:
                sock.close()
                return
            self._connections[connection] = thread
        try:
            thread.start()
        except RuntimeError as error:
            self._hooks.log("dimse.accept_failed", error=str(error))
            self._forget(connection)
            sock.close()

    def _run(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        with self._lock, contextlib.suppress(KeyError):
            del self._connections[connection]

    def _background(self, work: Callable[[], None]) -> None:
        # A daemon: what it does not finish before the process ends was never acknowledged to anyone.
        threading.Thread(target=work, name="dimse-report", daemon=True).start()

    def _enter(self) -> bool:
        with self._lock:
            if self._associations >= self._settings.max_associations or self._stopping:
                return False
            self._associations += 1
            return True

    def _leave(self) -> None:
        with self._lock:
            self._associations -= 1
