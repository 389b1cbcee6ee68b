"""dcmjs-dimse as user and as provider: `npm ci` in the folder `node` beside this file installs it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from tests.conformance.dimse.conftest import EXPLICIT, House, encoded, free_port, listening, parsed, stored
from tests.unit.dimse.conftest import eventually

from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse.client import Proposal, associate
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.services import FindMatch, Remote
from sixfold.dimse.uids import STUDY_ROOT_FIND

FOLDER = Path(__file__).parent / "node"
NODE = shutil.which("node")
CT = "1.2.840.10008.5.1.4.1.1.2"

pytestmark = pytest.mark.skipif(
    NODE is None or not (FOLDER / "node_modules" / "dcmjs-dimse").exists(), reason="dcmjs-dimse is not installed"
)


def scu(house: House, operation: str, *arguments: object) -> dict[str, Any]:
    """Run one operation of theirs and return what they heard."""
    command = [str(NODE), "scu.cjs", str(house.remote.port), operation, *map(str, arguments)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert result["failures"] == [], done.stdout + done.stderr
    return result


@contextmanager
def scp() -> Iterator[tuple[Remote, subprocess.Popen[str]]]:
    """Run their provider; what it says is on its stdout."""
    port = free_port()
    process = subprocess.Popen(
        [str(NODE), "scp.cjs", str(port)],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        eventually(lambda: listening(port), 20)
        yield Remote("DCMJS", "127.0.0.1", port), process
    finally:
        process.terminate()
        process.communicate(timeout=10)


def heard(process: subprocess.Popen[str], count: int) -> list[dict[str, Any]]:
    """Read that many lines of JSON from what the provider says, past its own log."""
    said: list[dict[str, Any]] = []
    assert process.stdout is not None
    while len(said) < count:
        line = process.stdout.readline()
        assert line, "the provider ended"
        if line.startswith("{"):
            said.append(json.loads(line))
    return said


def test_it_echoes(house: House) -> None:
    assert scu(house, "echo")["statuses"] == [0]


def test_it_stores(house: House, files: list[Path]) -> None:
    assert scu(house, "store", *files)["statuses"] == [0] * 5
    for path in files:
        # It writes numbers its own way, so only what is no decimal string stays as it was in the file.
        sent = dcmread(path)
        ((syntax, data),) = house.archive.stored[str(sent.SOPInstanceUID)].encodings.items()
        assert parsed(data, syntax).PixelData == sent.PixelData
        assert parsed(data, syntax).PatientName == sent.PatientName


def test_it_finds(house: House) -> None:
    def matches() -> Iterator[FindMatch]:
        for number in range(20):
            data = Dataset()
            data.PatientID = f"P{number}"
            yield FindMatch(encoded(data, house.archive.identifiers[0][1]))

    house.archive.matches = matches
    answers = scu(house, "find", "P*")
    assert answers["statuses"] == [0xFF00] * 20 + [0]
    assert answers["found"] == [f"P{number}" for number in range(20)]
    identifier, syntax = house.archive.identifiers[0]
    assert parsed(identifier, syntax).PatientID == "P*"


def hold(house: House, files: list[Path]) -> list[str]:
    for path in files:
        one = stored(path)
        house.archive.stored[one.sop_instance_uid] = one
    return list(house.archive.stored)


def test_it_gets(house: House, files: list[Path]) -> None:
    wanted = hold(house, files)
    answers = scu(house, "get", "1.2")
    assert (answers["statuses"][-1], answers["completed"]) == (0, 5)
    assert answers["stored"] == wanted


def test_it_moves(house: House, files: list[Path]) -> None:
    wanted = hold(house, files)
    with scp() as (remote, process):
        house.archive.destinations["DCMJS"] = remote
        answers = scu(house, "move", "DCMJS", "1.2")
        assert (answers["statuses"][-1], answers["completed"]) == (0, 5)
        said = heard(process, len(wanted))
    assert [line["stored"] for line in said] == wanted


def test_we_echo_store_and_find(files: list[Path]) -> None:
    proposals = [Proposal(uid, (EXPLICIT,)) for uid in (CT, STUDY_ROOT_FIND)]
    with (
        scp() as (remote, process),
        associate(remote, [Proposal(VERIFICATION, UNCOMPRESSED), *proposals]) as us,
    ):
        assert us.echo() == 0
        assert {outcome.status for outcome in us.store(stored(path) for path in files)} == {0}
        found = list(us.find(STUDY_ROOT_FIND, encoded(Dataset(), EXPLICIT)))
        assert [parsed(match.identifier, EXPLICIT).PatientID for match in found] == ["12345"]
        said = heard(process, 6)
    assert said[0] == {"echo": True}
    assert [line["stored"] for line in said[1:]] == [stored(path).sop_instance_uid for path in files]
