"""The office at work in a browser: a file taken in, labels issued and printed, a dossier shared."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from ledger.cli.main import app
from ledger.rice.facts import Container
from ledger.service import Ledger
from tests.office_tools import (
    COOPERATIVE,
    MILL,
    UNLABELLED,
    before_slips,
    with_broken_cell,
    without_labels,
)
from tests.workplaces import use_sample, workplaces

AT_ONCE = 30_000
LABELS = 100
DROPPED = """async (text) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], "phieu can.csv", { type: "text/csv" }));
  const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
  document.getElementById("drop").dispatchEvent(event);
}"""


@contextmanager
def publishing(ledger: Ledger) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=ledger.publish_every, args=(0.5, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = Path(tmp_path_factory.mktemp("early")) / "ledger"
    with before_slips(folder) as made, publishing(made):
        yield made


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = Path(tmp_path_factory.mktemp("late")) / "ledger"
    with without_labels(folder) as made, publishing(made):
        yield made


def test_a_file_is_dropped_mended_signed_and_adds_nothing_a_second_time(
    desk_page: Page, early: Ledger
) -> None:
    page = desk_page
    with workplaces(early) as address:
        use_sample(page, address, COOPERATIVE)
        page.goto(f"{address}/workplace/{COOPERATIVE}/imports")
        page.select_option("#season", "DX-2026")
        page.evaluate(DROPPED, with_broken_cell().decode())
        mend = page.locator("[data-mend][data-line='2'][data-was='hai bốn']")
        expect(mend).to_be_visible(timeout=AT_ONCE)
        expect(page.locator("#sign-place > button")).to_contain_text("68")
        mend.fill("24.5")
        page.click("#try-again")
        expect(page.locator("#sign-place > button")).to_contain_text("69", timeout=AT_ONCE)
        page.click(".of-kind > summary")
        page.click(".sayings details >> nth=0")
        expect(page.locator(".sayings .told >> nth=0")).to_contain_text("PC26-0001")
        before = early.size
        page.click("#sign-place > button")
        expect(page.locator("#sign-place .chip.green")).to_contain_text("69", timeout=AT_ONCE)
        assert early.size == before + 69
        page.evaluate(DROPPED, with_broken_cell().replace("hai bốn".encode(), b"24.5").decode())
        expect(page.locator(".tallies")).to_contain_text("69 dòng đã có trong sổ", timeout=AT_ONCE)
        expect(page.locator("#sign-place > button")).to_have_count(0)
        assert early.size == before + 69


def test_labels_are_issued_by_the_device_and_every_symbol_printed_reads(
    desk_page: Page, late: Ledger, tmp_path: Path
) -> None:
    page = desk_page
    with workplaces(late) as address:
        use_sample(page, address, MILL)
        page.goto(f"{address}/workplace/{MILL}/labels")
        page.click(f"main a:has-text('{UNLABELLED}')")
        page.fill("#count", str(LABELS))
        page.click("#issue-labels button")
        page.locator("dialog .actions button").first.click(timeout=AT_ONCE)
        expect(page.locator("#print-labels")).to_be_visible(timeout=AT_ONCE)
        page.select_option("#p-layout", "a4-3x7")
        page.click("#print-labels button")
        link = page.locator("#print-labels + .told-here a")
        expect(link).to_be_visible(timeout=AT_ONCE)
        with page.expect_download() as download:
            link.click()
        file = tmp_path / "labels.pdf"
        download.value.save_as(file)
        page.click("#print-labels button")
        expect(page.locator("#print-labels + .told-here .red")).to_be_visible(timeout=AT_ONCE)
    read = {text for sheet in pypdfium2.PdfDocument(file) for text in symbols_on(sheet)}
    assert len(read) == LABELS
    assert all(f"/10/{UNLABELLED}/21/" in text for text in read)
    _, gtin, _, lot, _, serial = min(read).split("/")[-6:]
    late.publish()
    assert late.judge(gtin, lot, serial).bag is not None


def symbols_on(sheet: pypdfium2.PdfPage) -> list[str]:
    picture = sheet.render(scale=300 / 72).to_pil().convert("L")
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_a_dossier_is_made_shared_opened_without_keys_and_ended(
    desk_page: Page, other_phone_page: Page, late: Ledger, tmp_path: Path
) -> None:
    page, buyer = desk_page, other_phone_page
    with late.reading() as view:
        number = next(one.number for one in view.every(Container, "container"))
    with workplaces(late) as address:
        use_sample(page, address, MILL)
        page.goto(f"{address}/workplace/{MILL}/shipments/{number}")
        page.select_option("#days", "30")
        page.click("#make-dossier button")
        shared = page.locator("#make-dossier + .told-here input")
        expect(shared).to_be_visible(timeout=AT_ONCE)
        link = shared.input_value()
        for language in ("vi", "en", "fr", "id", "ja", "zh"):
            buyer.goto(f"{link}?lang={language}")
            expect(buyer.locator("h1")).to_contain_text(number)
        with buyer.expect_download() as download:
            buyer.click("a[download]")
        file = tmp_path / "dossier.zip"
        download.value.save_as(file)
        page.click("#show-shares")
        page.click("#shares button")
        expect(page.locator("#shares button")).to_have_count(0)
        ended, never = buyer.request.get(link), buyer.request.get(f"{address}/share/{'0' * 40}")
        assert (ended.status, never.status) == (404, 404)
        assert ended.text().replace(link[-40:], "") == never.text().replace("0" * 40, "")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    (bundle, *_) = tmp_path.glob("lots/*/bundle-*.json")
    asked = ["verify", str(bundle), "--trust", str(tmp_path / "trust.json"), "--json"]
    assert '"integrity": "pass"' in CliRunner().invoke(app, asked).output
