"""What the command line says of its own, in the two languages of the house."""

from __future__ import annotations

from ledger.errors import Words

PHRASES: dict[str, Words] = {
    "appending": Words("Signing and recording", "Ký và ghi sổ"),
    "archiving": Words("Reading and writing the log", "Đọc và ghi sổ"),
    "opening_archive": Words("Looking at every byte", "Xem từng byte"),
    "auditing": Words("Working the log out again", "Tính lại toàn bộ sổ"),
    "committing": Words("Deriving the codes", "Sinh mã bao"),
    "exporting": Words("Writing files", "Ghi tệp"),
    "printing": Words("Drawing labels, reading symbols back", "Vẽ tem và đọc lại mã QR"),
    "publishing": Words("Signing the checkpoint", "Ký mốc kiểm"),
    "reading": Words("Reading the office files", "Đọc hồ sơ"),
    "passphrase": Words("Passphrase of {file}", "Mật khẩu của {file}"),
    "pin": Words("PIN of the token {file}", "Mã PIN của thiết bị {file}"),
    "passphrase_new": Words("New passphrase for {file}", "Mật khẩu mới cho {file}"),
    "passphrase_again": Words("The same again", "Gõ lại lần nữa"),
    "key_made": Words(
        "Made the key of {holder}: {file}. Keep a copy of the file in another place; without it"
        " and its passphrase nobody can sign for {holder}.",
        "Đã tạo khóa của {holder}: {file}. Hãy cất thêm một bản ở nơi khác; thiếu tệp và mật khẩu"
        " thì không ai ký thay {holder} được.",
    ),
    "did_seen": Words(
        "At {did} stands a document with SHA-256 {digest} and these keys:",
        "Tại {did} có tài liệu với SHA-256 {digest} và các khóa:",
    ),
    "key_public": Words(
        "Give this to the registrar:",
        "Gửi phần này cho bên đăng ký:",
    ),
    "draft_written": Words(
        "The draft is in {file}. These keys are to sign it: {kids}",
        "Bản thảo ở trong {file}. Các khóa cần ký: {kids}",
    ),
    "names_listed": Words(
        "The names that there are: rice-ledger actors, rice-ledger schemes.",
        "Xem các tên đang có: rice-ledger actors, rice-ledger schemes.",
    ),
    "nothing_certified": Words(
        "Nothing is certified for {season} on {on}.",
        "Chưa có gì được chứng nhận cho {season} vào ngày {on}.",
    ),
    "nothing_grown": Words(
        "Nothing has been recorded of {area} in {season}.",
        "Chưa có ghi chép nào về {area} trong vụ {season}.",
    ),
    "foreseen_refusal": Words(
        "As things stand the ledger would refuse it:",
        "Theo tình trạng hiện nay, sổ sẽ không nhận:",
    ),
    "foreseen_doubt": Words("Look at this before anybody signs:", "Hãy xem lại trước khi ký:"),
    "draft_sure": Words("Sign exactly this?", "Ký đúng nội dung này?"),
    "draft_signed_part": Words(
        "Signed. These keys are still to sign the same file: {kids}",
        "Đã ký. Các khóa còn phải ký vào chính tệp này: {kids}",
    ),
    "draft_signed_whole": Words(
        "Signed, and nobody is missing. Submit it: rice-ledger attest submit.",
        "Đã ký, không còn thiếu ai. Hãy nộp: rice-ledger attest submit.",
    ),
    "founded": Words(
        "Founded the ledger {origin} in {folder}.",
        "Đã lập sổ {origin} tại {folder}.",
    ),
    "founded_pin": Words(
        "Readers pin this key: {vkey}",
        "Người đọc ghi nhớ khóa này: {vkey}",
    ),
    "gateway_serving": Words(
        "Signing as {holder} for {origin} at {url}",
        "Ký thay {holder} vào {origin} tại {url}",
    ),
    "epcis_written": Words(
        "{count} events of {lot} are in {file}.",
        "{count} sự kiện của {lot} đã ghi vào {file}.",
    ),
    "recorded": Words("Entry {index}", "Mục {index}"),
    "recorded_count": Words(
        "{count} recorded, {refused} refused.",
        "Đã ghi {count}, không nhận {refused}.",
    ),
    "published": Words("Signed the log at {size} entries.", "Đã ký sổ ở {size} mục."),
    "import_done": Words(
        "{accepted} of {statements} statements stand, {added} of them new; {refused} rows were not"
        " taken, {waiting} wait for another office's key.",
        "{accepted} trên {statements} văn bản được nhận, {added} văn bản mới; {refused} dòng không"
        " được nhận, {waiting} dòng chờ khóa của đơn vị khác.",
    ),
    "rows": Words("{count} rows", "{count} dòng"),
    "report_title": Words("Import", "Nhập hồ sơ"),
    "report_level": Words("Level", "Mức"),
    "report_file": Words("File", "Tệp"),
    "report_sheet": Words("Sheet", "Trang tính"),
    "report_line": Words("Line", "Dòng"),
    "report_field": Words("Column", "Cột"),
    "report_read": Words("What was read", "Nội dung đọc được"),
    "report_what": Words("What was found", "Vấn đề"),
    "report_accepted": Words("What would pass", "Cách ghi được nhận"),
    "report_code": Words("Code", "Mã"),
    "template_written": Words("The template is in {file}.", "Mẫu ở trong {file}."),
    "erased": Words(
        "{count} private fields were erased; the log's hashes are as before.",
        "Đã xóa {count} mục riêng tư; các mã băm của sổ vẫn như cũ.",
    ),
    "import_tried": Words(
        "Nothing was written: this was a trial on a copy.",
        "Chưa ghi gì: đây chỉ là chạy thử trên bản sao.",
    ),
    "level_refuse": Words("not taken", "không nhận"),
    "level_warn": Words("look again", "cần xem lại"),
    "level_wait": Words("waits", "đang chờ"),
    "level_info": Words("note", "lưu ý"),
    "where": Words("Where", "Ở đâu"),
    "what": Words("What", "Điều gì"),
    "code": Words("Code", "Mã"),
    "labels_written": Words(
        "{count} labels of lot {lot} are in {file}; {read} symbols were read back.",
        "{count} tem của lô {lot} ở trong {file}; đã đọc lại {read} mã.",
    ),
    "label_panel": Words(
        "Each symbol needs a white panel of {panel} mm (module {module} mm) and is read from about"
        " {distance} cm. Print at 100 %, black on white; keep it off seams, folds and the gusset."
        " On cloth, print it 40 to 50 mm wide. A second label far from the first helps most.",
        "Mỗi mã cần ô trắng {panel} mm (mỗi ô vuông {module} mm), đọc được từ khoảng {distance} cm."
        " In đúng 100 %, đen trên trắng; tránh đường may, nếp gấp và hông bao. In trên vải thì"
        " rộng 40 đến 50 mm. Dán thêm một tem ở xa tem đầu là cách chắc nhất.",
    ),
    "label_small": Words(
        "Modules below {usual} mm are read only by good phones in good light.",
        "Ô vuông dưới {usual} mm chỉ đọc được bằng điện thoại tốt, nơi đủ sáng.",
    ),
    "label_state_printed": Words("printed", "đã in"),
    "label_state_spoiled": Words("spoiled", "hỏng, in lại được"),
    "label_bags": Words("Bags", "Bao"),
    "label_state": Words("Label", "Tem"),
    "label_day": Words("Since", "Từ ngày"),
    "label_why": Words("Paper or reason", "Khổ tem hoặc lý do"),
    "labels_unprinted": Words(
        "{left} of {count} bags of lot {lot} have no label yet.",
        "Còn {left} trên {count} bao của lô {lot} chưa có tem.",
    ),
    "labels_spoiled": Words(
        "{count} labels of lot {lot} are down as spoiled. Destroy them; `label --spoiled` prints"
        " them again.",
        "Đã ghi {count} tem hỏng của lô {lot}. Hãy tiêu hủy; `label --spoiled` để in lại.",
    ),
    "bundle_written": Words(
        "The evidence for bag {serial} is in {file}.",
        "Bằng chứng của bao {serial} ở trong {file}.",
    ),
    "verifier_written": Words(
        "The checking page is in {file}. Its SHA-256 is {digest}.",
        "Trang kiểm tra ở trong {file}. SHA-256 của trang là {digest}.",
    ),
    "limits": Words(
        "Whatever the record shows, it does not show that the rice in this bag is the rice of the"
        " record: a printed code can be copied.",
        "Dù hồ sơ thế nào, nó không cho thấy gạo trong bao này đúng là gạo trong hồ sơ: mã in có"
        " thể bị sao chép.",
    ),
    "audit_clean": Words(
        "All {size} entries are as they must be.",
        "Cả {size} mục đều đúng như phải có.",
    ),
    "audit_found": Words(
        "Of {size} entries, not as they must be ({count}):",
        "Trong {size} mục, không đúng như phải có ({count}):",
    ),
    "audit_withheld": Words(
        "Cannot tell: {withheld} of {size} statements are withheld. Their hashes fit the signed"
        " tree; signatures and rules were looked at for {judged} entries, up to the first of them.",
        "Chưa thể kết luận: {withheld} trên {size} văn bản được giữ lại. Mã băm của chúng khớp cây"
        " đã ký; chữ ký và quy tắc chỉ kiểm tra được {judged} mục, đến văn bản đầu tiên bị giữ.",
    ),
    "paper_matched": Words(
        "{file}: {kind} of {of}, entry {index}",
        "{file}: {kind} của {of}, mục {index}",
    ),
    "paper_missing": Words(
        "Missing: {kind} of {of}, entry {index}, SHA-256 {digest}",
        "Thiếu: {kind} của {of}, mục {index}, SHA-256 {digest}",
    ),
    "paper_unknown": Words(
        "{file}: no entry commits to this file as it is",
        "{file}: không mục nào cam kết tệp này như hiện có",
    ),
    "papers_left": Words(
        "Papers were not compared: not every entry was judged.",
        "Chưa so giấy tờ: còn mục chưa được kiểm tra.",
    ),
    "papers_counted": Words(
        "Of {of} papers {matched} are here; {salted} more have a salt and were not compared.",
        "Có {matched} trên {of} giấy tờ; {salted} mã băm khác có muối nên không so được.",
    ),
    "audit_own_key": Words(
        "The log's key was taken from the same place: this shows slips and damage, not a log made"
        " anew. Get the key another way and give it with --log-key.",
        "Khóa của sổ lấy từ chính nơi này: chỉ thấy được sai sót và hư hỏng, không thấy được sổ bị"
        " làm lại. Hãy lấy khóa từ nguồn khác và đưa bằng --log-key.",
    ),
    "archived": Words(
        "The archive of {size} entries is {file}: {length} bytes, SHA-256 {digest}.",
        "Bản lưu {size} mục ở {file}: {length} byte, SHA-256 {digest}.",
    ),
    "credential_holds": Words("Signed, and in force", "Chữ ký đúng, đang có hiệu lực"),
    "credential_not_in_force": Words(
        "Signed, but not in force at this moment", "Chữ ký đúng, nhưng không có hiệu lực lúc này"
    ),
    "credential_suspended": Words(
        "Signed, but suspended or withdrawn by its issuer",
        "Chữ ký đúng, nhưng đã bị nơi cấp đình chỉ hoặc thu hồi",
    ),
    "credential_key_wanted": Words(
        "Cannot be checked: its key {kid} was not given. Get it from the issuer and give"
        " it with --key",
        "Không kiểm tra được: chưa có khóa {kid} của nó. Hãy lấy từ nơi cấp và đưa bằng --key",
    ),
    "credential_list_key_wanted": Words(
        "Signed, but its state is not known: the status list is signed with {kid}. Give that key"
        " with --key too",
        "Chữ ký đúng, nhưng chưa rõ tình trạng: danh sách trạng thái được ký bằng {kid}. Hãy đưa"
        " thêm khóa đó bằng --key",
    ),
    "credential_form_unread": Words(
        "Cannot be checked: this form is not read here",
        "Không kiểm tra được: dạng này không đọc được ở đây",
    ),
    "credential_state_unknown": Words(
        "Signed, but its state is not known", "Chữ ký đúng, nhưng chưa rõ tình trạng"
    ),
    "credential_refused": Words("Does not stand", "Không có giá trị"),
    "credential_form": Words("Form: {form}", "Dạng: {form}"),
    "credential_key": Words("Key named in it: {kid} ({alg})", "Khóa ghi trong đó: {kid} ({alg})"),
    "credential_issuer": Words("Issued by: {value}", "Nơi cấp: {value}"),
    "credential_valid_from": Words("In force from: {value}", "Có hiệu lực từ: {value}"),
    "credential_valid_until": Words("In force until: {value}", "Có hiệu lực đến: {value}"),
    "credential_says": Words("What it says:", "Nội dung:"),
    "credential_says_unproved": Words(
        "What it says, and nothing proves:", "Nội dung chưa được chứng minh:"
    ),
    "credential_withheld": Words(
        "Not shown: up to {count} statements, an end of validity perhaps among them.",
        "Chưa cho xem: tối đa {count} nội dung, có thể gồm cả ngày hết hiệu lực.",
    ),
    "credential_limits": Words(
        "This shows what was signed with a key that you believe. It does not show that the issuer"
        " may certify; nor, without --status, whether it has been suspended or withdrawn since.",
        "Kết quả này chỉ cho biết nội dung đã ký bằng khóa mà bạn tin. Nó không cho biết nơi cấp"
        " có được quyền chứng nhận; và nếu thiếu --status, không cho biết đã bị đình chỉ hay thu"
        " hồi chưa.",
    ),
    "exported": Words("The log is in {folder}.", "Sổ đã xuất ra {folder}."),
    "from_lot": Words("From", "Từ"),
    "to_lot": Words("To", "Đến"),
    "entry": Words("Entry", "Mục"),
    "mass": Words("kg", "kg"),
    "trace_empty": Words("Nothing comes before or after it.", "Không có gì trước hay sau."),
    "name": Words("Name", "Tên"),
    "now_with": Words("Now with", "Đang ở"),
    "bags": Words("Bags", "Số bao"),
    "affected_total": Words(
        "Lots: {lots}; pallets: {pallets}; containers: {containers}; buyers: {buyers}; bags:"
        " {bags}, {mass} kg in bags.",
        "{lots} lô, {pallets} pallet, {containers} container, {buyers} bên mua; {bags} bao,"
        " {mass} kg trong bao.",
    ),
    "list_written": Words("The list is in {file}.", "Danh sách ở trong {file}."),
    "mock_done": Words(
        "Mock recall: {seconds} s from the question to the list. Nothing was recorded.",
        "Diễn tập thu hồi: {seconds} giây từ câu hỏi đến danh sách. Không ghi gì vào sổ.",
    ),
    "others_stop": Words(
        "{count} of these lots are for others to stop, who make, hold or oversee them: {lots}",
        "{count} lô trong số này do bên khác dừng, bên làm ra, đang giữ hoặc quản lý: {lots}",
    ),
    "recall_sure": Words(
        "Recall these {count} lots? It cannot be taken back",
        "Thu hồi {count} lô này? Không rút lại được",
    ),
    "hold_sure": Words("Put these {count} lots on hold?", "Tạm giữ {count} lô này?"),
    "shown_soon": Words(
        "Bag pages show it with the next checkpoint: a running server signs one at once,"
        " otherwise: rice-ledger publish.",
        "Trang của bao hiện điều này ở mốc kiểm kế tiếp: máy chủ đang chạy sẽ ký ngay,"
        " nếu không: rice-ledger publish.",
    ),
    "change_sure": Words(
        "Sign this change? {count} packed lots rest on the attestation",
        "Ký thay đổi này? {count} lô đã đóng gói dựa trên chứng nhận",
    ),
    "suspension_due": Words("To be decided by {due_on}.", "Cần quyết định trước ngày {due_on}."),
    "suspension_overdue": Words(
        "Should have been decided by {due_on}.", "Lẽ ra phải quyết định trước ngày {due_on}."
    ),
    "grant_drawn": Words(
        "{drawn} kg packed of {quota} kg.", "Đã đóng gói {drawn} kg trên {quota} kg."
    ),
    "turn": Words(
        "{on} {state}{reason}{paper}; decided by {by}, entry {index}",
        "{on} {state}{reason}{paper}; {by} quyết định, mục {index}",
    ),
    "turn_paper": Words("; paper {paper}", "; văn bản {paper}"),
    "nothing_ends": Words("Nothing ends by {before}.", "Không có gì kết thúc trước {before}."),
    "nobody_waits": Words("No application waits.", "Không có đơn nào đang chờ."),
    "ends": Words("Ends", "Kết thúc"),
    "of_whom": Words("Whose", "Của ai"),
    "since_day": Words("Since", "Từ ngày"),
    "scans_told": Words(
        "Bags seen in the last {days} days: {bags}. Scans that were not written: {not_written}.",
        "Số bao được quét trong {days} ngày qua: {bags}. Lượt quét không ghi được: {not_written}.",
    ),
    "scans_quiet": Words(
        "No bag was seen on more devices, in more places, than one bag well can be.",
        "Không bao nào được quét trên nhiều thiết bị, ở nhiều nơi, hơn mức một bao có thể.",
    ),
    "backed_up": Words(
        "{file} holds the ledger as far as entry {size}, and was checked: {length} bytes.",
        "{file} chứa sổ đến mục {size} và đã được kiểm tra: {length} byte.",
    ),
    "sha256": Words("SHA-256: {digest}", "Mã SHA-256: {digest}"),
    "restored": Words(
        "The ledger in {folder} stands again with {size} entries. Start its server.",
        "Sổ trong {folder} đã được khôi phục với {size} mục. Hãy khởi động máy chủ.",
    ),
    "erased_again": Words(
        "{count} private fields that were erased since were erased once more.",
        "Đã xóa lại {count} trường riêng tư từng bị xóa sau khi sao lưu.",
    ),
    "old_kept": Words(
        "The database that was there is kept as {file}; delete it when nobody needs it.",
        "Cơ sở dữ liệu cũ được giữ ở {file}; hãy xóa khi không còn cần.",
    ),
    "now_rebuild": Words(
        "Its tables are of an older version: run rice-ledger rebuild --ledger {folder} first.",
        "Các bảng thuộc phiên bản cũ: trước hết hãy chạy rice-ledger rebuild --ledger {folder}.",
    ),
    "rebuilt": Words(
        "The database was made anew from {size} entries, and holds all that was signed.",
        "Đã dựng lại cơ sở dữ liệu từ {size} mục; mọi điều đã ký đều khớp.",
    ),
    "rebuilt_other": Words(
        "The old one differed from what follows from the log, in: {tables}.",
        "Cơ sở dữ liệu cũ khác với những gì suy ra từ sổ, ở các bảng: {tables}.",
    ),
    "variable_unknown": Words(
        "{variable} is set, and no setting is called so: it does nothing.",
        "Có đặt {variable}, nhưng không có thiết lập nào tên như vậy: biến này không có tác dụng.",
    ),
    "serving": Words(
        "Serving {origin} at {url} (stop with Ctrl-C)",
        "Đang chạy sổ {origin} tại {url} (dừng bằng Ctrl-C)",
    ),
    "demo_bag": Words("Scan or open a bag:", "Quét hoặc mở một bao:"),
    "demo_code": Words("or type its code: {code}", "hoặc gõ mã: {code}"),
    "demo_work": Words("Work as one of its organisations:", "Làm việc như một tổ chức trong sổ:"),
    "demo_others": Words("Bags in other states:", "Các bao ở tình trạng khác:"),
    "demo_offline": Words("Check the same bag offline:", "Tự kiểm tra bao này không cần mạng:"),
    "demo_tampered": Words(
        "A weight was changed behind the ledger's back, after the evidence was saved: the page of"
        " the first bag and an audit show it.",
        "Sau khi lưu bằng chứng, một số cân đã bị sửa lén trong sổ: trang của bao đầu tiên và việc"
        " tính lại sổ sẽ cho thấy.",
    ),
    "demo_audit": Words("Work the whole log out again:", "Tính lại toàn bộ sổ:"),
    "demo_labels": Words("Printed labels: {file}", "Tem đã in: {file}"),
    "labels_batch": Words("Batch", "Đợt"),
    "labels_issued": Words("Issued", "Đã phát"),
    "labels_waiting": Words("Waiting", "Chưa dùng"),
    "labels_in_use": Words("In use", "Đang dùng"),
    "labels_voided": Words("Cancelled", "Đã hủy"),
    "bags_sold": Words("Sold", "Đã bán"),
    "bags_opened": Words("Opened", "Đã mở"),
    "labels_left": Words(
        "{left} labels may now be issued anew for lot {lot}: rice-ledger issue-labels.",
        "Được phát lại {left} tem cho lô {lot}: rice-ledger issue-labels.",
    ),
    "labels_made": Words(
        "{count} labels are issued as batch {batch}. Print them: rice-ledger label {batch}.",
        "Đã phát {count} tem thành đợt {batch}. In tem: rice-ledger label {batch}.",
    ),
    "deriving_digests": Words("Deriving the digests", "Sinh mã băm"),
    "lot_file_written": Words(
        "{file} checks the {count} labels of lot {lot} without a network: {length} bytes.",
        "{file} kiểm tra {count} tem của lô {lot} khi không có mạng: {length} byte.",
    ),
    "lot_file_age": Words(
        "The file speaks of {since}: {hours} hours ago.",
        "Tệp nói về {since}: cách đây {hours} giờ.",
    ),
    "lot_file_stale": Words(
        "That is longer than the {limit} hours that you trust: get a new file.",
        "Đã quá {limit} giờ mà bạn tin: hãy lấy tệp mới.",
    ),
    "offline_limits": Words("What this cannot know:", "Điều không thể biết ở đây:"),
    "why_voided": Words("Why: {reason}.", "Lý do: {reason}."),
}
"""By name; ``{names}`` in them are filled in."""
