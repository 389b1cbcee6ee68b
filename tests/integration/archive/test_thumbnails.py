"""Thumbnails that the seal keeps: what our own pages ask is there without decoding a pixel."""

import pytest
from tests.samples import ct
from tests.webs import Web, path_of

from sixfold.archive.service.rendering import Rendering
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.seal import make_seal
from sixfold.archive.service.shelf import KEPT

AS_A_PAGE = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"
SIZE = "viewport=160,160"


def thumbnail_of(web: Web, path: str, query: str = SIZE) -> bytes:
    answer = web.get(f"{path}/thumbnail?{query}", AS_A_PAGE)
    assert answer.status_code == 200
    return answer.content


def test_a_sealed_series_has_a_thumbnail_that_nothing_is_decoded_for(web_of_each: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web, images = web_of_each, []
    first = ct()
    for number in range(3):
        shared = {"StudyInstanceUID": first.StudyInstanceUID, "SeriesInstanceUID": first.SeriesInstanceUID}
        images.append(ct(InstanceNumber=str(number + 1), PixelData=bytes([number * 40, 0] * 256), **shared))
    web.stow(*images)
    series = path_of(images[0]).rsplit("/instances/", 1)[0]
    make_seal(web.house.archive).run(0.0)
    assert len(list(web.house.objects.keys("thumbnails/"))) == 1

    def undecoded(*_: object) -> None:
        raise AssertionError("it was decoded")

    with monkeypatch.context() as patched:
        patched.setattr(Rendering, "picture", undecoded)
        kept = thumbnail_of(web, series)
    for key in list(web.house.objects.keys("thumbnails/")):
        web.house.objects.delete(key)
    assert thumbnail_of(web, path_of(images[1])) == kept  # remembered by the instance that it shows
    retrieval = make_retrieval(web.house.archive)  # a process that remembers nothing makes the very same
    (shown,) = web.house.archive.reader.locate(first.StudyInstanceUID, first.SeriesInstanceUID, images[1].SOPInstanceUID)
    assert retrieval.rendering.thumbnail(shown, 1, KEPT).data == kept


def test_a_series_without_pixels_is_sealed_without_a_thumbnail(web: Web) -> None:
    report = ct()
    del report.PixelData
    assert web.stow(report).status_code == 200
    assert make_seal(web.house.archive).run(0.0) == 1
    assert list(web.house.objects.keys("thumbnails/")) == []
