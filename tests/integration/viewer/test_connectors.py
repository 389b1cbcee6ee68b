"""One contract for every connector: our own archive, the fake, another Sixfold, Orthanc and DCMTK, by DICOMweb and DIMSE."""

import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage
from tests import peers
from tests.conftest import make_tables
from tests.houses import open_house
from tests.samples import ct
from tests.unit.viewer.rows import row, study

from sixfold.archive.store.search.sight import EVERYTHING
from sixfold.kernel.database import Database
from sixfold.viewer.model.federation import Anonymous, Bearer, Dicomweb, Dimse, Filters, Found, Question
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.asking import listed, question_of
from sixfold.viewer.service.federation.connectors import Caller, Connector
from sixfold.viewer.service.federation.connectors.dicomweb import DicomwebConnector
from sixfold.viewer.service.federation.connectors.dimse import DimseConnector
from sixfold.viewer.service.federation.connectors.fake import FakeArchive
from sixfold.viewer.service.federation.connectors.own import OwnArchive

CHEST, KNEE, HEAD, FOOT = (f"1.2.826.0.1.3680043.10.1475.99.{number}" for number in range(1, 5))
ISSUER = "ASSUMED"
CALLER = Caller("SIXFOLD-T", ssl.create_default_context)
KINDS = ("fake", "own", "sixfold-dicomweb", "sixfold-dimse", "orthanc-dicomweb", "orthanc-dimse", "dcmqrscp-dimse")


def collection() -> list[Dataset]:
    """Four studies of three patients whose numbers begin alike."""
    chest = {"StudyInstanceUID": CHEST, "PatientID": "12", "StudyDate": "20260301", "AccessionNumber": "A1"}
    knee = {"StudyInstanceUID": KNEE, "PatientID": "123", "PatientName": "Doe^John", "StudyDate": "20250101"}
    head = {"StudyInstanceUID": HEAD, "PatientID": "12", "StudyDate": "20240101", "AccessionNumber": "A3"}
    foot = {"StudyInstanceUID": FOOT, "PatientID": "9", "PatientName": "Yamada^Tarou=山田^太郎", "StudyDate": "20230101"}
    magnetic = {"SOPClassUID": MRImageStorage, "Modality": "MR"}
    return [
        ct(**chest, SeriesInstanceUID=f"{CHEST}.1", SOPInstanceUID=f"{CHEST}.1.1"),
        ct(**chest, SeriesInstanceUID=f"{CHEST}.1", SOPInstanceUID=f"{CHEST}.1.2", InstanceNumber="2"),
        ct(**chest, SeriesInstanceUID=f"{CHEST}.2", SOPInstanceUID=f"{CHEST}.2.1", SeriesNumber="2"),
        ct(**knee, **magnetic, AccessionNumber="A2", SpecificCharacterSet=None),
        ct(**head),
        ct(**foot, SpecificCharacterSet="ISO_IR 192", AccessionNumber="A4", **magnetic),
    ]


def fake() -> FakeArchive:
    """The same as rows."""
    told = [
        study(CHEST, PatientID="12", PatientName="Weiß^Änne", NumberOfStudyRelatedInstances=3),
        study(KNEE, PatientID="123", PatientName="Doe^John", StudyDate="20250101", ModalitiesInStudy=["MR"],
              AccessionNumber="A2"),
        study(HEAD, PatientID="12", PatientName="Weiß^Änne", StudyDate="20240101", AccessionNumber="A3"),
        study(FOOT, PatientID="9", StudyDate="20230101", ModalitiesInStudy=["MR"], AccessionNumber="A4",
              PatientName={"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎"}),
    ]  # fmt: skip
    for one in told:
        one.pop("00100021")
    series = [row(SeriesInstanceUID=f"{CHEST}.{number}", Modality="CT", SeriesNumber=number) for number in (1, 2)]
    pictures = [row(SeriesInstanceUID=f"{CHEST}.1", SOPInstanceUID=f"{CHEST}.1.{number}") for number in (1, 2)]
    return FakeArchive({"STUDY": told, "SERIES": series, "IMAGE": pictures}, issuer=ISSUER)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Started"]:
    """Peers, each started when it is first asked for."""
    with ExitStack() as stack:
        yield Started(tmp_path_factory.mktemp("peers"), stack)


class Started:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._made: dict[str, peers.Peer] = {}

    def peer(self, name: str) -> peers.Peer:
        if name not in self._made:
            folder = self._folder / name
            folder.mkdir()
            self._made[name] = self._stack.enter_context(getattr(peers, name)(folder, collection()))
        return self._made[name]

    def connector(self, kind: str) -> Connector:
        name, _, network = kind.partition("-")
        if name == "fake":
            return fake()
        if name == "own":
            return self._own()
        peer = self.peer(name)
        if network == "dimse":
            return DimseConnector(Dimse(peer.ae_title, "127.0.0.1", peer.dimse), ISSUER, CALLER)
        credential = Bearer(peer.token) if peer.token else Anonymous()
        return DicomwebConnector(Dicomweb(peer.url), ISSUER, credential)

    def _own(self) -> Connector:
        url = f"sqlite:///{self._folder}/{time.time_ns()}.sqlite"
        make_tables(url)
        database = self._stack.enter_context(closing(Database(url)))
        house = open_house(self._folder / "own", database)
        self._stack.callback(house.archive.close)
        for data in collection():
            house.store(data)
        return OwnArchive(database, "SIXFOLD").seen_with(EVERYTHING)


