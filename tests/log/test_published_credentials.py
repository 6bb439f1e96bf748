"""The W3C's credentials and presentations in the three forms, good and bad.

All 27 verdicts are as the suite gives them. Of its ten inputs for issuers three are issued: those
whose key is Ed25519 or P-256, in the form asked for. Six of the others want a signature with P-384
or P-521; no office of a ledger signs with these curves, so what they sign is read and not written.
The last has to be refused for members that none of its contexts defines; contexts are not expanded
here, and its key is one of P-521.
"""

from __future__ import annotations

import json
from typing import Any

import cbor2
import pytest

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.log import cose, encoding
from ledger.log.keys import Ed25519SigningKey, ES256SigningKey, SigningKey
from ledger.log.methods import Methods
from ledger.log.presentation import Enclosed, open_enclosed
from ledger.log.secured import Secured, check_secured, parse_secured
from ledger.log.statement import CREDENTIAL, PRESENTATION, parse_jws, parse_statement, seal
from tests.conformance_data import load, read
from tests.log.issuing import FOLDER, published

EVERY_KEY = ("vm-ed25519.json", "vm-p256.json", "vm-p384.json", "vm-p521.json")
MULTIPLE = "presentation-jose-multiple.txt"


def judge(name: str, methods: Methods) -> tuple[Secured, tuple[Enclosed, ...]]:
    secured = parse_secured(read(FOLDER + name))
    check_secured(secured, methods)
    return secured, open_enclosed(secured, methods) if secured.is_presentation else ()


def bare_signature(name: str) -> tuple[str, bytes, bytes]:
    """Return key name, signed text and signature, with no look at what is said."""
    text = read(FOLDER + name).strip()
    if "cose" in name and b"." not in text:
        raw = encoding.decode_base64(text.decode() + "=" * (-len(text) % 4))
        protected, _, payload, signature = cbor2.loads(raw).value
        kid = cbor2.loads(protected)[4].decode()
        return kid, cbor2.dumps(["Signature1", protected, b"", payload]), signature
    signing_input, _, signature = text.partition(b"~")[0].rpartition(b".")
    header = json.loads(encoding.decode_base64url(signing_input.partition(b".")[0]))
    return header["kid"], signing_input, encoding.decode_base64url(signature)


def test_published_verdicts() -> None:
    cases = load("jws-vc/cases.json")["verify"]
    assert len(cases) == 27
    for case in cases:
        methods = published(case["key"])
        if case["verdict"] == "accept":
            secured, _ = judge(case["file"], methods)
            assert (secured.form, secured.is_presentation) == (
                case["form"],
                case["kind"] == "presentation",
            )
        else:
            with pytest.raises(LedgerError):
                judge(case["file"], methods)
    forms = [case["form"] for case in cases if case["verdict"] == "accept"]
    assert {form: forms.count(form) for form in forms} == {"jose": 4, "sd-jwt": 3, "cose": 2}


def test_a_good_signature_does_not_save_a_bad_profile() -> None:
    saved = 0
    for case in load("jws-vc/cases.json")["verify"]:
        if case["signature"] == "none":
            continue
        (method,) = {one.key.kid: one for one in published(case["key"]).values()}.values()
        kid, signed, signature = bare_signature(case["file"])
        if case["signature"] == "bad":
            with pytest.raises(SignatureError):
                method.key.verify(signed, signature, method.key.algorithms[0])
            continue
        # The bytes are signed well by the key they name: it is not the signature that is refused.
        method.key.verify(signed, signature, method.key.algorithms[0])
        assert kid == method.key.kid
        if case["verdict"] == "reject":
            saved += 1
            with pytest.raises(MalformedError):
                judge(case["file"], published(case["key"]))
    assert saved == 10


def test_a_token_with_alg_none_never_verifies() -> None:
    _, payload, _ = read(FOLDER + "credential-jose-minimal.txt").strip().split(b".")
    for typ in (CREDENTIAL, "vc+sd-jwt"):
        header = {"alg": "none", "cty": "vc", "kid": "k", "typ": typ}
        protected = encoding.encode_base64url(json.dumps(header).encode()).encode()
        for signature in (b"", b"AAAA"):
            token = b".".join([protected, payload, signature])
            for data in (token, token + b"~"):
                with pytest.raises(MalformedError):
                    parse_jws(data)
                with pytest.raises(MalformedError):
                    parse_secured(data)


