"""What is remembered is bounded, and made once however many ask (S7)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from sixfold.archive.service.cache import Cache


def _made_for(cache: Cache[bytes], keys: str) -> list[str]:
    """Those of the keys whose values are not held, and were made anew when asked for, one after the other."""
    made: list[str] = []

    def make(key: str) -> bytes:
        made.append(key)
        return bytes(25)

    for key in keys:
        cache.get(key, partial(make, key))
    return made


def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[bytes] = Cache(100, len)
    assert _made_for(cache, "abcd") == ["a", "b", "c", "d"]
    assert _made_for(cache, "ae") == ["e"]
    assert _made_for(cache, "acde") == []
    assert _made_for(cache, "b") == ["b"]
    assert cache.bytes == 100


def test_what_is_too_large_is_given_and_not_kept() -> None:
    cache: Cache[bytes] = Cache(100, len)
    assert cache.get("a", lambda: bytes(26)) == bytes(26)
    assert cache.bytes == 0
    assert _made_for(cache, "a") == ["a"]


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
