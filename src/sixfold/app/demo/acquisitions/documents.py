"""What readers add to images: a report, a letter, key images and a segmentation."""

from collections.abc import Iterator, Sequence

import numpy as np
from pydicom.dataset import Dataset

from sixfold.app.demo.acquisitions.codes import code
from sixfold.app.demo.acquisitions.radiology import NODULE_CENTRE
from sixfold.app.demo.encoding import add_pixels
from sixfold.app.demo.study import COMMENT, Study

BASIC_TEXT_SR, KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.59"
ENCAPSULATED_PDF, SEGMENTATION = "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.66.4"
MAKER = ("Sixfold Phantoms", "Reading Room")


def report(study: Study, findings: str, conclusion: str) -> Iterator[Dataset]:
    """A Basic Text SR with the headings Findings and Conclusion (PS3.16 TID 2000)."""
    data = study.series(90, "SR", "REPORT", MAKER).instance(1, BASIC_TEXT_SR)
    _document(data, code("18748-4", "LN", "Diagnostic Imaging Report"))
    data.CompletionFlag, data.VerificationFlag = "COMPLETE", "UNVERIFIED"
    data.PerformedProcedureCodeSequence = []
    data.ContentSequence = [
        _section(code("59776-5", "LN", "Findings"), code("121071", "DCM", "Finding"), findings),
        _section(code("19005-8", "LN", "Conclusions"), code("121077", "DCM", "Conclusion"), conclusion),
    ]
    yield data


def _document(data: Dataset, title: Dataset) -> None:
    data.ReferencedPerformedProcedureStepSequence = []
    data.ValueType, data.ContinuityOfContent = "CONTAINER", "SEPARATE"
    data.ConceptNameCodeSequence = [title]
    template = Dataset()
    template.MappingResource = "DCMR"
    template.TemplateIdentifier = "2010" if data.Modality == "KO" else "2000"
    data.ContentTemplateSequence = [template]


def _section(heading: Dataset, concept: Dataset, text: str) -> Dataset:
    section = Dataset()
    section.RelationshipType, section.ValueType, section.ContinuityOfContent = "CONTAINS", "CONTAINER", "SEPARATE"
    section.ConceptNameCodeSequence = [heading]
    section.ContentSequence = [_text(concept, text)]
    return section


