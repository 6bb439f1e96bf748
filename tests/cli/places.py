"""Machines of different people: what each does, and what is carried from one to the other."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS, load_key, make_key, save_key
from tests.cli.talk import Rice

PASSPHRASE = "bờ ao đầu làng"


@dataclass(frozen=True, slots=True)
class Place:
    """A machine: a folder of its own, where commands are told what to do."""

    rice: Rice
    folder: Path

    def does(self, *words: object, code: Exit = Exit.DONE, **more: str | bytes) -> str:
        """Return what a command answers; its exit status has to be the one expected."""
        result = self.rice(*words, **more)
        assert result.exit_code == code, result.output
        return str(result.stdout)

    def refused(self, *words: object, **more: str | bytes) -> str:
        """Return the code with which a command refuses; a person sees words as well."""
        result = self.rice(*words, **more)
        assert result.exit_code not in {Exit.DONE, Exit.USAGE}, result.output
        return str(result.stderr.rstrip().rpartition("[")[2].removesuffix("]"))

    def prepares(self, kind: str, fields: object, *more: object) -> Path:
        """Return the draft this machine writes."""
        out = self.folder / f"{kind}.draft"
        out.unlink(missing_ok=True)
        self.does(
            *("attest", "prepare", kind, "-", "--out", out, *more),
            given=json.dumps(fields).encode(),
        )
        return out

    def takes(self, file: Path) -> Path:
        """Return where a file lies after it was carried here."""
        return Path(shutil.move(file, self.folder / file.name))


def locked(place: Place, holder: str) -> Path:
    """Return a holder's key as an age file on a machine of theirs."""
    sample = load_key(SAMPLE_KEYS / f"{holder}.json", lambda _: "")
    path = place.folder / f"{holder}.age"
    if not path.exists():
        save_key(path, make_key(holder, sample.secret, "EdDSA"), PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path
