"""What each rule of the rulebook says, in both languages: why it refuses, and what it would accept.

Blanks are filled with the details the rule gives. A warning says under ``accepted`` what would have
gone without a note.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words
from ledger.rice.certifying_refusals import CERTIFYING_REFUSALS
from ledger.rice.field_refusals import FIELD_REFUSALS, said
from ledger.rice.life_refusals import LIFE_REFUSALS
from ledger.rice.trust_refusals import TRUST_REFUSALS

REFUSALS: Mapping[str, tuple[Words, Words]] = {
    **FIELD_REFUSALS,
    **CERTIFYING_REFUSALS,
    **LIFE_REFUSALS,
    **TRUST_REFUSALS,
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
        "This was already recorded, as entry {index}, or that entry has its name or number.",
        "Việc này đã được ghi ở mục {index}, hoặc tên hay số của nó đã dùng ở mục đó.",
        "Nothing if it is the same; to correct, a new event; a new certificate has a new number.",
        "Không cần gửi lại nếu là một; muốn sửa thì ghi sự việc mới, chứng nhận mới mang số mới.",
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
        "An accreditor's role by the owner of a published scheme, naming it; others without one.",
        "Vai trò công nhận do chủ chương trình cấp, ghi rõ chương trình; vai trò khác thì không.",
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
        "A key that is registered and not yet revoked; or that a revoked key was stolen"
        " (compromised), from an earlier moment than was said before.",
        "Khóa đã đăng ký và chưa bị hủy; hoặc báo khóa đã hủy bị lộ (compromised), từ thời điểm"
        " sớm hơn đã báo trước đó.",
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
    "event_promised": said(
        "The event {event} is to be a {kind} by {actor}, in place of a wrong one.",
        "Sự việc {event} phải là {kind} do {actor} ghi, thay cho sự việc sai.",
        "The corrected event by whoever declared the wrong one; others under names of their own.",
        "Sự việc đã sửa, do bên khai báo sai ghi; việc khác dùng mã riêng.",
    ),
    "correction_taken": said(
        "The event {event} was already stated, or promised for another correction.",
        "Sự việc {event} đã được ghi, hoặc đã hẹn cho một sửa sai khác.",
        "Corrective events that are still to come, under names of their own.",
        "Các sự việc sửa sai chưa ghi, với mã riêng.",
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
    "labels_voided": said(
        "Labels {first} to {last} of batch {batch} were cancelled before.",
        "Tem {first} đến {last} của đợt {batch} đã bị hủy trước đó.",
        "Labels that are not cancelled.",
        "Tem chưa bị hủy.",
    ),
    "bag_not_own": said(
        "Bags of batch {batch} are marked by who packed lot {lot}, or holds a pallet of it.",
        "Bao của đợt {batch} do bên đóng gói lô {lot} hoặc bên giữ pallet của lô đánh dấu.",
        "A mark by one of them, who names the pallet or container the bags came in.",
        "Đánh dấu của một trong các bên đó, nêu pallet hoặc container chứa bao.",
    ),
    "unit_overmarked": said(
        "{wanted} bags would be marked as having come in {unit}, which had {bags}.",
        "Đánh dấu {wanted} bao là nhận trong {unit}, nhưng đơn vị đó chỉ có {bags} bao.",
        "At most as many bags as came in that pallet or container.",
        "Nhiều nhất bằng số bao đã nhận trong pallet hoặc container đó.",
    ),
    "bag_mark_unfit": said(
        "Bag {number} of batch {batch} is {known} and cannot be marked so.",
        "Bao {number} của đợt {batch} đang ở tình trạng {known}, không đánh dấu như vậy được.",
        "Sold, then opened; a sale taken back within ten days by who marked it.",
        "Đã bán rồi đã mở; bên đánh dấu bán được rút lại trong mười ngày.",
    ),
    "batch_taken": said(
        "There is already a batch of labels {batch}.",
        "Đã có đợt nhãn {batch}.",
        "A batch name of its own.",
        "Tên đợt nhãn chưa dùng.",
    ),
    "recovery_high": said(
        "White rice is {recovery} % of the paddy, more than is usual ({limit} %).",
        "Gạo trắng bằng {recovery} % lúa, cao hơn thường lệ ({limit} %).",
        "A usual recovery; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "recovery_low": said(
        "White rice is {recovery} % of the paddy, less than is usual ({limit} %).",
        "Gạo trắng bằng {recovery} % lúa, thấp hơn thường lệ ({limit} %).",
        "A usual recovery; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "by_products_odd": said(
        "{form} is {share} % of the paddy; {low} to {high} % is usual.",
        "{form} bằng {share} % lúa; thường từ {low} đến {high} %.",
        "A usual share; this one is recorded with a note.",
        "Tỷ lệ thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "count_differs": said(
        "{counted} counted of lot {lot}; the books said {left}.",
        "Kiểm được {counted} của lô {lot}; sổ ghi {left}.",
        "The same as in the books; the difference stays on record.",
        "Bằng số trên sổ; phần chênh lệch được giữ lại.",
    ),
    "container_heavy": said(
        "{net_kg} kg in one container, more than is usual ({limit_kg} kg).",
        "{net_kg} kg trong một container, nhiều hơn thường lệ ({limit_kg} kg).",
        "A usual load; this one is recorded with a note.",
        "Tải thường lệ; vẫn ghi nhận kèm lưu ý.",
    ),
    "lot_unbalanced": said(
        "Lot {lot} does not balance: entry {index} breaks {rule} since {causes}.",
        "Lô {lot} không cân đối: mục {index} vi phạm {rule} từ {causes}.",
        "A lot whose books balance; this is recorded with a note.",
        "Lô có sổ cân đối; vẫn ghi nhận kèm lưu ý.",
    ),
    "receipt_differs": said(
        "{received_kg} kg received of {sent_kg} kg sent.",
        "Nhận {received_kg} kg trên {sent_kg} kg đã gửi.",
        "The mass that was sent; both stay on record.",
        "Khối lượng đã gửi; cả hai con số đều được giữ.",
    ),
    "arrival_differs": said(
        "{received} bags received of {sent} sent.",
        "Nhận {received} bao trên {sent} bao đã gửi.",
        "The bags that were sent; both figures stay on record.",
        "Đủ số bao đã gửi; cả hai con số đều được giữ.",
    ),
    "water_unmeasured": said(
        "Nobody read a tube on {area}: the water regime counts as continuous flooding.",
        "Chưa ai đọc ống đo ở {area}: chế độ nước được tính là ngập liên tục.",
        "Readings of the tubes, signed by whoever measured.",
        "Số đo mực nước trong ống, có chữ ký của người đo.",
    ),
    "claim_lost": said(
        "Uncovered rice of {lost_by} joins covered rice: together they carry no claim.",
        "Gạo chưa chứng nhận của {lost_by} trộn với gạo đã chứng nhận: cả hai mất nhãn.",
        "Covered lots kept apart from others; this is recorded with a note.",
        "Để riêng lô đã chứng nhận; vẫn ghi nhận kèm lưu ý.",
    ),
    "variety_differs": said(
        "Lot {lot} was harvested as {variety}; the bags say {named}.",
        "Lô {lot} là giống {variety}; trên bao ghi {named}.",
        "Bags that name the variety of the rice in them; this is recorded with a note.",
        "Bao ghi đúng giống của gạo bên trong; vẫn ghi nhận kèm lưu ý.",
    ),
}
