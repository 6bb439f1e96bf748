"""Who may vouch, over HTTP: an accreditation is sent, listed, suspended; keys are recovered."""

from __future__ import annotations

import httpx

from ledger.log.statement import seal
from ledger.rice import acts, anchors
from ledger.rice.anchors import Accredited
from ledger.rice.trust_acts import ChangeAccreditation, RecoverKey
from tests.profiles import PROFILES
from tests.small_season import key_of, offered, sealed, words

JOSE = {"content-type": "application/jose"}
SCHEME = "https://demo.rice.example/schemes/green"
OWNER, BODY = "nha-may", "chi-cuc"


def did(actor: str) -> str:
    return f"did:web:demo.rice.example:actors:{actor}"


def accredited(number: int, role: str) -> bytes:
    """Return an accreditation as the scheme's owner signs it."""
    body = Accredited(
        id=f"https://demo.rice.example/accreditations/{number}",
        number=f"CN-{number}",
        scheme=SCHEME,
        role=role,
        issuer_did=did(OWNER),
        issued_to_did=did(BODY),
        communes=("31249",),
        from_on="2026-01-01",
        until_on="2026-12-31",
    )
    names = {SCHEME: "Xanh", did(OWNER): "Chủ", did(BODY): "Cơ quan"}
    key = key_of(OWNER)
    payload = anchors.write_anchor(body, names)
    return seal(payload, typ="vc+jwt", key=key, kid=f"{did(OWNER)}#{key.public.kid}")


def said(client: httpx.Client, data: bytes) -> int:
    return client.post("/entries", content=data, headers=JOSE).status_code


def test_accreditations_are_listed_by_what_is_asked_for(client: httpx.Client) -> None:
    office = acts.RoleGrant(role="scheme_owner", from_on="2026-01-01")
    scheme = acts.PublishScheme(
        scheme=SCHEME,
        version="1.0.0",
        name=words("Gạo xanh"),
        custody=("segregated",),
        profiles=PROFILES,
        document="A" * 43 + "=",
        from_on="2026-01-01",
    )
    assert said(client, sealed(acts.GrantRole(actor=OWNER, grant=office), "so")) == 201
    assert said(client, sealed(scheme, OWNER)) == 201
    for number, role in enumerate(("confirmer", "verifier", "laboratory")):
        assert said(client, accredited(number, role)) == 201
    suspended = ChangeAccreditation(
        accreditation="https://demo.rice.example/accreditations/0",
        state="suspended",
        from_on="2026-03-01",
        reason="hậu kiểm",
        paper="1",
    )
    assert said(client, sealed(suspended, OWNER)) == 201

    def listed(**asked: str) -> list[str]:
        answer = client.get("/accreditations", params=asked)
        return [one["number"] for one in answer.json()["accreditations"]]

    assert listed() == ["CN-0", "CN-1", "CN-2"]
    assert listed(role="verifier") == ["CN-1"]
    assert listed(scheme=SCHEME, actor=BODY, limit="2") == ["CN-0", "CN-1"]
    assert listed(after="https://demo.rice.example/accreditations/1") == ["CN-2"]
    assert listed(actor=OWNER) == listed(scheme="urn:x") == []
    (first, *_) = client.get("/accreditations").json()["accreditations"]
    assert [spell["state"] for spell in first["spells"]] == ["granted", "suspended"]


def test_a_recovered_key_stands_in_the_did_document_and_the_lost_one_is_over(
    client: httpx.Client,
) -> None:
    lost, new = key_of("htx").public.kid, key_of("htx 2").public.kid
    act = RecoverKey(actor="htx", key=offered(key_of("htx 2")), lost=(lost,))
    assert said(client, sealed(act, "so", "htx 2")) == 409
    assert said(client, sealed(act, "root 1", "root 2", "htx 2")) == 201
    document = client.get("/actors/htx/did.json").json()
    assert document["assertionMethod"] == [f"{did('htx')}#{new}", f"{did('htx')}#{new}-multikey"]
    assert len(document["verificationMethod"]) == 4
