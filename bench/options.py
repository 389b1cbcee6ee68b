"""The command line that every runner shares."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.measure import Ledger
from bench.peers import PEERS


@dataclass(frozen=True, slots=True)
class Options:
    """What a runner is asked to do: which peers, how many interleaved rounds, and the size of the work."""

    peers: tuple[str, ...]
    rounds: int = 3
    short: bool = False
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def web_peers(self) -> tuple[str, ...]:
        """The peers that speak DICOMweb."""
        return tuple(name for name in self.peers if PEERS[name].web)


Runner = Callable[[Options, Ledger], None]


def usual_peers() -> tuple[str, ...]:
    """All peers that are installed on this machine."""
    return tuple(name for name, peer in PEERS.items() if peer.available())


def command_line(runner: Runner, name: str, extra: dict[str, str] | None = None) -> None:
    """Parse the usual options (and `extra` ones: name to default), run, print the table."""
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=runner.__doc__)
    parser.add_argument("--peers", default=",".join(usual_peers()), help="comma separated: " + ", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="less work, same shape")
    for option, default in (extra or {}).items():
        parser.add_argument(f"--{option}", default=default)
    given = vars(parser.parse_args())
    chosen = {option: given[option.replace("-", "_")] for option in extra or {}}
    options = Options(tuple(given["peers"].split(",")), given["rounds"], given["short"], chosen)
    ledger = Ledger()
    runner(options, ledger)
    print(ledger.table())
