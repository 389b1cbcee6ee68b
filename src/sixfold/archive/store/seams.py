"""Stored DICOM JSON with seams: where an answer puts in what is only known when it is asked, without parsing.

A seam is a line break, which JSON takes for space: what is stored is a plain JSON object too. Attributes stay in ascending
order (PS3.18 F.2.2), so each seam has its tag. Before a seam stands a comma; at the last one, whose following part may be
empty, it stands after. The part before the last seam is never empty, as it holds the level's own UID.
"""

from collections.abc import Sequence

import orjson

from sixfold.dicom import tags
from sixfold.dicom.dictionary import tag_text

STUDY_SEAMS = (tags.INSTANCE_AVAILABILITY, tags.RETRIEVE_URL, tags.NUMBER_OF_STUDY_RELATED_SERIES)
"""Instance Availability with Modalities in Study; Retrieve URL; the counts of series and instances."""

SERIES_SEAMS = (
    tags.INSTANCE_AVAILABILITY,
    tags.RETRIEVE_URL,
    tags.STUDY_INSTANCE_UID,
    tags.NUMBER_OF_SERIES_RELATED_INSTANCES,
)
"""Instance Availability; Retrieve URL; the study's UID; the count of instances."""


def sew(objects: Sequence[bytes], seams: tuple[int, ...]) -> bytes:
    """One JSON object with seams out of the members of several."""
    members: dict[str, object] = {}
    for json in objects:
        members |= orjson.loads(json)
    bounds = [*(tag_text(tag) for tag in seams), "~"]
    parts: list[list[bytes]] = [[] for _ in bounds]
    place = 0
    for key in sorted(members):
        while key >= bounds[place]:
            place += 1
        parts[place].append(orjson.dumps({key: members[key]})[1:-1])
    *before, last = (b",".join(part) for part in parts)
    head = b"\n".join(part + b"," if part else b"" for part in before)
    return b"{" + head[:-1] + b"\n" + (b"," + last if last else b"") + b"}"
