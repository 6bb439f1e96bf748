"""What lies beside the log: checked when it is kept, gone when it is erased, never missed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from ledger.audit import audit
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.disclosures import ERASED, ORIGIN
from ledger.imports.rows import Household
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.rice.disclosed import Private
from ledger.rice.terms import contract_uri
from ledger.season import Season
from ledger.service import Ledger
from ledger.store.store import DISCLOSURE

KEYRING = SampleKeyring(PROGRAMME.origin)
REGISTER = (
    *("organisations", "products", "planting_areas", "area_events"),
    *("contracts", "contracts_private", "farmers_private"),
)
CONTRACT = "HĐLK-DX26-001"


def season() -> Season:
    tables = {kind: table for kind, table in read_season(SEASON_FOLDER).items() if kind in REGISTER}
    return Season(tables, PROGRAMME, KEYRING)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    told = season()
    ledger = Ledger.create(tmp_path / "book", KEYRING.key("log"), founding=told.founding())
    take_in(ledger, told)
    ledger.publish()
    yield ledger
    ledger.close()


def kept(book: Ledger, kind: str) -> dict[str, bytes]:
    with book.reading() as view:
        return dict(view.disclosures(kind))


def found(book: Ledger) -> list[str]:
    """Return the keys of private rows that an audit finds fault with."""
    report = audit(book.folder, book.log_key)
    return [str(finding.details["key"]) for finding in report.findings]


def test_everything_private_of_a_season_is_kept_and_opens_what_was_signed(book: Ledger) -> None:
    households = season().tables["farmers_private"].of(Household)
    assert len(kept(book, "household")) == sum(2 + bool(row.phone) for row in households)
    assert len(kept(book, "contract")) == 15
    first = households[0]
    body = kept(book, "household")[f"{first.reference}/{first.area}/name"]
    assert body[32:].decode() == first.name
    assert found(book) == []


def test_every_field_has_a_salt_of_its_own(book: Ledger) -> None:
    salts = [body[:32] for kind in ("household", "contract") for body in kept(book, kind).values()]
    assert len(set(salts)) == len(salts)


@pytest.mark.parametrize(
    ("kind", "of", "fields"),
    [("household", "H17bd0058", 3), ("contract", contract_uri(CONTRACT), 3)],
)
def test_what_is_erased_is_gone_and_the_log_audits(
    book: Ledger, kind: str, of: str, fields: int
) -> None:
    before = kept(book, kind)
    assert book.erase(kind, of) == fields
    assert len(kept(book, kind)) == len(before) - fields
    assert not [name for name in kept(book, kind) if name.startswith(f"{of}/")]
    assert found(book) == []
    assert book.erase(kind, of) == 0


def test_nothing_of_it_is_left_in_the_database_file(book: Ledger) -> None:
    rows = season().tables["farmers_private"].of(Household)
    names = [row.name for row in rows]
    only = next(row for row in rows if names.count(row.name) == 1)
    body = kept(book, "household")[f"{only.reference}/{only.area}/name"]
    assert only.name.encode() in _files(book)
    book.erase("household", only.reference)
    assert only.name.encode() not in _files(book)
    assert body[:32] not in _files(book)


def test_whatever_the_order_nothing_is_left(book: Ledger) -> None:
    """A page that loses rows is filled from its neighbours, and must not keep what it had."""
    rows = season().tables["farmers_private"].of(Household)
    shared = Counter(row.name for row in rows)
    alone = [row for row in rows if shared[row.name] == 1]
    assert len(alone) > 100
    random.Random(7).shuffle(alone)
    for start in range(0, len(alone), 25):
        some = alone[start : start + 25]
        assert all(row.name.encode() in _files(book) for row in some)
        book.erase("household", *(row.reference for row in some))
        left = _files(book)
        assert not [row.name for row in some if row.name.encode() in left]
    assert found(book) == []


def _files(book: Ledger) -> bytes:
    files = sorted(book.folder.glob("ledger.db*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


def test_reading_the_same_files_again_does_not_bring_it_back(book: Ledger) -> None:
    book.erase("household", "H17bd0058")
    intake = take_in(book, season())
    assert intake.added == 0
    assert not [name for name in kept(book, "household") if name.startswith("H17bd0058/")]
    assert list(kept(book, ERASED)) == [
        f"household/H17bd0058/VN-CTOR-0001/{field}" for field in ("land", "name", "phone")
    ]


def test_what_opens_nothing_that_was_signed_is_not_kept(book: Ledger) -> None:
    salt = bytes(32)
    strangers = [
        Private("household", "H0000/VN-CTOR-0001", "name", salt, "Nobody"),
        Private("household", "H17bd0058/VN-CTOR-0001", "name", salt, "Somebody else"),
        Private("contract", contract_uri(CONTRACT), "variety", salt, "OM5451"),
    ]
    before = kept(book, "household")
    assert book.disclose_private(strangers) == 0
    assert kept(book, "household") == before


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        ("household", "H17bd0058/VN-CTOR-0001/name", bytes(32) + b"Somebody else"),
        ("household", "H17bd0058/VN-CTOR-0001/name", b"\xff" * 40),
        ("contract", contract_uri(CONTRACT) + "/price", bytes(32) + b"6500"),
    ],
)
def test_an_audit_names_what_was_changed(book: Ledger, kind: str, name: str, body: bytes) -> None:
    mine = (DISCLOSURE.c.kind == kind, DISCLOSURE.c.id == name)
    with book.store.engine.begin() as connection:
        assert connection.execute(update(DISCLOSURE).where(*mine).values(body=body)).rowcount == 1
    assert found(book) == [name]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("household", "H0000/VN-CTOR-0001/name"),
        ("household", "H17bd0058/VN-CTOR-0001/age"),
        (ERASED, "household/H0000/VN-CTOR-0001/name"),
        (ERASED, "labels/x"),
        (ORIGIN, "00" * 32),
        (ORIGIN, "x"),
        ("other", "x"),
    ],
)
def test_an_audit_names_what_was_added(book: Ledger, kind: str, name: str) -> None:
    with book.store.engine.begin() as connection:
        connection.execute(insert(DISCLOSURE).values(kind=kind, id=name, body=b""))
    assert found(book) == [name]


def test_every_statement_leads_back_to_its_row(book: Ledger) -> None:
    told = season()
    rows = {
        sha256(one.data).hexdigest(): one.row
        for one in told.statements()
        if one.row is not None and one.row.digest
    }
    origins = {name: body.decode().split() for name, body in kept(book, ORIGIN).items()}
    assert origins.keys() == rows.keys()
    for name, (kind, line, digest) in origins.items():
        row = rows[name]
        assert row in told.tables[kind].rows
        assert (str(row.line), row.digest) == (line, digest)


def test_private_rows_have_no_digest_anywhere(book: Ledger) -> None:
    kinds = {body.decode().split()[0] for body in kept(book, ORIGIN).values()}
    assert "contracts" in kinds
    assert not kinds & {"farmers_private", "contracts_private"}
