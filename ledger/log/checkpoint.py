"""The signed tree head, as c2sp.org/tlog-checkpoint, and what witnesses add to it.

```text
demo.rice.example/dx-2026
15
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=
```

Which keys to believe is the caller's decision, and so is where checkpoints are kept. Extension
lines are refused, not ignored: no monitor could audit them. A checkpoint has no time in it; time
comes from cosignatures (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import MalformedError, ProofError, SignatureError
from ledger.log import encoding, merkle, note
from ledger.log.keys import SigningKey
from ledger.log.note import NoteKey

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many entries, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text that is signed."""
    root = encoding.encode_base64(checkpoint.root)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what a checkpoint's text says; whoever calls has checked its signature."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[_LINES] or not lines[0]:
        raise MalformedError("malformed", what="checkpoint")
    origin, size, root = lines[:_LINES]
    checkpoint = Checkpoint(origin, encoding.parse_count(size), encoding.decode_base64(root))
    if len(checkpoint.root) != merkle.HASH_LENGTH:
        raise MalformedError("malformed", what="checkpoint")
    return checkpoint


def sign_checkpoint(origin: str, size: int, root: bytes, key: SigningKey) -> str:
    """Return a checkpoint signed by the log, whose key is named after its origin."""
    assert len(root) == merkle.HASH_LENGTH
    assert size > 0 or root == merkle.EMPTY_ROOT
    return note.sign_note(format_checkpoint(Checkpoint(origin, size, root)), origin, key)


def open_checkpoint(
    signed: str, logs: Iterable[NoteKey], *, origin: str | None = None
) -> Checkpoint:
    """Return a checkpoint that one of ``logs`` has signed for its own origin.

    A log's key is named after its origin. One log older than that rule is read by saying its
    ``origin``; then ``logs`` are the keys of that log alone.
    """
    opened = note.open_note(signed, (key for key in logs if key.type == note.ED25519))
    checkpoint = parse_checkpoint(opened.text)
    names = {key.name if origin is None else origin for key, _ in opened.signed_by}
    if checkpoint.origin not in names:
        raise SignatureError("note_not_signed")
    if checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT:
        raise ProofError("proof_refused", what="an empty tree with another root")
    return checkpoint


def cosign_checkpoint(signed: str, name: str, key: SigningKey, time_s: int) -> str:
    """Return the checkpoint with one more line: a witness has seen it, at that time, grow rightly.

    That it did is for the witness to check first (`witness`).
    """
    parsed = note.parse_note(signed)
    parse_checkpoint(parsed.text)
    return signed + note.format_signature(note.cosign_note(parsed.text, name, key, time_s))


def open_cosignatures(signed: str, witnesses: Iterable[NoteKey]) -> dict[NoteKey, int]:
    """Return which of ``witnesses`` have cosigned, each with its latest time in POSIX seconds.

    A bad line by one of them condemns the whole note; none at all is an empty answer.
    """
    opened = note.find_signatures(
        note.parse_note(signed), (key for key in witnesses if key.type == note.COSIGNATURE)
    )
    times: dict[NoteKey, int] = {}
    for key, line in opened.signed_by:
        times[key] = max(times.get(key, 0), note.cosignature_time_s(line.signature))
    return times
