"""WADO-RS in other forms than the stored one (PS3.18 8.7.3): transcoded, as ZIP, XML, pages and films; and the URI service."""

import io
import time
import zipfile
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sr.codedict import codes
from pydicom.uid import (
    BasicTextSRStorage,
    EncapsulatedPDFStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)
from tests.samples import ct, data_set, part10
from tests.webs import STORED_FORM, Web, parts_of, path_of

from sixfold.archive.service.seal import make_seal
from sixfold.dicom.encode import convert
from sixfold.dicom.json import instance_dict
from sixfold.dicom.uids import EXPLICIT_LE, transfer_syntax
from sixfold.kernel import events
from sixfold.kernel.events import Event

PIXELS = bytes([7, 0, 9, 1] * 128)
LOSSLESS = [RLELossless, JPEGLSLossless, JPEG2000Lossless, HTJ2KLossless]


def _stored(web: Web, data: Dataset, syntax: str = ExplicitVRLittleEndian) -> str:
    assert web.stow(part10(data, syntax)).status_code == 200
    return path_of(data)


def _compressed(web: Web) -> tuple[Dataset, str, str]:
    """An image that comes compressed without loss, as RLE; its native twin, its path, its syntax."""
    twin = ct(PixelData=PIXELS)
    file = dcmread(io.BytesIO(part10(twin)))
    file.compress(RLELossless, generate_instance_uid=False)
    buffer = io.BytesIO()
    file.save_as(buffer)
    assert web.stow(buffer.getvalue()).status_code == 200
    return twin, path_of(twin), RLELossless


def _lossy(web: Web) -> tuple[Dataset, str]:
    """A baseline JPEG of the wheel of pydicom."""
    name = get_testdata_file("SC_rgb_jpeg_dcmtk.dcm", download=False)
    if name is None:
        pytest.skip("the sample is not in this wheel")
    data = dcmread(name)
    assert web.stow(Path(str(name)).read_bytes()).status_code == 200
    return data, path_of(data)


def _only(web: Web, path: str, accept: str) -> Dataset:
    (part,) = parts_of(web.get(path, accept))
    read = dcmread(io.BytesIO(part.body))
    assert part.headers["content-type"].endswith(f"transfer-syntax={read.file_meta.TransferSyntaxUID}")
    return read


@pytest.mark.parametrize("syntax", LOSSLESS)
def test_E11_an_instance_in_another_syntax_has_the_same_pixels_and_attributes(web: Web, syntax: str) -> None:
    data = ct(PixelData=PIXELS)
    path = _stored(web, data)
    read = _only(web, path, f'multipart/related; type="application/dicom"; transfer-syntax={syntax}')
    assert read.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(read.pixel_array, np.frombuffer(PIXELS, "<u2").reshape(16, 16))
    del read.PixelData
    plain = data_set(ct(PixelData=PIXELS))
    assert len(plain) > 0
    for element in read:
        assert element.value == data[element.tag].value


def test_E11_compressed_becomes_native_where_no_syntax_is_named(web: Web) -> None:
    twin, path, _ = _compressed(web)
    read = _only(web, path, 'multipart/related; type="application/dicom"')
    assert read.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert read.PixelData == twin.PixelData
    assert read.PatientName == twin.PatientName


@pytest.mark.parametrize("asked", ["", f"; transfer-syntax={ExplicitVRLittleEndian}", f"; transfer-syntax={HTJ2KLossless}"])
def test_E11_lossless_jpeg_xl_becomes_what_is_asked_for(web: Web, asked: str) -> None:
    twin = ct(PixelData=PIXELS)
    pixels = np.frombuffer(PIXELS, "<u2").reshape(16, 16)
    items = encapsulate([bytes(imagecodecs.jpegxl_encode(pixels, lossless=True))])
    del twin.PixelData
    element = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" + items + b"\xfe\xff\xdd\xe0\0\0\0\0"
    sent = data_set(twin) + element
    web.house.store_bytes(sent, twin.SOPClassUID, twin.SOPInstanceUID, syntax="1.2.840.10008.1.2.4.110")
    read = _only(web, path_of(twin), f'multipart/related; type="application/dicom"{asked}')
    assert np.array_equal(read.pixel_array, pixels)


