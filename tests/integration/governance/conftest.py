"""A governance on each real database, with hashes that are cheap enough for tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from sixfold.governance import Governance
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database


@pytest.fixture
def governance(database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Governance]:
    """Closed at the end, which writes the rest of its trail."""
    made = Governance(database, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), tmp_path / "home")
    made.start()
    yield made
    made.close()
