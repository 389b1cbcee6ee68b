"""The seal: a quiet series leaves the landing and becomes one tar in the object store, proved by digest."""

import hashlib
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sixfold.archive.model import Located
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.metadata import describe_instance
from sixfold.archive.service.retrieval import make_retrieval
from sixfold.archive.service.shelf import Shelf
from sixfold.archive.service.thumbnails import Thumbnails
from sixfold.archive.store import pack, sealing, tar
from sixfold.archive.store.sealing import DueSeries, SealedPack, SealedPlace
from sixfold.archive.store.vault import Vault
from sixfold.kernel import metrics
from sixfold.kernel.clock import Clock, to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.errors import Damaged, SixfoldError
from sixfold.kernel.ids import new_key
from sixfold.kernel.logs import logger
from sixfold.kernel.objects import stream

_TRY_AGAIN = timedelta(minutes=5)

Sealed = Callable[[str, str], None]
"""What is done with the UIDs of a study and a series when it is sealed and that is past undoing."""


class Seal:
    """Seals series, one a step. Safe to kill at any moment: until the swap the landing's bytes are the object."""

    def __init__(
        self, database: Database, vault: Vault, workshop: Path, clock: Clock = utc_now, sealed: Sealed = lambda *_: None
    ) -> None:
        self._database = database
        self._sealed = sealed
        self._vault = vault
        self._workshop = workshop
        self._clock = clock
        self._later: dict[int, str] = {}
        workshop.mkdir(parents=True, exist_ok=True)
        for left in workshop.iterdir():
            left.unlink()

    def run(self, stable_after: float) -> int:
        """Seal the series that has been quiet longest; returns how many instances moved, 0 when none is due."""
        now = self._clock()
        self._later = {ref: until for ref, until in self._later.items() if until > to_text(now)}
        before = to_text(now - timedelta(seconds=stable_after))
        series = sealing.due_series(self._database, before, set(self._later))
        if series is None:
            return 0
        try:
            return self._seal(series)
        except (SixfoldError, OSError) as error:  # of the system: the workshop's disk is full, or the landing cannot be read
            self._later[series.ref] = to_text(now + _TRY_AGAIN)
            fields = {"study": series.study_uid, "series": series.series_uid, "error": str(error)}
            logger("archive").error("a series could not be sealed and stays in the landing", extra=fields)
            return 1

    def _seal(self, series: DueSeries) -> int:
        instances = sealing.landed(self._database, series.ref)
        key = f"studies/{series.study_uid}/{series.series_uid}/{new_key()}.tar"
        with self._files() as (tar_path, metadata_path):
            digest, sealed, places = self._write(tar_path, metadata_path, instances)
            self._vault.objects.put(key, tar_path)
        self._prove(key, digest)
        with self._database.write() as transaction:
            moved = sealing.swap(transaction, series, key, sealed, places)
        metrics.SERIES_SEALED.inc()
        self._sealed(series.study_uid, series.series_uid)
        return moved

    @contextmanager
    def _files(self) -> Iterator[tuple[Path, Path]]:
        stem = new_key()
        paths = self._workshop / f"{stem}.tar", self._workshop / f"{stem}.json.gz"
        try:
            yield paths
        finally:
            for path in paths:
                path.unlink(missing_ok=True)

    def _write(
        self, tar_path: Path, metadata_path: Path, instances: list[Located]
    ) -> tuple[bytes, SealedPack, list[SealedPlace]]:
        """Write the tar; returns its SHA-256, its pack and where each instance went."""
        with tar_path.open("w+b") as file, metadata_path.open("wb") as metadata_file:
            places = [self._copy(file, instance) for instance in instances]
            file.flush()
            writer = pack.MetadataWriter(metadata_file)
            for instance, place in zip(instances, places, strict=True):
                _add_metadata(file, writer, instance, place)
            writer.close()
            metadata_file.flush()
            sealed = SealedPack(
                pack.append_member(file, "metadata.json.gz", metadata_path),
                pack.append_member(file, "contents.msgpack", pack.encode_contents(writer.contents)),
            )
            file.write(tar.END)
            file.flush()
            file.seek(0)
            return hashlib.file_digest(file, "sha256").digest(), sealed, places

    def _copy(self, file: BinaryIO, instance: Located) -> SealedPlace:
        """Copy one member, head and all, holding its bytes against the digest of their arrival; raises `Damaged`."""
        place = instance.place
        start = file.tell()
        file.write(self._vault.read(place.container, place.offset - tar.HEAD, tar.HEAD + place.data_offset))
        digest = hashlib.sha256()
        for piece in self._vault.stream(place.container, place.offset + place.data_offset, place.length - place.data_offset):
            digest.update(piece)
            file.write(piece)
        if digest.digest() != instance.digest:
            raise Damaged(f"instance {instance.sop_uid} in the landing is not what arrived")
        file.write(tar.padding(place.length))
        return SealedPlace(instance.instance_id, place.container, start + tar.HEAD)

    def _prove(self, key: str, digest: bytes) -> None:
        """Read the object back and compare; raises `Damaged`."""
        whole = hashlib.sha256()
        for piece in stream(self._vault.objects, key, 0, self._vault.objects.size(key), 4 << 20):
            whole.update(piece)
        if whole.digest() != digest:
            self._vault.objects.delete(key)
            raise Damaged(f"the object store gave back other bytes for {key}")


def _add_metadata(file: BinaryIO, writer: pack.MetadataWriter, instance: Located, place: SealedPlace) -> None:
    with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as pages, memoryview(pages) as everything:
        start = place.new_offset + instance.place.data_offset
        with everything[start : place.new_offset + instance.place.length] as data:
            json, frames = describe_instance(data, instance)
    writer.add(instance.sop_uid, json, frames)


def make_seal(archive: Archive) -> Seal:
    """The seal of the worker; it cleans its workshop at its making, so one process makes it."""
    workshop = archive.intake.landing.folder.parent / "workshop"
    rendering = make_retrieval(archive).rendering
    thumbnails = Thumbnails(archive.reader.locate, rendering, Shelf(archive.reader.vault.objects), workshop)
    return Seal(archive.database, archive.reader.vault, workshop, sealed=thumbnails.make)
