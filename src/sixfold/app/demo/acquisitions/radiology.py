"""Computed tomography, magnetic resonance, radiographs, mammography and abdominal ultrasound."""

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset

from sixfold.app.demo.acquisitions.codes import code
from sixfold.app.demo.encoding import EXPLICIT_LE, JPEG_2000, JPEG_BASELINE, JPEG_LS, RLE, add_pixels
from sixfold.app.demo.phantoms.brain import FLAIR, T1, T2, Brain, Contrast
from sixfold.app.demo.phantoms.noise import Grain
from sixfold.app.demo.phantoms.radiographs import chest_projections, mammogram
from sixfold.app.demo.phantoms.sonograms import DEPTH, ROWS, Abdomen
from sixfold.app.demo.phantoms.trunk import Nodule, Trunk
from sixfold.app.demo.study import Series, Study

CT_IMAGE, MR_IMAGE = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
DX_IMAGE, MG_IMAGE = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.5.1.4.1.1.1.2"
US_CINE = "1.2.840.10008.5.1.4.1.1.3.1"
NODULE_CENTRE = (-72.0, -22.0, 96.0)
CT_SLICES, CT_SPACING = 48, 5.0


def chest_ct(study: Study, nodule_radius: float, pixels: int = 512, syntax: str = JPEG_LS) -> Iterator[Dataset]:
    """A contrast-enhanced chest: 48 slices; the nodule has `nodule_radius` mm."""
    nodule = Nodule(NODULE_CENTRE, nodule_radius)
    trunk = Trunk(study.anatomy("trunk"), pixels, 360 / pixels, nodule)
    series = study.series(2, "CT", "CHEST 5.0 C+", ("Sixfold Phantoms", "Torso 64"))
    yield from _ct(series, trunk, 14.0, (-600, 1500, "LUNG", 40, 400, "SOFT TISSUE"), syntax)


def abdomen_ct(study: Study, syntax: str) -> Iterator[Dataset]:
    """A portal venous abdomen: 48 slices of 512 x 512."""
    trunk = Trunk(study.anatomy("trunk"), 512, 360 / 512)
    series = study.series(2, "CT", "ABDOMEN 5.0 PORTAL VENOUS", ("Sixfold Phantoms", "Torso 64"))
    yield from _ct(series, trunk, 194.0, (50, 380, "ABDOMEN", 60, 160, "LIVER"), syntax)


def _ct(
    series: Series, trunk: Trunk, top: float, window: tuple[int, int, str, int, int, str], syntax: str
) -> Iterator[Dataset]:
    pixels = trunk.canvas.pixels.shape[0]
    grain = Grain(series.study.rng, pixels)
    chest = top < 100
    for number in range(1, CT_SLICES + 1):
        height = top + (number - 1) * CT_SPACING
        section = trunk.noisy(height, grain, 13.0, 130.0 if chest else 95.0)
        stored = np.clip(np.round(section) + 1024, 0, 4095).astype(np.uint16)
        data = series.instance(number, CT_IMAGE)
        data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        data.BodyPartExamined = "CHEST" if chest else "ABDOMEN"
        data.PatientPosition = "FFS"
        _place(data, series, pixels, trunk.canvas.spacing, -height)
        data.SliceThickness, data.SpacingBetweenSlices = CT_SPACING, CT_SPACING
        data.KVP, data.XRayTubeCurrent, data.ExposureTime = 120, 180 + number, 500
        data.GantryDetectorTilt, data.ReconstructionDiameter = 0, 360
        data.ConvolutionKernel = "B40f"
        data.ContrastBolusAgent = "IOHEXOL 300"
        data.RescaleIntercept, data.RescaleSlope, data.RescaleType = -1024, 1, "HU"
        data.WindowCenter, data.WindowWidth = [window[0], window[3]], [window[1], window[4]]
        data.WindowCenterWidthExplanation = [window[2], window[5]]
        yield add_pixels(data, [stored], 12, syntax)


def _place(data: Dataset, series: Series, pixels: int, spacing: float, z: float) -> None:
    """Fill the Image Plane module (PS3.3 C.7.6.2) of an axial slice."""
    corner = -(pixels - 1) / 2 * spacing
    data.FrameOfReferenceUID = series.frame_of_reference
    data.PositionReferenceIndicator = ""
    data.ImagePositionPatient = [round(corner, 3), round(corner, 3), round(z, 3)]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing = [round(spacing, 6), round(spacing, 6)]
    data.SliceLocation = round(z, 3)


def brain_mr(study: Study, lesions: int, syntax: str = EXPLICIT_LE) -> Iterator[Dataset]:
    """T1, T2 and FLAIR of a brain, 20 slices of 256 x 256 each, with `lesions` white matter lesions."""
    brain = Brain(study.anatomy("brain"), 256, 0.9, lesions)
    sequences: tuple[tuple[str, Contrast, float, float, float], ...] = (
        ("T1 SE AX", T1, 550, 12, 0),
        ("T2 TSE AX", T2, 4800, 98, 0),
        ("FLAIR AX", FLAIR, 9000, 120, 2500),
    )
    for order, (name, contrast, repetition, echo, inversion) in enumerate(sequences, 1):
        series = study.series(order, "MR", name, ("Sixfold Phantoms", "Resonance 1.5"))
        for number in range(1, 21):
            height = 12 + number * 5.5
            data = series.instance(number, MR_IMAGE)
            data.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
            data.BodyPartExamined, data.PatientPosition = "BRAIN", "HFS"
            _place(data, series, 256, 0.9, height - 70)
            data.SliceThickness, data.SpacingBetweenSlices = 5, 5.5
            data.ScanningSequence, data.SequenceVariant, data.ScanOptions = "IR" if inversion else "SE", "SK", ""
            data.MRAcquisitionType, data.MagneticFieldStrength = "2D", 1.5
            data.RepetitionTime, data.EchoTime, data.FlipAngle = repetition, echo, 90
            data.EchoTrainLength = 1
            if inversion:
                data.InversionTime = inversion
            data.WindowCenter, data.WindowWidth = 420, 900
            pixels = np.clip(brain.slice(height, contrast, study.rng), 0, 4095).astype(np.uint16)
            yield add_pixels(data, [pixels], 12, syntax)


