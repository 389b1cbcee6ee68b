"""Series by WADO-RS (PS3.18 10.4.1.1.1): one request a series, whose parts become instances as their bytes come.

An instance that somebody waits for comes by a request of its own ahead of its series (PS3.18 10.4.1.1.3); the archive is never
asked for more at a time than it is said to bear.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx

from sixfold.archive.model import Verdict
from sixfold.archive.service.multipart import BadMultipart, Parts
from sixfold.archive.service.receiving import Fate, Receiving
from sixfold.viewer.model.retrieval import Delivered
from sixfold.viewer.service.fetching import LEFT, NO_ROOM, Into
from sixfold.viewer.service.fetching.slots import Slots

_ACCEPT: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*, application/dicom; transfer-syntax=*;q=0.5'
_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_FINISHERS: Final = 2
_SILENCE: Final = httpx.Timeout(30.0)  # between two pieces: a large series may take long, silence may not


class _Left(Exception):
    """Nobody wants the rest."""


class DicomwebFetcher:
    """An archive by its DICOMweb root; `client` proves who we are and verifies who it is, `at_once` is what it bears."""

    def __init__(self, client: httpx.Client, url: str, at_once: int = 2) -> None:
        self._client = client
        self._url = url
        self._slots = Slots(at_once)

    def fetch(self, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Bring a series."""
        with self._slots.taken(ahead=into.ahead) as free:
            path = f"/studies/{study_uid}/series/{series_uid}"
            return self._fetch(path, study_uid, series_uid, into) if free else NO_ROOM

    def fetch_one(self, study_uid: str, series_uid: str, sop_uid: str, into: Into) -> Delivered | None:
        """Bring one instance; None where the archive bears no second request, or has many already."""
        with self._slots.taken(ahead=True) as free:
            path = f"/studies/{study_uid}/series/{series_uid}/instances/{sop_uid}"
            return self._fetch(path, study_uid, series_uid, into) if free else None

    def _fetch(self, path: str, study_uid: str, series_uid: str, into: Into) -> Delivered:
        with ThreadPoolExecutor(_FINISHERS, "fetched") as finishers:
            sink = Receiving(into.intake, into.came, study_uid, finishers, eager=True)
            try:
                size, why = self._received(path, sink, into)
            finally:
                sink.close()
        return _delivered(sink.fates, series_uid, size, why)

    def _received(self, path: str, sink: Receiving, into: Into) -> tuple[int, str]:
        """Feed the answer of a path to the sink; returns its size, and why it is not all."""
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity"}
        reading = _Reading(sink, into)
        try:
            with self._client.stream(
                "GET", self._url + path, headers=headers, timeout=_SILENCE, follow_redirects=False
            ) as response:
                why = reading.read(response)
                return reading.size, why
        except _Left:
            return reading.size, LEFT
        except httpx.TimeoutException:
            return reading.size, "it fell silent"
        except httpx.ConnectError as error:
            return 0, f"it cannot be reached: {error}"
        except httpx.HTTPError as error:
            return reading.size, f"the connection broke: {error or type(error).__name__}"
        except BadMultipart as error:
            return reading.size, str(error)


class _Reading:
    """An answer on its way to the sink."""

    def __init__(self, sink: Receiving, into: Into) -> None:
        self._sink = sink
        self._into = into
        self.size = 0

    def read(self, response: httpx.Response) -> str:
        """Read it to its end; returns why it is not all of what was asked for."""
        if response.status_code not in (200, 206):
            return f"it answers {response.status_code} {response.reason_phrase}".strip()
        kind = response.headers.get("content-type", "")
        if kind.lower().startswith("application/dicom") and "+" not in kind:
            self._sink.begin({})
            for piece in response.iter_raw():
                self._count(piece)
                self._sink.data(memoryview(piece))
            self._sink.end()
        elif kind.lower().startswith("multipart/related"):
            found = _BOUNDARY.search(kind)
            parts = Parts((found.group(1) or found.group(2)) if found else "", self._sink)
            for piece in response.iter_raw():
                self._count(piece)
                parts.feed(piece)
            parts.end()
        else:
            return f"it answers with '{kind[:80]}' and not with instances"
        return "it says that it gives only a part of the series" if response.status_code == 206 else ""

    def _count(self, piece: bytes) -> None:
        self.size += len(piece)
        if not self._into.goes_on(len(piece)):
            raise _Left


def _delivered(fates: list[Fate], series_uid: str, size: int, why: str) -> Delivered:
    """What of an answer counts: instances of another series are kept as what they are, and are not of this one."""
    outcomes = {fate.sop_uid: fate.outcome for fate in fates if fate.outcome is not None}
    kept = {uid for uid, outcome in outcomes.items() if outcome.verdict is not Verdict.QUARANTINED}
    lost = [fate for fate in fates if fate.outcome is None or fate.outcome.verdict is Verdict.QUARANTINED]
    if lost and not why:
        why = f"{len(lost)} of {len(fates)} instances cannot be kept: {lost[0].text or 'contradicting what is here'}"
    found = frozenset(uid for uid in kept if outcomes[uid].series_uid == series_uid)
    return Delivered(found, size, why, left=why == LEFT)
