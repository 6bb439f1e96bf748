from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.log import cose, encoding
from ledger.log.cose import seal_cose
from ledger.log.methods import Method, Methods
from ledger.log.presentation import Enclosed, open_enclosed
from ledger.log.secured import Validity, check_secured, parse_secured, read_validity
from ledger.log.statement import (
    ACT,
    CREDENTIAL,
    PRESENTATION,
    SELECTIVE_PRESENTATION,
    seal,
)
from tests.log.issuing import AT, ED, ES, ISSUER, METHODS, check_every_bit, document, selective

V2 = "https://www.w3.org/ns/credentials/v2"


def as_jose(claims: object, kid: str | None = None) -> bytes:
    return seal(json.dumps(claims).encode(), typ=CREDENTIAL, key=ED, kid=kid)


def as_selective(claims: dict[str, Any]) -> bytes:
    return selective(claims)


def as_cose(claims: object, kid: str | None = None) -> bytes:
    return seal_cose(json.dumps(claims).encode(), typ=cose.CREDENTIAL, key=ED, kid=kid)


FORMS = {"jose": as_jose, "sd-jwt": as_selective, "cose": as_cose}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_certificate_in_each_form(form: str) -> None:
    secured = parse_secured(FORMS[form](document()))
    assert check_secured(secured, METHODS) == Method(ED.public, ISSUER)
    assert (secured.form, secured.withheld, secured.is_presentation) == (form, 0, False)
    assert secured.claims["credentialSubject"]["score"] == Decimal("97.5")
    assert secured.signature.kid == ED.public.kid


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "changes",
    [
        {"@context": None},
        {"@context": []},
        {"@context": ["https://www.w3.org/2018/credentials/v1"]},
        {"@context": ["https://srp.example/context", V2]},
        {"@context": {"@vocab": "x"}},
        {"type": None},
        {"type": "Credential"},
        {"type": ["VerifiablePresentation"]},
        {"type": {"VerifiableCredential": 1}},
        {"issuer": None},
        {"issuer": "https://other.example"},
        {"issuer": {"name": "SRP"}},
        {"iss": "https://other.example"},
        {"validFrom": 5},
        {"validFrom": "2026-01-01"},
        {"validUntil": ["2026-01-01T00:00:00Z"]},
        {"exp": "2026-01-01T00:00:00Z"},
        {"exp": True},
        {"exp": -1},
        {"nbf": 10**15},
        {"vc": {}},
        {"vp": {}},
    ],
)
def test_a_good_signature_over_another_document_is_refused(
    form: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(MalformedError):
        check_secured(parse_secured(FORMS[form](document(**changes))), METHODS)


@pytest.mark.parametrize("form", FORMS)
def test_more_is_read_than_we_write(form: str) -> None:
    for changes in (
        {"@context": V2},
        {"@context": [V2, "https://srp.example/context", {"x": "y"}]},
        {"type": "VerifiableCredential"},
        {"type": ["VerifiableCredential", "SrpCertificate"]},
        {"issuer": {"id": ISSUER, "name": "SRP"}, "iss": ISSUER},
        {"iat": "2026-01-01T00:00:00Z", "jti": "x", "note": {"unknown": [1, None]}},
        {"validFrom": None, "validUntil": None},
        {"nbf": 1767200400, "exp": 1798736399.5},
    ):
        check_secured(parse_secured(FORMS[form](document(**changes))), METHODS)


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_key_and_a_strange_key_are_told_apart(form: str) -> None:
    secured = parse_secured(FORMS[form](document()))
    for methods, code in (
        ({}, "key_not_known"),
        ({ED.public.kid: Method(ES.public, ISSUER)}, "algorithm_refused"),
    ):
        with pytest.raises(SignatureError) as refusal:
            check_secured(secured, methods)
        assert refusal.value.code == code


DID = "did:web:srp.example"


@pytest.mark.parametrize("write", [as_jose, as_cose])
@pytest.mark.parametrize(
    ("kid", "controller", "issuer", "stands"),
    [
        ("k1", ISSUER, ISSUER, True),
        ("k1", DID, ISSUER, False),
        ("k1", None, ISSUER, True),
        (f"{DID}#k1", None, DID, True),
        (f"{DID}#k1", DID, DID, True),
        (f"{DID}#k1", None, ISSUER, False),
        (f"{DID}#k1", DID, ISSUER, False),
        (DID, None, DID, False),
    ],
)
def test_whose_key_it_is_must_be_the_issuer(
    write: Any,  # noqa: ANN401  (one of the two writers above)
    kid: str,
    controller: str | None,
    issuer: str,
    stands: bool,  # noqa: FBT001
) -> None:
    secured = parse_secured(write(document(issuer=issuer), kid=kid))
    methods: Methods = {kid: Method(ED.public, controller)}
    if stands:
        check_secured(secured, methods)
        return
    with pytest.raises(MalformedError):
        check_secured(secured, methods)


def test_no_bit_of_a_token_is_decoration() -> None:
    check_every_bit(as_jose(document()), METHODS)


def test_an_act_is_no_certificate() -> None:
    act = seal(b"{}", typ=ACT, key=ED, ledger="demo.rice.example/x")
    with pytest.raises(MalformedError):
        parse_secured(act)


@pytest.mark.parametrize(
    ("claims", "since", "until"),
    [
        ({}, None, None),
        ({"nbf": 0}, "1970-01-01T00:00:00+00:00", None),
        ({"exp": 1734310020}, None, "2024-12-16T00:47:00+00:00"),
        ({"validFrom": "2026-01-01T07:00:00+07:00"}, "2026-01-01T00:00:00+00:00", None),
        (
            {"validFrom": "2026-01-01T00:00:00Z", "nbf": 1},
            "2026-01-01T00:00:00+00:00",
            None,
        ),
        (
            {"validUntil": "2026-01-01T00:00:00Z", "exp": 1},
            None,
            "1970-01-01T00:00:01+00:00",
        ),
        ({"exp": Decimal("1.5")}, None, "1970-01-01T00:00:01.500000+00:00"),
    ],
)
def test_the_narrower_of_two_ends_counts(
    claims: dict[str, Any], since: str | None, until: str | None
) -> None:
    validity = read_validity(claims)
    assert (validity.since, validity.until) == tuple(
        None if text is None else datetime.fromisoformat(text) for text in (since, until)
    )


def test_an_end_is_no_longer_within() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    validity = Validity(start, end)
    assert (validity.holds(start), validity.holds(end)) == (True, False)
    assert not validity.holds(datetime(2025, 12, 31, tzinfo=UTC))
    assert Validity(None, None).holds(AT)


def envelope(url: object, **changes: object) -> dict[str, Any]:
    return {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": url, **changes}


def presentation(*envelopes: object, **changes: object) -> dict[str, Any]:
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:web:htx.example",
        "verifiableCredential": list(envelopes),
        **changes,
    }


def enclose(*envelopes: object, **changes: object) -> tuple[Enclosed, ...]:
    """Return what is found in a presentation, whichever of the three forms it has."""
    claims = presentation(*envelopes, **changes)
    payload = json.dumps(claims).encode()
    written = (
        seal(payload, typ=PRESENTATION, key=ED),
        selective(claims, typ=SELECTIVE_PRESENTATION),
        seal_cose(payload, typ=cose.PRESENTATION, key=ED),
    )
    found = []
    for data in written:
        secured = parse_secured(data)
        check_secured(secured, METHODS)
        found.append(open_enclosed(secured, METHODS))
    assert [repr(one) for one in found[1:]] == [repr(found[0])] * 2
    return found[0]


JOSE = "data:application/vc+jwt," + as_jose(document()).decode()
SELECTIVE = "data:application/vc+sd-jwt," + selective(document()).decode()
COSE = "data:application/vc+cose;base64," + encoding.encode_base64(as_cose(document()))


def test_each_form_is_taken_out_of_each_form() -> None:
    enclosed = enclose(envelope(JOSE), envelope(SELECTIVE), envelope(COSE), envelope(COSE + "\n"))
    assert [one.refusal for one in enclosed] == [None] * 4
    assert [one.secured.form for one in enclosed if one.secured] == [
        "jose",
        "sd-jwt",
        "cose",
        "cose",
    ]
    assert enclose() == ()
    assert enclose(verifiableCredential=envelope(JOSE))[0].refusal is None


@pytest.mark.parametrize(
    "other",
    [
        None,
        "text",
        document(),
        envelope(JOSE) | {"type": "VerifiableCredential"},
        envelope(JOSE) | {"type": ["EnvelopedVerifiableCredential", "Other"]},
        envelope("not-a-credential"),
        envelope("https://srp.example/1"),
        envelope(JOSE.removeprefix("data:")),
        envelope("data:application/vc+jwt"),
        envelope("data:application/vc+jwt,"),
        envelope(None),
        envelope(5),
    ],
)
def test_whatever_is_no_credential_in_its_envelope_spoils_the_whole(other: object) -> None:
    with pytest.raises(MalformedError):
        enclose(envelope(JOSE), other)


def test_a_form_that_is_not_read_is_named() -> None:
    for media_type in ("image/png;base64", "application/vc+cose", "application/vp+jwt", ""):
        (one,) = enclose(envelope(f"data:{media_type},{JOSE.partition(',')[2]}"))
        assert one == Enclosed(media_type, None, None)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (JOSE.replace("vc+jwt", "vc+sd-jwt"), "header_refused"),
        (SELECTIVE.replace("vc+sd-jwt", "vc+jwt"), "header_refused"),
        (JOSE[:-1], "malformed"),
        (JOSE[:-6] + "AAAAAA", "signature_bad"),
        ("data:application/vc+cose;base64,0oRY", "malformed"),
        ("data:application/vc+jwt," + as_jose(document(type="x")).decode(), "malformed_credential"),
        ("data:application/vc+jwt," + as_jose(document(), kid="k9").decode(), "key_not_known"),
        ("data:application/vc+jwt,ký", "malformed"),
    ],
)
def test_a_credential_that_does_not_stand_spoils_only_itself(url: str, code: str) -> None:
    bad, good = enclose(envelope(url), envelope(SELECTIVE))
    assert bad.refusal is not None
    assert bad.refusal.code == code
    assert good.refusal is None


def test_a_presentation_is_its_holders() -> None:
    assert enclose(iss="did:web:htx.example") == ()
    with pytest.raises(MalformedError):
        enclose(iss="did:web:other.example")
    with pytest.raises(MalformedError):
        enclose(type="VerifiableCredential")
    with pytest.raises(MalformedError):
        enclose(vp={})


@given(data=st.binary(max_size=80), cut=st.integers(0, 400))
def test_any_bytes_are_read_or_refused(data: bytes, cut: int) -> None:
    good = as_jose(document())
    for odd in (data, good[:cut] + data, good[:cut] + data + good[cut:], b"{" + data):
        try:
            check_secured(parse_secured(odd), METHODS)
        except LedgerError:
            continue
        # Only white space around it may differ.
        assert odd.strip() == good
