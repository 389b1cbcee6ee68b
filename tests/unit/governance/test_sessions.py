"""Signing in and out over HTTP."""

from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from sixfold.governance import Governance
from sixfold.governance.model import SYSTEM

from .conftest import OURS, PASSWORD, Client


def test_a_link_signs_in_and_the_page_learns_what_it_may(signed_in: Client) -> None:
    answer = signed_in.get("/api/session")
    body = answer.json()
    assert (body["name"], body["display_name"], body["roles"]) == ("ada", "Ada Lovelace", ["administrator"])
    assert {"search", "read", "store", "reject", "administer"} <= set(body["actions"])
    assert answer.headers["cache-control"] == "no-store"


def test_a_link_works_once(signed_in: Client, governance: Governance) -> None:
    body = {"secret": "no such link", "name": "eve", "display_name": "Eve", "password": PASSWORD}
    assert signed_in.post("/api/session/link", json=body, headers=OURS).status_code == 403


def test_sign_out_and_in(signed_in: Client) -> None:
    assert signed_in.delete("/api/session", headers=OURS).status_code == 204
    assert signed_in.get("/api/session").status_code == 401
    assert signed_in.post("/api/session", json={"name": "ada", "password": "wrong"}).status_code == 401
    assert signed_in.post("/api/session", json={"name": "ada", "password": PASSWORD}).status_code == 201
    assert signed_in.get("/api/session").status_code == 200


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_is_kept_from_scripts_and_other_sites(
    build: Callable[..., Litestar], governance: Governance, *, secure: bool
) -> None:
    body = {"secret": governance.accounts.first_link(), "name": "ada", "display_name": "Ada", "password": PASSWORD}
    with TestClient(build(secure=secure)) as client:
        cookie = client.post("/api/session/link", json=body).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert ("secure" in cookie) is secure


def test_too_many_attempts_say_how_long_to_wait(signed_in: Client) -> None:
    for _ in range(3):
        signed_in.post("/api/session", json={"name": "ada", "password": "wrong"})
    answer = signed_in.post("/api/session", json={"name": "ada", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_own_sessions_are_listed_and_ended(signed_in: Client, governance: Governance) -> None:
    signed_in.post("/api/session", json={"name": "ada", "password": PASSWORD}, headers={"User-Agent": "Laptop"})
    sessions = signed_in.get("/api/sessions").json()
    assert [session["current"] for session in sessions].count(True) == 1
    other = next(session for session in sessions if not session["current"])
    assert signed_in.delete(f"/api/sessions/{other['key']}", headers=OURS).status_code == 204
    assert signed_in.delete(f"/api/sessions/{other['key']}", headers=OURS).status_code == 404
    assert len(signed_in.get("/api/sessions").json()) == 1


def test_a_new_password(signed_in: Client) -> None:
    body = {"old": PASSWORD, "new": "another long phrase"}
    assert signed_in.put("/api/session/password", json=body, headers=OURS).status_code == 204
    assert signed_in.post("/api/session", json={"name": "ada", "password": "another long phrase"}).status_code == 201


def test_a_token_is_somebody_too(client: Client, bearer: Callable[[str], dict[str, str]]) -> None:
    body = client.get("/api/session", headers=bearer("physician")).json()
    assert (body["name"], body["actions"]) == ("test", ["break-glass", "read", "search"])


def test_an_invited_person_has_only_their_role(signed_in: Client, governance: Governance) -> None:
    secret = governance.accounts.invite(["physician"], by=SYSTEM)
    body = {"secret": secret, "name": "bob", "display_name": "Bob", "password": PASSWORD}
    assert signed_in.post("/api/session/link", json=body).json()["actions"] == ["break-glass", "read", "search"]


def test_a_token_named_as_a_person_reaches_none_of_their_sessions(signed_in: Client, governance: Governance) -> None:
    [mine] = signed_in.get("/api/sessions").json()
    token = governance.credentials.create_token("ada", "administrator")
    signed_in.cookies.clear()
    named = {"Authorization": f"Bearer {token}"}
    assert signed_in.get("/api/sessions", headers=named).json() == []
    assert signed_in.delete(f"/api/sessions/{mine['key']}", headers=named).status_code == 404
