"""Command sets against pynetdicom's fixtures and pydicom's reader, and those that are wrong."""

import io
import struct
from typing import Any

import pytest
from pydicom.filereader import read_dataset
from pynetdicom.tests import encoded_dimse_msg, encoded_dimse_n_msg

from sixfold.dimse import message as messages
from sixfold.dimse.command import ELEMENTS, Kind
from sixfold.dimse.errors import CommandError
from sixfold.dimse.message import (
    MESSAGES,
    Answer,
    CancelRequest,
    EchoRequest,
    FindRequest,
    Message,
    MoveResponse,
    NGetRequest,
    Request,
    StoreRequest,
    answer_class,
    decode,
    encode,
)

SAMPLES: dict[Kind, Any] = {
    Kind.UI: "1.2.840.10008.1.1",
    Kind.AE: "TITLE",
    Kind.LO: "a comment",
    Kind.US: 4711,
    Kind.AT: (0x00100010, 0x7FE00010),
}
FIXTURES = [
    getattr(module, name)
    for module in (encoded_dimse_msg, encoded_dimse_n_msg)
    for name in dir(module)
    if name.endswith("_cmd")
]


def sample(kind: type[Message]) -> Message:
    fields = {name: SAMPLES[ELEMENTS[name].kind] for name in kind.__struct_fields__ if name in ELEMENTS}
    return kind(has_data_set=kind is StoreRequest, **fields)


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=lambda kind: kind.__name__)
def test_every_message_survives_the_wire(kind: type[Message]) -> None:
    assert decode(encode(sample(kind))) == sample(kind)


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=lambda kind: kind.__name__)
def test_pydicom_reads_what_we_write(kind: type[Message]) -> None:
    raw = encode(sample(kind))
    read = read_dataset(io.BytesIO(raw), is_implicit_VR=True, is_little_endian=True)
    assert read.CommandField == kind.COMMAND_FIELD
    assert read.CommandGroupLength == len(raw) - 12
    assert list(read.keys()) == sorted(read.keys())
    for element in read:
        assert element.VR != "UN"


def test_foreign_command_sets_are_read() -> None:
    assert len(FIXTURES) > 20
    for raw in FIXTURES:
        message = decode(raw[1:])  # the fixture begins with the message control header
        assert decode(encode(message)) == message


def test_the_fields_of_a_foreign_request() -> None:
    assert decode(encoded_dimse_msg.c_store_rq_cmd[1:]) == StoreRequest(
        message_id=7,
        affected_sop_class_uid="1.1.1",
        affected_sop_instance_uid="1.2.1",
        priority=2,
        move_originator_ae="UNITTEST",
        move_originator_message_id=3,
        has_data_set=True,
    )


def test_a_command_set_has_the_bytes_of_the_standard() -> None:
    request = EchoRequest(message_id=1, affected_sop_class_uid="1.2.840.10008.1.1")
    assert encode(request).hex() == (
        "000000000400000038000000"
        "0000020012000000" + b"1.2.840.10008.1.1\0".hex() + "000000010200000030000000100102000000010000000008020000000101"
    )


def test_requests_and_responses_belong_together() -> None:
    for kind in MESSAGES.values():
        if issubclass(kind, Request):
            message = sample(kind)
            assert isinstance(message, Request)
            answer = answer_class(message)
            assert issubclass(answer, Answer)
            assert answer.__name__ == kind.__name__.replace("Request", "Response")
    assert not issubclass(CancelRequest, Request)


def test_zero_is_a_value_and_absent_is_none() -> None:
    answer = MoveResponse(responded_to=1, status=0, remaining=0, completed=0)
    read = decode(encode(answer))
    assert isinstance(read, MoveResponse)
    assert (read.remaining, read.completed, read.failed) == (0, 0, None)


def test_options_are_not_on_the_wire() -> None:
    plain = FindRequest(message_id=1, affected_sop_class_uid="1.2")
    fuzzy = FindRequest(message_id=1, affected_sop_class_uid="1.2", options=messages.QueryOptions(fuzzy=True))
    assert encode(plain) == encode(fuzzy)


def element(number: int, value: bytes, group: int = 0) -> bytes:
    return struct.pack("<HHI", group, number, len(value)) + value


ECHO = encode(EchoRequest(message_id=1, affected_sop_class_uid="1.2.840.10008.1.1"))


def test_unknown_elements_are_passed_over() -> None:
    assert decode(ECHO + element(0x4010, b"retired ")) == decode(ECHO)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        ECHO[:-1],
        ECHO + b"\0\0",
        ECHO + element(0x10, b"x", group=8),
        struct.pack("<HHI", 0, 0x0002, 0xFFFFFFFF),
        element(0x0100, b"\x99\x99"),
        element(0x0100, b"\x30"),
        element(0x0100, b"\x30\0") + element(0x0110, b"\1\0\0"),
        element(0x0100, b"\x30\0"),
        element(0x0100, b""),
        encode(NGetRequest(message_id=1, requested_sop_class_uid="1", requested_sop_instance_uid="1"))
        + element(0x1005, b"\1\0\2"),
    ],
    ids=str,
)
def test_wrong_command_sets_are_refused(raw: bytes) -> None:
    with pytest.raises(CommandError):
        decode(raw)
