"""Exact numbers rounded once, where they are stated; nothing is a float.

Emissions go up and reductions down, so that no rounding makes rice look better than it is; what is
only told goes half up.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def half_up(part: int, whole: int, digits: int) -> Decimal:
    """Return a quotient rounded once, half up, with so many digits after the point."""
    return _spelled((2 * part * 10**digits + whole) // (2 * whole), digits)


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent with two digits, half up; of nothing there is none."""
    return half_up(100 * part, whole, 2) if whole else None


def up(exact: Fraction, digits: int) -> Decimal:
    """Return a number rounded towards more."""
    return _spelled(-(-exact * 10**digits // 1), digits)


def down(exact: Fraction, digits: int) -> Decimal:
    """Return a number rounded towards less."""
    return _spelled(exact * 10**digits // 1, digits)


def near(exact: Fraction, digits: int) -> Decimal:
    """Return a number rounded half up."""
    return half_up(exact.numerator, exact.denominator, digits)


def _spelled(scaled: int, digits: int) -> Decimal:
    return Decimal(scaled).scaleb(-digits)
