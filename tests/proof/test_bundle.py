"""The evidence of every packed lot of a whole season, as a ledger on SQLite gathers it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.errors import MalformedError, NotFoundError
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log import note
from ledger.log.statement import parse_statement
from ledger.proof.bundle import (
    first_subjects,
    format_state,
    gather,
    lot_uri,
    parse_state,
    read_bundle,
)
from ledger.proof.trust import read_trust
from ledger.proof.verify import verify, verify_bytes
from ledger.rice.case import open_meaning
from ledger.rice.labels import label_at
from ledger.season import Season
from ledger.service import Ledger

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
BUNDLE_BYTES_MAX = 1_000_000
HEADLINES = {
    "L260411B": "certificate_suspended",
    "L260419A": "certificate_suspended",
    "L260414A": "certificate_withdrawn",
    "L260416A": "certificate_withdrawn",
    "L260415A": "not_certified",
    "L260416B": "not_certified",
}
REFUSED = {"L260420A", "L260422A"}


@pytest.fixture(scope="module")
def season() -> Season:
    return Season(read_season(SEASON_FOLDER), PROGRAMME, SampleKeyring(PROGRAMME.origin))


@pytest.fixture(scope="module")
def ledger(season: Season, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder: Path = tmp_path_factory.mktemp("season") / "ledger"
    log_key = season.books.keyring.key("log")
    opened = Ledger.create(folder, log_key, founding=season.founding(), clock=lambda: NOW)
    take_in(opened, season, lambda _done, _of: None)
    for batch, secret in season.label_secrets():
        if opened.has_labels(batch.lot):
            opened.disclose_labels(batch.lot, secret)
    opened.publish()
    yield opened
    opened.close()


def bundles(ledger: Ledger, season: Season) -> Iterator[tuple[str, bytes]]:
    for batch, secret in season.label_secrets():
        if ledger.has_labels(batch.lot):
            serial = label_at(batch, secret, batch.count).serial
            yield batch.lot, ledger.bundle(batch.gtin, batch.lot, serial)


def test_every_packed_lot_has_the_verdict_it_deserves(ledger: Ledger, season: Season) -> None:
    trust = read_trust(ledger.trust())
    judged = {}
    for lot, data in bundles(ledger, season):
        assert len(data) < BUNDLE_BYTES_MAX
        begun = time.perf_counter()
        verdict = verify_bytes(data, trust, NOW)
        took_ms = (time.perf_counter() - begun) * 1000
        count = len(read_bundle(data).entries)
        print(  # noqa: T201  (shown with -s; time is told here and asserted nowhere)
            f"{lot} {verdict.headline} {len(data)} bytes {count} entries {took_ms:.0f} ms"
        )
        judged[lot] = verdict.headline
    assert judged == {lot: HEADLINES.get(lot, "verified") for lot in judged}
    assert HEADLINES.keys() <= judged.keys()
    assert season.books.packed.keys() - judged.keys() == REFUSED


def test_what_must_be_known_is_the_same_gathered_and_judged(ledger: Ledger, season: Season) -> None:
    """Gathering again from what a bundle holds finds its subjects and its entries, no more."""
    for lot, data in bundles(ledger, season):
        bundle = read_bundle(data)
        state = parse_state(note.parse_note(bundle.state).text)
        held = {
            entry.index: open_meaning(parse_statement(entry.statement.encode()))
            for entry in bundle.entries
        }
        known, needed = gather(
            first_subjects(bundle.gtin, lot, bundle.batch, bundle.number),
            lambda wanted, state=state: {each: state.entries[each] for each in wanted},  # type: ignore[misc]
            lambda indexes, held=held: {index: held[index] for index in indexes},  # type: ignore[misc]
        )
        assert known == state.entries
        assert needed.keys() == held.keys()


def test_what_a_state_lists_is_what_the_store_knows(ledger: Ledger, season: Season) -> None:
    size = ledger.published().size
    for _, data in bundles(ledger, season):
        state = parse_state(note.parse_note(read_bundle(data).state).text)
        with ledger.reading() as view:
            assert view.mentions(list(state.entries), size) == state.entries


def test_evidence_waits_for_a_checkpoint(ledger: Ledger, season: Season) -> None:
    """A bundle speaks of what is published: the same bytes for everybody at one checkpoint."""
    assert list(bundles(ledger, season)) == list(bundles(ledger, season))


def test_a_clock_that_was_set_back_makes_no_damaged_record(ledger: Ledger, season: Season) -> None:
    lot, data = next(bundles(ledger, season))
    serial = read_bundle(data).serial
    gtin = read_bundle(data).gtin
    past = datetime(2026, 1, 1, tzinfo=UTC)
    back = Ledger.open(ledger.folder, season.books.keyring.key("log"), clock=lambda: past)
    try:
        bundle = back.bundle(gtin, lot, serial)
        verdict = verify_bytes(bundle, read_trust(ledger.trust()), NOW)
    finally:
        back.close()
    assert verdict.headline == "verified"


def test_a_subject_that_is_not_asked_for_is_refused(ledger: Ledger, season: Season) -> None:
    """A state may not speak of more than follows: it would be a page of the register for free."""
    _, data = next(bundles(ledger, season))
    bundle = read_bundle(data)
    state = parse_state(note.parse_note(bundle.state).text)
    more = structs.replace(state, entries={**state.entries, "actor:nobody": ()})
    signed = note.sign_note(format_state(more), state.origin, season.books.keyring.key("log"))
    bent = structs.replace(bundle, state=signed)
    assert verify(bent, read_trust(ledger.trust()), NOW).headline == "damaged"


@pytest.mark.parametrize("serial", ["0000000000000000", "ZZZZZZZZZZZZZZZR"])
def test_a_code_that_was_not_issued_has_no_evidence(ledger: Ledger, serial: str) -> None:
    with pytest.raises((NotFoundError, MalformedError)):
        ledger.bundle("09521234000303", "L260411A", serial)


def test_a_lot_is_named_as_events_name_it() -> None:
    assert lot_uri("09521234000303", "A/1") == "https://id.gs1.org/01/09521234000303/10/A%2F1"
    for lot in ("", "Cần", "a b", "\n", "x" * 21):
        with pytest.raises(MalformedError):
            lot_uri("09521234000303", lot)
