"""Public keys: strict admission, names, verification; and what a signing key must offer.

Admission decides once which keys may ever count. Libraries accept Ed25519 points of small order,
under which one signature fits every message, so they are refused here; so is every key that has a
second spelling. What a key may verify is its own list, never what a header says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ledger.errors import CODES, MalformedError, SignatureError, Words
from ledger.log import encoding

CODES |= {
    "key_small_order": Words(
        "Under this key one signature would fit every text. Make a new key.",
        "Với khóa này, một chữ ký khớp với mọi nội dung. Hãy tạo khóa mới.",
    ),
    "key_too_short": Words(
        "This RSA key has {bits} bits; at least {minimum} are needed. Make a new key.",
        "Khóa RSA này có {bits} bit; cần ít nhất {minimum} bit. Hãy tạo khóa mới.",
    ),
    "key_exponent": Words(
        "This RSA key has another exponent than 65537. Make a new key.",
        "Khóa RSA này có số mũ khác 65537. Hãy tạo khóa mới.",
    ),
}

_MEMBERS = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
"""Required members of a key, in the order RFC 7638 section 3.2 hashes them."""

_P25519 = 2**255 - 19
_D25519 = -121665 * pow(121666, -1, _P25519) % _P25519
_SMALL_ORDER_Y = frozenset(
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)
"""The y coordinates of the eight points whose order divides 8; the sign of x does not matter."""

_ED25519_LENGTH = 32
_RSA_BITS_MIN, _RSA_BITS_MAX = 2048, 8192
_RSA_EXPONENT = "AQAB"
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)

Verify = Callable[[bytes, bytes], object]
"""Takes a signature and a message; raises `InvalidSignature` or `ValueError` if they do not fit."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An admitted key: its name (RFC 7638), its required JWK members, and what it may verify."""

    kid: str
    jwk: Mapping[str, str] = field(hash=False)
    algorithms: tuple[str, ...]
    verifiers: Mapping[str, Verify] = field(repr=False, compare=False)
    """One for each of the algorithms, bound to the key as the library has loaded it."""

    def verify(self, message: bytes, signature: bytes, alg: str) -> None:
        """Raise unless the signature is this key's over the message."""
        verify = self.verifiers.get(alg)
        if verify is None:
            raise SignatureError("algorithm_refused", alg=alg, kid=self.kid)
        try:
            verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise SignatureError("signature_bad", kid=self.kid) from error


class SigningKey(Protocol):
    """Whatever can sign: a key in memory, a token, a device."""

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""

    @property
    def alg(self) -> str:
        """The JOSE name of its algorithm."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature in its JOSE form."""


