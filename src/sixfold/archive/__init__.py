"""The vendor neutral archive: DICOM in, kept once, indexed, found, given back byte for byte.

It is not a viewer and holds no policy: who may do what is governance's, how pixels look is `dicom.render`'s. The landing, the
seal, the index and their promise are here. Others use `sixfold.archive.service` through the names below.
"""
