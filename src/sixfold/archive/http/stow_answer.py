"""The Store Instances Response module (PS3.18 I.2) and the status that goes with it (PS3.18 10.5.3)."""

from collections.abc import Sequence
from typing import Any

import orjson

from sixfold.archive.http.negotiation import DICOM_JSON, DICOM_XML, JSON, MediaType, Offer, choose
from sixfold.archive.http.sending import Whole
from sixfold.archive.model import Outcome, Verdict
from sixfold.archive.service.metadata import DICOMWEB
from sixfold.archive.service.receiving import OUT_OF_RESOURCES, Fate
from sixfold.dicom.xml import native_xml
from sixfold.kernel.errors import InvalidInput

Attributes = dict[str, Any]

# Warning Reason (0008,1196), PS3.18 table I.2-1: B000 is coercion of data elements; here the object as a whole is kept
# aside, which no code of the table says better. The table lets others be used: 0111 is Duplicate SOP Instance (PS3.7 C.5.6),
# said of an object that is kept already with the same bytes. The text says what happened.
DUPLICATE = 0x0111
KEPT_ASIDE = 0xB000
_HERE_ALREADY = "it is here already, with the same content"
_HIDDEN = "it is here already, but rejected: hidden until it is restored"

OFFERED = (Offer(DICOM_JSON), Offer(JSON), Offer(DICOM_XML))
_LONGEST_COMMENT = 64  # LO
_RETRY_AFTER = "10"


class NothingSent(InvalidInput):
    """The request holds no instance."""


def choose_form(accepted: Sequence[MediaType]) -> str:
    """The media type of the answer; raises `NotAcceptable`, before anything is stored."""
    return choose(accepted, OFFERED).offer.name


def answer(fates: Sequence[Fate], form: str, base_url: str) -> Whole:
    """The answer to a store request, each part of which has met its fate; raises `NothingSent`."""
    if not fates:
        raise NothingSent("the body has no part")
    stored = [fate for fate in fates if fate.outcome is not None]
    failed = [fate for fate in fates if fate.outcome is None]
    warned = any(fate.outcome and _warning_of(fate.outcome) for fate in stored)
    status = _status(stored, failed, warned=warned)
    headers = {"Content-Type": form, "Cache-Control": "no-store"}
    if failed or warned:
        headers["Warning"] = f'299 sixfold "{_texts(fates)}"'
    if status == 503:
        headers["Retry-After"] = _RETRY_AFTER
    module = _module(stored, failed, base_url)
    return Whole(native_xml(module) if form == DICOM_XML else orjson.dumps(module), headers, status)


def _status(stored: Sequence[Fate], failed: Sequence[Fate], *, warned: bool) -> int:
    """PS3.18 table 10.5.3-1: 200 says that nothing is to be told of any instance, 202 that some bear a warning or failed.

    503 when a later attempt may succeed, since nothing but room was wanting.
    """
    if not failed:
        return 202 if warned else 200
    if stored:
        return 202
    return 503 if all(fate.reason == OUT_OF_RESOURCES for fate in failed) else 409


def _module(stored: Sequence[Fate], failed: Sequence[Fate], base_url: str) -> Attributes:
    """PS3.18 table I.1-1; a sequence without items is left out."""
    root = f"{base_url}{DICOMWEB}"
    studies = {fate.outcome.study_uid for fate in stored if fate.outcome is not None}
    module: Attributes = {}
    if len(studies) == 1:
        module["00081190"] = {"vr": "UR", "Value": [f"{root}/studies/{studies.pop()}"]}
    sequences = {
        "00081198": [_failure(fate) for fate in failed if fate.sop_uid],
        "00081199": [_referenced(fate, root) for fate in stored],
        "0008119A": [_failure(fate) for fate in failed if not fate.sop_uid],
    }
    return module | {tag: {"vr": "SQ", "Value": items} for tag, items in sequences.items() if items}


def _failure(fate: Fate) -> Attributes:
    reason = {"00081197": {"vr": "US", "Value": [fate.reason]}}
    return _comment(fate.text) | (_reference(fate) if fate.sop_uid else {}) | reason


def _referenced(fate: Fate, root: str) -> Attributes:
    outcome = fate.outcome
    assert outcome is not None
    path = f"studies/{outcome.study_uid}/series/{outcome.series_uid}/instances/{outcome.sop_uid}"
    # PS3.18 table I.1-2: the Retrieve URL is empty (type 2) where nothing can be retrieved.
    where = {"vr": "UR"} if outcome.hidden else {"vr": "UR", "Value": [f"{root}/{path}"]}
    item = _reference(fate) | {"00081190": where}
    warning = _warning_of(outcome)
    if warning is None:
        return item
    reason, text = warning
    return _comment(text) | item | {"00081196": {"vr": "US", "Value": [reason]}}


def _warning_of(outcome: Outcome) -> tuple[int, str] | None:
    """The Warning Reason and its words; an outcome has a reason when the object, now or when it first came, was kept aside."""
    if outcome.reason:
        return KEPT_ASIDE, outcome.reason
    if outcome.verdict is not Verdict.DUPLICATE:
        return None
    return DUPLICATE, _HIDDEN if outcome.hidden else _HERE_ALREADY


def _reference(fate: Fate) -> Attributes:
    return {
        "00081150": {"vr": "UI", "Value": [fate.sop_class]},
        "00081155": {"vr": "UI", "Value": [fate.sop_uid]},
    }


def _comment(words: str) -> Attributes:
    """Error Comment (0000,0902), as C-STORE has it: the reason in words, which the module has no attribute for."""
    text = words[:_LONGEST_COMMENT].replace("\\", "/")
    return {"00000902": {"vr": "LO", "Value": [text]}} if text else {}


def _texts(fates: Sequence[Fate]) -> str:
    """What went otherwise than asked for, each thing once, as the text of a Warning field."""
    warnings = [_warning_of(fate.outcome) if fate.outcome else (fate.reason, fate.text) for fate in fates]
    texts = dict.fromkeys(warning[1] for warning in warnings if warning)
    return "; ".join(list(texts)[:3]).replace('"', "'").replace("\\", "/").encode("ascii", "replace").decode()[:400]
