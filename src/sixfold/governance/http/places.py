"""The registries of the house: `/api/governance/facilities`, `/service-lines`, `/groups`."""

from typing import Any

import msgspec
from litestar import Request, Router, delete, get, put
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.places import Place, PlaceKind
from sixfold.governance.service import Governance

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_ADMINISTER = needs(Action.ADMINISTER)


class PlaceName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read; empty for the code itself."""

    name: str = ""


def _registry(path: str, kind: PlaceKind) -> list[HTTPRouteHandler]:
    """The three routes of one registry."""
    words = kind.value.replace("-", " ")

    @get(path, opt=_ADMINISTER, sync_to_thread=True, name=f"list {kind}", description=f"Every {words} by its code.")
    def listed(governance: Door) -> list[Place]:
        return governance.places.all_of(kind)

    @put(f"{path}/{{code:str}}", opt=_ADMINISTER, sync_to_thread=True, description=f"Make or rename a {words}.")
    def put_one(request: AnyRequest, code: FromPath[str], data: JSONBody[PlaceName], governance: Door) -> Place:
        return governance.places.put(kind, code, data.name, by=request.user)

    @delete(
        f"{path}/{{code:str}}",
        opt=_ADMINISTER,
        sync_to_thread=True,
        description=f"Delete a {words}; 409 with the names of those that still name it.",
    )
    def remove_one(request: AnyRequest, code: FromPath[str], governance: Door) -> None:
        governance.places.remove(kind, code, by=request.user)

    return [listed, put_one, remove_one]


def places_router(governance: Governance) -> Router:
    """The routes of this module."""
    handlers = [
        *_registry("/facilities", PlaceKind.FACILITY),
        *_registry("/service-lines", PlaceKind.SERVICE_LINE),
        *_registry("/groups", PlaceKind.GROUP),
    ]
    return Router(
        "/api/governance",
        route_handlers=handlers,
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=65_536,
        tags=["governance"],
    )
