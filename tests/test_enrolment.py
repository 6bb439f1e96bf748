"""Which keys may be enrolled, and what they may sign with then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from msgspec import convert

from ledger.audit import audit
from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, SigningKey, admit_key, ed25519_jwk
from ledger.log.statement import ACT, seal, seal_many
from ledger.rice import acts
from ledger.service import Ledger
from tests.log.test_keys import rsa_jwk
from tests.small_season import NOT_AFTER, ORIGIN, Clock, founding, key_of, registration

HTX = key_of("htx")


class RsaKey:
    """An RSA key in memory, as a token would sign with it."""

    def __init__(self, private: rsa.RSAPrivateKey, alg: str) -> None:
        self._private = private
        self.alg = alg
        jwk = rsa_jwk(private.public_key().public_numbers().n)
        self.public = admit_key(jwk, legacy_rs256=True)

    def sign(self, message: bytes) -> bytes:
        if self.alg == "RS256":
            return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        return self._private.sign(message, pss, hashes.SHA256())


class NamedEd25519(Ed25519SigningKey):
    """Signs under the algorithm's name of RFC 9864."""

    alg = "Ed25519"


@pytest.fixture(scope="module")
def rsa_private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.create(tmp_path / "book", key_of("log"), founding=founding(), clock=Clock())
    for answer in made.append([registration("so", ("registrar",), "root 1", "root 2")]):
        assert not isinstance(answer, LedgerError), answer
    assert said(made, registration("htx", ("cooperative",), "so")) == "ok"
    yield made
    made.close()


def said(book: Ledger, statement: bytes) -> str:
    (answer,) = book.append([statement])
    return answer.code if isinstance(answer, LedgerError) else "ok"


def enrolment(jwk: dict[str, str], *keys: SigningKey, token: bool = False) -> bytes:
    new = acts.NewKey(jwk=convert(jwk, acts.Jwk), admin=False, not_after=NOT_AFTER, token=token)
    act = acts.EnrolKey(actor="htx", key=new)
    return seal_many(acts.write_act(act), keys=[HTX, *keys], ledger=ORIGIN)


def statement(key: SigningKey, number: int = 1) -> bytes:
    act = acts.PresentPaper(
        paper=f"urn:rice:paper:{number}",
        kind="invoice",
        issuer="htx",
        issued_on="2026-03-01",
        digest="A" * 43 + "=",
    )
    return seal(acts.write_act(act), typ=ACT, key=key, ledger=ORIGIN)


SMALL_ORDER = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"


@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        (ed25519_jwk(bytes.fromhex(SMALL_ORDER)), "key_small_order"),
        (ed25519_jwk(bytes(32)), "key_small_order"),
        (ed25519_jwk(bytes.fromhex("ee" + "ff" * 30 + "7f")), "key_small_order"),
        (rsa_jwk(2**1023 + 1), "key_too_short"),
        (rsa_jwk(2**2046 + 1), "key_too_short"),
        (rsa_jwk(2**2047 + 1, 3), "key_exponent"),
        (rsa_jwk(2**2047 + 1, 2**32 + 1), "key_exponent"),
        (rsa_jwk(2**8192 + 1), "key_refused"),
        ({"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}, "key_refused"),
    ],
)
def test_a_weak_key_is_never_enrolled(book: Ledger, jwk: dict[str, str], code: str) -> None:
    (answer,) = book.append([enrolment(jwk)])
    assert isinstance(answer, LedgerError)
    assert answer.code == code
    assert answer.words.vi
    assert answer.words.en


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519", "ES256", "PS256"])
def test_keys_of_every_kind_sign(book: Ledger, rsa_private: rsa.RSAPrivateKey, alg: str) -> None:
    keys: dict[str, SigningKey] = {
        "EdDSA": Ed25519SigningKey.from_seed(bytes(32)),
        "Ed25519": NamedEd25519.from_seed(bytes(32)),
        "ES256": EcdsaSigningKey.from_number(77),
        "PS256": RsaKey(rsa_private, "PS256"),
    }
    key = keys[alg]
    assert said(book, enrolment(dict(key.public.jwk), key)) == "ok"
    assert said(book, statement(key)) == "ok"
    header = encoding.decode_base64url(statement(key).split(b".")[0])
    assert f'"alg":"{alg}"'.encode() in header


def test_only_an_rsa_key_enrolled_as_token_signs_rs256(
    book: Ledger, rsa_private: rsa.RSAPrivateKey
) -> None:
    old, new = RsaKey(rsa_private, "RS256"), RsaKey(rsa_private, "PS256")
    jwk = dict(old.public.jwk)
    assert said(book, enrolment(jwk, old)) == "algorithm_refused"
    assert said(book, enrolment(jwk, new)) == "ok"
    assert said(book, statement(old)) == "algorithm_refused"
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    token = RsaKey(other, "RS256")
    assert said(book, enrolment(dict(token.public.jwk), token, token=True)) == "ok"
    assert said(book, statement(token, 2)) == "ok"
    assert said(book, statement(RsaKey(other, "PS256"), 3)) == "ok"
    book.publish()
    report = audit(book.folder, book.log_key)
    assert not report.findings


def test_a_token_is_an_rsa_key(book: Ledger) -> None:
    with pytest.raises(ValueError, match="RSA"):
        enrolment(dict(HTX.public.jwk), token=True)
    new = acts.NewKey(jwk=convert(dict(HTX.public.jwk), acts.Jwk), admin=False, not_after=NOT_AFTER)
    payload = acts.write_act(acts.EnrolKey(actor="htx", key=new))
    for said in (b"true", b"false"):  # neither is there, nor is there another way to say nothing
        spoiled = payload.replace(b'Z"}', b'Z","token":' + said + b"}")
        assert spoiled != payload
        with pytest.raises(LedgerError):
            acts.read_act(spoiled)
