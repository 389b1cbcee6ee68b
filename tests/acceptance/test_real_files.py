"""Every real file by the web and by the DICOM network: taken or refused with a reason, given back byte for byte, and shown."""

import shutil
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pydicom import dcmread
from tests.houses import open_house
from tests.unit.dicom.samples import DATA
from tests.webs import FAILED, FAILURE_REASON, OTHER_FAILURES, REFERENCED, STORED_FORM, Web, open_web, parts_of

from sixfold.archive.dimse.calling import Remotes
from sixfold.archive.dimse.provider import ArchiveProvider
from sixfold.archive.store.locate import totals
from sixfold.dicom import tags
from sixfold.dicom.part10 import parse_file_meta
from sixfold.dicom.scan import scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.dimse.client import Proposal, associate
from sixfold.dimse.fakes import FakeInstance
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import Remote
from sixfold.dimse.settings import DimseSettings
from sixfold.governance import Governance
from sixfold.kernel.database import Database

ROOT = DATA / "dicom"
PIXELS = frozenset({"7FE00008", "7FE00009", "7FE00010"})

NO_STUDY = "its study UID is missing"
NO_CLASS = "its SOP class UID is missing"

# Files that hold no storable object, with what the refusal says.
REFUSED = {
    "pydicom+pydicom-data/data_store/data/HTJ2KLossless_08_RGB.dcm": NO_STUDY,
    "pydicom+pydicom-data/data_store/data/HTJ2K_08_RGB.dcm": NO_STUDY,
    "pydicom+pydicom-data/data_store/data/JLSL_08_07_0_1F.dcm": NO_STUDY,
    "pydicom-pkg/charset_files/chrSQEncoding.dcm": NO_CLASS,
    "pydicom-pkg/charset_files/chrSQEncoding1.dcm": NO_CLASS,
    "pydicom-pkg/test_files/JPEGLSNearLossless_08.dcm": NO_STUDY,
    "pydicom-pkg/test_files/JPEGLSNearLossless_16.dcm": NO_STUDY,
    "pydicom-pkg/test_files/SC_rgb_jls_lossy_line.dcm": NO_STUDY,
    "pydicom-pkg/test_files/SC_rgb_jls_lossy_sample.dcm": NO_STUDY,
    "pydicom-pkg/test_files/UN_sequence.dcm": NO_CLASS,
    "pydicom-pkg/test_files/empty_charset_LEI.dcm": NO_CLASS,
    "pydicom-pkg/test_files/meta_missing_tsyntax.dcm": "the file names no transfer syntax and its data set fits none",
    "pydicom-pkg/test_files/nested_priv_SQ.dcm": NO_CLASS,
    "pydicom-pkg/test_files/no_meta.dcm": "no DICM prefix at byte 128, and the bytes are no data set",
    "pydicom-pkg/test_files/no_meta_group_length.dcm": NO_CLASS,
    "pydicom-pkg/test_files/priv_SQ.dcm": NO_CLASS,
}
# A DICOMDIR lists objects and is none (PS3.3 F.3): what the refusal says is for people.
DIRECTORY = "DICOMDIR"

# Images of which no picture can be made, with the reason: none of those that are taken.
NOT_SHOWN: dict[str, str] = {}


# What is shown as a document, though it holds no pixels: an encapsulated PDF, and the text of a report.
DOCUMENTS = ("application/pdf", "text/html")


def _names() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())


pytestmark = pytest.mark.skipif(not _names(), reason="the real files are not here")


@contextmanager
def _opened(folder: Path, template: Path) -> Iterator[Web]:
    """A client of an empty archive."""
    folder.mkdir(exist_ok=True)
    database = Database(f"sqlite:///{shutil.copyfile(template, folder / 'index.sqlite')}")
    house = open_house(folder, database)
    with open_web(house) as made:
        yield made
    house.archive.close()
    database.close()


