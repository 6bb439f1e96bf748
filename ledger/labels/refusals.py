"""What printing refuses, in words; to raise one of these is to have their words known."""

from __future__ import annotations

from ledger.errors import CODES, ConflictError, MalformedError, RefusedError, Words

__all__ = ["WORDS", "ConflictError", "MalformedError", "RefusedError"]

WORDS: dict[str, Words] = {
    "module_too_small": Words(
        "A module of {module} mm is too small for phones: at least {least} mm is needed.",
        "Ô của mã QR {module} mm quá nhỏ, điện thoại không đọc được: cần ít nhất {least} mm.",
    ),
    "symbol_leaves_no_words": Words(
        "Beside the QR symbol of {width} mm there is no room for words. Choose larger labels.",
        "Cạnh mã QR rộng {width} mm không còn chỗ cho chữ. Hãy chọn khổ tem lớn hơn.",
    ),
    "font_letter_missing": Words(
        "The label font has no {letter} (in “{words}”). Write it with other letters.",
        "Phông chữ in tem không có ký tự {letter} (trong “{words}”). Hãy viết bằng ký tự khác.",
    ),
    "grid_unreadable": Words(
        "“{read}” is no grid of labels. Write it as 3x8,label=70x37,at=0x0.5 (in mm).",
        "“{read}” không phải lưới tem. Hãy viết như 3x8,label=70x37,at=0x0.5 (tính bằng mm).",
    ),
    "grid_off_page": Words(
        "The labels of this grid reach {reach} mm and the page ends at {end} mm.",
        "Tem của lưới này ra đến {reach} mm mà trang chỉ đến {end} mm.",
    ),
    "grid_overlaps": Words(
        "The labels of this grid overlap: each has {size} mm, the next begins after {pitch} mm.",
        "Tem trong lưới này chồng lên nhau: mỗi tem {size} mm mà bước chỉ {pitch} mm.",
    ),
    "sheet_place": Words(
        "There is no place {place} on this sheet: it has {capacity}, counted from 1 row by row.",
        "Tờ này không có ô số {place}: chỉ có {capacity} ô, đếm từ 1 theo từng hàng.",
    ),
    "sheet_full": Words(
        "Every place of the first sheet is used. Begin with a fresh sheet.",
        "Tờ đầu không còn ô trống. Hãy bắt đầu bằng tờ mới.",
    ),
    "labels_printed": Words(
        "Bags {first} to {last} of batch {batch} have labels printed on {day}. Report as spoiled"
        " what is to be printed again.",
        "Bao {first} đến {last} của đợt {batch} đã in tem ngày {day}. Tem nào cần in lại, hãy báo"
        " hỏng trước.",
    ),
    "labels_cancelled": Words(
        "Every label asked for of batch {batch} is cancelled in the ledger. Cancelled labels are"
        " never printed.",
        "Mọi tem được yêu cầu của đợt {batch} đã bị hủy trong sổ. Không in tem đã hủy.",
    ),
    "labels_not_printed": Words(
        "Bags {first} to {last} of batch {batch} have no labels out that could be spoiled.",
        "Bao {first} đến {last} của đợt {batch} chưa có tem nào đã in để báo hỏng.",
    ),
    "labels_not_spoiled": Words(
        "No label of batch {batch} is reported as spoiled. There is nothing to print again.",
        "Không có tem hỏng nào của đợt {batch}. Không có gì để in lại.",
    ),
    "print_book_unreadable": Words(
        "The book of printed labels {file} cannot be used: {what}.",
        "Không dùng được sổ in tem {file}: {what}.",
    ),
}
CODES |= WORDS
