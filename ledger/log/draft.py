"""A draft: what is to be signed, by which keys, and the signatures gathered so far.

```json
{"checkpoint":{"root":"…","size":412},"format":"rice-ledger/draft@v1","origin":"rice.example/2026",
 "payload":"…","purpose":"sign_contract","signatures":[{"jwk":{…},"protected":"…","signature":""}]}
```

(canonical JSON). A signer's text is ``protected "." payload``, as RFC 7515 section 7.2.1 joins
them: the very bytes that get signed, wherever the file was carried meanwhile. ``jwk`` is the key
that the header names; a signature in a draft is good, or the draft is refused.

No signature binds ``checkpoint``, ``origin`` and ``purpose``. They say for which ledger a draft was
prepared, how far that was, and what for. ``origin`` has to be the one in the headers, where headers
have one; that ``purpose`` fits the payload is for readers of payloads to see (`rice.plain`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from ledger.errors import CODES, ConflictError, MalformedError, RefusedError, SignatureError, Words
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.keys import PublicKey, SigningKey, admit_key
from ledger.log.statement import (
    CREDENTIAL,
    STATEMENT_LENGTH_MAX,
    SignatureEntry,
    Statement,
    format_header,
    join,
    parse_statement,
    verify_signatures,
)

CODES |= {
    "malformed_draft": Words(
        "This is not a draft that can be signed: {what}.",
        "Đây không phải bản thảo ký được: {what}.",
    ),
    "draft_of_other_key": Words(
        "The draft is not for the key {kid} to sign. It is for: {kids}.",
        "Bản thảo không dành cho khóa {kid} ký. Nó dành cho: {kids}.",
    ),
    "draft_signed": Words(
        "The key {kid} has signed this draft already.",
        "Khóa {kid} đã ký bản thảo này rồi.",
    ),
    "draft_unsigned": Words(
        "Signatures are missing, of the keys {kids}. Let their holders sign the same file.",
        "Còn thiếu chữ ký của các khóa {kids}. Hãy để chủ khóa ký vào chính tệp này.",
    ),
}

Format = Literal["rice-ledger/draft@v1"]
FORMAT: Format = "rice-ledger/draft@v1"
DRAFT_LENGTH_MAX = 2 * STATEMENT_LENGTH_MAX
_ROOT_LENGTH = 32
NO_SIGNATURE = bytes(64)
"""Stands where a signature is missing, so that a draft is read as the statement it will be."""
_SIGNATURE_LENGTH_MAX = 1_024
_ED25519 = frozenset({"EdDSA", "Ed25519"})


class _Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    root: str
    size: Annotated[int, msgspec.Meta(ge=0, le=encoding.INTEGER_MAX)]


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jwk: dict[str, str]
    protected: str
    signature: str


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    checkpoint: _Checkpoint
    format: Format
    origin: str
    payload: str
    purpose: str
    signatures: Annotated[tuple[_Signature, ...], msgspec.Meta(min_length=1)]


class Signer(msgspec.Struct, frozen=True):
    """A key that is to sign: how its header names it, and with which algorithm."""

    key: PublicKey
    kid: str
    alg: str


class Slot(msgspec.Struct, frozen=True):
    """One signer's place: the text to sign, and the signature once it is there."""

    signer: Signer
    protected: str
    text: bytes
    signature: bytes = b""


