"""The closed words of the office files: what each means here, and every way it is written.

Spellings are compared folded, so neither tone marks nor capitals matter.
"""

from __future__ import annotations

ACTIVITIES = {
    "land_preparation": ("làm đất", "cày xới"),
    "sowing": ("gieo sạ", "sạ lúa"),
    "fertiliser": ("bón phân", "bón phân bón"),
    "pesticide": ("phun thuốc", "phun thuốc BVTV"),
    "irrigation": ("bơm nước", "bơm tưới"),
    "drainage": ("rút nước", "tháo nước"),
    "straw_before": ("rơm rạ trước vụ", "rơm vụ trước"),
    "straw_after": ("rơm rạ sau thu hoạch", "rơm vụ này"),
    "harvest": ("thu hoạch", "gặt"),
    "packaging": ("bao bì thuốc", "vỏ bao thuốc"),
}
REGIMES = {
    "continuous": ("ngập liên tục", "ngập thường xuyên"),
    "single": ("rút nước một lần", "rút 1 lần"),
    "multiple": ("rút nước nhiều lần", "ướt khô xen kẽ"),
}
PRESEASONS = {
    "non_flooded_lt_180": ("khô dưới 180 ngày", "không ngập dưới 180 ngày"),
    "non_flooded_gt_180": ("khô trên 180 ngày", "không ngập trên 180 ngày"),
    "flooded_gt_30": ("ngập trên 30 ngày", "ngập hơn 30 ngày"),
    "unknown": ("không rõ", "chưa rõ"),
}
SOURCES = {"manual": ("đo tay", "thủ công"), "sensor": ("cảm biến", "tự động")}
AREA_EVENTS = {
    "issued": ("cấp mã", "cấp mới"),
    "suspended": ("tạm dừng", "tạm đình chỉ"),
    "restored": ("khôi phục", "cho dùng lại"),
    "revoked": ("hủy mã", "thu hồi mã"),
}
STATES = {
    "active": ("active", "đang sử dụng"),
    "suspended": ("suspended", "tạm dừng"),
    "revoked": ("revoked", "đã hủy"),
}
DECISIONS = {
    "conformity": ("xác nhận phù hợp", "xác nhận quy trình"),
    "grant": ("cấp quyền dùng nhãn", "cấp nhãn"),
    "ghg": ("thẩm tra phát thải", "thẩm định phát thải"),
    "suspension": ("tạm đình chỉ", "đình chỉ"),
    "reinstatement": ("khôi phục", "khôi phục hiệu lực"),
    "reduction": ("thu hẹp", "thu hẹp phạm vi"),
    "withdrawal": ("thu hồi", "rút lại"),
    "supersession": ("thay thế", "cấp thay thế"),
}
DOCUMENTS = {
    "contract": ("hợp đồng", "HĐ"),
    "invoice": ("hóa đơn", "hóa đơn thương mại"),
    "bill_of_lading": ("vận đơn", "B/L"),
    "phytosanitary": ("kiểm dịch thực vật", "KDTV"),
    "origin": ("giấy chứng nhận xuất xứ", "C/O"),
    "laboratory": ("phiếu thử nghiệm", "kết quả thử nghiệm"),
}
PRODUCTS = {
    "packed": ("gạo đóng bao", "gạo bao"),
    "paddy": ("lúa", "lúa nguyên liệu"),
    "head_rice": ("gạo nguyên", "gạo thành phẩm"),
    "broken": ("tấm", "gạo tấm"),
    "bran": ("cám", "cám gạo"),
    "husk": ("trấu", "vỏ trấu"),
}
RESULTS = {"pass": ("đạt", "phù hợp"), "fail": ("không đạt", "không phù hợp")}
ROLES = {
    role: (role,)
    for role in (
        "authority",
        "registrar",
        "scheme_owner",
        "confirmer",
        "verifier",
        "decision_body",
        "cooperative",
        "trader",
        "mill",
        "packer",
        "exporter",
        "laboratory",
        "carrier",
        "buyer",
    )
}
