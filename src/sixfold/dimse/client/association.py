"""Asking for an association, and the operations on it."""

import socket
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sixfold.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse.association import Association, Role
from sixfold.dimse.channel import Channel, Incoming, Limits
from sixfold.dimse.client import operations
from sixfold.dimse.client.operations import Retrieved
from sixfold.dimse.errors import AssociationAborted, AssociationRefused, ConnectionLost
from sixfold.dimse.instances import InstanceSender, MessageIds, Originator, Outcome, Proposal
from sixfold.dimse.message import (
    MEDIUM,
    EchoRequest,
    EchoResponse,
    NActionRequest,
    NActionResponse,
    NEventReportRequest,
    NEventReportResponse,
)
from sixfold.dimse.negotiation import Context, conclude
from sixfold.dimse.pdu import (
    Abort,
    AssociateAccept,
    AssociateReject,
    AssociateRequest,
    AsyncWindow,
    ExtendedNegotiation,
    OfferedContext,
    RoleSelection,
    UserIdentity,
    UserInformation,
)
from sixfold.dimse.services import FindMatch, Remote, StorageReceiver, StoredInstance
from sixfold.dimse.settings import DimseSettings
from sixfold.dimse.transport import Transport


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How we call; times in seconds, `max_pdu` in bytes, `async_window` the operations we would like to have outstanding."""

    calling_ae: str = "SIXFOLD"
    max_pdu: int = 1 << 18
    async_window: int = 16
    artim: float = 30.0
    network_timeout: float = 60.0
    connect_timeout: float = 10.0

    @classmethod
    def of(cls, settings: DimseSettings, calling_ae: str) -> Self:
        """Return the settings of a server for calling out under one of its titles."""
        return cls(
            calling_ae or settings.ae_title,
            settings.max_pdu,
            settings.async_window,
            settings.artim,
            settings.network_timeout,
            settings.connect_timeout,
        )


def associate(
    remote: Remote,
    proposals: Sequence[Proposal],
    settings: ClientSettings | None = None,
    *,
    roles: Sequence[RoleSelection] = (),
    extended: Sequence[ExtendedNegotiation] = (),
    identity: UserIdentity | None = None,
) -> "ClientAssociation":
    """Connect and ask for an association with at most 128 proposals.

    Raises `AssociationRefused` where the peer rejects it, `ConnectionLost` or `AssociationAborted` where it does not answer.
    """
    chosen = settings or ClientSettings()
    window = chosen.async_window
    user = UserInformation(
        max_length=chosen.max_pdu,
        implementation_class_uid=IMPLEMENTATION_CLASS_UID,
        implementation_version=IMPLEMENTATION_VERSION_NAME,
        async_window=AsyncWindow(window, window) if window != 1 else None,
        roles=tuple(roles),
        extended=tuple(extended),
        identity=identity,
    )
    offers = tuple(
        OfferedContext(2 * index + 1, proposal.abstract_syntax, proposal.transfer_syntaxes)
        for index, proposal in enumerate(proposals)
    )
    request = AssociateRequest(remote.ae_title, chosen.calling_ae, offers, user)
    channel = _connect(remote, chosen)
    try:
        _negotiate(channel, request)
    except BaseException:
        channel.abort()
        channel.close()
        raise
    return ClientAssociation(channel)


class ClientAssociation:
    """An established association that we asked for. As a context manager it releases, or aborts after an error."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.ids = MessageIds()

    @property
    def contexts(self) -> tuple[Context, ...]:
        """The presentation contexts that the peer accepted."""
        return tuple(self.channel.agreement.contexts.values())

    @property
    def alive(self) -> bool:
        """False once the association is over."""
        return self.channel.alive

    def context(self, abstract_syntax: str) -> Context:
        """Return the first accepted context of an abstract syntax; raise `AssociationRefused` where there is none."""
        for context in self.channel.agreement.contexts.values():
            if context.abstract_syntax == abstract_syntax:
                return context
        raise AssociationRefused(message=f"the peer accepted no presentation context for {abstract_syntax}")

    def echo(self) -> int:
        """C-ECHO; return the status."""
        context = self.context(VERIFICATION)
        request = EchoRequest(message_id=self.ids.next(), affected_sop_class_uid=VERIFICATION)
        self.channel.send(context, request)
        return operations.answer(self.channel, EchoResponse, request.message_id).status

    def sender(self, window: int | None = None) -> InstanceSender:
        """Return what sends instances on this association, with the agreed window or a smaller one."""
        return InstanceSender(
            self.channel,
            [context for context in self.contexts if context.requestor_scu],
            window=self.channel.agreement.async_window.invoked if window is None else window,
            ids=self.ids,
            on_other=self._refuse,
        )

    def store(
        self,
        instances: Iterable[StoredInstance],
        priority: int = MEDIUM,
        originator: Originator | None = None,
    ) -> Generator[Outcome, None, None]:
        """C-STORE each instance and yield its outcome; several are under way where the peer agreed to it."""
        return self.sender().send(instances, priority, originator)

    def find(self, model: str, identifier: bytes) -> Generator[FindMatch, None, None]:
        """C-FIND; yield the matches, raise `DimseFailure` for a failure; closing the iterator cancels the query.

        The identifier is encoded in the transfer syntax of `context(model)`, as are the matches.
        """
        return operations.find(self.channel, self.context(model), self.ids.next(), identifier)

    def move(self, model: str, destination: str, identifier: bytes) -> Generator[Retrieved, None, None]:
        """C-MOVE; yield each response, the final one last; closing the iterator cancels the retrieve."""
        return operations.move(self.channel, self.context(model), self.ids.next(), destination, identifier)

    def get(self, model: str, identifier: bytes, receiver: StorageReceiver) -> Generator[Retrieved, None, None]:
        """C-GET into a receiver; yield each response, the final one last; closing the iterator cancels the retrieve."""
        return operations.get(self.channel, self.context(model), self.ids.next(), identifier, receiver)

    def action(self, sop_class: str, instance: str, action_type: int, information: bytes | None) -> NActionResponse:
        """N-ACTION; return the response, its action reply is dropped."""
        request = NActionRequest(
            message_id=self.ids.next(),
            requested_sop_class_uid=sop_class,
            requested_sop_instance_uid=instance,
            action_type_id=action_type,
            has_data_set=information is not None,
        )
        self.channel.send(self.context(sop_class), request, None if information is None else (information,))
        return operations.answer(self.channel, NActionResponse, request.message_id)

    def event_report(self, sop_class: str, instance: str, event_type: int, information: bytes | None) -> NEventReportResponse:
        """N-EVENT-REPORT; return the response, its event reply is dropped."""
        request = NEventReportRequest(
            message_id=self.ids.next(),
            affected_sop_class_uid=sop_class,
            affected_sop_instance_uid=instance,
            event_type_id=event_type,
            has_data_set=information is not None,
        )
        self.channel.send(self.context(sop_class), request, None if information is None else (information,))
        return operations.answer(self.channel, NEventReportResponse, request.message_id)

    def release(self) -> None:
        """Release the association and close the connection."""
        try:
            if self.channel.alive:
                self.channel.release()
        finally:
            self.channel.close()

    def abort(self) -> None:
        """Abort the association and close the connection."""
        self.channel.abort()
        self.channel.close()

    def _refuse(self, incoming: Incoming) -> None:
        raise self.channel.out_of_step(f"{type(incoming.message).__name__} where a response is awaited")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.release()
        else:
            self.abort()


