"""What an administrator sets and an auditor reads: `/api/governance/...`."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sixfold.governance import rules
from sixfold.governance.http.access import needs
from sixfold.governance.model import Account, Action, Destination, PeerRule, Principal, TokenRecord
from sixfold.governance.model.accounts import Narrowed
from sixfold.governance.model.places import Belonging
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_ADMINISTER = needs(Action.ADMINISTER)


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token to make; without `days` it does not expire, without `scope` it may what its role may."""

    name: str
    role: str
    days: int | None = None
    scope: list[str] = []
    service_lines: list[str] = []
    facilities: list[str] = []


class NewLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation in some roles, or with `account` a link that sets a new password."""

    roles: list[str] = []
    account: str | None = None


class Secret(msgspec.Struct, frozen=True):
    """A secret that is shown this once."""

    secret: str


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an account shall be; groups, service lines and facilities that are not given stay as they are."""

    roles: list[str]
    enabled: bool
    groups: frozenset[str] | None = None
    service_lines: frozenset[str] | None = None
    facilities: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry(Account):
    """An account, and whether its person is asked for a second factor here."""

    second_factor: bool


class PeerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule that admits AEs; see `PeerRule`."""

    title: str
    host: str
    role: str
    certificate_sha256: str = ""
    note: str = ""
    enabled: bool = True
    service_lines: list[str] = []
    facilities: list[str] = []

    def rule(self) -> PeerRule:
        """As governance knows it."""
        places = {"service_lines": frozenset(self.service_lines), "facilities": frozenset(self.facilities)}
        return PeerRule(**{**msgspec.structs.asdict(self), **places})


class PeerEntry(PeerBody, frozen=True, kw_only=True):
    """A rule in force."""

    key: str


class RemoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a remote AE listens."""

    host: str
    port: int
    tls: bool = False


class Role(msgspec.Struct, frozen=True):
    """A role and what it may do."""

    name: str
    purpose: str
    actions: list[str]


@get("/roles", opt=_ADMINISTER, sync_to_thread=True)
def list_roles(governance: Door) -> list[Role]:
    """Every role, and what the policies in force let a person in it do."""
    policies = governance.policies.active
    return [Role(name, purpose, rules.actions_of(policies, _in_role(name))) for name, purpose in rules.ROLES.items()]


def _in_role(role: str) -> Principal:
    return Principal("person", "", "", frozenset({role}))


@get("/accounts", opt=_ADMINISTER, sync_to_thread=True)
def list_accounts(governance: Door) -> list[AccountEntry]:
    """Every account, and whether it has a second factor."""
    asked = governance.second_factors.confirmed()
    return [_account_entry(account, second_factor=account.name in asked) for account in governance.accounts.list_accounts()]


def _account_entry(account: Account, *, second_factor: bool) -> AccountEntry:
    return AccountEntry(
        **{field.name: getattr(account, field.name) for field in dataclasses.fields(Account)}, second_factor=second_factor
    )


@put("/accounts/{name:str}", opt=_ADMINISTER, sync_to_thread=True)
def change_account(request: AnyRequest, name: FromPath[str], data: JSONBody[AccountChange], governance: Door) -> Account:
    """Give an account other roles, or bar it; 409 when it is the last administrator."""
    present = governance.accounts.find(name)
    belonging = Belonging(
        present.groups if data.groups is None else data.groups,
        present.service_lines if data.service_lines is None else data.service_lines,
        present.facilities if data.facilities is None else data.facilities,
    )
    return governance.accounts.change(name, data.roles, enabled=data.enabled, by=request.user, belonging=belonging)


@delete("/accounts/{name:str}", opt=_ADMINISTER, sync_to_thread=True)
def remove_account(request: AnyRequest, name: FromPath[str], governance: Door) -> None:
    """Delete an account; 409 when it is the last administrator."""
    governance.accounts.remove(name, by=request.user)


