"""The workplaces of the demo season, served for real: pages, JSON face and ledger on one port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from api.main import create_app
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.season import Season
from ledger.service import Ledger
from tests.drawn import serving
from web.site import make_site

MILL = "luong-thuc-song-hau-xanh"


@contextmanager
def demo_ledger(folder: Path) -> Iterator[Ledger]:
    """Give the ledger of the demo season, published again whenever it grows."""
    keyring = SampleKeyring(PROGRAMME.origin)
    season = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    ledger = Ledger.create(folder, keyring.key("log"), founding=season.founding())
    take_in(ledger, season)
    for batch, secret in season.label_secrets():
        if ledger.has_labels(batch.lot):
            ledger.disclose_labels(batch.lot, secret)
    ledger.publish()
    stop = threading.Event()
    publishing = threading.Thread(target=ledger.publish_every, args=(0.5, stop))
    publishing.start()
    try:
        yield ledger
    finally:
        stop.set()
        publishing.join()
        ledger.close()


@contextmanager
def workplaces(ledger: Ledger) -> Iterator[str]:
    """Serve a ledger with its pages; give the address."""
    with serving(create_app(ledger, pages=make_site(ledger))) as address:
        yield address


def use_sample(page: Page, address: str, actor: str) -> None:
    """Take the sample key of an organisation into a browser, as somebody who tries it does."""
    page.goto(f"{address}/workplace")
    page.select_option("#sample", actor)
    page.click("#use-sample button")
    page.wait_for_url(f"**/workplace/{actor}")
