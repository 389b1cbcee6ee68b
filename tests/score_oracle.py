"""A made-up year of a hospital as events, and the scorecards' figures counted from them by brute force.

The oracle looks at each event for each study, knows nothing of the tables, and shares no code with what it judges.
"""

import math
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sixfold.kernel.clock import to_text
from sixfold.kernel.events import Event

LINES = ("radiology", "cardiology", "dermatology", "")
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@dataclass
class Study:
    """A made-up study and the defects that were seeded in it."""

    uid: str
    line: str
    patient_key: str
    study_date: str
    study_time: str
    accession: str
    patient_id: str
    issuer: str


@dataclass
class Hospital:
    """Studies by UID, and the events in their order."""

    studies: dict[str, Study] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def tell(self, at: datetime, part: str, kind: str, subject: str, actor: str, **payload: Any) -> None:
        """Add an event."""
        self.events.append(Event(0, to_text(at), part, kind, subject, actor, payload))

    def close(self) -> "Hospital":
        """Number the events by their time."""
        ordered = sorted(self.events, key=lambda event: event.at)
        self.events = [Event(i + 1, e.at, e.part, e.kind, e.subject, e.actor, e.payload) for i, e in enumerate(ordered)]
        return self


def make(seed: int, studies: int = 220, reads: int = 900) -> Hospital:
    """A hospital with seeded defects."""
    chance, made = random.Random(seed), Hospital()
    for number in range(studies):
        _add_study(chance, made, number)
    for _ in range(reads):
        _add_request(chance, made)
    for number in range(40):
        _add_glass(chance, made, number)
    return made.close()


def _add_study(chance: random.Random, made: Hospital, number: int) -> None:
    arrived = START + timedelta(minutes=chance.randrange(60 * 24 * 75))
    wait = chance.choice([5, 30, 90, 1000, -20, 60 * 24 * 40])
    taken = arrived - timedelta(minutes=wait)
    patient_id, issuer = chance.choice([("P1", "H"), ("P2", "H"), ("P3", "G"), ("P4", ""), ("", "")])
    uid = f"1.2.{number}"
    dated = chance.random() > 0.1
    study = Study(
        uid,
        chance.choice(LINES),
        f"{issuer}|{patient_id}" if patient_id else f"|study:{uid}",
        taken.strftime("%Y%m%d") if dated else chance.choice(["", "2026", "20269999"]),
        taken.strftime("%H%M%S.%f") if dated else chance.choice(["", "1200", "120000"]),
        chance.choice(["A1", "A2", "A3", ""]),
        patient_id,
        issuer,
    )
    made.studies[uid] = study
    for series in range(chance.randrange(1, 4)):
        at = arrived + timedelta(seconds=20 * series)
        made.tell(at, "archive", "instances.stored", uid, "ae:CT", study_uid=uid, instances=["1"])
    if chance.random() < 0.8:
        for late in (40, 4000)[: chance.randrange(1, 3)]:
            made.tell(arrived + timedelta(minutes=late), "archive", "study.stable", uid, "system:sixfold", study_uid=uid)
    if chance.random() < 0.2:
        reasons = ["its study belongs to another patient", "its SOP instance UID is in use with other content"]
        aside = uid if chance.random() < 0.8 else f"9.9.{number}"
        told = {"sop_uid": f"{uid}.7", "reason": chance.choice(reasons)}
        for again in range(chance.randrange(1, 3)):
            made.tell(arrived + timedelta(hours=1 + again), "archive", "instance.quarantined", aside, "ae:CT", **told)


def _add_request(chance: random.Random, made: Hospital) -> None:
    uid = chance.choice([*made.studies, "9.9.9"])
    at = START + timedelta(minutes=chance.randrange(60 * 24 * 78))
    actor = chance.choice(["person:ada", "person:bob", "person:eve", "token:bench", "ae:PACS"])
    lines = chance.choice([[], [], ["radiology"], ["cardiology"], ["cardiology", "radiology"], ["cardio"]])
    told: dict[str, Any] = {"action": chance.choice(["read", "read", "read", "search", "store"]), "study_uid": uid}
    told["who"] = {"roles": chance.choice([["physician"], ["technologist"], ["radiologist"]])} | (
        {"service_lines": lines} if lines else {}
    )
    if chance.random() < 0.1:
        told |= {"relations": ["emergency"], "purpose": "BTG"}
    if chance.random() < 0.1:
        told.pop("study_uid")
    told["first"] = to_text(at)
    kind = "access.denied" if chance.random() < 0.2 else "access.allowed"
    if kind == "access.allowed" or chance.random() < 0.5:
        told["policies"] = ["some-policy"]
    for again in range(chance.randrange(1, 3)):
        made.tell(at + timedelta(seconds=again), "governance", kind, uid, actor, **told)


def _add_glass(chance: random.Random, made: Hospital, number: int) -> None:
    at = START + timedelta(minutes=chance.randrange(60 * 24 * 78))
    patient = chance.choice(["H|P1", "H|P2", "G|P3", "H|nobody"])
    due = to_text(at + timedelta(hours=72))
    made.tell(at, "governance", "glass.broken", patient, "person:ada", key=f"g{number}", reason="why", review_due=due)
    if chance.random() < 0.6:
        reviewed = at + timedelta(hours=chance.choice([1, 20, 100, 500]))
        made.tell(reviewed, "governance", "glass.reviewed", patient, "person:eve", key=f"g{number}", justified=True)


