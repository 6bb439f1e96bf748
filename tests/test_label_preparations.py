"""Labels whose secret is drawn on the server and whose act is signed elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.disclosures import LABELS
from ledger.errors import LedgerError
from ledger.label_preparations import KEPT, PREPARATIONS, Asked, Preparations
from ledger.labels.print_book import PrintBook
from ledger.log.statement import ACT, seal
from ledger.printing import Printer, Wanted, run_of
from ledger.proof.trust import read_trust
from ledger.proof.verify import verify_bytes
from ledger.rice.facts import Lot, find
from ledger.rice.labels import label_at
from ledger.service import Ledger, utc_now
from tests.office_tools import KEYRING, MILL, UNLABELLED, without_labels


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with without_labels(Path(tmp_path_factory.mktemp("desk")) / "ledger") as made:
        yield made


@pytest.fixture(scope="module")
def lot(ledger: Ledger) -> str:
    with ledger.reading() as view:
        return next(lot.id for lot in view.every(Lot, "lot") if lot.id.endswith(f"/{UNLABELLED}"))


def prepare(ledger: Ledger, lot: str, count: int, at: datetime | None = None) -> bytes:
    asked = Asked(MILL, lot, count)
    preparations = Preparations(ledger.folder, ledger.store)
    return preparations.prepare(asked, at or utc_now(), lambda _done, _of: None)


def settle(ledger: Ledger, at: datetime | None = None) -> list[str]:
    return Preparations(ledger.folder, ledger.store).settle(at or utc_now())


def record(ledger: Ledger, payload: bytes) -> None:
    (answer,) = ledger.append([seal(payload, typ=ACT, key=KEYRING.key(MILL), ledger=ledger.origin)])
    assert not isinstance(answer, LedgerError), answer


def waiting(ledger: Ledger) -> int:
    with sqlite3.connect(ledger.folder / PREPARATIONS) as book:
        (count,) = book.execute("SELECT count(*) FROM preparation").fetchone()
    return int(count)


def test_what_nobody_signs_is_forgotten_after_a_week(ledger: Ledger, lot: str) -> None:
    prepare(ledger, lot, 10)
    assert settle(ledger, utc_now() + KEPT - timedelta(minutes=1)) == []
    assert waiting(ledger) == 1
    assert settle(ledger, utc_now() + KEPT + timedelta(minutes=1)) == []
    assert waiting(ledger) == 0


def test_others_cannot_have_labels_prepared_nor_more_than_are_left(
    ledger: Ledger, lot: str
) -> None:
    preparations = Preparations(ledger.folder, ledger.store)
    for asked, code in (
        (Asked("htx-kenh-xang", lot), "labels_of_another"),
        (Asked(MILL, lot, 10**7), "labels_left_fewer"),
        (Asked(MILL, lot + "X"), "name_unknown"),
    ):
        with pytest.raises(LedgerError) as refused:
            preparations.prepare(asked, utc_now(), lambda _done, _of: None)
        assert refused.value.code == code


def test_a_signed_batch_is_disclosed_printed_once_and_verified(
    ledger: Ledger, lot: str, tmp_path: Path
) -> None:
    lost = prepare(ledger, lot, 30)  # prepared twice under one name: only one can be recorded
    payload = prepare(ledger, lot, 30)
    assert lost != payload
    record(ledger, payload)
    assert settle(ledger) == [UNLABELLED]
    assert settle(ledger) == []
    assert waiting(ledger) == 0
    printer = Printer(PrintBook(tmp_path / "prints.db"), "https://id.rice.example", is_demo=True)
    with ledger.reading() as view:
        run = run_of(view, printer, Wanted(batch=UNLABELLED, first=3, last=12, form="svg"))
        assert view.disclosure(LABELS, UNLABELLED) is not None
    made = run.write(printer.book, tmp_path, utc_now(), lambda _done, _of: None)
    assert (made.count, made.read_back) == (10, 10)
    with ledger.reading() as view, pytest.raises(LedgerError) as refused:
        run_of(view, printer, Wanted(batch=UNLABELLED, first=12, last=20))
    assert refused.value.code == "labels_printed"
    ledger.publish()
    serial = label_at(run.batch, run.secret, 3).serial
    bundle = ledger.bundle(run.batch.gtin, run.batch.lot, serial)
    verdict = verify_bytes(bundle, read_trust(ledger.trust()), utc_now())
    assert verdict.bag is not None
    assert verdict.bag.number == 3


def test_a_batch_whose_secret_is_elsewhere_is_not_printed(ledger: Ledger, lot: str) -> None:
    with ledger.reading() as view:
        known = find(view, Lot, f"lot:{lot}")
        assert known is not None
    payload = prepare(ledger, lot, 5)
    record(ledger, payload)
    (ledger.folder / PREPARATIONS).unlink()
    settle(ledger)
    printer = Printer(PrintBook(ledger.folder / "p.db"), "https://id.rice.example", is_demo=True)
    with ledger.reading() as view, pytest.raises(LedgerError) as refused:
        run_of(view, printer, Wanted(batch=f"{UNLABELLED}-2"))
    assert refused.value.code == "labels_secret_elsewhere"
