"""Structured logs: one line an event, as text for people or JSON for machines. No secret and no name of a patient."""

import json
import logging
import re
import sys
from typing import Any

from sixfold.kernel.clock import to_text, utc_now

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # what a caller sends must not forge a line or steer a terminal


def logger(part: str) -> logging.Logger:
    """The logger of one part; pass fields as `extra={...}`."""
    return logging.getLogger(f"sixfold.{part}")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in record.__dict__.items() if key not in _STANDARD}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": to_text(utc_now()),
            "level": record.levelname.lower(),
            "part": record.name.removeprefix("sixfold."),
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """One readable line, with fields as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {key}={value}" for key, value in _fields(record).items())
        part = record.name.removeprefix("sixfold.")
        told = _BREAKS.sub(lambda found: found[0].encode("unicode_escape").decode(), f"{record.getMessage()}{fields}")
        line = f"{to_text(utc_now())} {record.levelname.lower():7} {part:11} {told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(level: str, form: str) -> None:
    """Send every log line of this process to standard error; `form` is `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a migration is told of by us, not step by step
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would tell whole URLs, and with them patients