class Ed25519SigningKey:
    """An Ed25519 key in memory."""

    alg = "EdDSA"

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.public = admit_key(ed25519_jwk(raw))

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519SigningKey:
        """Return the key of a 32-byte seed (RFC 8032 section 5.1.5)."""
        if len(seed) != _ED25519_LENGTH:
            raise MalformedError("key_refused", why="a seed has 32 bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def secret(self) -> bytes:
        """Return the 32 bytes this key follows from."""
        return self._private.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._private.sign(message)


class EcdsaSigningKey:
    """A key of P-256, P-384 or P-521 in memory (ES256, ES384, ES512; RFC 7518 section 3.4).

    Signatures follow from key and message alone (RFC 6979).
    """

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        crv = next(
            (crv for crv, one in _CURVES.items() if one.curve.name == private.curve.name), None
        )
        if crv is None:
            raise MalformedError("key_refused", why=f"only {', '.join(_CURVES)} among EC keys")
        self._private = private
        self._curve = _CURVES[crv]
        self.alg = self._curve.alg
        numbers = private.public_key().public_numbers()
        self.public = admit_key(_ec_jwk(crv, numbers), wide_curves=True)

    @classmethod
    def from_number(cls, secret: int, crv: str = "P-256") -> EcdsaSigningKey:
        """Return the key of a secret number, 1 to the order of the curve less 1."""
        try:
            return cls(ec.derive_private_key(secret, _CURVES[crv].curve))
        except ValueError as error:
            raise MalformedError("key_refused", why=f"not a {crv} secret") from error

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> EcdsaSigningKey:
        """Return the key in a PEM file."""
        try:
            private = load_pem_private_key(pem, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise MalformedError("key_refused", why="not a PEM key, or another password") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise MalformedError("key_refused", why=f"only {', '.join(_CURVES)} among PEM keys")
        return cls(private)

    @property
    def secret(self) -> bytes:
        """Return the bytes this key follows from, as many as its curve's coordinates have."""
        return self._private.private_numbers().private_value.to_bytes(self._curve.length, "big")

    def sign(self, message: bytes) -> bytes:
        """Return r and s, each as long as the curve's coordinates: 32, 48 or 66 bytes."""
        length = self._curve.length
        r, s = decode_dss_signature(self._private.sign(message, self._curve.ecdsa))
        return r.to_bytes(length, "big") + s.to_bytes(length, "big")


MemoryKey = Ed25519SigningKey | EcdsaSigningKey
"""A key whose secret is at hand; any other signs only where its device is."""


def key_from_secret(secret: bytes, alg: str) -> MemoryKey:
    """Return the key that secret bytes give for an algorithm that signs in memory."""
    if alg == Ed25519SigningKey.alg:
        return Ed25519SigningKey.from_seed(secret)
    crv = next(name for name, curve in _CURVES.items() if curve.alg == alg)
    return EcdsaSigningKey.from_number(int.from_bytes(secret), crv)


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return a key's RFC 7638 name: SHA-256 of its required members in order, base64url."""
    names = _MEMBERS.get(jwk.get("kty", ""), ())
    if not names or not all(isinstance(jwk.get(name), str) for name in names):
        raise MalformedError("key_refused", why="not the members of a known key type")
    members = {name: jwk[name] for name in names}
    return encoding.encode_base64url(sha256(encoding.canonical_json(members)).digest())


def ed25519_jwk(raw: bytes) -> dict[str, str]:
    """Return the JWK of 32 public bytes (RFC 8037 section 2)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": encoding.encode_base64url(raw)}


def p256_jwk(point: bytes) -> dict[str, str]:
    """Return the JWK of a P-256 point of 33 bytes, compressed as SEC 1 section 2.3.3 does."""
    curve = _CURVES["P-256"]
    if len(point) != curve.length + 1:
        raise MalformedError("key_refused", why="not a compressed point")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise MalformedError("key_refused", why="not a point of P-256") from error
    return _ec_jwk("P-256", key.public_numbers())


def _ec_jwk(crv: str, numbers: ec.EllipticCurvePublicNumbers) -> dict[str, str]:
    """Return the JWK of a point (RFC 7518 section 6.2.1)."""
    coordinates = {
        name: encoding.encode_base64url(value.to_bytes(_CURVES[crv].length, "big"))
        for name, value in (("x", numbers.x), ("y", numbers.y))
    }
    return {"kty": "EC", "crv": crv, **coordinates}


def admit_key(
    jwk: Mapping[str, str], *, legacy_rs256: bool = False, wide_curves: bool = False
) -> PublicKey:
    """Return a key that may count, or refuse it.

    A member beyond those of its type is refused, but for a ``kid`` equal to the thumbprint, an
    ``alg`` that the key has and ``use: sig``. ``legacy_rs256`` lets an RSA key of an old Vietnamese
    token verify RS256 beside PS256; ``wide_curves`` admits P-384 and P-521, with which
    credentials are signed that make no entry.
    """
    if not all(isinstance(part, str) for member in jwk.items() for part in member):
        raise MalformedError("key_refused", why="members are text")
    return _admit(tuple(sorted(jwk.items())), legacy_rs256, wide_curves)


@lru_cache(maxsize=65_536)
def _admit(
    items: tuple[tuple[str, str], ...],
    legacy_rs256: bool,  # noqa: FBT001  (the cache's key)
    wide_curves: bool,  # noqa: FBT001
) -> PublicKey:
    jwk = dict(items)
    kid, alg, use = (jwk.pop(name, None) for name in ("kid", "alg", "use"))
    if tuple(sorted(jwk)) != _MEMBERS.get(jwk.get("kty", "")):
        raise MalformedError("key_refused", why="not the members of a known key type")
    name = thumbprint(jwk)
    if kid not in (None, name):
        raise MalformedError("key_refused", why="kid is not the thumbprint")
    if jwk["kty"] == "OKP":
        verifiers = _load_ed25519(jwk)
    elif jwk["kty"] == "EC":
        verifiers = _load_ec(jwk, _CURVES if wide_curves else _ENROLLED_CURVES)
    else:
        verifiers = _load_rsa(jwk)
        if not legacy_rs256:
            del verifiers["RS256"]
    if use not in (None, "sig") or alg not in (None, *verifiers):
        raise MalformedError("key_refused", why="use or alg do not fit the key")
    return PublicKey(name, jwk, tuple(verifiers), verifiers)


def _load_ed25519(jwk: Mapping[str, str]) -> dict[str, Verify]:
    raw = encoding.decode_base64url(jwk["x"])
    if jwk["crv"] != "Ed25519" or len(raw) != _ED25519_LENGTH:
        raise MalformedError("key_refused", why="only Ed25519 among OKP keys")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y % _P25519 in _SMALL_ORDER_Y:
        raise MalformedError("key_small_order")
    if y >= _P25519:
        raise MalformedError("key_refused", why="a number with a second spelling")
    # RFC 8032 section 5.1.3: x^2 = (y^2 - 1) / (d y^2 + 1) has to be a square. The library would
    # only find out when it verifies.
    square = (y * y - 1) * pow(_D25519 * y * y + 1, -1, _P25519)
    if pow(square, (_P25519 - 1) // 2, _P25519) != 1:
        raise MalformedError("key_refused", why="not a point of the curve")
    # The library refuses S of L and above, so that a signature has no second spelling.
    verify = Ed25519PublicKey.from_public_bytes(raw).verify
    return {"EdDSA": verify, "Ed25519": verify}


@dataclass(frozen=True, slots=True)
class _Curve:
    curve: ec.EllipticCurve
    length: int
    alg: str
    ecdsa: ec.ECDSA


def _curve(curve: ec.EllipticCurve, alg: str, digest: hashes.HashAlgorithm) -> _Curve:
    length = (curve.key_size + 7) // 8
    return _Curve(curve, length, alg, ec.ECDSA(digest, deterministic_signing=True))


_CURVES = {
    "P-256": _curve(ec.SECP256R1(), "ES256", hashes.SHA256()),
    "P-384": _curve(ec.SECP384R1(), "ES384", hashes.SHA384()),
    "P-521": _curve(ec.SECP521R1(), "ES512", hashes.SHA512()),
}
_ENROLLED_CURVES = {"P-256": _CURVES["P-256"]}


def _load_ec(jwk: Mapping[str, str], curves: Mapping[str, _Curve]) -> dict[str, Verify]:
    curve = curves.get(jwk["crv"])
    if curve is None:
        raise MalformedError("key_refused", why=f"only {', '.join(curves)} among EC keys")
    x, y = (encoding.decode_base64url(jwk[name]) for name in ("x", "y"))
    if len(x) != curve.length or len(y) != curve.length:
        raise MalformedError("key_refused", why="not the length of the curve's coordinates")
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve.curve
    )
    try:
        loaded = numbers.public_key()
    except ValueError as error:
        raise MalformedError("key_refused", why="not a point of the curve") from error
    if loaded.public_numbers() != numbers:  # the library takes them modulo the prime
        raise MalformedError("key_refused", why="a number with a second spelling")
    length, algorithm = curve.length, curve.ecdsa

    def verify(signature: bytes, message: bytes) -> None:
        # r and s at full length (RFC 7518 section 3.4); the library wants them as DER.
        if len(signature) != 2 * length:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:length], "big"), int.from_bytes(signature[length:], "big")
        loaded.verify(encode_dss_signature(r, s), message, algorithm)

    return {curve.alg: verify}


def _load_rsa(jwk: Mapping[str, str]) -> dict[str, Verify]:
    modulus = encoding.decode_base64url(jwk["n"])
    n = int.from_bytes(modulus, "big")
    if n.bit_length() < _RSA_BITS_MIN:
        raise MalformedError("key_too_short", bits=n.bit_length(), minimum=_RSA_BITS_MIN)
    if jwk["e"] != _RSA_EXPONENT:
        raise MalformedError("key_exponent")
    if n.bit_length() > _RSA_BITS_MAX:
        raise MalformedError("key_refused", why=f"RSA keys have at most {_RSA_BITS_MAX} bits")
    if modulus[0] == 0:
        raise MalformedError("key_refused", why="a number with a leading zero")
    try:
        loaded = rsa.RSAPublicNumbers(65537, n).public_key()
    except ValueError as error:
        raise MalformedError("key_refused", why="not an RSA key") from error

    def verify_pss(signature: bytes, message: bytes) -> None:
        loaded.verify(signature, message, _PSS, hashes.SHA256())

    def verify_pkcs1(signature: bytes, message: bytes) -> None:
        loaded.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())

    return {"PS256": verify_pss, "RS256": verify_pkcs1}
