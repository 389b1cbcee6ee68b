"""What both searches of this edge do: who asks, whom it reaches, and the trace of it."""

from typing import Any

from litestar import Request

from sixfold.governance import Governance
from sixfold.governance.http import via_of
from sixfold.governance.model import Action, Principal, Resource
from sixfold.governance.rules.shown import shown_query
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.federation.search import Search

AnyRequest = Request[Principal, Any, Any]


def asker_of(request: AnyRequest) -> Asker:
    """Who asks, and for what."""
    return Asker(request.user, via_of(request.scope).purpose)


def note(governance: Governance, request: AnyRequest, search: Search, study_uid: str = "") -> None:
    """Leave in the audit which archives a search went to, beside its keys; raises `AuditUnavailable`."""
    named = ", ".join(one.key for one in search.asked)
    query = shown_query(request.scope["query_string"].decode("latin-1"))
    resource = Resource("federation", study_uid=study_uid, detail=f"asked: {named}; {query}")
    governance.allow(request.user, Action.SEARCH, resource, via_of(request.scope))
