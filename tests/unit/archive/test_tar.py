"""Members of a plain tar: other programs read them, half ones are known."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.archive.store import tar


def _member(name: str, data: bytes, note: dict[str, object]) -> bytes:
    return tar.head(name, len(data), note) + data + tar.padding(len(data))


@given(st.binary(max_size=2000), st.text(max_size=60))
def test_what_is_written_is_read_back(data: bytes, remark: str) -> None:
    block = _member("1.2.3.dcm", data, {"remark": remark})
    member = tar.read_head(block[: tar.HEAD], 0)
    assert member is not None
    assert (member.name, member.offset, member.length) == ("1.2.3.dcm", tar.HEAD, len(data))
    assert member.note == {"remark": remark}
    assert member.end == len(block)


def test_pythons_tar_reads_members_and_skips_the_note() -> None:
    whole = _member("1.2.3.dcm", b"first", {"sha256": "00"}) + _member("1.2.4.dcm", b"second" * 200, {}) + tar.END
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        assert [entry.name for entry in archive] == ["1.2.3.dcm", "1.2.4.dcm"]
        second = archive.extractfile("1.2.4.dcm")
        assert second is not None
        assert second.read() == b"second" * 200


def test_E8_a_member_beyond_8_gib_states_its_size_in_the_pax_record() -> None:
    size = 9 * 2**30
    member = tar.read_head(tar.head("1.2.dcm", size, {}), 0)
    assert member is not None
    assert member.length == size


@pytest.mark.parametrize("spoilt", [0, 150, 257, 700, 1100, 1535])
def test_a_head_with_a_wrong_byte_is_half(spoilt: int) -> None:
    head = bytearray(tar.head("1.2.dcm", 10, {"a": 1}))
    before = bytes(head)
    head[spoilt] ^= 0xFF
    member = tar.read_head(bytes(head), 0)
    assert member is None or 512 <= spoilt < 1024
    assert tar.read_head(before, 0) is not None


@pytest.mark.parametrize("length", [0, 511, 512, 1535])
def test_zeros_and_short_blocks_are_no_member(length: int) -> None:
    assert tar.read_head(bytes(length), 0) is None


def test_a_note_longer_than_its_block_is_refused() -> None:
    with pytest.raises(ValueError, match="more than a block"):
        tar.head("1.2.dcm", 1, {"remark": "x" * 600})
