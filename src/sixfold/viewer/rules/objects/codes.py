"""The concepts that these objects speak with (PS3.16), and the classes of objects (PS3.4 B.5)."""

from typing import Final

from sixfold.viewer.model.objects import Code, Kind

ENHANCED_SR: Final = "1.2.840.10008.5.1.4.1.1.88.22"
COMPREHENSIVE_SR: Final = "1.2.840.10008.5.1.4.1.1.88.33"
COMPREHENSIVE_3D_SR: Final = "1.2.840.10008.5.1.4.1.1.88.34"
KEY_OBJECTS: Final = "1.2.840.10008.5.1.4.1.1.88.59"
GRAYSCALE_STATE: Final = "1.2.840.10008.5.1.4.1.1.11.1"
COLOR_STATE: Final = "1.2.840.10008.5.1.4.1.1.11.2"
PSEUDO_COLOR_STATE: Final = "1.2.840.10008.5.1.4.1.1.11.3"
SEGMENTATION: Final = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP: Final = "1.2.840.10008.5.1.4.1.1.66.7"

REPORTS: Final = frozenset({"1.2.840.10008.5.1.4.1.1.88.11", ENHANCED_SR, COMPREHENSIVE_SR, COMPREHENSIVE_3D_SR})
STATES: Final = frozenset(f"1.2.840.10008.5.1.4.1.1.11.{number}" for number in range(1, 12))
SEGMENTATIONS: Final = frozenset({SEGMENTATION, LABEL_MAP})
READ: Final = REPORTS | STATES | SEGMENTATIONS | {KEY_OBJECTS}

MEASUREMENT_REPORT: Final = Code("126000", "DCM", "Imaging Measurement Report")
IMAGING_MEASUREMENTS: Final = Code("126010", "DCM", "Imaging Measurements")
MEASUREMENT_GROUP: Final = Code("125007", "DCM", "Measurement Group")
IMAGE_LIBRARY: Final = Code("111028", "DCM", "Image Library")
IMAGE_LIBRARY_GROUP: Final = Code("126200", "DCM", "Image Library Group")
IMAGE_REGION: Final = Code("111030", "DCM", "Image Region")
PATH: Final = Code("121055", "DCM", "Path")
TRACKING_ID: Final = Code("112039", "DCM", "Tracking Identifier")
TRACKING_UID: Final = Code("112040", "DCM", "Tracking Unique Identifier")
FINDING: Final = Code("121071", "DCM", "Finding")
FINDING_SITE: Final = Code("363698007", "SCT", "Finding Site")
SOURCE_IMAGE: Final = Code("121233", "DCM", "Source image for segmentation")
SOURCE_OF_MEASUREMENT: Final = Code("121112", "DCM", "Source of Measurement")
DERIVATION: Final = Code("121401", "DCM", "Derivation")
PROCEDURE: Final = Code("121058", "DCM", "Procedure reported")
IMAGING_PROCEDURE: Final = Code("363679005", "SCT", "Imaging procedure")
LANGUAGE: Final = Code("121049", "DCM", "Language of Content Item and Descendants")
ENGLISH: Final = Code("en", "RFC5646", "English")
OBSERVER_TYPE: Final = Code("121005", "DCM", "Observer Type")
PERSON: Final = Code("121006", "DCM", "Person")
DEVICE: Final = Code("121007", "DCM", "Device")
PERSON_NAME: Final = Code("121008", "DCM", "Person Observer Name")
PERSON_LOGIN: Final = Code("128774", "DCM", "Person Observer's Login Name")
DEVICE_UID: Final = Code("121012", "DCM", "Device Observer UID")
DEVICE_NAME: Final = Code("121013", "DCM", "Device Observer Name")
DEVICE_MAKER: Final = Code("121014", "DCM", "Device Observer Manufacturer")
DEVICE_MODEL: Final = Code("121015", "DCM", "Device Observer Model Name")
KEY_OBJECT_DESCRIPTION: Final = Code("113012", "DCM", "Key Object Description")
SEGMENTED: Final = Code("113076", "DCM", "Segmentation")
SOURCE_OF_PROCESSING: Final = Code("121322", "DCM", "Source image for image processing operation")

LENGTH: Final = Code("410668003", "SCT", "Length")
ANGLE: Final = Code("1483009", "SCT", "Angle")
COBB_ANGLE: Final = Code("285285000", "SCT", "Cobb angle")
LONG_AXIS: Final = Code("103339001", "SCT", "Long Axis")
SHORT_AXIS: Final = Code("103340004", "SCT", "Short Axis")

CONCEPTS: Final[dict[Kind, tuple[Code, ...]]] = {
    "length": (LENGTH,),
    "angle": (ANGLE,),
    "cobb": (COBB_ANGLE,),
    "bidirectional": (LONG_AXIS, SHORT_AXIS),
}
"""The measurement that the points of such a mark are those of (PS3.16 TID 320), the first two and the last two apart."""

_LENGTHS = ("410668003", "G-D7FE", "121206", "103339001", "G-A185", "121211")
_LONG, _SHORT = ("103339001", "G-A185"), ("103340004", "G-A186")
_ANGLES = ("1483009", "G-A188", "112032", "C0205143")
_COBB = ("285285000", "285285000", "G-A231")
ALIKE: Final[dict[str, str]] = {
    **dict.fromkeys(_LENGTHS, "length"),
    **dict.fromkeys(_LONG, "long"),
    **dict.fromkeys(_SHORT, "short"),
    **dict.fromkeys(_ANGLES, "angle"),
    **dict.fromkeys(_COBB, "cobb"),
}
"""Code values of measurements, old and new, of whatever scheme."""

TITLES: Final[tuple[Code, ...]] = (
    Code("113000", "DCM", "Of Interest"),
    Code("113001", "DCM", "Rejected for Quality Reasons"),
    Code("113002", "DCM", "For Referring Provider"),
    Code("113003", "DCM", "For Surgery"),
    Code("113004", "DCM", "For Teaching"),
    Code("113005", "DCM", "For Conference"),
    Code("113006", "DCM", "For Therapy"),
    Code("113007", "DCM", "For Patient"),
    Code("113008", "DCM", "For Peer Review"),
    Code("113009", "DCM", "For Research"),
    Code("113010", "DCM", "Quality Issue"),
    Code("113013", "DCM", "Best In Set"),
    Code("113018", "DCM", "For Printing"),
    Code("113020", "DCM", "For Report Attachment"),
    Code("113021", "DCM", "For Litigation"),
    Code("113030", "DCM", "Manifest"),
)
"""Titles of key object selections (PS3.16 CID 7010) that a person may choose, and two that only programs use."""
CHOSEN_BY_PEOPLE: Final = frozenset(title.value for title in TITLES) - {"113001", "113030"}
