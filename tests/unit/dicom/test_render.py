"""Pictures, compared with what pydicom and plain arithmetic make of the same frames."""

import warnings
from typing import Any

import imagecodecs
import msgspec
import numpy as np
import pytest
from tests.unit.dicom.pixel_corpus import first_frame, image_names, instance

from sixfold.dicom.codecs import Decoded
from sixfold.dicom.image import Display, Image, Lut, Window
from sixfold.dicom.render import NotRenderable, RenderOptions, Viewport, render, thumbnail
from sixfold.dicom.render.grey import windowed
from sixfold.dicom.render.lut import entries
from sixfold.kernel.errors import Unsupported

needs_corpus = pytest.mark.skipif(not image_names(), reason="the real files are not here")
GREY = Image(
    rows=4,
    columns=4,
    samples=1,
    bits_allocated=16,
    bits_stored=16,
    high_bit=15,
    signed=True,
    photometric="MONOCHROME2",
)
AS_IT_IS = RenderOptions()
COLOUR = msgspec.structs.replace(GREY, samples=3, bits_allocated=8, bits_stored=8, high_bit=7, signed=False, photometric="RGB")


def grey(values: Any, *, options: RenderOptions = AS_IT_IS, dtype: str = "i2", **changes: Any) -> list[Any]:
    """Render one row or a whole array of values and return the picture as lists."""
    array = np.atleast_2d(np.array(values, dtype))
    image = msgspec.structs.replace(GREY, rows=array.shape[0], columns=array.shape[1], **changes)
    picture = imagecodecs.png_decode(render(Decoded(array, image.photometric), image, options))
    return picture.tolist() if array.shape[0] > 1 else picture[0].tolist()


def words(*values: int) -> bytes:
    return np.array(values, "<u2").tobytes()


class TestWindow:
    """PS3.3 C.11.2.1.2.1: the standard's own example functions, from 0 to 255."""

    def test_linear(self) -> None:
        display = Display(windows=(Window(2048, 4096),))
        assert grey([-1, 0, 2047, 2048, 4095, 4096], displays=(display,)) == [0, 0, 127, 128, 255, 255]

    def test_linear_of_width_1_is_a_threshold(self) -> None:
        assert grey([10, 11, 12], displays=(Display(windows=(Window(11.5, 1),)),)) == [0, 0, 255]

    def test_linear_exact(self) -> None:
        display = Display(windows=(Window(50, 100, "LINEAR_EXACT"),))
        assert grey([-5, 0, 25, 50, 100, 200], displays=(display,)) == [0, 0, 64, 128, 255, 255]

    def test_sigmoid(self) -> None:
        display = Display(windows=(Window(100, 200, "SIGMOID"),))
        expected = [round(255 / (1 + np.exp(-4 * (x - 100) / 200))) for x in (-900, 0, 100, 150, 30000)]
        assert grey([-900, 0, 100, 150, 30000], displays=(display,)) == expected

    def test_the_window_asked_for_comes_first_then_the_first_of_the_object_then_its_table(self) -> None:
        lut = Lut(2, 0, 8, words(7, 9))
        both = Display(windows=(Window(50, 100, "LINEAR_EXACT"), Window(5, 10)), voi_luts=(lut,))
        asked = RenderOptions(window=Window(10, 20, "LINEAR_EXACT"))
        assert grey([10], displays=(both,), options=asked) == [128]
        assert grey([50], displays=(both,)) == [128]
        assert grey([0, 5], displays=(Display(voi_luts=(lut,)),)) == [7, 9]

    def test_without_any_the_range_of_the_frame_is_shown(self) -> None:
        assert grey([-100, 0, 100]) == [0, 128, 255]
        assert grey([5, 5]) == [128, 128]
        assert grey([-2000, 0, 50, 100], padding=(-2000, -2000)) == [0, 0, 128, 255]
        assert grey([7, 7], padding=(7, 7)) == [128, 128]

    def test_frames_have_windows_of_their_own(self) -> None:
        displays = (Display(windows=(Window(50, 100),)), Display(windows=(Window(500, 1000),)))
        changes = {"displays": displays, "display_of_frame": (0, 1)}
        assert grey([200], **changes) == [255]
        assert grey([200], options=RenderOptions(frame=1), **changes) == [51]


