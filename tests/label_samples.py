"""Labels to print in tests: one batch with usual words, one whose names are long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from ledger.labels.prints import Print, draw_prints
from ledger.labels.series import SymbolSeries
from ledger.labels.wording import Bag, BatchWords, bags_of, link_start
from ledger.rice.labels import SERIAL_LENGTH, LabelBatch, labels_between

BATCH = LabelBatch("09521234000303", "DX26-0001", 1_000)
START = link_start(BATCH, "https://gao.example.vn")
USUAL = BatchWords(
    link_start=START,
    count=BATCH.count,
    goods="Gạo thơm OM18 phát thải thấp",
    net_mass_g=5_000,
    lot=BATCH.lot,
    packer="HTX Nông nghiệp Kênh Xáng",
    packed=date(2026, 3, 22),
    best_before=date(2027, 3, 22),
    mark="Nhãn Gạo phát thải thấp, số QD-DX26-001",
    is_demo=True,
)
LONG = replace(
    USUAL,
    goods="Gạo trắng thơm hạt dài Đài Thơm 8 xát kỹ đánh bóng vùng Đồng bằng sông Cửu Long",
    packer="Hợp tác xã Dịch vụ Nông nghiệp và Thương mại Tổng hợp Thạnh Phước - Vĩnh Thạnh",
    net_mass_g=25_000,
    is_demo=False,
)


@cache
def series() -> SymbolSeries:
    """Return the symbols of the batch."""
    return SymbolSeries(START, SERIAL_LENGTH)


def bags(first: int, last: int) -> Iterator[Bag]:
    """Yield bags of the batch."""
    return bags_of(range(first, last + 1), labels_between(BATCH, bytes(32), first, last))


def prints(count: int) -> list[Print]:
    """Return the first labels of the batch."""
    return list(draw_prints(series(), bags(1, count)))


def payload(one: Print) -> bytes:
    """Return what a label's symbol must say."""
    return (START + one.bag.serial).encode()
