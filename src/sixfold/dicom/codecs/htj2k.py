"""Writing high-throughput JPEG 2000, reversible (ITU-T T.814; PS3.5 A.4.4) by OpenJPH.

It is read by OpenJPEG (`jpeg2000`), at half the speed: damaged code streams crash OpenJPH, and its binding swallows the
errors that it does raise between two rows. So a frame written here is also proven by another implementation.
"""

from typing import TYPE_CHECKING

import numpy as np

from sixfold.dicom.codecs.jpeg2000 import photometric_of
from sixfold.dicom.image import Image

if TYPE_CHECKING:
    from sixfold.dicom.codecs.model import Samples


def encode(array: "Samples", image: Image) -> bytes:
    """Return a reversible code stream in RPCL order with tile-part lengths, as PS3.5 A.4.4.1 asks of the RPCL syntax."""
    from imagecodecs import HTJ2K, htj2k_encode

    rgb = photometric_of(image) == "RGB"
    planes = array if rgb or image.samples == 1 else np.ascontiguousarray(np.moveaxis(array, 2, 0))
    return bytes(
        htj2k_encode(
            planes,
            reversible=True,
            rgb=rgb,
            planar=image.samples > 1 and not rgb,
            tlm=True,
            tilepart=HTJ2K.TILEPART.RESOLUTIONS,
        )
    )
