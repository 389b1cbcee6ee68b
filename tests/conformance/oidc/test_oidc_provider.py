"""Sign-in and access tokens against a real OpenID Connect provider, and everything that must be refused."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.conformance.oidc.conftest import AUDIENCE, CALLBACK, SECRET, Browser, RealProvider, Tapped, installed

from sixfold.governance import Governance
from sixfold.governance.model import SYSTEM
from sixfold.governance.model.oidc import GroupMapping
from sixfold.governance.model.places import Belonging
from sixfold.governance.service.provider import KEYS_AGAIN
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock

pytestmark = pytest.mark.skipif(not installed(), reason="oidc-provider is not installed")
OURS = {"X-Sixfold-Request": "1"}
Change = Callable[[dict[str, Any]], dict[str, Any]]


def begin(browser: Browser, path: str = "/") -> str:
    """Where the house sends a browser that wants to sign in."""
    answer = browser.get("/api/session/oidc/start", params={"path": path}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def at_provider(address: str, login: str) -> str:
    """Sign in there with its own forms; the address that it sends the browser back to."""
    with httpx.Client(timeout=20, trust_env=False) as there:
        answer = there.get(address)
        while True:
            while answer.is_redirect:
                address = urljoin(str(answer.url), answer.headers["location"])
                if address.startswith(CALLBACK):
                    return address
                answer = there.get(address)
            assert answer.status_code == 200, answer.text
            form = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
            assert form is not None
            assert prompt is not None
            answer = there.post(urljoin(str(answer.url), form[1]), data={"prompt": prompt[1], "login": login, "password": "x"})


def returned(browser: Browser, address: str) -> httpx.Response:
    """What the house says to the browser that comes back."""
    return browser.get(address, follow_redirects=False)


def sign_in(browser: Browser, login: str = "ada", path: str = "/") -> httpx.Response:
    """The whole way."""
    return returned(browser, at_provider(begin(browser, path), login))


def test_a_person_signs_in_by_the_provider(browser: Browser, governance: Governance) -> None:
    assert browser.get("/api/session/ways").json()["provider"] == {"name": "Hospital", "start": "/api/session/oidc/start"}
    answer = sign_in(browser, path="/studies?view=list")
    assert (answer.status_code, answer.headers["location"]) == (302, "/studies?view=list")
    session = browser.get("/api/session").json()
    assert (session["name"], session["display_name"], session["roles"]) == ("ada", "Ada Lovelace", ["radiologist"])
    principal = governance.principal_of(browser.cookies["sixfold_session"])
    assert (principal.kind, principal.facilities, principal.service_lines) == ("person", {"north"}, {"radiology"})
    assert [(account.name, account.kind) for account in governance.accounts.list_accounts()] == [("ada", "oidc")]


def test_groups_are_looked_at_at_each_sign_in(browser: Browser, governance: Governance) -> None:
    sign_in(browser)
    governance.mappings.put(GroupMapping("/everybody", frozenset({"physician"}), Belonging()), by=SYSTEM)
    governance.mappings.remove("/imaging/radiologists", by=SYSTEM)
    sign_in(browser)
    assert browser.get("/api/session").json()["roles"] == ["physician"]
    assert len(governance.accounts.list_accounts()) == 1


def test_who_has_no_mapped_group_is_not_let_in(browser: Browser, governance: Governance) -> None:
    answer = sign_in(browser, "bob")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:sixfold:no-role-mapped")
    assert governance.accounts.list_accounts() == []


def test_a_person_is_told_on_the_sign_in_page(browser: Browser, governance: Governance) -> None:
    address = at_provider(begin(browser), "bob")
    answer = browser.get(address, headers={"Accept": "text/html,*/*"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/#/sign-in?refused=no-role-mapped")
    told = [event.kind for event in events.read(governance.database, 0, 100)]
    assert "session.refused" in told


def test_a_barred_account_stays_barred(browser: Browser, governance: Governance) -> None:
    sign_in(browser)
    secret = governance.accounts.first_link()
    assert secret is None
    governance.mappings.put(GroupMapping("/everybody", frozenset({"administrator"}), Belonging()), by=SYSTEM)
    sign_in(browser, "bob")
    governance.accounts.change("ada", ["radiologist"], enabled=False, by=SYSTEM)
    assert sign_in(browser, "ada").status_code == 403


def test_a_name_that_is_taken_is_not_taken_over(browser: Browser, governance: Governance) -> None:
    secret = governance.accounts.first_link()
    assert secret is not None
    governance.accounts.redeem(secret, "root", "The first administrator", "correct horse battery")
    assert sign_in(browser, "eve").status_code == 302
    session = browser.get("/api/session").json()
    assert (session["name"] == "root", session["name"].startswith("root-"), session["roles"]) == (False, True, ["radiologist"])
    governance.accounts.remove(session["name"], by=SYSTEM)
    assert sign_in(browser, "eve").status_code == 302


def test_a_person_of_the_provider_has_no_password_here(browser: Browser, governance: Governance) -> None:
    sign_in(browser)
    assert browser.post("/api/session", json={"name": "ada", "password": ""}).status_code == 401
    body = {"old": "", "new": "a new long phrase"}
    assert browser.put("/api/session/password", json=body, headers=OURS).status_code == 409
    assert browser.post("/api/session/second-factor", headers=OURS).status_code == 409


def test_code_and_state_are_good_once(browser: Browser) -> None:
    address = at_provider(begin(browser), "ada")
    cookie = browser.cookies["sixfold_oidc"]
    assert returned(browser, address).status_code == 302
    assert returned(browser, address).status_code == 401  # the cookie is gone
    browser.cookies.set("sixfold_oidc", cookie, domain="testserver.local", path="/api/session/oidc")
    answer = returned(browser, address)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:sixfold:sign-in-broken")


def test_a_code_that_was_used_is_refused(browser: Browser) -> None:
    used = parse_qs(urlsplit(at_provider(begin(browser), "ada")).query)
    assert returned(browser, f"{CALLBACK}?{urlencode(used, doseq=True)}").status_code == 302
    state = parse_qs(urlsplit(begin(browser)).query)["state"]
    answer = returned(browser, f"{CALLBACK}?{urlencode({**used, 'state': state}, doseq=True)}")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:sixfold:token-refused")


def test_the_answer_to_another_browser_is_refused(browser: Browser) -> None:
    address = at_provider(begin(browser), "ada")
    browser.cookies.clear()
    begin(browser)
    assert returned(browser, address).status_code == 401
    browser.cookies.clear()
    assert returned(browser, address).status_code == 401


def test_a_sign_in_takes_ten_minutes_at_most(browser: Browser, now: HandClock) -> None:
    address = at_provider(begin(browser), "ada")
    now.advance(700)
    assert returned(browser, address).status_code == 401


def test_an_answer_of_another_issuer_is_refused(browser: Browser, started: RealProvider) -> None:
    address = at_provider(begin(browser), "ada")
    swapped = address.replace(urlencode({"iss": started.issuer}), urlencode({"iss": "https://evil.example"}))
    assert swapped != address
    assert returned(browser, swapped).status_code == 401


def test_a_refusal_of_the_provider_is_told(browser: Browser, started: RealProvider) -> None:
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    answer = returned(browser, f"{CALLBACK}?{urlencode({'state': state, 'error': 'access_denied', 'iss': started.issuer})}")
    assert (answer.status_code, "access_denied" in answer.json()["detail"]) == (401, True)


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none'})}.{encoded(claims)}."


def hmac_signed(key: bytes, claims: dict[str, Any], **header: str | None) -> str:
    signed = f"{encoded({'alg': 'HS256', **header})}.{encoded(claims)}"
    mac = base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=").decode()
    return f"{signed}.{mac}"


def hmac_with_public_key(provider: RealProvider, claims: dict[str, Any]) -> str:
    return hmac_signed(provider.key.as_pem(private=False), claims, kid=provider.key.kid)


def hmac_with_our_secret(provider: RealProvider, claims: dict[str, Any]) -> str:
    return hmac_signed(SECRET.encode(), claims)


def strange_key(provider: RealProvider, claims: dict[str, Any]) -> str:
    stranger = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, stranger)


def unknown_key(provider: RealProvider, claims: dict[str, Any]) -> str:
    stranger = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": "nobody's"}, claims, stranger)


def key_within(provider: RealProvider, claims: dict[str, Any]) -> str:
    stranger = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "jwk": stranger.as_dict(private=False)}, claims, stranger)


FORGERIES = {
    "none": lambda provider, claims: unsigned(claims),
    "hs256-public-key": hmac_with_public_key,
    "hs256-client-secret": hmac_with_our_secret,
    "strange-key": strange_key,
    "unknown-key": unknown_key,
    "key-within": key_within,
    "cut": lambda provider, claims: provider.sign(claims)[:-20],
    "no-token": lambda provider, claims: "eyJhbGciOiJSUzI1NiJ9",
}
WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "audience": {"aud": "somebody-else"},
    "second-audience": {"aud": ["sixfold", "somebody-else"]},
    "party": {"azp": "somebody-else"},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_700_000_000},
    "no-end": {"exp": None},
    "endless": {"exp": "never"},
    "future": {"iat": 4_000_000_000},
    "not-yet": {"nbf": 4_000_000_000},
    "nonce": {"nonce": "of another sign-in"},
    "no-nonce": {"nonce": None},
    "at-hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "nobody": {"sub": ""},
    "a-list": {"sub": ["ada"]},
}


def refused_with(browser: Browser, tapped: Tapped, change: Change, governance: Governance) -> None:
    address = at_provider(begin(browser), "ada")
    tapped.change = change
    answer = returned(browser, address)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:sixfold:token-refused"), answer.text
    assert "sixfold_session" not in browser.cookies
    assert governance.accounts.list_accounts() == []


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_id_token_is_refused(
    browser: Browser, tapped: Tapped, started: RealProvider, governance: Governance, forgery: str
) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "id_token": FORGERIES[forgery](started, claims_of(body["id_token"]))}

    refused_with(browser, tapped, change, governance)


@pytest.mark.parametrize("wrong", WRONG_CLAIMS)
def test_an_id_token_that_says_something_else_is_refused(
    browser: Browser, tapped: Tapped, started: RealProvider, governance: Governance, wrong: str
) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        claims = {**claims_of(body["id_token"]), **WRONG_CLAIMS[wrong]}
        return {**body, "id_token": started.sign({name: value for name, value in claims.items() if value is not None})}

    refused_with(browser, tapped, change, governance)


def test_the_same_claims_signed_anew_are_believed(browser: Browser, tapped: Tapped, started: RealProvider) -> None:
    address = at_provider(begin(browser), "ada")
    tapped.change = lambda body: {**body, "id_token": started.sign(claims_of(body["id_token"]))}
    assert returned(browser, address).status_code == 302


def robot(started: RealProvider) -> str:
    """An access token of a program."""
    form = {"grant_type": "client_credentials", "scope": "api"}
    with httpx.Client(trust_env=False) as there:
        answer = there.post(f"{started.issuer}/token", data=form, auth=("robot", "robot%20secret"))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def person(started: RealProvider, login: str) -> str:
    """An access token for our API of a person, by a client of its own."""
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"response_type": "code", "client_id": "sixfold", "redirect_uri": CALLBACK, "scope": "openid api"}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256", "resource": AUDIENCE, "state": "s"}
    back = parse_qs(urlsplit(at_provider(f"{started.issuer}/auth?{urlencode(asked)}", login)).query)
    form = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": CALLBACK}
    form |= {"code_verifier": verifier, "resource": AUDIENCE}
    pair = ("sixfold", "a%20secret%3A%20with%20%25%20and%20spaces")
    with httpx.Client(trust_env=False) as there:
        answer = there.post(f"{started.issuer}/token", data=form, auth=pair)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def status(browser: Browser, token: str) -> int:
    return browser.get("/api/session", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_program_comes_with_an_access_token(browser: Browser, governance: Governance, started: RealProvider) -> None:
    token = robot(started)
    answer = browser.get("/api/session", headers={"Authorization": f"Bearer {token}"}).json()
    assert (answer["name"], answer["roles"]) == (f"127.0.0.1:{started.port}/robot", ["service"])
    assert governance.principal_of(token).kind == "token"
    assert browser.get("/api/governance/accounts", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_a_person_comes_with_an_access_token(browser: Browser, governance: Governance, started: RealProvider) -> None:
    sign_in(browser)
    browser.cookies.clear()
    token = person(started, "ada")
    principal = governance.principal_of(token)
    assert (principal.actor, principal.roles, principal.facilities) == ("person:ada", {"radiologist"}, {"north"})
    assert status(browser, person(started, "bob")) == 403


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_access_token_is_refused(browser: Browser, started: RealProvider, forgery: str) -> None:
    token = robot(started)
    assert status(browser, token) == 200
    assert status(browser, FORGERIES[forgery](started, claims_of(token))) == 401


@pytest.mark.parametrize("wrong", [
    {"aud": "sixfold"}, {"aud": "somebody-else"}, {"aud": []}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000},
    {"exp": True}, {"iat": 4_000_000_000}, {"nbf": 4_000_000_000}, {"nonce": "x"}, {"sub": ""}, {"groups": 7},
])  # fmt: skip
def test_an_access_token_that_says_something_else_is_refused(
    browser: Browser, started: RealProvider, wrong: dict[str, Any]
) -> None:
    claims = claims_of(robot(started))
    assert status(browser, started.sign(claims, typ="at+jwt")) == 200
    assert status(browser, started.sign({**claims, **wrong}, typ="at+jwt")) == 401


def test_an_id_token_is_no_access_token(browser: Browser, tapped: Tapped, started: RealProvider) -> None:
    kept: list[str] = []
    address = at_provider(begin(browser), "ada")
    tapped.change = lambda body: kept.append(body["id_token"]) or body  # type: ignore[func-returns-value]
    assert returned(browser, address).status_code == 302
    browser.cookies.clear()
    assert status(browser, kept[0]) == 401
    assert status(browser, started.sign(claims_of(robot(started)), typ="logout+jwt")) == 401


def test_an_access_token_ends(browser: Browser, started: RealProvider, now: HandClock) -> None:
    token = robot(started)
    assert status(browser, token) == 200
    now.advance(601)
    assert status(browser, token) == 401


def test_new_keys_are_asked_for(browser: Browser, started: RealProvider, now: HandClock, tapped: Tapped) -> None:
    before = robot(started)
    assert status(browser, before) == 200
    started.stop()
    started.new_key()
    started.start()
    after = robot(started)
    assert status(browser, after) == 401  # strangers cannot make us ask at each request
    now.advance(KEYS_AGAIN.total_seconds())
    assert status(browser, after) == 200
    assert status(browser, before) == 401
    assert sum(address.endswith("/jwks") for address in tapped.addresses) == 2
    assert sign_in(browser).status_code == 302


def test_calls_go_to_the_issuer_only(browser: Browser, started: RealProvider, tapped: Tapped) -> None:
    sign_in(browser)
    assert all(address.startswith(started.issuer) for address in tapped.addresses)


def test_signing_out_there_too(browser: Browser, started: RealProvider) -> None:
    address = browser.get("/api/session/oidc/end", follow_redirects=False).headers["location"]
    assert address.startswith(f"{started.issuer}/session/end?")
    with httpx.Client(trust_env=False) as there:
        answer = there.get(address)
    assert (answer.status_code, "/session/end/confirm" in answer.text) == (200, True)


def test_a_provider_that_is_away_is_told(browser: Browser, started: RealProvider) -> None:
    started.stop()
    try:
        answer = browser.get("/api/session/oidc/start", follow_redirects=False)
    finally:
        started.start()
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:sixfold:provider-unavailable")