class TestPipeline:
    def test_rescale_comes_before_the_window(self) -> None:
        display = Display(slope=2, intercept=-1000, windows=(Window(0, 1000, "LINEAR_EXACT"),))
        assert grey([250, 500, 750], displays=(display,)) == [0, 128, 255]

    def test_a_modality_table_outweighs_rescale_and_clips_at_its_ends(self) -> None:
        lut = Lut(3, -1, 16, words(100, 200, 300))
        display = Display(slope=5, modality_lut=lut, windows=(Window(200, 200, "LINEAR_EXACT"),))
        assert grey([-30, -1, 0, 1, 30], displays=(display,)) == [0, 0, 128, 255, 255]

    @pytest.mark.parametrize(
        ("photometric", "inverse", "expected"),
        [
            ("MONOCHROME2", False, [0, 255]),
            ("MONOCHROME1", False, [255, 0]),
            ("MONOCHROME2", True, [255, 0]),
        ],
    )
    def test_inversion(self, photometric: str, inverse: bool, expected: list[int]) -> None:
        assert grey([0, 100], photometric=photometric, inverse=inverse) == expected

    def test_E10_floating_point_with_nan(self) -> None:
        assert grey([0.0, 0.5, 1.0, np.nan], dtype="f4", kind="float", bits_allocated=32) == [0, 128, 255, 0]
        assert grey([np.nan, np.nan], dtype="f8", kind="double", bits_allocated=64) == [0, 0]

    def test_E10_bits_are_black_and_white(self) -> None:
        assert grey([0, 1, 1], dtype="u1", bits_allocated=1, bits_stored=1, signed=False) == [0, 255, 255]

    def test_wide_samples(self) -> None:
        assert grey([0, 1_000_000, 2_000_000], dtype="u4", bits_allocated=32, signed=False) == [0, 128, 255]


