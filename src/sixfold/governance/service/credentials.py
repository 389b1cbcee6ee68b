"""What a request proves itself with: sessions of persons and tokens of programs. Only digests are kept."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sixfold.governance import rules, store
from sixfold.governance.model import (
    PART,
    SESSION_ENDED,
    SESSION_OPENED,
    SYSTEM,
    TOKEN_CREATED,
    TOKEN_REVOKED,
    BadEntry,
    Forbidden,
    NoSuchEntry,
    Principal,
    SessionRecord,
    TokenRecord,
    UnknownCaller,
    Via,
)
from sixfold.governance.model.accounts import UNNARROWED, Narrowed
from sixfold.governance.model.oidc import NoRoleMapped, TokenRefused
from sixfold.governance.service.places import check_belonging
from sixfold.governance.store.belonging import belonging_of, pack, packed, unpack
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, from_text, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.errors import Unavailable
from sixfold.kernel.ids import new_key
from sixfold.kernel.logs import logger

TOKEN_PREFIX = "sxf_"  # noqa: S105 it marks a secret, it is none
_JWT_PREFIX = "eyJ"  # what every JWT begins with, `{"` in base64url; no secret of ours does
BELIEVED = timedelta(seconds=5)
_TOUCHED = timedelta(minutes=5)
_REMEMBERED = 10_000


class _Memory:
    """Who a credential belongs to, believed for five seconds, so that a request costs no SQL."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Principal, datetime]] = {}
        self._lock = threading.Lock()

    def get(self, digest: str, now: datetime) -> Principal | None:
        """The principal if it was proved lately; a clock that was set back makes it forget."""
        found = self._known.get(digest)
        if found is None or not timedelta() <= now - found[1] < BELIEVED:
            return None
        return found[0]

    def put(self, digest: str, principal: Principal, now: datetime) -> None:
        """Believe a principal from now on; when there are too many, all have to prove themselves again."""
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[digest] = (principal, now)

    def forget(self) -> None:
        """Believe nobody."""
        with self._lock:
            self._known.clear()


