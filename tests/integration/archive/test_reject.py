"""Rejection on both databases: hidden from every read, shown again, and the same after a rebuild."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from tests.houses import nowhere
from tests.samples import ct, data_set
from tests.webs import REFERENCED, STORED_FORM, WARNING_REASON, Web, parts_of, path_of

from sixfold.archive.model import Verdict
from sixfold.archive.service.rebuild import Rebuild, differences
from sixfold.archive.service.seal import make_seal
from sixfold.kernel import events
from sixfold.kernel.database import Database, metadata

READS = ("", "/metadata", "/frames/1", "/bulkdata/7FE00010", "/rendered", "/frames/1/rendered", "/thumbnail")


def _study(web_of_each: Web, count: int = 2) -> list[Dataset]:
    first = ct()
    shared = {"StudyInstanceUID": first.StudyInstanceUID, "SeriesInstanceUID": first.SeriesInstanceUID}
    made = [ct(**shared, InstanceNumber=str(number)) for number in range(1, count + 1)]
    assert web_of_each.stow(*made).status_code == 200
    return made


def _levels(data: Dataset) -> list[str]:
    study = f"/dicomweb/studies/{data.StudyInstanceUID}"
    return [study, f"{study}/series/{data.SeriesInstanceUID}", path_of(data)]


def _statuses(web_of_each: Web, data: Dataset, reads: Sequence[str] = READS) -> set[int]:
    return {web_of_each.get(path_of(data) + read).status_code for read in reads}


@pytest.mark.parametrize("level", [0, 1, 2])
def test_I4_what_is_rejected_is_hidden_from_every_read_and_restored_by_one_call(web_of_each: Web, level: int) -> None:
    data, other = _study(web_of_each)
    assert _statuses(web_of_each, data) == {200}
    assert web_of_each.client.delete(_levels(data)[level] + "?reason=wrong+patient").status_code == 204
    assert _statuses(web_of_each, data) == {404}
    assert _statuses(web_of_each, other) == ({200} if level == 2 else {404})
    answer = web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    assert answer.json() == {"instances": 1 if level == 2 else 2}
    assert _statuses(web_of_each, data) == _statuses(web_of_each, other) == {200}
    (part,) = parts_of(web_of_each.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_I4_counts_follow_and_the_feed_tells_who_and_why(web_of_each: Web) -> None:
    data, _ = _study(web_of_each)
    before = web_of_each.house.archive.totals()
    web_of_each.client.delete(path_of(data) + "?reason=motion")
    after = web_of_each.house.archive.totals()
    (left,) = web_of_each.house.archive.reader.locate(data.StudyInstanceUID)
    assert after == {"studies": 1, "instances": before["instances"] - 1, "bytes": left.place.length}
    assert after["bytes"] < before["bytes"]
    (told,) = [event for event in events.read(web_of_each.house.database, 0, 1000) if event.kind == "instances.rejected"]
    assert told.subject == data.StudyInstanceUID
    assert told.payload["reason"] == "motion"
    assert told.payload["instances"] == [data.SOPInstanceUID]
    web_of_each.client.delete(f"/dicomweb/studies/{data.StudyInstanceUID}")
    assert web_of_each.house.archive.totals() == {"studies": 0, "instances": 0, "bytes": 0}


def test_I4_rejecting_twice_and_restoring_what_is_shown_are_not_found(web_of_each: Web) -> None:
    data, _ = _study(web_of_each)
    assert web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore").status_code == 404
    assert web_of_each.client.delete(path_of(data)).status_code == 204
    assert web_of_each.client.delete(path_of(data)).status_code == 404
    assert web_of_each.client.delete("/dicomweb/studies/1.2.3.4").status_code == 404


@pytest.mark.parametrize("level", [0, 2])
def test_I4_S1_what_is_rejected_and_sent_again_stays_hidden_until_it_is_restored(web_of_each: Web, level: int) -> None:
    data, _ = _study(web_of_each)
    web_of_each.client.delete(_levels(data)[level])
    before = web_of_each.house.archive.totals()
    answer = web_of_each.stow(data)
    assert answer.status_code == 202
    (item,) = answer.json()[REFERENCED]["Value"]
    assert item[WARNING_REASON]["Value"] == [0x0111]
    assert item["00000902"]["Value"] == ["it is here already, but rejected: hidden until it is restored"]
    assert item["00081190"] == {"vr": "UR"}, "there is nothing to retrieve"
    again = web_of_each.house.store(data)
    assert (again.verdict, again.hidden) == (Verdict.DUPLICATE, True)
    assert (_statuses(web_of_each, data), web_of_each.house.archive.totals()) == ({404}, before)
    assert web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore").status_code == 200
    assert _statuses(web_of_each, data) == {200}
    assert not web_of_each.house.store(data).hidden
    (part,) = parts_of(web_of_each.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_I4_S1_other_content_under_a_rejected_uid_is_kept_aside_and_shows_nothing(web_of_each: Web) -> None:
    (data,) = _study(web_of_each, 1)
    first = data_set(data)
    web_of_each.client.delete(path_of(data))
    data.PixelData = bytes(512)
    assert web_of_each.house.store(data).verdict is Verdict.QUARANTINED
    assert _statuses(web_of_each, data) == {404}
    web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    (part,) = parts_of(web_of_each.get(path_of(data), STORED_FORM))
    assert part.body.endswith(first)


def test_I4_what_comes_new_into_a_rejected_study_is_shown_alone(web_of_each: Web) -> None:
    (data,) = _study(web_of_each, 1)
    web_of_each.client.delete(f"/dicomweb/studies/{data.StudyInstanceUID}")
    fresh = ct(StudyInstanceUID=data.StudyInstanceUID, SeriesInstanceUID=data.SeriesInstanceUID, InstanceNumber="2")
    assert web_of_each.stow(fresh).status_code == 200
    assert (_statuses(web_of_each, fresh), _statuses(web_of_each, data)) == ({200}, {404})
    (part,) = parts_of(web_of_each.get(f"/dicomweb/studies/{data.StudyInstanceUID}", STORED_FORM))
    assert part.body.endswith(data_set(fresh))


def test_I4_of_a_study_only_what_is_shown_is_given(web_of_each: Web) -> None:
    data, other = _study(web_of_each)
    web_of_each.client.delete(path_of(data))
    parts = parts_of(web_of_each.get(f"/dicomweb/studies/{data.StudyInstanceUID}", STORED_FORM))
    assert [part.body.endswith(data_set(other)) for part in parts] == [True]
    (item,) = web_of_each.get(f"/dicomweb/studies/{data.StudyInstanceUID}/metadata", "application/dicom+json").json()
    assert item["00080018"]["Value"] == [other.SOPInstanceUID]


def test_I4_sealed_metadata_does_not_show_what_was_rejected_later(web_of_each: Web) -> None:
    data, other = _study(web_of_each)
    seal = make_seal(web_of_each.house.archive)
    while seal.run(stable_after=-1):
        pass
    path = f"/dicomweb/studies/{data.StudyInstanceUID}/metadata"
    assert len(web_of_each.get(path, Accept_Encoding="gzip").json()) == 2
    web_of_each.client.delete(path_of(data))
    (item,) = web_of_each.get(path, Accept_Encoding="gzip").json()
    assert item["00080018"]["Value"] == [other.SOPInstanceUID]


def test_S11_an_entity_tag_of_before_does_not_hold_after_a_rejection(web_of_each: Web) -> None:
    data, _ = _study(web_of_each)
    study = f"/dicomweb/studies/{data.StudyInstanceUID}"
    for path, accept in ((study, STORED_FORM), (f"{study}/metadata", "application/dicom+json")):
        tag = web_of_each.get(path, accept).headers["etag"]
        assert web_of_each.get(path, accept, If_None_Match=tag).status_code == 304
        web_of_each.client.delete(path_of(data))
        answer = web_of_each.get(path, accept, If_None_Match=tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
        assert web_of_each.get(path, accept, If_None_Match=tag).status_code == 304


def test_I12_a_rebuild_takes_the_same_decisions_again(web_of_each: Web, tmp_path: Path) -> None:
    data, other = _study(web_of_each)
    (gone,) = _study(web_of_each, 1)
    web_of_each.client.delete(path_of(data))
    web_of_each.client.delete(path_of(other))
    web_of_each.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    web_of_each.client.delete(path_of(other))
    web_of_each.client.delete(f"/dicomweb/studies/{gone.StudyInstanceUID}")
    second = Database(f"sqlite:///{tmp_path / 'second.sqlite'}")
    with second.write() as transaction:
        metadata.create_all(transaction.connection)
    Rebuild(second, web_of_each.house.objects, web_of_each.house.home / "landing", nowhere).run()
    assert differences(web_of_each.house.database, second) == []
    second.close()
