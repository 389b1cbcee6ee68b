"""`sixfold audit`: as an operator gives it, on a house that has run."""

from pathlib import Path

import pytest

from sixfold.app import cli
from sixfold.app.schema import migrate
from sixfold.governance import SYSTEM
from sixfold.governance.jobs import audit_duties
from sixfold.governance.model import SESSION_OPENED
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.kernel.database import events as table
from sixfold.kernel.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose audit was sealed, signed and witnessed by the duties of the worker."""
    witness = tmp_path / "elsewhere"
    witness.mkdir()
    monkeypatch.setenv("SIXFOLD_AUDIT_WITNESS", str(witness))
    made = read_settings({}, home=str(tmp_path / "home"), audit_witness=str(witness))
    migrate(made)
    database = Database(made.database)
    with database.write() as transaction:
        for number in range(5):
            events.record(transaction, SESSION_OPENED, subject=f"p{number}", actor=SYSTEM.actor, payload={})
    for _ in range(2):
        for duty in audit_duties(database, made):
            duty.run()
    database.close()
    return made


def run(settings: Settings, *arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        cli.main(["audit", *arguments, "--home", str(settings.home)])
    return ended.value.code


def test_a_whole_audit_is_exported_and_verified(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "verify") == 0
    assert "the audit is whole" in capsys.readouterr().out
    file = str(tmp_path / "audit.jsonl")
    assert run(settings, "export", file) == 0
    assert run(settings, "verify", file) == 0
    assert "the keys that lie beside the log were believed" in capsys.readouterr().out


def test_damage_is_named_and_told_by_the_exit_status(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(settings.database)
    with database.write() as transaction:
        transaction.connection.execute(table.update().where(table.c.seq == 3).values(actor="person:mallory"))
    database.close()
    file = str(tmp_path / "audit.jsonl")
    assert run(settings, "verify") == 1
    assert "event 3, leaf 2: the event is not the one that was sealed" in capsys.readouterr().out
    assert run(settings, "export", file) == 0
    assert run(settings, "verify", file) == 1


def test_a_key_that_signed_nothing_vouches_for_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "verify", "--key", "00" * 32) == 1
    assert "no head of a trusted key" in capsys.readouterr().out


HOSTILE = [
    b"",
    b"{}\n",
    b"not json\n",
    b'{"audit":1}\n',
    b'{"audit":1}\n{"leaf":{"index":0,"seq":1,"salt":"x","hash":"y"}}\n',
    b"\xff" * 99,
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_file_that_is_no_export_is_refused(
    settings: Settings, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_bytes(content)
    assert run(settings, "verify", str(file)) == 1
    assert capsys.readouterr().err.startswith("sixfold: ")


@pytest.mark.parametrize("arguments", [["verify", "/nowhere/file"], ["export"], ["verify", "--key", "xyz"]])
def test_a_wrong_call_is_told_in_one_line(settings: Settings, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, *arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
