"""Addresses in answers hold for the client, whatever stands between it and us (Q19)."""

import pytest
from tests.samples import ct, part10
from tests.webs import REFERENCED, STORED_FORM, Web, parts_of, path_of

PROXIES = [
    ({}, "http://testserver.local"),
    ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pacs.example:8443"}, "https://pacs.example:8443"),
    ({"Forwarded": 'for=1.2.3.4;proto=https;host="pacs.example", for=5.6.7.8;host=inner'}, "https://pacs.example"),
    ({"X-Forwarded-Host": "evil/../path", "X-Forwarded-Proto": "gopher"}, "http://testserver.local"),
]


@pytest.mark.parametrize(("headers", "base"), PROXIES)
def test_Q19_the_answer_to_a_store_leads_to_the_object(web: Web, headers: dict[str, str], base: str) -> None:
    data = ct()
    module = web.stow(data, **headers).json()
    (item,) = module[REFERENCED]["Value"]
    assert item["00081190"]["Value"] == [base + path_of(data)]
    assert module["00081190"]["Value"] == [f"{base}/dicomweb/studies/{data.StudyInstanceUID}"]


@pytest.mark.parametrize(("headers", "base"), PROXIES)
def test_Q19_answers_of_every_level_lead_to_what_they_tell_of(web: Web, headers: dict[str, str], base: str) -> None:
    data = ct()
    web.stow(part10(data))
    for level in ("studies", "series", "instances"):
        (row,) = web.get(f"/dicomweb/{level}", "application/dicom+json", **headers).json()
        (url,) = row["00081190"]["Value"]
        assert url.startswith(f"{base}/dicomweb/studies/{data.StudyInstanceUID}")
        assert len(parts_of(web.get(url.removeprefix(base), STORED_FORM))) == 1
        assert row.get("00080056", {}).get("Value", ["ONLINE"]) == ["ONLINE"]


def test_Q19_bulk_data_is_named_relative_to_the_server_and_needs_no_proxys_help(web: Web) -> None:
    data = ct()
    web.stow(data)
    (described,) = web.get(f"{path_of(data)}/metadata", "application/dicom+json", X_Forwarded_Host="pacs.example").json()
    uri = described["7FE00010"]["BulkDataURI"]
    assert uri == f"{path_of(data)}/bulkdata/7FE00010"
    assert web.get(uri, "application/octet-stream").content == data.PixelData
