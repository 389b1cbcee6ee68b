"""Persons, their sessions, and the tokens of programs."""

from dataclasses import dataclass

from sixfold.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, Unavailable


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in."""

    name: str
    display_name: str
    roles: frozenset[str]
    enabled: bool
    created_at: str


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
    """An API token, without its secret."""

    key: str
    name: str
    role: str
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None


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
