"""The web edge of governance, and what every edge uses of it: `needs`, `authorise`, `Access`, the problem mapping."""

from litestar import Router

from sixfold.governance.http.access import (
    Access,
    RouteUndeclared,
    asks_itself,
    authorise,
    check_routes,
    names_by_query,
    needs,
    resource_of,
    via_of,
)
from sixfold.governance.http.admin import admin_router
from sixfold.governance.http.audit import audit_router
from sixfold.governance.http.decisions import decisions_router
from sixfold.governance.http.doors import doors_router
from sixfold.governance.http.feed import feed_router
from sixfold.governance.http.oidc import oidc_router
from sixfold.governance.http.places import places_router
from sixfold.governance.http.problems import HANDLERS, Problem, headers_of, problem_of
from sixfold.governance.http.replay import replay_router
from sixfold.governance.http.scorecards import scorecards_router
from sixfold.governance.http.second_factor import second_factor_router
from sixfold.governance.http.sessions import session_router
from sixfold.governance.http.sorting import sorting_router
from sixfold.governance.service import Governance

__all__ = [
    "HANDLERS",
    "Access",
    "Problem",
    "RouteUndeclared",
    "asks_itself",
    "authorise",
    "check_routes",
    "headers_of",
    "names_by_query",
    "needs",
    "problem_of",
    "resource_of",
    "routers",
    "via_of",
]


def routers(governance: Governance, *, secure: bool = False) -> list[Router]:
    """The routers of governance; `secure` says that browsers reach us over TLS (`public_url` is https)."""
    return [
        session_router(governance, secure=secure),
        feed_router(governance),
        admin_router(governance),
        decisions_router(governance),
        replay_router(governance),
        doors_router(governance),
        places_router(governance),
        sorting_router(governance),
        second_factor_router(governance),
        oidc_router(governance, secure=secure),
        audit_router(governance),
        scorecards_router(governance),
    ]
