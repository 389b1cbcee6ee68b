"""Who asks, for what, on what, by which way; and the refusals."""

from enum import StrEnum
from typing import Literal

import msgspec

from sixfold.kernel.errors import NotAllowed, NotSignedIn, Unavailable

PART = "governance"


class Action(StrEnum):
    """What can be asked for; a route, a DIMSE service and a feed subscription each need exactly one."""

    OPEN = "open"  # needs nobody: health, sign-in, the web page's own files
    OWN = "own"  # one's own account and sessions: everybody who is known
    ECHO = "echo"
    SEARCH = "search"
    READ = "read"
    STORE = "store"
    ANNOTATE = "annotate"  # measurements, key images, presentations, segments of what one reads
    REJECT = "reject"
    SUBSCRIBE = "subscribe"
    AUDIT = "audit"
    ADMINISTER = "administer"
    RELATE = "relate"  # say who orders, reads and cares
    RESTRICT = "restrict"  # close and open a patient's record
    BREAK_GLASS = "break-glass"
    REVIEW = "review"  # of broken glass
    GOVERN = "govern"  # take part in decisions
    MEASURE = "measure"  # see the scorecards
    IDENTIFY = "identify"  # say which records are of one person


PrincipalKind = Literal["person", "token", "ae", "system"]


class Principal(msgspec.Struct, frozen=True, cache_hash=True):
    """Somebody or something that is known, the roles it acts in, and where it belongs; no facility stands for every one."""

    kind: PrincipalKind
    name: str
    display_name: str
    roles: frozenset[str]
    groups: frozenset[str] = frozenset()
    service_lines: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()
    scope: frozenset[str] = frozenset()  # the actions that a token is narrowed to; empty is no narrowing

    @property
    def actor(self) -> str:
        """How events name the principal, as `person:ada`."""
        return f"{self.kind}:{self.name}"


SYSTEM = Principal("system", "sixfold", "Sixfold", frozenset({"administrator"}))
"""Sixfold itself: background duties, and commands given on the machine."""


class Resource(msgspec.Struct, frozen=True):
    """What an action is asked for.

    `kind` is `archive`, `patient`, `study`, `series`, `feed`, `governance` or a part's own word; `detail` tells what the audit
    should keep besides: the keys of a search, the series that was read.
    """

    kind: str
    study_uid: str = ""
    patient_key: str = ""
    detail: str = ""


class Via(msgspec.Struct, frozen=True):
    """By which way a request came in, the route's template or the DIMSE service; the peer's address; and for what purpose.

    `purpose` is a `Purpose`; empty stands for treatment.
    """

    route: str = ""
    address: str = ""
    purpose: str = ""


class Forbidden(NotAllowed):
    """No role of the principal allows the action."""


class UnknownCaller(NotSignedIn):
    """There is no credential, or it is wrong, ended or expired."""


class AuditUnavailable(Unavailable):
    """The audit trail cannot be written, so the request is refused rather than left without a trace."""
