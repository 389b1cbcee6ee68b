"""The web process: litestar on granian, every route behind governance."""

import asyncio
import contextlib
import signal

import msgspec
import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar, MediaType, Response, Router, get

from sixfold import __version__
from sixfold.app.headers import add_security_headers
from sixfold.app.interface import interface_router
from sixfold.app.pages import page_routers
from sixfold.app.wiring import House, build
from sixfold.archive import http as archive_http
from sixfold.governance import http as governance_http
from sixfold.governance.http import Access, needs
from sixfold.governance.model import Action
from sixfold.kernel import metrics
from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.logs import logger
from sixfold.kernel.settings import Settings
from sixfold.viewer import http as viewer_http


def make_app(house: House) -> Litestar:
    """The web application over a house's services."""
    return Litestar(
        route_handlers=[*service_routers(house), *page_routers()],
        plugins=[Access(house.governance)],
        exception_handlers=governance_http.HANDLERS,
        before_send=[add_security_headers],
        openapi_config=None,  # `interface_router` serves it, without pages that load scripts from elsewhere
        request_max_body_size=16 << 20,
    )


def service_routers(house: House) -> list[Router]:
    """All that is served except the page: each part's routes, those of operation, and their description."""
    secure = house.settings.public_url.startswith("https:")
    edge = archive_http.Edge(house.archive, house.settings.public_url)
    services = [
        *governance_http.routers(house.governance, secure=secure),
        *archive_http.routers(edge),
        *viewer_http.routers(house.viewer, edge, house.governance),
        _operations(house),
    ]
    return [*services, interface_router(services)]


class Listening(msgspec.Struct, frozen=True):
    """Where the DICOM network listens."""

    ae: str
    host: str
    port: int


class Status(msgspec.Struct, frozen=True):
    """What this archive is, holds and listens on; `instances` are the visible ones."""

    version: str
    dimse: Listening
    studies: int
    instances: int
    bytes: int


def _operations(house: House) -> Router:
    """What those who run the house look at."""

    @get("/health/live", opt=needs(Action.OPEN), sync_to_thread=False)
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @get("/health/ready", opt=needs(Action.OPEN), sync_to_thread=True)
    def ready() -> Response[dict[str, str]]:
        """The database and the landing answer too."""
        try:
            with house.database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SixfoldError:
            return Response({"status": "the database does not answer"}, status_code=503)
        return Response({"status": "ready"})

    @get("/metrics", opt=needs(Action.ADMINISTER), sync_to_thread=True, media_type=MediaType.TEXT)
    def figures() -> bytes:
        """All processes' figures in the Prometheus text format."""
        return metrics.exposition()

    @get("/api/status", opt=needs(Action.OWN), sync_to_thread=True)
    def status() -> Status:
        """What this archive is, holds and listens on."""
        settings = house.settings
        listening = Listening(settings.ae, settings.dimse.host, settings.dimse.port)
        return Status(__version__, listening, **house.archive.totals())

    return Router("/", route_handlers=[live, ready, figures, status])


def serve(settings: Settings) -> None:
    """Serve HTTP until SIGTERM."""
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    house = build(settings)
    server = Server(
        make_app(house),
        address=settings.http.host,
        port=settings.http.port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
        backlog=1024,
        http1_settings=HTTP1Settings(max_buffer_size=1 << 20),  # bodies are images: fewer, larger reads
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        house.governance.feed.close()  # open streams end first: granian waits for them
        server.stop()  # type: ignore[no-untyped-call]

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    resting = asyncio.create_task(_rest(house))
    try:
        await server.serve()
    finally:
        resting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await resting
        house.close()
        logger("web").info("stopped")


async def _rest(house: House) -> None:
    """Close landing segments that no upload has used for a while."""
    while True:
        await asyncio.sleep(10)
        await asyncio.to_thread(house.archive.intake.landing.rest, 10.0)
