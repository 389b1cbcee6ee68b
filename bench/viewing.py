"""A CT of 500 images in a real browser: our viewer beside stock OHIF over our DICOMweb and over Orthanc's, in one run."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.chest import STUDY, chest
from bench.loaded import load
from bench.measure import OURS, Case, Ledger, Sample
from bench.ohif import served
from bench.options import Options, command_line
from bench.peers import HOST, Server, free_port, running
from bench.slowline import slow_line

_SCRIPT = Path(__file__).parent / "browser/view.mjs"
_PEERS = (OURS, "orthanc")
_LINES = ((0.0, 0.0, "loopback", "1 s"), (20.0, 50.0, "20 Mbit/s, 50 ms", "2 s"))


@dataclass(frozen=True, slots=True)
class Arm:
    """One viewer over one archive: what is opened, with what headers."""

    name: str
    url: str
    headers: dict[str, str]
    webgl: bool = True
    """With a graphics card that the processors play; OHIF does not go without, ours does."""


def run(options: Options, ledger: Ledger) -> None:
    """Time to the first image, bytes and memory of viewers."""
    count = 100 if options.short else 500
    with ExitStack() as stack:
        servers = [stack.enter_context(running(name)) for name in _PEERS if name in options.peers]
        load(servers, list(chest(count)))
        for _ in range(options.rounds):
            for megabits, delay, line, bar in _LINES:
                cases = _cases(line, bar, count)
                for server in servers:
                    for arm in _measured(server, megabits, delay):
                        _note(ledger, cases, arm, seen(arm, 0 if megabits else count), whole=not megabits)


def _cases(line: str, bar: str, count: int) -> tuple[Case, ...]:
    """The figures in the order of `_note`."""
    return (
        Case(f"first of {count} images, {line}", "ms", False, bar),
        Case(f"bytes to the first of {count} images, {line}", "MB", False, "1x"),
        Case(f"bytes of {count} images, {line}", "MB", False, "1x"),
        Case(f"memory of the browser with {count} images, {line}", "MB", False, "1x"),
        Case(f"all {count} images here, {line}", "s", False, ""),
        Case(f"images drawn while the wheel turns, {line}", "images/s", True, "30 images/s"),
    )


def _measured(server: Server, megabits: float, delay: float) -> Iterator[Arm]:
    """The viewers over one archive, each while its line stands."""
    ohif = free_port()
    with _line([server.http, ohif], megabits, delay) as (archive, viewer):
        if server.name == OURS:
            ours = f"http://{HOST}:{archive}/#/view/{STUDY}"
            yield Arm(OURS, ours, server.headers)
            yield Arm(f"{OURS} without WebGL", ours, server.headers, webgl=False)
        with served(f"http://{HOST}:{archive}{server.root}", ohif):
            yield Arm(f"ohif over {server.name}", f"http://{HOST}:{viewer}/viewer?StudyInstanceUIDs={STUDY}", server.headers)


@contextmanager
def _line(targets: list[int], megabits: float, delay: float) -> Iterator[list[int]]:
    """The ports by which the browser reaches servers: over a slow line, or as they are."""
    if not megabits:
        yield targets
        return
    with slow_line(megabits, delay, targets) as ports:
        yield ports


def seen(arm: Arm, images: int) -> dict[str, float]:
    """What a fresh browser tells of one viewer; it waits until so many images are there, or with 0 only for the first."""
    idle = 1500 if images else 0
    asked = {"url": arm.url, "headers": arm.headers, "idle": idle, "images": images, "limit": 240_000, "webgl": arm.webgl}
    made = subprocess.run(["node", str(_SCRIPT), json.dumps(asked)], capture_output=True, text=True, timeout=400, check=False)
    if made.returncode:
        raise RuntimeError(f"{arm.name}: {made.stderr[-500:]}")
    told: dict[str, float] = json.loads(made.stdout)
    if told["first_image_ms"] is None:
        raise RuntimeError(f"{arm.name} showed no image: {told}")
    if told["frames"] < images:
        raise RuntimeError(f"{arm.name} fetched {told['frames']} of {images} images: {told}")
    return told


def _note(ledger: Ledger, cases: tuple[Case, ...], arm: Arm, told: dict[str, float], *, whole: bool) -> None:
    values = (
        told["first_image_ms"],
        told["first_bytes"] / 1e6,
        told["bytes"] / 1e6,
        told["memory"] / 1e6,
        told["all_ms"] / 1e3,
        told["images_a_second"],
    )
    for case, value in zip(cases, values if whole else values[:2], strict=False):
        if value:  # OHIF turns no page by the wheel before it was clicked
            ledger.add(case, arm.name, Sample(value))


if __name__ == "__main__":
    command_line(run, "viewing")
