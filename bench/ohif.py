"""Stock OHIF as a client of any DICOMweb server: npm's ready-built package, served compressed at the root of its own port."""

import gzip
import json
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.corpus import OUT

PACKAGE = "@ohif/app@3.13.2"
HOST = "127.0.0.1"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_LEFT_OUT = ("dist/ort/", ".map")


def dist() -> Path:
    """The unpacked package; it is fetched from the npm registry once."""
    folder = OUT / "ohif"
    if not (folder / "dist/index.html").exists():
        folder.mkdir(parents=True, exist_ok=True)
        told = subprocess.run(["npm", "pack", "--json", PACKAGE], cwd=folder, capture_output=True, text=True, check=True)
        archive = folder / json.loads(told.stdout)[0]["filename"]
        with tarfile.open(archive) as packed:
            members = [one for one in packed.getmembers() if one.name.startswith("package/dist/")]
            for member in members:
                member.name = member.name.removeprefix("package/")
                if not any(part in member.name for part in _LEFT_OUT):
                    packed.extract(member, folder, filter="data")
        archive.unlink()
    return folder / "dist"


def config(root: str) -> bytes:
    """`app-config.js` for one DICOMweb server, with the package's own defaults else."""
    source = {
        "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
        "sourceName": "dicomweb",
        "configuration": {
            "friendlyName": "peer",
            "name": "peer",
            "qidoRoot": root,
            "wadoRoot": root,
            "wadoUriRoot": root,
            "qidoSupportsIncludeField": True,
            "imageRendering": "wadors",
            "thumbnailRendering": "wadors",
            "enableStudyLazyLoad": True,
            "supportsFuzzyMatching": True,
            "supportsWildcard": True,
            "singlepart": "bulkdata,video,pdf",
            "bulkDataURI": {"enabled": True, "relativeResolution": "series"},
            "omitQuotationForMultipartRequest": True,
        },
    }
    settings = {
        "routerBasename": "/",
        "showStudyList": True,
        "extensions": [],
        "modes": [],
        "customizationService": {},
        "maxNumberOfWebWorkers": 3,
        "showWarningMessageForCrossOrigin": False,
        "showCPUFallbackMessage": False,
        "showLoadingIndicator": True,
        "strictZSpacingForVolumeViewport": True,
        "groupEnabledModesFirst": True,
        "maxNumRequests": {"interaction": 100, "thumbnail": 5, "prefetch": 25},
        "investigationalUseDialog": {"option": "never"},
        "defaultDataSourceName": "dicomweb",
        "dataSources": [source],
    }
    return f"window.config = {json.dumps(settings)};".encode()


@cache
def _file(path: Path) -> tuple[bytes, bool]:
    raw = path.read_bytes()
    if path.suffix in _TYPES:
        return gzip.compress(raw, 6, mtime=0), True
    return raw, False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root = ""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/app-config.js":
            body, packed, kind = config(self.root), False, "text/javascript"
        else:
            named = dist() / path.lstrip("/")
            found = named if named.is_file() else dist() / "index.html"
            (body, packed), kind = _file(found), _TYPES.get(found.suffix, "application/octet-stream")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "public, max-age=31536000")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: the table is what this prints."""


@contextmanager
def served(root: str, port: int) -> Iterator[None]:
    """Serve OHIF at `port` for the DICOMweb server at `root` (an absolute URL)."""
    for path in dist().rglob("*"):
        if path.is_file():
            _file(path)
    handler = type("Handler", (_Handler,), {"root": root, "disable_nagle_algorithm": True})
    server = ThreadingHTTPServer((HOST, port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
