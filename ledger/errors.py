"""Every way the ledger refuses, as one tree; each refusal carries a permanent public code.

A code is never renamed or reused. Its words say, in English and Vietnamese, what happened and what
to do; ``{name}`` in them is filled from the refusal's details. The codes of the rice rules live
with their rules in ``ledger.rice.rulebook``; those below belong to no rule.

Bugs of our own are assertions, not members of this tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

Detail = str | int


class Words(NamedTuple):
    """One message in the two languages of the house."""

    en: str
    vi: str

    def fill(self, details: Mapping[str, Detail | Words]) -> Words:
        """Return the same message with its ``{names}`` replaced, each in its own language."""
        en = {name: one.en if isinstance(one, Words) else one for name, one in details.items()}
        vi = {name: one.vi if isinstance(one, Words) else one for name, one in details.items()}
        return Words(self.en.format_map(_Shown(en)), self.vi.format_map(_Shown(vi)))


class _Shown(dict[str, Detail]):
    """Details as format arguments; a detail nobody gave is shown as an ellipsis, never a crash."""

    def __missing__(self, name: str) -> str:
        return "…"


CODES: dict[str, Words] = {}
"""Words of every code that belongs to no rice rule, in the order they were introduced."""

# --- codes -------------------------------------------------------------------------------------
CODES |= {
    "malformed": Words(
        "This cannot be read: {what}.",
        "Không đọc được: {what}.",
    ),
    "malformed_act": Words(
        "This act cannot be read: {what}.",
        "Không đọc được văn bản: {what}.",
    ),
    "malformed_event": Words(
        "This event cannot be read: {what}.",
        "Không đọc được sự việc: {what}.",
    ),
    "malformed_credential": Words(
        "This certificate cannot be read: {what}.",
        "Không đọc được chứng nhận: {what}.",
    ),
    "malformed_statement": Words(
        "This is not a signed statement: {what}.",
        "Đây không phải văn bản đã ký: {what}.",
    ),
    "header_refused": Words(
        "The head of the statement may not say {what}.",
        "Phần đầu văn bản không được ghi {what}.",
    ),
    "oversized": Words(
        "{length} bytes are too many; {limit} is the limit.",
        "{length} byte là quá nhiều; giới hạn là {limit}.",
    ),
    "key_refused": Words(
        "This key cannot be used: {why}. Make a new key.",
        "Không dùng được khóa này: {why}. Hãy tạo khóa mới.",
    ),
    "key_not_known": Words(
        "Nobody here has the key {kid}.",
        "Không ai trong sổ có khóa {kid}.",
    ),
    "algorithm_refused": Words(
        "The key {kid} does not sign with {alg}.",
        "Khóa {kid} không ký bằng {alg}.",
    ),
    "signature_bad": Words(
        "The signature does not fit the text (key {kid}). Sign again.",
        "Chữ ký không khớp nội dung (khóa {kid}). Hãy ký lại.",
    ),
    "proof_refused": Words(
        "The proof does not hold ({what}).",
        "Bằng chứng không đúng ({what}).",
    ),
    "note_not_signed": Words(
        "None of the keys you trust has signed this.",
        "Không khóa nào bạn tin cậy đã ký nội dung này.",
    ),
    "chain_broken": Words(
        "Entry {index} does not follow the one before it. Stop, and compare with a copy.",
        "Mục {index} không nối tiếp mục trước. Hãy dừng lại và so với bản sao.",
    ),
    "code_unknown": Words(
        "No bag here has the code {serial}. It may be misread, or of another ledger.",
        "Không bao nào ở đây có mã {serial}. Có thể đọc nhầm, hoặc thuộc sổ khác.",
    ),
    "bundle_unreadable": Words(
        "This evidence file cannot be read: {what}.",
        "Không đọc được tệp bằng chứng: {what}.",
    ),
    "trust_unreadable": Words(
        "This trust file cannot be read: {what}.",
        "Không đọc được tệp tin cậy: {what}.",
    ),
    "gtin_malformed": Words(
        "{read} is not a GTIN: 8, 12, 13 or 14 digits of which the last is the check digit.",
        "{read} không phải GTIN: cần 8, 12, 13 hoặc 14 chữ số, chữ số cuối là số kiểm tra.",
    ),
    "import_too_large": Words(
        "This file is larger than is read at once: {what}.",
        "Tệp lớn hơn mức đọc được một lần: {what}.",
    ),
    "import_unreadable": Words(
        "{file} cannot be read as a table: {what}.",
        "Không đọc được {file} như một bảng: {what}.",
    ),
    "import_heading_missing": Words(
        "{file} has no column “{heading}”. Add the column, or check the heading's spelling.",
        "{file} thiếu cột “{heading}”. Hãy thêm cột này hoặc kiểm tra lại tên cột.",
    ),
    "import_heading_twice": Words(
        "{file} has the column “{heading}” twice. Remove one of them.",
        "{file} có hai cột “{heading}”. Hãy bỏ một cột.",
    ),
    "import_kind_unknown": Words(
        "No kind of file is called {kind}. There are: {known}.",
        "Không có loại tệp nào tên là {kind}. Có các loại: {known}.",
    ),
    "code_length": Words(
        "A bag's code has {expected} characters; this one has {length}. Look at the bag again.",
        "Mã bao có {expected} ký tự; mã vừa nhập có {length}. Hãy xem lại mã trên bao.",
    ),
    "code_sign": Words(
        "A bag's code never contains “{sign}”. Look at the bag again.",
        "Mã bao không bao giờ có ký tự “{sign}”. Hãy xem lại mã trên bao.",
    ),
    "code_mistyped": Words(
        "The code {typed} has a slip in it. Type it again as it is printed on the bag.",
        "Mã gõ chưa đúng: {typed}. Hãy gõ lại đúng như in trên bao.",
    ),
    "code_beyond_batch": Words(
        "Bag {number} is not in this issue of labels, which has bags 1 to {count}.",
        "Bao số {number} không thuộc đợt phát hành tem này, chỉ có bao 1 đến {count}.",
    ),
    "label_count": Words(
        "{count} labels cannot be issued at once: 1 to {maximum} can.",
        "Không thể phát hành {count} tem một lần: chỉ từ 1 đến {maximum}.",
    ),
    "label_secret": Words(
        "The secret of a batch of labels has {expected} bytes.",
        "Khóa bí mật của đợt tem phải dài {expected} byte.",
    ),
    "label_not_committed": Words(
        "Nothing shows that bag {serial} is one of those this issue of labels stands for.",
        "Chưa có bằng chứng bao {serial} thuộc đợt phát hành tem này.",
    ),
    "label_shelf": Words(
        "What is kept of the labels of lot {lot} ({gtin}) does not fit their secret.",
        "Dữ liệu lưu của tem lô {lot} ({gtin}) không khớp với khóa bí mật của đợt tem.",
    ),
    "link_unreadable": Words(
        "This is not a link that names anything: {read}.",
        "Đây không phải liên kết định danh: {read}.",
    ),
    "link_no_key": Words(
        "This link names no goods, pallet or place: {read}.",
        "Liên kết này không nêu hàng hóa, pallet hay địa điểm nào: {read}.",
    ),
    "link_not_canonical": Words(
        "{read} is another spelling of {expected}. Use that one.",
        "{read} là cách viết khác của {expected}. Hãy dùng cách viết sau.",
    ),
    "link_unknown_identifier": Words(
        "The number {identifier} in this link has no meaning known here.",
        "Số {identifier} trong liên kết này không có ý nghĩa đã biết.",
    ),
    "link_qualifiers": Words(
        "After {key} the link has {qualifiers}, which do not belong there or not in this order.",
        "Sau {key}, liên kết có {qualifiers}, không thuộc chỗ đó hoặc sai thứ tự.",
    ),
    "link_twice": Words(
        "The link says {identifier} twice. It may say it once.",
        "Liên kết nêu {identifier} hai lần. Chỉ được nêu một lần.",
    ),
    "link_belongs_in_path": Words(
        "The link says {identifier} after the question mark; its place is in the path.",
        "Liên kết nêu {identifier} sau dấu hỏi; vị trí đúng là trong đường dẫn.",
    ),
    "link_value": Words(
        "The value {read} does not have the form of ({identifier}), or its check digit differs.",
        "Giá trị {read} không đúng dạng của ({identifier}), hoặc sai số kiểm tra.",
    ),
    "symbol_too_long": Words(
        "A QR symbol cannot hold {length} characters.",
        "Mã QR không chứa được {length} ký tự.",
    ),
    "symbol_too_large": Words(
        "The QR symbol takes {width} mm and the label is {height} mm high. Choose larger labels.",
        "Mã QR cần {width} mm, tem chỉ cao {height} mm. Hãy chọn khổ tem lớn hơn.",
    ),
    "symbol_unread": Words(
        "The symbol of bag {number} ({payload}) does not read back. Nothing is printed.",
        "Không đọc lại được mã của bao {number} ({payload}). Chưa in tem nào.",
    ),
    "sheet_skip": Words(
        "{skip} labels cannot be left free: this sheet has {capacity}.",
        "Không thể bỏ trống {skip} tem: tờ này chỉ có {capacity} tem.",
    ),
    "sheet_empty": Words(
        "There is no label to print. Choose at least one bag.",
        "Không có tem nào để in. Hãy chọn ít nhất một bao.",
    ),
    "label_words_too_long": Words(
        "“{words}” is too long for this label. Shorten it or choose larger labels.",
        "“{words}” quá dài so với tem này. Hãy rút gọn hoặc chọn khổ tem lớn hơn.",
    ),
    "store_failed": Words(
        "The ledger's database answers: {what}. Nothing more is written until it is looked into.",
        "Cơ sở dữ liệu của sổ trả lời: {what}. Ngừng ghi cho đến khi kiểm tra xong.",
    ),
    "store_version": Words(
        "The database has tables of version {found}, this program of {expected}. If it is older,"
        " make a backup and run rice-ledger rebuild; if newer, use the newer program.",
        "Cơ sở dữ liệu thuộc phiên bản {found}, chương trình dùng phiên bản {expected}. Nếu dữ liệu"
        " cũ hơn, hãy sao lưu rồi chạy rice-ledger rebuild; nếu mới hơn, hãy dùng bản mới hơn.",
    ),
    "writing_stopped": Words(
        "This ledger has stopped writing ({what}). Open it again once the cause is removed.",
        "Sổ đã ngừng ghi ({what}). Hãy mở lại sau khi xử lý xong nguyên nhân.",
    ),
    "head_moved": Words(
        "Somebody else has written after entry {size}. Send the same again.",
        "Đã có bên khác ghi sau mục {size}. Hãy gửi lại đúng nội dung này.",
    ),
    "refused_together": Words(
        "These were to be recorded together or not at all, and number {number} was refused.",
        "Các nội dung này phải được ghi cùng nhau, mà nội dung số {number} bị từ chối.",
    ),
    "entry_unknown": Words(
        "The ledger has no entry {index}.",
        "Sổ không có mục {index}.",
    ),
    "checkpoint_unknown": Words(
        "No checkpoint of size {size} was ever signed here.",
        "Chưa từng ký mốc kiểm nào ở cỡ {size}.",
    ),
    "checkpoint_moved": Words(
        "Another checkpoint was signed meanwhile (size {size}). Read it and try again.",
        "Đã có mốc kiểm khác được ký trong lúc này (cỡ {size}). Hãy đọc lại rồi thử lại.",
    ),
    "past_differs": Words(
        "The database ends at entry {size} or differs; the log signed {signed} entries. It was"
        " restored from a backup or changed. Bring back a database that reaches {signed}; leave"
        " checkpoints.db, which knows what was signed, as it is.",
        "Cơ sở dữ liệu dừng ở mục {size} hoặc đã khác; sổ đã ký {signed} mục. Dữ liệu được khôi"
        " phục từ bản cũ hoặc bị sửa. Hãy đưa lại cơ sở dữ liệu có đủ {signed} mục; giữ nguyên"
        " checkpoints.db, tệp ghi những gì đã ký.",
    ),
    "entry_differs": Words(
        "Entry {index} is not what was written.",
        "Mục {index} không còn như khi ghi.",
    ),
    "tile_differs": Words(
        "Tile {index} of level {level} does not follow from the entries.",
        "Ô băm {index} tầng {level} không khớp với các mục.",
    ),
    "folder_taken": Words(
        "There is something at {folder} already. Choose an empty place.",
        "Đã có dữ liệu tại {folder}. Hãy chọn chỗ trống.",
    ),
    "folder_empty": Words(
        "There is no ledger at {folder}. Name its folder with --ledger or RICE_LEDGER_FOLDER.",
        "Không có sổ nào tại {folder}. Hãy chỉ thư mục bằng --ledger hoặc RICE_LEDGER_FOLDER.",
    ),
    "log_key_missing": Words(
        "Signing needs the key of the log {origin}.",
        "Cần khóa của sổ {origin} để ký.",
    ),
    "not_published": Words(
        "There is nothing at {index}: {size} entries are published.",
        "Chưa có gì ở vị trí {index}: mới công bố {size} mục.",
    ),
    "entry_missing": Words(
        "Entry {index} is missing.",
        "Thiếu mục {index}.",
    ),
    "statement_missing": Words(
        "The statement of entry {index} is missing.",
        "Thiếu văn bản của mục {index}.",
    ),
    "statement_differs": Words(
        "The statement of entry {index} is not the one the log has sealed.",
        "Văn bản của mục {index} không phải văn bản đã niêm phong trong sổ.",
    ),
    "statement_unsigned": Words(
        "The statement of entry {index} is not signed by the key it names.",
        "Văn bản của mục {index} không được ký bằng khóa ghi trong đó.",
    ),
    "time_backwards": Words(
        "Entry {index} is recorded before the one that precedes it.",
        "Mục {index} được ghi sớm hơn mục đứng trước.",
    ),
    "rule_broken": Words(
        "Entry {index} breaks a rule of this ledger: {rule}.",
        "Mục {index} trái quy tắc của sổ: {rule}.",
    ),
    "warnings_differ": Words(
        "The notes kept with entry {index} are not those the rules give.",
        "Lưu ý kèm mục {index} không đúng như quy tắc.",
    ),
    "row_left_over": Words(
        "There is a row {index} in {table} beyond the end of the log.",
        "Có dòng {index} trong {table} nằm ngoài cuối sổ.",
    ),
    "row_differs": Words(
        "What is kept in {table} under {key} does not follow from the entries.",
        "Dữ liệu trong {table}, khóa {key}, không khớp với các mục.",
    ),
    "root_differs": Words(
        "The log has signed a checkpoint of size {size} that its entries do not give.",
        "Sổ đã ký mốc kiểm cỡ {size} không khớp với các mục.",
    ),
    "checkpoint_unsigned": Words(
        "The checkpoint of size {size} is not signed by the log.",
        "Mốc kiểm cỡ {size} không do sổ ký.",
    ),
    "labels_unknown": Words(
        "No labels of batch {batch} were issued here.",
        "Chưa phát hành đợt nhãn {batch} trong sổ này.",
    ),
    "labels_differ": Words(
        "This secret does not give the labels of batch {batch}.",
        "Khóa bí mật này không sinh ra nhãn của đợt {batch}.",
    ),
    "address_unknown": Words(
        "There is nothing at {path}.",
        "Không có gì ở {path}.",
    ),
    "method_refused": Words(
        "{path} does not take {method}; it takes {allowed}.",
        "{path} không nhận {method}; chỉ nhận {allowed}.",
    ),
    "media_type_refused": Words(
        "A body of the type {type} is not read here. Send one of: {accepted}.",
        "Không đọc nội dung kiểu {type} ở đây. Hãy gửi một trong các kiểu: {accepted}.",
    ),
    "question_refused": Words(
        "The question cannot be answered as it was asked: {what}.",
        "Không trả lời được câu hỏi như đã hỏi: {what}.",
    ),
    "too_many": Words(
        "{count} statements are too many at once; {limit} is the limit.",
        "{count} văn bản một lần là quá nhiều; giới hạn là {limit}.",
    ),
    "statement_unknown": Words(
        "No statement with the digest {digest} is in this ledger.",
        "Sổ không có văn bản nào có mã băm {digest}.",
    ),
    "name_unknown": Words(
        "Nothing here is called {name}.",
        "Ở đây không có gì tên là {name}.",
    ),
    "holder_name": Words(
        "“{holder}” cannot name a holder: use small letters a to z, digits and single hyphens.",
        "“{holder}” không dùng làm tên được: chỉ dùng chữ thường a đến z, chữ số và dấu gạch nối.",
    ),
    "key_file_missing": Words(
        "There is no key file {file}. Give the folder it is in, or make one: rice-ledger key new.",
        "Không có tệp khóa {file}. Hãy chỉ đúng thư mục, hoặc tạo khóa bằng rice-ledger key new.",
    ),
    "key_file_taken": Words(
        "{file} is there already and is not replaced. Choose another name.",
        "{file} đã có và không bị ghi đè. Hãy chọn tên khác.",
    ),
    "key_file_unreadable": Words(
        "{file} is not a key file of this holder. Use the file that key new made.",
        "{file} không phải tệp khóa của người này. Hãy dùng tệp do lệnh key new tạo ra.",
    ),
    "key_file_open": Words(
        "{file} holds a secret key in the open. Lock it with a passphrase (age -p) first.",
        "{file} để lộ khóa bí mật. Hãy khóa tệp bằng mật khẩu (age -p) trước.",
    ),
    "passphrase_short": Words(
        "A passphrase has at least {minimum} characters. Several words are easy to remember.",
        "Mật khẩu cần ít nhất {minimum} ký tự. Ghép vài từ thì dễ nhớ.",
    ),
    "passphrase_wrong": Words(
        "This passphrase does not open {file}. Type it again.",
        "Mật khẩu này không mở được {file}. Hãy gõ lại.",
    ),
    "sample_key_refused": Words(
        "The key of {holder} is a published sample; the ledger {origin} is no demo. Use a key of"
        " your own.",
        "Khóa của {holder} là khóa mẫu ai cũng có; sổ {origin} không phải bản minh họa. Hãy dùng"
        " khóa riêng.",
    ),
    "file_closed": Words(
        "{file} cannot be opened: {what}.",
        "Không mở được {file}: {what}.",
    ),
    "port_taken": Words(
        "Port {port} of {host} cannot be used: {what}. Choose another with --port.",
        "Không dùng được cổng {port} của {host}: {what}. Hãy chọn cổng khác bằng --port.",
    ),
    "nothing_named": Words(
        "This ledger has nothing called {name}. Look at the name again.",
        "Sổ này không có gì tên là {name}. Hãy xem lại tên.",
    ),
    "programme_unreadable": Words(
        "{file} does not say under which programme the files are kept: {what}.",
        "{file} chưa nêu chương trình của các tệp: {what}.",
    ),
    "log_key_unknown": Words(
        "Nothing says which log to believe. Give its key with --log-key, or a file with --trust.",
        "Chưa rõ tin khóa của sổ nào. Hãy đưa khóa bằng --log-key, hoặc tệp bằng --trust.",
    ),
    "trial_elsewhere": Words(
        "A trial needs a copy of the database, and that of {folder} is kept elsewhere.",
        "Chạy thử cần bản sao cơ sở dữ liệu, mà dữ liệu của {folder} để ở nơi khác.",
    ),
    "database_unknown": Words(
        "No database is spoken to as {kind} here. Use sqlite or postgresql+psycopg, installed.",
        "Ở đây không dùng được cơ sở dữ liệu kiểu {kind}. Hãy dùng sqlite hoặc postgresql+psycopg.",
    ),
    "archive_unreadable": Words(
        "This is no archive as export writes it ({what}). If it was packed anew, audit the folder.",
        "Đây không phải tệp do lệnh export ghi ({what}). Nếu đã nén lại, hãy kiểm tra thư mục.",
    ),
    "trouble": Words(
        "Something went wrong on our side ({reference}). What has no receipt may be sent again.",
        "Phía chúng tôi gặp trục trặc ({reference}). Chưa có biên nhận thì có thể gửi lại.",
    ),
}


class LedgerError(Exception):
    """The root of the tree. ``code`` is public and permanent; ``details`` fill its words."""

    http_status: ClassVar[int] = 500

    def __init__(self, code: str, **details: Detail | Words) -> None:
        self.code = code
        self.details = details
        super().__init__(self.words.en)

    @property
    def words(self) -> Words:
        """What happened, in both languages, with the details filled in."""
        return CODES[self.code].fill(self.details)


class MalformedError(LedgerError):
    """Bytes that are not the one accepted spelling of anything we know."""

    http_status = 400


class SignatureError(LedgerError):
    """A signature that does not verify, or a key that may not sign at all."""

    http_status = 403


class ProofError(LedgerError):
    """A proof, note or checkpoint that does not hold: the other side is wrong or lies."""

    http_status = 422


class RefusedError(LedgerError):
    """A well-formed, well-signed statement that a rule of the rulebook refuses."""

    http_status = 409


class NotFoundError(LedgerError):
    """Nothing of that name is in this ledger."""

    http_status = 404


class ConflictError(LedgerError):
    """Another writer was first."""

    http_status = 409


class CorruptedError(LedgerError):
    """What is stored does not agree with what was signed. Nothing may be written until it does."""

    http_status = 500
