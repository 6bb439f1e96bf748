"""What the rules on the life of attestations say, as in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words
from ledger.rice.field_refusals import said

LIFE_REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "status_place_unfit": said(
        "No status list of this ledger has a place {place} at {list}.",
        "Không danh sách trạng thái nào của sổ có chỗ {place} tại {list}.",
        "One place of a suspension list of this ledger, or a list elsewhere.",
        "Một chỗ trong danh sách đình chỉ của sổ này, hoặc danh sách ở nơi khác.",
    ),
    "status_place_taken": said(
        "Place {place} of the status list {list} is another attestation's.",
        "Chỗ {place} của danh sách trạng thái {list} đã thuộc chứng nhận khác.",
        "The same attestation with a place drawn again.",
        "Cùng chứng nhận đó, với chỗ được chọn lại.",
    ),
    "application_taken": said(
        "There is already an application {application}.",
        "Đã có đơn đề nghị {application}.",
        "A name of its own for every application.",
        "Mỗi đơn đề nghị một mã riêng.",
    ),
    "application_unfit": said(
        "This cannot be applied for: {what}.",
        "Không thể đề nghị nội dung này: {what}.",
        "A kind of attestation known here, for registered areas and at most their hectares; tonnes"
        " with a mark and only there; by whoever manages the areas, but for a mark.",
        "Loại chứng nhận có trong sổ, cho vùng trồng đã đăng ký và không quá diện tích; số tấn chỉ"
        " ghi khi xin nhãn; do đơn vị quản lý vùng trồng nộp, trừ khi xin nhãn.",
    ),
    "application_unanswerable": said(
        "This does not answer the application {application}.",
        "Chứng nhận này không khớp đơn đề nghị {application}.",
        "An open application to this certifier, answered with what was asked for or less.",
        "Đơn đang chờ gửi tới bên chứng nhận này, cấp đúng nội dung hoặc ít hơn.",
    ),
    "application_undeclinable": said(
        "The application {application} cannot be declined like this.",
        "Không thể từ chối đơn đề nghị {application} như thế này.",
        "An application that nobody has answered, declined by whom it asks, on a day between its"
        " own and today.",
        "Đơn chưa được trả lời, do bên được đề nghị từ chối, vào ngày từ khi nộp đơn đến hôm nay.",
    ),
    "attestation_unknown": said(
        "There is no attestation {attestation} that could change.",
        "Không có chứng nhận {attestation} để thay đổi.",
        "The id of an attestation in this ledger.",
        "Mã của một chứng nhận có trong sổ.",
    ),
    "decider_unknown": said(
        "{actor} is not registered here.",
        "{actor} chưa được đăng ký trong sổ.",
        "The short id of the registered organisation that decides.",
        "Mã của đơn vị đã đăng ký là bên quyết định.",
    ),
    "change_before_start": said(
        "{number} begins on {from_on}; nothing about it can change before.",
        "{number} có hiệu lực từ {from_on}; không thể thay đổi từ ngày sớm hơn.",
        "A change from its first day or later; withdrawn from the first day, it never counted.",
        "Thay đổi từ ngày đầu tiên trở đi; thu hồi từ ngày đầu thì coi như chưa từng có.",
    ),
    "attestation_over": said(
        "{number} is {state} since {since}; it does not change any more.",
        "{number} ở trạng thái {state} từ {since}, không thay đổi được nữa.",
        "A new attestation; of what ended or was replaced, a change from an earlier day.",
        "Cấp chứng nhận mới; nếu đã hết hạn hoặc được thay thế thì thay đổi từ ngày sớm hơn.",
    ),
    "change_unfit": said(
        "{number} cannot go from {from} to {to}.",
        "{number} không thể chuyển từ {from} sang {to}.",
        "From granted, reinstated or reduced: suspended, reduced, withdrawn, superseded; from"
        " suspended: reinstated, withdrawn, superseded; after these last two nothing.",
        "Từ granted, reinstated, reduced: suspended, reduced, withdrawn, superseded; từ suspended:"
        " reinstated, withdrawn, superseded; sau hai trạng thái cuối thì hết.",
    ),
    "reduction_unfit": said(
        "{number} stands for {area_m2} m2 and {quota_kg} kg; a reduction leaves less.",
        "{number} có {area_m2} m2 và {quota_kg} kg; thu hẹp thì phải ít hơn.",
        "Fewer hectares or fewer tonnes and no more of the other; tonnes only of a mark.",
        "Ít hơn về diện tích hoặc số tấn và không tăng phần còn lại; số tấn chỉ có ở nhãn.",
    ),
    "successor_unfit": said(
        "{successor} cannot take the place of {number}.",
        "{successor} không thể thay thế {number}.",
        "An attestation of the same issuer, holder, kind, scheme and season, in force that day.",
        "Chứng nhận cùng bên cấp, bên được cấp, loại, chương trình và vụ, có hiệu lực ngày đó.",
    ),
    "suspension_overdue": said(
        "{number} was suspended since {since}; this should have been decided by {due_on}.",
        "{number} bị đình chỉ từ {since}; lẽ ra phải quyết định trước {due_on}.",
        "A suspension ended in time; this is recorded with a note.",
        "Kết thúc đình chỉ đúng hạn; vẫn ghi nhận kèm lưu ý.",
    ),
    "grant_overdrawn": said(
        "{drawn_kg} kg were packed under {grant}, which is reduced to {quota_kg} kg.",
        "Đã đóng gói {drawn_kg} kg theo {grant}, nay thu hẹp còn {quota_kg} kg.",
        "A reduction to no less than was packed; this is recorded with a note.",
        "Thu hẹp không dưới lượng đã đóng gói; vẫn ghi nhận kèm lưu ý.",
    ),
}
