"""What makes the workplaces an app: manifest, icons, and the worker with its build."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image
from starlette.types import ASGIApp

from tests.conversation import ask
from tests.kept import kept
from tests.world import season
from web.site import make_site
from web.static_files import STATIC, static_file
from web.workplace.frame import HOME
from web.workplace.icons import icon
from web.workplace.offline import worker


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    ledger = kept(season(), tmp_path_factory.mktemp("app") / "book")
    yield make_site(ledger)
    ledger.close()


def test_a_phone_finds_all_that_an_app_needs(site: ASGIApp) -> None:
    for language in ("vi", "en"):
        answer = ask(site, f"{HOME}/manifest.webmanifest?lang={language}")
        assert answer.headers["content-type"] == "application/manifest+json"
        assert "set-cookie" not in answer.headers
        said = json.loads(answer.text)
        assert said["lang"] == language
        assert {said["start_url"], said["scope"], said["id"]} == {HOME}
        assert {one["purpose"] for one in said["icons"]} == {"any", "maskable"}
    assert ask(site, f"{HOME}/icons/7.png").status == 404


def test_the_worker_may_look_after_the_door_and_is_asked_for_anew(site: ASGIApp) -> None:
    answer = ask(site, f"{HOME}/service.js")
    assert answer.headers["service-worker-allowed"] == HOME
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.startswith("const BUILD = {")


def test_pages_that_only_a_device_fills_are_the_same_for_everybody(site: ASGIApp) -> None:
    for path in ("/offline", "/handover", "/queue"):
        answer = ask(site, f"{HOME}{path}")
        assert answer.status == 200
        assert 'rel="manifest"' in answer.text


def test_icons_have_their_sizes_and_fill_what_a_phone_cuts() -> None:
    for side, is_cut in ((192, False), (512, False), (512, True)):
        image = Image.open(io.BytesIO(icon(side, is_cut=is_cut))).convert("RGBA")
        assert image.size == (side, side)
        corner, stem = image.getpixel((1, 1)), image.getpixel((side // 2, side * 5 // 8))
        assert stem == (255, 255, 255, 255)
        assert corner == ((23, 105, 58, 255) if is_cut else (0, 0, 0, 0))


def test_the_worker_is_another_whenever_a_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    before = worker()
    assert before == worker()
    monkeypatch.setitem(STATIC, "style.css", static_file("style.css", b"/* other */"))
    assert worker() != before
