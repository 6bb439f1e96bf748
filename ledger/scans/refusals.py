"""What is refused about scans, in words; to raise one of these is to have their words known."""

from __future__ import annotations

from typing import ClassVar

from ledger.errors import CODES, LedgerError, Words

CODES |= {
    "scan_settings_unreadable": Words(
        "The settings of scans in {file} cannot be read: {what}.",
        "Không đọc được thiết lập lượt quét trong {file}: {what}.",
    ),
    "scan_file_unreadable": Words(
        "The counts of scans in {file} cannot be read: {what}. The ledger and its pages go on"
        " without them.",
        "Không đọc được số đếm lượt quét trong {file}: {what}. Sổ và các trang vẫn chạy"
        " bình thường.",
    ),
    "too_many_scans": Words(
        "Too many questions at once from this connection, or about this bag. It says nothing about"
        " the bag. Ask again in {seconds} seconds.",
        "Kết nối này, hoặc bao này, đang có quá nhiều lượt hỏi cùng lúc. Điều này không nói gì về"
        " bao gạo. Hãy hỏi lại sau {seconds} giây.",
    ),
}


class TooManyError(LedgerError):
    """Somebody asks faster than anybody can scan, or guesses."""

    http_status: ClassVar[int] = 429

    def __init__(self, seconds: int) -> None:
        super().__init__("too_many_scans", seconds=seconds)
        self.seconds = seconds
