"""Bodies, proposals and replays over HTTP."""

from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.boards import AUDITORS_READ, PASSWORD, PEOPLE, add_account, seat_everybody

from sixfold.governance import Governance
from sixfold.governance.rules.policy import Policies, default_policies

Client = TestClient[Litestar]
OURS = {"X-Sixfold-Request": "1"}
API = "/api/governance"
PROPOSAL = {"body": "steering", "title": "Auditors read", "reason": "because", "kind": "policy", "text": AUDITORS_READ}


@pytest.fixture
def signed_in_as(build: Callable[..., Litestar], governance: Governance) -> Callable[[str], Client]:
    """A browser of one of the seated house's people."""
    seat_everybody(governance)
    app = build()

    def made(name: str) -> Client:
        client = TestClient(app, raise_server_exceptions=False)
        client.headers.update(OURS)
        assert client.post("/api/session", json={"name": name, "password": PASSWORD}).status_code == 201
        return client

    return made


def test_from_proposal_to_roll_back(signed_in_as: Callable[[str], Client], governance: Governance) -> None:
    cleo, adam, iris = (signed_in_as(name) for name in PEOPLE)
    made = cleo.post(f"{API}/proposals", json={**PROPOSAL, "open": True})
    assert made.status_code == 201
    key = made.json()["key"]
    seen = adam.get(f"{API}/proposals/{key}").json()
    assert [one["policy"] for one in seen["examination"]["differences"]] == ["auditors-read"]
    assert seen["text"] == AUDITORS_READ
    assert seen["seat"]
    replay = adam.post(f"{API}/replays", json={"proposal": key, "days": None}).json()
    while governance.boards.replays.step():
        pass
    result = adam.get(f"{API}/replays/{replay['key']}").json()
    assert result["replay"]["state"] == "done"
    assert result["outlook"]["totals"]["loses"] == 0
    assert [one["key"] for one in adam.get(f"{API}/replays", params={"proposal": key}).json()] == [replay["key"]]
    assert adam.delete(f"{API}/replays/{replay['key']}").status_code == 409
    for client in (cleo, adam):
        assert client.put(f"{API}/proposals/{key}/vote", json={"choice": "yes"}).status_code == 200
    assert cleo.post(f"{API}/proposals/{key}/close").status_code == 409
    tally = iris.put(f"{API}/proposals/{key}/vote", json={"choice": "abstain", "comment": "hm"}).json()["tally"]
    assert (tally["quorate"], tally["carried"]) == (True, True)
    assert cleo.post(f"{API}/proposals/{key}/close").json()["state"] == "passed"
    assert cleo.get(f"{API}/policies").json()[0]["version"] == Policies(AUDITORS_READ).version
    back = {"body": "steering", "title": "Back", "reason": "no", "kind": "rollback", "open": True}
    version = Policies(default_policies()).version
    assert cleo.post(f"{API}/proposals", json={**back, "version": version}).json()["state"] == "open"
    assert cleo.get(f"{API}/policies/{version}").json()["text"] == default_policies()
    [entry] = cleo.get(f"{API}/decisions").json()
    assert entry["decision"]["accountable"] == "cleo"
    assert cleo.get(f"{API}/decisions/overdue").json() == []
    assert cleo.post(f"{API}/decisions/1/reviews", json={"note": "good", "review_by": "2027-01-01"}).status_code == 201
    assert {one["state"] for one in cleo.get(f"{API}/proposals", params={"state": ["open"]}).json()} == {"open"}


def test_what_is_refused_says_why_and_keeps_nothing(signed_in_as: Callable[[str], Client]) -> None:
    cleo = signed_in_as("cleo")
    lost = default_policies() + '@id("x") forbid (principal, action == Action::"govern", resource);'
    answer = cleo.post(f"{API}/proposals", json={**PROPOSAL, "text": lost, "open": True})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sixfold:locked-out")
    assert "nobody who has an account could govern" in answer.json()["detail"]
    broken = cleo.post(f"{API}/proposals", json={**PROPOSAL, "text": "permit"})
    assert (broken.status_code, broken.json()["type"]) == (400, "urn:sixfold:bad-policy")
    assert cleo.get(f"{API}/proposals").json() == []
    checked = cleo.post(f"{API}/policies/check", json={"text": "permit"}).json()
    assert checked["findings"][0]["code"] == "invalid"
    for body in ({"body": "steering"}, {**PROPOSAL, "kind": "coup"}, {**PROPOSAL, "more": 1}, [], "x"):
        assert cleo.post(f"{API}/proposals", json=body).status_code == 400
    assert cleo.get(f"{API}/proposals/none").status_code == 404
    assert cleo.post(f"{API}/policies/check", json={"text": "x" * 1_100_000}).status_code == 413


def test_first_seats_and_founding_are_for_administrators(signed_in: Client, governance: Governance) -> None:
    signed_in.headers.update(OURS)
    founding = {"title": "Start", "reason": "a new house", "text": AUDITORS_READ}
    assert signed_in.post(f"{API}/policies/founding", json=founding).json()["outcome"] == "founding"
    constitution = {"name": "Board", "charter": "we decide", "quorum": {"clinical": 0, "administrative": 1, "it": 0}}
    assert signed_in.put(f"{API}/bodies/steering", json=constitution).json()["body"]["revision"] == 2
    add_account(governance, "adam")
    seat = [{"account": "adam", "seat_class": "administrative", "role": "chair"}]
    assert signed_in.post(f"{API}/bodies/steering/seats", json=seat).json()["unable"] == ""
    for path, body in ((f"{API}/policies/founding", founding), (f"{API}/bodies/steering/seats", seat)):
        assert signed_in.post(path, json=body).status_code == 409
    assert signed_in.get(f"{API}/bodies").json()[0]["chair"] == "adam"


def test_who_may_not_govern_sees_nothing(client: Client, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = bearer("physician")
    for path in ("bodies", "policies", "proposals", "decisions", "decisions/overdue", "replays?proposal=x"):
        assert client.get(f"{API}/{path}", headers=headers).status_code == 403
