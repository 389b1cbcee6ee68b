"""A web application of governance alone, on SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient

from sixfold.governance import Governance
from sixfold.governance.http import HANDLERS, Access, routers
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

Client = TestClient[Litestar]
PASSWORD = "correct horse battery"
OURS = {"X-Sixfold-Request": "1"}


@pytest.fixture
def governance(sqlite_database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Governance]:
    made = Governance(sqlite_database, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), tmp_path / "home")
    made.start()
    yield made
    made.close()


@pytest.fixture
def build(governance: Governance) -> Callable[..., Litestar]:
    """Makes an application with governance's routes and those given."""

    def made(*handlers: object, secure: bool = False) -> Litestar:
        return Litestar(
            [*routers(governance, secure=secure), *handlers],  # type: ignore[list-item]
            plugins=[Access(governance)],
            exception_handlers=HANDLERS,  # type: ignore[arg-type]
            openapi_config=None,
        )

    return made


@pytest.fixture
def client(build: Callable[..., Litestar]) -> Iterator[Client]:
    """A browser that nobody has signed in with."""
    with TestClient(build(), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def signed_in(client: Client, governance: Governance) -> Client:
    """A browser in which the first administrator is signed in."""
    body = {"secret": governance.accounts.first_link(), "name": "ada", "display_name": "Ada Lovelace", "password": PASSWORD}
    assert client.post("/api/session/link", json=body).status_code == 201
    return client


@pytest.fixture
def bearer(governance: Governance) -> Callable[[str], dict[str, str]]:
    """Headers with a token of a role."""

    def made(role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {governance.credentials.create_token('test', role)}"}

    return made
