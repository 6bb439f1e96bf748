"""The pages as axe-core judges them, by WCAG 2.2 at level AA."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from ledger.proof.rules import HEADLINES
from tests.certifying_pages import PAGES as CERTIFYING
from tests.certifying_pages import serving_certifier
from tests.drawn import serving
from tests.mill_season import MILL as SMALL_MILL
from tests.mill_season import PATHS, mill, worked
from tests.office_tools import MILL, UNLABELLED, with_broken_cell, without_labels
from tests.requirements import require
from tests.traced_pages import TARGETS, serving_traced_pages
from tests.verdicts import PATH, SERIAL, Bench
from tests.workplaces import use_sample, workplaces
from web.catalogs import LANGUAGES
from web.pages import make_pages

TOOLS = Path(__file__).parent / "axe"
Scheme = Literal["light", "dark"]
WAYS: tuple[tuple[str, Scheme], ...] = (("vi", "light"), ("en", "dark"))
LEVEL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What axe cannot decide it leaves open ("incomplete"); only what it found counts here.
RUN = """async tags => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  if (!found.passes.length) return ['nothing was judged'];
  return found.violations.flatMap(one => one.nodes.map(
    node => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
ABOUT_NO_BAG = (
    *("/", "/nowhere", "/01/1", f"/check?code={SERIAL[:5]}", "/recall/1"),
    *TARGETS,
)


@dataclass(frozen=True, slots=True)
class Judge:
    """axe-core at the version of the lock file, as the text of a script."""

    script: str

    def find_faults(self, page: Page) -> list[str]:
        """Return what a page fails in, with everything that folds laid open."""
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        page.evaluate(self.script)
        faults: list[str] = page.evaluate(RUN, LEVEL)
        return faults


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    require(shutil.which("npm"), "Node is needed: install nodejs and npm")
    folder = tmp_path_factory.mktemp("tools") / "axe"
    shutil.copytree(TOOLS, folder)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr
    return Judge((folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="module")
def bags(bench: Bench) -> Iterator[str]:
    with serving(make_pages(bench)) as address:
        yield address


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_traced_pages(tmp_path_factory.mktemp("judged")) as address:
        yield address


@pytest.fixture(scope="module")
def certifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_certifier(tmp_path_factory.mktemp("certifier")) as served:
        yield served.address


@pytest.mark.parametrize("target", CERTIFYING)
def test_a_certifiers_page_can_be_read_by_everybody(
    phone_page: Page, axe: Judge, certifier: str, target: str
) -> None:
    phone_page.goto(f"{certifier}{target}{'&' if '?' in target else '?'}lang=vi")
    assert axe.find_faults(phone_page) == []


@pytest.fixture(scope="module")
def mill_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mill(tmp_path_factory.mktemp("worked"), worked()) as (_, address):
        yield f"{address}/workplace/{SMALL_MILL}"


@pytest.mark.parametrize("language", ["vi", "ja"])
@pytest.mark.parametrize("headline", HEADLINES)
def test_every_verdict_can_be_read_by_everybody(
    axe: Judge, bags: str, bench: Bench, phone_page: Page, headline: str, language: str
) -> None:
    bench.headline = headline
    phone_page.goto(f"{bags}{PATH}?lang={language}")
    assert axe.find_faults(phone_page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verdict_can_be_read_in_every_language_by_day_and_night(
    axe: Judge,
    bags: str,
    bench: Bench,
    desk_page: Page,
    language: str,
    scheme: Scheme,
) -> None:
    bench.headline = "certificate_suspended"
    desk_page.emulate_media(color_scheme=scheme)
    desk_page.goto(f"{bags}{PATH}?lang={language}")
    assert axe.find_faults(desk_page) == []


@pytest.mark.parametrize("language", ["vi", "fr"])
@pytest.mark.parametrize("target", ABOUT_NO_BAG)
def test_every_other_page_can_be_read_by_everybody(
    axe: Judge, book: str, phone_page: Page, target: str, language: str
) -> None:
    phone_page.goto(f"{book}{target}{'&' if '?' in target else '?'}lang={language}")
    assert axe.find_faults(phone_page) == []


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("office") / "ledger"
    with without_labels(folder) as ledger, workplaces(ledger) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_office_can_be_used_by_everybody(
    axe: Judge, office: str, phone_page: Page, language: str, scheme: Literal["light", "dark"]
) -> None:
    page = phone_page
    page.emulate_media(color_scheme=scheme)
    use_sample(page, office, MILL)
    here = f"{office}/workplace/{MILL}"
    page.goto(f"{here}/imports?lang={language}")
    slips = {"name": "slips.csv", "mimeType": "text/csv", "buffer": with_broken_cell()}
    page.set_input_files("#file", slips)  # type: ignore[arg-type]
    page.wait_for_selector("#tried-report")
    assert axe.find_faults(page) == []
    for below in ("labels", "shipments"):
        page.goto(f"{here}/{below}")
        assert axe.find_faults(page) == []
    page.goto(f"{here}/labels")
    page.click("main a:has-text('L260417A')")
    assert axe.find_faults(page) == []
    page.goto(f"{here}/labels")
    page.click(f"main a:has-text('{UNLABELLED}')")
    assert axe.find_faults(page) == []
    page.goto(f"{here}/shipments")
    page.locator("main .doors a").first.click()
    page.select_option("#days", "7")
    page.click("#make-dossier button")
    page.wait_for_selector("#make-dossier + .told-here input")
    link = page.input_value("#make-dossier + .told-here input")
    assert axe.find_faults(page) == []
    page.goto(f"{link}?lang={language}")
    assert axe.find_faults(page) == []
    page.goto(f"{office}/share/none?lang={language}")
    assert axe.find_faults(page) == []


@pytest.mark.parametrize(
    ("path", "language", "scheme"),
    [(path, *way) for path, way in zip(PATHS, cycle(WAYS), strict=False)],
)
def test_a_mill_can_be_worked_in_by_everybody(
    axe: Judge, mill_at: str, phone_page: Page, path: str, language: str, scheme: Scheme
) -> None:
    phone_page.emulate_media(color_scheme=scheme)
    phone_page.goto(f"{mill_at}{path}{'&' if '?' in path else '?'}lang={language}")
    phone_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert axe.find_faults(phone_page) == []


def test_a_fault_is_found(axe: Judge, bags: str, bench: Bench, phone_page: Page) -> None:
    bench.headline = "verified"
    phone_page.goto(f"{bags}{PATH}?lang=en")
    phone_page.evaluate("""() => {
      document.documentElement.removeAttribute('lang');
      document.querySelector('.sketch').removeAttribute('aria-label');
      document.querySelector('.product').style.color = '#aaa';
    }""")
    found = {fault.partition(":")[0] for fault in axe.find_faults(phone_page)}
    assert found == {"html-has-lang", "svg-img-alt", "color-contrast"}
