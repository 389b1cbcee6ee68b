"""STOW-RS at its limits: disks that are full, ten thousand parts, the reasons that answers give (PS3.18 table I.2-2)."""

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.houses import open_house
from tests.samples import ct, part10
from tests.webs import FAILED, FAILURE_REASON, OTHER_FAILURES, REFERENCED, STORED_FORM, Web, open_web, path_of

from sixfold.archive.service.intake import Batch
from sixfold.archive.store import landing
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Damaged

OUT_OF_RESOURCES = 0xA700
PROCESSING_FAILURE = 0x0110


@pytest.fixture
def web(tmp_path: Path, sqlite_database: Database) -> Iterator[Web]:
    house = open_house(tmp_path, sqlite_database)
    with open_web(house) as made:
        yield made
    house.archive.close()


def _reasons(module: dict[str, Any]) -> list[int]:
    return [item[FAILURE_REASON]["Value"][0] for item in module[FAILED]["Value"]]


def test_S5_a_full_disk_is_out_of_resources_and_worth_another_try(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    objects = ct(), ct()
    with monkeypatch.context() as patch:
        patch.setattr(landing.os, "pwrite", full)
        answer = web.stow(*objects)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert _reasons(answer.json()) == [OUT_OF_RESOURCES] * 2
    for data in objects:
        assert web.get(path_of(data), STORED_FORM).status_code == 404
    assert web.stow(*objects).status_code == 200


def test_S5_a_failure_of_ours_is_a_processing_failure_of_its_part_alone(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = ct(), ct()
    receive = Batch.receive

    def failing(self: Batch, syntax_uid: str, sop_class: str, sop_uid: str, provenance: Any) -> Any:
        if sop_uid == bad.SOPInstanceUID:
            raise Damaged("the landing is not what it was")
        return receive(self, syntax_uid, sop_class, sop_uid, provenance)

    monkeypatch.setattr(Batch, "receive", failing)
    answer = web.stow(bad, good)
    assert answer.status_code == 202
    assert _reasons(answer.json()) == [PROCESSING_FAILURE]
    assert [item["00081155"]["Value"][0] for item in answer.json()[REFERENCED]["Value"]] == [good.SOPInstanceUID]


def test_S5_ten_thousand_parts_are_answered_for_one_by_one(web: Web) -> None:
    file, uid = part10(first := ct(PixelData=None)), first.SOPInstanceUID.encode()
    uids = [uid[:-5] + b"%05d" % number for number in range(9_999)]
    files = [file.replace(uid, one) for one in uids]
    answer = web.stow(*files[:5_000], b"no object", *files[5_000:])
    assert answer.status_code == 202
    told = [item["00081155"]["Value"][0].encode() for item in answer.json()[REFERENCED]["Value"]]
    assert told == uids
    assert len(answer.json()[OTHER_FAILURES]["Value"]) == 1
    assert web.house.archive.totals()["instances"] == len(uids)
