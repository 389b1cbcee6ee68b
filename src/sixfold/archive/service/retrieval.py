"""What gives back in other forms than the stored one, side by side."""

from dataclasses import dataclass

from sixfold.archive.service.archive import Archive
from sixfold.archive.service.frames import FrameService
from sixfold.archive.service.metadata import DICOMWEB, MetadataService
from sixfold.archive.service.reader import Reader
from sixfold.archive.service.rendering import Rendering
from sixfold.archive.service.shelf import Shelf
from sixfold.archive.service.transcoding import Transcoder, Transcoding


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The services behind WADO."""

    metadata: MetadataService
    frames: FrameService
    transcoder: Transcoder
    transcoding: Transcoding
    rendering: Rendering
    reader: Reader


def make_retrieval(archive: Archive, root: str = DICOMWEB) -> Retrieval:
    """Build them upon an archive's reader, with links below `root`; each process that serves the web has one."""
    metadata = MetadataService(archive.database, archive.reader, root)
    frames = FrameService(archive.reader, metadata)
    transcoding = Transcoding(archive.reader, frames)
    rendering = Rendering(metadata, frames, Shelf(archive.reader.vault.objects))
    return Retrieval(metadata, frames, Transcoder(frames), transcoding, rendering, archive.reader)
