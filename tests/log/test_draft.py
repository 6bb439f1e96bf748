from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.draft import Draft, Signer, format_draft, make_draft, parse_draft
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, SigningKey
from ledger.log.statement import ACT, CREDENTIAL, EVENT, seal, seal_many

ORIGIN = "demo.rice.example/dx-2026"
CHECKPOINT = Checkpoint(ORIGIN, 412, bytes(range(32)))
ONE = Ed25519SigningKey.from_seed(bytes(range(32)))
TWO = EcdsaSigningKey.from_number(2**200 + 7)
PAYLOAD = encoding.canonical_json({"act": "test", "name": "Cần Thơ"})


def signer(key: SigningKey, subject: str = "") -> Signer:
    return Signer(key.public, f"{subject}{key.public.kid}", key.alg)


def draft_for(*keys: SigningKey, typ: str = ACT) -> Draft:
    signers = [signer(key) for key in keys]
    return make_draft(PAYLOAD, typ=typ, signers=signers, checkpoint=CHECKPOINT, purpose="test")


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(LedgerError) as caught:
        call()
    return caught.value.code


def test_a_draft_is_read_as_it_was_written() -> None:
    draft = draft_for(ONE, TWO)
    for one in (draft, draft.sign(TWO), draft.sign(TWO).sign(ONE)):
        assert parse_draft(format_draft(one)).slots == one.slots
        assert format_draft(parse_draft(format_draft(one))) == format_draft(one)


def test_what_comes_of_it_is_what_signing_in_one_place_gives() -> None:
    alone = seal(PAYLOAD, typ=EVENT, key=ONE, ledger=ORIGIN)
    assert draft_for(ONE, typ=EVENT).sign(ONE).statement() == alone
    together = seal_many(PAYLOAD, keys=[ONE, TWO], ledger=ORIGIN)
    assert draft_for(ONE, TWO).sign(TWO).sign(ONE).statement() == together


def test_a_credential_names_its_key_behind_the_did_of_its_issuer() -> None:
    made = make_draft(
        b'{"a":1}',
        typ=CREDENTIAL,
        signers=[signer(ONE, "did:web:rice.example#")],
        checkpoint=CHECKPOINT,
        purpose="attestation",
    )
    kid = f"did:web:rice.example#{ONE.public.kid}"
    assert made.sign(ONE).statement() == seal(b'{"a":1}', typ=CREDENTIAL, key=ONE, kid=kid)


def test_only_the_keys_that_are_asked_sign_and_each_once() -> None:
    draft = draft_for(ONE, TWO)
    assert refused(lambda: draft_for(ONE).sign(TWO)) == "draft_of_other_key"
    assert refused(lambda: draft.sign(ONE).sign(ONE)) == "draft_signed"
    assert refused(draft.sign(ONE).statement) == "draft_unsigned"
    assert draft.sign(ONE).missing == (TWO.public.kid,)


class Lying:
    """A token that signs something else than it was given."""

    public, alg = ONE.public, ONE.alg

    def sign(self, message: bytes) -> bytes:
        return ONE.sign(message + b" ")


def test_a_token_that_signs_something_else_is_found_out_at_once() -> None:
    assert refused(lambda: draft_for(ONE).sign(Lying())) == "signature_bad"


def test_no_byte_of_a_draft_is_decoration() -> None:
    """Bent anywhere, a draft is refused or says something else; a signature in it is never lost."""
    for draft in (draft_for(ONE, TWO), draft_for(ONE, TWO).sign(ONE)):
        data = format_draft(draft)
        for position in range(len(data)):
            bent = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
            try:
                other = parse_draft(bent)
            except LedgerError:
                continue
            assert structs.astuple(other) != structs.astuple(draft), position
            if draft.missing != other.missing or draft.slots != other.slots:
                assert not draft.slots[0].signature, position


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rice-ledger/draft@v1"', b'"rice-ledger/draft@v2"'),
        (b'"purpose":', b'"note":"sign it","purpose":'),
        (b'"size":412', b'"size":-1'),
        (b'"size":412', b'"size":412.5'),
        (b'"root":"AAEC', b'"root":"AAEB AA'),
        (b'"origin":"demo.', b'"origin":"other.'),
        (b'"signature":""', b'"signature":"AAAA"'),
        (b'"kty":"OKP"', b'"kty":"EC"'),
        (b"{", b" {"),
    ],
)
def test_what_is_no_draft_is_refused(old: bytes, new: bytes) -> None:
    data = format_draft(draft_for(ONE))
    assert old in data
    refused(lambda: parse_draft(data.replace(old, new, 1)))


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"\xff", b"a.b.c", b"{" * 200_000])
def test_bytes_that_are_no_draft_at_all(data: bytes) -> None:
    refused(lambda: parse_draft(data))


def test_a_header_with_another_member_or_spelling_is_refused() -> None:
    data = format_draft(draft_for(ONE))
    (slot,) = draft_for(ONE).slots
    head = encoding.decode_base64url(slot.protected)
    for other in (
        head.replace(b"{", b'{"crit":["exp"],', 1),
        head.replace(b":", b": ", 1),
        head.replace(b"EdDSA", b"ES256"),
        head.replace(b"EdDSA", b"none"),
        head.replace(slot.signer.kid.encode(), TWO.public.kid.encode()),
        head.replace(slot.signer.kid.encode(), b"did:web:x#" + slot.signer.kid.encode()),
    ):
        bent = data.replace(slot.protected.encode(), encoding.encode_base64url(other).encode())
        assert bent != data
        refused(lambda bent=bent: parse_draft(bent))  # type: ignore[misc]


def test_nobody_signs_what_would_be_too_long_to_send() -> None:
    for length, code in ((43_000, ""), (45_000, "oversized")):
        payload = encoding.canonical_json({"a": "x" * length})

        def made(payload: bytes = payload) -> Draft:
            return make_draft(
                payload, typ=ACT, signers=[signer(ONE)], checkpoint=CHECKPOINT, purpose="test"
            )

        if code:
            assert refused(made) == code
        else:
            assert made().sign(ONE).statement()
