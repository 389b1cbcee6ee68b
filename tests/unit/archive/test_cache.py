"""What is remembered is bounded, and made once however many ask (S7)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sixfold.archive.service.cache import Cache


def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[bytes] = Cache(100, len)
    for name in "abcd":
        cache.get(name, lambda: bytes(25))
    cache.get("a", lambda: bytes(25))
    cache.get("e", lambda: bytes(25))
    assert [name for name in "abcde" if cache.peek(name) is not None] == ["a", "c", "d", "e"]
    assert cache.bytes == 100


def test_what_is_too_large_is_given_and_not_kept() -> None:
    cache: Cache[bytes] = Cache(100, len)
    assert cache.get("a", lambda: bytes(26)) == bytes(26)
    assert cache.peek("a") is None
    assert cache.bytes == 0


def test_S7_many_who_ask_at_once_share_one_making() -> None:
    cache: Cache[bytes] = Cache(100, len)
    made: list[int] = []
    gate = threading.Event()

    def make() -> bytes:
        made.append(1)
        gate.wait(10)
        return b"value"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, "a", make) for _ in range(8)]
        while not made:
            pass
        gate.set()
        assert [future.result(10) for future in asked] == [b"value"] * 8
    assert made == [1]


def test_S7_those_who_wait_share_the_error_and_the_next_tries_again() -> None:
    cache: Cache[bytes] = Cache(100, len)

    def fail() -> bytes:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        cache.get("a", fail)
    assert cache.get("a", lambda: b"yes") == b"yes"
