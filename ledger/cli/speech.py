"""How the terminal speaks: its language, refusals, results for people or scripts, progress.

Results go to standard output; everything about how things are going goes to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import typer
from msgspec import json

from ledger.cli.phrases import PHRASES
from ledger.errors import Detail, LedgerError, Words

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
_BETWEEN = 2
"""Signs between two columns of a table."""
_ENCODER = json.Encoder(order="sorted", decimal_format="number")


@dataclass(slots=True)
class Speech:
    """The languages spoken, and whether a program is listening."""

    languages: tuple[Language, ...]
    to_program: bool = False

    def text(self, words: Words) -> str:
        """Return words in the languages spoken, on one line."""
        said = {"vi": words.vi, "en": words.en}
        return " / ".join(dict.fromkeys(said[language] for language in self.languages))

    def phrase(self, name: str, **details: Detail | Words) -> str:
        """Return a phrase of the command line, filled in."""
        return self.text(PHRASES[name].fill(details))

    def tell(self, text: str) -> None:
        """Print a line of the result."""
        typer.echo(text)

    def note(self, text: str) -> None:
        """Print a line about how things are going."""
        typer.echo(text, err=True)

    def answer(self, value: object) -> None:
        """Print a result for a program: one line of JSON."""
        typer.echo(_ENCODER.encode(value).decode())

    def refuse(self, refusal: LedgerError) -> None:
        """Say why something is not done, and what would be."""
        if self.to_program:
            self.answer({"refused": refusal_record(refusal)})
            return
        said = {"vi": refusal.words.vi, "en": refusal.words.en}
        accepted = accepted_by(refusal)
        wanted = {"vi": accepted.vi, "en": accepted.en} if accepted else {}
        for language in self.languages:
            line = " ".join([said[language], *filter(None, [wanted.get(language)])])
            self.note(printable(line))
        if refusal.code == "name_unknown":
            self.note(self.phrase("names_listed"))
        self.note(f"[{refusal.code}]")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> None:
        """Print a table whose last ``right`` columns are figures; into a pipe, fields and tabs."""
        if not sys.stdout.isatty():
            for row in rows:
                self.tell("\t".join(row))
            return
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        console = Console(file=sys.stdout)
        columns = list(zip(headings, *rows, strict=True))
        # Ids are not broken where the terminal is wide enough for them and the longest words.
        whole = [not any(" " in cell for cell in column[1:]) for column in columns]
        least = [
            max((len(word) for cell in column for word in cell.split()), default=0)
            for column in columns
        ]
        is_wide = sum(least) + _BETWEEN * len(least) <= console.width
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for number, heading in enumerate(headings):
            kept = is_wide and whole[number]
            table.add_column(
                heading.replace(" ", "\n") if kept else heading,
                justify="right" if number >= len(headings) - right else "left",
                overflow="fold",
                no_wrap=kept,
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)

    @contextmanager
    def progress(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Show one bar while something goes on; the caller is given what moves it."""
        with self.steps({name: name}) as move:
            yield lambda done, of: move(name, done, of)

    @contextmanager
    def steps(self, names: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
        """Show a bar for each step that begins; ``names`` leads from a step to its phrase."""
        if not sys.stderr.isatty():
            yield lambda _step, _done, _of: None
            return
        from rich.console import Console
        from rich.progress import Progress, TaskID

        bars: dict[str, TaskID] = {}
        with Progress(console=Console(file=sys.stderr), transient=True) as shown:

            def move(step: str, done: int, of: int) -> None:
                if step not in bars:
                    bars[step] = shown.add_task(self.phrase(names[step]))
                shown.update(bars[step], completed=done, total=of)

            yield move


def json_line(value: object) -> bytes:
    """Return a value as a program reads it in a file: one line of JSON."""
    return _ENCODER.encode(value) + b"\n"


def choose_languages(wanted: str | None, environment: Mapping[str, str]) -> tuple[Language, ...]:
    """Return the language asked for, else the machine's, else both, Vietnamese first."""
    if wanted is None:
        wanted = (environment.get("LC_ALL") or environment.get("LANG") or "")[:2]
    return tuple(one for one in LANGUAGES if one == wanted) or LANGUAGES


def printable(line: str) -> str:
    """Return a line that moves no cursor and turns no writing around, whoever wrote it."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in line)


def accepted_by(refusal: LedgerError) -> Words | None:
    """Return what would be accepted, where a rule of the rulebook refused."""
    accepted = getattr(refusal, "accepted", None)
    return accepted if isinstance(accepted, Words) else None


def refusal_record(refusal: LedgerError) -> dict[str, object]:
    """Return a refusal as a program reads it."""
    record: dict[str, object] = {"code": refusal.code, "words": words_record(refusal.words)}
    accepted = accepted_by(refusal)
    if accepted is not None:
        record["accepted"] = words_record(accepted)
    return record


def words_record(words: Words) -> dict[str, str]:
    """Return words as a program reads them."""
    return {"en": words.en, "vi": words.vi}
