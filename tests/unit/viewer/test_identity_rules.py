"""Whose records belong together: what links, what is asked, and what never links by itself."""

from typing import Any

import pytest

from sixfold.viewer.model.identity import Comparison, Demographics, Identifier, Outcome, Policy, Record, Rule
from sixfold.viewer.rules.identity.blocks import block_of, blocks_of, phone_of
from sixfold.viewer.rules.identity.decide import judge
from sixfold.viewer.rules.identity.groups import components, objection
from sixfold.viewer.rules.identity.weights import Commonness

COMMON = Commonness(100_000, {"smith": 900, "quillfeather": 2}, {"john": 1_600, "maria": 900, "eleanor": 120})
NATIONAL = (Identifier("4711000815", "NATIONAL"),)
ELEANOR: dict[str, Any] = {
    "name": "Quillfeather^Eleanor^Ruth",
    "birth_date": "19610412",
    "sex": "F",
    "address": "12 Mill Lane, 10077",
    "phones": ("555 123 4567",),
}
JOHN: dict[str, Any] = {"name": "Smith^John", "birth_date": "19700809", "sex": "M"}
HOME: dict[str, Any] = {"address": "7 Oak Street, 10001", "phones": ("5559876543",)}


def record(key: int, issuer: str = "", **told: Any) -> Record:
    """A record of an issuer of its own, unless one is given."""
    issuer = issuer or f"HOUSE{key}"
    return Record(key, f"{issuer}|{1000 + key}", f"{1000 + key}", issuer, Demographics(**told))


def of(one: dict[str, Any], other: dict[str, Any], policy: Policy | None = None, issuer: str = "") -> Comparison:
    """Two records compared, in both orders, which come to the same."""
    first = record(1, issuer, **one)
    second = record(2, issuer, **other)
    found = judge(first, second, policy or Policy(), COMMON)
    assert found == judge(second, first, policy or Policy(), COMMON)
    return found


def test_the_same_in_everything_links() -> None:
    found = of(ELEANOR, ELEANOR | {"name": "QUILLFEATHER^ELEANOR^RUTH", "phones": ("+1 (555) 123-4567",)})
    assert (found.outcome, found.doubts, found.rule) == (Outcome.LINK, (), "")
    assert {reason.field for reason in found.reasons} >= {
        "family name",
        "given name",
        "birth date",
        "sex",
        "telephone",
        "address",
    }
    assert found.score == pytest.approx(sum(reason.bits for reason in found.reasons), abs=0.05)


def test_a_named_id_of_the_other_links_and_a_shared_number_does() -> None:
    first = record(1, **JOHN)
    second = record(2, **JOHN, other_ids=(Identifier("1001", "HOUSE1"),))
    assert judge(first, second, Policy(), COMMON).rule == Rule.CROSS_REFERENCE.value
    assert of(JOHN | {"other_ids": NATIONAL}, JOHN | {"other_ids": NATIONAL}).rule == Rule.SHARED_IDENTIFIER.value
    off = Policy(rules=())
    assert judge(first, second, off, COMMON).rule == ""


