"""A certifier at work in a browser: looks, decides, signs, alone and with a second person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.certified_season import CONFIRMATION, GRANT
from tests.certifying_pages import (
    CERTIFY,
    DOSSIER,
    FIRST,
    GRANTS,
    PAGES,
    SECOND,
    Served,
    serving_certifier,
)
from tests.drawn import CLIPPED, FAINT
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY

A4 = (595, 842)
# Leaves a device one key of an organisation: the page for sample keys takes them all.
ONLY = """async kid => {
  const base = await new Promise(done => {
    const asked = indexedDB.open('rice-ledger-work');
    asked.onsuccess = () => done(asked.result);
  });
  const change = base.transaction('keys', 'readwrite');
  const keys = change.objectStore('keys');
  const all = keys.getAllKeys();
  all.onsuccess = () => { for (const one of all.result) if (one !== kid) keys.delete(one); };
  await new Promise(done => { change.oncomplete = done; });
  base.close();
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_certifier(tmp_path_factory.mktemp("certify")) as made:
        yield made


def hold(page: Page, served: Served, actor: str, holder: str = "") -> None:
    """Let a device use the sample keys of an organisation, or the one of a holder."""
    page.goto(f"{served.address}/workplace?lang=en")
    page.locator("#sample").select_option(actor)
    page.locator("#use-sample button").click()
    page.wait_for_url(f"**/workplace/{actor}")
    if holder:
        page.evaluate(ONLY, season.key(holder).public.kid)


def agree(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Sign and record").click()


def test_an_application_is_answered_with_what_the_dossier_shows(
    desk_page: Page, served: Served
) -> None:
    page = desk_page
    page.set_default_timeout(8_000)
    hold(page, served, season.CONFIRMER)
    page.goto(f"{served.address}{CERTIFY}?lang=en")
    assert page.locator(".counts a").first.inner_text().split()[0] == "2"
    page.locator("section", has=page.locator("#waiting")).get_by_role(
        "link", name=season.AREA_1
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(season.AREA_1)
    assert page.locator(".criteria tbody tr").count() >= 1
    page.get_by_role("link", name="Look and decide").first.click()
    page.get_by_label("Number of the certificate").fill("210/XN-UBND")
    page.locator('[data-name="seed-rate"] input').fill("84.2")
    page.get_by_role("button", name="Look at it before signing").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("210/XN-UBND")
    expect(dialog).to_contain_text("84.2")
    agree(page)
    expect(page.locator("#attest ~ form .outcome, form .outcome").first).to_contain_text(
        "Recorded as entry"
    )
    answer = served.application(FIRST).attestation
    known = served.attestation(answer)
    assert (known.number, known.area_m2) == ("210/XN-UBND", 90_000)
    assert known.figures["seed-rate"] == "84.2 KGM"


def test_an_application_is_declined_with_reasons(phone_page: Page, served: Served) -> None:
    page = phone_page
    page.set_default_timeout(8_000)
    hold(page, served, season.CONFIRMER)
    page.goto(f"{served.address}{CERTIFY}/applications/{SECOND}?lang=en")
    form = page.locator("form[data-kind=decline_application]")
    form.get_by_role("button").click()
    assert form.get_by_text("This is needed.").count() == 2, "a reason and a paper"
    form.get_by_label("Reason").select_option("records_differ")
    form.get_by_label("Number of the decision").fill("9/TB")
    form.get_by_role("button").click()
    agree(page)
    expect(form.locator(".outcome")).to_contain_text("Recorded as entry")
    declined = served.application(SECOND).declined
    assert declined is not None
    assert (declined.reason, declined.paper) == ("records_differ", "9/TB")


def test_two_persons_on_two_devices_sign_the_same_words_once_the_impact_was_shown(
    desk_page: Page, phone_page: Page, served: Served
) -> None:
    second = season.key(SECOND_KEY).public.kid
    one, other = desk_page, phone_page
    hold(one, served, season.ASSOCIATION, season.ASSOCIATION)
    hold(other, served, season.ASSOCIATION, SECOND_KEY)
    one.goto(f"{served.address}{GRANTS}/change/CN-01?lang=en")
    assert "20" in one.locator("#impact-card .totals").inner_text(), "bags"
    one.get_by_label("From now on").select_option("suspended")
    one.get_by_label("Reason").select_option("complaint")
    one.get_by_label("Number of the decision").fill("12/QD")
    one.get_by_label("Second person").select_option(second)
    one.get_by_role("button", name="Look at it before signing").click()
    expect(one.get_by_role("dialog")).to_contain_text("20 bags")
    size = served.season.ledger.size
    agree(one)
    link = one.get_by_label("Link for the second person")
    expect(link).to_be_visible()
    assert served.season.ledger.size == size, "nothing is recorded before the second signs"
    with one.expect_download() as saved:
        one.get_by_role("link", name="Save the draft as a file").click()
    assert json.loads(Path(saved.value.path()).read_text())["purpose"] == "change_attestation"
    other.goto(link.input_value())
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("12/QD")
    agree(other)
    expect(other.locator("#second-person .outcome")).to_contain_text("Recorded as entry")
    expect(one.locator("form .outcome")).to_contain_text("Recorded as entry", timeout=10_000)
    turn = served.attestation(GRANT).spells[-1]
    assert (turn.state, len(turn.kids)) == ("suspended", 2)


def test_a_draft_from_a_file_is_read_and_one_for_others_is_not_shown(
    desk_page: Page, served: Served
) -> None:
    page = desk_page
    page.set_default_timeout(8_000)
    hold(page, served, season.CONFIRMER)
    kid = season.key(season.CONFIRMER).public.kid
    fields = {
        "attestation": CONFIRMATION,
        "state": "suspended",
        "from_on": "2026-04-16",
        "reason": "complaint",
        "paper": "1",
        "decided_by": season.CONFIRMER,
    }
    asked = {
        "kind": "change_attestation",
        "fields": fields,
        "by": [f"{season.CONFIRMER}/{kid}"],
    }
    draft = page.request.post(f"{served.address}{CERTIFY}/draft", data=json.dumps(asked)).body()
    give: FilePayload = {"name": "a.draft", "mimeType": "application/json", "buffer": draft}
    page.goto(f"{served.address}{CERTIFY}/second?lang=en")
    page.set_input_files("#draft-file", give)
    expect(page.get_by_role("dialog")).to_contain_text(CONFIRMATION)
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    page.goto(f"{served.address}{GRANTS}/second?lang=en")
    page.set_input_files("#draft-file", give)
    expect(page.locator("#second-person .outcome")).to_contain_text("No key of this device")
    assert page.get_by_role("dialog").count() == 0


def test_a_certificate_prints_on_one_page_and_a_dossier_on_two(
    desk_page: Page, served: Served
) -> None:
    page = desk_page
    page.set_default_timeout(8_000)
    page.goto(f"{served.address}{CERTIFY}/attestations/XN-01?lang=vi")
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert [round(side) for side in paper[0].get_size()] == list(A4)
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    for told in ("XN-01", season.AREA_1, "Bên cấp", "Issued by", "SHA-256"):
        assert told in text
    page.goto(f"{served.address}{DOSSIER}?lang=vi")
    assert len(pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))) <= 2


@pytest.mark.parametrize("target", PAGES)
def test_a_page_fits_its_screen(
    phone_page: Page, desk_page: Page, served: Served, target: str
) -> None:
    for page in (phone_page, desk_page):
        for language in ("vi", "en"):
            page.goto(f"{served.address}{target}{'&' if '?' in target else '?'}lang={language}")
            assert page.viewport_size is not None
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.viewport_size["width"]
            assert page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("target", PAGES)
def test_every_word_stands_out_from_its_ground(
    desk_page: Page, served: Served, target: str, scheme: Literal["light", "dark"]
) -> None:
    desk_page.emulate_media(color_scheme=scheme)
    desk_page.goto(f"{served.address}{target}{'&' if '?' in target else '?'}lang=vi")
    assert desk_page.evaluate(FAINT) == []
