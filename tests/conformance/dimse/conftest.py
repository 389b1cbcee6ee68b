"""Real objects on disk and a house with a fake archive, for third-party tools to talk to."""

import io
import socket
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.uid import generate_uid
from tests.unit.dimse.conftest import House, Street, house, serve

from sixfold.dimse.fakes import FakeInstance

__all__ = ["House", "Street", "house", "serve"]

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Five CT images of one series, explicit VR little endian."""
    folder = tmp_path / "files"
    folder.mkdir()
    base = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    base.remove_private_tags()
    paths = []
    for number in range(5):
        base.SOPInstanceUID = base.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        base.InstanceNumber = number
        paths.append(folder / f"{number}.dcm")
        base.save_as(paths[-1], enforce_file_format=True)
    return paths


def stored(path: Path) -> FakeInstance:
    """What an archive holds of a file: its data set in explicit and in implicit VR."""
    data = dcmread(path)
    encodings = {EXPLICIT: encoded(data, EXPLICIT), IMPLICIT: encoded(data, IMPLICIT)}
    return FakeInstance(str(data.SOPClassUID), str(data.SOPInstanceUID), encodings)


def encoded(data: Dataset, syntax: str) -> bytes:
    """A data set in one of the uncompressed little endian syntaxes."""
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = syntax == IMPLICIT, True
    write_dataset(buffer, data)
    return buffer.getvalue()


def parsed(data: bytes, syntax: str) -> Dataset:
    """The data set of received bytes."""
    return read_dataset(io.BytesIO(data), is_implicit_VR=syntax == IMPLICIT, is_little_endian=True)


def same(held: FakeInstance, path: Path) -> bool:
    """Say whether an instance has the elements and values of a file."""
    (syntax, data), *_ = held.encodings.items()
    return content(parsed(data, syntax)) == content(dcmread(path))


def content(data: Dataset) -> Dataset:
    """A data set without file meta and without the padding that some tools leave out."""
    bare = Dataset(data)
    bare.pop("DataSetTrailingPadding", None)
    return bare


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Say whether somebody accepts connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