@post("/links", opt=_ADMINISTER, sync_to_thread=True)
def make_link(request: AnyRequest, data: JSONBody[NewLink], governance: Door) -> Secret:
    """A one-time secret: an invitation, or a new password for an account."""
    if data.account is not None:
        return Secret(governance.accounts.reset_link(data.account, by=request.user))
    return Secret(governance.accounts.invite(data.roles, by=request.user))


@get("/tokens", opt=_ADMINISTER, sync_to_thread=True)
def list_tokens(governance: Door) -> list[TokenRecord]:
    """Every token, without secrets."""
    return governance.credentials.list_tokens()


@post("/tokens", opt=_ADMINISTER, sync_to_thread=True)
def make_token(request: AnyRequest, data: JSONBody[NewToken], governance: Door) -> Secret:
    """Make a token; its secret is shown this once."""
    narrowed = Narrowed(frozenset(data.scope), frozenset(data.service_lines), frozenset(data.facilities))
    return Secret(governance.credentials.create_token(data.name, data.role, data.days, narrowed, by=request.user))


@delete("/tokens/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def revoke_token(request: AnyRequest, key: FromPath[str], governance: Door) -> None:
    """End a token."""
    governance.credentials.revoke_token(key, by=request.user)


def _entry(key: str, rule: PeerRule) -> PeerEntry:
    places = {"service_lines": sorted(rule.service_lines), "facilities": sorted(rule.facilities)}
    return PeerEntry(key=key, **{**dataclasses.asdict(rule), **places})


@get("/aes", opt=_ADMINISTER, sync_to_thread=True)
def list_peers(governance: Door) -> list[PeerEntry]:
    """The rules that admit AEs."""
    return [_entry(peer.key, peer.rule) for peer in governance.network.peers()]


@post("/aes", opt=_ADMINISTER, sync_to_thread=True)
def add_peer(request: AnyRequest, data: JSONBody[PeerBody], governance: Door) -> PeerEntry:
    """Admit AEs by a new rule."""
    peer = governance.network.add_peer(data.rule(), by=request.user)
    return _entry(peer.key, peer.rule)


@put("/aes/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def change_peer(request: AnyRequest, key: FromPath[str], data: JSONBody[PeerBody], governance: Door) -> PeerEntry:
    """Replace a rule."""
    peer = governance.network.change_peer(key, data.rule(), by=request.user)
    return _entry(peer.key, peer.rule)


@delete("/aes/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def remove_peer(request: AnyRequest, key: FromPath[str], governance: Door) -> None:
    """Take a rule out of force."""
    governance.network.remove_peer(key, by=request.user)


@get("/remotes", opt=_ADMINISTER, sync_to_thread=True)
def list_remotes(governance: Door) -> list[Destination]:
    """Where we can send to."""
    return governance.network.destinations()


@put("/remotes/{ae_title:str}", opt=_ADMINISTER, sync_to_thread=True)
def put_remote(request: AnyRequest, ae_title: FromPath[str], data: JSONBody[RemoteBody], governance: Door) -> Destination:
    """Add or replace a destination."""
    return governance.network.put_destination(Destination(ae_title, data.host, data.port, data.tls), by=request.user)


@delete("/remotes/{ae_title:str}", opt=_ADMINISTER, sync_to_thread=True)
def remove_remote(request: AnyRequest, ae_title: FromPath[str], governance: Door) -> None:
    """Forget a destination."""
    governance.network.remove_destination(ae_title, by=request.user)


def admin_router(governance: Governance) -> Router:
    """The routes of this module."""
    handlers = [list_roles, list_accounts, change_account, remove_account, make_link, list_tokens, make_token, revoke_token]
    handlers += [list_peers, add_peer, change_peer, remove_peer, list_remotes, put_remote, remove_remote]
    return Router(
        "/api/governance",
        route_handlers=handlers,
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=65_536,
        tags=["governance"],
    )
