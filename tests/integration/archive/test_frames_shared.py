"""Frames of videos, and frames that many ask for at once (S7)."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import MPEG2MPML, JPEGLSLossless, VideoEndoscopicImageStorage
from tests.houses import open_house
from tests.samples import ct, part10
from tests.webs import Web, open_web, path_of

from sixfold.archive.service import transcoding
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.kernel.database import Database

FRAMES = 10


@pytest.fixture
def web(tmp_path: Path, sqlite_database: Database) -> Iterator[Web]:
    house = open_house(tmp_path, sqlite_database)
    with open_web(house) as made:
        yield made
    house.archive.close()


def _video() -> bytes:
    """Ten frames of 64 x 48, each a little brighter than the one before."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as out:
        stream = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(0, 20 * FRAMES, 20):
            picture = np.full((48, 64, 3), level, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return buffer.getvalue()


def test_S7_a_frame_of_a_video_is_the_stream_and_its_picture_is_that_frame(web: Web) -> None:
    video = _video()
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_PARTIAL_420", "PlanarConfiguration": 0}
    depth = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "Rows": 48, "Columns": 64, "NumberOfFrames": str(FRAMES)}
    data = ct(SOPClassUID=VideoEndoscopicImageStorage, **colour, **depth)
    data.PixelData = encapsulate([video], has_bot=False)
    data["PixelData"].VR = "OB"
    assert web.stow(part10(data, MPEG2MPML)).status_code == 200
    for number in (1, FRAMES):
        answer = web.get(f"{path_of(data)}/frames/{number}", "video/mpeg")
        assert answer.headers["content-type"].startswith("video/mpeg")
        assert answer.content.rstrip(b"\0") == video.rstrip(b"\0")
    assert web.get(f"{path_of(data)}/frames/{FRAMES + 1}", "video/mpeg").status_code == 404
    assert web.get(f"{path_of(data)}/frames/1", "image/jpeg").status_code == 406
    for number in (1, 5, FRAMES):
        picture = web.get(f"{path_of(data)}/frames/{number}/rendered", "image/png")
        assert abs(np.asarray(Image.open(io.BytesIO(picture.content))).mean() - 20 * (number - 1)) < 6


def test_S7_a_frame_that_many_ask_for_at_once_is_transcoded_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    transcoded = transcoding.transcoded_pixel_data

    def counted(*arguments: Any) -> Any:
        made.append(1)
        time.sleep(0.1)
        return transcoded(*arguments)

    data = ct(PixelData=bytes([7, 0, 9, 1] * 128))
    web.stow(data)
    monkeypatch.setattr(transcoding, "transcoded_pixel_data", counted)
    transcoder = make_retrieval(web.house.archive).transcoder
    (instance,) = web.house.archive.reader.locate(data.StudyInstanceUID)
    with ThreadPoolExecutor(8) as pool:
        frames = set(pool.map(lambda _: transcoder.frame(instance, 1, JPEGLSLossless), range(16)))
    assert len(frames) == len(made) == 1


def test_a_frame_whose_pixels_do_not_bear_the_first_wish_comes_as_the_next(web: Web) -> None:
    data = ct(PixelData=b"\xff\xf1" * 256)  # the four bits above the twelve of a pixel hold data, as an overlay did
    assert web.stow(part10(data)).status_code == 200
    compressed = 'multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202'
    stored = 'multipart/related; type="application/octet-stream"; transfer-syntax=*; q=0.5'
    refused = web.get(f"{path_of(data)}/frames/1", compressed)
    assert refused.status_code == 406
    assert "unused bits" in refused.text
    given = web.get(f"{path_of(data)}/frames/1", f"{compressed}, {stored}")
    assert given.status_code == 200
    assert data.PixelData in given.content
    assert web.get(f"{path_of(data)}/frames/1", f"{compressed}, image/jpeg").status_code == 406
