"""The DIMSE process: the DICOM network in front of the archive."""

from sixfold.app.certificates import client_tls, server_tls
from sixfold.app.supervisor import told_to_stop
from sixfold.app.wiring import build
from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.settings import DimseSettings, Hooks
from sixfold.dimse.titles import ByTitle
from sixfold.kernel import metrics
from sixfold.kernel.logs import logger
from sixfold.kernel.settings import Settings
from sixfold.viewer.dimse.moved import MovedProvider

_GRACE = 3.0
_REST = 10.0


class DimseMetrics:
    """Feeds the house's figures."""

    def association_opened(self) -> None:
        """One more is open."""
        metrics.ASSOCIATIONS.inc()

    def association_closed(self, outcome: str) -> None:
        """One fewer is open."""
        metrics.ASSOCIATIONS.dec()

    def association_refused(self, reason: str) -> None:
        """One was turned away."""
        metrics.ASSOCIATIONS_REFUSED.labels(reason).inc()

    def operation(self, name: str, status: int, seconds: float) -> None:
        """The intake counts what it stores; single operations are not counted again."""

    def received(self, size: int) -> None:
        """The intake counts bytes of data sets."""


def _log(event: str, /, **fields: object) -> None:
    logger("dimse").info(event, extra={f"dimse_{key}": value for key, value in fields.items()})


def serve(settings: Settings) -> None:
    """Serve associations until SIGTERM; open ones get three seconds."""
    stop = told_to_stop()
    house = build(settings)
    remotes = Remotes(house.governance, client_tls(settings))
    provider = ByTitle(
        {
            settings.ae: ArchiveProvider(house.archive, house.governance, settings.ae, remotes),
            settings.copies_ae: MovedProvider(house.viewer.copies, house.governance, settings.copies_ae),
        }
    )
    listener = bind(settings.dimse.host, settings.dimse.port, reuse_port=settings.dimse_processes > 1)
    told = DimseSettings(
        ae_titles=(settings.ae, settings.copies_ae), max_associations=settings.max_associations, tls=server_tls(settings)
    )
    server = DimseServer(provider, told, [listener], Hooks(DimseMetrics(), _log))
    server.start()
    while not stop.wait(_REST):
        house.archive.intake.landing.rest(_REST)
    server.stop(_GRACE)
    house.close()
