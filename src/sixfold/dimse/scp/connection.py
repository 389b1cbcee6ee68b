"""One accepted connection from its first byte to its last: TLS, negotiation, admission, then the operations in turn."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from sixfold.dimse.association import Association, Role
from sixfold.dimse.channel import Channel
from sixfold.dimse.errors import (
    AssociationAborted,
    AssociationEnded,
    AssociationRefused,
    AssociationReleased,
    ConnectionLost,
    PduError,
)
from sixfold.dimse.negotiation import Policy, negotiate, refusal
from sixfold.dimse.pdu import AssociateReject, AssociateRequest
from sixfold.dimse.scp.operations import Operations
from sixfold.dimse.scp.session import Session
from sixfold.dimse.services import AssociationRequest, Caller, Services
from sixfold.dimse.settings import DimseSettings, Hooks
from sixfold.dimse.transport import Transport

CALLED_AE_UNKNOWN = (1, 1, 7)
LOCAL_LIMIT_EXCEEDED = (2, 3, 2)
TEMPORARY_CONGESTION = (2, 3, 1)
"""Result, source and reason of rejections (PS3.8 table 9-21)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What all connections of a server share.

    `enter` counts an association in, False at the limit, and `leave` counts it out; `background` runs work that must not hold
    up the association on a thread of its own.
    """

    services: Services
    settings: DimseSettings
    hooks: Hooks
    policy: Policy
    enter: Callable[[], bool]
    leave: Callable[[], None]
    background: Callable[[Callable[[], None]], None]


class Connection:
    """Serves one connection on the thread that calls `run`."""

    def __init__(self, provider: Provider, sock: socket.socket, address: tuple[str, int]) -> None:
        self._provider = provider
        self._sock = sock
        self._host, self._port = address
        self._channel: Channel | None = None
        self._stopping = False

    def run(self) -> None:
        """Serve until the association or the connection ends; never raises for what a peer did."""
        channel = self._open()
        if channel is None:
            return
        try:
            session = self._establish(channel)
            if session is not None:
                self._serve(session)
        except (AssociationEnded, PduError) as error:
            self._provider.hooks.metrics.association_refused(_outcome(error))
            self._log("dimse.connection_ended", error=str(error))
        finally:
            channel.close()

    def stop(self) -> None:
        """Ask, from another thread, to end as soon as no operation is under way."""
        self._stopping = True
        if self._channel is not None:
            self._channel.stop()

    def cut(self) -> None:
        """End the connection at once, from another thread."""
        if self._channel is not None:
            self._channel.transport.cut()

    def _open(self) -> Channel | None:
        settings = self._provider.settings
        try:
            if settings.tls is not None:
                self._sock.settimeout(settings.artim)
                self._sock = settings.tls.wrap_socket(self._sock, server_side=True)
            limits = settings.limits
            transport = Transport(self._sock, tick=limits.tick, send_timeout=settings.network_timeout)
        except (OSError, ssl.SSLError) as error:
            self._provider.hooks.metrics.association_refused("tls")
            self._log("dimse.tls_failed", error=str(error))
            self._sock.close()
            return None
        self._channel = Channel(transport, Association(Role.ACCEPTOR), limits)
        if self._stopping:
            self._channel.stop()
        return self._channel

    # Association establishment

    def _establish(self, channel: Channel) -> Session | None:
        channel.association.transport_opened()
        channel.idle = True
        request = channel.next_pdu(self._provider.settings.artim)
        channel.idle = False
        if not isinstance(request, AssociateRequest):
            raise ConnectionLost(f"{type(request).__name__} instead of an association request")
        try:
            caller = self._admit(channel, request)
        except AssociationRefused as refused:
            self._reject(channel, request, refused)
            return None
        except Exception as error:  # noqa: BLE001 - the edge: whoever cannot be judged is turned away for now
            busy = AssociationRefused(*TEMPORARY_CONGESTION, f"admission failed: {error!r}")
            self._reject(channel, request, busy)
            return None
        answer, agreement = negotiate(request, self._provider.policy)
        channel.association.accept(answer)
        channel.agree(agreement)
        channel.flush()
        provider = self._provider
        return Session(channel, caller, provider.services, provider.settings, provider.hooks, provider.background)

    def _admit(self, channel: Channel, request: AssociateRequest) -> Caller:
        titles = self._provider.settings.ae_titles
        unfit = refusal(request)
        if unfit is not None:
            raise AssociationRefused(unfit.result, unfit.source, unfit.reason)
        if titles and request.called_ae not in titles:
            raise AssociationRefused(*CALLED_AE_UNKNOWN)
        asked = AssociationRequest(
            calling_ae=request.calling_ae,
            called_ae=request.called_ae,
            host=self._host,
            port=self._port,
            identity=request.user.identity,
            certificate_sha256=channel.transport.certificate_sha256(),
            abstract_syntaxes=tuple(context.abstract_syntax for context in request.contexts),
            implementation_class_uid=request.user.implementation_class_uid,
            implementation_version=request.user.implementation_version,
        )
        if not self._provider.enter():
            raise AssociationRefused(*LOCAL_LIMIT_EXCEEDED, "too many associations")
        try:
            principal = self._provider.services.admit(asked)
        except BaseException:
            self._provider.leave()
            raise
        return Caller(
            asked.calling_ae,
            asked.called_ae,
            asked.host,
            asked.port,
            asked.identity,
            asked.certificate_sha256,
            principal,
        )

    def _reject(self, channel: Channel, request: AssociateRequest, refused: AssociationRefused) -> None:
        channel.association.reject(AssociateReject(refused.result, refused.source, refused.reason))
        channel.flush()
        self._provider.hooks.metrics.association_refused("rejected")
        self._log(
            "dimse.association_rejected",
            calling_ae=request.calling_ae,
            called_ae=request.called_ae,
            result=refused.result,
            source=refused.source,
            reason=refused.reason,
            error=str(refused),
        )

    # Operations

    def _serve(self, session: Session) -> None:
        metrics = self._provider.hooks.metrics
        metrics.association_opened()
        self._log("dimse.association_opened", calling_ae=session.caller.calling_ae)
        operations = Operations(session)
        outcome = "failed"
        try:
            while True:
                operations.serve_next()
        except (AssociationEnded, PduError) as error:
            outcome = _outcome(error)
            self._log("dimse.association_closed", outcome=outcome, error=str(error))
        finally:
            try:
                operations.close()
            finally:
                self._provider.leave()
                self._provider.services.released(session.caller)
                metrics.association_closed(outcome)

    def _log(self, event: str, **fields: object) -> None:
        self._provider.hooks.log(event, host=self._host, port=self._port, **fields)


def _outcome(error: Exception) -> str:
    if isinstance(error, AssociationReleased):
        return "released"
    if isinstance(error, AssociationAborted):
        return "aborted"
    return "protocol" if isinstance(error, PduError) else "lost"
