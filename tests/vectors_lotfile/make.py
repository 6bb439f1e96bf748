"""Writes the vectors of lot files: ``python tests/vectors_lotfile/make.py [folder]``.

Everything follows from the sample keys and from times in the cases, so that the same files come out
byte for byte, here and anywhere. A verdict is written as it is judged now: look at what changed
before keeping it.
"""

from __future__ import annotations

import sys
from inspect import getdoc
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ledger.log import encoding
from ledger.proof.offline import judge_code, write_offline_verdict
from ledger.proof.trust import read_trust
from tests.vectors.make import write
from tests.vectors_lotfile.cases import CASES

FOLDER = Path(__file__).resolve().parent


def files(name: str) -> dict[str, bytes]:
    """Return the files of a vector by name."""
    make = CASES[name]
    made = make()
    verdict = judge_code(made.file, made.code, read_trust(made.trust), made.at)
    lines = [f"# {name}", "", getdoc(make) or "", "", f"Verdict: `{verdict.headline}`."]
    lines += ["", f"Made by `{make.__name__}` in `tests/vectors_lotfile/cases.py`."]
    return {
        "README.md": ("\n".join(lines) + "\n").encode(),
        "file.lot": made.file,
        "code.txt": f"{made.code}\n".encode(),
        "trust.json": made.trust,
        "at.txt": f"{encoding.format_time(made.at)}\n".encode(),
        "verdict.json": write_offline_verdict(verdict),
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, CASES, files)
