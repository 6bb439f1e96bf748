from __future__ import annotations

import pytest

from ledger.errors import LedgerError
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, SigningKey
from ledger.log.possession import check_possession, prove_possession
from ledger.log.statement import parse_statement

WHO = {"holder": "htx", "ledger": "rice.example/2026", "nonce": "7f3a"}
KEYS: list[SigningKey] = [
    Ed25519SigningKey.from_seed(bytes(range(32))),
    EcdsaSigningKey.from_number(77),
]


@pytest.mark.parametrize("key", KEYS)
def test_a_proof_shows_who_has_the_key(key: SigningKey) -> None:
    assert check_possession(prove_possession(key, **WHO), **WHO) == key.public


@pytest.mark.parametrize("key", KEYS)
def test_no_byte_of_a_proof_is_decoration(key: SigningKey) -> None:
    proof = prove_possession(key, **WHO)
    for position in range(len(proof)):
        for bit in (1, 128):
            bent = proof[:position] + bytes([proof[position] ^ bit]) + proof[position + 1 :]
            with pytest.raises(LedgerError):
                check_possession(bent, **WHO)


@pytest.mark.parametrize("name", sorted(WHO))
def test_a_proof_is_for_one_holder_one_ledger_and_one_nonce(name: str) -> None:
    with pytest.raises(LedgerError, match="does not prove"):
        check_possession(prove_possession(KEYS[0], **WHO), **{**WHO, name: "other"})


def test_a_proof_makes_no_entry() -> None:
    with pytest.raises(LedgerError, match="typ"):
        parse_statement(prove_possession(KEYS[0], **WHO))


@pytest.mark.parametrize("proof", [b"", b"..", b"e30.e30.AA", b"\xff.\xff.\xff", b"a" * 20_000])
def test_what_is_no_proof_is_refused(proof: bytes) -> None:
    with pytest.raises(LedgerError):
        check_possession(proof, **WHO)
