"""Events and their kinds: each part declares in its model what it will tell of, and the spine takes nothing else.

`docs/reference/events.md` is made from these declarations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True, eq=False)
class EventKind:
    """One kind of event: `subject` says what its subject names, `payload` each field's meaning by the field's name.

    Compared by identity, as each kind is declared once.
    """

    part: str
    name: str
    when: str
    subject: str
    payload: Mapping[str, str] = field(default_factory=dict)


class Event(msgspec.Struct, frozen=True):
    """One change: `seq` orders the feed, `subject` is what changed, `actor` who did it."""

    seq: int
    at: str
    part: str
    kind: str
    subject: str
    actor: str
    payload: dict[str, Any]
