"""Coronary angiography, echocardiography and the electrocardiogram."""

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset

from sixfold.app.demo.acquisitions.codes import code
from sixfold.app.demo.acquisitions.radiology import US_CINE, sonogram
from sixfold.app.demo.encoding import JPEG_BASELINE, JPEG_LS, add_pixels
from sixfold.app.demo.phantoms.heartbeat import LEADS, electrocardiogram
from sixfold.app.demo.phantoms.radiographs import CoronaryRun
from sixfold.app.demo.phantoms.sonograms import Heart
from sixfold.app.demo.study import Study

XA_IMAGE = "1.2.840.10008.5.1.4.1.1.12.1"
TWELVE_LEAD_ECG = "1.2.840.10008.5.1.4.1.1.9.1.1"

# ISO/IEEE 11073-10101 reference identifiers of the leads (PS3.16 CID 3001).
_LEAD_CODES = ("2:1", "2:2", "2:61", "2:62", "2:63", "2:64", "2:3", "2:4", "2:5", "2:6", "2:7", "2:8")


def coronary_angiogram(study: Study) -> Iterator[Dataset]:
    """Two runs of 24 frames of 512 x 512 at 15 frames a second."""
    for number, (primary, secondary) in enumerate(((-30, 20), (35, -25)), 1):
        series = study.series(number, "XA", f"LCA {primary:+d} {secondary:+d}", ("Sixfold Phantoms", "Angio C"))
        run = CoronaryRun(study.rng, 512)
        frames = [np.round(frame).astype(np.uint8) for frame in run.frames(24)]
        data = series.instance(1, XA_IMAGE)
        data.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
        data.BodyPartExamined, data.PatientOrientation = "HEART", ""
        data.PixelIntensityRelationship = "LIN"
        data.RadiationSetting, data.KVP, data.ExposureTime, data.XRayTubeCurrent = "GR", 78, 6, 620
        data.PositionerMotion = "STATIC"
        data.PositionerPrimaryAngle, data.PositionerSecondaryAngle = primary, secondary
        data.ImagerPixelSpacing = [0.254, 0.254]
        data.CineRate, data.FrameTime = 15, 66.67
        data.FrameIncrementPointer = 0x00181063
        data.WindowCenter, data.WindowWidth = 128, 256
        yield add_pixels(data, frames, 8, JPEG_LS if number == 1 else JPEG_BASELINE)


def echocardiogram(study: Study) -> Iterator[Dataset]:
    """An apical four-chamber cine of 36 frames over two beats."""
    series = study.series(1, "US", "A4C", ("Sixfold Phantoms", "Sector 5"))
    frames = [np.round(frame).astype(np.uint8) for frame in Heart(study.anatomy("heart")).frames(36)]
    data = series.instance(1, US_CINE)
    data.BodyPartExamined = "HEART"
    sonogram(data, 24)
    data.HeartRate = 80
    yield add_pixels(data, frames, 8, JPEG_BASELINE)


def resting_ecg(study: Study, rate: float) -> Iterator[Dataset]:
    """A ten second, twelve-lead resting electrocardiogram (PS3.3 A.34.3)."""
    series = study.series(1, "ECG", "RESTING 12 LEAD", ("Sixfold Phantoms", "Cardio 12"))
    data = series.instance(1, TWELVE_LEAD_ECG)
    data.AcquisitionDateTime = data.ContentDate + data.ContentTime
    data.AcquisitionContextSequence = []
    samples = electrocardiogram(study.rng, rate)
    group = Dataset()
    group.MultiplexGroupTimeOffset, group.WaveformOriginality = 0, "ORIGINAL"
    group.NumberOfWaveformSamples, group.NumberOfWaveformChannels = samples.shape
    group.SamplingFrequency, group.MultiplexGroupLabel = 500, "RHYTHM"
    group.ChannelDefinitionSequence = [_channel(*lead) for lead in zip(LEADS, _LEAD_CODES, strict=True)]
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
    group.WaveformData = samples.astype("<i2").tobytes()
    group["WaveformData"].VR = "OW"
    data.WaveformSequence = [group]
    data.WaveformAnnotationSequence = [_measured("Ventricular Heart Rate", "2:16016", rate)]
    yield data


def _channel(lead: str, number: str) -> Dataset:
    channel = Dataset()
    channel.ChannelSourceSequence = [code(number, "MDC", f"Lead {lead}")]
    channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = 1, 1
    channel.ChannelSensitivityUnitsSequence = [code("uV", "UCUM", "microvolt")]
    channel.ChannelBaseline, channel.ChannelTimeSkew = 0, 0
    channel.ChannelSampleSkew, channel.WaveformBitsStored = 0, 16
    channel.FilterLowFrequency, channel.FilterHighFrequency = 0.05, 150
    return channel


def _measured(meaning: str, number: str, value: float) -> Dataset:
    note = Dataset()
    note.ReferencedWaveformChannels = [1, 0]
    note.ConceptNameCodeSequence = [code(number, "MDC", meaning)]
    note.MeasurementUnitsCodeSequence = [code("/min", "UCUM", "per minute")]
    note.NumericValue = value
    note.AnnotationGroupNumber = 0
    return note
