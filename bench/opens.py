"""Whether stock OHIF opens, over our DICOMweb, every study of the sample data that has a picture."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.measure import OURS, Case, Ledger, Sample
from bench.ohif import served
from bench.options import Options, command_line
from bench.peers import HOST, Server, free_port, running
from bench.web import Client, multipart

_SCRIPT = Path(__file__).parent / "browser/opens.mjs"
_DATA = Path(os.environ.get("SIXFOLD_TEST_DATA", "../shared/data")) / "dicom"
_BATCH = 20


def run(options: Options, ledger: Ledger) -> None:
    """Studies with a picture that OHIF shows; those that it does not are told one by one."""
    with running(OURS) as server:
        with server.client() as client:
            _fill(client)
            studies = list(_pictured(client, server))
        if options.short:
            studies = studies[:: max(1, len(studies) // 20)]
        port = free_port()
        with served(f"http://{HOST}:{server.http}{server.root}", port):
            urls = [f"http://{HOST}:{port}/viewer?StudyInstanceUIDs={study}" for study in studies]
            dark = [told["url"] for told in _opened(urls, server) if told["shown"] is None]
    for url in dark:
        print(f"not shown: {url.split('=')[-1]}", flush=True)
    share = 100 * (len(urls) - len(dark)) / max(1, len(urls))
    ledger.add(Case(f"of {len(urls)} studies with a picture, shown by OHIF over ours", "%", True, "100 %"), OURS, Sample(share))


def _fill(client: Client) -> None:
    files = sorted(path for path in _DATA.rglob("*") if path.is_file() and path.suffix.lower() in (".dcm", ".ima", ""))
    for start in range(0, len(files), _BATCH):
        kind, body = multipart([path.read_bytes() for path in files[start : start + _BATCH]])
        try:
            client.post("/dicomweb/studies", kind, body)
        except OSError as error:
            if not str(error).startswith("409"):  # none of a batch was taken
                raise


def _pictured(client: Client, server: Server) -> Iterator[str]:
    """The studies of which our server can make a picture."""
    found = json.loads(client.get(f"{server.root}/studies?limit=1000").body)
    for study in sorted(one["0020000D"]["Value"][0] for one in found):
        try:
            client.get(f"{server.root}/studies/{study}/thumbnail", "image/jpeg", keep=False)
        except OSError:
            continue
        yield study


def _opened(urls: list[str], server: Server) -> Iterator[dict[str, str | None]]:
    asked = json.dumps({"urls": urls, "headers": server.headers})
    with subprocess.Popen(["node", str(_SCRIPT), asked], stdout=subprocess.PIPE, text=True) as browser:
        assert browser.stdout is not None
        for line in browser.stdout:
            yield json.loads(line)


if __name__ == "__main__":
    command_line(run, "opens")
