"""Attestations as UNTP 0.7.0 credentials: valid by the schema, read strictly, never crashed on."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.contexts import find_strays
from ledger.log.statement import parse_statement, seal
from ledger.log.status_list import StatusEntry
from ledger.rice.credentials import Attested, read_attestation
from ledger.rice.terms import Certificate
from tests.bent import bent_json
from tests.conformance_data import load
from tests.log.issuing import contexts
from tests.rice.life_sayings import FIRST, placed
from tests.world import SCHEME, attested, did, key_of, lot, written

UNTP = "untp-0.7.0"
ATTESTED = (
    attested("conformity", "xa", "htx", "A001", "A002", ha=20),
    attested("ghg", "kiem", "htx", "A001"),
    structs.replace(attested("grant", "hh", "may", "A001"), quota_g=1_889_450_001),
    structs.replace(attested("conformity", "xa", "htx", "A001"), area_m2=960_801),
    attested(
        *("transaction", "hh", "may", "A001"),
        lot=lot("H1"),
        sold_g=20_000_500,
        licence="https://demo.rice.example/attestations/grant-A001-hh",
    ),
    attested(
        *("certificate", "xa", "htx", "A001"),
        certificate=Certificate("SRP-2026/0042", f"zQm{'Y' * 44}"),
    ),
    structs.replace(placed(94_567), number="with a status, answering", application=FIRST),
)


@cache
def schema() -> jsonschema_rs.Validator:
    """Return the schema of the publisher; formats are checked, not only noted."""
    return jsonschema_rs.validator_for(
        load(f"{UNTP}/schema/ConformityCredential.json"), validate_formats=True
    )


def read(value: object, issuer: str = "") -> Attested:
    """Return what a credential says once its issuer has signed it."""
    payload = value if isinstance(value, bytes) else encoding.canonical_json(value)  # type: ignore[arg-type]
    said = json.loads(payload)
    named = said.get("issuer") if isinstance(said, dict) else None
    issuer = issuer or (named.get("id", "") if isinstance(named, dict) else "") or did("xa")
    key = key_of("xa")
    kid = f"{issuer if issuer.startswith('did:') else did('xa')}#{key.public.kid}"
    return read_attestation(parse_statement(seal(payload, typ="vc+jwt", key=key, kid=kid)))


def value_of(body: Attested) -> Any:  # noqa: ANN401  (any JSON value)
    return json.loads(written(body))


@pytest.mark.parametrize("body", ATTESTED, ids=lambda body: body.number)
def test_what_is_written_is_read(body: Attested) -> None:
    assert read(written(body)) == body


@pytest.mark.parametrize("body", ATTESTED, ids=lambda body: body.number)
def test_what_is_written_is_untp(body: Attested) -> None:
    schema().validate(value_of(body))
    assert not schema().is_valid({**value_of(body), "validFrom": "yesterday"})
    assert not schema().is_valid({**value_of(body), "issuer": body.issuer_did})


@pytest.mark.parametrize("body", ATTESTED, ids=lambda body: body.number)
def test_the_contexts_define_every_word_of_what_is_written(body: Attested) -> None:
    """None falls into one of UNTP's catch-all vocabularies, let alone is dropped."""
    value = value_of(body)
    assert find_strays(value, contexts()) == ()
    assessment = value["credentialSubject"]["conformityAssessment"][0]
    assessment["assessedFaclity"] = assessment.pop("assessedFacility")
    first = find_strays(value, contexts())[0]
    assert first.pointer == "/credentialSubject/conformityAssessment/0/assessedFaclity"
    assert first.is_caught


@pytest.mark.parametrize("body", ATTESTED, ids=lambda body: body.number)
def test_members_that_decide_nothing_are_left_alone_in_any_order(body: Attested) -> None:
    value = dict(reversed(value_of(body).items()))
    value["renderMethod"] = []
    value["credentialStatus"] = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension",
        "statusListIndex": 94567,
        "statusListCredential": "https://demo.rice.example/status/1",
    }
    value["credentialSubject"]["auditableEvidence"] = {
        "linkURL": "https://x.example",
        "linkName": "x",
    }
    payload = json.dumps(value, indent=1).encode()
    status = StatusEntry("https://demo.rice.example/status/1", 94567, "suspension")
    assert read(payload) == structs.replace(body, statuses=(status,), application="")


