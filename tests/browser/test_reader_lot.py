"""The checking page given a lot file: code after code is held against it, with no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from msgspec import structs
from playwright.sync_api import Page, expect

from ledger.proof.lot_file import DIGEST_BYTES, LABELS_MAX, digests_hash
from tests.drawn import CLIPPED, FAINT
from tests.vectors.make import FOLDER as BUNDLES
from tests.vectors_lotfile.cases import ANEW, code_of, scene
from tests.vectors_lotfile.make import FOLDER
from web.catalogs import CATALOGS, LANGUAGES, Language
from web.verifier_page import make_verifier
from web.words import Voice

NO_LOT_FILE = "no-lot-file_fail"
VECTORS = sorted({each.parent.name for each in FOLDER.glob("*/verdict.json")} - {NO_LOT_FILE})
READY = "issued"
NAMES = {language: CATALOGS[language]["language"] for language in LANGUAGES}
EN = Voice("en")
BUNDLE = (BUNDLES / "one-bag" / "bundle.json").read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reader-lot")


def read(vector: str, name: str) -> str:
    return (FOLDER / vector / name).read_text(encoding="utf-8").rstrip("\n")


def show(page: Page, folder: Path, vector: str = READY, language: Language = "en") -> None:
    """Open the page from a file, with the trust and at the moment of a vector."""
    file = folder / f"{vector}.html"
    file.write_bytes(make_verifier((FOLDER / vector / "trust.json").read_bytes()))
    page.clock.set_fixed_time(read(vector, "at.txt"))
    page.goto(file.as_uri())
    page.get_by_role("button", name=NAMES[language]).click()


def give(page: Page, data: bytes, field: str = "#lot") -> None:
    page.set_input_files(
        field, {"name": "a.lot", "mimeType": "application/octet-stream", "buffer": data}
    )


def open_lot(page: Page, vector: str = READY) -> None:
    give(page, (FOLDER / vector / "file.lot").read_bytes())
    expect(page.locator("#judge-code")).to_be_visible()


def ask(page: Page, code: str) -> str:
    """Type a code, have it judged, and return the headline."""
    page.locator("#code").fill(code)
    page.locator("#judge-code").click()
    expect(page.locator("#result")).to_be_focused()
    return page.locator(".verdict[data-headline]").get_attribute("data-headline") or ""


@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_is_shown_with_its_words(phone_page: Page, folder: Path, name: str) -> None:
    show(phone_page, folder, name)
    asked: list[str] = []
    phone_page.on("request", lambda request: asked.append(request.url))
    open_lot(phone_page, name)
    due = json.loads(read(name, "verdict.json"))
    assert ask(phone_page, read(name, "code.txt")) == due["headline"]
    for language in LANGUAGES:
        phone_page.get_by_role("button", name=NAMES[language]).click()
        voice = Voice(language)
        key = f"offline.headline.{due['headline']}"
        since = voice.moment(due["as_of"]) if due["as_of"] else ""
        told = phone_page.locator("#result").inner_text()
        title = phone_page.locator(".verdict h1").inner_text()
        assert title == CATALOGS[language][key].replace("{since}", since)
        assert CATALOGS[language][f"{key}.about"].replace("{since}", since) in told
        if due["why"]:
            assert CATALOGS[language][f"offline.why.{due['why']}"] in told
        if due["state"]:
            assert CATALOGS[language][f"offline.voided.{due['state']}"] in told
        for limit in due["limits"]:
            said = CATALOGS[language][f"offline.limit.{limit}"].replace("{since}", since)
            assert (said in told) == bool(due["as_of"] or limit != "later")
        assert "…" not in told
        assert phone_page.locator("#result .notice").count() == len(due["notices"])
        assert (CATALOGS[language]["compare.title"] in told) == (due["bag"] is not None)
        assert (CATALOGS[language]["reader.lot.stale"] in told) == due["is_stale"]
    assert not phone_page.locator("#result .green").count()
    assert all(url.startswith("blob:") for url in asked), asked


def test_what_to_compare_and_how_old_it_is(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    ask(phone_page, code_of(7))
    told = phone_page.locator("#result").inner_text()
    for said in ("Low-emission rice, 25 kg", "Bag 7 of 20", "Song Hau Xanh", "10 Apr 2026"):
        assert said in told
    assert CATALOGS["en"]["reader.hours"].replace("{n}", "1") in told
    show(phone_page, folder, "issued-long-ago")
    open_lot(phone_page, "issued-long-ago")
    ask(phone_page, code_of(7))
    days = json.loads(read("issued-long-ago", "verdict.json"))["age_hours"] // 24
    aged = CATALOGS["en"]["reader.days"].replace("{n}", str(days))
    assert aged in phone_page.locator("#result").inner_text()


def test_one_code_after_another_takes_no_second_reading(phone_page: Page, folder: Path) -> None:
    phone_page.add_init_script(
        """globalThis.told = { judges: 0, files: 0, read: 0 };
        const { postMessage } = Worker.prototype;
        Worker.prototype.postMessage = function (question, handed) {
          told.files += question.lot ? 1 : 0;
          return postMessage.call(this, question, handed);
        };
        globalThis.Worker = class extends Worker {
          constructor(address) { super(address); told.judges += 1; }
        };
        const { arrayBuffer } = Blob.prototype;
        Blob.prototype.arrayBuffer = function () { told.read += 1; return arrayBuffer.call(this); };
        """
    )
    show(phone_page, folder)
    open_lot(phone_page)
    expect(phone_page.locator("#code")).to_be_focused()
    assert ask(phone_page, code_of(7)) == "issued"
    assert "Bag 7 of 20" in phone_page.locator("#result").inner_text()
    phone_page.locator("#code").press_sequentially("0")
    # What is said of one bag never stands beside the code of the next.
    assert not phone_page.locator(".verdict").count()
    assert EN.say("reader.lot.ready") in phone_page.locator("#result").inner_text()
    assert ask(phone_page, code_of(8)) == "issued"
    assert "Bag 8 of 20" in phone_page.locator("#result").inner_text()
    assert ask(phone_page, code_of(9)[:-1]) == "mistyped"
    assert ask(phone_page, code_of(1, ANEW, 5)) == "not_in_lot"
    assert phone_page.evaluate("told") == {"judges": 1, "files": 1, "read": 1}


def test_codes_asked_in_haste_are_answered_in_turn(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    phone_page.evaluate(
        """codes => { for (const code of codes) {
          document.getElementById("code").value = code;
          document.getElementById("judge-code").click();
        } }""",
        [code_of(number) for number in range(1, 21)],
    )
    expect(phone_page.locator("#result")).to_contain_text("Bag 20 of 20")
    assert ask(phone_page, code_of(3)) == "issued"


def test_a_photo_is_judged_at_once_and_a_short_link_by_its_code(
    phone_page: Page, folder: Path
) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    serial = code_of(7).replace("-", "")
    phone_page.evaluate(
        """code => { globalThis.createImageBitmap = async () => null;
          globalThis.BarcodeDetector = class {
          async detect() { return [{ rawValue: code }]; } }; }""",
        f"https://rice.example/v/{serial}",
    )
    give(phone_page, b"GIF89a", "#photo")
    expect(phone_page.locator(".verdict")).to_have_attribute("data-headline", "issued")
    assert "Bag 7 of 20" in phone_page.locator("#result").inner_text()
    assert ask(phone_page, f"https://rice.example/v/{code_of(7)[:-1]}0") == "mistyped"


def test_a_lot_of_eight_million_labels_is_read_once(phone_page: Page, folder: Path) -> None:
    lot = scene()
    first, *_ = lot.facts.batches
    digests = bytes(LABELS_MAX * DIGEST_BYTES)
    batch = structs.replace(first, count=LABELS_MAX, digests=digests_hash(digests))
    lot.facts = structs.replace(lot.facts, batches=(batch,), stops=())
    lot.digests = [digests]
    large = folder / "large.lot"
    large.write_bytes(lot.file())
    show(phone_page, folder)
    phone_page.set_input_files("#lot", large)
    expect(phone_page.locator("#judge-code")).to_be_visible(timeout=20_000)
    assert EN.number(LABELS_MAX) in phone_page.locator("#result").inner_text()
    assert ask(phone_page, code_of(1)) == "not_in_lot"
    with large.open("ab") as file:
        file.write(bytes(2_000_000))
    phone_page.set_input_files("#lot", large)
    expect(phone_page.locator("#result")).to_have_text(EN.say("reader.lot.large"))
    large.unlink()


@pytest.mark.parametrize(
    ("field", "data", "key"),
    [
        ("#lot", b"", "reader.lot.other"),
        ("#lot", b"Dear buyer,", "reader.lot.other"),
        ("#lot", (FOLDER / NO_LOT_FILE / "file.lot").read_bytes(), "reader.lot.other"),
        ("#lot", BUNDLE, "reader.lot.evidence"),
        ("#file", (FOLDER / READY / "file.lot").read_bytes(), "reader.lot.given"),
    ],
)
def test_a_file_in_the_wrong_place_is_told_in_words(
    phone_page: Page, folder: Path, field: str, data: bytes, key: str
) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    give(phone_page, data, field)
    expect(phone_page.locator("#result")).to_have_text(EN.say(key))
    # What was there before is gone, so that no code is held against a file that was replaced.
    expect(phone_page.locator("#judge-code")).to_be_hidden()


@pytest.mark.parametrize(
    ("vector", "why"),
    [
        ("cut-short_fail", "unreadable"),
        ("of-other-ledger_fail", "not_signed"),
        ("founded-otherwise_fail", "other_ledger"),
        ("digest-changed_fail", "digests_changed"),
        ("clock-behind", "clock_behind"),
    ],
)
def test_a_file_not_to_rely_on_says_so_before_any_code(
    phone_page: Page, folder: Path, vector: str, why: str
) -> None:
    show(phone_page, folder, vector)
    open_lot(phone_page, vector)
    told = phone_page.locator(".verdict").inner_text()
    assert CATALOGS["en"][f"offline.why.{why}"] in told
    assert not phone_page.get_by_text(EN.say("reader.lot.ready")).count()


def test_evidence_after_a_lot_is_judged_as_before(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    ask(phone_page, code_of(7))
    give(phone_page, BUNDLE, "#file")
    expect(phone_page.locator(".checks details")).to_have_count(5)
    title = phone_page.locator("#code-title")
    expect(title).to_have_text(EN.say("reader.code.title"))


def test_what_is_typed_stays_text(phone_page: Page, folder: Path) -> None:
    show(phone_page, folder)
    open_lot(phone_page)
    hostile = "<img src=x onerror=document.title=1>"
    assert ask(phone_page, hostile) == "mistyped"
    assert phone_page.get_by_text(hostile, exact=True).count() == 1
    assert not phone_page.locator("#result img").count()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_any_screen(phone_page: Page, folder: Path, language: Language, width: int) -> None:
    phone_page.set_viewport_size({"width": width, "height": 640})
    for vector in ("recalled-by-number", "link-of-other-lot", "voided"):
        show(phone_page, folder, vector, language)
        open_lot(phone_page, vector)
        ask(phone_page, read(vector, "code.txt"))
        # A link is longer than its field, which scrolls.
        phone_page.evaluate("document.getElementById('code').value = ''")
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width
        assert phone_page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out(
    desk_page: Page, folder: Path, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    for vector in ("issued-long-ago", "recalled"):
        show(desk_page, folder, vector)
        open_lot(desk_page, vector)
        ask(desk_page, read(vector, "code.txt"))
        assert desk_page.evaluate(FAINT) == []
