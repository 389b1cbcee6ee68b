"""Rows of DICOM JSON as archives answer them."""

from typing import Any

from sixfold.dicom.dictionary import tag_of, tag_text, vr_of


def row(**values: Any) -> dict[str, Any]:
    """A row by keywords; a list gives several values, None an attribute without value."""
    made = {}
    for keyword, value in values.items():
        tag = tag_of(keyword)
        assert tag is not None, keyword
        vr = vr_of(tag)
        given = [] if value is None else value if isinstance(value, list) else [value]
        named = [{"Alphabetic": one} if vr == "PN" and isinstance(one, str) else one for one in given]
        made[tag_text(tag)] = {"vr": vr, "Value": named} if named else {"vr": vr}
    return made


def study(uid: str, **values: Any) -> dict[str, Any]:
    """A study's row."""
    usual = {
        "PatientID": "P1",
        "IssuerOfPatientID": "H",
        "PatientName": "Doe^Jane",
        "PatientBirthDate": "19700102",
        "PatientSex": "F",
        "StudyDate": "20260301",
        "StudyTime": "101500",
        "AccessionNumber": "A1",
        "ModalitiesInStudy": ["CT"],
        "StudyDescription": "Chest",
        "NumberOfStudyRelatedSeries": 1,
        "NumberOfStudyRelatedInstances": 10,
    }
    return row(StudyInstanceUID=uid, **(usual | values))
