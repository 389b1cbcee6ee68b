"""Who made an object and when, as it says itself, and which images it refers to."""

import re
from collections.abc import Iterator, Mapping

from sixfold.viewer.model.objects import Code, ImageRef
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes

LOGIN_SCHEME = "99SIXFOLD"
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?")
_OFFSET = re.compile(r"([+-]\d{2})(\d{2})")
_MOMENTS = (
    ("ContentDate", "ContentTime"),
    ("PresentationCreationDate", "PresentationCreationTime"),
    ("InstanceCreationDate", "InstanceCreationTime"),
    ("SeriesDate", "SeriesTime"),
    ("StudyDate", "StudyTime"),
)

Places = Mapping[str, str]
"""The series of the study's instances, by SOP Instance UID: what an object does not tell itself."""


def same(code: Code | None, wanted: Code) -> bool:
    """Whether it is that concept; by its value, for schemes changed their names."""
    return code is not None and code.value == wanted.value


def moment_of(data: Attributes) -> str:
    """When it was made, as ISO 8601, with an offset where it tells one; empty where it tells nothing."""
    if exact := _date_time(data.text("ObservationDateTime")):
        return exact
    offset = _offset(data.text("TimezoneOffsetFromUTC"))
    moments = (_moment(data.text(date), data.text(time), offset) for date, time in _MOMENTS)
    return next((at for at in moments if at), "")


def _date_time(text: str) -> str:
    """A DT (PS3.5 6.2) of a second's precision at least."""
    offset = _offset(text[-5:])
    plain = text[:-5] if offset else text
    return _moment(plain[:8], plain[8:], offset) if len(plain) >= 14 else ""


def _moment(date: str, time: str, offset: str) -> str:
    day = _DATE.fullmatch(date.replace(".", "").replace("-", ""))
    if day is None:
        return ""
    clock = _TIME.fullmatch(time.replace(":", ""))
    if clock is None:
        return "-".join(day.groups())
    hour, minute, second, fraction = clock.groups()
    return f"{'-'.join(day.groups())}T{hour}:{minute or '00'}:{second or '00'}{(fraction or '')[:4]}{offset}"


def _offset(text: str) -> str:
    found = _OFFSET.fullmatch(text)
    return f"{found[1]}:{found[2]}" if found else ""


def name_of(text: str) -> str:
    """A person's name as one reads it: given before family name (PS3.5 6.2.1)."""
    family, given, middle, prefix, suffix = (part.strip() for part in (text.split("^") + [""] * 5)[:5])
    return " ".join(part for part in (prefix, given, middle, family, suffix) if part)


def author_of(data: Attributes) -> tuple[str, str]:
    """The author's name, and the login where it is one of ours; a program's name where there is no person."""
    name = login = device = ""
    for item in data.items("ContentSequence"):
        concept = item.code("ConceptNameCodeSequence")
        if same(concept, codes.PERSON_NAME):
            name = name or item.text("PersonName") or item.text("TextValue")
        elif same(concept, codes.PERSON_LOGIN):
            login = login or item.text("TextValue")
        elif same(concept, codes.DEVICE_NAME):
            device = device or item.text("TextValue")
    creator = data.item("ContentCreatorIdentificationCodeSequence").item("PersonIdentificationCodeSequence")
    if creator.text("CodingSchemeDesignator") == LOGIN_SCHEME:
        login = creator.text("CodeValue") or creator.text("LongCodeValue")
    name = name or data.text("ContentCreatorName") or data.item("AuthorObserverSequence").text("PersonName")
    name = name or data.item("VerifyingObserverSequence").text("VerifyingObserverName") or data.text("OperatorsName")
    return name_of(name) or device, login


def evidence_of(data: Attributes) -> dict[str, str]:
    """The series of every instance that the object names as its evidence (PS3.3 C.17.2)."""
    found: dict[str, str] = {}
    for keyword in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"):
        for study in data.items(keyword):
            for series in study.items("ReferencedSeriesSequence"):
                uid = series.text("SeriesInstanceUID")
                found |= {one.text("ReferencedSOPInstanceUID"): uid for one in series.items("ReferencedSOPSequence")}
    return found


def image_of(item: Attributes, places: Places) -> ImageRef | None:
    """The image that an item of a reference sequence names; None where it names none."""
    uid = item.text("ReferencedSOPInstanceUID")
    frames = tuple(int(number) for number in item.numbers("ReferencedFrameNumber") if number >= 1)
    return ImageRef(places.get(uid, ""), uid, frames) if uid else None


def referenced(item: Attributes, places: Places) -> Iterator[ImageRef]:
    """The images of an item's Referenced Image Sequence."""
    for one in item.items("ReferencedImageSequence"):
        if (found := image_of(one, places)) is not None:
            yield found
