"""The enterprise over WADO-RS: what only others hold is given as they would give it, to those who may see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar, Router
from litestar.testing import TestClient
from pydicom.dataset import Dataset
from tests.enterprises import Others, house_of
from tests.houses import TestHouse, open_house
from tests.samples import ct
from tests.webs import Web, open_web, parts_of, path_of

from sixfold.archive.http import Edge
from sixfold.governance import SYSTEM
from sixfold.governance.http import HANDLERS, Access
from sixfold.governance.model.policy import Traits
from sixfold.kernel.database import Database
from sixfold.viewer.http.facade import FEDERATED, Facade
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.directory import EnterpriseDirectory

Client = TestClient[Litestar]


@pytest.fixture
def house(tmp_path: Path, sqlite_database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path / "ours", sqlite_database)
    made.governance.start()
    yield made
    made.governance.close()
    made.archive.close()


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Web]:
    """Another archive, with its own web."""
    there = house_of(tmp_path / "north")
    with open_web(there) as web:
        yield web
    there.archive.close()
    there.database.close()


@pytest.fixture
def others(north: Web) -> Others:
    return Others({"north": north.house})


@pytest.fixture
def app(tmp_path: Path, house: TestHouse, others: Others) -> Iterator[Litestar]:
    governance = house.governance
    copies = Copies(tmp_path / "copies", 1 << 30, governance)
    assembly = Assembly(house.database, house.archive, copies, others)
    assert governance.standing.directory is not None
    governance.standing.directory = EnterpriseDirectory(house.database, governance, governance.standing.directory, others)
    facade = Facade(governance, Edge(house.archive, ""), Edge(copies.archive, "", FEDERATED), assembly)
    yield Litestar(
        [Router(FEDERATED, route_handlers=facade.handlers())],
        plugins=[Access(governance)],
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    copies.close()


@pytest.fixture
def client(app: Litestar) -> Iterator[Client]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def who(house: TestHouse, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.governance.credentials.create_token(role, role)}"}


def federated(path: str) -> str:
    return path.replace("/dicomweb", FEDERATED)


def stored(house: TestHouse, **named: str) -> Dataset:
    data = ct(**named)
    house.store(data)
    return data


PATHS = ["", "/metadata", "/rendered", "/thumbnail", "/frames/1", "/frames/1/rendered"]


@pytest.mark.parametrize("tail", PATHS)
def test_another_archives_instance_is_given_as_it_would_give_it(
    client: Client, house: TestHouse, north: Web, tail: str
) -> None:
    path = path_of(stored(north.house)) + tail
    theirs = north.get(path)
    given = client.get(federated(path), headers=who(house, "radiologist"))
    assert given.status_code == theirs.status_code == 200, given.text
    if "multipart" in theirs.headers["content-type"]:
        assert [part.body for part in parts_of(given)] == [part.body for part in parts_of(theirs)]
    else:
        assert given.content == theirs.content.replace(b"/dicomweb/", FEDERATED.encode() + b"/")
    assert "warning" not in given.headers


def test_links_of_bulk_data_lead_through_the_facade(client: Client, house: TestHouse, north: Web) -> None:
    data = stored(north.house)
    reader = who(house, "radiologist")
    (described,) = client.get(f"{federated(path_of(data))}/metadata", headers=reader).json()
    link = described["7FE00010"]["BulkDataURI"]
    assert link.startswith(f"{FEDERATED}/studies/")
    assert client.get(link, headers={**reader, "Accept": "application/octet-stream"}).content == data.PixelData


def test_ours_is_given_by_us(client: Client, house: TestHouse, others: Others) -> None:
    data = stored(house)
    assert client.get(f"{federated(path_of(data))}/metadata", headers=who(house, "radiologist")).status_code == 200
    assert others.fetched == []


def test_a_stranger_sets_no_archive_to_work(client: Client, house: TestHouse, north: Web, others: Others) -> None:
    path = federated(path_of(stored(north.house)))
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": "Bearer of bad news"}).status_code == 401
    assert others.known == {}
    assert client.get(path, headers=who(house, "auditor")).status_code == 403
    assert others.fetched == []


def test_what_may_not_be_seen_is_not_found_and_not_brought(
    client: Client, house: TestHouse, north: Web, others: Others
) -> None:
    data = stored(north.house, PatientID="P1")
    path, reader = federated(path_of(data)), who(house, "radiologist")
    others.traits = Traits("", "psychiatry", "sensitive")
    assert client.get(path, headers=reader).status_code == 404
    others.traits = Traits("", "radiology")
    house.governance.doors.restrict("|P1", "asked for by the patient", by=SYSTEM)
    house.governance.standing.forget()
    assert client.get(path, headers=reader).status_code == 404
    assert others.fetched == []
    house.governance.doors.lift("|P1", "the patient changed their mind", by=SYSTEM)
    house.governance.standing.forget()
    assert client.get(path, headers=reader).status_code == 200


def test_asking_our_own_route_first_opens_nothing(app: Litestar, house: TestHouse, north: Web, others: Others) -> None:
    data = stored(north.house, PatientID="P1")
    house.governance.doors.restrict("|P1", "asked for by the patient", by=SYSTEM)
    assert house.governance.standing.study(data.StudyInstanceUID) is None  # and believed for five seconds
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get(federated(path_of(data)), headers=who(house, "radiologist")).status_code == 404
    assert others.fetched == []


def test_nobody_has_it(client: Client, house: TestHouse) -> None:
    answer = client.get(f"{FEDERATED}/studies/1.2.3/metadata", headers=who(house, "radiologist"))
    assert answer.status_code == 404


def test_nothing_is_changed_through_the_facade(client: Client, house: TestHouse, north: Web) -> None:
    path = federated(f"/dicomweb/studies/{stored(north.house).StudyInstanceUID}")
    headers = who(house, "administrator")
    assert client.delete(path, headers=headers).status_code == 405
    assert client.post(path, headers=headers).status_code == 405


def test_who_did_not_deliver_is_named(client: Client, house: TestHouse, north: Web, others: Others) -> None:
    uid = stored(north.house).StudyInstanceUID
    stored(north.house, StudyInstanceUID=uid)
    others.held_back["north"] = 0
    others.dead = {"north"}
    silent = client.get(f"{FEDERATED}/studies/{uid}/metadata", headers=who(house, "radiologist"))
    assert silent.status_code == 503
    assert "north: it does not answer" in silent.text
