"""One entry's proof as a file, as c2sp.org/tlog-proof: place, audit path, checkpoint.

```text
c2sp.org/tlog-proof@v1
index 4
yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=

example.com/log/testdata
…
```

It shows that an entry is in a log under a checkpoint. It does not show that nothing newer exists,
nor, without witnesses, that others are shown the same log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import MalformedError, ProofError
from ledger.log import encoding, merkle
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 63
PROOF_LENGTH_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where an entry is, the path from it to the root, and the checkpoint as it was signed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None
    """Whatever someone attached. Nothing signs it; nothing may rest on it."""


def format_proof(proof: TlogProof) -> str:
    """Return the proof as a file."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {encoding.encode_base64(proof.extra)}")
    lines += [f"index {proof.index}", *map(encoding.encode_base64, proof.path)]
    return "\n".join(lines) + "\n\n" + proof.checkpoint


def parse_proof(text: str) -> TlogProof:
    """Return what a proof file says; nothing in it is verified."""
    if len(text) > PROOF_LENGTH_MAX:
        raise MalformedError("oversized", length=len(text), limit=PROOF_LENGTH_MAX)
    head, _, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = encoding.decode_base64(lines.pop(0).removeprefix("extra "))
    if header != HEADER or not lines or not lines[0].startswith("index ") or not checkpoint:
        raise MalformedError("malformed", what="proof file")
    index = encoding.parse_count(lines[0].removeprefix("index "))
    return TlogProof(index, parse_path(lines[1:]), checkpoint, extra)


def parse_path(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Return the hashes of a proof, at most 63, one from each line."""
    path = tuple(map(encoding.decode_base64, lines))
    if len(path) > HASHES_MAX or any(len(node) != merkle.HASH_LENGTH for node in path):
        raise MalformedError("malformed", what="path of a proof")
    return path


def check_proof(proof: TlogProof, entry: bytes, policy: Policy) -> Checkpoint:
    """Return the checkpoint under which the entry is in the log, or raise.

    1. A log the policy believes has signed the checkpoint for its own origin.
    2. Enough witnesses have cosigned it.
    3. The entry is at its index in the tree of the *signed* size and root.
    """
    # 1.
    checkpoint = open_checkpoint(proof.checkpoint, policy.logs)
    # 2.
    if not policy.is_met_by(policy.witnesses_of(proof.checkpoint)):
        raise ProofError("proof_refused", what="too few witnesses")
    # 3.
    leaf = merkle.leaf_hash(entry)
    merkle.check_inclusion(checkpoint.root, checkpoint.size, proof.index, leaf, proof.path)
    return checkpoint
