"""Why a decision was changed, as offices write it: which reason of the closed list it is."""

from __future__ import annotations

from ledger.imports.cells import fold
from ledger.rice.reasons import REASONS

_WORDS = {
    "complaint": ("khiếu nại",),
    "records_differ": ("không khớp hóa đơn", "nhật ký không khớp", "hồ sơ không khớp"),
    "process_not_followed": ("không đúng quy trình", "sai quy trình"),
    "quantity_differs": ("vượt sản lượng", "khối lượng không khớp"),
    "false_statement": ("khai không đúng", "khai sai", "gian dối"),
    "mark_misused": ("dùng nhãn sai", "sử dụng nhãn sai"),
    "area_code_ended": ("hủy mã số vùng trồng", "thu hồi mã số vùng trồng"),
    "accreditation_ended": ("hết công nhận", "hết được công nhận"),
    "key_compromised": ("lộ khóa", "mất khóa"),
    "issued_wrongly": ("cấp nhầm", "cấp sai"),
    "holder_asked": ("tự nguyện", "theo đề nghị"),
    "scope_changed": ("thay đổi phạm vi", "đổi phạm vi"),
    "put_right": ("đã khắc phục", "khắc phục xong"),
}
"""What an office says when it means a reason; the first one found counts."""


def reason_in(text: str) -> str:
    """Return the code of the reason that a text gives: by its own words, or as people say it."""
    folded = fold(text)
    for code, words in REASONS.items():
        said = (code, words.vi, words.en, *_WORDS.get(code, ()))
        if any(fold(one) in folded for one in said if one):
            return code
    return "other"
