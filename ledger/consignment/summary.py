"""The summary of a consignment on paper, in Vietnamese and English side by side."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ledger.consignment.gathered import ConsignedLot, Consignment, Grown
from ledger.consignment.paper import Block, heading, row, text, title, write_paper
from ledger.errors import Words
from ledger.log import encoding
from ledger.proof.rules import HEADLINES
from ledger.proof.verdict import Vouching
from ledger.rice.emission import Span
from ledger.rice.labels import format_code
from ledger.rice.terms import LocalText

_KINDS = {
    "container": Words("Container", "Container"),
    "pallet": Words("Pallet (SSCC)", "Pallet (SSCC)"),
    "lot": Words("Lot", "Lô"),
}
_CUSTODY = {
    "identity_preserved": Words("identity preserved", "giữ riêng từng nguồn"),
    "segregated": Words("segregated", "tách riêng"),
    "mass_balance": Words("mass balance", "cân bằng khối lượng"),
}
_STATES = {
    "granted": "còn hiệu lực / in force",
    "reinstated": "đã khôi phục / reinstated",
    "suspended": "đang tạm đình chỉ / suspended",
    "reduced": "đã thu hẹp / reduced",
    "withdrawn": "đã thu hồi / withdrawn",
    "superseded": "đã thay thế / superseded",
    "expired": "hết hạn / expired",
    "disputed": "đang tranh chấp / disputed",
}
_UNITS = {"KGM": "kg", "P1": "%"}
_MARK = "licenses"


def write_summary(one: Consignment) -> bytes:
    """Return the summary as a PDF."""
    at = encoding.format_time(one.at)
    footer = f"{one.origin} · {one.size} · {at}"
    return write_paper(f"{_KINDS[one.kind].en} {one.number}", _blocks(one), footer)


def _blocks(one: Consignment) -> Iterator[Block]:
    kind = _KINDS[one.kind]
    yield title(f"{kind.vi} {one.number}", "Hồ sơ lô hàng / Shipping dossier")
    yield row(("Bên gửi", "Sender"), *_both(one.sender), is_strong=True)
    if one.receiver is not None:
        yield row(("Bên nhận", "Receiver"), *_both(one.receiver))
    if one.country:
        yield row(("Nước đến", "Country of destination"), one.country)
    if one.shipped_on:
        yield row(("Ngày xuất", "Shipped on"), one.shipped_on)
    if one.seal:
        yield row(("Số seal", "Seal"), one.seal)
    papers = [f"{kind} {uri.rpartition(':')[2]}" for kind, uri in one.papers]
    if papers:
        yield row(("Chứng từ", "Papers"), *papers)
    yield row(("Số bao", "Bags"), f"{one.bags:,}".replace(",", " "))
    yield row(("Khối lượng tịnh", "Net mass"), f"{_kg(one.mass_g)} kg", is_strong=True)
    if one.kind == "container" and one.pallets:
        stacked = [
            f"{each.sscc.rpartition('/')[2]}: {each.lot.rpartition('/')[2]}, {each.bags}"
            for each in one.pallets
        ]
        yield row(("Pallet: lô, số bao", "Pallet: lot, bags"), *stacked)
    for lot in one.lots:
        yield from _lot(lot)
    yield heading("Kiểm tra / How to check")
    yield text(
        "Bản tóm tắt này không tự chứng minh điều gì: bằng chứng nằm trong các tệp kèm theo. Mở"
        " verify.html trên máy không có mạng và chọn tệp bundle của từng lô.",
        "This summary proves nothing by itself: the evidence is in the files beside it. Open"
        " verify.html on a computer without a network and choose each lot's bundle.",
    )


def _lot(one: ConsignedLot) -> Iterator[Block]:
    yield heading(f"Lô / Lot {one.code}")
    yield row(("Hàng", "Product"), *_both(one.product.name), is_strong=True)
    yield row(("GTIN", ""), one.lot.gtin)
    if one.lot.variety:
        yield row(("Giống lúa", "Variety"), one.lot.variety)
    yield row(("Số bao x khối lượng bao", "Bags x bag"), f"{one.bags} x {_kg(one.lot.bag_g)} kg")
    yield row(("Khối lượng tịnh", "Net mass"), f"{_kg(one.mass_g)} kg")
    yield row(("Đóng gói", "Packed"), one.lot.born_on, *_both(one.packer))
    custody = _CUSTODY.get(one.lot.custody)
    yield row(("Chuỗi hành trình", "Custody"), *(_both(custody) if custody else (one.lot.custody,)))
    if one.verdict is None:
        yield row(
            ("Bằng chứng", "Evidence"),
            "Lô chưa có tem nên chưa có bằng chứng từng bao.",
            "The lot has no labels yet, so there is no evidence of single bags.",
        )
        return
    headline = HEADLINES[one.verdict.headline]
    yield row(
        ("Kết luận bao mẫu", "Verdict on a sample bag"), headline.vi, headline.en, is_strong=True
    )
    yield row(("Bao mẫu", "Sample bag"), format_code(one.serial))
    for vouching in one.verdict.bag.vouchings if one.verdict.bag else ():
        yield _vouching(vouching)
    for grown in one.grown:
        yield from _emission(grown)


def _vouching(one: Vouching) -> Block:
    """Return a certificate, or the right to use a mark, with the state it is in."""
    label = ("Nhãn chứng nhận", "Mark") if one.effect == _MARK else ("Chứng nhận", "Certificate")
    figures = [f"{name}: {_figure(value)}" for name, value in sorted(one.figures.items())]
    state = _STATES.get(one.state_now, one.state_now)
    return row(
        label,
        f"{one.number} · {one.kind.vi} / {one.kind.en}",
        f"{one.scheme.vi} / {one.scheme.en}",
        f"{one.issuer.name.vi} · {one.from_on} - {one.until_on}",
        state,
        *figures,
    )


def _figure(value: str) -> str:
    """Return a figure with its unit as people write it."""
    amount, blank, unit = value.rpartition(" ")
    return f"{amount}{blank}{_UNITS.get(unit, unit)}"


def _emission(one: Grown) -> Iterator[Block]:
    """Yield an emission with everything that has to stand beside such a number."""
    found = one.emission
    label = (f"Phát thải {one.area}", f"Emission, {one.season}")
    yield row(
        label,
        _span(found.project),
        f"Nền / baseline: {_span(found.baseline)}",
        f"Giảm / reduction: {_shown(found.reduction_kg_co2e_per_ha)} kg CO2e/ha"
        + (f" ({_shown(found.reduction_pct)} %)" if found.reduction_pct is not None else ""),
        f"Khấu trừ / deduction: {_shown(found.deduction_pct)} %",
        f"{found.method} {found.method_version} · {found.factor_set} · GWP {found.gwp_set}",
        f"Tỷ lệ trong lô / share of the lot: {Decimal(one.share_ppt) / 10} %",
    )


def _span(side: Span) -> str:
    """Return one side's figure with the ends of its range."""
    low, high = _shown(side.low_kg_co2e_per_ha), _shown(side.high_kg_co2e_per_ha)
    return f"{_shown(side.kg_co2e_per_ha)} kg CO2e/ha ({low} - {high})"


def _both(words: LocalText | Words) -> tuple[str, ...]:
    return (words.vi,) if words.vi == words.en else (words.vi, words.en)


def _kg(mass_g: int) -> str:
    kilograms = format(Decimal(mass_g) / 1000, "f")
    whole, _, part = kilograms.partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    part = part.rstrip("0")
    return f"{grouped},{part}" if part else grouped


def _shown(value: Decimal) -> str:
    return format(value, "f")