def chest_radiograph(study: Study, syntax: str = JPEG_2000) -> Iterator[Dataset]:
    """Frontal and lateral digital radiographs of 1024 x 1024."""
    series = study.series(1, "DX", "CHEST PA AND LATERAL", ("Sixfold Phantoms", "Flat Panel 43"))
    views = chest_projections(study.anatomy("chest film"), 1024)
    for number, (pixels, view, laterality) in enumerate(zip(views, ("PA", "LL"), ("U", "L"), strict=True), 1):
        data = series.instance(number, DX_IMAGE)
        data.ImageType = ["ORIGINAL", "PRIMARY", ""]
        data.BodyPartExamined, data.ViewPosition, data.ImageLaterality = "CHEST", view, laterality
        data.PatientOrientation = ["L", "F"] if view == "PA" else ["P", "F"]
        data.PresentationIntentType = "FOR PRESENTATION"
        data.KVP, data.Exposure, data.DistanceSourceToDetector = 125, 3, 1800
        data.ImagerPixelSpacing = [0.3, 0.3]
        data.AnatomicRegionSequence = [code("51185008", "SCT", "Chest")]
        data.ViewCodeSequence = [code("399348003" if view == "PA" else "399173006", "SCT", view)]
        _film(data, 2048, 3900)
        yield add_pixels(data, [pixels.astype(np.uint16)], 12, syntax)


def _film(data: Dataset, centre: int, width: int) -> None:
    data.PixelIntensityRelationship, data.PixelIntensityRelationshipSign = "LOG", -1
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = 0, 1, "US"
    data.PresentationLUTShape = "IDENTITY"
    data.WindowCenter, data.WindowWidth = centre, width
    data.BurnedInAnnotation = "NO"


def screening_mammogram(study: Study, mass: float, syntax: str = JPEG_LS) -> Iterator[Dataset]:
    """The four standard views; `mass` is the radius in mm of a lesion in the left breast (0: none)."""
    anatomy = study.anatomy("breast")
    for number, (side, view) in enumerate((("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")), 1):
        series = study.series(number, "MG", f"{side} {view}", ("Sixfold Phantoms", "Mammo 24"))
        pixels = mammogram(anatomy, (1024, 768), view == "MLO", mass if side == "L" else 0.0)
        data = series.instance(1, MG_IMAGE)
        data.ImageType = ["ORIGINAL", "PRIMARY", ""]
        data.BodyPartExamined, data.ImageLaterality, data.ViewPosition = "BREAST", side, view
        data.PatientOrientation = ["A", "R" if view == "CC" else "FR"] if side == "L" else ["P", "L" if view == "CC" else "FL"]
        data.PresentationIntentType = "FOR PRESENTATION"
        data.OrganExposed, data.KVP, data.CompressionForce, data.BodyPartThickness = "BREAST", 29, 95, 52
        data.ImagerPixelSpacing = [0.234, 0.234]
        data.AnatomicRegionSequence = [code("76752008", "SCT", "Breast")]
        data.ViewCodeSequence = [code("399162004" if view == "CC" else "399368009", "SCT", view)]
        data.ViewCodeSequence[0].ViewModifierCodeSequence = []
        _film(data, 1500, 3000)
        stored = pixels if side == "L" else pixels[:, ::-1]
        yield add_pixels(data, [np.ascontiguousarray(stored.astype(np.uint16))], 12, syntax)


def abdominal_ultrasound(study: Study, stone: bool) -> Iterator[Dataset]:
    """A still of the gallbladder (RLE) and a cine of 24 frames over one breath (JPEG baseline)."""
    series = study.series(1, "US", "ABDOMEN", ("Sixfold Phantoms", "Sector 5"))
    frames = [np.round(frame).astype(np.uint8) for frame in Abdomen(study.anatomy("abdomen"), stone).frames(24)]
    for number, (chosen, syntax) in enumerate(((frames[:1], RLE), (frames, JPEG_BASELINE)), 1):
        data = series.instance(number, US_CINE if len(chosen) > 1 else "1.2.840.10008.5.1.4.1.1.6.1")
        data.BodyPartExamined = "ABDOMEN"
        sonogram(data, 15)
        yield add_pixels(data, chosen, 8, syntax)


def sonogram(data: Dataset, rate: int) -> None:
    """Fill what ultrasound objects share: type, calibration of the sector and, for a cine, its rate."""
    data.ImageType = ["ORIGINAL", "PRIMARY", "ABDOMINAL" if data.BodyPartExamined == "ABDOMEN" else "", "0001"]
    data.PatientOrientation = ""
    data.TransducerType, data.TransducerFrequency = "SECTOR_PHASED", 3500
    data.BurnedInAnnotation = "NO"
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 2
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 30, 20
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 610, 460
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = DEPTH * 0.112 / ROWS
    data.SequenceOfUltrasoundRegions = [region]
    if data.SOPClassUID == US_CINE:
        data.CineRate = data.RecommendedDisplayFrameRate = rate
        data.FrameTime = round(1000 / rate, 3)
        data.FrameIncrementPointer = 0x00181063
