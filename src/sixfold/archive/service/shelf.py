"""Where thumbnails are kept, by the digest of the image that they show."""

from pathlib import Path
from typing import Final

from sixfold.archive.model import Located
from sixfold.dicom.render import RenderOptions, Viewport
from sixfold.kernel.objects import NoSuchObject, Objects

KEPT: Final = RenderOptions("image/webp", viewport=Viewport(160, 160))
"""What is kept: as a browser asks for the pictures of our own pages."""


class Shelf:
    """Thumbnails in the object store."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def put(self, instance: Located, source: Path) -> None:
        """Keep a thumbnail of an instance's middle frame."""
        self._objects.put(self._key(instance), source)

    def find(self, instance: Located) -> bytes | None:
        """The thumbnail of an instance's middle frame, None where none was kept; it is kept only of what was sealed."""
        if instance.pack is None:
            return None
        key = self._key(instance)
        try:
            return self._objects.read(key, 0, self._objects.size(key))
        except NoSuchObject:
            return None

    @staticmethod
    def _key(instance: Located) -> str:
        return f"thumbnails/{instance.digest.hex()}.webp"
