"""Accreditations as UNTP 0.7.0 identity anchors: valid by the schema, read strictly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.statement import Statement, parse_statement, seal
from ledger.rice.anchors import Accredited, read_anchor
from ledger.rice.case import open_meaning
from ledger.rice.credentials import Attested
from tests.bent import bent_json
from tests.conformance_data import load
from tests.world import ELSEWHERE, HERE, SCHEME, accredited, attested, did, key_of, written

UNTP = "untp-0.7.0"
SUBJECT = "credentialSubject"
ACCREDITED = (
    accredited("confirmer", "hh", "xa", HERE),
    accredited("confirmer", "hh", "xa", ELSEWHERE, HERE),
    accredited("verifier", "hh", "kiem"),
    accredited("laboratory", "kiem", "lab"),
    accredited("decision_body", "hh", "kiem"),
)


@cache
def schema() -> jsonschema_rs.Validator:
    """Return the schema of the publisher; formats are checked, not only noted."""
    return jsonschema_rs.validator_for(
        load(f"{UNTP}/schema/DigitalIdentityAnchor.json"), validate_formats=True
    )


def value_of(body: Accredited) -> Any:  # noqa: ANN401  (any JSON value)
    return json.loads(written(body))


def signed(value: object) -> Statement:
    """Return an anchor as its issuer has signed it."""
    payload = value if isinstance(value, bytes) else encoding.canonical_json(value)  # type: ignore[arg-type]
    key = key_of("hh")
    named = json.loads(payload).get("issuer")
    issuer = named.get("id") if isinstance(named, dict) else None
    kid = f"{issuer if isinstance(issuer, str) else did('hh')}#{key.public.kid}"
    return parse_statement(seal(payload, typ="vc+jwt", key=key, kid=kid))


@pytest.mark.parametrize("body", ACCREDITED, ids=lambda body: body.number)
def test_what_is_written_is_read(body: Accredited) -> None:
    assert read_anchor(signed(written(body))) == body
    assert open_meaning(signed(written(body))).body == body


@pytest.mark.parametrize("body", ACCREDITED, ids=lambda body: body.number)
def test_what_is_written_is_untp(body: Accredited) -> None:
    schema().validate(value_of(body))
    assert not schema().is_valid({**value_of(body), "validFrom": "yesterday"})
    assert not schema().is_valid({**value_of(body), "issuer": body.issuer_did})


def test_no_member_of_it_falls_outside_the_contexts() -> None:
    """Every type is a term of the publisher's context, and every member a term of its type."""
    w3c, untp = (
        load(f"{UNTP}/context/{name}.jsonld")["@context"]
        for name in ("credentials-v2", "untp-0.7.0")
    )
    for kind, members in _typed(value_of(ACCREDITED[0])):
        terms = w3c.keys() | untp[kind]["@context"].keys()
        if kind == "DigitalIdentityAnchor":
            terms |= w3c["VerifiableCredential"]["@context"].keys() | {"@context"}
        assert members <= terms, kind


def _typed(value: Any) -> Iterator[tuple[str, set[str]]]:  # noqa: ANN401  (any JSON value)
    """Yield the first type of every object of a credential, with the names of its members."""
    if isinstance(value, dict):
        yield value["type"][0], set(value)
        for member in value.values():
            yield from _typed(member)


def test_an_older_anchor_says_scheme_id() -> None:
    """As the samples of March 2026 do; the schema of the tag refuses them, we read both."""
    value = value_of(ACCREDITED[0])
    value[SUBJECT]["schemeId"] = value[SUBJECT].pop("idScheme")
    assert not schema().is_valid(value)
    assert read_anchor(signed(value)) == ACCREDITED[0]
    for name in ("battery", "mine", "smelter"):
        sample = load(f"{UNTP}/samples/older-2026-03/DigitalIdentityAnchor_{name}_instance.json")
        assert "schemeId" in sample[SUBJECT]


@pytest.mark.parametrize("name", ["battery_", "mine_", "smelter_", ""])
def test_an_anchor_of_another_register_is_no_accreditation(name: str) -> None:
    sample = load(f"{UNTP}/samples/dia/DigitalIdentityAnchor_{name}instance.json")
    with pytest.raises(LedgerError) as refusal:
        read_anchor(signed(sample))
    assert refusal.value.code == "malformed_credential"


def test_a_conformity_credential_is_no_anchor() -> None:
    body = attested("conformity", "hh", "htx", "A001")
    assert read_anchor(signed(written(body))) is None
    assert isinstance(open_meaning(signed(written(body))).body, Attested)


def bent(path: str, member: object = ...) -> Any:  # noqa: ANN401  (any JSON value)
    """Return an anchor with the member at a path replaced, or left out."""
    value = value_of(ACCREDITED[0])
    *steps, last = path.split("/")
    holder = value
    for step in steps:
        holder = holder[step]
    if member is ...:
        del holder[last]
    else:
        holder[last] = member
    return value


ROLE = f"{SCHEME}/role/confirmer"
SCOPES = f"{SUBJECT}/registrationScope"
REFUSED: dict[str, object] = {
    "another version of UNTP": bent(
        "@context",
        [
            "https://www.w3.org/ns/credentials/v2",
            "https://vocabulary.uncefact.org/untp/0.6.0/context/",
        ],
    ),
    "no last day": bent("validUntil"),
    "a last day before the first": bent("validUntil", "2025-12-31T23:59:59+07:00"),
    "a day without an hour": bent("validFrom", "2026-01-01"),
    "another register": bent(f"{SUBJECT}/registerType", "business"),
    "no scheme": bent(f"{SUBJECT}/idScheme"),
    "two schemes": bent(f"{SUBJECT}/schemeId", {"id": SCHEME, "name": "Xanh"}),
    "no role": bent(SCOPES, [f"{SCHEME}/commune/{HERE}"]),
    "no scope": bent(SCOPES, []),
    "two roles": bent(SCOPES, [ROLE, f"{SCHEME}/role/verifier"]),
    "a role twice": bent(SCOPES, [ROLE, ROLE]),
    "a role nobody has": bent(SCOPES, [f"{SCHEME}/role/king"]),
    "a role of another scheme": bent(SCOPES, ["https://demo.rice.example/x/role/confirmer"]),
    "a limit that is not understood": bent(SCOPES, [ROLE, f"{SCHEME}/season/DX-2026"]),
    "a commune that is none": bent(SCOPES, [ROLE, f"{SCHEME}/commune/3124"]),
    "a commune twice": bent(SCOPES, [ROLE, *[f"{SCHEME}/commune/{HERE}"] * 2]),
    "too many communes": bent(
        SCOPES, [ROLE, *(f"{SCHEME}/commune/{code:05}" for code in range(201))]
    ),
    "a body that has no name": bent(f"{SUBJECT}/registeredName", ""),
    "a body that is no address": bent(f"{SUBJECT}/id", "<script>"),
    "an issuer that is another": bent("issuer/id", "https://certifier.example"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    with pytest.raises(LedgerError) as refusal:
        read_anchor(signed(REFUSED[case]))
    assert refusal.value.code in {"malformed_credential", "malformed"}


@given(st.sampled_from(ACCREDITED), st.data())
def test_bent_anchors_are_refused_in_our_own_words_or_still_name_what_they_mean(
    body: Accredited, data: st.DataObject
) -> None:
    value = bent_json(value_of(body), data)
    if not isinstance(value, dict):
        return
    try:
        said = read_anchor(signed(value))
    except LedgerError:
        return
    if said is not None:
        assert said.role
        assert said.scheme.startswith(("https://", "urn:", "did:"))
