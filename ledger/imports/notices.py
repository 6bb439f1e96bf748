"""What a reader has to say about one row of an office file, in one ordered table.

A ``refuse`` keeps the row out; a ``warn`` lets it in with the reading stated; an ``info`` needs no
action. The table is the order of the documentation. A code is never renamed or reused.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from ledger.errors import Words

Level = Literal["refuse", "warn", "info"]


class Meaning(NamedTuple):
    """How severe a code is, and its words; ``{read}``, ``{field}`` and ``{other}`` are filled."""

    level: Level
    words: Words


NOTICES: dict[str, Meaning] = {
    "value_missing": Meaning(
        "refuse",
        Words("“{field}” is empty. Fill it in.", "Ô “{field}” còn trống. Hãy điền vào."),
    ),
    "moisture_missing": Meaning(
        "refuse",
        Words(
            "No moisture: the mass at 14 % cannot be computed. Write the measured moisture.",
            "Thiếu độ ẩm nên không tính được khối lượng quy về 14 %. Hãy ghi độ ẩm đã đo.",
        ),
    ),
    "number_unreadable": Meaning(
        "refuse",
        Words("“{read}” in “{field}” is not a number.", "“{read}” ở “{field}” không phải là số."),
    ),
    "number_too_fine": Meaning(
        "refuse",
        Words(
            "“{read}” in “{field}” has more decimals than are kept there.",
            "“{read}” ở “{field}” có nhiều số lẻ hơn mức được ghi.",
        ),
    ),
    "number_out_of_range": Meaning(
        "refuse",
        Words(
            "“{read}” in “{field}” is not possible there.",
            "“{read}” ở “{field}” nằm ngoài khoảng có thể.",
        ),
    ),
    "date_unreadable": Meaning(
        "refuse",
        Words(
            "“{read}” in “{field}” is not a date. Write 02/03/2026 or 2026-03-02.",
            "“{read}” ở “{field}” không phải ngày. Hãy ghi 02/03/2026 hoặc 2026-03-02.",
        ),
    ),
    "time_unreadable": Meaning(
        "refuse",
        Words(
            "“{read}” in “{field}” is not a date and time. Write 02/03/2026 10:15.",
            "“{read}” ở “{field}” không phải ngày giờ. Hãy ghi 02/03/2026 10:15.",
        ),
    ),
    "word_unknown": Meaning(
        "refuse",
        Words(
            "“{read}” is not one of the words used in “{field}”.",
            "“{read}” không có trong các từ dùng cho “{field}”.",
        ),
    ),
    "counts_unreadable": Meaning(
        "refuse",
        Words(
            "“{read}” in “{field}” is not written lot:bags.",
            "“{read}” ở “{field}” không ghi theo dạng lô:số bao.",
        ),
    ),
    "text_too_long": Meaning(
        "refuse",
        Words("The text in “{field}” is too long.", "Chữ ở “{field}” quá dài."),
    ),
    "row_too_wide": Meaning(
        "refuse",
        Words(
            "The row has more cells than there are headings; “{read}” belongs to none.",
            "Dòng có nhiều ô hơn số cột; “{read}” không thuộc cột nào.",
        ),
    ),
    "bad_gtin": Meaning(
        "refuse",
        Words(
            "“{read}” is not a GTIN: the digits or the check digit are wrong.",
            "“{read}” không phải GTIN: sai chữ số hoặc số kiểm tra.",
        ),
    ),
    "bad_sscc": Meaning(
        "refuse",
        Words(
            "“{read}” is not an SSCC: the digits or the check digit are wrong.",
            "“{read}” không phải SSCC: sai chữ số hoặc số kiểm tra.",
        ),
    ),
    "bad_gln": Meaning(
        "refuse",
        Words(
            "“{read}” is not a GLN: the digits or the check digit are wrong.",
            "“{read}” không phải GLN: sai chữ số hoặc số kiểm tra.",
        ),
    ),
    "bad_container": Meaning(
        "refuse",
        Words(
            "“{read}” is not a container number: its check digit is wrong (ISO 6346).",
            "“{read}” không phải số container: sai số kiểm tra (ISO 6346).",
        ),
    ),
    "bad_digest": Meaning(
        "refuse",
        Words(
            "“{read}” is not a SHA-256 in 64 hexadecimal digits.",
            "“{read}” không phải mã SHA-256 gồm 64 ký tự thập lục phân.",
        ),
    ),
    "net_differs": Meaning(
        "refuse",
        Words(
            "First weighing minus second weighing is not the net mass {read}.",
            "Cân lần 1 trừ cân lần 2 không bằng khối lượng hàng {read}.",
        ),
    ),
    "pair_incomplete": Meaning(
        "refuse",
        Words(
            "“{field}” goes with its neighbour: give both the source and its mass, or neither.",
            "“{field}” phải đi đôi: ghi cả nguồn và khối lượng, hoặc bỏ trống cả hai.",
        ),
    ),
    "order_reversed": Meaning(
        "refuse",
        Words(
            "“{field}” lies before what must come first.",
            "“{field}” sớm hơn mốc phải có trước nó.",
        ),
    ),
    "duplicate_number": Meaning(
        "refuse",
        Words(
            "{read} was already used on line {other} with other figures; the earlier row stands.",
            "{read} đã dùng ở dòng {other} với số liệu khác; dòng trước được giữ.",
        ),
    ),
    "file_name_unsafe": Meaning(
        "refuse",
        Words(
            "“{read}” is not a plain file name.",
            "“{read}” không phải tên tập tin thông thường.",
        ),
    ),
    "document_differs": Meaning(
        "refuse",
        Words(
            "The paper {read} is not the one whose SHA-256 is listed.",
            "Chứng từ {read} không khớp mã SHA-256 đã ghi.",
        ),
    ),
    "shape_unreadable": Meaning(
        "refuse",
        Words(
            "The outline of {read} is not a closed polygon in WGS 84, longitude first.",
            "Ranh giới của {read} không phải đa giác khép kín theo WGS 84, kinh độ trước.",
        ),
    ),
    "overlapping_area": Meaning(
        "refuse",
        Words(
            "{read} overlaps {other}: the same land registered twice.",
            "{read} chồng lên {other}: cùng một mảnh đất được đăng ký hai lần.",
        ),
    ),
    "document_missing": Meaning(
        "warn",
        Words(
            "The paper {read} is not in the folder documents; its SHA-256 was not checked.",
            "Không có chứng từ {read} trong thư mục documents; chưa đối chiếu mã SHA-256.",
        ),
    ),
    "decimal_comma": Meaning(
        "warn",
        Words(
            "“{read}” has a decimal comma in a file of decimal points; read as a decimal.",
            "“{read}” dùng dấu phẩy trong tệp dùng dấu chấm; được đọc là số lẻ.",
        ),
    ),
    "decimal_point": Meaning(
        "warn",
        Words(
            "“{read}” has a decimal point in a file of decimal commas; read as a decimal.",
            "“{read}” dùng dấu chấm trong tệp dùng dấu phẩy; được đọc là số lẻ.",
        ),
    ),
    "listed_twice": Meaning(
        "warn",
        Words(
            "“{read}” stands twice in “{field}”; it counts once.",
            "“{read}” ghi hai lần ở “{field}”; chỉ tính một lần.",
        ),
    ),
    "heading_unknown": Meaning(
        "warn",
        Words(
            "The column “{read}” is not known and was left out.",
            "Không biết cột “{read}” nên đã bỏ qua.",
        ),
    ),
    "area_differs": Meaning(
        "warn",
        Words(
            "The stated area of {read} is more than 2 % off its outline ({other} ha).",
            "Diện tích ghi của {read} lệch quá 2 % so với ranh giới ({other} ha).",
        ),
    ),
    "overlap_small": Meaning(
        "warn",
        Words(
            "{read} and {other} overlap along their edges; check the outlines.",
            "{read} và {other} chồng nhau ở mép; hãy kiểm tra lại ranh giới.",
        ),
    ),
    "sheet_skipped": Meaning(
        "warn",
        Words(
            "The sheet “{read}” holds no such table and was left out.",
            "Trang tính “{read}” không có bảng này nên đã bỏ qua.",
        ),
    ),
    "printed_twice": Meaning(
        "info",
        Words(
            "{read} stands twice with the same content; it counts once.",
            "{read} ghi hai lần cùng nội dung; chỉ tính một lần.",
        ),
    ),
}


class Notice(msgspec.Struct, frozen=True):
    """One finding about one row: where it is, what was read there, and its code."""

    code: str
    file: str
    line: int  # physical line, first is 1; row of the sheet; number of the feature
    sheet: str = ""  # of a workbook
    field: str = ""  # the heading as this house writes it
    read: str = ""  # the cell as written; never filled from a private file
    other: str = ""  # what it collides with

    @property
    def level(self) -> Level:
        """Whether the row is refused, taken with a warning, or simply taken."""
        return NOTICES[self.code].level

    @property
    def words(self) -> Words:
        """What was found, in both languages."""
        details = {"field": self.field, "read": self.read or "…", "other": self.other}
        return NOTICES[self.code].words.fill({**details})
