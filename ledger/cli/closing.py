"""A season's books closed: what it adds up to, for people and for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.cli.written import day_of, season_of
from ledger.errors import Words

if TYPE_CHECKING:
    from ledger.rice.figures import AreaFigures, SeasonFigures

_GRAMS_PER_TONNE = 1_000_000
_KG_PER_TONNE = 1_000

TOTALS: dict[str, Words] = {
    "coded_ha": Words("Coded areas, ha", "Vùng có mã số, ha"),
    "scheme_ha": Words("In the scheme, ha", "Trong đề án, ha"),
    "certified_ha": Words("Certified, ha", "Đã chứng nhận, ha"),
    "certified_ha_on": Words("Certified on the day asked for, ha", "Còn hiệu lực ngày hỏi, ha"),
    "tickets": Words("Weigh slips", "Phiếu cân"),
    "harvested_wet_g": Words("Harvested, wet, t", "Thu hoạch, lúa tươi, tấn"),
    "harvested_14_kg": Words("Harvested, at 14 %, t", "Thu hoạch, quy 14 %, tấn"),
    "mean_yield_t_ha": Words("Mean yield, t/ha", "Năng suất bình quân, tấn/ha"),
    "granted_g": Words("Mark granted, t", "Hạn mức nhãn, tấn"),
    "bags_packed": Words("Bags packed", "Số bao"),
    "packed_g": Words("Packed, t", "Đóng gói, tấn"),
    "certified_g": Words("Packed with the mark, t", "Đóng gói mang nhãn, tấn"),
    "exported_g": Words("Exported, t", "Xuất khẩu, tấn"),
    "certified_exported_g": Words("Exported with the mark, t", "Xuất khẩu mang nhãn, tấn"),
    "export_share_pct": Words("Share with the mark, %", "Tỷ lệ mang nhãn, %"),
    "field_14_kg": Words("Weighed in the field, at 14 %, t", "Cân tại ruộng, quy 14 %, tấn"),
    "field_to_mill_14_kg": Words("Lost from field to mill, t", "Hao từ ruộng đến nhà máy, tấn"),
    "drying_loss_14_kg": Words("Lost in drying, t", "Hao khi sấy, tấn"),
    "milling_loss_14_kg": Words("Lost in milling, t", "Hao khi xay, tấn"),
    "wet_stock_14_kg": Words("Not dried yet, t", "Chưa sấy, tấn"),
    "silo_stock_14_kg": Words("Paddy in silos, t", "Lúa trong kho, tấn"),
    "milled_outputs_kg": Words("Rice and by-products milled, t", "Gạo và phụ phẩm, tấn"),
    "post_harvest_loss_pct": Words("Lost after harvest, %", "Thất thoát sau thu hoạch, %"),
    "straw_collected_pct": Words("Straw collected, %", "Rơm thu gom, %"),
    "packaging_returned_pct": Words("Pesticide packaging returned, %", "Bao bì thuốc trả lại, %"),
    "mechanised_full_pct": Words("Fully mechanised, %", "Cơ giới hóa đồng bộ, %"),
    "linked_pct": Words("Under linkage contracts, %", "Liên kết tiêu thụ, %"),
    "certified_baseline_t_co2e": Words(
        "Certified areas, baseline, t CO2e", "Vùng đã chứng nhận, mức nền, tấn CO2e"
    ),
    "certified_project_t_co2e": Words(
        "Certified areas, this season, t CO2e", "Vùng đã chứng nhận, vụ này, tấn CO2e"
    ),
}
"""The totals that people are shown, in order, and what they are called."""
AREA_COLUMNS: dict[str, Words] = {
    "code": Words("Area", "Vùng trồng"),
    "ha": Words("ha", "ha"),
    "harvested_14_kg": Words("t at 14 %", "tấn 14 %"),
    "yield_t_ha": Words("t/ha", "tấn/ha"),
    "seed_kg_per_ha": Words("seed kg/ha", "giống kg/ha"),
    "n_kg_per_ha": Words("N kg/ha", "N kg/ha"),
    "pesticide_applications": Words("sprayings", "lần phun"),
    "water_m3_per_ha": Words("water m3/ha", "nước m3/ha"),
    "straw_collected_pct": Words("straw %", "rơm %"),
}
AIR_COLUMNS: dict[str, Words] = {
    "regime": Words("water regime", "chế độ nước"),
    "kg_co2e_per_ha": Words("kg CO2e/ha", "kg CO2e/ha"),
    "reduction_pct": Words("cut %", "giảm %"),
}
REGIMES: dict[str, Words] = {
    "continuous": Words("continuous", "ngập liên tục"),
    "single": Words("one drainage", "rút một lần"),
    "multiple": Words("several drainages", "rút nhiều lần"),
}
"""How the water stood, as people call it."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(figures)


def figures(
    ctx: typer.Context,
    season: Annotated[str, typer.Argument(help="A season, such as DX-2026.")],
    ledger: Folder = HERE,
    on: Annotated[
        str, typer.Option(help="Day whose certified hectares are asked for; the log's last.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add up a season: yields, inputs, losses, silos, bags, marks, containers.

    A program gets every area, mill, silo, milling, packed lot, grant and container too.
    """
    from msgspec import to_builtins

    from ledger.closing import close_season
    from ledger.log import encoding

    speech: Speech = ctx.obj
    speech.to_program = as_json
    season, on = season_of(season), on and day_of(on, "--on")
    with opened(ledger) as book, book.reading() as view:
        day = on or encoding.local_day(encoding.parse_time(view.head().recorded))
        closed = close_season(view, season, day)
    if as_json:
        speech.answer(to_builtins(closed))
    else:
        _tell(speech, closed)


def _tell(speech: Speech, closed: SeasonFigures) -> None:
    columns = AREA_COLUMNS | AIR_COLUMNS
    headings = [speech.text(words) for words in columns.values()]
    rows = [
        [_shown(name, _of_area(speech, area, name)) for name in columns] for area in closed.areas
    ]
    speech.table(headings, rows, right=len(headings) - 1)
    totals = [
        [speech.text(words), _shown(name, getattr(closed.totals, name))]
        for name, words in TOTALS.items()
    ]
    speech.table([closed.season, ""], totals, right=1)


def _of_area(speech: Speech, area: AreaFigures, name: str) -> object:
    if name == "regime":
        return speech.text(REGIMES[area.water.regime])
    if name == "kg_co2e_per_ha":
        return area.emission and area.emission.project.kg_co2e_per_ha
    if name == "reduction_pct":
        return area.emission and area.emission.reduction_pct
    return getattr(area, name)


def _shown(name: str, value: object) -> str:
    """Return a figure as people read it: masses in tonnes, to the kilogram."""
    if isinstance(value, int) and name.endswith("_g"):
        return f"{Decimal(value) / _GRAMS_PER_TONNE:.3f}"
    if isinstance(value, int) and name.endswith("_kg"):
        return f"{Decimal(value) / _KG_PER_TONNE:.3f}"
    return "-" if value is None else str(value)
