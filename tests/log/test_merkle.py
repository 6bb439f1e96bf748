from __future__ import annotations

import itertools
from hashlib import sha256
from typing import Any

import pytest

from ledger.errors import ProofError
from ledger.log import merkle
from ledger.log.encoding import decode_base64
from tests.conformance_data import load

SIZE_MAX = 70
LEAVES = [merkle.leaf_hash(f"entry {index}".encode()) for index in range(SIZE_MAX)]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(SIZE_MAX + 1)]


def hashes(texts: list[str] | None) -> list[bytes]:
    return [decode_base64(text) for text in texts or []]


def holds_inclusion(root: bytes, size: int, index: int, leaf: bytes, path: list[bytes]) -> bool:
    try:
        merkle.check_inclusion(root, size, index, leaf, path)
    except ProofError:
        return False
    return True


def holds_consistency(
    old_root: bytes, old: int, new_root: bytes, new: int, path: list[bytes]
) -> bool:
    try:
        merkle.check_consistency(old_root, old, new_root, new, path)
    except ProofError:
        return False
    return True


def bent(path: list[bytes]) -> list[list[bytes]]:
    """Return the path with one bit of each hash flipped, one hash left out, one added, or moved."""
    flipped = [
        [*path[:n], bytes([path[n][0] ^ 1]) + path[n][1:], *path[n + 1 :]] for n in range(len(path))
    ]
    shorter = [path[:n] + path[n + 1 :] for n in range(len(path))]
    longer = [[*path[:n], sha256(b"more").digest(), *path[n:]] for n in range(len(path) + 1)]
    cut = [[*path[:n], path[n][:-1], *path[n + 1 :]] for n in range(len(path))]
    swapped = [[path[1], path[0], *path[2:]]] if len(path) > 1 else []
    return flipped + shorter + longer + cut + swapped


def test_published_hashes() -> None:
    classic = load("merkle/classic-8-leaves.json")
    known = classic["hasher"]
    assert merkle.EMPTY_ROOT.hex() == known["empty_root"]
    assert merkle.leaf_hash(b"").hex() == known["leaf_of_empty_input"]
    assert merkle.leaf_hash(b"L123456").hex() == known["leaf_of_ascii_L123456"]
    assert merkle.node_hash(b"N123", b"N456").hex() == known["node_of_ascii_N123_N456"]


def test_published_tree_of_eight() -> None:
    classic = load("merkle/classic-8-leaves.json")
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in classic["leaves_hex"]]
    assert [leaf.hex() for leaf in leaves] == classic["leaf_hashes_hex"]
    read = merkle.read_from(leaves)
    for level, row in enumerate(classic["complete_subtree_hashes_hex"]):
        assert [read(level, index).hex() for index in range(len(row))] == row
    roots = roots_by_size(classic["roots_hex"])
    assert roots == {size: merkle.root_of(leaves[:size]).hex() for size in roots}
    for case in classic["inclusion"]:
        path = merkle.prove_inclusion(case["index"], case["size"], read)
        assert [node.hex() for node in path] == case["proof_hex"]
    for case in classic["consistency"]:
        path = merkle.prove_consistency(case["size1"], case["size2"], read)
        assert [node.hex() for node in path] == case["proof_hex"]


def roots_by_size(roots: Any) -> dict[int, str]:  # noqa: ANN401  (a list or an object)
    pairs = roots.items() if isinstance(roots, dict) else enumerate(roots)
    return {int(size): root for size, root in pairs}


def test_published_inclusion_probes() -> None:
    probes = load("merkle/inclusion.json")["probes"]
    assert len(probes) == 98
    for probe in probes:
        held = holds_inclusion(
            decode_base64(probe["root"] or ""),
            probe["treeSize"],
            probe["leafIdx"],
            decode_base64(probe["leafHash"] or ""),
            hashes(probe["proof"]),
        )
        assert held != probe["wantErr"], probe["name"]


def test_published_consistency_probes() -> None:
    probes = load("merkle/consistency.json")["probes"]
    assert len(probes) == 98
    for probe in probes:
        roots = [decode_base64(probe[name] or "") for name in ("root1", "root2")]
        held = holds_consistency(
            roots[0], probe["size1"], roots[1], probe["size2"], hashes(probe["proof"])
        )
        # We insist on roots of 32 bytes, which the file calls a permitted stricter policy.
        odd = any(len(root) != merkle.HASH_LENGTH for root in roots)
        assert held != (probe["wantErr"] or odd), probe["name"]


def test_frontier_and_definition_agree_and_a_frontier_goes_on_from_its_hashes() -> None:
    frontier = merkle.Frontier()
    read = merkle.read_from(LEAVES)
    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == ROOTS[size] == merkle.root_at(size, read)
        resumed = merkle.frontier_at(size, read)
        assert (resumed.size, resumed.hashes) == (size, frontier.hashes)
        frontier = merkle.Frontier(frontier.size, frontier.hashes)
        frontier.append(leaf)
    assert frontier.root() == ROOTS[SIZE_MAX]


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_every_leaf_of_every_size_is_proved_and_every_bend_refused(size: int) -> None:
    read = merkle.read_from(LEAVES)
    for index in range(size):
        path = merkle.prove_inclusion(index, size, read)
        leaf = LEAVES[index]
        assert holds_inclusion(ROOTS[size], size, index, leaf, path)
        assert not any(holds_inclusion(ROOTS[size], size, index, leaf, b) for b in bent(path))
        assert not holds_inclusion(ROOTS[size - 1], size, index, leaf, path)
        assert not holds_inclusion(ROOTS[size], size, index, sha256(leaf).digest(), path)
        others = [other for other in (index - 1, index + 1, index ^ 1, size) if other != index]
        assert not any(holds_inclusion(ROOTS[size], size, other, leaf, path) for other in others)


@pytest.mark.parametrize("new", range(1, SIZE_MAX + 1))
def test_every_older_tree_is_proved_and_every_bend_refused(new: int) -> None:
    read = merkle.read_from(LEAVES)
    for old in range(1, new + 1):
        path = merkle.prove_consistency(old, new, read)
        assert holds_consistency(ROOTS[old], old, ROOTS[new], new, path)
        assert not any(holds_consistency(ROOTS[old], old, ROOTS[new], new, b) for b in bent(path))
        assert not holds_consistency(ROOTS[old - 1], old, ROOTS[new], new, path)
        assert not holds_consistency(ROOTS[old], old, ROOTS[new - 1], new, path)


def test_every_tree_begins_with_the_empty_one() -> None:
    empty = merkle.EMPTY_ROOT
    assert merkle.prove_consistency(0, 5, merkle.read_from(LEAVES)) == []
    assert holds_consistency(empty, 0, ROOTS[5], 5, [])
    assert holds_consistency(empty, 0, empty, 0, [])
    assert not holds_consistency(empty, 0, ROOTS[5], 5, [ROOTS[1]])
    assert not holds_consistency(ROOTS[1], 0, ROOTS[5], 5, [])
    assert not holds_consistency(empty, 0, ROOTS[5], 0, [])


def test_a_smaller_tree_does_not_begin_with_a_larger_one() -> None:
    for old, new in itertools.combinations(range(1, 9), 2):
        path = merkle.prove_consistency(old, new, merkle.read_from(LEAVES))
        assert not holds_consistency(ROOTS[new], new, ROOTS[old], old, path)