def _text(concept: Dataset, text: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", text
    item.ConceptNameCodeSequence = [concept]
    return item


def key_images(study: Study, images: Sequence[Dataset], note: str) -> Iterator[Dataset]:
    """A Key Object Selection "Of Interest" of the given images (PS3.16 TID 2010)."""
    data = study.series(91, "KO", "KEY IMAGES", MAKER).instance(1, KEY_OBJECTS)
    _document(data, code("113000", "DCM", "Of Interest"))
    references = [_reference(image) for image in images]
    content = [_text(code("113012", "DCM", "Key Object Description"), note)]
    for image in images:
        item = Dataset()
        item.RelationshipType, item.ValueType = "CONTAINS", "IMAGE"
        item.ReferencedSOPSequence = [_reference(image)]
        content.append(item)
    data.ContentSequence = content
    series, evidence = Dataset(), Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = images[0].SeriesInstanceUID, references
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = study.uid, [series]
    data.CurrentRequestedProcedureEvidenceSequence = [evidence]
    yield data


def _reference(image: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    return item


def letter(study: Study, title: str, lines: Sequence[str]) -> Iterator[Dataset]:
    """A one page letter as Encapsulated PDF (PS3.3 A.45.1)."""
    data = study.series(92, "DOC", title.upper(), MAKER).instance(1, ENCAPSULATED_PDF)
    data.ConversionType, data.DocumentTitle = "WSD", title
    data.BurnedInAnnotation = "YES"
    data.AcquisitionDateTime = data.ContentDate + data.ContentTime
    data.ConceptNameCodeSequence = [code("18748-4", "LN", "Diagnostic Imaging Report")]
    data.MIMETypeOfEncapsulatedDocument = "application/pdf"
    content = pdf(title, [*lines, "", COMMENT])
    data.EncapsulatedDocumentLength = len(content)
    data.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    yield data


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """A valid one page PDF 1.4 with a heading and lines of Latin-1 text."""
    text = [b"BT /F1 18 Tf 72 770 Td (" + _escape(title) + b") Tj /F1 11 Tf 0 -34 Td 16 TL"]
    text += [b"(" + _escape(line) + b") Tj T*" for line in lines]
    stream = b"\n".join([*text, b"ET"])
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def _escape(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("cp1252", "replace")


def nodule_segmentation(study: Study, images: Sequence[Dataset], radius: float) -> Iterator[Dataset]:
    """A binary segmentation of the nodule on the CT slices that cut it (PS3.3 A.51)."""
    x, y, height = NODULE_CENTRE
    cut = [image for image in images if abs(-float(image.SliceLocation) - height) < radius]
    first = cut[0]
    place = np.arange(first.Rows) * float(first.PixelSpacing[0]) + float(first.ImagePositionPatient[0])
    masks = []
    for image in cut:
        reach = radius**2 - (-float(image.SliceLocation) - height) ** 2
        masks.append((place[None, :] - x) ** 2 + (place[:, None] - y) ** 2 <= reach)
    data = study.series(93, "SEG", "NODULE", MAKER).instance(1, SEGMENTATION)
    data.ImageType = ["DERIVED", "PRIMARY"]
    data.FrameOfReferenceUID, data.PositionReferenceIndicator = first.FrameOfReferenceUID, ""
    data.ContentLabel, data.ContentDescription, data.ContentCreatorName = "NODULE", "Pulmonary nodule", "Demo^Reader"
    _segments(data, cut)
    add_pixels(data, [np.zeros(masks[0].shape, np.uint8)], 8)
    data.NumberOfFrames = len(cut)
    data.BitsAllocated, data.BitsStored, data.HighBit = 1, 1, 0
    packed = np.packbits(np.stack(masks).reshape(-1), bitorder="little").tobytes()
    data.PixelData = packed + b"\0" * (len(packed) % 2)
    yield data


def _segments(data: Dataset, cut: Sequence[Dataset]) -> None:
    data.SegmentationType, data.LossyImageCompression = "BINARY", "00"
    segment = Dataset()
    segment.SegmentNumber, segment.SegmentLabel, segment.SegmentAlgorithmType = 1, "Nodule", "MANUAL"
    segment.SegmentedPropertyCategoryCodeSequence = [code("49755003", "SCT", "Morphologically Abnormal Structure")]
    segment.SegmentedPropertyTypeCodeSequence = [code("27925004", "SCT", "Nodule")]
    data.SegmentSequence = [segment]
    series = Dataset()
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = cut[0].SeriesInstanceUID, [_reference(i) for i in cut]
    data.ReferencedSeriesSequence = [series]
    organization, shared, measures, orientation = Dataset(), Dataset(), Dataset(), Dataset()
    organization.DimensionOrganizationUID = f"{data.SOPInstanceUID[:-3]}1"
    data.DimensionOrganizationSequence = [organization]
    index = Dataset()
    index.DimensionOrganizationUID = organization.DimensionOrganizationUID
    index.DimensionIndexPointer, index.FunctionalGroupPointer = 0x00200032, 0x00209113
    data.DimensionIndexSequence = [index]
    measures.SliceThickness, measures.PixelSpacing = cut[0].SliceThickness, cut[0].PixelSpacing
    orientation.ImageOrientationPatient = cut[0].ImageOrientationPatient
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    data.SharedFunctionalGroupsSequence = [shared]
    data.PerFrameFunctionalGroupsSequence = [_frame(number, image) for number, image in enumerate(cut, 1)]


def _frame(number: int, image: Dataset) -> Dataset:
    frame, content, position, identification, derivation = (Dataset() for _ in range(5))
    content.DimensionIndexValues = [number]
    position.ImagePositionPatient = image.ImagePositionPatient
    identification.ReferencedSegmentNumber = 1
    source = _reference(image)
    source.PurposeOfReferenceCodeSequence = [code("121322", "DCM", "Source image for image processing operation")]
    derivation.SourceImageSequence = [source]
    derivation.DerivationCodeSequence = [code("113076", "DCM", "Segmentation")]
    frame.FrameContentSequence, frame.PlanePositionSequence = [content], [position]
    frame.SegmentIdentificationSequence, frame.DerivationImageSequence = [identification], [derivation]
    return frame
