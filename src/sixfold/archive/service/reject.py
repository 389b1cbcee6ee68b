"""Rejection: an instance is hidden everywhere, and can be shown again; its bytes stay (IHE IOCM's intent, reversible).

A decision stands in the object store before it counts, so that a rebuild comes to the same view.
"""

import tempfile
from pathlib import Path
from typing import Any

import orjson

from sixfold.archive.model import INSTANCES_REJECTED, INSTANCES_RESTORED
from sixfold.archive.store import rejecting
from sixfold.governance.model import Principal
from sixfold.kernel import events
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound
from sixfold.kernel.ids import new_key
from sixfold.kernel.objects import Objects

_DECISIONS = "decisions/"


class Registrar:
    """Hides and shows instances."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    def reject(self, uids: tuple[str, str, str], *, reason: str, by: Principal) -> int:
        """Hide the visible instances of (study, series, instance), the lower ones empty for all; raises `NotFound`."""
        return self._decide(uids, reject=True, reason=reason, by=by)

    def restore(self, uids: tuple[str, str, str], *, reason: str, by: Principal) -> int:
        """Show the hidden instances again; raises `NotFound`."""
        return self._decide(uids, reject=False, reason=reason, by=by)

    def _decide(self, uids: tuple[str, str, str], *, reject: bool, reason: str, by: Principal) -> int:
        found = rejecting.find(self._database, uids, rejected=not reject)
        if not found:
            raise NotFound("there is no such instance here" if reject else "there is no such rejected instance here")
        sop_uids = [item.sop_uid for item in found]
        decision = {"at": to_text(utc_now()), "by": by.actor, "reason": reason, "reject": reject, "instances": sop_uids}
        _keep(self._objects, decision)
        kind = INSTANCES_REJECTED if reject else INSTANCES_RESTORED
        with self._database.write() as transaction:
            changed = rejecting.change(transaction, sop_uids, reject=reject)
            payload = {"study_uid": uids[0], "instances": changed, "reason": reason}
            events.record(transaction, kind, subject=uids[0], actor=by.actor, payload=payload)
        return len(changed)


def _keep(objects: Objects, decision: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decision.json"
        path.write_bytes(orjson.dumps(decision))
        objects.put(f"{_DECISIONS}{new_key()}.json", path)


def replay_decisions(database: Database, objects: Objects) -> None:
    """Take every kept decision again, in the order in which they were taken."""
    for key in sorted(objects.keys(_DECISIONS)):
        decision = orjson.loads(objects.read(key, 0, objects.size(key)))
        with database.write() as transaction:
            rejecting.change(transaction, decision["instances"], reject=decision["reject"])
