from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey
from ledger.log.statement import (
    ACT,
    CREDENTIAL,
    EVENT,
    HEADER_LENGTH_MAX,
    STATEMENT_LENGTH_MAX,
    Statement,
    check_credential_claims,
    parse_jws,
    parse_statement,
    seal,
    seal_many,
    verify_signatures,
)

ORIGIN = "demo.rice.example/dx-2026"
ED = Ed25519SigningKey.from_seed(bytes(range(32)))
OTHER = Ed25519SigningKey.from_seed(bytes(32))
ES = EcdsaSigningKey.from_number(20261124)
KEYS = {key.public.kid: key.public for key in (ED, OTHER, ES)}
PAYLOAD = b'{"act":"recall","lot":"L1"}'
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# The key and the JWS of a certifier, worked out beside the text of the profile.
WORKED = (
    b"eyJhbGciOiJFZERTQSIsInR5cCI6InZjK2p3dCIsImN0eSI6InZjIiwia2lkIjoiZGlkOndlYjpjZXJ0aWZpZXIuZXhh"
    b"bXBsZS52biNrMS1qd2sifQ.eyJpZCI6InVybjp1dWlkOjAxOTBmM2EyLTZmNWUtN2MxMS04ZDRlLTJiN2E5YzBkMWUyZ"
    b"iIsIm5vdGUiOiJD4bqnbiBUaMahIn0.2yENt1z9i14snvFywY3sKH6dLMQYmvobm5FlIggMdb9NnbRHpn1T4EYncXnJa"
    b"dzv_FUy5VsKSz8opnOrlsniBA"
)


def b64(data: bytes | str) -> str:
    return encoding.encode_base64url(data.encode() if isinstance(data, str) else data)


def header(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON value, None to leave out)
    members = {"alg": "EdDSA", "kid": ED.public.kid, "ledger": ORIGIN, "typ": ACT} | changes
    return {name: value for name, value in members.items() if value is not None}


def signed(protected: str, payload: bytes = PAYLOAD) -> bytes:
    """Return a statement with a good signature, whatever the header says."""
    signing_input = f"{b64(protected)}.{b64(payload)}".encode()
    return signing_input + b"." + b64(ED.sign(signing_input)).encode()


def test_worked_example() -> None:
    seed = encoding.decode_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    key = Ed25519SigningKey.from_seed(seed)
    statement = parse_statement(WORKED)
    assert len(WORKED) == 301
    assert statement.digest.hex() == (
        "0651dc3099dcf3a534a3857e359a31bdd19d799703c4fed5cbde9d1bdd94deaf"
    )
    assert (statement.kind, statement.ledger) == ("attestation", None)
    assert json.loads(statement.payload)["note"] == "Cần Thơ"
    verify_signatures(statement, {"did:web:certifier.example.vn#k1-jwk": key.public})


@pytest.mark.parametrize("typ", [ACT, EVENT])
@pytest.mark.parametrize("key", [ED, ES])
@given(payload=st.binary(min_size=1, max_size=200))
def test_what_is_sealed_opens(
    typ: str, key: Ed25519SigningKey | EcdsaSigningKey, payload: bytes
) -> None:
    data = seal(payload, typ=typ, key=key, ledger=ORIGIN)
    statement = parse_statement(data)
    assert statement.data == data
    assert statement.digest == sha256(data).digest()
    assert (statement.typ, statement.ledger, statement.payload) == (typ, ORIGIN, payload)
    assert statement.signatures[0].kid == key.public.kid
    verify_signatures(statement, KEYS)


def test_no_character_of_a_statement_is_decoration() -> None:
    data = seal(PAYLOAD, typ=ACT, key=ED, ledger=ORIGIN)
    for position in range(len(data)):
        for bit in range(8):
            bent = bytearray(data)
            bent[position] ^= 1 << bit
            with pytest.raises(LedgerError):
                verify_signatures(parse_statement(bytes(bent)), KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"crit": ["b64"], "b64": False},
        {"b64": True},
        {"zip": "DEF"},
        {"jwk": dict(ED.public.jwk)},
        {"jku": "https://keys.example/"},
        {"x5u": "https://keys.example/"},
        {"x5c": ["AAAA"]},
        {"x5t#S256": b64(bytes(32))},
        {"iss": "someone"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "eddsa"},
        {"alg": "RS384"},
        {"alg": None},
        {"alg": ["EdDSA"]},
        {"typ": None},
        {"typ": [ACT]},
        {"typ": {}},
        {"typ": "rice-act"},
        {"typ": "Rice-Act+jws"},
        {"typ": "application/rice-act+jws"},
        {"typ": "JWT"},
        {"typ": "vc-ld+jwt"},
        {"typ": "vp+jwt", "cty": "vp", "ledger": None},
        {"typ": CREDENTIAL},
        {"typ": CREDENTIAL, "ledger": None},
        {"typ": CREDENTIAL, "cty": "VC", "ledger": None},
        {"typ": CREDENTIAL, "cty": "vc"},
        {"cty": "vc"},
        {"kid": None},
        {"kid": ""},
        {"kid": "a b"},
        {"kid": "khóa"},
        {"kid": 5},
        {"kid": "k" * 513},
        {"ledger": None},
        {"ledger": ""},
        {"ledger": "a\nb"},
    ],
)
def test_a_header_outside_the_profile_is_refused(changes: dict[str, Any]) -> None:
    verify_signatures(parse_statement(signed(json.dumps(header()))), KEYS)
    with pytest.raises(MalformedError):
        parse_statement(signed(json.dumps(header(**changes))))


