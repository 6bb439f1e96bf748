"""A phone without a network: its pages, its keys, its clock, and the phone next to it."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from api.main import create_app
from ledger.demo import PROGRAMME
from ledger.keyring import SampleKeyring
from ledger.log.statement import seal
from ledger.rice import acts
from tests.drawn import CLIPPED, FAINT
from tests.offline_days import AT_ONCE, Place, choose_lot, divide, fill, offline_place, sign, stored
from tests.workplaces import MILL, use_sample
from web.site import make_site
from web.static_files import STATIC, static_file
from web.workplace.frame import HOME
from web.workplace.words import LANGUAGES

VIET_NAM = timezone(timedelta(hours=7))
GROWER, TECHNICIAN = "htx-bo-tre", "htx-bo-tre-ky-thuat"
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const keys = await (await caches.open(name)).keys();
    found[name] = keys.map(({url}) => new URL(url).pathname + new URL(url).search);
  }
  return found;
}"""
SCRIPT_OF_PAGES = """async () => {
  const pages = await caches.open("rice-work-pages");
  const named = {};
  for (const request of await pages.keys()) {
    const found = /workplace\\.js\\?v=(\\w+)/.exec(await (await pages.match(request)).text());
    if (found) named[new URL(request.url).pathname] = found[1];
  }
  return named;
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with offline_place(tmp_path_factory.mktemp("device") / "ledger") as served:
        yield served


def test_a_device_without_a_key_keeps_nothing_but_that_there_is_no_network(
    place: Place, phone_page: Page
) -> None:
    page = phone_page
    page.goto(f"{place.address}{HOME}/{MILL}")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(f"{place.address}{HOME}/{MILL}/do/drying")
    page.wait_for_timeout(1_000)
    kept = page.evaluate(KEPT)
    assert {name.partition("?")[0] for name in kept["rice-work-pages"]} <= {
        f"{HOME}/offline",
        f"{HOME}/language",
    }
    page.context.set_offline(True)
    page.goto(f"{place.address}{HOME}/{MILL}")
    expect(page.locator("h1")).to_contain_text("chưa có trên máy")
    page.goto(f"{place.address}{HOME}/{MILL}?lang=en")
    expect(page.locator("h1")).to_contain_text("not on this device")


def test_pages_are_there_in_the_language_last_read_whatever_their_address_asks(
    place: Place, phone_page: Page
) -> None:
    page = phone_page
    place.open_for_work(page)
    lot = place.lots()["S5-DX-2026"].id
    page.goto(f"{place.address}{HOME}/{MILL}/do/sampling?lot={lot}")
    page.context.set_offline(True)
    page.goto(f"{place.address}{HOME}/{MILL}/do/sampling")
    expect(page.locator("#f-lot")).to_have_value("")
    page.goto(f"{place.address}{HOME}/{MILL}/do/sampling?lot={lot}")
    expect(page.locator("#f-lot")).to_have_value(lot)
    expect(page.locator(".age")).to_contain_text("Trang này theo số liệu lúc")
    # Only Vietnamese was kept: words in another language are better than none.
    page.goto(f"{place.address}{HOME}/{MILL}/do/sampling?lang=en")
    expect(page.locator("h1")).to_have_text("Lấy mẫu")


def test_a_lot_is_found_by_its_label_without_a_network(place: Place, phone_page: Page) -> None:
    page = phone_page
    place.open_for_work(page)
    page.context.set_offline(True)
    place.form(page, "sampling")
    lot = place.lots()["S6-DX-2026"].id
    page.click("[data-scan]")
    page.fill("#scan-typed", "NOTHING-1")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.signing .reason")).to_contain_text("không phải lô nào")
    page.fill("#scan-typed", f"{lot}?17=270101")
    page.keyboard.press("Enter")
    expect(page.locator("#f-lot")).to_have_value(lot)
    expect(page.locator("[data-left]")).to_contain_text("kg")


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that only the device knows."""
    for _ in range(AT_ONCE // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came true")


def test_a_new_version_replaces_the_old_without_mixing_them(
    place: Place, phone_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    old = STATIC["workplace.js"]
    monkeypatch.setattr(place.line, "app", place.line.app)
    newer = static_file("workplace.js", old.content + b"//2\n")
    monkeypatch.setitem(STATIC, "workplace.js", newer)
    assert set(page.evaluate(SCRIPT_OF_PAGES).values()) == {old.version}
    place.line.app = create_app(place.ledger, pages=make_site(place.ledger))
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    until(page, lambda: set(page.evaluate(SCRIPT_OF_PAGES).values()) == {newer.version})
    until(page, lambda: old.version not in str(page.evaluate(KEPT)["rice-work-files"]))
    context.set_offline(True)
    place.form(page, "drying")
    assert newer.version in (page.locator("script[src]").get_attribute("src") or "")


def test_a_line_that_is_cut_in_an_update_leaves_pages_with_their_own_script(
    place: Place, phone_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    old = STATIC["workplace.js"]
    # The new pages name a script that the server then has not: they are never kept half.
    newer = static_file("workplace.js", old.content + b"//3\n")
    monkeypatch.setitem(STATIC, "workplace.js", newer)
    fresh = create_app(place.ledger, pages=make_site(place.ledger))
    worker = page.request.get(f"{place.address}{HOME}/service.js").text()
    monkeypatch.setattr(place.line, "app", fresh)
    monkeypatch.setattr(type(newer), "answer", _gone)
    page.evaluate(
        "navigator.serviceWorker.getRegistration().then(one => one.update()).catch(() => 0)"
    )
    page.wait_for_timeout(1_500)
    assert worker != page.request.get(f"{place.address}{HOME}/service.js").text()
    context.set_offline(True)
    place.form(page, "drying")
    assert old.version in (page.locator("script[src]").get_attribute("src") or "")


def _gone(_self: object, _request: object) -> object:
    from starlette.responses import Response  # noqa: PLC0415

    return Response(status_code=503)


def test_forgetting_the_keys_forgets_the_pages_and_refuses_while_something_waits(
    place: Place, phone_page: Page
) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    context.set_offline(True)
    divide(page, place, "S1-DX-2026", "D81", 10)
    page.goto(f"{place.address}{HOME}")
    button = page.locator("#forget button")
    button.click()
    expect(page.locator("#forget .chip")).to_contain_text("Còn 1 phiếu")
    assert stored(page, "keys")
    context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden(timeout=AT_ONCE)
    button.click()
    expect(button).to_contain_text("Bấm lần nữa")
    button.click()
    expect(page.locator("#no-doors")).to_be_visible(timeout=AT_ONCE)
    assert stored(page, "keys") == []
    assert stored(page, "queue") == []
    assert [name for name in page.evaluate(KEPT)["rice-work-pages"] if MILL in name] == []


def revoke(place: Place, kid: str) -> None:
    act = acts.RevokeKey(kid=kid, reason="lost")
    key = SampleKeyring(PROGRAMME.origin).key(GROWER)
    data = seal(acts.write_act(act), typ="rice-act+jws", key=key, ledger=place.ledger.origin)
    place.ledger.append([data])


def test_a_key_that_was_revoked_is_told_and_what_it_signed_can_be_signed_again(
    place: Place, phone_page: Page
) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page, GROWER)
    technician = SampleKeyring(PROGRAMME.origin).key(TECHNICIAN).public.kid
    assert technician in {key["kid"] for key in stored(page, "keys")}
    place.form(page, "drainage", GROWER)
    context.set_offline(True)
    fill(page, "worked_m2", "1")
    expect(sign(page)).to_contain_text("giữ trên máy này")
    revoke(place, technician)
    place.queue(page)
    context.set_offline(False)
    refused = page.locator("li[data-state=refused]")
    expect(refused).to_contain_text(f"Khóa {technician} không còn hiệu lực", timeout=AT_ONCE)
    page.goto(f"{place.address}{HOME}/{GROWER}")
    until(page, lambda: (technician, "revoked") in states_of_keys(page))
    place.queue(page)
    refused.get_by_role("button", name="Ký lại y như vậy bằng khóa khác").click()
    dialog = page.locator("dialog.signing")
    expect(dialog).not_to_contain_text(technician)
    dialog.locator(".actions button").first.click()
    expect(page.locator("li[data-state=recorded]")).to_have_count(1, timeout=AT_ONCE)
    expect(page.locator("li[data-state=replaced]")).to_have_count(1)


def states_of_keys(page: Page) -> set[tuple[str, str]]:
    return {(key["kid"], key["state"]) for key in stored(page, "keys")}


_END_KEYS = """async (change) => {
  const asked = indexedDB.open("rice-ledger-work");
  const base = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  const writing = base.transaction("keys", "readwrite");
  const keys = writing.objectStore("keys");
  const all = keys.getAll();
  all.onsuccess = () => all.result.forEach((key) => keys.put({...key, ...change}));
  await new Promise((done) => (writing.oncomplete = done));
  base.close();
}"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "revoked"}, "đã bị tổ chức hủy"),
        ({"not_after": "2020-01-31T00:00:00Z"}, "đã hết hạn ngày 31/01/2020"),
        ({"only": ["sowing"]}, "chỉ dùng cho việc khác"),
    ],
    ids=["revoked", "expired", "bounded"],
)
def test_a_key_that_does_not_count_is_told_before_anybody_signs(
    place: Place, phone_page: Page, change: dict[str, object], said: str
) -> None:
    page = phone_page
    place.open_for_work(page)
    place.form(page, "stock_count")
    page.context.set_offline(True)
    page.evaluate(_END_KEYS, change)
    choose_lot(page, "S1-DX-2026")
    fill(page, "mass_g", "1")
    page.click("form.stating button[type=submit]")
    dialog = page.locator("dialog.signing")
    expect(dialog).to_contain_text(said)
    expect(dialog.locator(".actions button").first).to_be_disabled()
    dialog.get_by_role("button", name="Quay lại sửa").click()
    page.goto(f"{place.address}{HOME}/{MILL}")
    if "only" not in change:
        expect(page.locator("#device")).to_contain_text(said)
    assert stored(page, "queue") == []


@pytest.mark.parametrize("days", [-3, 2])
def test_a_clock_that_is_off_by_days_is_told_with_both_times_and_forms_use_the_ledgers(
    place: Place, phone_page: Page, days: int
) -> None:
    page = phone_page
    wrong = datetime.now(VIET_NAM) + timedelta(days=days)
    page.clock.install(time=wrong)
    use_sample(page, place.address, MILL)
    line = page.locator(".clock")
    expect(line).to_contain_text(f"{wrong:%d/%m/%Y}", timeout=AT_ONCE)
    expect(line).to_contain_text(f"{datetime.now(VIET_NAM):%d/%m/%Y}")
    expect(line).to_contain_text("quá 5 phút")
    page.goto(f"{place.address}{HOME}/{MILL}/do/stock_count")
    expect(page.locator("#f-at")).to_have_value(re.compile(f"{datetime.now(VIET_NAM):%Y-%m-%d}T"))
    page.fill("#f-at", f"{datetime.now(VIET_NAM) + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    choose_lot(page, "S1-DX-2026")
    fill(page, "mass_g", "1")
    page.click("form.stating button[type=submit]")
    expect(page.locator('[data-field="at"] .wrong')).to_contain_text("Giờ này chưa tới")


def test_statements_go_from_phone_to_phone_and_are_recorded_once(
    place: Place, phone_page: Page, other_phone_page: Page
) -> None:
    """The second phone has a network first; the first then gets the same receipts."""
    giver, taker = phone_page, other_phone_page
    place.open_for_work(giver)
    place.open_for_work(taker)
    giver.context.set_offline(True)
    taker.context.set_offline(True)
    divide(giver, place, "S5-DX-2026", "D90", 40)
    divide(giver, place, "S5-DX-2026", "D91", 30)
    giver.goto(f"{place.address}{HOME}/handover")
    giver.click("#handover-show button[type=submit]")
    expect(giver.locator("#showing svg.symbol")).to_be_visible()
    texts = read_screen(giver)
    taker.goto(f"{place.address}{HOME}/handover")
    random.Random(5).shuffle(texts)
    take(taker, texts[:-1])
    told = taker.locator("#handover-read [data-told]")
    expect(told).to_contain_text(f"Đã đọc {len(texts) - 1}/{len(texts)} mã")
    expect(told).to_contain_text("Còn thiếu")
    take(taker, ["https://gao.example/01/1", texts[-1]])
    expect(told).to_contain_text("Đã nhận 2 phiếu")
    place.form(taker, "sampling")
    expect(taker.locator("#f-lot option").filter(has_text="D90 ·")).to_contain_text("40 kg · chưa")
    before = place.ledger.size
    place.queue(taker)
    taker.context.set_offline(False)
    expect(taker.locator("li[data-state=recorded]")).to_have_count(2, timeout=AT_ONCE)
    place.queue(giver)
    giver.context.set_offline(False)
    expect(giver.locator("li[data-state=recorded]")).to_have_count(2, timeout=AT_ONCE)
    assert place.ledger.size == before + 2
    receipts = [
        {item["receipt"]["index"] for item in stored(one, "queue")} for one in (giver, taker)
    ]
    assert receipts[0] == receipts[1]


def read_screen(page: Page) -> list[str]:
    """Read every symbol that a screen shows in turn, as a camera would."""
    page.get_by_role("button", name="Dừng").click()
    counted = page.locator("#showing .amount").text_content() or ""
    texts = []
    for _ in range(int(counted.rpartition("/")[2])):
        shot = page.locator("#showing svg.symbol").screenshot()
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)))
        texts.append(str(found.text))
        page.get_by_role("button", name="Mã sau").click()
    assert len(set(texts)) == len(texts) > 1
    return texts


def take(page: Page, texts: list[str]) -> None:
    page.locator("#handover-read details").evaluate("one => { one.open = true; }")
    page.fill("#frames", "\n".join(texts))
    page.locator("#handover-read form button").click()


def test_what_is_unsent_travels_as_a_file(
    place: Place, phone_page: Page, other_phone_page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place.open_for_work(phone_page)
    phone_page.context.set_offline(True)
    divide(phone_page, place, "S3-DX-2026", "D95", 20)
    place.queue(phone_page)
    with phone_page.expect_download() as saving:
        phone_page.click("#export")
    file = tmp_path_factory.mktemp("file") / "unsent.json"
    saving.value.save_as(file)
    assert len(json.loads(file.read_text())["statements"]) == 1
    before = place.ledger.size
    # Anybody may deliver it: this phone has no key at all.
    place.queue(other_phone_page)
    other_phone_page.set_input_files("#import", file)
    expect(other_phone_page.locator("li[data-state=recorded]")).to_have_count(1, timeout=AT_ONCE)
    bent = tmp_path_factory.mktemp("file") / "bent.json"
    bent.write_text(file.read_text().replace(place.ledger.origin, "other.example/x"))
    for wrong, said in (
        (bent, "sổ khác"),
        (_photo(bent.with_suffix(".png")), "không có phiếu nào"),
    ):
        other_phone_page.set_input_files("#import", wrong)
        expect(other_phone_page.locator("#queue-told")).to_contain_text(said)
    phone_page.context.set_offline(False)
    expect(phone_page.locator("li[data-state=recorded]")).to_have_count(1, timeout=AT_ONCE)
    assert place.ledger.size == before + 1


def _photo(path: Path) -> Path:
    Image.new("RGB", (60, 60)).save(path)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_without_a_network_fit_any_screen_and_can_be_read(
    place: Place, phone_page: Page, language: str
) -> None:
    page = phone_page
    place.open_for_work(page)
    page.goto(f"{place.address}{HOME}/{MILL}?lang={language}")
    page.context.set_offline(True)
    divide(page, place, "S2-DX-2026", f"D99-{language}", 5)
    for path in ("queue", "handover", "offline", MILL):
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            page.goto(f"{place.address}{HOME}/{path}?lang={language}")
            page.wait_for_timeout(150)
            assert page.evaluate(CLIPPED) == [], (path, width)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(FAINT) == [], (path, scheme)
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden(timeout=AT_ONCE)
