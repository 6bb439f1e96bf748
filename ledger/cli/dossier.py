"""What the ledger computed for one area and season, with the entries behind every figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.closing import REGIMES
from ledger.cli.opening import opened
from ledger.cli.options import HERE, AsJson, Folder
from ledger.cli.speech import Speech
from ledger.cli.written import season_of
from ledger.errors import Words

if TYPE_CHECKING:
    from ledger.dossier import Dossier, Signer, Value
    from ledger.rice.emission import Emission, Span
    from ledger.rice.facts import Area

FIGURES: dict[str, Words] = {
    "seed_kg_per_ha": Words("Seed", "Lượng giống"),
    "n_kg_per_ha": Words("Nitrogen (N)", "Đạm (N)"),
    "p2o5_kg_per_ha": Words("Phosphate (P2O5)", "Lân (P2O5)"),
    "k2o_kg_per_ha": Words("Potash (K2O)", "Kali (K2O)"),
    "n_reduction_pct": Words("Less nitrogen than the baseline", "Giảm đạm so với mức nền"),
    "pesticide_applications": Words("Sprayings", "Số lần phun"),
    "pesticide_reduction_pct": Words("Fewer sprayings", "Giảm số lần phun"),
    "water_m3_per_ha": Words("Irrigation water", "Nước tưới"),
    "water_reduction_pct": Words("Less irrigation water", "Giảm nước tưới"),
    "mechanised_pct": Words("Work done by machine", "Công việc làm bằng máy"),
    "fully_mechanised": Words("Fully mechanised", "Cơ giới hóa đồng bộ"),
    "straw_collected_g": Words("Straw collected", "Rơm thu gom"),
    "straw_incorporated_g": Words("Straw ploughed in", "Rơm vùi"),
    "straw_burned_g": Words("Straw burned", "Rơm đốt"),
    "straw_collected_pct": Words("Share of straw collected", "Tỷ lệ rơm thu gom"),
    "packaging_returned_pct": Words("Pesticide packaging returned", "Bao bì thuốc trả lại"),
    "harvested_14_kg": Words("Harvested, at 14 %", "Thu hoạch, quy 14 %"),
    "yield_t_ha": Words("Yield, at 14 %", "Năng suất, quy 14 %"),
    "field_to_mill_pct": Words("Lost from field to mill", "Hao từ ruộng đến nhà máy"),
    "drying_loss_pct": Words("Lost in drying", "Hao khi sấy"),
    "milling_loss_pct": Words("Lost in milling", "Hao khi xay"),
    "post_harvest_loss_pct": Words("Lost after harvest", "Thất thoát sau thu hoạch"),
    "co2e_kg_per_kg_rice": Words("CO2e of a kilogram of milled rice", "CO2e mỗi kg gạo"),
}
"""What people call the figures of a dossier."""
YES, NO = Words("yes", "có"), Words("no", "không")
COMPUTED = Words("Computed from the field", "Tính từ đồng ruộng")
UNKNOWN = Words("no readings: taken as flooded", "không có số đo: coi như ngập liên tục")
ROLES: dict[str, Words] = {
    "measured_by": Words("Measured by", "Đo đạc"),
    "reported_by": Words("Reported by", "Báo cáo"),
    "verified_by": Words("Verified by", "Thẩm định"),
}
ENTRIES = Words("Entries", "Các mục")
SIGNER_COLUMNS = (
    Words("Who", "Ai"),
    Words("Organisation", "Đơn vị"),
    Words("Key", "Khóa"),
    Words("Said", "Số văn bản"),
)
ASKED_COLUMNS = (
    Words("The scheme asks for", "Chương trình yêu cầu"),
    Words("Threshold", "Ngưỡng"),
    Words("Computed", "Tính được"),
    Words("Met", "Đạt"),
)
STATED_COLUMNS = (
    Words("Certificate", "Chứng nhận"),
    Words("Figure", "Số liệu"),
    Words("Stated", "Đã nêu"),
    Words("Computed", "Tính được"),
    Words("", ""),
    Words("Entry", "Mục"),
)
RELATIONS = {
    "at_most": Words("at most", "không quá"),
    "less_than": Words("less than", "dưới"),
    "at_least": Words("at least", "ít nhất"),
    "more_than": Words("more than", "trên"),
}
MET = {
    True: Words("yes", "đạt"),
    False: Words("NO", "KHÔNG"),
    None: Words("not computed", "chưa tính được"),
}
DIFFERS = Words("DIFFERS", "KHÁC")
NOBODY = Words("nobody", "chưa có")
_GRAMS_PER_TONNE = 1_000_000
_M2_PER_HA = 10_000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("dossier")(show)


def show(
    ctx: typer.Context,
    area: Annotated[str, typer.Argument(help="A planting-area code.")],
    season: Annotated[str, typer.Argument(help="A season, such as DX-2026.")],
    ledger: Folder = HERE,
    with_entries: Annotated[
        bool, typer.Option("--entries", help="With the entries behind every figure.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the ledger computed for an area's season; JSON names the entries behind it too."""
    from msgspec import to_builtins

    from ledger.dossier import dossier
    from ledger.rice.facts import Area, find

    speech: Speech = ctx.obj
    speech.to_program = as_json
    season = season_of(season)
    with opened(ledger) as book, book.reading() as view:
        found = dossier(view, area, season)
        known = find(view, Area, f"area:{area}")
    if as_json:
        speech.answer(to_builtins(found))
    elif not any((*(one.entries for one in found.figures), found.water_entries, found.stated)):
        speech.tell(speech.phrase("nothing_grown", area=area, season=season))
    else:
        assert known is not None, "a dossier is of an area"
        _tell(speech, found, known, with_entries=with_entries)


