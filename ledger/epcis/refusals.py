"""What the edge of EPCIS refuses, in words; to raise one of these is to have their words known."""

from __future__ import annotations

from typing import ClassVar

from ledger.errors import CODES, ConflictError, LedgerError, MalformedError, Words

WORDS: dict[str, Words] = {
    "epcis_malformed": Words(
        "{where} does not have the form EPCIS 2.0.1 gives it: {what}.",
        "{where} không đúng dạng EPCIS 2.0.1: {what}.",
    ),
    "epcis_prefix": Words(
        "{member} uses the prefix {prefix}, which @context does not explain. Declare it there.",
        "{member} dùng tiền tố {prefix} mà @context chưa khai báo. Hãy khai báo trong @context.",
    ),
    "epcis_prefix_taken": Words(
        "@context gives the prefix {prefix} another meaning than {expected}.",
        "@context gán cho tiền tố {prefix} nghĩa khác với {expected}.",
    ),
    "epcis_identifier": Words(
        "{member} has {read}, which names nothing: look at its parts and its check digit.",
        "{member} ghi {read}, không định danh được: hãy xem lại các phần và số kiểm tra.",
    ),
    "epcis_step_missing": Words(
        "Which step of the rice this is cannot be told. Add rice:cte, such as rice:receiving.",
        "Chưa rõ đây là công đoạn nào của hạt gạo. Hãy thêm rice:cte, ví dụ rice:receiving.",
    ),
    "epcis_unit": Words(
        "{quantity} {unit} is no mass in whole grams. Give KGM with at most three decimals.",
        "{quantity} {unit} không phải khối lượng tròn gam. Hãy ghi KGM, tối đa ba số lẻ.",
    ),
    "epcis_time": Words(
        "{member} says {read}, which is no moment of the calendar.",
        "{member} ghi {read}, không phải thời điểm có thật.",
    ),
    "epcis_number": Words(
        "{member} has a number with more than three decimals, or too large to be kept exactly.",
        "{member} có số quá ba chữ số lẻ, hoặc lớn quá không giữ được chính xác.",
    ),
    "epcis_query": Words(
        "The question cannot be answered: {name}: {what}.",
        "Không trả lời được câu hỏi: {name}: {what}.",
    ),
    "epcis_query_large": Words(
        "More than {limit} events answer this question. Ask for less, or read page by page.",
        "Có hơn {limit} sự kiện khớp câu hỏi này. Hãy hỏi hẹp hơn hoặc đọc từng trang.",
    ),
    "epcis_event_known": Words(
        "The event {event} is in the ledger already.",
        "Sự kiện {event} đã có trong sổ.",
    ),
    "epcis_query_taken": Words(
        "There is a query called {name} already. Choose another name.",
        "Đã có câu hỏi tên {name}. Hãy chọn tên khác.",
    ),
    "epcis_query_unknown": Words(
        "There is no query called {name}.",
        "Không có câu hỏi nào tên {name}.",
    ),
    "epcis_unsigned": Words(
        "This ledger takes events only as statements signed by the organisation they are from. Send"
        " this to the gateway your organisation runs (rice-ledger gateway), which signs and"
        " forwards it.",
        "Sổ này chỉ nhận sự kiện là văn bản do chính tổ chức ký. Hãy gửi tới cổng ký mà tổ chức"
        " bạn vận hành (rice-ledger gateway); cổng sẽ ký và chuyển tiếp.",
    ),
    "epcis_not_acceptable": Words(
        "Answers here are {offered}; {asked} was asked for.",
        "Ở đây chỉ trả lời dạng {offered}; yêu cầu là {asked}.",
    ),
    "epcis_not_served": Words(
        "{what} is not offered here.",
        "Ở đây không có {what}.",
    ),
    "epcis_capture_limit": Words(
        "{count} events are too many at once; {limit} is the limit.",
        "{count} sự kiện một lần là quá nhiều; giới hạn là {limit}.",
    ),
    "gateway_closed": Words(
        "This gateway signs only for those who show its token (Authorization: Bearer).",
        "Cổng ký này chỉ phục vụ bên có mã truy cập (Authorization: Bearer).",
    ),
    "gateway_open": Words(
        "Whoever reaches {host} could sign with your key. Give a token with --token-file.",
        "Ai vào được {host} cũng ký được bằng khóa của bạn. Hãy đặt mã bằng --token-file.",
    ),
    "ledger_unreachable": Words(
        "The ledger at {url} does not answer: {what}. Nothing is lost; try the same again later.",
        "Sổ tại {url} chưa trả lời: {what}. Không mất gì; lát nữa hãy làm lại đúng như vậy.",
    ),
}
CODES.update(WORDS)


class EpcisError(MalformedError):
    """A document, event or question that is not EPCIS as this ledger reads it."""


class QueryError(EpcisError):
    """A question that cannot be asked."""


class LargeError(LedgerError):
    """A question with more answers than its sender wants."""

    http_status: ClassVar[int] = 413


class LimitError(LedgerError):
    """More at once than is taken."""

    http_status: ClassVar[int] = 413


class KnownError(ConflictError):
    """Something of that name is there already."""


class UnsignedError(LedgerError):
    """Something that would need a signature."""

    http_status: ClassVar[int] = 403


class ClosedError(LedgerError):
    """A caller who has not shown that it may call."""

    http_status: ClassVar[int] = 401


class AcceptError(LedgerError):
    """An answer of a kind that is not given."""

    http_status: ClassVar[int] = 406


class NotServedError(LedgerError):
    """A part of the standard that is not offered."""

    http_status: ClassVar[int] = 501


class UnreachableError(LedgerError):
    """A ledger behind the gateway that does not answer, or not as a ledger does."""

    http_status: ClassVar[int] = 503


class RelayedError(LedgerError):
    """What the ledger said to the gateway, in its words; its codes may be newer than ours."""

    def __init__(self, code: str, said: Words, status: int, exception: str = "") -> None:
        self.said = said
        self.status = status
        self.exception = exception
        super().__init__(code)

    @property
    def words(self) -> Words:
        """What the ledger said."""
        return self.said
