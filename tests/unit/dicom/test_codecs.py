"""Codecs on frames made by the test: sign and depth, colour, bounds, and encoders that prove themselves."""

import subprocess
import sys
import zlib
from typing import Any

import imagecodecs
import jpeg_ls
import msgspec
import numpy as np
import pytest

from sixfold.dicom.codecs import (
    DECODABLE,
    ENCODABLE,
    NoCodec,
    NotLossless,
    Undecodable,
    decode_frame,
    encode_frame,
    encoded_photometric,
)
from sixfold.dicom.codecs.table import GE_BIG_ENDIAN_PIXELS
from sixfold.dicom.codecs.video import container
from sixfold.dicom.image import Image
from sixfold.dicom.uids import (
    ALL_TRANSFER_SYNTAXES,
    EXPLICIT_BE,
    EXPLICIT_LE,
    HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    MPEG2_MAIN,
    MPEG4_HIGH_41,
    RLE_LOSSLESS,
    transfer_syntax,
)

RANDOM = np.random.default_rng(20261124)
DEFLATED_FRAME = transfer_syntax("1.2.840.10008.1.2.8.1")
JPEG_XL = transfer_syntax("1.2.840.10008.1.2.4.110")
WRITERS = [RLE_LOSSLESS, JPEG_LS_LOSSLESS, JPEG_2000_LOSSLESS, HTJ2K_LOSSLESS, HTJ2K_LOSSLESS_RPCL]


def described(bits: int, stored: int, *, signed: bool = False, samples: int = 1, **more: Any) -> Image:
    return Image(
        rows=more.pop("rows", 23),
        columns=more.pop("columns", 38),
        samples=samples,
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=more.pop("high_bit", stored - 1),
        signed=signed,
        photometric=more.pop("photometric", "RGB" if samples == 3 else "MONOCHROME2"),
        **more,
    )


def noise(image: Image) -> "np.ndarray[Any, Any]":
    """Values over the whole range of the stored bits, both ends included."""
    low = -(1 << image.bits_stored - 1) if image.signed else 0
    high = low + (1 << image.bits_stored) - 1
    size = image.bits_allocated // 8
    shape = (image.rows, image.columns) + ((image.samples,) if image.samples > 1 else ())
    values = RANDOM.integers(low, high, shape, dtype=np.int64, endpoint=True)
    values.flat[0], values.flat[1] = low, high
    return values.astype(f"{'i' if image.signed else 'u'}{size}")


IMAGES = [
    described(8, 8),
    described(8, 8, signed=True),
    described(8, 7),
    described(16, 16),
    described(16, 16, signed=True),
    described(16, 12),
    described(16, 12, signed=True),
    described(16, 10, photometric="MONOCHROME1"),
    described(8, 8, samples=3),
    described(8, 8, samples=3, photometric="YBR_FULL"),
    described(16, 16, samples=3),
    described(8, 8, photometric="PALETTE COLOR"),
    described(16, 16, rows=1, columns=2),
    described(16, 12, rows=1, columns=300),
    described(8, 8, rows=3, columns=5, samples=3),
]


@pytest.mark.parametrize("ts", WRITERS, ids=lambda ts: ts.name)
@pytest.mark.parametrize("image", IMAGES, ids=lambda i: f"{i.bits_stored}in{i.bits_allocated}{i.signed}{i.photometric}")
def test_E11_what_is_written_comes_back_bit_by_bit(image: Image, ts: Any) -> None:
    array = noise(image)
    encoded = encode_frame(array, image, ts)
    written = msgspec.structs.replace(image, photometric=encoded_photometric(image.photometric, ts))
    decoded = decode_frame(encoded, written, ts)
    np.testing.assert_array_equal(decoded.array, array)
    assert decoded.array.dtype == array.dtype
    assert decoded.photometric == image.photometric


