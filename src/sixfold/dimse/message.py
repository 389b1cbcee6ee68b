"""The messages of PS3.7 as typed frozen values; `encode` and `decode` turn them into command sets and back.

The wire elements of a message are its own attributes, by the names of `sixfold.dimse.command.ELEMENTS`. `has_data_set` says
whether a data set follows on the same presentation context.
"""

from typing import ClassVar, cast

import msgspec

from sixfold.dimse.command import (
    COMMAND_FIELD,
    DATA_SET_TYPE,
    ELEMENTS,
    NO_DATA_SET,
    Element,
    Value,
    decode_elements,
    encode_elements,
)
from sixfold.dimse.errors import CommandError

MEDIUM, HIGH, LOW = 0, 1, 2
"""Priorities of PS3.7 9.3."""

_WITH_DATA_SET = 0x0001


class QueryOptions(msgspec.Struct, frozen=True):
    """What extended negotiation agreed on for a query or retrieve model (PS3.4 C.5.1.1 and C.5.2.1)."""

    relational: bool = False
    date_time: bool = False
    fuzzy: bool = False
    timezone: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What all messages share."""

    COMMAND_FIELD: ClassVar[int] = -1
    has_data_set: bool = False


class Request(Message, frozen=True, kw_only=True):
    """A request; `message_id` is the requestor's."""

    message_id: int


class Answer(Message, frozen=True, kw_only=True):
    """A response; `responded_to` is the request's message ID."""

    responded_to: int
    status: int
    comment: str = ""
    offending_elements: tuple[int, ...] = ()
    error_id: int | None = None


class EchoRequest(Request, frozen=True, kw_only=True):
    """C-ECHO-RQ (PS3.7 9.3.5.1)."""

    COMMAND_FIELD = 0x0030
    affected_sop_class_uid: str


class EchoResponse(Answer, frozen=True, kw_only=True):
    """C-ECHO-RSP (PS3.7 9.3.5.2)."""

    COMMAND_FIELD = 0x8030
    affected_sop_class_uid: str = ""


class StoreRequest(Request, frozen=True, kw_only=True):
    """C-STORE-RQ (PS3.7 9.3.1.1)."""

    COMMAND_FIELD = 0x0001
    affected_sop_class_uid: str
    affected_sop_instance_uid: str
    priority: int = MEDIUM
    move_originator_ae: str = ""
    move_originator_message_id: int | None = None


class StoreResponse(Answer, frozen=True, kw_only=True):
    """C-STORE-RSP (PS3.7 9.3.1.2)."""

    COMMAND_FIELD = 0x8001
    affected_sop_class_uid: str = ""
    affected_sop_instance_uid: str = ""


class FindRequest(Request, frozen=True, kw_only=True):
    """C-FIND-RQ (PS3.7 9.3.2.1); `options` are those negotiated for its SOP class."""

    COMMAND_FIELD = 0x0020
    affected_sop_class_uid: str
    priority: int = MEDIUM
    options: QueryOptions = QueryOptions()


class FindResponse(Answer, frozen=True, kw_only=True):
    """C-FIND-RSP (PS3.7 9.3.2.2)."""

    COMMAND_FIELD = 0x8020
    affected_sop_class_uid: str = ""


class CancelRequest(Message, frozen=True, kw_only=True):
    """C-CANCEL-RQ (PS3.7 9.3.2.3): it names the request that it cancels and has no message ID of its own."""

    COMMAND_FIELD = 0x0FFF
    responded_to: int


class GetRequest(Request, frozen=True, kw_only=True):
    """C-GET-RQ (PS3.7 9.3.3.1)."""

    COMMAND_FIELD = 0x0010
    affected_sop_class_uid: str
    priority: int = MEDIUM
    options: QueryOptions = QueryOptions()


class MoveRequest(Request, frozen=True, kw_only=True):
    """C-MOVE-RQ (PS3.7 9.3.4.1)."""

    COMMAND_FIELD = 0x0021
    affected_sop_class_uid: str
    move_destination: str
    priority: int = MEDIUM
    options: QueryOptions = QueryOptions()


class SubOperations(Answer, frozen=True, kw_only=True):
    """The counters that C-GET-RSP and C-MOVE-RSP share; each is 16 bits wide on the wire."""

    affected_sop_class_uid: str = ""
    remaining: int | None = None
    completed: int | None = None
    failed: int | None = None
    warning: int | None = None


class GetResponse(SubOperations, frozen=True, kw_only=True):
    """C-GET-RSP (PS3.7 9.3.3.2)."""

    COMMAND_FIELD = 0x8010


class MoveResponse(SubOperations, frozen=True, kw_only=True):
    """C-MOVE-RSP (PS3.7 9.3.4.2)."""

    COMMAND_FIELD = 0x8021


class NEventReportRequest(Request, frozen=True, kw_only=True):
    """N-EVENT-REPORT-RQ (PS3.7 10.3.1.1)."""

    COMMAND_FIELD = 0x0100
    affected_sop_class_uid: str
    affected_sop_instance_uid: str
    event_type_id: int


class NEventReportResponse(Answer, frozen=True, kw_only=True):
    """N-EVENT-REPORT-RSP (PS3.7 10.3.1.2)."""

    COMMAND_FIELD = 0x8100
    affected_sop_class_uid: str = ""
    affected_sop_instance_uid: str = ""
    event_type_id: int | None = None


