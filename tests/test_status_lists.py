"""Status lists: a signed view of the log, right for every day, and unknown where it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from ledger.errors import LedgerError, MalformedError, NotFoundError, RefusedError
from ledger.log import encoding
from ledger.log.keys import PublicKey
from ledger.log.methods import read_methods
from ledger.log.note import parse_vkey
from ledger.log.secured import Secured, check_secured, parse_secured
from ledger.log.statement import parse_statement
from ledger.log.status_list import BITS_MIN, check_status, decode_status_list, is_set
from ledger.rice.credentials import read_attestation
from ledger.rice.did_documents import ledger_document
from ledger.standing import standing_of
from tests.certified_season import Season
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY
from tests.vectors.small_harvest import on

ISSUER = season.did(season.ASSOCIATION)
URL = "https://demo.rice.example/status/suspension/1"
PLACES = {
    name: season.status_entry(name, who).index
    for name, who in (("CN-01", season.ASSOCIATION), ("XN-01", season.CONFIRMER))
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    yield made
    made.ledger.close()


def claims_of(data: bytes) -> dict[str, Any]:
    return dict(parse_secured(data).claims)


def suspended(data: bytes) -> set[str]:
    bits = decode_status_list(claims_of(data)["credentialSubject"]["encodedList"])
    assert len(bits) * 8 == BITS_MIN
    return {name for name, place in PLACES.items() if is_set(bits, place)}


def test_a_list_follows_every_change_with_the_next_checkpoint(book: Season) -> None:
    assert suspended(book.ledger.status_list(1)) == set()
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    assert suspended(book.ledger.status_list(1)) == {"CN-01"}
    book.change("CN-01", "reinstated", "2026-04-25", on("04-25"))
    assert suspended(book.ledger.status_list(1)) == set()
    book.change("XN-01", "withdrawn", "2026-04-26", on("04-26"))
    assert suspended(book.ledger.status_list(1)) == {"XN-01"}


def test_what_a_stolen_key_signed_is_not_valid_until_it_is_reaffirmed(book: Season) -> None:
    size = book.ledger.size
    book.steal(season.CONFIRMER, "2026-04-02T09:00:00Z", on("04-20"))
    assert suspended(book.ledger.status_list(1)) == {"XN-01"}
    # Of a past day too: what is recorded now counts.
    assert suspended(book.ledger.status_list(1, on("04-05"))) == {"XN-01"}
    with book.ledger.reading() as view:
        confirmation = standing_of(view, "XN-01", "2026-04-20", size).entry
    book.reaffirm(season.CONFIRMER, SECOND_KEY, confirmation, on("04-21"))
    assert suspended(book.ledger.status_list(1)) == set()
    book.steal(season.ASSOCIATION, "2026-04-03T10:00:00Z", on("04-22"))
    assert suspended(book.ledger.status_list(1)) == {"CN-01"}


def test_a_list_says_nothing_before_it_is_published(book: Season) -> None:
    step = season.Step(
        "change", on("04-20"), season.change("CN-01", "suspended", "2026-04-20", season.ASSOCIATION)
    )
    book.take(step)
    assert suspended(book.ledger.status_list(1)) == set()
    book.ledger.publish()
    assert suspended(book.ledger.status_list(1)) == {"CN-01"}


def test_a_list_of_a_past_day_says_what_was_in_force_then_by_what_is_known_now(
    book: Season,
) -> None:
    book.change("CN-01", "suspended", "2026-04-15", on("04-20"))
    days = {"04-14": set(), "04-15": {"CN-01"}, "04-19": {"CN-01"}}
    for day, those in days.items():
        listed = book.ledger.status_list(1, on(day))
        assert suspended(listed) == those, day
        claims = claims_of(listed)
        since = encoding.parse_instant(claims["validFrom"])
        until = encoding.parse_instant(claims["validUntil"])
        assert since <= on(day) <= until
        assert until - since == timedelta(days=1, seconds=-1)
    book.clock.now = on("05-20")
    assert suspended(book.ledger.status_list(1, on("04-15"))) == {"CN-01"}


@pytest.mark.parametrize("at", ["2026-04-20T03:00:00Z", "2026-04-20T10:59:59+07:00"])
def test_a_list_of_today_begins_before_the_moment_asked_for(book: Season, at: str) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    moment = encoding.parse_instant(at)
    book.clock.now = on("04-20") + timedelta(hours=6)
    claims = claims_of(book.ledger.status_list(1, moment))
    assert encoding.parse_instant(claims["validFrom"]) <= moment


def test_a_list_holds_for_two_days_and_is_the_same_within_the_hour(book: Season) -> None:
    book.clock.now = datetime(2026, 5, 1, 3, 5, tzinfo=UTC)
    listed = book.ledger.status_list(1)
    book.clock.now = datetime(2026, 5, 1, 3, 55, tzinfo=UTC)
    assert book.ledger.status_list(1) == listed
    claims = claims_of(listed)
    assert (claims["validFrom"], claims["validUntil"]) == (
        "2026-05-01T03:00:00Z",
        "2026-05-03T03:00:00Z",
    )
    book.clock.now = datetime(2026, 5, 1, 4, 5, tzinfo=UTC)
    assert book.ledger.status_list(1) != listed
    for day in range(70):  # more lists than are kept
        at = datetime(2026, 5, 10, 3, tzinfo=UTC) + timedelta(days=day)
        book.clock.now = at
        book.ledger.status_list(1, at)
    book.clock.now = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
    assert book.ledger.status_list(1) == listed, "worked out again, it is the same"


def test_a_list_names_itself_its_issuer_and_the_checkpoint_it_is_a_view_of(book: Season) -> None:
    claims = claims_of(book.ledger.status_list(1))
    assert (claims["id"], claims["issuer"]) == (URL, "did:web:demo.rice.example")
    assert f"first {book.ledger.size} entries" in claims["description"]
    assert "not a decision of its own" in claims["description"]
    assert claims["credentialSubject"]["statusPurpose"] == "suspension"


def log_key_of(book: Season) -> PublicKey:
    key = parse_vkey(book.ledger.log_key).public
    assert key is not None
    return key


def believing(book: Season) -> Any:  # noqa: ANN401  (what checks a list)
    document = ledger_document("demo.rice.example", log_key_of(book))
    methods = read_methods(json.encode(document), on("05-01"))

    def check(found: Secured) -> None:
        check_secured(found, methods)

    return check


def test_our_own_reader_follows_a_credential_to_its_state(book: Season) -> None:
    """From the attestation in the log, over the list it names, by the key the ledger publishes."""
    grant = next(step for step in season.steps() if step.name == "grant")
    (entry,) = read_attestation(parse_statement(grant.data)).statuses
    check = believing(book)

    def read(at: datetime) -> bool:
        book.clock.now = at
        lists = {URL: parse_secured(book.ledger.status_list(1))}
        return check_status(entry, ISSUER, lists, check, at + timedelta(seconds=5))

    assert read(on("04-19")) is False
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    assert read(on("04-21")) is True
    old = {URL: parse_secured(book.ledger.status_list(1))}
    with pytest.raises(RefusedError) as stale:
        check_status(entry, ISSUER, old, check, on("04-21") + timedelta(days=3))
    assert stale.value.code == "status_stale"
    with pytest.raises(NotFoundError) as missing:
        check_status(entry, ISSUER, {}, check, on("04-21"))
    assert missing.value.code == "status_missing"
    forged = grant.data  # signed, and by somebody else than the ledger
    with pytest.raises(LedgerError) as unsigned:
        check_status(entry, ISSUER, {URL: parse_secured(forged)}, check, on("04-21"))
    assert unsigned.value.code == "key_not_known"


def test_what_the_log_cannot_know_it_does_not_say(book: Season) -> None:
    with pytest.raises(NotFoundError) as future:
        book.ledger.status_list(1, book.clock.now + timedelta(minutes=5))
    assert future.value.code == "status_not_yet"
    with pytest.raises(NotFoundError) as before:
        book.ledger.status_list(1, season.OPENED - timedelta(days=1))
    assert before.value.code == "status_not_yet"
    for number in (0, 2, 9_999, 10_000):
        with pytest.raises(NotFoundError) as unknown:
            book.ledger.status_list(number)
        assert unknown.value.code == "status_list_unknown"


def test_no_bit_of_a_list_can_be_changed_unseen(book: Season) -> None:
    listed = book.ledger.status_list(1)
    check = believing(book)
    check(parse_secured(listed))
    for at in range(0, len(listed), 37):
        if chr(listed[at]) == ".":
            continue
        other = b"A" if listed[at : at + 1] != b"A" else b"B"
        with pytest.raises((LedgerError, MalformedError)):
            check(parse_secured(listed[:at] + other + listed[at + 1 :]))
