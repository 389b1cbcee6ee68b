"""The access middleware: every route declares, every request is asked for, nothing slips by."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar, Request, WebSocket, asgi, get, post, websocket
from litestar.params import FromPath
from litestar.testing import TestClient

from sixfold.governance import Action, Governance, Resource
from sixfold.governance.http import RouteUndeclared, asks_itself, authorise, check_routes, names_by_query, needs
from sixfold.kernel import events
from sixfold.kernel.events import Event

from .conftest import OURS, Client

Build = Callable[..., Litestar]
Bearer = Callable[[str], dict[str, str]]


@get("/studies/{study:str}/series/{series:str}", opt=needs(Action.READ), sync_to_thread=False)
def series(request: Request[Any, Any, Any], study: FromPath[str], series: FromPath[str]) -> str:
    return str(request.user.name)


@post("/studies", opt=needs(Action.STORE), sync_to_thread=False)
def store() -> None: ...


@get("/studies", opt=needs(Action.SEARCH), sync_to_thread=False)
def search() -> list[str]:
    return []


@get("/health", opt=needs(Action.OPEN), sync_to_thread=False)
def health() -> str:
    return "ok"


@get("/forgotten", sync_to_thread=False)
def forgotten() -> str:
    return "open to all"


@asgi("/raw", opt=needs(GET=Action.READ, POST=Action.STORE), copy_scope=False)
async def raw(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["user"].name.encode()})


@pytest.fixture
def web(build: Build) -> Any:
    with TestClient(build(series, store, search, health, raw), raise_server_exceptions=False) as made:
        yield made


def audit(governance: Governance) -> list[Event]:
    governance.trail.flush()
    return [event for event in events.read(governance.database, 0, 1000) if event.kind.startswith("access.")]


def test_I10_an_undeclared_route_cannot_be_built(build: Build) -> None:
    with pytest.raises(RouteUndeclared, match="GET /forgotten"):
        build(forgotten)


def test_I10_an_undeclared_raw_or_websocket_route_cannot_be_built(build: Build) -> None:
    @asgi("/raw", copy_scope=False)
    async def bare(scope: Any, receive: Any, send: Any) -> None: ...

    @websocket("/socket")
    async def socket(socket: WebSocket[Any, Any, Any]) -> None: ...

    for handler in (bare, socket):
        with pytest.raises(RouteUndeclared):
            build(handler)


def test_check_routes_names_every_undeclared_route() -> None:
    with pytest.raises(RouteUndeclared, match="GET /forgotten"):
        check_routes(Litestar([forgotten, health], openapi_config=None).routes)


def test_I10_every_method_of_every_route_needs_its_action(web: Client, bearer: Bearer) -> None:
    cases = [
        ("GET", "/studies/1.2/series/1.2.3", "physician", 200),
        ("GET", "/studies/1.2/series/1.2.3", "uploader", 403),
        ("POST", "/studies", "uploader", 201),
        ("POST", "/studies", "physician", 403),
        ("GET", "/studies", "physician", 200),
        ("GET", "/raw", "physician", 200),
        ("POST", "/raw", "physician", 403),
        ("POST", "/raw", "uploader", 200),
        ("DELETE", "/raw", "administrator", 403),
    ]
    for method, path, role, status in cases:
        assert (method, path, role, web.request(method, path, headers=bearer(role)).status_code) == (method, path, role, status)


@pytest.mark.parametrize("path", ["/studies/1.2/series/1.2.3", "/studies", "/raw", "/api/session", "/api/sessions"])
@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer sxf_guess"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"},
    {"Cookie": "sixfold_session=guess"}, {"Cookie": "xsixfold_session=guess; other"},
])  # fmt: skip
def test_who_is_not_known_is_turned_away(web: Client, path: str, headers: dict[str, str]) -> None:
    answer = web.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["do"]


def test_open_routes_ask_nobody_and_leave_no_trace(web: Client, governance: Governance) -> None:
    assert web.get("/health").status_code == 200
    assert web.request("OPTIONS", "/studies").status_code == 204
    assert audit(governance) == []


def test_the_principal_reaches_the_handler(web: Client, bearer: Bearer) -> None:
    assert web.get("/studies/1.2/series/1.2.3", headers=bearer("physician")).text == "test"
    assert web.get("/raw", headers=bearer("physician")).text == "test"


def test_a_cookie_needs_our_header_to_change_anything(web: Client, governance: Governance) -> None:
    body = {
        "secret": governance.accounts.first_link(),
        "name": "ada",
        "display_name": "Ada",
        "password": "correct horse battery",
    }
    assert web.post("/api/session/link", json=body).status_code == 201
    assert web.get("/studies").status_code == 200
    assert web.post("/studies").status_code == 403
    assert web.post("/studies", headers=OURS).status_code == 201


def test_another_site_cannot_post(web: Client, bearer: Bearer) -> None:
    other = {"Sec-Fetch-Site": "cross-site"}
    assert web.post("/studies", headers={**bearer("uploader"), **other}).status_code == 403
    assert web.post("/api/session", json={"name": "a", "password": "b"}, headers=other).status_code == 403
    assert web.get("/studies", headers={**bearer("physician"), **other}).status_code == 200


def test_I11_the_trail_tells_who_read_what_by_which_way(web: Client, governance: Governance, bearer: Bearer) -> None:
    web.get("/studies/1.2/series/1.2.3", headers=bearer("physician"))
    web.get("/studies?PatientName=DOE*&token=abc", headers=bearer("physician"))
    web.get("/studies/1.2/series/1.2.3")
    web.get("/studies/1.2/series/1.2.3", headers=bearer("uploader"))
    read, found, unknown, denied = audit(governance)
    assert (read.kind, read.actor, read.subject, read.payload["detail"]) == ("access.allowed", "token:test", "1.2", "1.2.3")
    assert read.payload["route"] == "/studies/{study}/series/{series}"
    assert read.payload["address"] == "testclient"
    assert found.payload["detail"] == "PatientName=DOE*&token=***"
    assert (unknown.kind, unknown.actor) == ("access.denied", "unknown")
    assert (denied.kind, denied.subject) == ("access.denied", "1.2")


@get("/wado", opt={**needs(Action.READ), **names_by_query(study="studyUID", series="seriesUID")}, sync_to_thread=False)
def by_query(request: Request[Any, Any, Any]) -> str:
    return str(request.query_params.get("studyUID", ""))


@pytest.mark.parametrize(
    ("query", "study", "series"),
    [
        ("studyUID=1.2&seriesUID=1.2.3", "1.2", "1.2.3"),
        ("studyUID=1%2E2&studyUID=9", "1.2", ""),
        ("", "", ""),
        ("studyUID=%ff%00&seriesUID=" + "1" * 9000, "\ufffd\ufffd", "1" * 4096),
    ],
)
def test_I11_the_trail_tells_what_a_query_named_as_the_handler_reads_it(
    build: Build, governance: Governance, bearer: Bearer, query: str, study: str, series: str
) -> None:
    with TestClient(build(by_query)) as web:
        answer = web.get(f"/wado?{query}", headers=bearer("physician"))
    assert answer.text.replace("\0", "\ufffd") == study
    (event,) = audit(governance)
    assert (event.subject, event.payload.get("study_uid", ""), event.payload.get("detail", "")) == (
        study or "archive",
        study,
        series,
    )


def test_a_raw_handler_may_ask_itself(build: Build, governance: Governance, bearer: Bearer) -> None:
    @asgi("/inside", opt=asks_itself(), copy_scope=False)
    async def inside(scope: Any, receive: Any, send: Any) -> None:
        principal = await authorise(scope, governance, Action.READ, Resource("study", "1.2"))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": principal.name.encode()})

    with TestClient(build(inside)) as web:
        assert web.get("/inside").status_code == 401
        assert web.get("/inside", headers=bearer("uploader")).status_code == 403
        assert web.get("/inside", headers=bearer("physician")).text == "test"


@pytest.mark.parametrize(
    "path", ["/studies/%00/series/%00", "/studies/%ff%fe/series/x", "/studies/" + "1" * 5000 + "/series/1"]
)
def test_a_hostile_path_is_audited_all_the_same(web: Client, governance: Governance, bearer: Bearer, path: str) -> None:
    assert web.get(path, headers=bearer("physician")).status_code < 500
    assert web.get("/studies", headers=bearer("physician")).status_code == 200
    assert audit(governance)[-1].payload["action"] == "search"
