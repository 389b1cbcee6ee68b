"""Rendered PNG of CT images by WADO-RS."""

from functools import partial

from bench.loaded import Images, servers_with
from bench.measure import Case, Ledger, Sample, cpu_seconds, latencies, percentile
from bench.options import Options, command_line
from bench.peers import Server

CASE = Case("rendered PNG of CT 512², p50", "ms", False, "3x")


def run(options: Options, ledger: Ledger) -> None:
    """Median milliseconds of a rendered PNG, each image asked for the first time in its round."""
    count = 40 if options.short else 100
    with servers_with(options, count * options.rounds) as (servers, images):
        for turn in range(options.rounds):
            for server in servers:
                ledger.add(CASE, server.name, measure(server, images, range(turn * count, (turn + 1) * count)))


def measure(server: Server, images: Images, numbers: range) -> Sample:
    """Ask for each image once, over one connection."""
    with server.client() as client:
        paths = [f"{images.instance_path(server, number)}/rendered" for number in numbers]
        answer = client.get(paths[0], "image/png")
        if not answer.body.startswith(b"\x89PNG"):
            raise AssertionError(f"{server.name} sent no PNG")
        before = cpu_seconds(server.process.pid)
        taken = latencies([partial(client.get, path, "image/png", False) for path in paths[1:]])
        cpu = (cpu_seconds(server.process.pid) - before) * 1000 / len(taken)
    return Sample(percentile(taken, 0.5), cpu)


if __name__ == "__main__":
    command_line(run, "rendered")
