"""The registry over HTTP: for administrators, and never a secret in an answer."""

from typing import Any

import pytest
from tests.unit.viewer.rows import study

from sixfold.viewer.model.federation import Failure
from sixfold.viewer.service.federation.connectors.fake import FakeArchive

from .conftest import Enterprise

BODY = {
    "title": "North",
    "reach": {"kind": "dicomweb", "url": "https://north.example/dicom-web"},
    "issuer": "NORTH",
    "credential": {"kind": "bearer", "token": "a-secret-word"},
}
OURS = {"X-Sixfold-Request": "1"}


def put(enterprise: Enterprise, key: str = "north", who: str = "root", **values: Any) -> Any:
    enterprise.archives.setdefault(key, FakeArchive({"STUDY": [study("1.2.1")]}))
    headers = {"Authorization": f"Bearer {who}", **OURS}
    return enterprise.client.put(f"/api/viewer/sources/{key}", json=BODY | values, headers=headers)


def test_an_archive_is_made_known_listed_and_forgotten(enterprise: Enterprise) -> None:
    made = put(enterprise)
    assert made.status_code == 200, made.text
    assert made.json().items() >= {"key": "north", "credential": "bearer", "timeout": 10.0, "enabled": True}.items()
    listed = enterprise.get("/api/viewer/sources")
    assert listed.json() == [made.json()]
    assert "a-secret-word" not in listed.text + made.text
    assert set(enterprise.studies()) == {"1.2.1"}
    headers = {"Authorization": "Bearer root", **OURS}
    assert enterprise.client.delete("/api/viewer/sources/north", headers=headers).status_code == 204
    assert enterprise.client.delete("/api/viewer/sources/north", headers=headers).status_code == 404
    assert enterprise.studies() == {}


def test_the_other_kind(enterprise: Enterprise) -> None:
    reach = {"kind": "dimse", "ae_title": "NORTH", "host": "10.1.2.3", "port": 104, "retrieve": "move"}
    made = put(enterprise, reach=reach, credential=None)
    assert made.json()["reach"] == {"tls": False, "calling_ae": "", "authorities": "", **reach}


@pytest.mark.parametrize(
    "values",
    [
        {"reach": {"kind": "dicomweb", "url": "http://north.example"}},
        {"reach": {"kind": "file", "url": "/etc/passwd"}},
        {"issuer": ""},
        {"facility": "nowhere"},
        {"nonsense": 1},
    ],
)
def test_what_cannot_be_used_is_refused_and_the_secret_is_not_said_again(enterprise: Enterprise, values: Any) -> None:
    answer = put(enterprise, **values)
    assert answer.status_code == 400
    assert "a-secret-word" not in answer.text
    assert enterprise.get("/api/viewer/sources").json() == []


def test_others_than_administrators_neither_see_nor_set_it(enterprise: Enterprise) -> None:
    enterprise.person("doc", "physician")
    put(enterprise)
    assert put(enterprise, who="doc").status_code == 403
    assert enterprise.get("/api/viewer/sources", "doc").status_code == 403
    headers = {"Authorization": "Bearer doc", **OURS}
    assert enterprise.client.post("/api/viewer/sources/north/test", headers=headers).status_code == 403
    (state,) = enterprise.get("/api/viewer/sources/state", "doc").json()
    assert state.keys() == {"key", "title", "kind", "enabled", "state", "failures", "failure", "seconds", "waiting"}


def test_the_connection_is_tested(enterprise: Enterprise) -> None:
    put(enterprise)
    headers = {"Authorization": "Bearer root", **OURS}
    tested = enterprise.client.post("/api/viewer/sources/north/test", headers=headers)
    assert tested.status_code == 200
    assert tested.json()["ok"]
    enterprise.archives["north"].fails = Failure.UNREADABLE
    tested = enterprise.client.post("/api/viewer/sources/north/test", headers=headers).json()
    assert (tested["ok"], tested["failure"], tested["detail"]) == (False, "unreadable", "as it was told")
    assert enterprise.client.post("/api/viewer/sources/west/test", headers=headers).status_code == 404
