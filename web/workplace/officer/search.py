"""Names found however they are typed: without tone marks, in capitals, composed or decomposed.

A name is found by a part of it that stands together, so that "Thạnh An" does not find "An Thạnh".
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.imports.cells import fold


def is_found(asked: str, names: Iterable[str]) -> bool:
    """Tell whether one of the names holds what was asked for; what holds no letter finds all."""
    key = fold(asked)
    return any(key in fold(name) for name in names)
