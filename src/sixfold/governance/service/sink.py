"""Audit messages to a syslog receiver, at least once and in order; one that is down, slow or full holds up nobody.

Syslog acknowledges nothing. So each batch has a connection of its own that is closed in order: only when the receiver has
closed its side too, and its machine has acknowledged every byte, was the batch received. All else is sent again, after a
pause.
"""

import errno
import fcntl
import os
import socket
import ssl
import struct
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sixfold.governance.model import PART
from sixfold.governance.rules import syslog
from sixfold.governance.rules.renderings import audit_message
from sixfold.kernel import metrics
from sixfold.kernel.clock import Clock
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.events import Event, Relay
from sixfold.kernel.logs import logger
from sixfold.kernel.settings import Settings, address

BATCH = 200
PATIENCE = 10.0
"""Seconds that a receiver may take for each step of a batch."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0

Send = Callable[[list[bytes]], None]
"""Delivers messages together; raises `OSError` when it is not certain that they arrived."""


class Sink:
    """The relay of the feed to the receiver, with a pause after each failure that grows to a minute."""

    def __init__(self, database: Database, send: Send, clock: Clock) -> None:
        self._relay = Relay(database, "audit-syslog", self._deliver)
        self._send = send
        self._clock = clock
        self._host = socket.gethostname()
        self._pause = _FIRST_PAUSE
        self._not_before: datetime | None = None

    def advance(self, limit: int = BATCH) -> int:
        """Send up to `limit` further events; returns how many, 0 also while it pauses after a failure."""
        if self._not_before is not None and self._clock() < self._not_before:
            return 0
        try:
            done = self._relay.advance(limit)
        except Unavailable as error:
            metrics.AUDIT_SINK_FAILURES.inc()
            logger(PART).warning("the audit's receiver takes nothing", extra={"error": str(error), "pause": self._pause})
            self._not_before = self._clock() + timedelta(seconds=self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            done = 0
        else:
            self._not_before, self._pause = None, _FIRST_PAUSE
        metrics.AUDIT_BACKLOG.set(self._relay.waiting())
        return done

    def _deliver(self, batch: Sequence[Event]) -> None:
        process = os.getpid()
        messages = [syslog.message(event.at, self._host, process, audit_message(event, self._host)) for event in batch]
        try:
            self._send(messages)
        except OSError as error:
            raise Unavailable(str(error) or type(error).__name__) from error


def sender(settings: Settings, patience: float = PATIENCE) -> Send:
    """How to send to the receiver of the settings."""
    scheme, _, place = settings.audit_syslog.partition("://")
    where = address(place)
    if scheme == "udp":
        return lambda messages: _by_datagram(where.host, where.port, messages)
    context = _tls(settings) if scheme == "tls" else None
    return lambda messages: _by_stream((where.host, where.port), context, syslog.framed(messages), patience)


def _tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.audit_syslog_authorities or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.audit_syslog_certificate:
        context.load_cert_chain(settings.audit_syslog_certificate)
    return context


def _by_datagram(host: str, port: int, messages: list[bytes]) -> None:
    """One datagram a message (RFC 5426): nothing tells whether it arrived."""
    [family, kind, protocol, _, place], *_ = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    with socket.socket(family, kind, protocol) as channel:
        for message in messages:
            try:
                channel.sendto(message, place)
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    raise
                logger(PART).error("an audit message is too long for a datagram: use tls or tcp", extra={"bytes": len(message)})


def _by_stream(place: tuple[str, int], context: ssl.SSLContext | None, data: bytes, patience: float) -> None:
    with socket.create_connection(place, patience) as plain:
        channel = plain if context is None else context.wrap_socket(plain, server_hostname=place[0])
        with channel:
            channel.sendall(data)
            _close_in_order(channel, time.monotonic() + patience)


def _close_in_order(channel: socket.socket, deadline: float) -> None:
    """End our side, then wait until the other has read all and ended its own; raises `OSError` when it does not."""
    if isinstance(channel, ssl.SSLSocket):
        with suppress(ssl.SSLEOFError, ssl.SSLSyscallError):  # it ended without a close_notify: TCP tells the rest
            channel = channel.unwrap()
    if isinstance(channel, ssl.SSLSocket):
        _wait_until_taken(channel, deadline)
        return
    channel.shutdown(socket.SHUT_WR)
    while channel.recv(4096):
        if time.monotonic() > deadline:
            raise TimeoutError("the receiver talks and does not close the connection")
    _wait_until_taken(channel, deadline)


def _wait_until_taken(channel: socket.socket, deadline: float) -> None:
    """Until the other machine acknowledged every byte: one that closed before it read all answers with a reset."""
    while True:
        unsent = struct.unpack("i", fcntl.ioctl(channel.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]
        if failed := channel.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, os.strerror(failed))
        if unsent == 0:
            return
        if time.monotonic() > deadline:
            raise TimeoutError("the receiver does not acknowledge what was sent")
        time.sleep(0.01)
