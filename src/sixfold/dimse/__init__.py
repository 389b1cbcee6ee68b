"""The DICOM network: associations, messages and services of PS3.4, PS3.7 and PS3.8, on both sides.

It is: `pdu`, `fsm`, `association`, `negotiation` (the upper layer, sans I/O), `command`, `message`, `status` (DIMSE),
`transport` and `channel` (one association over one socket), `server` with `scp/` and `client/` (the threaded shells), and
`services`, the port to whatever stands behind the network.

It is not: storage, queries or policy. Who may associate, what is stored and what matches is decided behind the port.
"""

from sixfold.dimse.client import ClientAssociation, ClientSettings, Proposal, associate, report_commitment
from sixfold.dimse.errors import AssociationEnded, AssociationRefused, DimseFailure
from sixfold.dimse.server import DimseServer, bind
from sixfold.dimse.services import Caller, Remote, Response, Services, StorageReceiver, StoredInstance
from sixfold.dimse.settings import DimseSettings, Hooks, Metrics

__all__ = [
    "AssociationEnded",
    "AssociationRefused",
    "Caller",
    "ClientAssociation",
    "ClientSettings",
    "DimseFailure",
    "DimseServer",
    "DimseSettings",
    "Hooks",
    "Metrics",
    "Proposal",
    "Remote",
    "Response",
    "Services",
    "StorageReceiver",
    "StoredInstance",
    "associate",
    "bind",
    "report_commitment",
]
