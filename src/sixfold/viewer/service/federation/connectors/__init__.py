"""Connectors: the one port to whatever archive, and how ours is made for each kind of remote one."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sixfold.viewer.model.federation import Anonymous, BadSource, Bearer, Credential, Dicomweb, Found, Question, Source

Certificates = Callable[[], ssl.SSLContext]
"""Makes a fresh client context with the authorities and the certificate of the house on the DICOM network."""


class Connector(Protocol):
    """An archive that can be asked. Thread-safe; a deadline is a moment of `time.monotonic`."""

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        """At most `limit` rows that match the question; raises `SourceFailed` by the deadline at the latest, or soon after."""

    def probe(self, deadline: float) -> None:
        """Make sure that it answers us; raises `SourceFailed`."""

    def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who we are to others: our AE title, and our certificates there."""

    ae_title: str
    certificates: Certificates


class Connect(Protocol):
    """Makes connectors; tests make others."""

    def __call__(self, source: Source, credential: Credential) -> Connector:
        """The connector of a remote archive; raises `BadSource` where its certificates cannot be used any more."""


def connecting(caller: Caller) -> Connect:
    """What makes the connectors of a process."""
    from sixfold.viewer.service.federation.connectors.dicomweb import DicomwebConnector
    from sixfold.viewer.service.federation.connectors.dimse import DimseConnector

    def connect(source: Source, credential: Credential) -> Connector:
        if isinstance(source.reach, Dicomweb):
            return DicomwebConnector(source.reach, source.issuer, credential, at_once=source.at_once)
        if not isinstance(credential, Anonymous):
            raise BadSource(
                f"an archive of the DICOM network takes no {'token' if isinstance(credential, Bearer) else 'password'}"
            )
        return DimseConnector(source.reach, source.issuer, caller)

    return connect
