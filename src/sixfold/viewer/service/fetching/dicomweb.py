"""Series by WADO-RS (PS3.18 10.4.1.1.1): one request a series, whose parts become instances as their bytes come."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx

from sixfold.archive.model import Provenance, Verdict
from sixfold.archive.service.intake import Intake
from sixfold.archive.service.multipart import BadMultipart, Parts
from sixfold.archive.service.receiving import Fate, Receiving
from sixfold.viewer.model.retrieval import Delivered

_ACCEPT: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*, application/dicom; transfer-syntax=*;q=0.5'
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_FINISHERS: Final = 2
_SILENCE: Final = httpx.Timeout(30.0)  # between two pieces: a large series may take long, silence may not


class DicomwebFetcher:
    """An archive by its DICOMweb root; `client` proves who we are and verifies who it is."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client = client
        self._url = url

    def fetch(self, study_uid: str, series_uid: str, into: Intake, came: Provenance) -> Delivered:
        """Bring a series."""
        url = f"{self._url}/studies/{study_uid}/series/{series_uid}"
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity"}
        with ThreadPoolExecutor(_FINISHERS, "fetched") as finishers:
            sink = Receiving(into, came, study_uid, finishers)
            size, why = 0, ""
            try:
                with self._client.stream("GET", url, headers=headers, timeout=_SILENCE, follow_redirects=False) as response:
                    size, why = _read(response, sink)
            except httpx.TimeoutException:
                why = "it fell silent"
            except httpx.ConnectError as error:
                why = f"it cannot be reached: {error}"
            except httpx.HTTPError as error:
                why = f"the connection broke: {error or type(error).__name__}"
            except BadMultipart as error:
                why = str(error)
            finally:
                sink.close()
        return _delivered(sink.fates, size, why)


def _read(response: httpx.Response, sink: Receiving) -> tuple[int, str]:
    """Feed an answer to the sink; returns its size, and why it is not all of the series."""
    if response.status_code not in (200, 206):
        return 0, f"it answers {response.status_code} {response.reason_phrase}".strip()
    size = 0
    kind = response.headers.get("content-type", "")
    if kind.lower().startswith("application/dicom") and "+" not in kind:
        sink.begin({})
        for piece in response.iter_raw():
            size += len(piece)
            sink.data(memoryview(piece))
        sink.end()
    elif kind.lower().startswith("multipart/related"):
        found = _BOUNDARY.search(kind)
        parts = Parts((found.group(1) or found.group(2)) if found else "", sink)
        for piece in response.iter_raw():
            size += len(piece)
            parts.feed(piece)
        parts.end()
    else:
        return 0, f"it answers with '{kind[:80]}' and not with instances"
    return size, "it says that it gives only a part of the series" if response.status_code == 206 else ""


def _delivered(fates: list[Fate], size: int, why: str) -> Delivered:
    kept = {fate.sop_uid for fate in fates if fate.outcome is not None and fate.outcome.verdict is not Verdict.QUARANTINED}
    lost = [fate for fate in fates if fate.sop_uid not in kept]
    if lost and not why:
        why = f"{len(lost)} of {len(fates)} instances cannot be kept: {lost[0].text or 'contradicting what is here'}"
    return Delivered(frozenset(kept), size, why)
