"""The Merkle tree against the vectors of RFC 6962's authors, another implementation, and itself."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from pymerkle import InmemoryTree

from sixfold.governance.rules import merkle
from sixfold.governance.rules.merkle import Frontier, Node

ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {  # of the Certificate Transparency project's test of RFC 6962
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def grown(entries: list[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    """A tree, and every node of it."""
    tree, known = Frontier(), {}
    for position, entry in enumerate(entries):
        leaf = merkle.leaf_hash(entry)
        known[Node(0, position)] = leaf
        known |= dict(tree.append(leaf))
    return tree, known


def path(spans: list[merkle.Span], known: dict[Node, bytes]) -> list[bytes]:
    return [merkle.root_of(span, known) for span in spans]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    tree, _ = grown(ENTRIES[:size])
    assert tree.root().hex() == ROOTS[size]


def test_the_empty_tree_has_the_root_of_the_standard() -> None:
    assert Frontier().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
@settings(max_examples=60, deadline=None)
def test_every_proof_equals_that_of_another_implementation(entries: list[bytes]) -> None:
    theirs = InmemoryTree.init_from_entries(entries, algorithm="sha256")
    tree, known = grown(entries)
    size = len(entries)
    assert tree.root() == theirs.get_root()
    for index in range(size):
        mine = path(merkle.inclusion_spans(index, size), known)
        assert merkle.included(known[Node(0, index)], index, size, mine, tree.root())
        assert mine == theirs.prove_inclusion(index + 1, size).path[1:]
    for first in range(1, size + 1):
        before = merkle.root_of(merkle.Span(0, first), known)
        assert before == theirs.get_root(first)
        assert merkle.consistent(first, before, size, tree.root(), path(merkle.consistency_spans(first, size), known))


@given(st.integers(1, 300), st.data())
@settings(max_examples=200, deadline=None)
def test_no_proof_holds_for_anything_else(size: int, data: st.DataObject) -> None:
    tree, known = grown([bytes([number & 255, number >> 8]) for number in range(size)])
    index = data.draw(st.integers(0, size - 1))
    proof = path(merkle.inclusion_spans(index, size), known)
    leaf, root = known[Node(0, index)], tree.root()
    other = data.draw(st.integers(-2, size + 2))
    if other != index:
        assert not merkle.included(leaf, other, size, proof, root)
    assert not merkle.included(merkle.leaf_hash(b"forged"), index, size, proof, root)
    assert not merkle.included(leaf, index, size, [*proof, b"\0" * 32], root)
    for number in range(len(proof)):
        assert not merkle.included(leaf, index, size, proof[:number] + proof[number + 1 :], root)
        wrong = [*proof]
        wrong[number] = bytes(32)
        assert not merkle.included(leaf, index, size, wrong, root)


@given(st.integers(1, 300), st.data())
@settings(max_examples=200, deadline=None)
def test_no_consistency_is_proved_of_a_tree_that_was_changed(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    entries = [bytes([number & 255, number >> 8]) for number in range(size)]
    before, _ = grown(entries[:first])
    changed = data.draw(st.integers(0, first - 1))
    forged, known = grown([*entries[:changed], b"forged", *entries[changed + 1 :]])
    proof = path(merkle.consistency_spans(first, size), known)
    assert not merkle.consistent(first, before.root(), size, forged.root(), proof)
    honest, nodes = grown(entries)
    proof = path(merkle.consistency_spans(first, size), nodes)
    assert not merkle.consistent(first, before.root(), size, honest.root(), [*proof, bytes(32)])
    for number in range(len(proof)):
        assert not merkle.consistent(first, before.root(), size, honest.root(), proof[:number] + proof[number + 1 :])


@given(st.integers(0, 1000), st.integers(0, 50))
def test_appending_needs_no_more_than_the_frontier(size: int, further: int) -> None:
    entries = [number.to_bytes(2) for number in range(size + further)]
    whole, known = grown(entries)
    kept = [known[node] for node in merkle.nodes_of(merkle.Span(0, size))]
    resumed = Frontier(size, kept)
    for entry in entries[size:]:
        resumed.append(merkle.leaf_hash(entry))
    assert resumed.root() == whole.root()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_spans(3, 3)
    with pytest.raises(IndexError):
        merkle.consistency_spans(4, 3)
    with pytest.raises(IndexError):
        merkle.consistency_spans(0, 3)
    with pytest.raises(ValueError, match="2 complete"):
        Frontier(3, [b""])
    assert not merkle.included(b"", 0, 0, [], merkle.EMPTY)
    assert not merkle.consistent(0, merkle.EMPTY, 3, b"", [])
    assert not merkle.consistent(2, b"a", 3, b"b", [])
