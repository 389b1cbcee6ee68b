"""Reading the Native DICOM Model (PS3.19 A.1) as DICOM JSON (PS3.18 F): what the store service takes besides JSON."""

import re
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

from sixfold.kernel.errors import InvalidInput

Attributes = dict[str, Any]

_DEEPEST: Final = 64
_NUMBER: Final = re.compile("[0-9]{1,10}")
_INTEGERS: Final = frozenset({"IS", "SL", "SS", "UL", "US"})
_DECIMALS: Final = frozenset({"DS", "FL", "FD"})
_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
# PS3.19 A.1.6: the components of a name, in the order of PS3.5 6.2.1.
_COMPONENTS: Final = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")


class BadNativeModel(InvalidInput):
    """The document is no Native DICOM Model."""


def read_native_model(document: bytes) -> Attributes:
    """The DICOM JSON object of one document; raises `BadNativeModel`. A document type is refused: it could name other files."""
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise BadNativeModel("a document type declaration is not taken")
    parser = XMLParser()  # noqa: S314 - without a document type there are no entities to expand
    try:
        parser.feed(document)
        root = parser.close()
    except ParseError as error:
        raise BadNativeModel(f"the document is no XML: {error}") from error
    if _name(root) != "NativeDicomModel":
        raise BadNativeModel(f"the document is a {_name(root)[:64]}, not a NativeDicomModel")
    return _attributes(root, 0)


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _children(node: Element, name: str) -> list[Element]:
    return [child for child in node if _name(child) == name]


def _attributes(node: Element, depth: int) -> Attributes:
    if depth > _DEEPEST:
        raise BadNativeModel(f"sequences are nested deeper than {_DEEPEST}")
    found: Attributes = {}
    for child in _children(node, "DicomAttribute"):
        tag, vr = child.get("tag", ""), child.get("vr", "")
        found[tag.upper()] = {"vr": vr, **_content(child, vr, depth)}
    return found


def _content(node: Element, vr: str, depth: int) -> Attributes:
    for bulk in _children(node, "BulkData"):
        return {"BulkDataURI": bulk.get("uri", "")}
    for inline in _children(node, "InlineBinary"):
        return {"InlineBinary": "".join((inline.text or "").split())}
    if vr == "SQ":
        values: list[Any] = [_attributes(item, depth + 1) for item in _numbered(node, "Item")]
    elif vr == "PN":
        values = [_person(name) for name in _numbered(node, "PersonName")]
    else:
        values = [_value(value.text or "", vr) for value in _numbered(node, "Value")]
    return {"Value": values} if values else {}


def _numbered(node: Element, name: str) -> list[Element]:
    """The children in the order of their numbers."""
    numbers = ((child.get("number", ""), child) for child in _children(node, name))
    ordered = sorted(numbers, key=lambda pair: int(pair[0]) if _NUMBER.fullmatch(pair[0]) else 0)
    return [child for _, child in ordered]


def _value(text: str, vr: str) -> Any:
    if not text or vr not in _INTEGERS | _DECIMALS:
        return text or None
    try:
        if not text.isascii() or "_" in text:  # Python would take other digits, and underscores between them
            raise ValueError
        return int(text) if vr in _INTEGERS else float(text)
    except ValueError:
        raise BadNativeModel(f"'{text[:64]}' is no value of {vr}") from None


def _person(node: Element) -> dict[str, str]:
    groups = {}
    for name in _GROUPS:
        for group in _children(node, name):
            parts = [next((part.text or "" for part in _children(group, component)), "") for component in _COMPONENTS]
            groups[name] = "^".join(parts).rstrip("^")
    return groups
