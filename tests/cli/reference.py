"""The commands as the paper on operations shows them; running this module writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from ledger.cli.exits import MEANINGS
from ledger.cli.main import app

PAPER = Path(__file__).parents[2] / "docs" / "operations.md"
BEGIN, END = "<!-- what the program says of itself -->\n", "<!-- end of it -->\n"


def commands() -> list[tuple[str, ...]]:
    """Return the commands, and those of groups, in the order in which help lists them."""
    found: list[tuple[str, ...]] = []
    for name, command in _commands_of(get_command(app)).items():
        found.append((name,))
        found += [(name, own) for own in _commands_of(command)]
    return found


def _commands_of(command: Any) -> dict[str, Any]:  # noqa: ANN401  (of a library without types)
    return dict(getattr(command, "commands", {}))


def help_of(*words: str) -> str:
    """Return a command's help, 80 columns wide."""
    shown = CliRunner().invoke(app, [*words, "--help"], terminal_width=80, prog_name="rice-ledger")
    assert shown.exit_code == 0, shown.output
    return "\n".join(line.rstrip() for line in shown.stdout.strip().splitlines())


def reference() -> str:
    """Return the exit statuses and the help of every command, as Markdown."""
    rows = [f"| {int(code)} | {meaning} |" for code, meaning in MEANINGS.items()]
    parts = ["## Exit codes\n", "| status | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n"]
    parts.append(f"## Commands\n\n```text\n{help_of()}\n```\n")
    parts += [f"### {' '.join(words)}\n\n```text\n{help_of(*words)}\n```\n" for words in commands()]
    return "\n".join(parts)


def written() -> str:
    """Return what the paper says between its marks."""
    return PAPER.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    before, _, rest = PAPER.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAPER.write_text(f"{before}{BEGIN}\n{reference()}\n{END}{after}", encoding="utf-8")
