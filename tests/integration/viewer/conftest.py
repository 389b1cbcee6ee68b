"""A house that sees other archives, which are fakes, through its web edge."""

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pydicom.dataset import Dataset
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.http import Edge
from sixfold.archive.http import routers as archive_routers
from sixfold.governance import SYSTEM, Governance, Principal
from sixfold.governance.http import HANDLERS, Access
from sixfold.governance.model import UnknownCaller
from sixfold.governance.model.places import PlaceKind
from sixfold.governance.store.keys import Seal
from sixfold.kernel.database import Database
from sixfold.viewer.http import routers
from sixfold.viewer.model.federation import Credential, Dicomweb, Source
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.federation.connectors import Caller, Connector
from sixfold.viewer.service.federation.connectors.fake import FakeArchive
from sixfold.viewer.service.federation.federation import Federation, make_federation
from sixfold.viewer.service.identity.identity import Identity
from sixfold.viewer.service.viewer import Keeping, make_viewer


class Known:
    """Credentials of people who need no secret but their name."""

    def __init__(self) -> None:
        self.people: dict[str, Principal] = {}

    def lately_proved(self, secret: str) -> Principal | None:
        """The person of that name."""
        return self.people.get(secret)

    def principal_of(self, secret: str) -> Principal:
        """The person of that name; raises `UnknownCaller`."""
        raise UnknownCaller(secret)


@dataclass
class Enterprise:
    """The house, the archives beside it by key, and a browser."""

    house: TestHouse
    federation: Federation
    client: TestClient[Litestar]
    known: Known
    identity: Identity
    copies: Copies
    archives: dict[str, FakeArchive] = field(default_factory=dict)

    def add(self, key: str, *rows: dict[str, Any], facility: str = "", **told: Any) -> FakeArchive:
        """Make an archive known that has these studies; `told` is of the source, but for what is the fake's."""
        mine = {name: told.pop(name) for name in ("latency", "fails") if name in told}
        self.archives[key] = archive = FakeArchive({"STUDY": rows}, issuer=key.upper(), **mine)
        source = Source(
            **{"key": key, "title": key.title(), "reach": Dicomweb(f"https://{key}.example"), "issuer": key.upper()}
            | told
            | {"facility": facility}
        )
        self.federation.sources.put(source, None, by=SYSTEM)
        return archive

    def person(self, name: str, *roles: str, **belonging: Any) -> Principal:
        """Somebody who may sign in by their name."""
        who = Principal("person", name, name, frozenset(roles), **{key: frozenset(one) for key, one in belonging.items()})
        self.known.people[name] = who
        return who

    def store(self, uid: str, **values: Any) -> Dataset:
        """Put a study in our own archive."""
        data = ct(StudyInstanceUID=uid, **values)
        self.house.store(data)
        return data

    def get(self, path: str, who: str = "root", **headers: str) -> httpx.Response:
        """GET as somebody."""
        return self.client.get(path, headers={"Authorization": f"Bearer {who}", **headers})

    def send(self, method: str, path: str, body: Any, who: str = "root") -> httpx.Response:
        """Send JSON as somebody."""
        return self.client.request(method, path, json=body, headers={"Authorization": f"Bearer {who}"})

    def lines(self, query: str = "", who: str = "root") -> list[dict[str, Any]]:
        """The lines of the list."""
        answer = self.get(f"/api/viewer/studies{query}", who)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in answer.text.splitlines()]

    def studies(self, query: str = "", who: str = "root") -> dict[str, dict[str, Any]]:
        """What the list shows in the end, by UID."""
        shown: dict[str, dict[str, Any]] = {}
        for line in self.lines(query, who):
            if line["kind"] == "study":
                shown[line["study_uid"]] = line
            elif line["kind"] == "gone":
                del shown[line["study_uid"]]
        return shown


@pytest.fixture
def enterprise(tmp_path: Path, sqlite_database: Database) -> Iterator[Enterprise]:
    house = open_house(tmp_path, sqlite_database)
    governance: Governance = house.governance
    governance.start()
    for code in ("north", "south"):
        governance.places.put(PlaceKind.FACILITY, code, code, by=SYSTEM)
    known = Known()
    governance.credentials = known  # type: ignore[assignment]
    archives: dict[str, FakeArchive] = {}

    def connect(source: Source, _credential: Credential) -> Connector:
        return archives[source.key]

    federation = make_federation(house.archive, governance, Seal(tmp_path), connect, "SIXFOLD")
    keeping = Keeping(tmp_path / "copies", 1 << 30, "SIXFOLDVIEW")
    viewer = make_viewer(house.archive, governance, federation, Caller("SIXFOLD", ssl.create_default_context), keeping)
    edge = Edge(house.archive, "https://pacs.example/")
    app = Litestar(
        [*archive_routers(edge), *routers(viewer, edge, governance)],
        plugins=[Access(governance)],
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        made = Enterprise(house, federation, client, known, viewer.identity, viewer.copies, archives)
        made.person("root", "administrator")
        yield made
    viewer.close()
    governance.close()
    house.archive.close()
