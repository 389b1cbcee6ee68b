"""Scorecards over HTTP: who sees, who sets, and what is refused."""

from collections.abc import Callable

import pytest

from sixfold.governance import Governance

from .conftest import OURS, Client

Bearer = Callable[[str], dict[str, str]]
CARDS = "/api/governance/scorecards"


def test_the_committee_sets_and_the_radiologist_sees_nothing(client: Client, bearer: Bearer) -> None:
    radiologist, committee = bearer("radiologist"), bearer("committee")
    assert client.get(CARDS, headers=radiologist).status_code == 403
    assert client.put(f"{CARDS}/ct/complete/target", json={"target": 5}, headers=radiologist).status_code == 403
    assert client.get(CARDS, headers=committee).json() | {"behind": 0} == {
        "start": "2026-01-01",
        "end": "2026-02-01",
        "behind": 0,
        "lines": [],
        "overdue": [],
    }
    assert client.put(f"{CARDS}/ct/complete/target", json={"target": 5}, headers=committee).status_code == 204
    assert client.put(f"{CARDS}/ct/complete/owner", json={"owner": "Ada Lovelace"}, headers=committee).status_code == 204
    plan = {"text": "send from the scanner at once", "owner": "Bob", "due": "2026-01-14"}
    opened = client.post(f"{CARDS}/ct/complete/actions", json=plan, headers=committee)
    assert opened.status_code == 201
    assert opened.json()["overdue"] is True
    listed = client.get(CARDS, headers=committee).json()
    assert [one["key"] for one in listed["overdue"]] == [opened.json()["key"]]
    [card] = listed["lines"]
    score = next(score for score in card["scores"] if score["measure"] == "complete")
    assert (score["target"], score["target_is_own"], score["owner"], score["met"]) == (5.0, True, "Ada Lovelace", None)
    assert [one["text"] for one in score["actions"]] == [plan["text"]]


def test_an_action_is_changed_and_closed(client: Client, bearer: Bearer) -> None:
    committee = bearer("committee")
    plan = {"text": "ask the vendor", "owner": "", "due": "2026-01-15"}
    key = client.post(f"{CARDS}/ct/refused/actions", json=plan, headers=committee).json()["key"]
    assert client.get(f"{CARDS}/ct", headers=committee).json()["actions"][0]["overdue"] is False
    done = client.put(f"/api/governance/scorecard-actions/{key}", json={**plan, "state": "done"}, headers=committee)
    assert done.json()["state"] == "done"
    view = client.get(f"{CARDS}/ct", headers=committee).json()
    assert [one["state"] for one in view["actions"]] == ["done"]
    assert all(score["actions"] == [] for score in view["card"]["scores"])
    assert client.put("/api/governance/scorecard-actions/none", json=plan, headers=committee).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ct/speed/target", {"target": 1}),
        ("ct/complete/target", {"target": -1}),
        ("ct/complete/target", {"target": 1e300}),
        ("ct/orders-linked/target", {"target": 1.5}),
        ("ct/complete/target", {}),
        ("ct/complete/owner", {"owner": "x" * 201}),
        ("x" * 201 + "/complete/owner", {"owner": "x"}),
        ("ct/complete/owner", {"owner": "a\u0000b"}),
    ],
)
def test_what_cannot_be_set(client: Client, bearer: Bearer, path: str, body: dict[str, object]) -> None:
    answer = client.put(f"{CARDS}/{path}", json=body, headers=bearer("committee"))
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "change", [{"text": "  "}, {"text": "x" * 1001}, {"due": "tomorrow"}, {"due": ""}, {"state": "later"}, {"more": 1}]
)
def test_what_is_no_action(client: Client, bearer: Bearer, change: dict[str, object]) -> None:
    plan = {"text": "ask the vendor", "owner": "Bob", "due": "2026-02-01", **change}
    answer = client.post(f"{CARDS}/ct/complete/actions", json=plan, headers=bearer("committee"))
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-01-01",
        "from=2026-02-01&to=2026-01-01",
        "from=x&to=y",
        "from=9999-12-01&to=9999-12-31",
        "from=0001-01-01&to=9999-12-31",
    ],
)
def test_what_is_no_period(client: Client, bearer: Bearer, query: str) -> None:
    for path in (CARDS, f"{CARDS}/ct", f"{CARDS}/ct/complete/cases"):
        assert client.get(f"{path}?{query}", headers=bearer("committee")).status_code == 400


def test_a_target_goes_back_to_the_default(signed_in: Client) -> None:
    for target, shown in ((0.5, 0.5), (None, 0.95)):
        signed_in.put(f"{CARDS}/ct/orders-linked/target", json={"target": target}, headers=OURS)
        scores = signed_in.get(f"{CARDS}/ct").json()["card"]["scores"]
        assert next(score["target"] for score in scores if score["measure"] == "orders-linked") == shown


def test_a_recount_is_for_administrators(signed_in: Client, governance: Governance, bearer: Bearer) -> None:
    governance.trail.flush()
    assert governance.scorecards.facts.advance() > 0
    behind = governance.scorecards.facts.behind()
    assert signed_in.post(f"{CARDS}/recount", headers=OURS).status_code == 202
    assert governance.scorecards.facts.behind() > behind
    signed_in.cookies.clear()
    assert signed_in.post(f"{CARDS}/recount", headers=bearer("committee")).status_code == 403
