"""STOW-RS (PS3.18 10.5): parts of a request become objects as their bytes come in; each is answered for by itself."""

import asyncio
from typing import Any

from litestar import post
from litestar.params import FromPath
from litestar.types import ASGIApp

from sixfold.archive.http.body import Decoder, pump
from sixfold.archive.http.described import Described
from sixfold.archive.http.edge import STUDY, AnyRequest, Edge, accepted, answers
from sixfold.archive.http.negotiation import DICOM, DICOM_JSON, DICOM_XML, MediaType, UnsupportedMediaType, parse_media_type
from sixfold.archive.http.stow_answer import OFFERED, answer, choose_form
from sixfold.archive.model import Provenance
from sixfold.archive.service.multipart import Parts
from sixfold.archive.service.receiving import Receiving
from sixfold.governance.model import Action
from sixfold.kernel.clock import to_text, utc_now

_KINDS = (DICOM, DICOM_JSON, DICOM_XML)
_TAKEN = f"send multipart/related; type=...; boundary=..., the type being one of {', '.join(_KINDS)}"


_OPT = answers(Action.STORE, *OFFERED)


def stow_handlers(edge: Edge) -> list[Any]:
    """POST /studies and /studies/{study}."""

    @post("/studies", opt=_OPT, request_max_body_size=None, status_code=200)
    async def store(request: AnyRequest) -> ASGIApp:
        """Store instances of any study."""
        return await _store(edge, request, "")

    @post(STUDY, opt=_OPT, request_max_body_size=None, status_code=200)
    async def store_in_study(request: AnyRequest, study: FromPath[str]) -> ASGIApp:
        """Store instances of one study; those of another are refused."""
        return await _store(edge, request, study)

    return [store, store_in_study]


async def _store(edge: Edge, request: AnyRequest, study: str) -> ASGIApp:
    form = choose_form(accepted(request))
    content = _content(request.headers.get("content-type", ""))
    client = request.client.host if request.client else ""
    came = Provenance("stow", request.user.actor, client, to_text(utc_now()))
    sink = _sink(edge, content.part, came, study)
    parts = Parts(content.parameters.get("boundary", ""), sink)
    loop = asyncio.get_running_loop()
    try:
        await pump(request.receive, Decoder(request.headers.get("content-encoding", "")), parts, edge.receivers)
        parts.end()
        await loop.run_in_executor(edge.receivers, sink.finish)
    finally:
        await loop.run_in_executor(edge.receivers, sink.close)
    return answer(sink.fates, form, edge.base_url(request))


def _sink(edge: Edge, kind: str, came: Provenance, study: str) -> Receiving | Described:
    if (kind or DICOM) == DICOM:
        return Receiving(edge.archive.intake, came, study, edge.finishers)
    return Described(edge.archive.intake, came, study)


def _content(content_type: str) -> MediaType:
    """The Content-Type of a request; raises `UnsupportedMediaType`."""
    if not content_type:
        raise UnsupportedMediaType(_TAKEN)
    media_type = parse_media_type(content_type)
    if media_type.name != "multipart/related" or (media_type.part or DICOM) not in _KINDS:
        raise UnsupportedMediaType(f"{_TAKEN}, not {media_type.name}")
    return media_type
