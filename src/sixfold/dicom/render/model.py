"""What picture can be asked for."""

from typing import Final

import msgspec

from sixfold.dicom.image import Window
from sixfold.kernel.errors import InvalidInput

MEDIA_TYPES: Final = ("image/png", "image/jpeg", "image/webp")
THUMBNAIL_SIZE: Final = 128  # pixels, the longer side
MAX_SIDE: Final = 16384  # pixels of a viewport


class NotRenderable(InvalidInput):
    """The options ask for a picture that cannot be made, such as an empty part of the frame."""


class Viewport(msgspec.Struct, frozen=True):
    """The picture's size and the part of the frame that fills it (PS3.18 8.3.5.1.3), in pixels.

    `source` is (x, y, width, height) in the frame; a negative width or height mirrors. The part keeps its proportions
    and becomes as large as fits into `width` x `height`.
    """

    width: int
    height: int
    source: tuple[float, float, float, float] | None = None


class RenderOptions(msgspec.Struct, frozen=True):
    """What picture is asked for; `quality` from 1 to 100 counts for JPEG and WebP, `frame` from 0."""

    media_type: str = "image/png"
    quality: int = 90
    window: Window | None = None
    viewport: Viewport | None = None
    frame: int = 0
