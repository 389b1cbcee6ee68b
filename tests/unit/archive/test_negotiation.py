"""Media types as clients write them (RFC 9110 8.3, 12.5.1; PS3.18 8.7)."""

import pytest

from sixfold.archive.http.negotiation import (
    ANY_SYNTAX,
    DICOM,
    DICOM_JSON,
    OCTETS,
    BadMediaType,
    NotAcceptable,
    Offer,
    acceptable,
    choose,
    parse_media_type,
    parse_media_types,
)

PARTS, FILE = Offer(DICOM, multipart=True), Offer(DICOM)
INSTANCES = [PARTS, FILE]
J2K = "1.2.840.10008.1.2.4.90"


@pytest.mark.parametrize(
    ("header", "offer", "syntax"),
    [
        ("", PARTS, ""),
        ("*/*", PARTS, ""),
        ("application/dicom", FILE, ""),
        ("application/*", FILE, ""),
        ("multipart/related", PARTS, ""),
        ('multipart/related; type="application/dicom"', PARTS, ""),
        ("multipart/related; type=application/dicom", PARTS, ""),
        (f'multipart/related; type="application/dicom"; transfer-syntax={J2K}', PARTS, J2K),
        ('multipart/related; type="application/dicom"; transfer-syntax=*', PARTS, ANY_SYNTAX),
        ('multipart/related; transfer-syntax="*"; type="application/dicom"', PARTS, ANY_SYNTAX),
        ("text/html, application/dicom", FILE, ""),
        ("application/dicom; q=0.5, multipart/related; q=0.6", PARTS, ""),
        ("*/*; q=1, application/dicom; q=1", FILE, ""),
        ("application/dicom; q=0, */*", PARTS, ""),
        ("application/dicom; q=nonsense", FILE, ""),
        ("APPLICATION/DICOM;Q=0.1", FILE, ""),
    ],
)
def test_S6_the_best_of_what_both_sides_have(header: str, offer: Offer, syntax: str) -> None:
    choice = choose(acceptable(header), INSTANCES)
    assert (choice.offer, choice.syntax) == (offer, syntax)


@pytest.mark.parametrize(
    "header",
    [
        "text/html",
        "image/*",
        "*/*; q=0",
        'multipart/related; type="image/jpeg"',
        "application/dicom;q=0",
    ],
)
def test_S6_nothing_in_common_names_what_is_offered(header: str) -> None:
    with pytest.raises(NotAcceptable, match="application/dicom") as told:
        choose(acceptable(header), INSTANCES)
    assert told.value.status == 406


def test_S6_of_equal_quality_the_first_that_is_not_a_wildcard_wins() -> None:
    chosen = choose(acceptable(f"*/*, {OCTETS}, {DICOM_JSON}"), [Offer(DICOM_JSON), Offer(OCTETS)])
    assert chosen.offer == Offer(OCTETS)
    assert not chosen.wildcard


def test_S6_a_refused_type_is_not_had_by_a_wildcard() -> None:
    chosen = choose(acceptable(f"*/*, {DICOM_JSON};q=0"), [Offer(DICOM_JSON), Offer(OCTETS)])
    assert chosen.offer == Offer(OCTETS)
    assert chosen.wildcard


def test_the_query_parameter_wins_and_its_plus_may_have_become_a_blank() -> None:
    (media_type,) = acceptable("text/html", "application/dicom json")
    assert media_type.name == DICOM_JSON


@pytest.mark.parametrize("text", ["a", "a/b c/d", "a/b; =", ";", "a/b,,c/d", "/", "a/", '"a/b"', "a/b\x00", "x/y;z" * 2000])
def test_what_is_no_list_of_media_types_is_told(text: str) -> None:
    with pytest.raises(BadMediaType):
        parse_media_types(text)


def test_a_list_has_an_end() -> None:
    with pytest.raises(BadMediaType):
        parse_media_types(",".join(["a/b"] * 100))


def test_quotes_hide_separators_and_backslashes() -> None:
    media_type = parse_media_type(r'multipart/related; type="a/b"; boundary="x,;\"y\\"')
    assert media_type.parameters["boundary"] == r'x,;"y\\'[:-1]
    assert media_type.part == "a/b"


def test_the_first_of_two_equal_parameters_counts() -> None:
    assert parse_media_type("a/b; c=1; C=2").parameters == {"c": "1"}


@pytest.mark.parametrize("text", ["", "a/b, c/d", "a/b x"])
def test_a_content_type_is_one_media_type(text: str) -> None:
    with pytest.raises(BadMediaType):
        parse_media_type(text)
