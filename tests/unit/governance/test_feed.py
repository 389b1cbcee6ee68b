"""The feed over HTTP: by pull and as Server-Sent Events."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from sixfold.governance import SYSTEM, Action, Governance, Principal, Resource
from sixfold.governance.http import feed as edge
from sixfold.kernel import events
from sixfold.kernel.kinds import EventKind

from .conftest import Client

Bearer = Callable[[str], dict[str, str]]

STUDY_STABLE = EventKind("archive", "study.stable", "a study is stable", "the study", {"n": "its number"})
TASK_MADE = EventKind("workflow", "task.made", "there is work", "the study")


@pytest.fixture
def news(governance: Governance) -> None:
    """Three changes of the archive, with one access to audit among them."""
    with governance.database.write() as transaction:
        for number in range(2):
            events.record(transaction, STUDY_STABLE, subject=f"1.{number}", actor="ae:CT1", payload={"n": number})
    governance.allow(SYSTEM, Action.READ, Resource("study", "1.0"))
    governance.trail.flush()
    with governance.database.write() as transaction:
        events.record(transaction, TASK_MADE, subject="1.2", actor="ae:CT1", payload={})


@pytest.mark.usefixtures("news")
def test_pull_goes_on_from_its_offset(client: Client, bearer: Bearer) -> None:
    who = bearer("radiologist")
    first = client.get("/api/events?limit=2", headers=who).json()
    assert [event["subject"] for event in first["events"]] == ["1.0", "1.1"]
    assert first["events"][0]["payload"] == {"n": 0}
    assert first["more"] is True
    second = client.get(f"/api/events?after={first['next']}", headers=who).json()
    assert [event["subject"] for event in second["events"]] == ["1.2"]
    third = client.get(f"/api/events?after={second['next']}", headers=who).json()
    assert third["events"] == []
    assert third["next"] >= second["next"]


@pytest.mark.usefixtures("news")
def test_I10_the_audit_is_for_auditors_only(client: Client, bearer: Bearer) -> None:
    def parts(role: str, query: str = "") -> set[str]:
        return {event["part"] for event in client.get(f"/api/events{query}", headers=bearer(role)).json()["events"]}

    assert parts("radiologist") == {"archive", "workflow"}
    assert parts("radiologist", "?part=governance") == set()
    assert parts("administrator") == {"archive", "workflow", "governance"}
    assert parts("administrator", "?part=archive&part=workflow") == {"archive", "workflow"}


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "after=" + "9" * 40])
def test_bad_offsets_are_refused(client: Client, bearer: Bearer, query: str) -> None:
    assert client.get(f"/api/events?{query}", headers=bearer("service")).status_code == 400


@pytest.mark.parametrize("path", ["/api/events", "/api/events/stream"])
def test_a_subscription_needs_its_action(client: Client, bearer: Bearer, path: str) -> None:
    assert client.get(path, headers=bearer("physician")).status_code == 403
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("offset", ["x", "-1", "1" * 19, "²"])
def test_a_bad_last_event_id_is_refused(client: Client, bearer: Bearer, offset: str) -> None:
    headers = {**bearer("service"), "Last-Event-ID": offset.encode()}
    assert client.get("/api/events/stream", headers=headers).status_code == 400


async def listen(governance: Governance, role: str, after: int, count: int, parts: frozenset[str] = frozenset()) -> list[bytes]:
    """The first pieces of a stream, as the route writes them."""
    principal = Principal("token", "test", "test", frozenset({role}))
    listener = edge._Listener(governance, principal, governance.credentials.create_token("test", role), parts)
    stream = edge._written(governance.feed, after, listener)
    got = []
    async with asyncio.timeout(20):
        async for piece in stream:
            got.append(piece)
            if len(got) == count:
                break
    await stream.aclose()  # type: ignore[attr-defined]
    return got


def fields(piece: bytes) -> list[dict[str, Any]]:
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in piece.decode().strip().split("\n\n")]


@pytest.mark.usefixtures("news")
def test_a_stream_names_number_kind_and_event(governance: Governance) -> None:
    retry, piece = asyncio.run(listen(governance, "radiologist", 0, 2))
    assert retry == b"retry: 2000\n\n"
    told = fields(piece)
    assert [item["event"] for item in told] == ["study.stable", "study.stable", "task.made"]
    assert json.loads(told[0]["data"])["subject"] == "1.0"
    assert json.loads(told[2]["data"])["seq"] == int(told[2]["id"])


@pytest.mark.usefixtures("news")
def test_a_stream_shows_auditors_the_audit_and_filters_parts(governance: Governance) -> None:
    _, piece = asyncio.run(listen(governance, "administrator", 0, 2))
    assert "access.allowed" in {item["event"] for item in fields(piece)}
    _, piece = asyncio.run(listen(governance, "administrator", 0, 2, frozenset({"workflow"})))
    assert [item["event"] for item in fields(piece)] == ["task.made"]


def test_a_stream_that_is_silent_sends_a_comment(governance: Governance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "HEARTBEAT", 0.05)
    assert asyncio.run(listen(governance, "service", 2**40, 3))[1:] == [b":\n\n", b":\n\n"]


def test_a_stream_ends_when_its_token_is_revoked(governance: Governance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "HEARTBEAT", 0.02)

    async def work() -> None:
        listening = asyncio.create_task(listen(governance, "service", 2**40, 10**6))
        await asyncio.sleep(0.1)
        [record] = await asyncio.to_thread(governance.credentials.list_tokens)
        await asyncio.to_thread(governance.credentials.revoke_token, record.key, by=SYSTEM)
        assert len(await listening) < 1000

    asyncio.run(work())
