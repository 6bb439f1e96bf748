"""Writes the vectors: ``python tests/vectors/make.py [folder]``, here unless told otherwise.

Everything follows from the sample keys and from times in the cases, so that the same files come out
byte for byte, here and anywhere. A verdict is written as it is judged now: look at what changed
before keeping it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from inspect import getdoc
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ledger.log import encoding
from ledger.proof.trust import read_trust
from ledger.proof.verdict import write_verdict
from ledger.proof.verify import verify_bytes
from tests.vectors import (
    certificate_cases,
    corrected_cases,
    label_cases,
    life_cases,
    log_cases,
    marked_cases,
    rice_cases,
    sold_cases,
    sound_cases,
    trust_cases,
    vouched_cases,
)
from tests.vectors.scenes import CASES

MODULES = (
    *(sound_cases, log_cases, rice_cases, certificate_cases),
    *(corrected_cases, life_cases, trust_cases),
    *(vouched_cases, sold_cases, marked_cases, label_cases),
)
"""Where the cases are; each module's join the list as it is imported."""

FOLDER = Path(__file__).resolve().parent


def files(name: str) -> dict[str, bytes]:
    """Return the files of a vector by name."""
    make = CASES[name]
    made = make()
    verdict = verify_bytes(made.bundle, read_trust(made.trust), made.at)
    lines = [f"# {name}", "", getdoc(make) or "", "", f"Verdict: `{verdict.headline}`."]
    if made.let_in:
        codes = ", ".join(f"`{code}`" for code in made.let_in)
        lines += ["", f"The log let in what its rulebook refuses: {codes}."]
    lines += ["", f"Made by `{make.__name__}` in `{make.__module__.replace('.', '/')}.py`."]
    return {
        "README.md": ("\n".join(lines) + "\n").encode(),
        "bundle.json": made.bundle,
        "trust.json": made.trust,
        "at.txt": f"{encoding.format_time(made.at)}\n".encode(),
        "verdict.json": write_verdict(verdict),
    }


def write(folder: Path, names: Iterable[str], of: Callable[[str], dict[str, bytes]]) -> None:
    """Write every vector as a folder of its own."""
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file, data in of(name).items():
            (folder / name / file).write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, CASES, files)
