"""The note in a member's head: what an object's row needs besides its bytes, so that it can be made anew from a tar alone."""

from typing import Any

from sixfold.archive import rules
from sixfold.archive.model import Place, Provenance
from sixfold.archive.store.index import Arrival
from sixfold.archive.store.tar import Member
from sixfold.dicom.scan import Scan
from sixfold.dicom.uids import TransferSyntax, transfer_syntax


def note_of(digest: bytes, syntax_uid: str, data_offset: int, came: Provenance) -> dict[str, Any]:
    """The note on a Part 10 file whose data set starts at `data_offset` and has the SHA-256 `digest`."""
    by = [came.edge, came.actor, came.source]
    return {"sha256": digest.hex(), "syntax": syntax_uid, "data": data_offset, "at": came.received_at, "by": by}


def arrival_of(member: Member, container: int, found: Scan) -> Arrival:
    """The arrival of a member that bears a note of ours, with the scan of its data set; raises `Refused`."""
    note = member.note
    syntax = transfer_syntax(note["syntax"])
    place = place_of(container, (member.offset, member.length), note["data"], found, syntax)
    edge, actor, source = note["by"]
    came = Provenance(edge, actor, source, note["at"])
    return Arrival(rules.describe(found, syntax), found, place, bytes.fromhex(note["sha256"]), note["syntax"], came)


def place_of(container: int, span: tuple[int, int], data_offset: int, found: Scan, syntax: TransferSyntax) -> Place:
    """Where a file of (offset, length) `span` stands; pixels in a deflated data set have no offset that could be read at."""
    offset, length = span
    hidden = found.pixel_data_offset is None or syntax.deflated
    pixel_offset = length if hidden else data_offset + (found.pixel_data_offset or 0)
    return Place(container, offset, length, data_offset, pixel_offset)
