"""The web application's files: compressed by its build, handed out in the coding that the browser takes (RFC 9110 12.5.3)."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from litestar import HttpMethod, MediaType, Request, Response, Router, get, route
from litestar.params import FromPath

from sixfold.governance.http import needs
from sixfold.governance.model import Action
from sixfold.kernel.errors import NotFound

AnyRequest = Request[Any, Any, Any]

BUILT: Final = Path(__file__).parents[3] / "web" / "dist"

FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_EACH_TIME: Final = "no-cache"

_CODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""The codings that the build makes, the smallest first, and what it adds to a file's name."""

_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_NAME: Final = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,199}")
_READS: Final = (HttpMethod.GET, HttpMethod.HEAD)


def page_routers(folder: Path = BUILT) -> list[Router]:
    """The routes of a build: its assets carry a digest in their name and may be kept for good, the page may not."""
    if not (folder / "index.html").is_file():
        return [Router("/", route_handlers=[_no_page])]
    opt = needs(Action.OPEN)

    @route("/", http_method=_READS, opt=opt, sync_to_thread=True)
    def page(request: AnyRequest) -> Response[bytes]:
        """The page itself."""
        return _answer(folder, "index.html", request.headers, ASK_EACH_TIME)

    @route("/{file:str}", http_method=_READS, opt=opt, sync_to_thread=True)
    def beside(file: FromPath[str], request: AnyRequest) -> Response[bytes]:
        """What lies beside the page."""
        return _answer(folder, file, request.headers, ASK_EACH_TIME)

    @route("/assets/{file:str}", http_method=_READS, opt=opt, sync_to_thread=True)
    def asset(file: FromPath[str], request: AnyRequest) -> Response[bytes]:
        """A piece of the page."""
        return _answer(folder / "assets", file, request.headers, FOR_GOOD)

    return [Router("/", route_handlers=[page, beside, asset], include_in_schema=False)]


@get("/", opt=needs(Action.OPEN), media_type=MediaType.TEXT, sync_to_thread=False)
def _no_page() -> str:
    """Said when the page was not built."""
    return "Sixfold runs, but its web page has not been built here: run `make setup`."


def _answer(folder: Path, name: str, headers: Mapping[str, str], keep: str) -> Response[bytes]:
    """A file of the folder, or 304 where the browser has it; raises `NotFound` for any other name."""
    media_type = _TYPES.get(Path(name).suffix)
    plain = folder / name
    if media_type is None or not _NAME.fullmatch(name) or not plain.is_file():
        raise NotFound(f"the web application has no file {name!r}")
    made = [coding for coding in _CODINGS if plain.with_name(name + _CODINGS[coding]).is_file()]
    coding = coding_for(headers.get("accept-encoding", ""), made)
    body = plain.with_name(name + _CODINGS.get(coding, "")).read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'  # of the coded bytes: codings differ in it (RFC 9110 8.8.3.3)
    fields: dict[str, Any] = {"ETag": etag, "Cache-Control": keep, "Vary": "Accept-Encoding"}
    if _holds(headers.get("if-none-match", ""), etag):
        return Response(b"", status_code=304, headers=fields)
    if coding:
        fields["Content-Encoding"] = coding
    return Response(body, media_type=media_type, headers=fields)


def coding_for(accept_encoding: str, made: list[str]) -> str:
    """The first of the codings in `made` that the field takes with the highest quality; empty for the plain bytes."""
    taken: dict[str, float] = {}
    for word in accept_encoding.lower().split(","):
        coding, _, parameter = word.partition(";")
        taken[coding.strip()] = _quality(parameter)
    weighed = [(taken.get(coding, taken.get("*", 0.0)), coding) for coding in made]
    best, coding = max(weighed, key=lambda pair: pair[0], default=(0.0, ""))
    return coding if best > 0 and best >= taken.get("identity", 0.0) else ""


def _quality(parameter: str) -> float:
    """The weight in `;q=0.5`, 1 where none is given; what is no number takes nothing (RFC 9110 12.4.2)."""
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether the browser has the bytes already; the comparison is the weak one (RFC 9110 13.1.2)."""
    known = [word.strip().removeprefix("W/") for word in if_none_match.split(",")]
    return etag in known or known == ["*"]
