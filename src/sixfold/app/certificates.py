"""The certificates of the house on the DICOM network, as the settings name them (PS3.15 B.9)."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from sixfold.kernel.settings import BadSetting, Settings


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
