"""Thumbnails that the seal leaves in the object store, so that the first look at a series decodes nothing.

They stand apart from what was sealed, by the digest of the image that they show: nothing relies on them, any can be made anew.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from sixfold.archive.model import Located
from sixfold.archive.service.rendering import Rendering, middle_frame, representative
from sixfold.archive.service.shelf import KEPT, Shelf
from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.ids import new_key
from sixfold.kernel.logs import logger

Locate = Callable[[str, str], Sequence[Located]]


class Thumbnails:
    """Makes the thumbnail of a series that was sealed."""

    def __init__(self, locate: Locate, rendering: Rendering, shelf: Shelf, workshop: Path) -> None:
        self._locate = locate
        self._rendering = rendering
        self._shelf = shelf
        self._workshop = workshop

    def make(self, study_uid: str, series_uid: str) -> None:
        """Keep the picture of the series' middle; a series without one, or whose pixels cannot be read, has none."""
        try:
            instance = representative(self._locate(study_uid, series_uid))
            picture = self._rendering.picture(instance, middle_frame(instance), KEPT)
            self._put(instance, picture.data)
        except (SixfoldError, OSError) as error:
            fields = {"study": study_uid, "series": series_uid, "reason": str(error)}
            logger("archive").info("a series has no thumbnail", extra=fields)

    def _put(self, instance: Located, data: bytes) -> None:
        path = self._workshop / f"{new_key()}.webp"
        try:
            path.write_bytes(data)
            self._shelf.put(instance, path)
        finally:
            path.unlink(missing_ok=True)
