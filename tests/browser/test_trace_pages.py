"""The pages that follow rice, as a browser draws them: nothing clipped or faint, also on A4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page

from tests.drawn import CLIPPED, FAINT
from tests.test_tracing import NUMBER
from tests.traced_pages import TARGETS, serving_traced_pages
from web.catalogs import LANGUAGES

A4 = (595, 842)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_traced_pages(tmp_path_factory.mktemp("drawn")) as served:
        yield served


def show(page: Page, address: str, target: str, language: str) -> None:
    page.goto(f"{address}{target}{'&' if '?' in target else '?'}lang={language}")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


@pytest.mark.parametrize(
    ("screen", "language"),
    [
        *(("phone_page", language) for language in LANGUAGES),
        *(("desk_page", language) for language in ("vi", "fr")),
    ],
)
@pytest.mark.parametrize("target", TARGETS)
def test_a_page_fits_its_screen(
    request: pytest.FixtureRequest, address: str, screen: str, target: str, language: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    show(page, address, target, language)
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("target", TARGETS)
def test_every_word_stands_out_from_its_ground(
    desk_page: Page, address: str, target: str, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    show(desk_page, address, target, "vi")
    assert desk_page.evaluate(FAINT) == []


def test_a_question_is_put_and_turned_round(phone_page: Page, address: str) -> None:
    phone_page.goto(f"{address}/affected?lang=en")
    phone_page.get_by_label("What").select_option("area")
    phone_page.get_by_label("Its name").fill("A001/DX-2026")
    phone_page.get_by_role("button", name="Show the list").click()
    assert phone_page.get_by_role("heading", level=1).inner_text() == "Affected list"
    assert phone_page.get_by_text(NUMBER).first.is_visible()
    phone_page.get_by_role("link", name="Where it came from").click()
    assert phone_page.get_by_role("heading", level=1).inner_text() == "Where it came from"
    assert phone_page.get_by_role("table").count() == 1


def test_the_list_of_a_recall_prints_on_a4(desk_page: Page, address: str) -> None:
    show(desk_page, address, "/recall/52", "vi")
    paper = pypdfium2.PdfDocument(desk_page.pdf(prefer_css_page_size=True))
    assert [round(side) for side in paper[0].get_size()] == list(A4)
    text = "".join(page.get_textpage().get_text_range() for page in paper)
    for told in ("Thông báo thu hồi", "0292 000 000", NUMBER, "09521234000303/P1"):
        assert told in text
    assert "XLSX" not in text, "buttons are not printed"
