"""A short film as an endoscope makes it: H.264, which browsers play."""

import io

import av
import numpy as np
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import MPEG4HP41, VideoEndoscopicImageStorage
from tests.samples import ct, part10

ROWS, COLUMNS, FRAMES, RATE = 48, 64, 50, 25


def film() -> tuple[Dataset, bytes]:
    """The data set of the film, and its file: each frame is a little brighter than the one before."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = COLUMNS, ROWS, "yuv420p"
        for level in range(0, 5 * FRAMES, 5):
            picture = np.full((ROWS, COLUMNS, 3), level, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_PARTIAL_420", "PlanarConfiguration": 0}
    depth = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "Rows": ROWS, "Columns": COLUMNS}
    cine = {"NumberOfFrames": str(FRAMES), "FrameTime": str(1000 / RATE), "Modality": "ES", "StudyDescription": "A film"}
    data = ct(SOPClassUID=VideoEndoscopicImageStorage, **colour, **depth, **cine)
    data.PixelData = encapsulate([buffer.getvalue()], has_bot=False)
    data["PixelData"].VR = "OB"
    return data, part10(data, MPEG4HP41)
