"""Parts of a STOW request as objects on their way in: each begins when its head is known, several finish at once."""

import time
from collections import deque
from concurrent.futures import Executor, Future

import msgspec

from sixfold.archive import rules
from sixfold.archive.model import Outcome, Provenance, Refused
from sixfold.archive.service.intake import Batch, Intake, Reception
from sixfold.archive.service.multipart import PartHeaders
from sixfold.dicom import tags
from sixfold.dicom.part10 import FileMeta, parse_file_meta
from sixfold.dicom.scan import Truncated, scan
from sixfold.dicom.uids import like_uid, transfer_syntax
from sixfold.kernel.errors import InvalidInput, SixfoldError, Unavailable

_FIRST_LOOK = 1024
_LONGEST_HEAD = 4 << 20
_BATCH = 16
_BATCH_BYTES = 8 << 20
_AT_ONCE = 4
_EAGER_PAUSE = 0.01  # seconds between two batches of who is eager: what comes faster shares one
_IDENTITY = frozenset({tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID})
_IDENTITY_AND_STUDY = _IDENTITY | {tags.STUDY_INSTANCE_UID}

# Failure Reason (0008,1197), PS3.18 table I.2-2
OUT_OF_RESOURCES = 0xA700
PROCESSING_FAILURE = 0x0110
NOT_UNDERSTOOD = 0xC000
OTHER_STUDY = 0xA900


class Fate(msgspec.Struct):
    """What became of one part; without an outcome, `reason` is its Failure Reason (PS3.18 table I.2-2)."""

    sop_class: str = ""
    sop_uid: str = ""
    outcome: Outcome | None = None
    reason: int = 0
    text: str = ""

    def fail(self, error: SixfoldError) -> None:
        """Note why the part was not stored."""
        self.text = str(error)
        if isinstance(error, Refused):
            self.reason = error.reason
        elif isinstance(error, Unavailable):
            self.reason = OUT_OF_RESOURCES
        else:
            self.reason = NOT_UNDERSTOOD if isinstance(error, InvalidInput) else PROCESSING_FAILURE


