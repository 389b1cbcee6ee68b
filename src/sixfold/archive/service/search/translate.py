"""From the conditions of a query to filters of the index (PS3.4 C.2.2.2).

What no column can tell is left over as conditions on the attributes that are stored; what is stored nowhere at the level that
is asked for is told back, so that the caller hears which keys were not looked at.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import msgspec

from sixfold.archive import rules
from sixfold.archive.store.search import filters as f
from sixfold.archive.store.search.dialect import Dialect
from sixfold.archive.store.search.fields import FIELDS, NAME_GROUPS, Field, Kind, Level
from sixfold.archive.store.search.filters import Among, AnyOf, Between, Empty, Filter, Like, Span, Test
from sixfold.archive.store.search.levels import Below, Condition
from sixfold.archive.store.search.sight import Sight, sight_filter, sight_sql
from sixfold.archive.store.search.studies import StudySearch, Wanted
from sixfold.dicom import matching, tags
from sixfold.dicom.matching import BadQuery, Path
from sixfold.kernel.database import Database

_KEPT = {
    Level.PATIENT: rules.PATIENT_TAGS,
    Level.STUDY: rules.STUDY_TAGS,
    Level.SERIES: rules.SERIES_TAGS,
}
ANSWERED = frozenset(
    {
        tags.SPECIFIC_CHARACTER_SET,
        tags.INSTANCE_AVAILABILITY,
        tags.RETRIEVE_AE_TITLE,
        tags.RETRIEVE_URL,
        tags.NUMBER_OF_PATIENT_RELATED_STUDIES,
        tags.NUMBER_OF_PATIENT_RELATED_SERIES,
        tags.NUMBER_OF_PATIENT_RELATED_INSTANCES,
        tags.NUMBER_OF_STUDY_RELATED_SERIES,
        tags.NUMBER_OF_STUDY_RELATED_INSTANCES,
        tags.NUMBER_OF_SERIES_RELATED_INSTANCES,
    }
)
"""What answers say and no one can ask by."""

_WHOLE_NAME = Field(Level.PATIENT, "patient_name")
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_ONLY_LATIN = re.compile(r"[\x20-\x7e]*")
_FRACTION_DIGITS = 6
_MOST_UIDS = 2_000
_MOST_VALUES = 100
_MOST_WORDS = 16
_LONGEST = 1_024  # characters of a value or pattern


class Translation(msgspec.Struct, frozen=True):
    """A query as the store takes it; `left` is for the stored attributes, `ignored` are paths that nothing here can tell."""

    wanted: Wanted
    below: Below
    left: dict[Path, matching.Condition]
    ignored: tuple[Path, ...]


class Translator:
    """Translates the conditions of one query at one level."""

    def __init__(self, database: Database, dialect: Dialect, level: Level, sight: Sight) -> None:
        self._database = database
        self._sight = sight
        self._dialect = dialect
        self._level = level
        self._span = Span()
        self._filters: list[Filter] = []
        self._series: list[Condition] = []
        self._instances: list[Condition] = []
        self._lower: list[tuple[Field, Test]] = []
        self._left: dict[Path, matching.Condition] = {}
        self._ignored: list[Path] = []

    def translate(self, conditions: Mapping[Path, matching.Condition]) -> Translation:
        """Sort every condition to where it is answered; raises `BadQuery` for values that no index could hold."""
        for path, condition in conditions.items():
            for one in condition.conditions if isinstance(condition, matching.AllOf) and path[0] in FIELDS else (condition,):
                if not isinstance(one, matching.Universal):
                    self._one(path, one)
        self._apply_lower()
        if self._level is Level.PATIENT:
            self._filters.append(f.newest_of_patient_filter(sight_sql(self._sight, "o.traits_ref", "o.id")))
        below = Below(tuple(self._series), tuple(self._instances))
        wanted = Wanted(tuple(self._filters), self._span, sight=sight_filter(self._sight))
        return Translation(wanted, below, self._left, tuple(self._ignored))

    def _one(self, path: Path, condition: matching.Condition) -> None:
        if isinstance(condition, matching.AnyOf | matching.AllOf) and len(condition.conditions) > _MOST_VALUES:
            raise BadQuery(f"a key has {_MOST_VALUES} values at most")
        field = FIELDS.get(path[0]) if len(path) == 1 else None
        if isinstance(condition, matching.Moment) and path == (tags.STUDY_DATE,):
            self._span = self._span.within(_days_around(condition))
            self._left[path] = condition
        elif field is None:
            self._stored(path, condition)
        elif field.level <= Level.STUDY:
            self._study(path, field, condition)
        elif field.level <= self._level:
            sql, values = f.series_condition(field, _test(field, condition), self._dialect)
            conditions = self._series if field.level is Level.SERIES else self._instances
            conditions.append(Condition(sql, values))
            self._narrow(path[0], field, condition)
        elif path[0] == tags.MODALITY:
            self._modalities(condition)
        else:
            self._lower.append((field, _test(field, condition)))
            self._narrow(path[0], field, condition)

    def _stored(self, path: Path, condition: matching.Condition) -> None:
        """A condition on attributes that are stored as JSON, or nowhere that this level could tell."""
        tag = path[0]
        if tag in ANSWERED:
            self._ignored.append(path)
        elif self._level is Level.INSTANCE or any(tag in _KEPT[level] for level in _KEPT if level <= self._level):
            self._left[path] = condition
        else:
            self._ignored.append(path)

    def _study(self, path: Path, field: Field, condition: matching.Condition) -> None:
        match field.kind:
            case Kind.MODALITIES:
                self._modalities(condition)
            case Kind.NAME:
                self._name(path, field, condition)
            case Kind.DAY:
                span, more = f.day_span(_test(field, condition))
                self._span = self._span.within(span)
                self._filters += [more] if more else []
            case Kind.SOP_CLASSES:
                self._filters.append(f.sop_class_filter(_test(field, condition), self._dialect))
            case _:
                test = _times(condition) if path[0] == tags.STUDY_TIME else _test(field, condition)
                self._filters.append(f.study_filter(field, test, self._dialect))

    def _modalities(self, condition: matching.Condition) -> None:
        """Any series of any of these modalities (PS3.18 10.6.1.2.3.1); several may be parted by commas or backslashes."""
        if isinstance(condition, matching.Empty):
            self._filters.append(f.no_modality_filter())
            return
        wanted = list(_modalities_of(condition))
        if any("*" in one or "?" in one for one in wanted):
            fits = [matching.parse_value(tags.MODALITY, "CS", one) for one in wanted]
            with self._looking() as search:
                present = search.modalities()
            wanted = [one for one in present if any(matching.matches(fit, {"Value": [one]}, "CS") for fit in fits)]
        self._filters.append(f.modality_filter(sorted({_storable(one) for one in wanted}), self._dialect))

    def _name(self, path: Path, field: Field, condition: matching.Condition) -> None:
        """A name by its groups (PS3.5 6.2.1); what is fuzzy, and the groups of other people, the stored attributes tell."""
        patient = path[0] == tags.PATIENT_NAME
        if isinstance(condition, matching.PersonName) and condition.fuzzy and patient:
            words = matching.fuzzy_keys(" ".join(condition.groups))
            if len(words) > _MOST_WORDS:
                raise BadQuery(f"a name to be matched fuzzily has {_MOST_WORDS} words at most")
            self._filters += [self._fuzzy(word) for word in words]
            self._left[path] = condition
        elif isinstance(condition, matching.PersonName) and not condition.fuzzy and (patient or len(condition.groups) == 1):
            self._groups(field, condition.groups, patient=patient)
            if not patient and not _ONLY_LATIN.fullmatch(condition.groups[0]):
                self._filters.pop()
                self._left[path] = condition
        elif isinstance(condition, matching.Empty):
            self._filters.append(f.study_filter(field, Empty(), self._dialect))
        else:
            self._left[path] = condition

    def _fuzzy(self, key: str) -> Filter:
        """Studies with a word that begins like the key or sounds like it; which of them fit, their names tell."""
        beginning = _storable(re.split(r"[*?]", key, maxsplit=1)[0])
        sound = matching.sound_of(key)
        if len(sound) > 1:
            return f.like_word_filter(beginning, sound, self._dialect)
        return f.word_filter(beginning, self._dialect)

    def _groups(self, field: Field, groups: tuple[str, ...], *, patient: bool) -> None:
        """A single group may fit any; one in Latin letters is looked for among the alphabetic ones, where those stand."""
        if len(groups) == 1:
            fields = [field] if not patient or _ONLY_LATIN.fullmatch(groups[0]) else list(NAME_GROUPS)
            self._filters.append(f.name_filter(fields, _pattern(groups[0]), self._dialect))
            return
        asked = [(one, group) for one, group in zip(NAME_GROUPS, groups, strict=False) if group.strip("*")]
        self._filters += [f.name_filter([one], _pattern(group), self._dialect) for one, group in asked]
        if not asked:  # `*=*` asks for any name, and that there is one: it is no universal matching (PS3.4 C.2.2.2.4)
            self._filters.append(f.study_filter(_WHOLE_NAME, Like("?*"), self._dialect))

    def _narrow(self, tag: int, field: Field, condition: matching.Condition) -> None:
        """Find the studies of given series and instances at once, instead of looking into one study after the other."""
        test = _test(field, condition)
        if tag == tags.MODALITY:
            self._modalities(condition) if not isinstance(condition, matching.Empty | matching.AnyOf) else None
        elif isinstance(test, Among) and tag == tags.SERIES_INSTANCE_UID:
            with self._looking() as search:
                self._filters.append(f.ids_filter(search.of_series(test.values)))
        elif isinstance(test, Among) and tag == tags.SOP_INSTANCE_UID:
            with self._looking() as search:
                self._filters.append(f.ids_filter(search.of_instances(test.values)))

    @contextmanager
    def _looking(self) -> Iterator[StudySearch]:
        with self._database.read() as connection:
            yield StudySearch(connection, self._dialect)

    def _apply_lower(self) -> None:
        """Keys of levels below the one asked for: the study has one series, or instance, that meets them all."""
        if self._lower:
            conditions = [f.series_condition(field, test, self._dialect) for field, test in self._lower]
            instances = any(field.level is Level.INSTANCE for field, _ in self._lower)
            self._filters.append(f.below_filter(conditions, instances=instances))


def _days_around(moment: matching.Moment) -> Span:
    """The stretch of the order in which such a moment can lie: in another zone it may be of the day before or after."""
    match moment.on:
        case matching.Exact(day):
            low, high = day, day
        case matching.Range(first, last):
            low, high = first or "", last or ""
        case _:
            return Span()
    reach = timedelta(days=1 if moment.zone else 0)
    return f.day_span(Between(_day(low, -reach), _day(high, reach)))[0]


def _day(text: str, reach: timedelta) -> str | None:
    """A day so far from another, None where that is no day of the calendar."""
    try:
        return (date.fromisoformat(text) + reach).isoformat().replace("-", "")
    except (ValueError, OverflowError):
        return None


def _test(field: Field, condition: matching.Condition) -> Test:
    """A condition on a column of text or numbers as the store takes it."""
    match condition:
        case matching.Exact(value):
            return _number(value) if field.kind is Kind.NUMBER else Among((_storable(value),))
        case matching.UidList(values):
            if len(values) > _MOST_UIDS:
                raise BadQuery(f"a list of UIDs has {_MOST_UIDS} at most")
            return Among(tuple(map(_storable, values)))
        case matching.Wildcard(pattern):
            return Like(_storable(pattern))
        case matching.Range(low, high):
            return Between(low, high)
        case matching.Empty():
            return Empty()
        case matching.AnyOf(conditions):
            return AnyOf(tuple(_test(field, one) for one in conditions))
        case _:
            return Among(())


def _number(text: str) -> Test:
    number = int(text) if re.fullmatch(r"-?[0-9]{1,10}", text) else None
    return Among((number,) if number is not None and abs(number) < 1 << 31 else ())


def _times(condition: matching.Condition) -> Test:
    """A test of times as they are written: '10' is not '100000', but begins a range like it (PS3.5 6.2, TM)."""
    match condition:
        case matching.Exact(value):
            whole, _, fraction = value.partition(".")
            fraction = fraction.rstrip("0")
            stems = [f"{whole}.{fraction}" if fraction else whole]
            if len(whole) == 6:
                first = len(fraction) + 1
                stems += [f"{whole}.{fraction.ljust(digits, '0')}" for digits in range(first, _FRACTION_DIGITS + 1)]
            return Among(tuple(stems))
        case matching.Range(low, high):
            return Between(_earliest(low) if low else None, f"{high}~" if high else None)
        case matching.AnyOf(conditions):
            return AnyOf(tuple(_times(one) for one in conditions))
        case matching.Empty():
            return Empty()
        case _:
            return Among(())


def _earliest(time: str) -> str:
    """The first in the order of text of all the ways to write a time: without the zeros at its end."""
    time = time.rstrip("0").rstrip(".") if "." in time else time
    return time if "." in time else re.sub(r"(?<=..)(00)+$", "", time)


def _pattern(group: str) -> Test:
    text = _storable(group)
    return Like(text) if "*" in text or "?" in text else Among((text,))


def _modalities_of(condition: matching.Condition) -> Iterator[str]:
    match condition:
        case matching.Exact(value) | matching.Wildcard(value):
            yield from (part.strip() for part in re.split(r"[\\,]", value) if part.strip())
        case matching.AnyOf(conditions):
            for one in conditions:
                yield from _modalities_of(one)


def _storable(text: str) -> str:
    """The text, if a database can hold it; raises `BadQuery`."""
    if len(text) > _LONGEST or _NOT_STORABLE.search(text):
        raise BadQuery(f"{text[:64]!a} is longer than any attribute, or holds characters that none can hold")
    return text
