"""Names, passwords, delays after failures, and the lives of sessions and links."""

import hashlib
import ipaddress
import re
from datetime import timedelta

from sixfold.governance.model import (
    BadEntry,
)

SESSION_IDLE = timedelta(hours=12)


SESSION_LIFE = timedelta(days=7)


LINK_LIFE = timedelta(hours=24)


FAILURES_FORGOTTEN = timedelta(hours=24)


PASSWORD_LENGTH = range(12, 1025)


_FREE_ATTEMPTS = 3


_LONGEST_DELAY = 900.0


_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


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
