"""What another system asks us to show."""

from typing import Literal

import msgspec

from sixfold.kernel.errors import InvalidInput


class BadLaunch(InvalidInput):
    """The address says too little, or what no study and no patient can be named by."""


class Launch(msgspec.Struct, frozen=True):
    """Studies by their UIDs or accession numbers, or a patient by an ID and who issued it, narrowed for those of a patient.

    `latest` is how many of the newest studies are wanted, 0 for all; days are DICOM DA; `name` and `birth_date` are what the
    other system knows of the patient, by which a reader sees that it is the right one.
    """

    kind: Literal["study", "patient"]
    studies: tuple[str, ...] = ()
    accessions: tuple[str, ...] = ()
    patient_id: str = ""
    issuer: str = ""
    latest: int = 0
    since: str = ""
    until: str = ""
    modalities: tuple[str, ...] = ()
    name: str = ""
    birth_date: str = ""
