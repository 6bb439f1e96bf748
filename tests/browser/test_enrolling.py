"""A device becomes one of an organisation's, says something, and is shut out again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ledger.log.encoding import decode_base64url, encode_base64url
from ledger.rice.facts import Key, Lot, find
from ledger.service import Ledger
from tests.workplaces import MILL, demo_ledger, use_sample, workplaces

AT_ONCE = 20_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with demo_ledger(Path(tmp_path_factory.mktemp("work")) / "ledger") as made:
        yield made


@pytest.fixture(scope="module")
def address(ledger: Ledger) -> Iterator[str]:
    with workplaces(ledger) as served:
        yield served


@pytest.fixture
def admin(phone_page: Page, address: str) -> Page:
    use_sample(phone_page, address, MILL)
    return phone_page


@pytest.fixture
def device(other_phone_page: Page) -> Page:
    return other_phone_page


def invite(admin: Page, address: str, *groups: str) -> str:
    """Return the link of an invitation that an administrator's page shows."""
    admin.goto(f"{address}/workplace/{MILL}/keys")
    for group in groups:
        admin.get_by_label(group).check()
    admin.click("form.inviting button[type=submit]")
    expect(admin.locator("svg.symbol")).to_be_visible()
    return admin.locator(".inviting-told input").input_value()


def enrol(admin: Page, device: Page, link: str) -> None:
    device.goto(link)
    device.click("#join button")
    digits = device.locator(".digits").text_content(timeout=AT_ONCE)
    expect(admin.locator(".digits")).to_have_text(digits or "", timeout=AT_ONCE)
    admin.locator(".inviting-told button").click()
    expect(device.locator("#join .chip.green")).to_be_visible(timeout=AT_ONCE)


def keys_of(ledger: Ledger) -> dict[str, Key]:
    with ledger.reading() as view:
        return {key.kid: key for key in view.every(Key, "key") if key.actor == MILL}


def test_a_device_that_read_the_invitation_signs_for_the_organisation(
    ledger: Ledger, admin: Page, device: Page, address: str
) -> None:
    before = keys_of(ledger)
    enrol(admin, device, invite(admin, address))
    (made,) = [key for kid, key in keys_of(ledger).items() if kid not in before]
    assert not made.admin
    device.goto(f"{address}/workplace/{MILL}/do/stock_count")
    lot = _some_lot(ledger)
    device.select_option('[data-field="lot"] select', lot.id)
    device.fill('[data-field="mass_g"] input', f"{lot.left_g // 1000}")
    device.click("form.stating button[type=submit]")
    device.locator("dialog.signing .actions button").first.click()
    expect(device.locator(".outcome .chip.green")).to_be_visible(timeout=AT_ONCE)
    told = device.locator(".outcome").text_content() or ""
    index = int(re.sub(r"\D", "", told.partition("mục")[2]))
    assert ledger.entry(index).kind == "event"
    # The secret key is nowhere that a script could read it.
    assert (
        device.evaluate(
            """async () => {
          const asked = indexedDB.open("rice-ledger-work");
          const base = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
          const all = base.transaction("keys").objectStore("keys").getAll();
          const [key] = await new Promise((done) => (all.onsuccess = () => done(all.result)));
          return crypto.subtle.exportKey("jwk", key.privateKey).then(() => "out", () => "kept");
        }"""
        )
        == "kept"
    )


def _some_lot(ledger: Ledger) -> Lot:
    with ledger.reading() as view:
        lots = view.every(Lot, "lot")
        return next(lot for lot in lots if lot.left_g and lot.form == "head_rice")


def test_a_server_that_puts_another_key_in_the_box_is_found_out(
    ledger: Ledger, admin: Page, device: Page, address: str
) -> None:
    before = keys_of(ledger)
    link = invite(admin, address)
    device.goto(link)
    posted: list[str] = []
    device.on("request", lambda asked: posted.append(asked.post_data or ""))
    device.route("**/workplace/boxes/*", lambda route: route.fulfill(status=201, body="1"))
    device.click("#join button")
    expect(device.locator(".digits")).to_be_visible(timeout=AT_ONCE)
    (message,) = [text for text in posted if text]
    box = device.evaluate("() => performance.getEntriesByType('resource').at(-1).name")
    mac, _, draft = message.partition(".")
    bent = f"{mac}.{draft.replace('signature', 'Signature', 1)}"
    answer = admin.request.post(box.rpartition("/")[0] if box.endswith("/2") else box, data=bent)
    assert answer.status == 201
    expect(admin.locator(".inviting-told .chip.red")).to_be_visible(timeout=AT_ONCE)
    assert keys_of(ledger) == before


def written_anew(link: str, **said: Any) -> str:  # noqa: ANN401
    """Return an invitation that whoever has its link wrote anew; what becomes None is left out."""
    begin, _, packed = link.partition("#")
    told = json.loads(decode_base64url(packed)) | said
    told = {name: value for name, value in told.items() if value is not None}
    return f"{begin}#{encode_base64url(json.dumps(told).encode())}"


@pytest.mark.parametrize("wider", [{"only": None}, {"only": ["milling"]}, {"days": 3_000}])
def test_a_device_that_makes_its_own_bounds_wider_is_not_signed_for(
    ledger: Ledger, admin: Page, device: Page, address: str, wider: dict[str, Any]
) -> None:
    before = keys_of(ledger)
    admin.goto(f"{address}/workplace/{MILL}/keys")
    admin.locator("form.inviting [name=only]").first.check()
    admin.click("form.inviting button[type=submit]")
    link = admin.locator(".inviting-told input").input_value()
    device.goto(written_anew(link, **wider))
    device.click("#join button")
    expect(admin.locator(".inviting-told .chip.red")).to_be_visible(timeout=AT_ONCE)
    assert keys_of(ledger) == before


def test_a_lost_phone_is_shut_out_from_the_administrators(
    ledger: Ledger, admin: Page, device: Page, address: str
) -> None:
    before = keys_of(ledger)
    enrol(admin, device, invite(admin, address))
    (made,) = [kid for kid in keys_of(ledger) if kid not in before]
    admin.goto(f"{address}/workplace/{MILL}/keys")
    row = admin.locator(f'[data-kid="{made}"]')
    row.locator("summary").click()
    row.locator("select").select_option("lost")
    row.locator("button").click()
    admin.locator("dialog.signing .actions button").first.click()
    expect(row.locator(".chip.green")).to_be_visible(timeout=AT_ONCE)
    with ledger.reading() as view:
        key = find(view, Key, f"key:{made}")
    assert key is not None
    assert key.revoked_index is not None
