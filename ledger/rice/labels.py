"""What is printed on a bag: its serial, the code people type, and the commitment to a batch.

A batch of labels is one statement: product, lot, count and the root of a Merkle tree (RFC 6962
section 2.1) over its serials. Nothing is kept per bag: every serial and salt follows from the
secret of the batch, and `commit` returns the upper part of the tree, the shelf, from which the
proof of any bag is built by hashing one block of leaves again.

The shelf is trusted for nothing: `prove_membership` notices one that does not fit the secret, and
`check_membership` believes only the signed root. The secret is trusted for everything: whoever
holds it can print the labels of the batch.

Where secrets come from and where shelves are kept is the caller's business.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import CorruptedError, MalformedError, ProofError
from ledger.log.merkle import LEAF_MARK, check_inclusion, leaf_hash, node_hash
from ledger.rice.digital_link import format_path, parse_digital_link

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which hands and eyes confuse or dislike."""

SERIAL_LENGTH = 16
"""Bag number, unpredictable part and check character: four groups of four."""

MAXIMUM_COUNT = len(ALPHABET) ** 5
"""Bags in one batch: with five characters of number, ten (50 bits) remain unpredictable."""

SECRET_LENGTH_BYTES = 32
SALT_LENGTH_BYTES = 16
HASH_LENGTH_BYTES = 32
BLOCK_LEVEL = 6
"""Height of the subtrees that a proof hashes again: 64 leaves, well under a millisecond."""

_BAG_TAG = "rice-ledger/bag@v1"
_LEAF_TAG = "rice-ledger/label@v1"
_GROUP_LENGTH = 4
_BLOCK_LENGTH = 1 << BLOCK_LEVEL
_POSITION = {character: value for value, character in enumerate(ALPHABET)}
# ASCII only: str.upper would turn a dotless i into I and a long s into S.
_TYPED = {ord(character.lower()): character for character in ALPHABET} | {
    ord(typed): meant for typed, meant in zip("oOiIlL -", ["0", "0", *"1111", "", ""], strict=True)
}


def check_character(data: str) -> str:
    """Return the character that completes ``data``.

    The data are read as a polynomial over GF(32), modulus x^5 + x^2 + 1, taken at x. In a code of
    up to 31 characters no single wrong one, and no two swapped ones, give the same character.
    """
    remainder = 0
    for character in data:
        remainder = _times_x(remainder ^ _POSITION[character])
    return ALPHABET[remainder]


def format_code(serial: str, separator: str = "-") -> str:
    """Return a serial as it is printed for people: groups of four."""
    groups = (serial[at : at + _GROUP_LENGTH] for at in range(0, len(serial), _GROUP_LENGTH))
    return separator.join(groups)


def read_code(typed: str) -> str:
    """Return the serial somebody typed.

    Case, spaces and hyphens do not matter, the letter O counts as 0, and I and L count as 1. What
    is no code at all is told apart from a code with a slip in it: only the second is worth typing
    again, and neither means that the bag is unknown.
    """
    return parse_serial(typed.translate(_TYPED))


def parse_serial(text: str) -> str:
    """Return ``text`` if it is a serial in its one spelling, as a QR symbol or a URL carries it."""
    if len(text) != SERIAL_LENGTH:
        raise MalformedError("code_length", length=len(text), expected=SERIAL_LENGTH)
    _check_alphabet(text)
    if check_character(text[:-1]) != text[-1]:
        raise MalformedError("code_mistyped", typed=format_code(text))
    return text


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """The public facts of one issue of labels. Bags are numbered from 1 to ``count``."""

    gtin: str
    lot: str
    count: int

    def __post_init__(self) -> None:
        """Refuse a batch that could not be printed."""
        if not 1 <= self.count <= MAXIMUM_COUNT:
            raise MalformedError("label_count", count=self.count, maximum=MAXIMUM_COUNT)
        format_path(("01", self.gtin), ("10", self.lot))

    @classmethod
    def of_lot(cls, uri: str, count: int) -> LabelBatch:
        """Return an issue of labels for a lot that is named as events name it."""
        named = parse_digital_link(uri)
        return cls(named.value, named.qualifiers[0][1], count)

    @property
    def number_length(self) -> int:
        """Characters of bag number in every serial of the batch: 4 up to 1,048,576 bags, then 5."""
        return 4 if self.count <= len(ALPHABET) ** 4 else 5

    def number_of(self, serial: str) -> int:
        """Return the bag number that a serial of this batch spells."""
        index = 0
        for character in parse_serial(serial)[: self.number_length]:
            index = index * len(ALPHABET) + _POSITION[character]
        if index >= self.count:
            raise MalformedError("code_beyond_batch", number=index + 1, count=self.count)
        return index + 1

    def link(self, serial: str, resolver: str) -> str:
        """Return what the QR symbol of one bag says: a GS1 Digital Link that any camera opens."""
        path = format_path(("01", self.gtin), ("10", self.lot), ("21", serial))
        link = resolver + path
        if parse_digital_link(link).path != path:
            raise MalformedError("link_unreadable", read=link[:80])
        return link

    def private_link(self, serial: str, resolver: str) -> str:
        """Return what the symbol of a bag says if its packer has no GS1 company prefix.

        It names the bag by its code alone, on one host, and is no GS1 Digital Link.
        """
        self.link(serial, resolver)  # refuses what is no address
        return f"{resolver}/v/{serial}"