def test_every_form_inside_a_presentation_is_judged() -> None:
    _, enclosed = judge(MULTIPLE, published(*EVERY_KEY))
    assert [one.secured.form if one.secured else "" for one in enclosed] == [
        "jose",
        "sd-jwt",
        "cose",
    ]
    assert [one.refusal for one in enclosed] == [None, None, None]
    _, enclosed = judge("presentation-sdjwt-selective.txt", published(*EVERY_KEY))
    assert [(one.media_type, one.refusal) for one in enclosed] == [("application/vc+jwt", None)]


def test_whoever_presents_and_whoever_issued_are_judged_apart() -> None:
    holder, issuer = published("vm-p384.json"), published("vm-p256.json")
    # The holder's key alone: it was handed over, and who issued two of the three is not known.
    _, enclosed = judge(MULTIPLE, holder)
    codes = [one.refusal.code if one.refusal else "" for one in enclosed]
    assert codes == ["key_not_known", "", "key_not_known"]
    # The issuer's key alone: these two stand, and nobody knows who handed them over.
    secured = parse_secured(read(FOLDER + MULTIPLE))
    with pytest.raises(SignatureError):
        check_secured(secured, issuer)
    assert [one.refusal is None for one in open_enclosed(secured, issuer)] == [True, False, True]
    # Somebody else's key under the name of the holder's, or of the issuer's, is no better.
    stranger = next(iter(published("vm-ed25519.json").values()))
    for known in (holder, issuer):
        swapped = {**holder, **issuer, **dict.fromkeys(known, stranger)}
        refusals = [one.refusal for one in open_enclosed(secured, swapped)]
        if known is holder:
            with pytest.raises(SignatureError):
                check_secured(secured, swapped)
        assert {one.code for one in refusals if one} == {"algorithm_refused"}


def test_a_presentation_stands_though_what_is_in_it_does_not() -> None:
    _, enclosed = judge("presentation-cose-single.txt", published(*EVERY_KEY))
    (broken,) = enclosed
    assert (broken.secured, broken.media_type) == (None, "application/vc+jwt")
    assert isinstance(broken.refusal, MalformedError)


def test_what_others_sign_makes_no_entry() -> None:
    for name in (MULTIPLE, "credential-sdjwt-nested.txt", "credential-cose-minimal.txt"):
        with pytest.raises(MalformedError):
            parse_statement(read(FOLDER + name).strip())
    credential = parse_secured(read(FOLDER + "credential-jose-minimal.txt"))
    with pytest.raises(MalformedError) as refusal:
        open_enclosed(credential, published(*EVERY_KEY))
    assert refusal.value.code == "header_refused"


def signing_key(name: str) -> SigningKey | None:
    """Return the key of a case if it is of a kind that offices sign with."""
    secret = load(FOLDER + name)["secretKeyJwk"]
    raw = encoding.decode_base64url(secret["d"])
    if secret["crv"] == "Ed25519":
        return Ed25519SigningKey.from_seed(raw)
    if secret["crv"] == "P-256":
        return ES256SigningKey.from_number(int.from_bytes(raw, "big"))
    return None


def issue(case: dict[str, Any], key: SigningKey) -> bytes:
    """Return the document of a case, signed in the form that it asks for."""
    payload = encoding.canonical_json(load(FOLDER + case["file"]))
    is_credential = case["file"].startswith("credential-")
    if case["form"] == "cose":
        typ = cose.CREDENTIAL if is_credential else cose.PRESENTATION
        return cose.seal_cose(payload, typ=typ, key=key)
    assert case["form"] == "jose"
    return seal(payload, typ=CREDENTIAL if is_credential else PRESENTATION, key=key)


def test_what_our_keys_are_asked_to_issue_is_issued() -> None:
    cases = load("jws-vc/cases.json")["issue"]
    assert len(cases) == 10
    issued = []
    for case in cases:
        key = signing_key(case["key"])
        if key is None:
            continue
        assert case["expect"] == "issue"
        document = load(FOLDER + case["file"])
        secured = parse_secured(issue(case, key))
        assert (secured.form, secured.claims) == (case["form"], document)
        # One of the keys stands under two controllers; only one of these is the issuer.
        methods = published(*EVERY_KEY)
        check_secured(secured, methods)
        issued.append((case["suite_test"], case["key"]))
    assert issued == [(1, "vm-p256.json"), (3, "vm-p256.json"), (27, "vm-did-ed25519.json")]


def test_a_key_speaks_only_for_its_controller() -> None:
    (case,) = [one for one in load("jws-vc/cases.json")["issue"] if one["suite_test"] == 27]
    key = signing_key(case["key"])
    assert key is not None
    secured = parse_secured(issue(case, key))
    with pytest.raises(MalformedError) as refusal:
        check_secured(secured, published(case["key"]))
    assert refusal.value.details["what"] == "the key is not the issuer's"
