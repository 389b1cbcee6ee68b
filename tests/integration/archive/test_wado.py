"""WADO-RS (PS3.18 10.4): forms, frames, bulk data, ranges, pictures."""

import io
import struct

import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from tests.samples import ct, data_set, part10
from tests.webs import STORED_FORM, Web, parts_of, path_of

OCTETS = "application/octet-stream"
FRAME_PARTS = f'multipart/related; type="{OCTETS}"'


def _multiframe() -> Dataset:
    """Four frames of 16 x 16, each full of its number."""
    pixels = b"".join(struct.pack("<H", number) * 256 for number in range(1, 5))
    return ct(NumberOfFrames="4", PixelData=pixels)


def _stored(web: Web, data: Dataset, syntax: str = ExplicitVRLittleEndian) -> str:
    assert web.stow(part10(data, syntax)).status_code == 200
    return path_of(data)


@pytest.mark.parametrize(
    "accept",
    [
        'multipart/related; type="application/dicom"',
        "multipart/related; type=application/dicom",
        'multipart/related;type="application/dicom";transfer-syntax=1.2.840.10008.1.2.1',
        'multipart/related; transfer-syntax="*"; type="application/dicom"',
        "MULTIPART/RELATED; TYPE=application/dicom; TRANSFER-SYNTAX=*",
        "*/*",
        "multipart/*",
        "multipart/related",
        'text/html;q=0.3, multipart/related; type="application/dicom"; q=0.1',
        'multipart/related; type="application/dicom+xml", multipart/related; type="application/dicom"',
    ],
)
def test_S6_every_way_to_ask_for_parts_is_understood(web: Web, accept: str) -> None:
    data = ct()
    (part,) = parts_of(web.get(_stored(web, data), accept))
    assert part.headers["content-type"] == f"application/dicom; transfer-syntax={ExplicitVRLittleEndian}"
    assert part.body.endswith(data_set(data))


@pytest.mark.parametrize("accept", ["application/dicom", "application/dicom; transfer-syntax=*", "application/*"])
def test_S6_a_single_part_is_the_file_itself(web: Web, accept: str) -> None:
    data = ct()
    answer = web.get(_stored(web, data), accept)
    assert answer.headers["content-type"] == "application/dicom"
    assert dcmread(io.BytesIO(answer.content)).PixelData == data.PixelData
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("accept", ["text/html", "image/png", 'multipart/related; type="application/dicom+xml"', "*/*;q=0"])
def test_S6_what_cannot_be_had_is_406(web: Web, accept: str) -> None:
    answer = web.get(_stored(web, ct()), accept)
    assert answer.status_code == 406
    assert answer.json()["do"]


def test_S6_garbage_in_accept_is_400(web: Web) -> None:
    assert web.get(_stored(web, ct()), "not a media type").status_code == 400


def test_S6_quality_decides_between_parts_and_the_file(web: Web) -> None:
    path = _stored(web, ct())
    parts = 'multipart/related; type="application/dicom"'
    first = web.get(path, f"{parts}; q=0.2, application/dicom; q=0.9")
    second = web.get(path, f"{parts}; q=0.9, application/dicom; q=0.2")
    assert first.headers["content-type"] == "application/dicom"
    assert second.headers["content-type"].startswith("multipart/related")


