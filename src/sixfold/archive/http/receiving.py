"""Parts of a STOW request as objects on their way in: each begins when its head is known, several finish at once."""

from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from sixfold.archive.model import Outcome, Provenance, Refused, StorageFull
from sixfold.archive.service.intake import Intake, Reception
from sixfold.dicom import tags
from sixfold.dicom.part10 import FileMeta, parse_file_meta
from sixfold.dicom.scan import scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.errors import InvalidInput, SixfoldError, Unavailable

_LONGEST_HEAD = 4 << 20
_FINISHING = 4
_NAMES = frozenset({tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID, tags.STUDY_INSTANCE_UID})
_OUT_OF_RESOURCES = 0xA700
_PROCESSING_FAILURE = 0x0110
_NOT_UNDERSTOOD = 0xC000
_OTHER_STUDY = 0xA900


class Fate(msgspec.Struct):
    """What became of one part; without an outcome, `reason` is its Failure Reason (PS3.18 table I.2-2)."""

    sop_class: str = ""
    sop_uid: str = ""
    outcome: Outcome | None = None
    reason: int = 0
    text: str = ""


class Receiving:
    """The sink of a request's parts. A part that fails does not stop the next."""

    def __init__(self, intake: Intake, came: Provenance, study: str) -> None:
        self._intake = intake
        self._came = came
        self._study = study
        self._pool = ThreadPoolExecutor(_FINISHING, "stow")
        self._finishing: list[Future[None]] = []
        self._head: bytearray | None = None
        self._reception: Reception | None = None
        self._fate = Fate()
        self.fates: list[Fate] = []

    def begin(self) -> None:
        """A part begins."""
        self._head = bytearray()
        self._fate = Fate()
        self.fates.append(self._fate)

    def data(self, piece: memoryview) -> None:
        """Bytes of the part."""
        try:
            if self._reception is not None:
                self._reception.write(piece)
            elif self._head is not None:
                self._head += piece
                self._try_to_start(self._head, whole=False)
        except SixfoldError as error:
            self._fail(error)

    def end(self) -> None:
        """The part is whole."""
        try:
            if self._reception is None and self._head is not None:
                self._try_to_start(self._head, whole=True)
        except SixfoldError as error:
            self._fail(error)
        reception, self._reception, self._head = self._reception, None, None
        if reception is None:
            return
        waiting = [future for future in self._finishing if not future.done()]
        if len(waiting) >= 2 * _FINISHING:
            waiting[0].result()
        self._finishing = [*waiting, self._pool.submit(_finish, reception, self._fate)]

    def close(self) -> None:
        """The request is over: what began and did not end is dropped, what ended is waited for."""
        if self._reception is not None:
            self._reception.abort()
            self._reception = None
            self.fates.remove(self._fate)
        self._pool.shutdown(wait=True)

    def _try_to_start(self, head: bytearray, *, whole: bool) -> None:
        meta = parse_file_meta(bytes(head))
        if meta is None:
            if whole or len(head) > _LONGEST_HEAD:
                raise Refused("the part is no DICOM file", _NOT_UNDERSTOOD)
            return
        if self._named(meta, head, whole=whole or len(head) > _LONGEST_HEAD):
            self._start(meta, head)

    def _named(self, meta: FileMeta, head: bytearray, *, whole: bool) -> bool:
        """Read off the data set what the object is; False when more bytes are needed."""
        data = bytes(memoryview(head)[meta.data_set_offset :])
        found = scan(data, transfer_syntax(meta.transfer_syntax_uid), _NAMES)
        if not found.complete and not whole:
            return False
        self._fate.sop_class = _uid(found.values.get(tags.SOP_CLASS_UID, b""))
        self._fate.sop_uid = _uid(found.values.get(tags.SOP_INSTANCE_UID, b""))
        if self._study and _uid(found.values.get(tags.STUDY_INSTANCE_UID, b"")) != self._study:
            raise Refused("the instance is of another study than the address names", _OTHER_STUDY)
        return True

    def _start(self, meta: FileMeta, head: bytearray) -> None:
        fate = self._fate
        self._reception = self._intake.receive(meta.transfer_syntax_uid, fate.sop_class, fate.sop_uid, self._came)
        self._head = None
        self._reception.write(memoryview(head)[meta.data_set_offset :])

    def _fail(self, error: SixfoldError) -> None:
        self._head = None
        if self._reception is not None:
            reception, self._reception = self._reception, None
            reception.abort()
        _tell(self._fate, error)


def _finish(reception: Reception, fate: Fate) -> None:
    try:
        fate.outcome = reception.finish()
        fate.text = fate.outcome.reason
    except SixfoldError as error:
        _tell(fate, error)


def _tell(fate: Fate, error: SixfoldError) -> None:
    fate.text = str(error)
    if isinstance(error, Refused):
        fate.reason = error.reason
    elif isinstance(error, StorageFull | Unavailable):
        fate.reason = _OUT_OF_RESOURCES
    else:
        fate.reason = _NOT_UNDERSTOOD if isinstance(error, InvalidInput) else _PROCESSING_FAILURE


def _uid(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("ascii", "replace")[:64]
