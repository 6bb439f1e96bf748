"""Reads one statement by itself: parses it, understands it, verifies its signatures.

Of a draft the statement is signed first, and then read like any other.

That needs no order and no facts but public keys, so it can be done ahead of the one thread that
judges: in other threads, or in child processes that run `serve` (see `readers`). A signature is
verified with keys that are named by the hash of themselves; whether such a key counts, and for
whom, is the rulebook's question.

A child process starts with this module, so it imports no more than reading takes.
"""

from __future__ import annotations

import pickle
import signal
import socket
from collections.abc import Mapping

from msgspec import Struct

from ledger.errors import LedgerError
from ledger.log.keys import PublicKey, SigningKey, admit_key, key_from_secret
from ledger.log.statement import SignatureEntry, Statement, parse_statement, verify_signatures
from ledger.rice.acts import Act, offered_keys
from ledger.rice.case import Body, Meaning, admitted, open_meaning
from ledger.unsigned import Body as Said
from ledger.unsigned import Unsigned, sealed

BUFFER_BYTES = 1 << 18
PROTOCOL = pickle.HIGHEST_PROTOCOL
READY = "ready"
"""The first word of a child process."""


class Opened(Struct, frozen=True, gc=False):
    """A statement read: what it says, and whether its signatures were verified.

    Only a key that was not at hand leaves them unverified; a bad one is a refusal.
    """

    meaning: Meaning
    is_verified: bool


Told = tuple[
    bytes, bytes, str, str, str | None, bytes, str, str, bytes, Body, tuple[str, ...], bool
]
"""An `Opened` in compact serialisation. Its bytes come first, but not where they were sent."""

Asked = bytes | tuple[Said, tuple[str, ...], str, str | None]
"""A statement, or a draft of one with its keys by name."""
Sent = tuple[list[tuple[dict[str, str], bool]], list[tuple[bytes, str]], list[Asked]]
"""What a child is sent: JWKs, and secrets with their algorithm, of keys new to it; what to read."""


def open_statement(data: bytes, keys: Mapping[str, PublicKey]) -> Opened:
    """Return a statement, read with keys by thumbprint and those it brings; or refuse it."""
    meaning = open_meaning(parse_statement(data))
    brought = brought_keys(meaning)
    if brought:
        keys = {kid: keys[kid] for kid in meaning.kids if kid in keys} | brought
    return Opened(meaning, is_signed(meaning, keys))


def brought_keys(meaning: Meaning) -> dict[str, PublicKey]:
    """Return the keys a statement would enrol, admitted; refuse one that may never count."""
    if not isinstance(meaning.body, Act):
        return {}
    keys = [admitted(new) for new in offered_keys(meaning.body)]
    return {key.kid: key for key in keys}


def is_signed(meaning: Meaning, keys: Mapping[str, PublicKey]) -> bool:
    """Verify the signatures if all keys are at hand, by thumbprint; raise when one is not good."""
    if not all(kid in keys for kid in meaning.kids):
        return False
    signers = zip(meaning.statement.signatures, meaning.kids, strict=True)
    verify_signatures(meaning.statement, {one.kid: keys[kid] for one, kid in signers})
    return True


def tell(opened: Opened, data: bytes) -> Told | None:
    """Return what a child says of a statement; of one in general serialisation, nothing.

    ``data`` are its bytes, or none for whoever has sent them.
    """
    meaning, statement = opened.meaning, opened.meaning.statement
    if statement.data.startswith(b"{"):
        return None
    (one,) = statement.signatures
    return (
        data,
        *(statement.digest, statement.typ, statement.kind, statement.ledger, statement.payload),
        *(one.kid, one.alg, one.signature),
        *(meaning.body, meaning.kids, opened.is_verified),
    )


def hear(told: Told, data: bytes) -> Opened:
    """Return what `tell` told; ``data`` are the bytes that were sent, or none."""
    made, digest, typ, kind, ledger, payload, kid, alg, signature, body, kids, is_verified = told
    data = made or data
    one = SignatureEntry(kid, alg, data[: data.rindex(b".")], signature)
    statement = Statement(data, digest, typ, kind, ledger, payload, (one,))
    return Opened(Meaning(statement, body, kids), is_verified)


def asked(one: bytes | Unsigned) -> Asked:
    """Return what a child is sent for a statement or a draft; keys go beside it."""
    if isinstance(one, bytes):
        return one
    return one.body, tuple([key.public.kid for key in one.keys]), one.ledger, one.kid


def serve(number: int) -> None:
    """Read statements for the process that started this one, until it is gone.

    ``number`` is an inherited socket. Nothing is kept but keys, and those only in memory, so this
    process may be lost at any moment, and so may its parent: what was being read is read again, or
    nobody waits for it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the parent ends both
    keys: dict[str, PublicKey] = {}
    signers: dict[str, SigningKey] = {}
    with socket.socket(fileno=number) as line, line.makefile("rb", BUFFER_BYTES) as parcels:
        try:
            line.sendall(pickle.dumps(READY))
            while True:
                sent: Sent = pickle.load(parcels)  # noqa: S301  (our own parent wrote it)
                members, secrets, parcel = sent
                for jwk, legacy_rs256 in members:
                    key = admit_key(jwk, legacy_rs256=legacy_rs256)
                    keys[key.kid] = key
                for secret, alg in secrets:
                    signer = key_from_secret(secret, alg)
                    signers[signer.public.kid] = signer
                told = [_answer_to(one, keys, signers) for one in parcel]
                line.sendall(pickle.dumps(told, PROTOCOL))
        except (EOFError, OSError):
            return  # the parent has closed the line, or was killed


def _answer_to(
    one: Asked, keys: Mapping[str, PublicKey], signers: Mapping[str, SigningKey]
) -> Told | None:
    """Return what is told of one; nothing where the parent has to see for itself."""
    try:
        if isinstance(one, bytes):
            return tell(open_statement(one, keys), b"")
        body, kids, ledger, kid = one
        made = sealed(Unsigned(body, tuple([signers[name] for name in kids]), ledger, kid))
        return tell(open_statement(made, keys), made)
    except LedgerError:
        return None
