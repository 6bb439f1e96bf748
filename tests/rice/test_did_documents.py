"""DID documents as others read them, and documents from other domains as we take them down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.keys import EcdsaSigningKey
from ledger.log.methods import read_methods
from ledger.log.statement import parse_statement
from ledger.rice import acts
from ledger.rice.did_documents import (
    SNAPSHOT_BYTES_MAX,
    did_document,
    document_url,
    ledger_document,
    named_kids,
    read_snapshot,
)
from ledger.rice.facts import Actor, Did, Key
from ledger.rice.trust_acts import SnapshotDid
from tests.bent import bent_json
from tests.world import (
    World,
    accredited,
    attested,
    did,
    key_of,
    kid_of,
    offered,
    registration,
    season,
)

OWN = "did:web:chung-nhan.example"
AT = datetime(2026, 3, 1, 5, tzinfo=UTC)


def document(*names: str, subject: str = OWN, **more: object) -> dict[str, Any]:
    """Return the document of a certifier that has these keys."""
    keys = [key_of(name).public for name in names]
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": subject,
        "verificationMethod": [
            {
                "id": f"{subject}#{key.kid}",
                "type": "JsonWebKey",
                "controller": subject,
                "publicKeyJwk": dict(key.jwk),
            }
            for key in keys
        ],
        "assertionMethod": [f"{subject}#{key.kid}" for key in keys],
        **more,
    }


def spelled(value: object) -> str:
    """Return a document as acts carry it: the bytes as they stand at the domain."""
    return encoding.encode_base64(json.dumps(value, indent=1).encode())


def bringing(value: object, own: str = OWN) -> acts.RegisterActor:
    """Return the registration of a certifier with a DID of its own."""
    return structs.replace(registration("cn"), did=own, did_document=spelled(value))


def test_a_certifier_brings_its_own_domain_and_signs_with_it() -> None:
    world = season()
    index = world.must("so+cn", bringing(document("cn")))
    fact = world.find(Did, f"did:{OWN}")
    assert (fact.actor, fact.snapshot_index) == ("cn", index)
    assert fact.document
    body = structs.replace(accredited("verifier", "hh", "cn"), issued_to_did=OWN)
    assert world.say("hh", body) == "ok"
    statement = structs.replace(attested("ghg", "cn", "htx", "A001"), issuer_did=OWN)
    said = world.say("cn", statement, kid=f"{OWN}#{kid_of('cn')}")
    assert said == "ok+water_unmeasured"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (structs.replace(registration("cn"), did=OWN), "not shown"),
        (structs.replace(registration("cn"), did=did("other")), "not shown"),
        (bringing(document("cn", subject=did("cn")), did("cn")), "this ledger writes"),
        (bringing(document("cn", subject="did:web:other.example")), "its id is another"),
        (bringing(document("cn", "stranger")), "is not enrolled"),
        (bringing(document("may")), "is not enrolled"),
        (bringing(document("cn", assertionMethod=[])), "no assertionMethod"),
        (bringing([]), "its id is another"),
        (bringing(document("cn", subject="did:web:a..b%2Fc"), "did:web:a..b%2Fc"), "the DID"),
        (bringing(document("cn", padding="x" * 13_000)), None),
    ],
    ids=str,
)
def test_a_did_is_given_here_or_shown(act: acts.RegisterActor, why: str | None) -> None:
    world = season()
    said = world.say("so+cn", act)
    if why is None:
        assert said == "ok"
    else:
        assert said == "did_unfit"
        assert why in str(world.refused.details["why"])


def _with_own_did() -> World:
    world = season()
    world.must("so+cn", bringing(document("cn")))
    return world


def test_a_later_snapshot_names_keys_enrolled_here_and_in_force() -> None:
    world = _with_own_did()
    both = SnapshotDid(actor="cn", document=spelled(document("cn", "cn-2")))
    assert world.say("cn", both) == "did_unfit"
    world.must("cn+cn-2", acts.EnrolKey(actor="cn", key=offered("cn-2", admin=False)))
    assert world.say("cn-2", both) == "admin_key_needed"
    assert world.say("may", both) == "office_not_held"
    assert world.say("cn", both) == "ok"
    again = SnapshotDid(actor="cn", document=spelled(document("cn-2", "cn")))
    assert world.say("so", again) == "ok"
    world.must("cn", acts.RevokeKey(kid=kid_of("cn-2"), reason="lost"))
    late = SnapshotDid(actor="cn", document=spelled(document("cn", "cn-2", extra=1)))
    assert world.say("cn", late) == "did_unfit"
    ours = SnapshotDid(actor="may", document=spelled(document("may", subject=did("may"))))
    assert world.say("may", ours) == "did_unfit"


def _bent(path: str, member: object) -> dict[str, Any]:
    value = document("cn")
    value["verificationMethod"][0][path] = member
    return value


@pytest.mark.parametrize(
    "value",
    [
        _bent("id", f"{OWN}#key-1"),
        _bent("controller", "did:web:other.example"),
        _bent("expires", "2026-03-01T04:59:59Z"),
        _bent("revoked", "2026-03-01T04:59:59Z"),
        _bent("publicKeyJwk", {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}),
        document("cn", assertionMethod=["#nothing"]),
        document("cn", assertionMethod=[7]),
        document("cn", verificationMethod={}),
    ],
    ids=str,
)
def test_a_document_that_does_not_name_good_keys_as_credentials_do_is_refused(
    value: dict[str, Any],
) -> None:
    with pytest.raises(LedgerError):
        read_snapshot(json.dumps(value).encode(), OWN, AT)


def test_relative_names_and_keys_inside_the_relationship_are_read() -> None:
    kid = kid_of("cn")
    relative = document("cn", assertionMethod=[f"#{kid}"])
    relative["verificationMethod"][0]["id"] = f"#{kid}"
    inside = document("cn")
    inside["assertionMethod"] = inside.pop("verificationMethod")
    for value in (relative, inside):
        assert read_snapshot(json.dumps(value).encode(), OWN, AT) == {kid}
        assert named_kids(spelled(value)) == {kid}


def test_a_document_has_a_limit() -> None:
    data = json.dumps(document("cn", padding="x" * SNAPSHOT_BYTES_MAX)).encode()
    with pytest.raises(LedgerError, match="limit"):
        read_snapshot(data, OWN, AT)


@given(st.data())
def test_bent_documents_are_refused_in_our_own_words_or_name_the_same_key(
    data: st.DataObject,
) -> None:
    value = bent_json(document("cn"), data)
    named_kids(spelled(value))
    try:
        kids = read_snapshot(json.dumps(value).encode(), OWN, AT)
    except LedgerError:
        return
    assert kids == {kid_of("cn")}


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("did:web:a.example", "https://a.example/.well-known/did.json"),
        ("did:web:a.example%3A8443", "https://a.example:8443/.well-known/did.json"),
        ("did:web:a.example:u:b", "https://a.example/u/b/did.json"),
        ("did:web:a.example:..:b", None),
        ("did:web:a.example:%2e%2e", None),
        ("did:web:a.example:b%2Fc", None),
        ("did:web:a.example%2Fb", None),
        ("did:web:u%40a.example", None),
        ("did:web:a.example%3A", None),
        ("did:web::b", None),
        ("did:web:", None),
        ("did:key:z6Mk", None),
    ],
)
def test_where_a_did_has_its_document(name: str, url: str | None) -> None:
    if url is not None:
        assert document_url(name) == url
        return
    with pytest.raises(LedgerError):
        document_url(name)


def test_keys_that_are_over_are_shown_and_stand_in_no_relationship() -> None:
    world = season()
    for name, until in (("phone", "2026-03-01T06:00:00Z"), ("stolen", "2026-12-31T00:00:00Z")):
        key = offered(name, admin=False, not_after=until)
        world.must(f"may+{name}", acts.EnrolKey(actor="may", key=key))
    since = "2026-02-28T00:00:00Z"
    revocation = acts.RevokeKey(kid=kid_of("stolen"), reason="compromised", invalid_from=since)
    index = world.must("may", revocation)
    held = [world.find(Key, f"key:{kid_of(name)}") for name in ("may", "phone", "stolen")]
    actor = world.find(Actor, "actor:may")
    revoked_at = {index: "2026-03-01T05:00:00.000Z"}

    def at(hour: int) -> dict[str, Any]:
        moment = datetime(2026, 3, 1, hour, tzinfo=UTC)
        return did_document(actor, held, revoked_at, moment)

    before, after = at(5), at(7)
    names = {one["id"].partition("#")[2]: one for one in before["verificationMethod"]}
    assert names[kid_of("stolen")]["revoked"] == since
    assert names[kid_of("phone")]["expires"] == "2026-03-01T06:00:00Z"
    assert {name.partition("#")[2][:43] for name in before["assertionMethod"]} == {
        kid_of("may"),
        kid_of("phone"),
    }
    assert {name.partition("#")[2][:43] for name in after["assertionMethod"]} == {kid_of("may")}
    # The name a credential of ours calls its key by is the name of a method.
    said = parse_statement(world.sign("may", accredited("verifier", "may", "lab")))
    assert said.signatures[0].kid in before["assertionMethod"]


def test_the_ledgers_own_document_is_read_by_our_own_reader() -> None:
    key = key_of("log").public
    own = ledger_document("demo.rice.example%3A8443", key)
    methods = read_methods(json.dumps(own).encode(), AT)
    assert own["id"] == "did:web:demo.rice.example%3A8443"
    assert methods[f"{own['id']}#{key.kid}"].key == key
    assert methods[f"{own['id']}#{key.kid}-multikey"].key == key


def test_an_ecdsa_key_is_shown_in_both_forms_and_both_are_the_key() -> None:
    key = EcdsaSigningKey.from_number(7).public
    own = ledger_document("demo.rice.example", key)
    methods = read_methods(json.dumps(own).encode(), AT)
    assert {method.key for method in methods.values()} == {key}
    assert len(own["verificationMethod"]) == 2
