"""One event in the forms of others: DICOM's audit message (PS3.15 A.5) and FHIR's AuditEvent (R4)."""

from sixfold.governance.rules.renderings.dicom import audit_message
from sixfold.governance.rules.renderings.fhir import audit_event

__all__ = ["audit_event", "audit_message"]
