from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from ledger.errors import LedgerError, MalformedError, RefusedError, SignatureError
from ledger.log import encoding
from ledger.log import status_list as lists
from ledger.log.secured import Secured, parse_secured
from ledger.log.statement import seal
from ledger.log.status_list import StatusEntry
from tests.conformance_data import load
from tests.world import key_of

EMPTY = bytes(lists.BITS_MIN // 8)
URL = "https://certifier.example/status/suspension/1"
AT = datetime(2026, 5, 1, tzinfo=UTC)
ISSUER = "did:web:certifier.example"


def entry_of(index: object, purpose: str = "revocation") -> dict[str, object]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": URL,
    }


def subject_of(encoded: object, purpose: str = "revocation") -> dict[str, object]:
    return {"type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encoded}


def read(entry: object, subject: object) -> bool:
    (found,) = lists.read_entries(entry)
    return lists.read_bit(found, subject)


def listing(**members: Any) -> Secured:  # noqa: ANN401  (any JSON value)
    """Return a list in which place 5 is suspended, as its issuer signed it."""
    bits = lists.set_bits(EMPTY, [5])
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:certifier.example",
        "validFrom": "2026-04-30T00:00:00Z",
        "validUntil": "2026-05-02T00:00:00Z",
        "credentialSubject": subject_of(lists.encode_status_list(bits), "suspension"),
    }
    key = key_of("certifier")
    kid = f"did:web:certifier.example#{key.public.kid}"
    payload = encoding.canonical_json(claims | members)
    return parse_secured(seal(payload, typ="vc+jwt", key=key, kid=kid))


def anybody(_: Secured) -> None:
    """Believe every signature; who may sign a list is tested where lists are used."""


def test_published_lists() -> None:
    for case in load("jws-vc/bitstring-status-list.json")["decode"]:
        bits = lists.decode_status_list(case["encodedList"])
        assert len(bits) == case["bytes"]
        assert all(lists.is_set(bits, index) for index in case["set_indexes"])
        assert not any(lists.is_set(bits, index) for index in case.get("clear_indexes", []))
        assert bits == lists.set_bits(bytes(len(bits)), case["set_indexes"])
        assert lists.decode_status_list(lists.encode_status_list(bits)) == bits


def test_published_refusals() -> None:
    cases = load("jws-vc/bitstring-status-list.json")["errors"]
    assert cases
    for case in cases:
        entry = entry_of(case["statusListIndex"], case.get("entry_purpose", "revocation"))
        subject = subject_of(case["encodedList"], case.get("list_purpose", "revocation"))
        with pytest.raises(LedgerError) as refusal:
            read(entry, subject)
        assert refusal.value.code.startswith(("status_", "malformed"))


def test_a_status_is_read_from_both_spellings_of_its_index() -> None:
    encoded = lists.encode_status_list(lists.set_bits(EMPTY, [94_567]))
    for index in ("94567", 94_567):
        assert read(entry_of(index), subject_of(encoded))
        assert read([entry_of(index)], subject_of(encoded))
    for index in ("94566", 94_568):
        assert not read(entry_of(index), subject_of(encoded))


@pytest.mark.parametrize("index", ["+5", "05", "5.0", "5e0", " 5", "", 5.0, True, None, -1, 2**27])
def test_other_spellings_of_an_index_are_refused(index: object) -> None:
    with pytest.raises(MalformedError):
        read(entry_of(index), subject_of(lists.encode_status_list(EMPTY)))


def test_a_credential_names_no_list_one_or_several() -> None:
    one = StatusEntry(list=URL, index=5, purpose="revocation")
    assert lists.read_entries(None) == ()
    assert lists.read_entries(lists.write_entry(one)) == (one,)
    assert lists.read_entries([entry_of("5"), entry_of(5)]) == (one, one)
    assert lists.read_entries([{"type": "StatusList2021Entry"}]) == (), "left alone"
    wrong: tuple[object, ...] = ("fine", 5, [5], [[]], entry_of(5) | {"statusListCredential": None})
    for bad in wrong:
        with pytest.raises(MalformedError):
            lists.read_entries(bad)


def test_a_status_of_another_type_is_refused() -> None:
    entry, subject = entry_of("5"), subject_of(lists.encode_status_list(EMPTY))
    assert not read(entry, subject)
    wrong: list[object] = [subject | {"type": "StatusList2021"}, {**subject, "encodedList": None}]
    for bad in (*wrong, [], None):
        with pytest.raises(MalformedError) as refusal:
            read(entry, bad)
        assert refusal.value.code == "status_unreadable"


