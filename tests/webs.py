"""The archive's web edge over a test's house, and a client that speaks DICOMweb with it."""

import email
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from pydicom.dataset import Dataset
from tests.houses import TestHouse
from tests.samples import part10

from sixfold.archive.http import Edge, routers
from sixfold.governance.http import HANDLERS, Access

BOUNDARY = "tests-boundary"
DICOM_PARTS = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
STORED_FORM = 'multipart/related; type="application/dicom"; transfer-syntax=*'

REFERENCED = "00081199"
FAILED = "00081198"
OTHER_FAILURES = "0008119A"
FAILURE_REASON = "00081197"
WARNING_REASON = "00081196"


@dataclass(frozen=True)
class Part:
    """A part of a multipart answer."""

    headers: dict[str, str]
    body: bytes


def body_of(files: Sequence[bytes], kind: str = "application/dicom") -> bytes:
    """A multipart/related body of files."""
    head = f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode()
    return b"".join(head + file + b"\r\n" for file in files) + f"--{BOUNDARY}--\r\n".encode()


def parts_of(answer: httpx.Response) -> list[Part]:
    """The parts of a multipart answer, read by hand: the standard library's parser would change line ends."""
    content_type = email.message_from_string(f"Content-Type: {answer.headers['content-type']}\n\n")
    assert content_type.get_content_type() == "multipart/related"
    boundary = content_type.get_param("boundary")
    delimiter = f"--{boundary}".encode()
    whole = b"\r\n" + answer.content
    first, *middle = whole.split(b"\r\n" + delimiter)
    assert first == b""
    assert middle.pop().startswith(b"--")
    found = []
    for piece in middle:
        head, _, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = (line.split(":", 1) for line in head.decode().split("\r\n"))
        found.append(Part({name.lower(): value.strip() for name, value in lines}, body))
    return found


def path_of(data: Dataset) -> str:
    """The path of an instance's resource."""
    return f"/dicomweb/studies/{data.StudyInstanceUID}/series/{data.SeriesInstanceUID}/instances/{data.SOPInstanceUID}"


@dataclass(frozen=True)
class Web:
    """A client, signed in with a token of an administrator, over a house."""

    house: TestHouse
    client: TestClient[Litestar]

    def get(self, path: str, accept: str = "", **headers: str) -> httpx.Response:
        """GET with an Accept field, or without one that says anything."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={"Accept": accept or "*/*", **named})

    def stow(self, *files: bytes | Dataset, study: str = "", **options: Any) -> httpx.Response:
        """Store files, and data sets as files, in one request."""
        raw = [part10(file) if isinstance(file, Dataset) else file for file in files]
        return self.post(body_of(raw), study=study, **options)

    def post(self, body: bytes, *, study: str = "", content_type: str = DICOM_PARTS, **headers: str) -> httpx.Response:
        """Send a body to the store service."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/dicomweb/studies/{study}" if study else "/dicomweb/studies"
        fields = {"Accept": "application/dicom+json", "Content-Type": content_type, **named}
        return self.client.post(
            path, content=body, headers=[(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        )


@contextmanager
def open_web(house: TestHouse, role: str = "administrator") -> Iterator[Web]:
    """Serve a house within this process."""
    governance = house.governance
    governance.start()
    app = Litestar(
        list(routers(Edge(house.archive, ""))),
        plugins=[Access(governance)],
        exception_handlers=HANDLERS,
        openapi_config=None,
    )
    token = governance.credentials.create_token("test", role)
    try:
        with TestClient(app, raise_server_exceptions=False) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            yield Web(house, client)
    finally:
        governance.close()
