"""Modalities of the demonstration hospital: each function makes the objects of one examination.

An acquisition takes a `Study` and yields data sets; `radiology`, `cardiology`, `specialties` and `documents` hold them by
department.
"""
