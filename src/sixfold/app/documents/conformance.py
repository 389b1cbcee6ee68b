"""The DICOM conformance statement (PS3.2): prose from the template beside this file, tables from what the code goes by."""

import dataclasses
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from sixfold.app.documents import conformance_web as web
from sixfold.app.documents.markdown import MADE, table
from sixfold.archive import rules
from sixfold.archive.dimse.find import LEVELS, MOST
from sixfold.archive.service.commitments import MOST_WAITING
from sixfold.archive.service.search.translate import ANSWERED
from sixfold.archive.store.search.fields import FIELDS, Level
from sixfold.dicom import charset, iso2022, tags
from sixfold.dicom.codecs.table import DECODABLE, ENCODABLE
from sixfold.dicom.dictionary import keyword_of, tag_text, vr_of
from sixfold.dicom.matching import RANGE_VRS, WILDCARD_VRS
from sixfold.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from sixfold.dicom.uids import ALL_TRANSFER_SYNTAXES, STORAGE_CLASSES, sop_class_name, transfer_syntax
from sixfold.dimse import status
from sixfold.dimse.client import commitment
from sixfold.dimse.instances import MAX_CONTEXTS
from sixfold.dimse.negotiation import Support
from sixfold.dimse.scp.connection import CALLED_AE_UNKNOWN, LOCAL_LIMIT_EXCEEDED, TEMPORARY_CONGESTION
from sixfold.dimse.scp.offer import SOP_CLASSES
from sixfold.dimse.settings import DimseSettings
from sixfold.governance.model import CALLING_AE_NOT_RECOGNISED
from sixfold.kernel.settings import PREFIX, Settings

TEMPLATE: Final = Path(__file__).with_name("conformance.md")
_PLACE = re.compile(r"\{\{ ([a-z_]+) \}\}")
_OPTIONS = {"relational": "relational", "date_time": "combined date-time", "fuzzy": "fuzzy names", "timezone": "timezone"}
_TAGS = {
    Level.PATIENT: rules.PATIENT_TAGS,
    Level.STUDY: rules.STUDY_TAGS | {tags.MODALITIES_IN_STUDY, tags.SOP_CLASSES_IN_STUDY},
    Level.SERIES: rules.SERIES_TAGS,
    Level.INSTANCE: rules.INSTANCE_TAGS,
}
_LEVEL_NAMES = {level: "IMAGE" if level is Level.INSTANCE else level.name for level in Level}
_UNIQUE = {tags.PATIENT_ID, tags.STUDY_INSTANCE_UID, tags.SERIES_INSTANCE_UID, tags.SOP_INSTANCE_UID}
_SET_FOR_AE = ("ae", "dimse", "dimse_processes", "max_associations", "dimse_tls_certificate", "dimse_tls_clients")


def conformance_page() -> str:
    """The statement; raises `KeyError` for a table that is unknown, `ValueError` for one that the template leaves out."""
    template = TEMPLATE.read_text("utf-8")
    if unused := _TABLES.keys() - set(_PLACE.findall(template)):
        raise ValueError(f"the template has no place for {', '.join(sorted(unused))}")
    return _PLACE.sub(lambda place: _TABLES[place[1]]().rstrip("\n"), template.replace("{{ made }}", MADE.strip()))


def _attribute(tag: int) -> tuple[str, str]:
    text = tag_text(tag)
    return f"({text[:4]},{text[4:]})", keyword_of(tag) or ""


def _own_settings() -> str:
    by_name = {item.name: item.metadata for item in dataclasses.fields(Settings)}
    rows = [(f"`{PREFIX}{name.upper()}`", by_name[name]["default"] or "(empty)", by_name[name]["help"]) for name in _SET_FOR_AE]
    return table(("setting", "default", "meaning"), rows)


def _association() -> str:
    told = DimseSettings()
    return table(
        ("parameter", "value"),
        [
            ("Application context", "1.2.840.10008.3.1.1.1"),
            ("Implementation Class UID", IMPLEMENTATION_CLASS_UID),
            ("Implementation Version Name", IMPLEMENTATION_VERSION_NAME),
            ("Maximum PDU length that we ask for", f"{told.max_pdu} bytes"),
            ("Maximum PDU length that we send", "what the peer asks for"),
            (
                "Asynchronous operations window",
                f"at most {told.async_window} invoked and performed, when the requestor proposes one",
            ),
            ("ARTIM timer (PS3.8 9.1.5)", f"{told.artim:g} s"),
            ("Idle association", f"aborted after {told.idle_timeout:g} s without a message"),
            ("Stalled peer", f"aborted after {told.network_timeout:g} s within a message"),
            ("Connecting to a peer", f"given up after {told.connect_timeout:g} s"),
            ("Longest identifier or action information", f"{told.max_identifier} bytes"),
            ("Presentation contexts that we propose", f"at most {MAX_CONTEXTS} in an association"),
        ],
    )


def _rejections() -> str:
    rows = {
        (1, 1, 2): "the application context is not DICOM's",
        (1, 2, 2): "the protocol version is not 1",
        CALLED_AE_UNKNOWN: "the called AE title is not ours",
        (1, 1, CALLING_AE_NOT_RECOGNISED): "no rule admits the calling AE title from its address, or with its certificate",
        LOCAL_LIMIT_EXCEEDED: "as many associations are open as the setting allows",
        TEMPORARY_CONGESTION: "who calls cannot be decided at this moment, as when the database is away",
    }
    return table(("result", "source", "reason", "when"), ((*map(str, codes), when) for codes, when in rows.items()))


