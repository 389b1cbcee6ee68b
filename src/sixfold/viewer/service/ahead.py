"""Earlier studies that only other archives hold come here while somebody reads, so that to compare them is immediate.

They give way: what anybody waits for comes first, and when the reader leaves, or enough has come, the rest is left where it is.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.logs import logger
from sixfold.viewer.model.federation import Joined
from sixfold.viewer.model.priors import Ahead, PriorState
from sixfold.viewer.model.retrieval import RemoteStudy
from sixfold.viewer.rules import priors as rules
from sixfold.viewer.service.assembly import Assembly
from sixfold.viewer.service.federation.judging import Asker
from sixfold.viewer.service.fetching import GoesOn
from sixfold.viewer.service.priors import Comparisons, Noted
from sixfold.viewer.service.whereabouts import Whereabouts
from sixfold.viewer.store.turns import Turns

_GIVES_WAY: Final = 0.05
"""Seconds that each piece waits while anybody waits for something else."""
Told = Callable[[Joined], None]
"""Leaves the trace of what is brought, and for whom; raises `AuditUnavailable`."""


class PriorsAhead:
    """One a process; brings one series at a time. Who may not see a study causes none of it to come."""

    def __init__(self, comparisons: Comparisons, whereabouts: Whereabouts, assembly: Assembly, limits: Ahead) -> None:
        self._comparisons = comparisons
        self._whereabouts = whereabouts
        self._assembly = assembly
        self._limits = limits
        self._pool = ThreadPoolExecutor(1, "ahead")

    async def bring(self, asker: Asker, study_uid: str, noted: Noted, told: Told) -> AsyncGenerator[tuple[str, PriorState]]:
        """Bring the priors of a study as long as it is iterated: the UID of each and how far it is. Raises `NotFound`."""
        if not self._limits.most:
            return
        found = await self._comparisons.of(asker, study_uid, noted)
        wish = _Wish(self._assembly.copies.turns, self._limits.bytes)
        loop = asyncio.get_running_loop()
        try:
            for row in rules.ahead(found.found, self._limits.most):
                remote = await self._whereabouts.of(asker, row.uid)
                if remote.holdings:
                    await asyncio.to_thread(told, row)
                    yield row.uid, PriorState.COMING
                    yield row.uid, await loop.run_in_executor(self._pool, self._bring, remote, wish)
        finally:
            wish.over = True

    def _bring(self, remote: RemoteStudy, wish: "_Wish") -> PriorState:
        try:
            for uid in self._assembly.due(remote):
                goes_on = wish.of(remote.study_uid, uid)
                if not goes_on(0) or not self._assembly.bring(remote, uid, goes_on, ahead=True):
                    return PriorState.LEFT
            return PriorState.HERE if not self._assembly.ended(remote).missing else PriorState.FAILED
        except SixfoldError as error:
            told = {"study": remote.study_uid, "error": str(error)}
            logger("viewer").warning("a prior could not be brought ahead", extra=told)
            return PriorState.FAILED


class _Wish:
    """What is brought ahead for one reader: `over` when they have gone."""

    def __init__(self, turns: Turns, left: int) -> None:
        self._turns = turns
        self._left = left
        self.over = False

    def of(self, study_uid: str, series_uid: str) -> GoesOn:
        """Whether a series still comes: once somebody waits for itself, it comes whatever else is."""

        def goes_on(size: int) -> bool:
            self._left -= size
            if self._turns.is_wanted(study_uid, series_uid):
                return True
            if self.over or self._left < 0:
                return False
            if self._turns.is_any_wanted():
                time.sleep(_GIVES_WAY)
            return True

        return goes_on
