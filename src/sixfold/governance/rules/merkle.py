"""The Merkle tree of RFC 6962 section 2 (as RFC 9162 section 2 has it), over SHA-256.

A tree of any size is a row of complete subtrees, the largest first. Their roots, the frontier, are all that appending needs;
every other hash is a node (level, position): the root of the leaves from `position << level` on, `1 << level` of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY = sha256().digest()
"""The root of a tree without leaves (RFC 6962 2.1)."""


class Node(NamedTuple):
    """The root of a complete subtree of `1 << level` leaves; those of level 0 are the leaves' own hashes."""

    level: int
    position: int


class Span(NamedTuple):
    """The leaves from `start` up to, but without, `end`."""

    start: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 2.1): it can never be taken for that of a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two subtrees (RFC 6962 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What is kept of a tree to append to it: its size, and the roots of its complete subtrees, the largest first."""

    __slots__ = ("_roots", "size")

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if len(roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(roots)}")
        self.size = size
        self._roots = list(roots)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Take a leaf's hash; returns the nodes above it that it completes, the lowest first."""
        completed, made, position, level = leaf, [], self.size, 0
        while position & 1:
            completed = node_hash(self._roots.pop(), completed)
            position, level = position >> 1, level + 1
            made.append((Node(level, position), completed))
        self._roots.append(completed)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return fold(self._roots)


def fold(roots: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    if not roots:
        return EMPTY
    *rest, root = roots
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def nodes_of(span: Span) -> Iterator[Node]:
    """The complete subtrees that a span is made of, the largest first; it starts where a subtree of its size may."""
    start, left = span.start, span.end - span.start
    while left:
        level = left.bit_length() - 1
        yield Node(level, start >> level)
        start, left = start + (1 << level), left - (1 << level)


def root_of(span: Span, known: Mapping[Node, bytes]) -> bytes:
    """The root over a span, from the nodes it is made of."""
    return fold([known[node] for node in nodes_of(span)])


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose roots prove that leaf `index` is in a tree of `size` leaves (RFC 9162 2.1.3.1); raises `IndexError`."""
    if not 0 <= index < size:
        raise IndexError(f"a tree of {size} leaves has none of index {index}")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            found.append(Span(middle, end))
            end = middle
        else:
            found.append(Span(start, middle))
            start = middle
    return found[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """The spans whose roots prove that `first` leaves begin a tree of `second` (RFC 9162 2.1.4.1); raises `IndexError`."""
    if not 0 < first <= second:
        raise IndexError(f"{first} leaves do not begin a tree of {second}")
    if first == second:
        return []
    found, start, end, whole = [], 0, second, True
    while first != end:
        middle = start + _half(end - start)
        if first <= middle:
            found.append(Span(middle, end))
            end = middle
        else:
            found.append(Span(start, middle))
            start, whole = middle, False
    if not whole:
        found.append(Span(start, end))
    return found[::-1]


def _half(size: int) -> int:
    """The greatest power of two that is less than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def included(leaf: bytes, index: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether a path proves that the leaf of that hash stands at `index` in the tree of that root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(part, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, part)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves that the second tree is the first with further leaves (RFC 9162 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    parts = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not path or not parts:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, part)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
