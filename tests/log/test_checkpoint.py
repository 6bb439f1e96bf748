from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, ProofError, SignatureError
from ledger.log import checkpoint as heads
from ledger.log import merkle, note
from ledger.log.checkpoint import Checkpoint
from ledger.log.encoding import decode_base64
from ledger.log.keys import Ed25519SigningKey
from tests.conformance_data import load

ORIGIN = "demo.rice.example/dx-2026"
WITNESS = "witness.rice.example"
LOG_SIGNER = Ed25519SigningKey.from_seed(bytes(range(32)))
WITNESS_SIGNER = Ed25519SigningKey.from_seed(bytes(32))
LOG = note.note_key(ORIGIN, LOG_SIGNER.public)
WITNESS_KEY = note.note_key(WITNESS, WITNESS_SIGNER.public, note.COSIGNATURE)
ROOT = merkle.leaf_hash(b"one")
SIGNED = heads.sign_checkpoint(ORIGIN, 1, ROOT, LOG_SIGNER)
COSIGNED = heads.cosign_checkpoint(SIGNED, WITNESS, WITNESS_SIGNER, 1_767_139_200)


def test_published_checkpoints_of_every_size() -> None:
    log = load("c2sp/testlog-15.json")
    key = note.parse_vkey(log["vkey"])
    leaves = [merkle.leaf_hash(entry.encode()) for entry in log["entries"]]
    for size, signed in log["checkpoints"].items():
        head = heads.open_checkpoint(signed, [key])
        assert head == Checkpoint(key.name, int(size), merkle.root_of(leaves[: int(size)]))
        assert head.root == decode_base64(log["roots_base64"][size])
    assert decode_base64(log["files"]["checkpoint"]).decode() == log["checkpoints"]["15"]


def test_published_cosignatures() -> None:
    for case in load("c2sp/cosignature-v1.json")["vectors"]:
        key = note.parse_vkey(case["vkey"])
        if case["expect"] == "reject":
            with pytest.raises(SignatureError):
                heads.open_cosignatures(case["checkpoint"], [key])
            continue
        assert heads.open_cosignatures(case["checkpoint"], [key]) == {key: case["time"]}
        # The published seed makes the published line again.
        signer = Ed25519SigningKey.from_seed(bytes.fromhex(case["seed_hex"]))
        text = note.parse_note(case["checkpoint"]).text
        line = note.format_signature(note.cosign_note(text, key.name, signer, case["time"]))
        assert case["checkpoint"].endswith(line)


def test_published_checkpoint_of_a_mirror() -> None:
    tree = load("c2sp/mirror-tree-300.json")
    key = note.parse_vkey(tree["vkey_mirror"])
    assert heads.open_cosignatures(tree["checkpoint"], [key])
    head = heads.parse_checkpoint(note.parse_note(tree["checkpoint"]).text)
    assert (head.size, head.root) == (tree["size"], decode_base64(tree["root_base64"]))


