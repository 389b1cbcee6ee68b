"""Structured reports made: measurements (PS3.16 TID 1500) and key image selections (TID 2010)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sixfold.viewer.model.objects import Code, ImageRef, Value
from sixfold.viewer.model.saving import NewKeyImages, NewMark, NewMeasurements, Occasion, Person, Source
from sixfold.viewer.rules.objects import codes
from sixfold.viewer.rules.objects.attributes import Attributes, Json, made
from sixfold.viewer.rules.objects.heads import DEVICE, evidence, exact_moment, head, moment, person_name, predecessor, sop

Sources = Mapping[str, Source]
"""The images that are spoken of, by SOP Instance UID."""

_AREAS: Final = frozenset({"ellipse", "circle", "rectangle", "freehand", "point", "arrow", "polyline"})
_TYPES: Final[dict[str, str]] = {"ellipse": "ELLIPSE", "circle": "CIRCLE", "point": "POINT", "multipoint": "MULTIPOINT"}
_TYPES_IN_SPACE: Final[dict[str, str]] = {"ellipse": "ELLIPSE", "rectangle": "POLYGON", "freehand": "POLYGON", "point": "POINT"}


def content(relationship: str, kind: str, concept: Code | None, *children: Json, **values: Any) -> Json:
    """A content item (PS3.3 C.17.3)."""
    return made(
        RelationshipType=relationship,
        ValueType=kind,
        ConceptNameCodeSequence=concept,
        **values,
        ContentSequence=list(children) or None,
    )


def container(relationship: str, concept: Code, *children: Json) -> Json:
    """A container of others."""
    return content(relationship, "CONTAINER", concept, *children, ContinuityOfContent="SEPARATE")


def _said(relationship: str, concept: Code, what: Code) -> Json:
    return content(relationship, "CODE", concept, ConceptCodeSequence=what)


def _text(relationship: str, concept: Code, words: str) -> Json:
    return content(relationship, "TEXT", concept, TextValue=words)


def _observers(by: Person) -> list[Json]:
    """Who says it: the person, if it is one, and Sixfold (PS3.16 TID 1002 to 1004)."""
    context = "HAS OBS CONTEXT"
    found = []
    if by.is_person:
        found = [
            _said(context, codes.OBSERVER_TYPE, codes.PERSON),
            content(context, "PNAME", codes.PERSON_NAME, PersonName=person_name(by.name)),
            *([_text(context, codes.PERSON_LOGIN, by.login)] if by.login else []),
        ]
    return [
        *found,
        _said(context, codes.OBSERVER_TYPE, codes.DEVICE),
        content(context, "UIDREF", codes.DEVICE_UID, UID=DEVICE),
        _text(context, codes.DEVICE_NAME, "Sixfold" if by.is_person else by.name or "Sixfold"),
        _text(context, codes.DEVICE_MAKER, "Sixfold"),
        _text(context, codes.DEVICE_MODEL, "Sixfold"),
    ]


def _document(occasion: Occasion, source: Source, sop_class: str, modality: str) -> Json:
    """The head of a document (PS3.3 C.17.1, C.17.2, C.17.6.1)."""
    day, time = moment(occasion.at, source)
    return {
        **head(occasion, source, sop_class, modality),
        **made(
            ContentDate=day,
            ContentTime=time,
            ReferencedPerformedProcedureStepSequence=[],
            ValueType="CONTAINER",
            ContinuityOfContent="SEPARATE",
        ),
    }


def _template(number: str) -> list[Json]:
    return [made(MappingResource="DCMR", TemplateIdentifier=number)]


def report(new: NewMeasurements, occasion: Occasion, sources: Sources) -> Json:
    """A Comprehensive SR of the measurements; complete, and unverified: nobody has signed it (PS3.3 A.35.3, A.35.13).

    One with marks in space is a Comprehensive 3D SR, which alone may hold such coordinates.
    """
    sop_class = codes.COMPREHENSIVE_3D_SR if any(mark.space for mark in new.measurements) else codes.COMPREHENSIVE_SR
    spoken = [sources[mark.sop_uid] for mark in new.measurements]
    study_uid = Attributes(spoken[0].attributes).text("StudyInstanceUID")
    old = occasion.replaces
    before = predecessor(old, occasion.replaces_class, study_uid) if old else None
    groups = [_group(mark, sources[mark.sop_uid]) for mark in new.measurements]
    return {
        **_document(occasion, spoken[0], sop_class, "SR"),
        **made(
            ObservationDateTime=exact_moment(occasion.at),
            ConceptNameCodeSequence=codes.MEASUREMENT_REPORT,
            PerformedProcedureCodeSequence=[],
            CompletionFlag="COMPLETE",
            VerificationFlag="UNVERIFIED",
            PredecessorDocumentsSequence=[before] if before else None,
            CurrentRequestedProcedureEvidenceSequence=[evidence(spoken, study_uid)],
            ContentTemplateSequence=_template("1500"),
            ContentSequence=[
                _said("HAS CONCEPT MOD", codes.LANGUAGE, codes.ENGLISH),
                *_observers(occasion.by),
                _said("HAS CONCEPT MOD", codes.PROCEDURE, _procedure(spoken[0])),
                container("CONTAINS", codes.IMAGE_LIBRARY, _library(spoken)),
                container("CONTAINS", codes.IMAGING_MEASUREMENTS, *groups),
            ],
        ),
    }


def _procedure(source: Source) -> Code:
    """What was done, as the study says it in a code; that it was imaging, where it says nothing."""
    told = Attributes(source.attributes).code("ProcedureCodeSequence")
    return told if told and told.value and told.scheme and told.meaning else codes.IMAGING_PROCEDURE


def _library(spoken: Sequence[Source]) -> Json:
    """The images that are measured (PS3.16 TID 1600)."""
    images = {source.sop_uid: source for source in spoken}.values()
    entries = [content("CONTAINS", "IMAGE", None, ReferencedSOPSequence=[sop(one)]) for one in images]
    return container("CONTAINS", codes.IMAGE_LIBRARY_GROUP, *entries)


def _group(mark: NewMark, source: Source) -> Json:
    """One mark: its region and values (TID 1410), or its values with the lines that they measure (TID 1501)."""
    told = [
        _text("HAS OBS CONTEXT", codes.TRACKING_ID, mark.label or mark.kind),
        content("HAS OBS CONTEXT", "UIDREF", codes.TRACKING_UID, UID=mark.uid),
    ]
    if mark.finding is not None:
        told.append(_said("CONTAINS", codes.FINDING, mark.finding))
    if mark.site is not None:
        told.append(_said("HAS CONCEPT MOD", codes.FINDING_SITE, mark.site))
    if mark.space:  # coordinates in space name no image: the group does (TID 1501)
        images = [sop(source, (mark.frame,))]
        told.append(content("CONTAINS", "IMAGE", codes.SOURCE_OF_MEASUREMENT, ReferencedSOPSequence=images))
    if mark.kind in _AREAS:
        told.append(_coordinates("CONTAINS", codes.IMAGE_REGION, mark, source, _outline(mark)))
        return container("CONTAINS", codes.MEASUREMENT_GROUP, *told, *(_number(value) for value in mark.values))
    return container("CONTAINS", codes.MEASUREMENT_GROUP, *told, *_measured(mark, source))


def _measured(mark: NewMark, source: Source) -> list[Json]:
    """The values of lines, each with the line that it measures; what is not measured stands with the whole."""
    concepts = codes.CONCEPTS.get(mark.kind, ())
    every = _every(mark)
    lines = [every[:2], every[2:]] if mark.kind == "bidirectional" else [every]
    line_of = {concept.value: line for concept, line in zip(concepts, lines, strict=False)}
    found = []
    for value in mark.values:
        line = line_of.get(value.concept.value, every)
        found.append(_number(value, _coordinates("INFERRED FROM", None, mark, source, line)))
    return found


def _number(value: Value, *children: Json) -> Json:
    derived = [_said("HAS CONCEPT MOD", codes.DERIVATION, value.derivation)] if value.derivation else []
    unit = Code(value.unit, "UCUM", value.unit)
    measured = made(NumericValue=value.value, FloatingPointValue=value.value, MeasurementUnitsCodeSequence=unit)
    return content("CONTAINS", "NUM", value.concept, *derived, *children, MeasuredValueSequence=[measured])


def _every(mark: NewMark) -> Sequence[tuple[float, ...]]:
    """The points, wherever they are."""
    return mark.space or mark.points


def _outline(mark: NewMark) -> Sequence[tuple[float, ...]]:
    """The points, the outline of an area closed."""
    every = _every(mark)
    if mark.kind in ("rectangle", "freehand") and every[0] != every[-1]:
        return [*every, every[0]]
    return every


def _coordinates(
    relationship: str, concept: Code | None, mark: NewMark, source: Source, points: Sequence[tuple[float, ...]]
) -> Json:
    """Where it is: on which image (PS3.3 C.18.6), or in which space (C.18.9)."""
    numbers = [number for point in points for number in point]
    if mark.space:
        space = {"ReferencedFrameOfReferenceUID": mark.frame_of_reference, "GraphicData": numbers}
        return content(relationship, "SCOORD3D", concept, GraphicType=_TYPES_IN_SPACE.get(mark.kind, "POLYLINE"), **space)
    image = content("SELECTED FROM", "IMAGE", None, ReferencedSOPSequence=[sop(source, (mark.frame,))])
    return content(relationship, "SCOORD", concept, image, GraphicData=numbers, GraphicType=_TYPES.get(mark.kind, "POLYLINE"))


def selection(new: NewKeyImages, title: Code, occasion: Occasion, sources: Sources) -> Json:
    """A Key Object Selection Document (PS3.3 A.35.4)."""
    spoken = [sources[image.sop_uid] for image in new.images]
    study_uid = Attributes(spoken[0].attributes).text("StudyInstanceUID")
    words = [_text("CONTAINS", codes.KEY_OBJECT_DESCRIPTION, new.text)] if new.text else []
    return {
        **_document(occasion, spoken[0], codes.KEY_OBJECTS, "KO"),
        **made(
            ObservationDateTime=exact_moment(occasion.at),
            ConceptNameCodeSequence=title,
            CurrentRequestedProcedureEvidenceSequence=[evidence(spoken, study_uid)],
            ContentTemplateSequence=_template("2010"),
            ContentSequence=[
                _said("HAS CONCEPT MOD", codes.LANGUAGE, codes.ENGLISH),
                *_observers(occasion.by),
                *words,
                *(_chosen(image, sources[image.sop_uid]) for image in new.images),
            ],
        ),
    }


def _chosen(image: ImageRef, source: Source) -> Json:
    return content("CONTAINS", "IMAGE", None, ReferencedSOPSequence=[sop(source, image.frames)])
