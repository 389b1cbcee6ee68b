"""Scorecards of service lines, what stands behind them, and what is done about it: `/api/governance/scorecards`."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from sixfold.governance.http.access import needs
from sixfold.governance.model import Action, Principal
from sixfold.governance.model.scorecards import Improvement, Period
from sixfold.governance.service import Governance
from sixfold.governance.service.improvements import Plan
from sixfold.governance.service.scorecards import CaseList, LineView, Overview

AnyRequest = Request[Principal, Any, Any]
Door = NamedDependency[Governance]
_MOST = 500
_SEE, _SET = needs(Action.MEASURE), needs(Action.GOVERN)


class TargetGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The target of a measure; null for the default."""

    target: float | None


class OwnerGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a measure; empty for nobody."""

    owner: str


def _period(
    governance: Door,
    since: Annotated[str, QueryParameter(name="from", description="the first day, as YYYY-MM-DD")] = "",
    until: Annotated[str, QueryParameter(name="to", description="the day after the last")] = "",
) -> Period:
    """The period of the query; the running month when it names none."""
    return governance.scorecards.period(since, until)


def _page(
    offset: Annotated[int, QueryParameter(ge=0, le=1 << 31)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=_MOST)] = 100,
) -> range:
    """Which of them."""
    return range(offset, offset + limit)


@get("/scorecards", opt=_SEE, sync_to_thread=True)
def overview(governance: Door, period: NamedDependency[Period]) -> Overview:
    """Every service line's card, and the actions that are overdue."""
    return governance.scorecards.overview(period)


@get("/scorecards/{line:str}", opt=_SEE, sync_to_thread=True)
def one_line(line: FromPath[str], governance: Door, period: NamedDependency[Period]) -> LineView:
    """One service line's card, its history over twelve months, and all its actions."""
    return governance.scorecards.line(line, period)


@get("/scorecards/{line:str}/{measure:str}/cases", opt=_SEE, sync_to_thread=True)
def cases(
    request: AnyRequest,
    line: FromPath[str],
    measure: FromPath[str],
    governance: Door,
    period: NamedDependency[Period],
    page: NamedDependency[range],
) -> CaseList:
    """What stands behind a measure, those against the target first; a study that one may not find has no UID here."""

    def shows(study_uid: str) -> bool:
        return governance.judge(request.user, Action.SEARCH, study_uid).verdict.allowed

    return governance.scorecards.cases(line, measure, period, page, shows)


@put("/scorecards/{line:str}/{measure:str}/target", opt=_SET, sync_to_thread=True, status_code=204)
def put_target(
    request: AnyRequest, line: FromPath[str], measure: FromPath[str], data: JSONBody[TargetGiven], governance: Door
) -> None:
    """Set a measure's target on one line, or set it back to the default."""
    governance.scorecards.improvements.put_target(line, measure, data.target, by=request.user)


@put("/scorecards/{line:str}/{measure:str}/owner", opt=_SET, sync_to_thread=True, status_code=204)
def put_owner(
    request: AnyRequest, line: FromPath[str], measure: FromPath[str], data: JSONBody[OwnerGiven], governance: Door
) -> None:
    """Say who answers for a measure on one line."""
    governance.scorecards.improvements.put_owner(line, measure, data.owner, by=request.user)


@post("/scorecards/{line:str}/{measure:str}/actions", opt=_SET, sync_to_thread=True)
def open_action(
    request: AnyRequest, line: FromPath[str], measure: FromPath[str], data: JSONBody[Plan], governance: Door
) -> Improvement:
    """Open an action, with who does it and until which day."""
    return governance.scorecards.improvements.open(line, measure, data, by=request.user)


@put("/scorecard-actions/{key:str}", opt=_SET, sync_to_thread=True)
def change_action(request: AnyRequest, key: FromPath[str], data: JSONBody[Plan], governance: Door) -> Improvement:
    """Change an action or close it; 404 when there is none."""
    return governance.scorecards.improvements.change(key, data, by=request.user)


@post("/scorecards/recount", opt=needs(Action.ADMINISTER), sync_to_thread=True, status_code=202)
def recount(governance: Door) -> None:
    """Forget what was counted, and count the feed anew from its beginning, in the background."""
    governance.scorecards.facts.recount()


def scorecards_router(governance: Governance) -> Router:
    """The routes of this module."""
    return Router(
        "/api/governance",
        route_handlers=[
            overview,
            one_line,
            cases,
            put_target,
            put_owner,
            open_action,
            change_action,
            recount,
        ],
        dependencies={
            "governance": Provide(lambda: governance, sync_to_thread=False),
            "page": Provide(_page, sync_to_thread=False),
            "period": Provide(_period, sync_to_thread=False),
        },
        request_max_body_size=1 << 16,
        tags=["governance"],
    )
