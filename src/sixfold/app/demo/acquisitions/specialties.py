"""Pictures from outside radiology: dermatology, endoscopy, ophthalmology."""

from collections.abc import Iterator

from pydicom.dataset import Dataset

from sixfold.app.demo.acquisitions.codes import code
from sixfold.app.demo.encoding import JPEG_BASELINE, add_pixels
from sixfold.app.demo.phantoms.photographs import RGB, colon, fundus, skin_lesion
from sixfold.app.demo.study import Study

VL_PHOTO, VL_ENDOSCOPIC = "1.2.840.10008.5.1.4.1.1.77.1.4", "1.2.840.10008.5.1.4.1.1.77.1.1"
OPHTHALMIC_8_BIT = "1.2.840.10008.5.1.4.1.1.77.1.5.1"


def dermatology(study: Study, tone: RGB, radius: float) -> Iterator[Dataset]:
    """Two photographs of one pigmented lesion of `radius` mm: close and closer."""
    series = study.series(1, "XC", "LEFT FOREARM", ("Sixfold Phantoms", "Macro Camera"))
    for number, zoom in enumerate((1.0, 1.7), 1):
        data = series.instance(number, VL_PHOTO)
        _photograph(data, "FOREARM", "L", code("14975008", "SCT", "Forearm"))
        pixels = skin_lesion(study.anatomy("skin"), tone, radius * zoom)
        yield add_pixels(data, [pixels], 8, JPEG_BASELINE)


def colonoscopy(study: Study, polyps: tuple[bool, ...]) -> Iterator[Dataset]:
    """Stills along the colon; each entry of `polyps` says whether its picture shows one."""
    series = study.series(1, "ES", "COLONOSCOPY", ("Sixfold Phantoms", "Flexiscope"))
    for number, polyp in enumerate(polyps, 1):
        data = series.instance(number, VL_ENDOSCOPIC)
        _photograph(data, "COLON", "", code("71854001", "SCT", "Colon"))
        yield add_pixels(data, [colon(study.rng, polyp)], 8, JPEG_BASELINE)


def eye_photographs(study: Study) -> Iterator[Dataset]:
    """The fundus of the right and of the left eye (PS3.3 A.41)."""
    series = study.series(1, "OP", "FUNDUS", ("Sixfold Phantoms", "Retina 45"))
    for number, side in enumerate("RL", 1):
        data = series.instance(number, OPHTHALMIC_8_BIT)
        _photograph(data, "EYE", side, code("5665001", "SCT", "Retina"))
        data.PatientOrientation = ["L", "F"]
        data.AcquisitionDateTime = data.ContentDate + data.ContentTime
        data.PatientEyeMovementCommanded = "NO"
        data.EmmetropicMagnification, data.IntraOcularPressure = 2.5, 15 + number
        data.HorizontalFieldOfView, data.PupilDilated = 45, "YES"
        data.RefractiveStateSequence = []
        data.AcquisitionDeviceTypeCodeSequence = [code("409898007", "SCT", "Fundus Camera")]
        yield add_pixels(data, [fundus(study.anatomy(side), side == "R")], 8, JPEG_BASELINE)


def _photograph(data: Dataset, part: str, side: str, region: Dataset) -> None:
    data.ImageType = ["ORIGINAL", "PRIMARY"]
    data.BodyPartExamined = part
    if side:
        data.ImageLaterality = side
        if data.SOPClassUID == VL_PHOTO:
            data.Laterality = side
    data.PatientOrientation = ""
    data.AnatomicRegionSequence = [region]
    data.AcquisitionContextSequence = []
    data.BurnedInAnnotation = "NO"
    data.RecognizableVisualFeatures = "NO"
