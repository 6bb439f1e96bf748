"""Ledgers of the demo season as offices find them: before the slips, or with one lot unlabelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.season import Season
from ledger.service import Ledger, utc_now
from ledger.unsigned import Labelling

COOPERATIVE = "htx-kenh-xang"
MILL = "luong-thuc-song-hau-xanh"
UNLABELLED = "L260419A"
SEASON = "DX-2026"
SLIPS = SEASON_FOLDER / "weigh_tickets.csv"
KEYRING = SampleKeyring(PROGRAMME.origin)
_BEFORE_SLIPS = (
    *("organisations", "products", "planting_areas", "area_events", "inspections", "contracts"),
    "baselines",
)


@contextmanager
def before_slips(folder: Path) -> Iterator[Ledger]:
    """Give a ledger in which everybody and all land is known and nothing was harvested."""
    tables = read_season(SEASON_FOLDER)
    known = {kind: tables[kind] for kind in _BEFORE_SLIPS}
    season = Season(known, PROGRAMME, KEYRING)
    ledger = Ledger.create(folder, KEYRING.key("log"), founding=season.founding(), clock=utc_now)
    take_in(ledger, season)
    ledger.publish()
    yield ledger
    ledger.close()


@contextmanager
def without_labels(folder: Path) -> Iterator[Ledger]:
    """Give the ledger of the whole season, in which the bags of one lot have no labels yet."""
    season = Season(read_season(SEASON_FOLDER), PROGRAMME, KEYRING)
    ledger = Ledger.create(folder, KEYRING.key("log"), founding=season.founding(), clock=utc_now)
    drafts = [draft for draft, _ in season.drafts() if not _is_of(draft.body)]
    ledger.submit(drafts).result()
    for batch, secret in season.label_secrets():
        if ledger.has_labels(batch.lot):
            ledger.disclose_labels(batch.lot, secret)
    ledger.publish()
    yield ledger
    ledger.close()


def _is_of(body: object) -> bool:
    return isinstance(body, Labelling) and body.name == UNLABELLED


def with_broken_cell() -> bytes:
    """Return the season's slips with words where the moisture of the first one stood."""
    text = SLIPS.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if COOPERATIVE in line)
    return text.replace(first, first.replace("24.5", "hai bốn", 1)).encode()
