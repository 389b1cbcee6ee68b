"""Giving back: where an instance is, and any range of its bytes, whatever the seal does meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sixfold.archive.model import Located
from sixfold.archive.store import locate
from sixfold.archive.store.vault import Vault
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound
from sixfold.kernel.objects import CHUNK, NoSuchObject, slices


class Reader:
    """Finds visible instances and reads them. Thread-safe."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._locator = locate.Locator(database)
        self.vault = vault

    def locate(self, study_uid: str, series_uid: str = "", sop_uid: str = "") -> list[Located]:
        """The visible instances of a study, series or instance in series and instance order; raises `NotFound`."""
        found = self._locator.locate(study_uid, series_uid, sop_uid)
        if not found:
            raise NotFound("there is no such study, series or instance here")
        return found

    def locate_all(self, sop_uids: list[str]) -> list[Located]:
        """The visible instances among these UIDs; those that are not here are left out."""
        return locate.locate_all(self._database, sop_uids)

    def locate_by_keys(
        self,
        patient_ids: list[str],
        studies: list[str],
        series: list[str],
        instances: list[str],
        *,
        issuers: list[str],
    ) -> list[Located]:
        """The visible instances that the unique keys of a retrieve name (PS3.4 C.4.2.2); none for keys without values."""
        return locate.locate_by_keys(self._database, patient_ids, studies, series, instances, issuers=issuers)

    def read(self, instance: Located, offset: int, length: int) -> bytes:
        """A byte range of an instance's Part 10 file, offsets from its start."""
        place = instance.place
        try:
            return self.vault.read(place.container, place.offset + offset, length)
        except NoSuchObject:
            place = self._moved(instance).place
            return self.vault.read(place.container, place.offset + offset, length)

    @contextmanager
    def mapped(self, instance: Located, offset: int, length: int) -> Iterator[memoryview]:
        """A byte range of an instance's Part 10 file, for a look that touches little of it."""
        place = instance.place
        with ExitStack() as stack:
            try:
                view = stack.enter_context(self.vault.mapped(place.container, place.offset + offset, length))
            except NoSuchObject:
                place = self._moved(instance).place
                view = stack.enter_context(self.vault.mapped(place.container, place.offset + offset, length))
            yield view

    def stream(self, instance: Located, offset: int = 0, length: int = -1, chunk: int = CHUNK) -> Iterator[bytes]:
        """The Part 10 file, or a range of it, in pieces of at most `chunk` bytes."""
        whole = instance.place.length - offset if length < 0 else length
        return (self.read(instance, start, size) for start, size in slices(offset, whole, chunk))

    def data_set(self, instance: Located, chunk: int = CHUNK) -> Iterator[bytes]:
        """The data set as it was received, without file meta information."""
        return self.stream(instance, instance.place.data_offset, instance.place.length - instance.place.data_offset, chunk)

    def _moved(self, instance: Located) -> Located:
        """Look again: the seal swaps a location and then frees the segment that stood there."""
        found = self._locator.locate(instance.study_uid, instance.series_uid, instance.sop_uid)
        if not found:
            raise NotFound(f"instance {instance.sop_uid} is not here any more")
        return found[0]
