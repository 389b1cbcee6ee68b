"""The registry of remote archives, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from sixfold.governance import SYSTEM, Governance
from sixfold.governance.model import BadEntry
from sixfold.governance.model.places import PlaceKind
from sixfold.governance.store.keys import Seal
from sixfold.kernel import events
from sixfold.kernel.database import Database
from sixfold.viewer.model.federation import (
    Anonymous,
    BadSource,
    Basic,
    Bearer,
    Credential,
    Dicomweb,
    Dimse,
    NoSuchSource,
    Source,
)
from sixfold.viewer.service.federation.sources import Sources
from sixfold.viewer.store.federation import sources as table

SECRET = "a-token-that-nobody-reads"


@pytest.fixture
def governance(database: Database) -> Iterator[Governance]:
    made = Governance(database)
    made.start()
    made.places.put(PlaceKind.FACILITY, "north", "North", by=SYSTEM)
    yield made
    made.close()


@pytest.fixture
def sources(database: Database, governance: Governance, tmp_path: Path) -> Sources:
    return Sources(database, Seal(tmp_path))


def source(**values: Any) -> Source:
    usual = {"key": "north", "title": "North", "reach": Dicomweb("https://north.example/dicom-web/"), "issuer": "NORTH"}
    return Source(**(usual | values))


def put(sources: Sources, credential: Credential | None = None, **values: Any) -> Source:
    return sources.put(source(**values), credential, by=SYSTEM)


def test_an_archive_is_made_known_changed_and_forgotten(sources: Sources, database: Database) -> None:
    made = put(sources, facility="north")
    assert made.reach == Dicomweb("https://north.example/dicom-web")
    changed = put(sources, reach=Dimse("NORTH", "10.1.2.3", 104), enabled=False, timeout=3.0)
    assert changed.revision != made.revision
    assert sources.every() == [changed]
    assert sources.find("north") == changed
    sources.remove("north", by=SYSTEM)
    with pytest.raises(NoSuchSource):
        sources.find("north")
    with pytest.raises(NoSuchSource):
        sources.remove("north", by=SYSTEM)
    told = events.read(database, 0, 1000, parts=["viewer"])
    assert [(event.kind, event.subject) for event in told] == [
        ("source.put", "north"),
        ("source.put", "north"),
        ("source.removed", "north"),
    ]
    assert told[1].payload["address"] == "NORTH@10.1.2.3:104"


@pytest.mark.parametrize("credential", [Bearer(SECRET), Basic("reader", SECRET)])
def test_a_secret_is_kept_under_the_key_of_the_house_and_told_nowhere(
    sources: Sources, database: Database, credential: Credential
) -> None:
    made = put(sources, credential)
    assert made.credential == ("bearer" if isinstance(credential, Bearer) else "basic")
    assert sources.opened("north") == (made, credential)
    put(sources, title="Other")
    assert sources.opened("north")[1] == credential
    with database.read() as connection:
        kept = repr(connection.execute(sa.select(table)).all())
    assert SECRET not in kept + repr(events.read(database, 0, 1000)) + repr(credential)
    put(sources, Anonymous())
    assert sources.opened("north")[1] == Anonymous()


def test_a_secret_does_not_go_elsewhere_when_the_address_changes(sources: Sources) -> None:
    put(sources, Bearer(SECRET))
    put(sources, reach=Dicomweb("https://north.example:443/other"))
    for elsewhere in (Dicomweb("https://north.example:8443"), Dicomweb("https://evil.example"), Dimse("N", "h", 1)):
        with pytest.raises(BadSource, match="anew"):
            put(sources, reach=elsewhere)
    assert sources.opened("north")[1] == Bearer(SECRET)
    put(sources, Bearer("another"), reach=Dicomweb("https://new.example"))


@pytest.mark.parametrize("url", ["http://pacs.example/dicom-web", "http://10.0.0.1:8042"])
def test_a_secret_is_never_sent_in_the_open(sources: Sources, url: str) -> None:
    with pytest.raises(BadSource, match="https"):
        put(sources, Bearer(SECRET), reach=Dicomweb(url))
    put(sources, reach=Dicomweb(url))
    put(sources, Bearer(SECRET), reach=Dicomweb("http://127.0.0.1:8042"))


BAD = [
    {"key": "own"},
    {"key": "no spaces"},
    {"title": "x" * 201},
    {"issuer": ""},
    {"issuer": "A|B"},
    {"facility": "nowhere"},
    {"timeout": 0.1},
    {"timeout": float("nan")},
    {"at_once": 0},
    {"reach": Dicomweb("ftp://north.example")},
    {"reach": Dicomweb("https://user:word@north.example")},
    {"reach": Dicomweb("https://north.example/?token=1")},
    {"reach": Dicomweb("https://north.example:99999")},
    {"reach": Dicomweb("https://north.example", "no certificate")},
    {"reach": Dimse("NAME\\X", "host", 104)},
    {"reach": Dimse("NAME", "host/path", 104)},
    {"reach": Dimse("NAME", "host", 0)},
]


@pytest.mark.parametrize("values", BAD)
def test_what_cannot_be_asked_is_not_kept(sources: Sources, values: dict[str, Any]) -> None:
    with pytest.raises((BadSource, BadEntry)):
        put(sources, **values)
    assert sources.every() == []


@pytest.mark.parametrize(
    "credential", [Bearer(""), Bearer("two words"), Basic("", "x"), Basic("a:b", "x"), Basic("a", "x\r\ny")]
)
def test_a_secret_that_would_break_a_header_is_refused(sources: Sources, credential: Credential) -> None:
    with pytest.raises(BadSource):
        put(sources, credential)


def test_an_archive_of_the_network_has_no_secret(sources: Sources) -> None:
    with pytest.raises(BadSource, match="AE title"):
        put(sources, Bearer(SECRET), reach=Dimse("N", "h", 104))