@contextmanager
def _listening(web: Web) -> Iterator[int]:
    """The DICOM network of an archive; yields its port."""
    governance = Governance(web.house.database, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    provider = ArchiveProvider(web.house.archive, governance, "ARCHIVE", Remotes(governance, ssl.create_default_context()))
    with DimseServer(provider, DimseSettings(ae_titles=("ARCHIVE",)), [bind("127.0.0.1", 0)]) as server:
        yield server.address[1]
    governance.close()


class Shelf:
    """An archive that many files go to, and what it was given."""

    def __init__(self, web: Web, port: int) -> None:
        self.web = web
        self.port = port
        self.instances: set[str] = set()
        self.studies: dict[str, str] = {}

    def takes(self, sop_uid: str, study_uid: str, patient: str) -> bool:
        """Whether a file contradicts nothing that is here; from now on others must not contradict it."""
        if sop_uid in self.instances or self.studies.setdefault(study_uid, patient) != patient:
            return False
        self.instances.add(sop_uid)
        return True


class Shelves:
    """As few archives as there must be: several of the files share a SOP Instance UID, or are of one study and two patients."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self._template = template
        self._shelves: list[Shelf] = []
        self._open = ExitStack()

    def of(self, name: str) -> Shelf:
        """The archive for a file."""
        with warnings.catch_warnings(action="ignore"):  # some of the files are broken on purpose
            about = dcmread(ROOT / name, stop_before_pixels=True, force=True, specific_tags=list(_ABOUT))
            sop_uid, study_uid, *patient = (str(about.get(keyword, "")) for keyword in _ABOUT)
        known = sop_uid or name, study_uid or name, "|".join(patient)
        for shelf in self._shelves:
            if shelf.takes(*known):
                return shelf
        web = self._open.enter_context(_opened(self._folder / str(len(self._shelves)), self._template))
        shelf = Shelf(web, self._open.enter_context(_listening(web)))
        shelf.takes(*known)
        self._shelves.append(shelf)
        return shelf

    def close(self) -> None:
        """Close all of them."""
        self._open.close()


_ABOUT = ("SOPInstanceUID", "StudyInstanceUID", "PatientID", "IssuerOfPatientID")


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Shelves]:
    made = Shelves(tmp_path_factory.mktemp("shelves"), sqlite_template)
    yield made
    made.close()


@pytest.fixture
def shelf(shelves: Shelves, name: str) -> Shelf:
    """An archive for the file that the test is about."""
    return shelves.of(name)


@pytest.fixture
def web(tmp_path: Path, sqlite_template: Path) -> Iterator[Web]:
    """A client of an empty archive."""
    with _opened(tmp_path, sqlite_template) as made:
        yield made


def _count(web: Web) -> int:
    """How many instances there are, counted now."""
    return totals(web.house.database)["instances"]


def _data_set(file: bytes) -> bytes:
    meta = parse_file_meta(file)
    assert meta is not None
    return file[meta.data_set_offset :]


def _refusal(module: dict[str, Any]) -> tuple[int, str]:
    (item,) = (module.get(FAILED) or module[OTHER_FAILURES])["Value"]
    return item[FAILURE_REASON]["Value"][0], item["00000902"]["Value"][0]


@pytest.mark.parametrize("name", _names())
def test_a_real_file_is_given_back_as_it_came_or_refused_with_a_reason(shelf: Shelf, name: str) -> None:
    web, raw = shelf.web, (ROOT / name).read_bytes()
    before = _count(web)
    answer = web.stow(raw)
    if name in REFUSED or DIRECTORY in Path(name).name:
        assert answer.status_code == 409
        reason, comment = _refusal(answer.json())
        assert reason >= 0xA000 or reason < 0x0200
        assert comment == REFUSED.get(name, comment)
        assert _count(web) == before
        return
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()[REFERENCED]["Value"]
    path = item["00081190"]["Value"][0].removeprefix("http://testserver.local")
    (part,) = parts_of(web.get(path, STORED_FORM))
    assert _data_set(part.body) == _data_set(raw)
    (described,) = web.get(f"{path}/metadata", "application/dicom+json").json()
    assert described["00080018"]["Value"] == item["00081155"]["Value"]
    _check_pictures(web, path, name, shown=not PIXELS.isdisjoint(described))


@pytest.mark.parametrize("name", _names())
def test_a_real_file_that_is_sent_by_c_store_is_given_back_as_it_came(shelf: Shelf, name: str) -> None:
    if REFUSED.get(name, NO_STUDY) != NO_STUDY or DIRECTORY in Path(name).name:
        pytest.skip("it says not which SOP instance it is: nobody can send it by C-STORE")
    raw, before = (ROOT / name).read_bytes(), _count(shelf.web)
    meta, data = parse_file_meta(raw), _data_set(raw)
    assert meta is not None
    syntax = meta.transfer_syntax_uid
    found = scan(data, transfer_syntax(syntax), frozenset({tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID}), whole=True).values
    sop_class, sop_uid = (found[tag].rstrip(b"\0 ").decode() for tag in (tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID))
    with associate(Remote("ARCHIVE", "127.0.0.1", shelf.port), [Proposal(sop_class, (syntax,))]) as modality:
        (outcome,) = modality.store([FakeInstance(sop_class, sop_uid, {syntax: data})])
    if name in REFUSED:
        assert outcome.status >= 0xA000
        assert _count(shelf.web) == before
        return
    assert outcome.status == 0, outcome.comment
    archive = shelf.web.house.archive
    (instance,) = archive.reader.locate_all([sop_uid])
    assert b"".join(archive.reader.data_set(instance)) == data


def _check_pictures(web: Web, path: str, name: str, *, shown: bool) -> None:
    """Whatever has pixels has pictures; the rest is a document, or says clearly that it is no image."""
    for what in ("rendered", "thumbnail"):
        answer = web.get(f"{path}/{what}")
        if shown and name not in NOT_SHOWN:
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].partition("/")[0] in ("image", "video")
        elif answer.status_code != 200 or answer.headers["content-type"].partition(";")[0] not in DOCUMENTS:
            assert 400 <= answer.status_code < 500
            assert answer.json()["detail"]


def test_S1_of_two_encodings_of_one_image_the_first_stays(web: Web) -> None:
    first, second = (ROOT / "pydicom-pkg/test_files" / name for name in ("MR_small.dcm", "MR_small_RLE.dcm"))
    if not first.exists() or not second.exists():
        pytest.skip("the two files are not here")
    assert web.stow(first.read_bytes()).status_code == 200
    answer = web.stow(second.read_bytes())
    assert answer.status_code == 202
    (item,) = answer.json()[REFERENCED]["Value"]
    path = item["00081190"]["Value"][0].removeprefix("http://testserver.local")
    (part,) = parts_of(web.get(path, STORED_FORM))
    assert _data_set(part.body) == _data_set(first.read_bytes())
