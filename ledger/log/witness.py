"""What a witness answers when a log asks it to cosign, as c2sp.org/tlog-witness add-checkpoint.

A witness remembers, for each log, the largest checkpoint it has cosigned, and cosigns another only
if that one begins with it. ``answer`` decides and has no memory: whoever calls stores what it
``remembers``, if nothing else has been stored meanwhile, *before* sending the answer on. A witness
that answered first and then forgot could be led to cosign two histories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.errors import MalformedError, ProofError, SignatureError
from ledger.log import encoding, merkle, note
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.keys import SigningKey
from ledger.log.note import NoteKey
from ledger.log.proof_file import parse_path

SIZE_CONTENT_TYPE = "text/x.tlog.size"
TEXT_CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Submission:
    """A log's request: the size it believes the witness saw last, the proof, the checkpoint."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, a body, and the checkpoint to remember before the body is sent."""

    status: int
    body: str = ""
    content_type: str = TEXT_CONTENT_TYPE
    remembers: Checkpoint | None = None


def format_submission(submission: Submission) -> str:
    """Return the body of a request."""
    hashes = "".join(encoding.encode_base64(node) + "\n" for node in submission.path)
    return f"old {submission.old_size}\n{hashes}\n{submission.checkpoint}"


def parse_submission(body: str) -> Submission:
    """Return what the body of a request says; nothing in it is verified."""
    head, gap, checkpoint = body.partition("\n\n")
    old, *hashes = head.split("\n")
    if not old.startswith("old ") or not gap:
        raise MalformedError("malformed", what="request to a witness")
    return Submission(
        encoding.parse_count(old.removeprefix("old ")), parse_path(hashes), checkpoint
    )


def answer(
    body: str,
    *,
    logs: Mapping[str, NoteKey],
    seen: Mapping[str, Checkpoint],
    name: str,
    key: SigningKey,
    time_s: int,
) -> Answer:
    """Return what the witness ``name`` says to a request.

    ``logs`` are the keys it knows by origin; ``seen`` the largest checkpoints it has cosigned.
    """
    # 1. What cannot be read is 400; a signature line that cannot be is a bad signature, see 2.
    try:
        submission = parse_submission(body)
        text = submission.checkpoint.rpartition("\n\n")[0] + "\n"
        checkpoint = parse_checkpoint(text)
    except MalformedError:
        return Answer(400)
    # 2. A log nobody told us about is 404; a checkpoint its key has not signed is 403.
    if checkpoint.origin not in logs:
        return Answer(404)
    try:
        open_checkpoint(submission.checkpoint, [logs[checkpoint.origin]], origin=checkpoint.origin)
    except (SignatureError, MalformedError):
        return Answer(403)
    except ProofError:
        return Answer(422)
    # 3. Sizes, then the proof against what was cosigned last.
    refusal = _refusal(submission, checkpoint, seen.get(checkpoint.origin))
    if refusal is not None:
        return refusal
    # 4. The caller remembers, then sends.
    signature = note.cosign_note(text, name, key, time_s)
    return Answer(200, note.format_signature(signature), remembers=checkpoint)


def _refusal(
    submission: Submission, checkpoint: Checkpoint, last: Checkpoint | None
) -> Answer | None:
    last_size, last_root = (last.size, last.root) if last else (0, merkle.EMPTY_ROOT)
    if submission.old_size > checkpoint.size:
        return Answer(400)
    if submission.old_size != last_size:
        return Answer(409, f"{last_size}\n", SIZE_CONTENT_TYPE)
    try:
        # Two roots of one size fall here too: whoever signed both has misbehaved.
        merkle.check_consistency(
            last_root, last_size, checkpoint.root, checkpoint.size, submission.path
        )
    except ProofError:
        return Answer(422)
    return None
