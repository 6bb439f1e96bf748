from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.log.data_integrity import format_multikey
from ledger.log.methods import Method, read_methods
from tests.log.issuing import AT, ED, ES, published

DID = "did:web:srp.example"
JWK = dict(ED.public.jwk)
ES_JWK = dict(ES.public.jwk)


def method(name: str = f"{DID}#k1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
    members = {"id": name, "type": "JsonWebKey", "controller": DID, "publicKeyJwk": JWK, **changes}
    return {name: member for name, member in members.items() if member is not None}


def read(document: object) -> dict[str, Method]:
    return read_methods(json.dumps(document).encode(), AT)


def document(*methods: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    asserting = [one["id"] for one in methods]
    return {"id": DID, "verificationMethod": methods, "assertionMethod": asserting, **changes}


def test_a_bare_key_has_its_name_and_nobody_behind_it() -> None:
    assert read(JWK) == {ED.public.kid: Method(ED.public, None)}
    assert set(read(JWK | {"kid": "2026-1"})) == {ED.public.kid, "2026-1"}
    assert set(read(JWK | {"kid": ED.public.kid, "alg": "EdDSA", "use": "sig"})) == {ED.public.kid}


def test_a_method_says_whose_key_it_is() -> None:
    known = Method(ED.public, DID)
    assert read(method()) == {f"{DID}#k1": known, ED.public.kid: known}
    multikey = method(publicKeyJwk=None, publicKeyMultibase=format_multikey(ED.public))
    assert read(multikey) == read(method())


def test_wide_curves_are_read_here() -> None:
    for name, curve in (("vm-p384.json", "P-384"), ("vm-p521.json", "P-521")):
        assert {one.key.jwk["crv"] for one in published(name).values()} == {curve}


def test_a_document_gives_the_keys_that_may_make_assertions() -> None:
    first, second = method(), method("#k2", publicKeyJwk=ES_JWK)
    both = read(document(first, second))
    assert set(both) == {f"{DID}#k1", f"{DID}#k2", ED.public.kid, ES.public.kid}
    assert {one.controller for one in both.values()} == {DID}
    assert set(read(document(first, second, assertionMethod=["#k1"]))) == {
        f"{DID}#k1",
        ED.public.kid,
    }
    embedded = document(assertionMethod=[second])
    assert set(read(embedded)) == {f"{DID}#k2", ES.public.kid}
    assert read(document(first, assertionMethod=[])) == {}
    assert read(document(first, assertionMethod=["#k9", 5, None, {"id": 5}, []])) == {}


@pytest.mark.parametrize(
    "odd",
    [
        {"controller": "did:web:other.example"},
        {"controller": None},
        {"publicKeyJwk": None},
        {"publicKeyJwk": {"kty": "OKP", "crv": "X25519", "x": JWK["x"]}},
        {"publicKeyJwk": {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}},
        {"expires": "2026-05-31T00:00:00Z"},
        {"revoked": "2026-05-31T00:00:00Z"},
        {"revoked": "yesterday"},
        {"revoked": True},
    ],
)
def test_a_document_keeps_out_the_keys_that_do_not_count(odd: dict[str, Any]) -> None:
    good = method("#k2", publicKeyJwk=ES_JWK)
    assert set(read(document(method(**odd), good))) == {f"{DID}#k2", ES.public.kid}


@pytest.mark.parametrize("mark", ["expires", "revoked"])
def test_a_key_counts_until_its_end(mark: str) -> None:
    ending = json.dumps(method(**{mark: AT.isoformat()})).encode()
    assert read_methods(ending, AT - timedelta(seconds=1))
    with pytest.raises(MalformedError):
        read_methods(ending, AT)


@pytest.mark.parametrize(
    "odd",
    [
        [],
        5,
        None,
        {},
        {"kid": "k"},
        JWK | {"d": JWK["x"]},
        JWK | {"x": "AA"},
        JWK | {"key_ops": ["verify"]},
        {"kty": "oct", "k": "AA"},
        {"keys": [JWK]},
        method(id=None),
        method(controller=5),
        method(publicKeyJwk="x", publicKeyMultibase=None),
        method(publicKeyJwk=None, publicKeyMultibase="zzz"),
        method(publicKeyJwk=None, publicKeyMultibase=5),
        document(method(), id=None),
        document(method(), verificationMethod={}),
        document(method(), assertionMethod="#k1"),
    ],
)
def test_what_is_no_key_is_refused(odd: object) -> None:
    with pytest.raises(MalformedError):
        read(odd)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("#k1"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
MEMBERS = st.sampled_from([*JWK, *method(), *document(), "expires", "kid", "publicKeyMultibase"])


@given(changes=st.dictionaries(MEMBERS, VALUES, max_size=4))
def test_odd_documents_are_read_or_refused(changes: dict[str, Any]) -> None:
    for odd in (JWK | changes, method() | changes, document(method()) | changes, changes):
        with suppress(LedgerError):
            read(odd)
