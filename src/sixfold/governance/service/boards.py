"""Everything that bodies do, in one object: who sits in them, what is proposed, the end of a vote, the log, what-if."""

from sixfold.governance.service.bodies import Bodies
from sixfold.governance.service.closing import Closing
from sixfold.governance.service.decisions import Decisions
from sixfold.governance.service.log import DecisionLog
from sixfold.governance.service.policies import PolicyBook
from sixfold.governance.service.replay import Replays
from sixfold.kernel.clock import Clock
from sixfold.kernel.database import Database


class Boards:
    """One a process."""

    def __init__(self, database: Database, clock: Clock, policies: PolicyBook) -> None:
        self.bodies = Bodies(database, clock, policies)
        self.decisions = Decisions(database, clock, policies)
        self.closing = Closing(database, clock, policies)
        self.log = DecisionLog(database, clock, policies)
        self.replays = Replays(database, clock)
