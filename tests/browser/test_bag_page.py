from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page

from ledger.proof.rules import HEADLINES
from ledger.rice.labels import format_code
from tests.drawn import CLIPPED, FAINT, serving
from tests.verdicts import PATH, SERIAL, Bench
from web.catalogs import CATALOGS, LANGUAGES, Language
from web.pages import make_pages

NARROW = 320
"""The narrowest screen that must not scroll sideways (WCAG 2.2, 1.4.10)."""
LONGEST = ("vi", "fr")
"""Languages with the longest lines, which stand for the others where there is room."""
DESK_FROM = 900
"""Pixels from which the pages are laid out for a desk."""


@dataclass(frozen=True, slots=True)
class Served:
    """The pages on a port of this machine, and the judge behind them."""

    address: str
    bench: Bench

    def open(self, page: Page, headline: str, language: str) -> None:
        """Show a page; the console must stay silent where the bag is found."""
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        self.bench.headline = headline
        page.goto(f"{self.address}{PATH}?lang={language}")
        assert not [line for line in said if "status of 40" not in line]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    bench = Bench()
    with serving(make_pages(bench)) as address:
        yield Served(address, bench)


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize(
    ("page", "language"),
    [
        *(("phone_page", language) for language in LANGUAGES),
        *(("desk_page", language) for language in LONGEST),
    ],
    indirect=["page"],
)
@pytest.mark.parametrize("headline", HEADLINES)
def test_the_verdict_is_seen_first_and_whole(
    served: Served, page: Page, headline: str, language: str
) -> None:
    served.open(page, headline, language)
    assert page.viewport_size is not None
    height, width = page.viewport_size["height"], page.viewport_size["width"]
    box = page.locator(".verdict").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < height / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for across in {width, NARROW} if width < DESK_FROM else {width}:
        page.set_viewport_size({"width": across, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= across
        assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_matters_of_a_verified_bag_fits_a_small_phone(
    served: Served, phone_page: Page, language: str
) -> None:
    served.open(phone_page, "verified", language)
    box = phone_page.locator(".who").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 640


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("headline", HEADLINES)
def test_every_word_stands_out_from_its_ground(
    served: Served, desk_page: Page, headline: str, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    served.open(desk_page, headline, "vi")
    desk_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert desk_page.evaluate(FAINT) == []


def test_what_is_faint_or_clipped_is_noticed(served: Served, phone_page: Page) -> None:
    served.open(phone_page, "verified", "en")
    phone_page.evaluate("""() => {
      document.querySelector('.product').style.color = '#999';
      document.querySelector('.big').style.cssText = 'white-space: nowrap; font-size: 40px';
    }""")
    assert len(phone_page.evaluate(FAINT)) == 1
    assert phone_page.evaluate(CLIPPED)


def test_what_can_be_touched_is_large_enough_and_has_a_name(
    served: Served, phone_page: Page
) -> None:
    served.open(phone_page, "verified", "en")
    phone_page.locator(".languages summary").click()
    for target in phone_page.locator("a:not(.skip), button, summary, input").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48
        assert target.inner_text().strip()
    assert phone_page.get_by_role("link", name="Save the evidence").count() == 1
    drawings = phone_page.locator("[role=img]")
    assert drawings.count() == 2
    assert all(drawing.get_attribute("aria-label") for drawing in drawings.all())


def test_a_keyboard_finds_the_way_and_sees_where_it_is(served: Served, desk_page: Page) -> None:
    served.open(desk_page, "verified", "en")
    desk_page.keyboard.press("Tab")
    assert desk_page.evaluate("document.activeElement.className") == "skip"
    focused = "getComputedStyle(document.activeElement).outlineWidth"
    for _ in range(12):
        desk_page.keyboard.press("Tab")
        assert desk_page.evaluate(focused) == "3px"


def test_a_check_opens_to_its_findings(served: Served, phone_page: Page) -> None:
    served.open(phone_page, "verified", "en")
    finding = phone_page.get_by_text("No lot on the way gave more rice than it held.")
    assert not finding.is_visible()
    phone_page.get_by_text("Path and weight add up").click()
    assert finding.is_visible()


def test_a_code_can_be_typed_and_the_language_changed(served: Served, phone_page: Page) -> None:
    served.bench.headline = "verified"
    phone_page.goto(f"{served.address}/")
    phone_page.get_by_label("Mã trên bao").fill(format_code(SERIAL).lower())
    phone_page.get_by_role("button", name="Kiểm tra mã").click()
    assert phone_page.get_by_role("heading", level=1).inner_text() == "Hồ sơ hợp lệ"
    assert phone_page.url == f"{served.address}{PATH}"
    phone_page.get_by_role("navigation").get_by_text("Tiếng Việt").first.click()
    phone_page.get_by_role("link", name="English").click()
    assert phone_page.get_by_role("heading", level=1).inner_text() == "Record verified"
    phone_page.get_by_role("link", name="Rice ledger").click()
    assert phone_page.url == f"{served.address}/?lang=en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_prints_on_a4_and_leaves_nothing_out(
    served: Served, desk_page: Page, language: Language
) -> None:
    served.open(desk_page, "certificate_suspended", language)
    paper = pypdfium2.PdfDocument(desk_page.pdf(prefer_css_page_size=True))
    assert [round(side) for side in paper[0].get_size()] == [595, 842]
    text = "".join(page.get_textpage().get_text_range() for page in paper)
    # A line may break inside any word; what is left when breaks are taken out must be there.
    bare = re.sub(r"\s", "", text)
    for key in ("headline.certificate_suspended", "compare.title", "checks.title", "limits.3"):
        assert re.sub(r"\s", "", CATALOGS[language][key]) in bare, key
    assert "CN-DX26-001" in text


def test_on_paper_everything_folded_is_laid_open(served: Served, desk_page: Page) -> None:
    served.open(desk_page, "verified", "en")
    finding = desk_page.get_by_text("No lot on the way gave more rice than it held.")
    desk_page.emulate_media(media="print")
    assert finding.is_visible()
    assert not desk_page.get_by_role("link", name="Save the evidence").is_visible()
