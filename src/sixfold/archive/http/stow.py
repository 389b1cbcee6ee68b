"""STOW-RS (PS3.18 10.5): parts of a request become objects as their bytes come in; each is answered for by itself."""

import asyncio
import queue
import zlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
from litestar import Request, Response, post
from litestar.params import FromPath

from sixfold.archive.http.multipart import Parts
from sixfold.archive.http.negotiation import DICOM, DICOM_JSON, UnsupportedMediaType, parse_media_type
from sixfold.archive.http.receiving import Fate, Receiving
from sixfold.archive.model import Provenance, Verdict
from sixfold.archive.service.intake import Intake
from sixfold.governance.http import needs
from sixfold.governance.model import Action, Principal
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.errors import InvalidInput

AnyRequest = Request[Principal, Any, Any]

_HAND_OVER = 512 * 1024
_AHEAD = 8
_WARNING_KEPT_ASIDE = 0xB000
_STORAGE_FULL = 0xA700


class BadBody(InvalidInput):
    """The body is not the multipart/related that its header promises; parts before the fault were kept."""

    kept = "The parts before the fault were kept and stored; nothing half was."
    do = "Send the request again: what is stored already will be recognised."


def stow_handlers(intake: Intake, public_url: str) -> list[Any]:
    """POST /studies and /studies/{study}."""

    @post("/studies", opt=needs(Action.STORE), request_max_body_size=None, status_code=200)
    async def store(request: AnyRequest) -> Response[bytes]:
        """Store instances of any study."""
        return await _store(request, intake, public_url, "")

    @post("/studies/{study:str}", opt=needs(Action.STORE), request_max_body_size=None, status_code=200)
    async def store_in_study(request: AnyRequest, study: FromPath[str]) -> Response[bytes]:
        """Store instances of one study; those of another are refused."""
        return await _store(request, intake, public_url, study)

    return [store, store_in_study]


async def _store(request: AnyRequest, intake: Intake, public_url: str, study: str) -> Response[bytes]:
    boundary = _boundary(request.headers.get("content-type", ""))
    client = request.client.host if request.client else ""
    came = Provenance("stow", request.user.actor, client, to_text(utc_now()))
    receiving = Receiving(intake, came, study)
    pieces: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
    work = asyncio.create_task(asyncio.to_thread(_receive, receiving, boundary, pieces))
    try:
        async for piece in _gathered(request):
            await _put(pieces, piece, work)
    except (zlib.error, ConnectionError) as error:
        await _put(pieces, None, work)
        await asyncio.gather(work, return_exceptions=True)
        raise BadBody(f"the body broke off: {error}") from error
    await _put(pieces, None, work)
    await work
    return _answer(receiving.fates, public_url or str(request.base_url))


async def _put(pieces: "queue.Queue[bytes | None]", piece: bytes | None, work: "asyncio.Task[None]") -> None:
    """Hand a piece to the working thread; wait without blocking the loop while it is busy."""
    while not work.done():
        try:
            pieces.put_nowait(piece)
        except queue.Full:
            await asyncio.sleep(0.001)
        else:
            return


async def _gathered(request: AnyRequest) -> AsyncIterator[bytes]:
    """The body in large pieces, inflated when it came as gzip."""
    inflate = zlib.decompressobj(31) if request.headers.get("content-encoding", "") == "gzip" else None
    pending: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        plain = inflate.decompress(chunk) if inflate else chunk
        pending.append(plain)
        size += len(plain)
        if size >= _HAND_OVER:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)


def _receive(receiving: Receiving, boundary: bytes, pieces: "queue.Queue[bytes | None]") -> None:
    parts = Parts(boundary, receiving)
    try:
        while (piece := pieces.get()) is not None:
            parts.feed(piece)
        parts.end()
    finally:
        receiving.close()


def _boundary(content_type: str) -> bytes:
    """The boundary of a multipart/related of DICOM parts; raises `UnsupportedMediaType`, `BadBody`."""
    if not content_type:
        raise UnsupportedMediaType('send multipart/related; type="application/dicom"')
    media_type = parse_media_type(content_type)
    if media_type.name != "multipart/related" or (media_type.part or DICOM) != DICOM:
        raise UnsupportedMediaType(f'send multipart/related; type="application/dicom", not {media_type.name}')
    boundary = media_type.parameters.get("boundary", "")
    if not 1 <= len(boundary) <= 200 or not boundary.isascii():
        raise BadBody("the Content-Type names no boundary")
    return boundary.encode()


def _answer(fates: list[Fate], base: str) -> Response[bytes]:
    """The Store Instances Response module (PS3.18 table I.2-1) and its status (PS3.18 10.5.3)."""
    stored = [fate for fate in fates if fate.outcome is not None]
    failed = [fate for fate in fates if fate.outcome is None]
    body: dict[str, Any] = {}
    if stored:
        body["00081199"] = {"vr": "SQ", "Value": [_referenced(fate, base.rstrip("/")) for fate in stored]}
    known = [fate for fate in failed if fate.sop_uid]
    if known:
        body["00081198"] = {"vr": "SQ", "Value": [_reference(fate) | _short("00081197", fate.reason) for fate in known]}
    unknown = [fate for fate in failed if not fate.sop_uid]
    if unknown:
        body["0008119A"] = {"vr": "SQ", "Value": [_short("00081197", fate.reason) for fate in unknown]}
    warned = any(fate.outcome and fate.outcome.verdict is Verdict.QUARANTINED for fate in stored)
    headers = {"Warning": f'299 sixfold "{_warning(fates)}"'} if failed or warned else {}
    status = 200 if not failed and not warned else 202 if stored else _none_stored(failed)
    return Response(orjson.dumps(body), status_code=status, media_type=DICOM_JSON, headers=headers)


def _none_stored(failed: list[Fate]) -> int:
    if not failed:
        return 400
    return 503 if all(fate.reason == _STORAGE_FULL for fate in failed) else 409


def _warning(fates: list[Fate]) -> str:
    texts = dict.fromkeys(fate.text for fate in fates if fate.text)
    return "; ".join(list(texts)[:3]).replace('"', "'").encode("ascii", "replace").decode()[:400]


def _reference(fate: Fate) -> dict[str, Any]:
    return {
        "00081150": {"vr": "UI", "Value": [fate.sop_class]},
        "00081155": {"vr": "UI", "Value": [fate.sop_uid]},
    }


def _referenced(fate: Fate, base: str) -> dict[str, Any]:
    outcome = fate.outcome
    assert outcome is not None
    path = f"studies/{outcome.study_uid}/series/{outcome.series_uid}/instances/{outcome.sop_uid}"
    item = _reference(fate) | {"00081190": {"vr": "UR", "Value": [f"{base}/dicomweb/{path}"]}}
    if outcome.verdict is Verdict.QUARANTINED:
        item |= _short("00081196", _WARNING_KEPT_ASIDE)
    return item


def _short(tag: str, value: int) -> dict[str, Any]:
    return {tag: {"vr": "US", "Value": [value]}}
