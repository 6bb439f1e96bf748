"""What becomes of an office file where no key is, and what one organisation would sign of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.demo import PROGRAMME
from ledger.dry_run import State, Tried, read_office_file, try_file
from ledger.errors import LedgerError, MalformedError
from ledger.imports.tables import Mended, read_table
from ledger.intake import Register, take_in
from ledger.log.statement import seal
from ledger.rice.facts import Actor, find
from ledger.season import Season
from ledger.service import Ledger, utc_now
from tests.office_tools import (
    COOPERATIVE,
    KEYRING,
    MILL,
    SEASON,
    SLIPS,
    before_slips,
    with_broken_cell,
)

HEAD = "GTIN,Dạng hàng,Tên hàng,Tên tiếng Anh\n"
GOODS = f"{HEAD}09521234009993,gạo nguyên,Gạo thử,Trial rice\n".encode()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with before_slips(Path(tmp_path_factory.mktemp("desk")) / "ledger") as made:
        yield made


def tried(
    ledger: Ledger,
    actor: str,
    content: bytes,
    mended: Mended | None = None,
    name: str = "weigh_tickets.csv",
) -> Tried:
    table = read_office_file(name, content, mended or {})
    with ledger.reading() as view:
        known = find(view, Actor, f"actor:{actor}")
        assert known is not None
        return try_file(view, known, table, SEASON, utc_now())


def sign(ledger: Ledger, actor: str, report: Tried) -> list[object]:
    key = KEYRING.key(actor)
    made = [
        seal(one.payload.encode(), typ=one.typ, key=key, ledger=ledger.origin)
        for one in report.payloads
    ]
    return list(ledger.append(made))


def test_a_wrong_cell_is_told_and_mended_in_place(ledger: Ledger) -> None:
    before = tried(ledger, COOPERATIVE, with_broken_cell())
    (row,) = [row for row in before.rows if row.line == 2]
    assert row.state is State.REFUSED
    assert [(one.code, one.field, one.read) for one in row.told] == [
        ("number_unreadable", "Độ ẩm (%)", "hai bốn")
    ]
    assert row.told[0].accepted is not None
    assert ("Số phiếu", "PC26-0001") in row.cells
    mended = {("", 2, "Độ ẩm (%)"): " 24.5 "}
    after = tried(ledger, COOPERATIVE, with_broken_cell(), mended)
    assert after.count("passes") == before.count("passes") + 1
    assert after.payloads == tried(ledger, COOPERATIVE, SLIPS.read_bytes()).payloads


def test_rows_of_others_are_told_apart_and_those_that_need_them_wait(ledger: Ledger) -> None:
    mine = tried(ledger, COOPERATIVE, SLIPS.read_bytes())
    assert {one.kind for one in mine.payloads} == {"harvest"}
    assert mine.count("others") > mine.count("passes") > 0
    mill = tried(ledger, MILL, SLIPS.read_bytes())
    assert not mill.payloads, "nothing was harvested yet, so nothing can be received"
    waits = [row for row in mill.rows if row.state is State.WAITS]
    assert waits
    assert all(row.told[-1].code == "others_first" for row in waits)


def test_what_was_signed_at_the_desk_the_command_line_does_not_add_again(ledger: Ledger) -> None:
    report = tried(ledger, COOPERATIVE, SLIPS.read_bytes())
    answers = sign(ledger, COOPERATIVE, report)
    assert answers
    assert not [one for one in answers if isinstance(one, LedgerError)]
    again = tried(ledger, COOPERATIVE, SLIPS.read_bytes())
    assert not again.payloads
    assert again.count("recorded") == report.count("passes")

    class Own:
        """The key of this cooperative, and nobody else's."""

        def __contains__(self, holder: str, /) -> bool:
            return holder == COOPERATIVE

        key, secret = KEYRING.key, KEYRING.secret

    table = read_office_file("weigh_tickets.csv", SLIPS.read_bytes(), {})
    season = Season({table.kind: table}, PROGRAMME, Own(), Register(ledger))
    intake = take_in(ledger, season)
    assert intake.added == 0
    assert intake.accepted == len(report.payloads)


def test_an_act_is_recorded_whichever_key_of_the_organisation_signed_it(ledger: Ledger) -> None:
    report = tried(ledger, MILL, GOODS, name="products.csv")
    (one,) = report.payloads
    assert one.kind == "register_product"
    assert not [each for each in sign(ledger, MILL, report) if isinstance(each, LedgerError)]
    again = tried(ledger, MILL, GOODS, name="products.csv")
    assert [row.state for row in again.rows] == [State.RECORDED]


def test_rows_that_take_a_secret_or_several_signatures_say_so(ledger: Ledger) -> None:
    folder = SLIPS.parent
    land = tried(
        ledger, "ubnd-thanh-an", (folder / "planting_areas.geojson").read_bytes(), None, "a.geojson"
    )
    codes = {one.code for row in land.rows for one in row.told}
    assert "key_wanted" in codes
    pair = (folder / "contracts.csv").read_bytes()
    several = tried(ledger, MILL, pair, name="contracts.csv")
    assert {one.code for row in several.rows for one in row.told} >= {"signers_several"}
    assert not several.payloads


@pytest.mark.parametrize("name", ["farmers_private.csv", "contracts_private.csv"])
def test_private_files_are_not_even_read(ledger: Ledger, name: str) -> None:
    with pytest.raises(MalformedError) as refused:
        tried(ledger, MILL, (SLIPS.parent / name).read_bytes(), name=name)
    assert refused.value.code == "import_private"


def test_without_mending_a_table_is_read_as_before(ledger: Ledger) -> None:
    """What the desk adds to reading must not move a digest, and so an event's name."""
    plain = read_table(SLIPS, "weigh_tickets")
    kept = read_office_file("weigh_tickets.csv", SLIPS.read_bytes(), {})
    assert plain.rows == kept.rows
    assert plain.cells == {}
    assert len(kept.cells) >= len(kept.rows)
