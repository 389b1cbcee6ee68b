"""Where each frame of the pixel data lies (PS3.5 8, A.4), found by small reads and without reading a pixel.

A `FrameTable` is made once, kept beside the object, and turns "frame 812 of a 4 GB object" into one byte range. Frames
of native pixel data are computed; frames of encapsulated pixel data are found by walking the item headers, because
offset tables in the field are absent, wrapped at 4 GB or wrong: a table is believed only where it points at items.
"""

from sixfold.dicom.frames.find import frame_table
from sixfold.dicom.frames.items import MAX_FRAGMENTS, ReadAt
from sixfold.dicom.frames.table import BadFrames, Frame, FrameTable, WrongFrameCount, frame_bytes

__all__ = [
    "MAX_FRAGMENTS",
    "BadFrames",
    "Frame",
    "FrameTable",
    "ReadAt",
    "WrongFrameCount",
    "frame_bytes",
    "frame_table",
]
