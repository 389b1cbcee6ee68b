"""What the pixels of one instance are and how they are meant to be shown (PS3.3 C.7.6.3, C.11.1, C.11.2).

An `Image` is read once from the DICOM JSON model (PS3.18 annex F) and then says everything that finding, decoding,
transcoding and rendering a frame needs. Values that may differ from frame to frame in enhanced objects are gathered as
`Display` values, each kept once however many frames share it.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import msgspec

from sixfold.kernel.errors import InvalidInput

Element = dict[str, Any]
Attributes = dict[str, Element]
Bulk = Callable[[str], bytes]
Kind = Literal["integer", "float", "double"]

# PS3.3 C.7.6.3, C.7.6.24, C.7.6.25: exactly one of these holds the pixels; each fixes how a cell is read.
PIXEL_ELEMENTS: Final[dict[str, Kind]] = {"7FE00010": "integer", "7FE00008": "float", "7FE00009": "double"}
_FLOAT_BITS: Final[dict[Kind, int]] = {"float": 32, "double": 64}
_COLUMN_SUBSAMPLED: Final = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})
_YES: Final = "01"


class NotAnImage(InvalidInput):
    """The instance has no pixels, or its description of them contradicts itself."""


class Lut(msgspec.Struct, frozen=True):
    """A lookup table (PS3.3 C.11.1.1.1): `data` maps the values from `first` on, `bits` wide.

    `data` holds the entries as they stand in the object, little endian: one or two bytes each; see `entries`.
    """

    entries: int
    first: int
    bits: int
    data: bytes
    segmented: bool = False


class Window(msgspec.Struct, frozen=True):
    """A window in units of the modality (PS3.3 C.11.2.1.2); `function` is LINEAR, LINEAR_EXACT or SIGMOID."""

    center: float
    width: float
    function: str = "LINEAR"


class Display(msgspec.Struct, frozen=True):
    """How stored values of a frame become values of the modality and then values to show."""

    slope: float = 1.0
    intercept: float = 0.0
    modality_lut: Lut | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[Lut, ...] = ()


class Image(msgspec.Struct, frozen=True):
    """The pixels of one instance as its attributes describe them.

    `aspect` is the height of a pixel divided by its width. `palette` holds the red, green and blue tables;
    `supplemental` says that only stored values from the first mapped one on are coloured (PS3.3 C.7.6.19). `padding` are
    the first and last stored value that stand for no pixel (PS3.3 C.7.5.1.1.2).
    """

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    planar: int = 0
    frames: int = 1
    kind: Kind = "integer"
    palette: tuple[Lut, Lut, Lut] | None = None
    supplemental: bool = False
    inverse: bool = False
    aspect: float = 1.0
    padding: tuple[int, int] | None = None
    lossy: bool = False
    displays: tuple[Display, ...] = (Display(),)
    display_of_frame: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, attributes: Attributes, bulk: Bulk | None = None) -> "Image":
        """Read the description from the DICOM JSON model of the instance.

        `bulk` answers a BulkDataURI; it is asked for lookup tables only, never for pixels. Raises `NotAnImage`.
        """
        return _Reader(attributes, bulk).image()

    @property
    def subsampled(self) -> bool:
        """Say whether native frames hold one pair of chroma samples for two pixels (PS3.3 C.7.6.3.1.2)."""
        return self.samples == 3 and self.photometric in _COLUMN_SUBSAMPLED

    @property
    def frame_bits(self) -> int:
        """Return the bits of one native frame (PS3.5 8.1.1); frames that are not whole bytes follow without a gap."""
        samples = 2 if self.subsampled else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    def display(self, index: int = 0) -> Display:
        """Return how the frame of that index, counted from 0, is to be shown."""
        if index < len(self.display_of_frame):
            return self.displays[self.display_of_frame[index]]
        return self.displays[0]


class _Reader:
    """One pass over the attributes of one instance."""

    def __init__(self, attributes: Attributes, bulk: Bulk | None) -> None:
        self.attributes = attributes
        self.bulk = bulk

    def image(self) -> Image:
        kind = self._kind()
        allocated = self._number("00280100", _FLOAT_BITS.get(kind))
        stored = self._number("00280101", allocated)
        samples = self._number("00280002", 1)
        displays, display_of_frame = self._displays()
        palette, supplemental = self._palette()
        image = Image(
            rows=self._number("00280010"),
            columns=self._number("00280011"),
            samples=samples,
            bits_allocated=allocated,
            bits_stored=stored,
            high_bit=max(self._number("00280102", stored - 1), stored - 1),  # a smaller one is a common slip
            signed=kind == "integer" and self._number("00280103", 0) == 1,
            photometric=_text(self.attributes, "00280004") or ("RGB" if samples == 3 else "MONOCHROME2"),
            planar=self._number("00280006", 0),
            frames=max(1, self._number("00280008", 1)),
            kind=kind,
            palette=palette,
            supplemental=supplemental,
            inverse=_text(self.attributes, "20500020") == "INVERSE",
            aspect=self._aspect(),
            padding=self._padding(),
            lossy=_text(self.attributes, "00282110") == _YES,
            displays=displays,
            display_of_frame=display_of_frame,
        )
        _check(image)
        return image

    def _kind(self) -> Kind:
        for tag, kind in PIXEL_ELEMENTS.items():
            if tag in self.attributes:
                return kind
        raise NotAnImage("the instance has no pixel data element")

    def _number(self, tag: str, default: int | None = None) -> int:
        numbers = _numbers(self.attributes, tag)
        if numbers and numbers[0].is_integer():
            return int(numbers[0])
        if numbers or default is None:
            raise NotAnImage(f"element {tag} does not hold the whole number that an image needs")
        return default

    def _aspect(self) -> float:
        """Return height / width of a pixel: Pixel Aspect Ratio, else the spacing in the patient or at the imager."""
        shared = next(_items(self.attributes, "52009229"), {})
        measures = next(_items(shared, "00289110"), {})
        candidates = ((self.attributes, "00280034"), (self.attributes, "00280030"), (measures, "00280030"))
        for attributes, tag in (*candidates, (self.attributes, "00181164")):
            pair = _numbers(attributes, tag)
            if len(pair) == 2 and min(pair) > 0:
                ratio = pair[0] / pair[1]
                return ratio if 0.01 <= ratio <= 100 else 1.0
        return 1.0

    def _padding(self) -> tuple[int, int] | None:
        ends = [int(self._signed(ends[0])) for tag in ("00280120", "00280121") if (ends := _numbers(self.attributes, tag))]
        return (min(ends), max(ends)) if ends and "00280120" in self.attributes else None

    def _signed(self, value: float) -> float:
        """Return a stored value; labelled US, negative ones stand as their two's complement of 16 bits."""
        return value - 65536 if value >= 32768 and self._signed_pixels() else value

    def _displays(self) -> tuple[tuple[Display, ...], tuple[int, ...]]:
        """Return the distinct displays and, for enhanced objects, which of them each frame has (PS3.3 C.7.6.16)."""
        top = self._display(self.attributes, self.attributes, Display())
        shared = top
        for group in _items(self.attributes, "52009229"):
            shared = self._group_display(group, top)
        numbers: dict[Display, int] = {shared: 0}
        of_frame = tuple(
            numbers.setdefault(self._group_display(group, shared), len(numbers))
            for group in _items(self.attributes, "52009230")
        )
        return tuple(numbers), of_frame if len(numbers) > 1 else ()

    def _group_display(self, group: Attributes, inherited: Display) -> Display:
        transformation = next(_items(group, "00289145"), {})
        return self._display(transformation, next(_items(group, "00289132"), {}), inherited)

    def _display(self, modality: Attributes, voi: Attributes, inherited: Display) -> Display:
        slope, intercept = _numbers(modality, "00281053"), _numbers(modality, "00281052")
        modality_luts = tuple(self._lut(item) for item in _items(modality, "00283000"))
        windows, voi_luts = _windows(voi), tuple(self._lut(item) for item in _items(voi, "00283010"))
        if not (slope or intercept or modality_luts or windows or voi_luts):
            return inherited
        return Display(
            slope=slope[0] if slope else inherited.slope,
            intercept=intercept[0] if intercept else inherited.intercept,
            modality_lut=modality_luts[0] if modality_luts else inherited.modality_lut,
            windows=windows or inherited.windows,
            voi_luts=voi_luts or inherited.voi_luts,
        )

    def _lut(self, item: Attributes, descriptor: str = "00283002", data: str = "00283006") -> Lut:
        numbers = _numbers(item, descriptor)
        if len(numbers) != 3:
            raise NotAnImage(f"lookup table descriptor {descriptor} does not hold three numbers")
        entries, first, bits = (int(number) for number in numbers)
        first = int(self._signed(first))
        # 65536 entries do not fit into 16 bits and are written as 0 (PS3.3 C.11.1.1.1).
        return Lut(entries & 0xFFFF or 65536, first, bits, self._binary(item, data))

    def _signed_pixels(self) -> bool:
        return _numbers(self.attributes, "00280103")[:1] == [1.0]

    def _palette(self) -> tuple[tuple[Lut, Lut, Lut] | None, bool]:
        if "00281101" not in self.attributes or "00281103" not in self.attributes:
            return None, False
        luts = tuple(self._palette_lut(colour) for colour in (1, 2, 3))
        supplemental = _text(self.attributes, "00280004") != "PALETTE COLOR"
        return (luts[0], luts[1], luts[2]), supplemental

    def _palette_lut(self, colour: int) -> Lut:
        """Read one table of PS3.3 C.7.6.3.1.5 / C.7.9.2; segmented data stay so until they are needed."""
        descriptor, plain, segmented = f"0028110{colour}", f"0028120{colour}", f"0028122{colour}"
        if plain in self.attributes:
            return self._lut(self.attributes, descriptor, plain)
        lut = self._lut(self.attributes, descriptor, segmented)
        return msgspec.structs.replace(lut, segmented=True)

    def _binary(self, item: Attributes, tag: str) -> bytes:
        """Return a binary value, or a list of 16-bit numbers as the bytes that would hold it."""
        element = item.get(tag, {})
        if "InlineBinary" in element:
            try:
                return base64.b64decode(element["InlineBinary"], validate=True)
            except (binascii.Error, TypeError, ValueError) as error:
                raise NotAnImage(f"element {tag} is not base64") from error
        if "BulkDataURI" in element and self.bulk is not None:
            return self.bulk(element["BulkDataURI"])
        return b"".join((int(number) & 0xFFFF).to_bytes(2, "little") for number in _numbers(item, tag))


