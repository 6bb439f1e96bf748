"""Integer arithmetic of rice: moisture, shares, apportioning. Grams in, grams out, never a float.

Every rounding goes down, so that a balance may lose a gram and can never gain one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

BASE_PPT = 140
"""Moisture that paddy is reckoned at, parts per thousand (14 %)."""


def mass14_g(mass_g: int, moisture_ppt: int) -> int:
    """Return the mass at 14 % moisture: W x (1000 - m) / 860, rounded down."""
    return mass_g * (1000 - moisture_ppt) // (1000 - BASE_PPT)


def apportion(total_g: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Return ``total_g`` divided in proportion to the weights, to the gram.

    Each share is rounded down; the grams left over go one each to the largest remainders, and
    where remainders are equal to the name that sorts first. The shares always add up to the total,
    and names whose share is zero are left out.
    """
    whole = sum(weights.values())
    assert whole > 0
    assert total_g >= 0
    if len(weights) == 1:  # most lots come from one area
        return dict.fromkeys(weights, total_g) if total_g else {}
    shares = {name: total_g * weight // whole for name, weight in weights.items()}
    left_over_g = total_g - sum(shares.values())
    by_remainder = sorted(weights, key=lambda name: (-(total_g * weights[name] % whole), name))
    for name in by_remainder[:left_over_g]:
        shares[name] += 1
    return {name: share for name, share in sorted(shares.items()) if share}


def take(origin: Mapping[str, int], draw_g: int, left_g: int) -> dict[str, int]:
    """Return the part of each origin that goes with ``draw_g`` out of ``left_g``.

    No origin ever gives more than it has: taking everything takes exactly what is there.
    """
    assert 0 < draw_g <= left_g
    total_g = sum(origin.values())
    return apportion(total_g * draw_g // left_g, origin) if total_g else {}


def add(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of several origins."""
    total: dict[str, int] = {}
    for part in parts:
        for name, mass_g in part.items():
            total[name] = total.get(name, 0) + mass_g
    return dict(sorted(total.items()))


def subtract(origin: Mapping[str, int], part: Mapping[str, int]) -> dict[str, int]:
    """Return what is left of an origin when a part of it is gone."""
    left = {name: mass_g - part.get(name, 0) for name, mass_g in origin.items()}
    assert all(mass_g >= 0 for mass_g in left.values())
    return {name: mass_g for name, mass_g in left.items() if mass_g}
