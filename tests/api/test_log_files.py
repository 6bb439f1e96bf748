"""A stranger's audit over HTTP: only c2sp.org formats, and none of the ledger's own tree code."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

import httpx

from ledger.log.note import note_key, open_note
from ledger.log.proof_file import check_proof, parse_proof
from ledger.proof.trust import read_trust
from ledger.service import Ledger
from tests.small_season import ORIGIN, harvest, key_of

COUNT = 600
"""Two full tiles, and then some."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, by its definition."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\1" + root_of(hashes[:split]) + root_of(hashes[split:])).digest()


def paths(kind: str, count: int) -> list[str]:
    full, partial = divmod(count, 256)
    names = [f"/tile/{kind}/{index:03d}" for index in range(full)]
    return names + ([f"/tile/{kind}/{full:03d}.p/{partial}"] if partial else [])


def fetched(client: httpx.Client, kind: str, count: int) -> list[bytes]:
    answers = [client.get(path) for path in paths(kind, count)]
    assert all(answer.status_code == 200 for answer in answers)
    return [answer.content for answer in answers]


def checkpoint(client: httpx.Client) -> tuple[int, bytes]:
    text = client.get("/checkpoint").text
    open_note(text, [note_key(ORIGIN, key_of("log").public)])
    origin, size, root, *_ = text.split("\n")
    assert origin == ORIGIN
    return int(size), b64decode(root)


def entries_of(bundle: bytes) -> list[bytes]:
    entries = []
    while bundle:
        end = 2 + int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2:end])
        bundle = bundle[end:]
    return entries


def test_the_whole_log_can_be_mirrored_and_recomputed(
    client: httpx.Client, small_ledger: Ledger
) -> None:
    small_ledger.append([harvest(number, 1_000) for number in range(1, COUNT + 1)])
    old_size, old_root = checkpoint(client)
    # What is not published yet is not served, however much the store has.
    assert client.get("/tile/0/000").status_code == 404
    assert client.get("/tile/entries/000").status_code == 404
    small_ledger.publish()
    size, root = checkpoint(client)
    assert size == old_size + COUNT
    leaves = [entry for bundle in fetched(client, "entries", size) for entry in entries_of(bundle)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert len(leaves) == size
    assert root_of(hashes) == root
    assert root_of(hashes[:old_size]) == old_root
    assert b"".join(fetched(client, "0", size)) == b"".join(hashes)
    roots = [root_of(hashes[first : first + 256]) for first in range(0, size - 255, 256)]
    assert b"".join(fetched(client, "1", size // 256)) == b"".join(roots)
    # The partial tiles of a size published before are served still.
    assert client.get(f"/tile/0/000.p/{old_size}").content == b"".join(hashes[:old_size])
    # Each leaf names the one before it.
    for index, leaf in enumerate(leaves[1:], 1):
        lines = leaf.decode().split("\n")
        assert lines[2] == f"index {index}"
        assert b64decode(lines[3].removeprefix("previous ")) == hashes[index - 1]


def test_a_proof_fetched_holds_under_the_trust_file_fetched(
    client: httpx.Client, small_ledger: Ledger
) -> None:
    policy = read_trust(client.get("/trust").content).logs()
    size, _ = checkpoint(client)
    for index in range(size):
        proof = parse_proof(client.get(f"/entries/{index}/proof").text)
        leaf = client.get(f"/entries/{index}").json()["leaf"].encode()
        assert check_proof(proof, leaf, policy).size == size
    assert small_ledger.size == size


def test_consistency_is_proved_between_sizes(client: httpx.Client) -> None:
    size, root = checkpoint(client)
    hashes = [leaf_hash(entry) for entry in entries_of(fetched(client, "entries", size)[0])]
    proof = client.get(f"/proofs/consistency?old=16&new={size}").json()
    # 16 is a power of two: its own root is implied, and what is left is the rest of the tree.
    assert [b64decode(one) for one in proof["hashes"]] == [root_of(hashes[16:])]
    both = root_of(hashes[:16]) + root_of(hashes[16:])
    assert sha256(b"\1" + both).digest() == root


def test_the_last_number_there_is_names_no_entry(client: httpx.Client) -> None:
    for index in (2**63 - 1, 2**63 - 2):
        answer = client.get(f"/entries/{index}")
        assert (answer.status_code, answer.json()["code"]) == (404, "entry_unknown")
