"""Signing with PKCS#11 tokens: the secret never leaves the token; it signs what it is handed.

A token signs ES256 (it is handed the SHA-256 of the text and returns r and s), EdDSA, PS256, and
RS256 where it is told to; whether the ledger takes RS256 of a key, its enrolment says.

Importing this takes ``python-pkcs11``, which comes with the part ``[token]`` of this program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from pkcs11 import MGF, Attribute, KeyType, Mechanism, ObjectClass, TokenFlag

from ledger.errors import LedgerError, MalformedError, NotFoundError, RefusedError
from ledger.log import encoding
from ledger.log.keys import PublicKey, admit_key, ed25519_jwk
from ledger.tokens.naming import TokenName, format_token_name, parse_token_name

AskPin = Callable[[str], str]
"""Takes the label of a token and returns its PIN."""

_P256 = bytes.fromhex("06082a8648ce3d030107")
_ED25519 = (bytes.fromhex("06032b6570"), b"\x13\x0cedwards25519")
"""CKA_EC_PARAMS: an OID (RFC 8410 section 3), or a curve's name as PKCS#11 3.0 also writes it."""
_P256_POINT, _ED25519_POINT = 65, 32


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token that is plugged in, and the keys it shows without a PIN."""

    label: str
    serial: str
    maker: str
    model: str
    keys: tuple[TokenKeyShown, ...]


@dataclass(frozen=True, slots=True)
class TokenKeyShown:
    """A key on a token: its address, and its public half or why that may never count."""

    address: str
    public: PublicKey | LedgerError


class TokenKey:
    """A key on a token whose session is open."""

    def __init__(self, private: Any, public: PublicKey, alg: str) -> None:  # noqa: ANN401  (an object of the library)
        self._private = private
        self.public = public
        self.alg = alg

    def using(self, alg: str) -> TokenKey:
        """Return the same key, to sign with another algorithm of its kind."""
        return TokenKey(self._private, self.public, alg)

    def sign(self, message: bytes) -> bytes:
        """Return the signature in its JOSE form (RFC 7518 sections 3.3 to 3.5, RFC 8037)."""
        pss = (Mechanism.SHA256, MGF.SHA256, 32)
        how: Mapping[str, tuple[bytes, Any, Any]] = {
            # ECDSA_SHA256 is not to be had everywhere; what the token would hash is hashed here.
            "ES256": (sha256(message).digest(), Mechanism.ECDSA, None),
            "EdDSA": (message, Mechanism.EDDSA, None),
            "PS256": (message, Mechanism.SHA256_RSA_PKCS_PSS, pss),
            "RS256": (message, Mechanism.SHA256_RSA_PKCS, None),
        }
        data, mechanism, parameter = how["EdDSA" if self.alg == "Ed25519" else self.alg]
        try:
            signature: bytes = self._private.sign(
                data, mechanism=mechanism, mechanism_param=parameter
            )
        except pkcs11.PKCS11Error as error:
            raise RefusedError("token_refused", alg=self.alg, what=_cause(error)) from error
        return signature


@contextmanager
def opened_key(address: str, ask: AskPin) -> Iterator[TokenKey]:
    """Give the key of a PKCS#11 URI while its token is open.

    Raises `NotFoundError` unless one token and one key fit, and `RefusedError` for a PIN that does
    not open the token, or a key that may never count.
    """
    name = parse_token_name(address)
    fitting = [token for token in _tokens(name.module) if _fits(token, name)]
    if len(fitting) != 1:
        raise NotFoundError("token_missing", count=len(fitting), address=address)
    (token,) = fitting
    with _session(token, ask(token.label)) as session:
        privates = _find(session, "PRIVATE_KEY", name)
        if len(privates) != 1:
            raise NotFoundError("token_key_missing", count=len(privates), address=address)
        jwk = _jwk_of(session, privates[0])
        if jwk is None:
            raise NotFoundError("token_key_missing", count=0, address=address)
        public = admit_key(jwk, legacy_rs256=True)
        yield TokenKey(privates[0], public, public.algorithms[0])


def list_tokens(module: str) -> list[TokenShown]:
    """Return the tokens that a library sees, with the keys that they show without a PIN."""
    shown = []
    for token in _tokens(module):
        name = TokenName(module, token.label, token.serial.decode(errors="replace").strip())
        keys = []
        with _session(token, None) as session:
            for found in session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY}):
                own = name._replace(label=found[Attribute.LABEL], id=found[Attribute.ID])
                keys.append(TokenKeyShown(format_token_name(own), _admitted(found)))
        maker, model = token.manufacturer_id.strip(), token.model.strip()
        shown.append(TokenShown(token.label, name.serial, maker, model, tuple(keys)))
    return shown


def _tokens(module: str) -> list[pkcs11.Token]:
    """Return the tokens that are there and have been set up."""
    try:
        tokens = list(pkcs11.lib(module).get_tokens())
    except pkcs11.PKCS11Error as error:
        raise NotFoundError("token_module", module=module, what=_cause(error)) from error
    return [token for token in tokens if token.flags & TokenFlag.TOKEN_INITIALIZED]


def _fits(token: pkcs11.Token, name: TokenName) -> bool:
    serial = token.serial.decode(errors="replace").strip()
    return name.token in ("", token.label) and name.serial in ("", serial)


@contextmanager
def _session(token: pkcs11.Token, pin: str | None) -> Iterator[pkcs11.Session]:
    """Open a token; its PIN is used here and kept nowhere."""
    try:
        session = token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise RefusedError("pin_wrong", token=token.label) from error
    except pkcs11.PinLocked as error:
        raise RefusedError("pin_locked", token=token.label) from error
    except pkcs11.PKCS11Error as error:
        raise NotFoundError("token_module", module=token.label, what=_cause(error)) from error
    with session:
        yield session


def _find(session: pkcs11.Session, kind: str, name: TokenName) -> list[Any]:

    wanted: dict[Any, Any] = {Attribute.CLASS: ObjectClass[kind]}
    if name.label:
        wanted[Attribute.LABEL] = name.label
    if name.id:
        wanted[Attribute.ID] = name.id
    return list(session.get_objects(wanted))


def _jwk_of(session: pkcs11.Session, private: Any) -> dict[str, str] | None:  # noqa: ANN401  (as above)
    """Return the public half of a key: the object of the same id, else in a certificate."""
    name = TokenName("", label=private[Attribute.LABEL], id=private[Attribute.ID])
    name = name._replace(label="") if name.id else name
    for found in _find(session, "PUBLIC_KEY", name):
        return _read_jwk(found)
    for found in _find(session, "CERTIFICATE", name):
        return _certified_jwk(found[Attribute.VALUE])
    return None


def _admitted(public: Any) -> PublicKey | LedgerError:  # noqa: ANN401  (as above)
    try:
        return admit_key(_read_jwk(public), legacy_rs256=True)
    except LedgerError as refusal:
        return refusal


def _read_jwk(public: Any) -> dict[str, str]:  # noqa: ANN401  (as above)

    kind = public.key_type
    if kind == KeyType.RSA:
        return _rsa_jwk(public[Attribute.MODULUS], public[Attribute.PUBLIC_EXPONENT])
    if kind not in {KeyType.EC, KeyType.EC_EDWARDS}:
        raise MalformedError("key_refused", why="not the members of a known key type")
    curve, point = public[Attribute.EC_PARAMS], _point(public[Attribute.EC_POINT])
    if curve == _P256 and len(point) == _P256_POINT:
        return _p256_jwk(point)
    if curve in _ED25519 and len(point) == _ED25519_POINT:
        return ed25519_jwk(point)
    raise MalformedError("key_refused", why="only P-256 and Ed25519 among curves")


def _point(data: bytes) -> bytes:
    """Return a point without the DER octet string that PKCS#11 wraps it in, and some tokens not."""
    is_wrapped = data[:1] == b"\x04" and len(data) > 1 and data[1] == len(data) - 2
    return data[2:] if is_wrapped else data


def _rsa_jwk(modulus: bytes, exponent: bytes) -> dict[str, str]:
    n, e = modulus.lstrip(b"\0"), exponent.lstrip(b"\0")
    return {"kty": "RSA", "n": encoding.encode_base64url(n), "e": encoding.encode_base64url(e)}


def _p256_jwk(point: bytes) -> dict[str, str]:
    x, y = point[1:33], point[33:]
    names = {"x": encoding.encode_base64url(x), "y": encoding.encode_base64url(y)}
    return {"kty": "EC", "crv": "P-256", **names}


def _certified_jwk(certificate: bytes) -> dict[str, str]:
    """Return the key in a certificate, which for its signatures is no more than a container."""
    try:
        public = load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise MalformedError("key_refused", why="not a certificate") from error
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        n, e = (value.to_bytes(-(-value.bit_length() // 8)) for value in (numbers.n, numbers.e))
        return _rsa_jwk(n, e)
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return _p256_jwk(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    raise MalformedError("key_refused", why="only P-256 and RSA among certified keys")


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
