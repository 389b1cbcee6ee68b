"""Which AEs are admitted."""

import ipaddress
import re
from collections.abc import Iterable

from sixfold.governance.model import (
    CALLED_AE_NOT_RECOGNISED,
    CALLING_AE_NOT_RECOGNISED,
    BadEntry,
    Calling,
    NotAdmitted,
    PeerRule,
    Principal,
)
from sixfold.governance.rules.places import check_codes
from sixfold.governance.rules.roles import check_roles


def check_peer(rule: PeerRule) -> PeerRule:
    """The rule with its fields in normal form; raises `BadEntry`."""
    check_roles([rule.role])
    title = check_title(rule.title)
    certificate = rule.certificate_sha256.replace(":", "").strip().lower()
    if certificate and not re.fullmatch(r"[0-9a-f]{64}", certificate):
        raise BadEntry("a certificate is named by the 64 hexadecimal digits of its SHA-256")
    return PeerRule(
        title,
        check_host(rule.host),
        rule.role,
        certificate,
        rule.note.strip()[:500],
        rule.enabled,
        check_codes(rule.service_lines),
        check_codes(rule.facilities),
    )


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
    matching = [rule for rule in rules if rule.enabled and _matches(rule, title, calling)]
    if not is_title(title) or not matching:
        raise NotAdmitted("no rule admits this AE from this address", CALLING_AE_NOT_RECOGNISED)
    everywhere = any(not rule.facilities for rule in matching)
    return Principal(
        "ae",
        title,
        title,
        frozenset(rule.role for rule in matching),
        service_lines=frozenset().union(*(rule.service_lines for rule in matching)),
        facilities=frozenset() if everywhere else frozenset().union(*(rule.facilities for rule in matching)),
    )


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
