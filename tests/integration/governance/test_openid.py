"""Sign-in by a provider, and second factors, on each database; the provider is a fake that signs with its own key."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from sixfold.governance import Governance, Via
from sixfold.governance.jobs import duties
from sixfold.governance.model import SYSTEM
from sixfold.governance.model.oidc import GroupMapping, Provider, ProviderUnavailable, SignInBroken, TokenRefused
from sixfold.governance.model.places import Belonging
from sixfold.governance.model.second_factor import WrongCode
from sixfold.governance.rules.oidc import check_endpoint, groups_in, local_path
from sixfold.governance.service.outward import Answer
from sixfold.governance.service.provider import ProviderClient
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database

ISSUER = "https://id.hospital.example/realm"
PROVIDER = Provider(
    issuer=ISSUER,
    client_id="sixfold",
    client_secret="",
    name="Hospital",
    scopes="openid",
    groups_claim="realm_access.roles",
    audience="",
    hosts=frozenset({"tokens.example"}),
    callback="https://images.hospital.example/api/session/oidc/callback",
)


class FakeProvider:
    """Answers as a provider would that keeps groups behind its userinfo endpoint."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        self.nonce = ""
        self.told: dict[str, Any] = {"sub": "7", "realm_access": {"roles": ["readers"]}}
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth?tenant=1",
            "token_endpoint": "https://tokens.example/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/me",
        }
        self.forms: list[Mapping[str, str]] = []

    def __call__(self, address: str, form: Any = None, headers: Any = None) -> Answer:
        if form is not None:
            self.forms.append(form)
        documents = {
            f"{ISSUER}/.well-known/openid-configuration": self.metadata,
            f"{ISSUER}/keys": KeySet([self._key]).as_dict(),
            "https://tokens.example/token": {"access_token": "opaque", "id_token": self._id_token()},
            f"{ISSUER}/me": self.told,
        }
        return Answer(200, json.dumps(documents[address]).encode())

    def _id_token(self) -> str:
        now = int(self._clock().timestamp())
        claims = {"iss": ISSUER, "sub": "7", "aud": "sixfold", "exp": now + 60, "iat": now, "nonce": self.nonce}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)


@pytest.fixture
def provider(governance: Governance, clock: HandClock) -> FakeProvider:
    made = FakeProvider(clock)
    governance.openid.use(ProviderClient(PROVIDER, clock, made))
    governance.mappings.put(GroupMapping("readers", frozenset({"radiologist"}), Belonging()), by=SYSTEM)
    return made


def sign_in(governance: Governance, provider: FakeProvider) -> str:
    begun = governance.openid.begin("/")
    asked = parse_qs(urlsplit(begun.address).query)
    provider.nonce = asked["nonce"][0]
    return governance.openid.finish({"state": asked["state"][0], "code": "c"}, begun.cookie, Via("", "10.0.0.1")).secret


def test_groups_behind_userinfo_make_an_account(governance: Governance, provider: FakeProvider, database: Database) -> None:
    principal = governance.principal_of(sign_in(governance, provider))
    assert (principal.roles, principal.name.startswith("user-")) == ({"radiologist"}, True)
    assert sign_in(governance, provider)
    assert [account.kind for account in governance.accounts.list_accounts()] == ["oidc"]
    assert (provider.forms[0]["client_id"], len(provider.forms[0]["code_verifier"])) == ("sixfold", 43)
    kinds = [event.kind for event in events.read(database, 0, 100)]
    assert (kinds.count("account.linked"), kinds.count("session.opened"), kinds.count("mapping.put")) == (1, 2, 1)


def test_userinfo_of_somebody_else_is_refused(governance: Governance, provider: FakeProvider) -> None:
    provider.told = {**provider.told, "sub": "8"}
    with pytest.raises(TokenRefused, match="somebody else"):
        sign_in(governance, provider)