def test_E11_samples_that_a_syntax_cannot_hold_are_refused() -> None:
    wide = described(32, 32)
    for ts in (JPEG_LS_LOSSLESS, JPEG_2000_LOSSLESS, HTJ2K_LOSSLESS):
        with pytest.raises(NotLossless):
            encode_frame(noise(wide), wide, ts)
    out_of_range = np.full((23, 38), 4096, np.uint16)
    with pytest.raises(NotLossless, match="come back"):
        encode_frame(out_of_range, described(16, 12), JPEG_LS_LOSSLESS)
    with pytest.raises(NotLossless):
        encode_frame(np.zeros((23, 38, 4), np.uint32), described(32, 32, samples=4), RLE_LOSSLESS)


def test_rle_holds_wide_samples() -> None:
    for image in (described(32, 32), described(32, 32, samples=3)):
        array = noise(image)
        np.testing.assert_array_equal(decode_frame(encode_frame(array, image, RLE_LOSSLESS), image, RLE_LOSSLESS).array, array)


def test_E11_lossy_syntaxes_are_not_written() -> None:
    for ts in (JPEG_BASELINE, JPEG_2000, MPEG4_HIGH_41):
        with pytest.raises(NoCodec):
            encode_frame(noise(IMAGES[0]), IMAGES[0], ts)


def test_htj2k_has_what_the_rpcl_syntax_asks_for() -> None:
    encoded = encode_frame(noise(IMAGES[3]), IMAGES[3], HTJ2K_LOSSLESS_RPCL)
    style = encoded.index(b"\xff\x52")
    assert encoded[style + 5] == 2  # progression order RPCL (ITU-T T.800 table A.16)
    assert b"\xff\x55" in encoded[: encoded.index(b"\xff\x90")]  # TLM in the main header


