"""IHE Invoke Image Display, as a browser opens it."""

import pytest

from .conftest import Enterprise

INVOKE = "/IHEInvokeImageDisplay"


def test_it_leads_into_the_application_without_asking_who_it_is(enterprise: Enterprise) -> None:
    query = "requestType=STUDY&accessionNumber=A1&issuer=CITY"
    answer = enterprise.client.get(f"{INVOKE}?{query}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "./#/open?accession=A1&issuer=CITY")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == b""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "requestType=STUDY",
        "requestType=STUDY&accessionNumber=A1%0d%0aLocation:%20https://evil.example",
        "requestType=PATIENT&patientID=%ff",
        "requestType=STUDY&studyUID=" + "1" * 9_000,
        "&".join(f"a{one}=1" for one in range(60)),
    ],
)
def test_a_hostile_address_is_refused_and_leads_nowhere(enterprise: Enterprise, query: str) -> None:
    answer = enterprise.client.get(f"{INVOKE}?{query}", follow_redirects=False)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.text


def test_no_number_of_a_patient_is_logged(enterprise: Enterprise, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="sixfold"):
        for number in ("SECRET7", "SECRET7%0d"):
            enterprise.client.get(f"{INVOKE}?requestType=PATIENT&patientID={number}", follow_redirects=False)
    assert not [record for record in caplog.records if record.name.startswith("sixfold") and "SECRET7" in record.getMessage()]
