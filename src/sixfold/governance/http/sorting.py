"""The rules that studies are sorted by, and a try: `/api/governance/sorting`."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.policy import Traits
from sixfold.governance.model.sorting import SortingRule, StudyFacts
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_ADMINISTER = needs(Action.ADMINISTER)


class SortingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule without its key; see `SortingRule`."""

    order: int
    conditions: dict[str, tuple[str, ...]] = {}
    facility: str | None = None
    service_line: str | None = None
    sensitivity: str | None = None
    note: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What a study of the given facts would be, and by the name of each trait that a rule gives the rule's key."""

    traits: Traits
    by: dict[str, str]


Fact = Annotated[str, msgspec.Meta(max_length=1024)]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a study says of itself; see `StudyFacts`."""

    modalities: Annotated[tuple[Fact, ...], msgspec.Meta(max_length=100)] = ()
    institution: Fact = ""
    department: Fact = ""
    station_ae: Fact = ""
    calling_ae: Fact = ""
    description: Fact = ""
    body_part: Fact = ""
    confidentiality: Fact = ""


@get("/", opt=_ADMINISTER, sync_to_thread=True)
def list_rules(governance: Door) -> list[SortingRule]:
    """The sorting rules in the order in which they are looked at."""
    return governance.sorting.rules()


@put("/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def put_rule(request: AnyRequest, key: FromPath[str], data: JSONBody[SortingBody], governance: Door) -> SortingRule:
    """Make or replace a rule; it is for studies that come in from now on."""
    return governance.sorting.put(SortingRule(key, **msgspec.structs.asdict(data)), by=request.user)


@delete("/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
def remove_rule(request: AnyRequest, key: FromPath[str], governance: Door) -> None:
    """Take a rule out of force."""
    governance.sorting.remove(key, by=request.user)


@post("/try", opt=_ADMINISTER, sync_to_thread=True, status_code=200)
def try_rules(data: JSONBody[Facts], governance: Door) -> Tried:
    """Which facility, service line and sensitivity a study of these facts would have, and by which rules."""
    facts = StudyFacts(**msgspec.structs.asdict(data))
    deciding = governance.sorting.deciding(facts)
    return Tried(governance.sorting.traits_of(facts), {name: rule.key for name, rule in deciding.items()})


def sorting_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api/governance/sorting",
        route_handlers=[list_rules, put_rule, remove_rule, try_rules],
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=65_536,
        tags=["governance"],
    )