def bent(path: str, member: object = ..., body: Attested = ATTESTED[0]) -> Any:  # noqa: ANN401
    """Return a credential with the member at a path replaced, or left out."""
    value = value_of(body)
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    holder = value
    for step in steps:
        holder = holder[step]
    if member is ...:
        del holder[last]
    else:
        holder[last] = member
    return value


ASSESSMENT = "credentialSubject/conformityAssessment/0"
AREA = f"{ASSESSMENT}/assessedPerformance/0"
SEASON = f"{ASSESSMENT}/assessedPerformance/2"
QUOTA = f"{ASSESSMENT}/assessedPerformance/1/measure"
REFUSED: dict[str, object] = {
    "another version of UNTP": bent(
        "@context/1", "https://vocabulary.uncefact.org/untp/0.6.0/context/"
    ),
    "a further context": bent("@context", ["https://www.w3.org/ns/credentials/v2"]),
    "another kind of credential": bent("type", ["VerifiableCredential"]),
    "no name": bent("name"),
    "no last day": bent("validUntil"),
    "a last day before the first": bent("validUntil", "2026-02-28T23:59:59+07:00"),
    "a day that is not": bent("validFrom", "2026-02-30T00:00:00+07:00"),
    "a day without an hour": bent("validFrom", "2026-03-01"),
    "a day without a place": bent("validFrom", "2026-03-01T00:00:00"),
    "an id that is no address": bent("id", "xa-1"),
    "a status without a place": bent("credentialStatus/statusListIndex", body=ATTESTED[6]),
    "a status whose place is spelled twice": bent(
        "credentialStatus/statusListIndex", "094567", ATTESTED[6]
    ),
    "a status beyond every list": bent("credentialStatus/statusListIndex", 2**27, ATTESTED[6]),
    "a status that is a word": bent("credentialStatus", "fine", ATTESTED[6]),
    "conformance not found": bent(f"{ASSESSMENT}/conformance", member=False),
    "conformance as text": bent(f"{ASSESSMENT}/conformance", "true"),
    "no areas": bent(f"{ASSESSMENT}/assessedFacility", []),
    "an area twice": bent(
        f"{ASSESSMENT}/assessedFacility",
        value_of(ATTESTED[0])["credentialSubject"]["conformityAssessment"][0]["assessedFacility"]
        * 2,
    ),
    "an area code in small letters": bent(
        f"{ASSESSMENT}/assessedFacility/0/facility/registeredId", "vn-cto"
    ),
    "hectares in acres": bent(f"{AREA}/measure/unit", "ACR"),
    "hectares as text": bent(f"{AREA}/measure/value", "20"),
    "hectares below nothing": bent(f"{AREA}/measure/value", -1),
    "no hectare at all": bent(f"{AREA}/measure/value", 0),
    "finer than a square metre": bent(f"{AREA}/measure/value", 0.00001),
    "more land than there is": bent(f"{AREA}/measure/value", 10**12),
    "tonnes finer than a gram": bent(f"{QUOTA}/value", 0.0001, ATTESTED[2]),
    "tonnes in bags": bent(f"{QUOTA}/unit", "BG", ATTESTED[2]),
    "no season": bent(SEASON),
    "a season that is not": bent(f"{SEASON}/score/code", "winter-spring"),
    "a season twice": bent(
        f"{ASSESSMENT}/assessedPerformance",
        value_of(ATTESTED[0])["credentialSubject"]["conformityAssessment"][0]["assessedPerformance"]
        * 2,
    ),
    "a profile of another scheme": bent(
        "credentialSubject/referenceProfile/id", "https://demo.rice.example/x/profile/grant/1.0.0"
    ),
    "two assessments": bent(
        "credentialSubject/conformityAssessment",
        value_of(ATTESTED[0])["credentialSubject"]["conformityAssessment"] * 2,
    ),
    "a score of two words": bent(f"{ASSESSMENT}/assessedPerformance/3/score/code", "two words"),
    "a figure nobody can print": bent(f"{ASSESSMENT}/assessedPerformance/1/measure/value", 1e-200),
    "a profile without a version": bent(
        "credentialSubject/referenceProfile/id", f"{SCHEME}/profile/conformity"
    ),
    "a certificate without a digest": bent(
        "credentialSubject/conformityCertificate/digestMultibase", body=ATTESTED[5]
    ),
    "a lot that is no lot": bent(
        f"{ASSESSMENT}/assessedProduct/0/product/id", "https://x.example/1", ATTESTED[4]
    ),
    "a credential in a wrapper": {"vc": value_of(ATTESTED[0])},
    "an issuer that is another": bent("issuer/id", "https://certifier.example"),
    "a member twice": written(ATTESTED[0])[:-1] + b',"name":"x"}',
    "text that is not NFC": bent("name", "Lu\u0301a"),
    "a list": [],
    "a word": b'"x"',
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    with pytest.raises(LedgerError) as refusal:
        read(REFUSED[case])
    assert refusal.value.code in {"malformed_credential", "malformed"}


@given(st.sampled_from(ATTESTED), st.data())
def test_bent_credentials_are_refused_in_our_own_words_or_still_name_what_they_mean(
    body: Attested, data: st.DataObject
) -> None:
    try:
        said = read(bent_json(value_of(body), data), issuer=body.issuer_did)
    except LedgerError:
        return
    assert said.scheme.startswith(("https://", "urn:", "did:"))
    assert said.areas
    assert said.area_m2 >= 0
    assert said.from_on <= said.until_on


def patched(value: Any, operations: list[dict[str, Any]]) -> Any:  # noqa: ANN401  (any JSON value)
    """Return JSON after the operations of RFC 6902 that the cases use."""
    value = copy.deepcopy(value)
    for operation in operations:
        *steps, last = operation["path"].split("/")[1:]
        holder = value
        for step in steps:
            holder = holder[int(step) if isinstance(holder, list) else step]
        if isinstance(holder, list):
            place = len(holder) if last == "-" else int(last)
            if operation["op"] == "add":
                holder.insert(place, operation["value"])
            elif operation["op"] == "replace":
                holder[place] = operation["value"]
            else:
                del holder[place]
        elif operation["op"] == "remove":
            del holder[last]
        else:
            holder[last] = operation["value"]
    return value


def test_published_credentials_are_judged_by_the_schema_and_refused_in_our_words() -> None:
    """They are of other schemes: valid or not, they are no attestation of rice."""
    cases = load(f"{UNTP}/cases.json")
    ours = [
        (case, load(f"{UNTP}/{case['file']}"))
        for case in cases["samples"]
        if case["schema"] == "ConformityCredential"
    ]
    ours += [
        (case, patched(load(f"{UNTP}/{case['base']}"), case["patch"]))
        for case in cases["patched"]
        if case["schema"] == "ConformityCredential"
    ]
    ours += [
        (case, case["document"])
        for case in cases["documents"]
        if case["schema"] == "ConformityCredential"
    ]
    assert len(ours) > 5
    for case, value in ours:
        assert schema().is_valid(value) == (case["expect"] == "valid"), case
        with pytest.raises(LedgerError) as refusal:
            read(value)
        assert refusal.value.code == "malformed_credential", case


def test_a_scheme_of_ours_may_be_written_by_other_software() -> None:
    """Kilograms or tonnes, UTC or local time: the same grant."""
    body = ATTESTED[2]
    value = bent(QUOTA, {"value": 1889.450001, "unit": "TNE"}, body)
    value["validFrom"] = "2026-02-28T17:00:00Z"
    value["validUntil"] = "2026-12-31T16:59:59.999Z"
    said = read(value)
    assert (said.quota_g, said.from_on, said.until_on) == (
        body.quota_g,
        body.from_on,
        body.until_on,
    )
    assert said.scheme == SCHEME