def _provided() -> str:
    rows = [(sop_class_name(uid), uid, _syntaxes(one.transfer_syntaxes), _options(one)) for uid, one in SOP_CLASSES.items()]
    return table(("SOP class", "UID", "transfer syntaxes", "extended negotiation"), rows)


def _used() -> str:
    uid, syntaxes = commitment.PROPOSAL
    rows = [
        ("every SOP class that is stored", "", "SCU", "as stored, and those it can be brought to", "sub-operations of C-MOVE"),
        (sop_class_name(uid), uid, "SCP, by role selection", _syntaxes(syntaxes), "results by N-EVENT-REPORT"),
    ]
    return table(("SOP class", "UID", "our role", "transfer syntaxes", "for"), rows)


def _syntaxes(uids: Iterable[str]) -> str:
    return ", ".join(transfer_syntax(uid).name for uid in uids)


def _options(support: Support) -> str:
    return ", ".join(words for name, words in _OPTIONS.items() if getattr(support.options, name)) or "none"


def _transfer_syntaxes() -> str:
    listed = {one.uid: one for one in ALL_TRANSFER_SYNTAXES}
    others = {uid: transfer_syntax(uid) for uid in sorted(DECODABLE.keys() - listed.keys())}
    rows = [
        (one.name, uid, _yes(uid in DECODABLE), _yes(uid in ENCODABLE and not one.deflated))
        for uid, one in (listed | others).items()
    ]
    return table(("transfer syntax", "UID", "decoded", "encoded"), rows)


def _yes(holds: bool) -> str:
    return "yes" if holds else ""


def _query_levels() -> str:
    return table(
        ("information model", "UID", "levels"),
        ((sop_class_name(uid), uid, ", ".join(levels)) for uid, levels in LEVELS.items() if uid in SOP_CLASSES),
    )


def _query_attributes() -> str:
    return "\n".join(f"**{_LEVEL_NAMES[level]} level**\n\n{_level(level)}" for level in Level)


def _level(level: Level) -> str:
    head = ("tag", "attribute", "VR", "key", "matching", "compared in")
    return table(head, (_key(tag, vr_of(tag)) for tag in sorted(_TAGS[level])))


def _key(tag: int, vr: str) -> tuple[str, ...]:
    return *_attribute(tag), vr, "unique" if tag in _UNIQUE else "", _matching(vr), "index" if tag in FIELDS else "attributes"


def _matching(vr: str) -> str:
    if vr == "SQ":
        return "sequence"
    if vr == "UI":
        return "single value, list of UID"
    if vr == "PN":
        return "single value, wildcard, fuzzy"
    if vr in RANGE_VRS:
        return "single value, range"
    return "single value, wildcard" if vr in WILDCARD_VRS else "single value"


def _answered() -> str:
    return table(("tag", "attribute"), map(_attribute, sorted(ANSWERED)))


def _statuses() -> str:
    return table(
        ("status", "type", "meaning", "clause"),
        ((f"{code:04X}", one.category.value, one.text, one.clause) for code, one in sorted(status.MEANINGS.items())),
    )


def _commitment_reasons() -> str:
    when = {
        status.NO_SUCH_INSTANCE: "the instance is not here, or is rejected",
        status.CLASS_INSTANCE_CONFLICT: "the instance here is of another SOP class",
        status.PROCESSING_FAILURE: "its bytes could not be read, or do not have the digest with which they came",
    }
    rows = [(f"{code:04X}", status.MEANINGS[code].text, words) for code, words in when.items()]
    return table(("Failure Reason (0008,1197)", "meaning", "when"), rows)


def _character_sets() -> str:
    alone = ("ISO_IR 6", *(f"ISO_IR {number}" for number in iso2022.SETS), charset.UTF_8, "GB18030", "GBK")
    terms = [term for term in dict.fromkeys(alone) if charset.charsets_of(term.encode()) in ((term,), _default_of(term))]
    extended = [f"ISO 2022 IR {number}" for number in iso2022.SETS]
    rows = [("without code extension", ", ".join(terms)), ("with code extension (ISO 2022)", ", ".join(extended))]
    return table(("use", "defined terms of (0008,0005)"), rows)


def _default_of(term: str) -> tuple[str, ...] | None:
    return charset.DEFAULT if term == "ISO_IR 6" else None


def _storage_classes() -> str:
    return table(("SOP class", "UID"), ((name, uid) for uid, name in sorted(STORAGE_CLASSES.items(), key=_by_number)))


def _by_number(item: tuple[str, str]) -> list[int]:
    return [int(part) for part in item[0].split(".")]


_TABLES: Final[dict[str, Callable[[], str]]] = {
    "ae_settings": _own_settings,
    "association": _association,
    "rejections": _rejections,
    "provided": _provided,
    "used": _used,
    "transfer_syntaxes": _transfer_syntaxes,
    "query_levels": _query_levels,
    "query_attributes": _query_attributes,
    "answered": _answered,
    "most_matches": lambda: f"{MOST:,}",
    "statuses": _statuses,
    "commitment_reasons": _commitment_reasons,
    "commitment_days": lambda: str(rules.COMMITMENT_LIFE.days),
    "commitment_most": lambda: f"{MOST_WAITING:,}",
    "character_sets": _character_sets,
    "storage_classes": _storage_classes,
    **web.TABLES,
}
