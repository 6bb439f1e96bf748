"""No term of our credentials falls outside the contexts they name, and the schema takes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from msgspec import structs

from ledger.log.secured import parse_secured
from ledger.log.status_list import StatusEntry
from ledger.rice.status_places import PURPOSE, list_url
from tests.certified_season import Season
from tests.conformance_data import load
from tests.credentials.contexts import undefined_terms
from tests.rice.life_sayings import FIRST, placed
from tests.world import attested, written

UNTP = "untp-0.7.0"
BODIES = (
    placed(94_567),
    structs.replace(placed(5), application=FIRST),
    structs.replace(
        attested("grant", "hh", "may", "A001"),
        statuses=(StatusEntry(list=list_url("rice.example", 2), index=0, purpose=PURPOSE),),
    ),
)


def contexts() -> list[Any]:
    return [
        load(f"{UNTP}/context/{name}.jsonld")["@context"]
        for name in ("credentials-v2", "untp-0.7.0")
    ]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.number)
def test_an_attestation_with_a_status_is_untp_and_every_term_is_defined(body: Any) -> None:  # noqa: ANN401
    value = json.loads(written(body))
    schema = load(f"{UNTP}/schema/ConformityCredential.json")
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(value)
    assert value["credentialStatus"]["statusListIndex"] == body.statuses[0].index
    assert list(undefined_terms(value, contexts())) == []


def test_a_status_list_has_terms_of_the_w3c_alone(tmp_path: Path) -> None:
    book = Season(tmp_path / "book")
    claims = dict(parse_secured(book.ledger.status_list(1)).claims)
    book.ledger.close()
    assert claims["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert list(undefined_terms(claims, contexts()[:1])) == []


def test_a_term_that_nobody_defined_is_noticed() -> None:
    value = json.loads(written(BODIES[0]))
    value["credentialStatus"]["statusSize"] = 1  # the W3C's, and not UNTP's
    assert list(undefined_terms(value, contexts())) == []
    value["credentialStatus"]["logSize"] = 1
    value["credentialSubject"]["conformityAssessment"][0]["harvest"] = 1
    value["type"].append("RiceCredential")
    assert list(undefined_terms(value, contexts())) == [
        "/type:RiceCredential",
        "/credentialStatus/logSize",
        "/credentialSubject/conformityAssessment/harvest",
    ]
