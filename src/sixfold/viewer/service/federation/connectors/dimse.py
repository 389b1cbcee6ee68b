"""Archives of the DICOM network by C-FIND of the Study Root (PS3.4 C.6.2): an association for each question.

A question that found enough is cancelled (PS3.4 C.4.1.2.2); an archive that goes on nevertheless, or falls silent, is cut off
at the deadline.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text
from sixfold.dicom.encode import NotWritable, encode_data_set
from sixfold.dicom.json import instance_dict
from sixfold.dicom.matching import BadQuery
from sixfold.dicom.uids import VERIFICATION, transfer_syntax
from sixfold.dimse.client import ClientAssociation, ClientSettings, Proposal, associate
from sixfold.dimse.errors import AssociationEnded, AssociationRefused, CommandError, DimseFailure, PduError
from sixfold.dimse.message import QueryOptions
from sixfold.dimse.negotiation import UNCOMPRESSED, option_bytes
from sixfold.dimse.pdu import ExtendedNegotiation
from sixfold.dimse.services import Remote
from sixfold.dimse.uids import STUDY_ROOT_FIND
from sixfold.kernel.errors import InvalidInput
from sixfold.viewer.model.federation import Dimse, Failure, Found, Json, Question, SourceFailed
from sixfold.viewer.rules.federation.asking import alternatives, find_identifier, meant
from sixfold.viewer.rules.federation.rows import sift
from sixfold.viewer.rules.federation.sources import trusting
from sixfold.viewer.service.federation.connectors import Caller

MOST_BYTES = 32 << 20
"""Bytes of all matches of one question together that are read."""
_SHORTEST_WAIT = 0.05
_LONGEST_GOODBYE = 1.0
_FUZZY = QueryOptions(fuzzy=True)


class DimseConnector:
    """One remote archive."""

    def __init__(self, reach: Dimse, issuer: str, caller: Caller) -> None:
        self._reach = reach
        self._issuer = issuer
        self._calling = reach.calling_ae or caller.ae_title
        self._remote = Remote(reach.ae_title, reach.host, reach.port, _context(reach, caller))

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        """Ask every way that the question needs on one association."""
        raw: list[Json] = []
        size, more = 0, False
        with self._associated(STUDY_ROOT_FIND, deadline, fuzzy=question.fuzzy) as peer:
            for keys in alternatives(question):
                rows, length, cancelled = _matches(peer, find_identifier(keys, question), limit, MOST_BYTES - size)
                raw += rows
                size, more = size + length, more or cancelled
        found = sift((self._completed(row) for row in raw), question, meant(question), self._issuer, limit)
        return Found(found.rows, found.more or more, found.dropped, found.untold, size)

    def probe(self, deadline: float) -> None:
        """C-ECHO (PS3.4 A.4)."""
        with self._associated(VERIFICATION, deadline) as peer:
            status = peer.echo()
        if status:
            raise SourceFailed(Failure.REFUSED, f"it answers the echo with {status:04X}")

    def close(self) -> None:
        """No connection outlives its question."""

    def _completed(self, row: Json) -> Json:
        """The row with its archive's AE title, where it tells none to retrieve it from."""
        key = tag_text(tags.RETRIEVE_AE_TITLE)
        return row if "Value" in row.get(key, {}) else row | {key: {"vr": "AE", "Value": [self._reach.ae_title]}}

    @contextmanager
    def _associated(self, sop_class: str, deadline: float, *, fuzzy: bool = False) -> Iterator[ClientAssociation]:
        """An association that ends by the deadline, whatever the peer does; raises `SourceFailed`."""
        wait = max(_SHORTEST_WAIT, deadline - time.monotonic())
        settings = ClientSettings(self._calling, async_window=1, artim=wait, network_timeout=wait, connect_timeout=wait)
        extended = [ExtendedNegotiation(sop_class, option_bytes(_FUZZY, 3))] if fuzzy else []
        with _told(deadline):
            peer = associate(self._remote, [Proposal(sop_class, UNCOMPRESSED)], settings, extended=extended)
            with _cutting(peer, deadline):
                try:
                    peer.context(sop_class)
                    yield peer
                except BaseException:
                    peer.abort()
                    raise
        _release(peer, min(deadline, time.monotonic() + _LONGEST_GOODBYE))


@contextmanager
def _cutting(peer: ClientAssociation, deadline: float) -> Iterator[None]:
    """Cut the connection at the deadline, unless the block ends before."""
    cutting = threading.Timer(max(0.0, deadline - time.monotonic()), peer.channel.transport.cut)
    cutting.daemon = True
    cutting.start()
    try:
        yield
    finally:
        cutting.cancel()


def _release(peer: ClientAssociation, deadline: float) -> None:
    """End the association in order; a peer that does not take its leave has answered all the same."""
    with suppress(AssociationEnded, PduError, CommandError), _cutting(peer, deadline):
        peer.release()


def _context(reach: Dimse, caller: Caller) -> ssl.SSLContext | None:
    if not reach.tls:
        return None
    context = caller.certificates()
    return trusting(reach.authorities, context) if reach.authorities else context


def _matches(peer: ClientAssociation, identifier: Json, limit: int, room: int) -> tuple[list[Json], int, bool]:
    """The matches of one C-FIND, their size, and whether it was cancelled since there are more than are wanted."""
    syntax = transfer_syntax(peer.context(STUDY_ROOT_FIND).transfer_syntax)
    rows: list[Json] = []
    size = 0
    matches = peer.find(STUDY_ROOT_FIND, encode_data_set(identifier, syntax))
    for match in matches:
        size += len(match.identifier)
        if size > room:
            peer.abort()
            raise SourceFailed(Failure.CUT, f"its answer is longer than {MOST_BYTES >> 20} MiB")
        if len(rows) == limit:
            matches.close()
            return rows, size, True
        rows.append(instance_dict(match.identifier, syntax, bulk_uri="", inline_limit=len(match.identifier)))
    return rows, size, False


@contextmanager
def _told(deadline: float) -> Iterator[None]:
    """Turn what can go wrong on the network into the failure of the archive."""
    try:
        yield
    except AssociationRefused as error:
        raise SourceFailed(Failure.REFUSED, str(error)) from error
    except AssociationEnded as error:
        raise _ended(error, late=time.monotonic() >= deadline - _SHORTEST_WAIT) from error
    except DimseFailure as error:
        raise SourceFailed(Failure.REFUSED, f"it answers {error}", alive=True) from error
    except (BadQuery, NotWritable) as error:
        raise SourceFailed(Failure.REFUSED, f"it cannot be asked that: {error}", alive=True) from error
    except (PduError, CommandError, InvalidInput) as error:
        raise SourceFailed(Failure.UNREADABLE, f"its answer cannot be read: {error}") from error


def _ended(error: AssociationEnded, *, late: bool) -> SourceFailed:
    if late:
        return SourceFailed(Failure.TIMED_OUT, "no answer in time")
    cause = error.__cause__
    if isinstance(cause, TimeoutError):
        return SourceFailed(Failure.TIMED_OUT, "no answer in time")
    if isinstance(cause, OSError) and not isinstance(cause, ConnectionResetError | BrokenPipeError):
        return SourceFailed(Failure.REFUSED, f"it cannot be reached: {error}")
    return SourceFailed(Failure.CUT, f"the association broke off: {error}")
