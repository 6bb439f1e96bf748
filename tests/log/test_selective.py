from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha384, sha512
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.log import encoding
from ledger.log.secured import check_secured, parse_secured
from ledger.log.selective import parse_selective, reveal
from ledger.log.statement import CREDENTIAL, STATEMENT_LENGTH_MAX, parse_statement, seal
from tests.conformance_data import read
from tests.log.issuing import (
    ED,
    FOLDER,
    METHODS,
    check_every_bit,
    digest,
    disclosure,
    document,
    published,
    selective,
)

# RFC 9901 section 4.2: a claim and an item as disclosed there, and the digests printed there.
MOEBIUS = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
FRANCE = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"

TONNES = disclosure("salt-1", "tonnes", 120)
NOTE = disclosure("salt-2", "note", "Cần Thơ")
AREA = disclosure("salt-3", "VN-CT-0001")
ALL = (TONNES, NOTE, AREA)


def signed() -> dict[str, Any]:
    """Return what an issuer signs of a certificate with three claims to show or keep."""
    subject = {
        "_sd": [digest(TONNES), digest(NOTE)],
        "areas": ["VN-CT-0002", {"...": digest(AREA)}],
    }
    return document(credentialSubject=subject)


def shown(claims: dict[str, Any], *disclosures: str) -> dict[str, Any]:
    payload = json.dumps(claims).encode()
    return reveal(payload, [spelled.encode() for spelled in disclosures]).claims


def test_the_published_digests() -> None:
    claim = {"_sd": ["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"]}
    assert shown(claim, MOEBIUS) == {"family_name": "Möbius"}
    item = {"nationalities": [{"...": "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"}, "DE"]}
    assert shown(item, FRANCE) == {"nationalities": ["FR", "DE"]}


@pytest.mark.parametrize("given_up", range(8))
def test_a_holder_shows_what_they_choose(given_up: int) -> None:
    chosen = [spelled for bit, spelled in enumerate(ALL) if given_up >> bit & 1]
    secured = parse_secured(selective(signed(), *chosen))
    check_secured(secured, METHODS)
    subject = secured.claims["credentialSubject"]
    assert subject.get("tonnes") == (120 if TONNES in chosen else None)
    assert subject.get("note") == ("Cần Thơ" if NOTE in chosen else None)
    assert subject["areas"] == ["VN-CT-0002"] + ["VN-CT-0001"] * (AREA in chosen)
    assert secured.withheld == 3 - len(chosen)
    assert "_sd" not in subject


def test_a_disclosure_may_hold_digests_of_others() -> None:
    inner = disclosure("salt-4", "commune", "Thới Lai")
    item = disclosure("salt-5", {"_sd": [digest(inner)], "code": "VN-CT-0001"})
    outer = disclosure("salt-6", "areas", [{"...": digest(item)}])
    claims = {"_sd": [digest(outer)]}
    assert shown(claims, outer, item, inner) == {
        "areas": [{"code": "VN-CT-0001", "commune": "Thới Lai"}]
    }
    assert shown(claims, inner, outer, item) == shown(claims, outer, item, inner)
    assert shown(claims, outer, item) == {"areas": [{"code": "VN-CT-0001"}]}
    assert shown(claims, outer) == {"areas": []}
    with pytest.raises(MalformedError):
        shown(claims, outer, inner)


@pytest.mark.parametrize(("name", "algorithm"), [("sha-384", sha384), ("sha-512", sha512)])
def test_other_hashes_are_told_by_their_name(name: str, algorithm: Any) -> None:  # noqa: ANN401
    claims = {"_sd": [digest(TONNES, algorithm)], "_sd_alg": name}
    assert shown(claims, TONNES) == {"tonnes": 120}
    with pytest.raises(MalformedError):
        shown({**claims, "_sd_alg": "sha-256"}, TONNES)


TWICE = digest(TONNES)
ODD_NAME = [disclosure("s", name, 1) for name in ("_sd", "...", "_sd_alg")]


