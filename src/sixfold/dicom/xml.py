"""The Native DICOM Model (PS3.19 A.1): a DICOM JSON object as XML, which PS3.18 calls application/dicom+xml."""

import re
from collections.abc import Iterator
from typing import Any, Final

from sixfold.dicom.dictionary import is_private, is_private_creator, keyword_of
from sixfold.dicom.structure import MAX_DEPTH, TooDeep

JsonObject = dict[str, Any]

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">'
)
_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
_COMPONENTS: Final = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
# XML 1.0 has no way to write these; a control in a DICOM value is an escape sequence gone astray.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def native_xml(json_object: JsonObject) -> bytes:
    """Return the Native DICOM Model of a DICOM JSON object, UTF-8; raise TooDeep beyond MAX_DEPTH.

    Numbers are written as JSON has them; null values are left out, their numbers stay. Characters that XML cannot hold
    become U+FFFD.
    """
    return "".join((_HEAD, *_attributes(json_object, 0), "</NativeDicomModel>")).encode("utf-8")


def _attributes(json_object: JsonObject, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise TooDeep(f"sequences are nested deeper than {MAX_DEPTH}")
    for key, attribute in json_object.items():
        tag = int(key, 16)
        yield f'<DicomAttribute tag="{key}" vr="{_escaped(attribute["vr"])}"{_names(tag, json_object)}>'
        if "BulkDataURI" in attribute:
            yield f'<BulkData uri="{_escaped(attribute["BulkDataURI"])}"/>'
        elif "InlineBinary" in attribute:
            yield f"<InlineBinary>{_escaped(attribute['InlineBinary'])}</InlineBinary>"
        else:
            for number, value in enumerate(attribute.get("Value", ()), 1):
                yield from _value(attribute["vr"], number, value, depth)
        yield "</DicomAttribute>"


def _names(tag: int, json_object: JsonObject) -> str:
    """Return the XML attributes that name the element: its keyword, or the creator of its private block."""
    keyword = keyword_of(tag)
    if keyword:
        return f' keyword="{keyword}"'
    if not is_private(tag) or is_private_creator(tag):
        return ""
    creator = json_object.get(f"{tag >> 16:04X}00{tag >> 8 & 0xFF:02X}", {}).get("Value")
    return f' privateCreator="{_escaped(creator[0])}"' if creator else ""


def _value(vr: str, number: int, value: Any, depth: int) -> Iterator[str]:
    if vr == "SQ":
        yield f'<Item number="{number}">'
        yield from _attributes(value or {}, depth + 1)
        yield "</Item>"
    elif value is None:
        return
    elif vr == "PN":
        yield f'<PersonName number="{number}">'
        yield from _person_name(value)
        yield "</PersonName>"
    else:
        yield f'<Value number="{number}">{_escaped(value)}</Value>'


def _person_name(groups: dict[str, str]) -> Iterator[str]:
    """Yield the component groups of a name and their components (PS3.19 A.1.5, PS3.5 6.2.1.1)."""
    for group in _GROUPS:
        if group in groups:
            parts = zip(_COMPONENTS, groups[group].split("^", len(_COMPONENTS) - 1), strict=False)
            yield f"<{group}>"
            yield from (f"<{name}>{_escaped(part)}</{name}>" for name, part in parts if part)
            yield f"</{group}>"


def _escaped(value: Any) -> str:
    return _NO_XML.sub("\ufffd", str(value)).translate(_ESCAPES)
