"""A real OpenID Connect provider (npm oidc-provider, run by node), and a house that signs in by it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from litestar import Litestar
from litestar.testing import TestClient
from tests.acceptance.running import free_port

from sixfold.governance import Governance
from sixfold.governance.http import HANDLERS, Access, routers
from sixfold.governance.model import SYSTEM
from sixfold.governance.model.oidc import GroupMapping, Provider
from sixfold.governance.model.places import Belonging, PlaceKind
from sixfold.governance.service.outward import Answer, fetch
from sixfold.governance.service.provider import ProviderClient
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

FOLDER = Path(__file__).parent / "node"
NODE = shutil.which("node")
CALLBACK = "http://testserver.local/api/session/oidc/callback"
AUDIENCE = "urn:sixfold:api"
SECRET = "a secret: with % and spaces"

Browser = TestClient[Litestar]


def installed() -> bool:
    """Whether node and the provider are there."""
    return NODE is not None and (FOLDER / "node_modules" / "oidc-provider").exists()


class RealProvider:
    """The provider's process; its private keys are ours, so that a test can sign what the provider never would."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._file = folder / "keys.json"
        self._process: subprocess.Popen[str] | None = None
        self.key = self.new_key()

    def new_key(self) -> RSAKey:
        """Make the key that the provider signs with from its next start on."""
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._file.write_text(json.dumps(KeySet([self.key]).as_dict(private=True)))
        return self.key

    def start(self) -> None:
        """Start the process and wait until it listens."""
        command = [str(NODE), "provider.js", str(self.port), str(self._file), CALLBACK]
        self._process = subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        said = iter(self._process.stdout.readline, "")
        assert any("listening" in line for line in said)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=10)
            self._process = None

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        """A token under the provider's own key."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)


class Tapped:
    """Calls to the real provider, whose answer at the token endpoint a test may change on its way."""

    def __init__(self) -> None:
        self.change: Callable[[dict[str, Any]], dict[str, Any]] | None = None
        self.addresses: list[str] = []

    def __call__(self, address: str, form: Any = None, headers: Any = None) -> Answer:
        self.addresses.append(address)
        answer = fetch(address, form, headers)
        if self.change is None or form is None:
            return answer
        return Answer(answer.status, json.dumps(self.change(json.loads(answer.body))).encode())


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    """The session's provider."""
    provider = RealProvider(tmp_path_factory.mktemp("oidc"))
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def tapped() -> Tapped:
    """The wire between the house and the provider."""
    return Tapped()


@pytest.fixture
def now() -> HandClock:
    """A clock that stands at this moment, as the provider's does nearly."""
    return HandClock(datetime.now(UTC))


@pytest.fixture
def governance(
    sqlite_database: Database, now: HandClock, tmp_path: Path, started: RealProvider, tapped: Tapped
) -> Iterator[Governance]:
    """A house that knows the provider, and what two of its groups stand for."""
    made = Governance(sqlite_database, now, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), tmp_path / "home")
    made.start()
    provider = Provider(
        issuer=started.issuer,
        client_id="sixfold",
        client_secret=SECRET,
        name="Hospital",
        scopes="openid profile",
        groups_claim="groups",
        audience=AUDIENCE,
        hosts=frozenset(),
        callback=CALLBACK,
    )
    made.openid.use(ProviderClient(provider, now, tapped))
    made.places.put(PlaceKind.FACILITY, "north", "North", by=SYSTEM)
    places = Belonging(service_lines=frozenset({"radiology"}), facilities=frozenset({"north"}))
    made.mappings.put(GroupMapping("/imaging/radiologists", frozenset({"radiologist"}), places), by=SYSTEM)
    made.mappings.put(GroupMapping("/imaging/robots", frozenset({"service"}), Belonging()), by=SYSTEM)
    yield made
    made.close()


@pytest.fixture
def browser(governance: Governance) -> Iterator[Browser]:
    """A browser that nobody has signed in with."""
    app = Litestar(
        routers(governance),
        plugins=[Access(governance)],
        exception_handlers=HANDLERS,
        openapi_config=None,  # type: ignore[arg-type]
    )
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made