class TestAgainstPydicom:
    @needs_corpus
    @pytest.mark.parametrize(
        "name",
        [
            "neurolabusc+dcm_qa_ct/In/GE/14.dcm",
            "pydicom-pkg/test_files/CT_small.dcm",
            "pydicom-pkg/test_files/MR_small.dcm",
            "pydicom-pkg/test_files/693_J2KI.dcm",
            "pydicom-pkg/test_files/examples_overlay.dcm",
            "pydicom+pydicom-data/data_store/data/RG3_J2KR.dcm",
            "robyoung+dicom-test-files/data/WG04/JPLL/MR4_JPLL",
            "robyoung+dicom-test-files/data/WG04/JLSL/CT2_JLSL",
            "robyoung+dicom-test-files/data/WG04/RLE/XA1_RLE",
        ],
    )
    def test_grayscale(self, name: str) -> None:
        """pydicom's Modality LUT and VOI LUT, brought from the range it puts out to 0..255."""
        from pydicom.pixels import apply_modality_lut, apply_voi_lut

        dataset = instance(name).dataset
        decoded, image = first_frame(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            modality = apply_modality_lut(decoded.array, dataset).astype(np.float64)
            if "WindowCenter" in dataset:
                shown = apply_voi_lut(modality, dataset, prefer_lut=False)
                ends = np.array([-1e9, 1e9])
                low, high = apply_voi_lut(ends, dataset, prefer_lut=False)
            else:
                shown, low, high = modality, modality.min(), modality.max()
        expected = (shown - low) / (high - low) * 255
        if dataset.PhotometricInterpretation == "MONOCHROME1":
            expected = 255 - expected
        picture = imagecodecs.png_decode(render(decoded, image)).astype(np.float64)
        assert np.abs(picture - expected).max() <= 0.5 + 1e-6  # each is the nearest 8-bit value

    @needs_corpus
    @pytest.mark.parametrize(
        "name",
        [
            "pydicom+pydicom-data/data_store/data/OBXXXX1A_rle.dcm",
            "pydicom+pydicom-data/data_store/data/gdcm-US-ALOKA-16.dcm",
            "pydicom-pkg/test_files/examples_palette.dcm",
        ],
    )
    def test_palettes(self, name: str) -> None:
        from pydicom.pixels import apply_color_lut

        dataset = instance(name).dataset
        decoded, image = first_frame(name)
        expected = apply_color_lut(decoded.array, dataset)
        if expected.dtype == np.uint16:
            expected = expected >> 8
        np.testing.assert_array_equal(imagecodecs.png_decode(render(decoded, image)), expected)

    @needs_corpus
    @pytest.mark.parametrize(
        "name",
        [
            "pydicom-pkg/test_files/SC_ybr_full_422_uncompressed.dcm",
            "pydicom-pkg/test_files/SC_rgb_dcmtk_+eb+cy+n1.dcm",
            "pydicom-pkg/test_files/examples_ybr_color.dcm",
            "cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm",
        ],
    )
    def test_ybr(self, name: str) -> None:
        from pydicom.pixels import convert_color_space

        raw, image = first_frame(name)
        expected = convert_color_space(raw.array, raw.photometric, "RGB").astype(int)
        picture = imagecodecs.png_decode(render(raw, image)).astype(int)
        assert np.abs(picture - expected).max() <= 1  # pydicom rounds the product down before it clips
        assert (picture == expected).mean() > 0.98
        by_codec, _ = first_frame(name, rgb=True)
        assert np.abs(imagecodecs.png_decode(render(by_codec, image)).astype(int) - expected).max() <= 2

    @needs_corpus
    def test_rgb_is_shown_as_it_is(self) -> None:
        decoded, image = first_frame("pydicom-pkg/test_files/examples_rgb_color.dcm")
        np.testing.assert_array_equal(imagecodecs.png_decode(render(decoded, image)), decoded.array)

    @needs_corpus
    def test_a_supplemental_palette_colours_only_what_it_maps(self) -> None:
        decoded, image = first_frame("pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm")
        picture = imagecodecs.png_decode(render(decoded, image))
        assert image.palette is not None
        assert image.supplemental
        assert picture.shape == (512, 512, 3)
        grey_part = decoded.array < image.palette[0].first
        assert grey_part.any()
        assert not grey_part.all()
        assert (picture[grey_part].min(axis=1) == picture[grey_part].max(axis=1)).all()
        tables = np.stack([entries(lut) >> 8 for lut in image.palette], axis=1)
        index = decoded.array[~grey_part].astype(int) - image.palette[0].first
        np.testing.assert_array_equal(picture[~grey_part], tables[np.minimum(index, len(tables) - 1)])


class TestColour:
    def test_E10_rgb_of_16_bits(self) -> None:
        array = np.array([[[0, 0x1234, 0xFFFF]]], np.uint16)
        image = msgspec.structs.replace(COLOUR, rows=1, columns=1, bits_allocated=16, bits_stored=16, high_bit=15)
        assert imagecodecs.png_decode(render(Decoded(array, "RGB"), image))[0, 0].tolist() == [0, 0x12, 0xFF]
        twelve = msgspec.structs.replace(image, bits_stored=12, high_bit=11)
        shown = imagecodecs.png_decode(render(Decoded(np.array([[[0, 0x234, 0xFFF]]], np.uint16), "RGB"), twelve))
        assert shown[0, 0].tolist() == [0, 0x23, 0xFF]

    def test_ybr_of_pure_colours(self) -> None:
        ybr = np.array([[[76, 85, 255], [150, 44, 21], [29, 255, 107]]], np.uint8)
        image = msgspec.structs.replace(COLOUR, rows=1, columns=3)
        shown = imagecodecs.png_decode(render(Decoded(ybr, "YBR_FULL"), image))[0].astype(int)
        assert np.abs(shown - [[255, 0, 0], [0, 255, 0], [0, 0, 255]]).max() <= 2

    def test_E10_a_palette_of_8_bits_and_values_outside_of_it(self) -> None:
        luts = tuple(Lut(3, 10, 8, bytes((1 * c, 2 * c, 3 * c, 0))) for c in (1, 2, 3))
        image = msgspec.structs.replace(
            GREY, rows=1, columns=4, palette=(luts[0], luts[1], luts[2]), photometric="PALETTE COLOR", signed=False
        )
        shown = imagecodecs.png_decode(render(Decoded(np.array([[0, 10, 12, 99]], "u2"), "PALETTE COLOR"), image))
        assert shown[0].tolist() == [[1, 2, 3], [1, 2, 3], [3, 6, 9], [3, 6, 9]]

    def test_E10_a_segmented_palette(self) -> None:
        """Two discrete entries, a line of four, and both repeated (PS3.3 C.7.9.2)."""
        data = words(0, 2, 100, 200, 1, 4, 600, 2, 2, 0, 0)
        lut = Lut(12, 0, 16, data, segmented=True)
        once = [100, 200, 300, 400, 500, 600]
        assert entries(lut).tolist() == once + once

    @pytest.mark.parametrize("data", [b"", words(1, 4, 600), words(2, 1, 50, 0), words(7, 1, 1), words(0, 3, 1, 2, 2, 9, 0, 0)])
    def test_segments_that_are_none(self, data: bytes) -> None:
        with pytest.raises(NotRenderable):
            entries(Lut(12, 0, 16, data, segmented=True))

    def test_a_palette_that_is_missing(self) -> None:
        with pytest.raises(NotRenderable):
            render(Decoded(np.zeros((4, 4), np.uint8), "PALETTE COLOR"), GREY)


class TestViewport:
    steps = np.repeat(np.repeat([[0, 100], [200, 255]], 4, axis=0), 4, axis=1)
    as_they_are = Display(windows=(Window(127.5, 255, "LINEAR_EXACT"),))

    def seen(self, viewport: Viewport | None, array: Any = None, **changes: Any) -> "np.ndarray[Any, Any]":
        values = self.steps if array is None else array
        options = RenderOptions(viewport=viewport)
        return np.array(grey(values, options=options, displays=(self.as_they_are,), **changes))

    def test_areas_are_averaged(self) -> None:
        assert self.seen(Viewport(2, 2)).tolist() == [[0, 100], [200, 255]]
        checks = np.indices((8, 8)).sum(axis=0) % 2 * 200
        assert self.seen(Viewport(4, 4), checks).tolist() == [[100] * 4] * 4

    def test_proportions_are_kept(self) -> None:
        assert self.seen(Viewport(100, 16)).shape == (16, 16)
        assert self.seen(Viewport(4, 100), np.zeros((8, 16))).shape == (2, 4)

    def test_growing_interpolates(self) -> None:
        grown = self.seen(Viewport(16, 16))
        assert grown[0, :6].tolist() == [0] * 6
        assert (np.diff(grown[0]) >= 0).all()
        assert grown[0, -1] == 100

    def test_a_part_and_its_mirror(self) -> None:
        columns = np.tile(np.arange(8) * 10, (8, 1))
        assert self.seen(Viewport(2, 2, (3, 0, 2, 2)), columns)[0].tolist() == [30, 40]
        assert self.seen(Viewport(2, 2, (5, 0, -2, 2)), columns)[0].tolist() == [40, 30]
        assert self.seen(Viewport(2, 2, (0, 5, 2, -2)), columns.T)[:, 0].tolist() == [40, 30]

    def test_a_part_that_reaches_over_the_edge(self) -> None:
        assert self.seen(Viewport(4, 4, (6, 6, 9, 9))).shape == (4, 4)

    @pytest.mark.parametrize(
        "viewport",
        [Viewport(0, 5), Viewport(5, 1 << 20), Viewport(5, 5, (99, 0, 5, 5)), Viewport(5, 5, (0, 0, 0, 5))],
    )
    def test_a_viewport_of_nothing(self, viewport: Viewport) -> None:
        with pytest.raises(NotRenderable):
            self.seen(viewport)

    def test_pixels_become_square(self) -> None:
        assert self.seen(None, aspect=2.0).shape == (16, 8)
        assert self.seen(None, aspect=0.5).shape == (8, 16)
        assert self.seen(Viewport(4, 4), aspect=2.0).shape == (4, 2)


class TestFiles:
    @pytest.mark.parametrize("shape", [(1, 1), (1, 7), (33, 50), (33, 50, 3)])
    def test_png_is_what_was_drawn(self, shape: tuple[int, ...]) -> None:
        from sixfold.dicom.render.encode import png

        picture = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
        np.testing.assert_array_equal(imagecodecs.png_decode(png(picture)).reshape(shape), picture)

    @pytest.mark.parametrize(
        ("media_type", "decode"), [("image/jpeg", imagecodecs.jpeg8_decode), ("image/webp", imagecodecs.webp_decode)]
    )
    @pytest.mark.parametrize("samples", [1, 3])
    def test_jpeg_and_webp(self, media_type: str, decode: Any, samples: int) -> None:
        ramp = np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8)
        array = ramp if samples == 1 else np.stack([ramp, ramp, ramp], axis=2)
        image = msgspec.structs.replace(
            COLOUR, rows=64, columns=64, samples=samples, displays=(Display(windows=(Window(127.5, 255, "LINEAR_EXACT"),)),)
        )
        photometric = "RGB" if samples == 3 else "MONOCHROME2"
        image = msgspec.structs.replace(image, photometric=photometric)
        sizes = []
        for quality in (30, 95):
            data = render(Decoded(array, photometric), image, RenderOptions(media_type, quality))
            shown = decode(data).astype(int)
            shown = shown if shown.ndim == 2 else shown[..., 0]
            assert np.abs(shown - ramp).mean() < 6
            sizes.append(len(data))
        assert sizes[0] < sizes[1]

    def test_other_media_types_and_qualities(self) -> None:
        decoded = Decoded(np.zeros((4, 4), np.int16), "MONOCHROME2")
        with pytest.raises(Unsupported):
            render(decoded, GREY, RenderOptions("image/gif"))
        for quality in (0, 101):
            with pytest.raises(NotRenderable):
                render(decoded, GREY, RenderOptions("image/jpeg", quality))

    @needs_corpus
    def test_thumbnails_fit_their_frame(self) -> None:
        decoded, image = first_frame("neurolabusc+dcm_qa_ct/In/GE/14.dcm")
        assert imagecodecs.jpeg8_decode(thumbnail(decoded, image)).shape == (128, 128)
        decoded, image = first_frame("pydicom-pkg/test_files/examples_rgb_color.dcm")
        assert imagecodecs.jpeg8_decode(thumbnail(decoded, image)).shape == (96, 128, 3)


def test_linear_window_is_the_standards_pseudo_code() -> None:
    """PS3.3 C.11.2.1.2.1, line by line."""

    def pseudo_code(x: float, c: float, w: float) -> float:
        if x <= c - 0.5 - (w - 1) / 2:
            return 0.0
        if x > c - 0.5 + (w - 1) / 2:
            return 1.0
        return (x - (c - 0.5)) / (w - 1) + 0.5

    values = np.arange(-300, 300, dtype=np.float64)
    for center, width in ((0, 1), (40, 400), (-20.5, 2), (100, 7.5)):
        expected = [pseudo_code(value, center, width) for value in values]
        np.testing.assert_allclose(windowed(values, Window(center, width)), expected, atol=1e-12)
