"""Versions of the identity policy; each stays."""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.kernel.database import insert_if_absent
from sixfold.viewer.model.identity import Policy, PolicyVersion
from sixfold.viewer.store.identity import tables as t

AT_FIRST = PolicyVersion(0, Policy(), reason="the policy of a new house")


def current(connection: Connection) -> PolicyVersion:
    """The version in force."""
    return history(connection, 1)[0]


def history(connection: Connection, limit: int) -> list[PolicyVersion]:
    """Versions, the newest first; that of a new house is the last."""
    rows = connection.execute(sa.select(t.policies).order_by(t.policies.c.version.desc()).limit(limit))
    found = [PolicyVersion(row.version, _policy(row.policy), row.at, row.by, row.reason) for row in rows]
    return found if len(found) >= limit else [*found, AT_FIRST]


def put(connection: Connection, version: PolicyVersion) -> bool:
    """Add a version; False when there is one of that number."""
    values = {name: getattr(version, name) for name in ("version", "at", "by", "reason")}
    return insert_if_absent(connection, t.policies, policy=msgspec.json.encode(version.policy), **values)


def _policy(kept: bytes) -> Policy:
    return msgspec.json.decode(kept, type=Policy)
