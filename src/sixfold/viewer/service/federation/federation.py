"""The door of the family: questions to every archive, where a study is, and the registry behind them."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import msgspec

from sixfold.archive.service.archive import Archive
from sixfold.archive.service.sight import Sights
from sixfold.archive.store.search.sight import Sight
from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.dicom.uids import like_uid
from sixfold.governance import Governance
from sixfold.governance.store.keys import Seal
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.kernel.logs import logger
from sixfold.viewer.model.federation import OWN, Answer, Copy, Failure, Joined, Probe, Question, Standing
from sixfold.viewer.rules.federation.rows import copy_of
from sixfold.viewer.service.federation.connectors import Connect
from sixfold.viewer.service.federation.connectors.own import OwnArchive
from sixfold.viewer.service.federation.fleet import Fleet
from sixfold.viewer.service.federation.judging import Asker, Judge
from sixfold.viewer.service.federation.lane import Flight, Lane
from sixfold.viewer.service.federation.search import Asked, Heard, Search
from sixfold.viewer.service.federation.sources import Sources

OWN_TITLE = "This archive"
OWN_TIMEOUT = 30.0
"""Seconds."""
LIMITS = (200, 1_000, 5_000)
"""How many rows an archive is asked for: the next of these, so that the pages of an answer are one question."""
_OWN_AT_ONCE, _WORKERS, _PROBES = 8, 8, 2

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Told(msgspec.Struct, frozen=True):
    """Rows by archive, the facilities of all that were asked, and why which of them, by title, did not answer."""

    copies: tuple[Copy, ...]
    facilities: Mapping[str, str]
    missing: Mapping[str, str]


class Federation:
    """One a process; `sources` is the registry, `fleet` the remote archives as this process asks them."""

    def __init__(self, sources: Sources, fleet: Fleet, own: OwnArchive, governance: Governance, sights: Sights) -> None:
        self.sources = sources
        self.fleet = fleet
        self.heard: Heard | None = None
        """Is told of every archive's answers about studies, when it is wired."""
        self._own = own
        self._governance = governance
        self._sights = sights
        self._own_pool = ThreadPoolExecutor(_OWN_AT_ONCE, "archive-own")
        self._workers = ThreadPoolExecutor(_WORKERS, "federation")
        self._probes = ThreadPoolExecutor(_PROBES, "archive-test")

    async def run(self, work: Callable[Parameters, Result], *args: Parameters.args, **named: Parameters.kwargs) -> Result:
        """Work that may read the database, in a thread of ours: those of the web never wait for other archives."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: work(*args, **named))

    def ask(self, asker: Asker, question: Question, limit: int, among: Collection[str] | None = None) -> Search:
        """Send a question to every archive, or to those `among` them; series and instances only where the study may be seen.

        `limit` is how many rows of each archive are taken. Returns at once, with all of them under way.
        """
        lanes = [lane for lane in self.fleet.lanes() if among is None or lane.source.key in among]
        asked = [_asked(lane, question, limit) for lane in lanes]
        if among is None or OWN in among:
            sight = self._sights.of(asker.principal, purpose=asker.purpose)
            asked.insert(0, Asked(OWN, OWN_TITLE, self._ask_own(sight, question, limit), _expire))
        if question.level != "STUDY":
            assert among is not None, "below studies only those archives are asked whose copy of the study may be seen"
            return Search(question, asked, lambda _uid, copies: list(copies))
        judge = Judge(self._governance, asker, {lane.source.key: lane.source.facility for lane in lanes})
        return Search(question, asked, judge.opened, *([self.heard] if self.heard is not None else []))

    async def answered(
        self, asker: Asker, question: Question, limit: int, among: Collection[str] | None = None, *, hasty: bool = False
    ) -> Search:
        """A search of which every archive's answer was taken; see `Search.answers` for who is hasty."""
        search = await self.run(self.ask, asker, question, limit, among)
        return await self.took(search, hasty=hasty)

    async def took(self, search: Search, *, hasty: bool = False, until: float = math.inf) -> Search:
        """The search once every archive's answer was taken that is waited for."""
        async for answer in search.answers(hasty=hasty, until=until):
            await self.run(search.take, answer)
        return search

    def longest(self, among: Collection[str]) -> float:
        """Seconds within which the slowest of some archives has to answer."""
        ours = [OWN_TIMEOUT] if OWN in among else []
        return max([lane.source.timeout for lane in self.fleet.lanes() if lane.source.key in among] or ours, default=0.0)

    async def locate(self, asker: Asker, study_uid: str) -> tuple[Joined, Search]:
        """Where a study is, the fullest copy first, and the search that told; raises `NotFound`, also for what is hidden.

        Once an archive has told, others are waited for as long as they usually take, and no archive for its whole time-out.
        """
        if not like_uid(study_uid):  # before any archive is asked, or its failure would be laid at their door
            raise NotFound("this is no study's UID")
        question = Question(keys=((tag_text(tags.STUDY_INSTANCE_UID), study_uid),))
        search = await self.answered(asker, question, LIMITS[0], hasty=True)
        rows = search.rows()
        if not rows:
            raise NotFound("no archive that answers has such a study, or it is closed to you")
        return rows[0], search

    async def told(self, question: Question, limit: int, among: Collection[str] | None = None) -> "Told":
        """What remote archives tell, whoever asks: for parts of ours that judge it themselves; who hesitates is left out."""
        lanes = [lane for lane in self.fleet.lanes() if among is None or lane.source.key in among]
        asked = [_asked(lane, question, limit) for lane in lanes]
        search = Search(question, asked, lambda _uid, copies: list(copies))
        copies: list[Copy] = []
        missing: dict[str, str] = {}
        async for answer in search.answers(hasty=True):
            search.take(answer)
            if answer.found is not None:
                copies += [copy_of(answer.source, row) for row in answer.found.rows]
            elif answer.failure is not None:
                missing[search.title(answer.source)] = answer.failure.value
        return Told(tuple(copies), {lane.source.key: lane.source.facility for lane in lanes}, missing)

    async def probe(self, key: str) -> Probe:
        """Test the connection to a remote archive; raises `NoSuchSource`."""
        return await asyncio.get_running_loop().run_in_executor(self._probes, self.fleet.probe, key)

    def standings(self) -> list[Standing]:
        """How the archives stand with this process, without addresses and secrets; our own is always there."""
        return self.fleet.standings()

    def close(self) -> None:
        """Let go of connections and threads."""
        self.fleet.close()
        for pool in (self._own_pool, self._workers, self._probes):
            pool.shutdown(wait=False, cancel_futures=True)

    def _ask_own(self, sight: Sight, question: Question, limit: int) -> Flight:
        now = time.monotonic()
        flight = Flight(OWN, now, now + OWN_TIMEOUT)

        def fly() -> None:
            try:
                found = self._own.search(sight, question, limit)
                flight.land(Answer(OWN, time.monotonic() - now, found))
            except SixfoldError as error:
                logger("viewer").warning("our own archive gave no answer", extra={"error": str(error)})
                flight.land(Answer(OWN, time.monotonic() - now, failure=Failure.REFUSED))
            except Exception as error:  # noqa: BLE001 carried over to whoever waits for the flight
                flight.future.set_exception(error)

        self._own_pool.submit(fly)
        return flight


def _asked(lane: Lane, question: Question, limit: int) -> Asked:
    patience = lane.patience  # as it was before this question
    return Asked(lane.source.key, lane.source.title, lane.ask(question, limit), lane.expire, patience)


def _expire(flight: Flight) -> None:
    flight.land(Answer(flight.source, time.monotonic() - flight.asked_at, failure=Failure.TIMED_OUT))


def limit_for(wanted: int) -> int:
    """How many rows an archive is asked for when so many are wanted in all."""
    return next((limit for limit in LIMITS if limit >= wanted), LIMITS[-1])


def make_federation(archive: Archive, governance: Governance, seal: Seal, connect: Connect, ae_title: str) -> Federation:
    """The federation of a process; `seal` keeps secrets, `connect` reaches archives, ours is retrieved from `ae_title`."""
    sources = Sources(archive.database, seal)
    own = OwnArchive(archive.database, ae_title)
    return Federation(sources, Fleet(sources, connect), own, governance, archive.sights)
