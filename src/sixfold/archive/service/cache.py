"""What was read or computed lately, bounded by bytes, and made once however many ask for it at the same moment."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key; the least recently used are dropped beyond `limit` bytes. Thread-safe.

    A value larger than a quarter of the limit is handed out and not kept. `size` gives the bytes that a value takes.
    """

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit = limit
        self._size = size
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._making: dict[Hashable, Future[Value]] = {}
        self.bytes = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`; made by one caller while the others wait, who share its error if it fails."""
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held[0]
            flight = self._making.get(key)
            if flight is None:
                mine: Future[Value] = Future()
                self._making[key] = mine
        if flight is not None:
            return flight.result()
        return self._make(key, make, mine)

    def _make(self, key: Hashable, make: Callable[[], Value], flight: "Future[Value]") -> Value:
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            flight.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._keep(key, value)
        flight.set_result(value)
        return value

    def _keep(self, key: Hashable, value: Value) -> None:
        size = self._size(value)
        if size > self._limit // 4:
            return
        self._held[key] = value, size
        self.bytes += size
        while self.bytes > self._limit:
            _, (_, dropped) = self._held.popitem(last=False)
            self.bytes -= dropped
