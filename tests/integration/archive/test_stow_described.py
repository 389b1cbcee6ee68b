"""STOW-RS of metadata and bulk data (PS3.18 10.5.1): instances are put together from their parts, or refused with a reason."""

import io
import json
import struct
from typing import Any

import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian, JPEGBaseline8Bit
from tests.samples import ct
from tests.webs import BOUNDARY, FAILED, FAILURE_REASON, REFERENCED, STORED_FORM, Web, parts_of, path_of

from sixfold.archive.http.native_model import read_native_model
from sixfold.dicom.xml import native_xml

JSON_FORM = f'multipart/related; type="application/dicom+json"; boundary={BOUNDARY}'
XML_FORM = f'multipart/related; type="application/dicom+xml"; boundary={BOUNDARY}'
NOT_UNDERSTOOD = 0xC000


def _part(kind: str, body: bytes, location: str = "") -> bytes:
    where = f"Content-Location: {location}\r\n" if location else ""
    return f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n{where}\r\n".encode() + body + b"\r\n"


def _body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _described(data: Dataset, **references: str) -> dict[str, Any]:
    """DICOM JSON with attributes, by keyword, given by reference."""
    if "PixelData" in data:
        data["PixelData"].VR = "OW"
    plain = data.to_json_dict(bulk_data_threshold=1 << 30)
    for keyword, uri in references.items():
        element = data[keyword]
        plain[f"{int(element.tag):08X}"] = {"vr": element.VR, "BulkDataURI": uri}
    return plain


def _read(web: Web, data: Dataset) -> Dataset:
    (part,) = parts_of(web.get(path_of(data), STORED_FORM))
    return dcmread(io.BytesIO(part.body))


def test_S5_metadata_and_native_pixels_make_an_instance(web: Web) -> None:
    data = ct()
    root = json.dumps([_described(data, PixelData="pixels")]).encode()
    body = _body(_part("application/dicom+json", root), _part("application/octet-stream", data.PixelData, "pixels"))
    answer = web.post(body, content_type=JSON_FORM)
    assert answer.status_code == 200, answer.text
    stored = _read(web, data)
    assert stored.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert stored.PixelData == data.PixelData
    assert stored.PatientName == "Weiß^Änne"
    assert stored.SpecificCharacterSet == "ISO_IR 192"


def test_S5_values_may_come_before_and_in_any_order_and_inline(web: Web) -> None:
    first, second = ct(), ct()
    root = json.dumps([_described(first, PixelData="p1"), _described(second)]).encode()
    body = _body(_part("application/octet-stream", first.PixelData, "p1"), _part("application/dicom+json", root))
    assert len(web.post(body, content_type=JSON_FORM).json()[REFERENCED]["Value"]) == 2
    assert _read(web, second).PixelData == second.PixelData


def test_S5_the_same_as_xml(web: Web) -> None:
    data = ct(InstanceNumber="7")
    root = native_xml(_described(data, PixelData="pixels"))
    body = _body(_part("application/dicom+xml", root), _part("application/octet-stream", data.PixelData, "pixels"))
    assert web.post(body, content_type=XML_FORM).status_code == 200
    stored = _read(web, data)
    assert stored.PixelData == data.PixelData
    assert (stored.PatientName, stored.InstanceNumber, stored.Rows) == ("Weiß^Änne", 7, 16)


def test_S5_baseline_jpeg_becomes_encapsulated_pixel_data(web: Web) -> None:
    picture = io.BytesIO()
    Image.new("L", (16, 16), 90).save(picture, "JPEG")
    data = ct(BitsAllocated=8, BitsStored=8, HighBit=7, PixelData=bytes(256))
    root = json.dumps([_described(data, PixelData="p")]).encode()
    body = _body(_part("application/dicom+json", root), _part("image/jpeg", picture.getvalue(), "p"))
    assert web.post(body, content_type=JSON_FORM).status_code == 200
    assert _read(web, data).file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    frame = web.get(f"{path_of(data)}/frames/1", f"image/jpeg; transfer-syntax={JPEGBaseline8Bit}")
    assert frame.content.rstrip(b"\0") == picture.getvalue()
    assert web.get(f"{path_of(data)}/rendered", "image/png").status_code == 200


def test_S5_several_parts_of_one_place_are_frames(web: Web) -> None:
    frames = []
    for grey in (10, 200):
        picture = io.BytesIO()
        Image.new("L", (16, 16), grey).save(picture, "JPEG")
        frames.append(picture.getvalue())
    data = ct(BitsAllocated=8, BitsStored=8, HighBit=7, NumberOfFrames="2", PixelData=bytes(512))
    root = json.dumps([_described(data, PixelData="p")]).encode()
    body = _body(_part("application/dicom+json", root), *(_part("image/jpeg", frame, "p") for frame in frames))
    assert web.post(body, content_type=JSON_FORM).status_code == 200
    form = f'multipart/related; type="image/jpeg"; transfer-syntax={JPEGBaseline8Bit}'
    given = [part.body.rstrip(b"\0") for part in parts_of(web.get(f"{path_of(data)}/frames/2,1", form))]
    assert given == frames[::-1]


