"""The W3C's credentials and presentations in the three forms, good and bad.

All 27 verdicts are as the suite gives them, and so are all ten documents for issuers: nine are
issued with the key and in the form asked for, and one is refused for members of its own that no
context defines. The contexts that it names give every word an address (``@vocab``), so that linked
data alone would drop nothing; what is asked is that what a credential says of itself be defined.
"""

from __future__ import annotations

import json
from itertools import combinations
from random import Random
from typing import Any

import cbor2
import pytest

from ledger.errors import LedgerError, MalformedError, RefusedError, SignatureError
from ledger.log import encoding
from ledger.log.issuing import issue
from ledger.log.keys import EcdsaSigningKey, Ed25519SigningKey, SigningKey
from ledger.log.methods import Methods
from ledger.log.presentation import Enclosed, open_enclosed
from ledger.log.secured import Secured, check_secured, parse_secured
from ledger.log.selective import SALT_LENGTH
from ledger.log.statement import CREDENTIAL, parse_jws, parse_statement
from tests.conformance_data import load, read
from tests.log.issuing import FOLDER, check_every_bit, contexts, published

EVERY_KEY = ("vm-ed25519.json", "vm-p256.json", "vm-p384.json", "vm-p521.json")
MULTIPLE = "presentation-jose-multiple.txt"


def judge(name: str, methods: Methods) -> tuple[Secured, tuple[Enclosed, ...]]:
    secured = parse_secured(read(FOLDER + name))
    check_secured(secured, methods)
    return secured, open_enclosed(secured, methods) if secured.is_presentation else ()


def bare_signature(data: bytes) -> tuple[str, bytes, bytes]:
    """Return key name, signed text and signature, with no look at what is said."""
    text = data.strip()
    if b"." not in text:
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
        kid, signed, signature = bare_signature(read(FOLDER + case["file"]))
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


# What a holder may keep back, as the suite's own list of its tests says (`disclosure_paths`).
CONCEALED = {
    17: ("/credentialSubject/firstName", "/credentialSubject/lastName"),
    18: (
        "/credentialSubject/address/street",
        "/credentialSubject/address/city",
        "/credentialSubject/phoneNumbers/0",
    ),
    19: ("/holder", "/verifiableCredential/0"),
}
ISSUED = (1, 2, 3, 4, 5, 17, 18, 19, 27, 28)


def signing_key(name: str) -> SigningKey:
    secret = load(FOLDER + name)["secretKeyJwk"]
    raw = encoding.decode_base64url(secret["d"])
    if secret["crv"] == "Ed25519":
        return Ed25519SigningKey.from_seed(raw)
    return EcdsaSigningKey.from_number(int.from_bytes(raw, "big"), secret["crv"])


def issue_case(number: int, **changes: Any) -> bytes:  # noqa: ANN401  (any part of the call)
    """Return the document of a case, issued in the form that it asks for.

    The key of case 27 is named under a DID that is not the issuer. The suite names the same key
    under the issuer too, and that is the name that it is given.
    """
    (case,) = [one for one in load("jws-vc/cases.json")["issue"] if one["suite_test"] == number]
    key = signing_key(case["key"])
    document = load(FOLDER + case["file"])
    speaker = document.get("issuer", document.get("holder"))
    (kid,) = [
        name
        for name, method in published(*EVERY_KEY).items()
        if method.key == key.public and name.startswith(f"{speaker}#")
    ]
    parts = {
        "form": case["form"],
        "key": key,
        "kid": kid,
        "contexts": contexts(),
        "hidden": CONCEALED.get(number, ()),
        "draw_salt": Random(number).randbytes,
        **changes,
    }
    draw = parts["draw_salt"]
    return issue(read(FOLDER + case["file"]), **{**parts, "draw_salt": lambda: draw(SALT_LENGTH)})


@pytest.mark.parametrize("number", ISSUED)
def test_every_document_for_issuers(number: int) -> None:
    cases = load("jws-vc/cases.json")["issue"]
    assert tuple(case["suite_test"] for case in cases) == ISSUED
    case = cases[ISSUED.index(number)]
    if case["expect"] == "refuse":
        with pytest.raises(RefusedError) as refusal:
            issue_case(number)
        assert refusal.value.code == "terms_undefined"
        assert refusal.value.details["members"] == "/badExtension, /anotherBadOne"
        return
    issued, document = issue_case(number), load(FOLDER + case["file"])
    # It is what was asked for, by the rules by which others' documents are read,
    secured = parse_secured(issued)
    assert (secured.form, secured.claims, secured.withheld) == (case["form"], document, 0)
    assert secured.is_presentation == case["file"].startswith("presentation-")
    methods = published(*EVERY_KEY)
    signer = check_secured(secured, methods)
    # by the key of the case, whatever that is called,
    (named,) = {one.key.kid: one.key for one in published(case["key"]).values()}.values()
    kid, signed, signature = bare_signature(issued)
    assert (signer.key, kid) == (named, secured.signature.kid)
    named.verify(signed, signature, load(FOLDER + case["key"])["publicKeyJwk"]["alg"])
    # and with any byte another it is nothing.
    check_every_bit(issued, methods, bits=[number % 8])
    # The same salts give the same bytes: signatures follow from key and document alone.
    assert issue_case(number) == issued


@pytest.mark.parametrize("number", CONCEALED)
def test_a_holder_keeps_back_what_the_suite_says(number: int) -> None:
    issued, *disclosures, end = issue_case(number).split(b"~")
    whole = parse_secured(issue_case(number)).claims
    assert (len(disclosures), end) == (len(CONCEALED[number]), b"")
    for count in range(len(disclosures) + 1):
        for kept in combinations(disclosures, count):
            secured = parse_secured(b"~".join([issued, *kept, b""]))
            check_secured(secured, published(*EVERY_KEY))
            assert secured.withheld == len(disclosures) - count
            assert (secured.claims == whole) == (count == len(disclosures))


def test_a_key_speaks_only_for_its_controller() -> None:
    did = "did:example:vc-jose-cose#key-4"
    for number in (1, 27, 28):
        with pytest.raises(MalformedError) as refusal:
            issue_case(number, kid=did)
        assert "the key is not the" in str(refusal.value.details["what"])
    secured = parse_secured(issue_case(27))
    with pytest.raises(SignatureError):
        check_secured(secured, published("vm-did-ed25519.json"))
