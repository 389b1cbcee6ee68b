"""What an administrator sets: the remote archives, `/api/viewer/sources`; and how they stand, for whoever searches."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from sixfold.governance.http import needs
from sixfold.governance.model import Action, Principal
from sixfold.viewer.model.federation import Credential, Probe, Reach, Source, Standing
from sixfold.viewer.service.federation.federation import Federation

AnyRequest = Request[Principal, Any, Any]
_ADMINISTER = needs(Action.ADMINISTER)
_LARGEST_BODY = 1 << 19  # authorities in PEM are the longest of it


class SourceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A remote archive; see `Source`. Without `credential` the one that is kept stays, as long as the address is the same."""

    reach: Reach
    issuer: str
    title: str = ""
    enabled: bool = True
    facility: str = ""
    timeout: float = 10.0
    at_once: int = 4
    credential: Credential | None = None

    def source(self, key: str) -> Source:
        """As the registry knows it."""
        told = {name: getattr(self, name) for name in self.__struct_fields__ if name != "credential"}
        return Source(key=key, **told)


def source_handlers(federation: Federation) -> list[Any]:
    """The routes of this module."""
    sources = federation.sources

    @get("/sources", opt=_ADMINISTER, sync_to_thread=True)
    def list_sources() -> list[Source]:
        """Every remote archive, without secrets."""
        return sources.every()

    @put("/sources/{key:str}", opt=_ADMINISTER, sync_to_thread=True, request_max_body_size=_LARGEST_BODY)
    def put_source(request: AnyRequest, key: FromPath[str], data: JSONBody[SourceBody]) -> Source:
        """Make a remote archive known, or change it."""
        return sources.put(data.source(key), data.credential, by=request.user)

    @delete("/sources/{key:str}", opt=_ADMINISTER, sync_to_thread=True)
    def remove_source(request: AnyRequest, key: FromPath[str]) -> None:
        """Forget a remote archive, and its secret."""
        sources.remove(key, by=request.user)

    @post("/sources/{key:str}/test", opt=_ADMINISTER, status_code=200)
    async def test_source(key: FromPath[str]) -> Probe:
        """Whether a remote archive answers: C-ECHO, or a search for one study."""
        return await federation.probe(key)

    @get("/sources/state", opt=needs(Action.SEARCH), sync_to_thread=True)
    def state() -> list[Standing]:
        """How the remote archives stand with this process, without addresses and secrets."""
        return federation.standings()

    return [list_sources, put_source, remove_source, test_source, state]
