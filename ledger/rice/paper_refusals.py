"""What the rules on contracts, baselines, papers and inspections say, as in `refusals`."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Words

PAPER_REFUSALS: Mapping[str, tuple[Words, Words]] = {
    "parties_unsigned": (
        Words(
            "This takes the signatures of {parties}, and of nobody else; signed: {actors}.",
            "Văn bản này cần chữ ký của {parties} và không của ai khác; đã ký: {actors}.",
        ),
        Words(
            "The same statement signed by both parties.",
            "Cùng văn bản đó, có chữ ký của cả hai bên.",
        ),
    ),
    "act_in_future": (
        Words("This is dated {on}, which is still to come.", "Văn bản ghi ngày {on}, chưa đến."),
        Words("The day on which it was done.", "Ngày đã thực hiện."),
    ),
    "number_taken": (
        Words(
            "{number} is already recorded, with other contents.",
            "{number} đã được ghi, với nội dung khác.",
        ),
        Words("A number that is not used yet.", "Số chưa được dùng."),
    ),
    "contract_unknown": (
        Words(
            "Nobody has signed the contract {contract} here.",
            "Chưa ai ký hợp đồng {contract} trong sổ này.",
        ),
        Words(
            "The number of a contract that both parties signed here, or none.",
            "Số hợp đồng đã được hai bên ký trong sổ, hoặc để trống.",
        ),
    ),
    "contract_unfit": (
        Words(
            "Contract {contract} is {seller}'s, for {season} and {areas}; not for this of {area}.",
            "Hợp đồng {contract} là của {seller}, vụ {season}, vùng {areas}; không cho lúa {area}.",
        ),
        Words(
            "A harvest under a contract of its own seller, season and area.",
            "Thu hoạch theo hợp đồng của đúng bên bán, đúng vụ, đúng vùng.",
        ),
    ),
    "inspection_overdue": (
        Words(
            "Area {area} was last inspected on {last_on}, more than {months} months before.",
            "Vùng {area} được kiểm tra lần cuối ngày {last_on}, đã quá {months} tháng.",
        ),
        Words(
            "A decision on an area that was inspected within the year.",
            "Quyết định cho vùng đã được kiểm tra trong vòng một năm.",
        ),
    ),
    "inspection_due": (
        Words(
            "Area {area} was last inspected on {last_on}; {months} months have passed.",
            "Vùng {area} được kiểm tra lần cuối ngày {last_on}; đã qua {months} tháng.",
        ),
        Words(
            "An area inspected more recently; this is recorded with a note.",
            "Vùng được kiểm tra gần đây hơn; vẫn ghi nhận kèm lưu ý.",
        ),
    ),
}
