"""The archive's web edges: DICOMweb below `/dicomweb`, and what the page asks below `/api`."""

from typing import Any

from litestar import Router

from sixfold.archive.http.browse import browse_router
from sixfold.archive.http.bulkdata import bulk_handlers
from sixfold.archive.http.capabilities import capabilities_handler
from sixfold.archive.http.commitments import commitments_router
from sixfold.archive.http.delete import delete_handlers, restore_router
from sixfold.archive.http.edge import Edge
from sixfold.archive.http.frames import frame_handlers
from sixfold.archive.http.metadata import metadata_handlers
from sixfold.archive.http.qido import qido_handlers
from sixfold.archive.http.rendered import rendered_handlers
from sixfold.archive.http.stow import stow_handlers
from sixfold.archive.http.wado import instance_handlers
from sixfold.archive.http.wado_uri import wado_uri_router
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.archive.service.reject import Registrar
from sixfold.archive.service.search import Catalogue
from sixfold.archive.service.worklist import WorkList

__all__ = ["Edge", "reading_handlers", "routers"]


def reading_handlers(edge: Edge) -> list[Any]:
    """The routes of WADO-RS below a root: instances, metadata, frames, bulk data and what a browser shows (PS3.18 10.4)."""
    return [
        *instance_handlers(edge),
        *metadata_handlers(edge),
        *frame_handlers(edge),
        *bulk_handlers(edge),
        *rendered_handlers(edge),
    ]


def routers(edge: Edge) -> list[Router]:
    """All routers of the archive, over its edge."""
    archive = edge.archive
    registrar = Registrar(archive.database, archive.reader.vault.objects)
    resources = [
        *qido_handlers(edge, Catalogue(archive.database, edge.retrieval.metadata.objects)),
        *reading_handlers(edge),
        *stow_handlers(edge),
        *delete_handlers(registrar),
    ]
    # One router for all: several would quarrel over the OPTIONS of a path that they share.
    dicomweb = Router(DICOMWEB, route_handlers=[*resources, capabilities_handler(edge, resources)])
    return [
        dicomweb,
        wado_uri_router(edge),
        browse_router(WorkList(archive.database), archive.sights),
        restore_router(registrar),
        commitments_router(archive.commitments),
    ]
