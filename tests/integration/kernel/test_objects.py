"""One contract for every object store: a folder, a real S3, and the fake."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sixfold.kernel.errors import Damaged, InvalidInput
from sixfold.kernel.objects import (
    FolderObjects,
    MemoryObjects,
    NoSuchObject,
    Objects,
    ObjectsUnavailable,
    S3Objects,
    open_objects,
    stream,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def test_what_was_put_is_read_back_whole_and_in_ranges(objects: Objects, source: Path) -> None:
    objects.put("ab/cd/series.tar", source)
    data = source.read_bytes()
    assert objects.size("ab/cd/series.tar") == len(data)
    assert objects.read("ab/cd/series.tar", 0, len(data)) == data
    assert objects.read("ab/cd/series.tar", 1000, 17) == data[1000:1017]
    assert objects.read("ab/cd/series.tar", len(data) - 1, 1) == data[-1:]
    assert objects.read("ab/cd/series.tar", 5, 0) == b""


def test_a_stream_is_the_range_in_pieces(objects: Objects, source: Path) -> None:
    objects.put("a", source)
    pieces = list(stream(objects, "a", 100, 1000, chunk=300))
    assert [len(piece) for piece in pieces] == [300, 300, 300, 100]
    assert b"".join(pieces) == source.read_bytes()[100:1100]


def test_an_object_larger_than_one_part(objects: Objects, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(range(251)) * 60_000)
    objects.put("large", path)
    assert objects.size("large") == 251 * 60_000
    assert objects.read("large", 14_000_000, 502) == path.read_bytes()[14_000_000:14_000_502]


def test_an_empty_object(objects: Objects, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    objects.put("empty", path)
    assert objects.size("empty") == 0
    assert objects.read("empty", 0, 0) == b""


@pytest.mark.parametrize(("offset", "length"), [(0, 10_241), (10_239, 2), (10_240, 1), (99_999, 1)])
def test_a_range_past_the_end_is_damage(objects: Objects, source: Path, offset: int, length: int) -> None:
    objects.put("a", source)
    with pytest.raises(Damaged):
        objects.read("a", offset, length)


def test_what_is_not_there_is_said_so(objects: Objects) -> None:
    with pytest.raises(NoSuchObject):
        objects.read("nothing", 0, 1)
    with pytest.raises(NoSuchObject):
        objects.size("nothing")


def test_deleting_is_final_and_may_be_repeated(objects: Objects, source: Path) -> None:
    objects.put("a", source)
    objects.delete("a")
    objects.delete("a")
    with pytest.raises(NoSuchObject):
        objects.size("a")


def test_keys_are_listed_by_prefix(objects: Objects, source: Path) -> None:
    keys = {"x", "a/1", "a/2", "ab/1", "b/a/1", "a/deep/er/3"}
    for key in keys:
        objects.put(key, source)
    assert set(objects.keys()) == keys
    assert set(objects.keys("a/")) == {"a/1", "a/2", "a/deep/er/3"}
    assert set(objects.keys("a")) == {"a/1", "a/2", "ab/1", "a/deep/er/3"}
    assert set(objects.keys("a/d")) == {"a/deep/er/3"}
    assert set(objects.keys("none")) == set()


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../up", "a/../../b", "a//b", "a/", ".", "a\\b", "a\0b"])
def test_a_key_never_leaves_the_store(objects: Objects, source: Path, key: str) -> None:
    with pytest.raises(InvalidInput):
        objects.put(key, source)
    with pytest.raises(InvalidInput):
        objects.read(key, 0, 1)
    with pytest.raises(InvalidInput):
        objects.size(key)
    with pytest.raises(InvalidInput):
        objects.delete(key)


def test_putting_again_after_a_crash_changes_nothing(objects: Objects, source: Path) -> None:
    objects.put("a", source)
    objects.put("a", source)
    assert objects.read("a", 0, 10_240) == source.read_bytes()
    assert list(objects.keys()) == ["a"]


def test_many_threads_put_and_read(objects: Objects, source: Path) -> None:
    data = source.read_bytes()

    def work(number: int) -> bool:
        objects.put(f"t/{number}", source)
        return objects.read(f"t/{number}", number, 100) == data[number : number + 100]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))
    assert len(list(objects.keys("t/"))) == 32


def test_two_puts_of_one_key_at_once_both_succeed(objects: Objects, source: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: objects.put("same", source), range(32)))
    assert objects.read("same", 0, 10_240) == source.read_bytes()


def test_a_half_object_of_a_folder_is_never_listed(tmp_path: Path, source: Path) -> None:
    objects = FolderObjects(tmp_path / "objects")
    objects.put("a/b", source)
    (tmp_path / "objects/a/c.partial").write_bytes(b"half")
    assert list(objects.keys()) == ["a/b"]


def test_a_folder_that_is_gone_is_unavailable(tmp_path: Path, source: Path) -> None:
    objects = FolderObjects(tmp_path / "objects")
    (tmp_path / "objects").rmdir()
    (tmp_path / "objects").write_text("not a folder")
    with pytest.raises(ObjectsUnavailable):
        objects.put("a/b", source)


def test_a_full_disk_leaves_nothing(source: Path) -> None:
    objects = MemoryObjects()
    objects.full = True
    with pytest.raises(ObjectsUnavailable) as caught:
        objects.put("a", source)
    assert caught.value.retryable
    assert list(objects.keys()) == []


def test_an_s3_that_does_not_answer_is_unavailable(source: Path) -> None:
    objects = S3Objects("s3://k:s@bucket?endpoint=http://127.0.0.1:9")
    with pytest.raises(ObjectsUnavailable) as caught:
        objects.put("a", source)
    assert caught.value.retryable


@pytest.mark.s3
def test_an_s3_that_refuses_us_is_unavailable_and_keeps_the_secret(s3_url: str, source: Path) -> None:
    word = s3_url.split(":")[2].split("@", maxsplit=1)[0]
    objects = S3Objects(s3_url.replace(word, "wrong-word"))
    with pytest.raises(ObjectsUnavailable) as caught:
        objects.put("a", source)
    assert "wrong-word" not in str(caught.value)


@pytest.mark.s3
def test_a_store_is_opened_by_url(s3_url: str, tmp_path: Path) -> None:
    assert isinstance(open_objects(s3_url), S3Objects)
    assert isinstance(open_objects(f"file://{tmp_path}/with%20space"), FolderObjects)
    assert (tmp_path / "with space").is_dir()
    with pytest.raises(InvalidInput):
        open_objects("ftp://somewhere")
