"""The query parameters of rendered resources (PS3.18 8.3.5), read strictly: what cannot be used is 400."""

from collections.abc import Mapping, Sequence
from typing import Final

from sixfold.dicom.image import Window
from sixfold.dicom.render import RenderOptions, Viewport
from sixfold.dicom.values import decimal_number
from sixfold.kernel.errors import InvalidInput

_FUNCTIONS: Final = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}
_ANNOTATIONS: Final = frozenset({"patient", "technique"})
_PROFILES: Final = frozenset({"no", "yes", "srgb", "adobergb", "rommrgb", "displayp3"})
LARGEST: Final = 16384
_SHOWN: Final = 60

NOT_DONE: Final = "annotations are not burnt in, and no colour profile is added"


class BadParameter(InvalidInput):
    """A query parameter cannot be used."""


def options_of(query: Mapping[str, str], media_type: str) -> RenderOptions:
    """What picture the parameters ask for; raises `BadParameter`."""
    return RenderOptions(
        media_type,
        quality_of(query.get("quality", "90")),
        window_of(query.get("window", "")),
        viewport_of(query.get("viewport", "")),
    )


def unheeded(query: Mapping[str, str]) -> bool:
    """Whether the parameters ask for what is not done here and must be told (PS3.18 8.3.5.1.1); raises `BadParameter`."""
    annotations = [part.strip() for part in query.get("annotation", "").split(",") if part.strip()]
    profile = query.get("iccprofile", "no")
    if not _ANNOTATIONS.issuperset(annotations):
        raise BadParameter(f"annotation is patient, technique or both, not '{query['annotation'][:_SHOWN]}'")
    if profile not in _PROFILES:
        raise BadParameter(f"iccprofile is one of {', '.join(sorted(_PROFILES))}, not '{profile[:_SHOWN]}'")
    return bool(annotations) or profile != "no"


def quality_of(text: str) -> int:
    """A quality from 1 to 100 (PS3.18 8.3.5.1.2); raises `BadParameter`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise BadParameter(f"quality is a whole number from 1 to 100, not '{text[:_SHOWN]}'")
    return int(text)


def window_of(text: str) -> Window | None:
    """`center,width,function` (PS3.18 8.3.5.1.4); the function may be left out."""
    if not text:
        return None
    parts = text.split(",")
    function = _FUNCTIONS.get(parts[2].strip().lower(), "") if len(parts) == 3 else "LINEAR"
    numbers = numbers_of(parts[:2])
    if not 2 <= len(parts) <= 3 or len(numbers) != 2 or not function or numbers[1] <= 0:
        raise BadParameter(f"window is center,width,function, not '{text[:_SHOWN]}'")
    return Window(numbers[0], numbers[1], function)


def viewport_of(text: str) -> Viewport | None:
    """`width,height` or `width,height,x,y,width,height` (PS3.18 8.3.5.1.3); of the last four any may be left empty."""
    if not text:
        return None
    parts = text.split(",")
    sizes = numbers_of(parts[:2])
    source = numbers_of(parts[2:])
    if len(parts) not in (2, 6) or len(sizes) != 2 or len(source) != len(parts) - 2 or not _is_size(sizes):
        raise BadParameter(f"viewport is width,height with an optional x,y,width,height, not '{text[:_SHOWN]}'")
    if not source:
        return Viewport(int(sizes[0]), int(sizes[1]))
    if source[2] == 0 or source[3] == 0:
        raise BadParameter("a viewport's part of the image has a width and a height")
    return Viewport(int(sizes[0]), int(sizes[1]), (source[0], source[1], source[2], source[3]))


def _is_size(sizes: Sequence[float]) -> bool:
    return all(1 <= size <= LARGEST for size in sizes)


def numbers_of(parts: Sequence[str]) -> list[float]:
    """The finite numbers that the parts are; none when one of them is no such number."""
    numbers = [number for part in parts if isinstance(number := decimal_number(part), float)]
    return numbers if len(numbers) == len(parts) else []
