"""Which earlier studies belong beside one."""

import pytest

from sixfold.viewer.model.federation import OWN, Joined, Location
from sixfold.viewer.model.priors import Prior, ReadStudy
from sixfold.viewer.rules.body import NEAR, REGIONS, regions_of, sides_of
from sixfold.viewer.rules.priors import ahead, ranked, read_study

NOW = read_study("1", "20260301", ["CT"], "CT Thorax")


def of(uid: str, day: str, modality: str, description: str) -> ReadStudy:
    return read_study(uid, day, [modality], description)


def one(study: ReadStudy, current: ReadStudy = NOW) -> Prior:
    (prior,) = ranked(current, [study])
    return prior


@pytest.mark.parametrize(
    ("description", "regions"),
    [
        ("CT Thorax nativ", ("chest",)),
        ("Röntgen Thorax p.a.", ("chest",)),
        ("MRT Schädel", ("head",)),
        ("Abdomen/Pelvis with contrast", ("abdomen", "pelvis")),
        ("Whole body PET", ("whole body",)),
        ("Beckenübersicht", ("pelvis",)),
        ("Füße bds.", ("foot",)),
        ("Armada survey", ()),
        ("", ()),
        ("\0\ud800 * ? \\", ()),
    ],
)
def test_words_of_a_description_name_regions(description: str, regions: tuple[str, ...]) -> None:
    assert regions_of((), description) == regions


def test_what_the_object_says_counts_before_words() -> None:
    assert regions_of(["KNEE"], "Thorax") == ("knee",)
    assert regions_of(["UPPER ARM", "T_SPINE", ""], "") == ("spine", "arm")
    assert regions_of(["UNHEARDOF", ""], "CT chest") == ("chest",)
    assert sides_of("knee left", ["R"]) == {"right"}
    assert sides_of("Knie links") == {"left"}


def test_regions_that_are_near_are_regions() -> None:
    assert {region for pair in NEAR for region in pair} <= set(REGIONS)


def test_the_same_part_by_the_same_modality_comes_first_and_says_why() -> None:
    order = ranked(
        NOW,
        [
            of("5", "20260228", "MR", "MR Knee"),
            of("4", "20240301", "CR", "Chest PA"),
            of("3", "20250301", "CT", "CT Abdomen"),
            of("2", "20240301", "CT", "CT chest"),
        ],
    )
    assert [prior.study_uid for prior in order] == ["2", "3", "4", "5"]
    assert [prior.relevant for prior in order] == [True, True, True, False]
    assert order[0].reasons == ("same part of the body: chest", "same modality: CT", "2 years before")
    assert order[1].reasons == ("next to it: abdomen", "same modality: CT", "1 year before")
    assert order[2].reasons == ("same part of the body: chest", "another view: CR", "2 years before")
    assert order[3].reasons == ("another part of the body: knee", "another view: MR", "1 day before")


def test_the_newer_of_two_alike_comes_first_and_order_does_not_depend_on_that_of_the_answers() -> None:
    alike = [of(str(number), f"20{number}0301", "CT", "CT Thorax") for number in range(10, 26)]
    assert [prior.study_uid for prior in ranked(NOW, alike)] == [str(number) for number in range(25, 9, -1)]
    assert ranked(NOW, alike) == ranked(NOW, alike[::-1])


def test_the_other_side_is_not_the_same() -> None:
    left = of("1", "20260301", "MR", "Knee left")
    assert one(of("2", "20250301", "MR", "Knee left"), left).score > one(of("2", "20250301", "MR", "Knee right"), left).score
    assert "other side: right" in one(of("2", "20250301", "MR", "Knee right"), left).reasons
    assert "other side: right" not in one(of("2", "20250301", "MR", "Knee"), left).reasons


def test_itself_and_what_came_later_is_no_prior_and_an_untold_day_is_said() -> None:
    assert ranked(NOW, [NOW, of("2", "20260302", "CT", "CT Thorax")]) == []
    assert one(of("2", "20260301", "CT", "CT Thorax")).reasons[-1] == "the same day"
    for day in ("", "tomorrow", "20261399", "٢٠٢٥٠١٠١"):
        assert one(of("2", day, "CT", "CT Thorax")).reasons[-1] == "its day is not told"


def test_reports_beside_pictures_do_not_decide_the_kind() -> None:
    with_report = read_study("2", "20250301", ["SR", "MR"], "Thorax")
    assert one(with_report).reasons[1] == "another view: MR"
    assert one(read_study("2", "20250301", [], "")).reasons == ("1 year before",)


def test_points_stay_within_bounds() -> None:
    for region in ("Thorax", "Knee", ""):
        for modality in ("CT", "ECG", "SR"):
            assert 0 <= one(of("2", "20260301", modality, region)).score <= 100


def test_what_comes_ahead_is_relevant_and_only_elsewhere() -> None:
    def found(uid: str, *sources: str, relevant: bool = True) -> tuple[Prior, Joined]:
        row = Joined(uid, {}, sources[0], tuple(map(Location, sources)))
        return Prior(uid, 50, relevant=relevant, reasons=()), row

    priors = [found("1", "north", OWN), found("2", "north"), found("3", "north", relevant=False), found("4", "south", "north")]
    assert [row.uid for row in ahead([*priors, found("5", "north")], 2)] == ["2", "4"]
    assert ahead(priors, 0) == []
