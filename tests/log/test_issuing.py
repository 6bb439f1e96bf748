"""What is issued here, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, RefusedError
from ledger.log import encoding
from ledger.log.contexts import CREDENTIALS_V2
from ledger.log.issuing import issue
from ledger.log.keys import EcdsaSigningKey
from ledger.log.methods import Method
from ledger.log.presentation import open_enclosed
from ledger.log.secured import check_secured, parse_secured
from ledger.log.selective import SALT_LENGTH, conceal, reveal
from ledger.log.statement import parse_statement
from tests.log.issuing import ED, ES, EXAMPLES, ISSUER, contexts, document

KID = f"{ISSUER}#key-1"
WIDE = EcdsaSigningKey.from_number(20261124, "P-384")
SUBJECT = {"id": "did:web:htx.example", "level": 3, "score": 97.5, "areas": ["A1", "A2"]}


def salts(seed: int = 7) -> Callable[[], bytes]:
    random = Random(seed)
    return lambda: random.randbytes(SALT_LENGTH)


def report(**changes: object) -> dict[str, Any]:
    """Return a certificate whose words are the W3C's or caught by its examples."""
    context = [CREDENTIALS_V2, EXAMPLES]
    return document(**{"@context": context, "credentialSubject": SUBJECT, **changes})


def issued(value: object, **changes: Any) -> bytes:  # noqa: ANN401  (any part of the call)
    parts: dict[str, Any] = {"form": "sd-jwt", "key": ED, "kid": KID, "contexts": contexts()}
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return issue(data, **{**parts, "draw_salt": salts(), **changes})


def refused(code: str, value: object, **changes: object) -> None:
    with pytest.raises(LedgerError) as refusal:
        issued(value, **changes)
    assert refusal.value.code == code


@pytest.mark.parametrize("key", [ED, ES, WIDE], ids=lambda key: key.alg)
@pytest.mark.parametrize("form", ["jose", "sd-jwt", "cose"])
def test_each_form_with_each_key(form: str, key: EcdsaSigningKey) -> None:
    data = issued(report(), form=form, key=key)
    secured = parse_secured(data)
    assert check_secured(secured, {KID: Method(key.public, ISSUER)}).key == key.public
    assert (secured.form, secured.signature.alg) == (form, key.alg)
    assert secured.claims == json.loads(json.dumps(report()), parse_float=Decimal)
    assert data.isascii()


def test_numbers_keep_every_digit() -> None:
    text = json.dumps(report()).replace("97.5", "12345678901234567.123456789012")
    for form in ("jose", "sd-jwt", "cose"):
        hidden = ("/credentialSubject/score",) if form == "sd-jwt" else ()
        secured = parse_secured(issued(text.encode(), form=form, hidden=hidden))
        score = secured.claims["credentialSubject"]["score"]
        assert score == Decimal("12345678901234567.123456789012")


def test_a_holder_presents_what_it_was_given() -> None:
    holder = "did:web:mill.example"
    inner = issued(report(), hidden=("/credentialSubject/score",)).decode()
    envelope = {
        "@context": CREDENTIALS_V2,
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+sd-jwt,{inner}",
    }
    presentation = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [envelope],
    }
    methods = {KID: Method(ED.public, ISSUER), f"{holder}#k": Method(ES.public, holder)}
    for form in ("jose", "sd-jwt", "cose"):
        data = issued(presentation, form=form, key=ES, kid=f"{holder}#k")
        secured = parse_secured(data)
        check_secured(secured, methods)
        (enclosed,) = open_enclosed(secured, methods)
        assert enclosed.refusal is None
    stranger = {**presentation, "holder": {"id": "did:web:other.example"}}
    refused("malformed_credential", stranger, key=ES, kid=f"{holder}#k")
    bare = {**presentation, "verifiableCredential": [report()]}
    refused("malformed_credential", bare, key=ES, kid=f"{holder}#k", form="jose")


def test_what_is_issued_in_p384_makes_no_entry() -> None:
    parse_statement(issued(report(), form="jose"))
    for data in (issued(report(), form="jose", key=WIDE), issued(report())):
        with pytest.raises(MalformedError):
            parse_statement(data)


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"scor": 1}, "/scor"),
        ({"@context": [CREDENTIALS_V2]}, "/credentialSubject/level"),
        ({"type": ["VerifiableCredential", "Odd"]}, None),
        ({"credentialSubject": {"@graph": [{}]}}, "/credentialSubject/@graph"),
    ],
)
def test_words_that_nothing_defines(changes: dict[str, object], members: str | None) -> None:
    if members is None:
        issued(report(**changes))  # the examples' vocabulary takes a type
        return
    with pytest.raises(RefusedError) as refusal:
        issued(report(**changes))
    assert refusal.value.code == "terms_undefined"
    assert str(refusal.value.details["members"]).startswith(members)