def test_a_state_comes_back_once_and_is_forgotten(
    governance: Governance, provider: FakeProvider, database: Database, clock: HandClock
) -> None:
    begun = governance.openid.begin("/")
    asked = parse_qs(urlsplit(begun.address).query)
    provider.nonce = asked["nonce"][0]
    answer = {"state": asked["state"][0], "code": "c"}
    governance.openid.finish(answer, begun.cookie, Via())
    with pytest.raises(SignInBroken, match="before"):
        governance.openid.finish(answer, begun.cookie, Via())
    clock.advance(700)
    tidy, *_ = duties(database, clock)
    tidy.run()
    with pytest.raises(SignInBroken, match="too long ago"):
        governance.openid.finish(answer, begun.cookie, Via())


@pytest.mark.parametrize("wrong", [
    {"issuer": "https://evil.example"}, {"token_endpoint": "https://evil.example/token"}, {"jwks_uri": None},
    {"token_endpoint": "http://id.hospital.example/token"}, {"authorization_endpoint": "javascript:alert(1)"},
])  # fmt: skip
def test_metadata_that_leads_elsewhere_is_refused(
    governance: Governance, provider: FakeProvider, wrong: dict[str, Any]
) -> None:
    provider.metadata |= wrong
    with pytest.raises(ProviderUnavailable):
        governance.openid.begin("/")


def test_a_provider_that_is_away_is_not_asked_by_everybody(governance: Governance, clock: HandClock) -> None:
    calls: list[str] = []

    def away(address: str, form: Any = None, headers: Any = None) -> Answer:
        calls.append(address)
        return Answer(502, b"<html>")

    governance.openid.use(ProviderClient(PROVIDER, clock, away))
    for seconds in (0, 1, 5):
        clock.advance(seconds)
        with pytest.raises(ProviderUnavailable):
            governance.openid.begin("/")
    assert len(calls) == 2


@pytest.mark.parametrize("address", ["https://u@id.hospital.example/", "ftp://id.hospital.example", 7, "https://[", ""])
def test_addresses_that_are_not_called(address: object) -> None:
    with pytest.raises(ProviderUnavailable):
        check_endpoint(address, PROVIDER)


@pytest.mark.parametrize(("path", "local"), [
    ("/studies?x=1", "/studies?x=1"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/"),
    ("/a\nb", "/"), ("", "/"), ("/" + "a" * 3000, "/"),
])  # fmt: skip
def test_the_browser_stays_with_us(path: str, local: str) -> None:
    assert local_path(path) == local


def test_groups_are_read_where_they_are() -> None:
    assert groups_in({"groups": ["a", 7, "b"]}, "groups") == {"a", "b"}
    assert groups_in({"https://x.example/groups": "a"}, "https://x.example/groups") == {"a"}
    assert groups_in({"realm_access": {"roles": ["a"]}}, "realm_access.roles") == {"a"}
    assert groups_in({"realm_access": 7}, "realm_access.roles") is None
    with pytest.raises(TokenRefused):
        groups_in({"groups": ["a"] * 3000}, "groups")


def test_a_second_factor_is_asked_for_once(governance: Governance, clock: HandClock) -> None:
    secret = governance.accounts.first_link()
    assert secret is not None
    governance.accounts.redeem(secret, "ada", "Ada", "correct horse battery")
    ada = governance.principal_of(governance.accounts.sign_in("ada", "correct horse battery", Via()))
    device = pyotp.TOTP(governance.second_factors.enrol(ada).secret)
    device = pyotp.TOTP(governance.second_factors.enrol(ada).secret)  # the first was not confirmed
    codes = governance.second_factors.confirm(ada, device.at(int(clock().timestamp())))
    clock.advance(30)
    code = device.at(int(clock().timestamp()))
    assert governance.accounts.sign_in("ada", "correct horse battery", Via(), code=code)
    for spent in (code, codes[0]):
        if spent == codes[0]:
            assert governance.accounts.sign_in("ada", "correct horse battery", Via(), code=spent)
        with pytest.raises(WrongCode):
            governance.accounts.sign_in("ada", "correct horse battery", Via(), code=spent)
    governance.second_factors.reset("ada", by=SYSTEM)
    assert governance.accounts.sign_in("ada", "correct horse battery", Via())
