"""The Native DICOM Model."""

from sixfold.dicom.xml import native_xml


def test_C4_names_are_split_into_groups_and_components() -> None:
    document = native_xml({"00100010": {"vr": "PN", "Value": [{"Ideographic": "山田^太郎"}]}}).decode()
    assert "<Ideographic><FamilyName>山田</FamilyName><GivenName>太郎</GivenName></Ideographic>" in document
    assert 'tag="00100010" vr="PN" keyword="PatientName"' in document