def test_what_an_issuer_may_not_sign() -> None:
    refused("context_unknown", report(**{"@context": [CREDENTIALS_V2, "x"]}))
    refused("context_unknown", report(), contexts={})
    refused("malformed_credential", report(issuer="https://other.example"))
    refused("malformed_credential", report(iss="https://other.example"))
    refused("malformed_credential", report(issuer=None))
    refused("malformed", report(validFrom="soon"))
    refused("malformed_credential", report(validFrom=3))
    refused("terms_undefined", report(type=["JsonSchema"]))  # to which an issuer means nothing
    refused("malformed_credential", {"vc": report()})
    refused("malformed_credential", [report()])
    refused("malformed", json.dumps(report()).encode()[:-1])
    refused("malformed", json.dumps(report()).encode()[:-1] + b',"issuer":"x"}')
    refused("oversized", report(name="x" * 60_000))
    # The smallest spelling of this number has an exponent, which nobody here reads.
    refused("malformed", json.dumps(report()).replace("97.5", "0.000000000001").encode())


@pytest.mark.parametrize(
    "kid", ["", "#k", ISSUER, f"{ISSUER}#", "k#k", f"{ISSUER}#a#b", f"{ISSUER} #k", "x:\u00e9#k"]
)
@pytest.mark.parametrize("form", ["jose", "cose"])
def test_a_key_is_called_by_its_url(kid: str, form: str) -> None:
    refused("header_refused", report(), kid=kid, form=form)


@pytest.mark.parametrize(
    "pointer",
    [
        *("", "/", "credentialSubject", "/nothing", "/credentialSubject/nothing", "/name/0"),
        *(
            "/credentialSubject/areas/2",
            "/credentialSubject/areas/-1",
            "/credentialSubject/areas/-",
        ),
        *(
            "/credentialSubject/areas/00",
            "/credentialSubject/areas/x",
            "/credentialSubject/level/x",
        ),
        *("/@context", "/@context/1", "/type", "/type/0", "/issuer", "/validFrom", "/validUntil"),
        *("/credentialStatus", "/credentialStatus/statusListIndex", "/iss", "/exp", "/nbf"),
        "/evidence/@context",
    ],
)
def test_what_no_holder_may_keep_back(pointer: str) -> None:
    status = {"type": "BitstringStatusListEntry", "statusListIndex": "7"}
    value = report(credentialStatus=status, iss=ISSUER, exp=1_900_000_000, nbf=0, name="SRP")
    value["evidence"] = {"@context": EXAMPLES}
    issued(value, hidden=["/name", "/credentialSubject/areas/1"])
    refused("not_concealable", value, hidden=[pointer])


def test_nothing_is_concealed_twice_or_in_another_form() -> None:
    refused("not_concealable", report(), hidden=["/credentialSubject/level"] * 2)
    refused("not_concealable", report(), hidden=["/credentialSubject/areas/0"] * 2)
    for form in ("jose", "cose"):
        refused("not_concealable", report(), form=form, hidden=["/credentialSubject/level"])
    for reserved in ("_sd", "...", "_sd_alg"):
        odd = report(credentialSubject={"id": "did:web:htx.example", reserved: "x"})
        with pytest.raises(MalformedError):
            issued(odd)


def pointers(value: Any, at: str = "") -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    """Yield a pointer to everything in a JSON value."""
    for step, member in enumerate(value) if isinstance(value, list) else value.items():
        here = f"{at}/{str(step).replace('~', '~0').replace('/', '~1')}"
        yield here
        if isinstance(member, dict | list):
            yield from pointers(member, here)


def without(value: Any, hidden: set[str], at: str = "") -> Any:  # noqa: ANN401  (any JSON value)
    """Return a JSON value without what pointers name."""

    def kept(step: object) -> bool:
        return f"{at}/{str(step).replace('~', '~0').replace('/', '~1')}" not in hidden

    def inner(step: object, member: object) -> object:
        return without(member, hidden, f"{at}/{str(step).replace('~', '~0').replace('/', '~1')}")

    if isinstance(value, dict):
        return {name: inner(name, member) for name, member in value.items() if kept(name)}
    if isinstance(value, list):
        return [inner(place, item) for place, item in enumerate(value) if kept(place)]
    return value


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "Cần Thơ", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b/c", "~d", "0", ""]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=VALUES, data=st.data())
def test_what_is_concealed_can_be_revealed_and_is_not_there_before(
    value: object, data: st.DataObject
) -> None:
    claims = {"credentialSubject": value}
    hidden = data.draw(st.lists(st.sampled_from([*pointers(claims)]), unique=True))
    before = encoding.exact_json(claims)
    kept, disclosures = conceal(claims, hidden, salts())
    assert encoding.exact_json(claims) == before
    payload = encoding.exact_json(kept)
    assert len({*disclosures}) == len(hidden)
    assert reveal(payload, disclosures).claims == claims
    assert reveal(payload, []).claims == without(claims, {*hidden})
    # The order of digests says nothing: it is that of their letters.
    for digests in _digests(kept):
        assert digests == sorted(digests)


def _digests(value: object) -> Iterator[list[str]]:
    if isinstance(value, Mapping):
        yield from [value["_sd"]] if "_sd" in value else []
        for member in value.values():
            yield from _digests(member)
    elif isinstance(value, list):
        for item in value:
            yield from _digests(item)


def test_salts_are_what_was_drawn() -> None:
    data = issued(report(), hidden=["/credentialSubject/level"], draw_salt=lambda: bytes(16))
    _, disclosure, _ = data.split(b"~")
    assert encoding.decode_base64url(disclosure) == b'["AAAAAAAAAAAAAAAAAAAAAA","level",3]'
    with pytest.raises(AssertionError):
        issued(report(), hidden=["/credentialSubject/level"], draw_salt=lambda: bytes(8))
