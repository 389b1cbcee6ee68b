"""After a crash: segments without a writer are read again; whole members get the row they lack, half ones are cut.

The same walk frees a segment once no row speaks of it any more.
"""

import hashlib
import mmap
import os
from pathlib import Path

from sixfold.archive import rules
from sixfold.archive.model import Refused, Verdict
from sixfold.archive.service.notes import arrival_of
from sixfold.archive.store import landing, segments, tar
from sixfold.archive.store.index import Arrival, Index, Placing
from sixfold.dicom.scan import Malformed, Truncated, check_structure, scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.kernel.database import Database
from sixfold.kernel.logs import logger


class Recovery:
    """Looks after the segments that no process writes to."""

    def __init__(self, database: Database, folder: Path, place: Placing) -> None:
        self._database = database
        self._place = place
        self._folder = folder
        self._seen: dict[str, int] = {}

    def run(self) -> int:
        """Recover and free what can be; returns how many segments were freed or changed."""
        swept = landing.sweep(self._folder)
        for name in swept:  # the row was made before the file, and nobody can have used it since
            segments.forget_if_empty(self._database, segments.container_of(self._database, name))
        names = sorted(path.name for path in self._folder.glob("*.tar"))
        self._seen = {name: size for name, size in self._seen.items() if name in names}
        return len(swept) + sum(self._look(name) for name in names)

    def _look(self, name: str) -> int:
        """Look at one segment unless its writer is alive; its rows are compared only when it is new to this process."""
        path = self._folder / name
        descriptor = landing.try_lock(path)
        if descriptor is None:
            return 0
        try:
            container = segments.container_of(self._database, name)
            changed = 0
            if self._seen.get(name) != os.fstat(descriptor).st_size:
                changed = self._mend(descriptor, container)
                self._seen[name] = os.fstat(descriptor).st_size
            if segments.forget_if_empty(self._database, container):
                path.unlink()
                return 1
            return changed
        finally:
            os.close(descriptor)

    def _mend(self, descriptor: int, container: int) -> int:
        known = segments.known_offsets(self._database, container)
        end = 0
        strange = []
        for member in landing.members(descriptor):
            end = member.end
            if member.offset not in known:
                strange.append(member)
        if end < os.fstat(descriptor).st_size:
            logger("archive").warning("a half member was cut off a segment", extra={"container": container, "at": end})
            os.ftruncate(descriptor, end)
        lost = self._without_rows(strange)
        arrivals = [arrival for member in lost if (arrival := _arrival(descriptor, container, member)) is not None]
        return self._give_rows(container, arrivals)

    def _without_rows(self, members: list[tar.Member]) -> list[tar.Member]:
        """Leave out copies of what was sealed meanwhile, and duplicates, without reading their bytes.

        The row of an object says where its bytes are and has their digest. Another copy of the same content under the same UID
        would be judged a duplicate and change nothing, whatever its bytes are by now; so its note is enough to tell it by.
        """
        contents = [(member.name.removesuffix(".dcm"), member.note.get("sha256", "")) for member in members]
        kept = segments.contents_with_rows(self._database, sorted({uid for uid, _ in contents}))
        return [member for member, content in zip(members, contents, strict=True) if content not in kept]

    def _give_rows(self, container: int, arrivals: list[Arrival]) -> int:
        """Index what has no row; what comes twice in the segment is told apart as a duplicate, and changes nothing."""
        if not arrivals:
            return 0
        with self._database.write() as transaction:
            outcomes = Index(self._database, self._place).add(transaction, arrivals)
        found = sum(outcome.verdict is not Verdict.DUPLICATE for outcome in outcomes)
        if found:
            fields = {"container": container, "instances": found}
            logger("archive").warning("objects that had no row were indexed from a segment", extra=fields)
        return found


def _arrival(descriptor: int, container: int, member: tar.Member) -> Arrival | None:
    """The arrival that a whole member is; None, with a log line, when its bytes are not what its note promises."""
    note = member.note
    with mmap.mmap(descriptor, 0, prot=mmap.PROT_READ) as pages, memoryview(pages) as everything:
        file = everything[member.offset : member.offset + member.length]
        try:
            return read_arrival(file, container, member)
        except (Refused, Malformed, Truncated) as error:
            fields = {"container": container, "offset": member.offset, "reason": str(error), "sha256": note.get("sha256")}
            logger("archive").error("a member of a segment is no whole object", extra=fields)
            return None
        finally:
            file.release()


def read_arrival(file: memoryview, container: int, member: tar.Member) -> Arrival:
    """The arrival of a Part 10 file in a tar written by us, proved against the digest in its note."""
    note = member.note
    data = file[note["data"] :]
    try:
        if hashlib.sha256(data).hexdigest() != note["sha256"]:
            raise Refused("its bytes are not those that its note tells of")
        syntax = transfer_syntax(note["syntax"])
        if not check_structure(data, syntax).complete:
            raise Refused("it is not whole")
        found = scan(data, syntax, rules.SCANNED_TAGS, whole=True)
    finally:
        data.release()
    return arrival_of(member, container, found)
