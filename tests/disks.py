"""Small disks that a test may fill: file systems in memory, for those who may mount them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk that is small enough to fill")
    done = subprocess.run(["mount", "-t", "tmpfs", *arguments], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of `size` at `folder`, unmounted at the end whatever still uses it; skips where mounting is not allowed."""
    folder.mkdir(parents=True)
    _mount("-o", f"size={size}", "sixfold-test", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], timeout=20, check=True)


def make_room(folder: Path, size: str) -> None:
    """Let the file system at `folder` grow to `size` while it is in use."""
    _mount("-o", f"remount,size={size}", "sixfold-test", str(folder))
