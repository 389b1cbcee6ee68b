"""Persons: one-time links, passwords, sign-in with a growing delay, and what an administrator may change."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from sixfold.governance import rules, store
from sixfold.governance.model import (
    ACCOUNT_CHANGED,
    ACCOUNT_CREATED,
    ACCOUNT_PASSWORD,
    ACCOUNT_REMOVED,
    LINK_CREATED,
    SESSION_REFUSED,
    SYSTEM,
    Account,
    BadCredentials,
    BadEntry,
    Forbidden,
    LastAdministrator,
    LinkSpent,
    NoSuchEntry,
    Principal,
    TooManyAttempts,
    Via,
)
from sixfold.governance.model.accounts import NotOurs, SecondFactorNeeded
from sixfold.governance.model.places import Belonging
from sixfold.governance.model.second_factor import WrongCode
from sixfold.governance.service.credentials import Credentials
from sixfold.governance.service.places import check_belonging
from sixfold.governance.service.second_factor import SecondFactors
from sixfold.governance.store.belonging import packed
from sixfold.governance.store.standing import remove_relations_of
from sixfold.kernel import events
from sixfold.kernel.clock import Clock, from_text, to_text
from sixfold.kernel.database import Database, Transaction
from sixfold.kernel.errors import Unavailable

_HASHES_AT_ONCE = 2  # 64 MiB each with argon2's own defaults (RFC 9106, second choice)
_HASH_WAIT = 10.0


_CODES = "\0code"  # after a name: attempts at its second factor


class Busy(Unavailable):
    """Too many people sign in at this moment."""


class Passwords:
    """argon2id hashes, made and verified a few at a time, so that sign-in cannot exhaust the memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(_HASHES_AT_ONCE)

    def hash(self, password: str) -> str:
        """The hash of a new password."""
        with self._slot():
            return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the kept one; with nothing kept it takes the same time and is False."""
        nobody = self._nobody
        with self._slot():
            try:
                return self._hasher.verify(kept or nobody, password) and kept is not None
            except (VerifyMismatchError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=_HASH_WAIT):
            raise Busy("too many people sign in at this moment: try again in a few seconds")
        try:
            yield
        finally:
            self._slots.release()


class Accounts:
    """Persons who can sign in."""

    def __init__(
        self, database: Database, clock: Clock, credentials: Credentials, passwords: Passwords, factors: SecondFactors
    ) -> None:
        self._database = database
        self._clock = clock
        self._credentials = credentials
        self._passwords = passwords
        self._factors = factors

    def first_link(self) -> str | None:
        """The secret of a link for the first administrator, valid once and for a day; None when there is an account already."""
        with self._database.write() as transaction:
            if store.count_accounts(transaction.connection):
                return None
            store.drop_first_links(transaction.connection)
            return self._new_link(transaction, frozenset({"administrator"}), "", SYSTEM, first=True)

    def invite(self, roles: list[str], *, by: Principal) -> str:
        """The secret of a link with which one person makes an account in these roles."""
        with self._database.write() as transaction:
            return self._new_link(transaction, rules.check_roles(roles), "", by)

    def reset_link(self, name: str, *, by: Principal) -> str:
        """The secret of a link with which a person sets a new password; raises `NoSuchEntry`."""
        with self._database.write() as transaction:
            account = _with_password(_existing(transaction, name))
            return self._new_link(transaction, account.roles, account.name, by)

    def _new_link(
        self, transaction: Transaction, roles: frozenset[str], account: str, by: Principal, *, first: bool = False
    ) -> str:
        secret = secrets.token_urlsafe(32)
        expires = to_text(self._clock() + rules.LINK_LIFE)
        row = {"digest": rules.digest(secret), "roles": store.pack_roles(roles), "account": account, "first": first}
        store.add_link(transaction.connection, {**row, "expires_at": expires})
        told = {"roles": sorted(roles), "expires_at": expires}
        events.record(transaction, LINK_CREATED, subject=account or "account", actor=by.actor, payload=told)
        return secret

    def redeem(self, secret: str, name: str, display_name: str, password: str) -> Account:
        """Make the account of a one-time link, or set its account's password; raises `LinkSpent`, `NameTaken`, `BadEntry`.

        When it fails, the link stays good.
        """
        plain = rules.check_name(name)
        shown = " ".join(display_name.split())[:100] or plain
        hashed = self._passwords.hash(rules.check_password(password, plain))
        now = to_text(self._clock())
        with self._database.write() as transaction:
            store.lock_accounts(transaction.connection)
            link = store.spend_link(transaction.connection, rules.digest(secret), now)
            if link is None or (link.first and store.count_accounts(transaction.connection)):
                raise LinkSpent("this link was used, has expired or never was: ask an administrator for another")
            if link.account:
                account = self._set_password(transaction, link.account, plain, hashed)
            else:
                account = Account(plain, shown, store.unpack_roles(link.roles), enabled=True, created_at=now)
                store.add_account(transaction.connection, account, hashed)
                told = {"roles": sorted(account.roles)}
                events.record(transaction, ACCOUNT_CREATED, subject=plain, actor=f"person:{plain}", payload=told)
        self._credentials.forget()
        return account

    def _set_password(self, transaction: Transaction, of: str, name: str, hashed: str) -> Account:
        if of != name:
            raise BadEntry("this link sets the password of another name")
        account = _existing(transaction, of)
        store.change_account(transaction.connection, of, password=hashed)
        store.end_sessions(transaction.connection, of)
        events.record(transaction, ACCOUNT_PASSWORD, subject=of, actor=f"person:{of}", payload={})
        return account

    def sign_in(self, name: str, password: str, via: Via, agent: str = "", code: str = "") -> str:
        """The secret of a new session; raises `BadCredentials`, `TooManyAttempts` with the seconds to wait.

        Where the account has a second factor, raises `SecondFactorNeeded` without a code, and `WrongCode`.
        """
        plain = name.strip().lower()
        self._attempt(plain, via)
        account, kept = self._find(plain)
        right = self._passwords.matches(kept, password[: rules.PASSWORD_LENGTH.stop])
        if not right or account is None or not account.enabled:
            self._refused(account, via)
        assert kept is not None
        fresh = self._passwords.hash(password) if self._passwords.outdated(kept) else None
        needs_code = self._asks_for(plain, code)
        try:
            with self._database.write() as transaction:
                if needs_code:
                    self._spend(transaction, plain, code)
                store.forget_attempts(transaction.connection, rules.attempt_key(plain, via.address))
                if fresh is not None:
                    store.change_account(transaction.connection, plain, password=fresh)
                return self._credentials.open_session(transaction, plain, via, agent)
        except WrongCode:
            self._tell_refused(account, via)
            raise

    def _asks_for(self, name: str, code: str) -> bool:
        """Whether a code is needed; counts it as an attempt of the account from wherever, since the password is known."""
        if not self._factors.needed(name):
            return False
        if not code:
            raise SecondFactorNeeded("the account asks for a code of its second factor")
        self._attempt(name + _CODES, Via())
        return True

    def _spend(self, transaction: Transaction, name: str, code: str) -> None:
        self._factors.spend(transaction, name, code)
        store.forget_attempts(transaction.connection, rules.attempt_key(name + _CODES, ""))

    def _find(self, name: str) -> tuple[Account | None, str | None]:
        if not rules.is_name(name):
            return None, None
        with self._database.read() as connection:
            return store.find_account(connection, name), store.password_of(connection, name)

    def _attempt(self, name: str, via: Via) -> None:
        """Count the attempt as failed before it is looked at, so that parallel guesses gain nothing."""
        key, now = rules.attempt_key(name, via.address), self._clock()
        with self._database.write(synced=False) as transaction:
            failures, last = store.failures_of(transaction.connection, key, to_text(now - rules.FAILURES_FORGOTTEN))
            wait = _seconds_left(failures, last, now)
            if wait > 0:
                raise TooManyAttempts(wait)
            store.note_attempt(transaction.connection, key, failures + 1, to_text(now))

    def _refused(self, account: Account | None, via: Via) -> NoReturn:
        self._tell_refused(account, via)
        raise BadCredentials("the name or the password is wrong")

    def _tell_refused(self, account: Account | None, via: Via) -> None:
        """Tell of a failed sign-in; a name that is no account is not kept: it may be a mistyped password."""
        subject = account.name if account else "unknown"
        with self._database.write() as transaction:
            events.record(transaction, SESSION_REFUSED, subject=subject, actor="unknown", payload={"address": via.address})

    def change_password(self, principal: Principal, old: str, new: str, *, keep: str) -> None:
        """Set one's own password and end one's other sessions but the one of the secret `keep`; raises `BadCredentials`."""
        self._prove(principal, old)
        hashed = self._passwords.hash(rules.check_password(new, principal.name))
        with self._database.write() as transaction:
            store.forget_attempts(transaction.connection, rules.attempt_key(principal.name, ""))
            store.change_account(transaction.connection, principal.name, password=hashed)
            store.end_sessions(transaction.connection, principal.name, but=rules.digest(keep))
            events.record(transaction, ACCOUNT_PASSWORD, subject=principal.name, actor=principal.actor, payload={})
        self._credentials.forget()

    def _prove(self, principal: Principal, password: str) -> None:
        """Have a person who is signed in say their password again; raises `BadCredentials`, `TooManyAttempts`."""
        self.own(principal)
        self._attempt(principal.name, Via())
        with self._database.read() as connection:
            kept = store.password_of(connection, principal.name)
        if not self._passwords.matches(kept, password[: rules.PASSWORD_LENGTH.stop]):
            raise BadCredentials("the old password is wrong")

    def own(self, principal: Principal) -> Account:
        """The account of a person with a password here; raises `Forbidden` for a program, `NotOurs` for who has none here."""
        if principal.kind != "person":
            raise Forbidden("only a person has a password and a second factor")
        return _with_password(self.find(principal.name))

    def remove_second_factor(self, principal: Principal, password: str, code: str) -> None:
        """Take off one's own second factor; raises `BadCredentials`, `WrongCode`, `NotEnrolled`, `TooManyAttempts`."""
        self._prove(principal, password)
        self._attempt(principal.name + _CODES, Via())
        with self._database.write() as transaction:
            self._spend(transaction, principal.name, code)
            store.forget_attempts(transaction.connection, rules.attempt_key(principal.name, ""))
            self._factors.remove(transaction, principal.name, principal)

    def list_accounts(self) -> list[Account]:
        """Every account by name."""
        with self._database.read() as connection:
            return store.list_accounts(connection)

    def find(self, name: str) -> Account:
        """One account; raises `NoSuchEntry`."""
        with self._database.read() as connection:
            account = store.find_account(connection, name)
        if account is None:
            raise NoSuchEntry("there is no such account")
        return account

    def change(
        self, name: str, roles: list[str], *, enabled: bool, by: Principal, belonging: Belonging | None = None
    ) -> Account:
        """Give an account other roles and another place, or bar it, which ends its sessions.

        Without `belonging` its person stays where they belong. Raises `NoSuchEntry`, `LastAdministrator`, `BadEntry`.
        """
        chosen = rules.check_roles(roles)
        with self._database.write() as transaction:
            store.lock_accounts(transaction.connection)
            account = _existing(transaction, name)
            places = check_belonging(transaction.connection, belonging or account.belonging)
            values = {"roles": store.pack_roles(chosen), "enabled": enabled, **packed(places)}
            store.change_account(transaction.connection, account.name, **values)
            _keep_an_administrator(transaction)
            if not enabled:
                store.end_sessions(transaction.connection, account.name)
            told: dict[str, Any] = {"roles": sorted(chosen), "enabled": enabled, **places.told()}
            events.record(transaction, ACCOUNT_CHANGED, subject=account.name, actor=by.actor, payload=told)
        self._credentials.forget()
        return account.changed(chosen, places, enabled=enabled)

    def remove(self, name: str, *, by: Principal) -> None:
        """Delete an account, end its sessions and relations; raises `NoSuchEntry`, `LastAdministrator`."""
        with self._database.write() as transaction:
            store.lock_accounts(transaction.connection)
            account = _existing(transaction, name)
            store.remove_account(transaction.connection, account.name)
            remove_relations_of(transaction.connection, f"person:{account.name}", to_text(self._clock()))
            _keep_an_administrator(transaction)
            events.record(transaction, ACCOUNT_REMOVED, subject=account.name, actor=by.actor, payload={})
        self._credentials.forget()


def _existing(transaction: Transaction, name: str) -> Account:
    account = store.find_account(transaction.connection, name)
    if account is None:
        raise NoSuchEntry("there is no such account")
    return account


def _with_password(account: Account) -> Account:
    if account.kind != "local":
        raise NotOurs("that person signs in by the identity provider, which keeps their password")
    return account


def _keep_an_administrator(transaction: Transaction) -> None:
    everybody = store.list_accounts(transaction.connection)
    if not any(account.enabled and "administrator" in account.roles for account in everybody):
        raise LastAdministrator("this is the last administrator: name another one first")


def _seconds_left(failures: int, last: str, now: datetime) -> float:
    until = from_text(last) + timedelta(seconds=rules.delay_after(failures))
    return (until - now).total_seconds()
