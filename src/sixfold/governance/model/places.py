"""The house on paper: its facilities, service lines and groups of people, and who belongs where."""

from dataclasses import dataclass
from enum import StrEnum

from sixfold.governance.model.access import PART
from sixfold.kernel.errors import Conflict
from sixfold.kernel.kinds import EventKind


class PlaceKind(StrEnum):
    """What kind of place something is, as an event's subject begins."""

    FACILITY = "facility"
    SERVICE_LINE = "service-line"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Place:
    """A facility, a service line or a group: `code` is what policies, rules and accounts speak of, `name` what people read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where somebody or something belongs, by codes; no facility stands for every one."""

    groups: frozenset[str] = frozenset()
    service_lines: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()

    def told(self) -> dict[str, list[str]]:
        """As an event's payload tells it: what is not empty."""
        named = {"groups": self.groups, "service_lines": self.service_lines, "facilities": self.facilities}
        return {name: sorted(codes) for name, codes in named.items() if codes}


class PlaceInUse(Conflict):
    """A facility, service line or group is still named by somebody or something."""


_SUBJECT = "its kind and code, as `facility:north`, `service-line:cardiology`, `group:tumour-board`"

PLACE_PUT = EventKind(
    PART, "place.put", "a facility, service line or group was made or renamed", _SUBJECT, {"name": "what people read"}
)

PLACE_REMOVED = EventKind(PART, "place.removed", "a facility, service line or group was deleted", _SUBJECT)
