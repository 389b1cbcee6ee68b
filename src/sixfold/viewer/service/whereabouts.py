"""Where a study is, for whoever wants to read it: what the archives told a moment ago, judged anew for each person.

Every frame of a study is a question; archives are asked once a minute, and who reads meanwhile does not wait for their answers.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.dicom.uids import like_uid
from sixfold.governance import Governance
from sixfold.governance.model import Action
from sixfold.viewer.model.federation import Copy, Question
from sixfold.viewer.model.retrieval import Holding, RemoteStudy
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.service.federation.federation import LIMITS, Federation
from sixfold.viewer.service.federation.judging import Asker, Judge

TOLD = 60.0
"""Seconds for which what the archives told is believed; where nobody has the study, a third of it."""
OLDEST = 180.0
"""Seconds after which what was told is of no use, even while the archives are asked again."""
JUDGED = 5.0
"""Seconds for which a judgement is believed, as all of governance's are."""
_REMEMBERED = 2_000
Key = TypeVar("Key")
Value = TypeVar("Value")


class Survey(msgspec.Struct, frozen=True):
    """What the archives tell of a study, whoever asks: their copies, and how many instances of which series each has."""

    copies: tuple[Copy, ...] = ()
    series: Mapping[str, Mapping[str, int]] = {}
    facilities: Mapping[str, str] = {}
    missing: Mapping[str, str] = {}


@dataclass(slots=True)
class _Known:
    """What is told of a study, since and until when, and who asks anew."""

    task: "asyncio.Task[Survey]"
    asked_at: float
    until: float
    renewal: "asyncio.Task[Survey] | None" = None


class Whereabouts:
    """One a process, on one event loop."""

    def __init__(self, federation: Federation, governance: Governance, now: Callable[[], float] = time.monotonic) -> None:
        self._federation = federation
        self._governance = governance
        self._now = now
        self._surveys: OrderedDict[str, _Known] = OrderedDict()
        self._judged: OrderedDict[tuple[Asker, str], tuple[float, RemoteStudy]] = OrderedDict()

    async def of(self, asker: Asker, study_uid: str) -> RemoteStudy:
        """The study as those other archives hold it whose copies the asker may read."""
        if not like_uid(study_uid):
            return RemoteStudy(study_uid)
        now = self._now()
        judged = self._judged.get((asker, study_uid))
        if judged is not None and now < judged[0]:
            return judged[1]
        survey = await self._survey(study_uid)
        found = await self._federation.run(self._judge, asker, study_uid, survey)
        _keep(self._judged, (asker, study_uid), (now + JUDGED, found))
        return found

    async def _survey(self, study_uid: str) -> Survey:
        """What was told within the last minute, or is being told now, to whoever asked first."""
        known, now = self._surveys.get(study_uid), self._now()
        if known is None or now >= known.until:
            usable = known is not None and now - known.asked_at < OLDEST and _tells(known.task)
            renewed = known.renewal if known is not None else None
            if renewed is None:
                renewed = self._begin(study_uid, now, known)
            if known is None or not usable:
                return await asyncio.shield(renewed)
        return await asyncio.shield(known.task)

    def _begin(self, study_uid: str, now: float, known: "_Known | None") -> "asyncio.Task[Survey]":
        """Ask; what is known stands until there is an answer."""
        task = asyncio.create_task(self._ask(study_uid))
        if known is None:
            _keep(self._surveys, study_uid, _Known(task, now, now + TOLD))
        else:
            known.renewal = task
        task.add_done_callback(lambda done: self._settled(study_uid, done, now))
        return task

    def _settled(self, study_uid: str, task: "asyncio.Task[Survey]", asked_at: float) -> None:
        """What is no answer, or says that nobody has it, is asked again sooner."""
        known = self._surveys.get(study_uid)
        if known is None or task not in (known.task, known.renewal):
            return
        if task.cancelled() or task.exception() is not None:
            del self._surveys[study_uid]
            return
        found = task.result()
        short = not found.copies or found.missing
        _keep(self._surveys, study_uid, _Known(task, asked_at, asked_at + (TOLD / 3 if short else TOLD)))

    async def _ask(self, study_uid: str) -> Survey:
        question = Question(keys=((tag_text(tags.STUDY_INSTANCE_UID), study_uid),))
        found = await self._federation.told(question, LIMITS[0])
        if not found.copies:
            return Survey(missing=found.missing)
        sources = {copy.source for copy in found.copies}
        below = await self._federation.told(Question(level="SERIES", study_uid=study_uid), LIMITS[-1], sources)
        series: dict[str, dict[str, int]] = {source: {} for source in sources}
        for copy in below.copies:
            count = reading.number(copy.row, tags.NUMBER_OF_SERIES_RELATED_INSTANCES)
            series[copy.source][reading.text(copy.row, tags.SERIES_INSTANCE_UID)] = count or 0
        return Survey(found.copies, series, found.facilities, {**found.missing, **below.missing})

    def _judge(self, asker: Asker, study_uid: str, survey: Survey) -> RemoteStudy:
        judge = Judge(self._governance, asker, survey.facilities, Action.READ)
        opened = judge.opened(study_uid, survey.copies) if survey.copies else []
        seen = dict.fromkeys(copy.source for copy in opened)
        holdings = tuple(Holding(source, survey.series[source]) for source in seen if survey.series[source])
        patient = reading.patient_key(opened[0].row) if opened else ""
        return RemoteStudy(study_uid, patient, holdings, survey.missing, bool(survey.copies) and not opened)


def _tells(task: "asyncio.Task[Survey]") -> bool:
    """Whether an answer is there, and says that somebody has the study."""
    return task.done() and not task.cancelled() and task.exception() is None and bool(task.result().copies)


def _keep(held: "OrderedDict[Key, Value]", key: Key, value: Value) -> None:
    held[key] = value
    held.move_to_end(key)
    while len(held) > _REMEMBERED:
        held.popitem(last=False)
