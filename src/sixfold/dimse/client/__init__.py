"""The user's side of an association: C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET, N-ACTION and N-EVENT-REPORT.

with associate(remote, [Proposal(VERIFICATION, UNCOMPRESSED)], ClientSettings("SIXFOLD")) as peer:
    peer.echo()
"""

from sixfold.dimse.client.association import ClientAssociation, ClientSettings, associate
from sixfold.dimse.client.commitment import report_commitment, request_commitment
from sixfold.dimse.instances import Originator, Outcome, Proposal

__all__ = [
    "ClientAssociation",
    "ClientSettings",
    "Originator",
    "Outcome",
    "Proposal",
    "associate",
    "report_commitment",
    "request_commitment",
]
