"""What the server is told once, and the hooks by which it tells what it does."""

import ssl
from dataclasses import dataclass, field
from typing import Protocol

from sixfold.dimse.channel import MAX_DATA_SET, Limits


@dataclass(frozen=True, slots=True)
class DimseSettings:
    """Settings of a `DimseServer`: times in seconds, lengths in bytes.

    `ae_titles` are the called titles that are answered, none for any; the first is our own when we call. `max_pdu` is the
    maximum length that we announce.
    """

    ae_titles: tuple[str, ...] = ("SIXFOLD",)
    max_associations: int = 64
    max_pdu: int = 1 << 18
    async_window: int = 64
    preferred_syntaxes: tuple[str, ...] = ()
    artim: float = 30.0
    idle_timeout: float = 600.0
    network_timeout: float = 60.0
    connect_timeout: float = 10.0
    commit_answer_timeout: float = 10.0
    max_identifier: int = MAX_DATA_SET
    tls: ssl.SSLContext | None = None

    @property
    def ae_title(self) -> str:
        """Our own title where we are the one who calls."""
        return self.ae_titles[0] if self.ae_titles else "SIXFOLD"

    @property
    def limits(self) -> Limits:
        """The time limits of a channel."""
        return Limits(self.artim, self.idle_timeout, self.network_timeout)


class Metrics(Protocol):
    """Counters that the server feeds; each call must be cheap and safe on any thread."""

    def association_opened(self) -> None:
        """An association was accepted."""

    def association_closed(self, outcome: str) -> None:
        """An accepted association ended: `released`, `aborted`, `lost` or `protocol`."""

    def association_refused(self, reason: str) -> None:
        """An association was rejected or never came to be."""

    def operation(self, name: str, status: int, seconds: float) -> None:
        """An operation was answered with its final status."""

    def received(self, size: int) -> None:
        """That many bytes came in on an association since the last call."""


class NoMetrics:
    """Counts nothing."""

    def association_opened(self) -> None:
        """Count nothing."""

    def association_closed(self, outcome: str) -> None:
        """Count nothing."""

    def association_refused(self, reason: str) -> None:
        """Count nothing."""

    def operation(self, name: str, status: int, seconds: float) -> None:
        """Count nothing."""

    def received(self, size: int) -> None:
        """Count nothing."""


class Log(Protocol):
    """A structured log: an event's name and its fields."""

    def __call__(self, event: str, /, **fields: object) -> None:
        """Write one record."""


def _silent(_event: str, /, **_fields: object) -> None:
    """Log nothing."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where the server reports to."""

    metrics: Metrics = field(default_factory=NoMetrics)
    log: Log = _silent
