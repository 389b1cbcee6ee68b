"""The second factor: a device that shows codes (TOTP, RFC 6238), and codes for the day when it is lost."""

from dataclasses import dataclass, field

from sixfold.governance.model.access import PART
from sixfold.kernel.errors import Conflict, NotSignedIn
from sixfold.kernel.kinds import EventKind


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a device needs to show codes, shown this once: the secret in base 32, as otpauth URI, and that as an SVG QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorRecord:
    """Whether an account has a second factor, since when, and how many recovery codes are left."""

    confirmed_at: str | None
    recovery_codes: int


class WrongCode(NotSignedIn):
    """The code is wrong, too old, or was used before."""


class AlreadyEnrolled(Conflict):
    """The account has a second factor; it has to be taken off before another can be set up."""


class NotEnrolled(Conflict):
    """There is no second factor, or none that waits to be confirmed."""


_ACCOUNT = "the account's name"

FACTOR_ENROLLED = EventKind(PART, "second-factor.enrolled", "a person set up a second factor", _ACCOUNT)

FACTOR_REMOVED = EventKind(
    PART, "second-factor.removed", "a second factor was taken off, by its person or an administrator", _ACCOUNT
)

RECOVERY_USED = EventKind(
    PART, "recovery-code.used", "a person signed in with a recovery code", _ACCOUNT, {"left": "how many codes are left"}
)
