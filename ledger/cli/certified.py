"""What the programme has certified, by season and commune."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.dossier import ranges
from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.cli.written import day_of, season_of
from ledger.errors import Words

if TYPE_CHECKING:
    from ledger.certified import Amount

COLUMNS = (
    Words("Season", "Vụ"),
    Words("Commune", "Xã"),
    Words("What", "Nội dung"),
    Words("Amount", "Số lượng"),
    Words("Unit", "Đơn vị"),
    Words("Entries", "Các mục"),
)
AMOUNTS: dict[str, Words] = {
    "scheme": Words("takes part", "tham gia"),
    "confirmed": Words("under a confirmed process", "theo quy trình đã xác nhận"),
    "granted": Words("with the mark granted", "được cấp nhãn"),
    "marked": Words("in bags with the mark", "trong bao mang nhãn"),
    "sold": Words("sold in bulk under a grant", "bán rời theo quyền dùng nhãn"),
}
_GRAMS_PER_TONNE = 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("certified")(show)


def show(
    ctx: typer.Context,
    season: Annotated[str, typer.Argument(help="A season, such as DX-2026; all without.")] = "",
    ledger: Folder = HERE,
    on: Annotated[str, typer.Option(help="A day; by default that of the last entry.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what is certified, by season and commune, with the entries behind every figure."""
    from msgspec import to_builtins

    from ledger.certified import certified
    from ledger.log import encoding

    speech: Speech = ctx.obj
    speech.to_program = as_json
    season, on = season and season_of(season), on and day_of(on, "--on")
    with opened(ledger) as book, book.reading() as view:
        day = on or encoding.local_day(encoding.parse_time(view.head().recorded))
        found = certified(view, day, season)
    if as_json:
        speech.answer(to_builtins(found))
        return
    if not found.rows:
        speech.tell(speech.phrase("nothing_certified", season=season or "-", on=day))
        return
    from web.words import Voice

    voice = Voice(speech.languages[0])
    rows = []
    for row in found.rows:
        for name, words in AMOUNTS.items():
            amount: Amount = getattr(row, name)
            value, unit = amount.value, amount.unit
            if unit == "g":
                value, unit = Decimal(value) / _GRAMS_PER_TONNE, "t"
            entries = ranges(amount.entries)
            where = " ".join(dict.fromkeys((row.commune, voice.commune(row.commune))))
            rows.append([row.season, where, speech.text(words), f"{value:f}", unit, entries])
    speech.table([speech.text(words) for words in COLUMNS], rows)
