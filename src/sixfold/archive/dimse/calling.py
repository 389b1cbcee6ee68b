"""Whom we call on the DICOM network, and the commitment results that we call them for."""

import ssl

from sixfold.archive.service.commitments import Tell
from sixfold.archive.store.commitments import Kept
from sixfold.dimse.client import ClientSettings, report_commitment
from sixfold.dimse.services import CommitResult, Remote
from sixfold.governance.model import NoSuchEntry
from sixfold.governance.service import Governance


class Remotes:
    """Where the AEs listen that governance knows as destinations."""

    def __init__(self, governance: Governance, client_tls: ssl.SSLContext) -> None:
        self._governance = governance
        self._client_tls = client_tls

    def find(self, ae_title: str) -> Remote | None:
        """Where an AE listens, None when that is not known."""
        try:
            known = self._governance.destination(ae_title)
        except NoSuchEntry:
            return None
        return Remote(known.ae_title, known.host, known.port, self._client_tls if known.tls else None)


def teller(remotes: Remotes) -> Tell:
    """What tells commitment results on associations of their own (PS3.4 J.3.3)."""

    def tell(kept: Kept, result: CommitResult) -> None:
        remote = remotes.find(kept.ae_title)
        if remote is None:
            raise NoSuchEntry(f"it is not known where {kept.ae_title} listens")
        report_commitment(remote, result, ClientSettings(kept.our_ae))

    return tell
