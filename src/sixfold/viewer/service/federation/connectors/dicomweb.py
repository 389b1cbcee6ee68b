"""Archives by QIDO-RS (PS3.18 10.6): one GET for each way to ask, bounded in time, bytes and rows.

Redirects are not followed, proxies and credentials of the environment are not used, certificates are verified.
"""

import base64
import ssl
import time
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

import httpx
import orjson

from sixfold.viewer.model.federation import Basic, Bearer, Credential, Dicomweb, Failure, Found, Question, SourceFailed
from sixfold.viewer.rules.federation.asking import alternatives, meant, qido_query
from sixfold.viewer.rules.federation.rows import sift
from sixfold.viewer.rules.federation.sources import trusting

MOST_BYTES = 32 << 20
"""Bytes of one answer, unpacked, that are read."""
_JSON: Final = frozenset({"application/dicom+json", "application/json"})
_SHORTEST_WAIT = 0.05


def client_of(
    reach: Dicomweb, credential: Credential, *, at_once: int, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client that proves who we are, verifies who it is, and goes nowhere else."""
    context = ssl.create_default_context()
    if reach.authorities:
        context = trusting(reach.authorities, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.Client(
        verify=context,
        trust_env=False,
        follow_redirects=False,
        headers={"Accept": "application/dicom+json", "Accept-Encoding": "gzip", "User-Agent": "sixfold"} | _proof(credential),
        limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=30.0),
        transport=transport,
    )


class DicomwebConnector:
    """One remote archive; connections are kept for the next question."""

    def __init__(
        self,
        reach: Dicomweb,
        issuer: str,
        credential: Credential,
        *,
        at_once: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = reach.url
        self._issuer = issuer
        self._client = client_of(reach, credential, at_once=at_once, transport=transport)

    def search(self, question: Question, limit: int, deadline: float) -> Found:
        """Ask every way that the question needs, one after the other (PS3.18 10.6.1)."""
        query = meant(question)
        raw: list[Any] = []
        size, more = 0, False
        for keys in alternatives(question):
            rows, length, told_more = self._rows(_path(question), qido_query(keys, question, limit + 1), deadline)
            size, more = size + length, more or told_more or len(rows) > limit
            raw += rows[: limit + 1]
        found = sift(raw, question, query, self._issuer, limit)
        return Found(found.rows, found.more or more, found.dropped, found.untold, size)

    def probe(self, deadline: float) -> None:
        """Search for one study."""
        self._rows("/studies", "limit=1", deadline)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _rows(self, path: str, query: str, deadline: float) -> tuple[list[Any], int, bool]:
        """The rows of an answer, how many bytes they took, and whether the archive says that there are more."""
        wait = max(_SHORTEST_WAIT, deadline - time.monotonic())
        try:
            with self._client.stream("GET", f"{self._url}{path}?{query}", timeout=wait) as response:
                if not _has_rows(response):
                    return [], 0, False
                body = b"".join(_unpacked(response, deadline))
        except httpx.TimeoutException as error:
            raise SourceFailed(Failure.TIMED_OUT, f"no answer within {wait:.1f} s") from error
        except httpx.ConnectError as error:
            raise SourceFailed(Failure.REFUSED, f"it cannot be reached: {error}") from error
        except httpx.HTTPError as error:
            raise SourceFailed(Failure.CUT, f"the connection broke: {error or type(error).__name__}") from error
        except RuntimeError as error:  # the client was closed: the archive was changed or forgotten meanwhile
            raise SourceFailed(Failure.CUT, "the archive was changed meanwhile", alive=True) from error
        return _parsed(body), len(body), response.headers.get("warning", "").startswith("299")


def _path(question: Question) -> str:
    match question.level:
        case "STUDY":
            return "/studies"
        case "SERIES":
            return f"/studies/{question.study_uid}/series"
        case _:
            return f"/studies/{question.study_uid}/series/{question.series_uid}/instances"


def _proof(credential: Credential) -> dict[str, str]:
    match credential:
        case Bearer(token):
            return {"Authorization": f"Bearer {token}"}
        case Basic(user, password):
            return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
        case _:
            return {}


def _has_rows(response: httpx.Response) -> bool:
    """Whether a body with rows follows (PS3.18 table 10.6.3-1); raises `SourceFailed`."""
    status = response.status_code
    if status == HTTPStatus.NO_CONTENT:
        return False
    if response.is_redirect or HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise SourceFailed(Failure.REFUSED, f"it sends us elsewhere ({status}), where we do not go")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise SourceFailed(Failure.REFUSED, f"it does not let us in ({status})")
    if status >= HTTPStatus.BAD_REQUEST:
        raise SourceFailed(Failure.REFUSED, f"it answers {status}", alive=status < HTTPStatus.INTERNAL_SERVER_ERROR)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) or kind not in _JSON:
        raise SourceFailed(Failure.UNREADABLE, f"it answers {status} with '{kind[:80]}' and not DICOM JSON")
    return True


def _unpacked(response: httpx.Response, deadline: float) -> Iterator[bytes]:
    """The body as it is unpacked, never more than is read at all, nor beyond the deadline."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", ""):
        raise SourceFailed(Failure.UNREADABLE, f"it packs its answer as '{coding[:40]}', which was not asked for")
    unpack = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    left = MOST_BYTES
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise SourceFailed(Failure.TIMED_OUT, "its answer did not end in time")
        try:
            piece = chunk if unpack is None else unpack.decompress(chunk, left + 1)
        except zlib.error as error:
            raise SourceFailed(Failure.UNREADABLE, "its answer cannot be unpacked") from error
        left -= len(piece)
        if left < 0:
            raise SourceFailed(Failure.CUT, f"its answer is longer than {MOST_BYTES >> 20} MiB")
        yield piece
    if unpack is not None and not unpack.eof:
        raise SourceFailed(Failure.CUT, "its answer broke off")


def _parsed(body: bytes) -> list[Any]:
    if not body.strip():
        return []
    try:
        rows = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SourceFailed(Failure.UNREADABLE, f"its answer is not JSON: {error}") from error
    if not isinstance(rows, list):
        raise SourceFailed(Failure.UNREADABLE, "its answer is not an array of objects (PS3.18 10.6.3.3)")
    return rows