class TestNative:
    def test_little_and_big_endian(self) -> None:
        image = described(16, 16, signed=True)
        array = noise(image)
        np.testing.assert_array_equal(decode_frame(array.astype("<i2").tobytes(), image, EXPLICIT_LE).array, array)
        np.testing.assert_array_equal(decode_frame(array.astype(">i2").tobytes(), image, EXPLICIT_BE).array, array)
        ge = transfer_syntax(GE_BIG_ENDIAN_PIXELS)
        np.testing.assert_array_equal(decode_frame(array.astype(">i2").tobytes(), image, ge).array, array)

    def test_E10_bits_in_the_unused_part_are_not_taken_for_values(self) -> None:
        cells = np.array([0xF801, 0x07FF, 0x0FFF, 0xF000], np.uint16)
        image = described(16, 12, rows=2, columns=2)
        np.testing.assert_array_equal(decode_frame(cells.tobytes(), image, EXPLICIT_LE).array.ravel(), [0x801, 0x7FF, 0xFFF, 0])
        signed = msgspec.structs.replace(image, signed=True)
        np.testing.assert_array_equal(decode_frame(cells.tobytes(), signed, EXPLICIT_LE).array.ravel(), [-2047, 2047, -1, 0])
        shifted = msgspec.structs.replace(image, high_bit=15)
        np.testing.assert_array_equal(
            decode_frame(cells.tobytes(), shifted, EXPLICIT_LE).array.ravel(), [0xF80, 0x07F, 0x0FF, 0xF00]
        )

    def test_E10_one_bit(self) -> None:
        image = described(1, 1, rows=3, columns=3)
        decoded = decode_frame(bytes((0b10110101, 0b1)), image, EXPLICIT_LE)
        np.testing.assert_array_equal(decoded.array, [[1, 0, 1], [0, 1, 1], [0, 1, 1]])
        assert encode_frame(decoded.array, image, EXPLICIT_LE) == bytes((0b10110101, 0b1))

    @pytest.mark.parametrize("columns", [4, 5])
    def test_E10_twelve_bits_packed(self, columns: int) -> None:
        image = described(12, 12, rows=3, columns=columns)
        array = RANDOM.integers(0, 4096, (3, columns), dtype=np.uint16)
        packed = sum(int(cell) << 12 * at for at, cell in enumerate(array.ravel()))
        data = packed.to_bytes(-(-3 * columns * 12 // 8), "little")
        np.testing.assert_array_equal(decode_frame(data, image, EXPLICIT_LE).array, array)
        assert encode_frame(array, image, EXPLICIT_LE) == data

    def test_E10_colour_by_plane(self) -> None:
        image = described(8, 8, samples=3, planar=1)
        array = noise(image)
        planes = np.moveaxis(array, 2, 0).tobytes()
        np.testing.assert_array_equal(decode_frame(planes, image, EXPLICIT_LE).array, array)

    def test_E10_ybr_full_422(self) -> None:
        image = described(8, 8, rows=1, columns=4, samples=3, photometric="YBR_FULL_422")
        decoded = decode_frame(bytes((1, 2, 100, 200, 3, 4, 101, 201)), image, EXPLICIT_LE)
        expected = [[1, 100, 200], [2, 100, 200], [3, 101, 201], [4, 101, 201]]
        np.testing.assert_array_equal(decoded.array[0], expected)
        assert decoded.photometric == "YBR_FULL"
        full = decode_frame(bytes(range(12)), image, EXPLICIT_LE)
        np.testing.assert_array_equal(full.array.ravel(), range(12))

    @pytest.mark.parametrize(("kind", "dtype"), [("float", "f4"), ("double", "f8")])
    def test_E10_floating_point(self, kind: Any, dtype: str) -> None:
        image = described(8 * int(dtype[1]), 8 * int(dtype[1]), kind=kind)
        array = RANDOM.normal(size=(23, 38)).astype(dtype)
        array[0, 0] = np.nan
        np.testing.assert_array_equal(decode_frame(array.tobytes(), image, EXPLICIT_LE).array, array)
        assert encode_frame(array, image, EXPLICIT_LE) == array.tobytes()

    @pytest.mark.parametrize("image", IMAGES[:5])
    def test_a_short_frame(self, image: Image) -> None:
        with pytest.raises(Undecodable):
            decode_frame(noise(image).tobytes()[:-1], image, EXPLICIT_LE)


class TestSign:
    """PS3.3 C.7.6.3.1: Pixel Representation says how to read bits that a code stream gives without sign."""

    @pytest.mark.parametrize(("bits", "stored"), [(16, 16), (16, 12)])
    def test_E10_signed_samples_in_jpeg_ls_and_lossless_jpeg(self, bits: int, stored: int) -> None:
        image = described(bits, stored, signed=True)
        array = noise(image)
        bits_only = array.view(np.uint16) & ((1 << stored) - 1)
        data = bytes(jpeg_ls.encode_buffer(bits_only.tobytes(), 23, 38, 1, stored))
        np.testing.assert_array_equal(decode_frame(data, image, JPEG_LS_LOSSLESS).array, array)
        data = imagecodecs.jpeg8_encode(bits_only, lossless=True, predictor=4, bitspersample=stored)
        np.testing.assert_array_equal(decode_frame(data, image, JPEG_LOSSLESS).array, array)

    def test_E10_jpeg_2000_that_contradicts_pixel_representation(self) -> None:
        signed = described(16, 13, signed=True)
        array = noise(signed)
        as_unsigned = array.view(np.uint16) & 0x1FFF
        data = imagecodecs.jpeg2k_encode(as_unsigned, level=0, codecformat="j2k", bitspersample=13)
        np.testing.assert_array_equal(decode_frame(data, signed, JPEG_2000_LOSSLESS).array, array)
        unsigned = described(16, 13)
        data = imagecodecs.jpeg2k_encode(array, level=0, codecformat="j2k", bitspersample=13)
        np.testing.assert_array_equal(decode_frame(data, unsigned, JPEG_2000_LOSSLESS).array, as_unsigned)


class TestJpegColour:
    rgb = np.zeros((16, 16, 3), np.uint8)
    rgb[...] = (200, 80, 30)
    image = described(8, 8, samples=3, rows=16, columns=16)

    def test_a_declared_ybr_outweighs_the_label_rgb(self) -> None:
        data = imagecodecs.jpeg8_encode(self.rgb, level=95)  # libjpeg writes JFIF, which is YCbCr
        raw = decode_frame(data, self.image, JPEG_BASELINE)
        assert raw.photometric == "YBR_FULL"
        converted = decode_frame(data, self.image, JPEG_BASELINE, rgb=True)
        assert converted.photometric == "RGB"
        assert np.abs(converted.array.astype(int) - self.rgb).max() <= 3

    def test_rgb_components_stay_as_they_are(self) -> None:
        data = imagecodecs.jpeg8_encode(self.rgb, level=95, colorspace="RGB", outcolorspace="RGB")
        ybr_label = msgspec.structs.replace(self.image, photometric="YBR_FULL")
        for image in (self.image, ybr_label):
            decoded = decode_frame(data, image, JPEG_BASELINE, rgb=True)
            assert decoded.photometric == "RGB"
            assert np.abs(decoded.array.astype(int) - self.rgb).max() <= 3

    def test_twelve_bits(self) -> None:
        image = described(16, 12)
        smooth = np.add.outer(np.arange(23) * 100, np.arange(38) * 40).astype(np.uint16)
        data = imagecodecs.jpeg8_encode(smooth, level=100, bitspersample=12)
        decoded = decode_frame(data, image, JPEG_EXTENDED)
        assert np.abs(decoded.array.astype(int) - smooth).max() <= 8
        assert decoded.array.dtype == np.uint16


def test_near_lossless_jpeg_ls_stays_within_its_error() -> None:
    image = described(16, 12)
    array = noise(image)
    data = bytes(jpeg_ls.encode_buffer(array.tobytes(), 23, 38, 1, 12, lossy_error=3))
    decoded = decode_frame(data, image, JPEG_LS_NEAR_LOSSLESS)
    assert np.abs(decoded.array.astype(int) - array).max() <= 3


@pytest.mark.parametrize("samples", [1, 3])
def test_jpeg_xl(samples: int) -> None:
    image = described(8, 8, samples=samples)
    array = noise(image)
    for boxes in (False, True):
        data = imagecodecs.jpegxl_encode(array, lossless=True, usecontainer=boxes)
        np.testing.assert_array_equal(decode_frame(data, image, JPEG_XL).array, array)


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (256, 256), (64, 48), (480, 640), (23, 38), (300, 7), (1, 1000)])
def test_the_size_of_a_jpeg_xl_stream_is_read_before_it_is_decoded(rows: int, columns: int) -> None:
    data = imagecodecs.jpegxl_encode(np.zeros((rows, columns), np.uint8), lossless=True)
    decode_frame(data, described(8, 8, rows=rows, columns=columns), JPEG_XL)
    with pytest.raises(Undecodable, match="the image is"):
        decode_frame(data, described(8, 8, rows=rows, columns=columns + 1), JPEG_XL)


