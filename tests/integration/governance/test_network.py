"""AEs and destinations on each database."""

import pytest

from sixfold.governance import Calling, Destination, Governance, NotAdmitted
from sixfold.governance.model import BadEntry, NoSuchEntry, PeerRule
from sixfold.kernel import events
from sixfold.kernel.clock import HandClock
from sixfold.kernel.database import Database


def test_at_first_this_machine_is_admitted_and_no_other(governance: Governance) -> None:
    for host in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert governance.admit(Calling("ANY", "SIXFOLD", host), "SIXFOLD").roles == {"archive-peer"}
    with pytest.raises(NotAdmitted):
        governance.admit(Calling("ANY", "SIXFOLD", "192.0.2.1"), "SIXFOLD")


def test_a_removed_rule_does_not_come_back(governance: Governance) -> None:
    for peer in governance.network.peers():
        governance.network.remove_peer(peer.key)
    governance.start()
    assert governance.network.peers() == []
    with pytest.raises(NotAdmitted):
        governance.admit(Calling("ANY", "SIXFOLD", "127.0.0.1"), "SIXFOLD")


def test_rules_are_added_changed_and_removed_at_once(governance: Governance) -> None:
    calling = Calling("CT1", "SIXFOLD", "10.1.2.3")
    peer = governance.network.add_peer(PeerRule("CT*", "10.1.0.0/16", "modality"))
    assert governance.admit(calling, "SIXFOLD").roles == {"modality"}
    governance.network.change_peer(peer.key, PeerRule("CT*", "10.1.0.0/16", "archive-peer"))
    assert governance.admit(calling, "SIXFOLD").roles == {"archive-peer"}
    governance.network.remove_peer(peer.key)
    with pytest.raises(NotAdmitted):
        governance.admit(calling, "SIXFOLD")
    with pytest.raises(NoSuchEntry):
        governance.network.remove_peer(peer.key)
    with pytest.raises(NoSuchEntry):
        governance.network.change_peer("no such key", PeerRule("A", "*", "modality"))


def test_another_process_learns_of_a_rule_in_five_seconds(governance: Governance, database: Database, clock: HandClock) -> None:
    calling = Calling("CT1", "SIXFOLD", "10.1.2.3")
    with pytest.raises(NotAdmitted):
        governance.admit(calling, "SIXFOLD")
    Governance(database, clock).network.add_peer(PeerRule("CT1", "10.1.2.3", "modality"))
    clock.advance(5)
    assert governance.admit(calling, "SIXFOLD").roles == {"modality"}


def test_associations_are_audited(governance: Governance, database: Database) -> None:
    governance.admit(Calling("ANY", "SIXFOLD", "127.0.0.1"), "SIXFOLD")
    with pytest.raises(NotAdmitted):
        governance.admit(Calling("EVIL", "OTHER", "192.0.2.1"), "SIXFOLD")
    governance.close()
    told = {event.kind: event for event in events.read(database, 0, 100)}
    assert told["association.admitted"].actor == "ae:ANY"
    assert told["association.rejected"].payload["detail"] == "EVIL > OTHER"
    assert told["association.rejected"].payload["address"] == "192.0.2.1"


def test_destinations(governance: Governance) -> None:
    governance.network.put_destination(Destination(" PACS ", "pacs.hospital", 104))
    governance.network.put_destination(Destination("PACS", "10.0.0.9", 11112, tls=True))
    assert governance.destination("PACS ") == Destination("PACS", "10.0.0.9", 11112, tls=True)
    assert len(governance.network.destinations()) == 1
    governance.network.remove_destination("PACS")
    with pytest.raises(NoSuchEntry):
        governance.destination("PACS")
    with pytest.raises(NoSuchEntry):
        governance.network.remove_destination("PACS")


@pytest.mark.parametrize("bad", [
    Destination("", "h", 104), Destination("A\\B", "h", 104), Destination("A", "", 104), Destination("A", "h/x", 104),
    Destination("A", "h", 0), Destination("A", "h", 65536),
])  # fmt: skip
def test_bad_destinations_are_refused(governance: Governance, bad: Destination) -> None:
    with pytest.raises(BadEntry):
        governance.network.put_destination(bad)
