"""The pages for work without a network as axe-core judges them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.test_accessibility import Judge, axe
from tests.drawn import serving
from tests.kept import kept
from tests.world import season
from web.site import make_site
from web.workplace.frame import HOME
from web.workplace.words import LANGUAGES

__all__ = ["axe"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ledger = kept(season(), tmp_path_factory.mktemp("judged") / "book")
    with serving(make_site(ledger)) as served:
        yield served
    ledger.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page_name", ["", "/offline", "/queue", "/handover"])
def test_a_page_can_be_used_by_everybody(
    axe: Judge,
    address: str,
    phone_page: Page,
    page_name: str,
    language: str,
) -> None:
    phone_page.goto(f"{address}{HOME}{page_name}?lang={language}")
    assert axe.find_faults(phone_page) == []


def test_the_icons_of_the_app_are_of_the_sizes_it_says(address: str, phone_page: Page) -> None:
    manifest = phone_page.request.get(f"{address}{HOME}/manifest.webmanifest").json()
    assert len(manifest["icons"]) == 3
    for one in manifest["icons"]:
        answer = phone_page.request.get(address + one["src"])
        assert answer.headers["content-type"] == one["type"]
        assert "{}x{}".format(*Image.open(io.BytesIO(answer.body())).size) == one["sizes"]
