"""The W3C's signed credentials and presentations, good and bad.

Of the forms there, JOSE is spoken here. SD-JWT and COSE are not: each of those inputs is refused,
the good ones too, and never taken for something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.log import encoding
from ledger.log.keys import ES256SigningKey, PublicKey, admit_key
from ledger.log.presentation import open_presentation
from ledger.log.statement import (
    CREDENTIAL,
    check_credential_claims,
    parse_jws,
    parse_statement,
    seal,
    verify_signatures,
)
from tests.conformance_data import load, read

FOLDER = "jws-vc/w3c-vc-jose-cose/"
METHODS = ("vm-ed25519.json", "vm-p256.json", "vm-p384.json", "vm-p521.json")


def method(name: str) -> tuple[str, PublicKey]:
    vm = load(FOLDER + name)
    return vm["controller"], admit_key(vm["publicKeyJwk"], wide_curves=True)


def token(name: str) -> bytes:
    return read(FOLDER + name).strip()


def open_credential(data: bytes, controller: str, key: PublicKey) -> dict[str, Any]:
    statement = parse_statement(data)
    verify_signatures(statement, {key.kid: key})
    return check_credential_claims(statement, controller=controller)


def test_published_verdicts() -> None:
    cases = load("jws-vc/cases.json")["verify"]
    assert len(cases) == 27
    every_key = {key.kid: key for _, key in map(method, METHODS)}
    judged = 0
    for case in cases:
        controller, key = method(case["key"])
        judge: Callable[[], object]
        if case["kind"] == "presentation":
            judge = partial(open_presentation, token(case["file"]), every_key)
        else:
            judge = partial(open_credential, token(case["file"]), controller, key)
        if case["form"] == "jose" and case["verdict"] == "accept":
            assert judge(), case
            judged += 1
        else:
            with pytest.raises((MalformedError, SignatureError)):
                judge()
    assert judged == 4


def test_a_good_signature_does_not_save_a_bad_profile() -> None:
    good = [
        case
        for case in load("jws-vc/cases.json")["verify"]
        if (case["form"], case["signature"], case["verdict"]) == ("jose", "good", "reject")
    ]
    assert len(good) == 4
    for case in good:
        # The bytes are signed well; it is not the signature that is refused.
        signing_input, _, signature = token(case["file"]).rpartition(b".")
        key = method(case["key"])[1]
        key.verify(signing_input, encoding.decode_base64url(signature), key.algorithms[0])


def test_a_token_with_alg_none_never_verifies() -> None:
    _, payload, _ = token("credential-jose-minimal.txt").split(b".")
    header = {"alg": "none", "cty": "vc", "kid": "k", "typ": CREDENTIAL}
    protected = encoding.encode_base64url(json.dumps(header).encode()).encode()
    for signature in (b"", b"AAAA"):
        with pytest.raises(MalformedError):
            parse_jws(b".".join([protected, payload, signature]))


def test_other_forms_inside_a_presentation_are_named_and_not_judged() -> None:
    every_key = {key.kid: key for _, key in map(method, METHODS)}
    enclosed = open_presentation(token("presentation-jose-multiple.txt"), every_key)
    judged = {one.media_type: one.statement is not None for one in enclosed}
    assert judged.pop("application/vc+jwt")
    assert len(judged) == 2
    assert not any(judged.values())


def test_whoever_presents_and_whoever_issued_have_signed() -> None:
    data = token("presentation-jose-multiple.txt")
    holder, issuer = method("vm-p384.json")[1], method("vm-p256.json")[1]
    assert open_presentation(data, {key.kid: key for key in (holder, issuer)})
    for known in (holder, issuer):
        with pytest.raises(SignatureError):
            open_presentation(data, {known.kid: known})
        stranger = {holder.kid: holder, issuer.kid: issuer} | {known.kid: method(METHODS[0])[1]}
        with pytest.raises(SignatureError):
            open_presentation(data, stranger)


def test_a_presentation_makes_no_entry() -> None:
    with pytest.raises(MalformedError):
        parse_statement(token("presentation-jose-multiple.txt"))
    every_key = {key.kid: key for _, key in map(method, METHODS)}
    with pytest.raises(MalformedError) as refusal:
        open_presentation(token("credential-jose-minimal.txt"), every_key)
    assert refusal.value.code == "header_refused"


def test_a_published_credential_is_issued() -> None:
    # Our issuers sign with Ed25519 and P-256, so of the JOSE inputs this one is theirs to issue.
    cases = [case for case in load("jws-vc/cases.json")["issue"] if case["form"] == "jose"]
    mine = [case for case in cases if case["key"] == "vm-p256.json"]
    assert {case["file"] for case in mine} >= {"credential-minimal.json"}
    vm = load(FOLDER + "vm-p256.json")
    secret = int.from_bytes(encoding.decode_base64url(vm["secretKeyJwk"]["d"]), "big")
    key = ES256SigningKey.from_number(secret)
    document = load(FOLDER + "credential-minimal.json")
    data = seal(encoding.canonical_json(document), typ=CREDENTIAL, key=key)
    statement = parse_statement(data)
    verify_signatures(statement, {key.public.kid: key.public})
    assert json.loads(statement.payload) == document
