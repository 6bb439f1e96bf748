"""What the rules on schemes, attestations, sales and claims say, as in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words
from ledger.rice.field_refusals import said

CERTIFYING_REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "scheme_version_taken": said(
        "Version {version} of {scheme} is published already.",
        "Phiên bản {version} của {scheme} đã được công bố.",
        "A version with a number of its own.",
        "Phiên bản có số riêng.",
    ),
    "scheme_unknown": said(
        "The scheme {scheme} is not published here.",
        "Chương trình {scheme} chưa được công bố trong sổ.",
        "An attestation under a published scheme.",
        "Chứng nhận theo chương trình đã công bố.",
    ),
    "profile_unknown": said(
        "The scheme in force (version {version}) has no {profile}; it has {known}.",
        "Chương trình đang áp dụng (phiên bản {version}) không có {profile}; chỉ có {known}.",
        "A kind of attestation that the scheme has, in the version in force that day.",
        "Loại chứng nhận có trong chương trình, theo phiên bản có hiệu lực ngày đó.",
    ),
    "attestation_unfit": said(
        "A {profile} and {member}: needed and missing (-), or not its to state (+): {is_there}",
        "{profile} và {member}: cần mà thiếu (-), hoặc không thuộc loại này (+): {is_there}",
        "What attestations of this kind state, and nothing else that counts.",
        "Đúng những gì loại chứng nhận này nêu, không thêm nội dung có hiệu lực khác.",
    ),
    "issuer_not_signer": said(
        "The issuer {issuer} did not sign; {actor} did.",
        "Bên cấp {issuer} không ký; {actor} ký.",
        "A credential signed with its issuer's own key.",
        "Chứng nhận ký bằng chính khóa của bên cấp.",
    ),
    "scope_unknown": said(
        "The attestation speaks of {area}, which is not so in this ledger.",
        "Chứng nhận nói về {area}, không đúng với sổ này.",
        "Registered areas, no more hectares than they have, a registered recipient.",
        "Vùng đã đăng ký, không quá diện tích của vùng, bên nhận đã đăng ký.",
    ),
    "issuer_not_accredited": said(
        "{actor} is not accredited as {role} for this scheme and place.",
        "{actor} không được công nhận làm {role} cho chương trình và địa bàn này.",
        "An attestation by a body accredited for the scheme, with jurisdiction there.",
        "Chứng nhận của tổ chức được công nhận cho chương trình và địa bàn.",
    ),
    "issuer_not_independent": said(
        "{issuer} cannot vouch for {subject}: nobody attests for themselves.",
        "{issuer} không thể xác nhận cho {subject}: không ai tự chứng nhận cho mình.",
        "The same attestation by an independent body.",
        "Cùng nội dung, do một tổ chức độc lập xác nhận.",
    ),
    "keys_not_apart": said(
        "On {area} the key {kid} stands for two of measuring, reporting and verifying.",
        "Ở {area}, khóa {kid} đứng tên hai trong ba việc đo đạc, báo cáo và thẩm định.",
        "Readings, diary and emission statement signed with three different keys.",
        "Số đo, nhật ký và bản thẩm tra phát thải được ký bằng ba khóa khác nhau.",
    ),
    "validity_too_long": said(
        "In force for {days} days; the scheme allows {most}.",
        "Hiệu lực {days} ngày; chương trình cho nhiều nhất {most} ngày.",
        "A last day within what the scheme allows.",
        "Ngày cuối trong thời hạn chương trình cho phép.",
    ),
    "criterion_not_met": said(
        "The scheme asks for {criterion} {relation} {threshold}; stated is {stated}.",
        "Chương trình yêu cầu {criterion} {relation} {threshold}; chứng nhận ghi {stated}.",
        "A stated figure that meets the criterion.",
        "Số liệu nêu trong chứng nhận đạt tiêu chí.",
    ),
    "grant_not_confirmed": said(
        "Nothing in force covers {origin}; needed is {needs}.",
        "Chưa có gì còn hiệu lực cho {origin}; cần có {needs}.",
        "A grant for areas whose season is confirmed.",
        "Cấp quyền cho vùng đã được xác nhận trong vụ.",
    ),
    "hectares_granted_twice": said(
        "With {grant}, {taken_ha} of these {land_ha} ha already carry the mark.",
        "Với {grant}, {taken_ha} trên {land_ha} ha này đã được cấp nhãn.",
        "A grant for hectares that no other grant in force has taken.",
        "Cấp nhãn cho phần diện tích chưa thuộc quyết định nào còn hiệu lực.",
    ),
    "quota_above_scheme": said(
        "{stated_kg} kg for hectares that the scheme gives {most_kg} kg at most.",
        "{stated_kg} kg cho diện tích mà chương trình cho nhiều nhất {most_kg} kg.",
        "A quota within the scheme's kilograms for each hectare.",
        "Hạn mức trong số kg trên mỗi héc-ta của chương trình.",
    ),
    "quota_taken_before": said(
        "{stated_kg} kg, where other grants over the same {land_ha} ha gave, or were drawn for,"
        " {taken_kg} kg of the scheme's {most_kg} kg.",
        "{stated_kg} kg, trong khi các quyết định khác trên cùng {land_ha} ha đã cấp hoặc đã dùng"
        " {taken_kg} kg trong {most_kg} kg của chương trình.",
        "At most what the scheme gives these hectares, less what is granted for them and what was"
        " drawn on grants that are over.",
        "Nhiều nhất bằng mức chương trình cho diện tích này, trừ phần đang cấp và phần đã dùng của"
        " các quyết định hết hiệu lực.",
    ),
    "licence_not_in_force": said(
        "The licence {grant} is {state} on the day of sale.",
        "Quyền dùng nhãn {grant} ở trạng thái {state} vào ngày bán.",
        "A licence of the seller, in force that day.",
        "Quyền của bên bán, còn hiệu lực ngày đó.",
    ),
    "sale_not_covered": said(
        "What is sold under the licence is not covered by it: {origin}.",
        "Hàng bán theo quyền này không thuộc phạm vi của nó: {origin}.",
        "A lot that grew on areas the licence names, all of them confirmed.",
        "Lô có xuất xứ từ các vùng ghi trong quyền và đã được xác nhận.",
    ),
    "lot_sold_with_mark": said(
        "The bags of lot {lot} drew on {grant} when they were packed.",
        "Bao của lô {lot} đã trừ vào {grant} khi đóng gói.",
        "A sale of rice that does not carry the mark yet.",
        "Bán gạo chưa mang nhãn.",
    ),
    "lot_sold_twice": said(
        "{wanted_kg} kg of lot {lot} would be sold; {left_kg} kg are left of it.",
        "Bán {wanted_kg} kg của lô {lot}; chỉ còn {left_kg} kg.",
        "At most what was not sold before.",
        "Nhiều nhất phần chưa bán.",
    ),
    "licence_overdrawn": said(
        "{wanted_kg} kg would be sold under {grant}, which has {left_kg} kg left.",
        "Bán {wanted_kg} kg theo {grant}, chỉ còn {left_kg} kg.",
        "At most what is left of the licence, or a larger one.",
        "Nhiều nhất bằng hạn mức còn lại, hoặc một quyền lớn hơn.",
    ),
    "claim_not_verified": said(
        "No emission statement {statement} in force says what {origin} saved.",
        "Không có thẩm tra phát thải {statement} còn hiệu lực nêu mức giảm của {origin}.",
        "A claim upon a verified statement of that area and season.",
        "Công bố dựa trên thẩm tra của đúng vùng và vụ đó.",
    ),
    "reduction_claimed_twice": said(
        "The reduction of {origin} was claimed before, by {by} in {registry}.",
        "Mức giảm của {origin} đã được {by} công bố trong {registry}.",
        "A reduction that nobody has claimed.",
        "Mức giảm chưa ai công bố.",
    ),
    "claim_above_verified": said(
        "{claimed_kg} kg CO2e are claimed, and {before_kg} kg were claimed before; {verified_kg} kg"
        " are verified.",
        "Công bố {claimed_kg} kg CO2e, trước đó đã công bố {before_kg} kg; đã thẩm tra"
        " {verified_kg} kg.",
        "At most what was verified and nobody has claimed, rounded down.",
        "Nhiều nhất bằng mức đã thẩm tra mà chưa ai công bố, làm tròn xuống.",
    ),
    "second_person_missing": said(
        "Withdrawing {number} takes two persons; {keys} key signed.",
        "Thu hồi {number} cần hai người ký; mới có {keys} khóa.",
        "The same act signed with two keys of the issuer.",
        "Cùng nội dung, ký bằng hai khóa của bên cấp.",
    ),
    "second_person_same": said(
        "{number} was proposed with the key {kid}; another person has to grant it.",
        "{number} do khóa {kid} đề xuất; phải do người khác cấp.",
        "The decision of another key of the issuer.",
        "Quyết định bằng khóa khác của bên cấp.",
    ),
    "auditor_decides": said(
        "The key {kid} checked {area} and would decide on {number} too.",
        "Khóa {kid} đã kiểm tra {area}, nay lại quyết định về {number}.",
        "The decision of somebody who neither inspected the area nor signed what it rests on.",
        "Quyết định của người không kiểm tra vùng và không ký căn cứ của quyết định.",
    ),
}
