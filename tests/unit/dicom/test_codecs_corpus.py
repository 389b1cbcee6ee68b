"""Every frame of every real file: found, decoded, and equal to what pydicom makes of it where pydicom can."""

import numpy as np
import pytest
from tests.unit.dicom.pixel_corpus import image_names, instance, reference

from sixfold.dicom.bulk import bulk_value
from sixfold.dicom.frames import FrameTable
from sixfold.dicom.image import Image, NotAnImage
from sixfold.dicom.json import instance_dict
from sixfold.dicom.render import render

NO_DESCRIPTION = "a pixel data element without the attributes that describe an image"

# Files whose pixel data no decoder could read, with the reason.
NOT_DECODABLE = {
    "pydicom-pkg/test_files/nested_priv_SQ.dcm": NO_DESCRIPTION,
}

# Decoded here, while pydicom with the same libraries does not: nothing to compare with.
NOT_DECODED_BY_PYDICOM = {
    "derived/video_h264_mpeg4hp41.dcm": "no video",
    "pydicom+pydicom-data/data_store/data/OT-PAL-8-face.dcm": "no transfer syntax in the file",
    "pydicom+pydicom-data/data_store/data/liver_deflate.dcm": "no deflated frames",
    "pydicom+pydicom-data/data_store/data/liver_rle.dcm": "no RLE of bits",
    "pydicom+pylibjpeg-data/ljdata/ds/JPEGExtended/RG2_JPLY.dcm": "no JPEG of 12 bits",
    "pydicom-pkg/test_files/JPEG-lossy.dcm": "no JPEG of 12 bits",
    "pydicom-pkg/test_files/badVR.dcm": "Number of Frames is no number",
    "robyoung+dicom-test-files/data/WG04/JPLY/MG1_JPLY": "no JPEG of 12 bits",
    "robyoung+dicom-test-files/data/WG04/JPLY/MR4_JPLY": "no JPEG of 12 bits",
    "robyoung+dicom-test-files/data/WG04/JPLY/SC1_JPLY": "no JPEG of 12 bits",
    "robyoung+dicom-test-files/data/WG04/JPLY/XA1_JPLY": "no JPEG of 12 bits",
}

# A decoded 4:2:2 frame has full chroma: pydicom keeps the name it had.
SAME_SAMPLES = {("YBR_FULL", "YBR_FULL_422")}
LONGEST_VIDEO = 5  # frames; decoding one means decoding all before it

needs_corpus = pytest.mark.skipif(not image_names(), reason="the real files are not here")


@needs_corpus
@pytest.mark.parametrize("name", image_names())
def test_every_frame_of_a_real_file(name: str) -> None:
    found = instance(name)
    if name in NOT_DECODABLE:
        with pytest.raises(NotAnImage):
            _ = found.image
        return
    image = found.image
    table = found.table(image)
    assert FrameTable.from_bytes(table.to_bytes()) == table
    expected = reference(found)
    assert (expected is None) == (name in NOT_DECODED_BY_PYDICOM)
    for index in range(min(len(table), LONGEST_VIDEO) if table.video else len(table)):
        decoded = found.decoded(image, table, index)
        assert decoded.array.shape[:2] == (image.rows, image.columns)
        assert render(decoded, image).startswith(b"\x89PNG")
        if expected is not None:
            array, photometric = next(expected)
            np.testing.assert_array_equal(decoded.array, array)
            same = decoded.photometric == photometric or (decoded.photometric, photometric) in SAME_SAMPLES
            assert same, f"{decoded.photometric} is not {photometric}"


@needs_corpus
@pytest.mark.parametrize("name", image_names())
def test_the_image_is_the_same_by_our_own_json(name: str) -> None:
    if name in NOT_DECODABLE:
        pytest.skip(NOT_DECODABLE[name])
    found = instance(name)
    attributes = instance_dict(found.data, found.plain_ts, bulk_uri="")
    ours = Image.from_json(attributes, lambda uri: bytes(bulk_value(found.data, found.plain_ts, uri)[1]))
    assert ours == found.image


@needs_corpus
@pytest.mark.parametrize("name", ["MR4", "XA1"])
def test_jpeg_of_12_bits_is_near_its_lossless_twin(name: str) -> None:
    arrays = []
    for path in (f"JPLY/{name}_JPLY", f"JPLL/{name}_JPLL"):
        found = instance(f"robyoung+dicom-test-files/data/WG04/{path}")
        image = found.image
        arrays.append(found.decoded(image, found.table(image), 0).array.astype(float))
    noise = np.sqrt(np.mean((arrays[0] - arrays[1]) ** 2))
    assert noise < 0.01 * arrays[1].max()


@needs_corpus
def test_the_lists_of_exceptions_name_files_that_are_there() -> None:
    assert set(NOT_DECODABLE) | set(NOT_DECODED_BY_PYDICOM) <= set(image_names())


@needs_corpus
def test_bits_packed_by_rle_and_deflate_are_those_of_jpeg_2000() -> None:
    frames = []
    for kind in ("j2k", "rle", "deflate"):
        found = instance(f"pydicom+pydicom-data/data_store/data/liver_{kind}.dcm")
        image = found.image
        table = found.table(image)
        frames.append(np.stack([found.decoded(image, table, index).array for index in range(len(table))]))
    np.testing.assert_array_equal(frames[0], frames[1])
    np.testing.assert_array_equal(frames[0], frames[2])
    assert frames[0].any()
