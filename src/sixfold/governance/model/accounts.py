"""Persons, their sessions, and the tokens of programs."""

from dataclasses import dataclass, field, replace
from typing import Literal

from sixfold.governance.model.places import Belonging
from sixfold.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, Unavailable

AccountKind = Literal["local", "oidc"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in: by a password here, or by the identity provider (`oidc`); no facility is every one."""

    name: str
    display_name: str
    roles: frozenset[str]
    enabled: bool
    created_at: str
    kind: AccountKind = "local"
    groups: frozenset[str] = field(default_factory=frozenset)
    service_lines: frozenset[str] = field(default_factory=frozenset)
    facilities: frozenset[str] = field(default_factory=frozenset)

    @property
    def belonging(self) -> Belonging:
        """Where its person belongs."""
        return Belonging(self.groups, self.service_lines, self.facilities)

    def changed(self, roles: frozenset[str], places: Belonging, *, enabled: bool) -> "Account":
        """The account with other roles, elsewhere, open or barred."""
        return replace(
            self,
            roles=roles,
            enabled=enabled,
            groups=places.groups,
            service_lines=places.service_lines,
            facilities=places.facilities,
        )


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One signed-in browser; `key` names it without being the secret."""

    key: str
    account: str
    address: str
    agent: str
    created_at: str
    used_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """An API token, without its secret; no `scope` is everything that its role may, no facility is every one."""

    key: str
    name: str
    role: str
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None
    scope: frozenset[str] = field(default_factory=frozenset)
    service_lines: frozenset[str] = field(default_factory=frozenset)
    facilities: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To what a token is narrowed: to some of its role's actions, to facilities; and the service lines it belongs to."""

    scope: frozenset[str] = frozenset()
    service_lines: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()

    @property
    def belonging(self) -> Belonging:
        """Where the token belongs."""
        return Belonging(service_lines=self.service_lines, facilities=self.facilities)


UNNARROWED = Narrowed()


class BadCredentials(NotSignedIn):
    """The name and password do not belong together; which of the two is wrong is not told."""


class TooManyAttempts(Unavailable):
    """Sign-in was tried too often; `retry_after` is the number of seconds to wait."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"sign-in was tried too often: wait {retry_after:.0f} s")
        self.retry_after = retry_after


class LinkSpent(NotAllowed):
    """A one-time link was used before, has expired or never was."""


class NameTaken(Conflict):
    """Another account has the name."""


class LastAdministrator(Conflict):
    """The change would leave nobody who can administer."""


class NoSuchEntry(NotFound):
    """There is no account, token, session, AE or destination of that name."""


class BadEntry(InvalidInput):
    """A name, password, role, address or title cannot be used as given."""


class SecondFactorNeeded(NotSignedIn):
    """Name and password are right, and the account asks for a code of its second factor besides."""

    kept = "Nobody was signed in."
    do = "Send the same again with `code`: six digits of the authenticator, or a recovery code."


class NotOurs(Conflict):
    """The account's person signs in by the identity provider, which keeps their password and second factor."""