def test_a_number_without_its_issuer_says_nothing() -> None:
    told = JOHN | {"other_ids": (Identifier("4711000815", ""),)}
    assert of(told, told).outcome is not Outcome.LINK
    assert of(told, told).score == of(JOHN, JOHN).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(JOHN, JOHN, id="same name and birth date, and nothing besides"),
        pytest.param(JOHN | HOME, JOHN | HOME | {"birth_date": "19440809"}, id="father and son of one name"),
        pytest.param(
            JOHN | HOME | {"name": "Smith^John^^^Sr"}, JOHN | HOME | {"name": "Smith^John^^^Jr"}, id="senior and junior"
        ),
        pytest.param(JOHN | HOME | {"name": "Smith^John^^^Jr"}, JOHN | HOME, id="a junior and one who may be the senior"),
        pytest.param(ELEANOR, ELEANOR | {"name": "Quillfeather^Henrietta^Ruth"}, id="twins"),
        pytest.param(JOHN | HOME | {"name": "Smith^Jaden"}, JOHN | HOME | {"name": "Smith^Jayden"}, id="twins of names alike"),
        pytest.param(
            ELEANOR | {"name": "Smith^Maria^José"}, ELEANOR | {"name": "Smith^Maria^Luisa"}, id="twins, both first named Maria"
        ),
        pytest.param(ELEANOR | {"name": "Smith^Maria"}, ELEANOR | {"name": "Smith^Maria"}, id="Maria, and who knows which"),
        pytest.param(ELEANOR, ELEANOR | {"name": "Quillfeather^Eleanor"}, id="a middle name that one does not tell"),
        pytest.param(ELEANOR, ELEANOR | {"name": "Eleanor^Quillfeather^Ruth"}, id="family and given name swapped"),
        pytest.param(ELEANOR, ELEANOR | {"name": "Marchbanks^Eleanor^Ruth"}, id="a family changed by marriage"),
        pytest.param(ELEANOR, ELEANOR | {"sex": "M"}, id="the sexes differ"),
        pytest.param(ELEANOR, ELEANOR | {"birth_date": "19610413"}, id="one digit of the birth date"),
        pytest.param(ELEANOR, ELEANOR | {"birth_date": "19860412"}, id="birth dates far off"),
        pytest.param(ELEANOR, ELEANOR | {"birth_date": ""}, id="no birth date"),
        pytest.param(ELEANOR | {"birth_date": "19000101"}, ELEANOR | {"birth_date": "19000101"}, id="a default birth date"),
        pytest.param(ELEANOR | {"name": "UNKNOWN^UNKNOWN"}, ELEANOR | {"name": "UNKNOWN^UNKNOWN"}, id="unknown"),
        pytest.param(ELEANOR | {"name": "Doe^Jane"}, ELEANOR | {"name": "DOE^JANE"}, id="Jane Doe"),
        pytest.param(ELEANOR | {"name": "Smith^BABY BOY"}, ELEANOR | {"name": "Smith^BABY BOY"}, id="newborns"),
        pytest.param(ELEANOR | {"name": "BABYGIRL^SMITH"}, ELEANOR | {"name": "BABYGIRL^SMITH"}, id="newborns, the other way"),
        pytest.param(ELEANOR | {"name": ""}, ELEANOR | {"name": ""}, id="no name"),
        pytest.param(ELEANOR | {"name": "^^^^"}, ELEANOR | {"name": "===^"}, id="no name but its marks"),
        pytest.param(ELEANOR | {"name": "Quillfeather"}, ELEANOR | {"name": "Quillfeather"}, id="only a family"),
        pytest.param(ELEANOR | {"name": "Quillfeather^E"}, ELEANOR | {"name": "Quillfeather^E"}, id="only an initial"),
        pytest.param({}, {}, id="nothing at all"),
        pytest.param(
            ELEANOR | {"other_ids": NATIONAL},
            ELEANOR | {"other_ids": (Identifier("4711000816", "NATIONAL"),)},
            id="two numbers of one issuer",
        ),
        pytest.param(
            ELEANOR | {"other_ids": NATIONAL},
            ELEANOR | {"other_ids": NATIONAL, "name": "Quillfeather^Henry", "birth_date": "19880101", "sex": "M"},
            id="a number of the mother's on her son",
        ),
        pytest.param(
            JOHN | HOME | {"phones": ("0000000000",), "address": "unknown"}, JOHN | {"phones": ("0000000000",)}, id="0000"
        ),
        pytest.param(
            JOHN | {"other_ids": (Identifier("0000000000", "N"),)},
            JOHN | {"other_ids": (Identifier("0000000000", "N"),)},
            id="IDs of noughts",
        ),
    ],
)
def test_what_never_links_by_itself(one: dict[str, Any], other: dict[str, Any]) -> None:
    laxest = Policy(automatic=28.0, review=8.0)
    for policy in (Policy(), laxest):
        assert of(one, other, policy).outcome is not Outcome.LINK


