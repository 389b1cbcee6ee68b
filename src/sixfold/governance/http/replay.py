"""What-if: replays of the audit under proposed policies, `/api/governance/replays`."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.replay import Replay
from sixfold.governance.service import Governance
from sixfold.governance.service.replay import ReplayView

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_GOVERN = needs(Action.GOVERN)


class NewReplay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The proposal to try on the past, and how many days of it; all there are without `days`."""

    proposal: str
    days: int | None = 90


@post("/replays", opt=_GOVERN, sync_to_thread=True)
def start_replay(request: AnyRequest, data: JSONBody[NewReplay], governance: Door) -> Replay:
    """Ask what a proposal would have changed; the worker finds out. 409 while one of this proposal is running."""
    return governance.boards.replays.start(data.proposal, data.days, by=request.user)


@get("/replays", opt=_GOVERN, sync_to_thread=True)
def list_replays(governance: Door, proposal: FromQuery[str]) -> list[Replay]:
    """The replays of a proposal, the newest first."""
    return governance.boards.replays.list_replays(proposal)


@get("/replays/{key:str}", opt=_GOVERN, sync_to_thread=True)
def read_replay(
    key: FromPath[str],
    governance: Door,
    limit: Annotated[int, QueryParameter(ge=1, le=5000)] = 200,
    actor: FromQuery[str | None] = None,
) -> ReplayView:
    """How far a replay is, and its result when it is done: who gains and who loses what, of one actor if given."""
    return governance.boards.replays.view(key, limit, actor)


@delete("/replays/{key:str}", opt=_GOVERN, status_code=200, sync_to_thread=True)
def cancel_replay(request: AnyRequest, key: FromPath[str], governance: Door) -> Replay:
    """Stop a running replay."""
    return governance.boards.replays.cancel(key, by=request.user)


def replay_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api/governance",
        route_handlers=[start_replay, list_replays, read_replay, cancel_replay],
        dependencies={"governance": Provide(lambda: governance, sync_to_thread=False)},
        request_max_body_size=65_536,
        tags=["decisions"],
    )
