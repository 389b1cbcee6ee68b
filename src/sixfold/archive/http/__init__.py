"""The archive's web edges: DICOMweb below `/dicomweb`, and what the page asks below `/api`."""

from litestar import Router

from sixfold.archive.http.delete import delete_handlers, restore_router
from sixfold.archive.http.stow import stow_handlers
from sixfold.archive.http.wado import wado_handlers
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.reject import Registrar
from sixfold.archive.service.retrieval import make_retrieval

__all__ = ["routers"]


def routers(archive: Archive, public_url: str) -> list[Router]:
    """All routers of the archive; `public_url` is how users reach us, empty for as they asked."""
    registrar = Registrar(archive.database, archive.reader.vault.objects)
    dicomweb = [  # one router: several would quarrel over the OPTIONS of a path that they share
        *wado_handlers(make_retrieval(archive)),
        *stow_handlers(archive.intake, public_url),
        *delete_handlers(registrar),
    ]
    return [Router("/dicomweb", route_handlers=dicomweb), restore_router(registrar)]
