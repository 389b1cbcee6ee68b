"""Every decision of governance as a pure function: roles, passwords, delays, AEs."""

from sixfold.governance.rules.accounts import (
    FAILURES_FORGOTTEN,
    LINK_LIFE,
    PASSWORD_LENGTH,
    SESSION_IDLE,
    SESSION_LIFE,
    attempt_key,
    check_name,
    check_password,
    delay_after,
    digest,
    is_name,
)
from sixfold.governance.rules.network import admitted, check_host, check_peer, check_title, is_title
from sixfold.governance.rules.roles import FOR_EVERYBODY, ROLES, actions_of, check_roles, check_scope, permits
from sixfold.governance.rules.shown import shown_query

__all__ = [
    "FAILURES_FORGOTTEN",
    "FOR_EVERYBODY",
    "LINK_LIFE",
    "PASSWORD_LENGTH",
    "ROLES",
    "SESSION_IDLE",
    "SESSION_LIFE",
    "actions_of",
    "admitted",
    "attempt_key",
    "check_host",
    "check_name",
    "check_password",
    "check_peer",
    "check_roles",
    "check_scope",
    "check_title",
    "delay_after",
    "digest",
    "is_name",
    "is_title",
    "permits",
    "shown_query",
]
