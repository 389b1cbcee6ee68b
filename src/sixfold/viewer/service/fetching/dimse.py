"""Series by C-GET and C-MOVE (PS3.4 C.4.2, C.4.3): the instances come on the association that asks for them, or on another.

For C-GET, what the series holds is asked first, at the level of instances, so that a presentation context is proposed for each
of its SOP classes in each transfer syntax: an archive that does not convert can then give every object as it keeps it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sixfold.archive.model import Refused, Verdict
from sixfold.archive.service.intake import Reception
from sixfold.dicom.encode import encode_data_set
from sixfold.dicom.json import instance_dict
from sixfold.dicom.uids import ALL_TRANSFER_SYNTAXES, EXPLICIT_LE, STORAGE_CLASSES, transfer_syntax
from sixfold.dimse.client import ClientAssociation, ClientSettings, Proposal, associate
from sixfold.dimse.client.operations import Retrieved
from sixfold.dimse.errors import AssociationEnded, AssociationRefused, CommandError, DimseFailure, PduError
from sixfold.dimse.message import StoreRequest
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.pdu import RoleSelection
from sixfold.dimse.services import Remote, Response
from sixfold.dimse.uids import STUDY_ROOT_FIND, STUDY_ROOT_GET, STUDY_ROOT_MOVE
from sixfold.kernel.errors import NotFound, SixfoldError
from sixfold.viewer.model.retrieval import Delivered
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.fetching import LEFT, NO_ROOM, Into
from sixfold.viewer.service.fetching.slots import Slots

_CONTEXTS: Final = 127  # PS3.8 7.1.1.13: odd numbers up to 255; one is the retrieve's
_SYNTAXES: Final = sorted(ALL_TRANSFER_SYNTAXES, key=lambda one: (one is not EXPLICIT_LE, one.retired, one.video))
Json = dict[str, Any]


class _Left(Exception):
    """Nobody wants the rest."""


class _InTurn:
    """An archive that gives instances in its own order only."""

    def fetch_one(self, study_uid: str, series_uid: str, sop_uid: str, into: Into) -> Delivered | None:
        """Nothing comes out of turn."""
        return None


class GetFetcher(_InTurn):
    """An archive of the DICOM network that takes C-GET."""

    def __init__(self, remote: Remote, settings: ClientSettings, at_once: int = 2) -> None:
        self._remote = remote
        self._settings = settings
        self._slots = Slots(at_once)

    def fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Bring a series."""
        with self._slots.taken(ahead=into.ahead) as free:
            return self._fetch(study_uid, series_uid, into) if free else NO_ROOM

    def _fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        receiver = _Receiver(into, series_uid)

        def retrieve() -> str:
            listed = _listed(self._remote, self._settings, study_uid, series_uid)
            return self._get(sorted(set(listed.values())), study_uid, series_uid, receiver)

        why = _why(retrieve)
        return Delivered(frozenset(receiver.kept), receiver.bytes, why or receiver.trouble, left=why == LEFT)

    def _get(self, classes: Sequence[str], study_uid: str, series_uid: str, receiver: "_Receiver") -> str:
        """Ask for the series; returns what went wrong."""
        proposals = [Proposal(STUDY_ROOT_GET, UNCOMPRESSED), *_proposals(classes)]
        roles = [RoleSelection(uid, scu=False, scp=True) for uid in dict.fromkeys(one.abstract_syntax for one in proposals[1:])]
        with associate(self._remote, proposals, self._settings, roles=roles) as peer:
            return _retrieve(peer, study_uid, series_uid, receiver)


def _retrieve(peer: ClientAssociation, study_uid: str, series_uid: str, receiver: "_Receiver") -> str:
    identifier = _identifier(peer, STUDY_ROOT_GET, study_uid, series_uid)
    return _ended(peer.get(STUDY_ROOT_GET, identifier, receiver), lambda: receiver.goes_on)


