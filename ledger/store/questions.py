"""The questions that name many keys at once, spelled for each database.

SQLAlchemy would spell out every key of every batch, which takes longer than finding them does; a
mark for each is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Dialect, Select


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Asks for rows under any of the keys in a column."""

    query: Select[Any]
    column: Column[Any]

    def spell(self, dialect: Dialect, count: int) -> str:
        """Return the SQL for so many keys."""
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        return f"{_spelled(self, dialect)} IN ({', '.join([mark] * count)})"


@lru_cache(maxsize=64)
def _spelled(question: Question, dialect: Dialect) -> str:
    column = dialect.identifier_preparer.format_column(question.column, use_table=True)
    return f"{question.query.compile(dialect=dialect)} WHERE {column}"