@dataclass(frozen=True, slots=True)
class Label:
    """One bag's serial and the salt of its leaf. The salt is shown only with its own proof."""

    serial: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Commitment:
    """The root that a batch's statement signs, and the hashes that make its proofs quick."""

    root: bytes
    shelf: bytes


@dataclass(frozen=True, slots=True)
class Membership:
    """The evidence that one bag is of a batch: serial, salt, and audit path, nearest hash first."""

    serial: str
    salt: bytes
    path: tuple[bytes, ...]


def label_at(batch: LabelBatch, secret: bytes, number: int) -> Label:
    """Return the label of bag ``number``, 1 to ``count``."""
    _check_number(batch, number)
    return next(labels_between(batch, secret, number, number))


def labels_between(batch: LabelBatch, secret: bytes, first: int, last: int) -> Iterator[Label]:
    """Yield the labels of bags ``first`` to ``last``, both included."""
    _check_number(batch, first)
    _check_number(batch, last)
    for serial, salt in _serials(batch, secret, first, last):
        yield Label(serial, salt)


def label_leaf(batch: LabelBatch, label: Label) -> bytes:
    """Return the hash by which the tree of a batch holds one label."""
    salt = b2a_base64(label.salt).decode()  # Ends in the line feed that closes the text.
    return leaf_hash(f"{_leaf_start(batch)}{label.serial}\n{salt}".encode())


def commit(
    batch: LabelBatch, secret: bytes, progress: Callable[[int], object] | None = None
) -> Commitment:
    """Return the root over all labels of a batch, and its shelf.

    ``progress`` is told, now and then, how many labels are hashed. Memory stays at one block of
    leaves and the shelf itself: about one megabyte for a million bags.
    """
    blocks: list[bytes] = []
    for first in range(1, batch.count + 1, _BLOCK_LENGTH):
        blocks.append(_tree(_leaves(batch, secret, first))[-HASH_LENGTH_BYTES:])
        if progress is not None and len(blocks) % 256 == 0:
            progress(first + _BLOCK_LENGTH - 1)
    if progress is not None:
        progress(batch.count)
    shelf = _tree(blocks)
    return Commitment(root=shelf[-HASH_LENGTH_BYTES:], shelf=shelf)


