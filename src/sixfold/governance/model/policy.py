"""What a policy may look at, and what it answers."""

from enum import StrEnum

import msgspec

from sixfold.governance.model.access import Principal, PrincipalKind
from sixfold.kernel.errors import InvalidInput


class Purpose(StrEnum):
    """Why access is asked for (HL7 v3 PurposeOfUse, as IHE IUA and ATNA use it)."""

    TREATMENT = "TREAT"
    PAYMENT = "HPAYMT"
    OPERATIONS = "HOPERAT"
    RESEARCH = "HRESCH"
    PATIENT_REQUEST = "PATRQT"
    EMERGENCY = "BTG"


class Relation(StrEnum):
    """How a principal stands to a patient or a study."""

    ORDERING = "ordering"
    READING = "reading"
    CARE_TEAM = "care-team"
    EMERGENCY = "emergency"  # the glass was broken, and its time is not over


class Traits(msgspec.Struct, frozen=True, order=True):
    """What policies know of a study: its facility and service line by their codes, how sensitive it is, whether it is closed.

    There are few different ones in a house, so that a decision for all studies is a decision for each of them.
    """

    facility: str = ""
    service_line: str = ""
    sensitivity: str = "normal"  # or `sensitive`
    restricted: bool = False  # the patient, or a decision, has closed the record


class Profile(msgspec.Struct, frozen=True, cache_hash=True):
    """A principal as policies see it; `name` is empty where they do not look at it, so that alike people are one."""

    kind: PrincipalKind
    name: str
    roles: frozenset[str]
    groups: frozenset[str]
    service_lines: frozenset[str]
    facilities: frozenset[str]

    @classmethod
    def of(cls, principal: Principal, *, named: bool = True) -> "Profile":
        """The profile of a principal."""
        name = principal.name if named else ""
        return cls(principal.kind, name, principal.roles, principal.groups, principal.service_lines, principal.facilities)


class Circumstances(msgspec.Struct, frozen=True, cache_hash=True):
    """What an action is asked under; `traits` is None when it is not asked for a study or its patient."""

    traits: Traits | None = None
    relations: frozenset[str] = frozenset()
    purpose: str = Purpose.TREATMENT.value


class Verdict(msgspec.Struct, frozen=True):
    """The answer, and the `@id` of the policies that led to it; none when no policy permits."""

    allowed: bool
    policies: tuple[str, ...] = ()


class BadPolicy(InvalidInput):
    """A policy set cannot be used; the message says which policy, and why."""