class Draft(msgspec.Struct, frozen=True):
    """A draft that was read, or made. Signatures in it are good."""

    checkpoint: Checkpoint
    """Of the ledger that it was prepared for, at that time."""
    purpose: str
    unsigned: Statement
    """The statement it will be, with nothing or a stand-in where signatures belong."""
    slots: tuple[Slot, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return how the keys that have not signed yet are called."""
        return tuple(slot.signer.kid for slot in self.slots if not slot.signature)

    def slot_of(self, key: PublicKey) -> Slot:
        """Return the place where a key is to sign; refuse one not asked, or that has signed."""
        for slot in self.slots:
            if slot.signer.key.kid == key.kid:
                if slot.signature:
                    raise ConflictError("draft_signed", kid=key.kid)
                return slot
        kids = ", ".join(slot.signer.key.kid for slot in self.slots)
        raise RefusedError("draft_of_other_key", kid=key.kid, kids=kids)

    def sign(self, key: SigningKey) -> Draft:
        """Return the draft with one signature more: the key's, over the text of its slot."""
        slot = self.slot_of(key.public)
        if key.alg != slot.signer.alg and not {key.alg, slot.signer.alg} <= _ED25519:
            raise SignatureError("algorithm_refused", alg=slot.signer.alg, kid=key.public.kid)
        signature = key.sign(slot.text)
        # A token may do otherwise than it was asked; nobody would find out before it is sent.
        slot.signer.key.verify(slot.text, signature, slot.signer.alg)
        signed = msgspec.structs.replace(slot, signature=signature)
        slots = tuple(signed if one is slot else one for one in self.slots)
        return msgspec.structs.replace(self, slots=slots)

    def statement(self) -> bytes:
        """Return the statement, once everybody has signed."""
        if self.missing:
            raise RefusedError("draft_unsigned", kids=", ".join(self.missing))
        payload = encoding.encode_base64url(self.unsigned.payload)
        data = join(payload, [(slot.protected, slot.signature) for slot in self.slots])
        verify_signatures(
            parse_statement(data), {slot.signer.kid: slot.signer.key for slot in self.slots}
        )
        return data


def make_draft(
    payload: bytes, *, typ: str, signers: Sequence[Signer], checkpoint: Checkpoint, purpose: str
) -> Draft:
    """Return a draft that nobody has signed, for the ledger whose checkpoint it is."""
    ledger = None if typ == CREDENTIAL else checkpoint.origin
    blanks = [
        _Signature(dict(one.key.jwk), format_header(typ, one.alg, one.kid, ledger), signature="")
        for one in signers
    ]
    return parse_draft(_format(checkpoint, purpose, payload, blanks))


def parse_draft(data: bytes) -> Draft:
    """Return the draft that bytes spell, or refuse them."""
    # 1. One spelling, closed members.
    if len(data) > DRAFT_LENGTH_MAX:
        raise MalformedError("oversized", length=len(data), limit=DRAFT_LENGTH_MAX)
    encoding.check_canonical(data)
    try:
        written = msgspec.json.decode(data, type=_Written)
    except msgspec.ValidationError as error:
        raise MalformedError("malformed_draft", what=str(error)) from error
    # 2. What will be sent obeys the profile of statements: headers, kinds, number of signers.
    given = [encoding.decode_base64url(one.signature) for one in written.signatures]
    protected = [one.protected for one in written.signatures]
    filled = [signature or NO_SIGNATURE for signature in given]
    unsigned = parse_statement(join(written.payload, list(zip(protected, filled, strict=True))))
    _check_length(written.payload, protected)
    # 3. Headers are spelled as we spell them; where they name a ledger, it is the draft's.
    slots = []
    for one, entry, signature in zip(written.signatures, unsigned.signatures, given, strict=True):
        spelled = format_header(unsigned.typ, entry.alg, entry.kid, unsigned.ledger)
        if one.protected != spelled:
            raise MalformedError("malformed_draft", what="a header that is spelled otherwise")
        # 4. The key is the one that the header names, and does what the header says.
        signer = Signer(_key(one.jwk, unsigned.typ, entry), entry.kid, entry.alg)
        # 5. A signature that is there is good.
        if signature:
            signer.key.verify(entry.signing_input, signature, entry.alg)
        slots.append(Slot(signer, one.protected, entry.signing_input, signature))
    if unsigned.ledger not in (None, written.origin):
        raise MalformedError("malformed_draft", what="its origin is not the ledger in its headers")
    root = encoding.decode_base64(written.checkpoint.root)
    if len(root) != _ROOT_LENGTH:
        raise MalformedError("malformed_draft", what="a root that is no SHA-256")
    checkpoint = Checkpoint(written.origin, written.checkpoint.size, root)
    return Draft(checkpoint, written.purpose, unsigned, tuple(slots))


def format_draft(draft: Draft) -> bytes:
    """Return a draft as it is kept in a file."""
    signatures = [
        _Signature(
            dict(slot.signer.key.jwk), slot.protected, encoding.encode_base64url(slot.signature)
        )
        for slot in draft.slots
    ]
    return _format(draft.checkpoint, draft.purpose, draft.unsigned.payload, signatures)


def _format(
    checkpoint: Checkpoint, purpose: str, payload: bytes, signatures: Sequence[_Signature]
) -> bytes:
    written = _Written(
        checkpoint=_Checkpoint(encoding.encode_base64(checkpoint.root), checkpoint.size),
        format=FORMAT,
        origin=checkpoint.origin,
        payload=encoding.encode_base64url(payload),
        purpose=purpose,
        signatures=tuple(signatures),
    )
    return encoding.canonical_json(msgspec.to_builtins(written))


def _check_length(payload: str, protected: Sequence[str]) -> None:
    """Refuse what could not be sent once everybody has signed, however long signatures get."""
    longest = join(payload, [(head, bytes(_SIGNATURE_LENGTH_MAX)) for head in protected])
    if len(longest) > STATEMENT_LENGTH_MAX:
        raise MalformedError("oversized", length=len(longest), limit=STATEMENT_LENGTH_MAX)


def _key(jwk: Mapping[str, str], typ: str, entry: SignatureEntry) -> PublicKey:
    """Return the key of a slot. Only the ledger knows whether it may sign RS256 there."""
    key = admit_key(jwk, legacy_rs256=entry.alg == "RS256")
    # Only a credential's key stands behind a DID (`rice.case`).
    subject, _, name = entry.kid.rpartition("#")
    if name != key.kid or bool(subject) != (typ == CREDENTIAL) or dict(jwk) != dict(key.jwk):
        raise MalformedError("malformed_draft", what="a key that its header does not name")
    if entry.alg not in key.algorithms:
        raise SignatureError("algorithm_refused", alg=entry.alg, kid=key.kid)
    return key
