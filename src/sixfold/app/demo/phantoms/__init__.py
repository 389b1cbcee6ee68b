"""Anatomy painted with numpy: pure functions from random generators to arrays, with no DICOM in them.

`canvas` paints in millimetres, `noise` makes textures; every other module is one region of the body.
"""
