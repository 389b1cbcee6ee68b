"""What becomes of a pair: linked, put to people, or nothing.

A pair is linked by itself only where everything below holds; all else that scores enough is for people. So a twin, a parent of
the same name, somebody else of the same name and birth date, or a record with a gap never is.
"""

from collections.abc import Iterator

from sixfold.viewer.model.identity import Agreement, Comparison, Demographics, Outcome, Policy, Record, Rule
from sixfold.viewer.rules.identity.compare import Crowded, Facts, compare
from sixfold.viewer.rules.identity.dates import Dates, compare_dates
from sixfold.viewer.rules.identity.names import COMPOUND, read_name
from sixfold.viewer.rules.identity.weights import Commonness

_NOTHING_COMMON = Commonness()
_SAME, _CLOSE, _DIFFERENT, _MISSING = Agreement.SAME, Agreement.CLOSE, Agreement.DIFFERENT, Agreement.MISSING


def judge(
    one: Record, other: Record, policy: Policy, common: Commonness, crowded: Crowded = lambda _block: False
) -> Comparison:
    """Compare two records and say what becomes of them under the policy."""
    facts = compare(one, other, common, crowded)
    score = facts.score
    doubts = tuple(_doubts(one, other, facts))
    rule = _rule(facts, policy)
    if rule and not doubts:
        return Comparison(Outcome.LINK, score, facts.reasons, rule)
    if not doubts and _by_score(facts, policy, score):
        return Comparison(Outcome.LINK, score, facts.reasons)
    if score >= policy.review or (rule and score >= policy.review - 6.0):
        return Comparison(Outcome.REVIEW, score, facts.reasons, "", doubts or tuple(_short_of(facts, policy, score)))
    return Comparison(Outcome.NOTHING, score, facts.reasons, "", doubts)


def doubts_of(one: Record, other: Record) -> Iterator[str]:
    """What forbids that a machine takes two records for one person's, whatever else agrees."""
    return _doubts(one, other, compare(one, other, _NOTHING_COMMON))


def _rule(facts: Facts, policy: Policy) -> str:
    if facts.cross and Rule.CROSS_REFERENCE in policy.rules:
        return Rule.CROSS_REFERENCE.value
    if facts.shared and not facts.cross and Rule.SHARED_IDENTIFIER in policy.rules:
        return Rule.SHARED_IDENTIFIER.value
    return ""


def _by_score(facts: Facts, policy: Policy, score: float) -> bool:
    """Whether the score alone makes it certain: enough of it, names and birth date wholly the same, and something besides."""
    names = facts.names
    if names.family is not _SAME or names.given is not _SAME or names.swapped or facts.sex is not _SAME:
        return False
    if facts.dates is not Dates.SAME:
        return False
    if facts.shared:
        return score >= policy.automatic
    household = facts.phone is _SAME or facts.address is _SAME
    if household:
        return score >= policy.automatic and _tells_twins_apart(facts)
    return policy.alone is not None and score >= policy.alone and _tells_twins_apart(facts)


def _tells_twins_apart(facts: Facts) -> bool:
    """Whether the given names are told as fully by both: Maria is not Maria José, and may be her twin."""
    if facts.one.middle != facts.other.middle:
        return False
    return bool(facts.one.middle) or facts.one.given not in COMPOUND


def _doubts(one: Record, other: Record, facts: Facts) -> Iterator[str]:
    """What forbids that a machine links the two, whatever the score."""
    yield from _doubts_of_names(facts)
    if facts.sex is _DIFFERENT:
        yield "the sexes differ"
    if facts.dates is Dates.UNKNOWN:
        yield "a birth date is not known"
    elif facts.dates not in (Dates.SAME, Dates.SWAPPED):
        yield f"birth dates: {facts.dates.value}"
    elif facts.dates is Dates.SWAPPED and not (facts.names.family is _SAME and facts.names.given is _SAME):
        yield "birth dates: day and month swapped, and the names are not the same"
    yield from _doubts_of_numbers(one, other, facts)
    if any(_contradicts(record) for record in (one, other)):
        yield "studies of one ID tell of different people"


def _doubts_of_numbers(one: Record, other: Record, facts: Facts) -> Iterator[str]:
    if facts.apart:
        yield f"different numbers of {facts.apart}"
    if facts.same_issuer:
        yield f"two IDs of one issuer, {one.issuer}"
    if not one.issuer or not other.issuer:
        yield "an ID without its issuer"


def _doubts_of_names(facts: Facts) -> Iterator[str]:
    names = facts.names
    if not facts.one.whole or not facts.other.whole:
        newborn = facts.one.newborn or facts.other.newborn
        yield "a newborn without a name" if newborn else "a name is missing, or only stands for one"
    if names.given is _DIFFERENT or (names.given is _CLOSE and names.given_how != "short form"):
        yield "the given names are not the same"
    if names.family is _DIFFERENT:
        yield "the families differ"
    if names.swapped:
        yield "family and given name are in each other's place"
    if facts.middle is _DIFFERENT:
        yield "the middle names differ"
    if facts.suffix is _DIFFERENT or bool(facts.one.suffix) != bool(facts.other.suffix):
        yield "one is a junior or senior, the other not"


def _contradicts(record: Record) -> bool:
    """Whether what the studies of one record tell cannot be of one person."""
    return any(contradiction(record.told, variant) for variant in record.variants)


def contradiction(one: Demographics, other: Demographics) -> bool:
    """Whether two tellings of one record are of two people: by sex, by birth date, or by both names."""
    if {one.sex, other.sex} == {"M", "F"}:
        return True
    if compare_dates(one.birth_date, other.birth_date) in (Dates.DIFFERENT, Dates.PART):
        return True
    mine, theirs = read_name(one.name), read_name(other.name)
    if not mine.whole or not theirs.whole:
        return False
    return mine.given != theirs.given and mine.family != theirs.family and mine.given != theirs.family


def _short_of(facts: Facts, policy: Policy, score: float) -> Iterator[str]:
    """What a machine would have needed besides, where nothing contradicts."""
    if facts.names.given is not _SAME or facts.names.family is not _SAME:
        yield "the names are not wholly the same"
    elif not facts.shared and facts.phone is not _SAME and facts.address is not _SAME:
        yield "nothing besides name, birth date and sex agrees"
    elif not _tells_twins_apart(facts):
        yield "the given names are not told as fully by both: it could be a twin"
    elif score < policy.automatic:
        yield "the score is below that of an automatic link"
    elif facts.sex is _MISSING:
        yield "a sex is not known"
