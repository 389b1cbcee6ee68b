"""What an administrator sets, over HTTP."""

from collections.abc import Callable

import pytest

from sixfold.governance import Action, Governance, Resource

from .conftest import OURS, PASSWORD, Client

Bearer = Callable[[str], dict[str, str]]


def test_a_token_is_made_shown_once_and_revoked(signed_in: Client) -> None:
    secret = signed_in.post("/api/governance/tokens", json={"name": "bench", "role": "service"}, headers=OURS).json()["secret"]
    listed = signed_in.get("/api/governance/tokens")
    assert secret not in listed.text
    [token] = listed.json()
    assert (token["name"], token["role"], token["created_by"], token["revoked_at"]) == ("bench", "service", "person:ada", None)
    who = {"Authorization": f"Bearer {secret}"}
    assert signed_in.get("/api/events", headers=who).status_code == 200
    assert signed_in.delete(f"/api/governance/tokens/{token['key']}", headers=OURS).status_code == 204
    assert signed_in.get("/api/events", headers=who).status_code == 401
    assert signed_in.delete(f"/api/governance/tokens/{token['key']}", headers=OURS).status_code == 404


def test_accounts_are_invited_changed_and_removed(signed_in: Client) -> None:
    secret = signed_in.post("/api/governance/links", json={"roles": ["physician"]}, headers=OURS).json()["secret"]
    body = {"secret": secret, "name": "bob", "display_name": "Bob", "password": PASSWORD}
    admin = dict(signed_in.cookies)
    assert signed_in.post("/api/session/link", json=body).status_code == 201
    assert signed_in.get("/api/governance/accounts").status_code == 403
    signed_in.cookies.clear()
    signed_in.cookies.update(admin)
    change = {"roles": ["radiologist"], "enabled": True}
    assert signed_in.put("/api/governance/accounts/bob", json=change, headers=OURS).json()["roles"] == ["radiologist"]
    accounts = signed_in.get("/api/governance/accounts")
    assert [account["name"] for account in accounts.json()] == ["ada", "bob"]
    assert "argon2" not in accounts.text
    assert signed_in.delete("/api/governance/accounts/bob", headers=OURS).status_code == 204
    assert signed_in.delete("/api/governance/accounts/bob", headers=OURS).status_code == 404
    assert signed_in.delete("/api/governance/accounts/ada", headers=OURS).status_code == 409


def test_a_reset_link(signed_in: Client) -> None:
    assert signed_in.post("/api/governance/links", json={"account": "nobody"}, headers=OURS).status_code == 404
    secret = signed_in.post("/api/governance/links", json={"account": "ada"}, headers=OURS).json()["secret"]
    body = {"secret": secret, "name": "ada", "display_name": "", "password": "another long phrase"}
    assert signed_in.post("/api/session/link", json=body, headers=OURS).json()["roles"] == ["administrator"]


def test_ae_rules(signed_in: Client) -> None:
    rule = {"title": "CT*", "host": "10.1.0.0/16", "role": "modality", "note": "the two scanners"}
    made = signed_in.post("/api/governance/aes", json=rule, headers=OURS).json()
    assert made["note"] == "the two scanners"
    assert made["key"] in [entry["key"] for entry in signed_in.get("/api/governance/aes").json()]
    changed = signed_in.put(f"/api/governance/aes/{made['key']}", json={**rule, "enabled": False}, headers=OURS).json()
    assert changed["enabled"] is False
    assert signed_in.delete(f"/api/governance/aes/{made['key']}", headers=OURS).status_code == 204
    assert signed_in.post("/api/governance/aes", json={**rule, "host": "a name"}, headers=OURS).status_code == 400
    assert signed_in.post("/api/governance/aes", json={**rule, "unknown": 1}, headers=OURS).status_code == 400


def test_destinations(signed_in: Client) -> None:
    body = {"host": "pacs.hospital", "port": 104}
    assert signed_in.put("/api/governance/remotes/PACS", json=body, headers=OURS).json()["tls"] is False
    assert [remote["ae_title"] for remote in signed_in.get("/api/governance/remotes").json()] == ["PACS"]
    assert signed_in.delete("/api/governance/remotes/PACS", headers=OURS).status_code == 204


def test_roles_are_told(signed_in: Client) -> None:
    roles = {role["name"]: role["actions"] for role in signed_in.get("/api/governance/roles").json()}
    assert roles["physician"] == ["break-glass", "read", "search"]


def test_the_audit_is_read_by_subject_actor_and_offset(signed_in: Client, governance: Governance, bearer: Bearer) -> None:
    ada = governance.principal_of(signed_in.cookies["sixfold_session"])
    governance.allow(ada, Action.READ, Resource("study", "1.2.3"))
    governance.trail.flush()
    who = bearer("auditor")
    [event] = signed_in.get("/api/governance/audit?subject=1.2.3", headers=who).json()["events"]
    assert (event["actor"], event["kind"], event["payload"]["action"]) == ("person:ada", "access.allowed", "read")
    by_ada = signed_in.get("/api/governance/audit?actor=person:ada&limit=1", headers=who).json()
    rest = signed_in.get(f"/api/governance/audit?actor=person:ada&after={by_ada['next']}", headers=who).json()
    assert rest["events"]
    assert rest["events"][0]["seq"] > by_ada["events"][0]["seq"]


@pytest.mark.parametrize("path", ["accounts", "tokens", "aes", "remotes", "roles", "audit"])
def test_I10_only_who_may_administer_sees_any_of_it(client: Client, bearer: Bearer, path: str) -> None:
    assert client.get(f"/api/governance/{path}", headers=bearer("radiologist")).status_code == 403
    assert client.get(f"/api/governance/{path}").status_code == 401
