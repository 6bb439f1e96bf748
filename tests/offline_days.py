"""A line to the ledger that is cut in every way, and what a person does on a phone meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.main import create_app
from ledger.rice.facts import Lot
from ledger.service import Ledger
from tests.drawn import serving
from tests.workplaces import MILL, demo_ledger, use_sample
from web.site import make_site
from web.workplace.frame import HOME
from web.workplace.stock import short_name

AT_ONCE = 20_000
KEPT = "Các mẫu đã có trên máy"


@dataclass
class Line:
    """Stands before the server; so many answers are lost after the server has done its work."""

    app: ASGIApp
    lose: int = 0
    answer: tuple[int, dict[bytes, bytes]] | None = None
    taken: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked, as the line allows."""
        if scope["type"] != "http" or scope["path"] != "/entries" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        if self.answer:
            status, headers = self.answer
            await send(
                {"type": "http.response.start", "status": status, "headers": [*headers.items()]}
            )
            await send({"type": "http.response.body", "body": b"<html>busy</html>"})
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.taken.append(body)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        if self.lose:
            self.lose -= 1

            async def lost(_message: Message) -> None:
                return None

            await self.app(scope, again, lost)
            msg = "the line is lost before the answer"
            raise ConnectionAbortedError(msg)
        await self.app(scope, again, send)


@dataclass(frozen=True)
class Place:
    """A ledger, the line to it, and where it is."""

    ledger: Ledger
    line: Line
    address: str

    def lots(self, actor: str = MILL) -> dict[str, Lot]:
        """Return the lots an organisation holds, by their numbers."""
        with self.ledger.reading() as view:
            held = [lot for lot in view.every(Lot, "lot") if lot.left_g]
        return {
            short_name(lot.id): lot for lot in held if lot.holder == actor and lot.form == "paddy"
        }

    def open_for_work(self, page: Page, actor: str = MILL) -> None:
        """Take a sample key, and wait until the forms are on the device."""
        use_sample(page, self.address, actor)
        expect(page.locator("#kept")).to_contain_text(KEPT, timeout=AT_ONCE)

    def form(self, page: Page, kind: str, actor: str = MILL) -> None:
        """Open the form of a step."""
        page.goto(f"{self.address}{HOME}/{actor}/do/{kind}")
        page.locator("form.stating[data-event]").wait_for()

    def queue(self, page: Page) -> Locator:
        """Open the page of what a device signed; its items."""
        page.goto(f"{self.address}{HOME}/queue")
        page.locator("#queue").wait_for(state="attached")
        return page.locator("#queue > li")


@contextmanager
def offline_place(folder: Path) -> Iterator[Place]:
    """Serve the demo season behind a line."""
    with demo_ledger(folder) as ledger:
        line = Line(create_app(ledger, pages=make_site(ledger)))
        with serving(line) as address:
            yield Place(ledger, line, address)


def fill(page: Page, name: str, value: str) -> None:
    page.fill(f'[data-field="{name}"] input:not([type="file"])', value)


def choose_lot(page: Page, number: str, field_name: str = "lot") -> None:
    """Choose a lot by its number, as the list writes it."""
    select = page.locator(f'[data-field="{field_name}"] select[data-forms]').first
    label = select.locator("option").filter(has_text=f"{number} ·").first.text_content()
    assert label is not None
    select.select_option(label=label)


def sign(page: Page) -> Locator:
    """Look at a form and sign it; what became of it."""
    page.click("form.stating button[type=submit]")
    page.locator("dialog.signing .actions button").first.click()
    told = page.locator(".outcome")
    expect(told).to_be_visible(timeout=AT_ONCE)
    return told


def divide(page: Page, place: Place, source: str, number: str, kilograms: int) -> Locator:
    """Take an amount out of a lot as a lot of its own."""
    place.form(page, "dividing")
    choose_lot(page, source, "inputs")
    page.fill('[data-field="inputs"] [name=amount]', str(kilograms))
    lot_of = place.lots()[source]
    page.select_option('[data-field="outputs"] [name=product]', lot_of.gtin)
    page.fill('[data-field="outputs"] [name=code]', number)
    page.fill('[data-field="outputs"] [name=amount]', str(kilograms))
    return sign(page)


def dry(page: Page, place: Place, source: str, number: str, taken: int, made: int) -> Locator:
    """Dry an amount of a lot into another."""
    place.form(page, "drying")
    choose_lot(page, source, "inputs")
    page.fill('[data-field="inputs"] [name=amount]', str(taken))
    page.fill('[data-field="lot"] [name=code]', number)
    fill(page, "mass_g", str(made))
    fill(page, "moisture_ppt", "13,5")
    return sign(page)


def sample(page: Page, place: Place, source: str, kilograms: str, number: str) -> Locator:
    """Take a sample of a lot."""
    place.form(page, "sampling")
    choose_lot(page, source)
    fill(page, "mass_g", kilograms)
    fill(page, "sample", number)
    return sign(page)


def stored(page: Page, store: str) -> list[dict[str, Any]]:
    """Return what a device keeps, as it lies in the browser's database."""
    kept: list[dict[str, Any]] = page.evaluate(
        """async (store) => {
          const asked = indexedDB.open("rice-ledger-work");
          const base = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
          const all = base.transaction(store).objectStore(store).getAll();
          const items = await new Promise((done) => (all.onsuccess = () => done(all.result)));
          base.close();
          return items.map(({ privateKey, ...rest }) => rest);
        }""",
        store,
    )
    return kept