def test_S6_lossy_pixels_come_as_stored_unless_native_is_asked_for(web: Web) -> None:
    data, path = _lossy(web)
    by_default = _only(web, path, 'multipart/related; type="application/dicom"')
    assert by_default.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    assert by_default.PixelData == data.PixelData
    native = _only(web, path, f'multipart/related; type="application/dicom"; transfer-syntax={ExplicitVRLittleEndian}')
    assert native.PhotometricInterpretation == data.PhotometricInterpretation
    assert len(native.PixelData) == data.Rows * data.Columns * 3


@pytest.mark.parametrize("syntax", LOSSLESS)
def test_E11_what_has_lost_once_is_not_compressed_again(web: Web, syntax: str) -> None:
    _, path = _lossy(web)
    assert web.get(path, f"application/dicom; transfer-syntax={syntax}").status_code == 406
    assert web.get(f"{path}/frames/1", f"application/octet-stream; transfer-syntax={syntax}").status_code == 406


@pytest.mark.parametrize("stored", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("sealed", [False, True])
def test_E7_every_native_syntax_becomes_explicit_little_endian(web: Web, stored: str, sealed: bool) -> None:
    data = ct(PixelData=PIXELS)
    encoded = convert(data_set(data), EXPLICIT_LE, transfer_syntax(stored))
    web.house.store_bytes(encoded, data.SOPClassUID, data.SOPInstanceUID, syntax=stored)
    path = path_of(data)
    if sealed:
        make_seal(web.house.archive).run(0.0)
    read = _only(web, path, 'multipart/related; type="application/dicom"')
    assert read.PixelData == PIXELS
    (described,) = web.get(f"{path}/metadata", "application/dicom+json").json()
    expected = instance_dict(encoded, transfer_syntax(stored), bulk_uri=f"{path}/bulkdata")
    told = {"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00083002": {"vr": "UI", "Value": [stored]}}
    assert described == expected | told
    assert list(described) == sorted(described)
    assert web.get(f"{path}/frames/1", "application/octet-stream").content == PIXELS


def test_S6_an_instance_whose_pixels_do_not_bear_a_change_comes_as_stored_among_others(web: Web) -> None:
    """Unused bits of a cell may hold an overlay: that instance alone stays as it is, and its part says so."""
    good = ct(PixelData=PIXELS)
    odd = ct(StudyInstanceUID=good.StudyInstanceUID, PixelData=b"\xff\xff" * 256)
    web.stow(good, odd)
    accept = f'multipart/related; type="application/dicom"; transfer-syntax={JPEGLSLossless}'
    parts = parts_of(web.get(f"/dicomweb/studies/{good.StudyInstanceUID}", accept))
    syntaxes = {dcmread(io.BytesIO(part.body)).SOPInstanceUID: part.headers["content-type"] for part in parts}
    assert syntaxes[good.SOPInstanceUID].endswith(JPEGLSLossless)
    assert syntaxes[odd.SOPInstanceUID].endswith(ExplicitVRLittleEndian)
    assert web.get(path_of(odd), f"application/dicom; transfer-syntax={JPEGLSLossless}").status_code == 406


def test_a_study_where_some_can_be_had_is_206_and_says_how_many_cannot(web: Web) -> None:
    lossy, _ = _lossy(web)
    native = ct(StudyInstanceUID=lossy.StudyInstanceUID, PatientID=lossy.PatientID, PatientName=lossy.PatientName)
    native.PixelData = PIXELS
    assert web.stow(native).status_code == 200
    accept = f'multipart/related; type="application/dicom"; transfer-syntax={RLELossless}'
    answer = web.get(f"/dicomweb/studies/{lossy.StudyInstanceUID}", accept)
    assert answer.status_code == 206
    assert "1 of 2" in answer.headers["warning"]
    assert len(parts_of(answer)) == 1


def test_a_study_whose_bytes_are_partly_gone_is_206_and_none_is_an_error(web: Web) -> None:
    kept = ct()
    lost = ct(StudyInstanceUID=kept.StudyInstanceUID)
    web.stow(lost)
    seal = make_seal(web.house.archive)
    seal.run(0.0)
    web.stow(kept)
    for key in list(web.house.objects.keys("studies/")):
        web.house.objects.delete(key)
    answer = web.get(f"/dicomweb/studies/{kept.StudyInstanceUID}", STORED_FORM)
    assert answer.status_code == 206
    assert [dcmread(io.BytesIO(part.body)).SOPInstanceUID for part in parts_of(answer)] == [kept.SOPInstanceUID]
    assert web.get(path_of(lost), STORED_FORM).status_code == 500


@pytest.mark.parametrize(
    ("accept", "kind", "syntax"),
    [
        ('multipart/related; type="image/jls"', "image/jls", JPEGLSLossless),
        ('multipart/related; type="image/jp2"', "image/jp2", JPEG2000Lossless),
        ('multipart/related; type="image/dicom-rle"', "image/dicom-rle", RLELossless),
        ('multipart/related; type="image/jphc"; transfer-syntax=*', "image/jphc", HTJ2KLossless),
        (f"multipart/related; type=application/octet-stream; transfer-syntax={RLELossless}", None, RLELossless),
        ("multipart/related; type=image/jpeg, multipart/related; type=image/jls", "image/jls", JPEGLSLossless),
    ],
)
def test_S6_frames_come_in_the_compressed_form_asked_for(web: Web, accept: str, kind: str | None, syntax: str) -> None:
    path = _stored(web, ct(PixelData=PIXELS))
    (part,) = parts_of(web.get(f"{path}/frames/1", accept))
    assert part.headers["content-type"] == f"{kind or 'application/octet-stream'}; transfer-syntax={syntax}"
    assert part.headers["content-location"] == f"{path}/frames/1"
    assert part.body != PIXELS


def test_S6_any_syntax_gives_the_stored_frame_under_the_type_asked_for(web: Web) -> None:
    _, path, stored = _compressed(web)
    as_octets = web.get(f"{path}/frames/1", "application/octet-stream; transfer-syntax=*")
    as_anything = web.get(f"{path}/frames/1", "multipart/related; transfer-syntax=*")
    assert as_octets.headers["content-type"] == f"application/octet-stream; transfer-syntax={stored}"
    (part,) = parts_of(as_anything)
    assert part.headers["content-type"] == f"image/dicom-rle; transfer-syntax={stored}"
    assert part.body == as_octets.content
    native = web.get(f"{path}/frames/1", "application/octet-stream")
    assert native.content == PIXELS


def test_S6_a_form_of_frames_that_nothing_here_writes_is_406(web: Web) -> None:
    path = _stored(web, ct(PixelData=PIXELS))
    assert web.get(f"{path}/frames/1", "image/jpeg").status_code == 406
    assert web.get(f"{path}/frames/1", "video/mp4").status_code == 406


def test_encapsulated_pixels_as_bulk_data_are_their_frames(web: Web) -> None:
    twin, path, stored = _compressed(web)
    (part,) = parts_of(web.get(f"{path}/bulkdata/7FE00010", "multipart/related; transfer-syntax=*"))
    assert part.headers["content-type"].endswith(stored)
    assert web.get(f"{path}/bulkdata/7FE00010", "application/octet-stream").content == twin.PixelData


def test_a_zip_holds_every_file_as_stored(web: Web) -> None:
    first = ct()
    second = ct(StudyInstanceUID=first.StudyInstanceUID)
    web.stow(first, second)
    answer = web.get(f"/dicomweb/studies/{first.StudyInstanceUID}", "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert set(files) == {f"{first.SOPInstanceUID}.dcm", f"{second.SOPInstanceUID}.dcm"}
    assert files[f"{first.SOPInstanceUID}.dcm"].endswith(data_set(first))


def test_metadata_as_xml_has_a_part_for_each_instance(web: Web) -> None:
    first = ct()
    web.stow(first, ct(StudyInstanceUID=first.StudyInstanceUID))
    answer = web.get(f"/dicomweb/studies/{first.StudyInstanceUID}/metadata", 'multipart/related; type="application/dicom+xml"')
    parts = parts_of(answer)
    assert len(parts) == 2
    assert all(b"<NativeDicomModel" in part.body and b"Wei\xc3\x9f" in part.body for part in parts)


@pytest.mark.parametrize("coding", ["gzip", "gzip, br", "*", "br;q=1.0, gzip;q=0.5"])
def test_sealed_metadata_go_out_as_the_gzip_they_are(web: Web, coding: str) -> None:
    data = ct()
    path = _stored(web, data)
    plain = web.get(f"{path}/metadata", "application/dicom+json", Accept_Encoding="identity")
    make_seal(web.house.archive).run(0.0)
    sealed = web.get(f"{path}/metadata", "application/dicom+json", Accept_Encoding=coding)
    assert sealed.headers["content-encoding"] == "gzip"
    assert sealed.json() == plain.json()
    refused = web.get(f"{path}/metadata", "application/dicom+json", Accept_Encoding="gzip;q=0, identity")
    assert "content-encoding" not in refused.headers


def test_a_report_is_a_page_that_runs_nothing(web: Web) -> None:
    report = ct(SOPClassUID=BasicTextSRStorage, PixelData=None, Rows=None, Columns=None, Modality="SR")
    name, finding = Dataset(), Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "121071", "DCM", "Finding <b>"
    finding.RelationshipType, finding.ValueType, finding.TextValue = "CONTAINS", "TEXT", "<script>alert(1)</script>\nnormal"
    finding.ConceptNameCodeSequence = [name]
    report.ContentSequence = [finding]
    assert codes.DCM.Finding.value == "121071"
    answer = web.get(f"{_stored(web, report)}/rendered", "text/html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>normal" in answer.text
    assert "<script" not in answer.text
    assert "Finding &lt;b&gt;" in answer.text


def test_a_document_is_given_to_a_frame_of_a_browser(web: Web) -> None:
    pdf = b"%PDF-1.4\n%%EOF\n"
    document = ct(SOPClassUID=EncapsulatedPDFStorage, PixelData=None, Rows=None, Columns=None, Modality="DOC")
    document.MIMETypeOfEncapsulatedDocument, document.EncapsulatedDocument = "application/pdf", pdf + b"\0"
    chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
    answer = web.get(f"{_stored(web, document)}/rendered", chromium)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/pdf", pdf)
    assert web.get(f"{path_of(document)}/rendered", "image/png").status_code == 406


def test_every_frame_of_a_series_as_pictures_in_parts(web: Web) -> None:
    first = ct(NumberOfFrames="2", PixelData=PIXELS * 2)
    second = ct(StudyInstanceUID=first.StudyInstanceUID, SeriesInstanceUID=first.SeriesInstanceUID)
    web.stow(first, second)
    series = path_of(first).partition("/instances")[0]
    parts = parts_of(web.get(f"{series}/rendered", 'multipart/related; type="image/png"'))
    assert [Image.open(io.BytesIO(part.body)).size for part in parts] == [(16, 16)] * 3


@pytest.mark.parametrize("query", ["annotation=patient", "annotation=patient,technique", "iccprofile=yes"])
def test_a_wish_that_is_not_met_is_told_in_a_warning(web: Web, query: str) -> None:
    path = _stored(web, ct())
    assert web.get(f"{path}/rendered?{query}", "image/png").headers["warning"].startswith("299 ")
    assert "warning" not in web.get(f"{path}/rendered", "image/png").headers


@pytest.mark.parametrize("query", ["annotation=everything", "iccprofile=none"])
def test_a_wish_that_nobody_knows_is_400(web: Web, query: str) -> None:
    assert web.get(f"{_stored(web, ct())}/rendered?{query}", "image/png").status_code == 400


def _uri(data: Dataset, more: str = "") -> str:
    names = f"studyUID={data.StudyInstanceUID}&seriesUID={data.SeriesInstanceUID}&objectUID={data.SOPInstanceUID}"
    return f"/wado?requestType=WADO&{names}{more}"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("", "image/jpeg"),
        ("&contentType=image/png", "image/png"),
        ("&contentType=application/dicom", "application/dicom"),
        ("&contentType=image/png&rows=8&columns=4", "image/png"),
        ("&contentType=image/png&region=0,0,0.5,0.25", "image/png"),
        ("&contentType=image/png&windowCenter=40&windowWidth=400", "image/png"),
        ("&contentType=image/jpeg&imageQuality=1&frameNumber=1", "image/jpeg"),
    ],
)
def test_the_uri_service_gives_what_is_asked(web: Web, more: str, kind: str) -> None:
    data = ct()
    _stored(web, data)
    answer = web.get(_uri(data, more))
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_the_uri_service_gives_part_of_an_image_in_the_size_asked_for(web: Web) -> None:
    data = ct()
    _stored(web, data)
    answer = web.get(_uri(data, "&contentType=image/png&region=0,0,0.5,0.25"))
    assert Image.open(io.BytesIO(answer.content)).size == (8, 4)
    assert max(Image.open(io.BytesIO(web.get(_uri(data, "&contentType=image/png&rows=8")).content)).size) == 8


def test_the_uri_service_brings_a_file_into_a_transfer_syntax(web: Web) -> None:
    data = ct(PixelData=PIXELS)
    _stored(web, data)
    answer = web.get(_uri(data, f"&contentType=application/dicom&transferSyntax={JPEGLSLossless}"))
    assert dcmread(io.BytesIO(answer.content)).file_meta.TransferSyntaxUID == JPEGLSLossless


@pytest.mark.parametrize(
    "more",
    [
        "&frameNumber=0",
        "&frameNumber=1,2",
        "&rows=0",
        "&columns=x",
        "&region=0,0,2,1",
        "&region=1,1,0,0",
        "&region=0,0",
        "&windowCenter=4",
        "&windowCenter=4&windowWidth=-1",
        "&imageQuality=0",
    ],
)
def test_a_parameter_that_the_uri_service_cannot_use_is_400(web: Web, more: str) -> None:
    data = ct()
    _stored(web, data)
    assert web.get(_uri(data, more)).status_code == 400


def test_the_uri_service_never_gives_an_identity_that_was_to_be_hidden(web: Web) -> None:
    data = ct()
    _stored(web, data)
    assert web.get(_uri(data, "&anonymize=yes")).status_code == 501
    assert web.get("/wado?requestType=WADO&studyUID=1").status_code == 400
    assert web.get(_uri(data).replace("requestType=WADO", "requestType=x")).status_code == 400
    assert web.get(_uri(ct())).status_code == 404


def test_I11_the_trail_tells_what_the_uri_service_gave_as_it_does_of_a_path(web: Web) -> None:
    data = ct()
    path = _stored(web, data)
    assert web.get(_uri(data)).status_code == web.get(path, STORED_FORM).status_code == 200
    by_path, by_query = (_audited(web, route) for route in ("/dicomweb/studies/{study}", "/wado"))
    told = [(event.subject, event.payload["study_uid"], event.payload["detail"]) for event in (by_query, by_path)]
    assert told == [(data.StudyInstanceUID, data.StudyInstanceUID, data.SeriesInstanceUID)] * 2


def _audited(web: Web, route: str) -> Event:
    """The audit event of a read by this route, which is written a moment after the answer."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for event in events.read(web.house.database, 0, 1000):
            if event.payload.get("action") == "read" and event.payload["route"].startswith(route):
                return event
        time.sleep(0.02)
    raise AssertionError(f"no read by {route} was audited")


def test_the_capabilities_tell_of_every_route_and_their_forms(web: Web) -> None:
    told = web.get("/dicomweb", "application/json").json()
    methods = {(resource["path"], method["name"]) for resource in told["resources"] for method in resource["methods"]}
    assert {("/studies", "POST"), ("/studies", "GET"), ("/studies/{study}", "DELETE")} <= methods
    frames = next(item for item in told["resources"] if item["path"].endswith("/frames/{frames}"))
    assert 'multipart/related; type="image/jls"' in frames["methods"][0]["produces"]
    wadl = web.client.request("OPTIONS", "/dicomweb", headers={"Accept": "application/vnd.sun.wadl+xml"})
    assert wadl.headers["content-type"] == "application/vnd.sun.wadl+xml"
    assert "studies/{study}/rendered" in wadl.text
