"""The events of access, accounts and the network."""

from sixfold.governance.model.access import PART
from sixfold.kernel.kinds import EventKind

_ACCESS = {
    "action": "what was asked for",
    "resource": "the kind of what it was asked for",
    "study_uid": "Study Instance UID, where it was one study",
    "patient_key": "the patient's key, where it was one patient",
    "detail": "the keys of a search, the series that was read, or the two AE titles of a rejected association",
    "route": "the route's template, or the DIMSE service",
    "address": "the peer's address",
    "who": "what policies saw of who asked: `roles`, `groups`, `service_lines`, `facilities`, those that are not empty",
    "traits": "what policies saw of the study: `facility`, `service_line`, `sensitivity`, `restricted`",
    "relations": "how who asked stands to the patient or the study, where they do",
    "purpose": "for what purpose, where it was not treatment",
    "policies": "the `@id` of the policies that led to the answer",
    "version": "the version of the policies",
    "count": "how many times, all alike, within a tenth of a second",
    "first": "when the first of them was",
    "last": "when the last of them was",
}


_REACHED = "Study Instance UID, the patient's key, or the kind of resource"


_BY_ADDRESS = {"address": "the browser's address"}


_OF_ROLES = {"roles": "its roles"}


_OF_PLACES = {"service_lines": "its service lines, where it has some", "facilities": "its facilities; absent for every one"}


_OF_RULE = {
    "title": "calling AE titles; `*` and `?` stand for others",
    "host": "an address, a network or `*`",
    "role": "the role in which they act",
    "certificate_sha256": "digest of the client certificate, or empty",
    "enabled": "whether the rule is in force",
    **_OF_PLACES,
}


_ACCOUNT, _TOKEN, _RULE, _AE = "the account's name", "the token's name", "the rule's key", "the AE title"


ACCESS_ALLOWED = EventKind(PART, "access.allowed", "somebody asked for an action, and may", _REACHED, _ACCESS)


ACCESS_DENIED = EventKind(PART, "access.denied", "somebody asked for an action, and may not", _REACHED, _ACCESS)


ASSOCIATION_ADMITTED = EventKind(PART, "association.admitted", "an AE was let associate", "`association`", _ACCESS)


ASSOCIATION_REJECTED = EventKind(PART, "association.rejected", "an AE was not let associate", "`association`", _ACCESS)


SESSION_OPENED = EventKind(PART, "session.opened", "a person signed in", _ACCOUNT, _BY_ADDRESS)


SESSION_REFUSED = EventKind(
    PART, "session.refused", "a sign-in failed", "the account's name, `unknown` when there is none of that name", _BY_ADDRESS
)


SESSION_ENDED = EventKind(
    PART, "session.ended", "a person signed out, or ended another browser's session", _ACCOUNT, {"session": "the other's key"}
)


LINK_CREATED = EventKind(
    PART,
    "link.created",
    "a one-time link was made",
    "the account whose password it sets, else `account`",
    {**_OF_ROLES, "expires_at": "until when it is good"},
)


ACCOUNT_CREATED = EventKind(PART, "account.created", "a person made an account with a link", _ACCOUNT, _OF_ROLES)


ACCOUNT_CHANGED = EventKind(
    PART,
    "account.changed",
    "an administrator changed an account",
    _ACCOUNT,
    {**_OF_ROLES, "enabled": "whether its person may sign in", "groups": "its groups, where it has some", **_OF_PLACES},
)


ACCOUNT_PASSWORD = EventKind(PART, "account.password", "a password was set anew", _ACCOUNT)


ACCOUNT_REMOVED = EventKind(PART, "account.removed", "an account was deleted", _ACCOUNT)


TOKEN_CREATED = EventKind(
    PART,
    "token.created",
    "an API token was made",
    _TOKEN,
    {
        "token": "its key",
        "role": "its role",
        "expires_at": "until when it is good, null for without end",
        "scope": "the actions it is narrowed to, absent for all that its role may",
        **_OF_PLACES,
    },
)


TOKEN_REVOKED = EventKind(PART, "token.revoked", "an API token was ended", "the token's key")


AE_ADDED = EventKind(PART, "ae.added", "a rule that admits AEs was made", _RULE, _OF_RULE)


AE_CHANGED = EventKind(PART, "ae.changed", "a rule that admits AEs was replaced", _RULE, _OF_RULE)


AE_REMOVED = EventKind(PART, "ae.removed", "a rule that admits AEs was taken out of force", _RULE)


REMOTE_PUT = EventKind(
    PART,
    "remote.put",
    "a destination was added or replaced",
    _AE,
    {"host": "its host name or address", "port": "its TCP port", "tls": "whether it is called by TLS"},
)


REMOTE_REMOVED = EventKind(PART, "remote.removed", "a destination was deleted", _AE)

POLICY_ACTIVATED = EventKind(
    PART,
    "policy.activated",
    "a version of the policies came in force",
    "the version: SHA-256 of its text",
    {"before": "the version that was in force until then, null for none"},
)
