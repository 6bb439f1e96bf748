"""Imports a whole season of files, times it, and holds every figure against its expected.json.

``python -m tests.benchmarks.large_season PACK.zip`` from a checkout. The pack is a ZIP with the
season's files and an ``expected.json``. It is not part of the tests that are always run: a season
of eleven thousand slips makes two hundred thousand statements. Ends with status 1 if a figure
differs, or if rows are refused or warned of otherwise than the pack says.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.audit import audit
from ledger.closing import close_season
from ledger.demo import PROGRAMME
from ledger.imports.tables import read_season
from ledger.intake import Intake, take_in
from ledger.log import encoding
from ledger.log.keys import Ed25519SigningKey
from ledger.log.statement import parse_statement
from ledger.programme import derive
from ledger.season import Season
from ledger.season.books import technician
from ledger.service import Ledger
from tests.benchmarks.figures import Spent, timed
from tests.benchmarks.trade import Signature, verify_bare
from tests.expected_season import differences

SAMPLE = 20_000
"""Statements whose signatures are verified bare, to say how fast this machine is."""


class Ring:
    """Everybody's key, made from their name; a secret for each purpose."""

    def __contains__(self, holder: str, /) -> bool:
        """Tell that everybody is here."""
        return True

    def key(self, holder: str, /) -> Ed25519SigningKey:
        """Return the key of a holder."""
        return _key(holder)

    def secret(self, holder: str, purpose: str, /) -> bytes:
        """Return 32 bytes for one purpose."""
        return derive(_key(holder).secret, purpose)


@cache
def _key(holder: str) -> Ed25519SigningKey:
    return Ed25519SigningKey.from_seed(sha256(holder.encode()).digest())


def main() -> int:
    """Import a pack; return the status to end with."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.large_season")
    parser.add_argument("pack", type=Path, help="ZIP of a season's files with expected.json")
    parser.add_argument("--audit", action="store_true", help="audit the ledger afterwards")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="large-season-") as place:
        with zipfile.ZipFile(options.pack) as pack:
            pack.extractall(place)
        (found,) = Path(place).rglob("expected.json")
        return _run(found.parent, Path(place) / "book", is_audited=options.audit)


def _run(folder: Path, place: Path, *, is_audited: bool) -> int:
    expected = json.loads((folder / "expected.json").read_text("utf-8"), parse_float=Decimal)
    at = time.perf_counter()
    season = Season(read_season(folder), PROGRAMME, Ring())
    _tell("files read", at)
    ledger = Ledger.create(place, _key("log"), founding=season.founding())
    taken: list[Intake] = []
    spent = timed(lambda: taken.append(take_in(ledger, season)))
    (intake,) = taken
    print(f"signed, recorded, disclosed: {spent.wall_s:.1f} s, {spent.cpu_s:.1f} s of processors")
    offices = tuple(season.books.organisations)
    count, bare = _bare(ledger, (*PROGRAMME.root_keys, *offices, *map(technician, offices)))
    each, each_bare = intake.statements / spent.wall_s, count / bare.wall_s
    by_cpu = (bare.cpu_s / count) / (spent.cpu_s / intake.statements)
    print(f"{intake.statements} statements, {intake.added} entries, {each:,.0f} /s")
    print(
        f"bare verification {each_bare:,.0f} /s: ratio {each / each_bare:.2f}, {by_cpu:.2f} by CPU"
    )
    ledger.publish()
    at = time.perf_counter()
    with ledger.reading() as view:
        closed = close_season(view, "DX-2026", expected["totals"]["programme"]["closed"])
    _tell("added up", at)
    wrong = [*differences(closed, expected), *_odd_rows(intake, expected)]
    if is_audited:
        at = time.perf_counter()
        report = audit(place, ledger.log_key)
        _tell("audited", at)
        wrong += [finding.words.en for finding in report.findings]
    ledger.close()
    print("\n".join(wrong[:50]) or "every figure is the one expected")
    return 1 if wrong else 0


def _odd_rows(intake: Intake, expected: dict[str, Any]) -> list[str]:
    """Return the rows about which something else was said than expected."""
    said = {
        (one.file, one.line, one.level): one.words.en
        for one in intake.outcomes
        if one.level in {"refuse", "warn"}
    }
    due = {
        (each["file"], each.get("line") or each["feature"], each["expected"])
        for each in expected["anomalies"]
    }
    odd = [f"{place} {said.get(place, 'nothing was said')}" for place in said.keys() ^ due]
    return sorted(odd)


def _bare(ledger: Ledger, holders: Iterable[str]) -> tuple[int, Spent]:
    """Verify signatures of the statements just recorded, and nothing else, on all cores."""
    keys = {}
    for holder in holders:
        public = _key(holder).public
        raw = encoding.decode_base64url(public.jwk["x"])
        keys[public.kid] = Ed25519PublicKey.from_public_bytes(raw)
    signatures = []
    with ledger.reading() as view:
        for _, _, data in view.statements(0, min(SAMPLE, view.head().size)):
            for one in parse_statement(data).signatures:
                kid = one.kid.rpartition("#")[2]
                signatures.append(Signature(keys[kid], one.signing_input, one.signature))
    return len(signatures), timed(lambda: verify_bare(signatures))


def _tell(what: str, since: float) -> float:
    seconds = time.perf_counter() - since
    print(f"{what}: {seconds:.1f} s")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
