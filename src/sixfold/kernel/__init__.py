"""What every part stands on: ids, clock, errors, settings, database, objects, events, duties, logs, metrics.

The kernel knows nothing of DICOM or of any part; it imports no other room of the house.
"""
