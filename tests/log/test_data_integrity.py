from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.log import data_integrity as integrity
from ledger.log import encoding
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey
from tests.conformance_data import load, read

FOLDER = "jws-vc/eddsa-jcs-2022/"
ED = Ed25519SigningKey.from_seed(bytes(range(32)))
METHOD = "did:example:a#k1"
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": integrity.CRYPTOSUITE,
    "verificationMethod": METHOD,
    "proofPurpose": "assertionMethod",
}


def published_key() -> Ed25519SigningKey:
    text = load(FOLDER + "keyPair.json")["privateKeyMultibase"]
    secret = encoding.decode_base58(text.removeprefix("z"))
    assert secret[:2] == bytes.fromhex("8026")
    return Ed25519SigningKey.from_seed(secret[2:])


def test_published_cases() -> None:
    cases = load(FOLDER + "cases.json")["cases"]
    assert {case["expect"] for case in cases} == {"accept", "reject"}
    for case in cases:
        name = case["document"]["proof"]["verificationMethod"]
        keys = {name: integrity.parse_multikey(name.partition("#")[2])}
        if case["expect"] == "accept":
            integrity.check_proof(case["document"], keys)
        else:
            with pytest.raises((MalformedError, SignatureError)):
                integrity.check_proof(case["document"], keys)


def test_published_steps() -> None:
    key = published_key()
    multikey = load(FOLDER + "keyPair.json")["publicKeyMultibase"]
    assert integrity.format_multikey(key.public) == multikey
    assert integrity.parse_multikey(multikey) == key.public
    unsigned, options = load(FOLDER + "unsigned.json"), load(FOLDER + "proofConfigJCS.json")
    parts = {"canonDocJCS.txt": unsigned, "proofCanonJCS.txt": options}
    for file, value in parts.items():
        assert encoding.canonical_json(value) == read(FOLDER + file).strip()
    digests = [sha256(encoding.canonical_json(part)).hexdigest() for part in (options, unsigned)]
    assert "".join(digests) == read(FOLDER + "combinedHashJCS.txt").decode().strip()
    signed = integrity.add_proof(unsigned, options, key)
    assert signed == load(FOLDER + "signedJCS.json")
    value = encoding.decode_base58(signed["proof"]["proofValue"].removeprefix("z"))
    assert value.hex() == read(FOLDER + "sigHexJCS.txt").decode().strip()


@pytest.mark.parametrize(
    "document",
    [
        {"a": 1},
        {"a": 1, "proof": []},
        {"a": 1, "proof": [OPTIONS]},
        {"a": 1, "proof": OPTIONS},
        {"a": 1, "proof": OPTIONS | {"proofValue": 5}},
        {"a": 1, "proof": OPTIONS | {"proofValue": "z"}},
        {"a": 1, "proof": OPTIONS | {"proofValue": "z" + "2" * 300}},
        {"a": 1, "proof": OPTIONS | {"proofValue": "z2", "verificationMethod": "did:example:b"}},
        {"a": 1, "proof": OPTIONS | {"proofValue": "z2", "verificationMethod": None}},
        {"a": 1, "proof": OPTIONS | {"proofValue": "z2", "type": "Ed25519Signature2020"}},
    ],
)
def test_documents_without_a_good_proof_are_refused(document: dict[str, Any]) -> None:
    keys = {METHOD: ED.public}
    integrity.check_proof(integrity.add_proof({"a": 1}, OPTIONS, ED), keys)
    with pytest.raises(LedgerError):
        integrity.check_proof(document, keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"proofPurpose": "authentication"},
        {"proofPurpose": None},
    ],
)
def test_a_good_signature_for_another_purpose_is_refused(changes: dict[str, Any]) -> None:
    signed = integrity.add_proof({"a": 1}, OPTIONS | changes, ED)
    with pytest.raises(MalformedError):
        integrity.check_proof(signed, {METHOD: ED.public})


@pytest.mark.parametrize("secret", range(1, 9))
def test_p256_multikeys_come_back_as_the_same_key(secret: int) -> None:
    key = EcdsaSigningKey.from_number(secret).public
    spelled = integrity.format_multikey(key)
    assert spelled is not None
    assert spelled.startswith("zDn")
    assert integrity.parse_multikey(spelled) == key


def test_multikeys_of_other_types_are_refused() -> None:
    x = encoding.decode_base64url(EcdsaSigningKey.from_number(5).public.jwk["x"])
    bare = "z" + encoding.encode_base58(bytes.fromhex("8024") + x)
    off = "z" + encoding.encode_base58(bytes.fromhex("8024") + b"\x02" + b"\xff" * 32)
    k256 = "z" + encoding.encode_base58(bytes.fromhex("e701") + b"\x02" + x)
    multikey = integrity.format_multikey(ED.public)
    assert multikey is not None
    for text in (
        bare,
        off,
        k256,
        multikey[1:],
        multikey[:-1],
        "u" + multikey[1:],
        multikey + "1",
        "",
    ):
        with pytest.raises(MalformedError):
            integrity.parse_multikey(text)
