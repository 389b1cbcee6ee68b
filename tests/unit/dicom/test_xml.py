"""The Native DICOM Model (PS3.19 A.1)."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixfold.dicom.structure import TooDeep
from sixfold.dicom.xml import native_xml

SPACE = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"


def attribute_of(json_object: dict[str, Any]) -> Any:
    return fromstring(native_xml(json_object))[0]


def test_C4_names_are_split_into_groups_and_components() -> None:
    document = native_xml({"00100010": {"vr": "PN", "Value": [{"Ideographic": "山田^太郎"}]}}).decode()
    assert "<Ideographic><FamilyName>山田</FamilyName><GivenName>太郎</GivenName></Ideographic>" in document
    assert 'tag="00100010" vr="PN" keyword="PatientName"' in document


def test_values_are_numbered_and_nulls_leave_a_gap() -> None:
    found = attribute_of({"00080008": {"vr": "CS", "Value": ["ORIGINAL", None, "AXIAL"]}})
    assert [(value.get("number"), value.text) for value in found] == [("1", "ORIGINAL"), ("3", "AXIAL")]
    assert found.get("keyword") == "ImageType"


def test_items_nest_and_may_be_empty() -> None:
    inner = {"00080100": {"vr": "SH", "Value": ["A"]}}
    found = attribute_of({"00081032": {"vr": "SQ", "Value": [inner, {}]}})
    assert [(one.tag, one.get("number"), len(one)) for one in found] == [(f"{SPACE}Item", "1", 1), (f"{SPACE}Item", "2", 0)]
    assert found[0][0].get("tag") == "00080100"


def test_binary_values_are_inline_or_by_reference() -> None:
    assert attribute_of({"00091002": {"vr": "OB", "InlineBinary": "AAA="}})[0].text == "AAA="
    assert attribute_of({"7FE00010": {"vr": "OW", "BulkDataURI": "/x?a=1&b=2"}})[0].get("uri") == "/x?a=1&b=2"


def test_a_private_element_names_its_creator() -> None:
    found = fromstring(
        native_xml({"00090010": {"vr": "LO", "Value": ['A"CME']}, "00091002": {"vr": "LO"}, "00092002": {"vr": "LO"}})
    )
    assert [one.get("privateCreator") for one in found] == [None, 'A"CME', None]
    assert [one.get("keyword") for one in found] == [None, None, None]


def test_depth_is_limited() -> None:
    json_object: dict[str, Any] = {}
    for _ in range(100):
        json_object = {"00081115": {"vr": "SQ", "Value": [json_object]}}
    with pytest.raises(TooDeep):
        native_xml(json_object)


@given(st.text(max_size=20))
def test_any_text_makes_a_document(text: str) -> None:
    value = attribute_of({"00104000": {"vr": "LT", "Value": [text]}})[0].text or ""
    kept = all(char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff" for char in text)
    assert value == text or not kept
