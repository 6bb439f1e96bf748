"""A day's work on a phone whose network comes and goes: nothing is lost, and nothing sent twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.offline_days import (
    AT_ONCE,
    Place,
    choose_lot,
    divide,
    dry,
    fill,
    offline_place,
    sample,
    sign,
    stored,
)
from tests.workplaces import MILL
from web.workplace.frame import HOME


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with offline_place(tmp_path_factory.mktemp("offline") / "ledger") as served:
        yield served


def test_three_steps_that_build_on_each_other_wait_and_are_recorded_in_order(
    place: Place, phone_page: Page
) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    place.form(page, "dividing")
    context.set_offline(True)
    before = place.ledger.size
    expect(divide(page, place, "S1-DX-2026", "D1", 6_000)).to_contain_text("giữ trên máy này")
    # The lot that was made a minute ago is there to choose, and marked.
    place.form(page, "drying")
    made = page.locator('[data-field="inputs"] option').filter(has_text="D1 ·")
    expect(made.first).to_have_text("D1 · Lúa · 6.000 kg · chưa vào sổ")
    source = page.locator('[data-field="inputs"] option').filter(has_text="S1-DX-2026 ·")
    expect(source.first).to_contain_text("1.068.740 kg · chưa vào sổ")
    dry(page, place, "D1", "K1", 6_000, 5_800)
    sample(page, place, "K1", "1,5", "M-1")
    items = place.queue(page)
    page.reload()
    expect(items).to_have_count(3)
    expect(page.locator("#queue > li[data-state=waiting]")).to_have_count(3)
    expect(page.locator("#unsent")).to_have_text("3 phiếu chờ gửi")
    page.goto(f"{place.address}{HOME}/{MILL}")
    expect(page.locator("#fresh li")).to_contain_text(["D1 · Lúa · 0 kg", "K1 · Lúa · 5.798,5 kg"])
    assert place.ledger.size == before
    place.queue(page)
    context.set_offline(False)
    expect(page.locator("#queue > li[data-state=recorded]")).to_have_count(3, timeout=AT_ONCE)
    kept = sorted(stored(page, "queue"), key=lambda item: item["number"])
    assert [item["receipt"]["index"] for item in kept] == [before, before + 1, before + 2]
    assert [item["kind"] for item in kept] == ["dividing", "drying", "sampling"]
    expect(page.locator("#unsent")).to_be_hidden()


def test_an_answer_that_was_lost_is_asked_for_again(place: Place, phone_page: Page) -> None:
    place.open_for_work(phone_page)
    before = place.ledger.size
    place.line.lose = 1
    place.line.taken.clear()
    expect(divide(phone_page, place, "S2-DX-2026", "D20", 1_000)).to_contain_text("giữ trên máy")
    assert place.ledger.size == before + 1
    place.queue(phone_page)
    phone_page.click("#send-now")
    expect(phone_page.locator("li[data-state=recorded]")).to_be_visible(timeout=AT_ONCE)
    assert place.ledger.size == before + 1
    assert len(place.line.taken) >= 2
    assert len(set(place.line.taken)) == 1


@pytest.mark.parametrize("status", [200, 302, 403, 429, 503])
def test_whatever_is_no_answer_of_the_ledger_changes_nothing(
    place: Place, phone_page: Page, status: int
) -> None:
    """A page of a hotel's network, a busy server: the statement waits, and goes out afterwards."""
    place.open_for_work(phone_page)
    before = place.ledger.size
    place.line.answer = (status, {b"content-type": b"text/html", b"retry-after": b"1"})
    try:
        divide(phone_page, place, "S3-DX-2026", f"D3{status}", 100)
        place.queue(phone_page)
        expect(phone_page.locator("li[data-state=waiting]")).to_have_count(1)
        expect(phone_page.locator("#queue-pause")).to_contain_text("Thử lại sau")
        assert place.ledger.size == before
    finally:
        place.line.answer = None
    phone_page.wait_for_timeout(1_100)
    phone_page.click("#send-now")
    expect(phone_page.locator("li[data-state=recorded]")).to_be_visible(timeout=AT_ONCE)
    assert place.ledger.size == before + 1


