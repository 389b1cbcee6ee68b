"""Every remote archive that is asked, as the registry has it, which is looked at every five seconds and after a change here."""

import threading
import time
from collections.abc import Callable

from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.logs import logger
from sixfold.viewer.model.federation import (
    Anonymous,
    Failure,
    Found,
    NoSuchSource,
    Probe,
    Question,
    Source,
    SourceFailed,
    Standing,
)
from sixfold.viewer.rules.federation.sources import kind_of
from sixfold.viewer.service.federation.connectors import Connect, Connector
from sixfold.viewer.service.federation.lane import Lane
from sixfold.viewer.service.federation.sources import Sources

BELIEVED = 5.0
"""Seconds."""


class Fleet:
    """One a process; makes no connection and no thread before somebody asks."""

    def __init__(self, sources: Sources, connect: Connect, now: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._connect = connect
        self._now = now
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._every: list[Source] = []
        self._looked: tuple[float, int] | None = None

    def lanes(self) -> list[Lane]:
        """A lane for each archive that is asked, by key."""
        with self._lock:
            self._look()
            return list(self._lanes.values())

    def standings(self) -> list[Standing]:
        """How each archive stands with this process, those too that are not asked."""
        with self._lock:
            self._look()
            asked = {key: lane.standing() for key, lane in self._lanes.items()}
            return [asked.get(one.key) or _idle(one) for one in self._every]

    def probe(self, key: str) -> Probe:
        """Test the connection to an archive, whether it is asked or not; raises `NoSuchSource`."""
        source = self._sources.find(key)
        started = self._now()
        try:
            connector = self._connector(source)
            try:
                connector.probe(time.monotonic() + source.timeout)
            finally:
                connector.close()
        except SourceFailed as error:
            return Probe(ok=False, seconds=self._now() - started, failure=error.failure, detail=str(error))
        return Probe(ok=True, seconds=self._now() - started)

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            for lane in self._lanes.values():
                lane.close()
            self._lanes = {}
            self._looked = None

    def _look(self) -> None:
        """Follow the registry: what changed there begins anew here, without what was remembered of it."""
        now, changes = self._now(), self._sources.changes
        if self._looked is not None and changes == self._looked[1] and now - self._looked[0] < BELIEVED:
            return
        self._every = self._sources.every()
        wanted = {source.key: source for source in self._every if source.enabled}
        for key, lane in list(self._lanes.items()):
            if key not in wanted or wanted[key].revision != lane.source.revision:
                del self._lanes[key]
                lane.close()
        made = {key: self._lanes.get(key) or self._lane(source) for key, source in wanted.items()}
        self._lanes = {key: lane for key, lane in made.items() if lane is not None}
        self._looked = now, changes

    def _lane(self, source: Source) -> Lane | None:
        try:
            return Lane(source, self._connector(source), self._now)
        except NoSuchSource:  # forgotten at this moment
            return None

    def _connector(self, source: Source) -> Connector:
        """Its connector; one whose secret or certificates cannot be used any more fails each question, and says so."""
        try:
            credential = self._sources.opened(source.key)[1] if source.credential != "none" else Anonymous()
            return self._connect(source, credential)
        except NoSuchSource:
            raise
        except SixfoldError as error:
            logger("viewer").error("an archive cannot be asked", extra={"source": source.key, "error": str(error)})
            return _Unusable(str(error))


class _Unusable:
    """An archive that cannot be asked as it is kept."""

    def __init__(self, why: str) -> None:
        self._why = why

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        raise SourceFailed(Failure.REFUSED, self._why)

    def probe(self, deadline: float) -> None:
        raise SourceFailed(Failure.REFUSED, self._why)

    def close(self) -> None:
        """Nothing is held."""


def _idle(source: Source) -> Standing:
    return Standing(source.key, source.title, kind_of(source.reach), source.enabled, "closed")
