"""Which earlier studies of a patient a reader wants beside one, the most telling first, and why, in words.

Three things count: whether it shows the same part of the body (`body`), whether its pictures are of the same kind, and how long
ago it was made. A study that tells no part is neither near nor far.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Final

from sixfold.viewer.model.federation import OWN, Joined
from sixfold.viewer.model.priors import Prior, ReadStudy
from sixfold.viewer.rules.body import NEAR, WHOLE, regions_of, sides_of

RELEVANT: Final = 45
"""From so many points of 100 a study is offered at once; the others are there for who looks."""
_SAME_PART, _NEAR_PART, _UNTOLD_PART = 45, 22, 12
_SAME_KIND, _LIKE_KIND, _OTHER_VIEW = 30, 22, 12
_RECENT = 25
_HALVES_IN_DAYS = 730.0
_OTHER_SIDE = 25

# fmt: off
_KINDS: Final[Sequence[frozenset[str]]] = (
    frozenset({"CR", "DX", "RG", "RF", "XA"}), frozenset({"CT", "PT", "NM", "ST"}), frozenset({"MG", "BTO"}),
    frozenset({"US", "IVUS", "BDUS"}), frozenset({"XC", "GM", "DMS"}), frozenset({"OP", "OPT", "OAM", "OPV"}),
    frozenset({"ECG", "EPS", "HD"}), frozenset({"ES", "XC"}),
)
"""Modalities (PS3.3 C.7.3.1.1.1) whose pictures are compared with each other."""
_VIEWS: Final = frozenset(frozenset(pair) for pair in (("CT", "MR"), ("CT", "CR"), ("CT", "DX"), ("MG", "MR"), ("MG", "US"),
                                                       ("CT", "US"), ("MR", "US"), ("MR", "PT")))
_NO_PICTURES: Final = frozenset({"SR", "KO", "PR", "SEG", "DOC", "REG", "RTPLAN", "RTSTRUCT", "AU", "PLAN"})
# fmt: on


def ranked(current: ReadStudy, others: Iterable[ReadStudy]) -> list[Prior]:
    """Studies of the same day or before, the most telling first; those alike the newest first, then by UID."""
    earlier = [one for one in others if one.study_uid != current.study_uid and not _is_later(one, current)]
    found = [_weighed(current, one) for one in sorted(earlier, key=lambda one: one.study_uid)]
    days = {one.study_uid: one.study_date for one in earlier}
    return sorted(found, key=lambda prior: (-prior.score, _newest(days[prior.study_uid])))


def ahead(found: Iterable[tuple[Prior, Joined]], most: int) -> list[Joined]:
    """Those that are brought before anybody asks: the most telling that are relevant, and lie only in other archives."""
    elsewhere = (row for prior, row in found if prior.relevant and all(place.source != OWN for place in row.locations))
    return list(islice(elsewhere, most))


def _weighed(current: ReadStudy, other: ReadStudy) -> Prior:
    parts, why_part = _of_parts(current, other)
    kinds, why_kind = _of_kinds(current.modalities, other.modalities)
    days = _days_between(other.study_date, current.study_date)
    recent = round(_RECENT * 0.5 ** (days / _HALVES_IN_DAYS)) if days is not None else 0
    score = max(0, parts + kinds + recent)
    reasons = [why for why in (*why_part, why_kind, _when(other.study_date, current.study_date)) if why]
    return Prior(other.study_uid, score, score >= RELEVANT and parts + kinds > _SAME_KIND, tuple(reasons))


def _of_parts(current: ReadStudy, other: ReadStudy) -> tuple[int, list[str]]:
    mine, theirs = current.regions, other.regions
    if not mine or not theirs:
        return _UNTOLD_PART, []
    same = [region for region in mine if region in theirs]
    if same:
        told = f"same part of the body: {' and '.join(same)}"
        if current.sides and other.sides and not current.sides & other.sides:
            return _SAME_PART - _OTHER_SIDE, [told, f"other side: {' and '.join(sorted(other.sides))}"]
        return _SAME_PART, [told]
    if WHOLE in mine or WHOLE in theirs:
        return _NEAR_PART, ["one of them shows the whole body"]
    if any(frozenset((one, two)) in NEAR for one in mine for two in theirs):
        return _NEAR_PART, [f"next to it: {' and '.join(theirs)}"]
    return 0, [f"another part of the body: {' and '.join(theirs)}"]


def _of_kinds(mine: Iterable[str], theirs: Iterable[str]) -> tuple[int, str]:
    ours, others = _pictures(mine), _pictures(theirs)
    if not ours or not others:
        return 0, ""
    named = ", ".join(others)
    if same := [code for code in ours if code in others]:
        return _SAME_KIND, f"same modality: {', '.join(same)}"
    if any(one in kind and two in kind for kind in _KINDS for one in ours for two in others):
        return _LIKE_KIND, f"like modality: {named}"
    if any(frozenset((one, two)) in _VIEWS for one in ours for two in others):
        return _OTHER_VIEW, f"another view: {named}"
    return 0, f"other modality: {named}"


def _pictures(modalities: Iterable[str]) -> list[str]:
    every = list(dict.fromkeys(modalities))
    return [code for code in every if code not in _NO_PICTURES] or every


def _day(text: str) -> date | None:
    digits = text.replace(".", "").replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 and digits.isascii() else None
    except ValueError:
        return None


def _days_between(before: str, after: str) -> int | None:
    first, second = _day(before), _day(after)
    return None if first is None or second is None else max(0, (second - first).days)


def _is_later(one: ReadStudy, than: ReadStudy) -> bool:
    first, second = _day(one.study_date), _day(than.study_date)
    return first is not None and second is not None and first > second


def _newest(day: str) -> int:
    told = _day(day)
    return -told.toordinal() if told is not None else 0


def _when(before: str, after: str) -> str:
    first, second = _day(before), _day(after)
    if first is None or second is None:
        return "its day is not told"
    if first == second:
        return "the same day"
    months = (second.year - first.year) * 12 + second.month - first.month - (second.day < first.day)
    counted = ((months // 12, "year"), (months, "month"), ((second - first).days, "day"))
    count, name = next((count, name) for count, name in counted if count)
    return f"{count} {name}{'s' * (count > 1)} before"


def read_study(
    study_uid: str, study_date: str, modalities: Iterable[str], description: str, parts: Iterable[str] = ()
) -> ReadStudy:
    """What is weighed of a study; `parts` are the values of Body Part Examined of its series, as far as they are known."""
    return ReadStudy(study_uid, study_date, tuple(modalities), regions_of(parts, description), sides_of(description))
