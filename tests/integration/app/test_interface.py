"""`/api/schema` describes what is served below `/api`, to whoever is known."""

import json
from typing import Any

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from sixfold.app.documents.empty import empty_house
from sixfold.app.web import make_app
from sixfold.app.wiring import House


@pytest.fixture(scope="module")
def document() -> Any:
    with empty_house() as house, TestClient(make_app(house)) as client:
        answer = client.get("/api/schema", headers=bearer(house, "service"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
        return answer.json()


def bearer(house: House, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.governance.credentials.create_token('somebody', role)}"}


def test_nobody_is_told() -> None:
    with empty_house() as house, TestClient(make_app(house)) as client:
        answer = client.get("/api/schema")
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:sixfold:unknown-caller")
        assert client.get("/api/schema/openapi.json", headers=bearer(house, "service")).status_code == 404


def test_every_route_of_ours_is_described_and_no_other(document: Any) -> None:
    with empty_house() as house:
        routes = [route for route in make_app(house).routes if isinstance(route, HTTPRoute) and route.path.startswith("/api/")]
    served = {
        (route.path_format, str(method).lower())
        for route in routes
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }
    assert served == {(path, method) for path, item in document["paths"].items() for method in item}


def test_an_operation_tells_its_action_and_the_form_of_errors(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    studies = document["paths"]["/api/studies"]["get"]
    assert studies["x-sixfold-action"] == "search"
    assert {one["name"] for one in studies["parameters"]} >= {"q", "modality", "from", "to", "limit", "cursor"}
    assert document["paths"]["/api/session"]["post"]["security"] == []
    problem = studies["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"]
    assert problem.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_every_reference_leads_somewhere(document: Any) -> None:
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= document["components"]["schemas"].keys()
