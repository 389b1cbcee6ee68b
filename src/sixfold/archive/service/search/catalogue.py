"""The catalogue: pages of studies, series and instances as DICOM JSON objects, in one total order, newest studies first."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import orjson

from sixfold.archive import rules
from sixfold.archive.model import Located
from sixfold.archive.service import cursor as cursors
from sixfold.archive.service.cursor import Cursor
from sixfold.archive.service.search.translate import Translation, Translator
from sixfold.archive.store import locate
from sixfold.archive.store.search.answers import instance_answer, series_answer, study_answer, with_attributes
from sixfold.archive.store.search.dialect import dialect_of
from sixfold.archive.store.search.fields import Level
from sixfold.archive.store.search.levels import Below, InstanceHit, LevelSearch, SeriesHit
from sixfold.archive.store.search.probes import Probes
from sixfold.archive.store.search.sight import Sight
from sixfold.archive.store.search.studies import StudyHit, StudySearch
from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.dicom.matching import Condition, Exact, Path, matches_all
from sixfold.dicom.query import Query
from sixfold.kernel.database import Database

EXAMINED = 5_000
"""Rows whose stored attributes are compared for one page, at most."""
DESCRIBED = 1_000
"""Instances whose metadata is read for one page, at most."""
_BATCH = 250

Hit = StudyHit | SeriesHit | InstanceHit
Json = dict[str, Any]
Describe = Callable[[Sequence[Located]], list[bytes]]
"""Gives the metadata of instances as DICOM JSON objects."""

_LEVELS = {"PATIENT": Level.PATIENT, "STUDY": Level.STUDY, "SERIES": Level.SERIES, "IMAGE": Level.INSTANCE}


class Scope(msgspec.Struct, frozen=True):
    """Where to look and how to answer: what may be seen, within which study or series, and the service's URL (PS3.18 8.2)."""

    sight: Sight
    study_uid: str = ""
    series_uid: str = ""
    service: str = ""


class Page(msgspec.Struct, frozen=True):
    """DICOM JSON objects, the cursor that goes on behind them, and what the caller should know."""

    rows: list[bytes]
    next: str | None
    ignored: tuple[Path, ...] = ()
    """Keys that nothing at this level could tell: they were not looked at."""
    cut: bool = False
    """The search stopped before it had examined everything that was asked for; `next` goes on."""


class _Found(msgspec.Struct):
    hits: list[Hit]
    more: bool
    cut: bool = False
    last: Cursor | None = None
    """Where the next page begins."""


class _Candidates(msgspec.Struct, frozen=True):
    hits: list[Hit]
    stopped: Cursor | None = None
    """Behind which place the search was broken off before it found as many as it was asked for."""


