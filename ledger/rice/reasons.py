"""Why an attestation changes: the closed list of reasons, in words. The paper says the rest."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words

REASONS: Mapping[str, Words] = {
    "complaint": Words("a complaint is being looked into", "đang làm rõ khiếu nại"),
    "records_differ": Words("records do not agree", "hồ sơ không khớp nhau"),
    "process_not_followed": Words("the process was not followed", "không theo đúng quy trình"),
    "quantity_differs": Words("quantities do not agree", "khối lượng không khớp"),
    "false_statement": Words("something stated was not so", "có nội dung khai không đúng"),
    "mark_misused": Words("the mark was misused", "sử dụng nhãn sai quy định"),
    "area_code_ended": Words("a planting-area code ended", "mã số vùng trồng hết hiệu lực"),
    "accreditation_ended": Words(
        "the certifier's accreditation ended", "bên chứng nhận hết được công nhận"
    ),
    "key_compromised": Words("a signing key was stolen", "khóa ký bị lộ"),
    "issued_wrongly": Words("it was issued by mistake", "cấp nhầm"),
    "holder_asked": Words("its holder asked for it", "bên được cấp đề nghị"),
    "scope_changed": Words("its scope changed", "phạm vi thay đổi"),
    "second_decision": Words("a second person decided", "người thứ hai quyết định"),
    "put_right": Words("what was wrong was put right", "đã khắc phục"),
    "other": Words("another reason, on the paper", "lý do khác, ghi trong văn bản"),
}
"""By code, one for each of `terms.ReasonCode`."""