def _connect(remote: Remote, settings: ClientSettings) -> Channel:
    try:
        sock = socket.create_connection((remote.host, remote.port), settings.connect_timeout)
    except OSError as error:
        raise ConnectionLost(f"{remote.host}:{remote.port}: {error}") from error
    try:
        if remote.tls is not None:
            sock = remote.tls.wrap_socket(sock, server_hostname=remote.host)
        limits = Limits(settings.artim, settings.network_timeout, settings.network_timeout)
        transport = Transport(sock, tick=limits.tick, send_timeout=settings.network_timeout)
    except OSError as error:
        sock.close()
        raise ConnectionLost(f"{remote.host}:{remote.port}: {error}") from error
    return Channel(transport, Association(Role.REQUESTOR), limits)


def _negotiate(channel: Channel, request: AssociateRequest) -> None:
    channel.association.associate(request)
    channel.association.transport_opened()
    channel.flush()
    answer = channel.next_pdu(channel.limits.artim)
    match answer:
        case AssociateAccept():
            channel.agree(conclude(request, answer))
        case AssociateReject():
            raise AssociationRefused(answer.result, answer.source, answer.reason)
        case Abort():
            raise AssociationAborted(answer.source, answer.reason)
        case _:
            raise ConnectionLost(f"{type(answer).__name__} in answer to an association request")
