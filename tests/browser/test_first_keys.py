"""An organisation's first keys: one on the device, one in a file that only its passphrase opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from msgspec import convert, to_builtins
from playwright.sync_api import Page, expect

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.checkpoint import Checkpoint
from ledger.log.draft import Signer, format_draft, make_draft
from ledger.log.keys import admit_key
from ledger.log.statement import ACT
from ledger.rice import acts
from ledger.rice.facts import Actor, find
from ledger.service import Ledger
from tests.small_season import founding, key_of, registration, words
from tests.workplaces import workplaces

PASSPHRASE = "mật khẩu dài của kho"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("first") / "ledger"
    ledger = Ledger.create(folder, key_of("log"), founding=founding())
    registrar = registration("dang-ky", ("registrar",), "root 1", "root 2")
    (answer,) = ledger.append([registrar])
    assert not isinstance(answer, LedgerError), answer
    ledger.publish()
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def address(ledger: Ledger) -> Iterator[str]:
    with workplaces(ledger) as served:
        yield served


def made(page: Page, address: str, tmp_path: Path) -> tuple[Path, Path]:
    """Make keys for `htx-moi`; return the backup and the public keys."""
    page.goto(f"{address}/workplace/new")
    page.fill("#actor", "htx-moi")
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    page.click("#first-keys [type=submit]")
    links = page.locator("#first-keys .outcome a")
    expect(links).to_have_count(2)
    files = []
    for number in range(2):
        with page.expect_download() as saved:
            links.nth(number).click()
        path = tmp_path / saved.value.suggested_filename
        saved.value.save_as(path)
        files.append(path)
    return files[0], files[1]


def opened(backup: dict[str, object], passphrase: str) -> bytes:
    """Return the secret of a backup, by another implementation of what the file says."""
    said = {name: value for name, value in backup.items() if name != "sealed"}
    salt, iv, sealed = (
        encoding.decode_base64url(str(backup[name])) for name in ("salt", "iv", "sealed")
    )
    iterations = backup["iterations"]
    assert isinstance(iterations, int)
    key = PBKDF2HMAC(SHA256(), 32, salt, iterations).derive(passphrase.encode())
    return AESGCM(key).decrypt(iv, sealed, encoding.canonical_json(said))


def test_the_backup_holds_the_key_that_the_registrar_is_given(
    phone_page: Page, address: str, tmp_path: Path
) -> None:
    backup_file, keys_file = made(phone_page, address, tmp_path)
    backup, keys = json.loads(backup_file.read_bytes()), json.loads(keys_file.read_bytes())
    assert [key["admin"] for key in keys] == [True, True]
    assert keys[1]["jwk"] == backup["jwk"]
    assert admit_key(keys[0]["jwk"]).kid != backup["kid"]
    secret = opened(backup, PASSPHRASE)
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    assert encoding.encode_base64url(public) == backup["jwk"]["x"]
    with pytest.raises(InvalidTag):
        opened(backup | {"actor": "htx-khac"}, PASSPHRASE)


def test_another_device_opens_it_with_the_passphrase_alone(
    phone_page: Page, other_phone_page: Page, address: str, tmp_path: Path
) -> None:
    backup_file, _ = made(phone_page, address, tmp_path)
    other_phone_page.goto(f"{address}/workplace/new")
    other_phone_page.set_input_files("#file", backup_file)
    told = other_phone_page.locator("#restoring .outcome .chip")
    other_phone_page.fill("#opening", "another passphrase")
    other_phone_page.click("#restoring [type=submit]")
    expect(told).to_contain_text("không mở được")
    other_phone_page.fill("#opening", PASSPHRASE)
    other_phone_page.click("#restoring [type=submit]")
    expect(told).to_contain_text("đã mở")


def test_a_registrars_draft_is_signed_by_both_keys_and_the_organisation_is_there(
    phone_page: Page, address: str, ledger: Ledger, tmp_path: Path
) -> None:
    _, keys_file = made(phone_page, address, tmp_path)
    offered = convert(json.loads(keys_file.read_bytes()), tuple[acts.NewKey, ...])
    act = acts.RegisterActor(
        actor="htx-moi",
        did="did:web:demo.rice.example:actors:htx-moi",
        name=words("HTX Mới"),
        roles=(acts.RoleGrant(role="cooperative", from_on="2026-01-01"),),
        keys=offered,
    )
    published = ledger.published()
    registrar = key_of("dang-ky")
    signers = [Signer(registrar.public, registrar.public.kid, registrar.alg)]
    for one in offered:
        key = admit_key(to_builtins(one.jwk))
        signers.append(Signer(key, key.kid, "EdDSA"))
    checkpoint = Checkpoint(ledger.origin, published.size, published.root)
    payload = acts.write_act(act)
    draft = make_draft(
        payload, typ=ACT, signers=signers, checkpoint=checkpoint, purpose="register_actor"
    )
    file = tmp_path / "htx-moi.draft.json"
    file.write_bytes(format_draft(draft.sign(registrar)))
    phone_page.set_input_files("#draft", file)
    phone_page.click("#drafts [type=submit]")
    phone_page.locator("dialog.signing .actions button").first.click()
    expect(phone_page.locator("#drafts .outcome .chip.green")).to_be_visible(timeout=20_000)
    with ledger.reading() as view:
        assert find(view, Actor, "actor:htx-moi") is not None
    phone_page.goto(f"{address}/workplace/htx-moi")
    expect(phone_page.locator("#device")).to_contain_text("được ký đến")


@pytest.mark.parametrize(
    ("actor", "passphrase", "again"),
    [("HTX Mới", PASSPHRASE, PASSPHRASE), ("htx", "ngắn", "ngắn"), ("htx", PASSPHRASE, "khác")],
)
def test_what_is_typed_wrong_is_told_and_nothing_is_made(
    phone_page: Page, address: str, actor: str, passphrase: str, again: str
) -> None:
    phone_page.goto(f"{address}/workplace/new")
    for name, text in (("actor", actor), ("passphrase", passphrase), ("again", again)):
        phone_page.fill(f"#{name}", text)
    phone_page.click("#first-keys [type=submit]")
    expect(phone_page.locator("#first-keys .outcome .chip.red")).to_be_visible()
    phone_page.goto(f"{address}/workplace")
    expect(phone_page.locator("#no-doors")).to_be_visible()