def test_two_ids_of_one_issuer_and_an_id_without_issuer_are_for_people() -> None:
    assert of(ELEANOR, ELEANOR, issuer="CITY").outcome is Outcome.REVIEW
    nobody = Record(1, "|77", "77", "", Demographics(**ELEANOR))
    found = judge(nobody, record(2, **ELEANOR), Policy(), COMMON)
    assert (found.outcome, found.doubts) == (Outcome.REVIEW, ("an ID without its issuer",))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"name": "Quilfeather^Eleanor"}, id="a slip in the family"),
        pytest.param({"name": "QUILLFEATHER^ELLIE"}, id="a short form"),
        pytest.param({"name": "Eleanor^Quillfeather"}, id="swapped"),
        pytest.param({"name": "Marchbanks-Quillfeather^Eleanor"}, id="a double family"),
        pytest.param({"birth_date": "19611204"}, id="day and month swapped"),
        pytest.param({"birth_date": "19610413"}, id="one digit"),
        pytest.param({"birth_date": "19614012"}, id="what is no date"),
        pytest.param({"sex": ""}, id="no sex"),
        pytest.param({"name": "Квиллфезер^Элеанор", "birth_date": "19610412", "phones": ("5551234567",)}, id="in Cyrillic"),
    ],
)
def test_what_people_are_asked_about(other: dict[str, Any]) -> None:
    assert of(ELEANOR, ELEANOR | other).outcome is not Outcome.NOTHING
    assert set(blocks_of(record(1, **ELEANOR))) & set(blocks_of(record(2, **(ELEANOR | other))))


def test_strangers_are_nothing() -> None:
    assert of(JOHN, ELEANOR).outcome is Outcome.NOTHING
    assert of(JOHN, {"name": "Smith^John", "birth_date": "19550102", "sex": "M"}).outcome is Outcome.NOTHING
    relatives = of(JOHN | HOME, {"name": "Smith^Peter", "birth_date": "19990101", "sex": "M"} | HOME)
    assert relatives.outcome is Outcome.NOTHING
    assert any(reason.words == "same, as relatives have it" for reason in relatives.reasons)


def test_a_common_name_weighs_less() -> None:
    rare = of(ELEANOR, ELEANOR)
    common = of(ELEANOR | {"name": "Smith^John^Ruth"}, ELEANOR | {"name": "Smith^John^Ruth"})
    assert rare.score - common.score > 6


def test_name_and_birth_date_alone_link_only_where_the_policy_says_so() -> None:
    told = {"name": "Quillfeather^Eleanor^Ruth", "birth_date": "19610412", "sex": "F"}
    assert of(told, told).outcome is Outcome.REVIEW
    assert of(told, told, Policy(alone=36.0)).outcome is Outcome.LINK
    assert of(JOHN, JOHN, Policy(alone=36.0)).outcome is Outcome.REVIEW


def test_what_half_a_ward_shares_is_no_evidence() -> None:
    crowd = {block_of("t", phone_of("5559876543"))}
    told = JOHN | {"phones": ("5559876543",)}
    one, other = record(1, **told), record(2, **told)
    assert judge(one, other, Policy(), COMMON).outcome is Outcome.LINK
    found = judge(one, other, Policy(), COMMON, crowd.__contains__)
    assert found.outcome is Outcome.REVIEW
    assert not any(reason.field == "telephone" for reason in found.reasons)


def test_records_whose_studies_tell_of_two_people_are_for_people() -> None:
    mixed = Record(1, "A|1001", "1001", "A", Demographics(**ELEANOR), (Demographics(**JOHN),))
    found = judge(mixed, record(2, **ELEANOR), Policy(), COMMON)
    assert (found.outcome, found.doubts[-1]) == (Outcome.REVIEW, "studies of one ID tell of different people")


def test_blocks_tell_no_names_and_hostile_text_breaks_nothing() -> None:
    told = {
        "name": "\ud800^\0" + "x" * 5000,
        "birth_date": "²⁰²⁰0101",
        "sex": "🙂",
        "phones": ("9" * 10_000,),
        "address": "1 " * 9000,
    }
    for block in (*blocks_of(record(1, **told)), *blocks_of(record(2, **ELEANOR))):
        assert len(block) == 19
        assert "quill" not in block
    assert of(told, told).outcome is not Outcome.LINK


def test_a_person_is_what_links_hold_together() -> None:
    assert components([4, 2, 9, 7], [(2, 9), (9, 4), (1, 7)]) == [frozenset({2, 4, 9}), frozenset({7})]


def test_two_persons_become_one_only_where_none_contradicts_any() -> None:
    one, other = record(1, **ELEANOR), record(2, **ELEANOR)
    assert objection([one], [other], lambda _low, _high: False) == ""
    assert "never" in objection([one], [other], lambda _low, _high: True)
    twin = record(3, **(ELEANOR | {"name": "Quillfeather^Henrietta^Ruth"}))
    assert "given names" in objection([one, twin], [other], lambda _low, _high: False)
    assert "too many" in objection([record(n, **ELEANOR) for n in range(4, 70)], [one], lambda _low, _high: False)