class Credentials:
    """Sessions and tokens: made, proved, listed, ended. Another process believes an ended one for five seconds at most."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._memory = _Memory()
        self.vouch: Callable[[str, datetime], Principal] | None = None
        """Who an identity provider says comes with a token of its own; None when none is asked."""

    def lately_proved(self, secret: str) -> Principal | None:
        """The principal of a credential that was proved in the last seconds; never asks the database."""
        return self._memory.get(rules.digest(secret), self._clock())

    def principal_of(self, secret: str) -> Principal:
        """The principal of a session's or token's secret; raises `UnknownCaller`."""
        digest, now = rules.digest(secret), self._clock()
        known = self._memory.get(digest, now)
        if known is not None:
            return known
        if secret.startswith(TOKEN_PREFIX):
            principal = self._of_token(digest, now)
        elif self.vouch is not None and secret.startswith(_JWT_PREFIX):
            principal = self._vouched(self.vouch, secret, now)
        else:
            principal = self._of_session(digest, now)
        self._memory.put(digest, principal, now)
        return principal

    @staticmethod
    def _vouched(vouch: Callable[[str, datetime], Principal], secret: str, now: datetime) -> Principal:
        try:
            return vouch(secret, now)
        except TokenRefused as error:
            raise UnknownCaller(str(error)) from error
        except NoRoleMapped as error:
            raise Forbidden(str(error)) from error

    def _of_token(self, digest: str, now: datetime) -> Principal:
        with self._database.read() as connection:
            row = store.find_token(connection, digest)
        if row is None or row.revoked_at is not None or (row.expires_at is not None and from_text(row.expires_at) <= now):
            raise UnknownCaller("this token is not known, was revoked or has expired")
        self._touch(store.tokens, row, now)
        return Principal(
            "token",
            row.name,
            row.name,
            frozenset({row.role}),
            service_lines=unpack(row.service_lines),
            facilities=unpack(row.facilities),
            scope=unpack(row.scope),
        )

    def _of_session(self, digest: str, now: datetime) -> Principal:
        with self._database.read() as connection:
            row = store.find_session(connection, digest)
        if row is None or not row.enabled or _ended(row, now):
            raise UnknownCaller("this session is not known or has ended: sign in again")
        self._touch(store.sessions, row, now)
        places = belonging_of(row)
        roles = store.unpack_roles(row.roles)
        return Principal("person", row.account, row.display_name, roles, places.groups, places.service_lines, places.facilities)

    def _touch(self, table: Any, row: Any, now: datetime) -> None:
        if row.used_at is None or now - from_text(row.used_at) > _TOUCHED:
            try:
                with self._database.write(synced=False) as transaction:
                    store.touch(transaction.connection, table, row.digest, to_text(now))
            except Unavailable as error:  # a full disk must not keep anybody from reading
                logger(PART).warning("the use of a credential could not be noted", extra={"error": str(error)})

    def open_session(self, transaction: Transaction, account: str, via: Via, agent: str) -> str:
        """Make a session in the transaction that proved the person; returns its secret."""
        secret, now = secrets.token_urlsafe(32), to_text(self._clock())
        row = {
            "digest": rules.digest(secret),
            "key": new_key(),
            "account": account,
            "address": via.address,
            "agent": agent[:200],
        }
        store.add_session(transaction.connection, {**row, "created_at": now, "used_at": now})
        events.record(transaction, SESSION_OPENED, subject=account, actor=f"person:{account}", payload={"address": via.address})
        return secret

    def sessions_of(self, principal: Principal, secret: str) -> list[SessionRecord]:
        """The sessions of a person, newest first; the one of `secret` is marked as the current one. A program has none."""
        if principal.kind != "person":
            return []
        with self._database.read() as connection:
            return store.list_sessions(connection, principal.name, rules.digest(secret))

    def end_session(self, secret: str) -> None:
        """Sign out; no error when the session had ended."""
        with self._database.write() as transaction:
            account = store.end_session(transaction.connection, rules.digest(secret))
            if account is not None:
                events.record(transaction, SESSION_ENDED, subject=account, actor=f"person:{account}", payload={})
        self._memory.forget()

    def end_own(self, principal: Principal, key: str) -> None:
        """End one of a person's sessions, as of a lost laptop; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if principal.kind != "person" or store.end_sessions(transaction.connection, principal.name, key=key) == 0:
                raise NoSuchEntry("there is no such session")
            events.record(transaction, SESSION_ENDED, subject=principal.name, actor=principal.actor, payload={"session": key})
        self._memory.forget()

    def create_token(
        self, name: str, role: str, days: int | None = None, narrowed: Narrowed = UNNARROWED, *, by: Principal = SYSTEM
    ) -> str:
        """Make an API token and return its secret, which is shown this once; several of one name may be in force, to rotate."""
        rules.check_roles([role])
        rules.check_scope(narrowed.scope)
        if days is not None and not 1 <= days <= 3650:
            raise BadEntry("a token is valid for 1 to 3650 days, or without end")
        plain, now = rules.check_name(name), self._clock()
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        expires = to_text(now + timedelta(days=days)) if days is not None else None
        row: dict[str, Any] = {"digest": rules.digest(secret), "key": new_key(), "name": plain, "role": role}
        row |= {"created_at": to_text(now), "created_by": by.actor, "expires_at": expires}
        told: dict[str, Any] = {"token": row["key"], "role": role, "expires_at": expires}
        row["scope"] = pack(narrowed.scope)
        if narrowed.scope:
            told["scope"] = sorted(narrowed.scope)
        with self._database.write() as transaction:
            places = check_belonging(transaction.connection, narrowed.belonging)
            row |= packed(places, "service_lines", "facilities")
            told |= places.told()
            store.add_token(transaction.connection, row)
            events.record(transaction, TOKEN_CREATED, subject=plain, actor=by.actor, payload=told)
        return secret

    def list_tokens(self) -> list[TokenRecord]:
        """Every token, newest first, without secrets."""
        with self._database.read() as connection:
            return store.list_tokens(connection)

    def revoke_token(self, key: str, *, by: Principal) -> None:
        """End a token; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            if store.revoke_token(transaction.connection, key, to_text(self._clock())) is None:
                raise NoSuchEntry("there is no such token in force")
            events.record(transaction, TOKEN_REVOKED, subject=key, actor=by.actor, payload={})
        self._memory.forget()

    def forget(self) -> None:
        """Ask the database again for everybody: an account changed."""
        self._memory.forget()


def _ended(row: Any, now: datetime) -> bool:
    return now - from_text(row.used_at) > rules.SESSION_IDLE or now - from_text(row.created_at) > rules.SESSION_LIFE
