"""Calls from us to an identity provider: short, bounded, never redirected."""

from collections.abc import Mapping
from http.client import HTTPException
from typing import IO, Any, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sixfold.governance.model.oidc import ProviderUnavailable
from sixfold.governance.rules.oidc import is_safe

_PATIENCE = 5.0
_LARGEST = 1 << 20


class Answer(NamedTuple):
    """What the other side said."""

    status: int
    body: bytes


class Fetch(Protocol):
    """GET an address, or POST a form to it; raises `ProviderUnavailable` when nobody answers."""

    def __call__(self, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] = ...) -> Answer: ...


class _Stay(HTTPRedirectHandler):
    """Where the provider was found is where it is: nobody sends us elsewhere."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> None:
        return None


_OPENER = build_opener(_Stay)


def fetch(address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer to a GET, or to a POST of a form, with whatever status; raises `ProviderUnavailable`."""
    if not is_safe(address):
        raise ProviderUnavailable("an identity provider is called by https")
    body = None if form is None else urlencode(form).encode()
    request = Request(address, body, {"Accept": "application/json", **(headers or {})})  # noqa: S310 `is_safe` saw the scheme
    try:
        with _OPENER.open(request, timeout=_PATIENCE) as answer:
            return Answer(answer.status, _bounded(answer))
    except HTTPError as error:
        with error:
            return Answer(error.code, _bounded(error))
    except (OSError, HTTPException, ValueError) as error:
        raise ProviderUnavailable(f"the identity provider does not answer: {type(error).__name__}") from error


def _bounded(answer: Any) -> bytes:
    body: bytes = answer.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise ProviderUnavailable("the identity provider answers with more than it may")
    return body
