"""JPEG (ITU-T T.81; PS3.5 A.4.1 to A.4.3): baseline, extended with 8 or 12 bits, progressive, lossless up to 16 bits."""

from sixfold.dicom.codecs.model import Ask, Decoded, undecodable
from sixfold.dicom.codecs.streams import check_size, jpeg_header
from sixfold.dicom.codecs.values import stored
from sixfold.dicom.image import Image


def decode(data: bytes, image: Image, ask: Ask) -> Decoded:
    """Read one JPEG frame; chroma is upsampled, and turned into RGB if that is asked.

    Where the code stream declares its colour (APP14, component names, JFIF), that outweighs Photometric Interpretation,
    which many writers leave at RGB.
    """
    from imagecodecs import jpeg8_decode

    header = check_size(jpeg_header(data), image)
    if image.samples != 3:
        with undecodable("JPEG"):
            array = jpeg8_decode(data)
        return Decoded(stored(array, image, header.precision), image.photometric)
    photometric = _photometric(header.colour, image)
    source = "ycbcr" if photometric == "YBR_FULL" else "rgb"
    convert = ask.rgb and source == "ycbcr" and not header.lossless
    with undecodable("JPEG"):
        array = jpeg8_decode(data, colorspace=source, outcolorspace="rgb" if convert else source)
    return Decoded(stored(array, image, header.precision), "RGB" if convert else photometric)


def _photometric(declared: str, image: Image) -> str:
    if declared:
        return declared
    return "YBR_FULL" if image.photometric.startswith("YBR") else image.photometric