class MoveFetcher(_InTurn):
    """An archive of the DICOM network that takes C-MOVE: it sends to `destination`, which is ours and fills the copies."""

    def __init__(self, remote: Remote, settings: ClientSettings, destination: str, copies: Copies, at_once: int = 2) -> None:
        self._slots = Slots(at_once)
        self._remote = remote
        self._settings = settings
        self._destination = destination
        self._copies = copies

    def fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Have a series sent; of what is here afterwards, that counts which the archive lists."""
        with self._slots.taken(ahead=into.ahead) as free:
            return self._fetch(study_uid, series_uid, into) if free else NO_ROOM

    def _fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        listed: dict[str, str] = {}

        def retrieve() -> str:
            listed.update(_listed(self._remote, self._settings, study_uid, series_uid))
            with self._copies.expecting(study_uid, series_uid, into.came.source, listed):
                return self._move(study_uid, series_uid, into)

        why = _why(retrieve)
        try:
            found = self._copies.archive.reader.locate(study_uid, series_uid)
        except NotFound:
            return Delivered(why=why, left=why == LEFT)
        came_here = [instance for instance in found if instance.sop_uid in listed]
        size = sum(instance.place.length for instance in came_here)
        return Delivered(frozenset(instance.sop_uid for instance in came_here), size, why, left=why == LEFT)

    def _move(self, study_uid: str, series_uid: str, into: Into) -> str:
        with associate(self._remote, [Proposal(STUDY_ROOT_MOVE, UNCOMPRESSED)], self._settings) as peer:
            identifier = _identifier(peer, STUDY_ROOT_MOVE, study_uid, series_uid)
            return _ended(peer.move(STUDY_ROOT_MOVE, self._destination, identifier), lambda: into.goes_on(0))


def _listed(remote: Remote, settings: ClientSettings, study_uid: str, series_uid: str) -> dict[str, str]:
    """The instances of a series by their UIDs, with their SOP classes, empty where the archive does not tell (PS3.4 C.6.2)."""
    with associate(remote, [Proposal(STUDY_ROOT_FIND, UNCOMPRESSED)], settings) as peer:
        syntax = transfer_syntax(peer.context(STUDY_ROOT_FIND).transfer_syntax)
        asked = _keys(study_uid, series_uid, level="IMAGE") | {"00080016": {"vr": "UI"}, "00080018": {"vr": "UI"}}
        found: dict[str, str] = {}
        for match in peer.find(STUDY_ROOT_FIND, encode_data_set(asked, syntax)):
            row = instance_dict(match.identifier, syntax, bulk_uri="", inline_limit=len(match.identifier))
            found[_first(row, "00080018")] = _first(row, "00080016")
    return found


def _first(row: Json, tag: str) -> str:
    return str(next(iter(row.get(tag, {}).get("Value", [])), ""))


def _identifier(peer: ClientAssociation, model: str, study_uid: str, series_uid: str) -> bytes:
    syntax = transfer_syntax(peer.context(model).transfer_syntax)
    return encode_data_set(_keys(study_uid, series_uid, level="SERIES"), syntax)


def _why(retrieve: Callable[[], str]) -> str:
    """What went wrong with a retrieve, in words."""
    try:
        return retrieve()
    except _Left:
        return LEFT
    except AssociationRefused as error:
        return f"it does not let us in: {error}"
    except DimseFailure as error:
        return f"it answers {error}"
    except AssociationEnded as error:
        return f"the association broke off: {error}"
    except (PduError, CommandError, SixfoldError) as error:
        return f"what it sends cannot be read: {error}"


def _ended(answers: Iterable[Retrieved], goes_on: Callable[[], bool]) -> str:
    """What the last answer of a retrieve says that went wrong; raises `_Left` when nobody wants the rest."""
    last = None
    for retrieved in answers:
        last = retrieved.response
        if not goes_on():
            raise _Left
    if last is None:
        return "it did not answer"
    if last.failed:
        return f"it failed to send {last.failed} of the instances"
    return "" if last.status in (0x0000, 0xB000) else f"it ends with {last.status:04X} {last.comment}".strip()


def _proposals(classes: Sequence[str]) -> list[Proposal]:
    """A context for each class in each syntax, as long as there is room; without classes, each known one in the usual ones."""
    classes = [uid for uid in classes if uid]
    if not classes:
        return [Proposal(uid, UNCOMPRESSED) for uid in list(STORAGE_CLASSES)[:_CONTEXTS]]
    return [Proposal(uid, (syntax.uid,)) for syntax in _SYNTAXES for uid in classes][:_CONTEXTS]


def _keys(study_uid: str, series_uid: str, *, level: str) -> Json:
    return {
        "00080052": {"vr": "CS", "Value": [level]},
        "0020000D": {"vr": "UI", "Value": [study_uid]},
        "0020000E": {"vr": "UI", "Value": [series_uid]},
    }


class _Receiver:
    """Takes the sub-operations of one C-GET, and remembers what came."""

    def __init__(self, into: Into, series_uid: str) -> None:
        self._into = into
        self._series = series_uid
        self._reception: Reception | None = None
        self.goes_on = True
        self.kept: set[str] = set()
        self.bytes = 0
        self.trouble = ""

    def begin(self, request: StoreRequest, transfer_syntax: str) -> None:
        """An instance comes."""
        names = request.affected_sop_class_uid, request.affected_sop_instance_uid
        self._reception = self._into.intake.receive(transfer_syntax, *names, self._into.came)

    def write(self, fragment: memoryview) -> None:
        """Bytes of it."""
        assert self._reception is not None
        self.bytes += len(fragment)
        self.goes_on = self._into.goes_on(len(fragment)) and self.goes_on
        self._reception.write(fragment)

    def finish(self) -> Response:
        """It is here."""
        assert self._reception is not None
        reception, self._reception = self._reception, None
        try:
            outcome = reception.finish()
        except Refused as error:
            self.trouble = str(error)
            return Response(error.reason, str(error)[:64])
        if outcome.verdict is Verdict.QUARANTINED:
            self.trouble = f"an instance is left out: {outcome.reason}"
        elif outcome.series_uid == self._series:  # what else it sends is kept as what it is
            self.kept.add(outcome.sop_uid)
        return Response()

    def abort(self) -> None:
        """It was cut."""
        if self._reception is not None:
            reception, self._reception = self._reception, None
            reception.abort()

    def close(self) -> None:
        """The association is over."""
        self.abort()
