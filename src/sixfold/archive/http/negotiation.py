"""Which media type and transfer syntax an answer takes (PS3.18 8.7; RFC 9110 12.5.1).

The `accept` query parameter stands in for the header where it is given (PS3.18 8.3.3.1). Parameters may be quoted or, as some
clients send them, bare. Ranges are weighed by their quality, then by how much they say, then by their order.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from sixfold.kernel.errors import InvalidInput, Unsupported

ANY_SYNTAX: Final = "*"

DICOM: Final = "application/dicom"
DICOM_JSON: Final = "application/dicom+json"
DICOM_XML: Final = "application/dicom+xml"
OCTETS: Final = "application/octet-stream"
JSON: Final = "application/json"
ZIP: Final = "application/zip"

_LONGEST: Final = 8192
_MOST: Final = 64
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_WORD}/{_WORD})\s*")
_PARAMETER = re.compile(rf';\s*(?:({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*)?')
_NEXT = re.compile(r"\s*,?")


class NotAcceptable(Unsupported):
    """None of the media types and transfer syntaxes that the client takes can be made of the resource."""

    status = 406
    do = "Ask for one of the offered forms, or with transfer-syntax=* for the stored one."


class BadMediaType(InvalidInput):
    """The text is no list of media types."""


class UnsupportedMediaType(InvalidInput):
    """The body of the request is of a type that is not taken here."""

    status = 415


class MediaType(msgspec.Struct, frozen=True):
    """A media type, or range of them, with its parameters; names are in lower case."""

    name: str
    pairs: tuple[tuple[str, str], ...] = ()
    quality: float = 1.0

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters by name, but for the quality."""
        return dict(self.pairs)

    @property
    def part(self) -> str:
        """The type of the parts of a multipart type, empty where it is not said."""
        return self.parameters.get("type", "").lower()

    @property
    def syntax(self) -> str:
        """The transfer syntax UID it names, `*`, or empty."""
        return self.parameters.get("transfer-syntax", "")


class Offer(msgspec.Struct, frozen=True):
    """A form that the resource can take: a type by itself, or the type of the parts of multipart/related."""

    name: str
    multipart: bool = False

    def __str__(self) -> str:
        return f'multipart/related; type="{self.name}"' if self.multipart else self.name


class Choice(msgspec.Struct, frozen=True):
    """A form that both sides can live with; `syntax` is the transfer syntax asked for, `*`, or empty for the default."""

    offer: Offer
    syntax: str
    wildcard: bool = False
    """Whether the client did not name the media type itself."""


def parse_media_types(text: str) -> list[MediaType]:
    """The media types of a header field or query parameter, as they stand; raises `BadMediaType`."""
    if len(text) > _LONGEST:
        raise BadMediaType("the list of media types is longer than is read")
    found: list[MediaType] = []
    at = 0
    while at < len(text):
        media_type, at = _parse_one(text, at)
        found.append(media_type)
        separator = _NEXT.match(text, at)
        if separator is None or (separator.end() == at and at < len(text)) or len(found) > _MOST:
            raise BadMediaType(f"'{text[:200]}' is no list of media types")
        at = separator.end()
    return found


def parse_media_type(text: str) -> MediaType:
    """The one media type of a Content-Type; raises `BadMediaType`."""
    media_type, at = _parse_one(text, 0)
    if text[at:].strip():
        raise BadMediaType(f"'{text[:200]}' is no media type")
    return media_type


def _parse_one(text: str, at: int) -> tuple[MediaType, int]:
    match = _TYPE.match(text, at)
    if match is None:
        raise BadMediaType(f"'{text[at : at + 200]}' does not begin with a media type")
    name, at = match[1].lower(), match.end()
    parameters: dict[str, str] = {}
    while (match := _PARAMETER.match(text, at)) is not None:
        at = match.end()
        if match[1]:
            value = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
            parameters.setdefault(match[1].lower(), value.strip())
    quality = _quality(parameters.pop("q", "1"))
    return MediaType(name, tuple(parameters.items()), quality), at


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return min(1.0, quality) if quality >= 0 else 0.0


@lru_cache(maxsize=512)
def acceptable(header: str, query: str = "") -> tuple[MediaType, ...]:
    """What a client takes, best first, those it refuses (q=0) left in at the end; no header means anything."""
    text = query.replace(" ", "+") if query and "+" not in query and " " in query.partition(";")[0] else query
    ranges = parse_media_types(text or header or "*/*") or [MediaType("*/*")]
    return tuple(sorted(ranges, key=lambda item: (-item.quality, item.name == "*/*", item.name.endswith("/*"))))


def choices(accepted: Sequence[MediaType], offers: Sequence[Offer]) -> tuple[Choice, ...]:
    """Every way to answer, best first; raises `NotAcceptable` when there is none."""
    return _choices(tuple(accepted), tuple(offers))


@lru_cache(maxsize=512)
def _choices(accepted: tuple[MediaType, ...], offers: tuple[Offer, ...]) -> tuple[Choice, ...]:
    """Remembered, since clients say the same each time and this stands before every frame."""
    refused = [item for item in accepted if item.quality == 0]
    found = tuple(
        Choice(offer, item.syntax, item.name.endswith("/*") or (offer.multipart and not item.part))
        for item in accepted
        if item.quality > 0
        for offer in offers
        if _matches(item, offer) and not any(_names(no, offer) for no in refused)
    )
    if not found:
        offered = ", ".join(str(offer) for offer in offers)
        raise NotAcceptable(f"this can be had as {offered}")
    return found


def choose(accepted: Sequence[MediaType], offers: Sequence[Offer]) -> Choice:
    """The best way to answer; raises `NotAcceptable`."""
    return choices(accepted, offers)[0]


def _names(item: MediaType, offer: Offer) -> bool:
    return not item.name.endswith("/*") and _matches(item, offer)


def _matches(item: MediaType, offer: Offer) -> bool:
    if item.name == "*/*":
        return True
    if offer.multipart:
        return item.name in ("multipart/related", "multipart/*") and _type_matches(item.part or "*/*", offer.name)
    return _type_matches(item.name, offer.name)


def _type_matches(pattern: str, name: str) -> bool:
    if pattern == "*/*":
        return True
    kind, _, subtype = pattern.partition("/")
    return pattern == name or (subtype == "*" and name.startswith(kind + "/"))
