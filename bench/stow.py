"""STOW-RS with 100 CT images a request, one and four clients."""

import json
from functools import partial

from bench.corpus import Scanner, study
from bench.measure import Case, Ledger, Sample, in_parallel, watched
from bench.options import Options, command_line
from bench.peers import Server, running
from bench.web import Client, multipart

Request = tuple[str, list[bytes]]
A_REQUEST = 100


def run(options: Options, ledger: Ledger) -> None:
    """Instances per second of STOW-RS, 100 CT of 512 x 512 in each request."""
    scanner, requests_each = Scanner("CT", 512), 1 if options.short else 3
    for clients in (1, 4):
        work = [
            [_request(scanner, client * 10 + number) for number in range(1, requests_each + 1)] for client in range(clients)
        ]
        case = Case(f"STOW-RS 100 CT a request, {clients} clients", "inst/s", True, "3x")
        for _ in range(options.rounds):
            for name in options.web_peers:
                with running(name) as server:
                    ledger.add(case, name, measure(server, work))


def _request(scanner: Scanner, number: int) -> Request:
    return multipart([scanner.instance(study(number), 1, place).part10() for place in range(1, A_REQUEST + 1)])


def measure(server: Server, work: list[list[Request]]) -> Sample:
    """One timed round: each client sends its requests one after the other."""
    clients = [server.client() for _ in work]
    with watched(server.process.pid) as usage:
        pieces = [partial(_post, server, client, requests) for client, requests in zip(clients, work, strict=True)]
        seconds = in_parallel(pieces)
    for client in clients:
        client.close()
    count = A_REQUEST * sum(map(len, work))
    return usage.sample(count / seconds, count)


def _post(server: Server, client: Client, requests: list[Request]) -> None:
    for content_type, body in requests:
        answer = client.post(f"{server.root}/studies", content_type, body)
        if json.loads(answer.body).get("00081198", {}).get("Value"):
            raise AssertionError(f"{server.name} refused instances: {answer.body[:300]!r}")


if __name__ == "__main__":
    command_line(run, "stow")