def _windows(attributes: Attributes) -> tuple[Window, ...]:
    """Pair Window Center and Window Width by position; a width below what the function allows is dropped."""
    function = _text(attributes, "00281056") or "LINEAR"
    smallest = 1.0 if function == "LINEAR" else 1e-9
    pairs = zip(_numbers(attributes, "00281050"), _numbers(attributes, "00281051"), strict=False)
    return tuple(Window(center, width, function) for center, width in pairs if width >= smallest)


def _check(image: Image) -> None:
    """Refuse what no codec could make sense of, so that later arithmetic needs no guard."""
    if not (0 < image.rows < 65536 and 0 < image.columns < 65536):
        raise NotAnImage(f"{image.rows} rows of {image.columns} columns are no image")
    if image.samples not in {1, 3, 4}:
        raise NotAnImage(f"{image.samples} samples per pixel are not in the standard (PS3.3 C.7.6.3.1.1)")
    if image.bits_allocated not in {1, 8, 12, 16, 32, 64}:
        raise NotAnImage(f"{image.bits_allocated} bits allocated are not in the standard (PS3.5 8.1.1)")
    if not 0 < image.bits_stored <= image.high_bit + 1 <= image.bits_allocated:
        raise NotAnImage(
            f"{image.bits_stored} bits with high bit {image.high_bit} do not fit {image.bits_allocated} allocated bits"
        )


def _items(attributes: Attributes, tag: str) -> Iterator[Attributes]:
    for item in attributes.get(tag, {}).get("Value") or ():
        if isinstance(item, dict):
            yield item


def _text(attributes: Attributes, tag: str) -> str:
    values = attributes.get(tag, {}).get("Value") or ("",)
    return values[0].strip() if isinstance(values[0], str) else ""


def _numbers(attributes: Attributes, tag: str) -> list[float]:
    """Return the finite numbers of an element; DS and IS may stand as strings (PS3.18 F.2.3.1)."""
    numbers = []
    for value in attributes.get(tag, {}).get("Value") or ():
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            return []
        if not -1e300 < number < 1e300:
            return []
        numbers.append(number)
    return numbers
