"""Series of other archives, by WADO-RS and by C-GET from real servers of ours, and from archives that misbehave."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless
from tests.enterprises import house_of
from tests.samples import ct, data_set, part10
from tests.webs import BOUNDARY, Web, body_of, open_web

from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.archive.model import Provenance
from sixfold.dimse.client import ClientSettings, Proposal, associate
from sixfold.dimse.fakes import FakeInstance
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import Remote
from sixfold.dimse.settings import DimseSettings
from sixfold.governance import SYSTEM
from sixfold.governance.model import Destination
from sixfold.kernel.errors import NotFound
from sixfold.kernel.ids import new_uid
from sixfold.viewer.dimse.moved import MovedProvider
from sixfold.viewer.model.retrieval import Delivered
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.fetching import Fetcher, Into
from sixfold.viewer.service.fetching.dicomweb import DicomwebFetcher
from sixfold.viewer.service.fetching.dimse import GetFetcher, MoveFetcher

CAME = Provenance("federation", "system:sixfold", "north", "2026-01-15T12:00:00.000Z")
DIMSE = ClientSettings("VIEWER", network_timeout=5.0, connect_timeout=5.0, artim=5.0)


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Web]:
    there = house_of(tmp_path / "north")
    with open_web(there) as web:
        yield web
    there.archive.close()
    there.database.close()


@pytest.fixture
def viewer_port(copies: Copies, north: Web) -> Iterator[int]:
    """Where what was asked for by C-MOVE arrives."""
    provider = MovedProvider(copies, north.house.governance, "VIEWER")
    with DimseServer(provider, DimseSettings(ae_titles=("VIEWER",)), [bind("127.0.0.1", 0)]) as server:
        yield server.address[1]


@pytest.fixture
def port(north: Web, viewer_port: int) -> Iterator[int]:
    governance = north.house.governance
    governance.network.put_destination(Destination("VIEWER", "127.0.0.1", viewer_port), by=SYSTEM)
    provider = ArchiveProvider(north.house.archive, governance, "NORTH", Remotes(governance, ssl.create_default_context()))
    with DimseServer(provider, DimseSettings(ae_titles=("NORTH",)), [bind("127.0.0.1", 0)]) as server:
        yield server.address[1]


@pytest.fixture
def copies(tmp_path: Path, north: Web) -> Iterator[Copies]:
    made = Copies(tmp_path / "copies", 1 << 30, north.house.governance)
    yield made
    made.close()


@pytest.fixture(params=["dicomweb", "get", "move"])
def fetcher(request: pytest.FixtureRequest, north: Web, copies: Copies) -> Fetcher:
    """The other archive by each way."""
    if request.param == "dicomweb":
        return DicomwebFetcher(north.client, "http://testserver.local/dicomweb")
    remote = Remote("NORTH", "127.0.0.1", request.getfixturevalue("port"))
    return GetFetcher(remote, DIMSE) if request.param == "get" else MoveFetcher(remote, DIMSE, "VIEWER", copies)


def fetched(fetcher: Fetcher, copies: Copies, study: str, series: str) -> Delivered:
    with copies.filling(study, series) as intake:
        return fetcher.fetch(study, series, Into(intake, CAME))


def some(count: int) -> list[Dataset]:
    study, series = new_uid(), new_uid()
    return [ct(StudyInstanceUID=study, SeriesInstanceUID=series, InstanceNumber=n) for n in range(count)]


def digests(where: object, study: str) -> dict[str, bytes]:
    return {one.sop_uid: one.digest for one in where.reader.locate(study)}  # type: ignore[attr-defined]


def test_a_series_comes_whole_and_byte_for_byte(fetcher: Fetcher, north: Web, copies: Copies) -> None:
    data = some(5)
    for one in data:
        north.house.store(one)
    study, series = data[0].StudyInstanceUID, data[0].SeriesInstanceUID
    other = north.house.store(ct(StudyInstanceUID=study)).series_uid
    delivered = fetched(fetcher, copies, study, series)
    assert (len(delivered.instances), delivered.why) == (5, "")
    assert delivered.bytes > 5 * len(data[0].PixelData)
    # Each is noted as this archive's with its arrival, by whichever association: nobody has noted the series.
    assert copies.delivered_by(study, ["north"], series) == delivered.instances
    assert copies.series_of(study) == {}
    assert digests(copies.archive, study) == {
        uid: digest
        for uid, digest in digests(north.house.archive, study).items()
        if uid in {one.SOPInstanceUID for one in data}
    }
    assert fetched(fetcher, copies, study, series).instances == delivered.instances  # again: they are here
    assert fetched(fetcher, copies, study, other).why == ""


def test_a_compressed_object_comes_as_it_is_kept(fetcher: Fetcher, north: Web, copies: Copies) -> None:
    raw = Path(str(get_testdata_file("JPEG2000.dcm"))).read_bytes()
    assert north.stow(raw).status_code == 200
    ((study,),) = [[one["0020000D"]["Value"][0]] for one in north.get("/dicomweb/studies", "application/dicom+json").json()]
    (there,) = north.house.archive.reader.locate(study)
    assert fetched(fetcher, copies, study, there.series_uid).why == ""
    (here,) = copies.archive.reader.locate(study)
    assert (here.transfer_syntax, here.digest) == (there.transfer_syntax, there.digest)
    assert here.transfer_syntax.startswith(JPEG2000Lossless.rpartition(".")[0])


def test_a_series_that_is_not_there_delivers_nothing_and_says_so(fetcher: Fetcher, copies: Copies, north: Web) -> None:
    north.house.store(ct())
    delivered = fetched(fetcher, copies, "1.2.3", "1.2.3.4")
    assert delivered.instances == frozenset()
    assert delivered.why or isinstance(fetcher, GetFetcher | MoveFetcher)  # there, nothing found is a success (PS3.4 C.4.3.1.4)


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> DicomwebFetcher:
    return DicomwebFetcher(httpx.Client(transport=httpx.MockTransport(answer)), "http://north/dicomweb")


def parts(*files: bytes) -> tuple[bytes, dict[str, str]]:
    return body_of(files), {"Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'}


def test_an_answer_that_breaks_off_keeps_what_came_whole(copies: Copies) -> None:
    data = some(3)
    body, headers = parts(*(part10(one) for one in data))
    study = data[0].StudyInstanceUID
    cut = answering(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(body[: len(body) * 2 // 3])))
    delivered = fetched(cut, copies, study, data[0].SeriesInstanceUID)
    assert 0 < len(delivered.instances) < 3
    assert "cut" in delivered.why or "ended" in delivered.why
    assert len(copies.archive.reader.locate(study)) == len(delivered.instances)


def test_instances_of_another_study_are_left_out(copies: Copies) -> None:
    data, strange = some(1), ct()
    body, headers = parts(part10(data[0]), part10(strange))
    delivered = fetched(
        answering(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))),
        copies,
        data[0].StudyInstanceUID,
        data[0].SeriesInstanceUID,
    )
    assert delivered.instances == {data[0].SOPInstanceUID}
    assert "1 of 2 instances cannot be kept" in delivered.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(500), "it answers 500"),
        (httpx.Response(302, headers={"Location": "http://elsewhere/"}), "it answers 302"),
        (httpx.Response(200, text="<html>"), "and not with instances"),
        (httpx.Response(200, headers={"Content-Type": "multipart/related"}, stream=httpx.ByteStream(b"x")), "boundary"),
        (
            httpx.Response(
                200, headers={"Content-Type": "multipart/related; boundary=b"}, stream=httpx.ByteStream(b"x" * 100_000)
            ),
            "boundary",
        ),
        (
            httpx.Response(200, headers={"Content-Type": "application/dicom"}, stream=httpx.ByteStream(b"nothing")),
            "cannot be kept",
        ),
    ],
)
def test_what_is_no_answer_says_so(copies: Copies, answer: httpx.Response, why: str) -> None:
    delivered = fetched(answering(lambda _: answer), copies, "1.2.3", "1.2.3.4")
    assert delivered.instances == frozenset()
    assert why in delivered.why


def test_who_cannot_be_reached_says_so(copies: Copies) -> None:
    closed = bind("127.0.0.1", 0)
    port = closed.getsockname()[1]
    closed.close()
    by_web = DicomwebFetcher(httpx.Client(trust_env=False), f"http://127.0.0.1:{port}")
    by_get = GetFetcher(Remote("NORTH", "127.0.0.1", port), DIMSE)
    assert "cannot be reached" in fetched(by_web, copies, "1.2.3", "1.2.3.4").why
    assert fetched(by_get, copies, "1.2.3", "1.2.3.4").why


def test_a_title_that_nobody_has_is_refused(copies: Copies, port: int) -> None:
    stranger = GetFetcher(Remote("SOUTH", "127.0.0.1", port), DIMSE)
    assert "does not let us in" in fetched(stranger, copies, "1.2.3", "1.2.3.4").why


def test_what_nobody_asked_for_is_refused_and_not_kept(copies: Copies, viewer_port: int) -> None:
    data = ct()
    viewer = Remote("VIEWER", "127.0.0.1", viewer_port)
    syntax = "1.2.840.10008.1.2.1"
    sent = FakeInstance(data.SOPClassUID, data.SOPInstanceUID, {syntax: data_set(data, syntax)})
    with associate(viewer, [Proposal(data.SOPClassUID, (syntax,))], DIMSE) as modality:
        (outcome,) = modality.store([sent])
    assert outcome.status == 0xC000
    with pytest.raises(NotFound):
        copies.archive.reader.locate(data.StudyInstanceUID)
    assert list((copies.folder / "landing").glob("*.tar")) == []
