"""What every handler of the archive's web edge works with: services, pools of threads, paths."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from litestar import Request

from sixfold.archive.http.negotiation import MediaType, NotAcceptable, Offer, acceptable
from sixfold.archive.model import Located
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.archive.service.retrieval import Retrieval, make_retrieval
from sixfold.archive.store.search.sight import Sight
from sixfold.dicom.codecs import NoCodec, NotLossless, Undecodable
from sixfold.dicom.codecs.transcode import NotTranscodable
from sixfold.governance.http import needs, via_of
from sixfold.governance.model import Action, Principal

AnyRequest = Request[Principal, Any, Any]

STUDY: Final = "/studies/{study:str}"
SERIES: Final = STUDY + "/series/{series:str}"
INSTANCE: Final = SERIES + "/instances/{instance:str}"
LEVELS: Final = (STUDY, SERIES, INSTANCE)
OFFERS: Final = "offers"

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:_]{1,255}")
_READERS = 32
_RECEIVERS = 16
_FINISHERS = 8

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def answers(action: Action, *offers: Offer) -> dict[str, Any]:
    """The `opt` of a route that needs `action`, and answers in one of these forms, which the capabilities tell of."""
    return {**needs(action), OFFERS: tuple(str(offer) for offer in offers)}


def reads(*offers: Offer) -> dict[str, Any]:
    """The `opt` of a route that reads."""
    return answers(Action.READ, *offers)


class Threads:
    """Pools of one process. Readers wait for disks and networks, painters for processors, receivers take bodies in."""

    def __init__(self) -> None:
        self.readers = ThreadPoolExecutor(_READERS, "wado")
        self.painters = ThreadPoolExecutor(os.cpu_count() or 1, "picture")
        self.receivers = ThreadPoolExecutor(_RECEIVERS, "stow")
        self.finishers = ThreadPoolExecutor(_FINISHERS, "finish")


class Edge:
    """One a process for each archive, with its caches; all of them share the process's `threads`."""

    def __init__(self, archive: Archive, public_url: str, root: str = DICOMWEB, threads: Threads | None = None) -> None:
        self.archive = archive
        self.root = root
        self.retrieval: Retrieval = make_retrieval(archive, root)
        self.public_url = public_url.rstrip("/")
        self.threads = threads or Threads()
        self.readers, self.painters = self.threads.readers, self.threads.painters
        self.receivers, self.finishers = self.threads.receivers, self.threads.finishers

    async def read(self, work: Callable[Parameters, Result], *args: Parameters.args, **named: Parameters.kwargs) -> Result:
        """Run work that waits for bytes in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, lambda: work(*args, **named))

    async def paint(self, work: Callable[Parameters, Result], *args: Parameters.args, **named: Parameters.kwargs) -> Result:
        """Run work that keeps a processor busy in a thread; as many at once as there are processors."""
        return await asyncio.get_running_loop().run_in_executor(self.painters, lambda: work(*args, **named))

    def locate(self, request: AnyRequest) -> list[Located]:
        """The visible instances that the request's path names; raises `NotFound`."""
        path = request.path_params
        return self.archive.reader.locate(path["study"], path.get("series", ""), path.get("instance", ""))

    def sight(self, request: AnyRequest) -> Sight:
        """What the index may show to who asks; may read the database."""
        return self.archive.sights.of(request.user, purpose=via_of(request.scope).purpose)

    def base_url(self, request: AnyRequest) -> str:
        """How the client reaches us; see `base_url`."""
        return base_url(request, self.public_url)


def base_url(request: AnyRequest, public_url: str) -> str:
    """How the client reaches us, without a slash at the end: by the public URL, a proxy's word, or as it asked (Q19)."""
    if public_url:
        return public_url
    scheme, host = _forwarded(request)
    seen_scheme, _, seen_host = str(request.base_url).rstrip("/").partition("://")
    return f"{scheme or seen_scheme}://{host or seen_host}"


def _forwarded(request: AnyRequest) -> tuple[str, str]:
    """Scheme and host of a Forwarded (RFC 7239) or X-Forwarded field, empty where it says none."""
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    host = headers.get("x-forwarded-host", "").partition(",")[0].strip()
    for part in headers.get("forwarded", "").partition(",")[0].split(";"):
        name, _, value = part.strip().partition("=")
        scheme = value.strip('"') if name.lower() == "proto" else scheme
        host = value.strip('"') if name.lower() == "host" else host
    return scheme if scheme in ("http", "https") else "", host if _HOST.fullmatch(host) else ""


def accepted(request: AnyRequest) -> tuple[MediaType, ...]:
    """What the client takes, best first (PS3.18 8.3.3.1, 8.4)."""
    return acceptable(request.headers.get("accept", ""), request.query_params.get("accept", ""))


@contextmanager
def decoding(instance: Located) -> Iterator[None]:
    """Turn what goes wrong with pixels into 406: the instance can still be had as it is stored."""
    try:
        yield
    except (NoCodec, NotLossless, NotTranscodable, Undecodable) as error:
        raise NotAcceptable(f"{error}; as it is stored it can be had, in {instance.transfer_syntax}") from error