def test_a_list_that_inflates_without_end_stops() -> None:
    bomb = gzip.compress(bytes(lists.BYTES_MAX + 1))
    assert len(bomb) < 20_000
    with pytest.raises(MalformedError) as refusal:
        lists.decode_status_list("u" + encoding.encode_base64url(bomb))
    assert refusal.value.code == "status_too_long"


def test_a_list_is_long_enough() -> None:
    with pytest.raises(MalformedError) as refusal:
        lists.decode_status_list("u" + encoding.encode_base64url(gzip.compress(EMPTY[1:])))
    assert refusal.value.code == "status_too_short"


def test_nothing_follows_a_list_and_nothing_is_missing() -> None:
    packed = gzip.compress(EMPTY)
    lists.decode_status_list("u" + encoding.encode_base64url(packed))
    for bad in (packed + b"\0", packed + packed, packed[:-1], packed[:-9] + bytes(9), b""):
        with pytest.raises(MalformedError) as refusal:
            lists.decode_status_list("u" + encoding.encode_base64url(bad))
        assert refusal.value.code == "status_unreadable"
    with pytest.raises(MalformedError):
        lists.decode_status_list("z" + encoding.encode_base64url(packed))


def test_the_same_list_is_the_same_bytes_and_says_nothing_of_the_machine() -> None:
    encoded = lists.encode_status_list(EMPTY)
    assert encoded == lists.encode_status_list(bytes(len(EMPTY)))
    header = encoding.decode_base64url(encoded[1:])[:10]
    assert header == b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff", "no time, no name, no system"


def test_a_status_is_found_in_the_list_that_a_credential_names() -> None:
    here = {URL: listing()}
    suspended, fine = (StatusEntry(list=URL, index=index, purpose="suspension") for index in (5, 6))
    assert lists.check_status(suspended, ISSUER, here, anybody, AT) is True
    assert lists.check_status(fine, ISSUER, here, anybody, AT) is False


def _unsigned(_: Secured) -> None:
    raise SignatureError("signature_bad", kid="x")


@pytest.mark.parametrize(
    ("code", "list_there", "check", "at"),
    [
        ("status_missing", None, anybody, AT),
        ("signature_bad", listing, _unsigned, AT),
        ("status_stale", listing, anybody, datetime(2026, 5, 2, tzinfo=UTC)),
        ("status_stale", listing, anybody, datetime(2026, 4, 29, tzinfo=UTC)),
        ("status_unreadable", lambda: listing(type=["VerifiableCredential"]), anybody, AT),
        (
            "status_other_purpose",
            lambda: listing(
                credentialSubject=subject_of(lists.encode_status_list(EMPTY), "revocation")
            ),
            anybody,
            AT,
        ),
        ("status_unreadable", lambda: listing(credentialSubject=[]), anybody, AT),
    ],
)
def test_what_cannot_be_read_is_unknown_and_never_fine(
    code: str,
    list_there: Callable[[], Secured] | None,
    check: Callable[[Secured], object],
    at: datetime,
) -> None:
    entry = StatusEntry(list=URL, index=6, purpose="suspension")
    here = {URL: list_there()} if list_there else {}
    with pytest.raises((LedgerError, RefusedError)) as refusal:
        lists.check_status(entry, ISSUER, here, check, at)
    assert refusal.value.code == code
    assert refusal.value.words.vi != refusal.value.words.en


def test_a_list_is_by_the_issuer_or_by_the_host_that_the_issuer_named() -> None:
    entry = StatusEntry(list=URL, index=5, purpose="suspension")
    for host in ("certifier.example", "certifier.example:8443"):
        url = f"https://{host}/status/1"
        by_host = listing(id=url, issuer=f"did:web:{host.replace(':', '%3A')}")
        there = structs.replace(entry, list=url)
        assert lists.check_status(there, "did:web:other.example", {url: by_host}, anybody, AT)
    stranger = {URL: listing(issuer="did:web:stranger.example")}
    with pytest.raises(RefusedError) as refusal:
        lists.check_status(entry, ISSUER, stranger, anybody, AT)
    assert refusal.value.code == "status_other_issuer"


def test_a_place_beyond_the_list_is_unknown() -> None:
    entry = StatusEntry(list=URL, index=131_072, purpose="suspension")
    with pytest.raises(MalformedError) as refusal:
        lists.check_status(entry, ISSUER, {URL: listing()}, anybody, AT)
    assert refusal.value.code == "status_beyond"
