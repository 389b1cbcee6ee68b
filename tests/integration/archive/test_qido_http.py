"""QIDO-RS and the lists of the page over HTTP, through the framework and through a client that others wrote."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from litestar import Litestar, Router
from litestar.testing import TestClient
from litestar.types import ASGIApp
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.http import qido
from sixfold.archive.http.browse import browse_router
from sixfold.archive.http.edge import Edge
from sixfold.archive.http.qido import qido_handlers
from sixfold.archive.service.search import Catalogue
from sixfold.archive.service.worklist import WorkList
from sixfold.governance import SYSTEM
from sixfold.governance.http import HANDLERS
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid

JSON = "application/dicom+json"


@pytest.fixture
def house(tmp_path: Path, sqlite_database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, sqlite_database)
    yield made
    made.archive.close()


def _as_the_system(app: ASGIApp) -> ASGIApp:
    """Let every request be Sixfold's own, which sees everything."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        scope["user"] = SYSTEM
        await app(scope, receive, send)

    return asked


@pytest.fixture
def client(house: TestHouse) -> Iterator[TestClient[Litestar]]:
    edge = Edge(house.archive, "")
    catalogue = Catalogue(house.database, edge.retrieval.metadata.objects)
    app = Litestar(
        [
            Router("/dicomweb", route_handlers=qido_handlers(edge, catalogue)),
            browse_router(WorkList(house.database), house.archive.sights),
        ],
        middleware=[_as_the_system],
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    with TestClient(app, base_url="http://archive.example") as client:
        yield client


class _ToTestClient(BaseAdapter):
    """Carries the requests of `requests` to the framework's test client."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        super().__init__()
        self._client = client

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send it."""
        assert request.url is not None
        answer = self._client.request(str(request.method), request.url, headers=dict(request.headers))
        response = requests.Response()
        response.status_code, response._content = answer.status_code, answer.content
        response.headers = CaseInsensitiveDict(answer.headers)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        """Nothing is held."""


def test_an_answer_is_dicom_json(house: TestHouse, client: TestClient[Litestar]) -> None:
    data = ct()
    house.store(data)
    answer = client.get("/dicomweb/studies?PatientID=P1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == JSON
    (row,) = answer.json()
    assert row["0020000D"]["Value"] == [data.StudyInstanceUID]
    assert "warning" not in answer.headers
    assert "link" not in answer.headers


def test_Q13_no_answer_is_204(client: TestClient[Litestar]) -> None:
    answer = client.get("/dicomweb/studies?PatientID=nobody")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("query", ["limit=0", "offset=1", "limit=5&offset=999999999999", "fuzzymatching=true&limit=0"])
def test_Q13_a_page_of_nothing_is_204(house: TestHouse, client: TestClient[Litestar], query: str) -> None:
    house.store(ct())
    answer = client.get(f"/dicomweb/studies?{query}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_Q7_fuzzy_matching_is_done_and_no_warning_says_otherwise(house: TestHouse, client: TestClient[Litestar]) -> None:
    house.store(ct(PatientName="Doe^John"))
    for level in ("studies", "series", "instances"):
        answer = client.get(f"/dicomweb/{level}?PatientName=john%20doe&fuzzymatching=true")
        assert len(answer.json()) == 1
        assert "warning" not in answer.headers
        assert client.get(f"/dicomweb/{level}?PatientName=john%20doe&fuzzymatching=false").status_code == 204


def test_Q8_empty_and_multiple_value_matching_are_parameters(house: TestHouse, client: TestClient[Litestar]) -> None:
    study = new_uid()
    for modality in ("CT", "SR"):
        house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=new_uid(), Modality=modality, AccessionNumber=""))
    house.store(ct(PatientID="P2"))
    for query, found in (
        ("AccessionNumber=%22%22&emptyvaluematching=true", 1),
        ("AccessionNumber=%22%22", 0),
        ("ModalitiesInStudy=CT,SR&multiplevaluematching=true", 1),
        ("ModalitiesInStudy=CT,SR", 2),
    ):
        answer = client.get(f"/dicomweb/studies?{query}")
        assert (len(answer.json()) if answer.status_code == 200 else 0) == found, query
        assert "warning" not in answer.headers


def test_Q15_series_and_instances_are_searched_at_the_root_by_keys_of_their_study(
    house: TestHouse, client: TestClient[Litestar]
) -> None:
    data = ct(StudyDate="20260201", PatientID="P2")
    house.store(ct(StudyDate="20260101"))
    house.store(data)
    for level, tag, uid in (("series", "0020000E", data.SeriesInstanceUID), ("instances", "00080018", data.SOPInstanceUID)):
        (row,) = client.get(f"/dicomweb/{level}?StudyDate=20260201&PatientID=P2").json()
        assert row[tag]["Value"] == [uid]
        assert row["0020000D"]["Value"] == [data.StudyInstanceUID]
        assert row["00100020"]["Value"] == ["P2"]


def test_Q13_the_next_page_is_linked_until_there_is_none(house: TestHouse, client: TestClient[Litestar]) -> None:
    for number in range(5):
        house.store(ct(PatientID=f"P{number}", StudyDescription="ä b"))
    found, url = [], "/dicomweb/studies?limit=2&StudyDescription=%C3%A4%20b"
    while url:
        answer = client.get(url)
        found += [row["00100020"]["Value"][0] for row in answer.json()]
        link = answer.headers.get("link", "")
        assert "warning" not in answer.headers
        url = link.partition("<")[2].partition(">")[0] if 'rel="next"' in link else ""
        assert not url or url.startswith("http://archive.example/dicomweb/studies?")
        url = url and url.removeprefix("http://archive.example")
    assert sorted(found) == ["P0", "P1", "P2", "P3", "P4"]


def test_Q13_what_the_server_cuts_it_tells(
    house: TestHouse, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        house.store(ct(PatientID=f"P{number}"))
    monkeypatch.setattr(qido, "USUAL", 2)
    monkeypatch.setattr(qido, "MOST", 2)
    for url in ("/dicomweb/studies", "/dicomweb/studies?limit=100"):
        answer = client.get(url)
        assert len(answer.json()) == 2
        assert answer.headers["warning"].startswith('299 sixfold "')
        assert "additional results that can be requested" in answer.headers["warning"]


def test_Q16_unknown_keywords_and_bad_values_are_400_with_a_reason(client: TestClient[Litestar]) -> None:
    for query in ("NoSuchThing=1", "StudyDate=yesterday", "limit=-1", "fuzzymatching=maybe", "cursor=zzz", "PatientID=%FF"):
        answer = client.get(f"/dicomweb/studies?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["detail"]


def test_Q16_a_key_that_was_not_compared_is_named_in_a_warning(house: TestHouse, client: TestClient[Litestar]) -> None:
    house.store(ct())
    answer = client.get("/dicomweb/studies?KVP=120")
    assert len(answer.json()) == 1
    assert "KVP" in answer.headers["warning"]


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({}, "http://archive.example"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pacs.example:8443"}, "https://pacs.example:8443"),
        ({"Forwarded": 'for=1.2.3.4;proto=https;host="pacs.example"'}, "https://pacs.example"),
        ({"X-Forwarded-Host": 'evil"><script>', "X-Forwarded-Proto": "gopher"}, "http://archive.example"),
    ],
)
def test_Q19_retrieve_url_and_next_link_hold_behind_a_proxy(
    house: TestHouse, client: TestClient[Litestar], headers: dict[str, str], base: str
) -> None:
    data = ct()
    house.store(data)
    house.store(ct(PatientID="P2", StudyDate="20200101"))
    answer = client.get("/dicomweb/studies?limit=1", headers=headers)
    (row,) = answer.json()
    assert row["00081190"]["Value"] == [f"{base}/dicomweb/studies/{data.StudyInstanceUID}"]
    assert answer.headers["link"].startswith(f"<{base}/dicomweb/studies?")
    assert row["00080056"]["Value"] == ["ONLINE"]


def test_C4_xml_says_what_json_says(house: TestHouse, client: TestClient[Litestar]) -> None:
    house.store(ct())
    house.store(ct(PatientID="P2"))
    answer = client.get("/dicomweb/studies", headers={"Accept": 'multipart/related; type="application/dicom+xml"'})
    assert answer.headers["content-type"].startswith('multipart/related; type="application/dicom+xml"; boundary=')
    boundary = answer.headers["content-type"].partition("boundary=")[2]
    parts = answer.content.split(f"--{boundary}".encode())
    assert (len(parts), parts[-1]) == (4, b"--\r\n")
    assert "Weiß".encode() in parts[1]
    assert b"ISO_IR 192" in parts[1]


def test_a_form_that_is_not_offered_is_406(client: TestClient[Litestar]) -> None:
    assert client.get("/dicomweb/studies", headers={"Accept": "text/html"}).status_code == 406


def test_a_large_answer_is_compressed_for_those_who_take_it(
    house: TestHouse, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qido, "_LARGE", 100)
    house.store(ct())
    packed = client.get("/dicomweb/studies", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/dicomweb/studies", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_counts(house: TestHouse, client: TestClient[Litestar]) -> None:
    study = new_uid()
    for modality in ("CT", "SR"):
        house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=new_uid(), Modality=modality))
    house.store(ct())
    for path, expected in (("studies", 2), ("series", 3), ("instances", 3)):
        assert client.get(f"/dicomweb/{path}/count").json() == {"count": expected}
    assert client.get(f"/dicomweb/series/count?StudyInstanceUID={study}").json() == {"count": 2}


def test_a_client_of_others_finds_everything(house: TestHouse, client: TestClient[Litestar]) -> None:
    data = ct()
    house.store(data)
    session = requests.Session()
    session.mount("http://", _ToTestClient(client))
    web = DICOMwebClient("http://archive.example/dicomweb", session=session)
    (study,) = web.search_for_studies(search_filters={"PatientName": "weiss*"}, fields=["StudyDescription"], fuzzymatching=True)
    assert study["00081030"]["Value"] == ["CT of a test"]
    (series,) = web.search_for_series(data.StudyInstanceUID, search_filters={"Modality": "CT"})
    (instance,) = web.search_for_instances(data.StudyInstanceUID, series["0020000E"]["Value"][0])
    assert instance["00080018"]["Value"] == [data.SOPInstanceUID]
    assert web.search_for_studies(search_filters={"PatientID": "nobody"}) == []
    assert len(web.search_for_instances(limit=5, offset=0)) == 1
    assert urlsplit(study["00081190"]["Value"][0]).netloc == "archive.example"


def test_the_list_of_studies_with_words_filters_total_and_cursor(house: TestHouse, client: TestClient[Litestar]) -> None:
    for number in range(5):
        house.store(ct(PatientID=f"P{number}", PatientName=f"Müller^Anna{number}", StudyDate=f"2026010{number + 1}"))
    house.store(ct(PatientID="Q1", Modality="MR", InstitutionName="Elsewhere", StudyDate="20260201"))
    page = client.get("/api/studies", params={"q": "anna mull", "limit": 2}).json()
    assert page["total"] == {"count": 5, "exact": True}
    assert [row["patient_id"] for row in page["rows"]] == ["P4", "P3"]
    following = client.get("/api/studies", params={"q": "anna mull", "limit": 2, "cursor": page["next"]}).json()
    assert [row["patient_id"] for row in following["rows"]] == ["P2", "P1"]
    row = page["rows"][0]
    assert (row["modalities"], row["series"], row["instances"], row["accession"]) == (["CT"], 1, 1, "A1")
    for params, count in (
        ({"modality": "MR"}, 1),
        ({"modality": "MR,CT"}, 6),
        ({"from": "2026-01-03", "to": "2026-01-31"}, 3),
        ({"institution": "Elsewhere"}, 1),
        ({"patient": row["patient_key"]}, 1),
        ({"patient": "nobody"}, 0),
        ({"q": "p3"}, 1),
        ({"q": "zzz"}, 0),
    ):
        answer = client.get("/api/studies", params=params).json()
        assert (len(answer["rows"]), answer["total"]) == (count, {"count": count, "exact": True}), params


@pytest.mark.parametrize(
    "query",
    [
        "from=soon",
        "from=٢٠٢٦-٠١-٠١",
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=٥",
        "limit=5²",
        "cursor=x",
        "q=a%20b%20c%20d%20e%20f%20g%20h%20i",
    ],
)
def test_a_bad_filter_of_the_list_is_400(client: TestClient[Litestar], query: str) -> None:
    assert client.get(f"/api/studies?{query}").status_code == 400


def test_the_page_of_a_patient_and_of_a_study(house: TestHouse, client: TestClient[Litestar]) -> None:
    data = ct(PatientID="12/34", IssuerOfPatientID="HOUSE")
    house.store(data)
    house.store(ct(PatientID="12/34", IssuerOfPatientID="HOUSE", StudyDate="20200101"))
    line = client.get(f"/api/studies/{data.StudyInstanceUID}").json()
    patient = client.get(f"/api/patients/{line['patient_key'].replace('/', '%2F')}").json()
    assert (patient["patient_id"], patient["issuer"]) == ("12/34", "HOUSE")
    assert [study["study_date"] for study in patient["studies"]] == ["20260301", "20200101"]
    assert client.get("/api/patients/nobody").status_code == 404
    assert client.get("/api/studies/1.2.3").status_code == 404
