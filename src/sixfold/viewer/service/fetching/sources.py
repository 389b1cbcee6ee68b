"""Fetchers of the registered archives, made when one is first asked for its series, anew when it is changed."""

import threading

from sixfold.dimse.client import ClientSettings
from sixfold.dimse.services import Remote
from sixfold.kernel.errors import SixfoldError
from sixfold.viewer.model.federation import Credential, Dicomweb, Source
from sixfold.viewer.model.retrieval import Delivered
from sixfold.viewer.rules.federation.sources import trusting
from sixfold.viewer.service.copies import Copies
from sixfold.viewer.service.federation.connectors import Caller
from sixfold.viewer.service.federation.connectors.dicomweb import client_of
from sixfold.viewer.service.federation.sources import Sources
from sixfold.viewer.service.fetching import Fetcher, Into
from sixfold.viewer.service.fetching.dicomweb import DicomwebFetcher
from sixfold.viewer.service.fetching.dimse import GetFetcher, MoveFetcher

_SILENCE = 30.0
"""Seconds in which something must come: a large series may take long, silence may not."""


class Fetchers:
    """One a process; `moved_to` is the AE that others move studies to."""

    def __init__(self, sources: Sources, caller: Caller, copies: Copies, moved_to: str) -> None:
        self._sources = sources
        self._caller = caller
        self._copies = copies
        self._moved_to = moved_to
        self._lock = threading.Lock()
        self._made: dict[str, tuple[str, Fetcher]] = {}

    def fetch(self, source: str, study_uid: str, series_uid: str, into: Into) -> Delivered:
        """Bring a series of a registered archive."""
        try:
            fetcher = self._fetcher(source)
        except SixfoldError as error:
            return Delivered(why=f"it cannot be asked: {error}")
        return fetcher.fetch(study_uid, series_uid, into)

    def fetch_one(self, source: str, names: tuple[str, str, str], into: Into) -> Delivered | None:
        """Bring an instance of a registered archive ahead of its series, if that can be; `names` are study, series, SOP UID."""
        try:
            fetcher = self._fetcher(source)
        except SixfoldError:
            return None
        return fetcher.fetch_one(*names, into)

    def _fetcher(self, key: str) -> Fetcher:
        source, credential = self._sources.opened(key)
        with self._lock:
            known = self._made.get(key)
            if known is None or known[0] != source.revision:
                self._made[key] = known = (source.revision, self._make(source, credential))
        return known[1]

    def _make(self, source: Source, credential: Credential) -> Fetcher:
        reach = source.reach
        if isinstance(reach, Dicomweb):
            client = client_of(reach, credential, at_once=source.at_once)
            return DicomwebFetcher(client, reach.url, source.at_once)
        context = self._caller.certificates() if reach.tls else None
        if context is not None and reach.authorities:
            context = trusting(reach.authorities, context)
        remote = Remote(reach.ae_title, reach.host, reach.port, context)
        settings = ClientSettings(
            reach.calling_ae or self._caller.ae_title, network_timeout=_SILENCE, connect_timeout=source.timeout
        )
        if reach.retrieve == "move":
            return MoveFetcher(remote, settings, self._moved_to, self._copies, source.at_once)
        return GetFetcher(remote, settings, source.at_once)
