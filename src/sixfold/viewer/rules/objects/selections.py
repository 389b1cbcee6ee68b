"""Key object selections read (PS3.3 A.35.4, PS3.16 TID 2010)."""

from sixfold.viewer.model.objects import Code, ImageRef, KeyImages
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes
from sixfold.viewer.rules.objects.origin import Places, author_of, evidence_of, image_of, moment_of, same

_REFERENCES = ("IMAGE", "COMPOSITE", "WAVEFORM")
_MOST_IMAGES = 10_000


def read_selection(data: Attributes, places: Places) -> KeyImages:
    """The images that a key object selection names, its title and text."""
    places = {**places, **evidence_of(data)}
    author, login = author_of(data)
    words: list[str] = []
    images: list[ImageRef] = []
    for item in data.items("ContentSequence"):
        kind = item.text("ValueType")
        if kind == "TEXT" and same(item.code("ConceptNameCodeSequence"), codes.KEY_OBJECT_DESCRIPTION):
            words.append(item.text("TextValue"))
        elif kind in _REFERENCES and (found := image_of(item.item("ReferencedSOPSequence"), places)):
            images.append(found)
    return KeyImages(
        object=data.text("SOPInstanceUID"),
        series=data.text("SeriesInstanceUID"),
        author=author,
        login=login,
        at=moment_of(data),
        title=data.code("ConceptNameCodeSequence") or Code("", "", ""),
        text="\n".join(words),
        images=tuple(images[:_MOST_IMAGES]),
    )
