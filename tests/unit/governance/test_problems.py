"""Every error of ours becomes one honest answer."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from sixfold.governance import Action
from sixfold.governance.http import needs, problem_of
from sixfold.governance.model import Forbidden, NameTaken, TooManyAttempts, UnknownCaller
from sixfold.kernel import errors
from sixfold.kernel.database import DatabaseUnavailable
from sixfold.kernel.objects import NoSuchObject


class NotAcceptable(errors.Unsupported):
    status = 406
    do = "Ask for another media type."


@pytest.mark.parametrize(("error", "status"), [
    (errors.InvalidInput("x"), 400), (UnknownCaller("x"), 401), (Forbidden("x"), 403), (NoSuchObject("x"), 404),
    (NameTaken("x"), 409), (NotAcceptable("x"), 406), (TooManyAttempts(3), 429), (errors.Damaged("x"), 500),
    (errors.Unsupported("x"), 501), (DatabaseUnavailable("x"), 503), (errors.SixfoldError("x"), 500),
])  # fmt: skip
def test_each_error_has_its_status(error: errors.SixfoldError, status: int) -> None:
    problem = problem_of(error)
    assert problem.status == status
    assert all([problem.title, problem.detail, problem.kept, problem.do])


def test_an_error_may_say_more_than_its_class() -> None:
    assert problem_of(NotAcceptable("no PNG")).do == "Ask for another media type."
    assert problem_of(NotAcceptable("no PNG")).type == "urn:sixfold:not-acceptable"


def test_every_root_of_the_tree_has_a_meaning() -> None:
    roots = [kind for kind in errors.SixfoldError.__subclasses__() if kind.__module__ == errors.__name__]
    assert len(roots) >= 8
    for kind in roots:
        assert problem_of(kind("x")).title != "An error of ours", kind


@pytest.fixture
def web(build: Callable[..., Litestar]) -> Any:
    @get("/busy", opt=needs(Action.OPEN), sync_to_thread=False)
    def busy() -> None:
        raise DatabaseUnavailable("locked")

    @get("/bug", opt=needs(Action.OPEN), sync_to_thread=False)
    def bug() -> None:
        raise KeyError("a secret of the inside")

    with TestClient(build(busy, bug), raise_server_exceptions=False) as made:
        yield made


def test_what_may_work_later_says_when(web: Any) -> None:
    answer = web.get("/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_a_bug_tells_a_reference_and_nothing_else(web: Any) -> None:
    answer = web.get("/bug")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert len(answer.json()["detail"].split()[-1].rstrip(".")) == 26


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/busy", 405)])
def test_the_frameworks_refusals_have_the_same_form(web: Any, method: str, path: str, status: int) -> None:
    answer = web.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_the_wrong_shape_names_its_field(web: Any) -> None:
    answer = web.post("/api/session", json={"name": "ada", "password": 5})
    assert answer.status_code == 400
    assert "password" in answer.json()["detail"]
