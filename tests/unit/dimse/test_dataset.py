"""The data sets of commitment and of failed lists, against pydicom."""

import io
import struct

import pytest
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from sixfold.dicom.tags import FAILED_SOP_INSTANCE_UID_LIST
from sixfold.dimse.dataset import (
    read_commitment,
    read_uid_list,
    write_commitment_request,
    write_commitment_result,
    write_failed_list,
)
from sixfold.dimse.services import CommitFailure, CommitResult
from sixfold.kernel.errors import InvalidInput

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
CT = "1.2.840.10008.5.1.4.1.1.2"


def read(raw: bytes, syntax: str) -> Dataset:
    return read_dataset(io.BytesIO(raw), is_implicit_VR=syntax == IMPLICIT, is_little_endian=syntax != BIG)


def write(data: Dataset, syntax: str) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = syntax == IMPLICIT, syntax != BIG
    write_dataset(buffer, data)
    return buffer.getvalue()


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_S10_pydicom_reads_our_result(syntax: str) -> None:
    result = CommitResult("1.2.3", ((CT, "1.1"), (CT, "1.22")), (CommitFailure(CT, "1.333", 0x0112),))
    raw = write_commitment_result(result, syntax)
    data = read(raw, syntax)
    assert data.TransactionUID == "1.2.3"
    assert [item.ReferencedSOPInstanceUID for item in data.ReferencedSOPSequence] == ["1.1", "1.22"]
    assert data.FailedSOPSequence[0].FailureReason == 0x0112
    assert list(data.keys()) == sorted(data.keys())
    assert read_commitment(raw, syntax) == result


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
@pytest.mark.parametrize("undefined", [False, True])
def test_S10_requests_of_others_are_read(syntax: str, undefined: bool) -> None:
    data, items = Dataset(), []
    for uid in ("1.2.3.4", "1.2.3.5"):
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT, uid
        item.is_undefined_length_sequence_item = undefined
        items.append(item)
    data.TransactionUID = "1.2.9"
    data.ReferencedSOPSequence = Sequence(items)
    data["ReferencedSOPSequence"].is_undefined_length = undefined
    result = read_commitment(write(data, syntax), syntax)
    assert result == CommitResult("1.2.9", ((CT, "1.2.3.4"), (CT, "1.2.3.5")))


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_a_request_of_ours_is_read_back(syntax: str) -> None:
    raw = write_commitment_request("1.2", [(CT, "1.5")], syntax)
    assert read_commitment(raw, syntax) == CommitResult("1.2", ((CT, "1.5"),))


def test_a_request_without_transaction_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Transaction"):
        read_commitment(write_commitment_request("", [], EXPLICIT), EXPLICIT)


def test_a_request_cut_anywhere_ends_in_an_error_or_a_result() -> None:
    raw = write_commitment_request("1.2", [(CT, "1.5"), (CT, "1.6")], EXPLICIT)
    refused = 0
    for end in range(len(raw)):
        try:
            read_commitment(raw[:end], EXPLICIT)
        except InvalidInput:
            refused += 1
    assert refused >= len(raw) - 2


def test_an_endless_item_is_refused() -> None:
    raw = struct.pack("<HH2s2xI", 0x0008, 0x1199, b"SQ", 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    with pytest.raises(InvalidInput):
        read_commitment(raw, EXPLICIT)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_S8_failed_lists(syntax: str) -> None:
    raw = write_failed_list(["1.2", "1.2.3"], syntax)
    assert list(read(raw, syntax).FailedSOPInstanceUIDList) == ["1.2", "1.2.3"]
    assert read_uid_list(raw, syntax, FAILED_SOP_INSTANCE_UID_LIST) == ("1.2", "1.2.3")
    assert read_uid_list(b"", syntax, FAILED_SOP_INSTANCE_UID_LIST) == ()


def test_S8_a_failed_list_longer_than_an_explicit_value_is_cut_at_a_whole_uid() -> None:
    uids = [f"1.2.840.1{number:054d}" for number in range(2000)]
    explicit = write_failed_list(uids, EXPLICIT)
    assert list(read(explicit, EXPLICIT).FailedSOPInstanceUIDList) == uids[:1023]
    assert read_uid_list(write_failed_list(uids, IMPLICIT), IMPLICIT, FAILED_SOP_INSTANCE_UID_LIST) == tuple(uids)
