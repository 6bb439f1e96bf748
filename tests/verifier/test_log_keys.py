"""Which keys and signatures count in JavaScript, beside those that count in Python."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ledger.log import encoding, keys
from ledger.log.data_integrity import format_multikey
from tests.verifier.reading import Case, b64, bent_bytes, compare


def _numbered(value: int, length: int) -> str:
    return encoding.encode_base64url(value.to_bytes(length, "big"))


@cache
def _rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _rsa_jwk(n: int, e: str = "AQAB") -> dict[str, str]:
    return {"kty": "RSA", "e": e, "n": _numbered(n, (n.bit_length() + 7) // 8)}


def _good_jwks() -> list[dict[str, str]]:
    seeds = [sha256(bytes([at])).digest() for at in range(4)]
    good = [dict(keys.Ed25519SigningKey.from_seed(seed).public.jwk) for seed in seeds]
    for crv in ("P-256", "P-384", "P-521"):
        for seed in seeds[:2]:
            number = int.from_bytes(seed)
            good.append(dict(keys.EcdsaSigningKey.from_number(number, crv).public.jwk))
    return [*good, _rsa_jwk(_rsa_key(2048).public_key().public_numbers().n)]


def _odd_jwks(chance: random.Random) -> Iterator[dict[str, Any]]:
    for y in (
        0,
        1,
        2**255 - 20,
        2**255 - 19,
        2**255 - 18,
        *range(2, 12),
        *range(2**255 - 30, 2**255),
    ):
        for sign in (0, 1 << 255):
            yield keys.ed25519_jwk((y | sign).to_bytes(32, "little"))
    for y in sorted(keys._SMALL_ORDER_Y):
        for sign in (0, 1 << 255):
            yield keys.ed25519_jwk((y | sign).to_bytes(32, "little"))
    for _ in range(40):
        yield keys.ed25519_jwk(chance.randbytes(chance.choice((32, 32, 32, 31, 33))))
    for n in (1 << 2046, 1 << 2047, (1 << 2047) + 1, 1 << 2048, (1 << 8191) + 1, (1 << 8192) + 1):
        yield _rsa_jwk(n)
        yield _rsa_jwk(n, "AQ")
    yield {"kty": "RSA", "e": "AQAB", "n": ""}
    yield {"kty": "RSA", "e": "AQAB", "n": "AA" + _rsa_jwk((1 << 2047) + 1)["n"]}
    yield {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}
    for good in _good_jwks():
        kid = keys.thumbprint(good)
        yield {**good, "kid": kid}
        yield {**good, "kid": kid[:-1]}
        yield {**good, "use": "sig"}
        yield {**good, "use": "enc"}
        yield {**good, "d": "AA"}
        yield {**good, "__proto__": "AA"}
        for alg in ("EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256", "none", ""):
            yield {**good, "alg": alg}
        for name in good:
            yield {other: value for other, value in good.items() if other != name}
            yield {**good, name: 1}
            yield {**good, name: good[name] + "="}
            yield {**good, name: good[name][:-1]}
            yield {
                **good,
                name: bent_bytes(good[name].encode(), chance, b"AQgw-_=").decode("latin-1"),
            }
        for crv in ("P-256", "P-384", "P-521", "Ed25519", "Ed448", "secp256k1", "constructor"):
            yield {**good, "crv": crv}
        for kty in ("OKP", "EC", "RSA", "oct", "__proto__"):
            yield {**good, "kty": kty}


def test_keys_are_admitted_alike() -> None:
    jwks = [*_good_jwks(), *_odd_jwks(random.Random(5))]
    read, refused = compare(
        ("key", jwk, *flags) for jwk in jwks for flags in ((False, False), (True, True))
    )
    assert read > 50
    assert refused > 300


def _signatures() -> Iterator[Case]:
    """Yield messages with signatures of every kind, of which some fit, some almost."""
    message, order = b"Go" * 40, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    group = 2**252 + 27742317777372353535851937790883648493
    ed, ec = keys.Ed25519SigningKey.from_seed(bytes(32)), keys.EcdsaSigningKey.from_number(77)
    one = ed.sign(message)
    s = int.from_bytes(one[32:], "little")
    for signature in (
        one,
        one[:32] + (s + group).to_bytes(32, "little"),
        one[:63],
        one + b"\0",
        b"",
    ):
        for alg in ("EdDSA", "Ed25519", "ES256", "none"):
            yield "verify", dict(ed.public.jwk), False, b64(message), b64(signature), alg
    one = ec.sign(message)
    r, s = int.from_bytes(one[:32]), int.from_bytes(one[32:])
    for pair in ((r, s), (r, order - s), (r, 0), (0, s), (order, s), (s, r), (r, order), (1, 1)):
        signature = b"".join(number.to_bytes(32, "big") for number in pair)
        yield "verify", dict(ec.public.jwk), False, b64(message), b64(signature), "ES256"
    yield "verify", dict(ec.public.jwk), False, b64(message), b64(one + b"\0"), "ES256"
    yield "verify", dict(ec.public.jwk), False, b64(message), b64(one[:63]), "ES256"
    for bits in (2048, 2049):
        yield from _rsa_signatures(bits, message)


def _rsa_signatures(bits: int, message: bytes) -> Iterator[Case]:
    private, digest = _rsa_key(bits), hashes.SHA256()
    n = private.public_key().public_numbers().n
    given = [
        private.sign(message, padding.PKCS1v15(), digest),
        private.sign(message, padding.PKCS1v15(), hashes.SHA512()),
        private.sign(message, padding.PSS(padding.MGF1(hashes.SHA512()), 32), digest),
        *(
            private.sign(message, padding.PSS(padding.MGF1(digest), salt), digest)
            for salt in (0, 31, 32, 64)
        ),
    ]
    given += [given[5][:-1], b"\0" + given[5], bytes(len(given[5])), b""]
    given.append(
        ((int.from_bytes(given[5]) + n) % 2 ** (len(given[5]) * 8)).to_bytes(len(given[5]), "big")
    )
    for signature in given:
        for legacy, alg in ((False, "PS256"), (False, "RS256"), (True, "PS256"), (True, "RS256")):
            yield "verify", _rsa_jwk(n), legacy, b64(message), b64(signature), alg


def test_signatures_are_judged_alike() -> None:
    read, refused = compare(_signatures())
    assert read > 8
    assert refused > 60


def test_published_keys_are_read_alike() -> None:
    chance = random.Random(6)
    documents: list[bytes] = []
    for jwk in _good_jwks():
        key = keys.admit_key(jwk, wide_curves=True)
        method = {
            "id": "#k",
            "type": "JsonWebKey",
            "controller": "did:web:a.example",
            "publicKeyJwk": jwk,
        }
        ended = {**method, "id": "did:web:a.example#e", "expires": "2026-01-01T00:00:00.0005Z"}
        multi = {
            "id": "#m",
            "controller": "did:web:a.example",
            "publicKeyMultibase": format_multikey(key) or "z11",
        }
        whole = {
            "id": "did:web:a.example",
            "verificationMethod": [method, ended, multi],
            "assertionMethod": ["#k", "did:web:a.example#e", {**multi, "id": "#n"}, 5, "#m"],
        }
        values = (jwk, {**jwk, "kid": "mine"}, method, multi, whole)
        documents += [json.dumps(value).encode() for value in values]
    bent = [bent_bytes(data, chance, b'"#:kzm0,{}[]') for data in documents * 6]
    moments = (1767225600000, 1767225600001)
    read, refused = compare(
        ("methods", b64(data), at) for data in documents + bent for at in moments
    )
    assert read > 100
    assert refused > 100
