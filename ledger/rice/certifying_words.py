"""What acts about schemes, certificates and trust say, in the two languages; as `plain_words`."""

from __future__ import annotations

from ledger.errors import Words

KINDS: dict[str, Words] = {
    "accreditation": Words(
        "Accredits a body under a scheme: a certificate",
        "Công nhận một tổ chức theo chương trình",
    ),
    "apply": Words("Asks a certifier for an attestation", "Đề nghị cấp chứng nhận"),
    "change_accreditation": Words(
        "Suspends, reinstates or withdraws an accreditation",
        "Đình chỉ, khôi phục hoặc thu hồi một công nhận",
    ),
    "claim_reduction": Words(
        "Claims an emission reduction as credits; nobody can claim it again",
        "Công bố mức giảm phát thải thành tín chỉ; không ai công bố lại được",
    ),
    "decline_application": Words(
        "Declines an application for an attestation", "Từ chối đơn đề nghị cấp chứng nhận"
    ),
    "declare_relation": Words(
        "Says that two organisations are related",
        "Khai báo hai tổ chức có quan hệ",
    ),
    "reaffirm": Words(
        "Stands by entries that a stolen key signed",
        "Xác nhận lại các mục do khóa bị lộ đã ký",
    ),
    "recover_key": Words(
        "Gives an organisation a new key in place of lost ones",
        "Cấp khóa mới thay khóa đã mất",
    ),
    "snapshot_did": Words(
        "Shows what stands at the DID of an organisation's own domain",
        "Ghi lại tài liệu DID ở tên miền riêng của tổ chức",
    ),
}

MEMBERS: dict[str, Words] = {
    "accreditation": Words("Accreditation", "Công nhận"),
    "application": Words("Application", "Đơn đề nghị"),
    "attestation_type": Words("Type of attestation (UNTP)", "Kiểu chứng nhận (UNTP)"),
    "certifier": Words("Certifier", "Bên chứng nhận"),
    "criteria": Words("Criteria", "Tiêu chí"),
    "decided_by": Words("Decided by", "Bên quyết định"),
    "decided_on": Words("Decided on", "Quyết định ngày"),
    "deduction_ppt": Words(
        "Emissions: deduction for uncertainty (per thousand)",
        "Phát thải: khấu trừ do bất định (phần nghìn)",
    ),
    "did_document": Words("Document at its own domain", "Tài liệu ở tên miền riêng"),
    "effect": Words("What follows from it", "Hệ quả"),
    "factor_set": Words("Emissions: factors", "Phát thải: bộ hệ số"),
    "gwp_set": Words("Emissions: warming potentials", "Phát thải: bộ hệ số nóng lên"),
    "entries": Words("Entries", "Các mục"),
    "key_days": Words("Limit: days a key lasts at most", "Giới hạn: số ngày dùng khóa nhiều nhất"),
    "longest_days": Words("In force for at most (days)", "Hiệu lực nhiều nhất (ngày)"),
    "lost": Words("Lost keys", "Các khóa bị mất"),
    "most_g_per_ha": Words(
        "Mark: at most (grams for each hectare)",
        "Nhãn: nhiều nhất (gam mỗi héc-ta)",
    ),
    "needs": Words("Needs in force before", "Cần có hiệu lực trước"),
    "other": Words("The other organisation", "Tổ chức kia"),
    "profile": Words("Kind of attestation", "Loại chứng nhận"),
    "profiles": Words("Kinds of attestation", "Các loại chứng nhận"),
    "quota": Words("Quota", "Hạn mức"),
    "quota_g": Words("Quota of white rice (grams)", "Hạn mức gạo trắng (gam)"),
    "reduction_kg": Words("Reduction claimed (kg CO2e)", "Mức giảm công bố (kg CO2e)"),
    "reduction_warn_kg_per_ha": Words(
        "Limit: reduction looked at from (kg CO2e for each hectare)",
        "Giới hạn: xem lại mức giảm từ (kg CO2e mỗi héc-ta)",
    ),
    "reduction_warn_ppt": Words(
        "Limit: reduction looked at from (per thousand)",
        "Giới hạn: xem lại mức giảm từ (phần nghìn)",
    ),
    "registry": Words("Registry of credits", "Hệ thống đăng ký tín chỉ"),
    "relation": Words("The figure has to be", "Số liệu phải"),
    "remark": Words("Remark", "Ghi chú"),
    "required": Words("Is required", "Bắt buộc"),
    "signers": Words("Signed by, one of", "Một trong các bên ký"),
    "statement": Words("Emission statement", "Thẩm tra phát thải"),
    "successor": Words("What takes its place", "Chứng nhận thay thế"),
    "suspension_months": Words(
        "Limit: months a suspension should last at most",
        "Giới hạn: số tháng đình chỉ nhiều nhất",
    ),
    "two_persons": Words("Two persons for", "Hai người cho việc"),
    "unit": Words("Unit", "Đơn vị"),
    "until_on": Words("Until, that day included", "Đến hết ngày"),
    "valid_until": Words("Goes on until", "Còn dùng đến"),
    "usual_g_per_ha": Words(
        "Mark: usual (grams for each hectare)",
        "Nhãn: thường lệ (gam mỗi héc-ta)",
    ),
}