def test_deflated_frames_inflate_to_their_size_and_no_further() -> None:
    image = described(1, 1, rows=16, columns=16)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = deflate.compress(b"\xff" * 10_000_000) + deflate.flush()
    assert decode_frame(bomb, image, DEFLATED_FRAME).array.all()
    with pytest.raises(Undecodable):
        decode_frame(b"\x00garbage", image, DEFLATED_FRAME)


def made_by(ts: Any, array: Any) -> bytes:
    makers = {
        JPEG_BASELINE.uid: lambda: imagecodecs.jpeg8_encode(array, level=90),
        JPEG_XL.uid: lambda: imagecodecs.jpegxl_encode(array, lossless=True),
    }
    maker = makers.get(ts.uid)
    return bytes(maker()) if maker else encode_frame(array, described(8, 8), ts)


@pytest.mark.parametrize("ts", [JPEG_BASELINE, JPEG_XL, *WRITERS[1:]], ids=lambda ts: ts.name)
def test_a_code_stream_of_another_size_is_refused_before_it_is_decoded(ts: Any) -> None:
    data = made_by(ts, noise(described(8, 8)))
    for other in ({"rows": 24}, {"columns": 37}, {"samples": 3}):
        with pytest.raises(Undecodable):
            decode_frame(data, described(8, 8, **other), ts)


