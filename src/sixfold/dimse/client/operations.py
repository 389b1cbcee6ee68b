"""The operations of a service user that have more than one answer, and the wait for one that has a single one."""

from collections.abc import Generator
from typing import NamedTuple, TypeVar

from sixfold.dicom.tags import FAILED_SOP_INSTANCE_UID_LIST
from sixfold.dimse.channel import Channel
from sixfold.dimse.dataset import read_uid_list
from sixfold.dimse.errors import DimseFailure
from sixfold.dimse.instances import receive_instance
from sixfold.dimse.message import (
    Answer,
    CancelRequest,
    FindRequest,
    FindResponse,
    GetRequest,
    GetResponse,
    MoveRequest,
    MoveResponse,
    Request,
    StoreRequest,
    StoreResponse,
    SubOperations,
)
from sixfold.dimse.negotiation import Context
from sixfold.dimse.services import FindMatch, Response, StorageReceiver
from sixfold.dimse.status import Category, Operation, category, comment, status_of

AnswerT = TypeVar("AnswerT", bound=Answer)
ProgressT = TypeVar("ProgressT", bound=SubOperations)


class Retrieved(NamedTuple):
    """One response of a C-MOVE or C-GET; the last one may list instances that failed."""

    response: SubOperations
    failed: tuple[str, ...] = ()


Retrieval = Generator[Retrieved, None, None]


def answer(channel: Channel, kind: type[AnswerT], message_id: int) -> AnswerT:
    """Wait for the response of a kind to a request and drop its data set."""
    incoming = channel.next_command()
    message = incoming.message
    if not isinstance(message, kind) or message.responded_to != message_id:
        raise channel.out_of_step(f"{type(message).__name__} where {kind.__name__} is awaited")
    channel.drop_data_set()
    return message


def find(channel: Channel, context: Context, message_id: int, identifier: bytes) -> Generator[FindMatch, None, None]:
    """Send a C-FIND and yield its matches."""
    request = FindRequest(message_id=message_id, affected_sop_class_uid=context.abstract_syntax, has_data_set=True)
    channel.send(context, request, (identifier,))
    final = False
    try:
        while True:
            response, data = _response(channel, FindResponse, message_id)
            if category(response.status) is not Category.PENDING:
                final = True
                return _settle(response)
            yield FindMatch(data, response.status)
    finally:
        if not final and channel.alive:
            _cancel(channel, context, message_id, FindResponse)


def move(channel: Channel, context: Context, message_id: int, destination: str, identifier: bytes) -> Retrieval:
    """Send a C-MOVE and yield its responses."""
    request = MoveRequest(
        message_id=message_id,
        affected_sop_class_uid=context.abstract_syntax,
        move_destination=destination,
        has_data_set=True,
    )
    channel.send(context, request, (identifier,))
    final = False
    try:
        while not final:
            response, data = _response(channel, MoveResponse, message_id)
            final = category(response.status) is not Category.PENDING
            yield _retrieved(context, response, data)
    finally:
        if not final and channel.alive:
            _cancel(channel, context, message_id, MoveResponse)


def get(channel: Channel, context: Context, message_id: int, identifier: bytes, receiver: StorageReceiver) -> Retrieval:
    """Send a C-GET, pass what comes to the receiver, and yield the responses."""
    request: Request = GetRequest(message_id=message_id, affected_sop_class_uid=context.abstract_syntax, has_data_set=True)
    channel.send(context, request, (identifier,))
    final = False
    try:
        while not final:
            response, data = _get_response(channel, message_id, receiver)
            final = category(response.status) is not Category.PENDING
            yield _retrieved(context, response, data)
    finally:
        if not final and channel.alive:
            channel.send(context, CancelRequest(responded_to=message_id))
            while category(_get_response(channel, message_id, receiver)[0].status) is Category.PENDING:
                pass


def _response(channel: Channel, kind: type[AnswerT], message_id: int) -> tuple[AnswerT, bytes]:
    message = channel.next_command().message
    if not isinstance(message, kind) or message.responded_to != message_id:
        raise channel.out_of_step(f"{type(message).__name__} where {kind.__name__} is awaited")
    return message, channel.read_data_set()


def _cancel(channel: Channel, context: Context, message_id: int, kind: type[Answer]) -> None:
    channel.send(context, CancelRequest(responded_to=message_id))
    while category(_response(channel, kind, message_id)[0].status) is Category.PENDING:
        pass


def _settle(response: Answer) -> None:
    if category(response.status) is Category.FAILURE:
        raise DimseFailure(response.status, response.comment)


def _retrieved(context: Context, response: SubOperations, data: bytes) -> Retrieved:
    return Retrieved(response, read_uid_list(data, context.transfer_syntax, FAILED_SOP_INSTANCE_UID_LIST))


def _get_response(channel: Channel, message_id: int, receiver: StorageReceiver) -> tuple[GetResponse, bytes]:
    """Serve C-STORE sub-operations until a response to the C-GET comes."""
    while True:
        incoming = channel.next_command()
        message = incoming.message
        if isinstance(message, GetResponse) and message.responded_to == message_id:
            return message, channel.read_data_set()
        if not isinstance(message, StoreRequest):
            raise channel.out_of_step(f"{type(message).__name__} during a C-GET")
        try:
            outcome = receive_instance(channel, incoming, message, receiver)
        except Exception as error:
            if not channel.alive:
                raise
            outcome = Response(*status_of(error, Operation.STORE))
            channel.drop_data_set()
        stored = StoreResponse(
            responded_to=message.message_id,
            status=outcome.status,
            comment=comment(outcome.comment),
            affected_sop_class_uid=message.affected_sop_class_uid,
            affected_sop_instance_uid=message.affected_sop_instance_uid,
        )
        channel.send(incoming.context, stored)
