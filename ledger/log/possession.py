"""Proof that somebody has a key: shown to a registrar before the key is enrolled, or to sign in.

A compact JWS over ``{"holder","jwk","nonce"}`` in canonical JSON, with the header of an act but for
its ``typ``, which no ledger takes as a statement. The registrar gives the nonce, so that a proof is
not an old one; ``ledger`` in the header says for which ledger it is.

Who signs in to read what is private proves a registered key in the same form under another ``typ``,
so that neither proof is good for the other purpose.

The ledger itself reads neither: there, a key proves itself by signing the act that enrols it.
"""

from __future__ import annotations

from msgspec import MsgspecError, Struct, convert

from ledger.errors import CODES, MalformedError, SignatureError, Words
from ledger.log import encoding
from ledger.log.keys import PublicKey, SigningKey, admit_key
from ledger.log.statement import join_compact

CODES |= {
    "possession_refused": Words(
        "This does not prove that {holder} has the key: {what}. Ask for a new proof.",
        "Chưa chứng minh được {holder} giữ khóa này: {what}. Hãy yêu cầu bản chứng minh mới.",
    ),
}

POSSESSION = "rice-key+jws"
SESSION = "rice-session+jws"
LENGTH_MAX = 10_000


class _Claim(Struct, frozen=True, forbid_unknown_fields=True):
    holder: str
    jwk: dict[str, str]
    nonce: str


def prove_possession(
    key: SigningKey, *, holder: str, ledger: str, nonce: str, typ: str = POSSESSION
) -> bytes:
    """Return the proof that whoever runs this has the key."""
    protected, payload = _parts(key.public, key.alg, typ, holder, ledger, nonce)
    return join_compact(protected, payload, key.sign(f"{protected}.{payload}".encode("ascii")))


def check_possession(
    proof: bytes, *, holder: str, ledger: str, nonce: str, typ: str = POSSESSION
) -> PublicKey:
    """Return the key that is proved to be the holder's, for this ledger and nonce; or refuse.

    Raises `MalformedError` for a key that may never count.
    """
    if len(proof) > LENGTH_MAX:
        raise MalformedError("oversized", length=len(proof), limit=LENGTH_MAX)
    protected, _, rest = proof.partition(b".")
    payload, _, signature = rest.partition(b".")
    try:
        claim = convert(encoding.check_canonical(encoding.decode_base64url(payload)), _Claim)
        alg = str(encoding.check_canonical(encoding.decode_base64url(protected)).get("alg"))
        signed = encoding.decode_base64url(signature)
    except (MsgspecError, MalformedError, AttributeError) as error:
        raise MalformedError("malformed", what="a proof of possession") from error
    key = admit_key(claim.jwk, legacy_rs256=True)
    expected = _parts(key, alg, typ, holder, ledger, nonce)
    if (protected.decode("ascii"), payload.decode("ascii")) != expected:
        raise SignatureError("possession_refused", holder=holder, what="holder, ledger or nonce")
    key.verify(protected + b"." + payload, signed, alg)
    return key


def _parts(
    key: PublicKey, alg: str, typ: str, holder: str, ledger: str, nonce: str
) -> tuple[str, str]:
    """Return header and payload in base64url, in their one spelling: they are compared whole."""
    header = {"alg": alg, "kid": key.kid, "ledger": ledger, "typ": typ}
    claim = {"holder": holder, "jwk": dict(key.jwk), "nonce": nonce}
    head, body = (encoding.encode_base64url(encoding.canonical_json(x)) for x in (header, claim))
    return head, body
