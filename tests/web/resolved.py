"""Ledgers for tests of the resolver: a certified season with labels, and a season with pallets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs
from starlette.types import ASGIApp

from api.main import create_app
from ledger.errors import LedgerError
from ledger.folder import Config
from ledger.rice import acts
from ledger.rice.scopes import read_scope
from ledger.service import Ledger
from tests.certified_season import Season
from tests.kept import kept
from tests.tables import play
from tests.test_tracing import STORY
from tests.vectors import small_harvest
from tests.world import lot, registration, role, season, words
from web.pages import make_pages

HOST = "r.example"
ROOT = f"https://{HOST}"
GTIN, LOT = small_harvest.BAGGED, small_harvest.LOT
SERIAL = small_harvest.serial(7)
BAG = f"/01/{GTIN}/10/{LOT}/21/{SERIAL}"
GLN = "9521234100027"
TRADED = "09521234000303"


def faces(ledger: Ledger) -> ASGIApp:
    """Return both faces of a ledger, as they are served."""
    ledger.config = Config(origin=ledger.origin, resolver=ROOT)
    return create_app(ledger, pages=make_pages(ledger, resolver=ROOT), clock=ledger._clock)


@contextmanager
def certified(folder: Path) -> Iterator[ASGIApp]:
    """Serve a ledger of twenty bags with a mark."""
    told = Season(folder)
    yield faces(told.ledger)
    told.ledger.close()


@contextmanager
def traded(folder: Path) -> Iterator[ASGIApp]:
    """Serve a ledger with pallets, a lot recalled twice, a lot on hold, and a mill with a GLN."""
    world = season()
    play(world, STORY)
    ledger = kept(world, folder)
    scope = read_scope("area:A001")
    recall = acts.Recall(lots=(lot("P1"),), reason=words("dư lượng"), contact="1900", scope=scope)
    again = acts.Recall(lots=(lot("P1"),), reason=words("mọt"), contact="1901", scope=scope)
    hold = acts.Hold(lots=(lot("Q1"),), reason=words("chờ"), scope=scope)
    mill = structs.replace(
        registration("may-3", role("mill"), commune="31231"),
        name=acts.LocalText(vi="Nhà máy <b>Ba</b>", en="Mill <b>Three</b>"),
        gln=GLN,
    )
    said = [("xa", recall), ("xa", again), ("xa", hold), ("so+may-3", mill)]
    answers = ledger.append([world.sign(who, body) for who, body in said])
    assert not [str(answer) for answer in answers if isinstance(answer, LedgerError)]
    ledger.publish()
    yield faces(ledger)
    ledger.close()
