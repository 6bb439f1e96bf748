from __future__ import annotations

import itertools
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding, keys
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, admit_key, ed25519_jwk

RFC8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# The eight points of small order with both signs of x, and encodings of y = p and p + 1.
UNFIT_POINTS = [
    "00" * 32,
    "00" * 31 + "80",
    "01" + "00" * 31,
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 31,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ed" + "ff" * 30 + "7f",
    "ed" + "ff" * 31,
    "ee" + "ff" * 30 + "7f",
    "ee" + "ff" * 31,
    "ff" * 31 + "7f",
]
ED = Ed25519SigningKey.from_seed(bytes(range(32)))
ES = EcdsaSigningKey.from_number(20261124)
WIDTHS = tuple(EcdsaSigningKey.from_number(20261124, crv) for crv in ("P-256", "P-384", "P-521"))
# RFC 6979 appendices A.2.5 to A.2.7: the message "sample" under the hash of the JOSE algorithm.
# Curve, algorithm, secret number, r and s.
RFC_6979 = tuple(
    line.split()
    for line in """
P-256 ES256 c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721 \
efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716 \
f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8
P-384 ES384 \
6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5 \
94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46 \
99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8
P-521 ES512 \
00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75ca\
a896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538 \
00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e\
25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa \
00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af2826\
23eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a
""".strip().splitlines()
)


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def rsa_jwk(n: int, e: int = 65537) -> dict[str, str]:
    return {
        "kty": "RSA",
        "n": encoding.encode_base64url(n.to_bytes(-(-n.bit_length() // 8), "big")),
        "e": encoding.encode_base64url(e.to_bytes(-(-e.bit_length() // 8), "big")),
    }


def test_published_thumbprint() -> None:
    assert keys.thumbprint(RFC8037) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert admit_key(RFC8037).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_published_key_follows_from_its_seed() -> None:
    seed = encoding.decode_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    key = Ed25519SigningKey.from_seed(seed)
    assert key.public == admit_key(RFC8037)
    assert key.secret == seed


@pytest.mark.parametrize("key", [ES, Ed25519SigningKey.from_seed(bytes(range(32)))])
def test_a_key_is_made_again_from_its_secret(key: keys.MemoryKey) -> None:
    again = keys.key_from_secret(key.secret, key.alg)
    assert again.public == key.public
    assert again.sign(b"the same") == key.sign(b"the same")


@pytest.mark.parametrize("point", UNFIT_POINTS)
def test_a_point_that_fits_every_message_is_refused(point: str) -> None:
    with pytest.raises(MalformedError):
        admit_key(ed25519_jwk(bytes.fromhex(point)))


def test_the_library_alone_would_let_one_signature_fit_every_message() -> None:
    # Why admission is strict: if this ever raises, the library has become strict too.
    unfit = Ed25519PublicKey.from_public_bytes(bytes.fromhex(UNFIT_POINTS[2]))
    unfit.verify(bytes.fromhex(UNFIT_POINTS[2]) + bytes(32), b"anything")


def test_bytes_that_are_no_point_are_refused() -> None:
    refused = 0
    for y in range(2, 40):
        try:
            admit_key(ed25519_jwk(y.to_bytes(32, "little")))
        except MalformedError:
            refused += 1
    # About half of all numbers are the y of a point.
    assert 10 <= refused <= 28


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AA"},
        RFC8037 | {"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
        RFC8037 | {"kid": "k1"},
        RFC8037 | {"alg": "ES256"},
        RFC8037 | {"use": "enc"},
        RFC8037 | {"crv": "X25519"},
        RFC8037 | {"crv": "Ed448"},
        RFC8037 | {"x": RFC8037["x"] + "="},
        RFC8037 | {"x": RFC8037["x"][:-1] + "p"},
        RFC8037 | {"x": RFC8037["x"][:-2]},
        RFC8037 | {"x": 5},
        {"kty": "OKP", "crv": "Ed25519"},
        {**ES.public.jwk, "crv": "secp256k1"},
        {**ES.public.jwk, "crv": "P-384"},
        {**ES.public.jwk, "y": ES.public.jwk["x"]},
        {**ES.public.jwk, "x": "AA" + ES.public.jwk["x"]},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    ],
)
def test_other_keys_are_refused(jwk: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        admit_key(jwk)


def test_a_coordinate_has_one_spelling() -> None:
    """The library takes coordinates modulo the prime: five plus the prime is five again."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    square = (5**3 - 3 * 5 + b) % prime
    y = pow(square, (prime + 1) // 4, prime)
    assert y * y % prime == square

    def jwk(x: int) -> dict[str, str]:
        spelled = (encoding.encode_base64url(one.to_bytes(32, "big")) for one in (x, y))
        return {"kty": "EC", "crv": "P-256", **dict(zip("xy", spelled, strict=True))}

    admit_key(jwk(5))
    with pytest.raises(MalformedError):
        admit_key(jwk(5 + prime))


def test_what_a_key_says_about_itself_is_accepted_if_true() -> None:
    known = admit_key(RFC8037)
    spoken = admit_key(RFC8037 | {"kid": known.kid, "alg": "EdDSA", "use": "sig"})
    assert (spoken.kid, spoken.jwk) == (known.kid, RFC8037)


def test_both_names_of_the_one_algorithm_are_listed() -> None:
    signature = ED.sign(b"rice")
    for alg in ("EdDSA", "Ed25519"):
        ED.public.verify(b"rice", signature, alg)
    with pytest.raises(SignatureError):
        ED.public.verify(b"rice", signature, "ES256")


@pytest.mark.parametrize("key", [ED, *WIDTHS])
def test_every_bit_of_a_signature_counts(key: Ed25519SigningKey | EcdsaSigningKey) -> None:
    signature = key.sign(b"rice")
    key.public.verify(b"rice", signature, key.alg)
    for position, bit in itertools.product(range(len(signature)), (0, 7)):
        bent = bytearray(signature)
        bent[position] ^= 1 << bit
        with pytest.raises(SignatureError):
            key.public.verify(b"rice", bytes(bent), key.alg)
    padded = signature[:32] + b"\0" + signature[32:]
    for other in (b"", signature[:-1], signature + b"\0", padded, bytes(64)):
        with pytest.raises(SignatureError):
            key.public.verify(b"rice", other, key.alg)
    with pytest.raises(SignatureError):
        key.public.verify(b"Rice", signature, key.alg)


def test_a_second_spelling_of_an_ed25519_signature_is_refused() -> None:
    signature = ED.sign(b"rice")
    s = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    with pytest.raises(SignatureError):
        ED.public.verify(b"rice", signature[:32] + s.to_bytes(32, "little"), "EdDSA")


def test_an_es256_signature_has_a_twin() -> None:
    # (r, n - s) verifies too: the reason why a statement has a digest of what was signed.
    signature = ES.sign(b"rice")
    s = P256_ORDER - int.from_bytes(signature[32:], "big")
    ES.public.verify(b"rice", signature[:32] + s.to_bytes(32, "big"), "ES256")


@pytest.mark.parametrize("case", RFC_6979, ids=lambda case: case[0])
def test_published_deterministic_signatures(case: list[str]) -> None:
    crv, alg, secret, r, s = case
    key = EcdsaSigningKey.from_number(int(secret, 16), crv)
    signature = key.sign(b"sample")
    assert (key.alg, signature.hex()) == (alg, r + s)
    key.public.verify(b"sample", signature, alg)
    for other in RFC_6979:
        if other[1] != alg:
            with pytest.raises(SignatureError):
                key.public.verify(b"sample", signature, other[1])


@pytest.mark.parametrize("key", WIDTHS)
def test_a_pem_key_reads_back(key: EcdsaSigningKey) -> None:
    pem = key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert EcdsaSigningKey.from_pem(pem).public == key.public
    ed_pem = ED._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    koblitz = ec.derive_private_key(7, ec.SECP256K1())
    other_curve = koblitz.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for other in (ed_pem, other_curve, b"", pem[:-40]):
        with pytest.raises(MalformedError):
            EcdsaSigningKey.from_pem(other)


@pytest.mark.parametrize("key", WIDTHS[1:])
def test_a_wide_key_is_not_admitted_where_entries_are_signed(key: EcdsaSigningKey) -> None:
    with pytest.raises(MalformedError):
        admit_key(key.public.jwk)
    assert admit_key(key.public.jwk, wide_curves=True) == key.public


@pytest.mark.parametrize("secret", [0, P256_ORDER, -1])
def test_a_secret_outside_the_group_is_refused(secret: int) -> None:
    with pytest.raises(MalformedError):
        EcdsaSigningKey.from_number(secret)
    with pytest.raises(MalformedError):
        Ed25519SigningKey.from_seed(bytes(31))


def test_rsa_keys_of_tokens(rsa_key: rsa.RSAPrivateKey) -> None:
    jwk = rsa_jwk(rsa_key.public_key().public_numbers().n)
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    modern, legacy = admit_key(jwk), admit_key(jwk, legacy_rs256=True)
    signature = rsa_key.sign(b"rice", pss, hashes.SHA256())
    modern.verify(b"rice", signature, "PS256")
    old = rsa_key.sign(b"rice", padding.PKCS1v15(), hashes.SHA256())
    legacy.verify(b"rice", old, "RS256")
    for key, bad, alg in [
        (modern, old, "RS256"),
        (modern, old, "PS256"),
        (legacy, signature, "RS256"),
        (modern, signature[:-1], "PS256"),
    ]:
        with pytest.raises(SignatureError):
            key.verify(b"rice", bad, alg)
    short_salt = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=20)
    with pytest.raises(SignatureError):
        modern.verify(b"rice", rsa_key.sign(b"rice", short_salt, hashes.SHA256()), "PS256")


@pytest.mark.parametrize(
    "jwk",
    [
        rsa_jwk(2**2046 + 1),
        rsa_jwk(2**8192 + 1),
        rsa_jwk(2**2047 + 1, 3),
        rsa_jwk(2**2047 + 1, 65539),
        rsa_jwk(2**2047 + 1) | {"n": encoding.encode_base64url(bytes(1) + b"\xff" * 256)},
        rsa_jwk(2**2047 + 1) | {"e": "AAEAAQ"},
    ],
)
def test_weak_or_odd_rsa_keys_are_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(MalformedError):
        admit_key(jwk)
