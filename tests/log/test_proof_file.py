from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, ProofError
from ledger.log import checkpoint, merkle, note
from ledger.log import proof_file as files
from ledger.log.keys import Ed25519SigningKey
from ledger.log.policy import Policy, parse_policy
from ledger.log.proof_file import TlogProof
from tests.conformance_data import load

ORIGIN = "demo.rice.example/dx-2026"
LOG_SIGNER = Ed25519SigningKey.from_seed(bytes(range(32)))
WITNESS_SIGNER = Ed25519SigningKey.from_seed(bytes(32))
ENTRIES = [f"entry {index}\n".encode() for index in range(11)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
SIGNED = checkpoint.sign_checkpoint(ORIGIN, 11, merkle.root_of(LEAVES), LOG_SIGNER)
PROOF = TlogProof(4, tuple(merkle.prove_inclusion(4, 11, merkle.read_from(LEAVES))), SIGNED)
LOG = note.note_key(ORIGIN, LOG_SIGNER.public)
POLICY = Policy((LOG,))
# Complete, with a cosignature: the published checkpoint of fifteen entries, for entry "five".
COSIGNED = """\
c2sp.org/tlog-proof@v1
index 4
yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=
zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=
5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=

example.com/log/testdata
15
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=
— witness.example.org uKLPIAAAAABpVGeAiSaJcO1cGTSLxBoh4doJwD1KCZNOuX/4VbDlXThfKLO6M/8M83/EpVxspSuBZEBIEvVEmXOUAD8ykwHJ94QABw==
"""  # noqa: E501  (signature lines have no shorter spelling)
WATCHED = """\
log example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx
witness W1 witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN
group operators any W1
quorum operators
"""


def test_published_proofs() -> None:
    published = load("c2sp/tlog-proof.json")
    trusting = parse_policy(f"log {published['log_vkey']}\nquorum none\n")
    for case in published["full"]:
        entry = case["leaf_utf8"].encode()
        if case["expect"] == "accept":
            proof = files.parse_proof(case["proof"])
            assert files.format_proof(proof) == case["proof"]
            assert files.check_proof(proof, entry, trusting).size > proof.index
        else:
            with pytest.raises(LedgerError):
                files.check_proof(files.parse_proof(case["proof"]), entry, trusting)


def test_published_serialisations() -> None:
    for case in load("c2sp/tlog-proof.json")["serialise"]:
        extra = case.get("extra_utf8")
        proof = TlogProof(
            case["index"],
            tuple(sha256(text.encode()).digest() for text in case["hash_inputs_sha256_of"]),
            case["checkpoint"],
            extra.encode() if extra is not None else None,
        )
        assert files.format_proof(proof) == case["want"]
        assert files.parse_proof(case["want"]) == proof


def test_published_refusals() -> None:
    def text_of(case: dict[str, Any]) -> str:
        parts = case.get("proof_parts", [case.get("proof")])
        return "".join(
            part if isinstance(part, str) else part["repeat"] * part["times"] for part in parts
        )

    for case in load("c2sp/tlog-proof.json")["parse_errors"]:
        with pytest.raises(MalformedError):
            files.parse_proof(text_of(case))


def test_a_cosigned_proof_satisfies_who_asks_for_a_witness() -> None:
    proof = files.parse_proof(COSIGNED)
    assert files.check_proof(proof, b"five", parse_policy(WATCHED)).size == 15
    alone = replace(proof, checkpoint=proof.checkpoint.rpartition("— witness")[0])
    with pytest.raises(ProofError):
        files.check_proof(alone, b"five", parse_policy(WATCHED))
    with pytest.raises(ProofError):
        files.check_proof(proof, b"six", parse_policy(WATCHED))


def test_no_character_of_a_proof_is_decoration() -> None:
    text = files.format_proof(PROOF)
    files.check_proof(files.parse_proof(text), ENTRIES[4], POLICY)
    data = text.encode()
    for position in range(len(data)):
        for bit in range(8):
            bent = bytearray(data)
            bent[position] ^= 1 << bit
            try:
                read = bent.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(LedgerError):
                files.check_proof(files.parse_proof(read), ENTRIES[4], POLICY)


def test_what_is_attached_changes_nothing() -> None:
    attached = replace(PROOF, extra=b"anything at all")
    assert files.check_proof(attached, ENTRIES[4], POLICY) == files.check_proof(
        PROOF, ENTRIES[4], POLICY
    )


@given(
    index=st.integers(0, 2**63 - 1),
    path=st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    extra=st.none() | st.binary(max_size=40),
)
def test_proofs_read_back(index: int, path: list[bytes], extra: bytes | None) -> None:
    proof = TlogProof(index, tuple(path), SIGNED, extra)
    assert files.parse_proof(files.format_proof(proof)) == proof


TEXT = files.format_proof(PROOF)


@pytest.mark.parametrize(
    "text",
    [
        "",
        files.HEADER,
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 4", "index 04"),
        TEXT.replace("index 4", "extra AAAA\nextra AAAA\nindex 4"),
        TEXT.replace("index 4", "index 4\nextra AAAA"),
        TEXT.replace("index 4", "extra AAB=\nindex 4"),
        TEXT.replace("index 4", "index 4\nindex 4"),
        TEXT.replace("\n", "\r\n"),
        TEXT.partition("\n\n")[0] + "\n\n",
        files.format_proof(replace(PROOF, path=(bytes(31),))),
        files.format_proof(replace(PROOF, path=(bytes(32),) * 64)),
        TEXT + "x" * files.PROOF_LENGTH_MAX,
    ],
)
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        files.parse_proof(text)
