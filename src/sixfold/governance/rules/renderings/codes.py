"""The codes of PS3.16 with which audit messages speak, and which of them each of our events is."""

from typing import NamedTuple


class Code(NamedTuple):
    """A coded value of DICOM's own terminology (DCM), or of another system."""

    value: str
    meaning: str
    system: str = "DCM"


class Sort(NamedTuple):
    """What sort of event it is: CID 400 of PS3.16, its type of CID 401 if any, and the action C, R, U, D or E."""

    event: Code
    action: str
    type: Code | None = None


AUDIT_LOG_USED = Code("110101", "Audit Log Used")
INSTANCES_ACCESSED = Code("110103", "DICOM Instances Accessed")
INSTANCES_TRANSFERRED = Code("110104", "DICOM Instances Transferred")
STUDY_DELETED = Code("110105", "DICOM Study Deleted")
PATIENT_RECORD = Code("110110", "Patient Record")
QUERY = Code("110112", "Query")
SECURITY_ALERT = Code("110113", "Security Alert")
USER_AUTHENTICATION = Code("110114", "User Authentication")

LOGIN = Code("110122", "Login")
LOGOUT = Code("110123", "Logout")
NODE_AUTHENTICATION = Code("110126", "Node Authentication")
EMERGENCY_STARTED = Code("110127", "Emergency Override Started")
EMERGENCY_STOPPED = Code("110138", "Emergency Override Stopped")
NETWORK_CONFIGURATION = Code("110128", "Network Configuration")
SECURITY_CONFIGURATION = Code("110129", "Security Configuration")
RESTRICTED_FUNCTION = Code("110132", "Use of Restricted Function")
OBJECT_SECURITY_CHANGED = Code("110135", "Object Security Attributes Changed")
ROLES_CHANGED = Code("110136", "Security Roles Changed")
USER_SECURITY_CHANGED = Code("110137", "User security Attributes Changed")

APPLICATION = Code("110150", "Application")
DESTINATION = Code("110152", "Destination Role ID")
SOURCE = Code("110153", "Source Role ID")
STUDY_UID = Code("110180", "Study Instance UID")
NODE_ID = Code("110182", "Node ID")

PATIENT_NUMBER = Code("2", "Patient Number", "RFC-3881")
SEARCH_CRITERIA = Code("10", "Search Criteria", "RFC-3881")
USER_IDENTIFIER = Code("11", "User Identifier", "RFC-3881")
URI = Code("12", "URI", "RFC-3881")


def _alert(kind: Code, action: str = "E") -> Sort:
    return Sort(SECURITY_ALERT, action, kind)


_RECEIVED = Sort(INSTANCES_TRANSFERRED, "C")
_KINDS = {
    "association.admitted": Sort(USER_AUTHENTICATION, "E", LOGIN),
    "association.rejected": _alert(NODE_AUTHENTICATION),
    "session.opened": Sort(USER_AUTHENTICATION, "E", LOGIN),
    "session.refused": Sort(USER_AUTHENTICATION, "E", LOGIN),
    "session.ended": Sort(USER_AUTHENTICATION, "E", LOGOUT),
    "ae.added": _alert(NETWORK_CONFIGURATION, "C"),
    "ae.changed": _alert(NETWORK_CONFIGURATION, "U"),
    "ae.removed": _alert(NETWORK_CONFIGURATION, "D"),
    "remote.put": _alert(NETWORK_CONFIGURATION, "U"),
    "remote.removed": _alert(NETWORK_CONFIGURATION, "D"),
    "account.changed": _alert(ROLES_CHANGED, "U"),
    "patient.restricted": _alert(OBJECT_SECURITY_CHANGED, "U"),
    "patient.opened": _alert(OBJECT_SECURITY_CHANGED, "U"),
    "glass.broken": _alert(EMERGENCY_STARTED),
    "glass.ended": _alert(EMERGENCY_STOPPED),
    "instances.stored": _RECEIVED,
    "instance.quarantined": _RECEIVED,
    "instances.rejected": Sort(STUDY_DELETED, "D"),
    "instances.restored": Sort(INSTANCES_ACCESSED, "U"),
}
_FAMILIES = {  # of kinds that have no place of their own above: by what stands before the dot
    "account": _alert(USER_SECURITY_CHANGED, "U"),
    "link": _alert(USER_SECURITY_CHANGED, "C"),
    "token": _alert(USER_SECURITY_CHANGED, "U"),
}
_ACTIONS = {
    "search": Sort(QUERY, "E"),
    "read": Sort(INSTANCES_ACCESSED, "R"),
    "store": _RECEIVED,
    "annotate": Sort(INSTANCES_ACCESSED, "C"),
    "reject": Sort(STUDY_DELETED, "D"),
    "audit": Sort(AUDIT_LOG_USED, "R"),
    "relate": Sort(PATIENT_RECORD, "U"),
    "restrict": _alert(OBJECT_SECURITY_CHANGED),
    "break-glass": _alert(EMERGENCY_STARTED),
}
_SENT_ELSEWHERE = frozenset({"C-MOVE", "C-GET"})
_SETTING = _alert(SECURITY_CONFIGURATION, "U")
_STUDIES = Sort(INSTANCES_ACCESSED, "U")


def sort_of(part: str, kind: str, action: str, route: str) -> Sort:
    """What sort of event it is; those that the standard has no word for are a use or a setting of what is restricted.

    `action` and `route` are those of an access, else empty.
    """
    if kind in _KINDS:
        return _KINDS[kind]
    if kind.startswith("access."):
        if action == "read" and route in _SENT_ELSEWHERE:
            return Sort(INSTANCES_TRANSFERRED, "R")
        return _ACTIONS.get(action, _alert(RESTRICTED_FUNCTION))
    family = kind.partition(".")[0]
    return _FAMILIES.get(family, _SETTING if part == "governance" else _STUDIES)
