"""Who waits for instances of a study in this process hears when some have come."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Heard = Callable[[], None]


class Bell:
    """One for each process's copies. Thread-safe; what is called must not wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Heard]] = {}

    def ring(self, study_uid: str) -> None:
        """Some of the study is here."""
        with self._lock:
            waiting = list(self._waiting.get(study_uid, ()))
        for heard in waiting:
            heard()

    @contextmanager
    def heard(self, study_uid: str, heard: Heard) -> Iterator[None]:
        """Have something called each time that some of a study has come."""
        with self._lock:
            self._waiting.setdefault(study_uid, []).append(heard)
        try:
            yield
        finally:
            with self._lock:
                left = self._waiting[study_uid]
                left.remove(heard)
                if not left:
                    del self._waiting[study_uid]
