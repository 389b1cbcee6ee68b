"""Damaged frames, items and descriptions: a typed error or an answer of the right size; never a crash, a hang, a flood.

Each kind runs in a process of its own, because the codecs are C libraries: a crash there must fail one test and not end the
run. `SIXFOLD_FUZZ_CASES` sets the number of cases of each kind.
"""

import io
import os
import random
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CASES = int(os.environ.get("SIXFOLD_FUZZ_CASES", "300"))
SEED = int(os.environ.get("SIXFOLD_FUZZ_SEED", "20261124"))
ROOT = Path(__file__).resolve().parents[2]
MEMORY = 3 << 30  # bytes of address space; frames here decode to 100 kB
SECONDS = 60 + CASES // 20

Case = Callable[[bytes], None]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, overwrite and move bytes, the head more often than the rest."""
    out = bytearray(data)
    if chance.random() < 0.25:
        del out[chance.randrange(len(out)) :]
    for _ in range(chance.randrange(0, 10)):
        if not out:
            break
        reach = len(out) if chance.random() < 0.5 else min(len(out), 160)
        at = chance.randrange(reach)
        action = chance.random()
        if action < 0.8:
            out[at] = chance.choice((0, 0xFF, chance.randrange(256)))
        elif action < 0.9:
            del out[at : at + chance.randrange(1, 9)]
        else:
            out[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(out)


def _image(**changes: Any) -> Any:
    import msgspec

    from sixfold.dicom.image import Image

    image = Image(
        rows=37,
        columns=50,
        samples=1,
        bits_allocated=16,
        bits_stored=12,
        high_bit=11,
        signed=False,
        photometric="MONOCHROME2",
    )
    return msgspec.structs.replace(image, **changes)


def _colour(**changes: Any) -> Any:
    return _image(samples=3, bits_allocated=8, bits_stored=8, high_bit=7, photometric="RGB", **changes)


def _content(image: Any) -> Any:
    """A picture with edges, slopes and noise."""
    import numpy as np

    shape = (image.rows, image.columns) + ((image.samples,) if image.samples > 1 else ())
    ramp = np.indices(shape).sum(axis=0) * 29 + np.random.default_rng(1).integers(0, 9, shape)
    ramp[5:20, 10:30] = (1 << image.bits_stored) - 1
    return (ramp % (1 << image.bits_stored)).astype("u2" if image.bits_allocated == 16 else "u1")


def _decoding(image: Any, uid: str) -> Case:
    from sixfold.dicom.codecs import decode_frame
    from sixfold.dicom.uids import transfer_syntax

    def case(data: bytes) -> None:
        array = decode_frame(data, image, transfer_syntax(uid)).array
        assert array.shape[:2] == (image.rows, image.columns)

    return case


def _encoded(image: Any, uid: str) -> tuple[bytes, Case]:
    from sixfold.dicom.codecs import encode_frame
    from sixfold.dicom.uids import transfer_syntax

    return encode_frame(_content(image), image, transfer_syntax(uid)), _decoding(image, uid)


def _jpeg(image: Any, **how: Any) -> tuple[bytes, Case]:
    import imagecodecs

    data = bytes(imagecodecs.jpeg8_encode(_content(image), **how))
    return data, _decoding(image, "1.2.840.10008.1.2.4.70" if how.get("lossless") else "1.2.840.10008.1.2.4.51")


def _near_lossless() -> tuple[bytes, Case]:
    import jpeg_ls

    image = _image()
    data = jpeg_ls.encode_buffer(_content(image).tobytes(), image.rows, image.columns, 1, 12, lossy_error=2)
    return bytes(data), _decoding(image, "1.2.840.10008.1.2.4.81")


def _jpeg_xl() -> tuple[bytes, Case]:
    import imagecodecs

    image = _colour()
    data = bytes(imagecodecs.jpegxl_encode(_content(image), lossless=True, usecontainer=True))
    return data, _decoding(image, "1.2.840.10008.1.2.4.110")


def _deflated() -> tuple[bytes, Case]:
    image = _image()
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(_content(image).tobytes()) + deflate.flush()
    return data, _decoding(image, "1.2.840.10008.1.2.8.1")


def _video() -> tuple[bytes, Case]:
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as out:
        stream = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(0, 200, 40):
            picture = np.full((48, 64, 3), level, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return buffer.getvalue(), _decoding(_colour(rows=48, columns=64, frames=5), "1.2.840.10008.1.2.4.100")


def _items() -> tuple[bytes, Case]:
    """The element that holds encapsulated frames, with its offset table."""
    from sixfold.dicom.codecs.transcode import encapsulated
    from sixfold.dicom.frames import FrameTable, frame_bytes, frame_table
    from sixfold.dicom.uids import JPEG_BASELINE

    image = _image(frames=5)
    data = b"".join(encapsulated([b"\xff\xd8\xff\xe0" + bytes(20 * size) for size in range(5)]))

    def case(damaged: bytes) -> None:
        table = frame_table(lambda at, size: damaged[at : at + size], 0, len(damaged), JPEG_BASELINE, image)
        assert len(FrameTable.from_bytes(table.to_bytes())) == 5
        for frame in table:
            assert frame.offset + frame.length <= len(damaged)
            frame_bytes(damaged[frame.offset : frame.offset + frame.length], frame)

    return data, case


def _stored_table() -> tuple[bytes, Case]:
    from sixfold.dicom.frames import FrameTable

    def case(damaged: bytes) -> None:
        table = FrameTable.from_bytes(damaged)
        for index in range(min(len(table), 10)):
            _ = table[index]

    element, _ = _items()
    from sixfold.dicom.frames import frame_table
    from sixfold.dicom.uids import JPEG_BASELINE

    table = frame_table(lambda at, size: element[at : at + size], 0, len(element), JPEG_BASELINE, _image(frames=5))
    return table.to_bytes(), case


def _description() -> tuple[bytes, Case]:
    """The attributes of a palette image, as JSON text."""
    import numpy as np
    import orjson

    from sixfold.dicom.codecs import Decoded
    from sixfold.dicom.image import Image
    from sixfold.dicom.render import render

    described: dict[str, Any] = {"7FE00010": {"vr": "OW"}}
    numbers = {"00280002": 1, "00280010": 9, "00280011": 7, "00280100": 16, "00280101": 16, "00280102": 15, "00280103": 0}
    described |= {tag: {"vr": "US", "Value": [number]} for tag, number in numbers.items()}
    described |= {f"0028110{c}": {"vr": "US", "Value": [256, 0, 16]} for c in (1, 2, 3)}
    described |= {f"0028122{c}": {"vr": "OW", "InlineBinary": "AAACAGQAyAABAPwAWAI="} for c in (1, 2, 3)}
    described["00280004"] = {"vr": "CS", "Value": ["PALETTE COLOR"]}

    def case(damaged: bytes) -> None:
        try:
            attributes = orjson.loads(damaged)
        except orjson.JSONDecodeError:
            return
        if isinstance(attributes, dict) and all(isinstance(element, dict) for element in attributes.values()):
            image = Image.from_json(attributes)
            if image.rows * image.columns < 100_000:
                cells = np.arange(image.rows * image.columns, dtype=np.uint16).reshape(image.rows, image.columns)
                render(Decoded(cells, "PALETTE COLOR"), image)

    return orjson.dumps(described), case


KINDS: dict[str, Callable[[], tuple[bytes, Case]]] = {
    "jpeg": lambda: _jpeg(_colour(), level=80),
    "jpeg 12 bits": lambda: _jpeg(_image(), level=90, bitspersample=12),
    "jpeg lossless": lambda: _jpeg(_image(), lossless=True, predictor=1, bitspersample=12),
    "jpeg-ls": lambda: _encoded(_image(), "1.2.840.10008.1.2.4.80"),
    "jpeg-ls colour": lambda: _encoded(_colour(), "1.2.840.10008.1.2.4.80"),
    "jpeg-ls near": _near_lossless,
    "jpeg 2000": lambda: _encoded(_image(), "1.2.840.10008.1.2.4.90"),
    "jpeg 2000 colour": lambda: _encoded(_colour(), "1.2.840.10008.1.2.4.90"),
    "htj2k": lambda: _encoded(_image(), "1.2.840.10008.1.2.4.201"),
    "htj2k colour": lambda: _encoded(_colour(), "1.2.840.10008.1.2.4.202"),
    "jpeg xl": _jpeg_xl,
    "rle": lambda: _encoded(_colour(), "1.2.840.10008.1.2.5"),
    "deflated": _deflated,
    "video": _video,
    "items": _items,
    "stored table": _stored_table,
    "description": _description,
}


def run(kind: str, cases: int, seed: int) -> None:
    """Try the cases of one kind; any error that is not one of ours ends the process."""
    from sixfold.kernel.errors import SixfoldError

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance = random.Random(f"{kind} {seed}")
    data, case = KINDS[kind]()
    case(data)
    refused = 0
    for _ in range(cases):
        try:
            case(mutated(data, chance))
        except SixfoldError:
            refused += 1
    print(refused)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_input_is_refused_or_answered(kind: str) -> None:
    code = f"from tests.fuzz.test_pixels import run; run({kind!r}, {CASES}, {SEED})"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONFAULTHANDLER": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert 0 < int(done.stdout) <= CASES
