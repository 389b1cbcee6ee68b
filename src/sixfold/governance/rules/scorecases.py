"""What stands behind a measure: the studies and events that were counted, those against the target first."""

from collections.abc import Callable, Iterable, Mapping

from sixfold.governance.model.scorecards import Case, GlassFacts, Measure, Outcome, StudyFacts
from sixfold.governance.rules.scorecards import wait, was_seen_outside
from sixfold.kernel.clock import from_text


def sorted_cases(cases: Iterable[Case]) -> list[Case]:
    """Those against the target first, each half the newest first."""
    newest = sorted(cases, key=lambda case: (case.at, case.study_uid, case.key), reverse=True)
    return sorted(newest, key=lambda case: not case.against)


def study_case(which: Measure, study: StudyFacts, target: float) -> Case | None:
    """How a study counts for a measure of studies; None where it does not; the target of waits is in minutes."""
    return _OF_STUDY[which](study, target)


def _seen(study: StudyFacts, _: float) -> Case:
    if study.seen_outside is None:
        return _case(study, "not read by another line", against=True)
    days = (from_text(study.seen_outside) - from_text(study.arrived)).days
    return _case(study, f"first read by another line on day {days + 1}", against=not was_seen_outside(study))


def _first(study: StudyFacts, target: float) -> Case:
    return _waited(study, study.arrived, target)


def _complete(study: StudyFacts, target: float) -> Case:
    if study.sealed is None:
        return _case(study, "not complete yet", against=False)
    return _waited(study, study.sealed, target)


def _waited(study: StudyFacts, moment: str, target: float) -> Case:
    if study.study_at is None:
        return _case(study, "no study date and time", against=False)
    waited = wait(study.study_at, moment)
    if waited is None:
        return _case(study, "its clock is not believable", against=False)
    return _case(study, f"{waited:.0f} min", against=waited > target)


def _linked(study: StudyFacts, _: float) -> Case:
    says = "has an accession number" if study.has_accession else "no accession number"
    return _case(study, says, against=not study.has_accession)


def _identified(study: StudyFacts, _: float) -> Case | None:
    return None if study.identified else _case(study, "no patient ID, or no issuer of it", against=True)


def _case(study: StudyFacts, says: str, *, against: bool) -> Case:
    return Case(study.arrived, against, says, study.study_uid)


_OF_STUDY: Mapping[Measure, Callable[[StudyFacts, float], Case | None]] = {
    Measure.SEEN_OUTSIDE: _seen,
    Measure.FIRST_IMAGE: _first,
    Measure.COMPLETE: _complete,
    Measure.ORDERS_LINKED: _linked,
    Measure.IDENTITY_DEFECTS: _identified,
}
OF_STUDIES = frozenset(_OF_STUDY)
"""The measures that count studies; the others count requests, or broken glass."""
OUTCOMES: Mapping[Measure, tuple[Outcome, ...]] = {
    Measure.EMERGENCY_READS: (Outcome.EMERGENCY,),
    Measure.REFUSED: (Outcome.UNEXPLAINED, Outcome.FORBIDDEN),
}
"""Which requests stand behind the measures that count requests."""
_SAYS = {
    Outcome.EMERGENCY: "read by emergency access",
    Outcome.UNEXPLAINED: "refused: no policy permits it",
    Outcome.FORBIDDEN: "refused: a policy forbids it",
}


def request_case(study_uid: str, at: str, outcome: str) -> Case:
    """A request as a case."""
    return Case(at, outcome != Outcome.FORBIDDEN, _SAYS[Outcome(outcome)], study_uid)


def misfiled_case(study_uid: str, at: str) -> Case:
    """An instance that was put aside."""
    return Case(at, against=True, says="an instance of another patient was put aside", study_uid=study_uid)


def glass_case(glass: GlassFacts, until: str) -> Case:
    """A broken glass, as it stands at a moment."""
    if glass.reviewed_at is not None and glass.reviewed_at < until:
        return Case(glass.at, against=False, says=f"reviewed on {glass.reviewed_at[:10]}", key=glass.key)
    overdue = glass.due < until
    return Case(glass.at, overdue, f"review {'was' if overdue else 'is'} due on {glass.due[:10]}", key=glass.key)
