"""A line of so many Mbit/s and so many milliseconds, as a proxy in front of servers on loopback.

All its ports share one line: what one server sends the other cannot. Run as `python -m bench.slowline MBIT MS PORT:TARGET ...`.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.peers import free_port

HOST = "127.0.0.1"
_PIECE = 8192


class Line:
    """One direction of the line: bytes leave it no faster than its rate, and arrive half a round trip later."""

    def __init__(self, bytes_per_second: float, delay: float) -> None:
        self._rate = bytes_per_second
        self.delay = delay
        self._free_at = 0.0

    def arrival(self, size: int) -> float:
        """When `size` bytes that are handed over now have arrived, in the clock of `time.monotonic`."""
        self._free_at = max(self._free_at, time.monotonic()) + size / self._rate
        return self._free_at + self.delay


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

    async def deliver() -> None:
        while True:
            at, piece = await under_way.get()
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    delivering = asyncio.create_task(deliver())
    try:
        while piece := await reader.read(_PIECE):
            await under_way.put((line.arrival(len(piece)), piece))
        await under_way.put((time.monotonic() + line.delay, b""))
        await delivering
    except (ConnectionError, asyncio.CancelledError):
        delivering.cancel()
        writer.close()


async def _serve(megabits: float, milliseconds: float, ports: Sequence[tuple[int, int]]) -> None:
    up, down = (Line(megabits * 125_000, milliseconds / 2000) for _ in range(2))

    def handler(target: int):  # type: ignore[no-untyped-def]
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(up.delay + down.delay)  # the handshake of TCP
            try:
                there, back = await asyncio.open_connection(HOST, target)
            except OSError:
                writer.close()
                return
            await asyncio.gather(_pump(reader, back, up), _pump(there, writer, down))

        return connected

    servers = [await asyncio.start_server(handler(target), HOST, port, limit=_PIECE) for port, target in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


@contextmanager
def slow_line(megabits: float, milliseconds: float, targets: Sequence[int]) -> Iterator[list[int]]:
    """Run the line in a process of its own; gives the port before each target."""
    ports = [free_port() for _ in targets]
    pairs = [f"{port}:{target}" for port, target in zip(ports, targets, strict=True)]
    process = subprocess.Popen([sys.executable, "-m", "bench.slowline", str(megabits), str(milliseconds), *pairs])
    try:
        for port in ports:
            _await(port)
        yield ports
    finally:
        process.kill()
        process.wait()


def _await(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the line did not open port {port}")


def main() -> None:
    """Run the line until killed."""
    megabits, milliseconds, *pairs = sys.argv[1:]
    ports = [(int(port), int(target)) for port, target in (pair.split(":") for pair in pairs)]
    asyncio.run(_serve(float(megabits), float(milliseconds), ports))


if __name__ == "__main__":
    main()
