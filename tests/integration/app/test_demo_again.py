"""The demonstration on another day than that of its first making: it is there, and what was wanting is added."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa

from sixfold.app.schema import migrate
from sixfold.app.start import demonstration, take
from sixfold.app.wiring import House, build
from sixfold.archive.model import Verdict
from sixfold.archive.service.reject import Registrar
from sixfold.archive.store import tables as t
from sixfold.governance.model import Principal
from sixfold.kernel.clock import HandClock
from sixfold.kernel.settings import Settings, read_settings

DAY = 86_400.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings: Settings = read_settings({}, home=str(tmp_path))
    migrate(settings)
    made = build(settings)
    yield made
    made.close()


def _run(house: House, clock: HandClock, count: int) -> list[Verdict]:
    """A run of the demonstration that ends after its first files."""
    return [take(house, file) for file in islice(demonstration(house, clock), count)]


def _aside(house: House) -> int:
    with house.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(t.quarantine)).scalar_one())


def test_two_days_later_it_adds_only_what_the_first_run_did_not(house: House) -> None:
    clock = HandClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert _run(house, clock, 3) == [Verdict.STORED] * 3
    before = house.archive.totals()
    clock.advance(2 * DAY)
    assert _run(house, clock, 3) == [Verdict.DUPLICATE] * 3
    assert house.archive.totals() == before
    clock.advance(300 * DAY)
    assert _run(house, clock, 4) == [*[Verdict.DUPLICATE] * 3, Verdict.STORED]
    assert _aside(house) == 0


def test_what_was_rejected_of_it_is_not_made_anew(house: House) -> None:
    clock = HandClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    _run(house, clock, 2)
    with house.database.read() as connection:
        (study,) = connection.execute(sa.select(t.study.c.study_uid)).scalars()
    by = Principal("person", "demo", "Demo", frozenset({"administrator"}))
    Registrar(house.database, house.archive.reader.vault.objects).reject((study, "", ""), reason="", by=by)
    clock.advance(2 * DAY)
    assert _run(house, clock, 2) == [Verdict.DUPLICATE] * 2
    assert house.archive.totals()["instances"] == _aside(house) == 0
