"""What is said of a study's images: read from the objects that say it, and kept as new objects beside the images.

The archive is the store: an object that is saved goes the way of every other, and a change is a new object. What is taken
back is rejected, which can be undone.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import orjson

from sixfold.archive.model import Located, Outcome, Provenance, Verdict
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.reject import Registrar
from sixfold.archive.service.retrieval import Retrieval
from sixfold.archive.store import rejecting
from sixfold.archive.store.locate import locate_rejected
from sixfold.dicom.codecs import decode_frame
from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.uids import EXPLICIT_LE, transfer_syntax
from sixfold.governance import Governance
from sixfold.governance.model import Action, Principal
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.viewer.model import objects as model
from sixfold.viewer.model.objects import ImageRef, Made, Marks, Saved, Unread
from sixfold.viewer.model.saving import (
    New,
    NewKeyImages,
    NewMark,
    NewMeasurements,
    NewPresentation,
    NewSegmentation,
    Occasion,
    Person,
    Source,
)
from sixfold.viewer.rules.objects import checking, codes
from sixfold.viewer.rules.objects.attributes import Attributes, Json, key_of
from sixfold.viewer.rules.objects.documents import report, selection
from sixfold.viewer.rules.objects.heads import uid_from
from sixfold.viewer.rules.objects.reports import read_report
from sixfold.viewer.rules.objects.segment_making import segmentation, unpacked
from sixfold.viewer.rules.objects.segments import Plane, plane_of, read_segmentation
from sixfold.viewer.rules.objects.selections import read_selection
from sixfold.viewer.rules.objects.state_making import state
from sixfold.viewer.rules.objects.states import read_state

_MOST_OBJECTS = 500
_MOST_MASKS = 64 << 20
_PIECE = 1 << 20
_FAMILIES: dict[type[New], frozenset[str]] = {
    NewMeasurements: codes.REPORTS,
    NewKeyImages: frozenset({codes.KEY_OBJECTS}),
    NewPresentation: codes.STATES,
    NewSegmentation: codes.SEGMENTATIONS,
}
_Any = TypeVar("_Any", bound=Made)


class Reading:
    """Reads the objects of studies, of one archive: ours, or that of copies."""

    def __init__(self, retrieval: Retrieval) -> None:
        self._metadata = retrieval.metadata
        self._frames = retrieval.frames

    def marks(self, instances: Sequence[Located], by: Principal) -> Marks:
        """What these instances of a study say of its images, oldest first."""
        places = {one.sop_uid: one.series_uid for one in instances}
        wanted = [one for one in instances if one.sop_class in codes.READ]
        found: list[Made] = []
        unread: list[Unread] = []
        for instance in wanted[:_MOST_OBJECTS]:
            try:
                found.append(self.read(instance, places, instances))
            except SixfoldError as error:
                unread.append(Unread(instance.sop_uid, str(error)))
        made = sorted((_owned(one, by) for one in found), key=lambda one: (one.at, one.object))
        return Marks(
            _latest(_of(made, model.Measurements)),
            _of(made, model.KeyImages),
            _of(made, model.Presentation),
            _of(made, model.Segmentation),
            unread,
            len(wanted) > _MOST_OBJECTS,
        )

    def read(self, instance: Located, places: Mapping[str, str], others: Sequence[Located] = ()) -> Made:
        """What one object says; `others` are the instances of its study."""
        data = Attributes(self.attributes(instance), lambda uri: self._bulk(instance, uri))
        if instance.sop_class in codes.REPORTS:
            return read_report(data, places)
        if instance.sop_class == codes.KEY_OBJECTS:
            return read_selection(data, places)
        if instance.sop_class in codes.STATES:
            return read_state(data, places)
        return read_segmentation(data, places, lambda: self._planes(data, others))

    def attributes(self, instance: Located) -> Json:
        """The DICOM JSON of an instance."""
        found: Json = orjson.loads(self._metadata.object(instance))
        return found

    def masks(self, instance: Located, first: int, count: int) -> bytes:
        """Masks of a segmentation from frame `first` on, at most `count` and 64 MB of them, each in whole bytes.

        A binary one has a bit a pixel from the least significant on, others the stored values, little endian.
        """
        import numpy as np

        image, syntax = self._frames.image(instance), transfer_syntax(instance.transfer_syntax)
        found: list[bytes] = []
        size = 0
        for number in range(first, min(first + count, len(self._frames.table(instance)) + 1)):
            cells = decode_frame(self._frames.stored(instance, number), image, syntax, index=number - 1).array
            packed = np.packbits(cells.reshape(-1).astype(bool), bitorder="little") if image.bits_allocated == 1 else cells
            found.append(packed.astype(packed.dtype.newbyteorder("<"), copy=False).tobytes())
            size += len(found[-1])
            if size + len(found[-1]) > _MOST_MASKS:
                break
        return b"".join(found)

    def _bulk(self, instance: Located, uri: str) -> bytes:
        return self._frames.held(instance, self._frames.bulk(instance, uri.partition("/bulkdata/")[2]))

    def _planes(self, data: Attributes, others: Iterable[Located]) -> dict[ImageRef, Plane]:
        """Where the single-frame images lie that a segmentation may lie on: those of the series that it names, or of all."""
        named = {one.text("SeriesInstanceUID") for one in data.items("ReferencedSeriesSequence")}
        found = {}
        for one in others:
            if one.sop_class in codes.READ or (named and one.series_uid not in named):
                continue
            plane = plane_of(Attributes(self.attributes(one)))
            if plane is not None:
                found[ImageRef(one.series_uid, one.sop_uid)] = plane
        return found


def _of(made: Iterable[Made], kind: type[_Any]) -> list[_Any]:
    return [one for one in made if isinstance(one, kind)]


def _owned(one: Made, by: Principal) -> Made:
    return msgspec.structs.replace(one, mine=by.kind == "person" and one.login == by.name)


def _latest(documents: list[model.Measurements]) -> list[model.Measurements]:
    """The documents that measure something and that no other one replaces."""
    replaced = {uid for document in documents for uid in document.replaces if uid != document.object}
    return [document for document in documents if document.object not in replaced and document.marks]


class Saving:
    """Keeps what is said as new objects of our archive. One a process, thread-safe."""

    def __init__(self, archive: Archive, reading: Reading, governance: Governance, clock: Clock = utc_now) -> None:
        self._archive = archive
        self._reading = reading
        self._governance = governance
        self._clock = clock
        self._registrar = Registrar(archive.database, archive.reader.vault.objects)
        self._turn = threading.Lock()

    def save(self, study_uid: str, new: New, by: Principal, address: str) -> Saved:
        """Keep it; sent again by the same person with the same `id`, it is the same object. Raises `BadMark`, `NotFound`."""
        checking.check_outline(new)
        with self._turn:
            instances = self._kept(study_uid)
            return self._save(study_uid, new, by, address, instances)

    def _save(self, study_uid: str, new: New, by: Principal, address: str, instances: Mapping[str, Located]) -> Saved:
        uid = uid_from("object", study_uid, type(new).__name__, by.actor, new.id)
        if uid in instances:
            return Saved(uid, instances[uid].series_uid, again=True)
        if rejecting.find(self._archive.database, (study_uid, "", uid), rejected=True):
            raise model.TakenBack("this was saved before and taken back since: save it anew, with another id")
        sources = self._sources(instances, checking.wanted(new))
        checking.check_refs(checking.wanted(new), sources)
        checking.check(new, sources)
        replaced = self._replaced(study_uid, new, by, instances)
        occasion = self._occasion(study_uid, uid, new, by, list(instances.values()))
        if replaced is not None:
            ref = ImageRef(replaced.series_uid, replaced.sop_uid)
            occasion = msgspec.structs.replace(occasion, replaces=ref, replaces_class=replaced.sop_class)
        outcome = self._store(_made(new, occasion, sources), Provenance("viewer", by.actor, address, occasion.at))
        if replaced is not None and not isinstance(new, NewMeasurements):
            self._reject(replaced, f"replaced by {uid}", by)
        return Saved(uid, outcome.series_uid, again=outcome.verdict is not Verdict.STORED)

    def _kept(self, study_uid: str) -> dict[str, Located]:
        """What our archive has of the study; raises `NotFound`: what is said of it is kept beside it, or nowhere."""
        try:
            return {one.sop_uid: one for one in self._archive.reader.locate(study_uid)}
        except NotFound as error:
            raise NotFound("there is no such study in this archive: only what is kept here can be annotated") from error

    def take_back(self, study_uid: str, sop_uid: str, by: Principal, *, version: bool = False) -> None:
        """Reject an object, and what it took the place of; of a `version` it alone. Raises `NoSuchObject`, `NotYours`."""
        instances = self._kept(study_uid)
        pending = [sop_uid]
        seen: set[str] = set()
        while pending:
            uid = pending.pop()
            if uid in seen or (seen and uid not in instances):
                continue
            instance = instances.get(uid)
            if instance is None or instance.sop_class not in codes.READ:
                raise model.NoSuchObject("there is no such object in this study")
            made = self._reading.read(instance, {})
            self._check_owner(made, study_uid, by)
            seen.add(uid)
            pending += made.replaces if isinstance(made, model.Measurements) and not version else ()
        for uid in seen:
            self._reject(instances[uid], "taken back", by)

    def give_back(self, study_uid: str, sop_uid: str, by: Principal) -> None:
        """Show again what was taken back. Raises `NoSuchObject`, `NotYours`."""
        self._kept(study_uid)
        hidden = [one for one in locate_rejected(self._archive.database, study_uid, sop_uid) if one.sop_class in codes.READ]
        if not hidden:
            raise model.NoSuchObject("no such object of this study was taken back")
        self._check_owner(self._reading.read(hidden[0], {}), study_uid, by)
        self._registrar.restore((study_uid, hidden[0].series_uid, sop_uid), reason="given back", by=by)

    def _reject(self, instance: Located, reason: str, by: Principal) -> None:
        uids = instance.study_uid, instance.series_uid, instance.sop_uid
        try:
            self._registrar.reject(uids, reason=reason, by=by)
        except NotFound:  # somebody else did so meanwhile
            return

    def _check_owner(self, made: Made, study_uid: str, by: Principal) -> None:
        if _owned(made, by).mine or self._governance.judge(by, Action.REJECT, study_uid).verdict.allowed:
            return
        raise model.NotYours("this was made by somebody else: only they, or who may reject, can take it back or replace it")

    def _replaced(self, study_uid: str, new: New, by: Principal, instances: Mapping[str, Located]) -> Located | None:
        if not new.replaces:
            return None
        found = instances.get(new.replaces)
        if found is None or found.sop_class not in _FAMILIES[type(new)]:
            raise model.BadMark("replaces: there is no such object of this kind in the study")
        self._check_owner(self._reading.read(found, {}), study_uid, by)
        return found

    def _sources(self, instances: Mapping[str, Located], images: Iterable[ImageRef]) -> dict[str, Source]:
        """The images that are spoken of, as far as the study has them."""
        found: dict[str, Source] = {}
        for image in images:
            instance = instances.get(image.sop_uid)
            if instance is None or image.sop_uid in found:
                continue
            attributes = self._reading.attributes(instance)
            data = Attributes(attributes)
            size = data.whole("Rows"), data.whole("Columns")
            frames = max(1, instance.frames or 1)
            source = Source(instance.series_uid, instance.sop_uid, instance.sop_class, *size, frames, attributes)
            found[image.sop_uid] = source
        return found

    def _occasion(self, study_uid: str, uid: str, new: New, by: Principal, instances: Sequence[Located]) -> Occasion:
        series = uid_from("series", study_uid, type(new).__name__)
        number = 1 + sum(one.series_uid == series for one in instances)
        person = Person(by.display_name or by.name, by.name, by.kind == "person")
        return Occasion(uid, series, number, person, to_text(self._clock()))

    def _store(self, made: Json, came: Provenance) -> Outcome:
        """Take the object in as every other one is; raises what the intake raises."""
        sop_class, sop_uid = (made[key_of(keyword)]["Value"][0] for keyword in ("SOPClassUID", "SOPInstanceUID"))
        data = memoryview(encode_data_set(made, EXPLICIT_LE))
        reception = self._archive.intake.receive(EXPLICIT_LE.uid, sop_class, sop_uid, came)
        try:
            for start in range(0, len(data), _PIECE):
                reception.write(data[start : start + _PIECE])
        except BaseException:
            reception.abort()
            raise
        outcome = reception.finish()
        if outcome.verdict is Verdict.QUARANTINED and not self._archive.reader.locate_all([outcome.sop_uid]):
            raise model.TakenBack(f"the archive kept it aside: {outcome.reason}")
        return outcome


def _made(new: New, occasion: Occasion, sources: Mapping[str, Source]) -> dict[str, Any]:
    if isinstance(new, NewMeasurements):
        return report(_named(new, occasion), occasion, sources)
    if isinstance(new, NewKeyImages):
        return selection(new, checking.title_of(new.title), occasion, sources)
    if isinstance(new, NewPresentation):
        return state(new, occasion, sources)
    first = sources[new.frames[0].sop_uid]
    return segmentation(new, occasion, sources, unpacked(new, first.rows, first.columns))


def _named(new: NewMeasurements, occasion: Occasion) -> NewMeasurements:
    """With a UID for each mark: its own through all its changes, or one that follows from the document's."""

    def named(number: int, mark: NewMark) -> NewMark:
        return mark if mark.uid else msgspec.structs.replace(mark, uid=uid_from(occasion.sop_uid, str(number)))

    return msgspec.structs.replace(new, measurements=[named(*one) for one in enumerate(new.measurements)])
