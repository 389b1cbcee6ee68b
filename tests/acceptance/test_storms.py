"""Kill -9 of any process at any moment of ingest, and sixteen first objects at once; longer by SIXFOLD_KILLS and SIXFOLD_RACES.

The long forms, as run before a release: `SIXFOLD_KILLS=200 SIXFOLD_RACES=100 pytest -s tests/acceptance/test_storms.py`.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from tests import servers
from tests.acceptance.running import Running, json_of, running, send, value
from tests.acceptance.storm import check, raging, wait_at_random
from tests.samples import ct

from sixfold.kernel.ids import new_key, new_uid

KILLS = int(os.environ.get("SIXFOLD_KILLS", "5"))
RACES = int(os.environ.get("SIXFOLD_RACES", "2"))
SEED = int(os.environ.get("SIXFOLD_STORM_SEED", "20261124"))

pytestmark = pytest.mark.xdist_group("acceptance")


@pytest.fixture(scope="module", params=["embedded", "outgrown"])
def it(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Sixfold on SQLite and a folder, and one on PostgreSQL and S3, with two of the processes that take images in."""
    home = tmp_path_factory.mktemp("sixfold") / "home"
    environment = {"SIXFOLD_STABLE_AFTER": "1", "SIXFOLD_DIMSE_PROCESSES": "2", "SIXFOLD_WEB_PROCESSES": "2"}
    with ExitStack() as stack:
        if request.param == "outgrown":
            server, bucket = request.getfixturevalue("postgresql_server"), request.getfixturevalue("s3_server")
            environment["SIXFOLD_DATABASE_URL"] = stack.enter_context(servers.new_database(server))
            environment["SIXFOLD_OBJECTS_URL"] = bucket.replace("?", f"/{new_key()}?")
        yield stack.enter_context(running(home, **environment))


def test_S3_sixteen_associations_send_the_first_objects_of_one_study(it: Running) -> None:
    with it.client() as client:
        for race in range(RACES):
            statuses = _race(it, f"RACE{race}")
            assert statuses == [0] * 16
            (found,) = json_of(client.get("/dicomweb/studies", params={"PatientID": f"RACE{race}"}))
            assert (value(found, "00201206"), value(found, "00201208")) == (1, 16)


def _race(it: Running, patient: str) -> list[int]:
    study, series = new_uid(), new_uid()
    objects = [ct(StudyInstanceUID=study, SeriesInstanceUID=series, PatientID=patient) for _ in range(16)]
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda item=item: statuses.extend(send(it.dimse_port, item))) for item in objects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_S4_nothing_acknowledged_is_lost_when_any_process_is_killed_at_any_moment(it: Running) -> None:
    chance = random.Random(SEED)
    token = it.command("token", "storm", "--role", "administrator")
    with raging(it, token) as storm:
        for _ in range(KILLS):
            time.sleep(wait_at_random(chance))
            _kill_one(it, chance)
        it.wait_until_ready()
    assert storm.acknowledged, "nothing was stored between the blows"
    with httpx.Client(base_url=it.url, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as client:
        check(client, storm)
    print(f"{KILLS} kills: {len(storm.sent)} sent, {len(storm.acknowledged)} acknowledged, none lost")
    assert "the index in use equals what is stored" in it.compared()
    assert _left_behind(it) == [], "a process outlived its supervisor"


def _kill_one(it: Running, chance: random.Random) -> None:
    """Kill one process, the supervisor among them; wait only as long as there is nothing to kill."""
    deadline = time.monotonic() + 30
    while len(children := it.children()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    victim = chance.choice([*children, it.process.pid])
    os.kill(victim, signal.SIGKILL)
    if victim == it.process.pid:
        it.process.wait()
        it.start()


def _left_behind(it: Running) -> list[str]:
    """Processes of this home that no living supervisor knows; they get the time in which they end."""
    deadline = time.monotonic() + 10
    while (found := [pid for pid in _of_home(it) if int(pid) not in it.children()]) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _of_home(it: Running) -> Iterator[str]:
    home = f"SIXFOLD_HOME={it.home}\0".encode()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        command = environment.with_name("cmdline")
        with suppress(OSError):  # it ended meanwhile
            if b"sixfold.app.process" in command.read_bytes() and home in environment.read_bytes():
                yield environment.parent.name
