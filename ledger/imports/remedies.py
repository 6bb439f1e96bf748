"""What would have passed where a row was refused at reading, by the code of its notice."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words

REMEDIES: Mapping[str, Words] = {
    "value_missing": Words("A value in the cell.", "Ô có giá trị."),
    "moisture_missing": Words("The moisture as measured, such as 24.5.", "Độ ẩm đã đo, như 24,5."),
    "number_unreadable": Words("A number, such as 1250 or 24.5.", "Một số, như 1250 hoặc 24,5."),
    "number_too_fine": Words("Fewer decimals.", "Ít số lẻ hơn."),
    "number_out_of_range": Words("A figure that is possible there.", "Con số có thể có ở đó."),
    "date_unreadable": Words("A date, day first: 02/03/2026.", "Ngày trước tháng: 02/03/2026."),
    "time_unreadable": Words("Day and time: 02/03/2026 10:15.", "Ngày và giờ: 02/03/2026 10:15."),
    "word_unknown": Words(
        "One of the words that the help of the template lists.",
        "Một từ có trong phần hướng dẫn của mẫu.",
    ),
    "counts_unreadable": Words("Lot and bags: L260408A:600.", "Lô và số bao: L260408A:600."),
    "text_too_long": Words("A shorter text.", "Chữ ngắn hơn."),
    "row_too_wide": Words("As many cells as headings.", "Số ô bằng số cột."),
    "bad_gtin": Words("13 or 14 digits with their check digit.", "13, 14 số, đúng số kiểm tra."),
    "bad_sscc": Words("18 digits that end in their check digit.", "18 số, đúng số kiểm tra."),
    "bad_gln": Words("13 digits that end in their check digit.", "13 số, đúng số kiểm tra."),
    "bad_container": Words(
        "Four letters and seven digits, as painted on it.", "Bốn chữ và bảy số như sơn trên vỏ."
    ),
    "bad_digest": Words("64 hexadecimal digits.", "64 ký tự thập lục phân."),
    "net_differs": Words("The first weighing minus the second.", "Cân lần 1 trừ đi cân lần 2."),
    "pair_incomplete": Words("Both cells, or neither.", "Cả hai ô, hoặc không ô nào."),
    "order_reversed": Words("A later day or time.", "Ngày giờ muộn hơn."),
    "duplicate_number": Words(
        "A number of its own, or the same row once.", "Số riêng, hoặc chỉ ghi một lần."
    ),
    "overlapping_area": Words(
        "Land that has no code yet, or the code it has.", "Đất chưa có mã, hoặc dùng mã đã có."
    ),
    "shape_unreadable": Words(
        "A closed outline that does not cross itself.", "Ranh giới khép kín, không tự cắt."
    ),
    "document_differs": Words("The file that was listed.", "Đúng tệp đã liệt kê."),
    "file_name_unsafe": Words("The plain name of a file.", "Tên tệp đơn giản."),
}
"""``tests/imports`` holds it complete: every notice that refuses has one."""
