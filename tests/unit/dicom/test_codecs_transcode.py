"""Pixel data from one transfer syntax to another: exact or refused, in pieces."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import imagecodecs
import msgspec
import numpy as np
import pytest
from tests.unit.dicom.pixel_corpus import Instance, image_names, instance

from sixfold.dicom.codecs import NotLossless, Undecodable, decode_frame
from sixfold.dicom.codecs.transcode import (
    MAX_NATIVE,
    NotTranscodable,
    can_transcode,
    encapsulated,
    extended_offset_tables,
    native_length,
    offset_table,
    transcoded_pixel_data,
)
from sixfold.dicom.frames import frame_bytes, frame_table
from sixfold.dicom.image import Image, NotAnImage
from sixfold.dicom.uids import (
    EXPLICIT_BE,
    EXPLICIT_LE,
    HTJ2K_LOSSLESS,
    IMPLICIT_LE,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_LS_LOSSLESS,
    MPEG4_HIGH_41,
    RLE_LOSSLESS,
    TransferSyntax,
)

RANDOM = np.random.default_rng(7)
GREY = Image(
    rows=20,
    columns=30,
    samples=1,
    bits_allocated=16,
    bits_stored=12,
    high_bit=11,
    signed=False,
    photometric="MONOCHROME2",
    frames=3,
)
RGB = msgspec.structs.replace(
    GREY, samples=3, bits_allocated=8, bits_stored=8, high_bit=7, photometric="RGB", planar=1, frames=2
)
TARGETS = [EXPLICIT_LE, IMPLICIT_LE, RLE_LOSSLESS, JPEG_LS_LOSSLESS, JPEG_2000_LOSSLESS, HTJ2K_LOSSLESS]


def changed(image: Image, changes: dict[str, Any]) -> Image:
    """The image as the changed attributes describe it."""
    fields = {"00280004": "photometric", "00280006": "planar", "00280102": "high_bit"}
    return msgspec.structs.replace(image, **{fields[tag]: element["Value"][0] for tag, element in changes.items()})


def read_back(pieces: Iterator[bytes], image: Image, ts: TransferSyntax) -> list["np.ndarray[Any, Any]"]:
    data = b"".join(pieces)
    table = frame_table(lambda at, size: data[at : at + size], 0, len(data), ts, image)
    frames = [frame_bytes(data[f.offset : f.offset + f.length], f) for f in table]
    return [decode_frame(frame, image, ts).array for frame in frames]


def grey_frames(count: int = 3) -> list["np.ndarray[Any, Any]"]:
    return [RANDOM.integers(0, 4096, (20, 30), dtype=np.uint16) for _ in range(count)]


@pytest.mark.parametrize("ts", TARGETS, ids=lambda ts: ts.name)
def test_E11_native_frames_come_back(ts: TransferSyntax) -> None:
    frames = grey_frames()
    changes, pieces = transcoded_pixel_data([frame.tobytes() for frame in frames], GREY, EXPLICIT_LE, ts)
    assert changes == {}
    np.testing.assert_array_equal(read_back(pieces, GREY, ts), frames)


@pytest.mark.parametrize("ts", TARGETS, ids=lambda ts: ts.name)
def test_E10_colour_by_plane_becomes_colour_by_pixel(ts: TransferSyntax) -> None:
    frames = [RANDOM.integers(0, 256, (20, 30, 3), dtype=np.uint8) for _ in range(2)]
    planes = [np.moveaxis(frame, 2, 0).tobytes() for frame in frames]
    changes, pieces = transcoded_pixel_data(planes, RGB, EXPLICIT_LE, ts)
    described = changed(RGB, changes)
    assert described.planar == 0
    assert described.photometric == ("YBR_RCT" if ts in (JPEG_2000_LOSSLESS, HTJ2K_LOSSLESS) else "RGB")
    np.testing.assert_array_equal(read_back(pieces, described, ts), frames)


@pytest.mark.parametrize(("start", "end"), [(RLE_LOSSLESS, HTJ2K_LOSSLESS), (HTJ2K_LOSSLESS, JPEG_LS_LOSSLESS)])
def test_E11_from_one_lossless_code_stream_to_another(start: TransferSyntax, end: TransferSyntax) -> None:
    frames = grey_frames()
    _, first = transcoded_pixel_data([frame.tobytes() for frame in frames], GREY, EXPLICIT_LE, start)
    data = b"".join(first)
    table = frame_table(lambda at, size: data[at : at + size], 0, len(data), start, GREY)
    streams = [data[f.offset : f.offset + f.length] for f in table]
    _, second = transcoded_pixel_data(streams, GREY, start, end)
    np.testing.assert_array_equal(read_back(second, GREY, end), frames)


def test_E10_bits_of_unaligned_frames_are_joined() -> None:
    image = msgspec.structs.replace(GREY, rows=3, columns=5, bits_allocated=1, bits_stored=1, high_bit=0)
    frames = [RANDOM.integers(0, 2, (3, 5), dtype=np.uint8) for _ in range(3)]
    packed = [np.packbits(frame.ravel(), bitorder="little").tobytes() for frame in frames]
    _, pieces = transcoded_pixel_data(packed, image, EXPLICIT_LE, IMPLICIT_LE)
    data = b"".join(pieces)
    assert len(data) == 8 + 6  # 45 bits in 6 bytes
    np.testing.assert_array_equal(read_back(iter([data]), image, IMPLICIT_LE), frames)


def test_an_odd_native_value_is_padded() -> None:
    image = msgspec.structs.replace(GREY, rows=3, columns=3, bits_allocated=8, bits_stored=8, high_bit=7, frames=1)
    _, pieces = transcoded_pixel_data([b"123456789"], image, EXPLICIT_BE, EXPLICIT_LE)
    assert b"".join(pieces) == b"\xe0\x7f\x10\0OB\0\0\x0a\0\0\0" + b"123456789\0"


def test_E10_float_frames_change_their_byte_order_only() -> None:
    image = msgspec.structs.replace(GREY, bits_allocated=32, bits_stored=32, high_bit=31, kind="float", frames=1)
    frame = RANDOM.normal(size=(20, 30)).astype(">f4")
    _, pieces = transcoded_pixel_data([frame.tobytes()], image, EXPLICIT_BE, EXPLICIT_LE)
    data = b"".join(pieces)
    assert data[:12] == b"\xe0\x7f\x08\0OF\0\0" + (2400).to_bytes(4, "little")
    np.testing.assert_array_equal(np.frombuffer(data[12:], "<f4").reshape(20, 30), frame)
    assert not can_transcode(EXPLICIT_LE, JPEG_2000_LOSSLESS, image)


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        (JPEG_BASELINE, EXPLICIT_LE, True),
        (JPEG_BASELINE, HTJ2K_LOSSLESS, False),
        (JPEG_2000, JPEG_2000_LOSSLESS, False),
        (EXPLICIT_LE, JPEG_BASELINE, False),
        (MPEG4_HIGH_41, EXPLICIT_LE, False),
        (RLE_LOSSLESS, HTJ2K_LOSSLESS, True),
        (EXPLICIT_BE, EXPLICIT_LE, True),
    ],
)
def test_E11_what_has_lost_is_never_compressed_again(start: TransferSyntax, end: TransferSyntax, allowed: bool) -> None:
    assert can_transcode(start, end, GREY) == allowed
    if not allowed:
        with pytest.raises(NotTranscodable):
            transcoded_pixel_data([b""], GREY, start, end)


def test_E8_more_than_4_gb_are_not_made_native() -> None:
    huge = msgspec.structs.replace(GREY, rows=4096, columns=4096, frames=129)
    assert native_length(huge) > MAX_NATIVE
    assert not can_transcode(HTJ2K_LOSSLESS, EXPLICIT_LE, huge)
    assert can_transcode(HTJ2K_LOSSLESS, JPEG_LS_LOSSLESS, huge)


def test_E10_an_overlay_in_unused_bits_is_not_dropped() -> None:
    frame = grey_frames(1)[0]
    image = msgspec.structs.replace(GREY, frames=1)
    with_overlay = (frame | 0x8000).tobytes()
    for ts in (HTJ2K_LOSSLESS, JPEG_LS_LOSSLESS):
        with pytest.raises(NotLossless, match="unused bits"):
            transcoded_pixel_data([with_overlay], image, EXPLICIT_LE, ts)
    signed = msgspec.structs.replace(image, signed=True)
    negative = (np.full((20, 30), -5, np.int16)).tobytes()  # sign extension is no data
    _, pieces = transcoded_pixel_data([negative], signed, EXPLICIT_LE, HTJ2K_LOSSLESS)
    np.testing.assert_array_equal(read_back(pieces, signed, HTJ2K_LOSSLESS)[0], -5)


def test_the_label_rgb_is_made_true_when_jpeg_is_decoded() -> None:
    image = msgspec.structs.replace(RGB, frames=1, planar=0)
    colour = np.zeros((20, 30, 3), np.uint8)
    colour[...] = (200, 80, 30)
    stream = imagecodecs.jpeg8_encode(colour, level=95)
    lossy = {"00282110": {"vr": "CS", "Value": ["01"]}}
    changes, pieces = transcoded_pixel_data([stream], image, JPEG_BASELINE, EXPLICIT_LE)
    assert changes == lossy
    assert np.abs(read_back(pieces, image, EXPLICIT_LE)[0].astype(int) - colour).max() <= 3
    ybr = msgspec.structs.replace(image, photometric="YBR_FULL_422")
    changes, _ = transcoded_pixel_data([stream], ybr, JPEG_BASELINE, EXPLICIT_LE)
    assert changes == {"00280004": {"vr": "CS", "Value": ["YBR_FULL"]}} | lossy


@pytest.mark.parametrize("said", [False, True])
def test_E11_native_pixels_of_what_has_lost_say_so(said: bool) -> None:
    image = msgspec.structs.replace(GREY, frames=1, bits_allocated=8, bits_stored=8, high_bit=7, lossy=said)
    stream = imagecodecs.jpeg8_encode(np.zeros((20, 30), np.uint8), level=90)
    changes, _ = transcoded_pixel_data([stream], image, JPEG_BASELINE, EXPLICIT_LE)
    assert changes == ({} if said else {"00282110": {"vr": "CS", "Value": ["01"]}})


def test_a_damaged_or_missing_frame_stops_the_pieces() -> None:
    frames = [frame.tobytes() for frame in grey_frames()]
    with pytest.raises(Undecodable):
        transcoded_pixel_data([frames[0][:-1], *frames[1:]], GREY, EXPLICIT_LE, HTJ2K_LOSSLESS)
    _, pieces = transcoded_pixel_data(frames[:2], GREY, EXPLICIT_LE, IMPLICIT_LE)
    with pytest.raises(NotTranscodable, match="of 3600"):
        list(pieces)
    with pytest.raises(NotTranscodable, match="no frames"):
        transcoded_pixel_data([], GREY, EXPLICIT_LE, IMPLICIT_LE)


def test_E9_the_basic_offset_table_is_true_or_empty() -> None:
    frames = [b"a" * 10, b"b" * 7, b"c" * 3]
    with_table = b"".join(encapsulated(frames))
    assert with_table[12:32] == b"\xfe\xff\x00\xe0\x0c\0\0\0" + offset_table([10, 7, 3])
    assert offset_table([10, 7, 3]) == bytes((0, 0, 0, 0, 18, 0, 0, 0, 34, 0, 0, 0))
    without = b"".join(encapsulated(frames, max_tabled=15))
    assert without[12:20] == b"\xfe\xff\x00\xe0\0\0\0\0"
    assert without[20:] == with_table[32:]


def test_E8_offset_tables_beyond_4_gb_are_extended_ones() -> None:
    lengths = [3 << 30, 3 << 30, 11]
    assert offset_table(lengths) == b""
    offsets, kept = extended_offset_tables(lengths)
    assert np.frombuffer(offsets, "<u8").tolist() == [0, (3 << 30) + 8, (6 << 30) + 16]
    assert np.frombuffer(kept, "<u8").tolist() == lengths


def test_frames_are_made_one_at_a_time() -> None:
    """100 frames of 2 MB pass in the memory of a few."""
    image = msgspec.structs.replace(GREY, rows=1024, columns=1024, frames=100)
    frame = np.zeros((1024, 1024), np.uint16).tobytes()
    tracemalloc.start()
    try:
        _, pieces = transcoded_pixel_data((frame for _ in range(100)), image, EXPLICIT_LE, IMPLICIT_LE)
        total = sum(len(piece) for piece in pieces)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 8 + 100 * len(frame)
    assert peak < 8 * len(frame)


def small_lossless() -> list[str]:
    """Files that HTJ2K can take, small enough to try all of them."""
    return [name for name in image_names() if len(Instance(name).raw) < 600_000 and _fits(Instance(name))]


def _fits(found: Instance) -> bool:
    try:
        return can_transcode(found.plain_ts, HTJ2K_LOSSLESS, found.image)
    except NotAnImage:
        return False


@pytest.mark.skipif(not image_names(), reason="the real files are not here")
@pytest.mark.parametrize("name", small_lossless())
def test_E11_real_files_to_htj2k_and_back(name: str) -> None:
    found = instance(name)
    image = found.image
    table = found.table(image)
    frames = [found.frame(table, index) for index in range(len(table))]
    changes, pieces = transcoded_pixel_data(frames, image, found.plain_ts, HTJ2K_LOSSLESS)
    back = read_back(pieces, changed(image, changes), HTJ2K_LOSSLESS)
    for index, array in enumerate(back):
        np.testing.assert_array_equal(array, found.decoded(image, table, index).array)
