"""Days, seasons and amounts as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from ledger.errors import CODES, MalformedError, Words

CODES |= {
    "day_unreadable": Words(
        "{option} cannot be {text}: write a day as 2026-03-24 or 24/03/2026.",
        "{option} không thể là {text}: hãy ghi ngày như 24/03/2026 hoặc 2026-03-24.",
    ),
    "moment_unreadable": Words(
        "{option} cannot be {text}: write a moment as 2026-05-01T00:00:00Z.",
        "{option} không thể là {text}: hãy ghi thời điểm như 2026-05-01T00:00:00Z.",
    ),
    "season_unreadable": Words(
        "{text} is no season: write DX-2026, HT-2026 or TD-2026, with the year that is meant.",
        "{text} không phải vụ: hãy ghi DX-2026, HT-2026 hoặc TD-2026, với đúng năm.",
    ),
    "amount_unreadable": Words(
        "{option} cannot be {text}: write 12.5 or 12,5, exact to the square metre or gram, without"
        " a sign for thousands.",
        "{option} không thể là {text}: hãy ghi 12,5 hoặc 12.5, chính xác đến mét vuông hoặc gam,"
        " không có dấu phân cách hàng nghìn.",
    ),
}

_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_AMOUNT = re.compile(r"[0-9]+([.,][0-9]+)?")


def day_of(text: str, option: str) -> str:
    """Return a day as statements spell it; ``dd/mm/yyyy`` is how people write it here."""
    from msgspec import ValidationError, convert

    from ledger.rice.terms import Day

    found = _DAY.fullmatch(text)
    spelled = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text
    try:
        return convert(spelled, Day)
    except ValidationError as error:
        raise MalformedError("day_unreadable", option=option, text=text) from error


def day_or_today(text: str, option: str) -> str:
    """Return a day as it is given, or today."""
    from ledger.log.encoding import local_day
    from ledger.service import utc_now

    return day_of(text, option) if text else local_day(utc_now())


def moment_of(text: str, option: str) -> datetime:
    """Return a moment as it is given, or now."""
    from ledger.log.encoding import parse_instant

    try:
        return parse_instant(text) if text else datetime.now(UTC)
    except MalformedError as error:
        raise MalformedError("moment_unreadable", option=option, text=text) from error


def season_of(text: str) -> str:
    """Return a season, if a text is one."""
    from msgspec import ValidationError, convert

    from ledger.rice.terms import Season

    try:
        return convert(text, Season)
    except ValidationError as error:
        raise MalformedError("season_unreadable", text=text) from error


def whole_of(text: str, factor: int, option: str) -> int:
    """Return hectares or tonnes in whole square metres or grams."""
    try:
        amount = Decimal(text.replace(",", ".")) * factor if _AMOUNT.fullmatch(text) else None
    except InvalidOperation:
        amount = None
    if amount is None or amount != amount.to_integral_value():
        raise MalformedError("amount_unreadable", option=option, text=text)
    return int(amount)
