"""Every decision of governance as a pure function: roles, passwords, delays, AEs."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from sixfold.governance.model import (
    CALLED_AE_NOT_RECOGNISED,
    CALLING_AE_NOT_RECOGNISED,
    Action,
    BadEntry,
    Calling,
    NotAdmitted,
    PeerRule,
    Principal,
)

ROLES: dict[str, frozenset[Action]] = {
    "administrator": frozenset(Action),
    "radiologist": frozenset({Action.SEARCH, Action.READ, Action.SUBSCRIBE}),
    "technologist": frozenset({Action.SEARCH, Action.READ, Action.STORE, Action.REJECT, Action.SUBSCRIBE}),
    "physician": frozenset({Action.SEARCH, Action.READ}),
    "uploader": frozenset({Action.STORE}),
    "modality": frozenset({Action.ECHO, Action.SEARCH, Action.STORE}),
    "archive-peer": frozenset({Action.ECHO, Action.SEARCH, Action.READ, Action.STORE}),
    "auditor": frozenset({Action.AUDIT}),
    "service": frozenset({Action.ECHO, Action.SEARCH, Action.READ, Action.STORE, Action.SUBSCRIBE}),
}
"""What each role may do; `docs/reference/access.md` shows this table and a test compares the two."""

FOR_EVERYBODY = frozenset({Action.OPEN, Action.OWN})

SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=7)
LINK_LIFE = timedelta(hours=24)
FAILURES_FORGOTTEN = timedelta(hours=24)

PASSWORD_LENGTH = range(12, 1025)
_FREE_ATTEMPTS = 3
_LONGEST_DELAY = 900.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_SHOWN = 2048
_SECRET_WORDS = ("token", "secret", "password", "authorization")


def permits(principal: Principal, action: Action) -> bool:
    """Whether any role of the principal allows the action."""
    return action in FOR_EVERYBODY or any(action in ROLES.get(role, ()) for role in principal.roles)


def actions_of(principal: Principal) -> list[str]:
    """Everything the principal may do, sorted, without what everybody may."""
    return sorted(action.value for action in Action if action not in FOR_EVERYBODY and permits(principal, action))


def check_roles(roles: Iterable[str]) -> frozenset[str]:
    """The roles, when there is one at least and all exist; raises `BadEntry`."""
    chosen = frozenset(roles)
    if unknown := sorted(chosen - ROLES.keys()):
        raise BadEntry(f"there is no role {', '.join(unknown)}: choose from {', '.join(ROLES)}")
    if not chosen:
        raise BadEntry(f"at least one role is needed: {', '.join(ROLES)}")
    return chosen


def is_name(name: str) -> bool:
    """Whether an account could have the name."""
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> str:
    """The name of an account or a token in lower case; raises `BadEntry`."""
    plain = name.strip().lower()
    if not is_name(plain):
        raise BadEntry("a name is 1 to 64 of a-z, 0-9, '.', '_', '@' and '-', and starts with a letter or a digit")
    return plain


def check_password(password: str, name: str) -> str:
    """The password when it is long enough and not the name (NIST SP 800-63B 3.1.1: length counts, not kinds of characters)."""
    if len(password.encode("utf-8", "replace")) not in PASSWORD_LENGTH:
        raise BadEntry(f"a password is {PASSWORD_LENGTH.start} to {PASSWORD_LENGTH.stop - 1} bytes long")
    if len(set(password)) < 4 or name in password.lower():
        raise BadEntry("that password is too easily guessed: choose a longer phrase without your name")
    return password


def delay_after(failures: int) -> float:
    """Seconds until the next attempt may be made after so many failures in a row."""
    if failures < _FREE_ATTEMPTS:
        return 0.0
    return min(_LONGEST_DELAY, 2.0 ** min(failures - _FREE_ATTEMPTS, 16))


def attempt_key(name: str, address: str) -> str:
    """What failures are counted by: account and address together, an IPv6 address by its /64 network."""
    return digest(f"{name.strip().lower()}\0{_network_of(address)}")


def _network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: the only form in which a random secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def shown_query(query: str) -> str:
    """A query string as the audit may keep it: without values of secrets, cut at a bound."""
    if any(word in query.lower() for word in _SECRET_WORDS) or "%" in query:
        query = _without_secrets(query)
    return query if len(query) <= _SHOWN else query[:_SHOWN] + "…"


def _without_secrets(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    secret = [any(word in key.lower() for word in _SECRET_WORDS) for key, _ in pairs]
    if not any(secret):
        return query
    return urlencode([(key, "***" if hide else value) for (key, value), hide in zip(pairs, secret, strict=True)], safe="*")


def check_peer(rule: PeerRule) -> PeerRule:
    """The rule with its fields in normal form; raises `BadEntry`."""
    check_roles([rule.role])
    title = check_title(rule.title)
    certificate = rule.certificate_sha256.replace(":", "").strip().lower()
    if certificate and not re.fullmatch(r"[0-9a-f]{64}", certificate):
        raise BadEntry("a certificate is named by the 64 hexadecimal digits of its SHA-256")
    return PeerRule(title, check_host(rule.host), rule.role, certificate, rule.note.strip()[:500], rule.enabled)


def check_host(host: str) -> str:
    """`*`, an address or a network in normal form; raises `BadEntry`."""
    plain = host.strip()
    if plain == "*":
        return plain
    try:
        return str(ipaddress.ip_network(plain, strict=False)) if "/" in plain else str(ipaddress.ip_address(plain))
    except ValueError:
        raise BadEntry(f"'{plain}' is not an address, a network as 10.1.0.0/16, or *") from None


def is_title(title: str) -> bool:
    """Whether the text, without its padding, is an AE title (PS3.5 6.2)."""
    return 1 <= len(title) <= 16 and "\\" not in title and title.isprintable() and title.isascii()


def check_title(title: str) -> str:
    """An AE title of 1 to 16 characters without backslash (PS3.5 6.2); raises `BadEntry`."""
    plain = title.strip()
    if not is_title(plain):
        raise BadEntry("an AE title is 1 to 16 characters of ASCII without backslash")
    return plain


def admitted(calling: Calling, our_ae: str, rules: Iterable[PeerRule]) -> Principal:
    """The principal that the peer associates as; raises `NotAdmitted` with the codes of PS3.8 9.3.4."""
    if calling.called_ae.strip() != our_ae:
        raise NotAdmitted("the called AE title is not ours", CALLED_AE_NOT_RECOGNISED)
    title = calling.calling_ae.strip()
    roles = frozenset(rule.role for rule in rules if rule.enabled and _matches(rule, title, calling))
    if not is_title(title) or not roles:
        raise NotAdmitted("no rule admits this AE from this address", CALLING_AE_NOT_RECOGNISED)
    return Principal("ae", title, title, roles)


def _matches(rule: PeerRule, title: str, calling: Calling) -> bool:
    return (
        _title_matches(rule.title, title)
        and _host_matches(rule.host, calling.host)
        and (not rule.certificate_sha256 or rule.certificate_sha256 == calling.certificate_sha256.replace(":", "").lower())
    )


def _title_matches(pattern: str, title: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, title) is not None


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if address.version == 6 and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address in ipaddress.ip_network(pattern, strict=False)
