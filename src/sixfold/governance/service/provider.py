"""The identity provider as its own documents describe it: endpoints, keys, and what it gives for a code."""

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from joserfc.jwk import KeySet

from sixfold.governance.model.oidc import Provider, ProviderUnavailable, TokenRefused
from sixfold.governance.rules import oidc as rules
from sixfold.governance.service.outward import Answer, Fetch, fetch
from sixfold.kernel.clock import Clock

_BELIEVED = timedelta(hours=1)
_AWAY = timedelta(seconds=5)
KEYS_AGAIN = timedelta(seconds=10)
"""How soon keys are asked for again when a token names one that we do not know: strangers can make such tokens."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What of the provider's metadata counts here (OpenID Connect Discovery 1.0 3); what it does not offer is empty."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    posts_secret: bool  # the secret goes into the form, not into a header
    names_issuer: bool  # answers carry `iss` (RFC 9207)


@dataclass(frozen=True, slots=True)
class Given:
    """What the provider gives for a code."""

    id_token: str
    access_token: str


class ProviderClient:
    """Talks to the one provider of the house, and remembers its endpoints and keys for an hour; one a process."""

    def __init__(self, provider: Provider, clock: Clock, call: Fetch = fetch) -> None:
        self.provider = provider
        self._clock = clock
        self._fetch = call
        self._lock = threading.Lock()
        self._endpoints: tuple[datetime, Endpoints] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._failed_at: datetime | None = None

    def endpoints(self) -> Endpoints:
        """Where the provider does what; raises `ProviderUnavailable`."""
        with self._lock:
            now = self._clock()
            if self._endpoints is None or not timedelta() <= now - self._endpoints[0] < _BELIEVED:
                self._endpoints = (now, self._discovered())
            return self._endpoints[1]

    def _discovered(self) -> Endpoints:
        issuer = self.provider.issuer
        document = self._asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise ProviderUnavailable("the identity provider says that it is another issuer")
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Endpoints(
            self._named(document, "authorization_endpoint"),
            self._named(document, "token_endpoint"),
            self._named(document, "jwks_uri"),
            self._named(document, "userinfo_endpoint", needed=False),
            self._named(document, "end_session_endpoint", needed=False),
            posts_secret="client_secret_basic" not in methods,
            names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _asked(self, address: str) -> dict[str, Any]:
        """A document of the provider's; for a moment after a failure nobody waits for the next."""
        if self._failed_at is not None and timedelta() <= self._clock() - self._failed_at < _AWAY:
            raise ProviderUnavailable("the identity provider did not answer a moment ago")
        try:
            return _document(self._fetch(address))
        except ProviderUnavailable:
            self._failed_at = self._clock()
            raise

    def _named(self, document: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
        address = document.get(name)
        return rules.check_endpoint(address, self.provider) if needed or address is not None else ""

    def verified(self, token: str) -> rules.Signed:
        """The content of a token that the provider signed, keys asked for again when they changed; raises `TokenRefused`."""
        try:
            return rules.verified(token, self._known_keys(_BELIEVED))
        except rules.UnknownKey:
            keys = self._known_keys(KEYS_AGAIN)
        try:
            return rules.verified(token, keys)
        except rules.UnknownKey as error:
            raise TokenRefused(str(error)) from None

    def _known_keys(self, age: timedelta) -> KeySet:
        address = self.endpoints().keys
        with self._lock:
            now = self._clock()
            if self._keys is None or not timedelta() <= now - self._keys[0] < age:
                self._keys = (now, rules.keys_of(self._asked(address)))
            return self._keys[1]

    def redeem(self, code: str, verifier: str) -> Given:
        """What the provider gives for a code (RFC 6749 4.1.3, RFC 7636 4.5); raises `TokenRefused`, `ProviderUnavailable`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.provider.callback,
            "code_verifier": verifier,
        }
        endpoints = self.endpoints()
        extra, headers = self._proof(posts_secret=endpoints.posts_secret)
        answer = self._fetch(endpoints.token, {**form, **extra}, headers)
        if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TokenRefused("the identity provider does not take the code: it was used, is too old, or is not ours")
        document = _document(answer)
        tokens = (document.get("id_token"), document.get("access_token"))
        if not all(isinstance(token, str) and token for token in tokens):
            raise ProviderUnavailable("the identity provider gives no tokens for the code")
        return Given(str(tokens[0]), str(tokens[1]))

    def _proof(self, *, posts_secret: bool) -> tuple[dict[str, str], dict[str, str]]:
        """How we prove to be its client: fields of the form, and headers (RFC 6749 2.3.1)."""
        name, secret = self.provider.client_id, self.provider.client_secret
        if not secret:
            return {"client_id": name}, {}
        if posts_secret:
            return {"client_id": name, "client_secret": secret}, {}
        pair = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
        return {}, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def userinfo(self, access_token: str) -> Mapping[str, Any]:
        """The claims that the provider keeps behind its userinfo endpoint (Core 1.0 5.3); none where it has none."""
        address = self.endpoints().userinfo
        if not address:
            return {}
        return _document(self._fetch(address, None, {"Authorization": f"Bearer {access_token}"}))


def _document(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.body) if answer.status == HTTPStatus.OK else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ProviderUnavailable(f"the identity provider's answer ({answer.status}) cannot be used")
    return document
