"""Frame tables: native cells, encapsulated fragments, offset tables true and false."""

import struct
from typing import Any

import msgspec
import pytest
from tests.unit.dicom.samples import element, implicit, item, sequence_end

from sixfold.dicom.frames import BadFrames, Frame, FrameTable, WrongFrameCount, frame_bytes, frame_table
from sixfold.dicom.image import Image
from sixfold.dicom.uids import (
    ENCAPSULATED_UNCOMPRESSED,
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    MPEG4_HIGH_41,
    RLE_LOSSLESS,
    TransferSyntax,
)

IMAGE = Image(
    rows=4,
    columns=6,
    samples=1,
    bits_allocated=16,
    bits_stored=16,
    high_bit=15,
    signed=False,
    photometric="MONOCHROME2",
)
BEFORE = b"header!!"  # any bytes before the pixel data element
UNDEFINED = 0xFFFFFFFF
SOI, J2K = b"\xff\xd8\xff\xe0", b"\xff\x4f\xff\x51"


def image(**changes: Any) -> Image:
    return msgspec.structs.replace(IMAGE, **changes)


class Source:
    """An object in memory that counts what is read of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.read = 0

    def __call__(self, offset: int, length: int) -> bytes:
        self.read += length
        return self.data[offset : offset + length]


def table_of(pixel_data: bytes, ts: TransferSyntax, description: Image, **more: Any) -> tuple[FrameTable, Source]:
    source = Source(BEFORE + pixel_data)
    table = frame_table(source, len(BEFORE), len(source.data), ts, description, **more)
    assert FrameTable.from_bytes(table.to_bytes()) == table
    return table, source


def frames_of(pixel_data: bytes, ts: TransferSyntax, description: Image, **more: Any) -> list[bytes]:
    table, source = table_of(pixel_data, ts, description, **more)
    assert len(table) == description.frames
    return [frame_bytes(source(frame.offset, frame.length), frame) for frame in table]


def encapsulated(fragments: list[bytes], offsets: list[int] | None = None, end: bytes | None = None) -> bytes:
    table = struct.pack(f"<{len(offsets or ())}L", *(offsets or ()))
    content = item(table) + b"".join(item(fragment) for fragment in fragments)
    content += sequence_end() if end is None else end
    return element(0x7FE00010, "OB", content, length=UNDEFINED)


class TestNative:
    frames = (bytes(range(48)), bytes(range(100, 148)))

    def test_explicit(self) -> None:
        data = element(0x7FE00010, "OW", b"".join(self.frames))
        assert frames_of(data, EXPLICIT_LE, image(frames=2)) == list(self.frames)

    def test_implicit(self) -> None:
        data = implicit(0x7FE00010, b"".join(self.frames))
        assert frames_of(data, IMPLICIT_LE, image(frames=2)) == list(self.frames)

    def test_big_endian_words_stay_as_they_are(self) -> None:
        data = element(0x7FE00010, "OW", b"".join(self.frames), order=">")
        assert frames_of(data, EXPLICIT_BE, image(frames=2)) == list(self.frames)

    def test_E7_big_endian_cells_of_8_bits_are_swapped_back_across_odd_frames(self) -> None:
        plain = bytes(range(30))
        swapped = bytes(plain[at ^ 1] for at in range(30))
        description = image(rows=3, columns=5, bits_allocated=8, bits_stored=8, high_bit=7, frames=2)
        data = element(0x7FE00010, "OW", swapped, order=">")
        assert frames_of(data, EXPLICIT_BE, description) == [plain[:15], plain[15:]]
        assert frames_of(element(0x7FE00010, "OB", plain, order=">"), EXPLICIT_BE, description)[1] == plain[15:]

    def test_E10_frames_of_bits_that_are_not_byte_aligned(self) -> None:
        bits = [(at * 7 // 3) % 2 for at in range(3 * 15)]
        packed = sum(bit << at for at, bit in enumerate(bits)).to_bytes(6, "little")
        description = image(rows=3, columns=5, bits_allocated=1, bits_stored=1, high_bit=0, frames=3)
        frames = frames_of(element(0x7FE00010, "OB", packed), EXPLICIT_LE, description)
        for index, frame in enumerate(frames):
            assert len(frame) == 2
            number = int.from_bytes(frame, "little")
            assert [number >> at & 1 for at in range(16)] == [*bits[index * 15 : index * 15 + 15], 0]

    def test_E10_ybr_full_422_has_two_samples_for_a_pixel(self) -> None:
        description = image(samples=3, photometric="YBR_FULL_422", bits_allocated=8, bits_stored=8, high_bit=7, frames=2)
        data = element(0x7FE00010, "OB", b"".join(self.frames))
        assert frames_of(data, EXPLICIT_LE, description) == list(self.frames)
        full = bytes(144)
        assert [len(f) for f in frames_of(element(0x7FE00010, "OB", full), EXPLICIT_LE, description)] == [72, 72]

    def test_E10_float_pixel_data(self) -> None:
        description = image(bits_allocated=32, bits_stored=32, high_bit=31, kind="float")
        data = element(0x7FE00008, "OF", bytes(range(96)))
        assert frames_of(data, EXPLICIT_LE, description) == [bytes(range(96))]

    def test_E3_a_pad_byte_and_bytes_after_the_pixels_are_no_frame(self) -> None:
        description = image(rows=3, columns=3, bits_allocated=8, bits_stored=8, high_bit=7)
        data = element(0x7FE00010, "OB", b"123456789\0") + element(0xFFFCFFFC, "OB", bytes(4))
        assert frames_of(data, EXPLICIT_LE, description) == [b"123456789"]

    def test_E9_more_frames_claimed_than_there_are(self) -> None:
        data = element(0x7FE00010, "OW", b"".join(self.frames))
        with pytest.raises(WrongFrameCount) as caught:
            table_of(data, EXPLICIT_LE, image(frames=3))
        assert (caught.value.claimed, caught.value.found) == (3, 2)

    def test_a_cut_object(self) -> None:
        data = element(0x7FE00010, "OW", b"".join(self.frames))
        with pytest.raises(BadFrames, match="ends inside"):
            table_of(data[:-1], EXPLICIT_LE, image(frames=2))
        with pytest.raises(BadFrames, match="before its pixel data"):
            table_of(data[:7], EXPLICIT_LE, image(frames=2))

    def test_an_undefined_length_or_another_element_is_refused(self) -> None:
        with pytest.raises(BadFrames, match="native"):
            table_of(encapsulated([SOI]), EXPLICIT_LE, IMAGE)
        with pytest.raises(BadFrames, match="no pixel data"):
            table_of(element(0x00280010, "US", b"\1\0" * 4), EXPLICIT_LE, IMAGE)

    def test_a_4_gb_object_is_never_read(self) -> None:
        """The value claims 4 GB that `read_at` never has to deliver."""
        length = 2**32 - 2
        head = element(0x7FE00010, "OW", b"", length=length)
        description = image(rows=512, columns=512, frames=length // (512 * 512 * 2))
        source = Source(head)
        table = frame_table(source, 0, len(head) + length, EXPLICIT_LE, description)
        assert source.read <= 12
        assert table[len(table) - 1] == Frame(12 + (len(table) - 1) * 524288, 524288)
        assert len(table.to_bytes()) == 32


class TestEncapsulated:
    def test_E9_empty_offset_table_one_fragment_each(self) -> None:
        fragments = [SOI + bytes(10), SOI + bytes(20), b"anything"]
        data = encapsulated(fragments)
        assert frames_of(data, JPEG_BASELINE, image(frames=3)) == fragments

    def test_a_frame_of_one_fragment_is_its_own_range(self) -> None:
        table, source = table_of(encapsulated([SOI + b"one!", SOI + b"two!"]), JPEG_BASELINE, image(frames=2))
        assert [source.data[f.offset : f.offset + f.length] for f in table] == [SOI + b"one!", SOI + b"two!"]

    def test_E9_several_fragments_per_frame_with_offset_table(self) -> None:
        data = encapsulated([b"ab", b"cd", b"ef"], offsets=[0, 20])
        assert frames_of(data, JPEG_BASELINE, image(frames=2)) == [b"abcd", b"ef"]

    def test_E9_several_fragments_per_frame_by_their_start_markers(self) -> None:
        for start, ts in ((SOI, JPEG_BASELINE), (J2K, JPEG_2000_LOSSLESS)):
            data = encapsulated([start + b"aa", b"bb", b"cc", start + b"dd", b"ee"])
            assert frames_of(data, ts, image(frames=2)) == [start + b"aabbcc", start + b"ddee"]

    def test_E9_rle_headers_mark_frames(self) -> None:
        head = struct.pack("<16L", 2, 64, 70, *[0] * 13)
        data = encapsulated([head + b"abcdef", b"more", head + b"ghijkl"])
        assert frames_of(data, RLE_LOSSLESS, image(frames=2)) == [head + b"abcdefmore", head + b"ghijkl"]

    def test_E9_one_frame_in_many_fragments(self) -> None:
        assert frames_of(encapsulated([SOI, b"bb", b"cc"]), JPEG_BASELINE, IMAGE) == [SOI + b"bbcc"]
        assert frames_of(encapsulated([b"aa", b"bb"]), JPEG_BASELINE, IMAGE) == [b"aabb"]

    def test_E9_a_false_offset_table_is_not_believed(self) -> None:
        fragments = [SOI + b"aa", b"bb", SOI + b"cc"]
        for offsets in ([0, 3], [8, 40], [0, 2**31], [0, 0], [0]):
            data = encapsulated(fragments, offsets=offsets)
            assert frames_of(data, JPEG_BASELINE, image(frames=2)) == [SOI + b"aabb", SOI + b"cc"]

    def test_E9_video_is_one_stream_for_all_frames(self) -> None:
        table, source = table_of(encapsulated([b"abcd", b"efgh"]), MPEG4_HIGH_41, image(frames=250))
        assert table.video
        assert len(table) == 250
        frame = table[249]
        assert frame == table[0]
        assert frame_bytes(source(frame.offset, frame.length), frame) == b"abcdefgh"

    def test_E9_zero_length_fragments(self) -> None:
        data = encapsulated([b"", SOI + b"aa", b"", SOI + b"bb"])
        assert frames_of(data, JPEG_BASELINE, image(frames=2))[1] == SOI + b"bb"
        assert frames_of(encapsulated([b"aa", b""]), JPEG_BASELINE, image(frames=2)) == [b"aa", b""]

    @pytest.mark.parametrize(("claimed", "fragments", "found"), [(1, 3, 3), (4, 3, 3), (2, 3, 3), (1, 0, 0)])
    def test_E9_wrong_number_of_frames(self, claimed: int, fragments: int, found: int) -> None:
        with pytest.raises(WrongFrameCount) as caught:
            table_of(encapsulated([SOI + b"xx"] * fragments), JPEG_BASELINE, image(frames=claimed))
        assert (caught.value.claimed, caught.value.found) == (claimed, found)

    def test_uncompressed_frames_are_grouped_by_their_length(self) -> None:
        fragments = [bytes(30), bytes(18), bytes(48)]
        frames = frames_of(encapsulated(fragments), ENCAPSULATED_UNCOMPRESSED, image(frames=2))
        assert [len(frame) for frame in frames] == [48, 48]

    def test_an_implicit_header_under_a_compressed_syntax(self) -> None:
        data = implicit(0x7FE00010, encapsulated([SOI + b"aa"])[12:], length=UNDEFINED)
        assert frames_of(data, JPEG_BASELINE, IMAGE) == [SOI + b"aa"]

    @pytest.mark.parametrize(
        ("end", "message"),
        [
            (b"", "before the sequence delimiter"),
            (b"\xfe\xff\x00", "before the sequence delimiter"),
            (b"\xfe\xff\x00\xe0\xff\xff\xff\xff", "defined length"),
            (b"\xfe\xff\x00\xe0\x10\x00\x00\x00abc", "inside the fragment"),
            (b"garbage!", "no item"),
        ],
    )
    def test_cut_and_broken_items(self, end: bytes, message: str) -> None:
        with pytest.raises(BadFrames, match=message):
            table_of(encapsulated([SOI + b"aa"], end=end), JPEG_BASELINE, IMAGE)

    def test_a_defined_length_is_refused(self) -> None:
        with pytest.raises(BadFrames, match="encapsulated"):
            table_of(element(0x7FE00010, "OB", b"1234"), JPEG_BASELINE, IMAGE)

    def test_only_headers_of_large_fragments_are_read(self) -> None:
        _, source = table_of(encapsulated([SOI + bytes(1 << 20)] * 8), JPEG_BASELINE, image(frames=8))
        assert source.read < 40_000

    def test_many_small_fragments_are_read_in_windows(self) -> None:
        calls = []
        data = encapsulated([SOI + bytes(60)] * 2000)

        def read_at(offset: int, length: int) -> bytes:
            calls.append(length)
            return data[offset : offset + length]

        assert len(frame_table(read_at, 0, len(data), JPEG_BASELINE, image(frames=2000))) == 2000
        assert len(calls) < 20


class Sparse:
    """An object of many gigabytes that exists as its item headers only."""

    def __init__(self, fragment: int, count: int, table: bytes = b"") -> None:
        self.parts = {0: element(0x7FE00010, "OB", b"", length=UNDEFINED) + item(table)}
        at = len(self.parts[0])
        self.first = at
        for _ in range(count):
            self.parts[at] = b"\xfe\xff\x00\xe0" + struct.pack("<L", fragment) + SOI
            at += 8 + fragment
        self.parts[at] = sequence_end()
        self.length = at + 8

    def __call__(self, offset: int, length: int) -> bytes:
        base = max(start for start in self.parts if start <= offset)
        return self.parts[base][offset - base : offset - base + length].ljust(min(length, 72), b"\0")


GIGABYTE = 1 << 30


class TestBeyondFourGigabytes:
    def test_E8_offsets_beyond_4_gb(self) -> None:
        source = Sparse(GIGABYTE, 6)
        table = frame_table(source, 0, source.length, JPEG_BASELINE, image(frames=6))
        assert table[5] == Frame(source.first + 5 * (GIGABYTE + 8) + 8, GIGABYTE, 1)
        assert FrameTable.from_bytes(table.to_bytes())[5] == table[5]

    def test_E8_a_basic_offset_table_that_wrapped(self) -> None:
        starts = [0, 2 * (GIGABYTE + 8), 5 * (GIGABYTE + 8)]
        wrapped = struct.pack("<3L", *(start & 0xFFFFFFFF for start in starts))
        source = Sparse(GIGABYTE, 7, wrapped)
        table = frame_table(source, 0, source.length, JPEG_BASELINE, image(frames=3))
        assert [frame.offset - source.first for frame in table] == starts
        assert [frame.fragments for frame in table] == [2, 3, 2]

    def test_E8_extended_offset_table(self) -> None:
        source = Sparse(GIGABYTE, 6)
        starts = struct.pack("<6Q", *(at * (GIGABYTE + 8) for at in range(6)))
        lengths = struct.pack("<6Q", *[GIGABYTE - 1] * 6)  # without the pad byte
        table = frame_table(source, 0, source.length, JPEG_BASELINE, image(frames=6), (starts, lengths))
        assert table[5] == Frame(source.first + 5 * (GIGABYTE + 8) + 8, GIGABYTE - 1, 1)

    @pytest.mark.parametrize(
        ("starts", "lengths"),
        [([0, 4], [10, 10]), ([0, 1 << 40], [10, 10]), ([0, 18], [10, 1 << 62]), ([0, 19], [10, 2]), ([40, 0], [1, 1])],
    )
    def test_E8_a_false_extended_offset_table(self, starts: list[int], lengths: list[int]) -> None:
        extended = struct.pack("<2Q", *starts), struct.pack("<2Q", *lengths)
        with pytest.raises(BadFrames):
            table_of(encapsulated([SOI + b"123456"] * 2), JPEG_BASELINE, image(frames=2), extended=extended)

    def test_E8_an_extended_offset_table_for_other_frames(self) -> None:
        with pytest.raises(WrongFrameCount):
            table_of(encapsulated([SOI] * 2), JPEG_BASELINE, image(frames=2), extended=(bytes(8), bytes(8)))


def test_an_index_outside_of_the_table() -> None:
    table, _ = table_of(encapsulated([SOI]), JPEG_BASELINE, IMAGE)
    for index in (-1, 1):
        with pytest.raises(IndexError):
            table[index]


@pytest.mark.parametrize("stored", [b"", b"SFT1", bytes(32), b"SFT1\x00" + bytes(26), b"SFT1\x09" + bytes(27)])
def test_stored_tables_that_are_none(stored: bytes) -> None:
    with pytest.raises(BadFrames):
        FrameTable.from_bytes(stored)


def test_a_short_range_and_a_range_without_items() -> None:
    with pytest.raises(BadFrames):
        frame_bytes(b"abc", Frame(0, 4))
    with pytest.raises(BadFrames):
        frame_bytes(b"abcdefghijkl", Frame(0, 12, fragments=2))
    with pytest.raises(BadFrames):
        frame_bytes(item(b"ab") + b"\xfe\xff\x00\xe0\xff\0\0\0", Frame(0, 18, fragments=2))
