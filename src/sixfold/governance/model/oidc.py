"""Persons and programs that an OpenID Connect provider vouches for."""

from dataclasses import dataclass, field

from sixfold.governance.model.access import PART
from sixfold.governance.model.places import Belonging
from sixfold.kernel.errors import NotAllowed, NotFound, NotSignedIn, Unavailable
from sixfold.kernel.kinds import EventKind


@dataclass(frozen=True, slots=True)
class Provider:
    """The one provider of the house, and what it knows us as (OpenID Connect Core 1.0).

    `audience` is what the `aud` of an access token must hold for our API to take it (RFC 9068); empty takes none.
    `hosts` are those besides the issuer's own that its endpoints may stand on. `callback` is our redirect URI.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: str
    groups_claim: str
    audience: str
    hosts: frozenset[str]
    callback: str


@dataclass(frozen=True, slots=True)
class GroupMapping:
    """What one value of the provider's groups claim stands for here."""

    value: str
    roles: frozenset[str]
    belonging: Belonging


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says somebody is: `issuer` and `subject` together are the identity, never a name or an e-mail address."""

    issuer: str
    subject: str
    name: str
    display_name: str
    groups: frozenset[str]


class TokenRefused(NotSignedIn):
    """What the provider is said to have signed cannot be believed; the message says why."""


class SignInBroken(NotSignedIn):
    """A sign-in by the provider cannot be finished: it was begun elsewhere, too long ago, or was finished already."""


class NoRoleMapped(NotAllowed):
    """The provider knows the person, but none of their groups stands for a role here."""


class ProviderUnavailable(Unavailable):
    """The identity provider does not answer, or not as the standard has it."""


class NoProvider(NotFound):
    """The house has no identity provider."""


_VALUE = "the value of the claim"

MAPPING_PUT = EventKind(
    PART,
    "mapping.put",
    "it was set what a group of the identity provider stands for",
    _VALUE,
    {
        "roles": "the roles of its members",
        "groups": "the groups here",
        "service_lines": "the service lines",
        "facilities": "the facilities; absent for the whole house",
    },
)

MAPPING_REMOVED = EventKind(PART, "mapping.removed", "a group of the identity provider stands for nothing any more", _VALUE)

ACCOUNT_LINKED = EventKind(
    PART,
    "account.linked",
    "a person whom the identity provider vouches for signed in for the first time, and has an account now",
    "the account's name",
    {"issuer": "the provider", "roles": "the roles of their groups"},
)
