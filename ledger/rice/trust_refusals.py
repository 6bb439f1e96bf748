"""What the rules on accreditations, DIDs and the life of keys say, as in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words
from ledger.rice.field_refusals import said

TRUST_REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "accredited_body_unknown": said(
        "The body {did} is not registered in this ledger.",
        "Tổ chức {did} chưa đăng ký trong sổ này.",
        "An accreditation of an organisation that a registrar has entered.",
        "Công nhận cho tổ chức đã được đơn vị đăng ký ghi vào sổ.",
    ),
    "accreditor_not_entitled": said(
        "{actor} may not accredit under the scheme {scheme}.",
        "{actor} không được công nhận tổ chức theo chương trình {scheme}.",
        "The same accreditation by the scheme's owner, or by an accreditor in office for it.",
        "Cùng công nhận đó, do chủ chương trình hoặc đơn vị công nhận đang có thẩm quyền cấp.",
    ),
    "accreditation_outside_jurisdiction": said(
        "{actor} may not accredit for commune {commune} (* is everywhere).",
        "{actor} không được công nhận cho xã {commune} (* là mọi nơi).",
        "An accreditation for communes that its accreditor answers for.",
        "Công nhận cho các xã thuộc địa bàn của đơn vị công nhận.",
    ),
    "accreditation_outside_dates": said(
        "The accreditation from {from_on} to {until_on} is over, or begins before {since}.",
        "Công nhận từ {from_on} đến {until_on} đã hết hạn, hoặc bắt đầu trước {since}.",
        "An accreditation that has not ended, from a day on which its accreditor was in office.",
        "Công nhận chưa hết hạn, từ ngày đơn vị công nhận đã có thẩm quyền.",
    ),
    "accreditation_not_independent": said(
        "{issuer} cannot accredit {subject}: nobody accredits themselves.",
        "{issuer} không thể công nhận {subject}: không ai tự công nhận mình.",
        "The same accreditation by another legal person.",
        "Cùng công nhận đó, do một pháp nhân khác cấp.",
    ),
    "key_out_of_bounds": said(
        "The key {kid} was not enrolled to sign this ({kind}).",
        "Khóa {kid} không được đăng ký để ký loại này ({kind}).",
        "The same, signed by a key of this organisation that may sign it.",
        "Cùng nội dung, ký bằng khóa của đơn vị được phép ký loại này.",
    ),
    "key_out_of_place": said(
        "The key {kid} signs only what happens at its own places; this is at {place} (- is none).",
        "Khóa {kid} chỉ ký sự việc tại các địa điểm của khóa; sự việc này ở {place} (- là không"
        " ghi).",
        "The event with the place where it happened, signed by a key that counts there.",
        "Sự việc có ghi nơi xảy ra, ký bằng khóa được dùng ở nơi đó.",
    ),
    "key_overlap_unfit": said(
        "The key {kid} cannot count through {valid_until}: that has passed, or is after its own"
        " last moment {not_after}.",
        "Khóa {kid} không thể còn hiệu lực đến {valid_until}: thời điểm đã qua, hoặc sau hạn cuối"
        " {not_after} của khóa.",
        "A moment still to come, and not after the key's own last one.",
        "Thời điểm chưa đến và không muộn hơn hạn cuối của khóa.",
    ),
    "key_not_recoverable": said(
        "{kid} is no key of {actor} that still counts.",
        "{kid} không phải khóa còn hiệu lực của {actor}.",
        "Lost keys that are this organisation's and were not revoked.",
        "Các khóa bị mất của chính đơn vị này và chưa bị hủy.",
    ),
    "entry_undisputed": said(
        "Nothing that the key {kid} signed as entry {index} is in dispute.",
        "Không có gì do khóa {kid} ký tại mục {index} đang bị tranh chấp.",
        "Entries of a key that was reported stolen, from before it was revoked.",
        "Các mục do khóa đã báo bị lộ ký, trước khi khóa bị hủy.",
    ),
    "key_suspect": said(
        "The key {kid} came in after {stolen} was stolen ({since}) and before that was known.",
        "Khóa {kid} được đăng ký sau khi khóa {stolen} bị lộ ({since}) và trước khi phát hiện.",
        "The same, signed with a key from before the theft, or from after the revocation.",
        "Cùng nội dung, ký bằng khóa có từ trước khi bị lộ, hoặc đăng ký sau khi khóa đó bị hủy.",
    ),
    "did_unfit": said(
        "{did} cannot be this organisation's DID: {why}.",
        "{did} không thể là DID của đơn vị này: {why}.",
        "The DID this ledger gives, or one of an own domain with its document as it stands there,"
        " naming only keys enrolled here.",
        "DID do sổ này cấp, hoặc DID thuộc tên miền riêng kèm đúng tài liệu đang công bố tại đó,"
        " chỉ nêu các khóa đã đăng ký ở đây.",
    ),
    "accreditation_unknown": said(
        "The accreditation {accreditation} is unknown here, or was withdrawn.",
        "Công nhận {accreditation} không có trong sổ, hoặc đã bị thu hồi.",
        "A change to an accreditation that was given and not withdrawn.",
        "Thay đổi một công nhận đã cấp và chưa bị thu hồi.",
    ),
}
