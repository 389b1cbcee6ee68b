"""Our own archive beside the others, as far as somebody's sight goes: asked by its catalogue, or by its list for words."""

import msgspec
import orjson

from sixfold.archive.service.search import Catalogue, Scope
from sixfold.archive.service.worklist import ListFilters, WorkList
from sixfold.archive.store.search.sight import Sight
from sixfold.dicom import tags
from sixfold.dicom.dictionary import keyword_of, tag_text
from sixfold.dicom.matching import Path, UidList
from sixfold.kernel.database import Database
from sixfold.viewer.model.federation import Found, Json, Question
from sixfold.viewer.rules.federation.asking import meant


class OwnArchive:
    """The archive of the house; `ae_title` is where its studies are retrieved from."""

    def __init__(self, database: Database, ae_title: str) -> None:
        self._catalogue = Catalogue(database)
        self._list = WorkList(database)
        self._ae_title = ae_title

    def seen_with(self, sight: Sight) -> "OwnConnector":
        """The archive as somebody sees it."""
        return OwnConnector(self, sight)

    def search(self, sight: Sight, question: Question, limit: int) -> Found:
        """At most `limit` rows in sight."""
        query = msgspec.structs.replace(meant(question), include=tuple(map(_path, question.include)))
        more = False
        if question.filters is not None and (question.words or question.patient):
            page = self._list.page(sight, ListFilters(**msgspec.structs.asdict(question.filters)), limit)
            if not page.rows:
                return Found()
            uids = UidList(tuple(line.study_uid for line in page.rows))
            query = msgspec.structs.replace(query, conditions={(tags.STUDY_INSTANCE_UID,): uids})
            more = page.next is not None
        scope = Scope(sight, question.study_uid, question.series_uid)
        found = self._catalogue.search(query, scope, limit)
        if found.ignored:  # what could not be compared does not match
            return Found(untold=tuple(keyword_of(path[-1]) or tag_text(path[-1]) for path in found.ignored))
        rows = tuple(self._row(row) for row in found.rows)
        return Found(rows, more or found.next is not None, size=sum(map(len, found.rows)))

    def _row(self, told: bytes) -> Json:
        row: Json = orjson.loads(told)
        row.pop(tag_text(tags.RETRIEVE_URL), None)
        row[tag_text(tags.RETRIEVE_AE_TITLE)] = {"vr": "AE", "Value": [self._ae_title]}
        return row


class OwnConnector:
    """Our own archive with somebody's eyes, as a connector like the others."""

    def __init__(self, archive: OwnArchive, sight: Sight) -> None:
        self._archive = archive
        self._sight = sight

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        """At most `limit` rows in sight."""
        return self._archive.search(self._sight, question, limit)

    def probe(self, deadline: float) -> None:
        """It is there as long as this process is."""

    def close(self) -> None:
        """The house closes its archive."""


def _path(text: str) -> Path:
    return tuple(int(part, 16) for part in text.split("."))
