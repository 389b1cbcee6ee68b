"""Rejection on both databases: hidden from every read, shown again, and the same after a rebuild."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from tests.houses import nowhere
from tests.samples import ct, data_set
from tests.webs import REFERENCED, STORED_FORM, WARNING_REASON, Web, parts_of, path_of

from sixfold.archive.model import Verdict
from sixfold.archive.service.archive import make_seal
from sixfold.archive.service.rebuild import Rebuild, differences
from sixfold.kernel import events
from sixfold.kernel.database import Database, metadata

READS = ("", "/metadata", "/frames/1", "/bulkdata/7FE00010", "/rendered", "/frames/1/rendered", "/thumbnail")


def _study(web: Web, count: int = 2) -> list[Dataset]:
    first = ct()
    shared = {"StudyInstanceUID": first.StudyInstanceUID, "SeriesInstanceUID": first.SeriesInstanceUID}
    made = [ct(**shared, InstanceNumber=str(number)) for number in range(1, count + 1)]
    assert web.stow(*made).status_code == 200
    return made


def _levels(data: Dataset) -> list[str]:
    study = f"/dicomweb/studies/{data.StudyInstanceUID}"
    return [study, f"{study}/series/{data.SeriesInstanceUID}", path_of(data)]


def _statuses(web: Web, data: Dataset, reads: Sequence[str] = READS) -> set[int]:
    return {web.get(path_of(data) + read).status_code for read in reads}


@pytest.mark.parametrize("level", [0, 1, 2])
def test_I4_what_is_rejected_is_hidden_from_every_read_and_restored_by_one_call(web: Web, level: int) -> None:
    data, other = _study(web)
    assert _statuses(web, data) == {200}
    assert web.client.delete(_levels(data)[level] + "?reason=wrong+patient").status_code == 204
    assert _statuses(web, data) == {404}
    assert _statuses(web, other) == ({200} if level == 2 else {404})
    answer = web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    assert answer.json() == {"instances": 1 if level == 2 else 2}
    assert _statuses(web, data) == _statuses(web, other) == {200}
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_I4_counts_follow_and_the_feed_tells_who_and_why(web: Web) -> None:
    data, _ = _study(web)
    before = web.house.archive.totals()
    web.client.delete(path_of(data) + "?reason=motion")
    after = web.house.archive.totals()
    (left,) = web.house.archive.reader.locate(data.StudyInstanceUID)
    assert after == {"studies": 1, "instances": before["instances"] - 1, "bytes": left.place.length}
    assert after["bytes"] < before["bytes"]
    (told,) = [event for event in events.read(web.house.database, 0, 1000) if event.kind == "instances.rejected"]
    assert told.subject == data.StudyInstanceUID
    assert told.payload["reason"] == "motion"
    assert told.payload["instances"] == [data.SOPInstanceUID]
    web.client.delete(f"/dicomweb/studies/{data.StudyInstanceUID}")
    assert web.house.archive.totals() == {"studies": 0, "instances": 0, "bytes": 0}


def test_I4_rejecting_twice_and_restoring_what_is_shown_are_not_found(web: Web) -> None:
    data, _ = _study(web)
    assert web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore").status_code == 404
    assert web.client.delete(path_of(data)).status_code == 204
    assert web.client.delete(path_of(data)).status_code == 404
    assert web.client.delete("/dicomweb/studies/1.2.3.4").status_code == 404


@pytest.mark.parametrize("level", [0, 2])
def test_I4_S1_what_is_rejected_and_sent_again_stays_hidden_until_it_is_restored(web: Web, level: int) -> None:
    data, _ = _study(web)
    web.client.delete(_levels(data)[level])
    before = web.house.archive.totals()
    answer = web.stow(data)
    assert answer.status_code == 202
    (item,) = answer.json()[REFERENCED]["Value"]
    assert item[WARNING_REASON]["Value"] == [0x0111]
    assert item["00000902"]["Value"] == ["it is here already, but rejected: hidden until it is restored"]
    assert item["00081190"] == {"vr": "UR"}, "there is nothing to retrieve"
    again = web.house.store(data)
    assert (again.verdict, again.hidden) == (Verdict.DUPLICATE, True)
    assert (_statuses(web, data), web.house.archive.totals()) == ({404}, before)
    assert web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore").status_code == 200
    assert _statuses(web, data) == {200}
    assert not web.house.store(data).hidden
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(data_set(data))


def test_I4_S1_other_content_under_a_rejected_uid_is_kept_aside_and_shows_nothing(web: Web) -> None:
    (data,) = _study(web, 1)
    first = data_set(data)
    web.client.delete(path_of(data))
    data.PixelData = bytes(512)
    assert web.house.store(data).verdict is Verdict.QUARANTINED
    assert _statuses(web, data) == {404}
    web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    assert part.body.endswith(first)


def test_I4_what_comes_new_into_a_rejected_study_is_shown_alone(web: Web) -> None:
    (data,) = _study(web, 1)
    web.client.delete(f"/dicomweb/studies/{data.StudyInstanceUID}")
    fresh = ct(StudyInstanceUID=data.StudyInstanceUID, SeriesInstanceUID=data.SeriesInstanceUID, InstanceNumber="2")
    assert web.stow(fresh).status_code == 200
    assert (_statuses(web, fresh), _statuses(web, data)) == ({200}, {404})
    (part,) = parts_of(web.get(f"/dicomweb/studies/{data.StudyInstanceUID}", STORED_FORM))
    assert part.body.endswith(data_set(fresh))


def test_I4_of_a_study_only_what_is_shown_is_given(web: Web) -> None:
    data, other = _study(web)
    web.client.delete(path_of(data))
    parts = parts_of(web.get(f"/dicomweb/studies/{data.StudyInstanceUID}", STORED_FORM))
    assert [part.body.endswith(data_set(other)) for part in parts] == [True]
    (item,) = web.get(f"/dicomweb/studies/{data.StudyInstanceUID}/metadata", "application/dicom+json").json()
    assert item["00080018"]["Value"] == [other.SOPInstanceUID]


def test_I4_sealed_metadata_does_not_show_what_was_rejected_later(web: Web) -> None:
    data, other = _study(web)
    seal = make_seal(web.house.archive)
    while seal.run(stable_after=-1):
        pass
    path = f"/dicomweb/studies/{data.StudyInstanceUID}/metadata"
    assert len(web.get(path, Accept_Encoding="gzip").json()) == 2
    web.client.delete(path_of(data))
    (item,) = web.get(path, Accept_Encoding="gzip").json()
    assert item["00080018"]["Value"] == [other.SOPInstanceUID]


def test_S11_an_entity_tag_of_before_does_not_hold_after_a_rejection(web: Web) -> None:
    data, _ = _study(web)
    study = f"/dicomweb/studies/{data.StudyInstanceUID}"
    for path, accept in ((study, STORED_FORM), (f"{study}/metadata", "application/dicom+json")):
        tag = web.get(path, accept).headers["etag"]
        assert web.get(path, accept, If_None_Match=tag).status_code == 304
        web.client.delete(path_of(data))
        answer = web.get(path, accept, If_None_Match=tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
        assert web.get(path, accept, If_None_Match=tag).status_code == 304


def test_I12_a_rebuild_takes_the_same_decisions_again(web: Web, tmp_path: Path) -> None:
    data, other = _study(web)
    (gone,) = _study(web, 1)
    web.client.delete(path_of(data))
    web.client.delete(path_of(other))
    web.client.post(f"/api/studies/{data.StudyInstanceUID}/restore")
    web.client.delete(path_of(other))
    web.client.delete(f"/dicomweb/studies/{gone.StudyInstanceUID}")
    second = Database(f"sqlite:///{tmp_path / 'second.sqlite'}")
    with second.write() as transaction:
        metadata.create_all(transaction.connection)
    Rebuild(second, web.house.objects, web.house.home / "landing", nowhere).run()
    assert differences(web.house.database, second) == []
    second.close()
