"""A frame as a picture that a browser shows (PS3.18 8.3.5; PS3.3 C.7.6.3, C.11; PS3.4 N.2).

`grey` and `colour` turn stored values into 8-bit samples, `view` crops and scales, `encode` writes the file. Nothing
here decodes: hand in what `codecs.decode_frame(..., rgb=True)` gives.
"""

from typing import TYPE_CHECKING, Final

from sixfold.dicom.image import Image
from sixfold.dicom.render.model import MEDIA_TYPES, THUMBNAIL_SIZE, NotRenderable, RenderOptions, Viewport
from sixfold.kernel.errors import Unsupported

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Decoded

__all__ = [
    "MEDIA_TYPES",
    "NotRenderable",
    "RenderOptions",
    "Viewport",
    "render",
    "thumbnail",
]

_AS_IT_IS: Final = RenderOptions()


def render(decoded: "Decoded", image: Image, options: RenderOptions = _AS_IT_IS) -> bytes:
    """Return the picture of one decoded frame.

    Monochrome goes through Modality LUT, VOI LUT and inversion; the window is the one asked for, else the first of the
    object, else its VOI LUT, else the range of the frame. Colour becomes RGB of 8 bits. Pixels that are not square are
    made so. Raises `NotRenderable`, and `Unsupported` for another media type.
    """
    from sixfold.dicom.render import colour, encode, grey, view

    if options.media_type not in MEDIA_TYPES:
        raise Unsupported(f"pictures are made as {', '.join(MEDIA_TYPES)}")
    if not 1 <= options.quality <= 100:
        raise NotRenderable(f"a quality from 1 to 100 is needed, not {options.quality}")
    if decoded.array.ndim == 2 and decoded.photometric != "PALETTE COLOR":
        picture = grey.shown(decoded.array, image, image.display(options.frame), options.window)
    else:
        picture = colour.shown(decoded, image)
    picture = view.seen(picture, image.aspect, options.viewport)
    return encode.encode(picture, options.media_type, options.quality)


def thumbnail(decoded: "Decoded", image: Image, frame: int = 0) -> bytes:
    """Return the frame as a small JPEG (PS3.18 10.4.1.1.5)."""
    viewport = Viewport(THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    return render(decoded, image, RenderOptions("image/jpeg", viewport=viewport, frame=frame))
