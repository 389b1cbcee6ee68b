"""Reading an address by which another system has a study or a patient shown: IHE Invoke Image Display (RAD TF-2, 4.106).

What the standard has and we do not need (`viewerType`, `diagnosticQuality`, `keyImagesOnly`, and what we do not know) is passed
over, as it says; what would name something else than was meant is refused.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from sixfold.dicom.uids import valid_uid
from sixfold.viewer.model.launch import BadLaunch, Launch

MOST_PARAMETERS: Final = 50
MOST_NAMED: Final = 50
_LONGEST: Final = 64
_LONGEST_NAME: Final = 324
_MOST_RECENT: Final = 1_000
_WILD = re.compile(r"[*?\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MODALITY = re.compile(r"[A-Z0-9_]{1,16}")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(T.*)?", re.ASCII)
_KINDS: Final = {"STUDY": "study", "PATIENT": "patient"}


def read_launch(pairs: Sequence[tuple[str, str]]) -> Launch:
    """What the parameters ask for; raises `BadLaunch`."""
    told: dict[str, str] = {}
    for name, value in pairs:
        if value.strip() and told.setdefault(name, value) != value:
            raise BadLaunch(f"'{name[:_LONGEST]}' is told twice, and differently")
    kind = _KINDS.get(told.get("requestType", ""))
    if kind is None:
        raise BadLaunch("requestType is STUDY or PATIENT")
    return _study(told) if kind == "study" else _patient(told)


def _study(told: dict[str, str]) -> Launch:
    studies, accessions = _several(told.get("studyUID", "")), _several(told.get("accessionNumber", ""))
    if bool(studies) == bool(accessions):
        raise BadLaunch("a study is named by studyUID or by accessionNumber, and by one of them")
    for uid in studies:
        if not valid_uid(uid):
            raise BadLaunch("studyUID is no UID")
    named = tuple(_number(one, "accessionNumber") for one in accessions)
    return Launch("study", studies, named, issuer=_issuer(told))


def _patient(told: dict[str, str]) -> Launch:
    number, _, more = told.get("patientID", "").partition("^")
    # An HL7 CX: the ID, check digit and scheme, then the assigning authority as namespace, universal ID and its type
    authority = [*more.split("^"), "", "", ""][2].partition("&")[0]
    if not number.strip():
        raise BadLaunch("a patient is named by patientID")
    issuer = _issuer(told)
    if issuer and authority and issuer != authority.strip():
        raise BadLaunch("patientID and issuer name two issuers")
    return Launch(
        "patient",
        patient_id=_number(number, "patientID"),
        issuer=issuer or _issuer({"issuer": authority}),
        latest=_latest(told.get("mostRecentResults", "")),
        since=_day(told.get("lowerDateTime", ""), "lowerDateTime"),
        until=_day(told.get("upperDateTime", ""), "upperDateTime"),
        modalities=_modalities(told.get("modalitiesInStudy", "")),
        name=_text(told.get("patientName", ""), "patientName", _LONGEST_NAME),
        birth_date=_day(told.get("patientBirthDate", ""), "patientBirthDate"),
    )


def fragment_of(launch: Launch) -> str:
    """The same as an address within the application: it stands in the fragment, which reaches no server and no log."""
    told = {
        "study": ",".join(launch.studies),
        "accession": ",".join(launch.accessions),
        "patient": launch.patient_id,
        "issuer": launch.issuer,
        "latest": str(launch.latest) if launch.latest else "",
        "from": launch.since,
        "to": launch.until,
        "modality": ",".join(launch.modalities),
        "name": launch.name,
        "born": launch.birth_date,
    }
    return f"#/open?{urlencode({name: value for name, value in told.items() if value})}"


def _several(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if len(found) > MOST_NAMED:
        raise BadLaunch(f"name {MOST_NAMED} studies at most")
    return found


def _number(text: str, what: str) -> str:
    plain = text.strip()
    if len(plain) > _LONGEST or _WILD.search(plain):
        raise BadLaunch(f"{what} has at most {_LONGEST} printable characters, without wildcards and backslash")
    return plain


def _issuer(told: dict[str, str]) -> str:
    issuer = _number(told.get("issuer", "") or told.get("issuerOfPatientID", ""), "issuer")
    if "|" in issuer:
        raise BadLaunch("an issuer has no bar in its name")
    return issuer


def _text(text: str, what: str, longest: int) -> str:
    if len(text) > longest or _CONTROL.search(text):
        raise BadLaunch(f"{what} has at most {longest} printable characters")
    return text.strip()


def _latest(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:6]) <= _MOST_RECENT:
        raise BadLaunch(f"mostRecentResults is a number from 1 to {_MOST_RECENT}")
    return int(text)


def _modalities(text: str) -> tuple[str, ...]:
    found = _several(text.replace("\\", ","))
    if not all(_MODALITY.fullmatch(one) for one in found):
        raise BadLaunch("modalitiesInStudy is a list of DICOM modalities, as CT,MR")
    return found


def _day(text: str, what: str) -> str:
    if not text:
        return ""
    matched = _DAY.fullmatch(text.strip())
    if matched is None:
        raise BadLaunch(f"{what} is a day, as 2026-03-01 or 2026-03-01T10:15:00")
    year, month, day = (int(group) for group in matched.groups()[:3])
    try:
        return date(year, month, day).strftime("%Y%m%d").rjust(8, "0")
    except ValueError as error:
        raise BadLaunch(f"{what} is no day of the calendar") from error
