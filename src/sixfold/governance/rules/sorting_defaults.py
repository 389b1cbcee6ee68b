"""The sorting rules of a new house: service lines by modality (PS3.3 C.7.3.1.1.1), what is marked confidential as sensitive."""

from sixfold.governance.model.sorting import SortingRule

_EXCEPTION, _LINE = 100, 200

_HEART = ("*cardi*", "*coron*", "*angiocard*", "*heart*", "*cath lab*", "*echocard*")
_WOMB = ("*obstet*", "*fetal*", "*foetal*", "*antenatal*", "*prenatal*", "*nuchal*")

_BY_MODALITY: dict[str, tuple[str, ...]] = {
    "cardiology": ("ECG", "HD", "EPS", "IVUS", "IVOCT", "OCT"),
    "nuclear-medicine": ("PT", "NM"),
    "radiotherapy": ("RTPLAN", "RTDOSE", "RTSTRUCT", "RTIMAGE", "RTRECORD", "RTSEGANN", "RTRAD", "RTINTENT"),
    "pathology": ("SM", "GM"),
    "ophthalmology": (
        *("OP", "OPT", "OPTBSV", "OPTENF", "OPM", "OPV", "OSS", "OAM"),
        *("IOL", "KER", "LEN", "AR", "SRF", "VA"),
    ),
    "endoscopy": ("ES",),
    "dental": ("IO", "PX"),
    "dermatology": ("XC", "DMS"),
    "neurophysiology": ("EEG", "EMG", "EOG", "POS"),
    "radiology": ("CT", "MR", "CR", "DX", "US", "MG", "RF", "XA", "BI", "BMD", "RG", "TG", "LS", "FA", "DG", "DF", "DS"),
}
"""Defined terms of Modality (0008,0060) by service line; a study of several falls to the line that stands first."""


def _exception(key: str, line: str, modalities: tuple[str, ...], fact: str, patterns: tuple[str, ...]) -> SortingRule:
    return SortingRule(key, _EXCEPTION, {"modalities": modalities, fact: patterns}, service_line=line)


AT_FIRST: tuple[SortingRule, ...] = (
    SortingRule(
        "confidential",
        0,
        {"confidentiality": ("?*",)},
        sensitivity="sensitive",
        note="(0040,3001) says that something about the patient is confidential",
    ),
    SortingRule("psychiatry", 1, {"department": ("*psychiatr*",)}, sensitivity="sensitive"),
    _exception("heart-by-department", "cardiology", ("XA", "US", "MR", "CT", "RF"), "department", _HEART),
    _exception("heart-by-description", "cardiology", ("XA", "US"), "description", _HEART),
    _exception("womb-by-department", "obstetrics", ("US",), "department", _WOMB),
    _exception("womb-by-description", "obstetrics", ("US",), "description", _WOMB),
    _exception("skin-by-department", "dermatology", ("ES", "OP"), "department", ("*dermat*",)),
    _exception("jaw-by-body-part", "dental", ("DX", "CR", "RG"), "body_part", ("TEETH", "TOOTH", "JAW")),
    *(
        SortingRule(f"line-{line}", _LINE + number, {"modalities": modalities}, service_line=line)
        for number, (line, modalities) in enumerate(_BY_MODALITY.items())
    ),
)
"""Any of them can be replaced or removed, and stays so."""
