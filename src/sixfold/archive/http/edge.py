"""What every handler of the archive's web edge works with: services, pools of threads, paths."""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from litestar import Request

from sixfold.archive.http.negotiation import MediaType, NotAcceptable, Offer, acceptable
from sixfold.archive.model import Located
from sixfold.archive.service.archive import Archive
from sixfold.archive.service.retrieval import Retrieval, make_retrieval
from sixfold.dicom.codecs import NoCodec, NotLossless, Undecodable
from sixfold.dicom.codecs.transcode import NotTranscodable
from sixfold.governance.http import needs
from sixfold.governance.model import Action, Principal

AnyRequest = Request[Principal, Any, Any]

STUDY: Final = "/studies/{study:str}"
SERIES: Final = STUDY + "/series/{series:str}"
INSTANCE: Final = SERIES + "/instances/{instance:str}"
LEVELS: Final = (STUDY, SERIES, INSTANCE)
OFFERS: Final = "offers"

_READERS = 32
_RECEIVERS = 16
_FINISHERS = 8

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def reads(*offers: Offer) -> dict[str, Any]:
    """The `opt` of a route that reads, and answers in one of these forms, which the capabilities tell of."""
    return {**needs(Action.READ), OFFERS: tuple(str(offer) for offer in offers)}


class Edge:
    """One a process. Readers wait for disks and networks, painters for processors, receivers take bodies in."""

    def __init__(self, archive: Archive, public_url: str) -> None:
        self.archive = archive
        self.retrieval: Retrieval = make_retrieval(archive)
        self.public_url = public_url.rstrip("/")
        self.readers = ThreadPoolExecutor(_READERS, "wado")
        self.painters = ThreadPoolExecutor(os.cpu_count() or 1, "picture")
        self.receivers = ThreadPoolExecutor(_RECEIVERS, "stow")
        self.finishers = ThreadPoolExecutor(_FINISHERS, "finish")

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

    def base_url(self, request: AnyRequest) -> str:
        """How the client reaches us, without a slash at the end: the public URL, else as it asked (Q19)."""
        return self.public_url or str(request.base_url).rstrip("/")


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
