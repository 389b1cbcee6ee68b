"""The DIMSE process: the DICOM network in front of the archive."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from sixfold.app.supervisor import told_to_stop
from sixfold.app.wiring import build
from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.settings import DimseSettings, Hooks
from sixfold.kernel import metrics
from sixfold.kernel.logs import logger
from sixfold.kernel.settings import BadSetting, Settings

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
    provider = ArchiveProvider(house.archive, house.governance, settings.ae, remotes)
    listener = bind(settings.dimse.host, settings.dimse.port, reuse_port=settings.dimse_processes > 1)
    told = DimseSettings(ae_titles=(settings.ae,), max_associations=settings.max_associations, tls=server_tls(settings))
    server = DimseServer(provider, told, [listener], Hooks(DimseMetrics(), _log))
    server.start()
    while not stop.wait(_REST):
        house.archive.intake.landing.rest(_REST)
    server.stop(_GRACE)
    house.close()


def server_tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS by BCP 195 as PS3.15 B.9 asks, with client certificates when their authorities are named; None for plain TCP."""
    if not settings.dimse_tls_certificate:
        return None
    with _usable_certificates():
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _present(context, settings)
        if settings.dimse_tls_clients:
            context.load_verify_locations(settings.dimse_tls_clients)
            context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_tls(settings: Settings) -> ssl.SSLContext:
    """The context with which we call others that speak TLS; we show a certificate if we have one."""
    with _usable_certificates():
        context = ssl.create_default_context(cafile=settings.dimse_tls_clients or None)
        context.check_hostname = False  # AEs are named by title and address; the certificate's authority is what counts
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.dimse_tls_certificate:
            _present(context, settings)
    return context


def _present(context: ssl.SSLContext, settings: Settings) -> None:
    context.load_cert_chain(settings.dimse_tls_certificate, settings.dimse_tls_key or None)


@contextmanager
def _usable_certificates() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadSetting(f"SIXFOLD_DIMSE_TLS_*: the certificates cannot be used: {error}") from error
