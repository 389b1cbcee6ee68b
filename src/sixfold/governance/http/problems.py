"""Errors as HTTP answers: one mapping for every edge, in the form of RFC 9457 with what was kept and what to do now."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from sixfold.governance.model import TooManyAttempts
from sixfold.kernel.errors import (
    Conflict,
    Damaged,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SixfoldError,
    Unavailable,
    Unsupported,
)
from sixfold.kernel.ids import new_key
from sixfold.kernel.logs import logger

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER = 5.0


class Problem(msgspec.Struct, frozen=True):
    """The body of every answer that is not success (RFC 9457 3.1), `kept` and `do` being ours."""

    type: str
    title: str
    status: int
    detail: str
    kept: str
    do: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The status of a class of errors, what it is called, and what to do."""

    status: int
    title: str
    do: str


_NOTHING_KEPT = "Nothing was changed."

MEANINGS: dict[type[SixfoldError], Meaning] = {
    InvalidInput: Meaning(400, "The request cannot be used", "Correct what the detail names and send it again."),
    NotSignedIn: Meaning(401, "Not signed in", "Sign in, or send a valid token."),
    NotAllowed: Meaning(403, "Not allowed", "Ask an administrator for a role that allows it."),
    NotFound: Meaning(404, "Not found", "Check the address; it may have been removed."),
    Conflict: Meaning(409, "In conflict with what is there", "Look at the present state, then decide anew."),
    TooManyAttempts: Meaning(429, "Too many attempts", "Wait as long as Retry-After says."),
    Damaged: Meaning(500, "Stored bytes are damaged", "Tell an administrator: the copy must be repaired."),
    Unsupported: Meaning(501, "Not offered here", "Ask for another form; the conformance statement lists them."),
    Unavailable: Meaning(503, "Not available at this moment", "Try again: the same request may work later."),
    SixfoldError: Meaning(500, "An error of ours", "Tell an administrator."),
}
"""By the nearest class in the error's ancestry; an error's own `status`, `kept` and `do`, if it has them, win."""


def problem_of(error: SixfoldError) -> Problem:
    """The answer's body for an error of ours."""
    meaning = next(MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS)
    return Problem(
        type=f"urn:sixfold:{_kebab(type(error).__name__)}",
        title=meaning.title,
        status=getattr(error, "status", meaning.status),
        detail=str(error) or meaning.title,
        kept=getattr(error, "kept", _NOTHING_KEPT),
        do=getattr(error, "do", meaning.do),
    )


def headers_of(error: SixfoldError, status: int) -> dict[str, str]:
    """The headers that go with the status: how to sign in, or when to come again."""
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="sixfold"'}
    if error.retryable:
        return {"Retry-After": str(math.ceil(getattr(error, "retry_after", _RETRY_AFTER)))}
    return {}


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _answer(problem: Problem, headers: dict[str, str]) -> Response[Problem]:
    return Response(
        problem, status_code=problem.status, media_type=MEDIA_TYPE, headers={**headers, "Cache-Control": "no-store"}
    )


def answer_sixfold(request: Request[Any, Any, Any], error: SixfoldError) -> Response[Problem]:
    """Answer an error of our own tree; those of our making are logged."""
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        told = {"path": request.scope["path"], "status": problem.status, "error": problem.detail}
        logger("http").warning("a request failed", extra=told)
    return _answer(problem, headers_of(error, problem.status))


def answer_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what the framework itself refuses: no such route or method, a body of the wrong shape or size."""
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(
        type=f"urn:sixfold:{_kebab(phrase.title().replace(' ', ''))}",
        title=phrase,
        status=error.status_code,
        detail=_detail(error),
        kept=_NOTHING_KEPT,
        do="Correct the request; the API is described at /api/schema.",
    )
    return _answer(problem, dict(error.headers or {}))


def _detail(error: HTTPException) -> str:
    """The framework's own words, with the fields it names; for a failed validation without the request's address in them."""
    items = error.extra if isinstance(error.extra, list) else []
    fields = [f"{item.get('key', '')}: {item.get('message', '')}" for item in items if isinstance(item, dict)]
    return "; ".join(fields)[:1000] or error.detail


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer a fault of the program: logged whole under a reference, of which only the reference is told."""
    reference = new_key()
    logger("http").error("an unexpected error", extra={"path": request.scope["path"], "reference": reference}, exc_info=error)
    problem = Problem(
        type="urn:sixfold:unexpected",
        title="An error of ours",
        status=500,
        detail=f"Something failed that should not. The log has it under {reference}.",
        kept="Whether something was changed is not known: look before you repeat it.",
        do="Tell an administrator the reference.",
    )
    return _answer(problem, {})


ExceptionHandlers = dict[int | type[Exception], Callable[..., Response[Problem]]]

HANDLERS: ExceptionHandlers = {
    SixfoldError: answer_sixfold,
    HTTPException: answer_http,
    Exception: answer_unexpected,
}
"""For the application's `exception_handlers`."""
