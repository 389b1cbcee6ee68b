"""The Native DICOM Model in XML (PS3.19 A.1), from DICOM JSON."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from sixfold.dicom.charset import printable
from sixfold.dicom.dictionary import keyword_of

_NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"
_COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")


def native_xml(obj: dict[str, Any]) -> bytes:
    """Return a DICOM JSON object as a NativeDicomModel document in UTF-8."""
    root = Element("NativeDicomModel", {"xmlns": _NAMESPACE, "xml:space": "preserve"})
    _attributes(root, obj)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _attributes(parent: Element, obj: dict[str, Any]) -> None:
    for key, attribute in obj.items():
        keyword = keyword_of(int(key, 16))
        named = {"keyword": keyword} if keyword else {}
        node = SubElement(parent, "DicomAttribute", {"tag": key, "vr": attribute["vr"], **named})
        if "BulkDataURI" in attribute:
            SubElement(node, "BulkData", {"uri": attribute["BulkDataURI"]})
        elif "InlineBinary" in attribute:
            SubElement(node, "InlineBinary").text = attribute["InlineBinary"]
        for number, value in enumerate(attribute.get("Value", ()), 1):
            _value(node, attribute["vr"], str(number), value)


def _value(node: Element, vr: str, number: str, value: Any) -> None:
    if vr == "SQ":
        _attributes(SubElement(node, "Item", {"number": number}), value or {})
    elif vr == "PN":
        name = SubElement(node, "PersonName", {"number": number})
        for group, text in (value or {}).items():
            components = SubElement(name, group)
            for component, part in zip(_COMPONENTS, text.split("^"), strict=False):
                if part:
                    SubElement(components, component).text = printable(part)
    else:
        SubElement(node, "Value", {"number": number}).text = "" if value is None else printable(str(value))
