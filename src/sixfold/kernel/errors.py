"""The root of the error tree. Each part derives its own; edges translate them once.

SixfoldError
├── InvalidInput    the caller sent something that can never work
├── NotFound        no such thing, or nothing that this caller may know of
├── Conflict        the thing exists in another state or with other content
├── NotAllowed      the caller is known and may not
├── NotSignedIn     the caller is not known
├── Unsupported     valid by the standard, not offered here
├── Damaged         stored bytes are not what was stored
└── Unavailable     it may work later: busy, full, slow, unreachable      (retryable)
"""


class SixfoldError(Exception):
    """Anything that Sixfold reports by intent; `retryable` says whether the same call may work later."""

    retryable: bool = False


class InvalidInput(SixfoldError):
    """The request can never succeed as sent."""


class NotFound(SixfoldError):
    """There is no such thing, or the caller may not know of it."""


class Conflict(SixfoldError):
    """The thing exists already, in another state or with other content."""


class NotAllowed(SixfoldError):
    """The caller is known and may not do this."""


class NotSignedIn(SixfoldError):
    """The caller did not prove who they are."""


class Unsupported(SixfoldError):
    """Valid by the standard, but not offered here."""


class Damaged(SixfoldError):
    """Stored bytes differ from what was stored."""


class Unavailable(SixfoldError):
    """A resource is busy, full or out of reach; the same call may work later."""

    retryable = True
