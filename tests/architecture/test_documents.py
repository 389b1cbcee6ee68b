"""The reference is what the code says, or the build fails."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sixfold.app.documents import PAGES, conformance
from sixfold.app.documents.events import declared_kinds

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sixfold"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_the_conformance_statement_has_a_place_for_every_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    short = tmp_path / "short.md"
    short.write_text(conformance.TEMPLATE.read_text("utf-8").replace("{{ provided }}", ""), "utf-8")
    monkeypatch.setattr(conformance, "TEMPLATE", short)
    with pytest.raises(ValueError, match="provided"):
        conformance.conformance_page()
    short.write_text(short.read_text("utf-8") + "{{ provided }} {{ unheard_of }}", "utf-8")
    with pytest.raises(KeyError, match="unheard_of"):
        conformance.conformance_page()


def test_every_decision_is_one_page() -> None:
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert len(path.read_text("utf-8").splitlines()) <= 80, path.name


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCE.rglob("*.py"):
        yield path, ast.parse(path.read_text("utf-8"))


def calls(tree: ast.Module, name: str) -> list[ast.Call]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in found if ast.unparse(call.func).rpartition(".")[2] == name]


def test_a_kind_of_event_is_declared_in_the_model_of_its_part_and_listed() -> None:
    listed = {kind.name: part for part, kinds in declared_kinds().items() for kind in kinds}
    made = {}
    for path, tree in modules():
        for call in calls(tree, "EventKind"):
            part, name, *_ = map(ast.unparse, call.args)
            where = path.relative_to(SOURCE).parts
            assert where[1].removesuffix(".py") == "model", f"{path} declares a kind of event; its part's model is the place"
            assert part == "PART", f"{path} declares an event of another part"
            made[ast.literal_eval(name)] = where[0]
    assert listed == made
    assert {kind.part for kinds in declared_kinds().values() for kind in kinds} == set(made.values())


def test_a_declared_kind_of_event_is_told_by_its_part_and_by_nobody_else() -> None:
    """A kind that nobody tells makes the page untrue; the spine takes kinds that are declared, no plain text."""
    declared = {
        (path.relative_to(SOURCE).parts[0], node.targets[0].id)
        for path, tree in modules()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and calls(ast.Module([node], []), "EventKind")
    }
    told = {
        (path.relative_to(SOURCE).parts[0], (node.module.split(".")[1], name.name))
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and ".model" in node.module and "model" not in path.parts[-2:]
        for name in node.names
    }
    assert declared
    assert {(kind[0], kind) for kind in declared} == {(part, kind) for part, kind in told if kind in declared}


def test_the_page_listens_for_kinds_that_there_are() -> None:
    [kinds] = re.findall(r"const KINDS = \[(.*?)\]", (ROOT / "web/src/api/live.ts").read_text("utf-8"), re.DOTALL)
    named = set(re.findall(r"'([a-z._]+)'", kinds))
    assert named
    assert named <= {kind.name for kinds in declared_kinds().values() for kind in kinds}


def test_only_the_spine_writes_events() -> None:
    writers = {path.relative_to(SOURCE).as_posix() for path, tree in modules() if calls(tree, "record") and _raw(tree)}
    assert writers == {"kernel/events.py"}


def _raw(tree: ast.Module) -> bool:
    """Whether rows are handed to a transaction, past `events.record`."""
    return any(ast.unparse(call.func) == "transaction.record" for call in calls(tree, "record"))
