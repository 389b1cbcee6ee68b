"""Image descriptions from the DICOM JSON model."""

import base64
from typing import Any

import pytest

from sixfold.dicom.image import Display, Image, Lut, NotAnImage, Window


def value(vr: str, *values: Any) -> dict[str, Any]:
    return {"vr": vr, "Value": list(values)}


def attributes(**changes: Any) -> dict[str, Any]:
    """A CT of 4 rows of 6 columns; a change of None takes the element out, names are T00280010 for tags."""
    described: dict[str, Any] = {
        "00280002": value("US", 1),
        "00280004": value("CS", "MONOCHROME2"),
        "00280010": value("US", 4),
        "00280011": value("US", 6),
        "00280100": value("US", 16),
        "00280101": value("US", 12),
        "00280102": value("US", 11),
        "00280103": value("US", 1),
        "7FE00010": {"vr": "OW", "BulkDataURI": "pixels"},
    }
    for name, element in changes.items():
        if element is None:
            del described[name[1:]]
        else:
            described[name[1:]] = element
    return described


def never(uri: str) -> bytes:
    raise AssertionError(f"pixels were asked for: {uri}")


def test_a_plain_image() -> None:
    image = Image.from_json(attributes(), never)
    assert (image.rows, image.columns, image.samples, image.frames) == (4, 6, 1, 1)
    assert (image.bits_allocated, image.bits_stored, image.high_bit, image.signed) == (16, 12, 11, True)
    assert image.display() == Display()
    assert image.frame_bits == 4 * 6 * 16


@pytest.mark.parametrize(
    "changes",
    [
        {"T7FE00010": None},
        {"T00280010": None},
        {"T00280010": value("US", 0)},
        {"T00280011": value("US", 70000)},
        {"T00280002": value("US", 2)},
        {"T00280100": value("US", 9)},
        {"T00280101": value("US", 17)},
        {"T00280101": value("US", 0)},
        {"T00280010": value("US", "many")},
        {"T00280010": value("US", 1.5)},
        {"T00280010": value("US", None)},
    ],
)
def test_what_is_no_image_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAnImage):
        Image.from_json(attributes(**changes))


def test_numbers_may_be_strings() -> None:
    image = Image.from_json(attributes(T00280008=value("IS", "3"), T00281053=value("DS", " 2.5 ")))
    assert image.frames == 3
    assert image.display().slope == 2.5


def test_a_number_of_frames_that_is_none_means_one() -> None:
    assert Image.from_json(attributes(T00280008=value("IS", "1A"))).frames == 1
    assert Image.from_json(attributes(T00280008={"vr": "IS"})).frames == 1


def test_windows_are_paired_and_impossible_ones_dropped() -> None:
    image = Image.from_json(
        attributes(T00281050=value("DS", 40, 50, 60), T00281051=value("DS", 400, 0), T00281056=value("CS", "LINEAR"))
    )
    assert image.display().windows == (Window(40, 400),)


def test_E10_float_and_double_float_pixel_data() -> None:
    bare = {"T00280101": None, "T00280102": None, "T00280103": None, "T7FE00010": None}
    image = Image.from_json(attributes(**bare, T7FE00008={"vr": "OF"}, T00280100=value("US", 32)))
    assert (image.kind, image.bits_allocated, image.bits_stored, image.signed) == ("float", 32, 32, False)
    image = Image.from_json(attributes(**bare, T7FE00009={"vr": "OD"}, T00280100=value("US", 64)))
    assert (image.kind, image.frame_bits) == ("double", 4 * 6 * 64)


def test_E10_the_pixels_of_an_icon_are_not_those_of_the_image() -> None:
    icon = {"vr": "SQ", "Value": [attributes()]}
    with pytest.raises(NotAnImage, match="no pixel data"):
        Image.from_json(attributes(T7FE00010=None, T00880200=icon))


def test_functional_groups_give_each_frame_its_display() -> None:
    def groups(*centers: int) -> dict[str, Any]:
        items = [
            {
                "00289132": {
                    "vr": "SQ",
                    "Value": [{"00281050": value("DS", center), "00281051": value("DS", 10)}],
                }
            }
            for center in centers
        ]
        return {"vr": "SQ", "Value": items}

    rescale = {"00281052": value("DS", -1024), "00281053": value("DS", 2)}
    shared = {"vr": "SQ", "Value": [{"00289145": {"vr": "SQ", "Value": [rescale]}}]}
    image = Image.from_json(
        attributes(T52009229=shared, T52009230=groups(5, 7, 5, 7), T00280008=value("IS", 4)),
    )
    assert [image.display(index).windows[0].center for index in range(4)] == [5, 7, 5, 7]
    assert all(image.display(index).intercept == -1024 for index in range(4))
    assert len(image.displays) == 3  # the shared one and one for each distinct window
    assert image.display(99) == image.displays[0]


def test_lookup_tables_inline_by_reference_and_as_numbers() -> None:
    def table(data: dict[str, Any]) -> dict[str, Any]:
        item = {"00283002": value("SS", 3, -1, 16), "00283006": data}
        return {"vr": "SQ", "Value": [item]}

    words = b"\x01\0\x02\0\x03\0"
    expected = Lut(3, -1, 16, words)
    inline = {"vr": "OW", "InlineBinary": base64.b64encode(words).decode()}
    for data in (inline, {"vr": "OW", "BulkDataURI": "lut"}, value("US", 1, 2, 3)):
        image = Image.from_json(attributes(T00283010=table(data)), {"lut": words}.__getitem__)
        assert image.display().voi_luts == (expected,)


def test_a_table_of_65536_entries_says_0() -> None:
    item = {"00283002": value("US", 0, 0, 16), "00283006": value("US", 1)}
    image = Image.from_json(attributes(T00283000={"vr": "SQ", "Value": [item]}))
    lut = image.display().modality_lut
    assert lut is not None
    assert lut.entries == 65536


def test_a_palette_beside_a_grey_image_is_supplemental() -> None:
    tables = {f"T0028110{c}": value("US", 4, 250, 16) for c in (1, 2, 3)}
    data = {f"T0028120{c}": value("US", 1, 2, 3, 4) for c in (1, 2, 3)}
    image = Image.from_json(attributes(**tables, **data))
    assert image.supplemental
    assert image.palette is not None
    assert image.palette[2].first == 250


@pytest.mark.parametrize(
    ("changes", "padding"),
    [
        ({"T00280120": value("SS", -2000)}, (-2000, -2000)),
        ({"T00280120": value("US", 63536)}, (-2000, -2000)),  # labelled US though pixels are signed
        ({"T00280120": value("SS", -1000), "T00280121": value("SS", -2000)}, (-2000, -1000)),
        ({"T00280121": value("SS", -2000)}, None),
    ],
)
def test_padding(changes: dict[str, Any], padding: tuple[int, int] | None) -> None:
    assert Image.from_json(attributes(**changes)).padding == padding


@pytest.mark.parametrize(
    ("changes", "aspect"),
    [
        ({"T00280034": value("IS", 2, 1)}, 2.0),
        ({"T00280030": value("DS", "1.0", "0.5")}, 2.0),
        ({"T00181164": value("DS", 0.2, 0.1)}, 2.0),
        ({"T00280030": value("DS", 0, 0.5)}, 1.0),
        ({"T00280034": value("IS", 1, 100000)}, 1.0),
        ({}, 1.0),
    ],
)
def test_pixels_may_be_higher_than_wide(changes: dict[str, Any], aspect: float) -> None:
    assert Image.from_json(attributes(**changes)).aspect == aspect