def is_shelf_of(batch: LabelBatch, root: bytes, secret: bytes, shelf: bytes) -> bool:
    """Tell whether secret and shelf are those of the batch with that root, at little cost.

    Every hash of the shelf is worked out again from its lowest row; of the bags, which all follow
    from the one secret, only the first block.
    """
    count = -(-batch.count // _BLOCK_LENGTH)
    if len(secret) != SECRET_LENGTH_BYTES or shelf[-HASH_LENGTH_BYTES:] != root:
        return False
    places = range(0, count * HASH_LENGTH_BYTES, HASH_LENGTH_BYTES)
    blocks = [shelf[place : place + HASH_LENGTH_BYTES] for place in places]
    leaves = _leaves(batch, secret, 1)
    return _tree(blocks) == shelf and _tree(leaves)[-HASH_LENGTH_BYTES:] == blocks[0]


def prove_membership(batch: LabelBatch, secret: bytes, shelf: bytes, number: int) -> Membership:
    """Return the evidence that bag ``number`` is of the batch.

    A shelf that does not fit the secret is noticed here, so that a bad disk gives a refusal and
    not a proof that fails on somebody's phone.
    """
    _check_number(batch, number)
    block, place = divmod(number - 1, _BLOCK_LENGTH)
    leaves = _leaves(batch, secret, number - place)
    blocks = -(-batch.count // _BLOCK_LENGTH)
    path = _path(_tree(leaves), len(leaves), place) + _path(shelf, blocks, block)
    label = label_at(batch, secret, number)
    membership = Membership(label.serial, label.salt, tuple(path))
    try:
        check_membership(shelf[-HASH_LENGTH_BYTES:], batch, membership)
    except ProofError as error:
        raise CorruptedError("label_shelf", gtin=batch.gtin, lot=batch.lot) from error
    return membership


def check_membership(root: bytes, batch: LabelBatch, membership: Membership) -> None:
    """Raise unless the batch with that root holds this serial, at the number the serial spells."""
    # 1. The serial is spelled right and its number is in the batch; the number is the position.
    index = batch.number_of(membership.serial) - 1
    # 2. The salt is a whole one, so that a text has one leaf and a leaf one text.
    if len(membership.salt) != SALT_LENGTH_BYTES:
        raise ProofError("label_not_committed", serial=format_code(membership.serial))
    # 3. The path leads from the leaf to the root (RFC 9162 section 2.1.3.2).
    leaf = label_leaf(batch, Label(membership.serial, membership.salt))
    try:
        check_inclusion(root, batch.count, index, leaf, membership.path)
    except ProofError as error:
        raise ProofError("label_not_committed", serial=format_code(membership.serial)) from error


def _times_x(element: int) -> int:
    """Return an element of GF(32) multiplied by x."""
    element <<= 1
    return element ^ 0b100101 if element & 0b100000 else element


# The remainder after two characters, for every state and pair: check_character twice as fast.
_AFTER_PAIR = [_times_x(_times_x(pair >> 5) ^ (pair & 31)) for pair in range(1024)]
_PAIRS = [left + right for left in ALPHABET for right in ALPHABET]


def _spell(body: int) -> str:
    """Return the serial of fifteen characters' worth of bits, with its check character."""
    spelled = []
    remainder = 0
    for shift in (65, 55, 45, 35, 25, 15, 5):
        pair = body >> shift & 1023
        remainder = _AFTER_PAIR[remainder << 5 ^ pair]
        spelled.append(_PAIRS[pair])
    last = body & 31
    spelled.append(_PAIRS[last << 5 | _times_x(remainder ^ last)])
    return "".join(spelled)


def _derivation(batch: LabelBatch, secret: bytes) -> Callable[[int], bytes]:
    """Return HMAC-SHA256 (RFC 2104) of the tagged bag index, with all but the index hashed once.

    One value gives both the serial, from its first bytes, and the salt, from its last ones.
    """
    if len(secret) != SECRET_LENGTH_BYTES:
        raise MalformedError("label_secret", expected=SECRET_LENGTH_BYTES)
    key = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
    inner.update(f"{_BAG_TAG}\n{batch.gtin}\n{batch.lot}\n{batch.count}\n".encode())
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def derive(index: int) -> bytes:
        inside = inner.copy()
        inside.update(b"%d\n" % index)
        outside = outer.copy()
        outside.update(inside.digest())
        return outside.digest()

    return derive


def _serials(
    batch: LabelBatch, secret: bytes, first: int, last: int
) -> Iterator[tuple[str, bytes]]:
    """Yield serial and salt of bags ``first`` to ``last``."""
    derive = _derivation(batch, secret)
    chance_bits = 5 * (SERIAL_LENGTH - 1 - batch.number_length)
    for index in range(first - 1, last):
        derived = derive(index)
        chance = int.from_bytes(derived[:7], "big") >> (56 - chance_bits)
        yield _spell(index << chance_bits | chance), derived[-SALT_LENGTH_BYTES:]


def _leaves(batch: LabelBatch, secret: bytes, first: int) -> list[bytes]:
    """Return what `label_leaf` gives for each bag of the block that begins at bag ``first``.

    What they have in common is hashed once.
    """
    begun = hashlib.sha256(LEAF_MARK + _leaf_start(batch).encode())
    leaves = []
    last = min(first + _BLOCK_LENGTH - 1, batch.count)
    for serial, salt in _serials(batch, secret, first, last):
        leaf = begun.copy()
        leaf.update(f"{serial}\n".encode() + b2a_base64(salt))
        leaves.append(leaf.digest())
    return leaves


def _leaf_start(batch: LabelBatch) -> str:
    return f"{_LEAF_TAG}\n{batch.gtin}\n{batch.lot}\n"


def _tree(hashes: Sequence[bytes]) -> bytes:
    """Return every hash of the tree over ``hashes``, level by level from below, the root last.

    Pairing neighbours and passing an odd last one up gives the tree of RFC 6962 section 2.1.
    """
    tree = [*hashes]
    level = tree
    while len(level) > 1:
        above = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
        level = above + level[len(above) * 2 :]
        tree += level
    return b"".join(tree)


def _path(tree: bytes, width: int, index: int) -> list[bytes]:
    """Return the siblings on the way from ``index`` to the top; one passed up has none."""
    path = []
    start = 0
    while width > 1:
        sibling = (start + (index ^ 1)) * HASH_LENGTH_BYTES
        if index ^ 1 < width:
            path.append(tree[sibling : sibling + HASH_LENGTH_BYTES])
        start += width
        width = (width + 1) // 2
        index >>= 1
    return path


def _check_number(batch: LabelBatch, number: int) -> None:
    """Refuse a bag number that is not in the batch."""
    if not 1 <= number <= batch.count:
        raise MalformedError("code_beyond_batch", number=number, count=batch.count)


def _check_alphabet(serial: str) -> None:
    """Refuse a sign that no code contains."""
    for character in serial:
        if character not in _POSITION:
            raise MalformedError("code_sign", sign=character)
