"""Small images of every way from stored values to what is seen, with what must be seen by the standard's own formulas.

Nothing of ours computes the expected values: they follow PS3.3 C.11.1, C.11.2, C.7.6.3.1 and C.7.9 in a few lines of NumPy.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, SecondaryCaptureImageStorage
from tests.samples import ct

ROWS, COLUMNS = 48, 64
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """An image and what must be seen: rows x columns (x 3), 0 to 255, before rounding."""

    name: str
    data: Dataset
    seen: Values


def ramp(low: int, high: int) -> NDArray[np.int64]:
    """Every shade from one value to another, row by row."""
    return np.linspace(low, high, ROWS * COLUMNS).round().astype(np.int64).reshape(ROWS, COLUMNS)


def linear(values: Values, center: float, width: float) -> Values:
    """PS3.3 C.11.2.1.2.1."""
    return np.clip(((values - (center - 0.5)) / (width - 1) + 0.5) * 255, 0, 255)


def linear_exact(values: Values, center: float, width: float) -> Values:
    """PS3.3 C.11.2.1.3.2."""
    return np.clip(((values - center) / width + 0.5) * 255, 0, 255)


def sigmoid(values: Values, center: float, width: float) -> Values:
    """PS3.3 C.11.2.1.3.1."""
    return 255 / (1 + np.exp(-4 * (values - center) / width))


def looked_up(values: Values, first: int, entries: NDArray[np.int64]) -> Values:
    """A look-up table (PS3.3 C.11.1.1): values below and above take the first and the last entry."""
    return entries[np.clip(values.astype(np.int64) - first, 0, len(entries) - 1)].astype(np.float64)


def _gray(stored: NDArray[np.int64], bits: int = 16, *, signed: bool = False, **values: object) -> Dataset:
    kind = {8: np.uint8, 16: np.int16 if signed else np.uint16}[8 if bits <= 8 else 16]
    told = {
        "SOPClassUID": CTImageStorage, "Modality": "CT", "Rows": ROWS, "Columns": COLUMNS, "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2", "BitsAllocated": 8 if bits <= 8 else 16, "BitsStored": bits,
        "HighBit": bits - 1, "PixelRepresentation": int(signed), "PixelSpacing": [1, 1],
        "PixelData": stored.astype(kind).tobytes(),
    }  # fmt: skip
    return ct(**{**told, **values})


def _color(pixels: NDArray[np.uint8], photometric: str, *, planes: bool = False) -> Dataset:
    ordered = pixels.transpose(2, 0, 1) if planes else pixels
    return ct(
        SOPClassUID=SecondaryCaptureImageStorage, Modality="XC", Rows=ROWS, Columns=COLUMNS, SamplesPerPixel=3,
        PhotometricInterpretation=photometric, PlanarConfiguration=int(planes), BitsAllocated=8, BitsStored=8, HighBit=7,
        PixelRepresentation=0, PixelData=ordered.tobytes(),
    )  # fmt: skip


def _table(first: int, entries: NDArray[np.int64], bits: int) -> Dataset:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [len(entries), first, bits], entries.astype("<u2").tobytes()
    return item


def signed_16() -> tuple[Dataset, Values]:
    """Signed stored values and an abdominal window."""
    stored = ramp(-1024, 1500)
    return _gray(stored, signed=True, WindowCenter=40, WindowWidth=400), linear(stored.astype(float), 40, 400)


def signed_12_of_16() -> tuple[Dataset, Values]:
    """Twelve bits with a sign: what is above the sign is not theirs."""
    stored = ramp(-2048, 2047)
    data = _gray(stored & 0x0FFF, 12, signed=True, WindowCenter=0, WindowWidth=4096)
    return data, linear(stored.astype(float), 0, 4096)


def rescaled() -> tuple[Dataset, Values]:
    """Unsigned values with an intercept, seen as lung."""
    stored = ramp(0, 4095)
    data = _gray(stored, 12, RescaleSlope=1, RescaleIntercept=-1024, WindowCenter=-600, WindowWidth=1500)
    return data, linear(stored - 1024.0, -600, 1500)


def fractional() -> tuple[Dataset, Values]:
    """A slope that is no whole number, as of PET."""
    stored = ramp(0, 30000)
    data = _gray(stored, RescaleSlope=0.37, RescaleIntercept=0, WindowCenter=4000, WindowWidth=9000)
    return data, linear(stored * 0.37, 4000, 9000)


def monochrome1() -> tuple[Dataset, Values]:
    """The lowest value is white."""
    stored = ramp(0, 255)
    data = _gray(stored, 8, PhotometricInterpretation="MONOCHROME1", WindowCenter=100, WindowWidth=120)
    return data, 255 - linear(stored.astype(float), 100, 120)


def modality_table() -> tuple[Dataset, Values]:
    """A Modality LUT before the window."""
    stored, entries = ramp(0, 1023), (np.sqrt(np.arange(900)) * 130).astype(np.int64)
    data = _gray(stored, 10, WindowCenter=2000, WindowWidth=4000)
    item = _table(50, entries, 16)
    item.ModalityLUTType = "US"
    data.ModalityLUTSequence = [item]
    return data, linear(looked_up(stored, 50, entries), 2000, 4000)


def voi_table() -> tuple[Dataset, Values]:
    """A VOI LUT of eight bits."""
    stored, entries = ramp(0, 1023), (255 * (np.arange(600) / 599) ** 2).round().astype(np.int64)
    data = _gray(stored, 10)
    data.VOILUTSequence = [_table(200, entries, 8)]
    return data, looked_up(stored, 200, entries)


def exact() -> tuple[Dataset, Values]:
    """The window function LINEAR_EXACT."""
    stored = ramp(0, 255)
    data = _gray(stored, 8, WindowCenter=127, WindowWidth=64, VOILUTFunction="LINEAR_EXACT")
    return data, linear_exact(stored.astype(float), 127, 64)


def curved() -> tuple[Dataset, Values]:
    """The window function SIGMOID."""
    stored = ramp(0, 4095)
    data = _gray(stored, 12, WindowCenter=2048, WindowWidth=1500, VOILUTFunction="SIGMOID")
    return data, sigmoid(stored.astype(float), 2048, 1500)


def palette() -> tuple[Dataset, Values]:
    """A palette of sixteen bits: its upper bytes are seen."""
    stored, index = ramp(0, 255), np.arange(256)
    data = _gray(stored, 8, PhotometricInterpretation="PALETTE COLOR", SOPClassUID=SecondaryCaptureImageStorage, Modality="US")
    tables = [index * 257, (255 - index) * 257, ((index * 3) % 256) * 257]
    for name, entries in zip(("Red", "Green", "Blue"), tables, strict=True):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(data, f"{name}PaletteColorLookupTableData", entries.astype("<u2").tobytes())
    return data, np.stack([looked_up(stored, 0, entries) / 257 for entries in tables], axis=-1)


def _colors() -> NDArray[np.uint8]:
    gray = ramp(0, 255)
    return np.stack([gray, gray[::-1], gray[:, ::-1]], axis=-1).astype(np.uint8)


def rgb() -> tuple[Dataset, Values]:
    """Colour, pixel by pixel."""
    return _color(_colors(), "RGB"), _colors().astype(float)


def rgb_in_planes() -> tuple[Dataset, Values]:
    """Colour, plane by plane."""
    return _color(_colors(), "RGB", planes=True), _colors().astype(float)


def ybr() -> tuple[Dataset, Values]:
    """YBR_FULL, natively (PS3.3 C.7.6.3.1.2)."""
    pixels = _colors()
    pixels[..., 1:] = pixels[..., 1:] // 4 + 96
    y, b, r = (pixels[..., channel].astype(float) for channel in range(3))
    seen = np.stack([y + 1.402 * (r - 128), y - 0.344136 * (b - 128) - 0.714136 * (r - 128), y + 1.772 * (b - 128)], axis=-1)
    return _color(pixels, "YBR_FULL"), np.clip(seen, 0, 255)


CASES: tuple[Callable[[], tuple[Dataset, Values]], ...] = (
    signed_16, signed_12_of_16, rescaled, fractional, monochrome1, modality_table, voi_table, exact, curved, palette, rgb,
    rgb_in_planes, ybr,
)  # fmt: skip


def pictures() -> Iterator[Picture]:
    """Every case, each a study of its own."""
    for case in CASES:
        data, seen = case()
        yield Picture(case.__name__, data, seen)
