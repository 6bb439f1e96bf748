"""What the tests of the command line call the things they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Rice = Callable[..., Any]
"""Runs ``rice-ledger`` with words, standard input ``given``, and environment by name."""
Told = dict[str, Any]
"""What a command answered to a program."""
Words = tuple[object, ...]