@given(
    size=st.integers(1, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    time_s=st.integers(0, 2**63 - 1),
)
def test_what_is_signed_and_cosigned_opens(size: int, root: bytes, time_s: int) -> None:
    head = Checkpoint(ORIGIN, size, root)
    assert heads.parse_checkpoint(heads.format_checkpoint(head)) == head
    signed = heads.sign_checkpoint(ORIGIN, size, root, LOG_SIGNER)
    assert heads.open_cosignatures(signed, [WITNESS_KEY]) == {}
    cosigned = heads.cosign_checkpoint(signed, WITNESS, WITNESS_SIGNER, time_s)
    assert heads.open_checkpoint(cosigned, [LOG]) == head
    assert heads.open_cosignatures(cosigned, [WITNESS_KEY]) == {WITNESS_KEY: time_s}


def test_an_empty_tree_has_one_root() -> None:
    signed = heads.sign_checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT, LOG_SIGNER)
    assert heads.open_checkpoint(signed, [LOG]).size == 0
    text = heads.format_checkpoint(Checkpoint(ORIGIN, 0, ROOT))
    with pytest.raises(ProofError):
        heads.open_checkpoint(note.sign_note(text, ORIGIN, LOG_SIGNER), [LOG])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n1\n",
        heads.format_checkpoint(Checkpoint("", 1, ROOT)),
        heads.format_checkpoint(Checkpoint(ORIGIN, 1, ROOT[:-1])),
        heads.format_checkpoint(Checkpoint(ORIGIN, 1, ROOT)) + "extension\n",
        heads.format_checkpoint(Checkpoint(ORIGIN, 1, ROOT)) + "\n",
        heads.format_checkpoint(Checkpoint(ORIGIN, 1, ROOT))[:-1],
        heads.format_checkpoint(Checkpoint(ORIGIN, 1, ROOT)).replace("\n1\n", "\n01\n"),
        heads.format_checkpoint(Checkpoint(ORIGIN, -1, ROOT)),
        heads.format_checkpoint(Checkpoint(ORIGIN, 2**63, ROOT)),
    ],
)
def test_other_texts_are_no_checkpoints_however_well_signed(text: str) -> None:
    with pytest.raises(MalformedError):
        heads.parse_checkpoint(text)
    if text.endswith("\n"):
        with pytest.raises(MalformedError):
            heads.open_checkpoint(note.sign_note(text, ORIGIN, LOG_SIGNER), [LOG])


def test_a_log_speaks_for_its_own_origin_only() -> None:
    text = heads.format_checkpoint(Checkpoint("demo.rice.example/dx-2027", 1, ROOT))
    with pytest.raises(SignatureError):
        heads.open_checkpoint(note.sign_note(text, ORIGIN, LOG_SIGNER), [LOG])
    old = heads.open_checkpoint(
        note.sign_note(text, ORIGIN, LOG_SIGNER), [LOG], origin="demo.rice.example/dx-2027"
    )
    assert old.size == 1
    with pytest.raises(SignatureError):
        heads.open_checkpoint(SIGNED, [LOG], origin="demo.rice.example/dx-2027")


def test_a_cosignature_is_no_signature_of_the_log() -> None:
    text = heads.format_checkpoint(Checkpoint(WITNESS, 1, ROOT))
    line = note.format_signature(note.cosign_note(text, WITNESS, WITNESS_SIGNER, 5))
    with pytest.raises(SignatureError):
        heads.open_checkpoint(f"{text}\n{line}", [WITNESS_KEY])
    assert heads.open_cosignatures(SIGNED, [LOG]) == {}


def test_the_latest_of_two_cosignatures_counts() -> None:
    twice = heads.cosign_checkpoint(COSIGNED, WITNESS, WITNESS_SIGNER, 1_767_139_100)
    assert heads.open_cosignatures(twice, [WITNESS_KEY]) == {WITNESS_KEY: 1_767_139_200}


def is_signed_by_both(signed: str) -> bool:
    try:
        heads.open_checkpoint(signed, [LOG])
        return bool(heads.open_cosignatures(signed, [WITNESS_KEY]))
    except LedgerError:
        return False


def test_no_byte_of_a_cosigned_checkpoint_is_decoration() -> None:
    assert is_signed_by_both(COSIGNED)
    data = COSIGNED.encode()
    for position in range(len(data)):
        bent = bytearray(data)
        bent[position] ^= 1
        try:
            text = bent.decode()
        except UnicodeDecodeError:
            continue
        assert not is_signed_by_both(text), f"byte {position} is not covered"


@pytest.mark.parametrize("signature", [b"1234567", bytes(8), b"\xff" * 72, bytes(72)])
def test_odd_cosignatures_condemn_the_note(signature: bytes) -> None:
    line = note.format_signature(note.NoteSignature(WITNESS, WITNESS_KEY.id, signature))
    with pytest.raises((MalformedError, SignatureError)):
        heads.open_cosignatures(SIGNED + line, [WITNESS_KEY])
