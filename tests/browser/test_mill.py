"""A mill at work on a phone: from a lot on its way to bags, a slip put right, a lot recalled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Page, expect

from ledger.rice.facts import F, Lot, find
from ledger.service import Ledger
from tests.drawn import CLIPPED
from tests.mill_season import GTINS, MILL, NUMBER, lot, mill

WAIT_MS = 15_000


class Clerk:
    """Somebody at the mill with a phone that holds the sample key."""

    def __init__(self, page: Page, address: str, ledger: Ledger) -> None:
        self.page = page
        self.ledger = ledger
        self._base = f"{address}/workplace/{MILL}"
        page.goto(f"{address}/workplace")
        page.select_option("#sample", MILL)
        page.click("#use-sample button")
        page.wait_for_url(f"**/workplace/{MILL}")

    def open(self, path: str = "") -> None:
        """Open a page of the mill; nothing of it is cut off or pushes it wider than the phone."""
        self.page.goto(self._base + path)
        self.page.wait_for_timeout(150)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert self.page.evaluate(CLIPPED) == [], path

    def write(self, field: str, text: str) -> None:
        """Type into a field of the form."""
        self.page.locator(f'[data-field="{field}"] [name=value]').fill(text)

    def value(self, field: str) -> str:
        """Return what stands in a field."""
        return self.page.locator(f'[data-field="{field}"] [name=value]').input_value()

    def shows(self, field: str, text: str) -> None:
        """See that a field is filled in so."""
        expect(self.page.locator(f'[data-field="{field}"] [name=value]')).to_have_value(text)

    def sign(self) -> None:
        """Look it over, sign it, and see that it was recorded."""
        self.sign_in("form.stating[data-kind]")

    def sign_in(self, form: str) -> None:
        """Do so with one form of several."""
        self.page.locator(f"{form} button[type=submit]").first.click()
        size = self.ledger.size
        dialog = self.page.locator("dialog.signing")
        dialog.get_by_role("button", name="Ký và ghi vào sổ").click()
        for _ in range(WAIT_MS // 50):
            if self.ledger.size > size:
                break
            self.page.wait_for_timeout(50)
        expect(dialog).to_have_count(0)
        expect(self.page.locator(".outcome")).to_contain_text("Đã ghi vào sổ", timeout=WAIT_MS)

    def lot(self, name: str) -> Lot:
        """Return a lot as the ledger knows it."""
        return self.fact(Lot, f"lot:{name}")

    def fact(self, kind: type[F], key: str) -> F:
        """Return a fact of the ledger."""
        with self.ledger.reading() as view:
            found = find(view, kind, key)
        assert found is not None, key
        return found


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory, kept_page: Page) -> Iterator[Clerk]:
    with mill(tmp_path_factory.mktemp("mill")) as (ledger, address):
        yield Clerk(kept_page, address, ledger)


def test_what_is_on_its_way_is_the_first_thing_to_do(clerk: Clerk) -> None:
    clerk.open()
    clerk.page.get_by_role("link", name="L1").first.click()
    clerk.page.wait_for_url("**/do/receiving**")
    expect(clerk.page.locator('[data-field="mass_g"] input')).to_have_value("10.000")
    assert clerk.page.locator('[data-field="handed_over_by"] select').input_value()


def test_a_lot_is_received_dried_milled_and_packed(clerk: Clerk) -> None:
    clerk.open("/do/receiving?lot=" + lot("paddy", "L1").replace("/", "%2F"))
    clerk.write("mass_g", "9.990")
    clerk.write("moisture_ppt", "25,0")
    clerk.write("ticket", "0231")
    expect(clerk.page.locator("[data-sums]")).to_contain_text("10.000")
    clerk.sign()
    assert clerk.lot(lot("paddy", "L1")).holder == MILL
    clerk.shows("mass_g", "")
    clerk.shows("moisture_ppt", "25,0")

    clerk.open("/do/drying?lot=" + lot("paddy", "L1").replace("/", "%2F"))
    expect(clerk.page.locator(".row [name=amount]")).to_have_value("9.990")
    clerk.page.locator("[data-new] [name=code]").fill("S1")
    clerk.write("mass_g", "8.700")
    clerk.write("moisture_ppt", "14")
    clerk.sign()
    assert clerk.lot(lot("paddy", "S1")).left_g == 8_700_000

    clerk.open("/do/milling?lot=" + lot("paddy", "S1").replace("/", "%2F"))
    clerk.page.locator('[data-field="inputs"] .row [name=amount]').fill("8.000")
    rows = clerk.page.locator('[data-field="outputs"] .row')
    for place, mass in enumerate(("6.400", "200", "600", "1.400")):
        rows.nth(place).locator("[name=code]").fill("X1")
        rows.nth(place).locator("[name=amount]").fill(mass)
    clerk.write("moisture_ppt", "14")
    expect(clerk.page.locator("[data-sums]")).to_contain_text("sổ sẽ không nhận")
    rows.nth(0).locator("[name=amount]").fill("4.400")
    expect(clerk.page.locator("[data-sums]")).to_contain_text("57,5")
    expect(clerk.page.locator('[data-field="custody"] select')).to_have_value("segregated")
    clerk.sign()
    assert clerk.lot(lot("head_rice", "X1")).left_g == 4_400_000

    clerk.open("/do/packing?lot=" + lot("head_rice", "X1").replace("/", "%2F"))
    clerk.shows("bags", "880")
    clerk.write("bags", "800")
    clerk.page.locator("[data-new] [name=code]").fill("P1")
    expect(clerk.page.locator(".row [name=amount]")).to_have_value("4.000")
    packed, best = clerk.value("packed_on"), clerk.value("best_before_on")
    assert packed[:4] < best[:4]
    clerk.sign()
    assert clerk.lot(lot("packed", "P1")).bags_left == 800


def test_a_silo_that_stands_is_added_to(clerk: Clerk) -> None:
    clerk.open("/do/receiving?lot=" + lot("paddy", "L2").replace("/", "%2F"))
    clerk.write("ticket", "0232")
    clerk.sign()
    clerk.open("/do/drying?lot=" + lot("paddy", "L2").replace("/", "%2F"))
    clerk.page.locator("[name=into]").select_option(lot("paddy", "S1"))
    expect(clerk.page.locator("[data-new]")).to_be_hidden()
    clerk.write("mass_g", "6.900")
    clerk.write("moisture_ppt", "14")
    clerk.sign()
    assert clerk.lot(lot("paddy", "S1")).left_g == 7_600_000


def test_pallets_go_into_a_container_under_codes_that_follow_each_other(clerk: Clerk) -> None:
    clerk.open("/do/palletising?lot=" + lot("packed", "P1").replace("/", "%2F"))
    clerk.write("bags", "200")
    clerk.write("pallet", "095212340000000013")
    clerk.sign()
    clerk.shows("pallet", "095212340000000020")
    clerk.shows("bags", "200")
    clerk.page.locator('[data-field="lot"] select').select_option(lot("packed", "P1"))
    clerk.sign()
    clerk.open("/do/palletising")
    clerk.shows("pallet", "095212340000000037")

    clerk.open("/do/loading")
    clerk.write("container", NUMBER)
    clerk.page.click(".picks summary")
    clerk.page.click('[data-pick="095212340000000013"]')
    clerk.write("seal", "VN 0231")
    expect(clerk.page.locator("[data-sums]")).to_contain_text("1.000 kg")
    clerk.sign()
    clerk.open()
    expect(clerk.page.locator(".loaded")).to_contain_text("1.000 kg")

    clerk.page.locator(".loaded").get_by_role("link", name="Xuất").click()
    clerk.shows("container", NUMBER)
    clerk.page.locator('[data-field="consigned_to"] select').select_option(label="Nhập khẩu Bigas")
    clerk.write("country", "PH")
    clerk.page.click("form.stating[data-kind] button[type=submit]")
    # The mill of this season has no licence: it is told so before it signs.
    expect(clerk.page.locator("dialog .advice")).to_contain_text("giấy chứng nhận")
    clerk.page.get_by_role("button", name="Quay lại sửa").click()


def test_rice_is_moved_into_a_silo_to_the_gram(clerk: Clerk) -> None:
    clerk.open("/do/storing?lot=" + lot("paddy", "S1").replace("/", "%2F"))
    clerk.page.locator(".row [name=amount]").fill("100,5")
    clerk.page.locator("[data-new] [name=code]").fill("S2")
    clerk.page.locator('[data-field="order"] select').select_option("first_in")
    clerk.sign()
    silo = clerk.lot(lot("paddy", "S2"))
    assert (silo.left_g, silo.order) == (100_500, "first_in")


def test_a_scan_says_at_a_glance_what_may_be_done(clerk: Clerk) -> None:
    clerk.open("/scan")
    clerk.page.locator("[name=code]").fill("S1")
    clerk.page.keyboard.press("Enter")
    band = clerk.page.locator(".band")
    expect(band).to_contain_text("Dùng được")
    clerk.page.locator(".next a", has_text="Xay").click()
    clerk.page.wait_for_url("**/do/milling**")
    expect(clerk.page.locator(".row [name=lot]")).to_have_value(lot("paddy", "S1"))

    clerk.open("/scan?code=L9")
    expect(band).to_contain_text("Không nhận được")
    expect(band).to_contain_text("bên nhận: Nhập khẩu Bigas")
    clerk.open("/scan?code=NOTHING")
    expect(band).to_contain_text("Không nhận được")


def test_a_photo_of_a_symbol_is_read(clerk: Clerk, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    qrcode.make(f"https://id.gs1.org/01/{GTINS['paddy']}/10/S1").save(photo)
    clerk.open("/scan")
    clerk.page.click("button[data-camera]")
    clerk.page.set_input_files("dialog input[type=file]", photo)
    expect(clerk.page.locator(".band")).to_contain_text("Dùng được")


def test_a_slip_is_put_right_with_both_statements_or_neither(clerk: Clerk) -> None:
    clerk.open(f"/lots/{GTINS['packed']}/P1")
    clerk.page.get_by_role("link", name="Sửa phiếu này").first.click()
    clerk.page.wait_for_url("**/correct/*")
    clerk.shows("bags", "800")
    clerk.page.click("form.stating button[type=submit]")
    expect(clerk.page.locator(".wrong:visible")).to_contain_text("Chưa đổi gì")
    clerk.write("bags", "790")
    clerk.page.locator(".row [name=amount]").fill("3.950")
    clerk.sign()
    assert clerk.lot(lot("packed", "P1")).bags_left == 390
    assert clerk.lot(lot("head_rice", "X1")).left_g == 450_000


def test_a_mock_recall_writes_nothing_and_a_hold_is_signed_and_cleared(clerk: Clerk) -> None:
    size = clerk.ledger.size
    clerk.open("/recall")
    clerk.page.locator("[name=name]").fill(f"{GTINS['paddy']}/L1")
    clerk.page.get_by_role("button", name="Truy xuất").click()
    expect(clerk.page.locator(".band")).to_contain_text(re.compile("Truy xuất trong 0,\\d+ giây"))
    assert clerk.ledger.size == size

    clerk.page.fill("#reason-vi", "Nghi lẫn tạp chất")
    clerk.sign_in("#stopping-form")
    assert clerk.lot(lot("packed", "P1")).held
    clerk.open("/scan?code=P1")
    expect(clerk.page.locator(".band")).to_contain_text("Không dùng được")

    clerk.open("/recall")
    clerk.page.locator("form.clearing [name=vi]").first.fill("Đã kiểm tra, đạt")
    clerk.sign_in("form.clearing")
    assert not clerk.lot(lot("packed", "P1")).held


def test_boards_show_what_stands_where(clerk: Clerk) -> None:
    clerk.open("/silos")
    expect(clerk.page.locator(".silos .card").first).to_contain_text("7.499,5")
    clerk.open("/batches")
    expect(clerk.page.locator(".batch", has_text="Xay xát")).to_contain_text("57,5")
    clerk.open("/stock")
    clerk.open()
    expect(clerk.page.locator(".by-claim")).to_contain_text("7.600")