def test_a_refusal_stays_until_it_is_mended_and_what_builds_on_it_waits(
    place: Place, phone_page: Page
) -> None:
    """Signed on a page that is out of date: more is taken than is left. The words say so."""
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    context.set_offline(True)
    left = place.lots()["S4-DX-2026"].left_g // 1000
    divide(page, place, "S4-DX-2026", "D4", left + 5)
    dry(page, place, "D4", "K4", left, left - 100)
    sample(page, place, "S5-DX-2026", "1", "M-5")
    items = place.queue(page)
    context.set_offline(False)
    expect(page.locator("li[data-state=refused]")).to_have_count(1, timeout=AT_ONCE)
    # What has nothing to do with it goes out; what builds on it waits, and says for what.
    expect(page.locator("li[data-state=recorded]")).to_have_count(1, timeout=AT_ONCE)
    expect(page.locator("li[data-state=held]")).to_contain_text("Chờ phiếu số 1")
    refused = page.locator("li[data-state=refused]")
    expect(refused).to_contain_text("S4-DX-2026")
    expect(refused).not_to_contain_text("_")
    page.reload()
    expect(items).to_have_count(3)
    expect(page.locator("#unsent")).to_have_text("1 phiếu cần xem lại")
    refused.get_by_role("link", name="Sửa rồi ký lại").click()
    page.locator("form.stating[data-replaces]").wait_for()
    amounts = page.locator(
        '[data-field="inputs"] [name=amount], [data-field="outputs"] [name=amount]'
    )
    expect(amounts.first).to_have_value(str(left + 5))
    expect(page.locator('[data-field="outputs"] [name=code]')).to_have_value("D4")
    for amount in amounts.all():
        amount.fill(str(left))
    expect(sign(page)).to_contain_text("Đã ghi vào sổ")
    place.queue(page)
    expect(page.locator("li[data-state=recorded]")).to_have_count(3, timeout=AT_ONCE)
    expect(page.locator("li[data-state=replaced]")).to_have_count(1)
    expect(page.locator("#unsent")).to_be_hidden()
    events = {
        item["kind"]: json.loads(item["payload"])["eventID"] for item in stored(page, "queue")
    }
    assert len(events) == 3


def test_what_was_put_aside_stays_and_lets_the_others_go(place: Place, phone_page: Page) -> None:
    page, context = phone_page, phone_page.context
    place.open_for_work(page)
    context.set_offline(True)
    lots = place.lots()
    left = lots["S6-DX-2026"].left_g // 1000
    sample(page, place, "S6-DX-2026", str(left + 1), "M-6")
    sample(page, place, "S6-DX-2026", "1", "M-7")
    place.queue(page)
    context.set_offline(False)
    refused = page.locator("li[data-state=refused]")
    expect(refused).to_have_count(1, timeout=AT_ONCE)
    expect(page.locator("li[data-state=held]")).to_have_count(1)
    refused.get_by_role("button", name="Cất riêng").click()
    expect(page.locator("li[data-state=aside]")).to_have_count(1)
    page.click("#send-now")
    expect(page.locator("li[data-state=recorded]")).to_have_count(1, timeout=AT_ONCE)
    page.reload()
    expect(page.locator("li[data-state=aside]")).to_contain_text("vẫn nằm trên máy")


def test_two_pages_of_one_device_send_nothing_twice(place: Place, phone_page: Page) -> None:
    context = phone_page.context
    place.open_for_work(phone_page)
    other = context.new_page()
    context.set_offline(True)
    for number, page in enumerate([phone_page, other, phone_page]):
        divide(page, place, "S1-DX-2026", f"D7{number}", 50)
    place.queue(phone_page)
    place.queue(other)
    place.line.taken.clear()
    before = place.ledger.size
    context.set_offline(False)
    for page in (phone_page, other):
        expect(page.locator("li[data-state=recorded]")).to_have_count(3, timeout=AT_ONCE)
    assert place.ledger.size == before + 3
    assert len(place.line.taken) == len(set(place.line.taken)) == 3


def test_a_double_click_signs_once(place: Place, phone_page: Page) -> None:
    place.open_for_work(phone_page)
    before = place.ledger.size
    place.form(phone_page, "sampling")
    choose_lot(phone_page, "S1-DX-2026")
    fill(phone_page, "mass_g", "1")
    fill(phone_page, "sample", "M-9")
    phone_page.dblclick("form.stating button[type=submit]")
    expect(phone_page.locator("dialog.signing")).to_have_count(1)
    phone_page.locator("dialog.signing .actions button").first.dblclick()
    expect(phone_page.locator(".outcome")).to_contain_text("Đã ghi", timeout=AT_ONCE)
    assert place.ledger.size == before + 1
    assert len(stored(phone_page, "queue")) == 1