class Catalogue:
    """Finds what is visible. Thread-safe; `describe` lets it look into attributes of instances that the index has not."""

    def __init__(self, database: Database, describe: Describe | None = None) -> None:
        self._database = database
        self._dialect = dialect_of(database.dialect)
        self._probes = Probes()
        self._describe = describe

    def search(self, query: Query, scope: Scope, limit: int, cursor: str = "") -> Page:
        """A page of at most `limit` answers; raises `BadQuery`, `BadCursor`."""
        level = _LEVELS[query.level]
        after = cursors.from_text(cursor) if cursor else None
        plan = self._translate(query, scope, level)
        if limit == 0:
            return Page([], None, plan.ignored)
        if self._asks_metadata(query, level):
            limit = min(limit, DESCRIBED)
        found = self._find(plan, level, (limit, query.offset), after)
        service = orjson.dumps(scope.service)[1:-1]
        rows = [_answer(hit, service) for hit in found.hits]
        if level is Level.PATIENT:
            rows = self._with_totals(rows, found.hits, scope.sight)
        upper = _upper(query, scope, level)
        if upper is not None or query.include_all or query.include:
            rows = self._completed(rows, found.hits, query, upper)
        following = cursors.to_text(found.last) if found.more and found.last else None
        return Page(rows, following, plan.ignored, found.cut)

    def count(self, query: Query, scope: Scope) -> tuple[int, bool]:
        """How many answers there are in all, and whether the count came to its end."""
        level = _LEVELS[query.level]
        plan = self._translate(query, scope, level)
        if not plan.left and level <= Level.STUDY:
            with self._database.read() as connection:
                return StudySearch(connection, self._dialect, self._probes).count(plan.wanted)
        if not plan.left and plan.below == Below():
            with self._database.read() as connection:
                totals = StudySearch(connection, self._dialect, self._probes).totals(plan.wanted)
            return totals[0] if level is Level.SERIES else totals[1], True
        found = self._find(plan, level, (COUNTED, 0), None)
        return len(found.hits), not found.more

    def _translate(self, query: Query, scope: Scope, level: Level) -> Translation:
        conditions: dict[Path, Condition] = dict(query.conditions)
        if scope.study_uid:
            conditions[tags.STUDY_INSTANCE_UID,] = Exact(scope.study_uid)
        if scope.series_uid:
            conditions[tags.SERIES_INSTANCE_UID,] = Exact(scope.series_uid)
        return Translator(self._database, self._dialect, level, scope.sight).translate(conditions)

    def _find(self, plan: Translation, level: Level, size: tuple[int, int], after: Cursor | None) -> _Found:
        """Hits behind a place; `size` is how many, and how many to skip before them."""
        if plan.left:
            return self._sift(plan, level, size, after)
        limit, offset = size
        candidates = self._candidates(plan, level, (limit + 1, offset), after)
        hits = candidates.hits[:limit]
        if len(candidates.hits) > limit:
            return _Found(hits, more=True, last=_place(hits[-1]))
        stopped = candidates.stopped
        return _Found(hits, more=stopped is not None, cut=stopped is not None, last=stopped)

    def _sift(self, plan: Translation, level: Level, size: tuple[int, int], after: Cursor | None) -> _Found:
        """Hits whose stored attributes satisfy what the index could not tell, among a bounded number of candidates."""
        limit, offset = size
        found = _Found([], more=True)
        bound = DESCRIBED if level is Level.INSTANCE else EXAMINED
        batch, examined = _BATCH, 0
        while examined < bound:
            candidates = self._candidates(plan, level, (batch, 0), after)
            fitting = self._fitting(candidates.hits, plan.left)
            skipped = fitting[:offset]
            offset -= len(skipped)
            found.hits += fitting[len(skipped) :]
            if len(found.hits) > limit:
                found.hits = found.hits[:limit]
                found.last = _place(found.hits[-1])
                return found
            after = candidates.stopped or (_place(candidates.hits[-1]) if candidates.hits else after)
            found.last = after
            if candidates.stopped:
                break
            if len(candidates.hits) < batch:
                found.more = False
                return found
            examined += batch
            batch = min(2 * batch, bound - examined)
        found.cut = True
        return found

    def _fitting(self, hits: Sequence[Hit], left: dict[Path, Condition]) -> list[Hit]:
        attributes = self._attributes(hits, left)
        return [hit for hit, stored in zip(hits, attributes, strict=True) if matches_all(left, stored)]

    def _candidates(self, plan: Translation, level: Level, size: tuple[int, int], after: Cursor | None) -> _Candidates:
        """What the index finds behind a place; `size` is how many, and how many to skip before them."""
        limit, offset = size
        wanted, below = plan.wanted, plan.below
        if after is not None:
            wanted = msgspec.structs.replace(wanted, after=(after.sort_key, after.ref))
            below = msgspec.structs.replace(below, after=after.within or None)
        with self._database.read() as connection:
            if level <= Level.STUDY:
                wanted = msgspec.structs.replace(wanted, offset=offset)
                return _Candidates(
                    [StudyHit(*row) for row in StudySearch(connection, self._dialect, self._probes).page(wanted, limit)]
                )
            search = LevelSearch(connection, self._dialect, self._probes)
            found = (search.series if level is Level.SERIES else search.instances)(wanted, below, limit, offset)
            return _Candidates(list(found.found), Cursor(*found.stopped) if found.stopped else None)

    def _attributes(self, hits: Sequence[Hit], left: dict[Path, Condition]) -> list[Json]:
        """What is stored of each hit, and of the levels above it."""
        stored = [_stored(hit) for hit in hits]
        instances = [hit for hit in hits if isinstance(hit, InstanceHit)]
        if not instances or self._describe is None or all(tag_text(path[0]) in stored[0] for path in left):
            return stored
        return [above | own for above, own in zip(stored, self._metadata(instances), strict=True)]

    def _asks_metadata(self, query: Query, level: Level) -> bool:
        """Whether the answers need what only the metadata of instances holds."""
        if self._describe is None or level is not Level.INSTANCE:
            return False
        return query.include_all or any(path[0] not in _INDEXED for path in query.include)

    def _metadata(self, hits: Sequence[InstanceHit]) -> list[Json]:
        assert self._describe is not None
        located = {one.sop_uid: one for one in locate.locate_all(self._database, [hit.sop_uid for hit in hits])}
        here = [hit.sop_uid for hit in hits if hit.sop_uid in located]
        objects = dict(zip(here, self._describe([located[uid] for uid in here]), strict=True))
        return [orjson.loads(objects[hit.sop_uid]) if hit.sop_uid in objects else {} for hit in hits]

    def _with_totals(self, rows: list[bytes], hits: Sequence[Hit], sight: Sight) -> list[bytes]:
        """Answers of the patient level with the counts of that level (PS3.4 table C.6-1)."""
        studies = [hit for hit in hits if isinstance(hit, StudyHit)]
        if not studies:
            return rows
        with self._database.read() as connection:
            search = StudySearch(connection, self._dialect, self._probes)
            totals = search.totals_of_patients([hit.patient_ref for hit in studies], sight)
        completed = []
        for row, hit in zip(rows, studies, strict=True):
            pairs = zip(_TOTALS, totals.get(hit.patient_ref, (0, 0, 0)), strict=True)
            completed.append(with_attributes(row, {tag_text(tag): {"vr": "IS", "Value": [total]} for tag, total in pairs}))
        return completed

    def _completed(self, rows: list[bytes], hits: Sequence[Hit], query: Query, upper: frozenset[str] | None) -> list[bytes]:
        """Answers with attributes of the levels above, and with those that only the metadata of instances holds."""
        own: list[Json] = [{}] * len(rows)
        if self._asks_metadata(query, _LEVELS[query.level]):
            wanted = _ALL if query.include_all else frozenset(tag_text(path[0]) for path in query.include)
            instances = [hit for hit in hits if isinstance(hit, InstanceHit)]
            own = [_only(one, wanted) for one in self._metadata(instances)]
        above = [_only(_stored(hit), upper) if upper else {} for hit in hits]
        return [
            with_attributes(row, over, more) if over or more else row for row, over, more in zip(rows, above, own, strict=True)
        ]


