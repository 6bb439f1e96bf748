"""What each rule that refuses says, in both languages: why it refuses, and what it would accept.

Blanks are filled with the details the rule gives. What is said by rules that only warn stands in
`cautions`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words


def said(
    refused_en: str, refused_vi: str, accepted_en: str, accepted_vi: str
) -> tuple[Words, Words]:
    """Return the words of a refusal, and those of what would be accepted."""
    return Words(refused_en, refused_vi), Words(accepted_en, accepted_vi)


REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "founding_comes_first": said(
        "Entry {index} cannot be this: a ledger begins with its founding act, and only once.",
        "Mục {index} không thể là việc này: sổ bắt đầu bằng văn bản sáng lập, và chỉ một lần.",
        "The founding act as entry 0; anything else after it.",
        "Văn bản sáng lập ở mục 0; mọi việc khác ở sau.",
    ),
    "other_ledger": said(
        "This was signed for another ledger: {ledger}.",
        "Văn bản này được ký cho một sổ khác: {ledger}.",
        "A statement whose header names this ledger.",
        "Văn bản ghi tên sổ này ở phần đầu.",
    ),
    "key_unknown": said(
        "Nobody here has the key {kid}.",
        "Không ai trong sổ có khóa {kid}.",
        "A signature by a key that is registered in this ledger.",
        "Chữ ký bằng khóa đã đăng ký trong sổ này.",
    ),
    "key_not_proved": said(
        "The key {kid} is to be enrolled, but its holder did not sign.",
        "Khóa {kid} xin đăng ký nhưng người giữ khóa chưa ký.",
        "The same statement signed also by each new key.",
        "Cũng văn bản đó, có thêm chữ ký của từng khóa mới.",
    ),
    "key_ended": said(
        "The key {kid} no longer counts (since {since}).",
        "Khóa {kid} không còn hiệu lực (từ {since}).",
        "A signature by a key in force today.",
        "Chữ ký bằng khóa đang còn hiệu lực.",
    ),
    "one_speaker": said(
        "Keys of several organisations signed together: {actors}.",
        "Khóa của nhiều đơn vị cùng ký một văn bản: {actors}.",
        "Signatures by keys of one organisation (new keys beside them).",
        "Chữ ký bằng khóa của một đơn vị (kèm các khóa mới).",
    ),
    "root_quorum": said(
        "Only {signed} of the {threshold} root keys needed have signed.",
        "Mới có {signed} trên {threshold} khóa gốc cần thiết đã ký.",
        "The same statement signed by enough root keys.",
        "Cũng văn bản đó, đủ số khóa gốc ký.",
    ),
    "root_threshold": said(
        "A threshold of {threshold} cannot be met by {keys} root keys.",
        "Ngưỡng {threshold} không thể đạt với {keys} khóa gốc.",
        "A threshold no larger than the number of root keys.",
        "Ngưỡng không lớn hơn số khóa gốc.",
    ),
    "said_before": said(
        "This was already recorded, as entry {index}.",
        "Việc này đã được ghi ở mục {index}.",
        "Nothing more is needed; a correction is a new event.",
        "Không cần gửi lại; muốn sửa thì ghi một sự việc mới.",
    ),
    "actor_unknown": said(
        "{actor} is not registered here.",
        "{actor} chưa được đăng ký trong sổ.",
        "The short id of a registered organisation.",
        "Mã của một đơn vị đã đăng ký.",
    ),
    "name_taken": said(
        "{name} is already registered.",
        "{name} đã được đăng ký.",
        "A name or key that nobody has yet.",
        "Tên hoặc khóa chưa ai dùng.",
    ),
    "role_not_scoped": said(
        "The role {role} is not granted this way.",
        "Vai trò {role} không được cấp theo cách này.",
        "Certifiers' roles by the owner of a published scheme, naming it; others without a scheme.",
        "Vai trò chứng nhận do chủ chương trình cấp, ghi rõ chương trình; vai trò khác thì không.",
    ),
    "office_not_held": said(
        "{actor} does not hold the office for this ({office}).",
        "{actor} không có thẩm quyền làm việc này ({office}).",
        "The same act by an organisation that holds the office, in its own commune.",
        "Cùng việc đó, do đơn vị có thẩm quyền tại địa bàn thực hiện.",
    ),
    "office_self_granted": said(
        "{actor} cannot give itself the office {role}.",
        "{actor} không thể tự cấp cho mình vai trò {role}.",
        "The same office granted by another organisation that may grant it.",
        "Cùng vai trò đó, do một đơn vị khác có thẩm quyền cấp.",
    ),
    "role_not_held": said(
        "{actor} does not hold the role {role}.",
        "{actor} không giữ vai trò {role}.",
        "The end of a role that is held and has not ended.",
        "Kết thúc một vai trò đang có và chưa kết thúc.",
    ),
    "admin_key_needed": said(
        "The key {kid} may not decide on keys, organisations or roles.",
        "Khóa {kid} không được quyết định về khóa, đơn vị hay vai trò.",
        "A signature by the organisation's admin key.",
        "Chữ ký bằng khóa quản trị của đơn vị.",
    ),
    "key_not_revocable": said(
        "The key {kid} is not in force here.",
        "Khóa {kid} không còn hiệu lực trong sổ này.",
        "A key that is registered and not yet revoked.",
        "Khóa đã đăng ký và chưa bị hủy.",
    ),
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
    "gtin_taken": said(
        "The goods {gtin} are already registered.",
        "Hàng {gtin} đã được đăng ký.",
        "A GTIN that is not registered yet.",
        "Mã GTIN chưa được đăng ký.",
    ),
    "event_office_not_held": said(
        "{actor} may not state this; it takes {office}.",
        "{actor} không được ghi việc này; cần vai trò {office}.",
        "The same event stated by an organisation with that role.",
        "Cùng sự việc đó, do đơn vị có vai trò phù hợp ghi.",
    ),
    "event_in_future": said(
        "The event is dated {at}, which is still to come.",
        "Sự việc ghi lúc {at}, thời điểm chưa đến.",
        "The time at which it happened.",
        "Thời điểm đã xảy ra.",
    ),
    "event_unknown": said(
        "Nothing was recorded as event {event} in these words.",
        "Không có sự việc {event} được ghi đúng như vậy.",
        "The declaration of an event as it was recorded, with nothing changed.",
        "Khai báo sai đối với sự việc đúng như đã ghi, không đổi gì.",
    ),
    "event_not_own": said(
        "{speaker} stated this event; {actor} cannot declare it wrong.",
        "Sự việc này do {speaker} ghi; {actor} không thể khai báo sai.",
        "The same declaration by whoever stated the event.",
        "Cùng khai báo đó, do chính bên đã ghi sự việc.",
    ),
    "correction_taken": said(
        "The event {event} was already stated, or promised for another correction.",
        "Sự việc {event} đã được ghi, hoặc đã hẹn cho một sửa sai khác.",
        "Corrective events that are still to come, under names of their own.",
        "Các sự việc sửa sai chưa ghi, với mã riêng.",
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
    "lot_unknown": said(
        "There is no lot {lot}.",
        "Không có lô {lot}.",
        "A lot that an earlier event brought forth.",
        "Lô đã được ghi ở một sự việc trước.",
    ),
    "unit_unknown": said(
        "There is no pallet or loaded container {lot}.",
        "Không có pallet hay container đang chứa hàng {lot}.",
        "A pallet that was stacked and not taken apart, or a container that was loaded.",
        "Pallet đã xếp và chưa dỡ, hoặc container đã đóng hàng.",
    ),
    "hold_unknown": said(
        "Lot {lot} has no hold set by entry {index}.",
        "Lô {lot} không bị tạm giữ bởi mục {index}.",
        "The index of the entry that set a hold still in force.",
        "Số mục đã đặt tạm giữ còn hiệu lực.",
    ),
    "bags_unknown": said(
        "Bags up to {last} of label batch {batch} are named; on these lots it has {count}.",
        "Nêu đến bao {last} của đợt tem {batch}; trên các lô này đợt đó có {count} bao.",
        "Numbers of bags that a label batch of the recalled lots has.",
        "Số bao có trong đợt tem của các lô bị thu hồi.",
    ),
    "event_before_lot": said(
        "Lot {lot} began on {born_on}; nothing happened to it on {on}.",
        "Lô {lot} có từ {born_on}; ngày {on} chưa có lô này.",
        "A day on which there was such a lot.",
        "Ngày mà lô đã có.",
    ),
    "product_unfit": said(
        "The goods {gtin} ({form}) cannot come out of this.",
        "Hàng {gtin} ({form}) không thể là kết quả của việc này.",
        "Registered goods of the kind this step makes, each once.",
        "Hàng đã đăng ký, đúng loại của công đoạn này, mỗi loại một lần.",
    ),
    "bag_differs": said(
        "Bags of {bag_g} g are not the goods {gtin}, which hold {registered_g} g.",
        "Bao {bag_g} g không phải hàng {gtin}, loại {registered_g} g.",
        "Bags of the net mass their GTIN is registered with.",
        "Bao đúng khối lượng tịnh đã đăng ký cho mã GTIN.",
    ),
    "lot_unfit": said(
        "Lot {lot} is {form}: that cannot be done to it.",
        "Lô {lot} là {form}: không thể làm việc này với lô đó.",
        "A lot of the kind this step takes.",
        "Lô đúng loại của công đoạn này.",
    ),
    "lot_taken": said(
        "There is already a lot {lot}.",
        "Đã có lô {lot}.",
        "A name that no lot or pallet has yet.",
        "Tên chưa lô hay pallet nào dùng.",
    ),
    "unit_taken": said(
        "{lot} is already in use.",
        "{lot} đang được dùng.",
        "A pallet code that is new, or a container that is empty.",
        "Mã pallet mới, hoặc container rỗng.",
    ),
    "not_holder": said(
        "Lot {lot} is with {holder}, not with {actor}.",
        "Lô {lot} đang do {holder} giữ, không phải {actor}.",
        "The same event by whoever holds the lot.",
        "Cùng việc đó, do đơn vị đang giữ lô ghi.",
    ),
    "unit_not_held": said(
        "{lot} is with {holder}, not with {actor}.",
        "{lot} đang ở {holder}, không phải {actor}.",
        "The same event by whoever has it, or was sent it.",
        "Cùng việc đó, do bên đang giữ hoặc bên được gửi ghi.",
    ),
    "not_consigned": said(
        "Lot {lot} is not on its way from there to {actor} (consignee: {consignee}).",
        "Lô {lot} không được gửi từ đó cho {actor} (bên nhận: {consignee}).",
        "A receipt by the organisation the lot was sent to.",
        "Bên được gửi lô ghi nhận.",
    ),
    "lot_held": said(
        "Lot {lot} is on hold or recalled.",
        "Lô {lot} đang tạm giữ hoặc bị thu hồi.",
        "The same event after the hold is cleared.",
        "Cùng việc đó sau khi bỏ tạm giữ.",
    ),
    "load_held": said(
        "In the container are bags of lot {lot}, which is on hold or recalled.",
        "Trong container có bao của lô {lot}, lô đang tạm giữ hoặc bị thu hồi.",
        "The same container without them, or after the hold is cleared.",
        "Container không có các bao đó, hoặc sau khi bỏ tạm giữ.",
    ),
    "exceeds_lot": said(
        "{wanted} wanted from lot {lot}, which holds {left}.",
        "Lấy {wanted} từ lô {lot}, lô chỉ còn {left}.",
        "At most what is left in the lot.",
        "Nhiều nhất bằng phần còn lại của lô.",
    ),
    "mass_too_small": said(
        "{mass_g} g is too little to account for.",
        "{mass_g} g quá ít để tính cân đối.",
        "At least a few grams at 14 % moisture.",
        "Ít nhất vài gam ở ẩm độ 14 %.",
    ),
    "mass_gained": said(
        "{out_kg} kg come out of {in_kg} kg.",
        "Ra {out_kg} kg từ {in_kg} kg.",
        "No more mass out than in.",
        "Khối lượng ra không lớn hơn khối lượng vào.",
    ),
    "recovery_above_limit": said(
        "White rice is {recovery} % of the paddy at 14 % moisture; more than {limit} % is not"
        " possible.",
        "Gạo trắng bằng {recovery} % lúa ở ẩm độ 14 %; không thể quá {limit} %.",
        "Milling results that a mill can reach.",
        "Kết quả xay xát mà nhà máy có thể đạt.",
    ),
    "counted_above_books": said(
        "{counted} counted of lot {lot}; the books say {left}.",
        "Kiểm được {counted} của lô {lot}; sổ ghi {left}.",
        "At most what the books say; what is missing there has to be recorded first.",
        "Nhiều nhất bằng số trên sổ; phần chưa ghi phải được ghi trước.",
    ),
    "custody_strengthened": said(
        "The lot cannot be {custody}: what went in is {model}.",
        "Lô không thể là {custody}: nguyên liệu là {model}.",
        "The same custody model as the inputs, or a weaker one.",
        "Cùng mô hình hành trình sản phẩm với nguyên liệu, hoặc yếu hơn.",
    ),
    "export_not_licensed": said(
        "{actor} has no rice export licence in force that day.",
        "{actor} không có giấy chứng nhận xuất khẩu gạo còn hiệu lực ngày đó.",
        "An export by an organisation licensed on that day.",
        "Đơn vị có giấy chứng nhận còn hiệu lực ngày đó.",
    ),
    "container_overloaded": said(
        "{net_kg} kg in one container; at most {limit_kg} kg.",
        "{net_kg} kg trong một container; nhiều nhất {limit_kg} kg.",
        "A load within the container's limit.",
        "Tải trong giới hạn của container.",
    ),
    "scheme_unknown": said(
        "The scheme {scheme} is not published here.",
        "Chương trình {scheme} chưa được công bố trong sổ.",
        "An attestation under a published scheme.",
        "Chứng nhận theo chương trình đã công bố.",
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
    "grant_not_confirmed": said(
        "No confirmation in force covers {origin}.",
        "Chưa có xác nhận còn hiệu lực cho {origin}.",
        "A grant for areas whose season is confirmed.",
        "Cấp quyền cho vùng đã được xác nhận trong vụ.",
    ),
    "hectares_granted_twice": said(
        "With {grant}, {taken_ha} of these {land_ha} ha already carry the mark.",
        "Với {grant}, {taken_ha} trên {land_ha} ha này đã được cấp nhãn.",
        "A grant for hectares that no other grant in force has taken.",
        "Cấp nhãn cho phần diện tích chưa thuộc quyết định nào còn hiệu lực.",
    ),
    "attestation_unknown": said(
        "There is no attestation {attestation} that could change.",
        "Không có chứng nhận {attestation} để thay đổi.",
        "An attestation in this ledger that is not withdrawn.",
        "Chứng nhận có trong sổ và chưa bị thu hồi.",
    ),
    "grant_not_in_force": said(
        "The mark grant {grant} is {state} on the packing day.",
        "Quyết định cấp nhãn {grant} ở trạng thái {state} vào ngày đóng gói.",
        "A grant to the packer, in force on the packing day.",
        "Quyết định cấp cho bên đóng gói, còn hiệu lực ngày đóng gói.",
    ),
    "mark_not_covered": said(
        "Rice from {origin} is not covered by the mark.",
        "Gạo từ {origin} không thuộc phạm vi nhãn.",
        "Bags with the mark only from confirmed areas that the grant names.",
        "Bao mang nhãn chỉ chứa gạo từ vùng đã xác nhận và có trong quyết định.",
    ),
    "mark_of_other_bags": said(
        "The bags of lot {lot} do not say the same ({what}).",
        "Bao của lô {lot} không ghi như vậy ({what}).",
        "The mark of the bags that were opened, and no later best-before day than theirs.",
        "Nhãn của các bao đã mở, và hạn sử dụng không muộn hơn chúng.",
    ),
    "mark_unbalanced": said(
        "Lot {lot} no longer balances since entry {index} was affected by a correction.",
        "Lô {lot} không còn cân đối từ khi mục {index} bị ảnh hưởng bởi một sửa sai.",
        "The mark only on rice whose books balance: correct what was derived, too.",
        "Chỉ dán nhãn cho gạo có sổ cân đối: hãy sửa cả các mục liên quan.",
    ),
    "mark_custody_refused": said(
        "Rice kept as {custody} may not carry the mark.",
        "Gạo theo mô hình {custody} không được mang nhãn.",
        "A custody model the scheme allows on a bag.",
        "Mô hình hành trình mà chương trình cho phép trên bao.",
    ),
    "quota_exceeded": said(
        "{wanted_kg} kg would carry the mark; the grant {grant} has {left_kg} kg left.",
        "{wanted_kg} kg sẽ mang nhãn; quyết định {grant} chỉ còn {left_kg} kg.",
        "At most what is left of the grant, or a larger grant.",
        "Nhiều nhất bằng hạn mức còn lại, hoặc một quyết định lớn hơn.",
    ),
    "labels_not_own": said(
        "Lot {lot} was not packed by you but by {maker}, or is not packed.",
        "Lô {lot} không do bạn mà do {maker} đóng gói, hoặc chưa đóng gói.",
        "Labels for a packed lot, by its packer.",
        "Nhãn cho lô đã đóng gói, do bên đóng gói phát hành.",
    ),
    "labels_outnumber_bags": said(
        "{wanted} labels wanted; lot {lot} has {left} bags without one.",
        "Cần {wanted} nhãn; lô {lot} còn {left} bao chưa có nhãn.",
        "At most one label for each bag.",
        "Mỗi bao nhiều nhất một nhãn.",
    ),
    "batch_taken": said(
        "There is already a batch of labels {batch}.",
        "Đã có đợt nhãn {batch}.",
        "A batch name of its own.",
        "Tên đợt nhãn chưa dùng.",
    ),
}
