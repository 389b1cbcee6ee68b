"""Pages of answers on both databases: filtered, at every level, while objects arrive."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.houses import TestHouse, open_house
from tests.samples import ct

from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.search import Catalogue, Scope
from sixfold.archive.store.search.sight import EVERYTHING
from sixfold.dicom.query import parse_query
from sixfold.kernel.database import Database
from sixfold.kernel.ids import new_uid


@pytest.fixture
def house(tmp_path: Path, database: Database) -> Iterator[TestHouse]:
    made = open_house(tmp_path, database)
    yield made
    made.archive.close()


@pytest.fixture
def catalogue(house: TestHouse) -> Catalogue:
    return Catalogue(house.database, make_retrieval(house.archive).metadata.objects)


def _walk(catalogue: Catalogue, level: str, size: int, **keys: str) -> list[bytes]:
    """All answers, page by page."""
    query = parse_query(level, list(keys.items()))
    rows: list[bytes] = []
    cursor: str | None = ""
    while cursor is not None:
        page = catalogue.search(query, Scope(EVERYTHING), size, cursor)
        assert len(page.rows) <= size
        rows += page.rows
        cursor = page.next
    return rows


@pytest.mark.parametrize("modalities", ["CT", "CT,SR", "?R", "CT\\MR"])
def test_Q1_pages_of_a_modality_hold_each_of_its_studies_once(house: TestHouse, catalogue: Catalogue, modalities: str) -> None:
    for number in range(9):
        study = new_uid()
        for modality in [("CT", "SR", "CT"), ("MR",), ("US", "SR")][number % 3]:
            house.store(ct(StudyInstanceUID=study, SeriesInstanceUID=new_uid(), Modality=modality, PatientID=f"P{number}"))
    whole = _walk(catalogue, "STUDY", 1000, ModalitiesInStudy=modalities)
    assert len(whole) == {"CT": 3, "CT,SR": 6, "?R": 9, "CT\\MR": 6}[modalities]
    for size in (1, 2, 4):
        assert _walk(catalogue, "STUDY", size, ModalitiesInStudy=modalities) == whole


@pytest.mark.parametrize("level", ["STUDY", "SERIES", "IMAGE"])
def test_Q13_pages_that_are_walked_while_objects_arrive_hold_each_row_once(
    house: TestHouse, catalogue: Catalogue, level: str
) -> None:
    for day in range(1, 13):
        house.store(ct(StudyDate=f"202601{day:02}", PatientID=f"P{day}", AccessionNumber="OLD"))
    old = set(_walk(catalogue, level, 1000, AccessionNumber="OLD"))
    done = threading.Event()
    arrived = 0

    def arrive() -> None:
        nonlocal arrived
        while not done.is_set() and arrived < 200:
            house.store(ct(StudyDate=f"202601{arrived % 28 + 1:02}", PatientID=f"N{arrived}", AccessionNumber="NEW"))
            arrived += 1

    thread = threading.Thread(target=arrive)
    thread.start()
    try:
        walks = [_walk(catalogue, level, 2) for _ in range(4)]
    finally:
        done.set()
        thread.join()
    assert arrived
    for rows in walks:
        assert len(rows) == len(set(rows))
        assert old <= set(rows)


def test_Q3_a_star_for_each_group_of_a_name_is_no_universal_matching(house: TestHouse, catalogue: Catalogue) -> None:
    utf_8 = {"SpecificCharacterSet": "ISO_IR 192"}
    house.store(ct(PatientName=None, PatientID="nobody"))
    house.store(ct(PatientName="Yamada", PatientID="latin", **utf_8))
    house.store(ct(PatientName="Yamada=山田", PatientID="both", **utf_8))
    for pattern, found in (("*", 3), ("*=*", 2), ("=*", 2), ("*=*=*", 2), ("*=山*", 1), ("y*=*", 2), ("**", 3)):
        assert len(_walk(catalogue, "STUDY", 100, PatientName=pattern)) == found, pattern