@pytest.mark.parametrize("ts", [JPEG_BASELINE, JPEG_XL, *WRITERS], ids=lambda ts: ts.name)
def test_a_cut_code_stream_is_refused(ts: Any) -> None:
    data = made_by(ts, noise(described(8, 8)))
    for length in (0, 1, 2, 20, len(data) // 2, len(data) - 12):
        with pytest.raises(Undecodable):
            decode_frame(data[:length], described(8, 8), ts)


def test_a_frame_beyond_the_limit_is_refused_unread() -> None:
    image = described(16, 16, rows=60000, columns=60000)
    with pytest.raises(Undecodable, match="larger than"):
        decode_frame(b"", image, EXPLICIT_LE)
    with pytest.raises(Undecodable, match="larger than"):
        decode_frame(bytes(23 * 38), IMAGES[0], EXPLICIT_LE, limit=800)


def test_tiles_of_no_width_are_refused() -> None:
    data = bytearray(encode_frame(noise(IMAGES[0]), IMAGES[0], HTJ2K_LOSSLESS))
    for at in (24, 28):
        hostile = bytes(data[:at] + bytes(4) + data[at + 4 :])
        with pytest.raises(Undecodable, match="tiles"):
            decode_frame(hostile, IMAGES[0], HTJ2K_LOSSLESS)


@pytest.mark.parametrize(
    "data",
    [b"", b"#EXTM3U\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n", b"\0" * 400, b"RIFF1234AVI "],
)
def test_a_video_is_never_probed_for_playlists(data: bytes) -> None:
    with pytest.raises(Undecodable):
        container(data, MPEG4_HIGH_41)
    with pytest.raises(Undecodable):
        decode_frame(data, described(8, 8, samples=3), MPEG2_MAIN)


def test_video_frames_by_index() -> None:
    import io

    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as out:
        stream = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(0, 200, 20):
            picture = np.full((48, 64, 3), level, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    image = described(8, 8, rows=48, columns=64, samples=3, photometric="YBR_PARTIAL_420", frames=10)
    for index in (0, 4, 9):
        decoded = decode_frame(buffer.getvalue(), image, MPEG2_MAIN, index=index)
        assert decoded.photometric == "RGB"
        assert abs(float(decoded.array.mean()) - index * 20) < 6
    with pytest.raises(Undecodable, match="ends before"):
        decode_frame(buffer.getvalue(), image, MPEG2_MAIN, index=10)


def test_syntaxes_without_pixels_have_no_codec() -> None:
    with pytest.raises(NoCodec):
        decode_frame(b"", IMAGES[0], transfer_syntax("1.2.840.10008.1.2.4.94"))
    with pytest.raises(NoCodec):
        decode_frame(b"", IMAGES[0], transfer_syntax("1.2.3.4"))


NOT_READ = {
    "1.2.840.10008.1.2.4.52": "arithmetic coding, retired",
    "1.2.840.10008.1.2.4.54": "arithmetic coding, retired",
    "1.2.840.10008.1.2.4.56": "arithmetic coding, retired",
    "1.2.840.10008.1.2.4.58": "arithmetic coding, retired",
    **{f"1.2.840.10008.1.2.4.{number}": "hierarchical, retired" for number in range(59, 67)},
    "1.2.840.10008.1.2.4.94": "pixels are at a JPIP server",
    "1.2.840.10008.1.2.4.95": "pixels are at a JPIP server",
    "1.2.840.10008.1.2.4.204": "pixels are at a JPIP server",
    "1.2.840.10008.1.2.4.205": "pixels are at a JPIP server",
    "1.2.840.10008.1.2.6.1": "a MIME body, retired",
    "1.2.840.10008.1.2.6.2": "an XML encoding, retired",
    "1.2.840.10008.1.2.7.1": "a network stream",
    "1.2.840.10008.1.2.7.2": "a network stream",
    "1.2.840.10008.1.2.7.3": "a network stream",
    "1.2.840.10008.1.20": "of Papyrus 3, retired",
}


def test_every_listed_syntax_is_read_or_has_a_reason() -> None:
    listed = {ts.uid for ts in ALL_TRANSFER_SYNTAXES}
    assert listed - set(DECODABLE) == set(NOT_READ) & listed
    assert not set(NOT_READ) & set(DECODABLE)
    assert set(ENCODABLE) <= set(DECODABLE)


def test_importing_codecs_loads_no_library() -> None:
    code = (
        "import sys, sixfold.dicom.codecs, sixfold.dicom.frames, sixfold.dicom.render, sixfold.dicom.codecs.transcode;"
        "print([name for name in ('numpy', 'imagecodecs', 'av', 'jpeg_ls', 'pydicom') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
