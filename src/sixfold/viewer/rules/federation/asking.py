"""Questions: from the parameters of a search to one question for all, and from it to what each kind of archive understands.

Never is a wildcard put where the caller put none. What an archive may understand otherwise is left out of what it is asked, and
matched on its answer (`rows`): issuers of Patient IDs, which many do not keep; empty values; zones of time; several values, but
for those of one attribute, which is asked for value by value. The words of the list are ours and not the standard's: they are
asked for as a Patient ID, as an accession number, and as a part of a name.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from sixfold.dicom import tags
from sixfold.dicom.dictionary import parse_tag, tag_text, vr_of
from sixfold.dicom.matching import AllOf, AnyOf, BadQuery, Condition, Empty, Universal, normalise_name, parse_value
from sixfold.dicom.query import FLAGS, IGNORED, NUMBERS, Query, parse_query
from sixfold.dicom.uids import valid_uid
from sixfold.viewer.model.federation import Exact, Filters, Json, Key, Question

MOST_WORDS = 8
MOST_VALUES = 8
"""Values of one attribute that are asked for one after the other; more are matched on the answer."""
_MOST_NUMBERS = 2
_SHORTEST_NAME = 2
_PLAIN_IN_QUERIES: Final = "*^,:;@!$'()/?"
_LONGEST_ACCESSION = 64
_WILD = re.compile(r"[*?\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")

_STUDY_KEYS: Final = (
    tags.STUDY_DATE,
    tags.STUDY_TIME,
    tags.ACCESSION_NUMBER,
    tags.RETRIEVE_AE_TITLE,
    tags.INSTANCE_AVAILABILITY,
    tags.MODALITIES_IN_STUDY,
    tags.INSTITUTION_NAME,
    tags.REFERRING_PHYSICIAN_NAME,
    tags.STUDY_DESCRIPTION,
    tags.INSTITUTIONAL_DEPARTMENT_NAME,
    tags.PATIENT_NAME,
    tags.PATIENT_ID,
    tags.ISSUER_OF_PATIENT_ID,
    tags.PATIENT_BIRTH_DATE,
    tags.PATIENT_SEX,
    tags.OTHER_PATIENT_IDS_SEQUENCE,
    tags.STUDY_INSTANCE_UID,
    tags.STUDY_ID,
    tags.NUMBER_OF_STUDY_RELATED_SERIES,
    tags.NUMBER_OF_STUDY_RELATED_INSTANCES,
    tags.CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION,
)
_SERIES_KEYS: Final = (
    tags.RETRIEVE_AE_TITLE,
    tags.INSTANCE_AVAILABILITY,
    tags.MODALITY,
    tags.SERIES_DATE,
    tags.SERIES_TIME,
    tags.SERIES_DESCRIPTION,
    tags.BODY_PART_EXAMINED,
    tags.LATERALITY,
    tags.STUDY_INSTANCE_UID,
    tags.SERIES_INSTANCE_UID,
    tags.SERIES_NUMBER,
    tags.NUMBER_OF_SERIES_RELATED_INSTANCES,
)
_INSTANCE_KEYS: Final = (
    tags.SOP_CLASS_UID,
    tags.SOP_INSTANCE_UID,
    tags.RETRIEVE_AE_TITLE,
    tags.INSTANCE_AVAILABILITY,
    tags.STUDY_INSTANCE_UID,
    tags.SERIES_INSTANCE_UID,
    tags.INSTANCE_NUMBER,
    tags.NUMBER_OF_FRAMES,
    tags.ROWS,
    tags.COLUMNS,
)
RETURNED: Final = {"STUDY": _STUDY_KEYS, "SERIES": _SERIES_KEYS, "IMAGE": _INSTANCE_KEYS}
"""What every answer should tell, whatever was asked for (PS3.18 tables 10.6.3-3 to 10.6.3-5; PS3.4 C.6.2.1)."""

_NOT_SENT: Final = frozenset({tag_text(tags.ISSUER_OF_PATIENT_ID), tag_text(tags.TIMEZONE_OFFSET_FROM_UTC)})


def question_of(level: str, pairs: Sequence[tuple[str, str]], study_uid: str = "", series_uid: str = "") -> Question:
    """The question that the parameters of QIDO-RS ask (PS3.18 8.3.4); raises `BadQuery`."""
    for uid in (study_uid, series_uid):
        if uid and not valid_uid(uid):
            raise BadQuery(f"'{uid[:70]}' is no UID")
    query = parse_query(level, pairs)
    keys = [(_path(name), value) for name, value in pairs if not _is_control(name)]
    asked = tuple(one for one in keys if not isinstance(_meaning(one), Universal))
    wanted = [path for path, _ in keys] + [".".join(map(tag_text, path)) for path in query.include]
    return Question(
        level,
        asked,
        study_uid,
        series_uid,
        tuple(dict.fromkeys(wanted)),
        query.include_all,
        query.fuzzy,
        query.empty_value,
        query.multi_value,
    )


def listed(filters: Filters, exact: Exact | None = None) -> Question:
    """The question that the filters of the list ask; raises `BadQuery`, also where what is `exact` is not looked for alone."""
    words = tuple(dict.fromkeys(normalise_name(filters.q.replace("=", " ")).split()))
    if len(words) > MOST_WORDS:
        raise BadQuery(f"look for {MOST_WORDS} words at most")
    if _NOT_STORABLE.search("".join((filters.q, filters.institution, filters.patient, *filters.modalities))):
        raise BadQuery("the text holds characters that no attribute can hold")
    since, until = filters.since.replace("-", ""), filters.until.replace("-", "")
    pairs = [
        ("ModalitiesInStudy", ",".join(filters.modalities)),
        ("StudyDate", f"{since}-{until}" if since or until else ""),
        ("InstitutionName", filters.institution),
    ]
    pairs += _exactly(filters, exact) if exact is not None else []
    question = question_of("STUDY", [(name, value) for name, value in pairs if value])
    return msgspec.structs.replace(question, words=words, patient=filters.patient, filters=filters)


def _exactly(filters: Filters, exact: Exact) -> list[tuple[str, str]]:
    """The matching keys of what is looked for as it stands, without wildcards; raises `BadQuery`."""
    if not (exact.study or exact.accession):
        return []
    if filters.q.strip() or filters.patient:
        raise BadQuery("look for a study or an accession number alone, without words and without a patient")
    if exact.study and not valid_uid(exact.study):
        raise BadQuery(f"'{exact.study[:70]}' is no UID")
    if _WILD.search(exact.accession) or len(exact.accession) > _LONGEST_ACCESSION:
        raise BadQuery("an accession number has at most 64 printable characters, without wildcards and backslash")
    return [("StudyInstanceUID", exact.study), ("AccessionNumber", exact.accession.strip())]


@lru_cache(maxsize=512)
def meant(question: Question) -> Query:
    """The conditions of a question, by which answers are matched again."""
    flags = zip(FLAGS, (question.fuzzy, question.empty_value, question.multi_value), strict=True)
    pairs = [*question.keys, *((name, str(given).lower()) for name, given in flags)]
    return parse_query(question.level, pairs)


def alternatives(question: Question) -> tuple[tuple[Key, ...], ...]:
    """The keys to ask an archive for, one question after the other; together their answers hold all that match."""
    sent = [(path, value) for path, value in question.keys if path not in _NOT_SENT]
    found: list[tuple[Key, ...]] = [()]
    several = bool(question.words) and not question.patient
    for key in sent:
        ways = _ways(key, question)
        if len(ways) > 1 and several:
            continue  # one attribute of several values is enough
        several = several or len(ways) > 1
        found = [(*before, *way) for before in found for way in ways]
    if question.patient:
        return tuple((*before, _patient_key(question.patient)) for before in found)
    if question.words:
        return tuple((*before, key) for before in found for key in _word_keys(question))
    return tuple(found)


def _ways(key: Key, question: Question) -> list[tuple[Key, ...]]:
    """How one matching key is asked for: in one question, value by value, or not at all."""
    match _meaning(key, multi=question.multi_value, empty=question.empty_value):
        case AnyOf(conditions) if len(conditions) <= MOST_VALUES:
            return [((key[0], value),) for value in _several(key)]
        case AllOf():
            return [((key[0], _several(key)[0]),)]
        case AnyOf() | Empty():
            return [()]
        case _:
            return [(key,)]


def _several(key: Key) -> list[str]:
    path, value = key
    parts = value.replace(",", "\\").split("\\") if vr_of(int(path[-8:], 16)) == "CS" else value.split("\\")
    return [part.strip() for part in parts if part.strip()]


def _patient_key(patient: str) -> Key:
    study = patient.removeprefix("|study:")
    if study != patient:
        return (tag_text(tags.STUDY_INSTANCE_UID), study)
    return (tag_text(tags.PATIENT_ID), patient.rpartition("|")[2])


def _word_keys(question: Question) -> Iterator[Key]:
    """One word may be of a name or a number; of several, the longest of a name and those with digits find the candidates."""
    words = [word.strip(",^") for word in (question.filters or Filters(q=" ".join(question.words))).q.split()]
    numbers = [word for word in words if len(words) == 1 or any(char.isdigit() for char in word)]
    names = [word for word in words if not any(char.isdigit() for char in word) and len(word) >= _SHORTEST_NAME]
    if names:  # an archive may take case into account (PS3.4 C.2.2.2.1): names are kept in capitals, or with a capital letter
        longest = max(names, key=len)
        for spelt in dict.fromkeys((longest, longest.upper(), longest.title())):
            yield tag_text(tags.PATIENT_NAME), f"*{spelt}*"
    for word in numbers[:_MOST_NUMBERS]:
        for spelt in dict.fromkeys((word, word.upper())):
            yield tag_text(tags.PATIENT_ID), spelt
            yield tag_text(tags.ACCESSION_NUMBER), spelt


def qido_query(keys: Sequence[Key], question: Question, limit: int) -> str:
    """The query of a URL of QIDO-RS for some keys; `limit` is how many answers are wanted.

    What may stand there as it is, is not percent-encoded: there are archives that do not decode it.
    """
    pairs = [*keys, ("limit", str(limit))]
    if question.fuzzy:
        pairs.append(("fuzzymatching", "true"))
    fields = ("all",) if question.include_all else _returned(question)
    return urlencode([*pairs, *(("includefield", field) for field in fields)], quote_via=quote, safe=_PLAIN_IN_QUERIES)


def find_identifier(keys: Sequence[Key], question: Question) -> Json:
    """The identifier of a C-FIND as DICOM JSON: the keys, and empty what is to be returned (PS3.4 C.2.2.1.2)."""
    root: Json = {tag_text(tags.QUERY_RETRIEVE_LEVEL): {"vr": "CS", "Value": [question.level]}}
    for path in _returned(question):
        _place(root, path, "")
    for path, value in keys:
        _place(root, path, value)
    for tag, uid in ((tags.STUDY_INSTANCE_UID, question.study_uid), (tags.SERIES_INSTANCE_UID, question.series_uid)):
        if uid:
            _place(root, tag_text(tag), uid)
    return root


def _returned(question: Question) -> tuple[str, ...]:
    asked = (path.partition(".")[0] for path in (*(path for path, _ in question.keys), *question.include))
    return tuple(dict.fromkeys((*map(tag_text, RETURNED[question.level]), *asked)))


def _place(root: Json, path: str, value: str) -> None:
    *sequences, last = path.split(".")
    item = root
    for sequence in sequences:
        held = item.setdefault(sequence, {"vr": "SQ"}).setdefault("Value", [{}])
        item = held[0]
    vr = vr_of(int(last, 16))
    if vr == "SQ" or not value:
        item.setdefault(last, {"vr": vr})
        return
    vr = "UT" if vr == "UN" else vr
    item[last] = {"vr": vr, "Value": value.replace(",", "\\").split("\\") if vr == "UI" else [value]}


def _meaning(key: Key, *, multi: bool = False, empty: bool = False) -> Condition:
    tag = int(key[0][-8:], 16)
    return parse_value(tag, vr_of(tag), key[1], multi=multi, empty_value=empty)


def _path(name: str) -> str:
    return ".".join(tag_text(parse_tag(part)) for part in name.split("."))


def _is_control(name: str) -> bool:
    return name in IGNORED or name in FLAGS or name in NUMBERS or name == "includefield"
