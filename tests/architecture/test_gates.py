"""Every gate fires on a sample that is known to be bad: a check that cannot fail is no check."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source in which a test may do wrong."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


WRONG_IMPORTS = {
    "a lower part knows a higher one": ("kernel/wrong.py", "import sixfold.archive"),
    "siblings know each other": ("viewer/wrong.py", "import sixfold.workflow"),
    "the standard does input and output": ("dicom/wrong.py", "import sqlalchemy"),
    "a rule reaches the database": ("archive/rules.py", "import sixfold.kernel.database"),
    "a drawer for helpers": ("archive/helpers.py", "X = 1"),
    "a new part without a place": ("utils/__init__.py", "X = 1"),
    "type checking is no back door": (
        "kernel/wrong.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sixfold.archive",
    ),
}


@pytest.mark.parametrize("case", WRONG_IMPORTS)
def test_the_direction_of_imports_is_enforced(copy: Path, case: str) -> None:
    name, text = WRONG_IMPORTS[case]
    wrong = copy / "src" / "sixfold" / name
    before = wrong.read_text() if wrong.exists() else None
    wrong.parent.mkdir(exist_ok=True)
    wrong.write_text(f"{before or ''}\n{text}\n")
    try:
        line = (
            f"import sys; sys.path.insert(0, {str(copy / 'src')!r});"
            "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
        )
        done = _run(sys.executable, "-P", "-c", line, cwd=copy)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "BROKEN" in done.stdout or "not" in done.stdout
    finally:
        if before is None:
            wrong.unlink()
            if not any(wrong.parent.iterdir()):
                wrong.parent.rmdir()
        else:
            wrong.write_text(before)


def test_the_linter_fires(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    try:\n        print(1)\n    except Exception:\n        pass\n")
    line = ("check", "--output-format", "concise", "--config", str(ROOT / "pyproject.toml"), str(bad))
    done = _run(str(BIN / "ruff"), *line, cwd=tmp_path)
    assert done.returncode == 1
    assert {"BLE001", "T201"} <= set(done.stdout.split())


def test_the_formatter_fires(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("x = {  'a':1 }\n")
    done = _run(str(BIN / "ruff"), "format", "--check", "--config", str(ROOT / "pyproject.toml"), ".", cwd=tmp_path)
    assert done.returncode == 1


def test_the_type_checker_fires(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def f(x):\n    return x\n\ny: int = 'text'\n")
    done = _run(str(BIN / "mypy"), "--strict", "bad.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "no-untyped-def" in done.stdout
    assert "assignment" in done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    if path.name.startswith("_"):
        return  # generated tables
    assert len(path.read_text("utf-8").splitlines()) <= 400