def ranges(entries: Sequence[int]) -> str:
    """Return entries in order as people write them: ``7, 9-12``."""
    runs = groupby(enumerate(entries), key=lambda pair: pair[1] - pair[0])
    listed = [[entry for _, entry in run] for _, run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in listed)


def _tell(speech: Speech, found: Dossier, area: Area, *, with_entries: bool) -> None:
    from web.words import Voice

    where = Voice(speech.languages[0]).commune(area.commune)
    size = f"{Decimal(area.area_m2) / _M2_PER_HA:.2f} ha"
    speech.tell(f"{found.area}, {found.season}: {area.manager}, {where}, {size}")
    headings = [speech.text(COMPUTED), "", "", speech.text(ENTRIES)]
    rows = []
    for figure in found.figures:
        value, unit = _shown(speech, figure.value), figure.unit
        if unit == "g" and isinstance(figure.value, int):
            value, unit = f"{Decimal(figure.value) / _GRAMS_PER_TONNE:.3f}", "t"
        rows.append([speech.text(FIGURES[figure.name]), value, unit, ranges(figure.entries)])
    rows.append(
        [
            speech.text(Words("Water regime", "Chế độ nước")),
            speech.text(REGIMES[found.water.regime]),
            _evidence(speech, found),
            ranges(found.water_entries),
        ]
    )
    if found.emission:
        rows += _emission(speech, found.emission, ranges(found.emission_entries))
    speech.tell("")
    width = len(headings) if with_entries else len(headings) - 1
    speech.table(headings[:width], [row[:width] for row in rows])
    speech.tell("")
    speech.table(
        [speech.text(words) for words in SIGNER_COLUMNS],
        [row for role in ROLES for row in _signers(speech, role, getattr(found, role))],
        right=1,
    )
    _tell_asked(speech, found)
    _tell_stated(speech, found)
    if found.emission:
        from ledger.rice.emission import FINDINGS

        for code in found.emission.findings:
            speech.tell(speech.text(FINDINGS[code]))


def _tell_asked(speech: Speech, found: Dossier) -> None:
    if not found.asked:
        return
    speech.tell("")
    rows = [
        [
            speech.text(Words(one.criterion.name.en, one.criterion.name.vi)),
            f"{speech.text(RELATIONS[one.criterion.relation])} {one.criterion.threshold}",
            _shown(speech, one.computed),
            speech.text(MET[one.is_met]),
        ]
        for one in found.asked
    ]
    speech.table([speech.text(words) for words in ASKED_COLUMNS], rows)


def _tell_stated(speech: Speech, found: Dossier) -> None:
    if not found.stated:
        return
    speech.tell("")
    rows = [
        [
            one.number,
            one.metric,
            one.stated,
            one.computed or "-",
            speech.text(DIFFERS) if one.differs else "",
            str(one.entry),
        ]
        for one in found.stated
    ]
    speech.table([speech.text(words) for words in STATED_COLUMNS], rows)


def _evidence(speech: Speech, found: Dossier) -> str:
    if found.water.evidence_tier is None:
        return speech.text(UNKNOWN)
    drained = (f"{tube.tube.rpartition(':')[2]} {tube.drainages}x" for tube in found.water.tubes)
    tier = speech.text(Words("evidence tier", "bậc bằng chứng"))
    return f"{tier} {found.water.evidence_tier}: {', '.join(drained)}"


def _emission(speech: Speech, found: Emission, entries: str) -> Iterator[list[str]]:
    """Yield the rows of an emission: each figure with its range, its method and its sets."""
    of = f"{found.method}; {found.factor_set}; GWP {found.gwp_set}"
    before, now = Words("Emission, baseline", "Phát thải nền"), Words("Emission", "Phát thải vụ")
    for words, side in ((before, found.baseline), (now, found.project)):
        yield [speech.text(words), str(side.kg_co2e_per_ha), _span(side), entries]
    less = speech.text(Words("Reduction", "Giảm phát thải"))
    yield [less, _shown(speech, found.reduction_pct), "%", entries]
    yield [less, str(found.reduction_kg_co2e_per_ha), "kg CO2e/ha", entries]
    kept = speech.text(Words("Reduction after deduction", "Giảm phát thải sau khấu trừ"))
    yield [kept, str(found.claimable_t_co2e), f"t CO2e (-{found.deduction_pct} %)", entries]
    yield [speech.text(Words("Method", "Phương pháp")), of, found.method_version, ""]


def _span(side: Span) -> str:
    return f"kg CO2e/ha ({side.low_kg_co2e_per_ha} - {side.high_kg_co2e_per_ha})"


def _signers(speech: Speech, role: str, signers: Sequence[Signer]) -> Iterator[list[str]]:
    for one in signers:
        yield [speech.text(ROLES[role]), one.actor, one.key, str(one.statements)]
    if not signers:
        yield [speech.text(ROLES[role]), speech.text(NOBODY), "", "0"]


def _shown(speech: Speech, value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return speech.text(YES if value else NO)
    return str(value)
