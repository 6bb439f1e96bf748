"""What the rules on land, seasons, contracts, baselines and papers say, as in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words


def said(
    refused_en: str, refused_vi: str, accepted_en: str, accepted_vi: str
) -> tuple[Words, Words]:
    """Return what a rule says, and what it would accept, in both languages."""
    return Words(refused_en, refused_vi), Words(accepted_en, accepted_vi)


FIELD_REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "area_code_taken": said(
        "The planting-area code {area} is already in use.",
        "Mã số vùng trồng {area} đã được dùng.",
        "A code that is not registered yet.",
        "Mã chưa được đăng ký.",
    ),
    "area_unknown": said(
        "The planting-area code {area} is not registered.",
        "Mã số vùng trồng {area} chưa được đăng ký.",
        "The code of a registered planting area.",
        "Mã của vùng trồng đã đăng ký.",
    ),
    "area_revoked": said(
        "The code {area} was revoked with effect from {from_on}; it does not change any more.",
        "Mã {area} đã bị hủy từ {from_on}, không thay đổi được nữa.",
        "A new code for the same land.",
        "Cấp mã mới cho cùng thửa đất.",
    ),
    "area_not_active": said(
        "Area {area} is {state} since {from_on}: paddy cut then cannot carry its code.",
        "Vùng {area} ở trạng thái {state} từ {from_on}: lúa gặt lúc đó không được mang mã này.",
        "Paddy cut on a day when the code is in force.",
        "Lúa gặt vào ngày mã số đang có hiệu lực.",
    ),
    "area_not_managed": said(
        "Area {area} is managed by {manager}, not by {actor}.",
        "Vùng {area} do {manager} quản lý, không phải {actor}.",
        "A harvest stated by the area's own manager.",
        "Thu hoạch do chính đơn vị quản lý vùng ghi.",
    ),
    "diary_signers_too_many": said(
        "The diary of {area} in {season} is signed with {keys} keys already.",
        "Nhật ký vùng {area} vụ {season} đã được ký bằng {keys} khóa.",
        "A line signed with a key that has signed this diary before.",
        "Dòng nhật ký được ký bằng khóa đã ký nhật ký này.",
    ),
    "season_unfit": said(
        "Paddy cut on {harvested_on} does not belong to season {season}.",
        "Lúa gặt ngày {harvested_on} không thuộc vụ {season}.",
        "The season whose harvest falls on that day.",
        "Vụ có thời gian gặt vào ngày đó.",
    ),
    "yield_above_limit": said(
        "With this, area {area} would have yielded {total_t} t; at most {limit_t} t is possible.",
        "Thêm phiếu này, vùng {area} thành {total_t} tấn; nhiều nhất chỉ có thể {limit_t} tấn.",
        "A harvest within the area's approved output and 11 t/ha at 14 % moisture.",
        "Sản lượng trong mức được duyệt và 11 tấn/ha ở ẩm độ 14 %.",
    ),
    "worked_above_area": said(
        "{worked_m2} m2 are worked, but area {area} has {area_m2} m2.",
        "Làm {worked_m2} m2, nhưng vùng {area} chỉ có {area_m2} m2.",
        "At most the hectares of the area.",
        "Nhiều nhất bằng diện tích của vùng.",
    ),
    "yield_high": said(
        "Area {area} has now yielded {total_t} t, more than is usual.",
        "Vùng {area} đã đạt {total_t} tấn, cao hơn thường lệ.",
        "A usual yield; this one is recorded with a note.",
        "Năng suất thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "parties_unsigned": (
        Words(
            "This takes the signatures of {parties}, and of nobody else; signed: {actors}.",
            "Văn bản này cần chữ ký của {parties} và không của ai khác; đã ký: {actors}.",
        ),
        Words(
            "The same statement signed by both parties.",
            "Cùng văn bản đó, có chữ ký của cả hai bên.",
        ),
    ),
    "act_in_future": (
        Words("This is dated {on}, which is still to come.", "Văn bản ghi ngày {on}, chưa đến."),
        Words("The day on which it was done.", "Ngày đã thực hiện."),
    ),
    "number_taken": (
        Words(
            "{number} is already recorded, with other contents.",
            "{number} đã được ghi, với nội dung khác.",
        ),
        Words("A number that is not used yet.", "Số chưa được dùng."),
    ),
    "contract_unknown": (
        Words(
            "Nobody has signed the contract {contract} here.",
            "Chưa ai ký hợp đồng {contract} trong sổ này.",
        ),
        Words(
            "The number of a contract that both parties signed here, or none.",
            "Số hợp đồng đã được hai bên ký trong sổ, hoặc để trống.",
        ),
    ),
    "contract_unfit": (
        Words(
            "Contract {contract} is {seller}'s, for {season} and {areas}; not for this of {area}.",
            "Hợp đồng {contract} là của {seller}, vụ {season}, vùng {areas}; không cho lúa {area}.",
        ),
        Words(
            "A harvest under a contract of its own seller, season and area.",
            "Thu hoạch theo hợp đồng của đúng bên bán, đúng vụ, đúng vùng.",
        ),
    ),
    "inspection_overdue": (
        Words(
            "Area {area} was last inspected on {last_on}, more than {months} months before.",
            "Vùng {area} được kiểm tra lần cuối ngày {last_on}, đã quá {months} tháng.",
        ),
        Words(
            "A decision on an area that was inspected within the year.",
            "Quyết định cho vùng đã được kiểm tra trong vòng một năm.",
        ),
    ),
    "inspection_due": (
        Words(
            "Area {area} was last inspected on {last_on}; {months} months have passed.",
            "Vùng {area} được kiểm tra lần cuối ngày {last_on}; đã qua {months} tháng.",
        ),
        Words(
            "An area inspected more recently; this is recorded with a note.",
            "Vùng được kiểm tra gần đây hơn; vẫn ghi nhận kèm lưu ý.",
        ),
    ),
}
