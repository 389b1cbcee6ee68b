"""The viewer on the DICOM network: what others send us since we asked them to."""
