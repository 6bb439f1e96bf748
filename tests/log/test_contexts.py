from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import LedgerError, MalformedError, NotFoundError
from ledger.log.contexts import CREDENTIALS_V2, find_strays, read_context
from tests.conformance_data import FOLDER, load, read
from tests.log.issuing import EXAMPLES, UNTP, contexts

OWN = "https://srp.example/context"


def strays(value: Any, **given: object) -> dict[str, bool]:  # noqa: ANN401  (any JSON value)
    """Return where strays stand, and whether a catch-all vocabulary takes them."""
    found = find_strays(value, {**contexts(), OWN: given})
    return {stray.pointer: stray.is_caught for stray in found}


def credential(*further: object, **members: object) -> dict[str, object]:
    return {
        "@context": [CREDENTIALS_V2, *further],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:web:htx.example"},
        **members,
    }


def test_the_published_examples() -> None:
    folder = "jws-vc/w3c-vc-jose-cose"
    unknown = strays(load(f"{folder}/credential-unknown-extensions.json"))
    assert {pointer for pointer in unknown if pointer.count("/") == 1} == {
        "/badExtension",
        "/anotherBadOne",
    }
    # The context of the examples takes every word, these and the honest ones alike.
    assert all(unknown.values())
    assert set(strays(load(f"{folder}/credential-minimal.json"))) == {"/credentialSubject/degree"}
    for name in ("single", "multiple", "selective"):
        assert strays(load(f"{folder}/presentation-{name}.json")) == {}


def test_the_published_samples_of_untp() -> None:
    folder = FOLDER / "untp-0.7.0" / "samples"
    cases = load("untp-0.7.0/cases.json")["samples"]
    found = {
        name: strays(load(f"untp-0.7.0/{name}"))
        for name in sorted({case["file"] for case in cases})
        if not name.startswith("samples/cvc/")  # a scheme is no credential and names no context
    }
    assert len(found) == len([*folder.rglob("*.json")]) - 1
    astray = {name: pointers for name, pointers in found.items() if pointers}
    # A member that older drafts had, one that was renamed, and the battery's own words.
    anchor = astray.pop("samples/dia/DigitalIdentityAnchor_instance.json")
    assert anchor["/renderTemplate2024"]
    battery = astray.pop("samples/dpp/DigitalProductPassport_battery_instance.json")
    assert all("/characteristics/" in pointer for pointer in battery)
    assert {pointer for pointers in astray.values() for pointer in pointers} == {
        "/credentialSubject/schemeId"
    }
    assert all(name.startswith("samples/older-2026-03/") for name in astray)


def test_without_a_catch_all_words_are_dropped() -> None:
    subject = {"id": "did:web:htx.example", "tonnes": 3, "kept": {"deep": 1}}
    value = credential(credentialSubject=subject, type=["VerifiableCredential", "Odd"], odd=1)
    assert strays(value) == {
        "/type": False,
        "/credentialSubject/tonnes": False,
        "/credentialSubject/kept": False,
        "/odd": False,
    }
    value["@context"] = [CREDENTIALS_V2, EXAMPLES]
    caught = strays(value)
    assert caught == {
        "/credentialSubject/tonnes": True,
        "/credentialSubject/kept": True,
        "/credentialSubject/kept/deep": True,
        "/odd": True,
    }


def test_a_context_may_define_by_url_inline_or_in_a_list() -> None:
    subject = {"tonnes": 3, "srp:grade": "A", "https://srp.example/v#x": 1, "odd": 2}
    own = {"tonnes": "https://srp.example/v#tonnes", "srp": "https://srp.example/v#"}
    for further in ([OWN], [own], [{}, own]):
        value = credential(*further, credentialSubject=subject)
        assert strays(value, **own) == {"/credentialSubject/odd": False}


def test_terms_hold_where_their_type_or_member_brings_them() -> None:
    own = {
        "Report": {"@id": "https://srp.example/v#Report", "@context": {"grade": "x:grade"}},
        "sample": {"@id": "x:sample", "@context": {"depth": "x:depth"}},
        "raw": {"@id": "x:raw", "@type": "@json"},
        "none": None,
        "kind": "@type",
    }
    report = {"type": "Report", "grade": "A", "sample": {"depth": 3, "grade": "B"}, "depth": 4}
    value = credential(own, credentialSubject=[report, {"kind": ["Report", "Odd"], "grade": "C"}])
    assert strays(value) == {
        # What a type brings does not go on into other nodes; what a member brings stays in it.
        "/credentialSubject/0/sample/grade": False,
        "/credentialSubject/0/depth": False,
        "/credentialSubject/1/kind": False,
    }
    value = credential(own, credentialSubject={"raw": {"any": {"thing": 1}}, "none": 1})
    assert strays(value) == {"/credentialSubject/none": False}
    value = credential(own, credentialSubject={"name": {"@value": "Lúa", "@language": "vi"}})
    assert strays(value) == {}


def test_pointers_are_escaped() -> None:
    value = credential(credentialSubject={"a/b~c": 1})
    assert strays(value) == {"/credentialSubject/a~1b~0c": False}


@pytest.mark.parametrize(
    "context",
    [
        {"name": "https://srp.example/v#name"},
        {"VerifiableCredential": "https://srp.example/v#other"},
        None,
        7,
        {"tonnes": 7},
        {"tonnes": {}},
        {"tonnes": "tonnes"},
        {"tonnes": {"@id": 7}},
        {"tonnes": "@context"},
        {"tonnes": {"@id": "x:t", "@container": "@language"}},
        {"tonnes": {"@reverse": "x:t"}},
        {"tonnes": {"@id": "x:t", "@nest": "x"}},
        {"@import": OWN},
        {"@propagate": False},
        {"@vocab": ""},
        {"@vocab": 7},
    ],
    ids=str,
)
def test_a_context_that_is_not_understood_or_takes_words_away(context: object) -> None:
    with pytest.raises(MalformedError) as refusal:
        strays(credential(context))
    assert refusal.value.code == "malformed_credential"


def test_a_protected_term_may_be_said_again() -> None:
    again = {"name": "https://schema.org/name", "s": "https://schema.org/"}
    assert strays(credential(again, name="SRP")) == {}
    assert strays(credential({**again, "name": {"@id": "s:name"}}, name="SRP")) == {}


def test_nothing_is_fetched() -> None:
    with pytest.raises(NotFoundError) as refusal:
        find_strays(credential(), {})
    assert (refusal.value.code, refusal.value.details["context"]) == (
        "context_unknown",
        CREDENTIALS_V2,
    )
    for circle in ({OWN: OWN}, {OWN: [{}, [OWN]]}):
        with pytest.raises(MalformedError):
            find_strays({"@context": OWN}, circle)


def test_a_published_context_has_its_published_bytes() -> None:
    data = read("untp-0.7.0/context/credentials-v2.jsonld")
    assert read_context(CREDENTIALS_V2, data) == contexts()[CREDENTIALS_V2]
    for bent in (data + b"\n", data.replace(b"issuer", b"issuers", 1), b"{}"):
        with pytest.raises(MalformedError):
            read_context(CREDENTIALS_V2, bent)
    for odd in (b"", b"[]", b"{}", b'{"context":{}}'):
        with pytest.raises(MalformedError):
            read_context(UNTP, odd)


@pytest.mark.parametrize("kind", [7, {}, [[]], ["VerifiableCredential", None]])
def test_a_type_is_text(kind: object) -> None:
    with pytest.raises(LedgerError):
        strays(credential(type=kind))
