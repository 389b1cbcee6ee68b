"""`sixfold serve`: start the processes, keep them running, stop them within five seconds."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sixfold.kernel.logs import logger
from sixfold.kernel.settings import Settings, for_children

_GRACE = 4.0
_PAUSE_MOST = 5.0
_LIVED = 10.0


@dataclass(slots=True)
class _Child:
    """One process to keep running."""

    name: str
    started: float = 0.0
    pause: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    due: float = field(default=0.0)


class Supervisor:
    """Runs `web`, `dimse` and `worker` as children; one that dies is started again, later each time if it dies at once."""

    def __init__(self, settings: Settings) -> None:
        self._environment = for_children(os.environ, settings) | {"PROMETHEUS_MULTIPROC_DIR": str(_figures(settings.home))}
        names = ["web"] * settings.web_processes + ["dimse"] * settings.dimse_processes + ["worker"]
        self._children = [_Child(name) for name in names]
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> int:
        """Supervise until SIGTERM or SIGINT; `ready` is called once when all have been started."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for child in self._children:
            self._start(child)
        ready()
        while not self._stopping:
            self._look()
            time.sleep(0.1)
        return self._stop()

    def _on_signal(self, *_: object) -> None:
        self._stopping = True

    def _start(self, child: _Child) -> None:
        child.started = time.monotonic()
        command = [sys.executable, "-m", "sixfold.app.process", child.name, str(os.getpid())]
        child.process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL)  # noqa: S603 ours

    def _look(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._lost(child, now)
            if child.process is None and now >= child.due and not self._stopping:
                self._start(child)

    def _lost(self, child: _Child, now: float) -> None:
        assert child.process is not None
        lived = now - child.started
        child.pause = 0.0 if lived > _LIVED else min(_PAUSE_MOST, max(0.25, 2 * child.pause))
        child.due = now + child.pause
        fields = {"child": child.name, "status": child.process.returncode, "again_in": child.pause}
        logger("serve").error("a process ended and is started again", extra=fields)
        child.process = None

    def _stop(self) -> int:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _GRACE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger("serve").warning("a process did not stop in time and is killed", extra={"pid": process.pid})
                process.kill()
                process.wait()
        return 0


def _figures(home: Path) -> Path:
    """An empty folder in which the processes keep their metrics."""
    folder = home / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def told_to_stop() -> threading.Event:
    """An event that is set when this process is told to stop, by SIGTERM or SIGINT."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told


def end_with_parent(parent: int) -> None:
    """Ask Linux to terminate this process when its supervisor is gone, even by kill -9; exits if it is gone already."""
    libc = ctypes.CDLL(None, use_errno=True)
    set_parent_death_signal = 1
    libc.prctl(set_parent_death_signal, signal.SIGTERM)
    if os.getppid() != parent:  # it was killed while this process came up: nobody would ever stop it
        sys.exit(0)