@pytest.mark.parametrize(
    ("claims", "disclosures"),
    [
        ({}, [TONNES]),
        ({"_sd": [TWICE, TWICE]}, [TONNES]),
        ({"_sd": [TWICE, TWICE]}, []),
        ({"_sd": [TWICE], "a": {"_sd": [TWICE]}}, [TONNES]),
        ({"_sd": [TWICE], "a": [{"...": TWICE}]}, [TONNES]),
        ({"_sd": [TWICE]}, [TONNES, TONNES]),
        ({"_sd": [TWICE], "tonnes": 1}, [TONNES]),
        (
            {"_sd": [TWICE, digest(disclosure("s", "tonnes", 7))]},
            [TONNES, disclosure("s", "tonnes", 7)],
        ),
        ({"_sd": [digest(AREA)]}, [AREA]),
        ({"a": [{"...": TWICE}]}, [TONNES]),
        ({"a": [{"...": digest(AREA), "b": 1}]}, [AREA]),
        ({"a": [{"...": digest(AREA), "b": 1}]}, []),
        ({"a": {"...": TWICE}}, [TONNES]),
        ({"...": TWICE}, [TONNES]),
        ({"a": {"_sd_alg": "sha-256"}}, []),
        ({"_sd_alg": "sha-1"}, []),
        ({"_sd_alg": None}, []),
        ({"_sd_alg": ["sha-256"]}, []),
        ({"_sd": TWICE}, [TONNES]),
        ({"_sd": None}, []),
        ({"_sd": {}}, []),
        ({"_sd": [5]}, []),
        ({"_sd": [[]]}, []),
        ({"_sd": [TWICE[:-1]]}, []),
        ({"_sd": [TWICE + "="]}, [TONNES]),
        ({"_sd": ["AAAA"]}, []),
        ({"a": [{"...": None}]}, []),
        *[({"_sd": [digest(odd)]}, [odd]) for odd in ODD_NAME],
        *[
            ({"_sd": [digest(odd)]}, [odd])
            for odd in (
                disclosure(),
                disclosure("s"),
                disclosure("s", "a", 1, 2),
                disclosure(1, "a", 1),
                disclosure("s", 5, 1),
                encoding.encode_base64url(b'{"a":1}'),
                encoding.encode_base64url(b'["s","a",{"b":1,"b":2}]'),
                encoding.encode_base64url('["s","a","Ca\u0302n"]'.encode()),
                encoding.encode_base64url(b'["s","a",1e400]'),
                encoding.encode_base64url(b'["s","a",1'),
                TONNES + "=",
                "",
                "é",
            )
        ],
    ],
)
def test_what_the_rules_of_disclosing_refuse(
    claims: dict[str, Any], disclosures: list[str]
) -> None:
    with pytest.raises(MalformedError):
        shown(claims, *disclosures)