COUNTED = 100_000
"""Answers that a count goes through one by one."""

_TOTALS = (
    tags.NUMBER_OF_PATIENT_RELATED_STUDIES,
    tags.NUMBER_OF_PATIENT_RELATED_SERIES,
    tags.NUMBER_OF_PATIENT_RELATED_INSTANCES,
)
_INDEXED = rules.INDEX_TAGS | {tags.INSTANCE_AVAILABILITY, tags.RETRIEVE_URL, tags.RETRIEVE_AE_TITLE}
"""Attributes that an instance's answer can have without a look into its metadata."""
_ALL: frozenset[str] = frozenset({"*"})


def _only(attributes: Json, wanted: frozenset[str]) -> Json:
    return attributes if wanted is _ALL else {key: attributes[key] for key in wanted if key in attributes}


def _stored(hit: Hit) -> Json:
    """What the index keeps of a hit and of the levels above it, as DICOM JSON."""
    match hit:
        case StudyHit():
            json: Json = orjson.loads(hit.attributes)
            return json
        case SeriesHit():
            return orjson.loads(hit.study.attributes) | orjson.loads(hit.attributes)  # type: ignore[no-any-return]
        case InstanceHit():
            above = orjson.loads(hit.study.attributes) | orjson.loads(hit.series_attributes)
            return above | orjson.loads(instance_answer(hit, b""))  # type: ignore[no-any-return]


def _answer(hit: Hit, service: bytes) -> bytes:
    match hit:
        case StudyHit():
            return study_answer(hit, service)
        case SeriesHit():
            return series_answer(hit, service)
        case InstanceHit():
            return instance_answer(hit, service)


def _upper(query: Query, scope: Scope, level: Level) -> frozenset[str] | None:
    """Which attributes of the levels above an answer takes along: all where the path does not name them (Q15)."""
    named = (Level.SERIES if scope.study_uid else Level.STUDY) if not scope.series_uid else Level.INSTANCE
    if level > named:
        return _ALL
    wanted = frozenset(tag_text(path[0]) for path in query.include)
    return wanted if level > Level.STUDY and wanted else None


def _place(hit: Hit) -> Cursor:
    if isinstance(hit, StudyHit):
        return Cursor(*hit.place)
    return Cursor(*hit.study.place, hit.within)
