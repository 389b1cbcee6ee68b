"""Rows of several archives become one row for each study."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.viewer.model.federation import OWN, Copy, Joined, Location, Told
from sixfold.viewer.rules.federation import reading
from sixfold.viewer.rules.federation.join import MOST_TOLD, in_order, joined, nearest
from sixfold.viewer.rules.federation.rows import copy_of

from .rows import row, study


def told(source: str, uid: str = "1.2", **values: Any) -> Copy:
    return copy_of(source, study(uid, **values))


def by_uid(copies: list[Copy]) -> dict[str, Joined]:
    groups: dict[str, list[Copy]] = {}
    for copy in copies:
        groups.setdefault(reading.text(copy.row, 0x0020000D), []).append(copy)
    return {uid: joined("STUDY", group) for uid, group in groups.items()}


def test_answers_that_are_alike_in_place_are_not_joined() -> None:
    """A proxy that joins by position made one study of the first of each answer: two patients in one row."""
    found = by_uid([told("a", "1.2.1", PatientName="Smith^Ann"), told("b", "1.2.2", PatientName="Jones^Bob")])
    names = {uid: reading.text(one.row, 0x00100010) for uid, one in found.items()}
    assert names == {"1.2.1": "Smith^Ann", "1.2.2": "Jones^Bob"}
    assert all(len(one.locations) == 1 and not one.conflicts for one in found.values())


def test_one_row_has_every_location_and_the_fullest_copy_leads() -> None:
    few = told("a", NumberOfStudyRelatedInstances=3, RetrieveAETitle=["A1", "A2"], InstanceAvailability="NEARLINE")
    many = told("b", NumberOfStudyRelatedInstances=30, RetrieveURL="https://b/studies/1.2", StudyDescription="of b")
    own = told(OWN, NumberOfStudyRelatedInstances=3, ModalitiesInStudy=["SR"])
    one = joined("STUDY", [few, many, own])
    assert (one.lead, reading.text(one.row, 0x00081030)) == ("b", "of b")
    assert one.locations == (
        Location("b", (), "https://b/studies/1.2", "", 1, 30),
        Location(OWN, (), "", "", 1, 3),
        Location("a", ("A1", "A2"), "", "NEARLINE", 1, 3),
    )
    assert reading.texts(one.row, 0x00080061) == ("CT", "SR")


@pytest.mark.parametrize(
    ("keyword", "one", "other"),
    [
        ("PatientID", "7", "007"),
        ("IssuerOfPatientID", "H", "G"),
        ("PatientName", "Doe^Jane", "Doe^Jan"),
        ("PatientBirthDate", "19700102", "19700201"),
        ("PatientSex", "F", "M"),
    ],
)
def test_archives_that_contradict_each_other_are_both_heard(keyword: str, one: str, other: str) -> None:
    found = joined("STUDY", [told("a", **{keyword: one}), told("b", **{keyword: other}), told("c", **{keyword: other})])
    (conflict,) = found.conflicts
    assert conflict.attribute == keyword
    assert set(conflict.told) == {Told(one, ("a",)), Told(other, ("b", "c"))}


@pytest.mark.parametrize(
    ("keyword", "one", "other"),
    [
        ("PatientName", "DOE^JANE^^", "Doe^Jane"),
        ("PatientName", "Weiß^Änne", "Weiss^Anne"),
        ("PatientName", {"Alphabetic": "Doe^Jane", "Ideographic": "山田^花子"}, "Doe^Jane"),
        ("PatientBirthDate", "1970.01.02", "19700102"),
        ("PatientBirthDate", None, "19700102"),
        ("PatientSex", "female", "F"),
        ("PatientSex", "U", "F"),
        ("IssuerOfPatientID", None, "H"),
        ("PatientID", " P1 ", "P1"),
    ],
)
def test_what_only_looks_different_or_is_not_told_contradicts_nothing(keyword: str, one: Any, other: Any) -> None:
    assert joined("STUDY", [told("a", **{keyword: one}), told("b", **{keyword: other})]).conflicts == ()


def test_one_archive_that_contradicts_itself_is_heard_and_stands_at_one_place() -> None:
    one = joined("STUDY", [told("a", PatientID="1"), told("a", PatientID="2")])
    assert [place.source for place in one.locations] == ["a"]
    assert one.conflicts[0].told == (Told("1", ("a",)), Told("2", ("a",)))


def test_of_very_many_contradictions_some_are_shown() -> None:
    one = joined("STUDY", [told("a", PatientID=str(number)) for number in range(100)])
    assert len(one.conflicts[0].told) == MOST_TOLD


def test_an_address_that_is_none_of_the_web_is_not_told() -> None:
    one = joined("STUDY", [told("a", RetrieveURL="javascript:alert(1)", InstanceAvailability="SOMEWHERE")])
    assert one.locations == (Location("a", (), "", "", 1, 10),)


COPIES = st.builds(
    told,
    st.sampled_from(["a", "b", OWN]),
    st.sampled_from(["1.2.1", "1.2.2"]),
    PatientID=st.sampled_from(["1", "2", None]),
    PatientName=st.sampled_from(["Doe^Jane", "DOE^JANE", "Roe^Rick"]),
    NumberOfStudyRelatedInstances=st.sampled_from([None, 1, 2]),
    ModalitiesInStudy=st.lists(st.sampled_from(["CT", "MR"]), max_size=2),
)


@given(st.lists(COPIES, min_size=1, max_size=8), st.randoms())
def test_order_means_nothing_and_joining_twice_changes_nothing(copies: list[Copy], chance: random.Random) -> None:
    once = by_uid(copies)
    shuffled = [*copies, *copies]
    chance.shuffle(shuffled)
    assert by_uid(shuffled) == once


@given(st.lists(COPIES, min_size=1, max_size=8))
def test_nothing_of_one_study_comes_into_another_and_no_place_is_lost(copies: list[Copy]) -> None:
    for uid, one in by_uid(copies).items():
        mine = [copy for copy in copies if reading.text(copy.row, 0x0020000D) == uid]
        assert {place.source for place in one.locations} == {copy.source for copy in mine}
        assert one.row["00100020"] in [copy.row["00100020"] for copy in mine if copy.source == one.lead]
        counts = [place.instances or 0 for place in one.locations]
        assert counts == sorted(counts, reverse=True)


def test_series_and_instances_are_joined_by_their_own_uid() -> None:
    series = [copy_of(source, row(StudyInstanceUID="1.2", SeriesInstanceUID="1.2.3", Modality="CT")) for source in "ab"]
    assert joined("SERIES", series).uid == "1.2.3"
    picture = row(StudyInstanceUID="1.2", SeriesInstanceUID="1.2.3", SOPInstanceUID="1.2.3.4")
    assert joined("IMAGE", [copy_of("a", picture)]).uid == "1.2.3.4"


def test_the_order_of_an_answer_is_newest_first_and_stable() -> None:
    dates = {"1": "20250101", "2": "20260101", "3": None, "4": "2026.01.01"}
    rows = [joined("STUDY", [told("a", uid, StudyDate=date)]) for uid, date in dates.items()]
    assert [one.uid for one in in_order("STUDY", rows)] == ["2", "4", "1", "3"]
    assert in_order("STUDY", rows[::-1]) == in_order("STUDY", rows)
    series = [joined("SERIES", [copy_of("a", row(SeriesInstanceUID=uid, SeriesNumber=number))]) for uid, number in
              (("1", None), ("2", 10), ("3", 9))]  # fmt: skip
    assert [one.uid for one in in_order("SERIES", series)] == ["3", "2", "1"]


def test_the_nearest_copy_says_how_soon_it_can_be_had() -> None:
    assert nearest([Location("a", availability="OFFLINE"), Location("b", availability="NEARLINE"), Location("c")]) == "NEARLINE"
    assert nearest([Location("c")]) == ""
