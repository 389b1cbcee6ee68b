"""A seal whose disk is really full: the series stays where it is, others go on, and room is all that it takes (S4)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from tests.disks import make_room, small_disk
from tests.houses import TestHouse, open_house
from tests.samples import ct, data_set

from sixfold.archive.model import Outcome
from sixfold.archive.service.seal import Seal
from sixfold.kernel.database import Database

_LONG_QUIET = datetime(2090, 1, 1, tzinfo=UTC)


class _Clock:
    def __init__(self) -> None:
        self.now = _LONG_QUIET

    def __call__(self) -> datetime:
        return self.now


def _stored(house: TestHouse, side: int) -> tuple[Dataset, Outcome]:
    data = ct(Rows=side, Columns=side, PixelData=os.urandom(side * side * 2))
    return data, house.store(data)


@pytest.mark.parametrize("full", ["objects", "workshop"])
def test_S4_a_full_disk_at_the_seal_loses_nothing_and_holds_up_no_other_series(
    tmp_path: Path, sqlite_database: Database, full: str
) -> None:
    with small_disk(tmp_path / full, "1m"):
        house = open_house(tmp_path, sqlite_database)
        clock = _Clock()
        seal = Seal(sqlite_database, house.archive.reader.vault, tmp_path / "workshop", clock)
        large, small = _stored(house, 1024), _stored(house, 32)

        assert [seal.run(stable_after=0) for _ in range(3)] == [1, 1, 0]
        (key,) = house.objects.keys("studies/")
        assert small[1].series_uid in key
        assert [path.name for path in (tmp_path / "objects").rglob("*") if path.is_file()] == [Path(key).name]
        assert list((tmp_path / "workshop").iterdir()) == []
        for data, outcome in (large, small):
            assert house.get(outcome) == data_set(data)

        make_room(tmp_path / full, "16m")
        assert seal.run(stable_after=0) == 0, "it is not tried again at once"
        clock.now += timedelta(minutes=6)
        assert [seal.run(stable_after=0) for _ in range(2)] == [1, 0]
        assert len(list(house.objects.keys("studies/"))) == 2
        for data, outcome in (large, small):
            assert house.get(outcome) == data_set(data)
        house.archive.close()
