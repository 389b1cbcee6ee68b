"""Servers that hold one CT series, for the runners that read."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.corpus import Instance, Scanner, series_of
from bench.ingest import Senders
from bench.measure import OURS
from bench.options import Options
from bench.peers import Server, running


@dataclass(frozen=True, slots=True)
class Images:
    """What identifies the series that every server holds."""

    study: str
    series: str
    instances: tuple[str, ...]
    size: int

    def series_path(self, server: Server) -> str:
        """DICOMweb path of the series."""
        return f"{server.root}/studies/{self.study}/series/{self.series}"

    def instance_path(self, server: Server, number: int) -> str:
        """DICOMweb path of an instance, numbers wrap around."""
        return f"{self.series_path(server)}/instances/{self.instances[number % len(self.instances)]}"


@contextmanager
def servers_with(options: Options, count: int, side: int = 512) -> Iterator[tuple[list[Server], Images]]:
    """All web peers side by side, each with the same series; ours is given time to seal it."""
    instances = series_of(Scanner("CT", side), 1, count)
    with ExitStack() as stack:
        servers = [stack.enter_context(running(name)) for name in options.web_peers]
        load(servers, instances)
        first = instances[0]
        size = sum(len(instance.dataset) for instance in instances)
        yield servers, Images(first.study, first.series, tuple(i.uid for i in instances), size)


def load(servers: Sequence[Server], instances: list[Instance]) -> None:
    """Send the instances to every server over four associations and let background work come to rest."""
    for server in servers:
        with Senders(server, [instances[lane::4] for lane in range(4)]) as senders:
            senders.go()
    for server in servers:
        if server.name == OURS:
            time.sleep(server.settle_seconds)
