"""The checking page, opened from a disk: it judges what it is given, and asks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ledger.rice.labels import format_code
from tests.drawn import CLIPPED, FAINT, serving
from tests.phones import OF_HEADLINES, VectorBench, make_site
from tests.vectors.make import FOLDER
from web.catalogs import CATALOGS, LANGUAGES, Language
from web.verifier_page import make_verifier
from web.words import Voice

TYPICAL = FOLDER / "one-bag"
BUNDLE = (TYPICAL / "bundle.json").read_bytes()
SERIAL = json.loads(BUNDLE)["serial"]
TRUST = (TYPICAL / "trust.json").read_bytes()
NAMES = {language: CATALOGS[language]["language"] for language in LANGUAGES}
EN = Voice("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reader")


def show(page: Page, folder: Path, vector: str = "one-bag", language: Language = "en") -> None:
    """Open the page from a file, with the trust and at the moment of a vector."""
    file = folder / f"{vector}.html"
    file.write_bytes(make_verifier((FOLDER / vector / "trust.json").read_bytes()))
    page.clock.set_fixed_time((FOLDER / vector / "at.txt").read_text().rstrip("\n"))
    page.goto(file.as_uri())
    page.get_by_role("button", name=NAMES[language]).click()


def give(page: Page, data: bytes) -> None:
    page.set_input_files(
        "#file", {"name": "bag.bundle.json", "mimeType": "application/json", "buffer": data}
    )


def headline(page: Page) -> str:
    return page.locator(".verdict[data-headline]").get_attribute("data-headline") or ""


@pytest.mark.parametrize("name", OF_HEADLINES)
def test_every_verdict_is_shown_with_its_words(phone_page: Page, folder: Path, name: str) -> None:
    show(phone_page, folder, OF_HEADLINES[name])
    asked: list[str] = []
    phone_page.on("request", lambda request: asked.append(request.url))
    give(phone_page, (FOLDER / OF_HEADLINES[name] / "bundle.json").read_bytes())
    assert headline(phone_page) == name
    for language in LANGUAGES:
        phone_page.get_by_role("button", name=NAMES[language]).click()
        title = phone_page.locator(".verdict h1").inner_text()
        assert title == CATALOGS[language][f"headline.{name}"]
        assert phone_page.locator(".checks details").count() == 5
    assert all(url.startswith("blob:") for url in asked), asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_any_screen(phone_page: Page, folder: Path, language: Language, width: int) -> None:
    phone_page.set_viewport_size({"width": width, "height": 640})
    show(phone_page, folder, OF_HEADLINES["recalled"], language)
    for is_judged in (False, True):
        if is_judged:
            phone_page.locator("#code").fill("0000-0000")
            give(phone_page, (FOLDER / OF_HEADLINES["recalled"] / "bundle.json").read_bytes())
            headline(phone_page)
        phone_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width
        assert phone_page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out(
    desk_page: Page, folder: Path, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    show(desk_page, folder)
    give(desk_page, BUNDLE)
    headline(desk_page)
    desk_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert desk_page.evaluate(FAINT) == []


def test_evidence_can_be_pasted(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    phone_page.get_by_text(EN.say("reader.paste")).click()
    phone_page.get_by_label(EN.say("reader.text")).fill(f"\n{BUNDLE.decode()} \n")
    phone_page.get_by_role("button", name=EN.say("reader.judge")).click()
    assert headline(phone_page) == "verified"
    expect(phone_page.locator("#result")).to_be_focused()


def test_the_code_on_the_bag_is_held_against_the_evidence(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    give(phone_page, BUNDLE)
    headline(phone_page)
    code = phone_page.get_by_label(EN.say("reader.code.label"))
    code.fill(format_code(SERIAL).lower())
    assert phone_page.get_by_text(EN.say("reader.samebag")).is_visible()
    code.fill("0000 1111 2222 3333")
    assert EN.say("reader.otherbag") in phone_page.get_by_role("alert").inner_text()
    code.fill("???")
    assert phone_page.get_by_text(EN.say("reader.code.odd")).is_visible()
    code.fill(f"https://rice.example/01/09521234000303/10/L%2F1/21/{SERIAL}")
    assert phone_page.get_by_text(EN.say("reader.samebag")).is_visible()
    link = phone_page.get_by_role("link", name=EN.say("reader.fetch"))
    address = f"https://rice.example/bundles/09521234000303/L%2F1/{SERIAL}"
    assert link.get_attribute("href") == address


def test_a_photo_is_read_where_the_browser_can(phone_page: Page, folder: Path) -> None:
    pixel = bytes.fromhex(
        "47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b"
    )
    photo: FilePayload = {"name": "a.gif", "mimeType": "image/gif", "buffer": pixel}
    phone_page.add_init_script("delete globalThis.BarcodeDetector;")
    show(phone_page, folder)
    phone_page.set_input_files("#photo", photo)
    expect(phone_page.get_by_text(EN.say("reader.photo.unable"))).to_be_visible()
    phone_page.evaluate(
        """code => { globalThis.BarcodeDetector = class {
          async detect() { return code ? [{ rawValue: code }] : []; } }; }""",
        format_code(SERIAL),
    )
    phone_page.set_input_files("#photo", photo)
    expect(phone_page.locator("#code")).to_have_value(format_code(SERIAL))


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "reader.other"),
        (b"Dear buyer,", "reader.other"),
        (b"\x89PNG\r\n\xff\x00", "reader.other"),
        (b"[" * 1_000_000, "reader.other"),
        (b'"rice-ledger/bundle@v1"' + b" " * 16_000_000, "reader.large"),
    ],
)
def test_what_is_no_bundle_is_refused_in_words(
    phone_page: Page, folder: Path, data: bytes, key: str
) -> None:
    show(phone_page, folder)
    give(phone_page, data)
    expect(phone_page.locator("#result")).to_have_text(EN.say(key))


def test_a_file_that_cannot_be_read_leaves_no_verdict_standing(
    phone_page: Page, folder: Path
) -> None:
    show(phone_page, folder)
    give(phone_page, BUNDLE)
    assert headline(phone_page)
    phone_page.evaluate("() => { File.prototype.arrayBuffer = () => Promise.reject(Error()); }")
    give(phone_page, BUNDLE)
    expect(phone_page.locator("#result")).to_have_text(EN.say("reader.other"))


@pytest.mark.parametrize(
    "data",
    [
        BUNDLE[:-1],
        BUNDLE.replace(b'"gtin":"0', b'"gtin":"1', 1),
        BUNDLE.replace(b'"lot":"', b'"lot":"<img src=x onerror=document.title=1>', 1),
        b'{"bundle":"rice-ledger/bundle@v1","x":' + b"[" * 15_000_000,
        b'{"bundle":"rice-ledger/bundle@v1","x":"' + b"<script>" * 1_900_000 + b'"}',
        b'{"__proto__":{"polluted":1},"bundle":"rice-ledger/bundle@v1"}',
    ],
)
def test_a_hostile_bundle_never_runs_or_hangs(phone_page: Page, folder: Path, data: bytes) -> None:
    show(phone_page, folder)
    title = phone_page.title()
    give(phone_page, data)
    # The page answers while the judge is at work.
    phone_page.get_by_label(EN.say("reader.code.label")).fill(SERIAL)
    assert headline(phone_page) == "damaged"
    assert phone_page.title() == title
    assert phone_page.evaluate("({}).polluted") is None
    assert not phone_page.locator("#result img, #result script").count()


def test_names_that_look_like_a_page_stay_text(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    hostile = "<img src=x onerror=document.title=1><script>document.title=1</script>"
    phone_page.evaluate(
        """name => {
          Object.defineProperty(Worker.prototype, 'onmessage', { set(take) {
            this.addEventListener('message', ({ data }) => {
              data.verdict.bag.packer.name = { vi: name, en: name };
              data.verdict.bag.product = { vi: name, en: name };
              take({ data });
            });
          } });
        }""",
        hostile,
    )
    give(phone_page, BUNDLE)
    assert headline(phone_page) == "verified"
    assert phone_page.get_by_text(hostile, exact=True).count() == 2
    assert phone_page.title() == EN.say("reader.title")


def test_it_is_the_same_file_each_time_and_another_for_another_trust() -> None:
    page = make_verifier(TRUST)
    make_verifier.cache_clear()
    assert make_verifier(TRUST) == page
    assert make_verifier(TRUST.replace(b'"fresh_hours":', b'"fresh_hours":1')) != page


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(make_site(VectorBench())) as served:
        yield served


def test_a_ledger_serves_it_with_its_own_trust(phone_page: Page, address: str) -> None:
    phone_page.clock.set_fixed_time((TYPICAL / "at.txt").read_text().rstrip("\n"))
    phone_page.goto(f"{address}/verifier?lang=en")
    assert EN.say("verifier.published.none") in phone_page.locator("main").inner_text()
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 360
    phone_page.goto(f"{address}/verify.html")
    give(phone_page, BUNDLE)
    assert headline(phone_page) == "verified"
