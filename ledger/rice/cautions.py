"""What each rule that warns says, in both languages, and what would have gone without a note."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words
from ledger.rice.refusals import said

CAUTIONS: Mapping[str, tuple[Words, Words]] = {
    "yield_high": said(
        "Area {area} has now yielded {total_t} t, more than is usual.",
        "Vùng {area} đã đạt {total_t} tấn, cao hơn thường lệ.",
        "A usual yield; this one is recorded with a note.",
        "Năng suất thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "recovery_high": said(
        "White rice is {recovery} % of the paddy, more than is usual ({limit} %).",
        "Gạo trắng bằng {recovery} % lúa, cao hơn thường lệ ({limit} %).",
        "A usual recovery; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "recovery_low": said(
        "White rice is {recovery} % of the paddy, less than is usual ({limit} %).",
        "Gạo trắng bằng {recovery} % lúa, thấp hơn thường lệ ({limit} %).",
        "A usual recovery; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "by_products_odd": said(
        "{form} is {share} % of the paddy; {low} to {high} % is usual.",
        "{form} bằng {share} % lúa; thường từ {low} đến {high} %.",
        "A usual share; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "count_differs": said(
        "{counted} counted of lot {lot}; the books said {left}.",
        "Kiểm được {counted} của lô {lot}; sổ ghi {left}.",
        "The same as in the books; the difference stays on record.",
        "Bằng số trên sổ; phần chênh lệch được giữ lại.",
    ),
    "container_heavy": said(
        "{net_kg} kg in one container, more than is usual ({limit_kg} kg).",
        "{net_kg} kg trong một container, nhiều hơn thường lệ ({limit_kg} kg).",
        "A usual load; this one is recorded with a note.",
        "Tải thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "lot_unbalanced": said(
        "Lot {lot} does not balance: entry {index} breaks {rule} since {causes}.",
        "Lô {lot} không cân đối: mục {index} vi phạm {rule} từ {causes}.",
        "A lot whose books balance; this is recorded with a note.",
        "Lô có sổ cân đối; vẫn ghi nhận kèm lưu ý.",
    ),
    "receipt_differs": said(
        "{received_kg} kg received of {sent_kg} kg sent.",
        "Nhận {received_kg} kg trên {sent_kg} kg đã gửi.",
        "The mass that was sent; both stay on record.",
        "Khối lượng đã gửi; cả hai con số đều được giữ.",
    ),
    "arrival_differs": said(
        "{received} bags received of {sent} sent.",
        "Nhận {received} bao trên {sent} bao đã gửi.",
        "The bags that were sent; both figures stay on record.",
        "Đủ số bao đã gửi; cả hai con số đều được giữ.",
    ),
    "claim_lost": said(
        "Uncovered rice of {lost_by} joins covered rice: together they carry no claim.",
        "Gạo chưa chứng nhận của {lost_by} trộn với gạo đã chứng nhận: cả hai mất nhãn.",
        "Covered lots kept apart from others; this is recorded with a note.",
        "Để riêng lô đã chứng nhận; vẫn ghi nhận kèm lưu ý.",
    ),
    "variety_differs": said(
        "Lot {lot} was harvested as {variety}; the bags say {named}.",
        "Lô {lot} là giống {variety}; trên bao ghi {named}.",
        "Bags that name the variety of the rice in them; this is recorded with a note.",
        "Bao ghi đúng giống của gạo bên trong; vẫn ghi nhận kèm lưu ý.",
    ),
}
