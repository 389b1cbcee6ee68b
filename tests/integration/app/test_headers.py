"""The headers that guard a browser are on every answer: the framework's, raw ones, and errors."""

from typing import Any

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from sixfold.app.headers import SECURITY_HEADERS, add_security_headers
from sixfold.archive.http.sending import Whole
from sixfold.governance.http import HANDLERS
from sixfold.kernel.errors import NotFound


@get("/made", sync_to_thread=False)
def _made() -> dict[str, str]:
    return {"made": "by the framework"}


@get("/raw", sync_to_thread=False)
def _raw() -> Any:
    return Whole(b"raw", {"Content-Type": "text/plain"})


@get("/refused", sync_to_thread=False)
def _refused() -> None:
    raise NotFound("there is no such thing")


@pytest.mark.parametrize("path", ["/made", "/raw", "/refused", "/nowhere"])
def test_every_answer_has_them_once(path: str) -> None:
    app = Litestar(
        [_made, _raw, _refused],
        before_send=[add_security_headers],
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_list(name) == [value]
