"""Metadata of a sealed series: one stream for all, and each instance from its block."""

import gzip
import io

import msgspec
import pytest

from sixfold.archive.store import pack
from sixfold.kernel.errors import Damaged


def packed(objects: list[bytes]) -> tuple[bytes, pack.Contents]:
    file = io.BytesIO()
    writer = pack.MetadataWriter(file)
    for number, json in enumerate(objects):
        writer.add(f"1.2.{number}", json, b"frames")
    writer.close()
    assert writer.size == len(file.getvalue())
    return file.getvalue(), writer.contents


@pytest.mark.parametrize("sizes", [[], [0], [50] * 7, [9_000] * 40, [1, 400_000, 2, 131_072, 3]], ids=str)
def test_the_stream_is_the_array_and_each_instance_is_found(sizes: list[int]) -> None:
    objects = [b'{"n":"%d","x":"%s"}' % (number, b"abc" * (size // 3)) for number, size in enumerate(sizes)]
    stream, contents = packed(objects)
    assert gzip.decompress(stream) == b"[" + b",".join(objects) + b"]" == pack.inflate(stream)
    assert [pack.inflate_one(stream, one) for one in contents.values()] == objects


def test_instances_that_are_alike_share_a_block() -> None:
    objects = [b'{"n":%d,"header":"%s"}' % (number, bytes(range(35, 92)) * 20) for number in range(100)]
    stream, contents = packed(objects)
    assert len(stream) < sum(map(len, objects)) / 20
    assert len({one.json_offset for one in contents.values()}) == 1


def test_contents_of_before_there_were_blocks_are_read() -> None:
    old = msgspec.msgpack.encode({"1.2": [10, 5, b"frames"]})
    assert pack.decode_contents(old) == {"1.2": pack.Content(10, 5, b"frames", 0)}


def test_a_stream_that_ends_too_soon_is_said_to_be_damaged() -> None:
    stream, contents = packed([b'{"n":%d}' % number for number in range(50)])
    with pytest.raises(Damaged):
        pack.inflate_one(stream[:20], contents["1.2.49"])
