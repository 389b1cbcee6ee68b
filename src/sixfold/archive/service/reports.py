"""A structured report as a page (PS3.3 C.17.3, PS3.18 8.7.4): every item of its content tree, in order, and nothing else.

Whatever stands in the report is escaped; the page has no script, and refers to nothing outside of itself.
"""

from collections.abc import Iterator
from html import escape
from typing import Any, Final

Attributes = dict[str, Any]

_CONTENT: Final = "0040A730"
_CONCEPT_NAME: Final = "0040A043"
_VALUE_TYPE: Final = "0040A040"
_MEANING: Final = "00080104"
_DEEPEST: Final = 64
_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}dl{margin-left:1.5rem}dt{font-weight:600}"
)

# PS3.3 table C.17.3-7: the attribute that holds the value of each value type.
_PLAIN_VALUES: Final = {
    "TEXT": "0040A160",
    "DATETIME": "0040A120",
    "DATE": "0040A121",
    "TIME": "0040A122",
    "UIDREF": "0040A124",
    "PNAME": "0040A123",
}
_REFERENCES: Final = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})


def page_of(report: Attributes) -> str:
    """The page of a report's DICOM JSON object."""
    title = _meaning(report, _CONCEPT_NAME) or "Report"
    lines = [f"<p>{escape(label)}: {escape(_text(report, tag))}</p>" for label, tag in _HEAD if _text(report, tag)]
    body = "".join((f"<h1>{escape(title)}</h1>", *lines, *_tree(report, 0)))
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


_HEAD: Final = (
    ("Patient", "00100010"),
    ("Patient ID", "00100020"),
    ("Date", "00080023"),
    ("Completion", "0040A491"),
    ("Verification", "0040A493"),
)


def _tree(item: Attributes, depth: int) -> Iterator[str]:
    children = _items(item, _CONTENT)
    if not children or depth > _DEEPEST:
        return
    yield "<dl>"
    for child in children:
        yield f"<dt>{escape(_meaning(child, _CONCEPT_NAME))}</dt><dd>{_value(child)}"
        yield from _tree(child, depth + 1)
        yield "</dd>"
    yield "</dl>"


def _value(item: Attributes) -> str:
    kind = _text(item, _VALUE_TYPE)
    if kind in _PLAIN_VALUES:
        return escape(_text(item, _PLAIN_VALUES[kind])).replace("\n", "<br>")
    if kind == "CODE":
        return escape(_meaning(item, "0040A168"))
    if kind == "NUM":
        measured = next(iter(_items(item, "0040A300")), {})
        return escape(f"{_text(measured, '0040A30A')} {_meaning(measured, '004008EA')}".strip())
    if kind in _REFERENCES:
        referred = next(iter(_items(item, "00081199")), {})
        return escape(f"{kind.lower()} {_text(referred, '00081155')}")
    return ""


def _items(attributes: Attributes, tag: str) -> list[Attributes]:
    return [item for item in attributes.get(tag, {}).get("Value", ()) if isinstance(item, dict)]


def _meaning(attributes: Attributes, tag: str) -> str:
    return " / ".join(_text(code, _MEANING) for code in _items(attributes, tag))


def _text(attributes: Attributes, tag: str) -> str:
    values = attributes.get(tag, {}).get("Value", ())
    return ", ".join(_shown(value) for value in values if value is not None)


def _shown(value: Any) -> str:
    """A person's name shows its first group that is there (PS3.18 F.2.2)."""
    if isinstance(value, dict):
        return str(next(iter(value.values()), "")).replace("^", " ").strip()
    return str(value)
