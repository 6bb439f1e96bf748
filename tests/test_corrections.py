"""Corrections through the whole ledger: in one batch or several, stored, traced, audited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from ledger.audit import audit_store
from ledger.log.statement import parse_statement
from ledger.rice import events, profile
from ledger.rice.acts import Scope
from ledger.rice.facts import Lot, find
from ledger.sequencer import Receipt
from ledger.service import Ledger
from tests.small_season import (
    Clock,
    drying,
    founding,
    harvest,
    key_of,
    lot,
    opening,
    receiving,
    stated,
)

DRIED = [harvest(1), harvest(2), receiving(1), receiving(2), drying((1, 2), 9)]


@pytest.fixture
def ledger(tmp_path: Path, database_url: str) -> Iterator[Ledger]:
    made = Ledger.create(
        tmp_path / "ledger",
        key_of("log"),
        founding=founding(),
        database=database_url,
        clock=Clock(),
    )
    answers = made.append([*opening(), *DRIED])
    assert all(isinstance(answer, Receipt) for answer in answers)
    yield made
    made.close()


def declared(statement: bytes, *ids: str) -> bytes:
    """Return the declaration that an event was wrong, by whoever stated it."""
    wrong = profile.read_event(parse_statement(statement).payload)
    assert not isinstance(wrong, events.Correction)
    correction = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-03-01T15:00:00+07:00",
        reason="incorrect_data" if ids else "did_not_occur",
        corrected_by=ids,
    )
    return stated(correction, "nha-may")


def instead(statement: bytes, name: str, **members: object) -> bytes:
    """Return the event that stands for another."""
    wrong = profile.read_event(parse_statement(statement).payload)
    return stated(structs.replace(wrong, event_id=name, **members), "nha-may")


NAME, OTHER = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
DRYER = DRIED[4]
LESS = {"inputs": ((lot(1), 900_000), (lot(2), 1_000_000)), "mass_g": 1_600_000}


def accepted(ledger: Ledger, *statements: bytes, together: bool = False) -> None:
    answers = ledger.append(statements, together=together)
    assert all(isinstance(answer, Receipt) for answer in answers), answers


def silo(ledger: Ledger) -> Lot:
    with ledger.reading() as view:
        found = find(view, Lot, f"lot:{lot(9)}")
    assert found is not None
    return found


def behind(ledger: Ledger) -> list[tuple[str, str, int, int]]:
    """Return what went into the silo: from which lot, into which, by which entry, how much."""
    links = ledger.affected(Scope(kind="lot", id=lot(9)), "back").links
    return [(link.source, link.target, link.index, link.mass_g) for link in links]


def is_clean(ledger: Ledger) -> bool:
    ledger.publish()
    return audit_store(ledger.store, ledger.checkpoints.all(), ledger.log_key).ok


@pytest.mark.parametrize("together", [True, False])
def test_what_was_said_and_how_it_was_stand_side_by_side(ledger: Ledger, *, together: bool) -> None:
    size = ledger.size
    accepted(ledger, declared(DRYER, NAME), instead(DRYER, NAME, **LESS), together=together)
    assert (silo(ledger).left_g, silo(ledger).unbalanced) == (1_600_000, ())
    assert ledger.statement(size - 1) == DRYER
    assert behind(ledger) == [
        (lot(1), lot(9), size + 1, 757_894),
        (lot(2), lot(9), size + 1, 842_105),
    ]
    assert is_clean(ledger)


def test_a_correction_in_the_batch_of_what_it_corrects(ledger: Ledger) -> None:
    more = [harvest(3), receiving(3), drying((3,), 8)]
    accepted(ledger, *more, declared(more[1], OTHER), instead(more[1], OTHER, mass_g=999_000))
    assert is_clean(ledger)
    with ledger.reading() as view:
        found = find(view, Lot, f"lot:{lot(8)}")
    assert found is not None
    assert [imbalance.rule for imbalance in found.unbalanced] == ["exceeds_lot"]


def test_corrections_that_do_not_land_together_leave_nothing_behind(ledger: Ledger) -> None:
    before, links = silo(ledger), behind(ledger)
    answers = ledger.append(
        [declared(DRYER, NAME), instead(DRYER, NAME, **LESS | {"mass_g": 10**9})], together=True
    )
    assert not any(isinstance(answer, Receipt) for answer in answers)
    assert silo(ledger) == before
    assert behind(ledger) == links
    accepted(ledger, declared(DRYER))
    assert silo(ledger).left_g == 0
    assert behind(ledger) == []
    assert is_clean(ledger)
