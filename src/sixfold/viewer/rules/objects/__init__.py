"""Objects that speak of images: read from DICOM JSON to values, and made from values as DICOM JSON; neither touches a byte."""
