"""SQL for many keys or rows at once, spelled for each database with no more than marks.

SQLAlchemy would spell out every key of every batch, which takes longer than finding them does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Compiled, Dialect, Select, tuple_

ROWS_PER_INSERT = 100
"""Rows in one insert. The driver hands over to other threads once an insert, not once a row."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Asks for rows under any of the keys in a column."""

    query: Select[Any]
    column: Column[Any]

    def spell(self, dialect: Dialect, count: int) -> str:
        """Return the SQL for so many keys."""
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        return f"{_spelled(self, dialect)} IN ({', '.join([mark] * count)})"


def one_and_many(compiled: Compiled) -> tuple[str, str]:
    """Return the SQL of an insert, and the same for `ROWS_PER_INSERT` rows."""
    one = str(compiled)
    start = one.index("VALUES (") + len("VALUES ")
    row = one[start : one.index(")", start) + 1]
    return one, one.replace(row, ", ".join([row] * ROWS_PER_INSERT), 1)


@lru_cache(maxsize=64)
def _spelled(question: Question, dialect: Dialect) -> str:
    column = dialect.identifier_preparer.format_column(question.column, use_table=True)
    return f"{question.query.compile(dialect=dialect)} WHERE {column}"


def behind(keys: list[Any], last: list[Any]) -> Any:  # noqa: ANN401
    """Return the condition that a row comes after the last one read."""
    if len(keys) == 1:
        return keys[0] > last[0]
    return tuple_(*keys) > tuple_(*last)
