"""JPEG XL (ISO/IEC 18181; PS3.5 A.4.12) by libjxl; a recompressed JPEG is read as the image it holds."""

from sixfold.dicom.codecs.model import Ask, Decoded, Undecodable, undecodable
from sixfold.dicom.codecs.streams import jpegxl_size
from sixfold.dicom.codecs.values import stored
from sixfold.dicom.image import Image


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one JPEG XL frame; colour comes out as RGB whatever the code stream works in."""
    from imagecodecs import jpegxl_decode

    size = jpegxl_size(data)
    if size != (image.rows, image.columns):
        raise Undecodable(f"the code stream is {size}, the image is {(image.rows, image.columns)}")
    with undecodable("JPEG XL"):
        array = jpegxl_decode(data, keeporientation=True)
    photometric = "RGB" if image.samples == 3 else image.photometric
    return Decoded(stored(array, image, 8 * array.dtype.itemsize), photometric)
