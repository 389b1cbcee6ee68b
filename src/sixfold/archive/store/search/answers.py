"""Answers as DICOM JSON bytes, joined of what is stored and what is known at the moment (PS3.18 tables 10.6.3-3 to 10.6.3-5).

An answer holds everything that the index keeps of its level, which is more than the standard asks for. Attributes come in
ascending order (PS3.18 F.2.2); text is UTF-8 and says so.
"""

from functools import lru_cache
from typing import Final

import orjson

from sixfold.archive.store.search.levels import InstanceHit, SeriesHit
from sixfold.archive.store.search.studies import StudyHit

_CHARSET: Final = b'{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},'
_ONLINE: Final = b'"00080056":{"vr":"CS","Value":["ONLINE"]},'


def study_answer(hit: StudyHit, service: bytes) -> bytes:
    """A study with its patient; `service` is the base URL of the service as the inside of a JSON string."""
    head, middle, upper, tail = hit.attributes.split(b"\n")
    return b"".join(
        (
            _CHARSET,
            head[1:],
            _ONLINE,
            _modalities(hit.modalities),
            middle,
            b'"00081190":{"vr":"UR","Value":["%b/studies/%b"]},' % (service, hit.study_uid.encode()),
            upper,
            b',"00201206":{"vr":"IS","Value":[%d]},"00201208":{"vr":"IS","Value":[%d]}' % (hit.series, hit.instances),
            tail,
        )
    )


def series_answer(hit: SeriesHit, service: bytes) -> bytes:
    """A series; it says which study it is of."""
    head, middle, upper, lower, tail = hit.attributes.split(b"\n")
    study_uid = hit.study.study_uid.encode()
    return b"".join(
        (
            _CHARSET,
            head[1:],
            _ONLINE,
            middle,
            b'"00081190":{"vr":"UR","Value":["%b/studies/%b/series/%b"]},' % (service, study_uid, hit.series_uid.encode()),
            upper,
            b'"0020000D":{"vr":"UI","Value":["%b"]},' % study_uid,
            lower,
            b',"00201209":{"vr":"IS","Value":[%d]}' % hit.instances,
            tail,
        )
    )


def instance_answer(hit: InstanceHit, service: bytes) -> bytes:
    """An instance; it says which series and study it is of."""
    study_uid, series_uid, sop_uid = hit.study.study_uid.encode(), hit.series_uid.encode(), hit.sop_uid.encode()
    return b"".join(
        (
            _CHARSET,
            b'"00080016":{"vr":"UI","Value":["%b"]},"00080018":{"vr":"UI","Value":["%b"]},' % (hit.sop_class.encode(), sop_uid),
            _ONLINE,
            b'"00081190":{"vr":"UR","Value":["%b/studies/%b/series/%b/instances/%b"]},'
            % (service, study_uid, series_uid, sop_uid),
            b'"0020000D":{"vr":"UI","Value":["%b"]},"0020000E":{"vr":"UI","Value":["%b"]}' % (study_uid, series_uid),
            _number(b"00200013", b"IS", hit.number),
            _number(b"00280008", b"IS", hit.frames),
            _number(b"00280010", b"US", hit.rows),
            _number(b"00280011", b"US", hit.columns),
            _number(b"00280100", b"US", hit.bits),
            b"}",
        )
    )


def with_attributes(answer: bytes, *others: dict[str, object]) -> bytes:
    """An answer with further attributes, its own first where both have one."""
    members: dict[str, object] = {}
    for other in others:
        members |= other
    members |= orjson.loads(answer)
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


@lru_cache(4096)
def _modalities(framed: str) -> bytes:
    """Modalities in Study: all that the study has, whichever was asked for; left out when none of its objects tells one.

    OHIF does not open a study whose attribute is there without a value.
    """
    present = [part for part in framed.split("\\") if part]
    return b'"00080061":' + orjson.dumps({"vr": "CS", "Value": present}) + b"," if present else b""


def _number(tag: bytes, vr: bytes, value: int | None) -> bytes:
    return b"" if value is None else b',"%b":{"vr":"%b","Value":[%d]}' % (tag, vr, value)
