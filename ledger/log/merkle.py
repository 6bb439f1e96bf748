"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1 is the same tree).

``prove_*`` makes a proof from a reader of subtree hashes; ``check_*`` raises unless a proof holds.
Root and size come from a signed checkpoint and from nowhere else: one path can fit several sizes.

A subtree is named by its level and index: level 0 are leaves, the subtree (level, index) covers the
leaves from index * 2^level up to (index + 1) * 2^level, and is asked for only when it is full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from ledger.errors import ProofError

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()
LEAF_MARK, NODE_MARK = b"\x00", b"\x01"

ReadSubtree = Callable[[int, int], bytes]
"""Returns the hash of the full subtree (level, index)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry), RFC 6962 section 2.1."""
    return sha256(LEAF_MARK + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(NODE_MARK + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root by the definition, top down: the second algorithm, slow and plainly right."""
    count = len(leaf_hashes)
    if count == 0:
        return EMPTY_ROOT
    if count == 1:
        return leaf_hashes[0]
    split = _split(count)
    return node_hash(root_of(leaf_hashes[:split]), root_of(leaf_hashes[split:]))


class Frontier:
    """The roots of the full subtrees a tree is made of, largest first: all that growing needs."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        assert size.bit_count() == len(hashes)
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right end."""
        assert len(leaf) == HASH_LENGTH
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(self.hashes.pop(), node)
            size >>= 1
        self.hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root at this size."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def read_from(leaf_hashes: Sequence[bytes]) -> ReadSubtree:
    """Return a reader over leaf hashes in memory."""

    def read(level: int, index: int) -> bytes:
        return root_of(leaf_hashes[index << level : (index + 1) << level])

    return read


def frontier_at(size: int, read: ReadSubtree) -> Frontier:
    """Return the frontier of the first ``size`` leaves, to go on growing from there."""
    hashes, first = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            hashes.append(read(level, first >> level))
            first += 1 << level
    return Frontier(size, hashes)


def root_at(size: int, read: ReadSubtree) -> bytes:
    """Return the root of the first ``size`` leaves."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, read: ReadSubtree) -> list[bytes]:
    """Return the audit path of a leaf, its sibling first (RFC 6962 section 2.1.1)."""
    assert 0 <= index < size
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(_range_hash(middle, last, read))
            last = middle
        else:
            path.append(_range_hash(first, middle, read))
            first = middle
    return path[::-1]


def prove_consistency(old: int, new: int, read: ReadSubtree) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins that of ``new`` (RFC 6962 2.1.2)."""
    assert 0 <= old <= new
    if old in (0, new):
        return []
    path: list[bytes] = []
    first, last, whole = 0, new, True
    while last != old:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(_range_hash(middle, last, read))
            last = middle
        else:
            path.append(_range_hash(first, middle, read))
            first, whole = middle, False
    if not whole:
        path.append(_range_hash(first, last, read))
    return path[::-1]


def check_inclusion(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> None:
    """Raise unless the tree of that root and size has ``leaf`` at ``index`` (RFC 9162 2.1.3.2)."""
    if (
        not 0 <= index < size
        or len(leaf) != HASH_LENGTH
        or any(len(p) != HASH_LENGTH for p in path)
    ):
        raise ProofError("proof_refused", what="inclusion")
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise ProofError("proof_refused", what="inclusion")
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = node_hash(node, sibling)
        fn >>= 1
        sn >>= 1
    if sn != 0 or node != root:
        raise ProofError("proof_refused", what="inclusion")


def check_consistency(
    old_root: bytes, old: int, new_root: bytes, new: int, path: Sequence[bytes]
) -> None:
    """Raise unless the new tree begins with the old one (RFC 9162 section 2.1.4.2).

    Every tree begins with the empty one, whose proof is empty and whose root is SHA-256("").
    """
    if not _is_consistent(old_root, old, new_root, new, list(path)):
        raise ProofError("proof_refused", what="consistency")


def _is_consistent(old_root: bytes, old: int, new_root: bytes, new: int, path: list[bytes]) -> bool:
    roots = (old_root, new_root)
    if not 0 <= old <= new or any(len(node) != HASH_LENGTH for node in (*path, *roots)):
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    if old.bit_count() == 1:
        path = [old_root, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    old_node = new_node = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old_node, new_node = node_hash(node, old_node), node_hash(node, new_node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            new_node = node_hash(new_node, node)
        fn >>= 1
        sn >>= 1
    return sn == 0 and old_node == old_root and new_node == new_root


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(first: int, last: int, read: ReadSubtree) -> bytes:
    """Return the hash over leaves first to last, where first is where a subtree may begin."""
    nodes = []
    while first < last:
        level = (last - first).bit_length() - 1
        nodes.append(read(level, first >> level))
        first += 1 << level
    node = nodes.pop()
    while nodes:
        node = node_hash(nodes.pop(), node)
    return node
