"""Log lines for people and for machines."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from sixfold.kernel import logs


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, restored afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def fail() -> None:
    try:
        raise ValueError("no such luck")
    except ValueError:
        logs.logger("archive").error("it failed", exc_info=True)


def test_machines_read_one_object_a_line(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logs.logger("archive").info("sealed %s", "1.2", extra={"instances": 3, "where": object})
    logs.logger("archive").debug("not shown")
    fail()
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["part"], first["message"], first["instances"]) == ("info", "archive", "sealed 1.2", 3)
    assert first["at"].endswith("Z")
    assert "ValueError: no such luck" in second["trace"]


def test_people_read_one_line(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "text")
    logs.logger("dimse").debug("associated", extra={"ae": "CT1"})
    [line] = capsys.readouterr().err.splitlines()
    assert "debug" in line
    assert line.endswith("associated ae=CT1")
    fail()
    assert "ValueError" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_break_from_outside_forges_no_line(root: logging.Logger, capsys: pytest.CaptureFixture[str], form: str) -> None:
    logs.configure("info", form)
    logs.logger("dimse").info("rejected %s", "EVIL\n2026 info forged", extra={"ae": "A\r\nforged"})
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_configuring_again_replaces(root: logging.Logger) -> None:
    logs.configure("info", "text")
    logs.configure("error", "json")
    assert len(root.handlers) == 1
    assert root.level == logging.ERROR
    assert isinstance(root.handlers[0], logging.StreamHandler)
    assert root.handlers[0].stream is sys.stderr