def test_S6_the_query_parameter_stands_in_for_the_header(web: Web) -> None:
    path = _stored(web, ct())
    answer = web.client.get(path, params={"accept": "application/dicom"}, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/dicom"


def test_S6_without_a_transfer_syntax_implicit_becomes_explicit_little_endian(web: Web) -> None:
    data = ct()
    path = _stored(web, data, ImplicitVRLittleEndian)
    (part,) = parts_of(web.get(path, 'multipart/related; type="application/dicom"'))
    assert part.headers["content-type"].endswith(f"transfer-syntax={ExplicitVRLittleEndian}")
    read = dcmread(io.BytesIO(part.body))
    assert read.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert read.PixelData == data.PixelData
    (asis,) = parts_of(web.get(path, STORED_FORM))
    assert asis.body.endswith(data_set(data, ImplicitVRLittleEndian))


@pytest.mark.parametrize(("asked", "numbers"), [("1", [1]), ("4", [4]), ("3,1,2", [3, 1, 2]), ("2,2", [2, 2])])
def test_S7_frames_count_from_one_and_keep_the_order_asked_for(web: Web, asked: str, numbers: list[int]) -> None:
    path = _stored(web, _multiframe())
    answer = web.get(f"{path}/frames/{asked}", FRAME_PARTS)
    assert answer.status_code == 200
    assert [part.body for part in parts_of(answer)] == [struct.pack("<H", number) * 256 for number in numbers]


@pytest.mark.parametrize("asked", ["5", "1,5", "999999999"])
def test_S7_a_frame_out_of_range_is_404(web: Web, asked: str) -> None:
    assert web.get(f"{_stored(web, _multiframe())}/frames/{asked}", FRAME_PARTS).status_code == 404


@pytest.mark.parametrize("asked", ["0", "-1", "1,", ",", "a", "1-3", "1.0", "1;2", "%C2%B2", "1,0", "9" * 30])
def test_S7_what_is_no_list_of_frames_is_400(web: Web, asked: str) -> None:
    path = _stored(web, _multiframe())
    assert web.get(f"{path}/frames/{asked}", FRAME_PARTS).status_code == 400
    assert web.get(f"{path}/frames/{asked}/rendered", "image/png").status_code == 400


def test_S7_one_frame_comes_alone_when_asked_so(web: Web) -> None:
    answer = web.get(f"{_stored(web, _multiframe())}/frames/2", OCTETS)
    assert answer.headers["content-type"] == f"{OCTETS}; transfer-syntax={ExplicitVRLittleEndian}"
    assert answer.content == struct.pack("<H", 2) * 256


def test_S7_an_instance_without_pixels_has_no_frames_and_no_picture(web: Web) -> None:
    path = _stored(web, ct(PixelData=None, Rows=None, Columns=None))
    assert web.get(f"{path}/frames/1", FRAME_PARTS).status_code == 404
    assert 400 <= web.get(f"{path}/rendered", "image/png").status_code < 500


def test_S11_the_entity_tag_gives_304_and_depends_on_the_form(web: Web) -> None:
    path = _stored(web, ct())
    for where, accept in ((path, STORED_FORM), (f"{path}/metadata", "application/dicom+json")):
        first = web.get(where, accept)
        again = web.get(where, accept, If_None_Match=f'"other", W/{first.headers["etag"]}')
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert web.get(where, accept, If_None_Match='"other"').status_code == 200
    assert web.get(path, STORED_FORM).headers["etag"] != web.get(f"{path}/metadata").headers["etag"]


@pytest.mark.parametrize(
    ("field", "slice_"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-16", slice(-16, None)),
    ],
)
def test_a_range_of_a_file_is_its_slice(web: Web, field: str, slice_: slice) -> None:
    path = _stored(web, ct())
    whole = web.get(path, "application/dicom")
    part = web.get(path, "application/dicom", Range=field, If_Range=whole.headers["etag"])
    assert part.status_code == 206
    assert part.content == whole.content[slice_]
    assert part.headers["content-range"].endswith(f"/{len(whole.content)}")
    assert web.get(path, "application/dicom", Range=field, If_Range='"stale"').content == whole.content


def test_a_range_outside_of_the_file_is_416(web: Web) -> None:
    assert web.get(_stored(web, ct()), "application/dicom", Range="bytes=9999999-").status_code == 416


def _with_bulk() -> Dataset:
    """An object with a long value in an item of a sequence."""
    item = Dataset()
    item.CodeValue = "1"
    item.EncapsulatedDocument = bytes(range(256)) * 40
    data = ct()
    data.SourceImageSequence = [Dataset(), item]
    return data


def test_E6_bulk_data_is_found_by_the_uri_of_the_metadata_even_inside_a_sequence(web: Web) -> None:
    data = _with_bulk()
    path = _stored(web, data)
    (described,) = web.get(f"{path}/metadata", "application/dicom+json").json()
    inside = described["00082112"]["Value"][1]["00420011"]["BulkDataURI"]
    pixels = described["7FE00010"]["BulkDataURI"]
    assert web.get(inside, OCTETS).content == bytes(range(256)) * 40
    assert web.get(pixels, OCTETS).content == data.PixelData
    part = web.get(inside, OCTETS, Range="bytes=256-258")
    assert (part.status_code, part.content) == (206, b"\x00\x01\x02")


@pytest.mark.parametrize(
    "value",
    [
        "00420011",
        "00082112/9/00420011",
        "00082112/1",
        "nonsense",
        "7FE00008",
        "00100010/0/00100020",
    ],
)
def test_bulk_data_that_is_not_there_is_a_clear_no(web: Web, value: str) -> None:
    assert web.get(f"{_stored(web, _with_bulk())}/bulkdata/{value}", OCTETS).status_code in (400, 404)


def _picture(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/webp"])
def test_a_picture_comes_in_the_form_asked_for(web: Web, kind: str) -> None:
    path = _stored(web, ct())
    for where in ("/rendered", "/frames/1/rendered", "/thumbnail"):
        answer = web.get(path + where, kind)
        assert answer.headers["content-type"] == kind
        assert _picture(answer.content).format == kind.removeprefix("image/").upper()


def test_a_study_and_a_series_have_a_picture_too(web: Web) -> None:
    data = ct()
    _stored(web, data)
    study = f"/dicomweb/studies/{data.StudyInstanceUID}"
    for path in (study, f"{study}/series/{data.SeriesInstanceUID}"):
        for what in ("rendered", "thumbnail"):
            assert web.get(f"{path}/{what}", "image/png").status_code == 200


def test_a_window_and_a_viewport_change_the_picture(web: Web) -> None:
    path = _stored(web, _multiframe())
    dark = _picture(web.get(f"{path}/frames/4/rendered?window=100,2,linear", "image/png").content)
    bright = _picture(web.get(f"{path}/frames/4/rendered?window=0,2,linear", "image/png").content)
    assert dark.convert("L").getextrema() == (0, 0)
    assert bright.convert("L").getextrema() == (255, 255)
    assert max(_picture(web.get(f"{path}/rendered?viewport=8,8", "image/png").content).size) == 8


def test_pictures_of_other_parameters_have_other_entity_tags(web: Web) -> None:
    path = _stored(web, ct())
    tags = {web.get(path + query, "image/png").headers["etag"] for query in ("/rendered", "/rendered?window=1,2", "/thumbnail")}
    assert len(tags) == 3


@pytest.mark.parametrize(
    "query",
    [
        "window=1",
        "window=a,b",
        "window=1,0",
        "window=1,-4",
        "window=nan,4",
        "window=1,inf",
        "window=1,2,cubic",
        "window=1,2,linear,3",
        "viewport=8",
        "viewport=0,8",
        "viewport=a,b",
        "viewport=8,8,8",
        "viewport=99999999,8",
        "viewport=nan,8",
        "viewport=8,8,0,0,0,0",
        "viewport=8,8,nan,0,4,4",
        "viewport=8,8,0,0,inf,4",
        "quality=0",
        "quality=101",
        "quality=ten",
        "quality=%C2%B2",
    ],
)
def test_a_rendering_parameter_that_cannot_be_used_is_400(web: Web, query: str) -> None:
    path = _stored(web, ct())
    for where in ("/rendered", "/thumbnail", "/frames/1/rendered"):
        answer = web.get(f"{path}{where}?{query}", "image/jpeg")
        assert answer.status_code == 400, where
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_picture_in_another_form_is_406(web: Web) -> None:
    assert web.get(f"{_stored(web, ct())}/rendered", "image/tiff").status_code == 406


def test_metadata_of_a_study_holds_every_instance_and_json_is_json(web: Web) -> None:
    first = ct()
    second = ct(StudyInstanceUID=first.StudyInstanceUID)
    web.stow(first, second)
    answer = web.get(f"/dicomweb/studies/{first.StudyInstanceUID}/metadata", "application/json")
    assert answer.headers["content-type"] == "application/json"
    assert {item["00080018"]["Value"][0] for item in answer.json()} == {first.SOPInstanceUID, second.SOPInstanceUID}


@pytest.mark.parametrize(
    "path",
    [
        "1.2.3",
        "1.2.3/series/4",
        "x' OR '1'='1",
        "1.2.3/metadata",
        "1.2.3/rendered",
        "1.2.3/thumbnail",
    ],
)
def test_what_is_not_there_is_404(web: Web, path: str) -> None:
    assert web.get(f"/dicomweb/studies/{path}").status_code == 404


def test_an_instance_is_not_found_below_another_study(web: Web) -> None:
    data, other = ct(), ct()
    web.stow(data, other)
    wrong = f"/dicomweb/studies/{other.StudyInstanceUID}/series/{data.SeriesInstanceUID}/instances/{data.SOPInstanceUID}"
    assert web.get(wrong).status_code == 404
