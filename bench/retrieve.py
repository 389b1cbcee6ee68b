"""Whole studies out: WADO-RS in MB/s, C-GET and C-MOVE in instances per second."""

import socket
import threading
import time
from functools import partial

from bench.corpus import CT_IMAGE
from bench.dimse import (
    GET_RQ,
    GET_RSP,
    GET_STUDY,
    IMPLICIT_LE,
    MOVE_RQ,
    MOVE_RSP,
    MOVE_STUDY,
    STORE_RQ,
    Association,
    Context,
    Refused,
    accept_association,
    identifier,
    incoming,
    number_of,
    reader,
    release,
    store_response,
)  # fmt: skip
from bench.loaded import Images, servers_with
from bench.measure import Case, Ledger, Sample, in_parallel, watched
from bench.options import Options, command_line
from bench.peers import HOST, MOVE_TITLE, Server
from bench.web import Client

# More than the 128 MB that Orthanc caches of its storage, so that a second reading is no privilege.
PART10 = 'multipart/related; type="application/dicom"; transfer-syntax=*'
WADO = {clients: Case(f"WADO-RS study of CT, {clients} clients", "MB/s", True, "1x") for clients in (1, 4)}
# A plain receiver leaves acknowledgements to the kernel, as viewers do; a prompt one is the kindest there can be.
KINDS = {True: "prompt receiver", False: "plain receiver"}
GET = {prompt: Case(f"C-GET of CT, {kind}", "inst/s", True, "1.2x") for prompt, kind in KINDS.items()}
MOVE = {prompt: Case(f"C-MOVE of CT, {kind}", "inst/s", True, "2x") for prompt, kind in KINDS.items()}


def run(options: Options, ledger: Ledger) -> None:
    """Retrieve one CT study by WADO-RS, C-GET and C-MOVE."""
    with servers_with(options, 300 if options.short else 600) as (servers, images):
        for _ in range(options.rounds):
            for server in servers:
                for clients, case in WADO.items():
                    ledger.add(case, server.name, by_wado(server, images, clients))
                for prompt in KINDS:
                    ledger.add(GET[prompt], server.name, by_get(server, images, prompt))
                    ledger.add(MOVE[prompt], server.name, by_move(server, images, prompt))


def by_wado(server: Server, images: Images, clients: int) -> Sample:
    """Megabytes per second of the whole study to each of some clients at once."""
    connections = [server.client() for _ in range(clients)]
    with watched(server.process.pid) as usage:
        seconds = in_parallel([partial(_whole_study, connection, server, images) for connection in connections])
    for connection in connections:
        connection.close()
    return usage.sample(clients * images.size / seconds / 1e6, clients * len(images.instances))


def _whole_study(client: Client, server: Server, images: Images) -> None:
    answer = client.get(f"{server.root}/studies/{images.study}", PART10, keep=False)
    if answer.size < images.size:
        raise AssertionError(f"{server.name} sent {answer.size} of {images.size} bytes")


def _study_key(images: Images, association: Association, abstract: str) -> bytes:
    explicit = association.accepted[abstract][1] != IMPLICIT_LE
    return identifier([(0x00080052, "CS", "STUDY"), (0x0020000D, "UI", images.study)], explicit)


def by_get(server: Server, images: Images, prompt: bool) -> Sample:
    """Instances per second over one association that takes the images itself."""
    contexts = [Context(GET_STUDY), Context(CT_IMAGE, scp=True)]
    association = Association(HOST, server.dimse, server.title, contexts, prompt=prompt)
    with association, watched(server.process.pid) as usage:
        started, taken = time.perf_counter(), 0
        association.request(GET_STUDY, {0x0100: GET_RQ}, _study_key(images, association, GET_STUDY))
        for command in association.commands():
            if number_of(command, 0x0100) == STORE_RQ:
                association.sock.sendall(store_response(command))
                taken += 1
            elif number_of(command, 0x0100) == GET_RSP and number_of(command, 0x0900) & 0xFF00 != 0xFF00:
                break
        seconds = time.perf_counter() - started
    _all_there(server, taken, images)
    return usage.sample(taken / seconds, taken)


def by_move(server: Server, images: Images, prompt: bool) -> Sample:
    """Instances per second to a storage provider of ours on another port."""
    server.learn_destination()
    counter = [0]
    with socket.create_server((HOST, server.move_port)) as listener:
        receiver = threading.Thread(target=_receive, args=(listener, counter, prompt))
        receiver.start()
        contexts = [Context(MOVE_STUDY)]
        with Association(HOST, server.dimse, server.title, contexts) as association, watched(server.process.pid) as usage:
            started = time.perf_counter()
            elements: dict[int, str | int] = {0x0100: MOVE_RQ, 0x0600: MOVE_TITLE}
            association.request(MOVE_STUDY, elements, _study_key(images, association, MOVE_STUDY))
            for command in association.commands():
                if number_of(command, 0x0100) == MOVE_RSP and number_of(command, 0x0900) & 0xFF00 != 0xFF00:
                    break
            seconds = time.perf_counter() - started
        listener.close()
        receiver.join()
    _all_there(server, counter[0], images)
    return usage.sample(counter[0] / seconds, counter[0])


def _receive(listener: socket.socket, counter: list[int], prompt: bool) -> None:
    """Take one association at a time until the listener closes."""
    listener.settimeout(0.2)
    while listener.fileno() >= 0:
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        with sock:
            sock.settimeout(60)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = reader(sock, prompt)
            accept_association(sock, stream)
            try:
                for command in incoming(stream):
                    sock.sendall(store_response(command))
                    counter[0] += 1
                release(sock)
            except Refused:
                continue


def _all_there(server: Server, taken: int, images: Images) -> None:
    if taken != len(images.instances):
        raise AssertionError(f"{server.name} sent {taken} of {len(images.instances)} instances")


if __name__ == "__main__":
    command_line(run, "retrieve")