@pytest.mark.parametrize(
    "protected",
    [
        "",
        "[]",
        "null",
        '"x"',
        json.dumps(header())[:-1],
        json.dumps(header())[:-1] + ',"alg":"EdDSA"}',
        "\ufeff" + json.dumps(header()),
        json.dumps(header()) + " " * HEADER_LENGTH_MAX,
        json.dumps(header()) + "x",
    ],
)
def test_a_header_that_is_no_strict_json_is_refused(protected: str) -> None:
    with pytest.raises(MalformedError):
        parse_statement(signed(protected))


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_only_three_segments_are_read(count: int) -> None:
    parts = [*seal(PAYLOAD, typ=ACT, key=ED, ledger=ORIGIN).split(b"."), b"AAAA"]
    with pytest.raises(MalformedError):
        parse_statement(b".".join(parts[:count] if count != 3 else [parts[0], b"", parts[2]]))


def test_only_one_spelling_of_base64url_is_read() -> None:
    data = seal(PAYLOAD, typ=ACT, key=ED, ledger=ORIGIN)
    protected, payload, signature = data.split(b".")
    # 64 bytes end in a letter of which four bits are unused: its neighbour decodes to the same.
    stray = signature[:-1] + bytes([signature[-1] + 1])
    for parts in (
        (protected, payload, signature + b"=="),
        (protected, payload, stray),
        (protected + b"=", payload, signature),
        (protected, payload + b"\n", signature),
        (protected, payload, signature.replace(b"-", b"+").replace(b"_", b"/") + b"/"),
    ):
        with pytest.raises(MalformedError):
            parse_statement(b".".join(parts))


def test_a_statement_has_a_limit() -> None:
    large = seal(b"x" * 44_000, typ=ACT, key=ED, ledger=ORIGIN)
    assert len(large) <= STATEMENT_LENGTH_MAX
    parse_statement(large)
    with pytest.raises(MalformedError):
        parse_statement(seal(b"x" * 45_000, typ=ACT, key=ED, ledger=ORIGIN))


def test_the_key_record_decides_not_the_header() -> None:
    statement = parse_statement(signed(json.dumps(header(alg="ES256"))))
    with pytest.raises(SignatureError) as refusal:
        verify_signatures(statement, KEYS)
    assert refusal.value.code == "algorithm_refused"


def test_an_unknown_key_and_a_strange_key_are_told_apart() -> None:
    statement = parse_statement(seal(PAYLOAD, typ=ACT, key=ED, ledger=ORIGIN))
    with pytest.raises(SignatureError) as refusal:
        verify_signatures(statement, {})
    assert (refusal.value.code, refusal.value.details) == (
        "key_not_known",
        {"kid": ED.public.kid},
    )
    with pytest.raises(SignatureError) as refusal:
        verify_signatures(statement, {ED.public.kid: OTHER.public})
    assert refusal.value.code == "signature_bad"


def test_two_signatures_over_one_text_are_one_thing_said() -> None:
    data = seal(PAYLOAD, typ=ACT, key=ES, ledger=ORIGIN)
    signing_input, _, signature = data.rpartition(b".")
    raw = encoding.decode_base64url(signature)
    twin_s = P256_ORDER - int.from_bytes(raw[32:], "big")
    twin = signing_input + b"." + b64(raw[:32] + twin_s.to_bytes(32, "big")).encode()
    first, second = parse_statement(data), parse_statement(twin)
    verify_signatures(second, KEYS)
    assert first.digest != second.digest
    assert first.signed_digests == second.signed_digests == (sha256(signing_input).digest(),)


def test_several_signers_sign_one_act() -> None:
    data = seal_many(PAYLOAD, keys=[ED, ES, OTHER], ledger=ORIGIN)
    statement = parse_statement(data)
    assert [one.kid for one in statement.signatures] == [key.public.kid for key in (ED, ES, OTHER)]
    assert (statement.typ, statement.kind, statement.ledger) == (ACT, "act", ORIGIN)
    assert (statement.payload, statement.digest) == (PAYLOAD, sha256(data).digest())
    verify_signatures(statement, KEYS)
    for missing in KEYS:
        with pytest.raises(SignatureError):
            verify_signatures(statement, {kid: KEYS[kid] for kid in KEYS if kid != missing})
    turned = seal_many(PAYLOAD, keys=[OTHER, ED, ES], ledger=ORIGIN)
    assert set(parse_statement(turned).signed_digests) == set(statement.signed_digests)