class NGetRequest(Request, frozen=True, kw_only=True):
    """N-GET-RQ (PS3.7 10.3.2.1)."""

    COMMAND_FIELD = 0x0110
    requested_sop_class_uid: str
    requested_sop_instance_uid: str
    attribute_identifiers: tuple[int, ...] = ()


class NSetRequest(Request, frozen=True, kw_only=True):
    """N-SET-RQ (PS3.7 10.3.3.1)."""

    COMMAND_FIELD = 0x0120
    requested_sop_class_uid: str
    requested_sop_instance_uid: str


class NActionRequest(Request, frozen=True, kw_only=True):
    """N-ACTION-RQ (PS3.7 10.3.4.1)."""

    COMMAND_FIELD = 0x0130
    requested_sop_class_uid: str
    requested_sop_instance_uid: str
    action_type_id: int


class NActionResponse(Answer, frozen=True, kw_only=True):
    """N-ACTION-RSP (PS3.7 10.3.4.2)."""

    COMMAND_FIELD = 0x8130
    affected_sop_class_uid: str = ""
    affected_sop_instance_uid: str = ""
    action_type_id: int | None = None


class NCreateRequest(Request, frozen=True, kw_only=True):
    """N-CREATE-RQ (PS3.7 10.3.5.1)."""

    COMMAND_FIELD = 0x0140
    affected_sop_class_uid: str
    affected_sop_instance_uid: str = ""


class NDeleteRequest(Request, frozen=True, kw_only=True):
    """N-DELETE-RQ (PS3.7 10.3.6.1)."""

    COMMAND_FIELD = 0x0150
    requested_sop_class_uid: str
    requested_sop_instance_uid: str


class InstanceAnswer(Answer, frozen=True, kw_only=True):
    """The responses that only name the SOP instance."""

    affected_sop_class_uid: str = ""
    affected_sop_instance_uid: str = ""


class NGetResponse(InstanceAnswer, frozen=True, kw_only=True):
    """N-GET-RSP (PS3.7 10.3.2.2)."""

    COMMAND_FIELD = 0x8110


class NSetResponse(InstanceAnswer, frozen=True, kw_only=True):
    """N-SET-RSP (PS3.7 10.3.3.2)."""

    COMMAND_FIELD = 0x8120


class NCreateResponse(InstanceAnswer, frozen=True, kw_only=True):
    """N-CREATE-RSP (PS3.7 10.3.5.2)."""

    COMMAND_FIELD = 0x8140


class NDeleteResponse(InstanceAnswer, frozen=True, kw_only=True):
    """N-DELETE-RSP (PS3.7 10.3.6.2)."""

    COMMAND_FIELD = 0x8150


MESSAGES: dict[int, type[Message]] = {
    message.COMMAND_FIELD: message
    for message in (
        EchoRequest, EchoResponse, StoreRequest, StoreResponse, FindRequest, FindResponse, CancelRequest,
        GetRequest, GetResponse, MoveRequest, MoveResponse, NEventReportRequest, NEventReportResponse,
        NGetRequest, NGetResponse, NSetRequest, NSetResponse, NActionRequest, NActionResponse,
        NCreateRequest, NCreateResponse, NDeleteRequest, NDeleteResponse,
    )
}  # fmt: skip
"""Command field (PS3.7 table E.1-1) to the class of its message."""

_WIRE: dict[type[Message], tuple[Element, ...]] = {
    message: tuple(
        sorted(
            (ELEMENTS[name] for name in message.__struct_fields__ if name in ELEMENTS),
            key=lambda element: element.number,
        )
    )
    for message in MESSAGES.values()
}
_ABSENT: tuple[Value | None, ...] = (None, "", ())


def answer_class(request: Request) -> type[Answer]:
    """Return the class of the response that belongs to a request (PS3.7 annex E: the command field with bit 15)."""
    return cast("type[Answer]", MESSAGES[request.COMMAND_FIELD | 0x8000])


def encode(message: Message) -> bytes:
    """Return the command set of a message."""
    values: list[tuple[Element, Value]] = []
    for element in _WIRE[type(message)]:
        value = getattr(message, element.name)
        if value not in _ABSENT:
            values.append((element, value))
    values.append((COMMAND_FIELD, message.COMMAND_FIELD))
    values.append((DATA_SET_TYPE, _WITH_DATA_SET if message.has_data_set else NO_DATA_SET))
    values.sort(key=lambda pair: pair[0].number)
    return encode_elements(values)


def decode(data: bytes) -> Message:
    """Return the message of a command set; raise `CommandError` where it is none or lacks what it must have."""
    values = dict(decode_elements(data))
    kind = MESSAGES.get(cast("int", values.get(COMMAND_FIELD.name, -1)))
    if kind is None:
        raise CommandError(f"command field {values.get(COMMAND_FIELD.name)!r} is not known")
    known = {element.name: values[element.name] for element in _WIRE[kind] if element.name in values}
    try:
        return kind(has_data_set=values.get(DATA_SET_TYPE.name, NO_DATA_SET) != NO_DATA_SET, **known)
    except TypeError as error:
        raise CommandError(f"{kind.__name__}: {error}") from error
