"""One remote archive as this process asks it: so many questions at once, each with its deadline, no question twice.

Nobody waits longer than the deadline: what is not there by then has failed, whatever the thread that asks is still doing.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass, field

from sixfold.kernel.logs import logger
from sixfold.viewer.model.federation import Answer, Failure, Found, Question, Source, SourceFailed, Standing
from sixfold.viewer.rules.federation import circuit as rules
from sixfold.viewer.rules.federation.circuit import Circuit, State
from sixfold.viewer.rules.federation.patience import patience
from sixfold.viewer.rules.federation.sources import kind_of
from sixfold.viewer.service.federation.connectors import Connector
from sixfold.viewer.service.federation.kept import KeptAnswers

Clock = Callable[[], float]
_Key = tuple[Question, int]


@dataclass(slots=True, eq=False)
class Flight:
    """A question under way: `future` is set to the answer once, by whoever knows first; `deadline` is monotonic."""

    source: str
    asked_at: float
    deadline: float
    future: "Future[Answer]" = field(default_factory=Future)

    def land(self, answer: Answer) -> bool:
        """Set the answer; False when there is one already."""
        try:
            self.future.set_result(answer)
        except InvalidStateError:
            return False
        return True


class Lane:
    """A remote archive with its circuit, its answers of a moment ago, and the questions under way. Thread-safe."""

    def __init__(self, source: Source, connector: Connector, now: Clock = time.monotonic) -> None:
        self.source = source
        self._connector = connector
        self._now = now
        self._pool = ThreadPoolExecutor(source.at_once, f"archive-{source.key}")
        self._lock = threading.RLock()  # a caller's own callback may run while an answer is set
        self._flights: dict[_Key, Flight] = {}
        self._kept = KeptAnswers()
        self._circuit = Circuit()
        self._last: Answer | None = None
        self._pace: float | None = None

    def ask(self, question: Question, limit: int) -> Flight:
        """A flight to wait for: of an answer kept, of the same question under way, or of a new one."""
        key, now = (question, limit), self._now()
        flight = Flight(self.source.key, now, now + self.source.timeout)
        with self._lock:
            kept = self._kept.get(key, now)
            if kept is not None:
                flight.land(Answer(self.source.key, 0.0, kept, kept=True))
                return flight
            under_way = self._flights.get(key)
            if under_way is not None:
                return under_way
            self._circuit, admitted = rules.admit(self._circuit, now)
            if not admitted:
                flight.land(Answer(self.source.key, 0.0, failure=Failure.SKIPPED))
                return flight
            self._flights[key] = flight
        self._pool.submit(self._fly, key, flight)
        return flight

    def expire(self, flight: Flight) -> None:
        """Say that a flight's time is over, unless it has landed."""
        with self._lock:
            if not flight.future.done():
                self._fail(flight, SourceFailed(Failure.TIMED_OUT, "no answer in time"))

    @property
    def patience(self) -> float:
        """Seconds for which it is waited for where others have answered already."""
        with self._lock:
            return patience(self._pace, self._circuit.failures, self.source.timeout)

    def standing(self) -> Standing:
        """How it stands with us."""
        with self._lock:
            last = self._last
            return Standing(
                self.source.key,
                self.source.title,
                kind_of(self.source.reach),
                self.source.enabled,
                rules.state(self._circuit, self._now()).value,
                self._circuit.failures,
                last.failure if last is not None else None,
                last.seconds if last is not None else None,
                len(self._flights),
            )

    def close(self) -> None:
        """Let go of it; what is under way fails."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._connector.close()
        with self._lock:
            for flight in list(self._flights.values()):
                self._fail(flight, SourceFailed(Failure.CUT, "the archive was changed meanwhile", alive=True))
            self._flights.clear()

    def _fly(self, key: _Key, flight: Flight) -> None:
        """Ask in a thread of the lane."""
        try:
            if self._now() >= flight.deadline:  # it waited for its turn only
                raise SourceFailed(Failure.TIMED_OUT, "too many other questions wait for this archive", alive=True)
            self._succeed(key, flight, self._connector.search(*key, flight.deadline))
        except SourceFailed as error:
            self._finish(key, flight, error)
        except Exception as error:  # noqa: BLE001 the thread's own edge: the archive's failure is named in the answer
            logger("viewer").error("an archive's answer broke its connector", extra={"source": flight.source}, exc_info=error)
            self._finish(key, flight, SourceFailed(Failure.UNREADABLE, str(error)))

    def _succeed(self, key: _Key, flight: Flight, found: Found) -> None:
        now = self._now()
        with self._lock:
            self._forget(key, flight)
            self._kept.put(key, found, now)
            answer = Answer(flight.source, now - flight.asked_at, found)
            if not flight.future.done():
                self._last = answer
                self._pace = answer.seconds
                self._turn(rules.succeeded(self._circuit))
                flight.land(answer)

    def _finish(self, key: _Key, flight: Flight, error: SourceFailed) -> None:
        with self._lock:
            self._forget(key, flight)
            if not flight.future.done():
                self._fail(flight, error)

    def _fail(self, flight: Flight, error: SourceFailed) -> None:
        now = self._now()
        answer = Answer(flight.source, now - flight.asked_at, failure=error.failure)
        told = {
            "source": flight.source,
            "failure": error.failure.value,
            "error": str(error),
            "seconds": round(answer.seconds, 3),
        }
        logger("viewer").warning("an archive gave no answer", extra=told)
        self._last = answer
        self._turn(rules.undecided(self._circuit) if error.alive else rules.failed(self._circuit, now))
        flight.land(answer)

    def _forget(self, key: _Key, flight: Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _turn(self, circuit: Circuit) -> None:
        now = self._now()
        before, after = rules.state(self._circuit, now), rules.state(circuit, now)
        self._circuit = circuit
        if before is State.CLOSED and after is State.OPEN:
            told = {"source": self.source.key, "pause": rules.pause(circuit)}
            logger("viewer").warning("an archive failed again and again: it is left alone for a while", extra=told)
        elif before is not State.CLOSED and after is State.CLOSED:
            logger("viewer").info("an archive answers again", extra={"source": self.source.key})
