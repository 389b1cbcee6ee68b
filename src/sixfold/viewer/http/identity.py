"""Whose records belong together, over HTTP: `/api/viewer/identity`; the person of a patient's key: `/api/viewer/patients`."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from litestar import Request, Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from sixfold.governance import Governance
from sixfold.governance.http import needs, via_of
from sixfold.governance.model import Action, Principal, Resource
from sixfold.viewer.model.identity import BadDecision, PairChange, PairState, Policy, PolicyVersion, Verb
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.identity.decisions import PairPage, ShownPair
from sixfold.viewer.service.identity.identity import Identity
from sixfold.viewer.service.identity.showing import EnterprisePatient

AnyRequest = Request[Principal, Any, Any]
_FRESH: Final = {"Cache-Control": "private, no-store"}
_IDENTIFY: Final = needs(Action.IDENTIFY)
_USUAL, _MOST = 20, 100
_LONGEST_CURSOR = 80
Limit = Annotated[int, QueryParameter(ge=1, le=_MOST)]
Cursor = Annotated[str, QueryParameter(max_length=_LONGEST_CURSOR, description="`next` of the page before")]
Found = TypeVar("Found")


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a pair, as it was read: `revision` is that of the pair."""

    verb: Verb
    revision: int
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class PolicyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy, the version that it was drawn up against, and why it shall be in force."""

    policy: Policy
    based_on: int
    reason: Annotated[str, msgspec.Meta(max_length=4_000)]


class PairStory(msgspec.Struct, frozen=True):
    """A pair, and every state that it was in, the newest first."""

    pair: ShownPair
    changes: list[PairChange]


def identity_router(identity: Identity, governance: Governance) -> Router:
    """All routes of the family."""
    return Router(
        "/api/viewer",
        route_handlers=[*_pairs(identity, governance), *_policies(identity), _patient(identity)],
        request_max_body_size=65_536,
        tags=["identity"],
    )


def _pairs(identity: Identity, governance: Governance) -> list[Any]:
    decisions = identity.decisions

    @get("/identity/queue", opt=_IDENTIFY)
    async def queue(
        request: AnyRequest,
        which: Annotated[Literal["proposed", "later"], QueryParameter(name="state")] = "proposed",
        limit: Limit = _USUAL,
        cursor: Cursor = "",
    ) -> Response[PairPage]:
        """Pairs of records that may be of one person, the surest first: those that were put off with `state=later`."""
        return await _fresh(lambda: decisions.queue(_asker(request), PairState(which), limit, cursor))

    @get("/identity/links", opt=_IDENTIFY)
    async def links(
        request: AnyRequest,
        which: Annotated[Literal["linked", "apart", "all"], QueryParameter(name="state")] = "all",
        limit: Limit = _USUAL,
        cursor: Cursor = "",
    ) -> Response[PairPage]:
        """Links and marks that stand, by people or by the machine, the newest first."""
        states = (PairState.LINKED, PairState.APART) if which == "all" else (PairState(which),)
        return await _fresh(lambda: decisions.decided(_asker(request), states, limit, cursor))

    @get("/identity/pairs/{pair:str}", opt=_IDENTIFY)
    async def one_pair(request: AnyRequest, pair: FromPath[str]) -> Response[PairStory]:
        """A pair, and how it came to stand so."""
        return await _fresh(lambda: PairStory(*decisions.pair(_asker(request), pair[:64])))

    @post("/identity/pairs/{pair:str}/decision", opt=_IDENTIFY, status_code=200)
    async def decide(request: AnyRequest, pair: FromPath[str], data: JSONBody[DecisionBody]) -> Response[ShownPair]:
        """Say that two records are of one person, that they never are, that it is for later; or take back what was said."""

        def work() -> ShownPair:
            if not 0 < data.revision < 1 << 31:
                raise BadDecision("there is no such revision")
            resource = Resource("identity", detail=f"{data.verb.value} {pair[:64]}")
            governance.allow(request.user, Action.IDENTIFY, resource, via_of(request.scope))
            return decisions.decide(_asker(request), pair[:64], data.verb, data.revision, data.note)

        return await _fresh(work)

    return [queue, links, one_pair, decide]


def _policies(identity: Identity) -> list[Any]:
    policies = identity.policies

    @get("/identity/policy", opt=needs(Action.OWN), sync_to_thread=True)
    def policy() -> PolicyVersion:
        """What records are linked under."""
        return policies.current()

    @get("/identity/policy/history", opt=needs(Action.OWN), sync_to_thread=True)
    def history() -> list[PolicyVersion]:
        """Every version of it, the newest first."""
        return policies.history()

    @put("/identity/policy", opt=needs(Action.GOVERN), sync_to_thread=True)
    def put_policy(request: AnyRequest, data: JSONBody[PolicyBody]) -> PolicyVersion:
        """PairChange it; every record is matched again, and no decision of a person is touched."""
        return policies.put(data.policy, data.reason, data.based_on, by=request.user)

    return [policy, history, put_policy]


def _patient(identity: Identity) -> Any:
    @get("/patients/{patient:path}", opt=needs(Action.SEARCH))
    async def enterprise_patient(request: AnyRequest, patient: FromPath[str]) -> Response[EnterprisePatient]:
        """The person of a patient's key, over all archives; the key may hold slashes."""
        return await _fresh(lambda: identity.showing.person_of(_asker(request), patient[1:]))

    return enterprise_patient


async def _fresh(work: Callable[[], Found]) -> Response[Found]:
    return Response(await asyncio.to_thread(work), headers=_FRESH)


def _asker(request: AnyRequest) -> Asker:
    return Asker(request.user, via_of(request.scope).purpose)
