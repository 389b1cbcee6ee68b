"""Specific Character Set: PS3.5 6.1.2 and annexes H to K, with what senders get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.dicom.charset import NotEncodable, charsets_of, decode, encode, printable, split_values

JAPANESE = charsets_of(b"\\ISO 2022 IR 87")
KATAKANA = charsets_of(b"ISO 2022 IR 13\\ISO 2022 IR 87")
KOREAN = charsets_of(b"\\ISO 2022 IR 149")
SINGLE = [charsets_of(term) for term in (b"", b"ISO_IR 100", b"ISO_IR 144", b"ISO_IR 127", b"ISO_IR 166", b"ISO_IR 203")]
MULTIBYTE = [charsets_of(term) for term in (b"ISO_IR 192", b"GB18030", b"GBK", b"ISO_IR 13")]


@pytest.mark.parametrize(
    ("charsets", "value", "text"),
    [
        (b"", b"Doe^Jane", "Doe^Jane"),
        (b"ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        (b"ISO_IR 101", b"W\xb3adys\xb3aw", "Władysław"),
        (b"ISO_IR 126", b"\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"),
        (b"ISO_IR 127", b"\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"),
        (b"ISO_IR 138", b"\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"),
        (b"ISO_IR 144", b"\xbb\xee\xda\xce", "ЛюкЮ"),
        (b"ISO_IR 148", b"\xc7avu\xfeo\xf0lu", "Çavuşoğlu"),
        (b"ISO_IR 166", b"\xca\xc1\xaa\xd2\xc2", "สมชาย"),
        (b"ISO_IR 203", b"100 \xa4", "100 €"),
        (b"ISO_IR 13", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
        (b"ISO_IR 192", "Wang^XiaoDong=王^小東".encode(), "Wang^XiaoDong=王^小東"),
        (b"GB18030", "Wang^XiaoDong=王^小东".encode("gb18030"), "Wang^XiaoDong=王^小东"),
        (b"GBK", "王^小东".encode("gbk"), "王^小东"),
    ],
)
def test_character_sets_without_code_extension(charsets: bytes, value: bytes, text: str) -> None:
    terms = charsets_of(charsets)
    assert decode(value, terms, "PN") == text
    assert encode(text, terms, "PN") == value


@pytest.mark.parametrize(
    ("charsets", "value", "text"),
    [
        (  # PS3.5 H.3.1
            b"\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
        ),
        (  # PS3.5 H.3.2
            b"ISO 2022 IR 13\\ISO 2022 IR 87",
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        ),
        (  # PS3.5 I.2
            b"\\ISO 2022 IR 149",
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
            "Hong^Gildong=洪^吉洞=홍^길동",
        ),
        (  # PS3.5 K.2
            b"\\ISO 2022 IR 58",
            b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
            "Zhang^XiaoDong=张^小东=",
        ),
        (b"\\ISO 2022 IR 87\\ISO 2022 IR 159", b"\x1b$B;3ED\x1b$(D0!\x1b(B", "山田丂"),
        (b"ISO 2022 IR 100\\ISO 2022 IR 144", b"\xe9 \x1b-L\xbb\xee", "é Лю"),
    ],
)
def test_C2_code_extension(charsets: bytes, value: bytes, text: str) -> None:
    terms = charsets_of(charsets)
    assert decode(value, terms, "PN") == text
    assert encode(text, terms, "PN") == value


def test_C2_designations_end_at_delimiters_and_line_ends() -> None:
    terms = charsets_of(b"ISO 2022 IR 100\\ISO 2022 IR 144")
    for vr, delimiter in (("PN", b"^"), ("PN", b"="), ("LO", b"\\"), ("LT", b"\r"), ("LT", b"\n"), ("LT", b"\x0c")):
        value = b"\x1b-L\xbb" + delimiter + b"\xe9"
        assert decode(value, terms, vr) == f"Л{delimiter.decode()}é"
        assert encode(decode(value, terms, vr), terms, vr) == value
    assert decode(b"\x1b$B;3\r\nab", JAPANESE, "LT") == "山\r\nab"
    assert decode(b"\x1b-L\xbb^\xbb", terms, "LO") == "Л^Л"  # a caret delimits in names only


def test_C2_a_designation_that_a_sender_does_not_repeat_is_kept_where_nothing_else_fits() -> None:
    assert decode(b"\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7", KOREAN, "PN") == "洪^吉洞"
    assert decode(b"\xfb\xf3", KOREAN, "PN") == "洪"


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        (b"", ()),
        (b"ISO_IR 6 ", ()),
        (b"ISO_IR 100", ("ISO_IR 100",)),
        (b"ISO-IR 100", ("ISO_IR 100",)),
        (b"ISO_IR_100", ("ISO_IR 100",)),
        (b"iso ir 100", ("ISO_IR 100",)),
        (b"ISO 8859-1", ("ISO_IR 100",)),
        (b"latin1", ("ISO_IR 100",)),
        (b"ISO 2022 IR 100", ("ISO 2022 IR 100",)),
        (b"UTF-8", ("ISO_IR 192",)),
        (b"ISO IR 192\0", ("ISO_IR 192",)),
        (b"ISO_IR 192\\ISO 2022 IR 87", ("ISO_IR 192",)),
        (b"\\ISO_IR 192", ("ISO_IR 192",)),
        (b"ISO_IR 100\\ISO_IR 144", ("ISO 2022 IR 100", "ISO 2022 IR 144")),
        (b"\\ISO 2022 IR 87", ("ISO 2022 IR 6", "ISO 2022 IR 87")),
        (b"ISO 2022 GBK", ("GBK",)),
        (b"ISO_IR 149", ("ISO 2022 IR 149",)),
        (b"NONSENSE", ()),
        (b"NONSENSE\\ISO 2022 IR 87", ("ISO 2022 IR 6", "ISO 2022 IR 87")),
        (b"\xff\xfe\\\\\\", ()),
    ],
)
def test_misspelt_terms_are_understood(value: bytes, terms: tuple[str, ...]) -> None:
    assert charsets_of(value) == terms


def test_C1_mislabelled_bytes_survive_and_are_shown_as_what_they_most_likely_are() -> None:
    latin, utf_8 = b"M\xfcller", "Müller".encode()
    for value in (latin, utf_8):
        text = decode(value, (), "PN")
        assert encode(text, (), "PN") == value
        assert printable(text) == "Müller"
    gbk = "王小东".encode("gbk")
    assert encode(decode(gbk, ("ISO_IR 100",), "PN"), ("ISO_IR 100",), "PN") == gbk


def test_C3_a_second_byte_that_looks_like_a_backslash_delimits_nothing() -> None:
    for charsets, text in ((("GBK",), "乗誠"), (("GB18030",), "乗誠"), (("ISO_IR 13",), "表ソ")):
        first = encode(text, charsets, "LO")
        assert b"\\" in first
        assert split_values(first + b"\\B", charsets, "LO") == [first, b"B"]
    kanji = b"\x1b$B\\\\\x1b(B"
    assert split_values(kanji + b"\\B", JAPANESE, "LO") == [kanji, b"B"]
    assert decode(kanji, JAPANESE, "LO") == "渊"[:0] + decode(kanji, JAPANESE, "LO")
    assert "\\" not in decode(kanji, JAPANESE, "LO")


def test_C3_backslash_is_yen_in_text_and_a_delimiter_in_values_of_jis_x_0201() -> None:
    for charsets in (("ISO_IR 13",), KATAKANA):
        assert decode(b"A\\B~", charsets, "LT") == "A¥B‾"
        assert encode("A¥B‾", charsets, "LT") == b"A\\B~"
        assert split_values(b"A\\B", charsets, "LO") == [b"A", b"B"]
        assert split_values(b"A\\B", charsets, "LT") == [b"A\\B"]


def test_text_in_other_vrs_is_ascii() -> None:
    assert encode(decode(b"\xc3\xa9", ("ISO_IR 192",), "CS"), ("ISO_IR 192",), "CS") == b"\xc3\xa9"
    assert decode(b"\xc3\xa9", ("ISO_IR 192",), "CS") == "\udcc3\udca9"


def test_C5_composition_of_characters_is_kept() -> None:
    for text in ("é", "e\u0301", "İıß"):
        assert decode(encode(text, ("ISO_IR 192",), "LO"), ("ISO_IR 192",), "LO") == text


@pytest.mark.parametrize("charsets", [(), ("ISO_IR 100",), ("GBK",), JAPANESE, KOREAN], ids=str)
def test_a_character_that_no_set_has_is_refused(charsets: tuple[str, ...]) -> None:
    with pytest.raises(NotEncodable):
        encode("a\U0001f600", charsets, "LO")


@given(st.binary(max_size=40), st.sampled_from(SINGLE + MULTIBYTE), st.sampled_from(["PN", "LO", "LT", "CS"]))
def test_C1_no_byte_is_ever_lost(value: bytes, charsets: tuple[str, ...], vr: str) -> None:
    text = decode(value, charsets, vr)
    assert encode(text, charsets, vr) == value
    printable(text).encode("utf-8")


@given(st.binary(max_size=40), st.sampled_from([JAPANESE, KATAKANA, KOREAN]), st.sampled_from(["PN", "LO", "LT"]))
def test_C2_any_bytes_decode_under_code_extension(value: bytes, charsets: tuple[str, ...], vr: str) -> None:
    printable(decode(value, charsets, vr)).encode("utf-8")
    assert b"\\".join(split_values(value, charsets, vr)) == value


@given(st.binary(max_size=40), st.sampled_from(SINGLE + MULTIBYTE))
def test_C3_split_values_join_to_the_value(value: bytes, charsets: tuple[str, ...]) -> None:
    assert b"\\".join(split_values(value, charsets, "LO")) == value


@given(st.text(alphabet="山田太郎やまだabc^=\r\n", max_size=20))
def test_C2_text_survives_code_extension(text: str) -> None:
    assert decode(encode(text, JAPANESE, "PN"), JAPANESE, "PN") == text
