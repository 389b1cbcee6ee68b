"""Registries, belonging, sorting rules and narrowed tokens over HTTP."""

from typing import Any

import pytest

from sixfold.governance import Calling, Governance

from .conftest import OURS, Client


def put(client: Client, path: str, body: object = None) -> int:
    return client.put(f"/api/governance/{path}", json=body or {}, headers=OURS).status_code


@pytest.mark.parametrize("registry", ["facilities", "service-lines", "groups"])
def test_a_registry(signed_in: Client, registry: str) -> None:
    before = signed_in.get(f"/api/governance/{registry}").json()
    assert put(signed_in, f"{registry}/North.1", {"name": " North  Hospital "}) == 200
    assert put(signed_in, f"{registry}/north.2") == 200
    named = {place["code"]: place["name"] for place in signed_in.get(f"/api/governance/{registry}").json()}
    assert (named["north.1"], named["north.2"]) == ("North Hospital", "north.2")
    assert put(signed_in, f"{registry}/a%20b") == 400
    assert put(signed_in, f"{registry}/c", {"name": "\u0007"}) == 400
    for code in ("north.1", "north.2"):
        assert signed_in.delete(f"/api/governance/{registry}/{code}", headers=OURS).status_code == 204
    assert signed_in.delete(f"/api/governance/{registry}/north.1", headers=OURS).status_code == 404
    assert signed_in.get(f"/api/governance/{registry}").json() == before


def change(client: Client, **fields: Any) -> Any:
    body = {"roles": ["administrator"], "enabled": True, **fields}
    return client.put("/api/governance/accounts/ada", json=body, headers=OURS)


def test_a_person_belongs_somewhere(signed_in: Client, governance: Governance) -> None:
    assert change(signed_in, facilities=["north"]).status_code == 400
    put(signed_in, "facilities/north")
    put(signed_in, "groups/board")
    assert change(signed_in, facilities=["north"], groups=["board"], service_lines=["radiology"]).status_code == 200
    assert change(signed_in, service_lines=["cardiology"]).json()["facilities"] == ["north"]
    principal = governance.principal_of(signed_in.cookies["sixfold_session"])
    assert (principal.groups, principal.service_lines, principal.facilities) == ({"board"}, {"cardiology"}, {"north"})


def test_what_is_named_cannot_be_deleted(signed_in: Client) -> None:
    put(signed_in, "facilities/north_1")
    put(signed_in, "facilities/northx1")
    change(signed_in, facilities=["northx1"])
    assert signed_in.delete("/api/governance/facilities/north_1", headers=OURS).status_code == 204  # `_` is no wildcard
    answer = signed_in.delete("/api/governance/facilities/northx1", headers=OURS)
    assert (answer.status_code, "account ada" in answer.json()["detail"]) == (409, True)
    answer = signed_in.delete("/api/governance/service-lines/radiology", headers=OURS)
    assert (answer.status_code, "sorting rule line-radiology" in answer.json()["detail"]) == (409, True)


def test_a_removed_line_does_not_come_back(signed_in: Client, governance: Governance) -> None:
    assert signed_in.delete("/api/governance/sorting/line-dental", headers=OURS).status_code == 204
    assert signed_in.delete("/api/governance/sorting/jaw-by-body-part", headers=OURS).status_code == 204
    assert signed_in.delete("/api/governance/service-lines/dental", headers=OURS).status_code == 204
    governance.start()
    assert "dental" not in {place["code"] for place in signed_in.get("/api/governance/service-lines").json()}
    assert "line-dental" not in {rule["key"] for rule in signed_in.get("/api/governance/sorting").json()}


def test_sorting_rules_and_a_try(signed_in: Client) -> None:
    rule = {"order": 1, "conditions": {"institution": ["North*"], "calling_ae": ["N?_*"]}, "facility": "north"}
    assert put(signed_in, "sorting/north", rule) == 400  # no such facility
    put(signed_in, "facilities/north")
    assert put(signed_in, "sorting/north", rule) == 200
    facts = {"modalities": ["CT"], "institution": "north clinic", "calling_ae": "N1_CT"}
    answer = signed_in.post("/api/governance/sorting/try", json=facts, headers=OURS).json()
    assert answer["traits"] == {"facility": "north", "service_line": "radiology", "sensitivity": "normal", "restricted": False}
    assert answer["by"] == {"facility": "north", "service_line": "line-radiology"}
    assert put(signed_in, "sorting/north", {**rule, "conditions": {"patient_name": ["x"]}}) == 400
    assert signed_in.post("/api/governance/sorting/try", json={"institution": "x" * 2000}, headers=OURS).status_code == 400
    assert signed_in.delete("/api/governance/sorting/north", headers=OURS).status_code == 204
    assert signed_in.delete("/api/governance/sorting/north", headers=OURS).status_code == 404


def test_a_token_is_narrowed(signed_in: Client, governance: Governance) -> None:
    put(signed_in, "facilities/north")
    body = {"name": "viewer", "role": "administrator", "scope": ["search", "administer"], "facilities": ["north"]}
    assert signed_in.post("/api/governance/tokens", json={**body, "scope": ["fly"]}, headers=OURS).status_code == 400
    assert signed_in.post("/api/governance/tokens", json={**body, "facilities": ["moon"]}, headers=OURS).status_code == 400
    secret = signed_in.post("/api/governance/tokens", json=body, headers=OURS).json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    signed_in.cookies.clear()
    assert signed_in.get("/api/session", headers=bearer).json()["actions"] == ["administer", "search"]
    assert governance.principal_of(secret).facilities == {"north"}
    assert signed_in.get("/api/governance/audit", headers=bearer).status_code == 403
    listed = signed_in.get("/api/governance/tokens", headers=bearer).json()
    assert (set(listed[0]["scope"]), listed[0]["facilities"]) == ({"search", "administer"}, ["north"])


def test_an_ae_rule_says_where_it_belongs(signed_in: Client, governance: Governance) -> None:
    body = {"title": "CT1", "host": "10.0.0.1", "role": "modality", "facilities": ["north"], "service_lines": ["radiology"]}
    assert signed_in.post("/api/governance/aes", json=body, headers=OURS).status_code == 400
    put(signed_in, "facilities/north")
    assert signed_in.post("/api/governance/aes", json=body, headers=OURS).status_code == 201
    principal = governance.admit(Calling("CT1", "SIXFOLD", "10.0.0.1"), "SIXFOLD")
    assert (principal.facilities, principal.service_lines) == ({"north"}, {"radiology"})
    assert signed_in.post("/api/governance/aes", json={**body, "facilities": []}, headers=OURS).status_code == 201
    assert governance.admit(Calling("CT1", "SIXFOLD", "10.0.0.1"), "SIXFOLD").facilities == frozenset()
