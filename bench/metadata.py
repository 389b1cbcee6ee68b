"""WADO-RS metadata of a series of 1,000 images, cold (just restarted) and warm."""

import json
from functools import partial

from bench.loaded import Images, servers_with
from bench.measure import Case, Ledger, Sample, cpu_seconds, latencies, percentile
from bench.options import Options, command_line
from bench.peers import Server


def run(options: Options, ledger: Ledger) -> None:
    """Milliseconds until the metadata of a whole series has arrived."""
    count = 200 if options.short else 1000
    cold = Case(f"metadata of {count:,} images, cold", "ms", False, "20x")
    warm = Case(f"metadata of {count:,} images, warm", "ms", False, "3x")
    with servers_with(options, count) as (servers, images):
        for _ in range(options.rounds):
            for server in servers:
                server.restart()
                with server.client() as client:
                    ask = partial(client.get, f"{images.series_path(server)}/metadata")
                    before = cpu_seconds(server.process.pid)
                    (first,) = latencies([ask])
                    cpu = (cpu_seconds(server.process.pid) - before) * 1000
                    ledger.add(cold, server.name, Sample(first, cpu))
                    before = cpu_seconds(server.process.pid)
                    taken = latencies([ask] * 5)
                    cpu = (cpu_seconds(server.process.pid) - before) * 1000 / 5
                    ledger.add(warm, server.name, Sample(percentile(taken, 0.5), cpu))
                check(server, images)


def check(server: Server, images: Images) -> None:
    """The answer holds every instance, each with the whole header."""
    with server.client() as client:
        answer = json.loads(client.get(f"{images.series_path(server)}/metadata").body)
    if len(answer) != len(images.instances) or min(map(len, answer)) < 150:
        raise AssertionError(f"{server.name}: {len(answer)} instances, {min(map(len, answer))} elements")


if __name__ == "__main__":
    command_line(run, "metadata")
