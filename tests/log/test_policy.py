from __future__ import annotations

import itertools

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.log import checkpoint, merkle, note, policy
from ledger.log.keys import Ed25519SigningKey
from ledger.log.note import format_vkey

ORIGIN = "demo.rice.example/dx-2026"
SIGNERS = {f"W{n}": Ed25519SigningKey.from_seed(bytes([n]) * 32) for n in range(1, 6)}
LOG_SIGNER = Ed25519SigningKey.from_seed(bytes(range(32)))
LOG = format_vkey(note.note_key(ORIGIN, LOG_SIGNER.public))
VKEYS = {
    name: format_vkey(note.note_key(f"{name}.example", key.public, note.COSIGNATURE))
    for name, key in SIGNERS.items()
}
WITNESSES = "".join(f"witness {name} {vkey}\n" for name, vkey in VKEYS.items())
NESTED = f"""\
# who watches the demo
log {LOG} https://demo.rice.example/

{WITNESSES}
group\tuniversities   any W1 W2
group buyers 2 W3 W4 W5
# both kinds
group watch all universities buyers
quorum watch
"""
EXAMPLE = """\
log example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx
witness W1 witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN
group operators any W1
quorum operators
"""


def test_the_example_of_the_format() -> None:
    read = policy.parse_policy(EXAMPLE)
    assert [key.name for key in read.logs] == ["example.com/log/testdata"]
    assert read.is_met_by({"W1"})
    assert not read.is_met_by(set())
    assert policy.format_policy(read) == EXAMPLE.replace(" any ", " 1 ")


def test_a_quorum_of_groups_is_counted() -> None:
    read = policy.parse_policy(NESTED)
    for count in range(6):
        for names in map(set, itertools.combinations(SIGNERS, count)):
            expected = bool(names & {"W1", "W2"}) and len(names & {"W3", "W4", "W5"}) >= 2
            assert read.is_met_by(names) == expected
    assert not read.is_met_by({"watch", "universities", "buyers"})


def test_policies_read_back() -> None:
    for text in (NESTED, EXAMPLE, f"log {LOG}\nquorum none\n", f"{WITNESSES}quorum W1\n"):
        read = policy.parse_policy(text)
        assert policy.parse_policy(policy.format_policy(read)) == read


def test_without_a_quorum_the_log_alone_is_believed() -> None:
    assert policy.parse_policy(f"log {LOG}\nquorum none\n").is_met_by(())


def test_witnesses_are_named_by_their_cosignatures() -> None:
    read = policy.parse_policy(NESTED)
    signed = checkpoint.sign_checkpoint(ORIGIN, 1, merkle.leaf_hash(b"one"), LOG_SIGNER)
    assert read.witnesses_of(signed) == set()
    for name in ("W2", "W5"):
        signed = checkpoint.cosign_checkpoint(signed, f"{name}.example", SIGNERS[name], 1)
    assert read.witnesses_of(signed) == {"W2", "W5"}
    stranger = Ed25519SigningKey.from_seed(bytes(32))
    more = checkpoint.cosign_checkpoint(signed, "W1.example", stranger, 1)
    assert read.witnesses_of(more) == {"W2", "W5"}
    bad = note.NoteSignature("W1.example", note.parse_vkey(VKEYS["W1"]).id, bytes(72))
    with pytest.raises(SignatureError):
        read.witnesses_of(signed + note.format_signature(bad))


def test_a_witness_of_a_type_not_spoken_here_never_agrees() -> None:
    ml_dsa = format_vkey(note.NoteKey("w.example", note.ML_DSA_COSIGNATURE, bytes(1312), None))
    read = policy.parse_policy(f"log {LOG}\nwitness W {ml_dsa}\nquorum W\n")
    signed = checkpoint.sign_checkpoint(ORIGIN, 1, merkle.leaf_hash(b"one"), LOG_SIGNER)
    line = note.NoteSignature("w.example", read.witnesses["W"].id, bytes(2428))
    assert not read.is_met_by(read.witnesses_of(signed + note.format_signature(line)))


def test_at_least_32_of_everything_are_read() -> None:
    keys = [Ed25519SigningKey.from_seed(bytes([n]) + bytes(31)).public for n in range(80)]
    logs = [f"log {format_vkey(note.note_key(f'l{n}', keys[n]))}" for n in range(40)]
    watchers = [
        f"witness w{n} {format_vkey(note.note_key('w', keys[40 + n], note.COSIGNATURE))}"
        for n in range(40)
    ]
    groups = [f"group g{n} any w{n}" for n in range(40)]
    text = "\n".join([*logs, *watchers, *groups, "quorum g39"]) + "\n"
    read = policy.parse_policy(text)
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (40, 40, 40)


W1, W2 = (f"witness {name} {VKEYS[name]}\n" for name in ("W1", "W2"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {LOG}\n",
        "quorum\n",
        "quorum none\nquorum none\n",
        "quorum none none\n",
        "quorum W1\n",
        f"quorum W1\n{W1}",
        f"group g any W1\n{W1}quorum g\n",
        f"{W1}group g all\nquorum g\n",
        f"{W1}group g 0 W1\nquorum g\n",
        f"{W1}group g 2 W1\nquorum g\n",
        f"{W1}group g 01 W1\nquorum g\n",
        f"{W1}group g +1 W1\nquorum g\n",
        f"{W1}group g some W1\nquorum g\n",
        f"{W1}group g any g\nquorum g\n",
        f"{W1}group g any W1 W1\nquorum g\n",
        f"{W1}group g any W1\ngroup h any W1\nquorum g\n",
        f"{W1}group W1 any W1\nquorum W1\n",
        f"{W1}{W1}quorum W1\n",
        f"{W1}{W1.replace('W1 ', 'W9 ', 1)}quorum W1\n",
        f"witness none {VKEYS['W1']}\nquorum none\n",
        f"witness W1 {LOG}\nquorum W1\n",
        f"log {VKEYS['W1']}\nquorum none\n",
        f"log {LOG}\nlog {LOG}\nquorum none\n",
        f"log {LOG} https://a.example https://b.example\nquorum none\n",
        f"log {LOG[:-1]}\nquorum none\n",
        "log\nquorum none\n",
        "Quorum none\n",
        "quorum none\r\n",
        "quorum none\x0b\n",
        "quorum none # really\n",
        "x" * (policy.POLICY_LENGTH_MAX + 1),
    ],
)
def test_other_policies_are_refused(text: str) -> None:
    policy.parse_policy(f"{W1}{W2}group g any W1\nquorum g\n")
    with pytest.raises(MalformedError):
        policy.parse_policy(text)
