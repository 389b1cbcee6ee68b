"""DCMTK as user and as provider. The full paths matter: pynetdicom installs scripts of the same names."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from tests.conformance.dimse.conftest import (
    EXPLICIT,
    IMPLICIT,
    House,
    Street,
    content,
    encoded,
    free_port,
    listening,
    parsed,
    same,
    stored,
)
from tests.unit.dimse.conftest import eventually
from tests.unit.dimse.test_tls import make_identity, server_context

from sixfold.dicom.uids import VERIFICATION
from sixfold.dimse.client import ClientSettings, Proposal, associate
from sixfold.dimse.fakes import FakeArchive
from sixfold.dimse.message import FindRequest
from sixfold.dimse.negotiation import UNCOMPRESSED
from sixfold.dimse.pdu import RoleSelection
from sixfold.dimse.services import Caller, FindMatch, Remote
from sixfold.dimse.uids import STUDY_ROOT_FIND, STUDY_ROOT_GET, STUDY_ROOT_MOVE

pytestmark = [
    pytest.mark.dcmtk,
    pytest.mark.skipif(not Path("/usr/bin/storescu").exists(), reason="DCMTK is not installed"),
]
CT = "1.2.840.10008.5.1.4.1.1.2"
CALLER = Caller("", "", "", 0, None, None, None)


def tool(name: str, *arguments: object, env: dict[str, str] | None = None, code: int = 0) -> str:
    """Run one of DCMTK's tools and return what it said."""
    done = subprocess.run(
        [f"/usr/bin/{name}", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | (env or {}),
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def peer(house: House, called: str = "HOUSE") -> list[object]:
    return ["-aet", "DCMTK", "-aec", called, "127.0.0.1", house.remote.port]


def test_echoscu(house: House) -> None:
    assert "Received Echo Response (Success)" in tool("echoscu", "-v", *peer(house))
    assert "Called AE Title Not Recognized" in tool("echoscu", *peer(house, "WRONG"), code=1)
    many = tool("echoscu", "-v", "-ppc", 128, "--repeat", 20, *peer(house))
    assert many.count("(Success)") == 20


@pytest.mark.parametrize("nagle", ["0", "1"])
@pytest.mark.parametrize("options", [[], ["-xi"], ["-xb"], ["-pdu", "4096"], ["-pdu", "131072"]], ids=" ".join)
def test_storescu(house: House, files: list[Path], options: list[str], nagle: str) -> None:
    tool("storescu", *options, *peer(house), *files, env={"TCP_NODELAY": nagle})
    assert len(house.archive.stored) == 5
    for path in files:
        held = house.archive.stored[str(dcmread(path).SOPInstanceUID)]
        if "-xb" not in options:
            assert same(held, path)
    assert house.metrics.operations == [("Store", 0)] * 5


def test_storescu_proposes_what_the_file_has(house: House, tmp_path: Path, files: list[Path]) -> None:
    packed = tmp_path / "packed.dcm"
    tool("dcmcrle", files[0], packed)
    tool("storescu", "-xr", *peer(house), packed)
    assert next(iter(house.archive.stored.values())).transfer_syntaxes == ("1.2.840.10008.1.2.5",)


def test_storescu_hears_of_failures(house: House, files: list[Path]) -> None:
    def on_store(step: str, _: str) -> None:
        if step == "write":
            raise OSError(28, "No space left")

    house.archive.on_store = on_store
    said = tool("storescu", "-v", "-nh", *peer(house), *files)
    assert said.count("Refused: OutOfResources") == 5
    assert house.archive.stored == {}


def test_dcmsend_uses_several_contexts(house: House, files: list[Path]) -> None:
    tool("dcmsend", "-aec", "HOUSE", "127.0.0.1", house.remote.port, *files)
    assert len(house.archive.stored) == 5


def matches(count: int) -> Iterator[FindMatch]:
    for number in range(count):
        data = Dataset()
        data.QueryRetrieveLevel, data.PatientID, data.StudyInstanceUID = "STUDY", f"P{number}", f"1.2.{number}"
        yield FindMatch(encoded(data, EXPLICIT))


def test_findscu(house: House, tmp_path: Path) -> None:
    house.archive.matches = lambda: matches(100)
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=P*", "-k", "StudyInstanceUID"]
    tool("findscu", "-S", "-X", "-od", tmp_path, *keys, *peer(house))
    found = [dcmread(path, force=True).PatientID for path in sorted(tmp_path.glob("rsp*.dcm"))]
    assert found == [f"P{number}" for number in range(100)]
    identifier, syntax = house.archive.identifiers[0]
    assert parsed(identifier, syntax).PatientID == "P*"
    assert isinstance(house.archive.requests[0], FindRequest)


def test_findscu_cancels(house: House) -> None:
    closed = []

    def endless() -> Iterator[FindMatch]:
        try:
            while True:
                yield from matches(100)
        finally:
            closed.append(True)

    house.archive.matches = endless
    tool("findscu", "-S", "--cancel", 3, "-k", "QueryRetrieveLevel=STUDY", *peer(house))
    eventually(lambda: closed)
    eventually(lambda: house.metrics.operations == [("Find", 0xFE00)])


def held(house: House, files: list[Path]) -> list[str]:
    for path in files:
        one = stored(path)
        house.archive.stored[one.sop_instance_uid] = one
    return sorted(house.archive.stored)


def received(folder: Path) -> list[str]:
    return sorted(str(dcmread(path).SOPInstanceUID) for path in folder.iterdir())


def test_movescu(house: House, files: list[Path], tmp_path: Path) -> None:
    wanted, port = held(house, files), free_port()
    house.archive.destinations["DCMTK"] = Remote("DCMTK", "127.0.0.1", port)
    out = tmp_path / "moved"
    out.mkdir()
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=1.2"]
    tool("movescu", "-S", "+P", port, "-od", out, "-aem", "DCMTK", *keys, *peer(house))
    assert received(out) == wanted
    assert house.metrics.operations == [("Move", 0)]
    assert "MoveDestinationUnknown" in tool("movescu", "-v", "-S", "-aem", "NOBODY", *keys, *peer(house), code=69)


def test_S8_movescu_that_takes_implicit_vr_only(house: House, files: list[Path], tmp_path: Path) -> None:
    wanted, port = held(house, files), free_port()
    house.archive.destinations["DCMTK"] = Remote("DCMTK", "127.0.0.1", port)
    out = tmp_path / "moved"
    out.mkdir()
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=1.2"]
    tool("movescu", "-S", "+xi", "+P", port, "-od", out, "-aem", "DCMTK", *keys, *peer(house))
    assert received(out) == wanted
    assert {str(dcmread(path).file_meta.TransferSyntaxUID) for path in out.iterdir()} == {IMPLICIT}


def test_getscu(house: House, files: list[Path], tmp_path: Path) -> None:
    wanted = held(house, files)
    out = tmp_path / "got"
    out.mkdir()
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=1.2"]
    tool("getscu", "-S", "-od", out, *keys, *peer(house))
    assert received(out) == wanted
    assert house.metrics.operations == [("Get", 0)]


def test_tls(serve: Street, files: list[Path], tmp_path: Path) -> None:
    ours, theirs = make_identity(tmp_path, "server"), make_identity(tmp_path, "modality")
    house = serve(tls=server_context(ours, theirs))
    tool("storescu", "+tls", theirs.key, theirs.certificate, "-ic", *peer(house), *files)
    assert len(house.archive.stored) == 5
    assert house.archive.callers[0].certificate_sha256 == theirs.sha256
    tool("echoscu", *peer(house), code=1)


@contextmanager
def provider(*command: object) -> Iterator[int]:
    """Run one of DCMTK's servers on a free port."""
    port = free_port()
    arguments = [str(port) if argument == "PORT" else str(argument) for argument in command]
    process = subprocess.Popen(
        [f"/usr/bin/{arguments[0]}", *arguments[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: listening(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("options", [[], ["-pdu", "4096"], ["+xi"]], ids=" ".join)
def test_we_store_to_storescp(files: list[Path], tmp_path: Path, options: list[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    instances = [stored(path) for path in files]
    with provider("storescp", *options, "-od", out, "PORT") as port:
        remote = Remote("STORESCP", "127.0.0.1", port)
        with associate(remote, [Proposal(VERIFICATION, UNCOMPRESSED), Proposal(CT, UNCOMPRESSED)]) as us:
            assert us.echo() == 0
            assert {outcome.status for outcome in us.store(instances)} == {0}
    assert received(out) == sorted(one.sop_instance_uid for one in instances)
    for path in out.iterdir():
        original = next(file for file in files if dcmread(file).SOPInstanceUID == dcmread(path).SOPInstanceUID)
        assert content(dcmread(path)) == content(dcmread(original))


def test_we_query_and_retrieve_from_dcmqrscp(house: House, files: list[Path], tmp_path: Path) -> None:
    area, port_of_house = tmp_path / "area", house.remote.port
    area.mkdir()
    config = tmp_path / "dcmqrscp.cfg"
    config.write_text(
        f"""NetworkTCPPort = 0
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
house = (HOUSE, 127.0.0.1, {port_of_house})
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
QRSCP {area} RW (200, 1024mb) ANY
AETable END
"""
    )
    model = Dataset()
    model.QueryRetrieveLevel, model.StudyInstanceUID = "STUDY", dcmread(files[0]).StudyInstanceUID
    model.PatientID = ""
    proposals = [Proposal(uid, UNCOMPRESSED) for uid in (CT, STUDY_ROOT_FIND, STUDY_ROOT_MOVE, STUDY_ROOT_GET)]
    with provider("dcmqrscp", "-c", config, "PORT") as port:
        roles = [RoleSelection(CT, scu=True, scp=True)]
        remote = Remote("QRSCP", "127.0.0.1", port)
        with associate(remote, proposals, ClientSettings("HOUSE"), roles=roles) as us:
            assert {outcome.status for outcome in us.store(stored(path) for path in files)} == {0}
            syntax = us.context(STUDY_ROOT_FIND).transfer_syntax
            found = list(us.find(STUDY_ROOT_FIND, encoded(model, syntax)))
            assert [parsed(match.identifier, syntax).PatientID for match in found] == [dcmread(files[0]).PatientID]
            del model.PatientID
            mine = FakeArchive()
            got = list(us.get(STUDY_ROOT_GET, encoded(model, syntax), mine.storage(CALLER)))
            assert (got[-1].response.status, got[-1].response.completed) == (0, 5)
            moved = list(us.move(STUDY_ROOT_MOVE, "HOUSE", encoded(model, syntax)))
            assert (moved[-1].response.status, moved[-1].response.completed) == (0, 5)
    assert set(mine.stored) == set(house.archive.stored) == {stored(path).sop_instance_uid for path in files}


def test_S9_storescu_is_not_held_up_by_nagles_algorithm(house: House, files: list[Path]) -> None:
    tool("storescu", "--repeat", 20, *peer(house), *files, env={"TCP_NODELAY": "1"})
    started = time.perf_counter()
    tool("storescu", "--repeat", 20, *peer(house), *files, env={"TCP_NODELAY": "1"})
    without = time.perf_counter() - started
    started = time.perf_counter()
    tool("storescu", "--repeat", 20, *peer(house), *files, env={"TCP_NODELAY": "0"})
    # 100 instances that each waited 40 ms for an acknowledgement would take four seconds longer.
    assert time.perf_counter() - started < without + 2.0