def general(**changes: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    whole = json.loads(seal_many(PAYLOAD, keys=[ED, OTHER], ledger=ORIGIN))
    return encoding.canonical_json(whole | changes)


ONE, TWO = json.loads(general())["signatures"]
EVENT_HEADER = b64(json.dumps(header(typ=EVENT)))
ELSEWHERE = b64(json.dumps(header(ledger="demo.rice.example/dx-2027", kid=OTHER.public.kid)))


@pytest.mark.parametrize(
    "data",
    [
        general() + b"\n",
        general().replace(b",", b", ", 1),
        general(header={}),
        general(payload=""),
        general(payload=5),
        general(signatures=[]),
        general(signatures=[ONE, ONE]),
        general(signatures=[ONE | {"header": {"kid": "x"}}]),
        general(signatures=[ONE | {"signature": ""}]),
        general(signatures=[ONE | {"signature": ONE["signature"] + "="}]),
        general(signatures=[{"signature": ONE["signature"]}]),
        general(signatures=[ONE, {**TWO, "protected": ELSEWHERE}]),
        general(signatures=[{**ONE, "protected": EVENT_HEADER}]),
        general(signatures=[{**ONE, "protected": "é"}]),
        general(signatures=[TWO] * 33),
        encoding.canonical_json({"payload": b64(PAYLOAD), **ONE}),
    ],
)
def test_other_general_statements_are_refused(data: bytes) -> None:
    verify_signatures(parse_statement(general()), KEYS)
    with pytest.raises(MalformedError):
        parse_statement(data)


def test_certificates_are_read_only_where_they_are_asked_for() -> None:
    chain = [encoding.encode_base64(b"leaf" * 400), encoding.encode_base64(b"issuer")]
    thumb = b64(sha256(b"leaf" * 400).digest())
    data = signed(json.dumps(header(x5c=chain, **{"x5t#S256": thumb})))
    statement = parse_statement(data, certificates=True)
    assert statement.signatures[0].certificates == (b"leaf" * 400, b"issuer")
    with pytest.raises(MalformedError):
        parse_statement(data)
    odd_members: list[dict[str, Any]] = [
        {"x5c": []},
        {"x5c": "AAAA"},
        {"x5c": ["!"]},
        {"x5t#S256": thumb},
    ]
    for odd in odd_members:
        with pytest.raises(MalformedError):
            parse_statement(signed(json.dumps(header(**odd))), certificates=True)
    other = header(x5c=chain, **{"x5t#S256": b64(bytes(32))})
    with pytest.raises(MalformedError):
        parse_statement(signed(json.dumps(other)), certificates=True)


def test_only_certificates_make_a_header_long() -> None:
    long = json.dumps(header()) + " " * HEADER_LENGTH_MAX
    with pytest.raises(MalformedError):
        parse_statement(signed(long), certificates=True)


def credential(kid: str = "did:web:a.example#k1", **claims: Any) -> Statement:  # noqa: ANN401
    payload = json.dumps({"issuer": {"id": "did:web:a.example"}} | claims).encode()
    return parse_statement(seal(payload, typ=CREDENTIAL, key=ED, kid=kid))


def test_a_credential_is_read_as_it_is() -> None:
    assert check_credential_claims(credential(iss="did:web:a.example", area=1.5))
    assert check_credential_claims(credential(issuer="did:web:a.example"))
    assert check_credential_claims(credential(kid="k1"), controller="did:web:a.example")


@pytest.mark.parametrize(
    "claims",
    [
        {"vc": {}},
        {"vp": None},
        {"iss": "did:web:b.example"},
        {"issuer": None},
        {"issuer": "did:web:b.example"},
        {"issuer": {}},
        {"kid": "did:web:b.example#k1"},
        {"kid": "did:web:a.example"},
        {"kid": "k1"},
        {"note": "Ca\u0302n"},
    ],
)
def test_a_good_signature_over_a_bad_credential_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        check_credential_claims(credential(**claims))


def test_a_key_speaks_for_nobody_else() -> None:
    with pytest.raises(MalformedError):
        check_credential_claims(credential(), controller="did:web:b.example")
    with pytest.raises(MalformedError):
        check_credential_claims(credential(kid="k1"), controller="did:web:b.example")
    act = parse_statement(seal(PAYLOAD, typ=ACT, key=ED, ledger=ORIGIN))
    with pytest.raises(MalformedError):
        check_credential_claims(act)


@pytest.mark.parametrize("crv", ["P-384", "P-521"])
def test_wide_curves_make_no_entry(crv: str) -> None:
    key = EcdsaSigningKey.from_number(20261124, crv)
    act = seal(PAYLOAD, typ=ACT, key=key, ledger=ORIGIN)
    credential = seal(b"{}", typ="vc+jwt", key=key)
    several = seal_many(PAYLOAD, keys=[ED, key], ledger=ORIGIN)
    for data in (act, credential, several):
        with pytest.raises(MalformedError) as refusal:
            parse_statement(data)
        assert (refusal.value.code, refusal.value.details["what"]) == (
            "header_refused",
            f"alg {key.alg}",
        )
    # Elsewhere it is a credential like others.
    assert parse_jws(credential).signatures[0].alg == key.alg
