"""`sixfold audit`: the provable audit taken out of the house, and verified, of the store in use or of what was taken out."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sixfold.governance.model.audit import Head, Report
from sixfold.governance.rules.evidence import key_name
from sixfold.governance.service.evidence import export_lines, verify_export, verify_store
from sixfold.governance.service.heads import Signer, key_file, read_heads, witness_file
from sixfold.kernel.clock import to_text, utc_now
from sixfold.kernel.database import Database
from sixfold.kernel.errors import InvalidInput, NotFound
from sixfold.kernel.settings import Settings


def export(settings: Settings, file: str) -> int:
    """Write the audit to a file."""
    database = Database(settings.database)
    try:
        with database.read() as connection, Path(file).open("wb") as target:
            target.writelines(export_lines(connection, to_text(utc_now())))
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error.strerror}") from None
    finally:
        database.close()
    return 0


def verify(settings: Settings, file: str | None, witness: str | None, keys: Sequence[str]) -> int:
    """Verify an export, or without a file the store in use; exit status 1 when there is damage."""
    trusted, witnessed = _trusted(keys), _witnessed(witness or settings.audit_witness)
    if file is not None:
        with _opened(Path(file)) as source:
            report = verify_export(source, trusted, witnessed)
    else:
        if not trusted and key_file(settings.home).exists():
            own = Signer.kept(key_file(settings.home))
            trusted = {own.name: own.public}
        database = Database(settings.database)
        try:
            with database.read() as connection:
                report = verify_store(connection, trusted, witnessed)
        finally:
            database.close()
    _tell(report, believed=not trusted)
    return 1 if report.findings else 0


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from None


def _trusted(keys: Sequence[str]) -> dict[str, bytes]:
    """Public keys by their names, of their hexadecimal; raises `InvalidInput`."""
    try:
        found = [bytes.fromhex(key) for key in keys]
    except ValueError:
        raise InvalidInput("--key takes a public key in hexadecimal, as /api/governance/audit/key shows it") from None
    return {key_name(public): public for public in found}


def _witnessed(place: str) -> list[Head]:
    if not place:
        return []
    with _opened(witness_file(Path(place))) as lines:
        return read_heads(lines)


def _tell(report: Report, *, believed: bool) -> None:
    for finding in report.findings:
        _say(str(finding))
    if report.more:
        _say(f"and {report.more} further findings")
    _say(f"{report.size} leaves, root {report.root}")
    _say(f"{report.covered} of them are vouched for by signed heads ({report.heads} were compared)")
    if believed:
        _say("no key was given: the keys that lie beside the log were believed")
    if report.pending:
        _say(f"{report.pending} events are not in the log yet")
    _say("the audit is damaged" if report.findings else "the audit is whole")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
