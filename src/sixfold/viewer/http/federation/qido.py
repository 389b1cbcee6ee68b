"""The DICOMweb facade over every archive: QIDO-RS (PS3.18 10.6) of studies, and of series and instances of a study.

An answer waits for every archive, each within its own deadline, and holds what came; below a study, once an archive has told of
it, others are waited for as long as they usually take. What is missing is named in a Warning of code 299 (RFC 7234 5.5).
Order: newest study first, series and instances by number; pages by `limit` and `offset`. RetrieveURL leads to this facade,
RetrieveAETitle names every archive that has a copy, InstanceAvailability is that of the nearest.
"""

import math
import time
from typing import Final
from urllib.parse import parse_qsl

import orjson
from litestar import Response, Router, get
from litestar.params import FromPath

from sixfold.archive.http.edge import SERIES, STUDY, accepted, answers, base_url
from sixfold.archive.http.negotiation import DICOM_JSON, JSON, Offer, choose
from sixfold.dicom.matching import BadQuery
from sixfold.dicom.query import parse_query
from sixfold.governance import Governance
from sixfold.governance.model import Action
from sixfold.viewer.http.federation.asking import AnyRequest, asker_of, note
from sixfold.viewer.model.federation import Failure, Question
from sixfold.viewer.rules.federation import showing
from sixfold.viewer.rules.federation.asking import question_of
from sixfold.viewer.service.federation.federation import LIMITS, Federation, limit_for
from sixfold.viewer.service.federation.search import Search

USUAL, MOST = 1_000, LIMITS[-1]
"""Answers without a limit, and with the highest."""
_OFFERS: Final = [Offer(DICOM_JSON), Offer(JSON)]
_SEARCH: Final = answers(Action.SEARCH, *_OFFERS)
_MOST_PARAMETERS = 200
Missing = dict[str, Failure]
"""Titles of the archives that are not in an answer, and why."""


def qido_router(federation: Federation, governance: Governance, public_url: str) -> Router:
    """The routes of this module."""
    facade = _Facade(federation, governance, public_url.rstrip("/"))

    @get("/studies", opt=_SEARCH, name="federated studies")
    async def studies(request: AnyRequest) -> Response[bytes]:
        """Studies of every archive."""
        return await facade.studies(request)

    @get(f"{STUDY}/series", opt=_SEARCH, name="federated series")
    async def series(request: AnyRequest, study: FromPath[str]) -> Response[bytes]:
        """Series of a study, of every archive that has a copy."""
        return await facade.below(request, "SERIES", study)

    @get(f"{SERIES}/instances", opt=_SEARCH, name="federated instances")
    async def instances(request: AnyRequest, study: FromPath[str], series: FromPath[str]) -> Response[bytes]:
        """Instances of a series, of every archive that has a copy."""
        return await facade.below(request, "IMAGE", study, series)

    return Router(showing.FACADE, route_handlers=[studies, series, instances], tags=["federation"])


class _Facade:
    """Searches, and their answers."""

    def __init__(self, federation: Federation, governance: Governance, public_url: str) -> None:
        self._federation = federation
        self._governance = governance
        self._public_url = public_url

    async def studies(self, request: AnyRequest) -> Response[bytes]:
        pairs = _pairs(request)
        question, limit, offset = _asked("STUDY", pairs)
        search = await self._answered(request, question, limit_for(limit + offset))
        return await self._federation.run(self._answer, request, search, (limit, offset), {})

    async def below(self, request: AnyRequest, level: str, study: str, series: str = "") -> Response[bytes]:
        """Ask those archives whose copy of the study the caller may see."""
        question, limit, offset = _asked(level, _pairs(request), study, series)
        begun = time.monotonic()
        found, first = await self._federation.locate(asker_of(request), study)
        among = frozenset(place.source for place in found.locations)
        until = begun + await self._federation.run(self._federation.longest, among)
        search = await self._answered(request, question, limit_for(limit + offset), among, until)
        return await self._federation.run(self._answer, request, search, (limit, offset), _missing(first))

    async def _answered(
        self,
        request: AnyRequest,
        question: Question,
        limit: int,
        among: frozenset[str] | None = None,
        until: float = math.inf,
    ) -> Search:
        asker = asker_of(request)

        def ask() -> Search:
            search = self._federation.ask(asker, question, limit, among)
            note(self._governance, request, search, question.study_uid)
            return search

        search = await self._federation.run(ask)
        return await self._federation.took(search, hasty=among is not None, until=until)

    def _answer(self, request: AnyRequest, search: Search, page: tuple[int, int], missing: Missing) -> Response[bytes]:
        """The page of what was found; a large one takes its time, and so it is made in a thread."""
        choice = choose(accepted(request), _OFFERS)
        limit, offset = page
        every = search.rows()
        rows = every[offset : offset + limit]
        base, level = base_url(request, self._public_url), search.question.level
        body = orjson.dumps([showing.object_of(level, one, base) for one in rows], option=orjson.OPT_SORT_KEYS)
        headers = {"Cache-Control": "private, no-store", "Vary": "Accept"}
        if warning := _warning(search, missing, rest=len(every) - offset - len(rows)):
            headers["Warning"] = warning
        if not rows:
            return Response(b"", status_code=204, headers=headers)
        return Response(body, media_type=choice.offer.name, headers=headers)


def _pairs(request: AnyRequest) -> list[tuple[str, str]]:
    """The parameters of the query; raises `BadQuery`."""
    try:
        text = request.scope["query_string"].decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise BadQuery("the query is not UTF-8 in percent encoding, or has too many parameters") from error


def _asked(level: str, pairs: list[tuple[str, str]], study: str = "", series: str = "") -> tuple[Question, int, int]:
    """The question of a search, how many answers are wanted, and how many are left out before them; raises `BadQuery`."""
    question = question_of(level, pairs, study, series)
    query = parse_query(level, pairs)
    usual = MOST if study else USUAL
    return question, min(usual if query.limit is None else query.limit, MOST), min(query.offset, MOST)


def _missing(search: Search) -> Missing:
    return {search.title(answer.source): answer.failure for answer in search.missing() if answer.failure is not None}


def _warning(search: Search, before: Missing, *, rest: int) -> str:
    """What the caller should know of the answer, as fields of code 299."""
    failed = before | _missing(search)
    asked = len(search.asked) + len(before)
    more = [search.title(one.answer.source) for one in search.taken if one.answer.found is not None and one.answer.found.more]
    told = [
        showing.missing(asked, list(failed.items())),
        showing.incomplete(more),
        showing.contradicted(search.rows()),
        f"there are {rest} further results: ask with an offset" if rest > 0 else "",
    ]
    return ", ".join(f'299 sixfold "{text}"' for text in told if text)
