"""What is said of a study's images, below `/api/viewer/studies/{study}`.

Whoever may read the study reads it; to save it, and to take it back, is an action of its own.
"""

import asyncio
import zlib
from typing import Annotated, Any, Final

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from sixfold.archive.http import Edge
from sixfold.archive.http.edge import AnyRequest
from sixfold.archive.model import Located
from sixfold.governance import Governance
from sixfold.governance.http import asks_itself, needs
from sixfold.governance.model import Action, Principal
from sixfold.viewer.http.facade import CopiesEdge, WadoFacade
from sixfold.viewer.model.objects import Code, Marks, NoSuchObject, Saved
from sixfold.viewer.model.saving import New, NewKeyImages, NewMeasurements, NewPresentation, NewSegmentation
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.service.objects import Reading, Saving

_ANNOTATE: Final = needs(Action.ANNOTATE)
_LARGEST, _LARGEST_MASKS = 4 << 20, 64 << 20
_HEADERS: Final = {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding"}
_STUDY: Final = "/api/viewer/studies/{study:str}"


class _Objects:
    """Reads where the study was brought to."""

    def __init__(self, facade: WadoFacade, ours: Edge, copies: CopiesEdge) -> None:
        self._facade = facade
        self._ours, self._copies = ours, copies
        self.reading = Reading(ours.retrieval)
        self._reading_copies = Reading(copies.retrieval)

    async def marks(self, request: AnyRequest, study: str) -> Marks:
        principal, reading, instances = await self._brought(request, study)
        return await self._ours.read(reading.marks, instances, principal)

    async def masks(self, request: AnyRequest, study: str, sop: str, page: tuple[int, int]) -> Response[bytes]:
        _, reading, instances = await self._brought(request, study)
        named = [one for one in instances if one.sop_uid == sop and one.sop_class in codes.SEGMENTATIONS]
        if not named:
            raise NoSuchObject("there is no such segmentation in this study")
        body = await self._ours.paint(reading.masks, named[0], *page)
        headers = dict(_HEADERS)
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = await asyncio.to_thread(_gzip, body)
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type="application/octet-stream", headers=headers)

    async def _brought(self, request: AnyRequest, study: str) -> tuple[Principal, Reading, list[Located]]:
        principal, found = await self._facade.brought(request)
        if found.ours:
            return principal, self.reading, await self._ours.read(self._ours.archive.reader.locate, study)
        every = await self._ours.read(self._copies.archive.reader.locate, study)
        return principal, self._reading_copies, [one for one in every if one.sop_uid in found.instances]


def objects_router(facade: WadoFacade, ours: Edge, copies: CopiesEdge, governance: Governance) -> Router:
    """The routes of this module."""
    objects = _Objects(facade, ours, copies)
    saving = Saving(ours.archive, objects.reading, governance)

    @get(f"{_STUDY}/marks", opt=asks_itself())
    async def marks(request: AnyRequest, study: FromPath[str]) -> Marks:
        """Measurements, key images, presentation states and segmentations of a study, whoever made them."""
        return await objects.marks(request, study)

    @get(f"{_STUDY}/segmentations/{{instance:str}}/masks", opt=asks_itself(), media_type="application/octet-stream")
    async def masks(
        request: AnyRequest,
        study: FromPath[str],
        instance: FromPath[str],
        first: Annotated[int, QueryParameter(ge=1, description="the first frame, counted from 1")] = 1,
        count: Annotated[int, QueryParameter(ge=1, le=20_000, description="how many frames at most")] = 20_000,
    ) -> Response[bytes]:
        """Masks of a segmentation, frame by frame: a bit a pixel, or the stored values; at most 64 MB of whole frames."""
        return await objects.masks(request, study, instance, (first, count))

    @get("/api/viewer/key-image-titles", opt=needs(Action.READ))
    async def titles() -> list[Code]:
        """The titles that key images may have (PS3.16 CID 7010)."""
        return [title for title in codes.TITLES if title.value in codes.CHOSEN_BY_PEOPLE]

    handlers = [marks, masks, titles, *_saving_handlers(saving)]
    return Router("/", route_handlers=handlers, tags=["objects"])


def _saving_handlers(saving: Saving) -> list[Any]:
    """The routes that change something, each with a body of its own kind."""

    def kept(request: AnyRequest, study: str, new: New) -> Saved:
        address = request.client.host if request.client else ""
        return saving.save(study, new, request.user, address)

    @post(f"{_STUDY}/measurements", opt=_ANNOTATE, sync_to_thread=True, request_max_body_size=_LARGEST)
    def save_measurements(request: AnyRequest, study: FromPath[str], data: JSONBody[NewMeasurements]) -> Saved:
        """Keep measurements as a structured report (TID 1500)."""
        return kept(request, study, data)

    @post(f"{_STUDY}/key-images", opt=_ANNOTATE, sync_to_thread=True, request_max_body_size=_LARGEST)
    def save_key_images(request: AnyRequest, study: FromPath[str], data: JSONBody[NewKeyImages]) -> Saved:
        """Keep a selection of key images (TID 2010)."""
        return kept(request, study, data)

    @post(f"{_STUDY}/presentations", opt=_ANNOTATE, sync_to_thread=True, request_max_body_size=_LARGEST)
    def save_presentation(request: AnyRequest, study: FromPath[str], data: JSONBody[NewPresentation]) -> Saved:
        """Keep a grayscale softcopy presentation state."""
        return kept(request, study, data)

    @post(f"{_STUDY}/segmentations", opt=_ANNOTATE, sync_to_thread=True, request_max_body_size=_LARGEST_MASKS)
    def save_segmentation(request: AnyRequest, study: FromPath[str], data: JSONBody[NewSegmentation]) -> Saved:
        """Keep masks as a binary segmentation."""
        return kept(request, study, data)

    @delete(f"{_STUDY}/marks/{{instance:str}}", opt=_ANNOTATE, sync_to_thread=True)
    def take_back(request: AnyRequest, study: FromPath[str], instance: FromPath[str], version: FromQuery[bool] = False) -> None:
        """Take an object back: one's own, or anybody's where one may reject. It can be restored.

        With `version`, of a report only this version of it: the one that it took the place of is shown again.
        """
        saving.take_back(study, instance, request.user, version=version)

    @post(f"{_STUDY}/marks/{{instance:str}}/restore", opt=_ANNOTATE, sync_to_thread=True, status_code=204)
    def give_back(request: AnyRequest, study: FromPath[str], instance: FromPath[str]) -> None:
        """Show an object again that was taken back: one's own, or anybody's where one may reject."""
        saving.give_back(study, instance, request.user)

    return [save_measurements, save_key_images, save_presentation, save_segmentation, take_back, give_back]


def _gzip(data: bytes) -> bytes:
    stream = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    return stream.compress(data) + stream.flush()
