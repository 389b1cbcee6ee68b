"""Signing in by the identity provider: authorisation code with PKCE, groups that stand for roles, and its access tokens."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from sqlalchemy import Connection

from sixfold.governance.model import SESSION_REFUSED, Account, Forbidden, Principal, Via
from sixfold.governance.model.oidc import (
    ACCOUNT_LINKED,
    Identity,
    NoProvider,
    NoRoleMapped,
    Provider,
    SignInBroken,
    TokenRefused,
)
from sixfold.governance.model.places import Belonging
from sixfold.governance.rules import digest
from sixfold.governance.rules import oidc as rules
from sixfold.governance.service.credentials import Credentials
from sixfold.governance.service.provider import Given, ProviderClient
from sixfold.governance.store import oidc as store
from sixfold.governance.store.accounts import add_account, change_account, find_account, lock_accounts, pack_roles
from sixfold.governance.store.belonging import packed
from sixfold.governance.store.keys import Seal, SealBroken
from sixfold.governance.store.mappings import list_mappings
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, to_text
from sixfold.kernel.database import Database, Transaction

SIGN_IN_LIFE = 600
"""Seconds that a person may take at the provider."""


class Begun(NamedTuple):
    """Where the browser is sent, and what it must bring back in its cookie."""

    address: str
    cookie: str


class Finished(NamedTuple):
    """The secret of the new session, and where the browser goes."""

    secret: str
    path: str


class _Kept(NamedTuple):
    """What the cookie holds, sealed: it binds the browser to the sign-in it began."""

    state: str
    nonce: str
    verifier: str
    path: str


class OpenId:
    """Sign-in by one provider, or by none."""

    def __init__(self, database: Database, clock: Clock, credentials: Credentials, seal: Seal) -> None:
        self._database = database
        self._clock = clock
        self._credentials = credentials
        self._seal = seal
        self._client: ProviderClient | None = None

    def use(self, client: ProviderClient | None) -> None:
        """Let people sign in by a provider, and programs come with its access tokens."""
        self._client = client
        takes_tokens = client is not None and client.provider.audience != ""
        self._credentials.vouch = self.principal_of if takes_tokens else None

    @property
    def provider(self) -> Provider | None:
        """The provider of the house, or None."""
        return self._client.provider if self._client is not None else None

    def _known(self) -> ProviderClient:
        if self._client is None:
            raise NoProvider("there is no identity provider here: sign in by name and password")
        return self._client

    def begin(self, path: str) -> Begun:
        """Start a sign-in that ends at a path of ours; raises `NoProvider`, `ProviderUnavailable`."""
        client = self._known()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = _Kept(state, nonce, verifier, rules.local_path(path))
        address = client.endpoints().authorization
        query = {
            "response_type": "code",
            "client_id": client.provider.client_id,
            "redirect_uri": client.provider.callback,
            "scope": client.provider.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        separator = "&" if urlsplit(address).query else "?"
        return Begun(f"{address}{separator}{urlencode(query)}", self._seal.seal_at(json.dumps(kept), self._moment()))

    def finish(self, query: Mapping[str, str], cookie: str, via: Via, agent: str = "") -> Finished:
        """Finish a sign-in with what the provider sent the browser back with.

        Raises `SignInBroken`, `TokenRefused`, `NoRoleMapped`, `Forbidden` when the account is barred, `ProviderUnavailable`.
        """
        client = self._known()
        kept = self._returned(query, cookie)
        try:
            self._check_answer(client, query)
            identity = self._identity(client, client.redeem(query["code"], kept.verifier), kept.nonce)
            with self._database.write() as transaction:
                account = self._account(transaction, identity)
                secret = self._credentials.open_session(transaction, account, via, agent)
        except (SignInBroken, TokenRefused, NoRoleMapped, Forbidden):
            with self._database.write() as transaction:
                told = {"address": via.address}
                events.record(transaction, SESSION_REFUSED, subject="unknown", actor="unknown", payload=told)
            raise
        self._credentials.forget()
        return Finished(secret, kept.path)

    def _returned(self, query: Mapping[str, str], cookie: str) -> _Kept:
        """What the browser began with, when it brings back the same state, in time and for the first time."""
        try:
            kept = _Kept(*json.loads(self._seal.open(cookie, at=self._moment(), life=SIGN_IN_LIFE)))
        except SealBroken:
            raise SignInBroken("this sign-in was begun elsewhere or too long ago: begin again") from None
        if not secrets.compare_digest(query.get("state", "").encode(), kept.state.encode()):
            raise SignInBroken("this is the answer to another sign-in: begin again")
        until = to_text(self._clock() + timedelta(seconds=SIGN_IN_LIFE))
        with self._database.write() as transaction:
            if not store.finish(transaction.connection, digest(kept.state), until):
                raise SignInBroken("this sign-in was finished before: begin again")
        return kept

    @staticmethod
    def _check_answer(client: ProviderClient, query: Mapping[str, str]) -> None:
        issuer = query.get("iss")
        if issuer != client.provider.issuer and (issuer is not None or client.endpoints().names_issuer):
            raise SignInBroken("the answer comes from another identity provider")  # RFC 9207 2.4
        if "error" in query:
            shown = "".join(char for char in query["error"][:64] if char.isalnum() or char == "_")
            raise SignInBroken(f"the identity provider did not let you in: {shown}")
        if not query.get("code"):
            raise SignInBroken("the identity provider's answer holds no code")

    def _identity(self, client: ProviderClient, given: Given, nonce: str) -> Identity:
        signed, claim = client.verified(given.id_token), client.provider.groups_claim
        rules.check_id_token(signed, client.provider, nonce, given.access_token, self._clock())
        claims, groups = signed.claims, rules.groups_in(signed.claims, claim)
        if groups is None:
            told = client.userinfo(given.access_token)
            if told and told.get("sub") != claims["sub"]:
                raise TokenRefused("the identity provider tells of somebody else")  # Core 1.0 5.3.2
            claims, groups = {**told, **claims}, rules.groups_in(told, claim)
        return rules.identity_of(claims, groups or frozenset())

    def _account(self, transaction: Transaction, identity: Identity) -> str:
        """The name of the identity's account, made or brought up to what its groups stand for today."""
        connection = transaction.connection
        lock_accounts(connection)
        roles, places = _roles_of(connection, identity.groups)
        name = store.account_of(connection, identity.issuer, identity.subject)
        present = find_account(connection, name) if name is not None else None
        if present is None:
            return self._new_account(transaction, identity, roles, places)
        if not present.enabled:
            raise Forbidden("this account is barred: ask an administrator")
        shown = identity.display_name or present.display_name
        values = {"roles": pack_roles(roles), "display_name": shown, **packed(places)}
        change_account(connection, present.name, **values)
        return present.name

    def _new_account(self, transaction: Transaction, identity: Identity, roles: frozenset[str], places: Belonging) -> str:
        connection = transaction.connection
        taken = find_account(connection, identity.name) is not None
        name = rules.account_name(identity, taken=taken)
        shown, now = identity.display_name or name, to_text(self._clock())
        belonging = (places.groups, places.service_lines, places.facilities)
        add_account(connection, Account(name, shown, roles, True, now, "oidc", *belonging), "")
        store.add_identity(connection, identity, name)
        told = {"issuer": identity.issuer, "roles": sorted(roles)}
        events.record(transaction, ACCOUNT_LINKED, subject=name, actor=f"person:{name}", payload=told)
        return name

    def principal_of(self, token: str, now: datetime) -> Principal:
        """Who comes with an access token of the provider: its person where they have an account, else a program.

        Raises `TokenRefused`, `NoRoleMapped`, `ProviderUnavailable`.
        """
        client = self._known()
        signed = client.verified(token)
        rules.check_access_token(signed, client.provider, now)
        identity = rules.identity_of(signed.claims, rules.groups_in(signed.claims, client.provider.groups_claim) or frozenset())
        with self._database.read() as connection:
            roles, places = _roles_of(connection, identity.groups)
            name = store.account_of(connection, identity.issuer, identity.subject)
            account = find_account(connection, name) if name is not None else None
        if account is not None and not account.enabled:
            raise TokenRefused("this account is barred")
        belonging = (places.groups, places.service_lines, places.facilities)
        if account is not None:
            return Principal("person", account.name, account.display_name, roles, *belonging)
        program = f"{urlsplit(identity.issuer).netloc}/{identity.subject}"  # no token of ours has a name with a slash
        return Principal("token", program, identity.display_name or identity.subject, roles, *belonging)

    def end_address(self) -> str | None:
        """Where a browser ends its session at the provider too (RP-Initiated Logout 1.0); None where that is not offered."""
        if self._client is None or not (address := self._client.endpoints().end_session):
            return None
        start = self._client.provider.callback.removesuffix("/api/session/oidc/callback") + "/"
        query = urlencode({"client_id": self._client.provider.client_id, "post_logout_redirect_uri": start})
        return f"{address}{'&' if urlsplit(address).query else '?'}{query}"

    def _moment(self) -> int:
        return int(self._clock().timestamp())


def _roles_of(connection: Connection, groups: frozenset[str]) -> tuple[frozenset[str], Belonging]:
    roles, places = rules.mapped(groups, list_mappings(connection))
    if not roles:
        raise NoRoleMapped("none of your groups at the identity provider stands for a role here: ask an administrator")
    return roles, places
