"""How we call others on the DICOM network."""

import ssl
from pathlib import Path
from typing import Any, cast

from sixfold.app.certificates import client_tls
from sixfold.archive.dimse.calling import Remotes
from sixfold.governance import Governance
from sixfold.governance.model import Destination
from sixfold.kernel.settings import read_settings


class _Known:
    """A governance that knows one destination."""

    def __init__(self, *, tls: bool) -> None:
        self._tls = tls

    def destination(self, ae_title: str) -> Destination:
        return Destination(ae_title, "127.0.0.1", 104, tls=self._tls)


def _remote(tmp_path: Path, *, tls: bool) -> Any:
    context = client_tls(read_settings({"SIXFOLD_HOME": str(tmp_path)}))
    return Remotes(cast(Governance, _Known(tls=tls)), context).find("PACS")


def test_a_destination_with_tls_is_not_called_in_the_open_though_we_have_no_certificate(tmp_path: Path) -> None:
    context = _remote(tmp_path, tls=True).tls
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_destination_without_tls_is_called_plainly(tmp_path: Path) -> None:
    assert _remote(tmp_path, tls=False).tls is None