class Receiving:
    """The sink of a request's parts; a part that fails does not stop the next. Not thread-safe: one call at a time.

    Whole parts are gathered into batches, which are synced and indexed in `finishers` while the next parts come. Who is `eager`
    has each part indexed as soon as it is whole, and gathers only what comes faster than that.
    """

    def __init__(self, intake: Intake, came: Provenance, study: str, finishers: Executor, *, eager: bool = False) -> None:
        self._intake = intake
        self._came = came
        self._study = study
        self._finishers = finishers
        self._eager = eager
        self._settled_at = 0.0
        self._settling: deque[Future[None]] = deque()
        self._batch = intake.batch()
        self._complete: list[Fate] = []
        self._head: bytearray | None = None
        self._next_look = 0
        self._reception: Reception | None = None
        self._fate = Fate()
        self.fates: list[Fate] = []

    def begin(self, _headers: PartHeaders) -> None:
        """A part begins. What it is, its bytes tell: its Content-Type may be absent."""
        if self._complete and self._is_idle():
            self._settle()
        self._head = bytearray()
        self._next_look = _FIRST_LOOK
        self._fate = Fate()
        self.fates.append(self._fate)

    def data(self, piece: memoryview) -> None:
        """Bytes of the part."""
        try:
            if self._reception is not None:
                self._reception.write(piece)
            elif self._head is not None:
                self._start(self._head, piece)
        except SixfoldError as error:
            self._fail(error)

    def end(self) -> None:
        """The part is whole."""
        try:
            if self._reception is None and self._head is not None:
                self._look(self._head, whole=True)
        except SixfoldError as error:
            self._fail(error)
            return
        self._head = None
        if self._reception is None:
            return
        reception, self._reception = self._reception, None
        try:
            reception.complete()
        except SixfoldError as error:
            self._fate.fail(error)
            return
        self._complete.append(self._fate)
        if len(self._batch) >= _BATCH or self._batch.bytes >= _BATCH_BYTES or self._is_idle():
            self._settle()

    def _is_idle(self) -> bool:
        """Whether what is whole can be indexed at once, for who is eager."""
        if not self._eager or time.monotonic() - self._settled_at < _EAGER_PAUSE:
            return False
        return all(one.done() for one in self._settling)

    def _settle(self) -> None:
        """Hand the batch on and begin another; waits while too many are under way."""
        if len(self._settling) >= _AT_ONCE:
            self._settling.popleft().result()
        self._settled_at = time.monotonic()
        self._settling.append(self._finishers.submit(settle, self._batch, self._complete))
        self._batch, self._complete = self._intake.batch(), []

    def finish(self) -> None:
        """All parts have come: wait until every one has met its fate."""
        self.close()

    def close(self) -> None:
        """The request is over: what began and did not end is dropped, what ended is waited for."""
        if self._reception is not None or self._head is not None:
            self._fail(Truncated("the body ended inside this part"))
        self._settle()
        while self._settling:
            self._settling.popleft().result()

    def _start(self, head: bytearray, piece: memoryview) -> None:
        """Gather as much of the part as tells what it is, then give the rest of the piece to its reception."""
        taken = 0
        while self._reception is None and taken < len(piece):
            following = taken + max(1, self._next_look - len(head))
            head += piece[taken:following]
            taken = min(following, len(piece))
            if len(head) >= self._next_look:
                self._next_look = 2 * len(head)
                self._look(head, whole=len(head) > _LONGEST_HEAD)
        if self._reception is not None and taken < len(piece):
            self._reception.write(piece[taken:])

    def _look(self, head: bytearray, *, whole: bool) -> None:
        """Begin the reception if `head` says what the object is; raises `Refused`, `NotDicom`, `Malformed`."""
        data = bytes(head)
        meta = parse_file_meta(data)
        if meta is None:
            if whole:
                raise Refused("the part is no DICOM file", NOT_UNDERSTOOD)
            return
        rules.admit(meta.sop_class_uid)
        if not like_uid(meta.transfer_syntax_uid):  # it goes into headers and into our own file meta
            raise Refused("its transfer syntax UID is no UID", NOT_UNDERSTOOD)
        if not self._identify(meta, data[meta.data_set_offset :], whole=whole):
            return
        fate = self._fate
        self._head = None
        self._reception = self._batch.receive(meta.transfer_syntax_uid, fate.sop_class, fate.sop_uid, self._came)
        self._reception.write(memoryview(data)[meta.data_set_offset :])

    def _identify(self, meta: FileMeta, data: bytes, *, whole: bool) -> bool:
        """Read off the data set which object it is; False when more bytes are needed."""
        wanted = _IDENTITY_AND_STUDY if self._study else _IDENTITY
        found = scan(data, transfer_syntax(meta.transfer_syntax_uid), wanted)
        if not found.complete and not whole:
            return False
        self._fate.sop_class = _uid(found.values.get(tags.SOP_CLASS_UID, b""))
        self._fate.sop_uid = _uid(found.values.get(tags.SOP_INSTANCE_UID, b""))
        if self._study and _uid(found.values.get(tags.STUDY_INSTANCE_UID, b"")) != self._study:
            raise Refused("the instance is of another study than the address names", OTHER_STUDY)
        return True

    def _fail(self, error: SixfoldError) -> None:
        self._head = None
        if self._reception is not None:
            reception, self._reception = self._reception, None
            reception.drop()
        self._fate.fail(error)


def settle(batch: Batch, fates: list[Fate]) -> None:
    """Settle a batch and note what became of each of its objects; `fates` are in the order of their completion."""
    for fate, result in zip(fates, batch.settle(), strict=True):
        if isinstance(result, Outcome):
            fate.outcome, fate.text = result, result.reason
        elif isinstance(result, SixfoldError):
            fate.fail(result)
        else:
            raise result


def _uid(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("ascii", "replace")[:64]