def test_S5_a_pdf_becomes_an_encapsulated_document_and_is_shown_as_it_is(web: Web) -> None:
    document = b"%PDF-1.7\nnothing\n%%EOF"
    data = ct(SOPClassUID=EncapsulatedPDFStorage, PixelData=None, EncapsulatedDocument=document + b"\0" * (len(document) % 2))
    root = json.dumps([_described(data, EncapsulatedDocument="d")]).encode()
    body = _body(_part("application/dicom+json", root), _part("application/pdf", document, "d"))
    assert web.post(body, content_type=JSON_FORM).status_code == 200
    shown = web.get(f"{path_of(data)}/rendered", "application/pdf")
    assert (shown.headers["content-type"], shown.content) == ("application/pdf", document)
    assert web.get(f"{path_of(data)}/bulkdata/00420011", "application/pdf").content.rstrip(b"\0") == document


@pytest.mark.parametrize(
    ("kind", "location"), [("application/octet-stream", "elsewhere"), ("text/plain", "pixels"), ("image/gif", "pixels")]
)
def test_S5_pixels_that_cannot_be_used_refuse_their_instance_alone(web: Web, kind: str, location: str) -> None:
    bad, good = ct(), ct()
    root = json.dumps([_described(bad, PixelData="pixels"), _described(good)]).encode()
    body = _body(_part("application/dicom+json", root), _part(kind, bad.PixelData, location))
    answer = web.post(body, content_type=JSON_FORM)
    assert answer.status_code == 202
    (failed,) = answer.json()[FAILED]["Value"]
    assert failed["00081155"]["Value"] == [bad.SOPInstanceUID]
    assert failed[FAILURE_REASON]["Value"] == [NOT_UNDERSTOOD]
    assert _read(web, good).PixelData == good.PixelData
    assert web.get(path_of(bad)).status_code == 404


@pytest.mark.parametrize(
    "root",
    [
        b"no json",
        b"[1]",
        b'[{"00080018": 1}]',
        b'{"a": {"vr": "LO"}}',
        b'[{"00080016": {"vr": "UI", "Value": "1.2"}}]',
        b"[]",
        struct.pack("<Q", 0),
    ],
)
def test_S5_metadata_that_are_none_are_told_and_nothing_is_kept(web: Web, root: bytes) -> None:
    answer = web.post(_body(_part("application/dicom+json", root)), content_type=JSON_FORM)
    assert answer.status_code in (400, 409)


@pytest.mark.parametrize(
    "root",
    [
        b"<a/>",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY x "y">]><NativeDicomModel>&x;</NativeDicomModel>',
        b'<NativeDicomModel><DicomAttribute tag="00280010" vr="US"><Value>x</Value></DicomAttribute></NativeDicomModel>',
        b'<NativeDicomModel><DicomAttribute tag="00280010" vr="US"><Value>&#x661;</Value></DicomAttribute></NativeDicomModel>',
        b'<NativeDicomModel><DicomAttribute tag="00181151" vr="DS"><Value>1_0</Value></DicomAttribute></NativeDicomModel>',
    ],
)
def test_S5_xml_that_is_no_native_model_is_told(web: Web, root: bytes) -> None:
    answer = web.post(_body(_part("application/dicom+xml", root)), content_type=XML_FORM)
    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "x"])
def test_S5_values_with_odd_numbers_stay_in_their_order(number: str) -> None:
    values = f'<Value number="{number}">A</Value><Value number="{number}">B</Value><Value number="1">C</Value>'
    document = f'<NativeDicomModel><DicomAttribute tag="00080008" vr="CS">{values}</DicomAttribute></NativeDicomModel>'
    assert read_native_model(document.encode()) == {"00080008": {"vr": "CS", "Value": ["A", "B", "C"]}}


def test_S5_a_value_without_a_place_is_told(web: Web) -> None:
    body = _body(_part("application/dicom+json", b"[]"), _part("application/octet-stream", b"12"))
    assert web.post(body, content_type=JSON_FORM).status_code == 400


def test_the_answer_is_xml_when_asked_so(web: Web) -> None:
    data = ct()
    root = json.dumps([_described(data)]).encode()
    answer = web.post(_body(_part("application/dicom+json", root)), content_type=JSON_FORM, Accept="application/dicom+xml")
    assert answer.headers["content-type"] == "application/dicom+xml"
    assert data.SOPInstanceUID in answer.text
    assert "ReferencedSOPSequence" in answer.text
