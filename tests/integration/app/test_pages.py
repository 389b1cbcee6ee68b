"""The web application's files over HTTP: codings, validators, how long they may be kept, and nothing else from the disk."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from sixfold.app.pages import ASK_EACH_TIME, FOR_GOOD, coding_for, page_routers
from sixfold.governance.http import HANDLERS

SCRIPT = b"export const lines = [];\n" * 100
PAGE = b"<!doctype html><title>Sixfold</title>"
BROTLI = b"not brotli, but the server does not know: " + hashlib.sha256(SCRIPT).digest()


def _site(folder: Path) -> Path:
    (folder / "assets").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "mark.svg").write_bytes(b"<svg/>")
    (folder / "manifest.webmanifest").write_bytes(b"{}")
    (folder / "icon.png").write_bytes(b"png")
    (folder / "assets" / "main-Ab12.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-Ab12.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "main-Ab12.js.br").write_bytes(BROTLI)
    (folder / "assets" / "tiny-Cd34.css").write_bytes(b"a{}")
    return folder


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    (tmp_path / "secret.js").write_bytes(b"outside of the build")
    (tmp_path / "dist").mkdir()
    app = Litestar(page_routers(_site(tmp_path / "dist")), exception_handlers=HANDLERS, openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("taken", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("gzip;q=0.2, identity", ""),
        ("identity", ""),
        ("br;q=much, gzip;q=nan", ""),
        (",;,;q=1,", ""),
        ("", ""),
    ],
)
def test_the_coding_is_the_best_one_taken(taken: str, coding: str) -> None:
    assert coding_for(taken, ["br", "gzip"]) == coding


def test_an_asset_is_sent_in_the_coding_that_the_browser_takes(client: TestClient[Litestar]) -> None:
    answer = client.get("/assets/main-Ab12.js", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, SCRIPT)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT))
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == FOR_GOOD
    assert answer.headers["vary"] == "Accept-Encoding"


def test_without_a_taken_coding_the_plain_bytes_are_sent(client: TestClient[Litestar]) -> None:
    answer = client.get("/assets/main-Ab12.js", headers={"Accept-Encoding": "identity"})
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_file_that_was_not_worth_compressing_is_sent_plain(client: TestClient[Litestar]) -> None:
    answer = client.get("/assets/tiny-Cd34.css", headers={"Accept-Encoding": "br, gzip"})
    assert answer.content == b"a{}"
    assert "content-encoding" not in answer.headers


def test_each_coding_has_its_own_validator(client: TestClient[Litestar]) -> None:
    ways = ("br", "gzip", "identity")
    with_head = [client.head("/assets/main-Ab12.js", headers={"Accept-Encoding": way}) for way in ways]
    etags = [answer.headers["etag"] for answer in with_head]
    assert len(set(etags)) == len(ways)
    for way, etag in zip(ways, etags, strict=True):
        fields = {"Accept-Encoding": way, "If-None-Match": f'"other", W/{etag}'}
        answer = client.get("/assets/main-Ab12.js", headers=fields)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept-Encoding", FOR_GOOD)
        wrong = client.get("/assets/main-Ab12.js", headers={**fields, "If-None-Match": '"other"', "Accept-Encoding": "gzip"})
        assert wrong.status_code == 200


def test_HEAD_has_the_fields_of_GET_and_no_body(client: TestClient[Litestar]) -> None:
    fields = {"Accept-Encoding": "gzip"}
    head, whole = (client.request(method, "/assets/main-Ab12.js", headers=fields) for method in ("HEAD", "GET"))
    assert head.content == b""
    assert dict(head.headers) == dict(whole.headers)


def test_the_page_is_asked_for_each_time(client: TestClient[Litestar]) -> None:
    for path in ("/", "/index.html", "/mark.svg", "/manifest.webmanifest", "/icon.png"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, ASK_EACH_TIME)
        again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/..%2f..%2fsecret.js",
        "/assets/%2e%2e",
        "/..%2fsecret.js",
        "/assets/main-Ab12.js.gz",
        "/assets/main-Ab12.js%00.js",
        "/assets/" + "a" * 5000 + ".js",
        "/assets",
        "/nothing.js",
        "/assets/nothing.js",
    ],
)
def test_nothing_else_is_served(client: TestClient[Litestar], path: str) -> None:
    assert client.get(path).status_code == 404


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    with TestClient(Litestar(page_routers(tmp_path), openapi_config=None)) as client:
        assert "make setup" in client.get("/").text
