#!/usr/bin/env python3
"""Writes every sample key: the SHA-256 of a published text, so that anybody gets the same files.

Run ``python keys/sample/make.py`` in the root of the project. `tests/test_keyring.py` compares what
it writes with the files here, byte for byte.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from ledger.demo import SEASON_FOLDER
from ledger.keyring import SAMPLE_KEYS, format_key, make_key
from ledger.season.books import technician

SEED_TEXT = "rice-ledger sample key {holder}"
OFFICES = ("root-1", "root-2", "root-3", "log", "witness")


def holders() -> tuple[str, ...]:
    """Return whoever has a sample key.

    The offices of the log, everybody in the season, and who reads each cooperative's tubes.
    """
    with (SEASON_FOLDER / "organisations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    growers = [row for row in rows if "cooperative" in row["Vai trò"]]
    devices = (technician(row["Mã đơn vị"]) for row in growers)
    return (*OFFICES, *(row["Mã đơn vị"] for row in rows), *devices)


def write(folder: Path) -> None:
    """Write the sample key of every holder into a folder."""
    for holder in holders():
        seed = hashlib.sha256(SEED_TEXT.format(holder=holder).encode()).digest()
        key = make_key(holder, seed, "EdDSA", sample=True)
        (folder / f"{holder}.json").write_bytes(format_key(key))


if __name__ == "__main__":
    write(SAMPLE_KEYS)