def expected(made: Hospital, line: str, start: datetime, end: datetime) -> dict[str, tuple[float | None, int]]:
    """(value, of how many) of each measure of a line."""
    mine = {uid: moment for uid, moment in _arrivals(made).items() if _line(made, uid) == line}
    inside = [uid for uid, moment in mine.items() if start <= moment < end]
    aside = {
        (e.subject, e.payload["sop_uid"])
        for e in made.events
        if e.kind == "instance.quarantined"
        and "another patient" in e.payload["reason"]
        and start <= _moment(e.at) < end
        and (e.subject in mine or (line == "unassigned" and e.subject not in made.studies))
    }
    nameless = [uid for uid in inside if not (made.studies[uid].patient_id and made.studies[uid].issuer)]
    first, complete = _waits(made, inside)
    requests = _requests(made, mine, start, end)
    reads = len(requests["read"]) + len(requests["emergency"])
    overdue, to_review = _overdue(made, line, min(end, NOW))
    return {
        "seen-outside": (_share(len([uid for uid in inside if _seen(made, uid, mine[uid])]), len(inside)), len(inside)),
        "first-image": (_p95(first), len(first)),
        "complete": (_p95(complete), len(complete)),
        "orders-linked": (_share(len([uid for uid in inside if made.studies[uid].accession]), len(inside)), len(inside)),
        "identity-defects": (_share(1000 * (len(aside) + len(nameless)), len(inside)), len(inside)),
        "emergency-reads": (_share(len(requests["emergency"]), reads), reads),
        "reviews-overdue": (overdue, to_review),
        "refused": (
            _share(1000 * len(requests["unexplained"]), sum(map(len, requests.values()))),
            sum(map(len, requests.values())),
        ),
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _line(made: Hospital, uid: str) -> str:
    return made.studies[uid].line or "unassigned"


def _arrivals(made: Hospital) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for event in made.events:
        if event.kind == "instances.stored":
            found.setdefault(event.subject, _moment(event.at))
    return found


def _waits(made: Hospital, uids: list[str]) -> tuple[list[float], list[float]]:
    first, complete = [], []
    for uid in uids:
        study = made.studies[uid]
        try:
            taken = datetime.strptime(study.study_date + study.study_time, "%Y%m%d%H%M%S.%f").replace(tzinfo=UTC)
        except ValueError:
            continue
        taken = taken.replace(microsecond=0)
        moments = [_moment(e.at) for e in made.events if e.kind == "instances.stored" and e.subject == uid]
        wait = (min(moments) - taken) / timedelta(minutes=1)
        if not 0 <= wait <= 30 * 24 * 60:
            continue
        first.append(wait)
        stable = [_moment(e.at) for e in made.events if e.kind == "study.stable" and e.subject == uid]
        if stable and (min(stable) - taken) <= timedelta(days=30):
            complete.append((min(stable) - taken) / timedelta(minutes=1))
    return first, complete


def _seen(made: Hospital, uid: str, arrived: datetime) -> bool:
    for event in made.events:
        told = event.payload
        if event.kind != "access.allowed" or told.get("study_uid") != uid or told["action"] != "read":
            continue
        lines = told["who"].get("service_lines", [])
        clinician = bool({"physician", "radiologist"} & set(told["who"]["roles"]))
        other = _line(made, uid) not in lines if lines else clinician
        if event.actor.startswith("person:") and other and _moment(told["first"]) <= arrived + timedelta(days=30):
            return True
    return False


def _requests(
    made: Hospital, mine: dict[str, datetime], start: datetime, end: datetime
) -> defaultdict[str, set[tuple[str, str, str]]]:
    found: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for event in made.events:
        told = event.payload
        if not event.kind.startswith("access.") or told["action"] == "store" or told.get("study_uid") not in mine:
            continue
        if not start <= _moment(told["first"]) < end:
            continue
        if event.kind == "access.denied":
            outcome = "forbidden" if told.get("policies") else "unexplained"
        elif told["action"] == "search":
            outcome = "searched"
        else:
            outcome = "emergency" if "relations" in told else "read"
        found[outcome].add((told["study_uid"], event.actor, told["first"][:10]))
    return found


def _overdue(made: Hospital, line: str, until: datetime) -> tuple[int, int]:
    arrivals = _arrivals(made)
    overdue = to_review = 0
    for event in made.events:
        if event.kind != "glass.broken" or _moment(event.at) >= until:
            continue
        had = {
            _line(made, uid)
            for uid, moment in arrivals.items()
            if made.studies[uid].patient_key == event.subject and moment <= _moment(event.at)
        }
        if line not in (had or {"unassigned"}):
            continue
        to_review += 1
        reviews = [e for e in made.events if e.kind == "glass.reviewed" and e.payload["key"] == event.payload["key"]]
        reviewed = any(_moment(review.at) < until for review in reviews)
        overdue += not reviewed and _moment(event.payload["review_due"]) < until
    return overdue, to_review


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _p95(waits: list[float]) -> float | None:
    return sorted(waits)[math.ceil(0.95 * len(waits)) - 1] if waits else None
