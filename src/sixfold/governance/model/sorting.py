"""Sorting: which facility, which service line and how sensitive a study is, by what its objects and its sender say."""

from collections.abc import Mapping

import msgspec

from sixfold.governance.model.access import PART
from sixfold.kernel.kinds import EventKind


class StudyFacts(msgspec.Struct, frozen=True, cache_hash=True):
    """What sorting looks at, as text as it stands in DICOM; what is absent is empty."""

    modalities: tuple[str, ...] = ()  # Modalities in Study (0008,0061), or Modality (0008,0060) of what came
    institution: str = ""  # Institution Name (0008,0080)
    department: str = ""  # Institutional Department Name (0008,1040)
    station_ae: str = ""  # Station AE Title (0008,0055)
    calling_ae: str = ""  # of the association by which it came
    description: str = ""  # Study Description (0008,1030)
    body_part: str = ""  # Body Part Examined (0018,0015)
    confidentiality: str = ""  # Confidentiality Constraint on Patient Data Description (0040,3001)


FACTS = StudyFacts.__struct_fields__
"""The names of the facts, which a rule's conditions are about."""

SENSITIVITIES = ("normal", "sensitive")


class SortingRule(msgspec.Struct, frozen=True):
    """What studies are sorted by; rules are looked at by ascending `order`, and the first that gives a value wins it.

    Each condition is a fact's name and patterns, one of which must match the whole of it: `*` and `?` stand for others, upper
    and lower case are one. All conditions must hold; a rule without any holds for every study. None as result gives nothing.
    """

    key: str
    order: int
    conditions: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    facility: str | None = None
    service_line: str | None = None
    sensitivity: str | None = None
    note: str = ""


_RULE = "the rule's key"

SORTING_PUT = EventKind(
    PART,
    "sorting.put",
    "a sorting rule was made or replaced",
    _RULE,
    {
        "order": "its place in the order",
        "conditions": "patterns by the fact they are about",
        "facility": "the facility it gives, or null",
        "service_line": "the service line it gives, or null",
        "sensitivity": "the sensitivity it gives, or null",
    },
)

SORTING_REMOVED = EventKind(PART, "sorting.removed", "a sorting rule was taken out of force", _RULE)
