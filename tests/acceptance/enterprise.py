"""A house beside another Sixfold, with a patient whose studies stand in both, for the pages over every archive."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from tests import peers
from tests.acceptance.running import Running, free_port, running, send
from tests.samples import ct

ROOT = "1.2.826.0.1.3680043.10.1475.97"
ANNA = {"PatientID": "7", "IssuerOfPatientID": "CITY", "PatientName": "Berg^Anna", "PatientBirthDate": "19500312"}
OTHER = {"PatientID": "7", "IssuerOfPatientID": "NORTH", "PatientName": "Lund^Olaf", "PatientBirthDate": "19810720"}
OURS: list[dict[str, Any]] = [
    {**ANNA, "StudyDate": "20260301", "Modality": "CT", "StudyDescription": "CT Thorax", "AccessionNumber": "A100"},
    {**ANNA, "StudyDate": "20250110", "Modality": "CR", "StudyDescription": "Chest PA", "AccessionNumber": "A101"},
    {**ANNA, "StudyDate": "20240202", "Modality": "MR", "StudyDescription": "MR Knee left", "AccessionNumber": "A102"},
]
"""What our own archive holds: studies 1, 2 and 3."""
THEIRS: list[dict[str, Any]] = [
    {**ANNA, "StudyDate": "20240601", "Modality": "CT", "StudyDescription": "CT Chest", "AccessionNumber": "N200"},
    {**ANNA, "StudyDate": "20250110", "Modality": "XC", "StudyDescription": "Wound of the forearm", "AccessionNumber": "N201"},
    {**OTHER, "StudyDate": "20230505", "Modality": "CR", "StudyDescription": "Hand", "AccessionNumber": "A100"},
    {**OURS[2], "PatientBirthDate": "19500313"},
]
"""What the other one holds: studies 11, 12 and 13, and a copy of our third with another birth date."""


def images(study: str, told: dict[str, Any], count: int) -> list[Dataset]:
    """A study of one series."""
    named = {"StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", "SpecificCharacterSet": "ISO_IR 100"}
    return [
        ct(**named, **told, SOPInstanceUID=f"{study}.1.{number}", InstanceNumber=str(number)) for number in range(1, count + 1)
    ]


def uid(number: int) -> str:
    """The UID of a study."""
    return f"{ROOT}.{number}"


@contextmanager
def enterprise_of_two(folder: Path) -> Iterator[tuple[Running, dict[str, str]]]:
    """The house, and what its browser tests are told of it: addresses and tokens; a third archive is known and dead."""
    ours = [one for number, told in enumerate(OURS, 1) for one in images(uid(number), told, 2)]
    numbers = (11, 12, 13, 3)
    theirs = [one for number, told in zip(numbers, THEIRS, strict=True) for one in images(uid(number), told, 3)]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        (folder / "north").mkdir()
        starting = peers.sixfold(folder / "north", theirs)
        north = pool.submit(stack.enter_context, starting)
        it = stack.enter_context(running(folder / "house", SIXFOLD_DEMO="0", SIXFOLD_WEB_PROCESSES="1"))
        assert set(send(it.dimse_port, *ours)) == {0}
        told = north.result()
        yield (
            it,
            {
                "SIXFOLD_URL": it.url,
                "SIXFOLD_TOKEN": it.command("token", "browser", "--role", "administrator"),
                "SIXFOLD_NORTH": told.url,
                "SIXFOLD_NORTH_TOKEN": told.token,
                "SIXFOLD_DEAD": f"http://127.0.0.1:{free_port()}/dicom-web",
            },
        )
