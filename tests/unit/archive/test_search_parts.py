"""The small parts of search: seams, cursors, conditions as SQL, times as they are written."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.archive.service import cursor as cursors
from sixfold.archive.service.cursor import BadCursor, Cursor
from sixfold.archive.service.search.translate import _earliest, _times
from sixfold.archive.store.seams import SERIES_SEAMS, STUDY_SEAMS, sew
from sixfold.archive.store.search import filters as f
from sixfold.archive.store.search.answers import instance_answer, series_answer, study_answer, with_attributes
from sixfold.archive.store.search.dialect import PostgresqlDialect, SqliteDialect
from sixfold.archive.store.search.filters import Among, AnyOf, Between, Empty, Like, Span
from sixfold.archive.store.search.levels import InstanceHit, SeriesHit
from sixfold.archive.store.search.studies import StudyHit
from sixfold.dicom import matching

SQLITE, POSTGRESQL = SqliteDialect(), PostgresqlDialect()

STUDY = {"00080020": {"vr": "DA", "Value": ["20260101"]}, "0020000D": {"vr": "UI", "Value": ["1.2"]}}
PATIENT = {"00100010": {"vr": "PN", "Value": [{"Alphabetic": 'A "quoted" \n name'}]}}
LATE = {"00401001": {"vr": "SH", "Value": ["1"]}}


def _study_hit(*parts: dict[str, object]) -> StudyHit:
    attributes = sew([orjson.dumps(part) for part in parts], STUDY_SEAMS)
    return StudyHit(1, "20260101000000", "1.2", 1, 2, 30, "\\CT\\SR\\", attributes)


@pytest.mark.parametrize("parts", [(STUDY,), (PATIENT, STUDY), (PATIENT, STUDY, LATE)])
def test_a_study_is_sewn_and_answered_in_ascending_order(parts: tuple[dict[str, object], ...]) -> None:
    hit = _study_hit(*parts)
    assert orjson.loads(hit.attributes) == {key: value for part in parts for key, value in part.items()}
    answer = orjson.loads(study_answer(hit, b"http://x"))
    assert list(answer) == sorted(answer)
    assert answer["00080061"]["Value"] == ["CT", "SR"]
    assert answer["00201208"]["Value"] == [30]
    assert answer["00081190"]["Value"] == ["http://x/studies/1.2"]
    assert {key: answer[key] for part in parts for key in part} == {key: value for part in parts for key, value in part.items()}


@pytest.mark.parametrize("more", [{}, {"00080060": {"vr": "CS", "Value": ["CT"]}}, LATE])
def test_series_and_instances_are_answered_in_ascending_order(more: dict[str, object]) -> None:
    own = {"0020000E": {"vr": "UI", "Value": ["1.2.3"]}} | more
    attributes = sew([orjson.dumps(own)], SERIES_SEAMS)
    study = _study_hit(STUDY)
    series = orjson.loads(series_answer(SeriesHit(study, (1, 1), "1.2.3", 5, attributes), b"http://x"))
    assert list(series) == sorted(series)
    assert own.items() <= series.items()
    hit = InstanceHit(study, (1, 1, 1, 1), "1.2.3", attributes, "1.2.3.4", "1.2.840", 7, None, 512, None, None)
    instance = orjson.loads(instance_answer(hit, b"http://x"))
    assert list(instance) == sorted(instance)
    assert instance["00280011"]["Value"] == [512]
    assert "00280010" not in instance


def test_further_attributes_do_not_replace_what_the_answer_says() -> None:
    answer = with_attributes(b'{"00200010":{"vr":"SH"}}', {"00200010": {"vr": "SH", "Value": ["x"]}, "00100010": {"vr": "PN"}})
    assert answer == b'{"00100010":{"vr":"PN"},"00200010":{"vr":"SH"}}'


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(1, 1 << 40), st.sampled_from([(), (1, 2), (1, 2, 3, 4)]))
def test_a_cursor_comes_back_as_it_was(key: str, ref: int, within: tuple[int, ...]) -> None:
    cursor = Cursor(key, ref, within)
    assert cursors.from_text(cursors.to_text(cursor)) == cursor


@given(st.text(max_size=40))
def test_any_other_text_is_no_cursor(text: str) -> None:
    try:
        cursor = cursors.from_text(text)
    except BadCursor:
        return
    assert isinstance(cursor.ref, int)


@pytest.mark.parametrize("cursor", [Cursor("x\0", 1), Cursor("x", 1, (1,)), Cursor("x", 1 << 63)])
def test_a_cursor_that_no_database_takes_is_refused(cursor: Cursor) -> None:
    with pytest.raises(BadCursor):
        cursors.from_text(cursors.to_text(cursor))


def test_Q5_wildcards_become_each_databases_own_and_all_else_is_literal() -> None:
    assert SQLITE.like("a[b]*?%_") == ("GLOB ?", "a[[]b]*?%_")
    assert POSTGRESQL.like("a[b]*?%_\\") == ("LIKE ?", "a[b]%_\\%\\_\\\\")


def test_a_literal_beginning_is_a_range_that_an_index_finds() -> None:
    assert f.condition("c", Like("ab*"), SQLITE) == ("c >= ? AND c < ?", ("ab", "ab\U0010ffff"))
    assert f.condition("c", Like("ab*c"), SQLITE) == ("c >= ? AND c < ? AND c GLOB ?", ("ab", "ab\U0010ffff", "ab*c"))
    assert f.condition("c", Like("*b"), SQLITE) == ("c GLOB ?", ("*b",))


def test_conditions_of_every_kind() -> None:
    assert f.condition("c", Among(()), SQLITE) == ("1 = 0", ())
    assert f.condition("c", Among(("a", "b")), SQLITE) == ("c IN (?, ?)", ("a", "b"))
    assert f.condition("c", Between("1", None), SQLITE) == ("c >= ? AND c <> ''", ("1",))
    assert f.condition("c", Empty(), SQLITE, number=True) == ("c IS NULL", ())
    assert f.condition("c", AnyOf((Among(("a",)), Empty())), SQLITE) == ("((c = ?) OR (c = ''))", ("a",))


def test_Q10_days_are_stretches_of_the_order() -> None:
    assert f.day_span(Among(("20260101",))) == (Span("20260101", "20260101~"), None)
    assert f.day_span(Between(None, "20260101")) == (Span("00000001", "20260101~"), None)
    assert f.day_span(Between("20260101", None))[0].low == "20260101"
    assert Span("2", "5").within(Span("3", "9")) == Span("3", "5")


@pytest.mark.parametrize(
    ("time", "earliest"),
    [("10", "10"), ("1000", "10"), ("100000", "10"), ("100000.0", "10"), ("103000", "1030"), ("00", "00")],
)
def test_Q10_the_earliest_writing_of_a_time(time: str, earliest: str) -> None:
    assert _earliest(time) == earliest


def test_Q10_a_time_is_written_with_any_zeros_after_the_second() -> None:
    test = _times(matching.Exact("101500.5"))
    assert isinstance(test, Among)
    assert {"101500.5", "101500.50", "101500.500000"} <= set(test.values)
    assert _times(matching.Exact("10")) == Among(("10",))