@pytest.fixture(params=KINDS, scope="module")
def connector(request: pytest.FixtureRequest, started: Started) -> Iterator[Connector]:
    with closing(started.connector(request.param)) as made:
        yield made


def ask(connector: Connector, question: Question, limit: int = 100) -> Found:
    return connector.search(question, limit, time.monotonic() + 20)


def studies(connector: Connector, *pairs: tuple[str, str]) -> list[str]:
    return uids(ask(connector, question_of("STUDY", pairs)), 0x0020000D)


def uids(found: Found, tag: int) -> list[str]:
    return sorted(reading.text(one, tag) for one in found.rows)


def test_it_answers(connector: Connector) -> None:
    connector.probe(time.monotonic() + 10)


def test_everything_is_found_and_told(connector: Connector) -> None:
    found = ask(connector, question_of("STUDY", []))
    assert uids(found, 0x0020000D) == [CHEST, KNEE, HEAD, FOOT]
    assert not found.more
    told = {reading.text(one, 0x0020000D): one for one in found.rows}
    assert reading.text(told[CHEST], 0x00100010) == "Weiß^Änne"
    assert reading.text(told[FOOT], 0x00100010).startswith("Yamada^Tarou=山田^太郎")
    assert reading.text(told[CHEST], 0x00080050) == "A1"
    assert reading.text(told[CHEST], 0x00080020) == "20260301"


def test_a_number_is_that_number_and_no_longer_one(connector: Connector) -> None:
    assert studies(connector, ("PatientID", "12")) == [CHEST, HEAD]
    assert studies(connector, ("PatientID", "1")) == []
    assert studies(connector, ("PatientID", "12*")) == [CHEST, KNEE, HEAD]


def test_dates_names_and_accession_numbers(connector: Connector) -> None:
    assert studies(connector, ("StudyDate", "20240101-20251231")) == [KNEE, HEAD]
    assert studies(connector, ("StudyDate", "-20231231")) == [FOOT]
    assert studies(connector, ("PatientName", "Doe^J*")) == [KNEE]
    assert studies(connector, ("AccessionNumber", "A3")) == [HEAD]
    assert studies(connector, ("AccessionNumber", "A1\\A3")) == [CHEST, HEAD]
    assert studies(connector, ("StudyInstanceUID", f"{CHEST},{FOOT}")) == [CHEST, FOOT]


def test_one_of_several_modalities(connector: Connector) -> None:
    found = ask(connector, question_of("STUDY", [("ModalitiesInStudy", "MR,US")]))
    if not found.untold:
        assert uids(found, 0x0020000D) == [KNEE, FOOT]
    assert set(uids(found, 0x0020000D)) <= {KNEE, FOOT}


def test_what_it_does_not_know_matches_nothing(connector: Connector) -> None:
    found = ask(connector, question_of("STUDY", [("NameOfPhysiciansReadingStudy", "Nobody")]))
    assert found.rows == ()


def test_the_issuer_is_known_and_compared(connector: Connector, request: pytest.FixtureRequest) -> None:
    if request.node.callspec.params["connector"] == "own":
        pytest.skip("our own archive says nothing that its objects do not say")
    assert studies(connector, ("PatientID", "12"), ("IssuerOfPatientID", ISSUER)) == [CHEST, HEAD]
    assert studies(connector, ("PatientID", "12"), ("IssuerOfPatientID", "OTHER")) == []
    assert uids(ask(connector, listed(Filters(patient=f"{ISSUER}|12"))), 0x0020000D) == [CHEST, HEAD]


def test_words_of_the_list(connector: Connector) -> None:
    assert uids(ask(connector, listed(Filters(q="doe"))), 0x0020000D) == [KNEE]
    assert uids(ask(connector, listed(Filters(q="Doe 123"))), 0x0020000D) == [KNEE]
    assert uids(ask(connector, listed(Filters(q="A3"))), 0x0020000D) == [HEAD]
    assert uids(ask(connector, listed(Filters(q="oe"))), 0x0020000D) == []


def test_no_more_than_are_wanted(connector: Connector) -> None:
    found = ask(connector, question_of("STUDY", []), 2)
    assert (len(found.rows), found.more) == (2, True)
    assert not ask(connector, question_of("STUDY", []), 4).more


def test_series_of_a_study_and_instances_of_a_series(connector: Connector) -> None:
    series = ask(connector, question_of("SERIES", [], CHEST))
    assert uids(series, 0x0020000E) == [f"{CHEST}.1", f"{CHEST}.2"]
    assert {reading.text(one, 0x0020000D) for one in series.rows} == {CHEST}
    assert {reading.text(one, 0x00080060) for one in series.rows} == {"CT"}
    instances = ask(connector, question_of("IMAGE", [], CHEST, f"{CHEST}.1"))
    assert uids(instances, 0x00080018) == [f"{CHEST}.1.1", f"{CHEST}.1.2"]
    assert ask(connector, question_of("SERIES", [("Modality", "MR")], CHEST)).rows == ()
