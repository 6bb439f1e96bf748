"""An office at work in a real browser: it gives codes, inspects, finds the overdue, reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

import openpyxl
import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, expect

from ledger.demo import SEASON_FOLDER
from ledger.log import encoding
from ledger.log.statement import parse_statement
from ledger.rice.facts import Area, find
from ledger.service import Ledger
from tests.browser.test_accessibility import Judge, axe  # noqa: F401  (a fixture)
from tests.drawn import CLIPPED, FAINT
from tests.workplaces import demo_ledger, use_sample, workplaces

COMMUNE, DEPARTMENT = "ubnd-thanh-an", "so-nnmt"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with demo_ledger(tmp_path_factory.mktemp("office") / "book") as made:
        yield made


@pytest.fixture(scope="module")
def address(ledger: Ledger) -> Iterator[str]:
    with workplaces(ledger) as served:
        yield served


def area_of(ledger: Ledger, code: str) -> Area | None:
    with ledger.reading() as view:
        return find(view, Area, f"area:{code}")


def test_a_commune_gives_a_code_and_keeps_the_outline_to_itself(
    desk_page: Page, address: str, ledger: Ledger, tmp_path: Path
) -> None:
    drawn = json.loads((SEASON_FOLDER / "planting_areas.geojson").read_text(encoding="utf-8"))
    file = tmp_path / "outline.geojson"
    file.write_text(json.dumps(drawn["features"][1]), encoding="utf-8")
    use_sample(desk_page, address, COMMUNE)
    desk_page.goto(f"{address}/workplace/{COMMUNE}/programme/areas/new?lang=vi")
    form = desk_page.locator("form[data-act=register_area]")
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-outline] [data-wrong]")).to_contain_text("Hãy chọn tệp ranh giới")
    desk_page.fill("#f-area", "VN-CTOR-0901")
    desk_page.select_option("#f-manager", "htx-kenh-xang")
    desk_page.set_input_files("#f-outline", file)
    expect(form.locator("[data-told]")).to_contain_text("ha")
    desk_page.fill("#f-households", "12")
    desk_page.fill("#f-approved_output_g", "480.000")
    desk_page.fill("#f-paper", "QĐ-MSVT-0901")
    form.locator("button[type=submit]").click()
    dialog = desk_page.locator("dialog.signing")
    expect(dialog).to_contain_text("VN-CTOR-0901")
    dialog.locator(".actions button").first.click()
    expect(form.locator(".outcome")).to_contain_text("Đã ghi vào sổ")
    with desk_page.expect_download() as kept:
        form.get_by_role("link", name="Lưu tệp ranh giới").click()
    held = json.loads(Path(kept.value.path()).read_text(encoding="utf-8"))
    area = area_of(ledger, "VN-CTOR-0901")
    assert area is not None
    assert (area.commune, area.manager, area.issuer) == ("31231", "htx-kenh-xang", COMMUNE)
    assert abs(area.area_m2 - 582_700) * 50 < 582_700
    salted = encoding.decode_base64(held["salt"]) + held["outline"].encode()
    assert encoding.encode_base64(sha256(salted).digest()) == held["digest"]
    with ledger.reading() as view:
        said = parse_statement(view.statement(area.spells[0].index)).payload
    assert held["digest"].encode() in said
    assert b"105.313441" not in said


def test_an_inspection_takes_an_area_off_the_overdue_list_and_a_suspension_shows(
    phone_page: Page, address: str, ledger: Ledger
) -> None:
    with ledger.reading() as view:
        overdue = next(one for one in view.every(Area, "area") if one.code == "VN-CTOR-0001")
    use_sample(phone_page, address, COMMUNE)
    phone_page.goto(f"{address}/workplace/{COMMUNE}/programme/areas?due=overdue&q=thanh+an&lang=vi")
    expect(phone_page.locator("main")).to_contain_text(overdue.code)
    phone_page.get_by_role("link", name=overdue.code).click()
    form = phone_page.locator("form[data-act=inspect_area]")
    form.locator("[name=value]").last.fill("BB-0001-901")
    form.locator("button[type=submit]").click()
    phone_page.locator("dialog.signing .actions button").first.click()
    expect(form.locator(".outcome")).to_contain_text("Đã ghi vào sổ")
    known = area_of(ledger, overdue.code)
    assert known is not None
    assert known.inspections[-1].report == "BB-0001-901"
    phone_page.goto(f"{address}/workplace/{COMMUNE}/programme/areas?due=overdue&lang=vi")
    expect(phone_page.get_by_role("link", name=overdue.code)).to_have_count(0)
    phone_page.goto(f"{address}/workplace/{COMMUNE}/programme/areas/{overdue.code}?lang=vi")
    form = phone_page.locator("form[data-act=change_area]")
    form.locator("#f-reason").fill("nhật ký chưa ghi đủ")
    form.locator("#f-paper").fill("TB-0001-901")
    form.locator("button[type=submit]").click()
    phone_page.locator("dialog.signing .actions button").first.click()
    expect(form.locator(".outcome")).to_contain_text("Đã ghi vào sổ")
    phone_page.reload()
    expect(phone_page.locator(".totals")).to_contain_text("Tạm dừng")


def test_a_report_is_one_click_from_the_list_and_opens(
    desk_page: Page, address: str, tmp_path: Path
) -> None:
    desk_page.goto(f"{address}/workplace/{DEPARTMENT}/programme/reports?lang=vi")
    with desk_page.expect_download() as taken:
        desk_page.get_by_role("link", name="XLSX Xã Cờ Đỏ").click()
    taken.value.save_as(tmp_path / taken.value.suggested_filename)
    book = openpyxl.load_workbook(tmp_path / "31261-2026.xlsx")
    assert book.sheetnames[0] == "Xã Cờ Đỏ"
    with desk_page.expect_download() as taken:
        desk_page.get_by_role("link", name="PDF Xã Cờ Đỏ").click()
    text = pypdfium2.PdfDocument(str(taken.value.path()))[0].get_textpage().get_text_range()
    assert "Xã Cờ Đỏ" in text
    desk_page.get_by_role("link", name="Mở Xã Cờ Đỏ").click()
    printed = pypdfium2.PdfDocument(desk_page.pdf(format="A4"))
    words = printed[0].get_textpage().get_text_range()
    assert len(printed) == 1
    assert "Gạo đóng bao mang nhãn" in words
    assert "XLSX" not in words


def test_an_authority_signs_in_to_read_private_sums(desk_page: Page, address: str) -> None:
    use_sample(desk_page, address, DEPARTMENT)
    desk_page.goto(f"{address}/workplace/{DEPARTMENT}/programme/prices?lang=vi")
    desk_page.locator("[data-sign-in]").click()
    expect(desk_page.locator("h1")).to_contain_text("Giá trong hợp đồng liên kết")
    expect(desk_page.locator("main")).to_contain_text("Ít hơn 5")


def test_accounts_are_added_up_on_the_page(desk_page: Page, address: str, tmp_path: Path) -> None:
    head = "Mã hộ,Mã vùng trồng,Vụ,Diện tích (ha),Vật tư dịch vụ mua ngoài (đồng)"
    head += ",Tổng chi phí (đồng),Thu từ lúa (đồng)"
    lines = [f"H{n},VN-CTOR-0002,DX-2026,2,20000000,30000000,60000000" for n in range(5)]
    file = tmp_path / "accounts.csv"
    file.write_text("\n".join((head, *lines)), encoding="utf-8")
    desk_page.goto(f"{address}/workplace/{DEPARTMENT}/programme/accounts?lang=vi")
    desk_page.set_input_files("#f-accounts", file)
    desk_page.locator("form[data-accounts] button").click()
    expect(desk_page.locator("#sums")).to_contain_text("15.000.000")
    file.write_text("x", encoding="utf-8")
    desk_page.set_input_files("#f-accounts", file)
    desk_page.locator("form[data-accounts] button").click()
    expect(desk_page.locator("#sums .chip.red")).to_be_visible()


PAGES = (
    *("", "/areas", "/areas/new", "/areas/VN-CTOR-0007", "/targets", "/reports"),
    *("/reports/2026/31231", "/accounts", "/behind?figure=marked_t&season=DX-2026"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_read_by_everybody_on_a_phone_and_a_desk(
    axe: Judge,  # noqa: F811  (the fixture)
    desk_page: Page,
    address: str,
    page: str,
    scheme: Literal["light", "dark"],
) -> None:
    language = "vi" if scheme == "light" else "en"
    desk_page.emulate_media(color_scheme=scheme)
    mark = "&" if "?" in page else "?"
    for width in (1280, 360):
        desk_page.set_viewport_size({"width": width, "height": 800})
        desk_page.goto(f"{address}/workplace/{COMMUNE}/programme{page}{mark}lang={language}")
        assert desk_page.evaluate("document.documentElement.scrollWidth") <= width
        assert desk_page.evaluate(CLIPPED) == []
        assert desk_page.evaluate(FAINT) == []
        assert axe.find_faults(desk_page) == []
