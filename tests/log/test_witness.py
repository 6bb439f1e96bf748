from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.log import checkpoint as heads
from ledger.log import merkle, note, witness
from ledger.log.checkpoint import Checkpoint
from ledger.log.keys import Ed25519SigningKey
from ledger.log.note import NoteKey
from ledger.log.witness import Answer, Submission
from tests.conformance_data import load

ORIGIN = "demo.rice.example/dx-2026"
LOG_SIGNER = Ed25519SigningKey.from_seed(bytes(range(32)))
WITNESS_SIGNER = Ed25519SigningKey.from_seed(bytes(32))
WITNESS = note.note_key("witness.example", WITNESS_SIGNER.public, note.COSIGNATURE)
LOGS = {ORIGIN: note.note_key(ORIGIN, LOG_SIGNER.public)}
LEAVES = [merkle.leaf_hash(f"entry {index}".encode()) for index in range(20)]
ROOTS = [merkle.root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def ask(body: str, logs: Mapping[str, NoteKey], seen: Mapping[str, Checkpoint]) -> Answer:
    return witness.answer(
        body, logs=logs, seen=seen, name=WITNESS.name, key=WITNESS_SIGNER, time_s=1_767_139_200
    )


def submit(old: int, new: int, *, root: bytes | None = None, origin: str = ORIGIN) -> str:
    signed = heads.sign_checkpoint(origin, new, root or ROOTS[new], LOG_SIGNER)
    path = merkle.prove_consistency(min(old, new), new, merkle.read_from(LEAVES))
    return witness.format_submission(Submission(old, tuple(path), signed))


def seen_at(size: int) -> dict[str, Checkpoint]:
    return {ORIGIN: Checkpoint(ORIGIN, size, ROOTS[size])}


def test_published_conversation() -> None:
    published = load("c2sp/witness-add-checkpoint.json")
    logs = {published["log_origin"]: note.parse_vkey(published["log_vkey"])}
    seen: dict[str, Checkpoint] = {}
    for case in published["cases"]:
        last = seen.get(published["log_origin"])
        assert (last.size if last else 0) == case["stored_size_before"]
        answer = ask(case["request_body"], logs, seen)
        assert answer.status == case["expect_status"], case["name"]
        if "expect_body_exact" in case:
            assert answer.body == case["expect_body_exact"]
            assert answer.content_type == case["expect_content_type"]
        if answer.remembers is not None:
            seen[answer.remembers.origin] = answer.remembers
            signed = witness.parse_submission(case["request_body"]).checkpoint + answer.body
            assert heads.open_cosignatures(signed, [WITNESS]) == {WITNESS: 1_767_139_200}
    assert seen[published["log_origin"]].size == 5


def test_published_log_whose_key_has_another_name() -> None:
    for case in load("c2sp/witness-add-checkpoint.json")["separate"]:
        logs = {case["log_origin"]: note.parse_vkey(case["log_vkey"])}
        assert ask(case["request_body"], logs, {}).status == case["expect_status"]


def test_only_a_tree_that_begins_with_the_last_is_cosigned() -> None:
    for old in range(len(ROOTS)):
        for new in range(old, len(ROOTS)):
            answer = ask(submit(old, new), LOGS, seen_at(old) if old else {})
            assert (answer.status, answer.remembers) == (200, Checkpoint(ORIGIN, new, ROOTS[new]))


@pytest.mark.parametrize(
    ("body", "seen", "status"),
    [
        ("", 0, 400),
        ("old 0\n", 0, 400),
        (submit(0, 5).replace("old 0", "old 00"), 0, 400),
        (submit(0, 5).replace("old 0", "Old 0"), 0, 400),
        (submit(3, 5).replace("old 3\n", f"old 3\n{'A' * 43}=\n" + f"{'A' * 43}=\n" * 63), 3, 400),
        (submit(0, 5).replace("\n5\n", "\n5\n\n"), 0, 400),
        (submit(5, 3), 5, 400),
        (submit(0, 5, origin="demo.rice.example/dx-2027"), 0, 404),
        (submit(0, 5)[:-3] + "==\n", 0, 403),
        (submit(0, 5).replace("\n5\n", "\n6\n"), 0, 403),
        (submit(4, 9), 3, 409),
        (submit(0, 9), 3, 409),
        (submit(5, 5, root=ROOTS[4]), 5, 422),
        (submit(3, 5, root=ROOTS[6]), 3, 422),
        (submit(3, 5).replace("old 3\n", f"old 3\n{'A' * 43}=\n"), 3, 422),
        (submit(0, 5).replace("old 0\n", f"old 0\n{'A' * 43}=\n"), 0, 422),
    ],
)
def test_every_refusal_has_its_status(body: str, seen: int, status: int) -> None:
    answer = ask(body, LOGS, seen_at(seen) if seen else {})
    assert (answer.status, answer.remembers) == (status, None)
    if status == 409:
        assert answer == Answer(409, f"{seen}\n", witness.SIZE_CONTENT_TYPE)


def test_an_empty_tree_with_another_root_is_refused() -> None:
    text = heads.format_checkpoint(Checkpoint(ORIGIN, 0, ROOTS[1]))
    body = witness.format_submission(Submission(0, (), note.sign_note(text, ORIGIN, LOG_SIGNER)))
    assert ask(body, LOGS, {}).status == 422


@given(
    old=st.integers(0, 2**63 - 1),
    path=st.lists(st.binary(min_size=32, max_size=32), max_size=63),
)
def test_submissions_read_back(old: int, path: list[bytes]) -> None:
    signed = heads.sign_checkpoint(ORIGIN, 5, ROOTS[5], LOG_SIGNER)
    written = Submission(old, tuple(path), signed)
    assert witness.parse_submission(witness.format_submission(written)) == written
    with pytest.raises(MalformedError):
        witness.parse_submission(witness.format_submission(written).replace("\n\n", "\n"))
