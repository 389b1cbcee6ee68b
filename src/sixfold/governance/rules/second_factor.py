"""Codes of a second factor: time-based (RFC 6238: SHA-1, six digits, 30 s, as every authenticator has it), and for recovery."""

import secrets
from datetime import datetime

import pyotp

STEP = 30
"""Seconds for which a code is shown (RFC 6238 4.1)."""

RECOVERY_CODES = 10
_WINDOW = (0, -1, 1)  # steps by which a device's clock may be off (RFC 6238 5.2)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
_GROUPS, _LETTERS = 4, 4  # 79 bits

TOTP_SECRET_LENGTH = 32
"""Characters of base 32: 160 bits (RFC 4226 4)."""


def new_secret() -> str:
    """A new secret in base 32."""
    return pyotp.random_base32(TOTP_SECRET_LENGTH)


def uri_of(secret: str, account: str, issuer: str) -> str:
    """The secret as the otpauth URI that an authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code it is, of the present one and its neighbours; None when it is of none of them."""
    plain = "".join(code.split())
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
        return None
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    fitting = [present + off for off in _WINDOW if secrets.compare_digest(totp.generate_otp(present + off), plain)]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """One-time codes for the day when the device is lost, as `abcd-efgh-jkmn-pqrs`."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_code(text: str) -> str:
    """A recovery code as typed, in the form in which its digest was made."""
    plain = "".join(char for char in text.lower() if char in _ALPHABET)[: _GROUPS * _LETTERS]
    return "-".join(plain[start : start + _LETTERS] for start in range(0, len(plain), _LETTERS))
