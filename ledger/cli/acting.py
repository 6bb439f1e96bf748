"""Signing acts for an office at the terminal, and recording all of them or none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from ledger.cli.exits import Exit
from ledger.cli.speech import Speech
from ledger.errors import CODES, LedgerError, RefusedError, Words

if TYPE_CHECKING:
    from ledger.log.keys import SigningKey
    from ledger.rice.acts import Act
    from ledger.service import Ledger

CODES |= {
    "option_wanted": Words(
        "This cannot be done without {option}.",
        "Thiếu {option} thì không làm được.",
    ),
}


def need(**options: str) -> None:
    """Refuse to go on without these options."""
    for name, value in options.items():
        if not value:
            raise RefusedError("option_wanted", option=f"--{name}")


def confirm(speech: Speech, phrase: str, count: int = 1, *, yes: bool) -> None:
    """Ask once more, unless told not to: what is signed cannot be unsigned."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError("option_wanted", option="--yes")
    typer.confirm(speech.phrase(phrase, count=count), abort=True, err=True)


def record_acts(speech: Speech, book: Ledger, acts: Iterable[Act], key: SigningKey) -> None:
    """Sign acts and record all of them or none."""
    from ledger.cli.writing import answer_record, tell_answer
    from ledger.log.statement import ACT, seal
    from ledger.rice.acts import write_act

    statements: Sequence[bytes] = [
        seal(write_act(act), typ=ACT, key=key, ledger=book.origin) for act in acts
    ]
    answers = book.append(statements, together=True)
    for number, answer in enumerate(answers, 1):
        if speech.to_program:
            speech.answer(answer_record(answer))
        else:
            tell_answer(speech, str(number), answer)
    if any(isinstance(answer, LedgerError) for answer in answers):
        raise typer.Exit(Exit.NO)
    if not speech.to_program:
        speech.note(speech.phrase("shown_soon"))