@pytest.mark.parametrize("payload", [b"[]", b'"_sd"', b"null", b"{", b'{"a":1,"a":2}'])
def test_a_payload_that_is_no_claims(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        reveal(payload, [])


def test_disclosures_in_disclosures_have_a_limit() -> None:
    def chain(length: int) -> list[str]:
        links = [disclosure("s", "a", 1)]
        for _ in range(length - 1):
            links.append(disclosure("s", "a", {"_sd": [digest(links[-1])]}))
        return links

    most = chain(encoding.DEPTH_MAX)
    assert shown({"_sd": [digest(most[-1])]}, *most)
    deep = chain(encoding.DEPTH_MAX + 1)
    with pytest.raises(MalformedError):
        shown({"_sd": [digest(deep[-1])]}, *deep)


def test_disclosures_count_towards_the_length() -> None:
    claims = document(_sd=[digest(disclosure("s", "note", "x" * length)) for length in (9, 50_000)])
    parse_secured(selective(claims, disclosure("s", "note", "x" * 9)))
    with pytest.raises(MalformedError) as refusal:
        parse_secured(selective(claims, disclosure("s", "note", "x" * 50_000)))
    assert refusal.value.code == "oversized"


def test_only_one_way_to_put_it_together() -> None:
    good = selective(signed(), *ALL)
    parse_selective(good)
    binding = seal(b"{}", typ=CREDENTIAL, key=ED)
    for data in (
        good[:-1],
        good + binding,
        good + b"~",
        b"~" + good,
        good.replace(b"~", b"~~", 1),
        seal(json.dumps(document()).encode(), typ=CREDENTIAL, key=ED) + b"~",
        good + b"A" * STATEMENT_LENGTH_MAX,
    ):
        with pytest.raises(MalformedError):
            parse_secured(data)


@pytest.mark.parametrize(
    "changes",
    [{"crit": ["exp"]}, {"b64": False}, {"cty": "vp"}, {"cty": ""}, {"jwk": {}}, {"iss": "x"}],
)
def test_a_header_outside_the_profile_is_refused(changes: dict[str, Any]) -> None:
    members = {"alg": "EdDSA", "kid": ED.public.kid, "typ": "vc+sd-jwt"}

    def sign(header: dict[str, Any]) -> bytes:
        parts = (json.dumps(part).encode() for part in (header, document()))
        text = ".".join(encoding.encode_base64url(part) for part in parts).encode()
        return text + b"." + encoding.encode_base64url(ED.sign(text)).encode() + b"~"

    check_secured(parse_secured(sign(members)), METHODS)  # the content type may be left out
    check_secured(parse_secured(sign({**members, "cty": "vc"})), METHODS)
    with pytest.raises(MalformedError):
        parse_secured(sign({**members, **changes}))


def test_it_makes_no_entry() -> None:
    issued = selective(signed()).rstrip(b"~")
    for data in (issued, issued + b"~"):
        with pytest.raises(MalformedError):
            parse_statement(data)


def test_no_character_of_it_is_decoration() -> None:
    wide = published("vm-p384.json", "vm-p521.json")
    for name in ("credential-sdjwt-selective.txt", "credential-sdjwt-nested.txt"):
        check_every_bit(read(FOLDER + name).strip(), wide, bits=[0])
    check_every_bit(selective(signed(), *ALL), METHODS)


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_another_disclosure_in_the_place_of_one(changed: int) -> None:
    for other in (disclosure("salt-1", "tonnes", 121), disclosure("salt-9", "tonnes", 120), AREA):
        disclosures = [*ALL]
        disclosures[changed] = other
        if disclosures != [*ALL]:
            with pytest.raises(MalformedError):
                parse_secured(selective(signed(), *disclosures))


NAMES = st.text("abcdef", min_size=1, max_size=3)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("aăâ", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def conceal(tree: Any, choose: Callable[[], bool], into: list[str]) -> Any:  # noqa: ANN401
    """Return a tree with some parts behind digests; what discloses them is added to ``into``."""
    if isinstance(tree, dict):
        signed_part: dict[str, Any] = {}
        for name, member in tree.items():
            hidden = conceal(member, choose, into)
            if choose():
                into.append(disclosure(f"salt-{len(into)}", name, hidden))
                signed_part.setdefault("_sd", []).append(digest(into[-1]))
            else:
                signed_part[name] = hidden
        return signed_part
    if isinstance(tree, list):
        items = []
        for member in tree:
            hidden = conceal(member, choose, into)
            if choose():
                into.append(disclosure(f"salt-{len(into)}", hidden))
                hidden = {"...": digest(into[-1])}
            items.append(hidden)
        return items
    return tree


@given(tree=st.dictionaries(NAMES, TREES, max_size=4), random=st.randoms(use_true_random=False))
def test_what_was_concealed_and_disclosed_is_what_there_was(
    tree: dict[str, Any], random: Random
) -> None:
    disclosures: list[str] = []
    claims = conceal(tree, lambda: random.random() < 0.5, disclosures)
    random.shuffle(disclosures)
    payload, spelled = json.dumps(claims).encode(), [one.encode() for one in disclosures]
    assert (reveal(payload, spelled).claims, reveal(payload, spelled).withheld) == (tree, 0)
    # Without a single disclosure nothing is left of what was concealed, and nothing of its form.
    bare = json.dumps(reveal(payload, []).claims)
    assert "_sd" not in bare
    assert "..." not in bare


ODD = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.sampled_from([digest(one) for one in ALL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a", "b"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(
    claims=ODD, extra=st.lists(st.sampled_from(ALL) | ODD.map(lambda x: disclosure("s", "a", x)))
)
def test_odd_claims_are_read_or_refused(claims: object, extra: list[str]) -> None:
    with suppress(LedgerError):
        revealed = reveal(json.dumps(claims).encode(), [one.encode() for one in extra])
        assert not {"_sd", "..."} & set(_names(revealed.claims))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for member in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _names(member)


@given(data=st.binary(max_size=60), tail=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes, tail: bytes) -> None:
    issued = selective(signed(), TONNES)
    for bytes_given in (
        data,
        data + b"~",
        issued + data,
        issued + data + b"~" + tail,
        data + issued,
    ):
        with suppress(LedgerError):
            parse_secured(bytes_given)
