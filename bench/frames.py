"""Single frames: latency, throughput over eight connections, and any frame of a 4 GB multiframe."""

import random
from functools import partial

from bench.corpus import Scanner, study, uid
from bench.dimse import Association, Context
from bench.loaded import Images, servers_with
from bench.measure import OURS, Case, Ledger, Sample, cpu_seconds, in_parallel, latencies, percentile, watched
from bench.options import Options, command_line
from bench.peers import HOST, Server, running
from bench.web import Client

FRAME = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
SINGLE = Case("frame of CT, p50", "ms", False, "2x")
PARALLEL = Case("frames of CT, 8 connections", "frames/s", True, "1x")
HUGE = Case("any frame of a 4 GB multiframe, worst of 50", "ms", False, "under 50 ms")
HUGE_FRAMES = 8000  # of 512 x 512 x 2 bytes: 4.19 GB, just below the limit of native Pixel Data


def run(options: Options, ledger: Ledger) -> None:
    """Frames by WADO-RS."""
    asked = 50 if options.short else 200
    with servers_with(options, 40 if options.short else 100) as (servers, images):
        for _ in range(options.rounds):
            for server in servers:
                ledger.add(SINGLE, server.name, single(server, images, asked))
                ledger.add(PARALLEL, server.name, parallel(server, images, asked))
    if options.extra.get("huge") == "yes" and OURS in options.peers:
        with running(OURS) as server:
            ledger.add(HUGE, OURS, huge(server))


def fetch(client: Client, path: str) -> None:
    """One frame, counted and thrown away."""
    answer = client.get(path, FRAME, keep=False)
    if answer.size < 512 * 512 * 2:
        raise AssertionError(f"{answer.size} bytes for {path}")


def single(server: Server, images: Images, asked: int) -> Sample:
    """Median latency of one connection."""
    with server.client() as client:
        calls = [partial(fetch, client, f"{images.instance_path(server, n)}/frames/1") for n in range(asked)]
        calls[0]()
        before = cpu_seconds(server.process.pid)
        taken = latencies(calls)
        cpu = (cpu_seconds(server.process.pid) - before) * 1000 / asked
    return Sample(percentile(taken, 0.5), cpu)


def parallel(server: Server, images: Images, asked: int) -> Sample:
    """Frames per second over eight connections."""
    clients = [server.client() for _ in range(8)]

    def work(lane: int) -> None:
        for number in range(asked):
            fetch(clients[lane], f"{images.instance_path(server, lane + number)}/frames/1")

    with watched(server.process.pid) as usage:
        seconds = in_parallel([partial(work, lane) for lane in range(8)])
    for client in clients:
        client.close()
    return usage.sample(8 * asked / seconds, 8 * asked)


def huge(server: Server) -> Sample:
    """Store one multiframe of 4 GB from a stream and read frames at random."""
    scanner, who = Scanner("XA", 512, HUGE_FRAMES), study(1)
    with Association(HOST, server.dimse, server.title, [Context(scanner.sop_class)]) as association:
        length = HUGE_FRAMES * scanner.side**2 * 2
        head = scanner.header(who, 1, 1) + b"\xe0\x7f\x10\x00OW\0\0" + length.to_bytes(4, "little")
        pieces = (scanner.pixels(number) for number in range(HUGE_FRAMES))
        association.stream_store(scanner.sop_class, uid(3, 1, 1, 1), head, pieces)
    path = f"{server.root}/studies/{uid(1, 1)}/series/{uid(2, 1, 1)}/instances/{uid(3, 1, 1, 1)}/frames"
    chance = random.Random(4)
    with server.client() as client, watched(server.process.pid) as usage:
        calls = [partial(fetch, client, f"{path}/{chance.randint(1, HUGE_FRAMES)}") for _ in range(50)]
        taken = latencies(calls)
    return usage.sample(max(taken), 50)


if __name__ == "__main__":
    command_line(run, "frames", {"huge": "no"})
