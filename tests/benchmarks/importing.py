"""Importing a season fifty times the size of the demo's, against its signatures verified bare.

The season is not of this repository: it is a zip beside the published vectors, in ``data``, or
where ``LEDGER_SEASON_X50`` says. The demo's own shows that everything runs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch
from zipfile import ZipFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.rows import PackedLot
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.log import encoding
from ledger.log.keys import Ed25519SigningKey
from ledger.log.statement import parse_statement
from ledger.programme import derive
from ledger.rice import acts
from ledger.season import Season, trade
from ledger.season.books import Books
from ledger.service import Ledger
from tests.benchmarks.figures import Figure, peak_mb, rate, share, timed
from tests.benchmarks.trade import Signature, verify_bare
from tests.conformance_data import FOLDER

AIM = 0.5
ACCEPTED_MIN = 0.9
"""Of a season's statements. A few of each are refused, so that a report has something to say."""


class _Ring:
    """Everybody's key, made from their name."""

    def __init__(self) -> None:
        self.keys: dict[str, Ed25519SigningKey] = {}

    def __contains__(self, holder: str, /) -> bool:
        return True

    def key(self, holder: str, /) -> Ed25519SigningKey:
        """Return the key of a holder, opened once as those in files are."""
        if holder not in self.keys:
            seed = sha256(holder.encode()).digest()
            self.keys[holder] = Ed25519SigningKey.from_seed(seed)
        return self.keys[holder]

    def secret(self, holder: str, purpose: str, /) -> bytes:
        """Return a secret of a holder."""
        return derive(self.key(holder).secret, purpose)


def imports(*, quick: bool) -> Iterator[Figure]:
    """Yield the figures of importing the large season, or the demo's to be quick."""
    if quick:
        yield from _imports(SEASON_FOLDER, "the demo season")
        return
    packed = Path(
        os.environ.get("LEDGER_SEASON_X50", FOLDER.parent / "data" / "season-dx-2026-x50.zip")
    )
    if not packed.is_file():
        print(f"skipped: {packed.name} is not there (set LEDGER_SEASON_X50)", file=sys.stderr)
        return
    with _unpacked(packed) as folder:
        yield from _imports(folder, "a season x50")


def _imports(folder: Path, name: str) -> Iterator[Figure]:
    """Yield the figures of importing a season: whole, and its two most of work apart."""
    ring = _Ring()
    season = Season(read_season(folder), PROGRAMME, ring)
    statements = [one.data for one in season.statements()]
    signatures = _signatures(statements, ring)

    def import_all(ledger: Ledger) -> None:
        take_in(ledger, Season(read_season(folder), PROGRAMME, ring))

    def import_read(ledger: Ledger) -> None:
        # A million labels are a work of their own: see the figure of label commitments.
        with patch.object(trade, "_labels", _no_labels):
            take_in(ledger, Season(season.tables, PROGRAMME, ring))

    def append(ledger: Ledger) -> None:
        ledger.append(statements)

    for work, do in (
        (f"import of {name}", import_all),
        (f"import of {name}, files read, no label codes", import_read),
        (f"import of {name}, statements signed", append),
    ):
        yield _figure(work, len(statements), signatures, season.founding(), do)


def _figure(
    work: str,
    size: int,
    signatures: Sequence[Signature],
    founding: bytes,
    do: Callable[[Ledger], None],
) -> Figure:
    with tempfile.TemporaryDirectory(prefix="rice-benchmark-") as name:
        log_key = Ed25519SigningKey.from_seed(sha256(b"log").digest())
        ledger = Ledger.create(Path(name) / "ledger", log_key, founding=founding)
        try:
            ours = timed(lambda: do(ledger))
            assert ledger.size > ACCEPTED_MIN * size, "what is refused costs less"
        finally:
            ledger.close()
    theirs = timed(lambda: verify_bare(signatures))
    return Figure(
        work=work,
        size=size,
        measured=rate(size, ours.wall_s),
        against=f"bare verify {rate(size, theirs.wall_s)}",
        ratio=share(theirs.wall_s, ours.wall_s),
        cpu_ratio=share(theirs.cpu_s, ours.cpu_s),
        at_least=AIM,
        peak_mb=peak_mb(),
    )


def _no_labels(books: Books, row: PackedLot) -> acts.IssueLabels:
    root = sha256(trade.label_secret(books, row)).digest()
    return acts.IssueLabels(
        batch=row.lot,
        lot=books.packed_uri(row.lot),
        count=row.bags,
        number_digits=trade.label_batch(row).number_length,
        root=encoding.encode_base64(root),
    )


def _signatures(statements: Sequence[bytes], ring: _Ring) -> list[Signature]:
    keys = {}
    for key in ring.keys.values():
        raw = encoding.decode_base64url(key.public.jwk["x"])
        keys[key.public.kid] = Ed25519PublicKey.from_public_bytes(raw)
    return [
        Signature(keys[one.kid.rpartition("#")[2]], one.signing_input, one.signature)
        for data in statements
        for one in parse_statement(data).signatures
    ]


@contextmanager
def _unpacked(packed: Path) -> Iterator[Path]:
    """Give the folder of the season, unpacked for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="rice-benchmark-") as name, ZipFile(packed) as file:
        file.extractall(name)
        (folder,) = Path(name).iterdir()
        yield folder
