"""C-GET and C-MOVE: which instances an identifier names, and their data sets (PS3.4 C.4.2, C.4.3)."""

from dataclasses import dataclass

from sixfold.archive.model import Located
from sixfold.archive.service.reader import Reader
from sixfold.archive.service.transcoding import Transcoding
from sixfold.dicom import tags
from sixfold.dicom.charset import charsets_of, decode
from sixfold.dicom.scan import Scan, scan
from sixfold.dicom.uids import transfer_syntax
from sixfold.dimse.services import DataSetStream, DimseFailure
from sixfold.dimse.status import DOES_NOT_MATCH_SOP_CLASS

_IDENTIFIER_TAGS = frozenset(
    {
        tags.SPECIFIC_CHARACTER_SET,
        tags.QUERY_RETRIEVE_LEVEL,
        tags.PATIENT_ID,
        tags.ISSUER_OF_PATIENT_ID,
        tags.STUDY_INSTANCE_UID,
        tags.SERIES_INSTANCE_UID,
        tags.SOP_INSTANCE_UID,
    }
)
_LEVEL_KEYS = {
    "PATIENT": tags.PATIENT_ID,
    "STUDY": tags.STUDY_INSTANCE_UID,
    "SERIES": tags.SERIES_INSTANCE_UID,
    "IMAGE": tags.SOP_INSTANCE_UID,
}


@dataclass(frozen=True, slots=True)
class Sendable:
    """One instance as the DICOM network sends it."""

    instance: Located
    reader: Reader
    transcoding: Transcoding

    @property
    def sop_class_uid(self) -> str:
        """SOP Class UID."""
        return self.instance.sop_class

    @property
    def sop_instance_uid(self) -> str:
        """SOP Instance UID."""
        return self.instance.sop_uid

    @property
    def transfer_syntaxes(self) -> tuple[str, ...]:
        """As stored, then those it can be brought to without loss."""
        return self.instance.transfer_syntax, *self.transcoding.targets(self.instance)

    def open(self, syntax: str) -> DataSetStream:
        """The data set, byte for byte as received when the syntax is its own."""
        if syntax == self.instance.transfer_syntax:
            place = self.instance.place
            return DataSetStream(place.length - place.data_offset, self.reader.data_set(self.instance))
        return DataSetStream(None, self.transcoding.data_set(self.instance, syntax))


def named(reader: Reader, identifier: bytes, syntax_uid: str) -> list[Located]:
    """The instances that a retrieve identifier names by the unique key of its level, or by those above; in order."""
    keys = scan(identifier, transfer_syntax(syntax_uid), _IDENTIFIER_TAGS, whole=True)
    level = "".join(_values(keys, tags.QUERY_RETRIEVE_LEVEL))
    if level not in _LEVEL_KEYS:
        raise DimseFailure(DOES_NOT_MATCH_SOP_CLASS, f"query/retrieve level '{level[:16]}' is none")
    if not _values(keys, _LEVEL_KEYS[level]):
        raise DimseFailure(DOES_NOT_MATCH_SOP_CLASS, f"the unique key of level {level} is missing")
    depth = list(_LEVEL_KEYS).index(level)
    given = [_values(keys, tag) if rank <= depth else [] for rank, tag in enumerate(_LEVEL_KEYS.values())]
    return reader.locate_by_keys(*given, issuers=_values(keys, tags.ISSUER_OF_PATIENT_ID))


def _values(keys: Scan, tag: int) -> list[str]:
    raw = keys.values.get(tag, b"").strip(b"\0 ")
    charsets = charsets_of(keys.values.get(tags.SPECIFIC_CHARACTER_SET, b""))
    text = decode(raw, charsets, "UI" if tag not in (tags.PATIENT_ID, tags.ISSUER_OF_PATIENT_ID) else "LO")
    return [part for value in text.split("\\") if (part := value.strip(" \0"))]
